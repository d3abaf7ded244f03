package box

import (
	"context"
	"fmt"
	"time"

	"github.com/tyngo/tyngo/edge/api"
)

// reactorShown is how long the failure of a reactor keeps a light on.
const reactorShown = time.Hour

// lights say how each function of the box is, in a fixed order.
func (b *Box) lights(context.Context) []api.Light {
	lights := []api.Light{b.boxLight(), b.kitchenLight()}
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
	case health != nil:
		l.State, l.Words = "bad", "The database is damaged. Orders go on. Call the engineer."
	case b.DB.Stats().Full.Load():
		l.State, l.Words = "bad", "The disk is nearly full. Orders go on. Call the engineer."
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

// uplink says how replication is. Until the box has joined it is off.
func (b *Box) uplink() api.Uplink {
	return api.Uplink{State: "off", Since: b.since.UnixMilli(), Words: "This box is not connected to a head office."}
}
