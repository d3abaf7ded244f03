package uplink_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/uplink"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/join"
)

// shelf is head office's address for documents: it can be away.
type shelf struct {
	mu    sync.Mutex
	away  bool
	asked int
	has   map[string][]byte
	over  string // a document that is wanted no more
}

func (s *shelf) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	if s.away {
		return nil, errors.New("no route to host")
	}
	answer := func(status int, body []byte) (*http.Response, error) {
		return &http.Response{StatusCode: status, Body: io.NopCloser(bytes.NewReader(body)), Header: http.Header{}}, nil
	}
	sum, piece, one := strings.Cut(strings.TrimPrefix(r.URL.Path, join.DocumentsPath), "/")
	body, there := s.has[sum]
	switch {
	case r.Method == http.MethodPut && sum == s.over:
		return answer(http.StatusConflict, []byte(`{"status":409,"code":"not_wanted","detail":"Head office does not lack this document."}`))
	case r.Method == http.MethodPut:
		raw, err := io.ReadAll(r.Body)
		s.has[sum] = append(body, raw...)
		if err != nil {
			return nil, err
		}
		return answer(http.StatusNoContent, nil)
	case !one:
		return answer(http.StatusOK, []byte(`{"have":0,"whole":false}`))
	case !there || piece != "0":
		return answer(http.StatusNotFound, nil)
	}
	return answer(http.StatusOK, body)
}

// turn says whether the address is away, and answers how often it was asked until now.
func (s *shelf) turn(away bool) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.away = away
	return s.asked
}

// TestADayWithoutTheDocumentServer: facts are committed as ever and wait for nothing;
// when it is back, what was to come and what was to go is there within a minute or
// two, and the box did not knock all day long.
func TestADayWithoutTheDocumentServer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		db, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "box.db"), sqlite.Config{ReserveBytes: -1})
		uplink.Check(t, err)
		defer db.Close()
		accept := func(_ *sqlite.Tx, body []byte) ([]event.Payload, error) {
			return []event.Payload{event.MenuPublished{SHA256: doc.Sum(body), Owner: venue.HQ}}, nil
		}
		j, err := journal.Open(ctx, db, journal.Config{Now: time.Now, Projectors: []journal.Projector{venue.Projector()},
			Day: func(_ sqlite.Queryer, at time.Time) (string, error) { return at.Format(time.DateOnly), nil }})
		uplink.Check(t, err)
		up := uplink.New(uplink.Config{Journal: j, Now: time.Now, Log: slog.New(slog.DiscardHandler), Documents: map[string]uplink.Document{doc.KindMenu: accept}})
		ours, theirs := []byte("what this restaurant wrote"), []byte("what head office wrote")
		there := &shelf{away: true, has: map[string][]byte{doc.Sum(theirs): theirs}}
		run, wanted := up.Courier(there)
		done := make(chan struct{})
		go func() { defer close(done); run(ctx) }()
		defer func() { cancel(); <-done }()

		do := func(decide func(tx *sqlite.Tx) ([]event.Payload, error)) {
			t.Helper()
			began := time.Now()
			_, err := j.Commit(ctx, journal.Meta{Command: id.New[id.Command]()}, decide)
			if uplink.Check(t, err); time.Since(began) > 0 {
				t.Fatalf("a commit waited %v", time.Since(began))
			}
		}
		do(func(tx *sqlite.Tx) ([]event.Payload, error) {
			_, err := j.PutDocument(tx, doc.KindMenu, ours)
			return []event.Payload{event.MenuPublished{SHA256: doc.Sum(ours), Owner: venue.HQ}}, err
		})
		wanted([]string{doc.Sum(ours)})
		do(func(tx *sqlite.Tx) ([]event.Payload, error) {
			return venue.Want(tx, venue.Wanted{Kind: doc.KindMenu, SHA256: doc.Sum(theirs), Size: int64(len(theirs)), Directive: id.New[id.Directive]()})
		})
		for range 24 * 60 / 5 {
			do(func(*sqlite.Tx) ([]event.Payload, error) {
				return []event.Payload{event.OrderOpened{Order: id.New[id.Order](), Type: "takeaway", Source: "api"}}, nil
			})
			time.Sleep(5 * time.Minute)
			synctest.Wait()
		}
		if n := there.turn(false); n < 24*60 || n > 4*24*60 { // two documents, about once a minute
			t.Errorf("it was asked %d times in a day", n)
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		var menu string
		uplink.Check(t, db.View(ctx, func(q *sqlite.Snapshot) (err error) { menu, err = venue.InForce(q, doc.KindMenu); return err }))
		if menu != doc.Sum(theirs) {
			t.Error("head office's menu is not in force")
		}
		there.mu.Lock()
		defer there.mu.Unlock()
		if !bytes.Equal(there.has[doc.Sum(ours)], ours) {
			t.Error("head office has not got what it lacked")
		}
	})
}

// TestADocumentThatWasReplacedIsNotOfferedForEver: a restaurant that publishes faster
// than the line carries had head office wait for its last menu behind all those that
// nobody wanted any more.
func TestADocumentThatWasReplacedIsNotOfferedForEver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		db, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "box.db"), sqlite.Config{ReserveBytes: -1})
		uplink.Check(t, err)
		defer db.Close()
		j, err := journal.Open(ctx, db, journal.Config{Now: time.Now})
		uplink.Check(t, err)
		up := uplink.New(uplink.Config{Journal: j, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
		old, now := []byte("the menu of this morning"), []byte("the menu of now")
		uplink.Check(t, db.Update(ctx, func(tx *sqlite.Tx) error {
			_, e1 := j.PutDocument(tx, doc.KindMenu, old)
			_, e2 := j.PutDocument(tx, doc.KindMenu, now)
			return errors.Join(e1, e2)
		}))
		there := &shelf{has: map[string][]byte{}, over: doc.Sum(old)}
		run, wanted := up.Courier(there)
		done := make(chan struct{})
		go func() { defer close(done); run(ctx) }()
		defer func() { cancel(); <-done }()
		wanted([]string{doc.Sum(old)})
		synctest.Wait()
		before := there.turn(false)
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if n := there.turn(false); before == 0 || n != before {
			t.Errorf("it was offered %d times, and then %d times more", before, n-before)
		}
		wanted([]string{doc.Sum(old)})
		wanted([]string{doc.Sum(now)})
		synctest.Wait()
		there.mu.Lock()
		defer there.mu.Unlock()
		if !bytes.Equal(there.has[doc.Sum(now)], now) {
			t.Error("head office waits for the menu of now")
		}
	})
}
