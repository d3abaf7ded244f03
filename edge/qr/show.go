package qr

import (
	"fmt"
	"strings"
)

// quiet is the light border that a camera needs.
const quiet = 4

// Size is how many modules wide and high the code is, without its border.
func (c *Code) Size() int { return c.size }

// Dark reports whether a module is dark; outside of the code none is.
func (c *Code) Dark(x, y int) bool {
	return x >= 0 && y >= 0 && x < c.size && y < c.size && c.dark[y*c.size+x]
}

// Side is the width and height of Path with its border.
func (c *Code) Side() int { return c.size + 2*quiet }

// Path is the dark modules as a path of SVG, in a square of Side.
func (c *Code) Path() string {
	var b strings.Builder
	for y := range c.size {
		for x := 0; x < c.size; x++ {
			from := x
			for c.Dark(x, y) {
				x++
			}
			if n := x - from; n > 0 {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from+quiet, y+quiet, n, n)
			}
		}
	}
	return b.String()
}

// Blocks is the code for a terminal, two rows a line. What is light is drawn: the
// screen of a box is dark, and cameras read the picture turned round, too.
func (c *Code) Blocks() string {
	var b strings.Builder
	for y := -quiet; y < c.size+quiet; y += 2 {
		for x := -quiet; x < c.size+quiet; x++ {
			switch top, bottom := c.Dark(x, y), c.Dark(x, y+1) || y+1 >= c.size+quiet; {
			case !top && !bottom:
				b.WriteRune('█')
			case !top:
				b.WriteRune('▀')
			case !bottom:
				b.WriteRune('▄')
			default:
				b.WriteByte(' ')
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}
