package datadir_test

import (
	"bytes"
	"errors"
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/tyngo/tyngo/sync/datadir"
	"github.com/tyngo/tyngo/sync/fault"
)

// hold makes this program another owner of a directory, until it is killed.
var hold = flag.String("hold", "", "a data directory to lock")

func TestMain(m *testing.M) {
	flag.Parse()
	if *hold == "" {
		os.Exit(m.Run())
	}
	if _, err := datadir.Lock(*hold); err != nil {
		os.Exit(1)
	}
	os.Stdout.WriteString("locked\n")
	os.Stdin.Read(make([]byte, 1)) // for ever
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func mode(t testing.TB, path string) fs.FileMode {
	t.Helper()
	i, err := os.Stat(path)
	check(t, err)
	return i.Mode().Perm()
}

func TestADirectoryHasOneOwnerAtATime(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	one, err := datadir.Lock(dir)
	check(t, err)
	_, err = datadir.Lock(dir)
	if !errors.Is(err, datadir.ErrInUse) || fault.KindOf(err) != fault.Conflict {
		t.Fatalf("a second owner: %v", err)
	}
	check(t, one.Close())
	two, err := datadir.Lock(dir)
	check(t, err)
	check(t, two.Close())
}

func TestOnlyItsOwnerSeesTheDirectory(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	dir := filepath.Join(t.TempDir(), "a", "b")
	f, err := datadir.Lock(dir)
	check(t, err)
	defer f.Close()
	check(t, datadir.Write(filepath.Join(dir, "secret"), []byte("x")))
	_, err = datadir.NoteAddress(dir, "http://127.0.0.1:1")
	check(t, err)
	for path, want := range map[string]fs.FileMode{"..": 0o700, ".": 0o700, "lock": 0o600, "secret": 0o600, "address": 0o600} {
		if got := mode(t, filepath.Join(dir, path)); got != want {
			t.Errorf("%s has mode %o", path, got)
		}
	}
}

// other starts another program that owns a directory.
func other(t testing.TB, dir string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	check(t, err)
	c := exec.Command(self, "-hold", dir)
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	stay, err := c.StdinPipe()
	check(t, err)
	t.Cleanup(func() { stay.Close() })
	out, err := c.StdoutPipe()
	check(t, err)
	check(t, c.Start())
	said := make([]byte, 7)
	if _, err := out.Read(said); err != nil || string(said) != "locked\n" {
		t.Fatalf("the other program said %q, %v", said, err)
	}
	return c
}

// kill -9 is how a power cut looks from inside: the lock is gone with the process.
func TestAKilledProgramLeavesItsDirectoryFree(t *testing.T) {
	dir := t.TempDir()
	for range 3 {
		c := other(t, dir)
		if _, err := datadir.Lock(dir); !errors.Is(err, datadir.ErrInUse) {
			t.Fatalf("two programs own the directory: %v", err)
		}
		check(t, c.Process.Kill())
		if err := c.Wait(); err == nil {
			t.Fatal("it was not killed")
		}
		f, err := datadir.Lock(dir)
		check(t, err)
		check(t, f.Close())
	}
}

// A program that the owner starts does not keep the lock for it.
func TestAProgramThatTheOwnerStartsDoesNotOwnTheDirectory(t *testing.T) {
	dir := t.TempDir()
	f, err := datadir.Lock(dir)
	check(t, err)
	c := exec.Command("cat")
	stay, err := c.StdinPipe()
	check(t, err)
	check(t, c.Start())
	check(t, f.Close())
	again, err := datadir.Lock(dir)
	if err != nil {
		t.Errorf("the lock is kept by a child: %v", err)
	} else {
		check(t, again.Close())
	}
	check(t, stay.Close())
	check(t, c.Wait())
}

func TestWhatStandsInTheWayOfADirectoryIsNamed(t *testing.T) {
	dir := t.TempDir()
	check(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o600))
	check(t, os.MkdirAll(filepath.Join(dir, "odd", "lock"), 0o700))
	for name, path := range map[string]string{"a file": "file", "below a file": "file/x", "a directory as the lock": "odd"} {
		_, err := datadir.Lock(filepath.Join(dir, path))
		if err == nil || errors.Is(err, datadir.ErrInUse) || !strings.Contains(err.Error(), filepath.Join(dir, strings.Split(path, "/")[0])) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A file is there as it was or as it is to be, whatever goes wrong, and nothing
// lies around it.
func TestAFileIsWrittenWholeOrNotAtAll(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	dir := t.TempDir()
	path := filepath.Join(dir, "key")
	check(t, os.WriteFile(path, []byte("old"), 0o644))
	check(t, datadir.Write(path, bytes.Repeat([]byte("new"), 1<<16)))
	got, err := os.ReadFile(path)
	check(t, err)
	if len(got) != 3<<16 || mode(t, path) != 0o600 {
		t.Errorf("%d bytes, mode %o", len(got), mode(t, path))
	}
	check(t, datadir.WriteMode(path, []byte("for all"), 0o644))
	if mode(t, path) != 0o644 {
		t.Errorf("mode %o", mode(t, path))
	}

	full := filepath.Join(dir, "taken") // a directory with something in it: the rename fails
	check(t, os.MkdirAll(filepath.Join(full, "x"), 0o700))
	if err := datadir.Write(full, []byte("y")); err == nil {
		t.Error("a file was written over a directory")
	}
	if err := datadir.Write(filepath.Join(dir, "nowhere", "key"), []byte("y")); err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("into no directory: %v", err)
	}
	list, err := os.ReadDir(dir)
	check(t, err)
	if len(list) != 2 {
		t.Errorf("there are %v", list)
	}
}

// A disk that is full in the middle of a write leaves the old file.
func TestAFileThatDoesNotFitLeavesTheOldOne(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "key")
	check(t, datadir.Write(path, []byte("old")))
	self, err := os.Executable()
	check(t, err)
	c := exec.Command("/bin/sh", "-c", `ulimit -f 8 && exec "$0" -test.run '^TestWriteTooMuch$' -into "$1"`, self, path)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	got, err := os.ReadFile(path)
	check(t, err)
	list, err := os.ReadDir(dir)
	check(t, err)
	if string(got) != "old" || len(list) != 1 {
		t.Errorf("the file holds %q, the directory %v", got, list)
	}
}

var into = flag.String("into", "", "a file that has no room for a megabyte")

func TestWriteTooMuch(t *testing.T) {
	path := *into
	if path == "" { // the other end of the test above; alone it has room
		path = filepath.Join(t.TempDir(), "key")
		check(t, datadir.Write(path, make([]byte, 1<<20)))
		return
	}
	if err := datadir.Write(path, make([]byte, 1<<20)); !errors.Is(err, syscall.EFBIG) {
		t.Errorf("a file of a megabyte: %v", err)
	}
}

func TestTheAddressIsNotedWhileTheProgramRuns(t *testing.T) {
	dir := t.TempDir()
	if a := datadir.Address(dir); a != "" {
		t.Errorf("nobody said that it listens at %q", a)
	}
	forget, err := datadir.NoteAddress(dir, "http://127.0.0.1:8080")
	check(t, err)
	if a := datadir.Address(dir); a != "http://127.0.0.1:8080" {
		t.Errorf("it listens at %q", a)
	}
	forget()
	if a := datadir.Address(dir); a != "" {
		t.Errorf("it still listens at %q", a)
	}
	if _, err := datadir.NoteAddress(filepath.Join(dir, "nowhere"), "x"); err == nil {
		t.Error("an address was noted nowhere")
	}
}
