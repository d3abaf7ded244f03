package payment

import (
	"context"
	"slices"
	"unicode/utf8"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/staff"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// DrawerCommand is a wish about one session of a cash drawer.
type DrawerCommand interface{ drawer() }

// OpenDrawer lays a float into a drawer; cash that these people take goes there. Nobody has
// two at once; who has none keeps cash in the pocket.
type OpenDrawer struct {
	Name   string
	Float  money.Amount
	People []id.Staff
}

// HandOver gives a drawer to other people.
type HandOver struct{ People []id.Staff }

// MoveCash puts cash in or takes it out, or opens the drawer for nothing.
type MoveCash struct {
	Move   string // pay_in, pay_out, drop, tip_out, no_sale
	Amount money.Amount
	Reason string
	Permit
}

// BeginCount has the drawer counted. Who counts is not told what should be in it; once more
// it is counted where somebody wishes who may see that anyway.
type BeginCount struct{}

// DropCount leaves it uncounted, and open.
type DropCount struct{}

// Count says what is in it.
type Count struct{ Coins []event.Coin }

// CloseDrawer ends the session. What is over or short is commented, and above a limit takes
// a manager's word.
type CloseDrawer struct {
	Comment string
	Permit
}

func (OpenDrawer) drawer()  {}
func (HandOver) drawer()    {}
func (MoveCash) drawer()    {}
func (BeginCount) drawer()  {}
func (DropCount) drawer()   {}
func (Count) drawer()       {}
func (CloseDrawer) drawer() {}

// DrawerState is how far a session is.
type DrawerState string

// States of a drawer.
const (
	DrawerOpen     DrawerState = "open"
	DrawerCounting DrawerState = "counting"
	DrawerCounted  DrawerState = "counted"
	DrawerClosed   DrawerState = "closed"
)

// DrawerStates are all of them.
var DrawerStates = []DrawerState{DrawerOpen, DrawerCounting, DrawerCounted, DrawerClosed}

var nextDrawer = map[DrawerState][]DrawerState{
	DrawerOpen:     {DrawerCounting},
	DrawerCounting: {DrawerCounted, DrawerOpen},
	DrawerCounted:  {DrawerClosed, DrawerCounting},
}

// May reports whether a drawer may go from one state to another.
func (s DrawerState) May(to DrawerState) bool { return slices.Contains(nextDrawer[s], to) }

// Bounds of drawers.
const (
	maxName   = 40
	maxPeople = 50
	maxCoins  = 100
)

var (
	errDrawer = fault.New(fault.NotFound, "drawer_unknown", "There is no such drawer here.")
	errCoins  = fault.New(fault.Invalid, "coin", "That is no sum of coins.").At("body.amount", "is no sum of coins, or out of bounds")
)

// drawerWorld is what is decided on beside the wish.
type drawerWorld struct {
	made   id.Drawer
	now    *Drawer   // nil: it is about to be opened
	others []*Drawer // the other sessions that are not closed
	works  map[id.Staff]bool
	venue  *venue.Venue
	who    id.Staff
	role   string
}

// DoDrawer does one command on a drawer; OpenDrawer makes one, of the command. Only who has
// it, or may do so with any, does something with it.
func (b *Book) DoDrawer(ctx context.Context, m journal.Meta, d id.Drawer, c DrawerCommand, role string) (journal.Receipt, error) {
	return b.journal.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) {
		w, err := b.readDrawer(tx, m, d, c, role)
		if err != nil {
			return nil, err
		}
		facts, err := decideDrawer(c, w)
		if err != nil {
			return nil, err
		}
		act, permit := drawerAct(facts, c)
		if act.Action == "" {
			return facts, nil
		}
		act.Staff, act.Device = m.Staff, m.Device
		more, err := staff.Allow(tx, act, role, w.venue.Limit(role, act.Action), permit.Approval, b.now())
		return append(more, facts...), err
	})
}

// AskDrawer asks for another's word on a command on a drawer.
func (b *Book) AskDrawer(ctx context.Context, people *staff.Book, m journal.Meta, d id.Drawer, c DrawerCommand, role, reason string) (approval id.Approval, r journal.Receipt, err error) {
	var act staff.Act
	var most money.Amount
	if err := b.journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		w, err := b.readDrawer(q, m, d, c, role)
		if err != nil {
			return err
		}
		facts, err := decideDrawer(c, w)
		if err != nil {
			return err
		}
		if act, _ = drawerAct(facts, c); act.Action == "" {
			return fault.New(fault.Conflict, "approval_not_needed", "You may do this yourself.")
		}
		most = w.venue.Limit(role, act.Action)
		return nil
	}); err != nil {
		return approval, r, err
	}
	return people.Ask(ctx, m, act, role, most, reason)
}

// drawerAct is what a command comes to that may take another's word.
func drawerAct(facts []event.Payload, c DrawerCommand) (act staff.Act, permit Permit) {
	switch c := c.(type) {
	case MoveCash:
		permit = c.Permit
	case CloseDrawer:
		permit = c.Permit
	}
	for _, p := range facts {
		switch p := p.(type) {
		case event.DrawerMoved:
			if p.Move == "pay_out" {
				act = staff.Act{Action: staff.DrawerPayOut, Amount: p.Amount}
			}
		case event.DrawerClosed:
			if p.Over != 0 {
				act = staff.Act{Action: staff.DrawerOver, Amount: max(p.Over, -p.Over)}
			}
		}
	}
	return act, permit
}

func (b *Book) readDrawer(q sqlite.Queryer, m journal.Meta, d id.Drawer, c DrawerCommand, role string) (w drawerWorld, err error) {
	w.made, w.who, w.role = id.Made[id.Drawer](m.Command, 0), m.Staff, role
	if w.venue, err = b.venues.Active(q); err != nil {
		return w, err
	}
	open, err := Drawers(q, "")
	if err != nil {
		return w, err
	}
	for _, have := range open {
		if have.ID == d {
			w.now = have
		} else {
			w.others = append(w.others, have)
		}
	}
	var people []id.Staff
	switch c := c.(type) {
	case OpenDrawer:
		people = c.People
	case HandOver:
		people = c.People
	}
	w.works = map[id.Staff]bool{}
	for _, p := range people[:min(len(people), maxPeople)] {
		if w.works[p], err = staff.Works(q, p); err != nil {
			return w, err
		}
	}
	if _, opens := c.(OpenDrawer); opens || w.now != nil {
		return w, nil
	}
	if w.now, err = LoadDrawer(q, d); err == nil && w.now == nil {
		err = errDrawer
	}
	return w, err
}

// decideDrawer answers the facts that a command makes of a drawer, or why not. It is pure.
func decideDrawer(c DrawerCommand, w drawerWorld) ([]event.Payload, error) {
	if c, ok := c.(OpenDrawer); ok {
		return openDrawer(c, w)
	}
	d := w.now
	if !staff.May(w.role, staff.DrawerAny) && !slices.Contains(d.People, w.who) {
		return nil, fault.New(fault.Denied, "drawer_other", "This is somebody else's drawer. Ask them, or a manager.")
	}
	if to := goesTo(c); to != "" && !d.State.May(to) || to == "" && d.State != DrawerOpen {
		return nil, fault.Newf(fault.Conflict, "drawer_state", "This drawer is %s. %s", d.State, d.State.then())
	}
	if _, counts := c.(BeginCount); counts && d.State == DrawerCounted && !staff.May(w.role, staff.DrawerAny) {
		return nil, fault.New(fault.Denied, "drawer_counted", "This drawer was counted, and you were told what should be in it. A manager has it counted once more.")
	}
	switch c := c.(type) {
	case HandOver:
		if err := holders(c.People, w); err != nil {
			return nil, err
		}
		return []event.Payload{event.DrawerHandedOver{Drawer: d.ID, Was: d.People, People: c.People}}, nil
	case MoveCash:
		return moveCash(c, w)
	case BeginCount:
		return []event.Payload{event.DrawerCounting{Drawer: d.ID}}, nil
	case DropCount:
		return []event.Payload{event.DrawerCountDropped{Drawer: d.ID}}, nil
	case Count:
		return count(c, w)
	case CloseDrawer:
		p := event.DrawerClosed{Drawer: d.ID, Counted: d.Counted, Over: d.Counted - d.Cash}
		var ok bool
		if p.Comment, ok = text(c.Comment, maxReason); !ok || p.Comment == "" && p.Over != 0 {
			return nil, fault.Newf(fault.Invalid, "comment_missing", "%s is missing or too much. Say what you know of it.", w.venue.Money.Decimal(max(p.Over, -p.Over))).At("body.comment", "is missing, or too long")
		}
		return []event.Payload{p}, nil
	}
	return nil, fault.Newf(fault.Invalid, "command_unknown", "%T is no command on a drawer.", c)
}

// goesTo is the state into which a command brings a drawer; none: it stays open.
func goesTo(c DrawerCommand) DrawerState {
	switch c.(type) {
	case BeginCount:
		return DrawerCounting
	case DropCount:
		return DrawerOpen
	case Count:
		return DrawerCounted
	case CloseDrawer:
		return DrawerClosed
	}
	return ""
}

// then says what can come next, for people.
func (s DrawerState) then() string {
	switch s {
	case DrawerOpen:
		return "Count it first."
	case DrawerCounting:
		return "Say what is in it, or drop the count."
	case DrawerCounted:
		return "Close it, or count it once more."
	}
	return "Open it anew, with a float."
}

func openDrawer(c OpenDrawer, w drawerWorld) ([]event.Payload, error) {
	name, ok := text(c.Name, maxName)
	switch {
	case !ok || utf8.RuneCountInString(name) == 0:
		return nil, fault.Newf(fault.Invalid, "name", "A drawer has a name of at most %d characters.", maxName).At("body.name", "is missing, or too long")
	case c.Float < 0 || c.Float > mostAmount || c.Float%w.venue.Rules.Coin != 0:
		return nil, errCoins
	case slices.ContainsFunc(w.others, func(d *Drawer) bool { return d.Name == name }):
		return nil, fault.Newf(fault.Conflict, "drawer_there", "%s is open already. Close it first.", name)
	}
	if err := holders(c.People, w); err != nil {
		return nil, err
	}
	return []event.Payload{event.DrawerOpened{Drawer: w.made, Name: name, Float: c.Float, People: c.People}}, nil
}

// holders refuses people who do not work here, or have another drawer.
func holders(people []id.Staff, w drawerWorld) error {
	if len(people) == 0 || len(people) > maxPeople {
		return fault.New(fault.Invalid, "people", "Say whose cash goes into this drawer.").At("body.people", "must name somebody")
	}
	for i, p := range people {
		if !w.works[p] || slices.Contains(people[:i], p) {
			return fault.New(fault.Invalid, "people", "Somebody of these does not work here, or is there twice.").At("body.people", "names nobody who works here")
		}
		for _, d := range w.others {
			if slices.Contains(d.People, p) {
				return fault.Newf(fault.Conflict, "drawer_held", "One of these has the drawer %s. Close it, or hand it over first.", d.Name)
			}
		}
	}
	return nil
}

func moveCash(c MoveCash, w drawerWorld) ([]event.Payload, error) {
	if !slices.Contains([]string{"pay_in", "pay_out", "drop", "tip_out", "no_sale"}, c.Move) {
		return nil, fault.Newf(fault.Invalid, "move_unknown", "%.20q is none of: pay_in, pay_out, drop, tip_out, no_sale.", c.Move).At("body.move", "is unknown")
	}
	reason, ok := text(c.Reason, maxReason)
	switch {
	case !ok || reason == "" && c.Move != "drop" && c.Move != "tip_out":
		return nil, errReason
	case (c.Amount == 0) != (c.Move == "no_sale") || c.Amount < 0 || c.Amount > mostAmount || c.Amount%w.venue.Rules.Coin != 0:
		return nil, errCoins
	case c.Move != "pay_in" && c.Amount > w.now.Cash:
		return nil, fault.New(fault.Conflict, "drawer_short", "There is not so much in this drawer.")
	}
	return []event.Payload{event.DrawerMoved{Drawer: w.now.ID, Move: c.Move, Amount: c.Amount, Reason: reason}}, nil
}

func count(c Count, w drawerWorld) ([]event.Payload, error) {
	bad := fault.New(fault.Invalid, "coins", "Say how many there are of each coin and note, each once.").At("body.coins", "are out of bounds, or there twice")
	if len(c.Coins) > maxCoins {
		return nil, bad
	}
	p := event.DrawerCounted{Drawer: w.now.ID, Expected: w.now.Cash, Coins: c.Coins}
	for i, x := range c.Coins {
		sum, err := x.Value.Times(x.N)
		if err != nil || x.Value <= 0 || x.N < 0 || sum > mostAmount || slices.ContainsFunc(c.Coins[:i], func(y event.Coin) bool { return y.Value == x.Value }) {
			return nil, bad
		}
		p.Counted += sum
	}
	return []event.Payload{p}, nil
}
