package printersim

// PaperOut takes the paper away, at once. What was sent stays in the buffer.
func (p *Printer) PaperOut() { p.set(func(s *State) { s.PaperOut = true }) }

// PaperIn puts in a new roll. The slip goes on where it stopped.
func (p *Printer) PaperIn() { p.set(func(s *State) { s.PaperOut, s.NearEnd = false, false }) }

// NearEnd makes the roll short; printing goes on.
func (p *Printer) NearEnd() { p.set(func(s *State) { s.NearEnd = true }) }

// CoverOpen opens the cover and stops the mechanism.
func (p *Printer) CoverOpen() { p.set(func(s *State) { s.CoverOpen = true }) }

// CoverClose closes it; the slip goes on where it stopped.
func (p *Printer) CoverClose() { p.set(func(s *State) { s.CoverOpen = false }) }

// CutterJam blocks the knife, until CutterFree, DLE ENQ or a power cycle.
func (p *Printer) CutterJam() { p.set(func(s *State) { s.CutterJam = true }) }

// CutterFree takes the paper out of the knife.
func (p *Printer) CutterFree() { p.set(func(s *State) { s.CutterJam = false }) }

// HeadHot stops the mechanism until HeadCool.
func (p *Printer) HeadHot() { p.set(func(s *State) { s.HeadHot = true }) }

// HeadCool lets it go on.
func (p *Printer) HeadCool() { p.set(func(s *State) { s.HeadHot = false }) }

// Break is an error that only a power cycle ends.
func (p *Printer) Break() { p.set(func(s *State) { s.Broken = true }) }

// Mute makes it answer nothing, or speak again.
func (p *Printer) Mute(on bool) { p.set(func(s *State) { s.Mute = on }) }

// Liar makes every status say that all is well, or be true again. Proofs stay true.
func (p *Printer) Liar(on bool) { p.set(func(s *State) { s.Liar = on }) }

// Wedge leaves the port open and reads nothing more, until a power cycle.
func (p *Printer) Wedge() { p.set(func(s *State) { s.Wedged = true }) }

// LoseReply loses the next proof; the slip is on paper.
func (p *Printer) LoseReply() { p.LoseProofs(1) }

// LoseProofs loses the next n proofs.
func (p *Printer) LoseProofs(n int) { p.set(func(s *State) { s.Lose = n }) }

// Slow sets the speed in mm per second; 0 is instantly.
func (p *Printer) Slow(mmPerSecond int) { p.set(func(s *State) { s.Speed = max(mmPerSecond, 0) }) }

// AtLine runs do before the nth line from now is printed, 1 for the next.
func (p *Printer) AtLine(n int, do func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hooks = append(p.hooks, hook{p.fed + n, do})
}

// CutLinkAfter resets the connection after n more bytes of a job; questions in real
// time and zeros between commands do not count. 0 is at once, or before the first byte of the next connection.
func (p *Printer) CutLinkAfter(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cutAfter = max(n, 0)
	if n <= 0 && p.link != nil {
		p.cutAfter = -1
		p.drop(p.link)
	}
	p.notify()
}

// PowerOff pulls the plug. The port closes, buffer, modes and process IDs are gone,
// and the other side hears nothing, not even a FIN.
func (p *Printer) PowerOff() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.state.Powered || p.closed {
		return
	}
	p.listener.Close()
	p.cycle, p.era, p.forget = p.cycle+1, p.era+1, true
	for k := range p.links {
		k.out = nil
	}
	p.tokens, p.held = tokens{}, nil
	p.buf, p.pending, p.asbMask, p.waiting, p.link, p.cutAfter = nil, nil, 0, nil, nil, -1
	s := &p.state
	s.Powered, s.CutterJam, s.HeadHot, s.Broken, s.Wedged, s.Lose = false, false, false, false, false, 0
	p.notify()
}

// PowerOn puts it back. Old connections are answered with a reset.
func (p *Printer) PowerOn() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.state.Powered || p.closed {
		return nil
	}
	for k := range p.links {
		p.drop(k)
	}
	if err := p.listen(); err != nil {
		return err
	}
	p.state.Powered = true
	p.notify()
	return nil
}

// clear empties the buffer and the line in hand, as DLE DC4 8 and DLE ENQ 2 do. The
// caller holds the lock.
func (p *Printer) clear() {
	p.era++
	p.tokens, p.held, p.buf = tokens{}, nil, nil
	p.notify()
}
