package printer

import "strings"

// A sheet is a Doc laid out for one profile: steps in the order of the paper.
type sheet struct {
	p     Profile
	steps []step
}

// step is a line, a feed, a cut or a buzz.
type step any

// line is one line of paper.
type line struct {
	pieces []piece // from left to right, not overlapping
	tight  bool    // no white between this line and the next
}

// piece is a run at a column.
type piece struct {
	Run
	at int
}

type (
	feed  int // lines
	space int // dots
	buzz  int
	tear  struct{}
)

// lay lays the slip out. It always ends with a cut.
func (d Doc) lay(p Profile) *sheet {
	s := &sheet{p: p}
	for _, b := range d.Blocks {
		b.layout(s)
	}
	if n := len(s.steps); n == 0 || s.steps[n-1] != step(tear{}) {
		Cut{}.layout(s)
	}
	return s
}

// add puts a line under the others. Black next to black would grow together, so
// there is a little white between, except within one banner.
func (s *sheet) add(l line) {
	if n := len(s.steps); n > 0 && l.black() {
		if above, ok := s.steps[n-1].(line); ok && above.black() && !(above.tight && l.tight) {
			s.steps = append(s.steps, space(8))
		}
	}
	s.steps = append(s.steps, l)
}

func (l line) black() bool {
	for _, p := range l.pieces {
		if p.Inverse {
			return true
		}
	}
	return false
}

// fold makes runs ready for the layout: sizes in range, text of this printer.
func (s *sheet) fold(runs ...Run) []Run {
	out := make([]Run, 0, len(runs))
	for _, r := range runs {
		r.Width, r.Height = min(max(r.Width, 1), 8), min(max(r.Height, 1), 8)
		if r.Text = s.p.fold(r.Text); r.Text != "" {
			out = append(out, r)
		}
	}
	return out
}

// place adds runs to the line, from column at.
func (l *line) place(runs []Run, at int) {
	for _, r := range runs {
		l.pieces = append(l.pieces, piece{r, at})
		at += cells(r.Text) * r.Width
	}
}

// indent keeps an indent to half of the paper, so that something fits beside it.
func (s *sheet) indent(n int) int { return min(max(n, 0), s.p.Columns/2) }

func (t Text) layout(s *sheet) {
	indent := s.indent(t.Indent)
	hang := s.indent(t.Indent + t.Hang)
	for i, runs := range wrap(s.fold(t.Runs...), s.p.Columns-indent, s.p.Columns-hang) {
		l, at := line{}, indent
		if i > 0 {
			at = hang
		}
		switch spare := s.p.Columns - columns(runs); t.Align {
		case Centre:
			at = spare / 2
		case Right:
			at = spare
		}
		l.place(runs, at)
		s.add(l)
	}
}

// gap is the least white between the left and the right part of a row.
const gap = 2

func (r Row) layout(s *sheet) { s.row(nil, r.Left, r.Right, 0) }

func (it Item) layout(s *sheet) {
	lead := it.Lead
	if quantity := s.fold(it.Quantity...); lead == 0 && len(quantity) > 0 {
		lead = columns(quantity) + quantity[len(quantity)-1].Width
	}
	s.row(it.Quantity, it.Name, it.Right, lead)
}

// row lays out a lead, a text that hangs beside it, and a part at the right edge.
func (s *sheet) row(lead, text, right []Run, indent int) {
	lead, right = s.fold(lead...), s.fold(right...)
	indent = s.indent(max(indent, columns(lead)))
	first := s.p.Columns - indent
	below := false
	if n := columns(right); n > 0 {
		if below = first-gap-n < s.p.Columns/3; !below {
			first -= gap + n
		}
	}
	if columns(lead) > indent { // a lead wider than half of the paper stands alone
		Text{Runs: lead}.layout(s)
		lead = nil
	}
	for i, runs := range wrap(s.fold(text...), first, s.p.Columns-indent) {
		var l line
		if i == 0 {
			l.place(lead, 0)
		}
		l.place(runs, indent)
		if i == 0 && !below {
			l.place(right, s.p.Columns-columns(right))
		}
		s.add(l)
	}
	if below {
		Text{Runs: right, Align: Right}.layout(s)
	}
}

func (r Rule) layout(s *sheet) {
	if r.Dashed {
		s.stroke("-", s.p.Columns, Style{})
		return
	}
	title := s.fold(r.Title)
	n := columns(title)
	switch room := s.p.Columns - n - 2; {
	case n == 0:
		s.stroke("─", s.p.Columns, Style{})
	case room < 4: // no room for a stroke on both sides
		s.stroke("─", s.p.Columns, Style{})
		Text{Runs: title, Align: Centre}.layout(s)
		s.stroke("─", s.p.Columns, Style{})
	default:
		side := Style{Width: 1, Height: title[0].Height} // as tall, so that the stroke meets the middle
		var l line
		l.place(s.fold(side.Run(strings.Repeat("─", room/2))), 0)
		l.place(title, room/2+1)
		l.place(s.fold(side.Run(strings.Repeat("─", room-room/2))), room/2+n+2)
		s.add(l)
	}
}

func (s *sheet) stroke(dash string, n int, st Style) {
	var l line
	l.place(s.fold(st.Run(strings.Repeat(dash, n))), 0)
	s.add(l)
}

func (b Box) layout(s *sheet) {
	inner := s.p.Columns - 4
	edge := Style{Width: 1, Height: 1, Bold: true}
	bar := strings.Repeat("─", s.p.Columns-2)
	s.tight(s.fold(edge.Run("┌" + bar + "┐")))
	for _, para := range b.Lines {
		for _, runs := range wrap(s.fold(para), inner, inner) {
			side := edge
			for _, r := range runs {
				side.Height = max(side.Height, r.Height)
			}
			var l line
			l.tight = true
			l.place(s.fold(side.Run("│")), 0)
			l.place(runs, 2+(inner-columns(runs))/2)
			l.place(s.fold(side.Run("│")), s.p.Columns-1)
			s.add(l)
		}
	}
	s.tight(s.fold(edge.Run("└" + bar + "┘")))
}

func (s *sheet) tight(runs []Run) {
	l := line{tight: true}
	l.place(runs, 0)
	s.add(l)
}

func (b Banner) layout(s *sheet) {
	b.Inverse = true
	for _, runs := range wrap(s.fold(b.Run), s.p.Columns, s.p.Columns) {
		pad := Style{Width: 1, Height: min(max(b.Height, 1), 8), Inverse: true}
		spare := s.p.Columns - columns(runs)
		line := append([]Run{pad.Run(strings.Repeat(" ", spare/2))}, runs...)
		s.tight(append(line, pad.Run(strings.Repeat(" ", spare-spare/2))))
	}
}

func (f Feed) layout(s *sheet) {
	if n := min(max(f.Lines, 0), 255); n > 0 {
		s.steps = append(s.steps, feed(n))
	}
}

// layout of a cut draws a line to tear along where there is no knife.
func (Cut) layout(s *sheet) {
	if !s.p.Cutter {
		s.stroke("- ", s.p.Columns/2, Style{})
	}
	s.steps = append(s.steps, tear{})
}

func (b Buzz) layout(s *sheet) {
	if s.p.Buzzer != Silent && b.Times > 0 {
		s.steps = append(s.steps, buzz(min(b.Times, 9)))
	}
}
