package event

import (
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// PaymentSettled: a tender reached its end.
type PaymentSettled struct {
	Payment  id.Payment   `json:"payment"`
	Order    id.Order     `json:"order"`
	Amount   money.Amount `json:"amount"` // minor units
	Currency string       `json:"currency"`
	Status   string       `json:"status"`           // succeeded, failed
	Reason   string       `json:"reason,omitempty"` // why it failed
}

func (PaymentSettled) Kind() (string, int) { return "payment.settled", 1 }

// StockChanged: an item's stock moved. Quantities are thousandths of its unit.
type StockChanged struct {
	Movement id.Movement `json:"movement"`
	Item     id.Item     `json:"item"`
	Previous int64       `json:"previous"`
	New      int64       `json:"new"`
	Reason   string      `json:"reason"`
}

func (StockChanged) Kind() (string, int) { return "inventory.stock_changed", 1 }
