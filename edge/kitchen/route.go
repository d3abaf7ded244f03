// Package kitchen gets tickets to the stations: which lines go where, what is on
// the paper, and whether it is out.
//
// Routing is a reactor: lines that were sent become one ticket a station. Each
// printer has a queue of rows of work and one worker; order is kept inside a
// printer, never across. A job is 'printed' only when the printer said so; a job
// of which nobody knows goes to the station's fallback, marked as a possible copy.
package kitchen

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
)

// Kinds of tickets.
const (
	KindNew    = "new"
	KindAddOn  = "add_on"
	KindCancel = "cancel"
	KindMove   = "move" // the same dishes, another table
	KindVoid   = "void" // of what was sent, so many are not wanted
)

// Reactor routes what was sent, tells stations what was cancelled or sits at
// another table, and finds another printer for a job of which nobody knows.
func Reactor(venues *venue.Book, series string) journal.Reactor {
	on := journal.On(event.OrderSent{}, event.StatusChanged{}, event.OrderMoved{}, event.LineVoided{}, event.LinesMoved{}, event.JobUnknown{})
	return journal.Reactor{Name: "kitchen", On: on, React: func(tx *sqlite.Tx, e event.Event) ([]event.Payload, error) {
		switch p := e.Payload.(type) {
		case event.OrderSent:
			kind := KindAddOn
			if p.First {
				kind = KindNew
			}
			return route(tx, venues, series, e, event.TicketRouted{Type: kind, Order: p.Order, Lines: p.Lines})
		case event.StatusChanged:
			if order.Status(p.To) != order.StatusCancelled {
				return nil, nil
			}
			lines, err := sent(tx, p.Order)
			if err != nil || len(lines) == 0 {
				return nil, err
			}
			return route(tx, venues, series, e, event.TicketRouted{Type: KindCancel, Order: p.Order, Lines: lines})
		case event.OrderMoved:
			if !inKitchen[order.Status(p.Status)] {
				return nil, nil
			}
			lines, err := sent(tx, p.Order)
			if err != nil || len(lines) == 0 {
				return nil, err
			}
			return route(tx, venues, series, e, event.TicketRouted{Type: KindMove, Order: p.Order, Lines: lines, Was: p.From})
		case event.LineVoided:
			return route(tx, venues, series, e, event.TicketRouted{Type: KindVoid, Order: p.Order, Lines: []id.Line{p.Line}, Voided: p.Quantity, Reason: p.Reason})
		case event.LinesMoved:
			return linesMoved(tx, venues, series, e, p)
		case event.JobUnknown:
			return fallback(tx, venues, p)
		}
		return nil, nil
	}}
}

// linesMoved tells the stations at which table dishes are wanted now.
func linesMoved(tx *sqlite.Tx, venues *venue.Book, series string, e event.Event, p event.LinesMoved) ([]event.Payload, error) {
	was, e1 := order.BriefOf(tx, p.Order)
	now, e2 := order.BriefOf(tx, p.To)
	if err := errors.Join(e1, e2); err != nil || was == nil || now == nil || was.Table == now.Table {
		return nil, err
	}
	t := event.TicketRouted{Type: KindMove, Order: p.To, Was: was.Table}
	for _, l := range p.Lines {
		if l.Sent {
			t.Lines = append(t.Lines, l.As)
		}
	}
	if !inKitchen[was.Status] {
		return nil, nil
	}
	return route(tx, venues, series, e, t)
}

// inKitchen are orders of which the kitchen still has dishes, in the pan or at the pass.
var inKitchen = map[order.Status]bool{order.StatusPlaced: true, order.StatusPreparing: true, order.StatusReady: true}

// sent finds the lines of an order that a station knows.
func sent(tx *sqlite.Tx, o id.Order) (lines []id.Line, err error) {
	all, err := order.Lines(tx, o)
	for _, l := range all {
		if l.Sent && l.Gone == "" && l.Left() > 0 {
			lines = append(lines, l.ID)
		}
	}
	return lines, err
}

// route makes one ticket a station of what a ticket is to say. A line whose station the venue does not know
// goes to the default station; a venue without stations prints nothing.
func route(tx *sqlite.Tx, venues *venue.Book, series string, e event.Event, say event.TicketRouted) ([]event.Payload, error) {
	v, err := venues.Active(tx)
	if err != nil {
		return nil, err
	}
	stationOf, err := order.Stations(tx, say.Order)
	if err != nil {
		return nil, err
	}
	var stations []*doc.Station
	by := map[*doc.Station][]id.Line{}
	for _, l := range say.Lines {
		name, ok := stationOf[l]
		if !ok {
			continue
		}
		s := v.Station(name)
		if s == nil {
			continue
		}
		if by[s] == nil {
			stations = append(stations, s)
		}
		by[s] = append(by[s], l)
	}
	// One command may have several facts that each make tickets, before any is stored.
	n, err := sqlite.Remember(tx, lastTicket, func() (*int64, error) {
		n := new(int64)
		return n, tx.QueryRow("SELECT coalesce(max(number), 0) FROM ticket WHERE series = ?", series).Scan(n)
	})
	if err != nil {
		return nil, fmt.Errorf("number tickets: %w", err)
	}
	var facts []event.Payload
	for i, s := range stations {
		*n++
		t := say
		t.Ticket, t.Number, t.Station, t.Lines = id.Following[id.Ticket](e.ID, s.ID.String()), event.Number{Series: series, N: *n}, s.ID, by[s]
		t.N, t.Of = i+1, len(stations)
		if p := v.Printer(s.Printer); p != nil {
			t.Printer, t.Job = p.ID, id.Following[id.Job](e.ID, t.Ticket.String(), p.ID.String())
		}
		facts = append(facts, t)
	}
	return facts, nil
}

const lastTicket = "last number of a ticket"

// fallback queues a possible copy on another printer of the station: its own, where
// the job was not there, else the one that takes over. The copy of a copy is not
// made: then a person decides.
func fallback(tx *sqlite.Tx, venues *venue.Book, p event.JobUnknown) ([]event.Payload, error) {
	v, err := venues.Active(tx)
	if err != nil {
		return nil, err
	}
	var station id.Station
	var copyOf id.Job
	if err := errors.Join(
		tx.QueryRow("SELECT station FROM ticket WHERE id = ?", p.Ticket).Scan(&station),
		tx.QueryRow("SELECT copy_of FROM print_job WHERE id = ?", p.Job).Scan(&copyOf)); err != nil {
		return nil, fmt.Errorf("find the ticket of job %s: %w", p.Job, err)
	}
	if !copyOf.IsZero() {
		return nil, nil
	}
	if len(v.Stations) == 0 {
		return nil, nil
	}
	at := max(0, slices.IndexFunc(v.Stations, func(s doc.Station) bool { return s.ID == station })) // the default one where it was taken away
	for _, name := range []string{v.Stations[at].Printer, v.Stations[at].Fallback} {
		if other := v.Printer(name); other != nil && other.ID != p.Printer {
			return []event.Payload{event.JobQueued{Job: id.Derived[id.Job](p.Job.String(), other.ID.String()), Ticket: p.Ticket,
				Order: p.Order, Printer: other.ID, CopyOf: p.Job}}, nil
		}
	}
	return nil, nil
}

// Projector keeps ticket and print_job.
func Projector() journal.Projector { return journal.Projector{Name: "kitchen", Run: project} }

// project stores facts that follow each other: the tickets of one send together.
func project(tx *sqlite.Tx, run []event.Event) (err error) {
	for n := 0; len(run) > 0 && err == nil; run = run[n:] {
		n = 1
		e := run[0]
		switch p := e.Payload.(type) {
		case event.TicketRouted:
			for n < min(len(run), together) && isTicket(run[n]) {
				n++
			}
			err = ticketsRouted(tx, run[:n])
		case event.JobQueued:
			err = queueJobs(tx, []any{p.Job, p.Ticket, p.Order, p.Printer, p.CopyOf, e.Seq})
		case event.JobPrinted:
			state := "sent"
			if p.Proven {
				state = "printed"
			}
			err = finish(tx, p.Job, state, "", e.At)
		case event.JobUnknown:
			err = finish(tx, p.Job, "unknown", p.Reason, e.At)
		}
	}
	return err
}

func isTicket(e event.Event) bool { _, ok := e.Payload.(event.TicketRouted); return ok }

// together is how many tickets are stored by one statement.
const together = 8

// The statements for so many rows.
var (
	ticketRows = sqlite.Inserts("INSERT INTO ticket (id, series, number, kind, check_id, check_seq, station, n, of, lines, staff, at, seq, was, voided, reason)",
		"(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", together)
	jobRows = sqlite.Inserts("INSERT INTO print_job (id, ticket, check_id, printer, copy_of, seq, state)", "(?, ?, ?, ?, ?, ?, 'queued')", together)
)

func ticketsRouted(tx *sqlite.Tx, run []event.Event) error {
	var tickets, jobs []any
	for _, e := range run {
		p := e.Payload.(event.TicketRouted)
		lines, err := json.Marshal(p.Lines)
		if err != nil {
			return err
		}
		check, err := order.Seq(tx, p.Order)
		if err != nil {
			return err
		}
		tickets = append(tickets, p.Ticket, p.Number.Series, p.Number.N, p.Type, p.Order, check, p.Station, p.N, p.Of, string(lines), e.Staff, e.At, e.Seq, p.Was, p.Voided, p.Reason)
		if !p.Job.IsZero() {
			jobs = append(jobs, p.Job, p.Ticket, p.Order, p.Printer, id.Job{}, e.Seq)
		}
	}
	if _, err := tx.Exec(ticketRows[len(run)], tickets...); err != nil {
		return err
	}
	return queueJobs(tx, jobs)
}

// queueJobs stores jobs of six values each.
func queueJobs(tx *sqlite.Tx, jobs []any) error {
	if len(jobs) == 0 {
		return nil
	}
	_, err := tx.Exec(jobRows[len(jobs)/6], jobs...)
	return err
}

// finish never takes 'printed' back: a late word counts, doubt does not.
func finish(tx *sqlite.Tx, job id.Job, state, reason string, at int64) error {
	_, err := tx.Exec("UPDATE print_job SET state = ?, reason = ?, done_at = ? WHERE id = ? AND state <> 'printed'", state, reason, at, job)
	return err
}
