package printersim

import (
	"encoding/hex"
	"strings"
	"time"
)

// mechanism takes bytes out of the buffer and puts them on paper, at its own pace
// and only while nothing is wrong.
func (p *Printer) mechanism() {
	defer p.wg.Done()
	h := &head{p: p, in: interpreter{modes: reset(p.cfg.Kanji), dots: p.cfg.Dots, china: p.cfg.Kanji}}
	h.in.dev = h
	h.tear()
	for {
		b, ok := h.next()
		if !ok {
			return
		}
		h.part().raw = append(h.part().raw, b)
		h.in.feed(b)
	}
}

// head is the moving part. Only its own goroutine touches it.
type head struct {
	p     *Printer
	in    interpreter
	era   int
	parts []part // of the slip that hangs out
	whole int    // bytes of the last part whose lines are on paper
}

// part is bytes and the modes that they met. A slip has several only if the printer
// lost its memory in the middle of it.
type part struct {
	modes modes
	raw   []byte
}

func (h *head) part() *part { return &h.parts[len(h.parts)-1] }

// tear begins a new slip.
func (h *head) tear() { h.parts, h.whole = []part{{modes: h.in.modes}}, 0 }

// next is the next byte, once there is one and the mechanism can move; false at the end.
func (h *head) next() (byte, bool) {
	p := h.p
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		if h.era != p.era {
			h.restart()
		}
		if p.closed {
			return 0, false
		}
		if len(p.buf) > 0 && p.state.online() {
			break
		}
		p.cond.Wait()
	}
	b := p.buf[0]
	p.buf = p.buf[1:]
	if n := len(p.buf); n == 0 || n == p.cfg.Buffer-1 {
		p.notify()
	}
	return b, true
}

// restart forgets what was read and not printed, and after a power cycle the modes.
func (h *head) restart() {
	h.era = h.p.era
	m := h.in.modes
	if h.p.forget {
		m, h.p.forget = reset(h.p.cfg.Kanji), false
	}
	h.in = interpreter{modes: m, x: m.margin, dots: h.in.dots, china: h.in.china, dev: h}
	h.part().raw = h.part().raw[:h.whole]
	h.parts, h.whole = append(h.parts, part{modes: m}), 0
}

// ready waits until the mechanism can move, and is false when the line in hand is
// lost. The caller holds the lock.
func (h *head) ready() bool {
	for !h.p.closed && h.era == h.p.era && !h.p.state.online() {
		h.p.cond.Wait()
	}
	return !h.p.closed && h.era == h.p.era
}

func (h *head) print(r row) {
	p := h.p
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.state.Powered || h.era != p.era {
		return
	}
	for _, do := range p.due() {
		p.mu.Unlock()
		do()
		p.mu.Lock()
	}
	if !h.ready() || !h.move(r.height) {
		return
	}
	p.fed++
	if r.lines == 1 {
		p.uncut = append(p.uncut, flatten(r.cells, p.cfg.Dots))
	} else {
		p.uncut = append(p.uncut, make([]string, r.lines)...)
	}
	h.whole = len(h.part().raw)
	p.notify()
}

// due takes the hooks of the next line.
func (p *Printer) due() []func() {
	var now []func()
	later := p.hooks[:0]
	for _, k := range p.hooks {
		if k.line <= p.fed+1 {
			now = append(now, k.do)
		} else {
			later = append(later, k)
		}
	}
	p.hooks = later
	return now
}

// move takes the time that so much paper takes, and is false if the power went.
func (h *head) move(dots int) bool {
	p := h.p
	if p.state.Speed > 0 {
		end := time.Now().Add(time.Duration(dots) * 25400 * time.Millisecond / dpi / time.Duration(p.state.Speed))
		for wait := time.Until(end); wait > 0 && h.era == p.era && !p.closed; wait = time.Until(end) {
			changed, timer := p.changed, time.NewTimer(wait)
			p.mu.Unlock()
			select {
			case <-timer.C:
			case <-changed:
			}
			timer.Stop()
			p.mu.Lock()
		}
	}
	return h.era == p.era && !p.closed
}

// cut feeds the slip to the knife and drops it.
func (h *head) cut() {
	p := h.p
	p.mu.Lock()
	if !h.ready() || !h.move(120) {
		p.mu.Unlock()
		return
	}
	slip := Slip{
		Number: p.out + 1, Time: p.cfg.Now(), Lines: p.uncut, Text: strings.TrimRight(strings.Join(p.uncut, "\n"), "\n") + "\n",
		parts: h.parts, dots: p.cfg.Dots, china: p.cfg.Kanji, pen: p.pen,
	}
	p.uncut = nil
	p.mu.Unlock()
	h.tear()
	err := slip.store(p.cfg.Folder) // before anybody is told, so that who waits finds the files
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.trouble = ""; err != nil {
		p.trouble = err.Error()
	}
	p.out++
	if p.slips = append(p.slips, slip); len(p.slips) > p.cfg.Keep {
		p.slips = p.slips[1:]
	}
	p.notify()
}

// ask answers GS r and GS I: the roll, the drawer, what kind of printer this is.
func (h *head) ask(what, n byte) {
	p := h.p
	p.mu.Lock()
	defer p.mu.Unlock()
	if !h.ready() {
		return
	}
	text := map[byte]string{65: "1.00", 66: "printersim", 67: p.cfg.Name, 68: "0000001"}
	switch {
	case what == 'r' && (n == 1 || n == 49):
		b := byte(0)
		if p.state.NearEnd && !p.state.Liar {
			b = 0x03
		}
		p.say([]byte{b})
	case what == 'r':
		p.say([]byte{0})
	case n >= 1 && n <= 3: // model, type (bit 1: cutter), version
		p.say([]byte{[]byte{0x20, 0x02, 0x01}[n-1]})
	case text[n] != "":
		p.say(append([]byte("_"+text[n]), 0))
	}
}

// proof says that all before is on paper; if nobody is connected, only the latest
// is kept for whoever comes.
func (h *head) proof(b []byte) {
	p := h.p
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case !h.ready() || p.cfg.NoProof || p.state.Mute:
	case p.state.Lose > 0:
		p.state.Lose--
		p.notify()
	case p.link == nil:
		p.pending = b
		p.notify()
	default:
		p.say(b)
	}
}

// automatic enables ASB, which is sent at once.
func (h *head) automatic(n byte) {
	p := h.p
	p.mu.Lock()
	defer p.mu.Unlock()
	if !h.ready() {
		return
	}
	if p.asbMask = n; n != 0 {
		now := p.state.asb()
		p.asbLast = now
		p.say(now[:])
	}
}

func (h *head) strange(c []byte) {
	h.p.mu.Lock()
	defer h.p.mu.Unlock()
	if len(h.p.unknown) < 1000 {
		h.p.unknown = append(h.p.unknown, strings.ToUpper(hex.EncodeToString(c)))
	}
}
