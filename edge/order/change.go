package order

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// ChangeLine edits a line that was not sent; the seats of any. What is nil stays.
type ChangeLine struct {
	Line     id.Line
	Rev      *int64 // the line as the tablet saw it; nil: whatever it is
	Quantity *int64
	Notes    *[]string
	Seats    *[]int
	Course   *string
}

// RemoveLine takes a line off that was not sent.
type RemoveLine struct {
	Line id.Line
	Rev  *int64
}

// Hold keeps lines back that were not sent, by id or all of a course, or lets them go.
type Hold struct {
	Lines  []id.Line
	Course string
	Off    bool
}

// Fire sends lines that are held, by id or all of a course.
type Fire struct {
	Lines  []id.Line
	Course string
}

// VoidLine takes off what was sent: so many of it.
type VoidLine struct {
	Line     id.Line
	Rev      *int64
	Quantity int64 // 0: all of it
	Reason   string
	Permit
}

// Give takes a discount off a line, or off the check: a share or an amount. A comp is all
// of a line, at the house's cost.
type Give struct {
	Line   id.Line // none: off the check
	Name   string
	Rate   money.Rate
	Amount money.Amount
	Comp   bool
	Reason string
	Permit
}

// TakeBack takes a discount back.
type TakeBack struct{ Discount id.Discount }

// SetCovers says how many guests there are.
type SetCovers struct{ Covers int }

// SetServer says who serves a check.
type SetServer struct{ Server id.Staff }

// Repeat rings lines once more, at the prices of now; none named: the last round.
type Repeat struct{ Lines []id.Line }

// Permit is by whose right something is done that may take another's word.
type Permit struct {
	Role     string // of who wishes it
	Approval id.Approval
}

func (ChangeLine) command() {}
func (RemoveLine) command() {}
func (Hold) command()       {}
func (Fire) command()       {}
func (VoidLine) command()   {}
func (Give) command()       {}
func (TakeBack) command()   {}
func (SetCovers) command()  {}
func (SetServer) command()  {}
func (Repeat) command()     {}

// Bounds of what is said about lines.
const (
	MaxSeat      = 99
	maxSeats     = 20
	maxCourse    = 40
	maxDiscounts = 50 // of one visit
	maxReason    = 120
	maxCovers    = 999
)

var (
	errLine     = fault.New(fault.NotFound, "line_unknown", "This line is not on the check any more.")
	errSent     = fault.New(fault.Conflict, "line_sent", "The kitchen has this line. Void it, and add what is wanted.")
	errUnsent   = fault.New(fault.Conflict, "line_not_sent", "The kitchen does not have this line. Take it off, no reason is needed.")
	errPart     = fault.New(fault.Conflict, "line_part", "This belongs to a set menu. Change the set menu.")
	errStale    = fault.New(fault.Stale, "line_changed", "Somebody changed this line meanwhile. Look at it again.")
	errReason   = fault.Newf(fault.Invalid, "reason_missing", "Say why, in at most %d characters.", maxReason).At("data.reason", "is missing, or too long")
	errNothing  = fault.New(fault.Conflict, "nothing_changes", "That is so already.")
	errDiscount = fault.New(fault.NotFound, "discount_unknown", "This discount is not on the check any more.")
)

// change decides what is wished of lines, discounts and guests of a check.
func change(v *Visit, c *View, wish Command, w World) ([]event.Payload, error) {
	switch wish := wish.(type) {
	case ChangeLine:
		return changeLine(v, wish, w)
	case RemoveLine:
		return removeLine(v, wish)
	case Hold:
		return hold(v, c, wish)
	case VoidLine:
		return voidLine(v, wish)
	case Give:
		return give(v, c, wish, w)
	case TakeBack:
		i := slices.IndexFunc(v.Discounts, func(d Discount) bool { return d.ID == wish.Discount })
		if i < 0 {
			return nil, errDiscount
		}
		return []event.Payload{event.DiscountRemoved{Order: c.ID, Discount: wish.Discount}}, nil
	case SetCovers:
		return setCovers(v, wish)
	case SetServer:
		if !wish.Server.IsZero() && !w.Works {
			return nil, fault.New(fault.Invalid, "server_unknown", "Nobody of this id works here.").At("data.server", "is nobody who works here")
		}
		if c.Server == wish.Server {
			return nil, errNothing
		}
		return []event.Payload{event.ServerChanged{Order: c.ID, Server: wish.Server}}, nil
	}
	return nil, fmt.Errorf("command %T is unknown", wish)
}

// at finds a line of a visit as the tablet saw it.
func (v *Visit) at(line id.Line, rev *int64) (*View, *ViewLine, error) {
	home, l := v.line(line)
	switch {
	case l == nil:
		return nil, nil, errLine
	case rev != nil && *rev != l.Changed:
		return nil, nil, errStale
	case !l.PartOf.IsZero():
		return nil, nil, errPart
	}
	return home, l, nil
}

// parts are the lines of a set menu.
func (c *View) parts(menu id.Line) (list []*ViewLine) {
	for i := range c.Lines {
		if l := &c.Lines[i]; l.PartOf == menu && l.Gone == "" {
			list = append(list, l)
		}
	}
	return list
}

func changeLine(v *Visit, wish ChangeLine, w World) (facts []event.Payload, err error) {
	home, l, err := v.at(wish.Line, wish.Rev)
	if err != nil {
		return nil, err
	}
	if l.Sent && (wish.Quantity != nil || wish.Notes != nil || wish.Course != nil) {
		return nil, errSent
	}
	list := append([]*ViewLine{l}, home.parts(l.ID)...)
	for _, l := range list {
		p := event.LineChanged{Order: home.ID, Line: l.ID, Quantity: l.Quantity, Amount: l.Amount, Notes: l.Notes, Seats: l.Seats, Course: l.Course}
		if n := wish.Quantity; n != nil {
			if *n < 1 || *n > MaxQuantity {
				return nil, fault.Newf(fault.Invalid, "quantity", "A quantity is 1 to %d. Take the line off where none is wanted.", MaxQuantity).At("data.quantity", "is out of bounds")
			}
			p.Quantity, p.Portions = *n, portions(l, *n-l.Quantity)
			if p.Amount, err = l.UnitPrice.Times(*n); err != nil {
				return nil, errTotal
			}
			if why := w.lacks(p.Portions); why != "" {
				return nil, fault.Newf(fault.Conflict, "sold_out", "%s %s.", l.Name, why)
			}
		}
		if wish.Seats != nil {
			if p.Seats, err = seatsOf(*wish.Seats); err != nil {
				return nil, err
			}
		}
		if wish.Course != nil {
			p.Course = *wish.Course
			if utf8.RuneCountInString(p.Course) > maxCourse || p.Course != "" && !legible(p.Course) {
				return nil, fault.Newf(fault.Invalid, "course", "A course has at most %d characters.", maxCourse).At("data.course", "is too long, or no text")
			}
		}
		if wish.Notes != nil && l.ID == wish.Line {
			if p.Notes, err = notesOf(*wish.Notes); err != nil {
				return nil, err
			}
		}
		facts = append(facts, p)
	}
	return facts, nil
}

func notesOf(in []string) (list []string, err error) {
	if len(in) > MaxModifications {
		return nil, fault.Newf(fault.Invalid, "notes", "A line takes %d notes.", MaxModifications).At("data.notes", "are too many")
	}
	for _, s := range in {
		note, why := kitchenNote(s)
		if why != "" {
			return nil, fault.Newf(fault.Invalid, "notes", "A note to the kitchen has 1 to %d characters.", MaxNote).At("data.notes", why)
		}
		list = append(list, note)
	}
	return list, nil
}

// seatsOf checks seats and puts them in order.
func seatsOf(in []int) ([]int, error) {
	list := slices.Compact(slices.Sorted(slices.Values(in)))
	if len(list) > maxSeats || len(list) > 0 && (list[0] < 1 || list[len(list)-1] > MaxSeat) {
		return nil, fault.Newf(fault.Invalid, "seats", "Seats are 1 to %d, at most %d for one line.", MaxSeat, maxSeats).At("data.seats", "are out of bounds")
	}
	return list, nil
}

// portions are the counted portions of so many more of a line.
func portions(l *ViewLine, more int64) (list []event.Portion) {
	if more == 0 {
		return nil
	}
	if l.Counted {
		list = append(list, event.Portion{Item: l.Item, N: more})
	}
	for _, m := range l.Modifiers {
		if m.Counted {
			list = append(list, event.Portion{Modifier: m.Modifier, N: more * max(1, m.Quantity)})
		}
	}
	return list
}

func removeLine(v *Visit, wish RemoveLine) (facts []event.Payload, err error) {
	home, l, err := v.at(wish.Line, wish.Rev)
	if err != nil {
		return nil, err
	}
	if l.Sent {
		return nil, errSent
	}
	for _, l := range append(home.parts(l.ID), l) {
		facts = append(facts, event.LineRemoved{Order: home.ID, Line: l.ID, Portions: portions(l, -l.Quantity)})
	}
	return append(facts, v.without(home.ID, l.ID)...), nil
}

// without are the discounts that go with a line.
func (v *Visit) without(at id.Order, line id.Line) (facts []event.Payload) {
	for _, d := range v.Discounts {
		if d.Line == line {
			facts = append(facts, event.DiscountRemoved{Order: at, Discount: d.ID})
		}
	}
	return facts
}

func hold(v *Visit, c *View, wish Hold) ([]event.Payload, error) {
	p := event.LinesHeld{Order: c.ID, Held: !wish.Off}
	for i := range c.Lines {
		l := &c.Lines[i]
		if l.Gone == "" && !l.Sent && l.Held == wish.Off && named(c, l, wish.Lines, wish.Course) {
			p.Lines = append(p.Lines, l.ID)
		}
	}
	if len(p.Lines) == 0 {
		return nil, fault.New(fault.Conflict, "nothing_to_hold", "None of these lines can be held: the kitchen has them, or that is so already.")
	}
	return []event.Payload{p}, nil
}

// named says whether a line is one of those that a command names, itself or the set menu
// that it belongs to.
func named(c *View, l *ViewLine, lines []id.Line, course string) bool {
	if course != "" {
		return doc.Fold(l.Course) == doc.Fold(course)
	}
	return slices.Contains(lines, l.ID) || !l.PartOf.IsZero() && slices.Contains(lines, l.PartOf)
}

// toFire are the lines that a command sends that were held.
func toFire(c *View, wish Fire) (list []Line) {
	for i := range c.Lines {
		l := &c.Lines[i]
		if l.Gone == "" && !l.Sent && l.Held && (named(c, l, wish.Lines, wish.Course) || len(wish.Lines) == 0 && wish.Course == "") {
			list = append(list, Line{ID: l.ID, Amount: l.Amount, PrepMinutes: l.PrepMinutes})
		}
	}
	return list
}

func voidLine(v *Visit, wish VoidLine) (facts []event.Payload, err error) {
	home, l, err := v.at(wish.Line, wish.Rev)
	if err != nil {
		return nil, err
	}
	n := wish.Quantity
	if n == 0 {
		n = l.Left()
	}
	switch {
	case !l.Sent:
		return nil, errUnsent
	case l.Left() == 0:
		return nil, fault.New(fault.Conflict, "line_voided", "All of this line was voided already.")
	case n < 0 || n > l.Left():
		return nil, fault.Newf(fault.Invalid, "quantity", "There are %d of it. Void so many at most.", l.Left()).At("data.quantity", "is out of bounds")
	}
	reason, err := reasonOf(wish.Reason)
	if err != nil {
		return nil, err
	}
	waste := home.Status != StatusPlaced && home.Status != StatusOpen
	for _, l := range append([]*ViewLine{l}, home.parts(l.ID)...) {
		amount, err := l.UnitPrice.Times(n)
		if err != nil {
			return nil, errTotal
		}
		p := event.LineVoided{Order: home.ID, Line: l.ID, Name: l.Name, Quantity: n, Amount: amount, Reason: reason, Waste: waste}
		if !waste {
			p.Portions = portions(l, -n)
		}
		facts = append(facts, p)
	}
	if n == l.Left() {
		facts = append(facts, v.without(home.ID, l.ID)...)
	}
	return facts, nil
}

// reasonOf checks why something was done: it is read by whoever looks at the day.
func reasonOf(s string) (string, error) {
	s = strings.Join(strings.Fields(s), " ")
	if !legible(s) || utf8.RuneCountInString(s) > maxReason || !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
		return "", errReason
	}
	return s, nil
}

func setCovers(v *Visit, wish SetCovers) (facts []event.Payload, err error) {
	if wish.Covers < 0 || wish.Covers > maxCovers {
		return nil, fault.Newf(fault.Invalid, "covers", "There are 0 to %d guests.", maxCovers).At("data.covers", "is out of bounds")
	}
	for _, c := range v.live() { // all that a visit has is of the same guests
		if c.Covers != wish.Covers {
			facts = append(facts, event.CoversChanged{Order: c.ID, Covers: wish.Covers})
		}
	}
	if len(facts) == 0 {
		return nil, errNothing
	}
	return facts, nil
}
