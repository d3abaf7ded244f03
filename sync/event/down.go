package event

import "github.com/tyngo/tyngo/sync/id"

// DirectiveApplied: the box did what head office asked; what that came to are the
// facts of the same commit.
type DirectiveApplied struct {
	Directive id.Directive `json:"directive"`
	Type      string       `json:"kind"`
}

func (DirectiveApplied) Kind() (string, int) { return "directive.applied", 1 }

// DirectiveRefused: the box will not do what head office asked.
type DirectiveRefused struct {
	Directive id.Directive `json:"directive"`
	Type      string       `json:"kind"`
	Code      string       `json:"code"`
	Reason    string       `json:"reason"` // a sentence for head office
}

func (DirectiveRefused) Kind() (string, int) { return "directive.refused", 1 }

// DirectiveExpired: it came later than head office wanted it.
type DirectiveExpired struct {
	Directive id.Directive `json:"directive"`
	Type      string       `json:"kind"`
}

func (DirectiveExpired) Kind() (string, int) { return "directive.expired", 1 }

// DocumentWanted: the box will fetch a document that head office published. An
// offer is only kept: the box does not let head office own this kind.
type DocumentWanted struct {
	Directive id.Directive `json:"directive"`
	Type      string       `json:"kind"`
	SHA256    string       `json:"sha256"`
	Size      int64        `json:"size"` // bytes
	Offer     bool         `json:"offer,omitempty"`
}

func (DocumentWanted) Kind() (string, int) { return "document.wanted", 1 }

// DocumentKept: an offered document is on the box.
type DocumentKept struct {
	Directive id.Directive `json:"directive"`
	Type      string       `json:"kind"`
	SHA256    string       `json:"sha256"`
}

func (DocumentKept) Kind() (string, int) { return "document.kept", 1 }

// DocumentRefused: a document was not put in force: a newer one of its kind came
// first, or it cannot be read.
type DocumentRefused struct {
	Directive id.Directive `json:"directive"`
	Type      string       `json:"kind"`
	SHA256    string       `json:"sha256"`
	Code      string       `json:"code"`
	Reason    string       `json:"reason"`
}

func (DocumentRefused) Kind() (string, int) { return "document.refused", 1 }

// OwnerChanged: a manager gave the documents of a kind to another owner.
type OwnerChanged struct {
	Type  string `json:"kind"`
	Owner string `json:"owner"` // box, hq, pos
	Was   string `json:"was"`
}

func (OwnerChanged) Kind() (string, int) { return "document.owner_changed", 1 }

// AvailabilityChanged: an item is out (86), or is back. It lies over every menu.
type AvailabilityChanged struct {
	Item      id.Item `json:"item"`
	Available bool    `json:"available"`
}

func (AvailabilityChanged) Kind() (string, int) { return "menu.availability_changed", 1 }
