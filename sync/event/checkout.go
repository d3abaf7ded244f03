package event

import (
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// ServerCheckedOut: somebody went home, and this is what they took since they last did.
type ServerCheckedOut struct {
	Server  id.Staff      `json:"server"`
	Since   int64         `json:"since"`  // seq of the last one; 0: it is the first
	Checks  int           `json:"checks"` // on which their guests paid
	Tenders []TenderTotal `json:"tenders"`
	Sales   money.Amount  `json:"sales"` // what their guests paid of checks, without what they got back
	Tips    money.Amount  `json:"tips"`  // beside it
	TipOuts []TipPart     `json:"tip_outs,omitempty"`
	Cash    money.Amount  `json:"cash"` // that they have in the pocket
	Due     money.Amount  `json:"due"`  // that they hand in: cash - tips + tip-outs; below 0: that they get
}

// TenderTotal is what came by one tender.
type TenderTotal struct {
	Tender string       `json:"tender"`
	Amount money.Amount `json:"amount"`
	Tip    money.Amount `json:"tip"`
}

// TipPart is what goes to others.
type TipPart struct {
	Name   string       `json:"name"`
	Amount money.Amount `json:"amount"`
}

func (ServerCheckedOut) Kind() (string, int) { return "server.checked_out", 1 }
