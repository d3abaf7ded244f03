package event

import "github.com/tyngo/tyngo/sync/id"

// Sealed is text that the key of a guest opens and nothing else: base64(nonce ‖
// ciphertext ‖ tag), bound to the fact and the field that it stands in. Empty: the
// fact says nothing of it.
type Sealed string

// Draft is a payload that can be written only under the id of its fact: its texts are
// sealed for it.
type Draft interface {
	Payload
	Under(id.Event) (Payload, error)
}

// Facts of guests. A guest is an id; what is known of the person behind it is sealed.
// An order that names a customer, or a party that waits in a guest's name, makes a guest, too.

// GuestCreated: somebody is known by an id from now on.
type GuestCreated struct {
	Customer id.Customer `json:"customer"`
}

func (GuestCreated) Kind() (string, int) { return "guest.created", 1 }

// GuestChanged: something else is known of a guest. What is sealed of an empty text is
// known no more.
type GuestChanged struct {
	Customer id.Customer `json:"customer"`
	Name     Sealed      `json:"name,omitempty"`
	Phone    Sealed      `json:"phone,omitempty"`
	Email    Sealed      `json:"email,omitempty"`
	Note     Sealed      `json:"note,omitempty"` // free text
}

func (GuestChanged) Kind() (string, int) { return "guest.changed", 1 }

// GuestConsented: a guest allowed something, or took that back.
type GuestConsented struct {
	Customer id.Customer `json:"customer"`
	Purpose  string      `json:"purpose"` // email, sms, phone, post, profile
	Given    bool        `json:"given"`
	Source   string      `json:"source"` // how it was said: in_person, paper, phone, web
}

func (GuestConsented) Kind() (string, int) { return "guest.consented", 1 }

// GuestAddressSaved: where a guest has things delivered.
type GuestAddressSaved struct {
	Customer   id.Customer `json:"customer"`
	Address    id.Address  `json:"address"`
	Street     Sealed      `json:"street"`
	City       Sealed      `json:"city"`
	PostalCode Sealed      `json:"postal_code"`
	Directions Sealed      `json:"directions"` // free text for who brings it
}

func (GuestAddressSaved) Kind() (string, int) { return "guest.address_saved", 1 }

// GuestAddressRemoved: nothing is delivered there any more.
type GuestAddressRemoved struct {
	Customer id.Customer `json:"customer"`
	Address  id.Address  `json:"address"`
}

func (GuestAddressRemoved) Kind() (string, int) { return "guest.address_removed", 1 }

// GuestErasureAsked: everything about a guest is to be erased. It is a row of work.
type GuestErasureAsked struct {
	Customer id.Customer `json:"customer"`
}

func (GuestErasureAsked) Kind() (string, int) { return "guest.erasure_asked", 1 }

// GuestErased: the keys of a guest are gone, and everything that they had opened.
type GuestErased struct {
	Customer id.Customer `json:"customer"`
}

func (GuestErased) Kind() (string, int) { return "guest.erased", 1 }

// VisitRated: guests say how it was. A later rating of a visit takes the place of the one before.
type VisitRated struct {
	Order    id.Order    `json:"order"`
	Customer id.Customer `json:"customer,omitzero"` // none: nobody knows who they were, and nothing is said but the stars
	Stars    int         `json:"stars"`             // 1 to 5
	Comment  Sealed      `json:"comment,omitempty"` // free text
}

func (VisitRated) Kind() (string, int) { return "visit.rated", 1 }

// GuestOf is the guest that a fact is about; none where it is about another thing.
func GuestOf(p Payload) id.Customer {
	switch p := p.(type) {
	case OrderOpened:
		return p.Customer
	case WaitlistJoined:
		return p.Customer
	case GuestCreated:
		return p.Customer
	case GuestChanged:
		return p.Customer
	case GuestConsented:
		return p.Customer
	case GuestAddressSaved:
		return p.Customer
	case GuestAddressRemoved:
		return p.Customer
	case GuestErasureAsked:
		return p.Customer
	case GuestErased:
		return p.Customer
	case VisitRated:
		return p.Customer
	}
	return id.Customer{}
}
