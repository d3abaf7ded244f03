// Package printersim is a receipt printer without a mechanism: it listens on a
// port, reads ESC/POS as Epson documents it, and keeps the paper as text and
// pictures. Tests, the demo and the command in cmd/printersim use the same code.
//
// It is as nasty as the real thing. It takes bytes while it has no paper, answers
// DLE EOT in the middle of a ticket, forgets everything at power-off, and can be
// made deaf, mute or a liar. Faults are methods, so a test breaks what it wants
// and when: AtLine runs one between two lines of a slip.
//
// It shares no code with the driver; what the two have in common is the manual.
package printersim

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

// Config says which printer this is. The zero value is an 80 mm printer that is
// done at once, on a free port of this machine.
type Config struct {
	Listen  string // host:port; without a host 127.0.0.1, without a port any
	Name    string // for the page; default "Printer"
	Columns int    // of font A; default 48
	Dots    int    // printable, across; default 12 per column
	Speed   int    // mm per second; 0 is instantly
	Buffer  int    // bytes it takes in ahead of the paper; default 4096
	Folder  string // each slip is written here as NNNN.txt and NNNN.png
	Keep    int    // slips kept in memory; default 5,000

	Idle     time.Duration // closes a connection that says nothing for so long; 0 never (Epson: 5 minutes)
	Refuse   bool          // a second connection is reset (Star); else it waits (Epson)
	NoProof  bool          // skips GS ( H
	Kanji    bool          // a printer made for China: eats the byte after each above 7F until FS .
	Fragment bool          // answers byte by byte, flow control in between

	Now func() time.Time // when slips were cut; default time.Now
}

// Printer is a running printer.
type Printer struct {
	cfg Config
	pen *pen
	wg  sync.WaitGroup

	started int64 // so that a browser does not show the slips of another run

	mu      sync.Mutex
	cond    *sync.Cond
	changed chan struct{} // closed and replaced at every change that can be seen
	closed  bool

	// the network card
	addr     string
	listener net.Listener
	links    map[*link]bool
	waiting  []*link
	link     *link // the one whose bytes are printed
	cutAfter int   // job bytes until the link is cut; -1 never

	// the receive buffer and what is done with it
	tokens  tokens // of the stream as it comes in
	held    []byte // that could be a command in real time
	buf     []byte
	cycle   int  // counts power-offs: a link of another one is not heard
	era     int  // counts power-offs and cleared buffers: the mechanism starts anew
	forget  bool // with the era the modes end too
	asbMask byte
	asbLast [4]byte
	pending []byte // the last proof that nobody was there to hear

	state   State
	trouble string // with the folder
	hooks   []hook
	fed     int      // lines since the beginning
	uncut   []string // paper that hangs out
	slips   []Slip
	out     int // slips since the beginning
	unknown []string
}

// hook runs before a line is printed.
type hook struct {
	line int
	do   func()
}

// Start makes a printer and switches it on. The caller closes it.
func Start(cfg Config) (*Printer, error) {
	host, port, err := net.SplitHostPort(cfg.Listen)
	if cfg.Listen != "" && err != nil {
		return nil, err
	}
	if host == "" {
		host = "127.0.0.1"
	}
	if port == "" {
		port = "0"
	}
	if cfg.Name == "" {
		cfg.Name = "Printer"
	}
	if cfg.Columns <= 0 {
		cfg.Columns = 48
	}
	if cfg.Dots <= 0 {
		cfg.Dots = 12 * cfg.Columns
	}
	if cfg.Buffer <= 0 {
		cfg.Buffer = 4096
	}
	if cfg.Keep <= 0 {
		cfg.Keep = 5000
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	pen, err := newPen()
	if err != nil {
		return nil, err
	}
	p := &Printer{
		cfg: cfg, pen: pen, started: time.Now().UnixMilli(), addr: net.JoinHostPort(host, port),
		changed: make(chan struct{}), links: map[*link]bool{}, cutAfter: -1,
		state: State{Powered: true, Speed: max(cfg.Speed, 0)},
	}
	p.cond = sync.NewCond(&p.mu)
	if err := p.listen(); err != nil {
		return nil, err
	}
	p.wg.Add(1)
	go p.mechanism()
	return p, nil
}

// Name is what the printer is called.
func (p *Printer) Name() string { return p.cfg.Name }

// Addr is host:port. It stays the same over a power cycle.
func (p *Printer) Addr() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.addr
}

// URL is what a driver opens.
func (p *Printer) URL() string {
	profile := "epson80"
	switch {
	case p.cfg.Columns < 40:
		profile = "generic58"
	case p.cfg.NoProof:
		profile = "generic80"
	case p.cfg.Columns < 48:
		profile = "epson-t88"
	}
	return "tcp://" + p.Addr() + "?profile=" + profile
}

// Close switches the printer off for good and waits for all it has running.
func (p *Printer) Close() error {
	p.mu.Lock()
	if !p.closed {
		p.closed = true
		p.era++
		if p.listener != nil {
			p.listener.Close()
		}
		for k := range p.links {
			k.conn.Close()
		}
		p.notify()
	}
	p.mu.Unlock()
	p.wg.Wait()
	return nil
}

// notify wakes everybody inside and outside. The caller holds the lock.
func (p *Printer) notify() {
	p.cond.Broadcast()
	close(p.changed)
	p.changed = make(chan struct{})
}

// Changed is closed at the next thing that can be seen: a line, a slip, a fault, a
// connection. Take it, look, and only then wait for it.
func (p *Printer) Changed() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.changed
}

// Slips are the slips that were cut, the oldest first, as far as they are kept.
func (p *Printer) Slips() []Slip {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Slip(nil), p.slips...)
}

// Slip finds one by its number, 1 for the first.
func (p *Printer) Slip(number int) (Slip, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := number - 1 - (p.out - len(p.slips))
	if i < 0 || i >= len(p.slips) {
		return Slip{}, false
	}
	return p.slips[i], true
}

// Wait waits until n slips are out, counted from the start.
func (p *Printer) Wait(ctx context.Context, n int) error {
	return p.Until(ctx, func(s State) bool { return s.Slips >= n })
}

// Until waits until the printer is as wanted.
func (p *Printer) Until(ctx context.Context, wanted func(State) bool) error {
	for {
		ch := p.Changed()
		s := p.State()
		if wanted(s) {
			return nil
		}
		if s.Closed {
			return errors.New("the printer is closed")
		}
		select {
		case <-ch:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Uncut is the paper that hangs out of the printer: lines since the last cut.
func (p *Printer) Uncut() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.uncut...)
}

// Unknown are the commands it did not know, in hex, the oldest first.
func (p *Printer) Unknown() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.unknown...)
}
