package order

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/edge/sqlite"
)

// A year of orders that nobody moved on must cost a new one nothing, nor a year of lines.
func TestAnOrderReadsIndexesAndNoYears(t *testing.T) {
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "box.db"), sqlite.Config{ReserveBytes: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, c := range []struct {
		query string
		args  []any
		plan  string
	}{
		{countWaiting, []any{0, waitingMost}, "USING COVERING INDEX guest_check_waiting (placed_at>?)"},
		{minted, []any{"0198f000-0000-7000-8000-000000000401"}, "USING COVERING INDEX check_line_minted (id=?)"},
		{setSent, []any{7, 1, "[]"}, "SEARCH check_line USING PRIMARY KEY (check_seq=?)"},
		{checkOf, []any{"0198f000-0000-7000-8000-000000000401"}, "SEARCH v USING COVERING INDEX guest_check_visit (visit_seq=?)"},
		{"SELECT 1 FROM guest_check WHERE opened_seq = ?1 OR visit_seq = ?1 AND visit_seq <> opened_seq", []any{1}, "MULTI-INDEX OR"},
	} {
		var plan []string
		if err := db.View(t.Context(), func(q *sqlite.Snapshot) error {
			return sqlite.Each(q, "EXPLAIN QUERY PLAN "+c.query, c.args, func(scan sqlite.Scan) error {
				var id, parent, unused int
				var detail string
				err := scan(&id, &parent, &unused, &detail)
				plan = append(plan, detail)
				return err
			})
		}); err != nil {
			t.Fatal(err)
		}
		if all := strings.Join(plan, "\n"); !strings.Contains(all, c.plan) {
			t.Errorf("the plan is\n%s", all)
		}
	}
}
