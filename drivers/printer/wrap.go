package printer

import (
	"strings"

	"github.com/rivo/uniseg"
)

// columns is how wide runs are, in columns of the small type.
func columns(runs []Run) int {
	n := 0
	for _, r := range runs {
		n += cells(r.Text) * r.Width
	}
	return n
}

// wrap breaks folded runs into lines of at most first, then rest columns. It
// breaks where Unicode allows, drops the spaces there, and takes a word apart
// only when no line could hold it. No character is ever left out.
func wrap(runs []Run, first, rest int) [][]Run {
	w := wrapper{width: first, rest: rest}
	var text strings.Builder
	for _, r := range runs {
		text.WriteString(r.Text)
	}
	left, state, from := text.String(), -1, 0
	for left != "" {
		var word string
		word, left, _, state = uniseg.FirstLineSegmentInString(left, state)
		core := len(strings.TrimRight(word, " "))
		w.word(cut(runs, from, from+core))
		w.gap = append(w.gap, cut(runs, from+core, from+len(word))...)
		from += len(word)
	}
	if w.used+columns(w.gap) <= w.width {
		w.put(w.gap)
	}
	return append(w.lines, w.line)
}

// wrapper fills one line after the other.
type wrapper struct {
	lines       [][]Run
	line        []Run
	used, width int
	rest        int
	gap         []Run // spaces after the last word, which only a next word on this line makes real
}

func (w *wrapper) word(word []Run) {
	if len(word) == 0 {
		return
	}
	n := columns(word)
	if w.used > 0 && w.used+columns(w.gap)+n > w.width {
		w.breakLine()
	}
	if w.used+columns(w.gap)+n <= w.width {
		w.put(w.gap)
		w.put(word)
		w.gap = nil
		return
	}
	w.gap = nil
	for _, r := range word {
		g := uniseg.NewGraphemes(r.Text)
		for g.Next() {
			c := Run{g.Str(), r.Style}
			if w.used > 0 && w.used+columns([]Run{c}) > w.width {
				w.breakLine()
			}
			w.put([]Run{c})
		}
	}
}

func (w *wrapper) breakLine() {
	w.lines = append(w.lines, w.line)
	w.line, w.used, w.width, w.gap = nil, 0, w.rest, nil
}

// put adds runs to the line; what looks the same becomes one run.
func (w *wrapper) put(runs []Run) {
	for _, r := range runs {
		if n := len(w.line); n > 0 && w.line[n-1].Style == r.Style {
			w.line[n-1].Text += r.Text
		} else {
			w.line = append(w.line, r)
		}
		w.used += cells(r.Text) * r.Width
	}
}

// cut takes the bytes from a to b of the runs' joined text.
func cut(runs []Run, a, b int) []Run {
	var out []Run
	at := 0
	for _, r := range runs {
		lo, hi := max(a-at, 0), min(b-at, len(r.Text))
		if lo < hi {
			out = append(out, Run{r.Text[lo:hi], r.Style})
		}
		at += len(r.Text)
	}
	return out
}
