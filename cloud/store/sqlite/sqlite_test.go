package sqlite_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/pressly/goose/v3"
	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/cloud/store/sqlite"
	"github.com/tyngo/tyngo/cloud/store/storetest"
	"github.com/tyngo/tyngo/sync/fault"
)

func at(path string) storetest.Place {
	return func(t testing.TB) *store.Store {
		t.Helper()
		s, err := sqlite.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
}

func TestSQLiteIsAStore(t *testing.T) {
	storetest.Run(t, func(t testing.TB) storetest.Place {
		return at(filepath.Join(t.TempDir(), "cloud #1?.db")) // a path is a path, whatever it contains
	})
}

// raw opens the file beside the store.
func raw(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func count(t *testing.T, db *sql.DB, query string) (n int) {
	t.Helper()
	if err := db.QueryRow(query).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

func TestDataOfANewerProgramAreLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cloud.db")
	if err := at(path)(t).Close(); err != nil {
		t.Fatal(err)
	}
	db := raw(t, path)
	if _, err := db.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)"); err != nil {
		t.Fatal(err)
	}
	s, err := sqlite.Open(t.Context(), path)
	if err == nil {
		s.Close()
	}
	if f := fault.Of(err); f.Code != "schema_newer" || f.Kind != fault.Conflict {
		t.Errorf("the answer was %v", err)
	}
	if n := count(t, db, "SELECT max(version_id) FROM goose_db_version"); n != 999 {
		t.Errorf("the schema is %d now", n)
	}
}

func TestDataOfEveryOlderProgramAreBroughtUpToDate(t *testing.T) {
	files, err := os.ReadDir("migrations")
	if err != nil {
		t.Fatal(err)
	}
	for version := 1; version <= len(files); version++ {
		path := filepath.Join(t.TempDir(), "cloud.db")
		db := raw(t, path)
		p, err := goose.NewProvider(goose.DialectSQLite3, db, os.DirFS("migrations"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.UpTo(t.Context(), int64(version)); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec("INSERT INTO organisation (id, name, made) VALUES (randomblob(16), 'Taquería', 1)"); err != nil {
			t.Fatal(err)
		}
		s := at(path)(t)
		list, err := s.Organisations(t.Context())
		if err := errors.Join(err, s.Ping(t.Context()), s.Close()); err != nil {
			t.Fatal(err)
		}
		if len(list) != 1 {
			t.Errorf("from schema %d: %d organisations are there", version, len(list))
		}
	}
}

// What is remembered of an order changed its form: everything is folded again.
func TestSumsOfTheOldMemoryAreFoldedAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cloud.db")
	db := raw(t, path)
	p, err := goose.NewProvider(goose.DialectSQLite3, db, os.DirFS("migrations"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), 4); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{
		"INSERT INTO fold VALUES (x'01', x'02', 'sales', 1, 5), (x'01', x'02', 'stdout', 1, 5)",
		"INSERT INTO fold_state VALUES (x'01', x'02', 'sales', 'k', '{}'), (x'01', x'02', 'stdout', 'k', '{}')",
		"INSERT INTO quarantine VALUES (x'01', x'02', 1, 2, 'sales', 'odd', 1), (x'01', x'02', 1, 2, 'stdout', 'odd', 1)",
		"INSERT INTO cell VALUES (x'01', x'03', '2026-11-25', 12, 'sales', '', '', 5)",
		"INSERT INTO place VALUES (x'01', x'03', 'Riverside', 'USD', 'America/Chicago', 240, 0, '', 0)",
	} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	if err := at(path)(t).Close(); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]int{"SELECT count(*) FROM fold": 1, "SELECT count(*) FROM fold_state": 1, "SELECT count(*) FROM quarantine": 1,
		"SELECT count(*) FROM cell": 0, "SELECT count(*) FROM place": 0, "SELECT count(*) FROM fold WHERE consumer = 'stdout'": 1} {
		if n := count(t, db, query); n != want {
			t.Errorf("%s is %d, want %d", query, n, want)
		}
	}
}
