// Package catalog is what head office publishes to its restaurants: documents, and
// what is out (86). A wish becomes one directive a box; the box answers in its
// journal, so the answers come the way of all facts.
package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"github.com/tyngo/tyngo/cloud/rollup"
	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/wire"
)

// Consumer is the name of the follower of answers and documents.
const Consumer = "catalog"

// outFor is how long an item that is put out, or back, may find its way: a box that
// was dark for longer is told nothing that was meant for another day.
const outFor = 24 * time.Hour

// Told hears what the sender of directives must know at once.
type Told interface {
	Wished(b id.Box)                   // there is a new directive
	Answered(b id.Box, d id.Directive) // one was answered
	Lacks(b id.Box)                    // a document that it named is not here, or came
}

// Book publishes.
type Book struct {
	store *store.Store
	now   func() time.Time
	told  Told
}

// New makes a book.
func New(s *store.Store, now func() time.Time, told Told) *Book { return &Book{s, now, told} }

// SetAvailable puts an item of a restaurant out (86), or back.
func (b *Book) SetAvailable(ctx context.Context, c store.Scope, r id.Restaurant, item id.Item, available bool, by string) ([]store.Directive, error) {
	body := struct {
		Item      id.Item `json:"item"`
		Available bool    `json:"available"`
	}{item, available}
	return b.wish(ctx, c, r, store.Directive{Kind: wire.SetAvailability, Expires: b.now().Add(outFor), Maker: by}, body, nil)
}

// Publish publishes a document of a kind. seen is the document that the author
// saw in force; where another one is meanwhile, the box refuses; nil: whatever is.
func (b *Book) Publish(ctx context.Context, c store.Scope, r id.Restaurant, kind string, document []byte, seen *string, by string) ([]store.Directive, error) {
	if err := good(r, kind, document); err != nil {
		return nil, err
	}
	d := store.Directive{Kind: wire.PublishDocument, Maker: by}
	if seen != nil {
		raw, err := json.Marshal(wire.Precondition{InForce: map[string]string{kind: *seen}})
		if err != nil {
			return nil, err
		}
		d.Precondition = raw
	}
	body := struct {
		Kind   string `json:"kind"`
		SHA256 string `json:"sha256"`
		Size   int    `json:"size"`
	}{kind, doc.Sum(document), len(document)}
	return b.wish(ctx, c, r, d, body, document)
}

// good says everything that is wrong with a document of a restaurant.
func good(r id.Restaurant, kind string, document []byte) (err error) {
	switch kind {
	case doc.KindVenue:
		v, err := doc.ParseVenue(document)
		if err == nil && v.Restaurant != r {
			err = fault.New(fault.Invalid, "other_restaurant", "This document is of another restaurant.")
		}
		return err
	case doc.KindMenu:
		_, err = doc.ParseMenu(document)
	case doc.KindStaff:
		_, err = doc.ParseStaff(document)
	default:
		err = fault.Newf(fault.NotFound, "document_kind", "There are no documents of the kind %.40q.", kind)
	}
	return err
}

// Checked is what publishing a document would change.
type Checked struct {
	SHA256  string
	InForce string // the document that it was held against; empty: there is none
	Changes []doc.Change
}

// Check says what a document would change that is in force in a restaurant, or all
// that is wrong with it, and publishes nothing. What a box alone knows (orders of
// today, its printers) it says when the document comes there.
func (b *Book) Check(ctx context.Context, c store.Scope, r id.Restaurant, kind string, document []byte) (out Checked, err error) {
	if err := good(r, kind, document); err != nil {
		return out, err
	}
	now := []byte("{}")
	sum, body, err := b.InForce(ctx, c, r, kind)
	if err != nil {
		return out, err
	}
	if sum != "" {
		now, out.InForce = body, sum
	}
	out.SHA256 = doc.Sum(document)
	out.Changes, err = doc.Diff(now, document)
	return out, err
}

// InForce is the document of a kind that is in force in a restaurant, and its name;
// empty where there is none.
func (b *Book) InForce(ctx context.Context, c store.Scope, r id.Restaurant, kind string) (sum string, body []byte, err error) {
	list, err := c.InForce(ctx, r)
	for _, f := range list {
		if f.Kind != kind {
			continue
		}
		if body, err = c.Body(ctx, f.SHA256); errors.Is(err, store.ErrNone) {
			err = fault.Newf(fault.Unavailable, "document_pending", "The %s in force is on its way from the restaurant. Try again in a moment.", kind)
		}
		return f.SHA256, body, err
	}
	return "", nil, err
}

// wish makes one directive for every box of a restaurant, with the document that
// it names, in one transaction.
func (b *Book) wish(ctx context.Context, c store.Scope, r id.Restaurant, like store.Directive, body any, document []byte) (list []store.Directive, err error) {
	if _, err := c.Restaurant(ctx, r); err != nil {
		if errors.Is(err, store.ErrNone) {
			err = fault.New(fault.NotFound, "restaurant_unknown", "There is no such restaurant in this organisation.")
		}
		return nil, err
	}
	boxes, err := c.BoxesOf(ctx, r)
	if err != nil {
		return nil, err
	}
	if len(boxes) == 0 {
		return nil, fault.New(fault.Conflict, "no_box", "No box of this restaurant has joined yet.")
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	err = b.store.Write(ctx, func(t *store.Tx) error {
		list = list[:0]
		if document != nil {
			if _, err := t.PutDocument(c.Organisation(), document, b.now()); err != nil {
				return err
			}
		}
		for _, box := range boxes {
			d := like
			d.Box, d.ID, d.Made, d.Body = box.ID, id.New[id.Directive](), b.now(), raw
			if err := t.AddDirective(box, d); err != nil {
				return err
			}
			list = append(list, d)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, d := range list {
		b.told.Wished(d.Box)
	}
	return list, nil
}

// Follow makes the follower of answers and documents; few facts mean something to it.
func (b *Book) Follow(changed func() <-chan struct{}, log *slog.Logger) *rollup.Follower {
	f := rollup.Follow(b.store, Consumer, b.fold, changed, b.now, log)
	for _, p := range []event.Payload{event.DirectiveApplied{}, event.DirectiveRefused{}, event.DirectiveExpired{}, event.DocumentRefused{},
		event.VenuePublished{}, event.MenuPublished{}, event.StaffPublished{}, event.PhotoAdded{}, event.OwnerChanged{}} {
		typ, _ := p.Kind()
		f.Only = append(f.Only, typ)
	}
	return f
}

// fold takes answers and the documents in force from the facts of a box.
func (b *Book) fold(p *rollup.Page, e event.Event) error {
	answer := func(d id.Directive, what, code, reason string) {
		p.Later(func(t *store.Tx) error { return t.Answered(p.Box, d, what, code, reason, e.Seq) })
		p.Afterwards(func() { b.told.Answered(p.Box.ID, d) })
	}
	force := func(kind, sum, owner string) {
		f := store.InForce{Kind: kind, SHA256: sum, Owner: owner, At: e.Time()}
		p.Later(func(t *store.Tx) error { return t.SetInForce(p.Box, f) })
		p.Afterwards(func() { b.told.Lacks(p.Box.ID) })
	}
	switch f := e.Payload.(type) {
	case event.DirectiveApplied:
		answer(f.Directive, "applied", "", "")
	case event.DirectiveRefused:
		answer(f.Directive, "refused", f.Code, f.Reason)
	case event.DirectiveExpired:
		answer(f.Directive, "expired", "", "")
	case event.DocumentRefused:
		// The directive was applied: its document is not.
		p.Later(func(t *store.Tx) error { return t.Answered(p.Box, f.Directive, "refused", f.Code, f.Reason, e.Seq) })
	case event.VenuePublished:
		force(doc.KindVenue, f.SHA256, f.Owner)
	case event.MenuPublished:
		force(doc.KindMenu, f.SHA256, f.Owner)
	case event.StaffPublished:
		force(doc.KindStaff, f.SHA256, f.Owner)
	case event.PhotoAdded:
		p.Later(func(t *store.Tx) error { return t.NamesDocument(p.Box, f.SHA256) })
		p.Afterwards(func() { b.told.Lacks(p.Box.ID) })
	case event.OwnerChanged:
		p.Later(func(t *store.Tx) error { return t.SetOwner(p.Box, f.Type, f.Owner) })
	}
	return nil
}
