package menu

import (
	"context"
	"crypto/sha256"
	"encoding/json"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
)

// Publish puts a menu document in force, as the restaurant itself. A bad one is
// refused whole, with every mistake.
func (b *Book) Publish(ctx context.Context, j *journal.Journal, venues *venue.Book, m journal.Meta, body []byte) (journal.Receipt, error) {
	if _, err := doc.ParseMenu(body); err != nil {
		return journal.Receipt{}, err
	}
	sum := sha256.Sum256(body)
	m.Body = &sum
	return j.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) {
		if err := venue.Owned(tx, doc.KindMenu, venue.Owner); err != nil {
			return nil, err
		}
		facts, err := b.Accept(tx, venues, venue.Owner, body)
		if err != nil {
			return nil, err
		}
		_, err = j.PutDocument(tx, doc.KindMenu, body)
		return facts, err
	})
}

// PublishTable puts the menu in force with the items of a table, as the restaurant
// itself. A bad table is refused whole, with every mistake.
func (b *Book) PublishTable(ctx context.Context, j *journal.Journal, venues *venue.Book, m journal.Meta, table []byte) (journal.Receipt, error) {
	sum := sha256.Sum256(table)
	m.Body = &sum
	return j.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) {
		if err := venue.Owned(tx, doc.KindMenu, venue.Owner); err != nil {
			return nil, err
		}
		body, err := WithTable(tx, venues, table)
		if err != nil {
			return nil, err
		}
		facts, err := b.Accept(tx, venues, venue.Owner, body)
		if err != nil {
			return nil, err
		}
		_, err = j.PutDocument(tx, doc.KindMenu, body)
		return facts, err
	})
}

// WithTable is the menu in force as a document, with the items of a table.
func WithTable(q sqlite.Queryer, venues *venue.Book, table []byte) ([]byte, error) {
	now, err := Export(q)
	if err != nil {
		return nil, err
	}
	was := &doc.Menu{}
	if now == nil { // the first menu of this restaurant
		v, err := venues.Active(q)
		if err != nil {
			return nil, err
		}
		was.Currency = string(v.Money)
	} else if was, err = doc.ParseMenu(now); err != nil {
		return nil, err
	}
	will, err := was.WithCSV(table)
	if err != nil {
		return nil, err
	}
	return json.Marshal(will)
}

// Fits reads a menu document for a restaurant.
func Fits(body []byte, v *venue.Venue) (*doc.Menu, error) {
	d, err := doc.ParseMenu(body)
	if err != nil {
		return nil, err
	}
	if string(v.Money) != d.Currency {
		return nil, fault.Newf(fault.Invalid, "menu_currency", "The menu is in %s and the restaurant in %s.", d.Currency, v.Money)
	}
	return d, nil
}

// Accept says what putting a menu document in force comes to, or why it cannot be.
func (b *Book) Accept(tx *sqlite.Tx, venues *venue.Book, owner string, body []byte) ([]event.Payload, error) {
	v, err := venues.Active(tx)
	if err != nil {
		return nil, err
	}
	d, err := Fits(body, v)
	if err != nil {
		return nil, err
	}
	mods := 0
	for _, g := range d.Groups {
		mods += len(g.Modifiers)
	}
	return []event.Payload{event.MenuPublished{SHA256: doc.Sum(body), Owner: owner, Items: len(d.Items), Modifiers: mods}}, nil
}

// Export is the menu document in force, as it was published; nil where there is none.
func Export(q sqlite.Queryer) (json.RawMessage, error) {
	sum, err := venue.InForce(q, doc.KindMenu)
	if err != nil || sum == "" {
		return nil, err
	}
	return journal.Document(q, sum)
}
