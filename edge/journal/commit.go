package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

// Meta says who wishes. Command makes the wish recognisable.
type Meta struct {
	Command id.Command
	Staff   id.Staff
	Device  id.Device
	TP      string    // W3C traceparent, or empty
	Body    *[32]byte // SHA-256 of the request; nil for workers, who keep no receipt
}

// Receipt is what a command came to.
type Receipt struct {
	Seq      int64         // its last fact; 0 where it made none
	Events   []event.Event // its facts, in order
	Repeated bool          // it had been done before
}

// Decide reads and answers the facts that the command makes, or refuses. It may
// run twice, and writes nothing but documents and secrets, which are no facts.
type Decide func(tx *sqlite.Tx) ([]event.Payload, error)

// deepest is how far reactors may react to reactors.
const deepest = 4

// reactorError ends a commit that has to be done again without one reactor.
type reactorError struct {
	reactor string
	err     error
}

func (e *reactorError) Error() string { return fmt.Sprintf("reactor %s: %v", e.reactor, e.err) }
func (e *reactorError) Unwrap() error { return e.err }

// Commit does a command once. The answer of a repeated command is that of the
// first, facts and all; a refusal that was final is refused again. Errors are
// those of decide, of the engine, and these faults: command_reused (the key is
// known with another body), command_foreign (known under another device).
func (j *Journal) Commit(ctx context.Context, m Meta, decide Decide) (Receipt, error) {
	var without []*reactorError
	for {
		out, err := j.once(ctx, m, decide, without)
		var re *reactorError
		if errors.As(err, &re) && len(without) < len(j.c.Reactors) {
			without = append(without, re)
			continue
		}
		if err != nil {
			return Receipt{}, err
		}
		j.after(out, without)
		return out.Receipt, out.refusal
	}
}

type outcome struct {
	Receipt
	refusal error // Decide refused for good, and that is remembered
}

func (j *Journal) after(out outcome, without []*reactorError) {
	if out.Repeated {
		j.stats.Repeated.Add(1)
		return
	}
	if len(out.Events) == 0 {
		return
	}
	j.stats.Events.Add(int64(len(out.Events)))
	for _, re := range without {
		j.stats.Failed.Add(1)
		j.c.Log.Error("reactor failed; the command was done without it", "reactor", re.reactor, "err", re.err)
		j.mu.Lock()
		j.failed = ReactorFailure{re.reactor, j.c.Now(), re.err}
		j.mu.Unlock()
	}
	j.wake()
}

func (j *Journal) once(ctx context.Context, m Meta, decide Decide, without []*reactorError) (out outcome, err error) {
	err = j.db.Update(ctx, func(tx *sqlite.Tx) (err error) {
		out, err = j.do(tx, m, decide, without)
		return err
	})
	return out, err
}

// do is one command inside the transaction.
func (j *Journal) do(tx *sqlite.Tx, m Meta, decide Decide, without []*reactorError) (outcome, error) {
	if known, out, err := j.seen(tx, m); known || err != nil {
		return out, err
	}
	payloads, err := decide(tx)
	if err != nil {
		if k := fault.KindOf(err); m.Body != nil && (k == fault.Conflict || k == fault.Invalid) {
			return outcome{refusal: err}, refuse(tx, m, fault.Of(err))
		}
		return outcome{}, err
	}
	for _, re := range without {
		payloads = append(payloads, event.ReactorFailed{Reactor: re.reactor, Error: clip(re.err.Error(), 200)})
	}
	events, err := j.append(tx, m, payloads, without)
	if err != nil {
		return outcome{}, err
	}
	out := outcome{Receipt: Receipt{Events: events}}
	if n := len(events); n > 0 {
		out.Seq = events[n-1].Seq
	}
	if m.Body != nil {
		_, err = tx.Exec("INSERT INTO receipt (command, device, body, seq) VALUES (?, ?, ?, ?)", m.Command.Bytes(), m.Device, m.Body[:], out.Seq)
	}
	return out, err
}

// append numbers, chains, stores and projects the facts of one command and what
// the reactors add to them.
func (j *Journal) append(tx *sqlite.Tx, m Meta, payloads []event.Payload, without []*reactorError) ([]event.Event, error) {
	if len(payloads) == 0 {
		return nil, nil
	}
	seq, at, dg, err := j.end(tx)
	if err != nil {
		return nil, err
	}
	if c, ok := payloads[0].(event.ClockConfirmed); ok {
		at = c.To // the one fact that may set the time back
	} else {
		at = max(at, j.c.Now().UnixMilli())
	}
	day, err := j.c.Day(tx, time.UnixMilli(at))
	if err != nil {
		return nil, fmt.Errorf("business day: %w", err)
	}
	queue := make([]queued, 0, 2*len(payloads))
	for _, p := range payloads {
		queue = append(queue, queued{payload: p})
	}
	events := make([]event.Event, 0, 2*len(payloads))
	stored := 0 // of them, in the tables
	var rows rows
	for len(queue) > 0 {
		q := queue[0]
		queue = queue[1:]
		seq++
		e, err := j.seal(m, q.payload, seq, at, day)
		if err != nil {
			return nil, err
		}
		dg = dg.Next(e.Body)
		if err := rows.add(tx, e, dg); err != nil {
			return nil, err
		}
		events = append(events, e)
		if !j.wanted(e.Type) {
			continue
		}
		if err := j.project(tx, events[stored:]); err != nil {
			return nil, err
		}
		stored = len(events)
		if queue, err = j.react(tx, e, q.depth, without, queue); err != nil {
			return nil, err
		}
	}
	if err := j.project(tx, events[stored:]); err != nil {
		return nil, err
	}
	return events, rows.flush(tx)
}

// rows are facts of one command that are stored by one statement.
type rows []any

// together is how many, at most.
const together = 16

// stores are the statements for so many facts.
var stores = sqlite.Inserts("INSERT INTO journal (seq, id, command, type, at, body, dg)", "(?, ?, ?, ?, ?, ?, ?)", together)

func (r *rows) add(tx *sqlite.Tx, e event.Event, dg event.Digest) error {
	*r = append(*r, e.Seq, e.ID.Bytes(), e.Command.Bytes(), e.Type, e.At, e.Body, dg.Bytes())
	if len(*r) < 7*together {
		return nil
	}
	return r.flush(tx)
}

func (r *rows) flush(tx *sqlite.Tx) error {
	if len(*r) == 0 {
		return nil
	}
	if _, err := tx.Exec(stores[len(*r)/7], *r...); err != nil {
		return fmt.Errorf("append %d facts: %w", len(*r)/7, err)
	}
	*r = (*r)[:0]
	return nil
}

type queued struct {
	payload event.Payload
	depth   int
}

func (j *Journal) seal(m Meta, p event.Payload, seq, at int64, day string) (event.Event, error) {
	e, err := event.New(p)
	if err != nil {
		return e, err
	}
	e.Seq, e.At, e.Day, e.Command, e.Staff, e.Device, e.TP = seq, at, day, m.Command, m.Staff, m.Device, m.TP
	if err := e.Seal(); err != nil {
		return e, fault.Wrap(err, fault.Invalid, "too_large", "This is too much for one entry. Split it.")
	}
	return e, nil
}

// project stores facts that follow each other.
func (j *Journal) project(tx *sqlite.Tx, run []event.Event) error {
	for _, p := range j.c.Projectors {
		if p.Run != nil {
			if err := p.Run(tx, run); err != nil {
				return fmt.Errorf("project %d facts into %s: %w", len(run), p.Name, err)
			}
			continue
		}
		for _, e := range run {
			if err := p.Apply(tx, e); err != nil {
				return fmt.Errorf("project %s into %s: %w", e.Type, p.Name, err)
			}
		}
	}
	return nil
}

func (r *Reactor) wants(typ string) bool { return len(r.On) == 0 || slices.Contains(r.On, typ) }

// wanted says whether a reactor looks at facts of this type.
func (j *Journal) wanted(typ string) bool {
	return slices.ContainsFunc(j.c.Reactors, func(r Reactor) bool { return r.wants(typ) })
}

func (j *Journal) react(tx *sqlite.Tx, e event.Event, depth int, without []*reactorError, queue []queued) ([]queued, error) {
next:
	for _, r := range j.c.Reactors {
		if !r.wants(e.Type) {
			continue
		}
		for _, re := range without {
			if re.reactor == r.Name {
				continue next
			}
		}
		more, err := guarded(r, tx, e)
		if err == nil && len(more) > 0 && depth >= deepest {
			err = fmt.Errorf("more than %d reactions deep at %s", deepest, e.Type)
		}
		if err != nil {
			return nil, &reactorError{r.Name, err}
		}
		for _, p := range more {
			queue = append(queue, queued{p, depth + 1})
		}
	}
	return queue, nil
}

// guarded runs a reactor; its panic is its error, not the guest's.
func guarded(r Reactor, tx *sqlite.Tx, e event.Event) (more []event.Payload, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	return r.React(tx, e)
}

// end reads the end of the journal, in the transaction: it is never kept only in
// memory.
func (j *Journal) end(q sqlite.Queryer) (seq, at int64, dg event.Digest, err error) {
	err = q.QueryRow("SELECT seq, at, dg FROM journal ORDER BY seq DESC LIMIT 1").Scan(&seq, &at, &dg)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, 0, event.Genesis(j.box), nil
	}
	return seq, at, dg, err
}

func clip(s string, n int) string {
	if len(s) > n {
		return s[:n]
	}
	return s
}
