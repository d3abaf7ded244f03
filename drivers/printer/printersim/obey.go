package printersim

// obey does what a complete command says.
func (in *interpreter) obey(c []byte) {
	if len(c) == 1 {
		in.control(c[0])
		return
	}
	n := byte(0)
	if len(c) > 2 {
		n = c[2]
	}
	switch c[0] {
	case 0x1B:
		in.escape(c, n)
	case 0x1C:
		switch c[1] {
		case '&': // Select Kanji character mode
			in.kanji = true
		case '.': // Cancel Kanji character mode
			in.kanji, in.lead = false, false
		}
	case 0x1D:
		in.group(c, n)
	}
}

// control is a command of one byte. CR and what has no meaning do nothing.
func (in *interpreter) control(b byte) {
	switch b {
	case '\n': // LF: Print and line feed
		in.flush(0)
	case '\t': // HT: Horizontal tab, at every 8th column
		cw := 12
		if in.fontB {
			cw = 9
		}
		if stop := (in.x/(8*cw) + 1) * 8 * cw; stop < in.dots {
			in.x = stop
		}
	}
}

func (in *interpreter) escape(c []byte, n byte) {
	switch c[1] {
	case '@': // Initialize printer
		in.modes, in.line, in.x, in.lead = reset(in.china), nil, 0, false
		in.dev.automatic(0)
	case '=': // Select peripheral device
		in.deselect = n&1 == 0
	case '!': // Select print mode(s)
		in.fontB, in.bold = n&0x01 != 0, n&0x08 != 0
		in.h, in.w = 1+int(n>>4&1), 1+int(n>>5&1)
		in.underline = n >> 7
	case 't': // Select character code table
		in.table = n
	case 'M': // Select character font
		in.fontB = n == 1 || n == '1'
	case 'E', 'G': // Turn emphasized, double-strike mode on/off
		in.bold = n&1 == 1
	case '-': // Turn underline mode on/off
		in.underline = min(n&^'0', 2)
	case 'a': // Select justification, at the beginning of a line
		if len(in.line) == 0 {
			in.justify = min(n&^'0', 2)
		}
	case ' ': // Set right-side character spacing
		in.gap = int(n) * dpi / in.unitX
	case '2': // Select default line spacing
		in.spacing = 30
	case '3': // Set line spacing
		in.spacing = int(n) * dpi / in.unitY
	case 'd': // Print and feed n lines
		if n > 0 || len(in.line) > 0 {
			in.flush(0)
		}
		for range int(n) - 1 {
			in.flush(0)
		}
	case 'J': // Print and feed paper
		dots := int(n) * dpi / in.unitY
		if len(in.line) > 0 {
			in.flush(dots)
		} else {
			in.blank(dots)
		}
	case '$': // Set absolute print position
		if x := little(c[2:]) * dpi / in.unitX; x < in.dots {
			in.x = in.margin + x
		}
	case '\\': // Set relative print position
		if x := in.x + int(int16(little(c[2:])))*dpi/in.unitX; x >= 0 && x < in.dots {
			in.x = x
		}
	case 'i', 'm': // Partial cut, obsolete
		in.cut()
	}
}

func (in *interpreter) group(c []byte, n byte) {
	switch c[1] {
	case '!': // Select character size
		in.w, in.h = 1+int(n>>4&7), 1+int(n&7)
	case 'B': // Turn white/black reverse print mode on/off
		in.inverse = n&1 == 1
	case 'P': // Set horizontal and vertical motion units
		in.unitX, in.unitY = dpi, dpi
		if c[2] > 0 {
			in.unitX = int(c[2])
		}
		if c[3] > 0 {
			in.unitY = int(c[3])
		}
	case 'L': // Set left margin, at the beginning of a line
		if x := little(c[2:]) * dpi / in.unitX; len(in.line) == 0 && x < in.dots {
			in.margin, in.x = x, x
		}
	case 'V': // Select cut mode and cut paper
		in.cut()
	case 'a': // Enable/disable Automatic Status Back
		in.dev.automatic(n)
	case 'r', 'I': // Transmit status; Transmit printer ID
		in.dev.ask(c[1], n)
	case '(': // GS ( H, function 48: Specify the process ID response
		if c[2] == 'H' && len(c) == 11 && c[5] == 48 && c[6] == 48 && clean(c[7:]) {
			in.dev.proof([]byte{0x37, 0x22, c[7], c[8], c[9], c[10], 0x00})
		}
	}
}

// cut ends the slip; a line in hand is printed before.
func (in *interpreter) cut() {
	if len(in.line) > 0 {
		in.flush(0)
	}
	in.dev.cut()
}

// clean says whether a process ID is of the characters 20 to 7E.
func clean(id []byte) bool {
	for _, d := range id {
		if d < 0x20 || d > 0x7E {
			return false
		}
	}
	return true
}
