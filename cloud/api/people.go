package api

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/fault"
)

func (a *API) signIn(w http.ResponseWriter, r *http.Request) {
	secret, err := func() (string, error) {
		if err := a.door.Try(r); err != nil {
			return "", err
		}
		var in struct {
			Code string `json:"code"`
		}
		if err := door.Read(w, r, &in); err != nil {
			return "", err
		}
		return a.Accounts.Redeem(r.Context(), in.Code)
	}()
	if err != nil {
		a.door.Refuse(w, r, err)
		return
	}
	a.door.Tried(r)
	a.door.SignIn(w, r, secret)
	w.WriteHeader(http.StatusNoContent)
}

func (a *API) signOut(w http.ResponseWriter, r *http.Request) {
	if err := a.Accounts.SignOut(r.Context(), a.door.SignOut(w, r)); err != nil {
		a.door.Refuse(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

type meOut struct {
	Body struct {
		User         string `json:"user"`
		Role         string `json:"role"`
		Organisation struct {
			ID   string `json:"id"`
			Name string `json:"name"`
		} `json:"organisation"`
	}
}

func (a *API) me(ctx context.Context, _ *struct{}) (*meOut, error) {
	who := door.Who(ctx)
	name, err := a.scope(ctx).Name(ctx)
	out := &meOut{}
	out.Body.User, out.Body.Role, out.Body.Organisation.ID, out.Body.Organisation.Name = who.Name, who.Role, who.Organisation.String(), name
	return out, err
}

type codeIn struct {
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"80" doc:"Of the person"`
	}
}

type codeOut struct {
	Body struct {
		Code    string `json:"code" doc:"Good once, for ten minutes"`
		Expires int64  `json:"expires" doc:"UTC milliseconds"`
	}
}

func (a *API) makeCode(ctx context.Context, in *codeIn) (*codeOut, error) {
	code, err := a.Accounts.MakeCode(ctx, a.scope(ctx), in.Body.Name)
	out := &codeOut{}
	out.Body.Code, out.Body.Expires = code, a.Now().Add(door.CodeLife).UnixMilli()
	return out, err
}

func (a *API) health(w http.ResponseWriter, _ *http.Request) {
	say(w, http.StatusOK, map[string]string{"status": "ok", "version": a.Version})
}

// readiness remembers the last look at the store for a second.
type readiness struct {
	mu  sync.Mutex
	at  time.Time
	err error
}

// readyNow says whether boxes can be heard: the store takes a write.
func (a *API) readyNow(w http.ResponseWriter, r *http.Request) {
	a.ready.mu.Lock()
	defer a.ready.mu.Unlock()
	if now := a.Now(); now.Sub(a.ready.at) > time.Second || a.ready.err != nil {
		ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
		defer cancel()
		a.ready.at, a.ready.err = now, a.Store.Ping(ctx)
	}
	if a.ready.err != nil {
		a.door.Refuse(w, r, fault.Wrap(a.ready.err, fault.Unavailable, "not_ready", "The store takes no writes."))
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

// register makes the figures of head office; one registry an instance.
func register(reg *prometheus.Registry, c Config) {
	st := c.Ingest.Stats()
	for _, g := range []struct {
		name, help string
		value      func() int64
	}{
		{"tyngo_ingest_events_total", "Facts stored since the start.", st.Events.Load},
		{"tyngo_ingest_batches_total", "Batches read since the start.", st.Batches.Load},
		{"tyngo_ingest_duplicates_total", "Batches that were stored before.", st.Duplicates.Load},
		{"tyngo_ingest_gaps_total", "Batches that did not continue.", st.Gaps.Load},
		{"tyngo_ingest_forks_total", "Messages of another history.", st.Forks.Load},
		{"tyngo_ingest_bad_total", "Messages that could not be read or stored.", st.Bad.Load},
		{"tyngo_ingest_dropped_total", "Messages that had no room; their boxes say them again.", st.Dropped.Load},
		{"tyngo_ingest_commits_total", "Transactions since the start.", st.Commits.Load},
		{"tyngo_rollup_facts_total", "Facts folded since the start.", c.Sales.Folded.Load},
		{"tyngo_rollup_aside_total", "Facts set aside since the start.", c.Sales.Aside.Load},
	} {
		reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: g.name, Help: g.help}, func() float64 { return float64(g.value()) }))
	}
	reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "tyngo_boxes_online", Help: "Boxes that are connected."}, func() float64 { return float64(online(c)) }))
	reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "tyngo_rollup_boxes_behind", Help: "Boxes whose facts are not all folded."}, func() float64 {
		list, _ := c.Store.Behind(context.Background(), "sales")
		return float64(len(list))
	}))
}

func online(c Config) (n int) {
	orgs, err := c.Store.Organisations(context.Background())
	for _, o := range orgs {
		list, e := c.Store.In(o.ID).Standings(context.Background())
		for _, s := range list {
			if s.Presence.Online && e == nil && err == nil {
				n++
			}
		}
	}
	return n
}
