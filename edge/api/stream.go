package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/fault"
)

const (
	streamPing  = 15 * time.Second      // silence after which a comment is sent
	streamLook  = time.Second           // how often the lights are looked at
	streamRest  = 50 * time.Millisecond // between two writes of facts: a rush is told in gulps
	streamAsk   = 15 * time.Second      // how often the door is asked again, at least
	streamStall = 10 * time.Second      // a reader that takes nothing for so long is gone
)

// stream tells a page what changed, as Server-Sent Events with the id
// <incarnation>-<seq>. Last-Event-ID resumes; an id of another incarnation, or of
// the future, gets 'snapshot': read everything again.
func (a *API) stream(w http.ResponseWriter, r *http.Request) {
	select {
	case a.streams <- struct{}{}:
		defer func() { <-a.streams }()
	default:
		door.Write(w, fault.New(fault.TooMany, "too_many_streams", "Too many pages are open on this box. Close some."))
		return
	}
	s := &feed{api: a, w: w, request: r, control: http.NewResponseController(w)}
	_ = s.control.SetReadDeadline(time.Time{}) // the request is read; the stream has no end
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	if err := s.begin(r); err != nil {
		return
	}
	s.run(r.Context())
}

// feed is one open stream.
type feed struct {
	api     *API
	w       http.ResponseWriter
	request *http.Request
	control *http.ResponseController
	seq     int64
	lights  []Light
	silent  time.Time       // since
	people  <-chan struct{} // closed when something changed about who may come in
	asked   time.Time       // when the door was asked last
}

// begin finds where the reader stands.
func (s *feed) begin(r *http.Request) error {
	head, _, err := s.api.Journal.Head(r.Context())
	if err != nil {
		door.Write(s.w, err)
		return err
	}
	s.seq = head
	s.silent = s.api.Now()
	last := r.Header.Get("Last-Event-ID")
	if last == "" {
		return s.write(fmt.Sprintf("id: %s-%d\nevent: hello\ndata: {}\n\n", s.api.Series, head))
	}
	series, n, _ := strings.Cut(last, "-")
	seq, err := strconv.ParseInt(n, 10, 64)
	if series != s.api.Series || err != nil || seq < 0 || seq > head {
		return s.write(fmt.Sprintf("id: %s-%d\nevent: snapshot\ndata: {}\n\n", s.api.Series, head))
	}
	s.seq = seq
	return s.write(": welcome back\n\n")
}

func (s *feed) run(ctx context.Context) {
	look := time.NewTicker(streamLook)
	defer look.Stop()
	err := s.tell(ctx)
	for err == nil {
		changed := s.api.Journal.Changed()
		if err = s.facts(ctx); err != nil {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-s.api.stopping:
			return
		case <-changed:
		case <-s.people: // facts asks
		case <-look.C:
			err = s.tell(ctx)
		}
	}
}

// still ends a stream whose reader was shut out or signed out, or where somebody works
// now who may not read it. It asks when something changed, and sometimes: what head
// office changed nobody says here.
func (s *feed) still() error {
	now := s.api.Now()
	select {
	case <-s.people:
	default:
		if s.people != nil && now.Sub(s.asked).Abs() < streamAsk {
			return nil
		}
	}
	s.people, s.asked = s.api.Staff.Changed(), now
	return s.api.door.Still(s.request)
}

// facts sends what came after the last one.
func (s *feed) facts(ctx context.Context) error {
	for {
		if err := s.still(); err != nil {
			return err
		}
		text, last, err := s.api.tail.after(ctx, s.seq)
		if err != nil || last == s.seq {
			return err
		}
		if err := s.write(text); err != nil {
			return err
		}
		s.seq = last
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.api.stopping:
			return nil
		case <-time.After(streamRest):
		}
	}
}

// tell sends the lights when they changed, and a comment after a silence.
func (s *feed) tell(ctx context.Context) error {
	s.api.Staff.Saw(door.Who(ctx))
	now := s.api.Lights(ctx)
	if !slices.Equal(now, s.lights) {
		data, err := json.Marshal(lightsBody{now})
		if err != nil {
			return err
		}
		s.lights = now
		return s.write(fmt.Sprintf("event: lights\ndata: %s\n\n", data))
	}
	if s.api.Now().Sub(s.silent).Abs() > streamPing {
		return s.write(": still here\n\n")
	}
	return nil
}

func (s *feed) write(text string) error {
	_ = s.control.SetWriteDeadline(time.Now().Add(streamStall)) // a server that cannot is a test
	if _, err := s.w.Write([]byte(text)); err != nil {
		return err
	}
	s.silent = s.api.Now()
	return s.control.Flush()
}
