package api

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/fault"
)

// health says that the program runs.
func (a *API) health(w http.ResponseWriter, _ *http.Request) {
	say(w, http.StatusOK, map[string]string{"status": "ok", "version": a.Version})
}

// readiness remembers the last look at the store, so that a probe costs one
// fsync a second at most.
type readiness struct {
	mu  sync.Mutex
	at  time.Time
	err error
}

const readyFor = time.Second

// readyNow says whether orders can be taken: the schema is the newest, since the
// box is up, and the store takes a write.
func (a *API) readyNow(w http.ResponseWriter, r *http.Request) {
	a.ready.mu.Lock()
	defer a.ready.mu.Unlock()
	if now := a.Now(); now.Sub(a.ready.at).Abs() > readyFor || a.ready.err != nil {
		ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
		defer cancel()
		a.ready.err = a.Journal.DB().Update(ctx, func(tx *sqlite.Tx) error {
			return journal.SetCursor(tx, "ready", now.UnixMilli())
		})
		a.ready.at = now
	}
	if a.ready.err != nil {
		door.Write(w, fault.Wrap(a.ready.err, fault.Unavailable, "not_ready", fault.Of(a.ready.err).Message))
		return
	}
	if _, err := a.place(r.Context()); err != nil {
		door.Write(w, err)
		return
	}
	say(w, http.StatusOK, map[string]string{"status": "ready"})
}

func say(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}

type lightsOut struct{ Body lightsBody }

type lightsBody struct {
	Lights []Light `json:"lights"`
}

func (a *API) lights(ctx context.Context, _ *struct{}) (*lightsOut, error) {
	return &lightsOut{lightsBody{a.Lights(ctx)}}, nil
}

type originOut struct{ Body Origin }

func (a *API) origin(context.Context, *struct{}) (*originOut, error) {
	o, err := a.Origin()
	return &originOut{o}, err
}

type syncOut struct{ Body Uplink }

func (a *API) sync(ctx context.Context, _ *struct{}) (*syncOut, error) {
	u := a.Uplink()
	seq, dg, err := a.Journal.Head(ctx)
	u.Box, u.Epoch, u.Head, u.Digest = a.Journal.Box().String(), a.Journal.Epoch(), seq, dg.String()
	return &syncOut{u}, err
}
