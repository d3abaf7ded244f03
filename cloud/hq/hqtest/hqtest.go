// Package hqtest is a whole head office for tests: real SQLite, real TLS, the
// embedded broker, on free ports of this machine.
package hqtest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/tyngo/tyngo/cloud/hq"
)

// Office is one running head office.
type Office struct {
	*hq.Office
	T      testing.TB
	At     hq.Addresses
	Token  string // of an owner of the first organisation
	Config hq.Config
	stop   func()
}

// Start opens an office; change may alter its configuration.
func Start(t testing.TB, change ...func(*hq.Config)) *Office {
	t.Helper()
	o := &Office{T: t, Config: hq.Config{Dir: filepath.Join(t.TempDir(), "cloud"), Listen: "127.0.0.1:0", Box: "127.0.0.1:0", MQTT: "127.0.0.1:0",
		Now: time.Now, Log: slog.New(slog.DiscardHandler)}}
	for _, c := range change {
		c(&o.Config)
	}
	o.Open()
	return o
}

// Open opens the office on its data directory.
func (o *Office) Open() {
	o.T.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	started, done := make(chan struct{}), make(chan error, 1)
	go func() {
		done <- hq.Serve(ctx, o.Config, func(office *hq.Office, at hq.Addresses) {
			o.Office, o.At = office, at
			close(started)
		})
	}()
	over := false
	o.stop = func() {
		if over {
			return
		}
		over = true
		cancel()
		if err := <-done; err != nil {
			o.T.Errorf("head office ended with: %v", err)
		}
	}
	o.T.Cleanup(o.stop)
	select {
	case <-started:
	case err := <-done:
		o.T.Fatalf("head office does not start: %v", err)
	}
	token, err := hq.Token(o.T.Context(), o.Config, "", "owner", "test", time.Hour)
	if err != nil {
		o.T.Fatal(err)
	}
	o.Token = token
}

// Stop closes the office.
func (o *Office) Stop() { o.stop() }

// Do sends a request with a token and reads the answer into out, where out is not nil.
func (o *Office) Do(token, method, path string, body, out any) int {
	o.T.Helper()
	var raw []byte
	if body != nil {
		var err error
		if raw, err = json.Marshal(body); err != nil {
			o.T.Fatal(err)
		}
	}
	r, err := http.NewRequestWithContext(o.T.Context(), method, o.At.HQ+path, bytes.NewReader(raw))
	if err != nil {
		o.T.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		o.T.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		o.T.Fatal(err)
	}
	if out != nil {
		if err := json.Unmarshal(answer, out); err != nil {
			o.T.Fatalf("%s %s: %d %s: %v", method, path, res.StatusCode, answer, err)
		}
	}
	return res.StatusCode
}

// Claim is a restaurant with the code of its box.
type Claim struct {
	RestaurantID string `json:"restaurantId"`
	Cloud        string `json:"cloud"`
	Claim        string `json:"claim"`
}

// AddRestaurant adds a restaurant to the organisation of a token.
func (o *Office) AddRestaurant(token, name string) (c Claim) {
	o.T.Helper()
	if status := o.Do(token, "POST", "/api/v1/restaurants", map[string]string{"name": name}, &c); status != http.StatusCreated {
		o.T.Fatalf("add restaurant: %d", status)
	}
	return c
}

// Until waits for something that boxes bring about.
func (o *Office) Until(what string, ok func() bool) {
	o.T.Helper()
	deadline := time.NewTimer(20 * time.Second)
	defer deadline.Stop()
	for {
		folded, heard := o.Sales.Moved(), o.Ingest.Changed()
		if ok() {
			return
		}
		select {
		case <-folded:
		case <-heard:
		case <-deadline.C:
			o.T.Fatalf("after 20 s still not: %s", what)
		case <-time.After(50 * time.Millisecond):
		}
	}
}
