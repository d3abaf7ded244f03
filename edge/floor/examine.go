package floor

import (
	"fmt"

	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/sqlite"
)

// rule is what must be true of the room at any moment: no row may come of its query.
type rule struct {
	broken string // what a row says, with its two columns
	sql    string
	args   []any
}

// rules are what the tables of the floor promise each other. A party's orders are those
// that stand where it sits; one that was there before it counts only while no more
// orders are open than Load reads, since the others are those of nobody who is here.
var rules = []rule{
	{"table %s is that of party %s, which does not sit", `SELECT t.name, t.party FROM floor_table t LEFT JOIN party p ON p.id = t.party
		WHERE t.party <> '' AND coalesce(p.state, '') <> 'seated'`, nil},
	{"party %s sits at no table%s", `SELECT id, '' FROM party WHERE state = 'seated' AND id NOT IN (SELECT party FROM floor_table)`, nil},
	{"party %s is %s, and the time when it was seated says otherwise", `SELECT id, state FROM party
		WHERE state IN ('seated', 'left', 'joined') AND seated_at = 0 OR state IN ('waiting', 'gone') AND seated_at > 0`, nil},
	{"party %s is %s, and the time when it left says otherwise", `SELECT id, state FROM party WHERE (state IN ('waiting', 'seated')) <> (left_at = 0)`, nil},
	{"order %s is that of party %s, which does not sit", `SELECT c.check_id, c.party FROM party_check c LEFT JOIN party p ON p.id = c.party
		WHERE coalesce(p.state, '') <> 'seated'`, nil},
	{"order %s is that of party %s, and nobody knows it", `SELECT check_id, party FROM party_check WHERE check_id NOT IN (SELECT id FROM guest_check)`, nil},
	{"order %s is that of party %s, and does not stand at a table of theirs", `SELECT c.check_id, c.party FROM party_check c JOIN guest_check o ON o.id = c.check_id
		WHERE o.status <> 'cancelled' AND NOT EXISTS (SELECT 1 FROM floor_table t WHERE t.name = o.table_name AND t.party = c.party)`, nil},
	{"order %s stands at table %s, and is not that of the party that sits there", `SELECT o.id, t.name FROM guest_check o JOIN floor_table t ON t.name = o.table_name
		LEFT JOIN party_check c ON c.check_id = o.id
		WHERE t.party <> '' AND o.status IN ('open', 'placed', 'preparing', 'ready') AND coalesce(c.party, '') <> t.party
		AND (o.opened_seq > t.seq OR (SELECT count(*) FROM guest_check WHERE status IN ('open', 'placed', 'preparing', 'ready')) <= ?)`, []any{order.AtTablesMost}},
	{"number %s of the wait list of %s was given twice", `SELECT series || number, day FROM party WHERE number > 0 GROUP BY day, series, number HAVING count(*) > 1`, nil},
}

// Examine answers what is wrong with the room: who sits where nobody is, or orders for
// nobody. Empty: nothing.
func Examine(q sqlite.Queryer) (broken []error, err error) {
	for _, r := range rules {
		if err := sqlite.Each(q, r.sql, r.args, func(scan sqlite.Scan) error {
			var a, b string
			err := scan(&a, &b)
			broken = append(broken, fmt.Errorf(r.broken, a, b))
			return err
		}); err != nil {
			return nil, fmt.Errorf("examine the floor: %w", err)
		}
	}
	return broken, nil
}
