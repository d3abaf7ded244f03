package payment

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Drawer is one session of a cash drawer.
type Drawer struct {
	ID        id.Drawer
	Name      string
	State     DrawerState
	People    []id.Staff // whose cash goes there
	Float     money.Amount
	Cash      money.Amount // what should be in it
	Counted   money.Amount // what was
	Coins     []event.Coin
	Comment   string
	OpenedAt  time.Time
	Day       string // business day on which it was opened
	ClosedAt  time.Time
	ClosedDay string
}

const selectDrawer = "SELECT id, name, state, people, float, cash, counted, coins, comment, opened_at, day, closed_at, closed_day FROM drawer "

func scanDrawer(scan sqlite.Scan) (*Drawer, error) {
	d := &Drawer{}
	var people, coins string
	var opened, closed int64
	if err := scan(&d.ID, &d.Name, &d.State, &people, &d.Float, &d.Cash, &d.Counted, &coins, &d.Comment, &opened, &d.Day, &closed, &d.ClosedDay); err != nil {
		return nil, err
	}
	d.OpenedAt = time.UnixMilli(opened).UTC()
	if closed > 0 {
		d.ClosedAt = time.UnixMilli(closed).UTC()
	}
	return d, errors.Join(json.Unmarshal([]byte(people), &d.People), json.Unmarshal([]byte(coins), &d.Coins))
}

// Drawers reads the sessions that are not closed, and those of a business day; empty: the
// first alone. In the order in which they were opened.
func Drawers(q sqlite.Queryer, day string) (list []*Drawer, err error) {
	where, args := "WHERE state <> 'closed' ORDER BY seq", []any(nil)
	if day != "" {
		where, args = "WHERE state <> 'closed' OR day = ? ORDER BY seq", []any{day}
	}
	err = sqlite.Each(q, selectDrawer+where, args, func(scan sqlite.Scan) error {
		d, err := scanDrawer(scan)
		list = append(list, d)
		return err
	})
	if err != nil {
		err = fmt.Errorf("read drawers: %w", err)
	}
	return list, err
}

// LoadDrawer reads one session; nil where there is none.
func LoadDrawer(q sqlite.Queryer, d id.Drawer) (*Drawer, error) {
	have, err := scanDrawer(q.QueryRow(selectDrawer+"WHERE id = ?", d).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return have, err
}

// drawerOf is the open drawer of a person; none: there is none, and cash stays with them.
func drawerOf(q sqlite.Queryer, who id.Staff) (id.Drawer, error) {
	if who.IsZero() {
		return id.Drawer{}, nil
	}
	list, err := Drawers(q, "")
	if i := slices.IndexFunc(list, func(d *Drawer) bool { return d.State == DrawerOpen && slices.Contains(d.People, who) }); i >= 0 {
		return list[i].ID, err
	}
	return id.Drawer{}, err
}

// projectDrawer keeps drawers, and what should be in them.
func projectDrawer(tx *sqlite.Tx, e event.Event) (err error) {
	state := func(d id.Drawer, s DrawerState) error {
		_, err := tx.Exec("UPDATE drawer SET state = ? WHERE id = ?", s, d)
		return err
	}
	switch p := e.Payload.(type) {
	case event.DrawerOpened:
		people, e1 := json.Marshal(p.People)
		_, e2 := tx.Exec(`INSERT INTO drawer (id, name, state, people, float, cash, opened_by, opened_at, day, seq) VALUES (?1, ?2, 'open', ?3, ?4, ?4, ?5, ?6, ?7, ?8)`,
			p.Drawer, p.Name, string(people), int64(p.Float), e.Staff, e.At, e.Day, e.Seq)
		return errors.Join(e1, e2)
	case event.DrawerHandedOver:
		people, e1 := json.Marshal(p.People)
		_, e2 := tx.Exec("UPDATE drawer SET people = ? WHERE id = ?", string(people), p.Drawer)
		return errors.Join(e1, e2)
	case event.DrawerMoved:
		n := -p.Amount
		if p.Move == "pay_in" {
			n = p.Amount
		}
		return moved(tx, e, p.Drawer, p.Move, n, p.Reason)
	case event.DrawerCounting:
		return state(p.Drawer, DrawerCounting)
	case event.DrawerCountDropped:
		return state(p.Drawer, DrawerOpen)
	case event.DrawerCounted:
		coins, e1 := json.Marshal(p.Coins)
		if p.Coins == nil {
			coins = []byte("[]")
		}
		_, e2 := tx.Exec("UPDATE drawer SET state = 'counted', counted = ?, coins = ? WHERE id = ?", int64(p.Counted), string(coins), p.Drawer)
		return errors.Join(e1, e2)
	case event.DrawerClosed:
		_, err = tx.Exec("UPDATE drawer SET state = 'closed', comment = ?, closed_by = ?, closed_at = ?, closed_day = ? WHERE id = ?", p.Comment, e.Staff, e.At, e.Day, p.Drawer)
	case event.GiftCardLoaded:
		if p.Tender == Cash {
			return moved(tx, e, p.Drawer, "gift_card", p.Amount, "")
		}
	case event.PaymentTaken:
		return into(tx, p.Drawer, p.Amount+p.Tip+p.Rounding)
	case event.PaymentRefunded:
		return into(tx, p.Drawer, -p.Amount-p.Tip-p.Rounding)
	case event.PaymentVoided:
		return into(tx, p.Drawer, -p.Amount-p.Tip-p.Rounding)
	}
	return err
}

func moved(tx *sqlite.Tx, e event.Event, d id.Drawer, move string, n money.Amount, reason string) error {
	if _, err := tx.Exec("INSERT INTO drawer_move (seq, drawer, move, amount, reason, staff, at, day) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		e.Seq, d, move, int64(n), reason, e.Staff, e.At, e.Day); err != nil {
		return err
	}
	return into(tx, d, n)
}

// into lays cash into a drawer; below 0: takes it out.
func into(tx *sqlite.Tx, d id.Drawer, n money.Amount) error {
	if d.IsZero() {
		return nil
	}
	_, err := tx.Exec("UPDATE drawer SET cash = cash + ? WHERE id = ?", int64(n), d)
	return err
}

// examineDrawers says in which drawers something else should be than what went in and out.
func examineDrawers(q sqlite.Queryer) (broken []error, err error) {
	err = sqlite.Each(q, `SELECT name, day, cash, want FROM (SELECT name, day, cash, float + coalesce((SELECT sum(amount + tip + rounding) FROM payments WHERE drawer = d.id AND drawer <> ''), 0)
		+ coalesce((SELECT sum(amount) FROM drawer_move WHERE drawer = d.id), 0) AS want FROM drawer d) WHERE cash <> want`, nil, func(scan sqlite.Scan) error {
		var name, day string
		var cash, want money.Amount
		err := scan(&name, &day, &cash, &want)
		broken = append(broken, fmt.Errorf("in drawer %s of %s should be %d, its moves say %d", name, day, cash, want))
		return err
	})
	if err != nil {
		err = fmt.Errorf("hold drawers against their moves: %w", err)
	}
	return broken, err
}
