// Package venue is the place: its name, money, clock, stations, printers and
// tables, kept in one document; and which document of each kind is in force and
// who owns it.
//
// The business day is decided here, when a fact happens, and written on the fact.
package venue

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/bill"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/hours"
	"github.com/tyngo/tyngo/sync/money"
)

// Venue is the venue in force, ready for use. It does not change: a new document
// makes a new Venue.
type Venue struct {
	doc.Venue
	SHA256   string
	Money    money.Currency
	Rules    *bill.Rules // how a bill is reckoned
	location *time.Location
	dayStart hours.Minutes
	stations map[string]*doc.Station
	printers map[string]*doc.Printer
	tables   map[string]doc.Table
}

// ErrNotSetUp says that this box does not know its restaurant yet.
var ErrNotSetUp = fault.New(fault.Unavailable, "not_set_up", "This box is not set up yet. Run: tyngo-edge setup --help")

// Book finds the venue in force.
type Book struct {
	mu   sync.Mutex
	last *Venue // by content: the name of a document is its hash
}

// Active is the venue in force. ErrNotSetUp where there is none yet.
func (b *Book) Active(q sqlite.Queryer) (*Venue, error) {
	sum, err := InForce(q, doc.KindVenue)
	if err != nil {
		return nil, err
	}
	if sum == "" {
		return nil, ErrNotSetUp
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.last != nil && b.last.SHA256 == sum {
		return b.last, nil
	}
	v, err := read(q, sum)
	if err == nil {
		b.last = v
	}
	return v, err
}

// At is the venue that was in force at a fact; the one in force now where the journal
// begins later.
func (b *Book) At(q sqlite.Queryer, seq int64) (*Venue, error) {
	sum, err := journal.LastVenue(q, seq)
	if err != nil {
		return nil, err
	}
	now, err := b.Active(q)
	if err != nil || sum == "" || sum == now.SHA256 {
		return now, err
	}
	return read(q, sum)
}

func read(q sqlite.Queryer, sum string) (*Venue, error) {
	body, err := journal.Document(q, sum)
	if err != nil {
		return nil, fmt.Errorf("read venue %s: %w", sum, err)
	}
	return Parse(body)
}

// Latest is the venue in force, of no snapshot: read once until another comes.
func (b *Book) Latest(ctx context.Context, db *sqlite.DB) (*Venue, error) {
	return sqlite.Latest(ctx, db, inForce, func(q *sqlite.Snapshot) (*Venue, error) { return b.Active(q) })
}

// Parse makes a venue of a document.
func Parse(body []byte) (*Venue, error) {
	d, err := doc.ParseVenue(body)
	if err != nil {
		return nil, err
	}
	v := &Venue{Venue: *d, SHA256: doc.Sum(body), Money: money.Currency(d.Currency),
		stations: map[string]*doc.Station{}, printers: map[string]*doc.Printer{}, tables: map[string]doc.Table{}}
	if v.location, err = time.LoadLocation(d.Zone); err != nil {
		return nil, fmt.Errorf("venue zone: %w", err)
	}
	if v.dayStart, err = hours.Parse(d.DayStart); err != nil {
		return nil, err
	}
	if v.Rules, err = bill.RulesOf(d); err != nil {
		return nil, err
	}
	for i, s := range d.Stations {
		v.stations[doc.Fold(s.Name)] = &d.Stations[i]
	}
	for i, p := range d.Printers {
		v.printers[doc.Fold(p.Name)] = &d.Printers[i]
	}
	for _, s := range d.Sections {
		for _, t := range s.Tables {
			v.tables[doc.Fold(t.Name)] = t
		}
	}
	return v, nil
}

// Table finds a table of the plan by what staff call it.
func (v *Venue) Table(name string) (doc.Table, bool) {
	t, ok := v.tables[doc.Fold(name)]
	return t, ok
}

// Station finds a station by name; the default one where there is none of that
// name; nil where the venue has no stations.
func (v *Venue) Station(name string) *doc.Station {
	if s, ok := v.stations[doc.Fold(name)]; ok {
		return s
	}
	if len(v.Stations) == 0 {
		return nil
	}
	return &v.Stations[0]
}

// Printer finds a printer by name; nil where there is none.
func (v *Venue) Printer(name string) *doc.Printer { return v.printers[doc.Fold(name)] }

// Limit is how much somebody of a role may do without a manager's approval.
func (v *Venue) Limit(role, action string) money.Amount {
	for _, l := range v.Limits {
		if l.Role == role && l.Action == action {
			most, _ := v.Money.ParseDecimal(l.Most.String()) // it was checked
			return most
		}
	}
	return 0
}

// Location is the zone of the restaurant.
func (v *Venue) Location() *time.Location { return v.location }

// Local is a moment on the restaurant's clock.
func (v *Venue) Local(t time.Time) time.Time { return t.In(v.location) }

// halfDays are the locales that count hours to twelve.
var halfDays = map[string]bool{"en-US": true, "en-CA": true, "en-AU": true, "en-NZ": true, "en-IN": true, "en-PH": true, "es-MX": true}

// Clock writes the time of day as people of the place do.
func (v *Venue) Clock(t time.Time) string { return v.clock(t, "3:04 pm", "15:04") }

// ClockSeconds is Clock with seconds.
func (v *Venue) ClockSeconds(t time.Time) string { return v.clock(t, "3:04:05 pm", "15:04:05") }

func (v *Venue) clock(t time.Time, half, whole string) string {
	if halfDays[v.Locale] {
		whole = half
	}
	return v.Local(t).Format(whole)
}

// Day is the business day of a moment: the local date, until the day starts that
// of the day before. An hour that comes twice counts the first time, one that never
// comes begins the day when it would have (package hours).
func (v *Venue) Day(at time.Time) string {
	l := v.Local(at)
	if at.Before(v.dayStart.On(l, v.location)) {
		l = time.Date(l.Year(), l.Month(), l.Day()-1, 12, 0, 0, 0, v.location)
	}
	return l.Format(time.DateOnly)
}

// Day is the business day for the journal; before the setup it is UTC's date.
func (b *Book) Day(q sqlite.Queryer, at time.Time) (string, error) {
	v, err := b.Active(q)
	if errors.Is(err, ErrNotSetUp) {
		return at.UTC().Format(time.DateOnly), nil
	}
	if err != nil {
		return "", err
	}
	return v.Day(at), nil
}

// Publish puts a venue document in force, as the restaurant itself.
func (b *Book) Publish(ctx context.Context, j *journal.Journal, m journal.Meta, body []byte) (journal.Receipt, error) {
	if _, err := doc.ParseVenue(body); err != nil {
		return journal.Receipt{}, err
	}
	sum := sha256.Sum256(body)
	m.Body = &sum
	return j.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) {
		if err := Owned(tx, doc.KindVenue, Owner); err != nil {
			return nil, err
		}
		facts, err := b.Accept(tx, Owner, body)
		if err != nil {
			return nil, err
		}
		_, err = j.PutDocument(tx, doc.KindVenue, body)
		return facts, err
	})
}

// Accept says what putting a venue document in force comes to, or why it cannot be.
func (b *Book) Accept(tx *sqlite.Tx, owner string, body []byte) ([]event.Payload, error) {
	d, err := doc.ParseVenue(body)
	if err != nil {
		return nil, err
	}
	start, err := hours.Parse(d.DayStart)
	if err != nil {
		return nil, err
	}
	now, err := b.Active(tx)
	switch {
	case errors.Is(err, ErrNotSetUp):
	case err != nil:
		return nil, err
	case now.Restaurant != d.Restaurant:
		return nil, fault.New(fault.Conflict, "other_restaurant", "This document is of another restaurant.")
	case now.Money != money.Currency(d.Currency):
		return nil, fault.New(fault.Conflict, "currency_fixed", "The currency of a restaurant cannot change: its books are kept in it.")
	}
	return []event.Payload{event.VenuePublished{SHA256: doc.Sum(body), Owner: owner, Restaurant: d.Restaurant, Name: d.Name,
		Currency: d.Currency, Zone: d.Zone, Locale: d.Locale, DayStart: int(start)}}, nil
}

// Projector keeps which document is in force, whose it is, and what is to be
// fetched.
func Projector() journal.Projector {
	return journal.Projector{Name: "venue", Apply: func(tx *sqlite.Tx, e event.Event) error {
		switch p := e.Payload.(type) {
		case event.VenuePublished:
			return activate(tx, doc.KindVenue, p.SHA256, p.Owner, e.Seq)
		case event.MenuPublished:
			return activate(tx, doc.KindMenu, p.SHA256, p.Owner, e.Seq)
		case event.StaffPublished:
			return activate(tx, doc.KindStaff, p.SHA256, p.Owner, e.Seq)
		case event.OwnerChanged:
			return own(tx, p.Type, p.Owner, e.Seq)
		case event.DocumentWanted:
			_, err := tx.Exec(`INSERT INTO document_fetch (kind, offer, sha256, size, directive, seq) VALUES (?, ?, ?, ?, ?, ?)
				ON CONFLICT (kind, offer) DO UPDATE SET sha256 = excluded.sha256, size = excluded.size, directive = excluded.directive, seq = excluded.seq`,
				p.Type, p.Offer, p.SHA256, p.Size, p.Directive.Bytes(), e.Seq)
			return err
		case event.DocumentKept:
			_, e1 := tx.Exec("DELETE FROM document_fetch WHERE directive = ?", p.Directive.Bytes())
			_, e2 := tx.Exec("INSERT INTO document_offer (kind, sha256, seq) VALUES (?, ?, ?) ON CONFLICT (kind) DO UPDATE SET sha256 = excluded.sha256, seq = excluded.seq",
				p.Type, p.SHA256, e.Seq)
			return errors.Join(e1, e2)
		case event.DocumentRefused:
			_, err := tx.Exec("DELETE FROM document_fetch WHERE directive = ?", p.Directive.Bytes())
			return err
		}
		return nil
	}}
}

func activate(tx *sqlite.Tx, kind, sum, owner string, seq int64) error {
	defer tx.Forget(inForce)
	_, e1 := tx.Exec(`INSERT INTO active_document (kind, sha256, owner, seq) VALUES (?, ?, ?, ?)
		ON CONFLICT (kind) DO UPDATE SET sha256 = excluded.sha256, owner = excluded.owner, seq = excluded.seq`, kind, sum, owner, seq)
	_, e2 := tx.Exec("DELETE FROM document_fetch WHERE kind = ? AND sha256 = ?", kind, sum)
	_, e3 := tx.Exec("DELETE FROM document_offer WHERE kind = ? AND sha256 = ?", kind, sum)
	return errors.Join(e1, e2, e3, own(tx, kind, owner, seq))
}

func own(tx *sqlite.Tx, kind, owner string, seq int64) error {
	_, err := tx.Exec("INSERT INTO document_owner (kind, owner, seq) VALUES (?, ?, ?) ON CONFLICT (kind) DO UPDATE SET owner = excluded.owner, seq = excluded.seq",
		kind, owner, seq)
	return err
}
