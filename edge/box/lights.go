package box

import (
	"context"
	"fmt"
	"time"

	"github.com/tyngo/tyngo/edge/api"
	"github.com/tyngo/tyngo/edge/uplink"
	"github.com/tyngo/tyngo/sync/pipe"
)

// reactorShown is how long the failure of a reactor keeps a light on.
const reactorShown = time.Hour

// lights say how each function of the box is, in a fixed order.
func (b *Box) lights(ctx context.Context) []api.Light {
	lights := []api.Light{b.boxLight(), b.kitchenLight()}
	if l, ok := b.clockLight(ctx); ok {
		lights = append(lights, l)
	}
	if b.lan != nil {
		if l := b.lan.light(); l.State != "ok" {
			lights = append(lights, l)
		}
	}
	if st := b.Uplink.Status(); st.State != "" {
		lights = append(lights, b.officeLight(st))
	}
	return lights
}

func (b *Box) boxLight() api.Light {
	l := api.Light{Name: "box", State: "ok", Since: b.since.UnixMilli()}
	b.mu.Lock()
	health := b.health
	b.mu.Unlock()
	failed := b.Journal.LastFailure()
	switch {
	case b.Journal.Damage() != nil:
		l.State, l.Words = "bad", "The journal is damaged. Orders go on. Call the engineer."
	case b.DB.Stats().Damaged.Load():
		l.State, l.Words = "bad", "Part of the data cannot be read. Call the engineer."
	case health != nil:
		l.State, l.Words = "bad", "The database is damaged. Orders go on. Call the engineer."
	case b.DB.Stats().Full.Load():
		l.State, l.Words = "bad", "The disk is nearly full. Orders go on. Call the engineer."
	case b.Guests.Ready() != nil:
		l.State, l.Words = "warn", "Guests' names cannot be read. Orders go on. Call the engineer."
	case failed.Err != nil && b.Now().Sub(failed.At) < reactorShown:
		l.State, l.Words, l.Since = "warn", fmt.Sprintf("Part of the work was left out (%s). Orders go on.", failed.Reactor), failed.At.UnixMilli()
	}
	return l
}

func (b *Box) kitchenLight() api.Light {
	l := api.Light{Name: "kitchen", State: "ok", Since: b.since.UnixMilli()}
	states, _ := b.Spool.States()
	bad := 0
	for _, s := range states {
		if s.OK {
			continue
		}
		if bad++; bad == 1 || s.Since.UnixMilli() < l.Since {
			l.Since = s.Since.UnixMilli()
		}
		l.State, l.Words = "bad", s.Name+": "+s.Words
	}
	if bad > 1 {
		l.Words = fmt.Sprintf("%d of %d printers need help. %s", bad, len(states), l.Words)
	}
	return l
}

// lagShown is how long facts may wait for head office before the light says so.
const lagShown = 5 * time.Second

// officeLight says how the line to head office is; service goes on in any case.
func (b *Box) officeLight(st uplink.Status) api.Light {
	l := api.Light{Name: "hq", State: "ok", Since: st.Since.UnixMilli()}
	waiting := st.Head - st.Acked
	switch {
	case st.State == pipe.Forked:
		l.State, l.Words = "bad", "Head office has another history of this box. Orders go on. Call the engineer."
	case st.State == pipe.Fenced:
		l.State, l.Words = "bad", "Another box took the place of this one at head office. Orders go on. Call the engineer."
	case st.State == pipe.Refused:
		l.State, l.Words = "bad", "Head office cannot take what this box sends. Orders go on. Call the engineer."
	case st.State == pipe.Offline && waiting > 0:
		l.State, l.Words = "warn", fmt.Sprintf("%d waiting. Head office catches up by itself.", waiting)
	case st.State == pipe.Offline:
		l.State, l.Words = "warn", "No line to head office. Everything works here."
	case !st.Lag.IsZero() && b.Now().Sub(st.Lag) > lagShown:
		l.State, l.Words, l.Since = "warn", fmt.Sprintf("%d waiting. Head office catches up by itself.", waiting), st.Lag.UnixMilli()
	}
	return l
}

// uplinkStatus is how replication is, for programs.
func (b *Box) uplinkStatus() api.Uplink {
	st := b.Uplink.Status()
	u := api.Uplink{Head: st.Head, Acked: st.Acked, State: string(st.State), Since: st.Since.UnixMilli(), Words: b.officeLight(st).Words}
	if st.State == "" {
		u.State, u.Words = "off", "This box has not joined a head office."
	}
	return u
}
