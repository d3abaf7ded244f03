package kitchen

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
)

// Ticket is what one station is asked to make, as its paper shows it.
type Ticket struct {
	ID       id.Ticket
	Number   event.Number
	Kind     string
	Station  string // name
	Printer  string // name of the printer of the station
	AlsoAt   []string
	N, Of    int
	At       time.Time
	Check    event.Number
	Type     string // dine_in, takeaway
	Table    string
	Customer id.Customer
	For      string // the guest's name, of what is handed over; empty: unknown
	OffPlan  bool
	Lines    []order.ViewLine
	Promised int    // minutes
	Was      string // the table that the guests left; of KindMove
	Voided   int64  // how many are not wanted; of KindVoid
	Reason   string // why; of KindVoid
}

// Label is what people call a ticket.
func (t *Ticket) Label() string { return "K-" + t.Number.String() }

// load reads a ticket with its lines.
func load(q sqlite.Queryer, v *venue.Venue, ticket id.Ticket) (*Ticket, error) {
	t := &Ticket{ID: ticket}
	var o id.Order
	var station id.Station
	var at, seq, checkSeq int64
	var lines string
	if err := q.QueryRow("SELECT series, number, kind, check_id, check_seq, station, n, of, lines, at, seq, was, voided, reason FROM ticket WHERE id = ?", ticket).
		Scan(&t.Number.Series, &t.Number.N, &t.Kind, &o, &checkSeq, &station, &t.N, &t.Of, &lines, &at, &seq, &t.Was, &t.Voided, &t.Reason); err != nil {
		return nil, fmt.Errorf("load ticket %s: %w", ticket, err)
	}
	t.At = time.UnixMilli(at)
	check, err := order.Load(q, o)
	if err != nil {
		return nil, err
	}
	if check == nil {
		return nil, fmt.Errorf("ticket %s has no check", ticket)
	}
	t.Check, t.Type, t.Table, t.Customer, t.OffPlan, t.Promised = check.Number, check.Type, check.Table, check.Customer, check.OffPlan, check.Minutes
	var wanted []id.Line
	if err := json.Unmarshal([]byte(lines), &wanted); err != nil {
		return nil, fmt.Errorf("lines of ticket %s: %w", ticket, err)
	}
	on := map[id.Line]bool{}
	for _, l := range wanted {
		on[l] = true
	}
	for _, l := range check.Lines {
		if on[l.ID] {
			t.Lines = append(t.Lines, l)
		}
	}
	names := map[id.Station]string{}
	for _, s := range v.Stations {
		names[s.ID] = s.Name
		if s.ID == station {
			t.Printer = s.Printer
		}
	}
	t.Station = names[station]
	return t, sqlite.Each(q, "SELECT station FROM ticket WHERE check_seq = ? AND at = ? AND id <> ? ORDER BY n", []any{checkSeq, at, ticket}, func(scan sqlite.Scan) error {
		var s id.Station
		err := scan(&s)
		if n := names[s]; n != "" {
			t.AlsoAt = append(t.AlsoAt, n)
		}
		return err
	})
}

// Progress is how far a ticket of an order is, for tablets.
type Progress struct {
	Ticket  id.Ticket
	Number  event.Number
	Kind    string
	Station id.Station
	Lines   []id.Line
	Printer id.Printer
	State   string // queued, printing, printed, sent, unknown; none: a station without a printer
	Problem string // for staff; empty where all is well
	CopyOf  id.Job
}

// Tickets reads how far the tickets of orders are. A ticket that was printed more than
// once is told by its best job.
func Tickets(q sqlite.Queryer, orders ...id.Order) (of map[id.Order][]Progress, err error) {
	ids, err := json.Marshal(orders)
	if err != nil {
		return nil, err
	}
	of = map[id.Order][]Progress{}
	at := map[id.Ticket]int{}
	err = sqlite.Each(q, `SELECT c.id, t.id, t.series, t.number, t.kind, t.station, t.lines, coalesce(j.printer, ''), coalesce(j.state, 'none'),
			coalesce(j.reason, ''), coalesce(j.copy_of, ''), coalesce(a.claimed, 0), coalesce(a.problem, '')
		FROM json_each(?) o CROSS JOIN guest_check c ON c.id = o.value CROSS JOIN ticket t ON t.check_seq = c.opened_seq
			LEFT JOIN print_job j ON j.ticket = t.id LEFT JOIN print_attempt a ON a.job = j.id
		ORDER BY t.seq, j.seq`, []any{string(ids)}, func(scan sqlite.Scan) error {
		var o id.Order
		var p Progress
		var reason, problem, lines string
		var claimed bool
		if err := scan(&o, &p.Ticket, &p.Number.Series, &p.Number.N, &p.Kind, &p.Station, &lines, &p.Printer, &p.State, &reason, &p.CopyOf, &claimed, &problem); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(lines), &p.Lines); err != nil {
			return err
		}
		switch {
		case p.State == "unknown":
			p.Problem = reason
		case p.State == "queued" && claimed:
			p.State = "printing"
		case p.State == "queued":
			p.Problem = problem
		}
		if i, ok := at[p.Ticket]; !ok {
			at[p.Ticket] = len(of[o])
			of[o] = append(of[o], p)
		} else if rank[p.State] >= rank[of[o][i].State] {
			of[o][i] = p
		}
		return nil
	})
	if err != nil {
		err = fmt.Errorf("read tickets: %w", err)
	}
	return of, err
}

// rank orders what several jobs of one ticket say: paper beats doubt.
var rank = map[string]int{"none": 0, "queued": 1, "unknown": 2, "printing": 3, "sent": 4, "printed": 5}
