package order

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Check is an order as Decide sees it. A nil Check does not exist.
type Check struct {
	ID        id.Order
	seq       int64  // its key
	visit     int64  // that of the first check of its visit
	Type      string // dine_in, takeaway, delivery, bar_tab
	Status    Status
	Total     money.Amount
	Lines     int
	Unsent    []Line       // that are not held
	Split     bool         // its visit has other checks, or had
	Visit     *Visit       // where it must be known whole; else nil
	Paid      money.Amount // of the total, without what was given back
	Tips      money.Amount
	ClosedDay string // business day on which it was closed; empty: it is open

	discounted bool
}

// Line is a line as Decide sees it.
type Line struct {
	ID          id.Line
	Amount      money.Amount
	PrepMinutes int
	Held        bool
}

const checkOf = `SELECT opened_seq, visit_seq, type, status, total, lines, paid, tips, closed_day,
	visit_seq <> opened_seq OR EXISTS (SELECT 1 FROM guest_check v WHERE v.visit_seq = c.opened_seq AND v.visit_seq <> v.opened_seq), EXISTS (SELECT 1 FROM check_discount d WHERE d.visit_seq = c.visit_seq) FROM guest_check c WHERE id = ?`

// loadCheck reads an order with what was not sent; nil where there is none.
func loadCheck(q sqlite.Queryer, o id.Order) (*Check, error) {
	c := &Check{ID: o}
	err := q.QueryRow(checkOf, o).Scan(&c.seq, &c.visit, &c.Type, &c.Status, &c.Total, &c.Lines, &c.Paid, &c.Tips, &c.ClosedDay, &c.Split, &c.discounted)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("load check %s: %w", o, err)
	}
	err = sqlite.Each(q, "SELECT id, amount, prep FROM check_line WHERE check_seq = ? AND sent = 0 AND held = 0 AND gone = '' ORDER BY n", []any{c.seq}, func(scan sqlite.Scan) error {
		var l Line
		c.Unsent = append(c.Unsent, l)
		at := &c.Unsent[len(c.Unsent)-1]
		return scan(&at.ID, &at.Amount, &at.PrepMinutes)
	})
	return c, err
}

// nextNumber is the next number of a series.
func nextNumber(q sqlite.Queryer, series string) (event.Number, error) {
	n := event.Number{Series: series}
	err := q.QueryRow("SELECT coalesce(max(number), 0) + 1 FROM guest_check WHERE series = ?", series).Scan(&n.N)
	return n, err
}

// The index of lines holds those that a tablet minted: what the box makes of a command is made once.
const minted = "SELECT EXISTS (SELECT 1 FROM check_line WHERE id = ? AND substr(id, 15, 1) <> '8')"

// taken finds which lines of a command exist already.
func taken(q sqlite.Queryer, lines []NewLine) (map[id.Line]bool, error) {
	found := map[id.Line]bool{}
	for _, l := range lines {
		if l.Line.IsZero() {
			continue // made of the command, which is done once
		}
		var there bool
		if err := q.QueryRow(minted, l.Line).Scan(&there); err != nil {
			return nil, err
		}
		if there {
			found[l.Line] = true
		}
	}
	return found, nil
}

// The queue of the kitchen: what counts as waiting, and how fast it goes.
const (
	waitsFor    = 90 * time.Minute // an order older than this was forgotten, not queued
	waitingMost = 200
	recent      = 2 * time.Hour
	recentMost  = 20
	paceUnknown = time.Minute // per waiting order, until the kitchen has shown its own
	paceLeast   = 5 * time.Second
	paceMost    = 10 * time.Minute
)

// The planner would take the index of statuses, and read every order that nobody ever moved on.
const countWaiting = `SELECT count(*) FROM (SELECT 1 FROM guest_check INDEXED BY guest_check_waiting
	WHERE status IN ('placed', 'preparing') AND placed_at > ? LIMIT ?)`

// queue is how many minutes new work waits: the orders that wait now, at the
// pace at which the kitchen finished its last ones.
func queue(q sqlite.Queryer, now time.Time) (minutes int, err error) {
	var waiting, done int
	var first, last sql.NullInt64
	if err := q.QueryRow(countWaiting, now.Add(-waitsFor).UnixMilli(), waitingMost).Scan(&waiting); err != nil {
		return 0, fmt.Errorf("count the kitchen's queue: %w", err)
	}
	if waiting == 0 {
		return 0, nil
	}
	if err := q.QueryRow(`SELECT count(*), min(ready_at), max(ready_at) FROM
		(SELECT ready_at FROM guest_check WHERE ready_at IS NOT NULL AND ready_at > ? ORDER BY ready_at DESC LIMIT ?)`,
		now.Add(-recent).UnixMilli(), recentMost).Scan(&done, &first, &last); err != nil {
		return 0, fmt.Errorf("measure the kitchen's pace: %w", err)
	}
	pace := paceUnknown
	if done >= 5 {
		pace = time.Duration(last.Int64-first.Int64) * time.Millisecond / time.Duration(done-1)
		pace = min(max(pace, paceLeast), paceMost)
	}
	return int((time.Duration(waiting)*pace + time.Minute/2) / time.Minute), nil
}

// Load reads an order for people and programs; nil where there is none.
func Load(q sqlite.Queryer, o id.Order) (*View, error) {
	views, err := views(q, "WHERE id = ?", o)
	if err != nil || len(views) == 0 {
		return nil, err
	}
	return views[0], nil
}

// Filter chooses orders of a list.
type Filter struct {
	Status Status    // empty: any
	Open   bool      // not served and not cancelled
	Since  time.Time // opened at or after; zero: any
	After  int64     // the cursor: opened_seq of the last one seen
	Visit  id.Order  // only the checks of the visit of this one; none: of all
	Limit  int
}

// List reads orders, the oldest first, and the cursor for the next page, 0 at the end.
func List(q sqlite.Queryer, f Filter) (page []*View, cursor int64, err error) {
	where, args := "WHERE opened_seq > ?", []any{f.After}
	if f.Status != "" {
		where, args = where+" AND status = ?", append(args, f.Status)
	}
	if f.Open {
		where += " AND status IN ('open', 'placed', 'preparing', 'ready')"
	}
	if !f.Since.IsZero() {
		where, args = where+" AND opened_at >= ?", append(args, f.Since.UnixMilli())
	}
	if !f.Visit.IsZero() {
		var first int64
		if err := q.QueryRow("SELECT visit_seq FROM guest_check WHERE id = ?", f.Visit).Scan(&first); errors.Is(err, sql.ErrNoRows) {
			return nil, 0, nil
		} else if err != nil {
			return nil, 0, fmt.Errorf("find the visit of %s: %w", f.Visit, err)
		}
		where, args = where+" AND (opened_seq = ? OR visit_seq = ? AND visit_seq <> opened_seq)", append(args, first, first)
	}
	page, err = views(q, where+" ORDER BY opened_seq LIMIT ?", append(args, f.Limit+1)...)
	if len(page) > f.Limit { // there is more
		page = page[:f.Limit]
		cursor = page[f.Limit-1].openedSeq
	}
	return page, cursor, err
}

func views(q sqlite.Queryer, where string, args ...any) (list []*View, err error) {
	err = sqlite.Each(q, `SELECT id, series, number, type, table_name, off_plan, customer, source, status, total, minutes, day,
		opened_at, opened_seq, changed_seq, lines, visit_seq, covers, server, merged_into, discounts, charges, taxes, parts, paid, tips, closed_day,
		visit_seq <> opened_seq OR EXISTS (SELECT 1 FROM guest_check v WHERE v.visit_seq = guest_check.opened_seq AND v.visit_seq <> v.opened_seq) FROM guest_check `+where, args, func(scan sqlite.Scan) error {
		v := &View{}
		var at int64
		var parts string
		if err := scan(&v.ID, &v.Number.Series, &v.Number.N, &v.Type, &v.Table, &v.OffPlan, &v.Customer, &v.Source, &v.Status,
			&v.Total, &v.Minutes, &v.Day, &at, &v.openedSeq, &v.Seq, &v.Rung, &v.visitSeq, &v.Covers, &v.Server, &v.MergedInto,
			&v.Discounts, &v.Charges, &v.Taxes, &parts, &v.Paid, &v.Tips, &v.ClosedDay, &v.Split); err != nil {
			return err
		}
		v.OpenedAt = time.UnixMilli(at).UTC()
		list = append(list, v)
		if parts == "" {
			return nil
		}
		v.Parted = &event.CheckParted{}
		return json.Unmarshal([]byte(parts), v.Parted)
	})
	if err != nil {
		return nil, fmt.Errorf("list orders: %w", err)
	}
	seqs := make([]int64, len(list))
	for i, v := range list {
		seqs[i] = v.openedSeq
	}
	lines, err := linesOf(q, seqs...)
	for _, v := range list {
		v.Lines = lines[v.openedSeq]
	}
	return list, err
}

// Seq is the place in the history at which an order was opened: the key under which
// tables keep what belongs to it. Ids are random, and a year of them is a year of leaves.
func Seq(q sqlite.Queryer, o id.Order) (int64, error) {
	return sqlite.Remember(q, "seq of order "+o.String(), func() (seq int64, err error) { // never changes, and is asked for by every ticket of a command
		if err = q.QueryRow("SELECT opened_seq FROM guest_check WHERE id = ?", o).Scan(&seq); err != nil {
			err = fmt.Errorf("find order %s: %w", o, err)
		}
		return seq, err
	})
}

// Stations reads which station makes each line of an order, as the menu names it. A
// set menu is made by none.
func Stations(q sqlite.Queryer, o id.Order) (map[id.Line]string, error) {
	of := map[id.Line]string{}
	seq, err := Seq(q, o)
	if err != nil {
		return nil, err
	}
	err = sqlite.Each(q, "SELECT id, station FROM check_line WHERE check_seq = ? AND made = 1", []any{seq}, func(scan sqlite.Scan) error {
		var l id.Line
		var s string
		err := scan(&l, &s)
		of[l] = s
		return err
	})
	if err != nil {
		err = fmt.Errorf("read stations of %s: %w", o, err)
	}
	return of, err
}

// Lines reads the lines of an order as they were rung; none where there is no such order.
func Lines(q sqlite.Queryer, o id.Order) ([]ViewLine, error) {
	seq, err := Seq(q, o)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	of, err := linesOf(q, seq)
	return of[seq], err
}

// linesOf reads the lines of orders, by the seq at which these were opened.
func linesOf(q sqlite.Queryer, seqs ...int64) (of map[int64][]ViewLine, err error) {
	where, arg := "check_seq = ?", any(nil)
	switch len(seqs) {
	case 0:
		return nil, nil
	case 1:
		arg = seqs[0]
	default:
		raw, err := json.Marshal(seqs)
		if err != nil {
			return nil, err
		}
		where, arg = "check_seq IN (SELECT value FROM json_each(?))", string(raw)
	}
	of = map[int64][]ViewLine{}
	err = sqlite.Each(q, `SELECT check_seq, id, item, name, quantity, unit_price, amount, modifiers, notes, station, prep, sent, part_of,
		made, tax_class, course, counted, seats, held, voided, gone, shares, changed FROM check_line WHERE `+where+` ORDER BY check_seq, n`, []any{arg}, func(scan sqlite.Scan) error {
		var l ViewLine
		var seq int64
		var modifiers, notes, seats, shares string
		var made bool
		if err := scan(&seq, &l.ID, &l.Item, &l.Name, &l.Quantity, &l.UnitPrice, &l.Amount, &modifiers, &notes, &l.Station, &l.PrepMinutes, &l.Sent, &l.PartOf,
			&made, &l.TaxClass, &l.Course, &l.Counted, &seats, &l.Held, &l.Voided, &l.Gone, &shares, &l.Changed); err != nil {
			return err
		}
		l.SetMenu = !made
		of[seq] = append(of[seq], l)
		at := &of[seq][len(of[seq])-1]
		return errors.Join(parseList(modifiers, &at.Modifiers), parseList(notes, &at.Notes), parseList(seats, &at.Seats), parseList(shares, &at.Shares))
	})
	if err != nil {
		err = fmt.Errorf("read lines of orders: %w", err)
	}
	return of, err
}

// parseList reads a list that was written by list; none stays nil.
func parseList[T any](s string, into *[]T) error {
	if s == "[]" {
		return nil
	}
	return json.Unmarshal([]byte(s), into)
}
