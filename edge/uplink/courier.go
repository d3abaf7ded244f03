package uplink

import (
	"bytes"
	"context"
	"crypto/tls"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/join"
)

// Document is one kind of document: the facts that putting its bytes in force
// comes to, or why it cannot be.
type Document func(tx *sqlite.Tx, body []byte) ([]event.Payload, error)

const (
	pieceTime   = 30 * time.Second
	courierLook = 30 * time.Second
	waitsMost   = 5 * time.Second // that one piece waits for live facts
)

// notWanted is how head office refuses a document that no fact names any more.
const notWanted = "not_wanted"

// courier carries documents to and from head office, in pieces, beside the facts:
// nothing waits for it. What is to be fetched is a row of work; what head office
// lacks it says in its acks.
type courier struct {
	*Uplink
	base   string // https://host:port
	client *http.Client
	wants  chan []string
	lack   map[string]bool // what head office lacks

	pictured string    // the menu whose photos are all here
	waits    string    // the menu of which head office did not have all
	again    time.Time // when it is asked for them again
}

func newCourier(u *Uplink, base string, t *tls.Config) *courier {
	return &courier{Uplink: u, base: base, wants: make(chan []string, 1), lack: map[string]bool{},
		client: &http.Client{Timeout: pieceTime, Transport: &http.Transport{TLSClientConfig: t, ForceAttemptHTTP2: true, MaxIdleConns: 1}}}
}

// wanted hears what head office lacks. Its last word counts: what was lacking before
// may have been replaced meanwhile.
func (c *courier) wanted(sums []string) {
	for len(sums) > 0 {
		select {
		case c.wants <- sums:
			return
		case <-c.wants:
		}
	}
}

func (c *courier) run(ctx context.Context) {
	defer c.client.CloseIdleConnections()
	again := backoff.NewExponentialBackOff()
	again.InitialInterval, again.MaxInterval = time.Second, time.Minute
	for {
		changed := c.c.Journal.Changed()
		wait := courierLook
		if err := c.round(ctx); err != nil {
			if ctx.Err() != nil {
				return
			}
			wait = again.NextBackOff()
			c.c.Log.Warn("documents", "err", err, "again_in", wait)
			changed = nil // not for every order that is rung meanwhile
		} else {
			again.Reset()
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case sums := <-c.wants:
			c.lack = map[string]bool{}
			for _, s := range sums {
				c.lack[s] = true
			}
		case <-changed:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// round does what there is to do.
func (c *courier) round(ctx context.Context) error {
	var list []venue.Wanted
	if err := c.c.Journal.DB().View(ctx, func(q *sqlite.Snapshot) (err error) { list, err = venue.ToFetch(q); return err }); err != nil {
		return err
	}
	var errs error
	for _, w := range list {
		if err := c.fetch(ctx, w); err != nil {
			errs = errors.Join(errs, fmt.Errorf("fetch %s %s: %w", w.Kind, w.SHA256, err))
		}
	}
	for sum := range c.lack {
		if err := c.give(ctx, sum); err != nil && fault.Of(err).Code != notWanted {
			errs = errors.Join(errs, fmt.Errorf("give %s: %w", sum, err))
			continue
		}
		delete(c.lack, sum)
	}
	if errs == nil {
		errs = c.photos(ctx)
	}
	return errs
}

// fetch brings a document here and says what it came to.
func (c *courier) fetch(ctx context.Context, w venue.Wanted) error {
	body, err := c.here(ctx, w.SHA256)
	if err == nil && body == nil {
		body, err = c.pieces(ctx, w)
	}
	if err != nil {
		return err
	}
	if doc.Sum(body) != w.SHA256 {
		return errors.Join(errors.New("it came with other bytes than its name says, and is fetched anew"), c.drop(ctx, w.SHA256))
	}
	m := journal.Meta{Command: id.Derived[id.Command]("document", w.Directive.String(), w.SHA256)}
	if _, err := c.c.Journal.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) {
		return venue.Arrived(tx, c.c.Journal, w, body, c.c.Documents[w.Kind])
	}); err != nil {
		return err
	}
	return c.drop(ctx, w.SHA256)
}

// here is a document that the box has; nil where it has not.
func (c *courier) here(ctx context.Context, sum string) (body []byte, err error) {
	err = c.c.Journal.DB().View(ctx, func(q *sqlite.Snapshot) (err error) { body, err = journal.Document(q, sum); return err })
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return body, err
}

// pieces fetches what is missing of a document and puts it together.
func (c *courier) pieces(ctx context.Context, w venue.Wanted) ([]byte, error) {
	have := map[int][]byte{}
	if err := c.c.Journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		return sqlite.Each(q, "SELECT n, body FROM document_piece WHERE sha256 = ?", []any{w.SHA256}, func(scan sqlite.Scan) error {
			var n int
			var b []byte
			err := scan(&n, &b)
			have[n] = b
			return err
		})
	}); err != nil {
		return nil, err
	}
	body := make([]byte, 0, w.Size)
	for n := range doc.Pieces(w.Size) {
		b, ok := have[n]
		if !ok {
			var err error
			if b, err = c.piece(ctx, w.SHA256, n); err != nil {
				return nil, err
			}
			if len(b) == 0 || len(b) > doc.PieceBytes {
				return nil, fmt.Errorf("piece %d has %d bytes", n, len(b))
			}
			if err := c.c.Journal.DB().Update(ctx, func(tx *sqlite.Tx) error {
				_, err := tx.Exec("INSERT INTO document_piece (sha256, n, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", w.SHA256, n, b)
				return err
			}); err != nil {
				return nil, err
			}
		}
		body = append(body, b...)
	}
	return body, nil
}

// drop forgets pieces.
func (c *courier) drop(ctx context.Context, sum string) error {
	return c.c.Journal.DB().Update(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec("DELETE FROM document_piece WHERE sha256 = ?", sum)
		return err
	})
}

func (c *courier) piece(ctx context.Context, sum string, n int) ([]byte, error) {
	return c.ask(ctx, http.MethodGet, join.DocumentsPath+sum+"/"+strconv.Itoa(n), nil)
}

// give brings a document to head office, from where it stopped the last time.
func (c *courier) give(ctx context.Context, sum string) error {
	body, err := c.here(ctx, sum)
	if err != nil || body == nil {
		return err // not ours: another box of the restaurant has it
	}
	raw, err := c.ask(ctx, http.MethodGet, join.DocumentsPath+sum, nil)
	if err != nil {
		return err
	}
	var there join.DocumentState
	if err := json.Unmarshal(raw, &there); err != nil {
		return err
	}
	for n := there.Have; n < doc.Pieces(int64(len(body))) && !there.Whole; n++ {
		from := n * doc.PieceBytes
		path := fmt.Sprintf("%s%s/%d?size=%d", join.DocumentsPath, sum, n, len(body))
		if _, err := c.ask(ctx, http.MethodPut, path, body[from:min(from+doc.PieceBytes, len(body))]); err != nil {
			return err
		}
	}
	return nil
}

// ask sends one request. It waits while live facts wait, a moment at most: a
// stream of orders without an end must not keep documents away for ever.
func (c *courier) ask(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	for until := c.c.Now().Add(waitsMost); c.busy() && c.c.Now().Before(until); {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	switch {
	case method == http.MethodPost:
		r.Header.Set("Content-Type", "application/json")
	case body != nil:
		r.Header.Set("Content-Type", "application/octet-stream")
	}
	res, err := c.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, answerMost))
	if err != nil {
		return nil, err
	}
	if res.StatusCode >= 300 {
		return nil, door.Refusal(res.StatusCode, raw)
	}
	return raw, nil
}

// busy reports whether live facts wait for head office.
func (c *courier) busy() bool {
	s := c.Status()
	return !s.Lag.IsZero()
}
