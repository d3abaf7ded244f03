package printersim

import (
	"net"
	"time"
)

// link is one connection.
type link struct {
	conn  net.Conn
	cycle int      // of the power, when it was made
	out   [][]byte // answers on their way
	dead  bool
	scan  scanner
}

// listen opens the port; the caller holds the lock or is Start. After a power cycle
// it is the same port again.
func (p *Printer) listen() error {
	l, err := net.Listen("tcp", p.addr)
	if err != nil {
		return err
	}
	p.listener, p.addr = l, l.Addr().String()
	p.wg.Add(1)
	go p.accept(l)
	return nil
}

func (p *Printer) accept(l net.Listener) {
	defer p.wg.Done()
	for {
		c, err := l.Accept()
		if err != nil {
			return // closed
		}
		p.mu.Lock()
		k := &link{conn: c, cycle: p.cycle}
		if p.closed || !p.state.Powered || p.cfg.Refuse && len(p.links) > 0 {
			p.drop(k)
		} else {
			if t, ok := c.(*net.TCPConn); ok {
				t.SetReadBuffer(4 << 10) // so that a full printer is soon felt
			}
			p.links[k] = true
			p.waiting = append(p.waiting, k)
			p.wg.Add(2)
			go p.serve(k)
			go p.answer(k)
			p.notify()
		}
		p.mu.Unlock()
	}
}

// alive says whether the link is part of this printer's life; hushed, whether the
// plug was pulled under it. The caller holds the lock.
func (p *Printer) alive(k *link) bool  { return !k.dead && !p.closed && k.cycle == p.cycle }
func (p *Printer) hushed(k *link) bool { return !k.dead && !p.closed && k.cycle != p.cycle }

// serve waits for the link's turn and reads it to its end.
func (p *Printer) serve(k *link) {
	defer p.wg.Done()
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.leave(k)
	for p.alive(k) && (p.link != nil || p.waiting[0] != k) {
		p.cond.Wait()
	}
	if p.alive(k) {
		p.connect(k)
	}
	buf := make([]byte, 256)
	for p.alive(k) {
		if p.cfg.Idle > 0 {
			k.conn.SetReadDeadline(time.Now().Add(p.cfg.Idle))
		}
		p.mu.Unlock()
		n, err := k.conn.Read(buf)
		p.mu.Lock()
		for i := 0; i < n && p.alive(k); i++ {
			p.arrive(k, buf[i])
		}
		p.notify()
		if err != nil {
			break
		}
	}
	for p.hushed(k) {
		p.cond.Wait()
	}
}

// connect gives the link the printer.
func (p *Printer) connect(k *link) {
	p.link, p.waiting = k, p.waiting[1:]
	if p.cutAfter == 0 {
		p.cutAfter = -1
		p.drop(k)
		return
	}
	if p.pending != nil {
		p.say(p.pending)
		p.pending = nil
	}
	p.notify()
}

// leave ends a link.
func (p *Printer) leave(k *link) {
	k.dead = true
	k.conn.Close()
	delete(p.links, k)
	for i, w := range p.waiting {
		if w == k {
			p.waiting = append(p.waiting[:i:i], p.waiting[i+1:]...)
			break
		}
	}
	if p.link == k {
		p.link = nil
	}
	p.notify()
}

// drop resets a link, as a printer does that wants no second one, or a cable that
// comes back after the other side gave up.
func (p *Printer) drop(k *link) {
	if t, ok := k.conn.(*net.TCPConn); ok {
		t.SetLinger(0)
	}
	k.dead = true
	k.conn.Close()
	if p.link == k {
		p.link = nil
	}
	p.notify()
}

// arrive takes in one byte: what is in real time acts now, even within the data of
// another command; all but real-time commands between others goes into the buffer,
// for the mechanism to find in its order. The caller holds the lock, which is given
// up while the buffer is full.
func (p *Printer) arrive(k *link, b byte) {
	for p.state.Wedged && p.alive(k) {
		p.cond.Wait()
	}
	if !p.alive(k) {
		return
	}
	p.held = append(p.held, b)
	what, c := p.tokens.feed(b)
	if rt := k.scan.feed(b); rt != nil && p.realtime(rt) {
		return // it emptied the buffer
	}
	if p.tokens.dle() {
		return
	}
	if what == command && c[0] == 0x10 {
		p.held = p.held[:0]
		return
	}
	if len(p.buf) >= p.cfg.Buffer {
		p.notify()
	}
	for len(p.buf) >= p.cfg.Buffer && p.alive(k) {
		p.cond.Wait()
	}
	if p.closed || k.cycle != p.cycle {
		return
	}
	n := len(p.held)
	p.buf = append(p.buf, p.held...)
	p.held = p.held[:0]
	if len(p.buf) == n {
		p.cond.Broadcast()
	}
	if nothing := what == command && c[0] == 0; p.cutAfter > 0 && !nothing {
		if p.cutAfter -= min(n, p.cutAfter); p.cutAfter == 0 {
			p.cutAfter = -1
			p.drop(k)
		}
	}
}

// say sends an answer to whoever is connected. The caller holds the lock.
func (p *Printer) say(b []byte) {
	if p.state.Mute || p.link == nil {
		return
	}
	if !p.cfg.Fragment {
		p.link.out = append(p.link.out, b)
	} else {
		for _, c := range b {
			p.link.out = append(p.link.out, []byte{c}, []byte{0x13}, []byte{0x11}) // XOFF, XON
		}
	}
	p.cond.Broadcast()
}

// answer writes what say has put down.
func (p *Printer) answer(k *link) {
	defer p.wg.Done()
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		for len(k.out) == 0 && !k.dead && !p.closed {
			p.cond.Wait()
		}
		if k.dead || p.closed {
			return
		}
		b := k.out[0]
		k.out = k.out[1:]
		p.mu.Unlock()
		k.conn.SetWriteDeadline(time.Now().Add(2 * time.Second))
		k.conn.Write(b) // whoever does not listen misses it
		p.mu.Lock()
	}
}
