package kitchen

import (
	"context"
	"log/slog"
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
// for them: a slip that is under way is given time to come out.
func (s *Spool) Run(ctx context.Context) error {
	type running struct {
		url  string
		stop context.CancelFunc
	}
	workers := map[id.Printer]running{}
	var wg sync.WaitGroup
	defer wg.Wait()
	for {
		changed := s.journal.Changed()
		var v *venue.Venue
		err := s.journal.DB().View(ctx, func(q *sqlite.Snapshot) (err error) { v, err = s.venues.Active(q); return err })
		if err == nil {
			here := map[id.Printer]bool{}
			for _, p := range v.Printers {
				here[p.ID] = true
				if w, ok := workers[p.ID]; ok && w.url == p.URL {
					continue
				} else if ok {
					w.stop()
				}
				wctx, stop := context.WithCancel(ctx)
				workers[p.ID] = running{p.URL, stop}
				wg.Go(func() { s.work(wctx, p) })
			}
			for k, w := range workers {
				if !here[k] {
					w.stop()
					delete(workers, k)
					s.forget(k)
				}
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
