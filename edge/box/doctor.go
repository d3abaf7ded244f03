package box

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tyngo/tyngo/edge/floor"
	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/payment"
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

// damagesMost are said of one kind of thing; who reads them calls us anyway.
const damagesMost = 10

// Examine looks at a copy of a box's database, whether a box runs on it or not: the
// file is sound, the chain of all facts is whole, the facts, projected into empty tables,
// make the tables that are there, whoever sits and orders is somewhere, checks owe what
// their bills say, and were paid what their payments say.
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
	if err := was.View(ctx, h.rules); err != nil {
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
	return h, h.compare(ctx, was, again)
}

func (h *Health) wrong(err error) {
	if err != nil {
		h.Damages = append(h.Damages, err.Error())
	}
}

// rules looks whether the tables agree with each other, and checks with their bills.
func (h *Health) rules(q *sqlite.Snapshot) error {
	broken, err := floor.Examine(q)
	if err != nil {
		return err
	}
	owed, err := order.Examine(q, &venue.Book{})
	if errors.Is(err, venue.ErrNotSetUp) {
		err = nil
	}
	if err != nil {
		return err
	}
	paid, err := payment.Examine(q)
	for _, list := range [][]error{broken, owed, paid} {
		for _, b := range list[:min(len(list), damagesMost)] {
			h.wrong(b)
		}
	}
	return err
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
