// Package guest is the guests of an organisation as head office knows them.
//
// It keeps the keys that boxes leave, and which facts are about whom; nothing plain. Who
// asks for a guest gets what the keys open at that moment. To erase a guest is to delete
// the keys here and to wish the same of every box, whoever asked first (PROTOCOL.md 8).
package guest

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/tyngo/tyngo/cloud/rollup"
	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/seal"
	"github.com/tyngo/tyngo/sync/wire"
)

var errUnknown = fault.New(fault.NotFound, "guest_unknown", "Nothing is known of such a guest.")

// Consumer names the follower of facts about guests.
const Consumer = "guest"

const scrubAgain = 10 * time.Second

// Book knows guests.
type Book struct {
	store *store.Store
	now   func() time.Time
	told  func(id.Box) // a box has a new wish
	log   *slog.Logger
	dirty atomic.Bool   // keys were deleted, and the files may still hold them
	wake  chan struct{} // they are to be scrubbed
}

// New makes a book; Run finishes what a stop cut short.
func New(s *store.Store, now func() time.Time, wished func(id.Box), log *slog.Logger) *Book {
	b := &Book{store: s, now: now, told: wished, log: log, wake: make(chan struct{}, 1)}
	b.dirty.Store(true) // nobody knows how the last run ended
	return b
}

// Run lets nothing of deleted keys stay in the files, until ctx ends.
func (b *Book) Run(ctx context.Context) error {
	for {
		if b.dirty.Load() {
			if err := b.scrub(ctx); err != nil && ctx.Err() == nil {
				b.log.Warn("scrub keys of guests", "err", err)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-b.wake:
		case <-time.After(scrubAgain):
		}
	}
}

func (b *Book) scrub(ctx context.Context) error {
	b.dirty.Store(false)
	err := b.store.Scrub(ctx)
	if err != nil {
		b.dirty.Store(true)
	}
	return err
}

// Erase deletes the keys of a guest, and wishes the same of every box. done reports whether
// nothing of them is left here.
func (b *Book) Erase(ctx context.Context, c store.Scope, guest id.Customer, by string) (done bool, err error) {
	here, err := c.Guest(ctx, guest)
	if err == nil && !here.Erased && len(here.Keys)+len(here.Facts) == 0 {
		err = errUnknown
	}
	if err != nil {
		return false, err
	}
	var boxes []store.Box
	if err := b.store.Write(ctx, func(t *store.Tx) error {
		var err error
		boxes, err = b.erase(t, c.Organisation(), guest, id.Box{}, by)
		return err
	}); err != nil {
		return false, err
	}
	b.tell(boxes)
	if err := b.scrub(ctx); err != nil {
		b.log.Warn("scrub keys of guests", "err", err)
		return false, nil
	}
	return true, nil
}

func (b *Book) tell(boxes []store.Box) {
	for _, box := range boxes {
		b.told(box.ID)
	}
}

// erase is Erase inside a transaction; it answers which boxes have a new wish: all but one
// that did it already, and none where the guest was erased before.
func (b *Book) erase(t *store.Tx, org id.Organisation, guest id.Customer, but id.Box, by string) (boxes []store.Box, err error) {
	fresh, err := t.EraseGuest(org, guest, b.now())
	if err != nil || !fresh {
		return nil, err
	}
	body, err := json.Marshal(struct {
		Customer id.Customer `json:"customer"`
	}{guest})
	if err != nil {
		return nil, err
	}
	all, err := t.BoxesOf(org)
	if err != nil {
		return nil, err
	}
	for _, box := range all {
		if box.ID == but {
			continue
		}
		d := store.Directive{Box: box.ID, ID: id.New[id.Directive](), Made: b.now(), Kind: wire.EraseGuest, Body: body, Maker: by}
		if err := t.AddDirective(box, d); err != nil {
			return nil, err
		}
		boxes = append(boxes, box)
	}
	return boxes, nil
}

// Follow makes the follower of facts about guests.
func (b *Book) Follow(changed func() <-chan struct{}, log *slog.Logger) *rollup.Follower {
	f := rollup.Follow(b.store, Consumer, b.fold, changed, b.now, log)
	for _, p := range []event.Payload{event.GuestCreated{}, event.GuestChanged{}, event.GuestConsented{}, event.GuestAddressSaved{}, event.GuestAddressRemoved{}, event.GuestErased{}} {
		typ, _ := p.Kind()
		f.Only = append(f.Only, typ)
	}
	return f
}

func (b *Book) fold(p *rollup.Page, e event.Event) error {
	c, epoch := event.GuestOf(e.Payload), p.Epoch()
	if _, erased := e.Payload.(event.GuestErased); !erased {
		p.Later(func(t *store.Tx) error { return t.NameGuest(p.Box, c, epoch, e.Seq) })
		return nil
	}
	var boxes []store.Box
	p.Later(func(t *store.Tx) (err error) {
		boxes, err = b.erase(t, p.Box.Organisation, c, p.Box.ID, "box "+p.Box.ID.String())
		return err
	})
	p.Afterwards(func() {
		b.tell(boxes)
		b.dirty.Store(true)
		select {
		case b.wake <- struct{}{}:
		default:
		}
	})
	return nil
}

// Deposit keeps keys of a box, and answers how many it has here.
func (b *Book) Deposit(ctx context.Context, box store.Box, list []store.GuestKey) (have int, err error) {
	for _, k := range list {
		if _, err := seal.Of(k.Secret); err != nil || k.Customer.IsZero() || k.ID.IsZero() {
			return 0, fault.New(fault.Invalid, "guest_key", "A key has a name, a guest and 32 bytes.")
		}
	}
	err = b.store.Write(ctx, func(t *store.Tx) error {
		for _, k := range list {
			if err := t.PutGuestKey(box, k, b.now()); err != nil {
				return err
			}
		}
		have, err = t.CountGuestKeys(box)
		return err
	})
	return have, err
}

// Back are the keys that a box left for guests, and which of these are erased.
func (b *Book) Back(ctx context.Context, box store.Box, guests []id.Customer) (list []store.GuestKey, erased []id.Customer, err error) {
	err = b.store.Read(ctx, func(t *store.Tx) error {
		for _, c := range guests {
			gone, err := t.GuestErased(box.Organisation, c)
			if err != nil {
				return err
			}
			if gone {
				erased = append(erased, c)
				continue
			}
			some, err := t.GuestKeys(box, c)
			if err != nil {
				return err
			}
			list = append(list, some...)
		}
		return nil
	})
	return list, erased, err
}
