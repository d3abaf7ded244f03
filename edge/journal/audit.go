package journal

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
)

// Filter says which facts somebody looks for; empty members ask for nothing.
type Filter struct {
	Type   string // whole, or the beginning up to a dot: order.
	Staff  string
	Device string
	Order  string
	Day    string
}

func (f Filter) holds(e event.Event) bool {
	switch {
	case f.Type != "" && e.Type != f.Type && !(strings.HasSuffix(f.Type, ".") && strings.HasPrefix(e.Type, f.Type)):
	case f.Staff != "" && e.Staff.String() != f.Staff:
	case f.Device != "" && e.Device.String() != f.Device:
	case f.Day != "" && e.Day != f.Day:
	case f.Order != "" && event.OrderOf(e.Payload).String() != f.Order:
	default:
		return true
	}
	return false
}

// Before reads facts before a seq (0: the newest), the newest first: at most n that a
// filter holds, out of the next look facts. next is where to go on; 0: there are no
// more.
func Before(q sqlite.Queryer, before int64, n, look int, f Filter) (events []event.Event, next int64, err error) {
	var end int64
	if err := q.QueryRow("SELECT coalesce(max(seq), 0) + 1 FROM journal").Scan(&end); err != nil {
		return nil, 0, err
	}
	if before <= 0 || before > end {
		before = end
	}
	last := max(1, before-int64(look)) // seq has no holes
	query, args := "SELECT body FROM journal WHERE seq < ? AND seq >= ?", []any{before, last}
	if f.Type != "" {
		query += " AND (type = ? OR ? AND substr(type, 1, ?) = ?)"
		args = append(args, f.Type, strings.HasSuffix(f.Type, "."), len(f.Type), f.Type)
	}
	// What cannot be meant is left out without being read as JSON.
	for _, part := range []struct{ is, form string }{{f.Staff, `"staff":%q`}, {f.Device, `"device":%q`}, {f.Order, "%q"}, {f.Day, `"day":%q`}} {
		if part.is != "" {
			query += " AND instr(body, ?) > 0"
			args = append(args, fmt.Appendf(nil, part.form, part.is))
		}
	}
	err = sqlite.Each(q, query+" ORDER BY seq DESC", args, func(scan sqlite.Scan) error {
		var body []byte
		if err := scan(&body); err != nil {
			return err
		}
		e, err := event.Parse(body)
		if err != nil {
			if e, err = event.Head(body); err != nil {
				return err
			}
		}
		if f.holds(e) {
			if events = append(events, e); len(events) == n {
				return errEnough
			}
		}
		return nil
	})
	switch {
	case err != nil && !errors.Is(err, errEnough):
		return nil, 0, err
	case err != nil: // enough
		next = events[n-1].Seq
	default:
		next = last
	}
	if next <= 1 {
		next = 0
	}
	return events, next, nil
}
