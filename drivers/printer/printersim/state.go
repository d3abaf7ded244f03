package printersim

// State is how the printer is.
type State struct {
	Powered   bool
	PaperOut  bool
	NearEnd   bool
	CoverOpen bool
	CutterJam bool
	HeadHot   bool
	Broken    bool // until a power cycle
	Mute      bool // answers nothing
	Liar      bool // says that all is well
	Wedged    bool // accepts connections and reads nothing
	Lose      int  // proofs that will be lost
	Speed     int  // mm per second

	Online    bool // the mechanism can move
	Closed    bool
	Connected bool
	Waiting   int    // connections behind the one that is served
	Buffered  int    // bytes taken in and not printed
	Lines     int    // printed since the last cut
	Slips     int    // cut since the start
	Pending   bool   // a proof waits for somebody to hear it
	Trouble   string // with the folder
}

// State is how the printer is now.
func (p *Printer) State() State {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.state
	s.Online, s.Closed, s.Connected, s.Waiting = s.online(), p.closed, p.link != nil, len(p.waiting)
	s.Buffered, s.Lines, s.Slips, s.Pending, s.Trouble = len(p.buf), len(p.uncut), p.out, p.pending != nil, p.trouble
	return s
}

// online says whether the mechanism can move.
func (s *State) online() bool {
	return s.Powered && !s.PaperOut && !s.CoverOpen && !s.CutterJam && !s.HeadHot && !s.Broken
}

// answer is the byte after DLE EOT n (Transmit real-time status): bits 1 and 4
// are always 1, bits 0 and 7 always 0.
func (s *State) answer(n byte, printing bool) (byte, bool) {
	if n < 1 || n > 4 {
		return 0, false
	}
	if s.Liar {
		return 0x12, true
	}
	b := byte(0x12)
	set := func(on bool, bits byte) {
		if on {
			b |= bits
		}
	}
	switch n {
	case 1:
		set(!s.online(), 0x08)
	case 2:
		set(s.CoverOpen, 0x04)
		set(s.PaperOut, 0x20)
		set(s.CutterJam || s.HeadHot || s.Broken, 0x40)
	case 3:
		set(s.CutterJam, 0x08)
		set(s.Broken, 0x20)
		set(s.HeadHot || s.CoverOpen && printing, 0x40)
	case 4:
		set(s.NearEnd, 0x0C)
		set(s.PaperOut, 0x60)
	}
	return b, true
}

// asb are the four bytes of Automatic Status Back.
func (s *State) asb() [4]byte {
	b := [4]byte{0x10}
	if s.Liar {
		return b
	}
	if !s.online() {
		b[0] |= 0x08
	}
	if s.CoverOpen {
		b[0] |= 0x20
	}
	if s.CutterJam {
		b[1] |= 0x08
	}
	if s.Broken {
		b[1] |= 0x20
	}
	if s.HeadHot {
		b[1] |= 0x40
	}
	if s.NearEnd {
		b[2] |= 0x03
	}
	if s.PaperOut {
		b[2] |= 0x0C
	}
	return b
}

// masked leaves of an ASB what GS a n watches: bit 1 online, bit 2 errors, bit 3
// the paper sensors.
func masked(b [4]byte, n byte) [4]byte {
	if n&0x02 == 0 {
		b[0] &^= 0x28
	}
	if n&0x04 == 0 {
		b[1] = 0
	}
	if n&0x08 == 0 {
		b[2] = 0
	}
	return b
}

// tell sends the ASB if what it watches has changed. The caller holds the lock.
func (p *Printer) tell() {
	now := p.state.asb()
	if p.asbMask != 0 && masked(now, p.asbMask) != masked(p.asbLast, p.asbMask) {
		p.say(now[:])
	}
	p.asbLast = now
}

// set changes the state under the lock and tells whoever listens.
func (p *Printer) set(change func(s *State)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.state)
	p.tell()
	p.notify()
}
