package floor

import (
	"time"

	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/sync/room"
)

// State is how a table is, and since when; a free one has no since.
func (f *Floor) State(table string) (room.State, time.Time) {
	if p := f.At[table]; p != nil {
		return p.State()
	}
	if list := f.Alone[table]; len(list) > 0 {
		s, since := room.Alone(said(list))
		return s, moment(since)
	}
	if since, dirty := f.Dirty[table]; dirty {
		return room.Dirty, since
	}
	return room.Free, time.Time{}
}

// State is how the tables of a party are that sits.
func (p *Party) State() (room.State, time.Time) {
	s, since := room.Party{SeatedAt: ms(p.SeatedAt), ServedAt: ms(p.ServedAt), CheckAt: ms(p.CheckAt), Orders: said(p.Checks)}.State()
	return s, moment(since)
}

// said is what orders say of their table.
func said(list []order.Brief) (out []room.Order) {
	for _, o := range list {
		out = append(out, room.Order{OpenedAt: o.OpenedAt, PlacedAt: o.PlacedAt, Open: o.Open(), Cancelled: o.Status == order.StatusCancelled})
	}
	return out
}

func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
