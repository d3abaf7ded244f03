package order

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/edge/sqlite"
)

// A year of orders that nobody moved on must cost a new one nothing.
func TestTheKitchensQueueIsCountedWithoutReadingAnOrder(t *testing.T) {
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "box.db"), sqlite.Config{ReserveBytes: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var plan []string
	if err := db.View(t.Context(), func(q *sqlite.Snapshot) error {
		return sqlite.Each(q, "EXPLAIN QUERY PLAN "+countWaiting, []any{0, waitingMost}, func(scan sqlite.Scan) error {
			var id, parent, unused int
			var detail string
			err := scan(&id, &parent, &unused, &detail)
			plan = append(plan, detail)
			return err
		})
	}); err != nil {
		t.Fatal(err)
	}
	if all := strings.Join(plan, "\n"); !strings.Contains(all, "USING COVERING INDEX guest_check_waiting (placed_at>?)") {
		t.Errorf("the plan is\n%s", all)
	}
}
