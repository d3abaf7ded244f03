package payment

import (
	"fmt"

	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Examine says which checks were paid otherwise than their payments say, of which payment
// more was given back than was taken, which gift card is not worth what was put on it
// without what was paid with it, and in which drawer something else should be.
func Examine(q sqlite.Queryer) (broken []error, err error) {
	err = sqlite.Each(q, `SELECT c.id, c.paid, c.tips, c.closed_day <> '' AND c.paid > c.total, coalesce(sum(p.amount), 0), coalesce(sum(p.tip), 0)
		FROM guest_check c LEFT JOIN payments p ON p.check_seq = c.opened_seq
		GROUP BY c.opened_seq HAVING c.paid <> coalesce(sum(p.amount), 0) OR c.tips <> coalesce(sum(p.tip), 0) OR c.closed_day <> '' AND c.paid > c.total`, nil, func(scan sqlite.Scan) error {
		var o id.Order
		var paid, tips, amount, tip money.Amount
		var over bool
		if err := scan(&o, &paid, &tips, &over, &amount, &tip); err != nil {
			return err
		}
		if over {
			broken = append(broken, fmt.Errorf("order %s is closed, and its guests paid more than it costs", o))
			return nil
		}
		broken = append(broken, fmt.Errorf("order %s says that %d was paid and %d beside it, its payments say %d and %d", o, paid, tips, amount, tip))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("hold checks against payments: %w", err)
	}
	err = sqlite.Each(q, "SELECT id FROM payments WHERE kind <> 'void' GROUP BY of_seq HAVING sum(amount) < 0 OR sum(tip) < 0 OR sum(amount + rounding) < 0", nil, func(scan sqlite.Scan) error {
		var p id.Payment
		err := scan(&p)
		broken = append(broken, fmt.Errorf("of payment %s more was given back than was taken", p))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("hold refunds against payments: %w", err)
	}
	err = sqlite.Each(q, `SELECT g.id, g.balance, g.loaded - coalesce(sum(p.amount + p.tip), 0) FROM gift_card g LEFT JOIN payments p ON p.card = g.id AND p.card <> ''
		GROUP BY g.id HAVING g.balance <> g.loaded - coalesce(sum(p.amount + p.tip), 0)`, nil, func(scan sqlite.Scan) error {
		var c id.GiftCard
		var balance, want money.Amount
		err := scan(&c, &balance, &want)
		broken = append(broken, fmt.Errorf("gift card %s is worth %d, and should be %d", c, balance, want))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("hold gift cards against payments: %w", err)
	}
	drawers, err := examineDrawers(q)
	return append(broken, drawers...), err
}
