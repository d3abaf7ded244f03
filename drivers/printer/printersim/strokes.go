package printersim

import "image"

// arms are the box-drawing characters of the PC code pages: how many strokes go
// from the middle up, right, down and left.
var arms = map[rune][4]int{
	'─': {0, 1, 0, 1}, '│': {1, 0, 1, 0}, '┌': {0, 1, 1, 0}, '┐': {0, 0, 1, 1}, '└': {1, 1, 0, 0}, '┘': {1, 0, 0, 1},
	'├': {1, 1, 1, 0}, '┤': {1, 0, 1, 1}, '┬': {0, 1, 1, 1}, '┴': {1, 1, 0, 1}, '┼': {1, 1, 1, 1},
	'═': {0, 2, 0, 2}, '║': {2, 0, 2, 0}, '╔': {0, 2, 2, 0}, '╗': {0, 0, 2, 2}, '╚': {2, 2, 0, 0}, '╝': {2, 0, 0, 2},
	'╠': {2, 2, 2, 0}, '╣': {2, 0, 2, 2}, '╦': {0, 2, 2, 2}, '╩': {2, 2, 0, 2}, '╬': {2, 2, 2, 2},
	'╒': {0, 2, 1, 0}, '╓': {0, 1, 2, 0}, '╕': {0, 0, 1, 2}, '╖': {0, 0, 2, 1}, '╘': {1, 2, 0, 0}, '╙': {2, 1, 0, 0},
	'╛': {1, 0, 0, 2}, '╜': {2, 0, 0, 1}, '╞': {1, 2, 1, 0}, '╟': {2, 1, 2, 0}, '╡': {1, 0, 1, 2}, '╢': {2, 0, 2, 1},
	'╤': {0, 2, 1, 2}, '╥': {0, 1, 2, 1}, '╧': {1, 2, 0, 2}, '╨': {2, 1, 0, 1}, '╪': {1, 2, 1, 2}, '╫': {2, 1, 2, 1},
}

// blocks are the solid ones, in eighths of the cell: x, y, width, height.
var blocks = map[rune][4]int{
	'█': {0, 0, 8, 8}, '▀': {0, 0, 8, 4}, '▄': {0, 4, 8, 4}, '▌': {0, 0, 4, 8}, '▐': {4, 0, 4, 8}, '■': {1, 3, 6, 3},
}

// strokes draws what is made of lines edge to edge, so that neighbours join, and
// says whether c is such a character.
func strokes(m *image.Alpha, c cell) bool {
	w, h := m.Rect.Dx(), m.Rect.Dy()
	if b, ok := blocks[c.r]; ok {
		fill(m, image.Rect(b[0]*w/8, b[1]*h/8, (b[0]+b[2])*w/8, (b[1]+b[3])*h/8))
		return true
	}
	a, ok := arms[c.r]
	if !ok {
		return false
	}
	thick := 2
	if c.bold {
		thick = 3
	}
	tx, ty := thick*c.sx, thick*c.sy // of upright and of level strokes
	x, y := (w-tx)/2, (h-ty)/2
	across := func(n, from, to int) { // level strokes
		if n == 1 {
			fill(m, image.Rect(from, y, to, y+ty))
		}
		if n == 2 {
			fill(m, image.Rect(from, y-ty, to, y))
			fill(m, image.Rect(from, y+ty, to, y+2*ty))
		}
	}
	down := func(n, from, to int) { // upright strokes
		if n == 1 {
			fill(m, image.Rect(x, from, x+tx, to))
		}
		if n == 2 {
			fill(m, image.Rect(x-tx, from, x, to))
			fill(m, image.Rect(x+tx, from, x+2*tx, to))
		}
	}
	down(a[0], 0, y+ty)
	across(a[1], x, w)
	down(a[2], y, h)
	across(a[3], 0, x+tx)
	return true
}

func fill(m *image.Alpha, r image.Rectangle) {
	r = r.Intersect(m.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := m.Pix[y*m.Stride:]
		for x := r.Min.X; x < r.Max.X; x++ {
			row[x] = 0xFF
		}
	}
}
