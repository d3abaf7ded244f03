package order

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tyngo/tyngo/edge/menu"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/bill"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

// World is what Decide may know beside the order itself.
type World struct {
	Command id.Command
	Venue   *venue.Venue
	Now     *menu.Moment     // what can be sold, at which price
	Number  event.Number     // the next number of a check
	Works   bool             // whom the command names works here
	Guests  int              // how many sit at the table where an order is opened; 0: nobody said
	Queue   int              // minutes that new work waits before it is begun
	Taken   map[id.Line]bool // lines of the command that exist already
	Rules   *bill.Rules      // by which the visit is reckoned: those of when it was opened
	Other   *Visit           // where lines go that go to another visit
	Others  *bill.Rules      // by which that is reckoned
	Day     string           // the business day
}

// lacks says why counted portions cannot be had; empty: they can.
func (w World) lacks(list []event.Portion) string {
	if w.Now == nil {
		return ""
	}
	for _, p := range list {
		var left int64
		var counted bool
		if it, ok := w.Now.Item(p.Item); ok {
			left, counted, _ = w.Now.Over.Left(it)
		} else if !p.Modifier.IsZero() {
			left, counted = w.Now.Over.LeftOf(p.Modifier)
		}
		if counted && p.N > left {
			return fmt.Sprintf("cannot be had so often: there are %d more", max(left, 0))
		}
	}
	return ""
}

// Decide answers the facts that a command makes of an order, or why not.
// o is nil where the order does not exist.
func Decide(o *Check, at id.Order, c Command, w World) ([]event.Payload, error) {
	switch c := c.(type) {
	case Open:
		_, facts, err := open(o, at, c, w)
		return facts, err
	case Place:
		return place(o, at, c, w)
	}
	if o == nil {
		return nil, errUnknown
	}
	if err := shut(o.ClosedDay != "", c); err != nil {
		return nil, err
	}
	switch c := c.(type) {
	case Close, Reopen:
		return closing(o, c, w)
	case AddLines:
		facts, _, err := addLines(o, c, w, 0)
		if err != nil || o.Visit == nil {
			return facts, err
		}
		if facts, err = o.Visit.reckoned(o.ID, facts, w.Rules); err != nil {
			return nil, err
		}
		return facts, o.Visit.undisturbed(facts)
	case Send:
		return send(o, o.Unsent, w)
	case SetStatus:
		return setStatus(o, c.To)
	}
	return onVisit(o, c, w)
}

// onVisit decides what is wished of what was rung.
func onVisit(o *Check, wish Command, w World) (facts []event.Payload, err error) {
	if !o.Visit.Check(o.ID).rings() {
		return nil, errOver
	}
	v, c := o.Visit, o.Visit.Check(o.ID)
	switch wish := wish.(type) {
	case Fire:
		lines := toFire(c, wish)
		if len(lines) == 0 {
			return nil, fault.New(fault.Conflict, "nothing_held", "None of these lines is held.")
		}
		return send(o, lines, w)
	case Split, Part, Merge, Transfer:
		facts, err = share(v, c, wish, w)
	default:
		facts, err = change(v, c, wish, w)
	}
	if err != nil {
		return nil, err
	}
	if facts, err = v.reckoned(o.ID, facts, w.Rules); err != nil {
		return nil, err
	}
	if err = v.undisturbed(facts); err != nil || w.Other == nil {
		return facts, err
	}
	if facts, err = w.Other.reckoned(goesTo(wish), facts, w.Others); err != nil {
		return nil, err
	}
	return facts, w.Other.undisturbed(facts)
}

// goesTo is the check to which a command brings lines; none where it brings none.
func goesTo(wish Command) id.Order {
	switch wish := wish.(type) {
	case Merge:
		return wish.Into
	case Transfer:
		return wish.To
	}
	return id.Order{}
}

func place(o *Check, at id.Order, c Place, w World) ([]event.Payload, error) {
	fresh, facts, err := open(o, at, c.Open, w)
	if err != nil {
		return nil, err
	}
	more, lines, err := addLines(fresh, c.AddLines, w, 1)
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		if fresh.Total, err = fresh.Total.Plus(l.Amount); err != nil {
			return nil, errTotal
		}
	}
	if facts = append(facts, more...); !w.Rules.Plain() {
		if facts, err = (&Visit{}).reckoned(at, facts, w.Rules); err != nil {
			return nil, err
		}
		if r, ok := facts[len(facts)-1].(event.Reckoned); ok {
			fresh.Total = r.Owed[0].Total
		}
	}
	sent, err := send(fresh, unheld(lines), w)
	return append(facts, sent...), err
}

// unheld are the lines that are sent at once.
func unheld(lines []Line) []Line {
	return slices.DeleteFunc(lines, func(l Line) bool { return l.Held })
}

func open(o *Check, at id.Order, c Open, w World) (*Check, []event.Payload, error) {
	if o != nil {
		return nil, nil, fault.New(fault.Conflict, "order_exists", "This order exists already.")
	}
	p := event.OrderOpened{Order: at, Number: w.Number, Type: c.Type(), Customer: c.Customer, Source: c.Source, Covers: c.Covers}
	switch {
	case !slices.Contains(doc.OrderTypes, p.Type):
		return nil, nil, fault.Newf(fault.Invalid, "order_type", "%.20q is no type of order: dine_in, takeaway, delivery or bar_tab.", p.Type).At("data.type", "is unknown")
	case c.Covers < 0 || c.Covers > maxCovers:
		return nil, nil, fault.Newf(fault.Invalid, "covers", "There are 0 to %d guests.", maxCovers).At("data.covers", "is out of bounds")
	case p.Type == "dine_in" && c.Table == "":
		return nil, nil, fault.New(fault.Invalid, "table_missing", "Who eats here sits at a table. Say which.").At("data.tableNumber", "is missing")
	}
	if p.Covers == 0 {
		p.Covers = w.Guests
	}
	if c.Table != "" {
		name, err := tableName(c.Table)
		if err != nil {
			return nil, nil, err
		}
		p.Table = name
		if t, ok := w.Venue.Table(name); ok {
			p.Table = t.Name
		} else {
			p.OffPlan = true
		}
	}
	return &Check{ID: at, Status: StatusOpen}, []event.Payload{p}, nil
}

// tableName checks what a client calls a table: it comes out on paper.
func tableName(s string) (string, error) {
	s = strings.Join(strings.Fields(s), " ")
	if !legible(s) || utf8.RuneCountInString(s) > doc.MaxTableName || strings.ContainsFunc(s, unicode.IsControl) || !utf8.ValidString(s) {
		return "", fault.Newf(fault.Invalid, "table_name", "A table's name has 1 to %d characters.", doc.MaxTableName).
			At("body.tableNumber", fmt.Sprintf("must have 1 to %d characters", doc.MaxTableName))
	}
	return s, nil
}

var (
	errUnknown = fault.New(fault.NotFound, "order_unknown", "There is no such order here.")
	errTooMany = fault.Newf(fault.Invalid, "too_many_lines", "One order takes %d lines. Open another one.", MaxLines)
	errTotal   = fault.New(fault.Invalid, "total_too_large", "The total of this order is too large to be true.")
)

func addLines(o *Check, c AddLines, w World, minted int) ([]event.Payload, []Line, error) {
	switch {
	case o == nil:
		return nil, nil, errUnknown
	case o.Status == StatusCancelled:
		return nil, nil, fault.New(fault.Conflict, "order_cancelled", "This order was cancelled. Open a new one.")
	case o.Status == StatusMerged:
		return nil, nil, errOver
	case len(c.Lines) == 0:
		return nil, nil, fault.New(fault.Invalid, "no_items", "An order needs at least one item.").At("body.items", "must have at least one item")
	case o.Lines+len(c.Lines) > MaxLines:
		return nil, nil, errTooMany
	}
	var bad []fault.Field
	facts, lines := make([]event.Payload, 0, len(c.Lines)), make([]Line, 0, len(c.Lines))
	seen := map[id.Line]bool{}
	r := ringing{World: w, order: o.ID, items: map[id.Item]int64{}, modifiers: map[id.Modifier]int64{}}
	for i, l := range c.Lines {
		made := l.Line.IsMade()
		if l.Line.IsZero() {
			l.Line = id.Made[id.Line](w.Command, minted+i)
		}
		p, where, why := r.ring(l, nil)
		switch {
		case where != "":
		case made:
			where, why = ".line", "must be minted by the tablet: a UUIDv7"
		case seen[l.Line] || w.Taken[l.Line]:
			where, why = ".line", "this line exists already"
		}
		seen[l.Line] = true
		if where != "" {
			bad = append(bad, fault.Field{Where: fmt.Sprintf("body.items[%d]%s", i, where), Message: why})
			continue
		}
		parts, where, why := r.parts(p, l)
		if where != "" {
			bad = append(bad, fault.Field{Where: fmt.Sprintf("body.items[%d]%s", i, where), Message: why})
			continue
		}
		for k, p := range append([]event.LineAdded{p}, parts...) {
			if k > 0 {
				p.Line = id.Made[id.Line](w.Command, minted+len(c.Lines)+r.made)
				r.made++
			}
			facts, lines = append(facts, p), append(lines, Line{ID: p.Line, Amount: p.Amount, PrepMinutes: p.PrepMinutes, Held: p.Held})
		}
	}
	if len(bad) > 0 {
		f := fault.Newf(fault.Invalid, "items_refused", "Nothing was ordered: %s %s.", strings.TrimPrefix(bad[0].Where, "body."), bad[0].Message)
		f.Fields = bad
		return nil, nil, f
	}
	if o.Lines+len(lines) > MaxLines {
		return nil, nil, errTooMany
	}
	return append(r.planned, facts...), lines, nil
}

// kitchenNote is a modification that is no modifier: text for the cook.
func kitchenNote(s string) (note, why string) {
	note = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)), " ")
	switch {
	case !legible(note):
		return "", "is empty"
	case !utf8.ValidString(s):
		return "", "is no text"
	case utf8.RuneCountInString(note) > MaxNote:
		return "", fmt.Sprintf("is no modifier of this item, and a note to the kitchen has at most %d characters", MaxNote)
	}
	return note, ""
}

// legible reports whether there is anything to see in a text.
func legible(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) })
}

// defaultPrep is the preparation time of an item that has none, in minutes.
const defaultPrep = 10

// maxMinutes bounds what the queue adds to a promise; a dish that takes longer by
// itself takes what it takes.
const maxMinutes = 180

func send(o *Check, lines []Line, w World) ([]event.Payload, error) {
	switch {
	case o.Status == StatusCancelled:
		return nil, fault.New(fault.Conflict, "order_cancelled", "This order was cancelled. Open a new one.")
	case o.Status == StatusMerged:
		return nil, errOver
	case len(lines) == 0:
		return nil, fault.New(fault.Conflict, "nothing_to_send", "Everything on this order was sent already.")
	}
	p := event.OrderSent{Order: o.ID, Total: o.Total, First: o.Status == StatusOpen}
	for _, l := range lines {
		prep := l.PrepMinutes
		if prep == 0 {
			prep = defaultPrep
		}
		p.Minutes = max(p.Minutes, prep)
		p.Lines = append(p.Lines, l.ID)
	}
	p.Minutes = max(p.Minutes, min(p.Minutes+w.Queue, maxMinutes))
	return []event.Payload{p}, nil
}

func setStatus(o *Check, to Status) ([]event.Payload, error) {
	switch {
	case to == StatusCancelled && (o.Paid != 0 || o.Tips != 0):
		return nil, errPaid
	case to == StatusCancelled && o.Split:
		return nil, fault.New(fault.Conflict, "check_split", "The checks of these guests share what was rung, or did. Void its lines.")
	case o.Status == to:
		return nil, fault.Newf(fault.Conflict, "status_not_next", "This order is %s already.", to)
	case !o.Status.May(to):
		return nil, fault.Newf(fault.Conflict, "status_not_next", "An order that is %s cannot become %s. %s", o.Status, to, o.Status.then())
	}
	facts := []event.Payload{event.StatusChanged{Order: o.ID, From: string(o.Status), To: string(to), Total: o.Total}}
	if o.Visit != nil { // checks that only share what was rung on this one go with it
		for _, c := range o.Visit.live() {
			if c.ID != o.ID && c.Rung == 0 && c.Status == o.Status {
				facts = append(facts, event.StatusChanged{Order: c.ID, From: string(c.Status), To: string(to), Total: c.Total})
			}
		}
	}
	return facts, nil
}
