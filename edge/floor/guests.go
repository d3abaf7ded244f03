package floor

import (
	"errors"
	"fmt"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
)

// Guests are how many sit at a table; 0: nobody said.
func Guests(q sqlite.Queryer, table string) (n int, err error) {
	err = sqlite.Each(q, "SELECT p.covers FROM floor_table t JOIN party p ON p.id = t.party WHERE t.name = ?", []any{table}, func(scan sqlite.Scan) error { return scan(&n) })
	if err != nil {
		err = fmt.Errorf("count the guests at %s: %w", table, err)
	}
	return n, err
}

// Reactor tells the checks of a party how many they are, when that changes: a service
// charge may begin at so many. orders points to the book that there will be.
func Reactor(orders **order.Book) journal.Reactor {
	on := journal.On(event.TableSeated{}, event.TableChanged{}, event.TableJoined{}, event.TableSplit{})
	return journal.Reactor{Name: "floor", On: on, React: func(tx *sqlite.Tx, e event.Event) (facts []event.Payload, err error) {
		tell := func(party id.Party, covers int) {
			checks, e1 := checksOf(tx, party)
			more, e2 := (*orders).GuestsAre(tx, checks, covers)
			facts, err = append(facts, more...), errors.Join(err, e1, e2)
		}
		switch p := e.Payload.(type) {
		case event.TableSeated:
			tell(p.Party, p.Covers)
		case event.TableChanged:
			tell(p.Party, p.Covers)
		case event.TableJoined:
			tell(p.Party, p.Covers)
		case event.TableSplit:
			if tell(p.Party, p.Stay); !p.Into.IsZero() {
				tell(p.Into, p.Covers)
			}
		}
		return facts, err
	}}
}

// checksOf are the checks of a party that sits here.
func checksOf(q sqlite.Queryer, party id.Party) (checks []id.Order, err error) {
	err = sqlite.Each(q, "SELECT check_id FROM party_check WHERE party = ? ORDER BY check_id", []any{party}, func(scan sqlite.Scan) error {
		var o id.Order
		err := scan(&o)
		checks = append(checks, o)
		return err
	})
	if err != nil {
		err = fmt.Errorf("find the checks of party %s: %w", party, err)
	}
	return checks, err
}
