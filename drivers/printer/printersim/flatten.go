package printersim

import (
	"slices"
	"strings"
)

// column is the width of font A.
const column = 12

// word is a stretch of a line without a gap wider than a letter in it.
type word struct {
	from, to     int // dots
	text         []rune
	drawn, black bool // made of strokes; white on black
}

// flatten makes text of a line, big letters as small ones. A word stands where it
// begins; one that ends at the right edge ends there, and one that was centred, by
// what can be seen, stays in the middle.
func flatten(cells []cell, dots int) string {
	width := dots / column
	var b strings.Builder
	n := 0
	for _, w := range words(cells) {
		from, to := w.from/column, (w.to+column-1)/column
		at, off := from, from+to-width
		switch {
		case from >= width/3 && to == width:
			at = width - len(w.text)
		case from > 0 && off >= -1 && off <= 1 && (w.black || from >= width/6):
			at = (width - len(w.text)) / 2
		}
		for ; n < at; n++ {
			b.WriteByte(' ')
		}
		b.WriteString(string(w.text))
		n += len(w.text)
	}
	return b.String()
}

func words(cells []cell) []word {
	sorted := slices.Clone(cells)
	slices.SortStableFunc(sorted, func(a, b cell) int { return a.x - b.x })
	var all []word
	wide := 0 // the last letter
	for _, c := range sorted {
		if c.r == ' ' || c.r == '\u00a0' {
			continue
		}
		drawn, last := c.r >= 0x2500 && c.r <= 0x257F, len(all)-1
		if last < 0 || c.x-all[last].to > wide || all[last].drawn != drawn {
			all = append(all, word{c.x, c.x + c.w, []rune{c.r}, drawn, c.inv})
		} else {
			if c.x > all[last].to {
				all[last].text = append(all[last].text, ' ')
			}
			all[last].text, all[last].to = append(all[last].text, c.r), c.x+c.w
		}
		wide = c.w
	}
	return all
}
