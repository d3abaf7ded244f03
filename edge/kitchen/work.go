package kitchen

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/tyngo/tyngo/drivers/printer"
	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

// job is one row of work.
type job struct {
	ID      id.Job
	Ticket  id.Ticket
	Order   id.Order
	Printer id.Printer
	CopyOf  id.Job
	Claimed bool // bytes may have left before this start
	Number  int  // process id of the attempt
	Waiting int  // jobs behind it, itself included
}

// grace is how long a slip that is under way may take after the stop.
const grace = 8 * time.Second

// worker is the one owner of one printer.
type worker struct {
	*Spool
	p    doc.Printer
	conn Printer
	wait *backoff.ExponentialBackOff
}

func (s *Spool) work(ctx context.Context, p doc.Printer) {
	w := &worker{Spool: s, p: p, wait: backoff.NewExponentialBackOff()}
	w.wait.InitialInterval, w.wait.MaxInterval = 300*time.Millisecond, 5*time.Second
	defer w.hangUp()
	for ctx.Err() == nil {
		changed := s.journal.Changed()
		j, err := w.next(ctx)
		switch {
		case err != nil:
			if ctx.Err() == nil {
				s.log.Error("look for print jobs", "printer", p.Name, "err", err)
			}
			pause(ctx, w.wait.NextBackOff(), nil)
		case j == nil:
			pause(ctx, insurance, changed)
		default:
			w.attempt(ctx, j)
		}
	}
}

// strand ends the jobs of a printer that was taken away: nobody prints them, and
// the reactor finds another printer of their station.
func (s *Spool) strand(ctx context.Context, p doc.Printer) {
	w := &worker{Spool: s, p: p, wait: backoff.NewExponentialBackOff()}
	for ctx.Err() == nil {
		j, err := w.next(ctx)
		switch {
		case err != nil:
			if ctx.Err() == nil {
				s.log.Error("look for print jobs", "printer", p.ID, "err", err)
			}
			pause(ctx, w.wait.NextBackOff(), nil)
		case j == nil:
			return
		default:
			s.stats.Unknown.Add(1)
			w.record(ctx, event.JobUnknown{Job: j.ID, Ticket: j.Ticket, Order: j.Order, Printer: j.Printer,
				Reason: "The printer of this ticket was taken away before it had printed it."})
		}
	}
}

// pause waits for a time, or to be woken.
func pause(ctx context.Context, d time.Duration, woken <-chan struct{}) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	case <-woken:
	}
}

func (w *worker) hangUp() {
	if w.conn != nil {
		w.conn.Close()
		w.conn = nil
	}
}

// next is the oldest queued job of this printer; nil where there is none.
func (w *worker) next(ctx context.Context) (*job, error) {
	var j job
	err := w.journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		err := q.QueryRow(`SELECT j.id, j.ticket, j.check_id, j.printer, j.copy_of, coalesce(a.claimed, 0),
			(SELECT count(*) FROM print_job k WHERE k.printer = j.printer AND k.state = 'queued')
			FROM print_job j LEFT JOIN print_attempt a ON a.job = j.id
			WHERE j.printer = ? AND j.state = 'queued' ORDER BY j.seq LIMIT 1`, w.p.ID).
			Scan(&j.ID, &j.Ticket, &j.Order, &j.Printer, &j.CopyOf, &j.Claimed, &j.Waiting)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &j, err
}

// attempt tries one job once.
func (w *worker) attempt(ctx context.Context, j *job) {
	if j.Claimed { // by a run of the box that ended before it knew
		w.unknown(ctx, j, "The box stopped while this ticket was printing.")
		return
	}
	if w.conn == nil {
		conn, err := w.open(ctx, w.p.URL)
		if err != nil {
			w.later(ctx, j, err)
			return
		}
		w.conn = conn
	}
	d, err := w.slip(ctx, j)
	if err == nil {
		err = w.claim(ctx, j)
	}
	if err != nil {
		if ctx.Err() == nil {
			w.log.Error("prepare ticket", "printer", w.p.Name, "job", j.ID, "err", err)
		}
		pause(ctx, w.wait.NextBackOff(), nil)
		return
	}
	printing, stop := graceful(ctx)
	defer stop()
	out, err := w.conn.Print(printing, d, j.Number)
	switch fault.KindOf(err) {
	case fault.None:
		w.printed(ctx, j, out)
	case fault.Unknown:
		w.hangUp()
		w.unknown(ctx, j, fault.Of(err).Message)
	default: // not one byte was taken
		w.hangUp()
		w.later(ctx, j, err)
	}
}

// graceful is a context that outlives ctx by the grace.
func graceful(ctx context.Context) (context.Context, func()) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(grace, cancel)
		context.AfterFunc(longer, func() { timer.Stop() })
	})
	return longer, func() { stop(); cancel() }
}

// slip lays the job's ticket out, at the last moment.
func (w *worker) slip(ctx context.Context, j *job) (d printer.Doc, err error) {
	err = w.journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		v, err := w.venues.Active(q)
		if err != nil {
			return err
		}
		t, err := load(q, v, j.Ticket)
		if err != nil {
			return err
		}
		if w.Named != nil && t.Table == "" && !t.Customer.IsZero() {
			if t.For, err = w.Named(q, t.Customer); err != nil { // a kitchen cooks without names
				w.log.Warn("name a guest", "guest", t.Customer, "err", err)
			}
		}
		var c *copyOf
		if !j.CopyOf.IsZero() {
			c = &copyOf{label: t.Label(), at: w.p.Name}
		}
		d = slip(t, v, c, w.now())
		return nil
	})
	return d, err
}

// claim commits that bytes may leave, with the number that the printer will echo.
func (w *worker) claim(ctx context.Context, j *job) error {
	var number int
	err := w.journal.DB().Update(ctx, func(tx *sqlite.Tx) error {
		err := tx.QueryRow("SELECT last % 9999 + 1 FROM printer_number WHERE printer = ?", w.p.ID).Scan(&number)
		if errors.Is(err, sql.ErrNoRows) {
			number, err = 1, nil
		}
		if err != nil {
			return err
		}
		_, e1 := tx.Exec("INSERT INTO printer_number (printer, last) VALUES (?, ?) ON CONFLICT (printer) DO UPDATE SET last = excluded.last", w.p.ID, number)
		_, e2 := tx.Exec(`INSERT INTO print_attempt (job, attempts, claimed, problem, at) VALUES (?1, 1, 1, '', ?2)
			ON CONFLICT (job) DO UPDATE SET attempts = attempts + 1, claimed = 1, problem = '', at = ?2`, j.ID, w.now().UnixMilli())
		return errors.Join(e1, e2)
	})
	j.Number = number
	return err
}

// later gives the claim back: nothing was printed, and the job keeps its place.
func (w *worker) later(ctx context.Context, j *job, why error) {
	w.stats.Retries.Add(1)
	words := fault.Of(why).Message
	w.say(w.p, false, words, j.Waiting)
	free := context.WithoutCancel(ctx)
	if err := w.journal.DB().Update(free, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT INTO print_attempt (job, attempts, claimed, problem, at) VALUES (?1, 1, 0, ?2, ?3)
			ON CONFLICT (job) DO UPDATE SET claimed = 0, problem = ?2, at = ?3`, j.ID, words, w.now().UnixMilli())
		return err
	}); err != nil {
		w.log.Error("give a print job back", "printer", w.p.Name, "job", j.ID, "err", err)
	}
	pause(ctx, w.wait.NextBackOff(), nil)
}

func (w *worker) printed(ctx context.Context, j *job, out printer.Outcome) {
	w.stats.Printed.Add(1)
	w.wait.Reset()
	w.say(w.p, true, "", j.Waiting-1)
	w.record(ctx, event.JobPrinted{Job: j.ID, Ticket: j.Ticket, Order: j.Order, Printer: j.Printer, Proven: out.Confirmed})
}

func (w *worker) unknown(ctx context.Context, j *job, reason string) {
	w.stats.Unknown.Add(1)
	w.say(w.p, false, fmt.Sprintf("A ticket may be missing: %s", reason), j.Waiting-1)
	w.record(ctx, event.JobUnknown{Job: j.ID, Ticket: j.Ticket, Order: j.Order, Printer: j.Printer, Reason: reason})
}

// record commits what came of a job, and does not give up: the paper is out, or
// may be.
func (w *worker) record(ctx context.Context, p event.Payload) {
	m := journal.Meta{Command: id.New[id.Command]()}
	say := func(*sqlite.Tx) ([]event.Payload, error) { return []event.Payload{p}, nil }
	for tries := 0; ; tries++ {
		_, err := w.journal.Commit(context.WithoutCancel(ctx), m, say)
		if err == nil {
			return
		}
		w.log.Error("record a print job", "printer", w.p.Name, "err", err)
		if ctx.Err() != nil && tries > 3 {
			return // stays claimed: the next start says 'unknown'
		}
		pause(context.WithoutCancel(ctx), w.wait.NextBackOff(), nil)
	}
}

var _ Printer = (*printer.Conn)(nil)
