package door_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/tyngo/tyngo/sync/datadir"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/fault"
)

func TestARefusalIsTheSameFaultAfterTheWire(t *testing.T) {
	t.Parallel()
	for _, kind := range []fault.Kind{fault.Internal, fault.NotFound, fault.Conflict, fault.NoProof, fault.Denied, fault.TooMany, fault.TooLarge, fault.Unavailable, fault.Invalid} {
		want := fault.New(kind, "some_code", "One sentence for staff.").At("items[2].quantity", "is no number")
		w := httptest.NewRecorder()
		door.Write(w, want)
		got := door.Refusal(w.Code, w.Body.Bytes())
		if d := cmp.Diff(want, got, cmpopts.IgnoreUnexported(fault.Fault{})); d != "" {
			t.Errorf("%v: %s", kind, d)
		}
		if (w.Header().Get("Retry-After") != "") != (kind == fault.TooMany || kind == fault.Unavailable) {
			t.Errorf("%v: Retry-After is %q", kind, w.Header().Get("Retry-After"))
		}
	}
	w := httptest.NewRecorder()
	door.Write(w, fault.New(fault.Unknown, "commit_unknown", "Repeat it with the same key."))
	if got := door.Refusal(w.Code, w.Body.Bytes()); w.Code != 503 || fault.KindOf(got) != fault.Unknown {
		t.Errorf("unknown: %d %v", w.Code, got)
	}
	for _, raw := range []string{"", "<html>", "{}", `{"detail":"x"}`, "null"} {
		if err := door.Refusal(502, []byte(raw)); fault.KindOf(err) != fault.Internal || err.Error() != "the answer was 502" {
			t.Errorf("%q: %v", raw, err)
		}
	}
}

func TestACommandSpeaksToTheProgramThatRunsOrOpensOne(t *testing.T) {
	t.Parallel()
	g := open(t)
	token := g.mint("till", "manager")
	ask := func(c *door.Client) (out struct{ Count int64 }, err error) {
		return out, c.Call(t.Context(), "POST", "/api/v1/echo", []byte(`{"count":7}`), &out)
	}
	dir := t.TempDir()
	opened, closed := 0, 0
	opener := func() (http.Handler, func() error, error) {
		opened++
		return g.Config.Handler, func() error { closed++; return nil }, nil
	}
	c, err := door.Dial(t.Context(), dir, token, opener)
	if err != nil {
		t.Fatal(err)
	}
	if out, err := ask(c); err != nil || out.Count != 7 {
		t.Errorf("opened for the occasion: %v %v", out, err)
	}
	if err := c.Call(t.Context(), "POST", "/api/v1/echo", []byte(`{"count":-1}`), nil); fault.KindOf(err) != fault.Invalid || len(fault.Of(err).Fields) != 1 {
		t.Errorf("a refusal: %v", err)
	}
	if err := c.Close(); err != nil || opened != 1 || closed != 1 {
		t.Errorf("opened %d, closed %d: %v", opened, closed, err)
	}
	mux := http.NewServeMux() // the gate has no /health
	mux.Handle("/", g.Config.Handler)
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "{}") })
	running := httptest.NewServer(mux)
	defer running.Close()
	forget, err := datadir.NoteAddress(dir, running.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer forget()
	if c, err = door.Dial(t.Context(), dir, token, opener); err != nil {
		t.Fatal(err)
	}
	if out, err := ask(c); err != nil || out.Count != 7 || opened != 1 {
		t.Errorf("the one that runs: %v %v, opened %d", out, err, opened)
	}
}

func TestACommandWaitsForAProgramThatIsStartingAndNoLongerThanItsUser(t *testing.T) {
	t.Parallel()
	tries := 0
	c, err := door.Dial(t.Context(), t.TempDir(), "", func() (http.Handler, func() error, error) {
		if tries++; tries < 3 {
			return nil, nil, datadir.ErrInUse
		}
		return http.NotFoundHandler(), func() error { return nil }, nil
	})
	if err != nil || c == nil || tries != 3 {
		t.Errorf("%v after %d tries", err, tries)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := door.Dial(ctx, t.TempDir(), "", func() (http.Handler, func() error, error) { return nil, nil, datadir.ErrInUse }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("it went on: %v", err)
	}
	broken := errors.New("broken")
	if _, err := door.Dial(t.Context(), t.TempDir(), "", func() (http.Handler, func() error, error) { return nil, nil, broken }); !errors.Is(err, broken) {
		t.Errorf("what another try does not help: %v", err)
	}
}
