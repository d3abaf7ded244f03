package box

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/tyngo/tyngo/edge/api"
	"github.com/tyngo/tyngo/edge/clock"
	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

// ClockStatus is how the time of a box is.
type ClockStatus = api.Clock

// trustEvery is how often a box in doubt looks for somebody who knows the time.
const trustEvery = time.Second

// startClock compares the clock with the last fact.
func (b *Box) startClock(ctx context.Context) error {
	last, err := b.Journal.LastAt(ctx)
	if err != nil {
		return err
	}
	b.Clock.Start(last)
	if why, _ := b.Clock.Doubted(); why != clock.None {
		b.Log.Warn("the clock is not believed", "why", why, "clock", b.Clock.Wall(), "last_fact", last)
	}
	b.Boot.At = b.Clock.Now().UnixMilli()
	return b.Boot.save(filepath.Join(b.Dir, bootFile))
}

func (b *Box) doubted() bool {
	why, _ := b.Clock.Doubted()
	return why != clock.None
}

// officeNow is the time at head office, or our own where that was not heard.
func (b *Box) officeNow() time.Time {
	if at, ok := b.Clock.Office(); ok {
		return at
	}
	return b.Clock.Now()
}

// trust ends a doubt as soon as head office or a time server says what time it is.
func (b *Box) trust(ctx context.Context) error {
	look := time.NewTicker(trustEvery)
	defer look.Stop()
	for {
		if b.doubted() {
			by, at := "ntp", b.Clock.Wall()
			hq, ok := b.Clock.Office()
			if ok {
				by, at = "hq", hq
			}
			if ok || b.Synced != nil && b.Synced() {
				m := journal.Meta{Command: id.New[id.Command]()}
				if _, err := b.confirmed(ctx, m, at, by); err != nil && ctx.Err() == nil {
					b.Log.Warn("confirm the time", "by", by, "err", err)
				}
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
		}
	}
}

// confirmed makes a time the box's. The clock goes first: what is committed
// before the fact is then still after the last one, and what comes after it counts
// from the new time.
func (b *Box) confirmed(ctx context.Context, m journal.Meta, to time.Time, by string) (journal.Receipt, error) {
	from := b.Clock.Now()
	b.Clock.Confirm(to)
	b.lan.poke() // certificates waited for it
	r, err := b.Journal.Commit(ctx, m, func(*sqlite.Tx) ([]event.Payload, error) {
		return []event.Payload{event.ClockConfirmed{From: from.UnixMilli(), To: to.UnixMilli(), By: by}}, nil
	})
	if err == nil {
		b.Log.Info("the time was confirmed", "by", by, "from", from, "to", to)
	}
	return r, err
}

// confirm is a manager's word; zero says that the machine's own clock is right.
func (b *Box) confirm(ctx context.Context, m journal.Meta, to time.Time) (journal.Receipt, error) {
	if !b.doubted() {
		return journal.Receipt{}, fault.New(fault.Conflict, "clock_fine", "The clock of this box is not in doubt.")
	}
	if to.IsZero() {
		to = b.Clock.Wall()
	}
	if to.Before(clock.Earliest) || to.Year() > 2100 {
		return journal.Receipt{}, fault.New(fault.Invalid, "time_impossible", "This cannot be the time now. Give it as 2026-11-25T20:15:00-06:00.").At("body.at", "must be the time now")
	}
	return b.confirmed(ctx, m, to, "manager")
}

// clockStatus is what a person sees before they confirm.
func (b *Box) clockStatus(ctx context.Context) (api.Clock, error) {
	why, since := b.Clock.Doubted()
	c := api.Clock{Now: b.Clock.Now().UnixMilli(), Machine: b.Clock.Wall().UnixMilli(), Doubt: string(why)}
	if why != clock.None {
		c.Since = since.UnixMilli()
	}
	return c, nil
}

// clockLight says that the time is in doubt; there is none while it is not.
func (b *Box) clockLight(ctx context.Context) (api.Light, bool) {
	why, since := b.Clock.Doubted()
	if why == clock.None {
		return api.Light{}, false
	}
	show := func(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04 UTC") }
	if err := b.DB.View(ctx, func(q *sqlite.Snapshot) error {
		v, err := b.Venues.Active(q)
		if err == nil {
			show = func(t time.Time) string { return v.Local(t).Format("2 Jan 2006, ") + v.Clock(t) }
		}
		return err
	}); err != nil && !fault.Is(err, venue.ErrNotSetUp.Code) {
		b.Log.Warn("read the venue", "err", err)
	}
	return api.Light{Name: "clock", State: "warn", Since: since.UnixMilli(),
		Words: fmt.Sprintf("Is it %s? The clock says %s. Orders go on. A manager can confirm the time, or the internet does.", show(b.Clock.Now()), show(b.Clock.Wall()))}, true
}
