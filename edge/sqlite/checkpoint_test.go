package sqlite_test

import (
	"os"
	"sync"
	"testing"

	"github.com/tyngo/tyngo/edge/sqlite"
)

// A rush of half again the size at which SQLite would move the WAL within somebody's
// COMMIT: it is moved beside the writer, and begun again while that goes on.
func TestTheWALIsMovedWhileARushGoesOn(t *testing.T) {
	const page, rows, writers = 4096, 24_000, 64
	db := newDB(t)
	pad := make([]byte, page-200) // a row fills a page
	var wg sync.WaitGroup
	errs := make(chan error, writers)
	for w := range writers {
		wg.Go(func() {
			for range rows / writers {
				if err := db.Update(t.Context(), func(tx *sqlite.Tx) error {
					_, err := tx.Exec("INSERT INTO t (caller, pad) VALUES (?, ?)", w, pad)
					return err
				}); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	wg.Wait()
	select {
	case err := <-errs:
		t.Fatal(err)
	default:
	}
	info, err := os.Stat(db.Path() + "-wal") // it keeps the largest size that it had
	if err != nil {
		t.Fatal(err)
	}
	if most := int64(15_000 * page); info.Size() > most {
		t.Errorf("the WAL of %d pages that were written grew to %d, want at most %d", rows, info.Size()/page, most/page)
	}
}
