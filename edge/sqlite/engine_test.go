package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/tyngo/tyngo/sync/fault"
)

func fresh(t testing.TB) *DB {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "box.db"))
}

func openAt(t testing.TB, path string) *DB {
	t.Helper()
	db, err := Open(t.Context(), path, Config{ReserveBytes: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func run(t testing.TB, db *DB, query string, args ...any) {
	t.Helper()
	if err := db.Update(t.Context(), func(tx *Tx) error { _, err := tx.Exec(query, args...); return err }); err != nil {
		t.Fatal(err)
	}
}

func TestReadersCannotWrite(t *testing.T) {
	db := fresh(t)
	err := db.View(t.Context(), func(s *Snapshot) error {
		return Each(s, "INSERT INTO cursor (consumer, seq) VALUES ('x', 1) RETURNING seq", nil, func(scan Scan) error { return nil })
	})
	if err == nil || !strings.Contains(err.Error(), "readonly") {
		t.Fatalf("a reader wrote: %v", err)
	}
}

func TestReaderSeesOneState(t *testing.T) {
	db := fresh(t)
	run(t, db, "INSERT INTO cursor (consumer, seq) VALUES ('x', 1)")
	err := db.View(t.Context(), func(s *Snapshot) error {
		var before, after int
		if err := s.QueryRow("SELECT seq FROM cursor").Scan(&before); err != nil {
			return err
		}
		run(t, db, "UPDATE cursor SET seq = 2")
		if err := s.QueryRow("SELECT seq FROM cursor").Scan(&after); err != nil {
			return err
		}
		if before != after {
			t.Errorf("one View saw %d and then %d", before, after)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWriterIsDurableByPragma(t *testing.T) {
	db := fresh(t)
	err := db.Update(t.Context(), func(tx *Tx) error {
		for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "application_id": fmt.Sprint(applicationID)} {
			var got string
			if err := tx.QueryRow("PRAGMA " + pragma).Scan(&got); err != nil {
				return err
			}
			if got != want {
				t.Errorf("%s is %s, want %s", pragma, got, want)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAClosureThatTakesTooLongIsEnded(t *testing.T) {
	db := fresh(t)
	synctest.Test(t, func(t *testing.T) {
		tx := &Tx{stmts: nil, start: time.Now()}
		time.Sleep(closureLimit + time.Millisecond)
		if err := tx.ready(); !fault.Is(err, "too_slow") {
			t.Errorf("after %v: %v", closureLimit, err)
		}
	})
	var leaked *Tx
	if err := db.Update(t.Context(), func(tx *Tx) error { leaked = tx; return nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := leaked.Exec("DELETE FROM cursor"); err == nil {
		t.Error("a transaction was used after its end")
	}
}

func TestCallersAfterCloseAreToldSo(t *testing.T) {
	db := fresh(t)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.Update(context.Background(), func(*Tx) error { return nil }); !fault.Is(err, "stopping") {
		t.Errorf("Update: %v", err)
	}
	if err := db.View(context.Background(), func(*Snapshot) error { return nil }); !fault.Is(err, "stopping") {
		t.Errorf("View: %v", err)
	}
}

func TestUncleanStopIsNoticedAndChecked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "box.db")
	db := openAt(t, path)
	if db.Unclean() {
		t.Error("a new file counts as unclean")
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if db = openAt(t, path); db.Unclean() {
		t.Error("a clean stop counts as unclean")
	}
	db.Close()
	if err := os.WriteFile(path+".in-use", nil, 0o600); err != nil { // as a crash leaves it
		t.Fatal(err)
	}
	if db = openAt(t, path); !db.Unclean() {
		t.Error("a crash was not noticed")
	}
	if err := db.QuickCheck(t.Context()); err != nil {
		t.Errorf("a whole file: %v", err)
	}
}

func TestDamagedFileIsFound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "box.db")
	db := openAt(t, path)
	for i := range 200 {
		run(t, db, "INSERT INTO document (sha256, kind, body) VALUES (?, 'menu', ?)", fmt.Appendf(nil, "%032d", i), make([]byte, 3000))
	}
	db.Close()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		t.Fatal(err)
	}
	for page := end/4096 - 100; page < end/4096-80; page++ { // documents; the tables of every start lie before them
		if _, err := f.WriteAt([]byte("this is no b-tree page at all"), page*4096); err != nil {
			t.Fatal(err)
		}
	}
	f.Close()
	db = openAt(t, path)
	if err := db.QuickCheck(t.Context()); err == nil {
		t.Error("twenty pages of rubbish were not found")
	}
}

func TestWhatCannotBeReadIsSaidAndIsNoErrorOfTheProgram(t *testing.T) {
	path := filepath.Join(t.TempDir(), "box.db")
	db := openAt(t, path)
	for i := range 200 {
		run(t, db, "INSERT INTO document (sha256, kind, body) VALUES (?, 'menu', ?)", fmt.Appendf(nil, "%032d", i), make([]byte, 3000))
	}
	db.Close()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := len(raw) / 2; at < len(raw); at++ {
		raw[at] = 0xa5
	}
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	db = openAt(t, path)
	if db.Stats().Damaged.Load() {
		t.Error("damage that nobody met")
	}
	err = db.View(t.Context(), func(s *Snapshot) error {
		return Each(s, "SELECT body FROM document", nil, func(scan Scan) error { var b []byte; return scan(&b) })
	})
	if !fault.Is(err, "storage_damaged") || fault.KindOf(err) != fault.Unavailable || !db.Stats().Damaged.Load() {
		t.Errorf("reading rubbish: %v", err)
	}
	err = db.Update(t.Context(), func(tx *Tx) error { _, err := tx.Exec("UPDATE document SET kind = 'venue'"); return err })
	if !fault.Is(err, "storage_damaged") {
		t.Errorf("writing rubbish: %v", err)
	}
}

func TestAFileThatIsNoDatabaseIsRefusedInWords(t *testing.T) {
	path := filepath.Join(t.TempDir(), "box.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), path, Config{ReserveBytes: -1}); !fault.Is(err, "not_a_database") {
		t.Errorf("opened: %v", err)
	}
}

func TestFileOfAnotherProgramIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "other.db")
	pool, conn, err := single(t.Context(), "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(t.Context(), "CREATE TABLE theirs (n)"); err != nil {
		t.Fatal(err)
	}
	closeAll(conn, pool)
	if _, err := Open(t.Context(), path, Config{}); !fault.Is(err, "not_ours") {
		t.Fatalf("opened: %v", err)
	}
}

func TestEachMigrationIsPrecededByABackup(t *testing.T) {
	files := fstest.MapFS{}
	path := filepath.Join(t.TempDir(), "box.db")
	migrateTo := func(n int) error {
		for i := 1; i <= n; i++ {
			files[fmt.Sprintf("%04d_step.sql", i)] = &fstest.MapFile{Data: fmt.Appendf(nil, "-- +goose Up\nCREATE TABLE step%d (n INTEGER) STRICT;\n", i)}
		}
		return (&DB{path: path}).migrateFrom(t.Context(), files)
	}
	for _, n := range []int{1, 4} {
		if err := migrateTo(n); err != nil {
			t.Fatal(err)
		}
	}
	got, _ := filepath.Glob(path + ".before-*")
	if len(got) != 2 || !strings.HasSuffix(got[0], "0003") || !strings.HasSuffix(got[1], "0004") {
		t.Fatalf("backups kept: %v", got)
	}
	pool, conn, err := single(t.Context(), "file:"+got[1])
	if err != nil {
		t.Fatal(err)
	}
	defer closeAll(conn, pool)
	if _, err := conn.ExecContext(t.Context(), "SELECT n FROM step3"); err != nil {
		t.Errorf("the copy from before 4 lacks 3: %v", err)
	}
	if _, err := conn.ExecContext(t.Context(), "SELECT n FROM step4"); err == nil {
		t.Error("the copy from before 4 has 4")
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	db := fresh(t)
	run(t, db, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)")
	db.Close()
	_, err := Open(t.Context(), db.Path(), Config{})
	if !fault.Is(err, "schema_newer") {
		t.Fatalf("opened: %v", err)
	}
}

func TestFailedMigrationLeavesTheSchemaAsItWas(t *testing.T) {
	path := filepath.Join(t.TempDir(), "box.db")
	files := fstest.MapFS{"0001_a.sql": {Data: []byte("-- +goose Up\nCREATE TABLE a (n INTEGER) STRICT;\n")}}
	if err := (&DB{path: path}).migrateFrom(t.Context(), files); err != nil {
		t.Fatal(err)
	}
	files["0002_b.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE b (n INTEGER) STRICT;\nCREATE TABLE a (n INTEGER) STRICT;\n")}
	if err := (&DB{path: path}).migrateFrom(t.Context(), files); err == nil {
		t.Fatal("a table was made twice")
	}
	pool, conn, err := single(t.Context(), "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer closeAll(conn, pool)
	if _, err := conn.ExecContext(t.Context(), "SELECT n FROM b"); err == nil {
		t.Error("half a migration stayed")
	}
}

func TestBackupWhileWritingIsOneState(t *testing.T) {
	db := fresh(t)
	run(t, db, "INSERT INTO cursor (consumer, seq) VALUES ('a', 0), ('b', 0)")
	stop := make(chan struct{})
	done := make(chan error)
	go func() {
		for i := 1; ; i++ {
			select {
			case <-stop:
				done <- nil
				return
			default:
			}
			err := db.Update(context.Background(), func(tx *Tx) error {
				_, e1 := tx.Exec("UPDATE cursor SET seq = ? WHERE consumer = 'a'", i)
				_, e2 := tx.Exec("UPDATE cursor SET seq = ? WHERE consumer = 'b'", i)
				return errors.Join(e1, e2)
			})
			if err != nil {
				done <- err
				return
			}
		}
	}()
	copyTo := filepath.Join(t.TempDir(), "copy.db")
	if err := db.Backup(t.Context(), copyTo); err != nil {
		t.Fatal(err)
	}
	close(stop)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	var a, b int
	if err := openAt(t, copyTo).View(t.Context(), func(s *Snapshot) error {
		return errors.Join(s.QueryRow("SELECT seq FROM cursor WHERE consumer = 'a'").Scan(&a),
			s.QueryRow("SELECT seq FROM cursor WHERE consumer = 'b'").Scan(&b))
	}); err != nil {
		t.Fatal(err)
	}
	if a != b {
		t.Errorf("the copy holds %d and %d of one transaction", a, b)
	}
}
