package venue_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/event"
)

// What is in force is read once a command: a command that changes it sees the change,
// and so does everybody after it.
func TestADocumentIsInForceFromTheFactThatSaysSo(t *testing.T) {
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "box.db"), sqlite.Config{ReserveBytes: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	want := func(q sqlite.Queryer, sum string) {
		t.Helper()
		for range 2 {
			if got, err := venue.InForce(q, doc.KindMenu); err != nil || got != sum {
				t.Errorf("in force is %.8q, %v; want %.8q", got, err, sum)
			}
		}
	}
	before := ""
	for seq, letter := range []string{"a", "b"} {
		sum := strings.Repeat(letter, 64)
		if err := db.Update(t.Context(), func(tx *sqlite.Tx) error {
			want(tx, before)
			p := event.MenuPublished{SHA256: sum, Owner: venue.Owner, Items: 1}
			e := event.Event{Seq: int64(seq + 1), Type: "menu.published", Payload: p}
			if err := venue.Projector().Apply(tx, e); err != nil {
				return err
			}
			want(tx, sum)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if err := db.View(t.Context(), func(q *sqlite.Snapshot) error { want(q, sum); return nil }); err != nil {
			t.Fatal(err)
		}
		before = sum
	}
}
