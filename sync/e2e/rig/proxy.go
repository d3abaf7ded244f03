package rig

import (
	"io"
	"net"
	"sync"
)

// Proxy is a line that can be cut: it passes bytes between a port of its own and
// an address.
type Proxy struct {
	Addr   string
	target string
	l      net.Listener
	mu     sync.Mutex
	cut    bool
	conns  map[net.Conn]bool
}

// NewProxy starts a line to an address.
func NewProxy(target string) (*Proxy, error) {
	l, err := net.Listen("tcp", Port("127.0.0.1:0"))
	if err != nil {
		return nil, err
	}
	p := &Proxy{Addr: l.Addr().String(), target: target, l: l, conns: map[net.Conn]bool{}}
	go p.run()
	return p, nil
}

func (p *Proxy) run() {
	for {
		c, err := p.l.Accept()
		if err != nil {
			return
		}
		go p.pass(c)
	}
}

func (p *Proxy) pass(c net.Conn) {
	defer c.Close()
	if !p.keep(c) {
		return
	}
	far, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer far.Close()
	if !p.keep(far) {
		return
	}
	done := make(chan struct{}, 2)
	for _, way := range [][2]net.Conn{{c, far}, {far, c}} {
		go func() {
			_, _ = io.Copy(way[0], way[1]) // its end is the end of the line
			done <- struct{}{}
		}()
	}
	<-done
}

func (p *Proxy) keep(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.cut {
		p.conns[c] = true
	}
	return !p.cut
}

// Cut ends what passes, and lets nothing through until Mend.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = true
	for c := range p.conns {
		_ = c.Close() // the other side finds out
		delete(p.conns, c)
	}
}

// Mend lets through again.
func (p *Proxy) Mend() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = false
}

// Close ends the line.
func (p *Proxy) Close() {
	_ = p.l.Close()
	p.Cut()
}
