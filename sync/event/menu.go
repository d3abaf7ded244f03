package event

import (
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// PortionsSet: so many portions of an item or of a modifier are left, or they are not
// counted any more. What is rung is taken off; at none it is out.
type PortionsSet struct {
	Item     id.Item     `json:"item,omitzero"`
	Modifier id.Modifier `json:"modifier,omitzero"`
	Left     *int64      `json:"left"`              // none: not counted
	Day      string      `json:"day"`               // business day for which it was said
	Planned  bool        `json:"planned,omitempty"` // by the menu, at the beginning of the day
}

func (PortionsSet) Kind() (string, int) { return "menu.portions_set", 1 }

// PhotoAdded: a photo of a dish is here, for menus to name.
type PhotoAdded struct {
	SHA256    string `json:"sha256"`
	Size      int64  `json:"size"` // bytes
	MediaType string `json:"media_type"`
}

func (PhotoAdded) Kind() (string, int) { return "menu.photo_added", 1 }

// PriceSet: an item has another price on one business day, or its own again.
type PriceSet struct {
	Item  id.Item       `json:"item"`
	Price *money.Amount `json:"price"` // minor units; none: its own
	Day   string        `json:"day"`
}

func (PriceSet) Kind() (string, int) { return "menu.price_set", 1 }
