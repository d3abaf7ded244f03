package kitchen

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tyngo/tyngo/drivers/printer"
	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/id"
)

// Printer is what the spool needs of a printer; *printer.Conn is one.
type Printer interface {
	Print(ctx context.Context, d printer.Doc, number int) (printer.Outcome, error)
	Close() error
}

// Opener connects to a printer.
type Opener func(ctx context.Context, url string) (Printer, error)

// Spool prints what is queued: one worker a printer.
type Spool struct {
	journal *journal.Journal
	venues  *venue.Book
	open    Opener
	now     func() time.Time
	log     *slog.Logger
	stats   Stats

	// Named is what a guest is called, for what is handed over to somebody; nil: nobody knows.
	// A name is looked up when a ticket is printed, and is on paper alone.
	Named func(q *sqlite.Snapshot, c id.Customer) (string, error)

	mu      sync.Mutex
	states  map[id.Printer]State
	changed chan struct{}
}

// Stats count since the start.
type Stats struct {
	Printed, Unknown, Retries atomic.Int64
}

// State is how a printer is, for lights.
type State struct {
	Name    string
	OK      bool
	Words   string // what is wrong, for staff; empty where nothing is known to be
	Since   time.Time
	Waiting int // jobs in its queue
}

// NewSpool makes a spool; Run starts it.
func NewSpool(j *journal.Journal, v *venue.Book, open Opener, now func() time.Time, log *slog.Logger) *Spool {
	return &Spool{journal: j, venues: v, open: open, now: now, log: log, states: map[id.Printer]State{}, changed: make(chan struct{})}
}

// Stats are the counters since the start.
func (s *Spool) Stats() *Stats { return &s.stats }

// States is how the printers are, and a channel that is closed when that changes.
func (s *Spool) States() (map[id.Printer]State, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make(map[id.Printer]State, len(s.states))
	for k, v := range s.states {
		out[k] = v
	}
	return out, s.changed
}

// say notes how a printer is.
func (s *Spool) say(p doc.Printer, ok bool, words string, waiting int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	was, known := s.states[p.ID]
	st := State{Name: p.Name, OK: ok, Words: words, Since: was.Since, Waiting: waiting}
	if !known || was.OK != ok {
		st.Since = s.now()
	}
	if st == was {
		return
	}
	s.states[p.ID] = st
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *Spool) forget(p id.Printer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.states, p)
}

// insurance is how often work is looked for without being woken.
const insurance = 5 * time.Second

// Run keeps one worker for every printer of the venue until ctx ends, and waits
// for them: a slip that is under way is given time to come out. A printer has one
// worker at a time: where its address changes, the next begins when the last is home.
func (s *Spool) Run(ctx context.Context) error {
	workers := crew{spool: s, at: map[id.Printer]post{}}
	defer workers.wg.Wait()
	staffed := "" // the venue that the workers are of
	for {
		changed := s.journal.Changed()
		v, err := s.venues.Latest(ctx, s.journal.DB())
		if err == nil && v.SHA256 != staffed {
			gone, err := s.gone(ctx, v)
			if err == nil {
				workers.staff(ctx, v, gone)
				staffed = v.SHA256
			} else if ctx.Err() == nil {
				s.log.Error("look for jobs of printers that are gone", "err", err)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		case <-time.After(insurance):
		}
	}
}

// gone are the printers that have jobs and are not in the venue.
func (s *Spool) gone(ctx context.Context, v *venue.Venue) (list []id.Printer, err error) {
	err = s.journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		return sqlite.Each(q, "SELECT DISTINCT printer FROM print_job WHERE state = 'queued'", nil, func(scan sqlite.Scan) error {
			var p id.Printer
			if err := scan(&p); err != nil {
				return err
			}
			if !slices.ContainsFunc(v.Printers, func(known doc.Printer) bool { return known.ID == p }) {
				list = append(list, p)
			}
			return nil
		})
	})
	return list, err
}

// crew is the workers of a spool.
type crew struct {
	spool *Spool
	at    map[id.Printer]post
	wg    sync.WaitGroup
}

// post is one worker at one printer.
type post struct {
	p    doc.Printer
	stop context.CancelFunc
	home <-chan struct{} // closed when the worker has ended
}

// staff brings the workers in line with the venue.
func (c *crew) staff(ctx context.Context, v *venue.Venue, gone []id.Printer) {
	here := map[id.Printer]bool{}
	for _, p := range v.Printers {
		here[p.ID] = true
		if was, ok := c.at[p.ID]; !ok || was.p != p {
			c.begin(ctx, p, c.spool.work)
		}
	}
	for _, p := range gone {
		here[p] = true
		if was, ok := c.at[p]; !ok || was.p.URL != "" {
			c.begin(ctx, doc.Printer{ID: p}, c.spool.strand)
		}
	}
	for p, was := range c.at {
		if !here[p] {
			was.stop()
			delete(c.at, p)
			c.spool.forget(p)
		}
	}
}

// begin puts a worker at a printer, as soon as the one before is home.
func (c *crew) begin(ctx context.Context, p doc.Printer, work func(context.Context, doc.Printer)) {
	was, replaced := c.at[p.ID]
	if replaced {
		was.stop()
	}
	ctx, stop := context.WithCancel(ctx)
	home := make(chan struct{})
	c.at[p.ID] = post{p, stop, home}
	c.wg.Go(func() {
		defer close(home)
		if replaced {
			<-was.home
			c.spool.forget(p.ID)
		}
		work(ctx, p)
	})
}
