// Package qr draws an address as the picture that a camera reads: a QR code of
// ISO/IEC 18004, in byte mode, with error correction M.
//
// It promises the smallest of the versions 1 to 6 that holds the text. It refuses more
// than 106 bytes: an address is shorter, and what is larger is hard to read from a
// screen. It has one mask, the chequered one: which of the eight is said in the code, so
// that every camera reads it.
package qr

import "fmt"

// Most is how many bytes a code holds.
const Most = 106

// versions are the sizes with error correction M, the smallest first: bytes of data in
// all, blocks that they are dealt to, and bytes of correction of each block.
var versions = []struct{ data, blocks, check int }{{16, 1, 10}, {28, 1, 16}, {44, 1, 26}, {64, 2, 18}, {86, 2, 24}, {108, 4, 16}}

// Code is a square of dark and light modules.
type Code struct {
	size  int
	dark  []bool
	fixed []bool // no place for data
}

// Encode makes the code of a text.
func Encode(text string) (*Code, error) {
	for v, size := range versions {
		if len(text)+2 > size.data {
			continue
		}
		return draw(21+4*v, bytesOf(v, text)), nil
	}
	return nil, fmt.Errorf("a QR code of %d bytes: at most %d are taken", len(text), Most)
}

// bytesOf is what a code of a version holds: the text dealt to blocks, with their correction.
func bytesOf(v int, text string) (out []byte) {
	s := versions[v]
	data := []byte{0x40 | byte(len(text)>>4), byte(len(text) << 4)} // mode 4, eight bits of length
	for i := range len(text) {
		data[len(data)-1] |= text[i] >> 4
		data = append(data, text[i]<<4)
	}
	for pad := byte(0xec); len(data) < s.data; pad ^= 0xec ^ 0x11 {
		data = append(data, pad)
	}
	each := s.data / s.blocks
	for i := range each {
		for b := range s.blocks {
			out = append(out, data[b*each+i])
		}
	}
	check := make([][]byte, s.blocks)
	for b := range check {
		check[b] = remainder(data[b*each:(b+1)*each], s.check)
	}
	for i := range s.check {
		for b := range check {
			out = append(out, check[b][i])
		}
	}
	return out
}

// remainder is the Reed-Solomon correction of data: so many bytes.
func remainder(data []byte, n int) []byte {
	divisor := make([]byte, n) // the product of (x - 2^i), without its first coefficient
	divisor[n-1] = 1
	root := byte(1)
	for range n {
		for i := range divisor {
			divisor[i] = times(divisor[i], root)
			if i+1 < n {
				divisor[i] ^= divisor[i+1]
			}
		}
		root = times(root, 2)
	}
	rest := make([]byte, n)
	for _, d := range data {
		factor := d ^ rest[0]
		copy(rest, rest[1:])
		rest[n-1] = 0
		for i := range rest {
			rest[i] ^= times(divisor[i], factor)
		}
	}
	return rest
}

// times multiplies in the field of 256 elements by the polynomial 0x11d.
func times(x, y byte) byte {
	var z int
	for i := 7; i >= 0; i-- {
		z = z<<1 ^ z>>7*0x11d ^ int(y>>i&1)*int(x)
	}
	return byte(z)
}

func draw(size int, data []byte) *Code {
	c := &Code{size: size, dark: make([]bool, size*size), fixed: make([]bool, size*size)}
	c.patterns()
	c.format()
	at := 0
	for right := size - 1; right >= 1; right -= 2 {
		if right == 6 { // the timing pattern
			right = 5
		}
		for i := range size {
			y := i
			if (right+1)&2 == 0 {
				y = size - 1 - i // upwards
			}
			for x := right; x > right-2; x-- {
				if c.fixed[y*size+x] {
					continue
				}
				bit := at < 8*len(data) && data[at/8]>>(7-at%8)&1 == 1
				c.dark[y*size+x] = bit != ((x+y)%2 == 0)
				at++
			}
		}
	}
	return c
}

func (c *Code) fix(x, y int, dark bool) {
	if x >= 0 && y >= 0 && x < c.size && y < c.size {
		c.dark[y*c.size+x], c.fixed[y*c.size+x] = dark, true
	}
}

// patterns draws what cameras find the code by.
func (c *Code) patterns() {
	for i := range c.size {
		c.fix(i, 6, i%2 == 0)
		c.fix(6, i, i%2 == 0)
	}
	for _, corner := range [][2]int{{3, 3}, {c.size - 4, 3}, {3, c.size - 4}} {
		c.rings(corner[0], corner[1], 4)
	}
	if c.size > 21 {
		c.rings(c.size-7, c.size-7, 2)
	}
}

// rings draws squares around a middle: the large ones are the corners, with what is light around them.
func (c *Code) rings(x, y, wide int) {
	for dy := -wide; dy <= wide; dy++ {
		for dx := -wide; dx <= wide; dx++ {
			far := max(dx, -dx, dy, -dy)
			c.fix(x+dx, y+dy, far != wide/2 && far != 4)
		}
	}
}

// format says twice which correction and which mask the code has.
func (c *Code) format() {
	const bits = 0x5412 // M, the first mask, and their own correction
	n := c.size
	for i := range 15 {
		dark := bits>>i&1 == 1
		switch {
		case i < 6:
			c.fix(8, i, dark)
		case i < 8:
			c.fix(8, i+1, dark)
		case i == 8:
			c.fix(7, 8, dark)
		default:
			c.fix(14-i, 8, dark)
		}
		if i < 8 {
			c.fix(n-1-i, 8, dark)
		} else {
			c.fix(8, n-15+i, dark)
		}
	}
	c.fix(8, n-8, true)
}
