// Package floor is the room while guests are in it: who sits where, since when, how
// many they are, who serves them, who waits for a table, and which tables must be
// cleared.
//
// What orders say is not kept twice: a table is 'ordered' because an order that stands
// there is open. Guests are a number of covers, and at
// most an id, never a name. Decide is pure.
package floor

import (
	"context"
	"slices"
	"time"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
)

// Party is guests who came together, as they are now.
type Party struct {
	ID       id.Party
	Number   event.Number // of the wait list; none: they never waited
	Covers   int
	Server   id.Staff    // none: nobody said
	Minutes  int         // that they were told to wait
	Customer id.Customer // in whose name they wait; none: nobody said
	CameAt   time.Time
	SeatedAt time.Time // zero: they wait
	ServedAt time.Time // of the last order that was served; zero: none was
	CheckAt  time.Time // since when the check is before them; zero: it is not
	Tables   []string  // in the order in which they became theirs
	Checks   []order.Brief
}

// Waits reports whether the party is on the wait list.
func (p *Party) Waits() bool { return p.SeatedAt.IsZero() }

// Floor is the room as it is now.
type Floor struct {
	Parties []*Party                 // in the order in which they came
	At      map[string]*Party        // by table
	Dirty   map[string]time.Time     // since when, by table
	Alone   map[string][]order.Brief // open orders at tables where nobody was seated
	begun   map[string][]id.Order    // orders there with nothing on them yet: they move no table
	byID    map[id.Party]*Party
}

// Party finds a party that waits or sits; nil where there is none.
func (f *Floor) Party(p id.Party) *Party { return f.byID[p] }

// Book is where the floor is changed.
type Book struct {
	journal *journal.Journal
	venues  *venue.Book
	series  string // letter of the incarnation: numbers for people are of this series
	now     func() time.Time
}

// NewBook makes a book.
func NewBook(j *journal.Journal, v *venue.Book, series string, now func() time.Time) *Book {
	return &Book{j, v, series, now}
}

// Do does one command.
func (b *Book) Do(ctx context.Context, m journal.Meta, c Command) (journal.Receipt, error) {
	return b.journal.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) {
		f, err := Load(tx)
		if err != nil {
			return nil, err
		}
		w, err := b.world(tx, m, c)
		if err != nil {
			return nil, err
		}
		return Decide(f, c, w)
	})
}

// Tables are the tables of the plan in its order, then others at which somebody sits or
// something is open.
func (f *Floor) Tables(v *venue.Venue) (list []string) {
	planned := map[string]bool{}
	for _, s := range v.Sections {
		for _, t := range s.Tables {
			planned[t.Name] = true
			list = append(list, t.Name)
		}
	}
	var others []string
	for t := range f.At {
		others = append(others, t)
	}
	for t := range f.Alone {
		others = append(others, t)
	}
	slices.Sort(others)
	for _, t := range slices.Compact(others) {
		if !planned[t] {
			list = append(list, t)
		}
	}
	return list
}
