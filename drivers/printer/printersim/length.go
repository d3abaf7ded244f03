package printersim

import "bytes"

// Lengths of commands by Epson's ESC/POS Command Reference: bytes after the two
// that name the command. What is not here and not in variable is unknown.
var lengths = map[[2]byte]int{
	{0x1B, '@'}: 0, {0x1B, '='}: 1, {0x1B, '!'}: 1, {0x1B, 't'}: 1, {0x1B, 'R'}: 1, {0x1B, 'M'}: 1,
	{0x1B, 'E'}: 1, {0x1B, 'G'}: 1, {0x1B, '-'}: 1, {0x1B, '{'}: 1, {0x1B, 'V'}: 1, {0x1B, 'r'}: 1,
	{0x1B, 'a'}: 1, {0x1B, ' '}: 1, {0x1B, '2'}: 0, {0x1B, '3'}: 1, {0x1B, 'd'}: 1, {0x1B, 'J'}: 1,
	{0x1B, 'e'}: 1, {0x1B, 'K'}: 1, {0x1B, '$'}: 2, {0x1B, '\\'}: 2, {0x1B, 'p'}: 3, {0x1B, 'i'}: 0,
	{0x1B, 'm'}: 0, {0x1B, 'c'}: 2, {0x1B, 'L'}: 0, {0x1B, 'S'}: 0, {0x1B, 'W'}: 8, {0x1B, 'T'}: 1,
	{0x1B, 0x0C}: 0, {0x1B, 'B'}: 2, {0x1B, '%'}: 1, {0x1B, '?'}: 1, {0x1B, 'u'}: 1, {0x1B, 'v'}: 0,
	{0x1C, '&'}: 0, {0x1C, '.'}: 0, {0x1C, 'C'}: 1, {0x1C, '!'}: 1, {0x1C, '-'}: 1, {0x1C, 'S'}: 2,
	{0x1C, 'W'}: 1, {0x1C, 'p'}: 2,
	{0x1D, '!'}: 1, {0x1D, 'B'}: 1, {0x1D, 'b'}: 1, {0x1D, 'L'}: 2, {0x1D, 'W'}: 2, {0x1D, 'P'}: 2,
	{0x1D, 'h'}: 1, {0x1D, 'w'}: 1, {0x1D, 'H'}: 1, {0x1D, 'f'}: 1, {0x1D, '/'}: 1, {0x1D, 'a'}: 1,
	{0x1D, 'r'}: 1, {0x1D, 'I'}: 1, {0x1D, 'g'}: 4, {0x1D, '$'}: 2, {0x1D, '\\'}: 2, {0x1D, 'T'}: 1,
	{0x1D, '^'}: 3, {0x1D, ':'}: 0,
}

// length tells how long the command is that begins with c: bytes to keep, then
// bytes to skip, of a picture for instance. keep is 0 while c is too short to tell,
// and -1 for a command that nobody documented.
func length(c []byte) (keep, skip int) {
	switch c[0] {
	case 0x10:
		return realtimeLength(c), 0
	case 0x1B, 0x1C, 0x1D:
	default:
		return 1, 0 // LF, CR, HT, FF, CAN, or a control that does nothing
	}
	if len(c) < 2 {
		return 0, 0
	}
	if n, ok := lengths[[2]byte{c[0], c[1]}]; ok {
		return 2 + n, 0
	}
	if c[1] == '(' && (c[0] == 0x1B || c[0] == 0x1C || c[0] == 0x1D) { // fn pL pH data
		return after(c, 5, func() (int, int) { return 5 + little(c[3:]), 0 })
	}
	switch [2]byte{c[0], c[1]} {
	case [2]byte{0x1B, 'D'}: // tabs, ended by NUL, 32 at most
		return until(c, 2, 35)
	case [2]byte{0x1B, '*'}: // m nL nH data: 8 or 24 dots high
		return after(c, 5, func() (int, int) {
			if c[2] >= 32 {
				return 5, 3 * little(c[3:])
			}
			return 5, little(c[3:])
		})
	case [2]byte{0x1D, 'V'}: // m [n]
		return after(c, 3, func() (int, int) {
			if c[2] >= 65 {
				return 4, 0
			}
			return 3, 0
		})
	case [2]byte{0x1D, 'v'}: // 0 m xL xH yL yH data
		return after(c, 8, func() (int, int) { return 8, little(c[4:]) * little(c[6:]) })
	case [2]byte{0x1D, '*'}: // x y data
		return after(c, 4, func() (int, int) { return 4, 8 * int(c[2]) * int(c[3]) })
	case [2]byte{0x1D, '8'}: // fn p1 p2 p3 p4 data
		return after(c, 7, func() (int, int) { return 7, little(c[3:]) | little(c[5:])<<16 })
	case [2]byte{0x1D, 'k'}: // m data NUL, or m n data
		return after(c, 4, func() (int, int) {
			if c[2] >= 65 {
				return 4 + int(c[3]), 0
			}
			return until(c, 3, 260)
		})
	}
	return -1, 0
}

// after asks f once n bytes are there.
func after(c []byte, n int, f func() (int, int)) (keep, skip int) {
	if len(c) < n {
		return 0, 0
	}
	return f()
}

// until is a command that a NUL ends, from byte n on, or its greatest length.
func until(c []byte, n, most int) (keep, skip int) {
	if i := bytes.IndexByte(c[n:], 0); i >= 0 {
		return n + i + 1, 0
	}
	if len(c) >= most {
		return len(c), 0
	}
	return 0, 0
}

// little is nL nH.
func little(b []byte) int { return int(b[0]) | int(b[1])<<8 }
