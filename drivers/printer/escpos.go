package printer

// encoder writes ESC/POS. Each method is one command under its documented name
// (Epson, ESC/POS Command Reference).
type encoder struct {
	p     Profile
	out   []byte
	style Style
	page  int  // index in p.Pages
	tight bool // line spacing is the height of the small type
}

func (e *encoder) put(b ...byte) { e.out = append(e.out, b...) }

// ESC @: Initialize printer. Clears the print buffer and the modes, not the
// receive buffer; may end ASB.
func (e *encoder) initialize() { e.put(0x1B, '@') }

// FS .: Cancel Kanji mode. Without it a printer made for China eats the byte
// after each one above 7F.
func (e *encoder) cancelKanji() { e.put(0x1C, '.') }

// ESC R n: Select an international character set. 0 keeps # $ @ [ ] as they are.
func (e *encoder) international() { e.put(0x1B, 'R', 0) }

// ESC t n: Select character code table.
func (e *encoder) codeTable(i int) {
	e.page = i
	e.put(0x1B, 't', e.p.Pages[i].Number)
}

// ESC M n: Select character font. 0 is font A.
func (e *encoder) fontA() { e.put(0x1B, 'M', 0) }

// GS ! n: Select character size.
func (e *encoder) size(w, h int) { e.put(0x1D, '!', byte((w-1)<<4|(h-1))) }

// ESC E n: Turn emphasized mode on/off.
func (e *encoder) emphasized(on bool) { e.put(0x1B, 'E', bit(on)) }

// ESC - n: Turn underline mode on/off.
func (e *encoder) underline(on bool) { e.put(0x1B, '-', bit(on)) }

// GS B n: Turn white/black reverse print mode on/off.
func (e *encoder) reverse(on bool) { e.put(0x1D, 'B', bit(on)) }

// ESC a n: Select justification. The layout aligns by spaces, so 0, left.
func (e *encoder) justifyLeft() { e.put(0x1B, 'a', 0) }

// GS P x y: Set horizontal and vertical motion units. One unit becomes one dot.
func (e *encoder) motionUnits() { e.put(0x1D, 'P', byte(e.p.DPI), byte(e.p.DPI)) }

// ESC 2: Select default line spacing, about 1/6 inch.
func (e *encoder) spacingDefault() { e.put(0x1B, '2') }

// ESC 3 n: Set line spacing, here to the 24 dots of the small type.
func (e *encoder) spacingTight() { e.put(0x1B, '3', 24) }

// LF: Print and line feed.
func (e *encoder) lineFeed() { e.put('\n') }

// ESC d n: Print and feed n lines.
func (e *encoder) feedLines(n int) { e.put(0x1B, 'd', byte(n)) }

// ESC J n: Print and feed paper, by n units, which are dots.
func (e *encoder) feedDots(n int) { e.put(0x1B, 'J', byte(n)) }

// GS V m n, function B: Feed paper to the cutting position, then cut. Without a
// cutter it only feeds, past the edge to tear along.
func (e *encoder) feedAndCut() { e.put(0x1D, 'V', 66, 0) }

// ESC ( A, function 97: Beep the optional external buzzer, pattern 1, n times.
func (e *encoder) buzzerA(n int) { e.put(0x1B, '(', 'A', 3, 0, 97, 1, byte(n)) }

// ESC B n t: Buzzer of most clones: n beeps of t times 50 to 100 ms.
func (e *encoder) buzzerB(n int) { e.put(0x1B, 'B', byte(n), 3) }

// GS a n: Enable/disable Automatic Status Back: 0E is online, error and paper.
func (e *encoder) automaticStatus() { e.put(0x1D, 'a', 0x0E) }

// GS ( H, function 48: Specify the process ID response. Sent after the cut, it is
// answered when everything before it is on paper.
func (e *encoder) processID(number int) {
	e.put(0x1D, '(', 'H', 6, 0, 48, 48)
	e.put(digits(number)...)
}

// digits are the four characters of a process ID.
func digits(n int) []byte {
	return []byte{'0' + byte(n/1000%10), '0' + byte(n/100%10), '0' + byte(n/10%10), '0' + byte(n%10)}
}

func bit(on bool) byte {
	if on {
		return 1
	}
	return 0
}
