package printersim

import "golang.org/x/text/encoding/charmap"

// modes are everything that commands set and ESC @ resets.
type modes struct {
	table     byte // ESC t
	fontB     bool
	w, h      int
	bold      bool
	inverse   bool
	underline byte
	justify   byte
	spacing   int // of lines, in dots
	unitX     int // motion units per inch, GS P
	unitY     int
	gap       int // ESC SP, dots
	margin    int // GS L, dots
	kanji     bool
	deselect  bool // ESC = 0: only real time works
}

const dpi = 203

func reset(kanji bool) modes {
	return modes{w: 1, h: 1, spacing: 30, unitX: dpi, unitY: dpi, kanji: kanji}
}

// cell is one character on paper.
type cell struct {
	r          rune
	x, w, h    int // dots: where, and how large with its size
	sx, sy     int // size
	bold, inv  bool
	underlined byte
}

// row is a piece of paper as wide as the roll: characters, or nothing.
type row struct {
	cells  []cell
	height int // dots of paper
	lines  int // lines of text that it stands for
}

// device is what the interpreter drives: the printer, or a pen that draws a slip
// again from its bytes.
type device interface {
	print(row)
	cut()
	ask(what, n byte) // GS r n or GS I n, answered in its turn
	proof([]byte)     // answered when all before is on paper
	automatic(n byte) // GS a n
	strange([]byte)   // a command that nobody documented
}

// interpreter reads ESC/POS, byte by byte.
type interpreter struct {
	modes
	dots  int
	china bool // what ESC @ resets Kanji mode to
	dev   device

	tokens
	lead bool // the first of two bytes of a Kanji character was read
	line []cell
	x    int
}

// tables are the code pages by their ESC t numbers, Epson's.
var tables = map[byte]*charmap.Charmap{
	0: charmap.CodePage437, 2: charmap.CodePage850, 3: charmap.CodePage860, 4: charmap.CodePage863,
	5: charmap.CodePage865, 16: charmap.Windows1252, 17: charmap.CodePage866, 18: charmap.CodePage852,
	19: charmap.CodePage858, 34: charmap.CodePage855, 36: charmap.CodePage862, 39: charmap.ISO8859_2,
	40: charmap.ISO8859_15, 45: charmap.Windows1250, 46: charmap.Windows1251, 47: charmap.Windows1253,
	48: charmap.Windows1254, 49: charmap.Windows1255, 50: charmap.Windows1256, 51: charmap.Windows1257,
	52: charmap.Windows1258,
}

// feed reads one byte.
func (in *interpreter) feed(b byte) {
	switch what, c := in.tokens.feed(b); what {
	case character:
		in.character(b)
	case command:
		if c[0] != 0x10 && (!in.deselect || len(c) > 1 && c[0] == 0x1B && c[1] == '=') {
			in.obey(c)
		}
	case strange:
		in.dev.strange(c)
	}
}

// character puts one on the line, or begins a new line where it does not fit.
func (in *interpreter) character(b byte) {
	if in.deselect {
		return
	}
	r := rune(b)
	cw, ch, wide := 12, 24, 1
	if in.fontB {
		cw, ch = 9, 17
	}
	switch {
	case in.lead:
		in.lead = false
		r, wide = '□', 2
	case in.kanji && b >= 0x80:
		in.lead = true
		return
	case b == 0x7F:
		r = ' '
	case b >= 0x80:
		r = '□'
		if t := tables[in.table]; t != nil {
			r = t.DecodeByte(b)
		}
	}
	w := cw * wide * in.w
	if in.x+w > in.dots && len(in.line) > 0 {
		in.flush(0)
	}
	in.line = append(in.line, cell{r: r, x: in.x, w: w, h: ch * in.h, sx: in.w, sy: in.h, bold: in.bold, inv: in.inverse, underlined: in.underline})
	in.x += w + in.gap*in.w
}

// flush prints the line in hand and moves the paper by a line, or by feed dots if
// that is more.
func (in *interpreter) flush(feed int) {
	height, right := max(in.spacing, feed), 0
	for _, c := range in.line {
		height, right = max(height, c.h), max(right, c.x+c.w)
	}
	if spare := in.dots - right; in.justify > 0 && spare > 0 {
		for i := range in.line {
			in.line[i].x += spare * int(in.justify) / 2
		}
	}
	line := in.line
	in.line, in.x = nil, in.margin
	in.dev.print(row{line, height, 1})
}

// blank moves the paper.
func (in *interpreter) blank(dots int) {
	if dots > 0 {
		in.dev.print(row{height: dots, lines: (dots + 15) / 30})
	}
}
