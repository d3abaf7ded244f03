package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/tyngo/tyngo/cloud/rollup"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/fault"
)

const (
	streamLeast = 250 * time.Millisecond // between two snapshots
	streamMost  = 5 * time.Second        // ages grow without anything happening
	streamStall = 10 * time.Second       // a reader that takes nothing for so long is gone
)

// live sends what ask answers as Server-Sent Events of a name: at once, and whenever what
// f made of the facts, or how boxes are, changed.
func (a *API) live(w http.ResponseWriter, r *http.Request, name string, f *rollup.Follower, ask func(context.Context) (any, error)) {
	select {
	case a.streams <- struct{}{}:
		defer func() { <-a.streams }()
	default:
		door.Write(w, fault.New(fault.TooMany, "too_many_streams", "Too many pages are open. Close some."))
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Time{}) // the request is read; the stream has no end
	for version := 1; ; version++ {
		folded, heard := f.Moved(), a.Ingest.Changed()
		now, err := ask(r.Context())
		if err != nil {
			if r.Context().Err() == nil {
				a.Log.Error("ask for a stream", "event", name, "err", err)
			}
			return
		}
		data, err := json.Marshal(now)
		if err != nil {
			return
		}
		_ = control.SetWriteDeadline(time.Now().Add(streamStall))
		if _, err := fmt.Fprintf(w, "id: %d\nevent: %s\ndata: %s\n\n", version, name, data); err != nil {
			return
		}
		if err := control.Flush(); err != nil {
			return
		}
		if !wait(r.Context(), folded, heard) {
			return
		}
	}
}

// wait waits until there may be something new, and not less than streamLeast.
func wait(ctx context.Context, folded, heard <-chan struct{}) bool {
	least := time.NewTimer(streamLeast)
	defer least.Stop()
	most := time.NewTimer(streamMost)
	defer most.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-folded:
	case <-heard:
	case <-most.C:
	}
	select {
	case <-ctx.Done():
		return false
	case <-least.C:
		return true
	}
}
