package venue

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

// Owners of documents.
const (
	Owner = "box" // the restaurant itself
	HQ    = "hq"
	POS   = "pos" // menus alone
)

// InForce names the document of a kind that is in force; empty where there is none.
func InForce(q sqlite.Queryer, kind string) (sum string, err error) {
	all, err := sqlite.Keep(q, inForce, func() (map[string]string, error) { // every command asks for two kinds, and several times
		m := map[string]string{}
		return m, sqlite.Each(q, "SELECT kind, sha256 FROM active_document", nil, func(scan sqlite.Scan) error {
			var k, s string
			err := scan(&k, &s)
			m[k] = s
			return err
		})
	})
	return all[kind], err
}

const inForce = "documents in force"

// OwnerOf says who may replace documents of a kind.
func OwnerOf(q sqlite.Queryer, kind string) (owner string, err error) {
	return one(q, "SELECT owner FROM document_owner WHERE kind = ?", kind, Owner)
}

// Offered names the document that head office would put in force; empty where
// there is none.
func Offered(q sqlite.Queryer, kind string) (sum string, err error) {
	return one(q, "SELECT sha256 FROM document_offer WHERE kind = ?", kind, "")
}

func one(q sqlite.Queryer, query, kind, none string) (s string, err error) {
	err = q.QueryRow(query, kind).Scan(&s)
	if errors.Is(err, sql.ErrNoRows) {
		return none, nil
	}
	return s, err
}

// Owned refuses a write by anyone but the owner, with the owner's name.
func Owned(q sqlite.Queryer, kind, by string) error {
	owner, err := OwnerOf(q, kind)
	if err == nil && owner != by {
		err = fault.Newf(fault.Conflict, "not_owner", "The %s of this restaurant belongs to %s and is changed there.", kind, owner)
	}
	return err
}

// Wanted is a document that head office published and that is to be fetched.
type Wanted struct {
	Kind      string       `json:"kind"`
	SHA256    string       `json:"sha256"`
	Size      int64        `json:"size"`
	Directive id.Directive `json:"-"`
	Offer     bool         `json:"-"` // to be kept, and not put in force
}

// Check refuses what cannot be a document.
func (w Wanted) Check() error {
	switch {
	case !slices.Contains(doc.Kinds, w.Kind):
		return fault.Newf(fault.Invalid, "document_kind", "There are no documents of the kind %.40q here.", w.Kind)
	case !doc.IsSum(w.SHA256):
		return fault.New(fault.Invalid, "document_name", "A document is named by the SHA-256 of its bytes, in lower-case hex.")
	case w.Size < 1 || w.Size > doc.MaxBytes:
		return fault.Newf(fault.Invalid, "document_size", "A document has 1 to %d bytes.", doc.MaxBytes)
	}
	return nil
}

// Want decides what a document that head office published comes to: it is fetched,
// and put in force when it is here. Where head office does not own the kind, it is
// fetched too, so that a manager can see what it would change, and the answer is
// the refusal.
func Want(q sqlite.Queryer, w Wanted) ([]event.Payload, error) {
	if err := w.Check(); err != nil {
		return nil, err
	}
	refusal := Owned(q, w.Kind, HQ)
	if refusal != nil && fault.KindOf(refusal) != fault.Conflict {
		return nil, refusal
	}
	w.Offer = refusal != nil
	if !w.Offer {
		if now, err := InForce(q, w.Kind); err != nil || now == w.SHA256 {
			return nil, err // it is in force already
		}
	}
	facts, err := superseded(q, w.Kind, w.Offer)
	if err != nil {
		return nil, err
	}
	return append(facts, event.DocumentWanted{Directive: w.Directive, Type: w.Kind, SHA256: w.SHA256, Size: w.Size, Offer: w.Offer}), refusal
}

// superseded gives up what was to be fetched of a kind before.
func superseded(q sqlite.Queryer, kind string, offer bool) ([]event.Payload, error) {
	old, ok, err := wanted(q, kind, offer)
	if err != nil || !ok {
		return nil, err
	}
	return []event.Payload{event.DocumentRefused{Directive: old.Directive, Type: kind, SHA256: old.SHA256, Code: "superseded", Reason: "A newer " + kind + " came first."}}, nil
}

func wanted(q sqlite.Queryer, kind string, offer bool) (w Wanted, ok bool, err error) {
	err = q.QueryRow("SELECT kind, offer, sha256, size, directive FROM document_fetch WHERE kind = ? AND offer = ?", kind, offer).
		Scan(&w.Kind, &w.Offer, &w.SHA256, &w.Size, &w.Directive)
	if errors.Is(err, sql.ErrNoRows) {
		return w, false, nil
	}
	return w, err == nil, err
}

// ToFetch lists the documents that are to be fetched, the oldest wish first.
func ToFetch(q sqlite.Queryer) (list []Wanted, err error) {
	err = sqlite.Each(q, "SELECT kind, offer, sha256, size, directive FROM document_fetch ORDER BY seq", nil, func(scan sqlite.Scan) error {
		var w Wanted
		err := scan(&w.Kind, &w.Offer, &w.SHA256, &w.Size, &w.Directive)
		list = append(list, w)
		return err
	})
	return list, err
}

// Arrived decides what a document comes to that was fetched: accept, of the kind's
// owning package, says what putting it in force is. Nothing, where it was given up
// meanwhile.
func Arrived(tx *sqlite.Tx, j *journal.Journal, w Wanted, body []byte, accept func(tx *sqlite.Tx, body []byte) ([]event.Payload, error)) ([]event.Payload, error) {
	now, ok, err := wanted(tx, w.Kind, w.Offer)
	if err != nil || !ok || now != w {
		return nil, err
	}
	refuse := func(err error) []event.Payload {
		f := fault.Of(err)
		return []event.Payload{event.DocumentRefused{Directive: w.Directive, Type: w.Kind, SHA256: w.SHA256, Code: f.Code, Reason: f.Message}}
	}
	if doc.Sum(body) != w.SHA256 {
		return nil, fmt.Errorf("document %s has other bytes", w.SHA256)
	}
	var facts []event.Payload
	if w.Offer {
		facts = []event.Payload{event.DocumentKept{Directive: w.Directive, Type: w.Kind, SHA256: w.SHA256}}
	} else if err := Owned(tx, w.Kind, HQ); err != nil { // the owner changed on the way
		return refused(err, refuse)
	} else if facts, err = accept(tx, body); err != nil {
		return refused(err, refuse)
	}
	if _, err := j.PutDocument(tx, w.Kind, body); err != nil {
		return nil, err // the disk is full: tried again
	}
	return facts, nil
}

// refused makes a final error a fact; others are tried again.
func refused(err error, refuse func(error) []event.Payload) ([]event.Payload, error) {
	if k := fault.KindOf(err); k == fault.Conflict || k == fault.Invalid {
		return refuse(err), nil
	}
	return nil, err
}

// Given decides what it comes to that a manager gives a kind to another owner:
// where head office offered a document, that is put in force with it.
func Given(tx *sqlite.Tx, kind, owner string, accept func(tx *sqlite.Tx, body []byte) ([]event.Payload, error)) ([]event.Payload, error) {
	was, err := OwnerOf(tx, kind)
	switch {
	case err != nil:
		return nil, err
	case owner != Owner && owner != HQ && (owner != POS || kind != doc.KindMenu):
		return nil, fault.Newf(fault.Invalid, "owner_unknown", "The %s can belong to box or hq; a menu also to pos.", kind)
	case owner == was:
		return nil, fault.Newf(fault.Conflict, "owner_same", "The %s belongs to %s already.", kind, owner)
	}
	facts := []event.Payload{event.OwnerChanged{Type: kind, Owner: owner, Was: was}}
	if owner != HQ {
		for _, offer := range []bool{false, true} {
			given, err := superseded(tx, kind, offer)
			if err != nil {
				return nil, err
			}
			facts = append(facts, given...)
		}
		return facts, nil
	}
	sum, err := Offered(tx, kind)
	if err != nil || sum == "" {
		return facts, err
	}
	body, err := journal.Document(tx, sum)
	if err != nil {
		return nil, fmt.Errorf("read the offered %s: %w", kind, err)
	}
	force, err := accept(tx, body)
	return append(facts, force...), err
}
