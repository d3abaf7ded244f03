package event

import (
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// ApprovalAsked: somebody wants to do what takes another's word. Who asks, and where, is
// whose fact this is.
type ApprovalAsked struct {
	Approval id.Approval  `json:"approval"`
	Action   string       `json:"action"` // the permission that it takes: order.cancel
	Order    id.Order     `json:"order,omitzero"`
	Amount   money.Amount `json:"amount,omitempty"` // minor units
	Reason   string       `json:"reason,omitempty"` // why, in the words of whoever asks
	Until    int64        `json:"until"`            // UTC ms: from then on nobody answers any more
}

func (ApprovalAsked) Kind() (string, int) { return "approval.asked", 1 }

// ApprovalGiven: somebody who may said yes. It is good for one command of whoever asked.
type ApprovalGiven struct {
	Approval id.Approval `json:"approval"`
	By       id.Staff    `json:"by"`
	Until    int64       `json:"until"` // UTC ms: from then on it is of no use
}

func (ApprovalGiven) Kind() (string, int) { return "approval.given", 1 }

// ApprovalRefused: somebody who may said no.
type ApprovalRefused struct {
	Approval id.Approval `json:"approval"`
	By       id.Staff    `json:"by"`
	Reason   string      `json:"reason,omitempty"`
}

func (ApprovalRefused) Kind() (string, int) { return "approval.refused", 1 }

// ApprovalWithdrawn: whoever asked does not want it any more.
type ApprovalWithdrawn struct {
	Approval id.Approval `json:"approval"`
}

func (ApprovalWithdrawn) Kind() (string, int) { return "approval.withdrawn", 1 }

// ApprovalUsed: the other facts of this command were done with another's word.
type ApprovalUsed struct {
	Approval id.Approval `json:"approval"`
	By       id.Staff    `json:"by"` // who gave it
}

func (ApprovalUsed) Kind() (string, int) { return "approval.used", 1 }
