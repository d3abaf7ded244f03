package guest

import (
	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
)

// Projector keeps what the box knows of guests by their ids. It touches no key, so a
// replay makes the same rows after an erasure, too.
func Projector() journal.Projector {
	return journal.Projector{Name: "guest", Apply: func(tx *sqlite.Tx, e event.Event) error {
		switch p := e.Payload.(type) {
		case event.OrderOpened:
			if p.Customer.IsZero() {
				return nil
			}
			return exec(tx, "INSERT INTO guest_visit (customer, seq, check_id, at) VALUES (?, ?, ?, ?)", p.Customer, e.Seq, p.Order, e.At)
		case event.WaitlistJoined:
			if p.Customer.IsZero() {
				return nil
			}
			return met(tx, e, p.Customer)
		case event.GuestCreated:
			return met(tx, e, p.Customer)
		case event.GuestConsented:
			return exec(tx, `INSERT INTO guest_consent (customer, purpose, given, source, at) VALUES (?, ?, ?, ?, ?)
				ON CONFLICT (customer, purpose) DO UPDATE SET given = excluded.given, source = excluded.source, at = excluded.at WHERE excluded.at >= guest_consent.at`,
				p.Customer, p.Purpose, p.Given, p.Source, e.At)
		case event.GuestAddressSaved:
			return exec(tx, "INSERT INTO guest_delivery (customer, address) VALUES (?, ?) ON CONFLICT DO NOTHING", p.Customer, p.Address)
		case event.GuestAddressRemoved:
			return exec(tx, "DELETE FROM guest_delivery WHERE customer = ? AND address = ?", p.Customer, p.Address)
		case event.GuestErasureAsked:
			if err := met(tx, e, p.Customer); err != nil {
				return err
			}
			return exec(tx, "UPDATE guest SET asked_at = ? WHERE customer = ?", e.At, p.Customer)
		case event.GuestErased:
			return erased(tx, e, p.Customer)
		case event.VisitRated:
			return exec(tx, `INSERT INTO visit_rating (check_id, customer, stars, commented, at) VALUES (?, ?, ?, ?, ?)
				ON CONFLICT (check_id) DO UPDATE SET customer = excluded.customer, stars = excluded.stars, commented = excluded.commented, at = excluded.at`,
				p.Order, p.Customer, p.Stars, p.Comment != "", e.At)
		}
		return nil
	}}
}

func exec(tx *sqlite.Tx, query string, args ...any) error {
	_, err := tx.Exec(query, args...)
	return err
}

// met notes that something is known of a guest.
func met(tx *sqlite.Tx, e event.Event, c id.Customer) error {
	return exec(tx, "INSERT INTO guest (customer, at) VALUES (?, ?) ON CONFLICT DO NOTHING", c, e.At)
}

// erased takes back what was allowed, and that there were addresses and comments. Orders and
// stars stay: sums do not change.
func erased(tx *sqlite.Tx, e event.Event, c id.Customer) error {
	if err := met(tx, e, c); err != nil {
		return err
	}
	if err := exec(tx, "UPDATE guest SET erased_at = ? WHERE customer = ?", e.At, c); err != nil {
		return err
	}
	for _, q := range []string{"DELETE FROM guest_consent WHERE customer = ?", "DELETE FROM guest_delivery WHERE customer = ?", "UPDATE visit_rating SET commented = 0 WHERE customer = ?"} {
		if err := exec(tx, q, c); err != nil {
			return err
		}
	}
	return nil
}
