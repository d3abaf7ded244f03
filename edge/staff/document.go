package staff

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
	"github.com/tyngo/tyngo/sync/id"
)

// Export is everybody who works here now as a document, in the order in which they
// came; nil where there is nobody yet.
func Export(q sqlite.Queryer) (json.RawMessage, error) {
	list, err := Employees(q)
	if err != nil {
		return nil, err
	}
	return document(list)
}

// document lists those who work here; nil where nobody does.
func document(list []Employee) ([]byte, error) {
	var d doc.Staff
	for _, e := range list {
		if e.Active {
			d.People = append(d.People, doc.Person{ID: e.ID, Name: e.Name, Role: e.Role})
		}
	}
	if d.People == nil {
		return nil, nil
	}
	return json.MarshalIndent(d, "", " ")
}

// Publish says who works here, as the restaurant itself. A bad list is refused whole,
// with every mistake. by is the role of who says so.
func (b *Book) Publish(ctx context.Context, m journal.Meta, body []byte, by string) (journal.Receipt, error) {
	sum := sha256.Sum256(body)
	m.Body = &sum
	return b.journal.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) {
		if err := venue.Owned(tx, doc.KindStaff, venue.Owner); err != nil {
			return nil, err
		}
		facts, err := accept(tx, venue.Owner, body, by)
		if err != nil {
			return nil, err
		}
		_, err = b.journal.PutDocument(tx, doc.KindStaff, body)
		return facts, err
	})
}

// Accept says what putting head office's list of people in force comes to, or why it
// cannot be.
func (b *Book) Accept(tx *sqlite.Tx, body []byte) ([]event.Payload, error) {
	return accept(tx, venue.HQ, body, "manager")
}

func accept(tx *sqlite.Tx, owner string, body []byte, by string) ([]event.Payload, error) {
	d, err := doc.ParseStaff(body)
	if err != nil {
		return nil, err
	}
	list, err := Employees(tx)
	if err != nil {
		return nil, err
	}
	was := map[id.Staff]Employee{}
	for _, e := range list {
		was[e.ID] = e
	}
	var facts []event.Payload
	change := func(old, e Employee) error {
		if old.Name == e.Name && old.Role == e.Role && old.Active == e.Active {
			return nil
		}
		facts = append(facts, saved(e))
		return mayChange(by, old, e)
	}
	here := map[id.Staff]bool{}
	for _, p := range d.People {
		here[p.ID] = true
		if err := change(was[p.ID], Employee{ID: p.ID, Name: p.Name, Role: p.Role, Active: true}); err != nil {
			return nil, err
		}
	}
	for _, e := range list {
		if gone := e; !here[e.ID] {
			gone.Active = false
			if err := change(e, gone); err != nil {
				return nil, err
			}
		}
	}
	return append(facts, event.StaffPublished{SHA256: doc.Sum(body), Owner: owner, People: len(d.People)}), nil
}

func saved(e Employee) event.EmployeeSaved {
	return event.EmployeeSaved{Employee: e.ID, Name: e.Name, Role: e.Role, Active: e.Active}
}

// mayChange: only who may change everything makes somebody who may.
func mayChange(by string, was, will Employee) error {
	if (was.Role == "manager" || will.Role == "manager") && by != "manager" {
		return fault.New(fault.Denied, "not_allowed", "Only a manager changes a manager, or makes one.")
	}
	return nil
}

// listed puts the list in force that one person's change makes, so that head office
// sees who works here. Nothing where nobody would, and where the disk is too full for
// documents: that somebody works here no more must be sayable then, too.
func (b *Book) listed(tx *sqlite.Tx, list []Employee, e Employee) ([]event.Payload, error) {
	known := false
	for i := range list {
		if list[i].ID == e.ID {
			list[i].Name, list[i].Role, list[i].Active, known = e.Name, e.Role, e.Active, true
		}
	}
	if !known {
		list = append(list, e)
	}
	body, err := document(list)
	if err != nil || body == nil {
		return nil, err
	}
	sum, err := b.journal.PutDocument(tx, doc.KindStaff, body)
	if fault.KindOf(err) == fault.Unavailable {
		return nil, nil
	}
	n := 0
	for _, e := range list {
		if e.Active {
			n++
		}
	}
	return []event.Payload{event.StaffPublished{SHA256: sum, Owner: venue.Owner, People: n}}, err
}
