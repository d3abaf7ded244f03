package printer

import "unicode/utf8"

// encode makes a job of a laid out slip: the reset, the lines, feed and cut, and
// for a printer with proof the question whether all that is on paper.
func (s *sheet) encode(number int) []byte {
	e := &encoder{p: s.p, out: make([]byte, 0, 2048), style: Style{Width: 1, Height: 1}}
	e.reset()
	for _, step := range s.steps {
		e.step(step)
	}
	if s.p.Proof {
		e.processID(number)
	}
	return e.out
}

// reset brings the printer from any state into ours.
func (e *encoder) reset() {
	e.initialize()
	e.cancelKanji()
	e.international()
	e.codeTable(0)
	e.fontA()
	e.size(1, 1)
	e.emphasized(false)
	e.underline(false)
	e.reverse(false)
	e.justifyLeft()
	if e.p.Units {
		e.motionUnits()
	}
	e.spacingDefault()
	if e.p.Status == Always {
		e.automaticStatus() // after ESC @, which may have ended it
	}
}

func (e *encoder) step(s step) {
	switch s := s.(type) {
	case line:
		e.line(s)
	case feed:
		e.spacing(false)
		e.feedLines(int(s))
	case space:
		e.feedDots(int(s))
	case buzz:
		if e.p.Buzzer == BuzzerA {
			e.buzzerA(int(s))
		} else {
			e.buzzerB(int(s))
		}
	case tear:
		e.spacing(false)
		e.look(Style{Width: 1, Height: 1})
		e.feedAndCut()
	}
}

// line writes the pieces of a line; the white between them is small spaces, which
// every printer prints at the same width.
func (e *encoder) line(l line) {
	e.spacing(l.tight)
	at := 0
	for _, p := range l.pieces {
		if p.at > at {
			e.look(Style{Width: 1, Height: 1, Bold: e.style.Bold}) // a bold space is a space
			for ; at < p.at; at++ {
				e.put(' ')
			}
		}
		e.look(p.Style)
		e.text(p.Text)
		at += cells(p.Text) * p.Width
	}
	e.lineFeed()
}

func (e *encoder) spacing(tight bool) {
	if tight == e.tight {
		return
	}
	if e.tight = tight; tight {
		e.spacingTight()
	} else {
		e.spacingDefault()
	}
}

// look changes the style, one command for each thing that differs.
func (e *encoder) look(s Style) {
	if s.Width != e.style.Width || s.Height != e.style.Height {
		e.size(s.Width, s.Height)
	}
	if s.Bold != e.style.Bold {
		e.emphasized(s.Bold)
	}
	if s.Underline != e.style.Underline {
		e.underline(s.Underline)
	}
	if s.Inverse != e.style.Inverse {
		e.reverse(s.Inverse)
	}
	e.style = s
}

// text writes folded text. It stays on the page while the page has the letters,
// else it takes the page that holds the longest run of what comes.
func (e *encoder) text(s string) {
	for i, r := range s {
		b, ok := e.p.Pages[e.page].encode(r)
		if !ok {
			e.codeTable(e.bestPage(s[i:]))
			b, ok = e.p.Pages[e.page].encode(r)
		}
		if !ok || b < ' ' || b == 0x7F {
			b = '?'
		}
		e.put(b)
	}
}

func (e *encoder) bestPage(s string) int {
	best, longest := e.page, 0
	for i, page := range e.p.Pages {
		n := 0
		for _, r := range s {
			if _, ok := page.encode(r); !ok {
				break
			}
			n += utf8.RuneLen(r)
		}
		if n > longest {
			best, longest = i, n
		}
	}
	return best
}

// millimetres is how much paper the slip moves, for the time it takes. 24 dots is
// the small type, 30 its default line, 120 the way from the head to the knife.
func (s *sheet) millimetres() int {
	dots := 0
	for _, step := range s.steps {
		switch st := step.(type) {
		case line:
			tallest := 30
			for _, p := range st.pieces {
				tallest = max(tallest, 24*p.Height)
			}
			dots += tallest
		case feed:
			dots += 30 * int(st)
		case space:
			dots += int(st)
		case tear:
			dots += 120
		}
	}
	return dots * 254 / (10 * s.p.DPI)
}
