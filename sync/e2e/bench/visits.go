package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/tyngo/tyngo/edge/box"
	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/sync/e2e/rush"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// evening is (a) with all that a check can do: guests at a table, in a venue with taxes
// and a service charge, ring, change, send, order more, send back, and have something
// taken off. Beside it are the rows that these commands write, in as many commits.
func (b *bench) evening() error {
	dir := filepath.Join(b.dir, "evening")
	home, copied := filepath.Join(dir, "box"), filepath.Join(dir, "bare.db")
	x, err := b.quiet(home)
	if err != nil {
		return err
	}
	var seen []stay
	for n := range max(b.size.leavings/10, 5) {
		v, err := b.live(x, n)
		if err != nil {
			return errors.Join(err, x.Close())
		}
		seen = append(seen, v)
	}
	if err := x.Close(); err != nil {
		return err
	}
	if err := copyFile(filepath.Join(home, "box.db"), copied); err != nil {
		return err
	}
	lives, err := livesOf(b.ctx, copied, seen)
	if err != nil {
		return err
	}
	if x, err = box.New(b.ctx, config(home, time.Now)); err != nil {
		return err
	}
	defer func() { _ = x.Close() }() // it was read to the end
	limit, err := openBare(b.ctx, copied, nil)
	if err != nil {
		return err
	}
	defer func() { _ = limit.close() }()
	for _, callers := range []int{8, 64} {
		mine, theirs, err := b.inTurn(func(span time.Duration) (burst, error) {
			return drive(callers, span, func(_, n int) error { _, err := b.live(x, n); return err })
		}, func(span time.Duration) (burst, error) {
			return drive(callers, span, func(_, n int) error { return limit.live(lives[n%len(lives)]) })
		})
		if err != nil {
			return err
		}
		row := pair(fmt.Sprintf("visits of %d commands, %d callers", commandsOf, callers), "visits/s", "bare group commit", rates(mine), rates(theirs))
		if callers == 64 {
			row = row.atLeast(0.5)
		}
		b.add(row)
	}
	return nil
}

// quiet is the house of the rush without printers.
func (b *bench) quiet(dir string) (*box.Box, error) {
	v, err := rush.Venue(id.Restaurant{}, "Bench", 120, "", "")
	if err != nil {
		return nil, err
	}
	x, err := b.setUp(dir, time.Now, v)
	if err != nil {
		return nil, err
	}
	menu, err := b.orders.Menu()
	if err == nil {
		err = b.publish(x, menu)
	}
	if err != nil {
		return nil, errors.Join(err, x.Close())
	}
	return x, nil
}

// commandsOf is how many commands a visit of the figures has.
const commandsOf = 11

// stay is what a visit was: its check, and what each command made.
type stay struct {
	order id.Order
	steps []journal.Receipt
}

// live lets guests of table n have their evening.
func (b *bench) live(x *box.Box, n int) (v stay, err error) {
	v.order = id.New[id.Order]()
	do := func(c order.Command) {
		if err != nil {
			return
		}
		m := journal.Meta{Command: id.New[id.Command]()}
		sum := sha256.Sum256(m.Command.Bytes())
		m.Body = &sum
		var r journal.Receipt
		r, err = x.Orders.Do(b.ctx, m, v.order, c)
		v.steps = append(v.steps, r)
	}
	lines := placing(b.three[n%len(b.three)], 0).Lines
	for i := range lines {
		lines[i].Line, lines[i].Seats = id.New[id.Line](), []int{i + 1}
	}
	more := lines[0]
	more.Line = id.New[id.Line]()
	two, permit := lines[0].Quantity+1, order.Permit{Role: "manager"}
	for _, c := range []order.Command{
		order.Open{Table: fmt.Sprint(n%120 + 1), Covers: 6, Source: "tablet"}, order.AddLines{Lines: lines}, order.ChangeLine{Line: lines[0].Line, Quantity: &two}, order.Send{},
		order.AddLines{Lines: []order.NewLine{more}}, order.Send{}, order.VoidLine{Line: lines[0].Line, Quantity: 1, Reason: "Wrong dish", Permit: permit},
		order.Give{Rate: money.Whole / 10, Reason: "Regulars", Permit: permit},
		order.SetStatus{To: order.StatusPreparing}, order.SetStatus{To: order.StatusReady}, order.SetStatus{To: order.StatusServed},
	} {
		do(c)
	}
	return v, err
}

// life is the rows of a visit, by the command that wrote them. What a command changed
// is written again.
type life struct {
	opened int64 // seq of its first fact
	steps  [][]bareRow
}

// livesOf reads what visits left in the database of a box that is not running.
func livesOf(ctx context.Context, path string, visits []stay) (list []life, err error) {
	db, err := sql.Open("sqlite", dsn(path))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	for _, v := range visits {
		l := life{opened: v.steps[0].Events[0].Seq}
		read := func(name, where string, args ...any) (rows []bareRow) {
			var e error
			rows, e = table(ctx, db, name, where, args...)
			err = errors.Join(err, e)
			return rows
		}
		rung := read("check_line", "WHERE check_seq = ? ORDER BY n", l.opened)
		for i, s := range v.steps {
			first, last := s.Events[0].Seq, s.Seq
			rows := read("journal", "WHERE seq BETWEEN ? AND ? ORDER BY seq", first, last)
			rows = append(rows, read("receipt", "WHERE command = ?", rows[0].at("command"))...)
			if i == 0 {
				rows = append(rows, read("guest_check", "WHERE opened_seq = ?", l.opened)...)
			} else {
				rows = append(rows, bareRow{"UPDATE guest_check SET changed_seq = ?, total = total + 0, minutes = minutes + 0 WHERE opened_seq = ?", "", []string{"changed_seq", "opened_seq"}, []any{last, l.opened}})
			}
			rows = append(rows, read("ticket", "WHERE seq BETWEEN ? AND ? ORDER BY seq", first, last)...)
			rows = append(rows, read("check_discount", "WHERE seq BETWEEN ? AND ?", first, last)...)
			for _, e := range s.Events {
				switch p := e.Payload.(type) {
				case event.LineAdded:
					rows, rung = append(rows, rung[0]), rung[1:]
				case event.OrderSent:
					rows = append(rows, bareRow{"UPDATE check_line SET sent = 1, changed = ? WHERE check_seq = ? AND n <= ?", "", []string{"changed", "check_seq", ""}, []any{e.Seq, l.opened, int64(len(p.Lines))}})
				case event.LineChanged, event.LineVoided:
					rows = append(rows, bareRow{"UPDATE check_line SET changed = ?, amount = amount + 0 WHERE check_seq = ? AND n = 1", "", []string{"changed", "check_seq"}, []any{e.Seq, l.opened}})
				}
			}
			l.steps = append(l.steps, rows)
		}
		list = append(list, l)
	}
	return list, err
}

// live writes what a visit left once more, a commit a command, under new keys.
func (b *bare) live(l life) error {
	seqs, check := map[int64]int64{}, uuid()
	for _, rows := range l.steps {
		command := id.New[id.Command]()
		if err := b.ask(func() error { return b.step(rows, command, check, seqs) }); err != nil {
			return err
		}
	}
	return nil
}

// step writes the rows of one command. Its facts come first: they number the others.
func (b *bare) step(rows []bareRow, command id.Command, check string, seqs map[int64]int64) error {
	for _, r := range rows {
		args := make([]any, len(r.args))
		copy(args, r.args)
		for i, c := range r.cols {
			switch c {
			case "seq", "opened_seq", "changed_seq", "check_seq", "visit_seq", "changed":
				was := args[i].(int64)
				if r.table == "journal" {
					b.seq++
					seqs[was] = b.seq
				}
				args[i] = was
				if now, ok := seqs[was]; ok {
					args[i] = now
				}
			case "number":
				b.number[r.table]++
				args[i] = b.number[r.table]
			case "command":
				args[i] = command.Bytes()
			case "check_id":
				args[i] = check
			case "id":
				switch r.table {
				case "guest_check":
					args[i] = check
				case "journal":
					fresh := id.New[id.Event]()
					args[i] = fresh.Bytes()
				default:
					args[i] = uuid()
				}
			}
		}
		if err := b.exec(r.query, args...); err != nil {
			return fmt.Errorf("write %s: %w", r.table, err)
		}
	}
	return nil
}
