package printer

import (
	"strings"
	"unicode/utf8"
)

// Text is the slip in plain text, one line per line of paper, for previews, logs
// and golden files. Big letters become small ones; what they stand beside keeps
// its column.
func (d Doc) Text(p Profile) string {
	var b strings.Builder
	for _, s := range d.lay(p).steps {
		switch s := s.(type) {
		case line:
			b.WriteString(s.text(p.Columns))
			b.WriteByte('\n')
		case feed:
			b.WriteString(strings.Repeat("\n", int(s)))
		}
	}
	return b.String()
}

// stretch is a part of a line without a wide gap in it.
type stretch struct {
	from, to int // columns on paper
	text     string
	drawn    bool // made of strokes, not of letters
	inverse  bool
}

// text flattens a line: each stretch of it stands at its column, or ends at the
// right edge, or stays in the middle, as far as that shows on paper.
func (l line) text(columns int) string {
	var b strings.Builder
	n := 0
	for _, s := range l.stretches() {
		at, size := s.from, utf8.RuneCountInString(s.text)
		switch {
		case s.from >= columns/3 && s.to == columns:
			at = columns - size
		case s.middle(columns):
			at = (columns - size) / 2
		}
		if at > n {
			b.WriteString(strings.Repeat(" ", at-n))
			n = at
		}
		b.WriteString(s.text)
		n += size
	}
	return b.String()
}

// middle says whether a stretch was centred: as far from both edges, and too far
// from the left one, or too black, to be an indented line by chance.
func (s stretch) middle(columns int) bool {
	off := s.from + s.to - columns
	return s.from > 0 && off >= -1 && off <= 1 && (s.inverse || s.from >= columns/6)
}

// stretches breaks the line where the white is wider than a letter, and where
// strokes meet letters.
func (l line) stretches() []stretch {
	var out []stretch
	width := 0 // of the last letter
	for _, p := range l.pieces {
		at := p.at
		for _, r := range p.Text {
			if r != ' ' && r != nbsp {
				next := stretch{at, at + p.Width, string(r), r >= '─' && r <= '╿', p.Inverse}
				last := len(out) - 1
				if last < 0 || at-out[last].to > width || out[last].drawn != next.drawn {
					out = append(out, next)
				} else {
					out[last].add(next)
				}
				width = p.Width
			}
			at += p.Width
		}
	}
	return out
}

func (s *stretch) add(next stretch) {
	if next.from > s.to {
		s.text += " "
	}
	s.text += next.text
	s.to = next.to
}
