package pipe

import (
	"slices"
	"time"

	"github.com/tyngo/tyngo/sync/id"
)

// Limits are how much backlog the cloud takes at a time. A box whose facts are
// live is not limited by others: what it has is little.
type Limits struct {
	Window  int   // batches that one box may have under way
	Behind  int64 // facts that a box may lack and still count as live
	Boxes   int   // that may send a backlog at the same time; the others pause
	Batches int   // of backlogs under way, over all boxes
}

// Full are the limits of one ingest: 128 batches are about 5 MB, and with 64 boxes
// each of them still has two under way.
var Full = Limits{Window: 16, Behind: 1024, Boxes: 64, Batches: 128}

// turnEnds is how long a box may be silent before its turn is another's.
const turnEnds = 30 * time.Second

// turns remembers which boxes send a backlog now and which wait, in the order in
// which they asked. All of it may be forgotten: a box that waits asks again.
type turns struct {
	Limits
	sending map[id.Box]time.Time // last heard
	waiting []id.Box
}

// window is how many batches a box may have under way that lacks so many facts;
// 0: it waits for its turn.
func (t *turns) window(now time.Time, b id.Box, lacks int64) int {
	if lacks <= t.Behind {
		t.gone(b)
		return t.Window
	}
	if _, ok := t.sending[b]; !ok && (len(t.waiting) > 0 || len(t.sending) >= t.Boxes) {
		if !slices.Contains(t.waiting, b) {
			t.waiting = append(t.waiting, b)
		}
		return 0
	}
	t.sending[b] = now
	return min(max(t.Batches/len(t.sending), 1), t.Window)
}

// next lets those who wait send, where there is room, and answers who they are.
func (t *turns) next(now time.Time) (begin []id.Box) {
	if len(t.waiting) == 0 {
		return nil
	}
	for b, heard := range t.sending {
		if now.Sub(heard) > turnEnds {
			delete(t.sending, b)
		}
	}
	for len(t.waiting) > 0 && len(t.sending) < t.Boxes {
		b := t.waiting[0]
		t.waiting = t.waiting[1:]
		t.sending[b] = now
		begin = append(begin, b)
	}
	return begin
}

// gone takes a box out: it caught up, is dark, or sends nothing.
func (t *turns) gone(b id.Box) {
	delete(t.sending, b)
	if i := slices.Index(t.waiting, b); i >= 0 {
		t.waiting = slices.Delete(t.waiting, i, i+1)
	}
}
