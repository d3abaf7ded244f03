package box_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tyngo/tyngo/edge/box"
	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/edge/sqlite"
)

func TestTheDoctorSeesWhatIsWrongWithADatabase(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ sql, says string }{
		"nothing":                      {"", ""},
		"a total that nobody made":     {"UPDATE guest_check SET total = total + 1", "guest_check is not what the facts make"},
		"a total that is not reckoned": {"UPDATE guest_check SET total = total + 1", "its bill says 875"},
		"a fact that was changed":      {"UPDATE journal SET body = CAST(replace(CAST(body AS TEXT), 'Chicken', 'Chicker') AS BLOB) WHERE instr(CAST(body AS TEXT), 'Chicken')", "is not what was written"},
		"a fact that is gone":          {"DELETE FROM journal WHERE seq = 3", "fact 3 is missing"},
		"a row that is gone":           {"DELETE FROM print_job", "print_job is not what the facts make: missing is"},
		"who sits nowhere":             {"INSERT INTO party (id, state, covers, day, came_at, seated_at, seq) VALUES ('0198f000-0000-7000-8000-0000000000a1', 'seated', 2, '2026-11-24', 1, 1, 1)", "party 0198f000-0000-7000-8000-0000000000a1 sits at no table"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := boxtest.Start(t)
			place(h, ringing(boxtest.Bowl, 1, ""))
			config := box.Config{Dir: filepath.Dir(h.Journal.DB().Path()), Now: time.Now}
			if found, err := box.Examine(t.Context(), config); err != nil || len(found.Damages) > 0 || found.Facts < 5 || found.Rows < 5 {
				t.Fatalf("while it serves: %+v %v", found, err)
			}
			h.Stop()
			if c.sql != "" {
				if err := h.Edit(func(tx *sqlite.Tx) error { _, err := tx.Exec(c.sql); return err }); err != nil {
					t.Fatal(err)
				}
			}
			found, err := box.Examine(t.Context(), config)
			if said := strings.Join(found.Damages, "; "); err != nil || !strings.Contains(said, c.says) || (said == "") != (c.says == "") {
				t.Errorf("%q %v, want %q", said, err, c.says)
			}
		})
	}
}
