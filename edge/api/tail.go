package api

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
)

const (
	tailPage = 200  // facts read at once
	tailMost = 1000 // facts kept for streams that are a little behind
)

// tail is the end of the journal as the streams tell it. All of them read here,
// so that a fact is read and written out once, however many pages are open; a
// stream that is further behind reads the journal itself.
type tail struct {
	journal *journal.Journal
	series  string

	mu    sync.Mutex
	lines []string        // of the facts up to 'to', which are dense
	to    int64           // the last fact read
	quiet <-chan struct{} // closed when there may be more than 'to'; nil: look
}

// after is the text of what came after a fact, some of it, and the last fact in it.
func (t *tail) after(ctx context.Context, seq int64) (text string, last int64, err error) {
	t.mu.Lock()
	if seq > t.to { // nobody listened for a while
		t.lines, t.to, t.quiet = nil, seq, nil
	}
	if seq >= t.from() {
		err = t.extend(ctx)
	}
	if n := seq - t.from(); err != nil || n >= 0 {
		defer t.mu.Unlock()
		return strings.Join(t.lines[max(n, 0):], ""), t.to, err
	}
	t.mu.Unlock()
	lines, last, err := t.read(ctx, seq)
	return strings.Join(lines, ""), last, err
}

// from is the fact before the first that is kept.
func (t *tail) from() int64 { return t.to - int64(len(t.lines)) }

// extend reads one page more, where there may be one.
func (t *tail) extend(ctx context.Context) error {
	if t.quiet != nil {
		select {
		case <-t.quiet:
		default:
			return nil
		}
	}
	changed := t.journal.Changed()
	lines, last, err := t.read(ctx, t.to)
	if err != nil {
		return err
	}
	if t.quiet = changed; len(lines) == tailPage {
		t.quiet = nil
	}
	t.lines, t.to = append(t.lines, lines...), last
	if n := len(t.lines) - tailMost; n > tailPage {
		t.lines = append([]string(nil), t.lines[n:]...)
	}
	return nil
}

// fact is what a page is told of a fact.
type fact struct {
	Seq   int64     `json:"seq"`
	Type  string    `json:"type"`
	Order *id.Order `json:"order,omitempty"`
	At    int64     `json:"at"`
}

// read reads a page of the journal, one text a fact.
func (t *tail) read(ctx context.Context, after int64) (lines []string, last int64, err error) {
	var events []event.Event
	if err := t.journal.DB().View(ctx, func(q *sqlite.Snapshot) (err error) {
		events, err = journal.Since(q, after, tailPage)
		return err
	}); err != nil {
		return nil, after, err
	}
	last = after
	for _, e := range events {
		f := fact{Seq: e.Seq, Type: e.Type, At: e.At}
		if o := event.OrderOf(e.Payload); !o.IsZero() {
			f.Order = &o
		}
		data, err := json.Marshal(f)
		if err != nil {
			return nil, after, err
		}
		lines, last = append(lines, fmt.Sprintf("id: %s-%d\nevent: fact\ndata: %s\n\n", t.series, e.Seq, data)), e.Seq
	}
	return lines, last, nil
}
