package ingest

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/link"
	"github.com/tyngo/tyngo/sync/wire"
)

// Bounds of what waits and of what shares one commit. A fact is about 80 bytes on
// the way, so that a group stores at most about 6,500 of them: a fifth of a second.
const (
	groupMost   = 64        // messages
	groupBytes  = 512 << 10 // of backlog, when nothing live came with it
	besideLive  = 128 << 10 // of backlog, behind something live
	liveMost    = 4 << 10   // bytes of a message that counts as live: some fifty facts
	lineMost    = 64        // messages of one box that wait; a full window is 16
	willsMost   = 8         // and its wills behind them
	queueBytes  = 64 << 20  // of all boxes
	doubtFor    = 5 * time.Minute
	nobodysLine = "" // messages of no box share one line
)

// queue is what boxes said and ingest has not taken yet: a line for each box, in
// order of arrival. What is live goes before backlogs, boxes take turns, and a box
// that says too much loses what it said, not what others say: it sends again.
type queue struct {
	mu      sync.Mutex
	lines   map[string]*line
	turn    []*line // those that have a message, the next one first
	bytes   int
	dropped *atomic.Int64
	ready   chan struct{} // holds one while there may be a message
}

// line is what one box said. In doubt, because something it said could not be
// stored, it shares no commit with others until then.
type line struct {
	box      string
	messages []link.Message
	doubt    time.Time
}

func newQueue(dropped *atomic.Int64) *queue {
	return &queue{lines: map[string]*line{}, ready: make(chan struct{}, 1), dropped: dropped}
}

// put takes a message, or drops it where its box or all have too much waiting.
func (q *queue) put(m link.Message) {
	key, most := nobodysLine, lineMost
	if b, leaf, err := wire.ParseTopic(m.Topic); err == nil {
		key = b.String()
		if leaf == wire.Will { // nobody says it again
			most += willsMost
		}
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.lines[key]
	if l == nil {
		l = &line{box: key}
		q.lines[key] = l
	}
	if len(l.messages) >= most || q.bytes+len(m.Payload) > queueBytes && len(m.Payload) > liveMost {
		q.dropped.Add(1)
		return
	}
	if len(l.messages) == 0 {
		q.turn = append(q.turn, l)
	}
	l.messages = append(l.messages, m)
	q.bytes += len(m.Payload)
}

// wake says that there may be something to take.
func (q *queue) wake() {
	select {
	case q.ready <- struct{}{}:
	default:
	}
}

// take is the next group: first what is live, each box in its turn, then backlogs,
// for which there is always room. A box in doubt goes alone.
func (q *queue) take(now time.Time, group []link.Message) []link.Message {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.turn) > 0 && now.Before(q.turn[0].doubt) {
		l := q.turn[0]
		q.turn = append(q.turn[1:], l)
		group = append(group, q.pop(l))
		if len(l.messages) == 0 {
			q.turn = q.turn[:len(q.turn)-1]
		}
		return group
	}
	live := func(m link.Message) bool { return len(m.Payload) <= liveMost }
	group = q.round(now, group, groupMost-1, live)
	room := groupBytes
	if len(group) > 0 {
		room = besideLive
	}
	group = q.round(now, group, groupMost, func(m link.Message) bool {
		fits := room > 0
		room -= len(m.Payload)
		return fits
	})
	return group
}

// round takes a message from each line whose next one is wanted, again and again.
// A line that gave one goes behind all others.
func (q *queue) round(now time.Time, group []link.Message, most int, want func(link.Message) bool) []link.Message {
	for took := true; took; {
		took = false
		stay, gave := make([]*line, 0, len(q.turn)), []*line(nil)
		for _, l := range q.turn {
			if len(group) == most || now.Before(l.doubt) || !want(l.messages[0]) {
				stay = append(stay, l)
				continue
			}
			took = true
			if group = append(group, q.pop(l)); len(l.messages) > 0 {
				gave = append(gave, l)
			}
		}
		q.turn = append(stay, gave...)
	}
	return group
}

// pop takes the first message of a line.
func (q *queue) pop(l *line) link.Message {
	m := l.messages[0]
	q.bytes -= len(m.Payload)
	if l.messages = l.messages[1:]; len(l.messages) == 0 {
		l.messages = nil
		if l.doubt.IsZero() {
			delete(q.lines, l.box)
		}
	}
	return m
}

// waits reports whether a message waits.
func (q *queue) waits() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.turn) > 0
}

// doubt lets a box go alone until a moment; the zero time ends it.
func (q *queue) doubt(b id.Box, until time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.lines[b.String()]
	switch {
	case l == nil && until.IsZero():
		return
	case l == nil:
		l = &line{box: b.String()}
		q.lines[l.box] = l
	}
	if l.doubt = until; until.IsZero() && len(l.messages) == 0 {
		delete(q.lines, l.box)
	}
}
