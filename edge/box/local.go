package box

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/staff"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

// Local speaks the box's API for commands of this machine: to the box that runs
// on the data directory, or, where none runs, to one opened for the occasion.
type Local struct {
	base  string
	send  func(*http.Request) (*http.Response, error)
	token string
	close func() error
}

// lockWait is how long a command waits for a box that is just starting or stopping.
const lockWait = 5 * time.Second

// Dial finds the box of a data directory.
func Dial(ctx context.Context, c Config) (*Local, error) {
	if _, err := os.Stat(c.Dir); errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Newf(fault.NotFound, "no_data", "There is no box at %s. Run: tyngo-edge setup --help", c.Dir)
	}
	keys, err := openKeys(c.Dir, c.Now)
	if err != nil {
		return nil, err
	}
	l := &Local{close: func() error { return nil }}
	if l.token, err = keys.Mint("tyngo-edge", "manager", id.Organisation{}, 5*time.Minute); err != nil {
		return nil, err
	}
	deadline := time.Now().Add(lockWait)
	for {
		if raw, err := os.ReadFile(filepath.Join(c.Dir, addressFile)); err == nil {
			l.base = strings.TrimSpace(string(raw))
			client := &http.Client{Timeout: time.Minute}
			l.send = client.Do
			if res, err := client.Get(l.base + "/health"); err == nil {
				return l, res.Body.Close()
			}
		}
		b, err := New(ctx, c)
		if err == nil {
			l.base, l.close, l.send = "http://box", b.Close, inProcess(b.API)
			return l, nil
		}
		if !errors.Is(err, errServing) || time.Now().After(deadline) {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// inProcess answers requests by a handler, without a network.
func inProcess(h http.Handler) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		return rec.Result(), nil
	}
}

// Close ends a box that was opened for the occasion.
func (l *Local) Close() error { return l.close() }

// Call sends a request and reads the answer into out, where out is not nil.
func (l *Local) Call(ctx context.Context, method, path string, body []byte, out any) error {
	r, err := http.NewRequestWithContext(ctx, method, l.base+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+l.token)
	r.Header.Set("Content-Type", "application/json")
	res, err := l.send(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, 32<<20))
	if err != nil {
		return err
	}
	if res.StatusCode >= 300 {
		return refused(res.StatusCode, raw)
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

// refused reads a problem document back into a fault.
func refused(status int, raw []byte) error {
	var p door.Problem
	if err := json.Unmarshal(raw, &p); err != nil || p.Detail == "" {
		return fmt.Errorf("the box answered %d", status)
	}
	f := fault.New(fault.Invalid, p.Code, p.Detail)
	f.Fields = p.Errors
	return f
}

// Token mints a bearer token for a program.
func Token(c Config, role, name string, ttl time.Duration) (string, error) {
	if name == "" {
		name = role
	}
	if err := errors.Join(staff.CheckRole(role), staff.CheckName(name)); err != nil {
		return "", err
	}
	if ttl <= 0 || ttl > 10*365*24*time.Hour {
		return "", fault.New(fault.Invalid, "ttl", "A token lives longer than nothing and no longer than ten years.")
	}
	if _, err := os.Stat(filepath.Join(c.Dir, "box.db")); err != nil {
		return "", fault.Newf(fault.NotFound, "no_data", "There is no box at %s. Run: tyngo-edge setup --help", c.Dir)
	}
	keys, err := openKeys(c.Dir, c.Now)
	if err != nil {
		return "", err
	}
	return keys.Mint(name, role, id.Organisation{}, ttl)
}

// Backup copies the database of a data directory to a file, whether a box runs
// on it or not.
func Backup(ctx context.Context, c Config, to string) error {
	return sqlite.Copy(ctx, filepath.Join(c.Dir, "box.db"), to)
}
