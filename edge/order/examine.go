package order

import (
	"fmt"

	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// soundMost bounds the visits whose bills are reckoned once more: the newest.
const soundMost = 20_000

// Examine says which checks do not owe what their bill says, or whose visit does not owe
// what its checks do.
func Examine(q sqlite.Queryer, venues *venue.Book) (broken []error, err error) {
	var firsts []id.Order
	if err := sqlite.Each(q, "SELECT id FROM guest_check WHERE visit_seq = opened_seq AND status <> 'cancelled' ORDER BY opened_seq DESC LIMIT ?", []any{soundMost}, func(scan sqlite.Scan) error {
		var o id.Order
		err := scan(&o)
		firsts = append(firsts, o)
		return err
	}); err != nil {
		return nil, fmt.Errorf("list visits: %w", err)
	}
	for _, o := range firsts {
		v, err := loadVisit(q, o)
		if err != nil {
			return nil, err
		}
		place, err := venues.At(q, v.Checks[0].openedSeq)
		if err != nil {
			return nil, err
		}
		owed, err := v.owed(place.Rules)
		if err != nil {
			return nil, fmt.Errorf("reckon the visit of %s: %w", o, err)
		}
		var sum money.Amount
		for i, c := range v.Checks {
			if sum += owed[i].Total; c.Total != owed[i].Total {
				broken = append(broken, fmt.Errorf("order %s says that its guests owe %d, its bill says %d", c.ID, c.Total, owed[i].Total))
			}
		}
		if whole, err := v.Bill(place.Rules); err != nil || whole.Total != sum {
			broken = append(broken, fmt.Errorf("the checks of order %s owe %d together, and the visit another sum", o, sum))
		}
	}
	return broken, nil
}
