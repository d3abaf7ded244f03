package door

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/tyngo/tyngo/sync/datadir"
	"github.com/tyngo/tyngo/sync/fault"
)

// Client speaks an API of ours for a command of the same machine: to the program
// that runs on a data directory, or, where none runs, to one opened for the
// occasion. Refusals come back as faults.
type Client struct {
	base  string
	token string
	send  func(*http.Request) (*http.Response, error)
	close func() error
}

const (
	dialWait   = 5 * time.Second // for a program that is just starting or stopping
	dialAgain  = 200 * time.Millisecond
	callMost   = time.Minute
	answerMost = 32 << 20
)

// Dial finds the program of a data directory. open opens one where none runs, and
// answers datadir.ErrInUse where one is starting.
func Dial(ctx context.Context, dir, token string, open func() (http.Handler, func() error, error)) (*Client, error) {
	c := &Client{token: token, close: func() error { return nil }}
	for deadline := time.Now().Add(dialWait); ; {
		if c.base = datadir.Address(dir); c.base != "" {
			client := &http.Client{Timeout: callMost}
			c.send = client.Do
			if res, err := client.Get(c.base + "/health"); err == nil {
				return c, res.Body.Close()
			}
		}
		h, closer, err := open()
		if err == nil {
			c.base, c.close = "http://here", closer
			c.send = func(r *http.Request) (*http.Response, error) {
				rec := httptest.NewRecorder()
				h.ServeHTTP(rec, r)
				return rec.Result(), nil
			}
			return c, nil
		}
		if !errors.Is(err, datadir.ErrInUse) || time.Now().After(deadline) {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(dialAgain):
		}
	}
}

// Close ends a program that was opened for the occasion.
func (c *Client) Close() error { return c.close() }

// Call sends a request and reads the answer into out: nil for nothing, *[]byte for
// the bytes as they are.
func (c *Client) Call(ctx context.Context, method, path string, body []byte, out any) error {
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	r.Header.Set("Content-Type", "application/json")
	if strings.Contains(path, ".csv") {
		r.Header.Set("Content-Type", "text/csv")
	}
	res, err := c.send(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, answerMost))
	if err != nil {
		return err
	}
	if res.StatusCode >= 300 {
		return Refusal(res.StatusCode, raw)
	}
	switch o := out.(type) {
	case nil:
		return nil
	case *[]byte:
		*o = raw
		return nil
	}
	return json.Unmarshal(raw, out)
}

// kinds reads a status back.
var kinds = map[int]fault.Kind{
	http.StatusBadRequest: fault.Invalid, http.StatusUnprocessableEntity: fault.Invalid, http.StatusNotFound: fault.NotFound,
	http.StatusConflict: fault.Conflict, http.StatusPreconditionFailed: fault.Stale, http.StatusUnauthorized: fault.NoProof, http.StatusForbidden: fault.Denied,
	http.StatusTooManyRequests: fault.TooMany, http.StatusRequestEntityTooLarge: fault.TooLarge, http.StatusServiceUnavailable: fault.Unavailable,
}

// Refusal reads a problem document back into a fault.
func Refusal(status int, raw []byte) error {
	var p Problem
	if err := json.Unmarshal(raw, &p); err != nil || p.Detail == "" || p.Code == "" {
		return fmt.Errorf("the answer was %d", status)
	}
	kind := kinds[status]
	if p.Code == "commit_unknown" {
		kind = fault.Unknown
	}
	if kind == fault.None {
		kind = fault.Internal
	}
	f := fault.New(kind, p.Code, p.Detail)
	f.Fields = p.Errors
	return f
}
