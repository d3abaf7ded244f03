package order

import (
	"slices"

	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Split takes lines off a check, or parts of them, and puts them on a new one of the
// same visit; or makes a check of every seat. Nothing is reckoned anew: every amount of
// the visit is shared, to the cent.
type Split struct {
	Lines   []Piece
	BySeats bool
}

// Piece is so much of a line that one check has: Parts of Of.
type Piece struct {
	Line      id.Line
	Parts, Of int64 // 0, 0: all of it
}

// Part divides what is to be paid of a check: evenly, or in amounts and the rest. The
// check stays one.
type Part struct {
	Evenly  int
	Amounts []money.Amount
}

// Merge brings everything of a check to another one, and ends it. Without Into, all other
// checks of the visit come to this one: the split is undone.
type Merge struct{ Into id.Order }

// Transfer brings lines to another check, of the same visit or not.
type Transfer struct {
	Lines []id.Line
	To    id.Order
}

func (Split) command()    {}
func (Part) command()     {}
func (Merge) command()    {}
func (Transfer) command() {}

// Bounds of what is split.
const (
	MaxChecks = 50        // of one visit
	maxParts  = 1_000_000 // of one line
	maxShares = 250       // that one fact says: it has 32 KiB
	maxMoved  = 50        // lines that one fact moves
)

var (
	errChecks = fault.Newf(fault.Conflict, "too_many_checks", "One visit takes %d checks.", MaxChecks)
	errOver   = fault.New(fault.Conflict, "check_over", "This check is over: it was cancelled, or merged into another one.")
	errSelf   = fault.New(fault.Invalid, "check_same", "That is the same check. Choose another one.")
)

// share decides what is wished of the checks of a visit.
func share(v *Visit, c *View, wish Command, w World) ([]event.Payload, error) {
	switch wish := wish.(type) {
	case Split:
		if wish.BySeats {
			return splitSeats(v, c, w)
		}
		return split(v, c, wish, w)
	case Part:
		return part(c, wish)
	case Merge:
		return merge(v, c, wish, w)
	case Transfer:
		return transfer(v, c, wish, w)
	}
	return nil, errUnknown
}

// sharing collects who pays for lines from now on.
type sharing struct {
	v     *Visit
	lines map[id.Line][]event.Share
	homes map[id.Line]id.Order
	order []id.Line
}

func newSharing(v *Visit) *sharing {
	return &sharing{v, map[id.Line][]event.Share{}, map[id.Line]id.Order{}, nil}
}

// now is who pays for a line, as far as it was decided.
func (s *sharing) now(home *View, l *ViewLine) []event.Share {
	if list, ok := s.lines[l.ID]; ok {
		return list
	}
	return home.shares(l)
}

func (s *sharing) set(home *View, l *ViewLine, list []event.Share) {
	if _, ok := s.lines[l.ID]; !ok {
		s.order = append(s.order, l.ID)
	}
	s.lines[l.ID], s.homes[l.ID] = list, home.ID
}

// facts say it, for each check on which lines were rung; what is long in several.
func (s *sharing) facts() (facts []event.Payload) {
	for _, c := range s.v.Checks {
		p, n := event.LinesShared{Order: c.ID}, 0
		for _, l := range s.order {
			if s.homes[l] != c.ID {
				continue
			}
			line := event.SharedLine{Line: l, Shares: whole(s.lines[l], c.ID)}
			p.Lines = append(p.Lines, line)
			if n += 1 + len(line.Shares); n >= maxShares {
				facts = append(facts, p)
				p, n = event.LinesShared{Order: c.ID}, 0
			}
		}
		if len(p.Lines) > 0 {
			facts = append(facts, p)
		}
	}
	return facts
}

// give gives parts/of of what one check has of a line to another one.
func (s *sharing) give(home *View, l *ViewLine, from, to id.Order, parts, of int64) error {
	var list []event.Share
	had := false
	for _, sh := range s.now(home, l) {
		if sh.Check != from {
			list = put(list, event.Share{Check: sh.Check, Parts: sh.Parts * of})
			continue
		}
		had = true
		if parts < of {
			list = put(list, event.Share{Check: from, Parts: sh.Parts * (of - parts)})
		}
		list = put(list, event.Share{Check: to, Parts: sh.Parts * parts})
	}
	if !had {
		return fault.Newf(fault.Conflict, "line_not_here", "%s is not on this check.", l.Name)
	}
	if list = reduced(list); slices.ContainsFunc(list, func(s event.Share) bool { return s.Parts > maxParts }) {
		return fault.Newf(fault.Invalid, "too_many_parts", "%s is in too many parts. Undo the split first.", l.Name)
	}
	s.set(home, l, list)
	return nil
}

// put adds a share to what its check has already.
func put(list []event.Share, s event.Share) []event.Share {
	for i := range list {
		if list[i].Check == s.Check {
			list[i].Parts += s.Parts
			return list
		}
	}
	return append(list, s)
}

// reduced divides parts by what divides all of them.
func reduced(list []event.Share) []event.Share {
	var d int64
	for _, s := range list {
		for a := s.Parts; a != 0; {
			d, a = a, d%a
		}
	}
	for i := range list {
		list[i].Parts /= max(d, 1)
	}
	return list
}

// fresh is the n-th new check of a command, split off c.
func fresh(c *View, w World, n int) event.OrderOpened {
	p := event.OrderOpened{Order: id.Made[id.Order](w.Command, n), Number: w.Number, Type: c.Type, Table: c.Table, OffPlan: c.OffPlan,
		Customer: c.Customer, Source: "tablet", Covers: c.Covers, From: c.ID, Status: string(c.Status)}
	p.Number.N += int64(n)
	return p
}

func split(v *Visit, c *View, wish Split, w World) ([]event.Payload, error) {
	if len(wish.Lines) == 0 || len(wish.Lines) > MaxLines {
		return nil, fault.New(fault.Invalid, "no_lines", "Say which lines the new check has.").At("data.lines", "must have at least one line")
	}
	if len(v.Checks) >= MaxChecks {
		return nil, errChecks
	}
	p := fresh(c, w, 0)
	s := newSharing(v)
	for _, piece := range wish.Lines {
		home, l, err := v.at(piece.Line, nil)
		if err != nil {
			return nil, err
		}
		if piece.Of == 0 {
			piece.Parts, piece.Of = 1, 1
		}
		if piece.Parts < 1 || piece.Parts > piece.Of || piece.Of > 100 {
			return nil, fault.New(fault.Invalid, "parts", "A part of a line is 1 to 100 of 1 to 100, such as 1 of 3.").At("data.lines", "have parts out of bounds")
		}
		for _, l := range append([]*ViewLine{l}, home.parts(l.ID)...) {
			if err := s.give(home, l, c.ID, p.Order, piece.Parts, piece.Of); err != nil {
				return nil, err
			}
		}
	}
	return append([]event.Payload{p}, s.facts()...), nil
}

// splitSeats makes a check of every seat; the first stays on the check. What is of no
// seat is of all of them.
func splitSeats(v *Visit, c *View, w World) ([]event.Payload, error) {
	var seats []int
	for _, home := range v.Checks {
		for i := range home.Lines {
			if l := &home.Lines[i]; l.Gone == "" && l.Left() > 0 && slices.ContainsFunc(home.shares(l), func(s event.Share) bool { return s.Check == c.ID }) {
				seats = append(seats, l.Seats...)
			}
		}
	}
	slices.Sort(seats)
	if seats = slices.Compact(seats); len(seats) < 2 {
		return nil, fault.New(fault.Conflict, "no_seats", "There are not two seats with lines on this check. Give lines to seats first.")
	}
	if len(v.Checks)+len(seats)-1 > MaxChecks {
		return nil, errChecks
	}
	of := map[int]id.Order{seats[0]: c.ID}
	var facts []event.Payload
	for n, seat := range seats[1:] {
		p := fresh(c, w, n)
		of[seat] = p.Order
		facts = append(facts, p)
	}
	s := newSharing(v)
	for _, home := range v.Checks {
		for i := range home.Lines {
			l := &home.Lines[i]
			if l.Gone != "" || l.Left() == 0 {
				continue
			}
			whose := l.Seats
			if len(whose) == 0 {
				whose = seats
			}
			var list []event.Share
			had := false
			for _, sh := range home.shares(l) {
				if sh.Check != c.ID {
					list = put(list, event.Share{Check: sh.Check, Parts: sh.Parts * int64(len(whose))})
					continue
				}
				had = true
				for _, seat := range whose {
					list = put(list, event.Share{Check: of[seat], Parts: sh.Parts})
				}
			}
			if list = reduced(list); had {
				s.set(home, l, list)
			}
		}
	}
	return append(facts, s.facts()...), nil
}

func part(c *View, wish Part) ([]event.Payload, error) {
	if wish.Evenly != 0 && len(wish.Amounts) > 0 || wish.Evenly < 0 || wish.Evenly > maxCovers || len(wish.Amounts) > maxCovers {
		return nil, fault.Newf(fault.Invalid, "parts", "A check is paid in 1 to %d equal parts, or in amounts.", maxCovers).At("data", "needs evenly or amounts")
	}
	var sum money.Amount
	for _, a := range wish.Amounts {
		var err error
		if sum, err = sum.Plus(a); err != nil || a <= 0 || sum > c.Total {
			return nil, fault.New(fault.Invalid, "parts", "The parts are more than the check.").At("data.amounts", "must each be more than nothing, and together at most the total")
		}
	}
	if wish.Evenly == 1 {
		wish.Evenly = 0
	}
	return []event.Payload{event.CheckParted{Order: c.ID, Evenly: wish.Evenly, Amounts: wish.Amounts}}, nil
}

// Parts are what is paid of a check, one after the other; they sum to its total. Nil
// where it is paid in one.
func (c *View) Parts() (list []money.Amount) {
	p := c.Parted
	switch {
	case p == nil:
		return nil
	case p.Evenly > 0:
		return c.Total.Split(p.Evenly)
	}
	rest := c.Total
	for _, a := range p.Amounts {
		a = min(a, rest) // the check may be less than it was
		list, rest = append(list, a), rest-a
	}
	if len(list) > 0 && rest > 0 {
		list = append(list, rest)
	}
	return list
}
