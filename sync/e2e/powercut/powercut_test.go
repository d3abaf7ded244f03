package powercut_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/tyngo/tyngo/sync/e2e/powercut"
	"pgregory.net/rapid"
)

// mapped makes this program another one, which maps a file of the disk.
var mapped = flag.String("mapped", "", "a file to map and change")

func TestMain(m *testing.M) {
	flag.Parse()
	if *mapped == "" {
		os.Exit(m.Run())
	}
	if err := changeMapped(*mapped); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// changeMapped does what SQLite does with its -shm, by two who see each other.
func changeMapped(path string) error {
	var views [2][]byte
	for i := range views {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return err
		}
		if err := f.Truncate(32 << 10); err != nil {
			return err
		}
		if views[i], err = syscall.Mmap(int(f.Fd()), 0, 32<<10, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED); err != nil {
			return fmt.Errorf("map: %w", err)
		}
	}
	copy(views[0][5000:], "seen")
	if got := string(views[1][5000:5004]); got != "seen" {
		return fmt.Errorf("the other sees %q", got)
	}
	return nil
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB) *powercut.Disk {
	t.Helper()
	powercut.Need(t)
	dir := t.TempDir()
	d, err := powercut.Open(filepath.Join(dir, "safe"), filepath.Join(dir, "disk"))
	check(t, err)
	t.Cleanup(d.Abandon)
	return d
}

func cut(t testing.TB, d *powercut.Disk, rnd *rand.Rand) powercut.Lost {
	t.Helper()
	lost, err := d.Cut(rnd)
	check(t, err)
	check(t, d.Mount())
	return lost
}

// write writes a file as most programs do: without a sync.
func write(t testing.TB, d *powercut.Disk, name, content string) {
	t.Helper()
	check(t, os.WriteFile(filepath.Join(d.At(), name), []byte(content), 0o600))
}

func sync(t testing.TB, d *powercut.Disk, name string) {
	t.Helper()
	f, err := os.Open(filepath.Join(d.At(), name))
	check(t, err)
	check(t, f.Sync())
	check(t, f.Close())
}

// holds checks what a file has; "-" means that there is none.
func holds(t testing.TB, d *powercut.Disk, name, want string) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(d.At(), name))
	got := string(raw)
	if errors.Is(err, fs.ErrNotExist) {
		got = "-"
	} else {
		check(t, err)
	}
	if got != want {
		t.Errorf("%s is %.80q (%d), want %.80q (%d)", name, got, len(got), want, len(want))
	}
}

func TestACutForgetsWhatWasNotSynced(t *testing.T) {
	d := open(t)
	write(t, d, "a", "first")
	sync(t, d, "a")
	sync(t, d, ".")
	write(t, d, "a", "second, and longer")
	write(t, d, "b", "never synced")
	holds(t, d, "a", "second, and longer")
	lost := cut(t, d, nil)
	holds(t, d, "a", "first")
	holds(t, d, "b", "-")
	if lost.Pages != 2 || lost.Names != 1 || lost.KeptPages+lost.KeptNames > 0 {
		t.Errorf("lost %+v", lost)
	}
}

func TestAFileHasItsNameOnlyWhenTheDirectoryWasSynced(t *testing.T) {
	d := open(t)
	write(t, d, "a", "content")
	sync(t, d, "a")
	cut(t, d, nil)
	holds(t, d, "a", "-")
	write(t, d, "a", "content")
	sync(t, d, ".")
	cut(t, d, nil)
	holds(t, d, "a", "") // and its content only when it was synced itself
}

func TestRenamesAndRemovalsAreForgottenToo(t *testing.T) {
	d := open(t)
	for _, name := range []string{"a", "b", "c"} {
		write(t, d, name, "old "+name)
		sync(t, d, name)
	}
	sync(t, d, ".")
	change := func() {
		write(t, d, "new", "new")
		sync(t, d, "new")
		check(t, os.Rename(filepath.Join(d.At(), "new"), filepath.Join(d.At(), "a")))
		check(t, os.Remove(filepath.Join(d.At(), "b")))
		check(t, os.Rename(filepath.Join(d.At(), "c"), filepath.Join(d.At(), "d")))
	}
	change()
	holds(t, d, "a", "new")
	cut(t, d, nil)
	for name, want := range map[string]string{"a": "old a", "b": "old b", "c": "old c", "d": "-", "new": "-"} {
		holds(t, d, name, want)
	}
	change()
	sync(t, d, ".")
	cut(t, d, nil)
	for name, want := range map[string]string{"a": "new", "b": "-", "c": "-", "d": "old c", "new": "-"} {
		holds(t, d, name, want)
	}
}

func TestDirectoriesAreNamesToo(t *testing.T) {
	d := open(t)
	check(t, os.Mkdir(filepath.Join(d.At(), "sub"), 0o700))
	write(t, d, "sub/a", "content")
	sync(t, d, "sub/a")
	sync(t, d, "sub")
	cut(t, d, nil)
	holds(t, d, "sub/a", "-")
	check(t, os.Mkdir(filepath.Join(d.At(), "sub"), 0o700))
	write(t, d, "sub/a", "content")
	sync(t, d, "sub/a")
	sync(t, d, "sub")
	sync(t, d, ".")
	cut(t, d, nil)
	holds(t, d, "sub/a", "content")
	check(t, os.Remove(filepath.Join(d.At(), "sub/a")))
	check(t, os.Remove(filepath.Join(d.At(), "sub")))
	sync(t, d, ".")
	cut(t, d, nil)
	holds(t, d, "sub/a", "-")
}

// A cut in the middle of a long write: pages of the old and of the new content lie
// side by side, and no page is torn.
func TestARandomCutTearsBetweenPages(t *testing.T) {
	const pages = 64
	d := open(t)
	rnd := rand.New(rand.NewPCG(1, 2))
	both := 0
	for range 8 {
		write(t, d, "a", strings.Repeat("o", pages<<12))
		sync(t, d, "a")
		sync(t, d, ".")
		f, err := os.OpenFile(filepath.Join(d.At(), "a"), os.O_WRONLY, 0)
		check(t, err)
		_, err = f.Write(bytes.Repeat([]byte("n"), pages<<12))
		check(t, err)
		check(t, f.Close())
		lost := cut(t, d, rnd)
		raw, err := os.ReadFile(filepath.Join(d.At(), "a"))
		check(t, err)
		kept := 0
		for n := range pages {
			switch p := string(raw[n<<12 : (n+1)<<12]); p {
			case strings.Repeat("n", 1<<12):
				kept++
			case strings.Repeat("o", 1<<12):
			default:
				t.Fatalf("page %d is torn", n)
			}
		}
		if kept != lost.KeptPages || kept+lost.Pages != pages {
			t.Errorf("%d new pages, %+v", kept, lost)
		}
		if kept > 0 && kept < pages {
			both++
		}
	}
	if both == 0 {
		t.Error("no cut left old and new pages together")
	}
}

// A file that grew may have its size and nothing in it: the old content is there, and
// zeros, or new pages, after it.
func TestAGrownFileMayLackItsContent(t *testing.T) {
	d := open(t)
	rnd := rand.New(rand.NewPCG(3, 4))
	zeros := 0
	for range 12 {
		write(t, d, "a", strings.Repeat("o", 1<<12))
		sync(t, d, "a")
		sync(t, d, ".")
		f, err := os.OpenFile(filepath.Join(d.At(), "a"), os.O_WRONLY|os.O_APPEND, 0)
		check(t, err)
		_, err = f.Write(bytes.Repeat([]byte("n"), 4<<12))
		check(t, errors.Join(err, f.Close()))
		cut(t, d, rnd)
		raw, err := os.ReadFile(filepath.Join(d.At(), "a"))
		check(t, err)
		if len(raw) < 1<<12 || len(raw) > 5<<12 || strings.Trim(string(raw[:1<<12]), "o") != "" || strings.Trim(string(raw[1<<12:]), "n\x00") != "" {
			t.Fatalf("%d bytes, or others than were written", len(raw))
		}
		if len(raw) == 5<<12 && bytes.HasSuffix(raw, make([]byte, 1<<12)) {
			zeros++
		}
	}
	if zeros == 0 {
		t.Error("no cut left a size without content")
	}
}

// TestItIsAFile: whatever a program does with a file, it reads what an ordinary file
// would hold, and after a sync a cut changes nothing.
func TestItIsAFile(t *testing.T) {
	d := open(t)
	n := 0
	rapid.Check(t, func(r *rapid.T) {
		n++
		name := fmt.Sprintf("f%d", n)
		f, err := os.OpenFile(filepath.Join(d.At(), name), os.O_RDWR|os.O_CREATE, 0o600)
		check(t, err)
		model := []byte{}
		grow := func(size int) {
			if size > len(model) {
				model = append(model, make([]byte, size-len(model))...)
			}
		}
		offset := rapid.IntRange(0, 20_000)
		for range rapid.IntRange(1, 20).Draw(r, "steps") {
			switch rapid.SampledFrom([]string{"write", "write", "truncate", "sync", "allocate"}).Draw(r, "step") {
			case "write":
				b, off := rapid.SliceOfN(rapid.Byte(), 1, 9000).Draw(r, "bytes"), offset.Draw(r, "at")
				_, err = f.WriteAt(b, int64(off))
				grow(off + len(b))
				copy(model[off:], b)
			case "truncate":
				size := offset.Draw(r, "size")
				err = f.Truncate(int64(size))
				grow(size)
				model = model[:size]
			case "allocate":
				size := offset.Draw(r, "size") + 1
				err = syscall.Fallocate(int(f.Fd()), 0, 0, int64(size))
				grow(size)
			case "sync":
				err = f.Sync()
			}
			check(t, err)
			check(t, same(f, model))
		}
		check(t, errors.Join(f.Sync(), f.Close()))
		sync(t, d, ".")
		if n%10 == 0 {
			cut(t, d, nil)
		}
		raw, err := os.ReadFile(filepath.Join(d.Safe(), name))
		if check(t, err); !bytes.Equal(raw, model) {
			r.Fatalf("on the disk are %d bytes, want %d", len(raw), len(model))
		}
	})
}

func same(f *os.File, model []byte) error {
	got := make([]byte, len(model)+1)
	n, _ := f.ReadAt(got, 0)
	if !bytes.Equal(got[:n], model) {
		return fmt.Errorf("the file has %d bytes, want %d, or others", n, len(model))
	}
	return nil
}

func TestTheDiskCanBeFull(t *testing.T) {
	d := open(t)
	write(t, d, "a", strings.Repeat("a", 8<<12))
	d.SetRoom(2 << 12)
	var st syscall.Statfs_t
	check(t, syscall.Statfs(d.At(), &st))
	if st.Bavail != 2 || st.Bsize != 1<<12 {
		t.Errorf("%d blocks of %d are free", st.Bavail, st.Bsize)
	}
	if err := os.WriteFile(filepath.Join(d.At(), "b"), make([]byte, 3<<12), 0o600); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("three pages into the room of two: %v", err)
	}
	check(t, os.Remove(filepath.Join(d.At(), "b")))
	f, err := os.OpenFile(filepath.Join(d.At(), "a"), os.O_RDWR, 0)
	check(t, err)
	_, err = f.WriteAt(make([]byte, 8<<12), 0) // takes no more room
	check(t, err)
	if err := syscall.Fallocate(int(f.Fd()), 0, 0, 11<<12); err != syscall.ENOSPC {
		t.Errorf("allocate: %v", err)
	}
	check(t, os.Remove(filepath.Join(d.At(), "a")))
	if room := d.Room(); room != 2<<12 {
		t.Errorf("a removed file that is open gave its room back: %d bytes", room)
	}
	check(t, f.Close())
	write(t, d, "b", strings.Repeat("b", 10<<12))
	d.SetRoom(-1)
	write(t, d, "c", strings.Repeat("c", 100<<12))
}

func TestFilesCanBeMapped(t *testing.T) {
	d := open(t)
	self, err := os.Executable()
	check(t, err)
	c := exec.Command(self, "-mapped", filepath.Join(d.At(), "shm"))
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	raw, err := os.ReadFile(filepath.Join(d.At(), "shm"))
	if check(t, err); string(raw[5000:5004]) != "seen" {
		t.Error("what was written to the mapped file is not in it")
	}
	cut(t, d, nil)
	holds(t, d, "shm", "-")
}

func TestCloseLosesNothing(t *testing.T) {
	d := open(t)
	check(t, os.Mkdir(filepath.Join(d.At(), "sub"), 0o700))
	write(t, d, "sub/a", "content")
	check(t, d.Close())
	raw, err := os.ReadFile(filepath.Join(d.Safe(), "sub", "a"))
	if check(t, err); string(raw) != "content" {
		t.Errorf("%q", raw)
	}
	if _, err := os.Stat(d.Safe() + ".pending"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what was pending is still there: %v", err)
	}
}
