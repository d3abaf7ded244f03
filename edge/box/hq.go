package box

import (
	"bytes"
	"encoding/json"

	"github.com/tyngo/tyngo/edge/guest"
	"github.com/tyngo/tyngo/edge/menu"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/uplink"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/wire"
)

// directives are the wishes of head office that this box knows.
func (b *Box) directives() map[string]uplink.Directive {
	return map[string]uplink.Directive{
		wire.SetAvailability: func(tx *sqlite.Tx, d wire.Directive) ([]event.Payload, error) {
			var a menu.Availability
			if err := body(d, &a); err != nil {
				return nil, err
			}
			return b.Menus.Set(tx, a)
		},
		wire.PublishDocument: func(tx *sqlite.Tx, d wire.Directive) ([]event.Payload, error) {
			w := venue.Wanted{}
			if err := body(d, &w); err != nil {
				return nil, err
			}
			w.Directive = d.ID
			return venue.Want(tx, w)
		},
		wire.EraseGuest: func(tx *sqlite.Tx, d wire.Directive) ([]event.Payload, error) {
			var g struct {
				Customer id.Customer `json:"customer"`
			}
			if err := body(d, &g); err != nil {
				return nil, err
			}
			return guest.Wish(tx, g.Customer) // a row of work: what is done is told when it is
		},
	}
}

// documents say what putting a document of head office in force comes to.
func (b *Box) documents() map[string]uplink.Document {
	return map[string]uplink.Document{
		doc.KindVenue: func(tx *sqlite.Tx, body []byte) ([]event.Payload, error) { return b.Venues.Accept(tx, venue.HQ, body) },
		doc.KindMenu: func(tx *sqlite.Tx, body []byte) ([]event.Payload, error) {
			return b.Menus.Accept(tx, b.Venues, venue.HQ, body)
		},
		doc.KindStaff: b.Staff.Accept,
	}
}

// body reads what a directive says.
func body(d wire.Directive, into any) error {
	r := json.NewDecoder(bytes.NewReader(d.Body))
	r.DisallowUnknownFields()
	if err := r.Decode(into); err != nil {
		return fault.Newf(fault.Invalid, "directive_invalid", "This box cannot read what %s says. Update it.", d.Kind)
	}
	return nil
}
