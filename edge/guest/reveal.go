package guest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/seal"
)

const (
	linger  = 100 * time.Millisecond // after a commit: a rush wakes the projection ten times a second, not for every order
	lookAt  = 10 * time.Second       // in any case: also at what could not be done
	pageMax = 200                    // facts of guests that are projected together
)

// Run keeps guest.db in step with the journal, makes keys ahead, and finishes what was
// to be erased, until ctx ends.
func (b *Book) Run(ctx context.Context) error {
	if b.file == nil {
		<-ctx.Done()
		return nil
	}
	for {
		changed := b.journal.Changed()
		err := errors.Join(b.finish(ctx), b.project(ctx), b.file.fill(ctx, b.now()))
		if err != nil && ctx.Err() == nil {
			b.log.Error("keep guests", "err", err)
		}
		timer := time.NewTimer(lookAt)
		select {
		case <-ctx.Done():
		case <-changed:
			timer.Reset(linger)
			select {
			case <-ctx.Done():
			case <-timer.C:
			}
		case <-timer.C:
		}
		timer.Stop()
		if ctx.Err() != nil {
			return b.save(context.WithoutCancel(ctx))
		}
	}
}

// project brings guest.db up to the head of the journal.
func (b *Book) project(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.ready {
		if err := b.resume(ctx); err != nil {
			return err
		}
	}
	for {
		p, err := b.page(ctx)
		if err != nil {
			return err
		}
		if len(p.facts) > 0 {
			if err := b.file.db.Update(ctx, func(tx *sqlite.Tx) error { return p.store(tx) }); err != nil {
				return err
			}
		}
		if p.erases() { // by another run of this box: what was opened before that is in the WAL
			if err := b.file.db.Scrub(ctx); err != nil {
				return err
			}
		}
		if b.at = p.head; len(p.facts) < pageMax {
			return nil
		}
	}
}

// page is facts that are projected together.
type page struct {
	facts []event.Event
	head  int64 // how far that is
	dg    event.Digest
}

// page reads the next facts that guest.db keeps something of.
func (b *Book) page(ctx context.Context) (p page, err error) {
	err = b.journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		err := sqlite.Each(q, "SELECT body FROM journal WHERE seq > ? AND (type GLOB 'guest.*' OR type = 'visit.rated') ORDER BY seq LIMIT ?", []any{b.at, pageMax}, func(scan sqlite.Scan) error {
			var body []byte
			if err := scan(&body); err != nil {
				return err
			}
			e, err := event.Parse(body)
			p.facts = append(p.facts, e)
			return err
		})
		if err != nil {
			return err
		}
		if len(p.facts) == pageMax {
			p.head = p.facts[pageMax-1].Seq
			return q.QueryRow("SELECT dg FROM journal WHERE seq = ?", p.head).Scan(&p.dg)
		}
		err = q.QueryRow("SELECT seq, dg FROM journal ORDER BY seq DESC LIMIT 1").Scan(&p.head, &p.dg)
		if errors.Is(err, sql.ErrNoRows) {
			err = nil
		}
		return err
	})
	return p, err
}

// store projects the facts and moves the cursor.
func (p page) store(tx *sqlite.Tx) error {
	for _, e := range p.facts {
		if err := apply(tx, e); err != nil {
			return fmt.Errorf("project fact %d: %w", e.Seq, err)
		}
	}
	return note(tx, p.head, p.dg)
}

func (p page) erases() bool {
	return slices.ContainsFunc(p.facts, func(e event.Event) bool { _, ok := e.Payload.(event.GuestErased); return ok })
}

// resume reads the cursor. Where the journal is not the history that was projected (it
// was restored), everything plain is made anew; keys and tombstones stay.
func (b *Book) resume(ctx context.Context) error {
	var seq int64
	var was event.Digest
	err := b.file.db.View(ctx, func(q *sqlite.Snapshot) error {
		return q.QueryRow("SELECT seq, dg FROM guest_cursor").Scan(&seq, &was)
	})
	if errors.Is(err, sql.ErrNoRows) {
		b.ready = true
		return nil
	} else if err != nil {
		return fmt.Errorf("read the cursor of guests: %w", err)
	}
	dg, there, err := b.journal.Digest(ctx, seq)
	if err != nil {
		return err
	}
	if !there || dg != was {
		seq = 0
		if err := b.file.db.Update(ctx, func(tx *sqlite.Tx) error {
			for _, table := range []string{"guest_profile", "guest_word", "guest_address", "guest_comment", "guest_fact", "guest_cursor"} {
				if err := exec(tx, "DELETE FROM "+table); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	b.at, b.ready = seq, true
	return nil
}

// save notes how far the projection is, so that the next start reads little.
func (b *Book) save(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.ready {
		return nil
	}
	dg, there, err := b.journal.Digest(ctx, b.at)
	if err != nil || !there {
		return err
	}
	return b.file.db.Update(ctx, func(tx *sqlite.Tx) error { return note(tx, b.at, dg) })
}

func note(tx *sqlite.Tx, seq int64, dg event.Digest) error {
	return exec(tx, "INSERT INTO guest_cursor (one, seq, dg) VALUES (1, ?1, ?2) ON CONFLICT (one) DO UPDATE SET seq = ?1, dg = ?2", seq, dg.Bytes())
}

// apply projects one fact. Keys are looked up in the same transaction: what is erased
// meanwhile does not come back.
func apply(tx *sqlite.Tx, e event.Event) error {
	c := event.GuestOf(e.Payload)
	switch e.Payload.(type) {
	case event.GuestErased: // of another run of this box, too
		return bury(tx, c, e.At)
	case event.GuestChanged, event.GuestAddressSaved, event.GuestAddressRemoved, event.VisitRated:
	default:
		return nil
	}
	if c.IsZero() {
		return nil
	}
	if dead, err := buried(tx, c); err != nil || dead {
		return err
	}
	if err := exec(tx, "INSERT INTO guest_fact (customer, seq) VALUES (?, ?) ON CONFLICT DO NOTHING", c, e.Seq); err != nil {
		return err
	}
	list, err := keys(tx, c)
	if err != nil {
		return err
	}
	o := opener{keys: list, event: e.ID}
	return o.reveal(tx, c, e)
}

// opener opens the texts of one fact.
type opener struct {
	keys   []seal.Key
	event  id.Event
	closed bool // one of them did not open
}

func (o *opener) open(field string, s event.Sealed) string {
	for _, k := range o.keys {
		if text, err := k.Open(o.event, field, s); err == nil {
			return text
		}
	}
	o.closed = true
	return ""
}

// reveal writes what a fact says in plain columns; where a key is missing they stay as
// they are, and the fact is remembered.
func (o *opener) reveal(tx *sqlite.Tx, c id.Customer, e event.Event) (err error) {
	switch p := e.Payload.(type) {
	case event.GuestChanged:
		err = o.profile(tx, c, p)
	case event.GuestAddressSaved:
		street, city, code, directions := o.open("street", p.Street), o.open("city", p.City), o.open("postal_code", p.PostalCode), o.open("directions", p.Directions)
		if !o.closed {
			err = exec(tx, `INSERT INTO guest_address (customer, id, street, city, postal_code, directions) VALUES (?, ?, ?, ?, ?, ?)
				ON CONFLICT (customer, id) DO UPDATE SET street = excluded.street, city = excluded.city, postal_code = excluded.postal_code, directions = excluded.directions`,
				c, p.Address, street, city, code, directions)
		}
	case event.GuestAddressRemoved:
		err = exec(tx, "DELETE FROM guest_address WHERE customer = ? AND id = ?", c, p.Address)
	case event.VisitRated:
		err = exec(tx, "DELETE FROM guest_comment WHERE check_id = ?", p.Order)
		if err == nil && p.Comment != "" {
			if comment := o.open("comment", p.Comment); !o.closed {
				err = exec(tx, "INSERT INTO guest_comment (check_id, customer, comment) VALUES (?, ?, ?)", p.Order, c, comment)
			}
		}
	}
	if err == nil && o.closed {
		err = exec(tx, "UPDATE guest_fact SET closed = 1 WHERE customer = ? AND seq = ?", c, e.Seq)
	}
	return err
}

func (o *opener) profile(tx *sqlite.Tx, c id.Customer, p event.GuestChanged) error {
	if err := exec(tx, "INSERT INTO guest_profile (customer) VALUES (?) ON CONFLICT DO NOTHING", c); err != nil {
		return err
	}
	for _, f := range []struct {
		field string
		text  event.Sealed
		set   string
		as    func(string) string // how it is looked for
	}{
		{"name", p.Name, "UPDATE guest_profile SET name = ?, found = ? WHERE customer = ?", folded},
		{"phone", p.Phone, "UPDATE guest_profile SET phone = ?, digits = ? WHERE customer = ?", ending},
		{"email", p.Email, "UPDATE guest_profile SET email = ? WHERE customer = ?", nil},
		{"note", p.Note, "UPDATE guest_profile SET note = ? WHERE customer = ?", nil},
	} {
		if f.text == "" {
			continue
		}
		was := o.closed
		o.closed = false
		text := o.open(f.field, f.text)
		if o.closed {
			continue
		}
		o.closed = was
		args := []any{text}
		if f.as != nil {
			args = append(args, f.as(text))
		}
		if err := exec(tx, f.set, append(args, c)...); err != nil {
			return err
		}
		if f.field == "name" {
			if err := spell(tx, c, text); err != nil {
				return err
			}
		}
	}
	return nil
}

// spell keeps the words by which a guest is found.
func spell(tx *sqlite.Tx, c id.Customer, name string) error {
	if err := exec(tx, "DELETE FROM guest_word WHERE customer = ?", c); err != nil {
		return err
	}
	for _, w := range words(name) {
		if err := exec(tx, "INSERT INTO guest_word (word, customer) VALUES (?, ?) ON CONFLICT DO NOTHING", w, c); err != nil {
			return err
		}
	}
	return nil
}

// again projects everything about guests once more: a key came.
func (b *Book) again(ctx context.Context, list []id.Customer) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range list {
		facts, err := b.factsOf(ctx, c)
		if err != nil {
			return err
		}
		if err := b.file.db.Update(ctx, func(tx *sqlite.Tx) error {
			if err := errors.Join(wipe(tx, c), forget(tx, c)); err != nil {
				return err
			}
			for _, e := range facts {
				if err := apply(tx, e); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// factsOf reads the facts that guest.db keeps something of, of one guest.
func (b *Book) factsOf(ctx context.Context, c id.Customer) (facts []event.Event, err error) {
	var seqs []int64
	if err := b.file.db.View(ctx, func(q *sqlite.Snapshot) error {
		return sqlite.Each(q, "SELECT seq FROM guest_fact WHERE customer = ? ORDER BY seq", []any{c}, func(scan sqlite.Scan) error {
			var seq int64
			err := scan(&seq)
			seqs = append(seqs, seq)
			return err
		})
	}); err != nil {
		return nil, err
	}
	err = b.journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		for _, seq := range seqs {
			one, err := journal.Since(q, seq-1, 1)
			if err != nil {
				return err
			}
			facts = append(facts, one...)
		}
		return nil
	})
	return facts, err
}
