package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/fault"
	"golang.org/x/sys/unix"
)

const callers = 64

func open(t testing.TB, path string, c sqlite.Config) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), path, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func newDB(t testing.TB) *sqlite.DB {
	t.Helper()
	db := open(t, filepath.Join(t.TempDir(), "box.db"), sqlite.Config{ReserveBytes: 1 << 20})
	must(t, db, "CREATE TABLE t (n INTEGER PRIMARY KEY, caller INTEGER NOT NULL, pad BLOB) STRICT")
	return db
}

func must(t testing.TB, db *sqlite.DB, query string, args ...any) {
	t.Helper()
	if err := db.Update(t.Context(), func(tx *sqlite.Tx) error { _, err := tx.Exec(query, args...); return err }); err != nil {
		t.Fatal(err)
	}
}

// add writes three rows with dense numbers for one caller, as the journal does.
func add(tx *sqlite.Tx, caller int, pad []byte, between func(step int)) error {
	for i := range 3 {
		between(i)
		var n int64
		if err := tx.QueryRow("SELECT coalesce(max(n), 0) + 1 FROM t").Scan(&n); err != nil {
			return err
		}
		if _, err := tx.Exec("INSERT INTO t (n, caller, pad) VALUES (?, ?, ?)", n, caller, pad); err != nil {
			return err
		}
	}
	return nil
}

// together makes n callers wait until all of them are queued behind one closure,
// and answers what each was told.
func together(t *testing.T, db *sqlite.DB, n int, call func(i int) error) []error {
	t.Helper()
	release, held := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		db.Update(context.Background(), func(*sqlite.Tx) error { close(held); <-release; return errors.New("held") })
	})
	<-held
	answers := make([]error, n)
	for i := range n {
		wg.Go(func() {
			defer func() {
				if v := recover(); v != nil {
					answers[i] = fmt.Errorf("panicked: %v", v)
				}
			}()
			answers[i] = call(i)
		})
	}
	for db.Stats().Waiting.Load() < int64(n+1) {
		runtime.Gosched() // nothing but their arrival ends this
	}
	close(release)
	wg.Wait()
	return answers
}

// holds answers how many rows each caller has in the reopened file, and checks
// that the numbers have no hole.
func holds(t *testing.T, db *sqlite.DB) map[int]int {
	t.Helper()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open(t, db.Path(), sqlite.Config{ReserveBytes: -1})
	rows, last := map[int]int{}, int64(0)
	err := db.View(t.Context(), func(s *sqlite.Snapshot) error {
		return sqlite.Each(s, "SELECT n, caller FROM t ORDER BY n", nil, func(scan sqlite.Scan) error {
			var n int64
			var caller int
			if err := scan(&n, &caller); err != nil {
				return err
			}
			if n != last+1 {
				t.Errorf("after %d comes %d: a hole", last, n)
			}
			last = n
			rows[caller]++
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// compare holds every answer against the reopened file: all three rows where the
// caller was told 'done', none where it was told 'not done'.
func compare(t *testing.T, db *sqlite.DB, answers []error) {
	t.Helper()
	rows := holds(t, db)
	for i, err := range answers {
		want := 3
		if err != nil {
			want = 0
		}
		if fault.KindOf(err) == fault.Unknown {
			if rows[i] != 0 && rows[i] != 3 {
				t.Errorf("caller %d, of whom nobody knew, has %d of 3 rows", i, rows[i])
			}
			continue
		}
		if rows[i] != want {
			t.Errorf("caller %d was told %v and has %d rows", i, err, rows[i])
		}
	}
}

func TestOneCallersCancelledRequestIsKeptFromTheOthers(t *testing.T) {
	for step := range 4 {
		t.Run(fmt.Sprintf("before statement %d", step), func(t *testing.T) {
			db := newDB(t)
			answers := together(t, db, callers, func(i int) error {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				return db.Update(ctx, func(tx *sqlite.Tx) error {
					err := add(tx, i, nil, func(s int) {
						if i == 7 && s == step {
							cancel()
						}
					})
					if i == 7 && step == 3 {
						cancel()
					}
					return err
				})
			})
			for i, err := range answers {
				if err != nil {
					t.Errorf("caller %d: %v", i, err)
				}
			}
			compare(t, db, answers)
		})
	}
}

func TestACallerCancelledWhileWaitingIsNotDone(t *testing.T) {
	db := newDB(t)
	ctx, cancel := context.WithCancel(t.Context())
	answers := together(t, db, callers, func(i int) error {
		c := t.Context()
		if i == 5 {
			c = ctx
		}
		return db.Update(c, func(tx *sqlite.Tx) error {
			return add(tx, i, nil, func(int) {
				if i != 5 {
					cancel()
				}
			})
		})
	})
	for i, err := range answers {
		if i != 5 && err != nil {
			t.Errorf("caller %d: %v", i, err)
		}
	}
	compare(t, db, answers)
}

func TestOneCallersErrorOrPanicIsKeptFromTheOthers(t *testing.T) {
	db := newDB(t)
	own := fault.New(fault.Conflict, "no", "No.")
	answers := together(t, db, callers, func(i int) error {
		return db.Update(t.Context(), func(tx *sqlite.Tx) error {
			if err := add(tx, i, nil, func(int) {}); err != nil {
				return err
			}
			switch i {
			case 3:
				return own
			case 9:
				panic("a bug")
			case 11: // a statement of its own that fails, after rows were written
				_, err := tx.Exec("INSERT INTO t (n, caller) VALUES (1, 11)")
				return err
			}
			return nil
		})
	})
	if !errors.Is(answers[3], own) || answers[9] == nil || !sqlite.IsUnique(answers[11]) {
		t.Errorf("their own errors came back as %v, %v, %v", answers[3], answers[9], answers[11])
	}
	for i, err := range answers {
		if err != nil && i != 3 && i != 9 && i != 11 {
			t.Errorf("caller %d: %v", i, err)
		}
	}
	compare(t, db, answers)
}

func TestDiskThatFillsInsideOneClosureIsNotDoneForIt(t *testing.T) {
	db := newDB(t)
	must(t, db, "PRAGMA max_page_count = 200") // 800 KiB
	answers := together(t, db, callers, func(i int) error {
		return db.Update(t.Context(), func(tx *sqlite.Tx) error {
			var pad []byte
			if i == 20 {
				pad = make([]byte, 400<<10)
			}
			return add(tx, i, pad, func(int) {})
		})
	})
	if !fault.Is(answers[20], "disk_full") {
		t.Errorf("the caller who filled the disk was told %v", answers[20])
	}
	for i, err := range answers {
		if err != nil && i != 20 {
			t.Errorf("caller %d: %v", i, err)
		}
	}
	compare(t, db, answers)
}

func TestAClosureThatHidesAFullDiskIsNotDone(t *testing.T) {
	db := newDB(t)
	must(t, db, "PRAGMA max_page_count = 200")
	err := db.Update(t.Context(), func(tx *sqlite.Tx) error {
		_ = add(tx, 1, make([]byte, 400<<10), func(int) {})
		return nil
	})
	if !fault.Is(err, "disk_full") {
		t.Fatalf("told %v", err)
	}
	compare(t, db, []error{0: nil, 1: err}[1:1])
}

func TestAnyOtherFailedCommitIsUnknownToAll(t *testing.T) {
	db := newDB(t)
	must(t, db, "CREATE TABLE parent (n INTEGER PRIMARY KEY) STRICT")
	must(t, db, "CREATE TABLE child (n INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED) STRICT")
	answers := together(t, db, callers, func(i int) error {
		return db.Update(t.Context(), func(tx *sqlite.Tx) error {
			if i == 30 { // COMMIT finds the missing parent
				if _, err := tx.Exec("INSERT INTO child (n) VALUES (1)"); err != nil {
					return err
				}
			}
			return add(tx, i, nil, func(int) {})
		})
	})
	for i, err := range answers {
		if fault.KindOf(err) != fault.Unknown {
			t.Errorf("caller %d of a COMMIT that failed was told %v", i, err)
		}
	}
	must(t, db, "INSERT INTO t (n, caller) VALUES (1, 1000)") // the reopened writer goes on
	compare(t, db, answers)
}

func TestDiskThatFillsAtCommitIsMetWithTheReserve(t *testing.T) {
	dir := smallDisk(t, "3m")
	db := open(t, filepath.Join(dir, "box.db"), sqlite.Config{ReserveBytes: 1 << 20})
	must(t, db, "CREATE TABLE t (n INTEGER PRIMARY KEY, caller INTEGER NOT NULL, pad BLOB) STRICT")
	fill(t, filepath.Join(dir, "ballast"))
	answers := together(t, db, callers, func(i int) error {
		return db.Update(t.Context(), func(tx *sqlite.Tx) error { return add(tx, i, make([]byte, 512), func(int) {}) })
	})
	for i, err := range answers {
		if err != nil {
			t.Errorf("caller %d with the reserve still there: %v", i, err)
		}
	}
	if !db.Stats().Full.Load() {
		t.Error("the disk is full and nobody says so")
	}
	if err := db.Backup(t.Context(), filepath.Join(dir, "copy")); !fault.Is(err, "disk_full") {
		t.Errorf("a backup on a full disk: %v", err)
	}
	for i := 0; ; i++ { // and when the reserve is used up too
		err := db.Update(t.Context(), func(tx *sqlite.Tx) error { return add(tx, callers+i, make([]byte, 100<<10), func(int) {}) })
		answers = append(answers, err)
		if err == nil && i < 100 {
			continue
		}
		if !fault.Is(err, "disk_full") {
			t.Errorf("the disk with no reserve: %v", err)
		}
		break
	}
	if err := os.Remove(filepath.Join(dir, "ballast")); err != nil {
		t.Fatal(err)
	}
	if err := db.Update(t.Context(), func(tx *sqlite.Tx) error { return add(tx, 999, nil, func(int) {}) }); err != nil {
		t.Errorf("room again: %v", err)
	}
	compare(t, db, answers)
}

func TestReserveIsMadeAgainWhenThereIsRoom(t *testing.T) {
	dir := smallDisk(t, "6m")
	db := open(t, filepath.Join(dir, "box.db"), sqlite.Config{ReserveBytes: 2 << 20})
	if err := os.Remove(filepath.Join(dir, "box.db.reserve")); err != nil {
		t.Fatal(err)
	}
	fill(t, filepath.Join(dir, "ballast"))
	if db.Replenish() || !db.Stats().Full.Load() {
		t.Error("a reserve was made of no room")
	}
	if err := os.Remove(filepath.Join(dir, "ballast")); err != nil {
		t.Fatal(err)
	}
	if !db.Replenish() || db.Stats().Full.Load() {
		t.Error("there is room and no reserve")
	}
}

func TestABoxThatDiedStartsOnAFullDisk(t *testing.T) {
	dir := smallDisk(t, "24m")
	db := open(t, filepath.Join(dir, "box.db"), sqlite.Config{ReserveBytes: -1})
	must(t, db, "CREATE TABLE t (n INTEGER PRIMARY KEY, caller INTEGER NOT NULL, pad BLOB) STRICT")
	for i := range 10 { // stays in the WAL
		if err := db.Update(t.Context(), func(tx *sqlite.Tx) error { return add(tx, i, make([]byte, 100<<10), func(int) {}) }); err != nil {
			t.Fatal(err)
		}
	}
	// As kill -9 leaves it.
	dead := filepath.Join(dir, "dead")
	if err := os.Mkdir(dead, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, end := range []string{"", "-wal"} {
		raw, err := os.ReadFile(filepath.Join(dir, "box.db"+end))
		if err == nil {
			err = os.WriteFile(filepath.Join(dead, "box.db"+end), raw, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dead, "box.db.reserve"), make([]byte, 4<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	fill(t, filepath.Join(dir, "ballast"))
	db = open(t, filepath.Join(dead, "box.db"), sqlite.Config{ReserveBytes: 4 << 20})
	if err := db.Update(t.Context(), func(tx *sqlite.Tx) error { return add(tx, 100, nil, func(int) {}) }); err != nil {
		t.Errorf("the first order: %v", err)
	}
	if !db.Stats().Full.Load() {
		t.Error("the disk is full and nobody says so")
	}
}

// smallDisk mounts a tmpfs of a size, where the test may.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		if os.Getenv("CI") == "true" && os.Geteuid() == 0 && !errors.Is(err, unix.EPERM) {
			t.Fatalf("mount a small disk: %v", err)
		}
		t.Skipf("this test may not mount a small disk here: %v", err)
	}
	t.Cleanup(func() { unix.Unmount(dir, unix.MNT_DETACH) })
	return dir
}

// fill takes all room that is left.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for size := 1 << 20; size >= 512; size /= 2 {
		for block := make([]byte, size); ; {
			if _, err := f.Write(block); err != nil {
				break
			}
		}
	}
}
