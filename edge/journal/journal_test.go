package journal_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

// house is a journal whose one table counts facts by type.
type house struct {
	*journal.Journal
	db  *sqlite.DB
	now time.Time
}

func open(t testing.TB, reactors ...journal.Reactor) *house {
	t.Helper()
	return openWith(t, journal.Projector{Name: "tally", Apply: count}, reactors...)
}

func openWith(t testing.TB, p journal.Projector, reactors ...journal.Reactor) *house {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "box.db"), sqlite.Config{ReserveBytes: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Update(t.Context(), func(tx *sqlite.Tx) error {
		_, err := tx.Exec("CREATE TABLE tally (type TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	h := &house{db: db, now: time.Date(2026, 11, 24, 19, 42, 0, 0, time.UTC)}
	h.Journal, err = journal.Open(t.Context(), db, journal.Config{
		Now:        func() time.Time { return h.now },
		Day:        func(_ sqlite.Queryer, at time.Time) (string, error) { return at.UTC().Format(time.DateOnly), nil },
		Projectors: []journal.Projector{p},
		Reactors:   reactors,
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func count(tx *sqlite.Tx, e event.Event) error {
	_, err := tx.Exec("INSERT INTO tally (type, n) VALUES (?, 1) ON CONFLICT (type) DO UPDATE SET n = n + 1", e.Type)
	return err
}

func opened(n int64) event.Payload {
	return event.OrderOpened{Order: id.New[id.Order](), Number: event.Number{Series: "A", N: n}, Type: "takeaway", Source: "api"}
}

func body(s string) *[32]byte { d := sha256.Sum256([]byte(s)); return &d }

func meta(s string) journal.Meta {
	return journal.Meta{Command: id.Derived[id.Command](s), Device: id.Derived[id.Device]("tablet"), Body: body(s)}
}

func say(ps ...event.Payload) journal.Decide {
	return func(*sqlite.Tx) ([]event.Payload, error) { return ps, nil }
}

func (h *house) tally(t testing.TB, typ string) (n int) {
	t.Helper()
	if err := h.db.View(t.Context(), func(s *sqlite.Snapshot) error {
		return s.QueryRow("SELECT coalesce(max(n), 0) FROM tally WHERE type = ?", typ).Scan(&n)
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestACommandIsDoneOnceAndAnsweredAgain(t *testing.T) {
	h := open(t)
	first, err := h.Commit(t.Context(), meta("a"), say(opened(1), opened(2)))
	if err != nil {
		t.Fatal(err)
	}
	for _, forgot := range []bool{false, true} {
		if forgot {
			if err := h.db.Update(t.Context(), h.Forget); err != nil {
				t.Fatal(err)
			}
		}
		again, err := h.Commit(t.Context(), meta("a"), func(*sqlite.Tx) ([]event.Payload, error) {
			t.Error("decided twice")
			return nil, nil
		})
		if err != nil || !again.Repeated || again.Seq != first.Seq || len(again.Events) != 2 {
			t.Fatalf("receipts forgotten %v: %+v, %v", forgot, again, err)
		}
		for i, e := range again.Events {
			if string(e.Body) != string(first.Events[i].Body) {
				t.Errorf("fact %d came back as %s", i, e.Body)
			}
		}
	}
	if n := h.tally(t, "order.opened"); n != 2 {
		t.Errorf("%d orders were opened", n)
	}
}

func TestAKeyIsNotTakenForSomethingElse(t *testing.T) {
	h := open(t)
	if _, err := h.Commit(t.Context(), meta("a"), say(opened(1))); err != nil {
		t.Fatal(err)
	}
	other := meta("a")
	other.Body = body("another body")
	if _, err := h.Commit(t.Context(), other, say(opened(2))); !fault.Is(err, "command_reused") {
		t.Errorf("another body: %v", err)
	}
	foreign := meta("a")
	foreign.Device = id.Derived[id.Device]("another tablet")
	for range 2 {
		if _, err := h.Commit(t.Context(), foreign, say(opened(2))); !fault.Is(err, "command_foreign") {
			t.Errorf("another device: %v", err)
		}
		if err := h.db.Update(t.Context(), h.Forget); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFinalRefusalsAreRememberedAndPassingOnesAreNot(t *testing.T) {
	for _, c := range []struct {
		kind fault.Kind
		runs int
	}{{fault.Conflict, 1}, {fault.Invalid, 1}, {fault.Unavailable, 2}, {fault.TooMany, 2}, {fault.Internal, 2}, {fault.Denied, 2}} {
		h := open(t)
		runs := 0
		for range 2 {
			_, err := h.Commit(t.Context(), meta("a"), func(*sqlite.Tx) ([]event.Payload, error) {
				runs++
				return nil, fault.New(c.kind, "no", "No.").At("body.x", "is wrong")
			})
			if f := fault.Of(err); f.Kind != c.kind || f.Code != "no" || f.Message != "No." || len(f.Fields) != 1 {
				t.Errorf("%v came back as %+v", c.kind, f)
			}
		}
		if runs != c.runs {
			t.Errorf("%v was decided %d times, want %d", c.kind, runs, c.runs)
		}
		if seq, _, err := h.Head(t.Context()); seq != 0 || err != nil {
			t.Errorf("a refusal left fact %d, %v", seq, err)
		}
	}
}

func TestReactorsAddFactsInOneFIFO(t *testing.T) {
	h := open(t,
		journal.Reactor{Name: "a", React: func(_ *sqlite.Tx, e event.Event) ([]event.Payload, error) {
			if _, ok := e.Payload.(event.OrderOpened); ok {
				return []event.Payload{event.OrderSent{Minutes: 1}}, nil
			}
			return nil, nil
		}},
		journal.Reactor{Name: "b", React: func(_ *sqlite.Tx, e event.Event) ([]event.Payload, error) {
			switch e.Payload.(type) {
			case event.OrderOpened:
				return []event.Payload{event.OrderSent{Minutes: 2}}, nil
			case event.OrderSent:
				return []event.Payload{event.StatusChanged{To: "placed"}}, nil
			}
			return nil, nil
		}})
	got, err := h.Commit(t.Context(), meta("a"), say(opened(1), opened(2)))
	if err != nil {
		t.Fatal(err)
	}
	var types []string
	for i, e := range got.Events {
		types = append(types, strings.TrimPrefix(e.Type, "order."))
		if e.Seq != int64(i+1) || e.At != got.Events[0].At || e.Command != meta("a").Command {
			t.Errorf("fact %d: seq %d at %d by %s", i, e.Seq, e.At, e.Command)
		}
	}
	want := "opened opened sent sent sent sent status_changed status_changed status_changed status_changed"
	if s := strings.Join(types, " "); s != want {
		t.Errorf("facts in order: %s", s)
	}
}

// Facts that follow each other are stored together, but never later than a reactor
// that looks at one of them.
func TestAReactorFindsStoredWhatItLooksAt(t *testing.T) {
	var runs []string
	run := func(_ *sqlite.Tx, run []event.Event) error {
		var types []string
		for _, e := range run {
			types = append(types, strings.TrimPrefix(e.Type, "order."))
		}
		runs = append(runs, strings.Join(types, " "))
		return nil
	}
	h := openWith(t, journal.Projector{Name: "runs", Run: run}, journal.Reactor{Name: "kitchen", On: journal.On(event.OrderSent{}),
		React: func(_ *sqlite.Tx, e event.Event) ([]event.Payload, error) {
			if e.Type != "order.sent" {
				t.Errorf("it was shown %s", e.Type)
			}
			return []event.Payload{event.StatusChanged{To: "placed"}}, nil
		}})
	if _, err := h.Commit(t.Context(), meta("a"), say(opened(1), event.LineAdded{}, event.OrderSent{}, event.LineAdded{}, event.LineAdded{})); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(runs, ", "); got != "opened line_added sent, line_added line_added status_changed" {
		t.Errorf("stored: %s", got)
	}
}

func TestAReactorNeverRefusesAGuest(t *testing.T) {
	bad := map[string]func(*sqlite.Tx, event.Event) ([]event.Payload, error){
		"errs":   func(*sqlite.Tx, event.Event) ([]event.Payload, error) { return nil, errors.New("no recipe") },
		"panics": func(*sqlite.Tx, event.Event) ([]event.Payload, error) { panic("a bug") },
		"endless": func(*sqlite.Tx, event.Event) ([]event.Payload, error) {
			return []event.Payload{event.StatusChanged{}}, nil
		},
		"writes and errs": func(tx *sqlite.Tx, e event.Event) ([]event.Payload, error) {
			if _, err := tx.Exec("INSERT INTO tally (type, n) VALUES ('rubbish', 1)"); err != nil {
				return nil, err
			}
			return nil, errors.New("half done")
		},
	}
	for name, react := range bad {
		t.Run(name, func(t *testing.T) {
			good := journal.Reactor{Name: "good", React: func(_ *sqlite.Tx, e event.Event) ([]event.Payload, error) {
				if _, ok := e.Payload.(event.OrderOpened); ok {
					return []event.Payload{event.OrderSent{}}, nil
				}
				return nil, nil
			}}
			h := open(t, journal.Reactor{Name: "bad", React: react}, good)
			got, err := h.Commit(t.Context(), meta("a"), say(opened(1)))
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Events) != 3 || got.Events[1].Type != "box.reactor_failed" || got.Events[2].Type != "order.sent" {
				t.Fatalf("facts: %+v", got.Events)
			}
			if f := got.Events[1].Payload.(event.ReactorFailed); f.Reactor != "bad" || f.Error == "" {
				t.Errorf("said %+v", f)
			}
			if f := h.LastFailure(); f.Reactor != "bad" {
				t.Errorf("the light says %+v", f)
			}
			if h.tally(t, "rubbish") != 0 {
				t.Error("what the reactor wrote stayed")
			}
		})
	}
}

func TestManyCallersLeaveADenseWholeChain(t *testing.T) {
	h := open(t)
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			for k := range 10 {
				name := fmt.Sprint(i, k/2) // every command twice
				if _, err := h.Commit(context.Background(), meta(name), say(opened(1), opened(2))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	seq, _, err := h.Head(t.Context())
	if err != nil || seq != 64*5*2 {
		t.Fatalf("the journal ends at %d, %v; want %d", seq, err, 64*5*2)
	}
	if damage, err := h.Verify(t.Context()); damage != nil || err != nil {
		t.Errorf("chain: %v, %v", damage, err)
	}
}

func TestOneChangedByteIsFound(t *testing.T) {
	h := open(t)
	for i := range 20 {
		if _, err := h.Commit(t.Context(), meta(fmt.Sprint(i)), say(opened(int64(i)))); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.db.Update(t.Context(), func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`UPDATE journal SET body = CAST(replace(CAST(body AS TEXT), '"n":7', '"n":8') AS BLOB) WHERE seq = 8`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	damage, err := h.Verify(t.Context())
	if err != nil || damage == nil || !strings.Contains(damage.Error(), "fact 8") {
		t.Errorf("found %v, %v", damage, err)
	}
}

func TestEventTimeNeverRunsBack(t *testing.T) {
	h := open(t)
	first, err := h.Commit(t.Context(), meta("a"), say(opened(1)))
	if err != nil {
		t.Fatal(err)
	}
	h.now = h.now.Add(-time.Hour)
	second, err := h.Commit(t.Context(), meta("b"), say(opened(2)))
	if err != nil {
		t.Fatal(err)
	}
	if second.Events[0].At != first.Events[0].At {
		t.Errorf("after %d came %d", first.Events[0].At, second.Events[0].At)
	}
}

func TestWorkersAreWokenAfterTheCommit(t *testing.T) {
	h := open(t)
	changed := h.Changed()
	if _, err := h.Commit(t.Context(), meta("a"), func(*sqlite.Tx) ([]event.Payload, error) {
		return nil, fault.New(fault.Conflict, "no", "No.")
	}); err == nil {
		t.Fatal("refused and no error")
	}
	select {
	case <-changed:
		t.Error("woken for nothing")
	default:
	}
	if _, err := h.Commit(t.Context(), meta("b"), say(opened(1))); err != nil {
		t.Fatal(err)
	}
	select {
	case <-changed:
	default:
		t.Error("not woken")
	}
}

func TestAnEventLargerThan32KiBIsRefusedWhole(t *testing.T) {
	h := open(t)
	_, err := h.Commit(t.Context(), meta("a"), say(opened(1), event.LineAdded{Name: strings.Repeat("x", 33<<10)}))
	if !fault.Is(err, "too_large") {
		t.Errorf("told %v", err)
	}
	if h.tally(t, "order.opened") != 0 {
		t.Error("half of it was done")
	}
}

func TestReplayGivesTheSameTables(t *testing.T) {
	h := open(t)
	for i := range 50 {
		if _, err := h.Commit(t.Context(), meta(fmt.Sprint(i)), say(opened(1), event.StatusChanged{To: "placed"})); err != nil {
			t.Fatal(err)
		}
	}
	other := open(t)
	if err := journal.Replay(t.Context(), h.db, other.db, []journal.Projector{{Name: "tally", Apply: count}}); err != nil {
		t.Fatal(err)
	}
	for _, typ := range []string{"order.opened", "order.status_changed"} {
		if a, b := h.tally(t, typ), other.tally(t, typ); a != b || a != 50 {
			t.Errorf("%s: %d, replayed %d", typ, a, b)
		}
	}
}

func TestABoxWithAHistoryKeepsItsName(t *testing.T) {
	h := open(t)
	other := id.New[id.Box]()
	if err := h.Adopt(t.Context(), other); err != nil || h.Box() != other {
		t.Fatalf("a blank box: %v", err)
	}
	if _, err := h.Commit(t.Context(), meta("a"), say(opened(1))); err != nil {
		t.Fatal(err)
	}
	if err := h.Adopt(t.Context(), id.New[id.Box]()); err == nil {
		t.Fatal("a box with a history took another name")
	}
	dg, ok, err := h.Digest(t.Context(), 0)
	if err != nil || !ok || dg != event.Genesis(other) {
		t.Errorf("D(0) is %v, %v, %v", dg, ok, err)
	}
}
