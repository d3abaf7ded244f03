package guest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/seal"
)

// draft is a fact whose texts are sealed when it has its id.
type draft struct {
	event.Payload // which fact it will be
	key           seal.Key
	under         func(seal func(field, text string) event.Sealed) event.Payload
}

// Under seals the texts.
func (d draft) Under(e id.Event) (event.Payload, error) {
	var err error
	p := d.under(func(field, text string) event.Sealed {
		s, failed := d.key.Seal(e, field, text)
		err = errors.Join(err, failed)
		return s
	})
	return p, err
}

// Change is what is said of a guest; nil: as it is, empty: known no more.
type Change struct{ Name, Phone, Email, Note *string }

// Save notes what is said of a guest, who is made where there was none.
func (b *Book) Save(ctx context.Context, m journal.Meta, c id.Customer, to Change) (journal.Receipt, error) {
	if err := to.check(); err != nil {
		return journal.Receipt{}, err
	}
	return b.commit(ctx, m, c, func(_ *sqlite.Tx, s standing, k seal.Key) ([]event.Payload, error) {
		switch {
		case to == (Change{}) && s.known:
			return nil, nil
		case to == (Change{}):
			return []event.Payload{}, nil // they are made, and that is all
		}
		return []event.Payload{draft{event.GuestChanged{}, k, func(seal func(string, string) event.Sealed) event.Payload {
			given := func(field string, text *string) event.Sealed {
				if text == nil {
					return ""
				}
				return seal(field, strings.TrimSpace(*text))
			}
			return event.GuestChanged{Customer: c, Name: given("name", to.Name), Phone: given("phone", to.Phone), Email: given("email", to.Email), Note: given("note", to.Note)}
		}}}, nil
	})
}

func (to Change) check() error {
	for _, f := range []struct {
		name string
		text *string
		most int
		good func(string) bool
	}{
		{"name", to.Name, MaxName, line}, {"phone", to.Phone, MaxPhone, phone}, {"email", to.Email, MaxEmail, email}, {"note", to.Note, MaxText, text},
	} {
		if f.text != nil && *f.text != "" && (utf8.RuneCountInString(*f.text) > f.most || !f.good(*f.text)) {
			return bad("body."+f.name, f.name, f.most)
		}
	}
	return nil
}

// bad refuses a text without repeating it: refusals are remembered.
func bad(where, what string, most int) error {
	return fault.Newf(fault.Invalid, "guest_"+strings.ReplaceAll(what, " ", "_"), "This is no %s that can be kept.", what).At(where, fmt.Sprintf("must be a %s of at most %d characters", what, most))
}

// text may have lines.
func text(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r != '\n' && unicode.IsControl(r) || r == utf8.RuneError })
}

func line(s string) bool { return text(s) && !strings.Contains(s, "\n") && strings.TrimSpace(s) != "" }

func phone(s string) bool {
	return digits(s) != "" && strings.Trim(s, "0123456789+-./() ") == ""
}

func email(s string) bool {
	at := strings.LastIndexByte(s, '@')
	return line(s) && at > 0 && at < len(s)-1 && !strings.ContainsAny(s, " <>")
}

// Purposes of consents, and how they are given.
var (
	Purposes = []string{"email", "sms", "phone", "post", "profile"}
	Sources  = []string{"in_person", "paper", "phone", "web"}
)

// Consent notes that a guest allows something, or takes that back.
func (b *Book) Consent(ctx context.Context, m journal.Meta, c id.Customer, purpose string, given bool, source string) (journal.Receipt, error) {
	if !slices.Contains(Purposes, purpose) || !slices.Contains(Sources, source) {
		return journal.Receipt{}, fault.New(fault.Invalid, "guest_consent", "There is no such consent, or no such way to give it.")
	}
	return b.commit(ctx, m, c, func(*sqlite.Tx, standing, seal.Key) ([]event.Payload, error) {
		return []event.Payload{event.GuestConsented{Customer: c, Purpose: purpose, Given: given, Source: source}}, nil
	})
}

// Address is where a guest has things delivered.
type Address struct {
	ID                                   id.Address
	Street, City, PostalCode, Directions string
}

func (a Address) check() error {
	for _, f := range []struct {
		field, what, text string
		most              int
		good              func(string) bool
	}{
		{"street", "street", a.Street, MaxLine, line}, {"city", "city", a.City, MaxLine, line}, {"postalCode", "postal code", a.PostalCode, 20, line}, {"directions", "text", a.Directions, MaxText, text},
	} {
		if f.text == "" && f.field != "street" {
			continue
		}
		if utf8.RuneCountInString(f.text) > f.most || !f.good(f.text) {
			return bad("body."+f.field, f.what, f.most)
		}
	}
	return nil
}

// SaveAddress notes one address of a guest, or that it is another one now.
func (b *Book) SaveAddress(ctx context.Context, m journal.Meta, c id.Customer, a Address) (journal.Receipt, error) {
	if err := a.check(); err != nil {
		return journal.Receipt{}, err
	}
	return b.commit(ctx, m, c, func(tx *sqlite.Tx, _ standing, k seal.Key) ([]event.Payload, error) {
		var others int
		if err := tx.QueryRow("SELECT count(*) FROM guest_delivery WHERE customer = ? AND address <> ?", c, a.ID).Scan(&others); err != nil {
			return nil, err
		}
		if others >= MaxAddresses {
			return nil, fault.Newf(fault.Conflict, "addresses_many", "A guest has %d addresses at most. Remove one first.", MaxAddresses)
		}
		return []event.Payload{draft{event.GuestAddressSaved{}, k, func(seal func(string, string) event.Sealed) event.Payload {
			return event.GuestAddressSaved{Customer: c, Address: a.ID, Street: seal("street", a.Street), City: seal("city", a.City),
				PostalCode: seal("postal_code", a.PostalCode), Directions: seal("directions", a.Directions)}
		}}}, nil
	})
}

// RemoveAddress forgets one address.
func (b *Book) RemoveAddress(ctx context.Context, m journal.Meta, c id.Customer, a id.Address) (journal.Receipt, error) {
	if err := b.Ready(); err != nil {
		return journal.Receipt{}, err
	}
	m.Body = nil // it says nothing
	r, err := b.journal.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) {
		var there bool
		if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM guest_delivery WHERE customer = ? AND address = ?)", c, a).Scan(&there); err != nil {
			return nil, err
		}
		if !there {
			return nil, fault.New(fault.NotFound, "address_unknown", "This guest has no such address.")
		}
		return []event.Payload{event.GuestAddressRemoved{Customer: c, Address: a}}, nil
	})
	if err == nil {
		b.follow(ctx)
	}
	return r, err
}

// Rate notes how a visit was. Words need a guest whose key seals them: where nobody knows
// who they were, one is made for them.
func (b *Book) Rate(ctx context.Context, m journal.Meta, o id.Order, stars int, comment string) (journal.Receipt, error) {
	if stars < 1 || stars > 5 {
		return journal.Receipt{}, fault.New(fault.Invalid, "stars", "A visit has 1 to 5 stars.").At("body.stars", "must be 1 to 5")
	}
	if comment = strings.TrimSpace(comment); utf8.RuneCountInString(comment) > MaxText || !text(comment) {
		return journal.Receipt{}, bad("body.comment", "text", MaxText)
	}
	c, err := b.whoRates(ctx, o)
	if err != nil {
		return journal.Receipt{}, err
	}
	fact := event.VisitRated{Order: o, Customer: c, Stars: stars}
	if comment == "" {
		r, err := b.journal.Commit(ctx, m, func(*sqlite.Tx) ([]event.Payload, error) { return []event.Payload{fact}, nil })
		if err == nil {
			b.follow(ctx) // the words before are taken back
		}
		return r, err
	}
	if c.IsZero() {
		c = id.Derived[id.Customer]("visit", o.String())
	}
	return b.commit(ctx, m, c, func(_ *sqlite.Tx, _ standing, k seal.Key) ([]event.Payload, error) {
		return []event.Payload{draft{fact, k, func(seal func(string, string) event.Sealed) event.Payload {
			return event.VisitRated{Order: o, Customer: c, Stars: stars, Comment: seal("comment", comment)}
		}}}, nil
	})
}

// whoRates is the guest of an order that can be rated, or who was made for its last
// rating; none where there is neither.
func (b *Book) whoRates(ctx context.Context, o id.Order) (c id.Customer, err error) {
	err = b.journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		v, err := order.Load(q, o)
		switch {
		case err != nil:
			return err
		case v == nil:
			return fault.New(fault.NotFound, "order_unknown", "There is no such order here.")
		case v.Status == order.StatusOpen || v.Status == order.StatusCancelled:
			return fault.New(fault.Conflict, "not_served", "This order was not served, so there is nothing to rate.")
		}
		if c = v.Customer; !c.IsZero() {
			return nil
		}
		err = q.QueryRow("SELECT customer FROM visit_rating WHERE check_id = ?", o).Scan(&c)
		if errors.Is(err, sql.ErrNoRows) {
			err = nil
		}
		return err
	})
	return c, err
}
