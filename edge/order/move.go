package order

import (
	"database/sql"
	"errors"
	"fmt"

	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Brief is an order without its lines, for who looks at tables.
type Brief struct {
	ID       id.Order
	Number   event.Number
	Type     string // dine_in, takeaway
	Status   Status
	Table    string
	Total    money.Amount
	Lines    int
	OpenedAt int64 // UTC ms
	PlacedAt int64 // UTC ms of the last send; 0: nothing was sent
}

// Open reports whether somebody still waits for something of it.
func (b Brief) Open() bool {
	return b.Lines > 0 && (b.Status == StatusOpen || b.Status == StatusPlaced || b.Status == StatusPreparing || b.Status == StatusReady)
}

// Moved is the fact that the guests of an order sit at another table.
func (b Brief) Moved(to string) event.OrderMoved {
	return event.OrderMoved{Order: b.ID, From: b.Table, To: to, Status: string(b.Status), Total: b.Total}
}

const (
	selectBrief = "SELECT id, series, number, type, status, table_name, total, lines, opened_at, coalesce(placed_at, 0) FROM guest_check "
	// AtTablesMost bounds what is read of each status: orders that nobody ever moved on
	// pile up, and the newest are those of who sits here now.
	AtTablesMost = 500
)

func scanBrief(scan sqlite.Scan) (b Brief, err error) {
	err = scan(&b.ID, &b.Number.Series, &b.Number.N, &b.Type, &b.Status, &b.Table, &b.Total, &b.Lines, &b.OpenedAt, &b.PlacedAt)
	return b, err
}

// BriefOf reads one order; nil where there is none.
func BriefOf(q sqlite.Queryer, o id.Order) (*Brief, error) {
	b, err := scanBrief(q.QueryRow(selectBrief+"WHERE id = ?", o).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read order %s: %w", o, err)
	}
	return &b, nil
}

// AtTables reads the open orders that stand at a table, the newest of each status.
func AtTables(q sqlite.Queryer) (list []Brief, err error) {
	for _, s := range []Status{StatusOpen, StatusPlaced, StatusPreparing, StatusReady} {
		err := sqlite.Each(q, selectBrief+"WHERE status = ? ORDER BY opened_seq DESC LIMIT ?", []any{s, AtTablesMost}, func(scan sqlite.Scan) error {
			b, err := scanBrief(scan)
			if err == nil && b.Table != "" {
				list = append(list, b)
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("read orders at tables: %w", err)
		}
	}
	return list, nil
}

// UnpaidMost bounds what is looked through for checks that somebody serves: the newest.
const UnpaidMost = 5_000

// Unpaid reads the checks that somebody serves and that are not closed, where there is
// money in them, or was.
func Unpaid(q sqlite.Queryer, server id.Staff) (list []Brief, err error) {
	err = sqlite.Each(q, selectBrief+`WHERE opened_seq IN (SELECT opened_seq FROM guest_check ORDER BY opened_seq DESC LIMIT ?) AND server = ? AND closed_day = ''
		AND status NOT IN ('cancelled', 'merged') AND (total <> 0 OR paid <> 0) ORDER BY opened_seq`, []any{UnpaidMost, server}, func(scan sqlite.Scan) error {
		b, err := scanBrief(scan)
		list = append(list, b)
		return err
	})
	if err != nil {
		err = fmt.Errorf("read open checks: %w", err)
	}
	return list, err
}

func moved(tx *sqlite.Tx, e event.Event, p event.OrderMoved) error {
	_, err := tx.Exec("UPDATE guest_check SET table_name = ?, off_plan = 0, changed_seq = ? WHERE id = ?", p.To, e.Seq, p.Order)
	return err
}
