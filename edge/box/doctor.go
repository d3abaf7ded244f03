package box

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/venue"
)

// Health is what an examination looked at, and what is wrong.
type Health struct {
	Facts   int64    `json:"facts"`
	Tables  int      `json:"tables"` // that the facts were projected into once more
	Rows    int      `json:"rows"`
	Damages []string `json:"damages"` // empty: nothing is wrong
}

// Examine looks at a copy of a box's database, whether a box runs on it or not: the
// file is sound, the chain of all facts is whole, the facts, projected into empty tables,
// make the tables that are there, and these break no rule: checks owe what their bills say.
func Examine(ctx context.Context, c Config) (h Health, err error) {
	h.Damages = []string{}
	if err := sqlite.Prepare(); err != nil { // the copy takes the first lock
		return h, err
	}
	dir, err := os.MkdirTemp("", "tyngo-doctor-")
	if err != nil {
		return h, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := Backup(ctx, c, filepath.Join(dir, database)); err != nil {
		return h, err
	}
	plain := sqlite.Config{ReserveBytes: -1}
	was, err := sqlite.Open(ctx, filepath.Join(dir, database), plain)
	if err != nil {
		return h, err
	}
	defer func() { err = errors.Join(err, was.Close()) }()
	h.wrong(was.QuickCheck(ctx))
	j, err := journal.Open(ctx, was, journal.Config{Now: c.Now})
	if err != nil {
		return h, err
	}
	damage, err := j.Verify(ctx)
	if err != nil {
		return h, err
	}
	h.wrong(damage)
	if h.Facts, _, err = j.Head(ctx); err != nil {
		return h, err
	}
	again, err := sqlite.Open(ctx, filepath.Join(dir, "replayed.db"), plain)
	if err != nil {
		return h, err
	}
	defer func() { err = errors.Join(err, again.Close()) }()
	if err := journal.Replay(ctx, was, again, Projectors()); err != nil {
		h.wrong(fmt.Errorf("the facts cannot be projected: %w", err))
		return h, nil
	}
	if err := h.compare(ctx, was, again); err != nil {
		return h, err
	}
	return h, h.rules(ctx, was)
}

// rules looks for what is never so, whatever the facts are.
func (h *Health) rules(ctx context.Context, was *sqlite.DB) error {
	return was.View(ctx, func(q *sqlite.Snapshot) error {
		owed, err := order.Unsound(q, &venue.Book{})
		if errors.Is(err, venue.ErrNotSetUp) {
			err = nil
		}
		h.Damages = append(h.Damages, owed...)
		return err
	})
}

func (h *Health) wrong(err error) {
	if err != nil {
		h.Damages = append(h.Damages, err.Error())
	}
}

// compare holds the tables of two databases against each other.
func (h *Health) compare(ctx context.Context, was, again *sqlite.DB) error {
	for _, table := range Projected {
		a, err := dump(ctx, was, table)
		if err != nil {
			return err
		}
		b, err := dump(ctx, again, table)
		if err != nil {
			return err
		}
		h.Tables++
		h.Rows += strings.Count(a, "\n")
		if a != b {
			h.wrong(fmt.Errorf("%s is not what the facts make: %s", table, firstOther(a, b)))
		}
	}
	return nil
}

func dump(ctx context.Context, db *sqlite.DB, table string) (rows string, err error) {
	err = db.View(ctx, func(q *sqlite.Snapshot) (err error) { rows, err = sqlite.Dump(q, table); return err })
	return rows, err
}

// firstOther is the first row in which two dumps differ.
func firstOther(a, b string) string {
	x, y := slices.Collect(strings.Lines(a)), slices.Collect(strings.Lines(b))
	for i := range max(len(x), len(y)) {
		switch {
		case i >= len(x):
			return fmt.Sprintf("missing is %.200q", y[i])
		case i >= len(y):
			return fmt.Sprintf("nothing made %.200q", x[i])
		case x[i] != y[i]:
			return fmt.Sprintf("there is %.200q, they make %.200q", x[i], y[i])
		}
	}
	return ""
}
