package sim

import (
	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/link"
	"github.com/tyngo/tyngo/sync/pipe"
	"github.com/tyngo/tyngo/sync/wire"
)

// standing is what head office has of a box, as it is on the disk.
type standing struct {
	cur    pipe.Cursor
	online bool
	boot   id.Boot // that said HELLO last: whose presence it is
}

// standings are those of all boxes. They are read again after every commit of head
// office, and not without one: nothing else moves them. Who is online is read after
// a HELLO or a will, a start of head office, and now and then. Nobody writes the answer.
func (w *World) standings() (map[id.Box]standing, error) {
	if !w.stale {
		return w.known, nil
	}
	known := map[id.Box]standing{}
	var err error
	if w.dim {
		var list []store.Standing
		list, err = w.cloud.store.In(w.org).Standings(ctx)
		for _, s := range list {
			known[s.ID] = standing{s.Cursor, s.Presence.Online, s.Presence.Boot}
		}
	} else {
		err = w.cloud.store.Read(ctx, func(t *store.Tx) error {
			for b, s := range w.known {
				cur, err := t.Cursor(store.Box{ID: b, Organisation: w.org})
				if err != nil {
					return err
				}
				cur.Boot = id.Boot{} // standings do not tell it
				known[b] = standing{cur, s.online, s.boot}
			}
			return nil
		})
	}
	if err == nil {
		w.known, w.stale, w.dim = known, false, false
	}
	return known, err
}

// look lets everything be read again.
func (w *World) look() { w.stale, w.dim = true, true }

// owners holds I6, as far as it goes with one epoch: it is written by whoever said
// HELLO last. Where its history was head office's, it stays so while nobody else
// speaks up: head office takes no fact of a clone, nor of an earlier start.
func (w *World) owners(was map[id.Box]standing, group []link.Message) error {
	now, err := w.standings()
	if err != nil {
		return err
	}
	greeted := map[id.Box]bool{}
	for _, m := range group {
		if b, leaf, err := wire.ParseTopic(m.Topic); err == nil && leaf == wire.Hello {
			greeted[b] = true
		}
	}
	for b, s := range now {
		if s.cur == was[b].cur || s.cur.Epoch == 0 {
			continue
		}
		boot, err := w.owner(b)
		if err != nil {
			return err
		}
		owner := w.boots[boot]
		if owner == nil || owner.id != b {
			return w.broke("I6: the history of %s at head office belongs to a start that there never was", b)
		}
		if greeted[b] {
			continue
		}
		mine, err := owner.wrote(s.cur)
		if err != nil {
			return err
		}
		was, err := owner.wrote(was[b].cur)
		if err != nil {
			return err
		}
		if was && !mine {
			return w.broke("I6: %s said HELLO last, and head office took facts up to %d that it never wrote", owner.name, s.cur.Last)
		}
	}
	return nil
}

// owner is the start that writes a box's history at head office.
func (w *World) owner(b id.Box) (boot id.Boot, err error) {
	err = w.cloud.store.Read(ctx, func(t *store.Tx) error {
		cur, err := t.Cursor(store.Box{ID: b, Organisation: w.org})
		boot = cur.Boot
		return err
	})
	return boot, err
}

// wrote reports whether a cursor is a place of this box's history.
func (x *box) wrote(c pipe.Cursor) (bool, error) {
	dg, ok, err := x.journal.Digest(ctx, c.Last)
	return ok && dg == c.Dg, err
}
