package printersim

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"
)

// A client that knows nothing but bytes: the vectors here are the manual's.

type client struct {
	t    *testing.T
	conn net.Conn
}

func start(t *testing.T, cfg Config) *Printer {
	t.Helper()
	p, err := Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func connect(t *testing.T, p *Printer) *client {
	t.Helper()
	c, err := net.Dial("tcp", p.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return &client{t, c}
}

func pair(t *testing.T, cfg Config) (*Printer, *client) {
	p := start(t, cfg)
	return p, connect(t, p)
}

func unhex(s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

// send writes hex, or what follows a quote as it is.
func (c *client) send(parts ...string) {
	c.t.Helper()
	for _, s := range parts {
		b := []byte(strings.TrimPrefix(s, "'"))
		if !strings.HasPrefix(s, "'") {
			b = unhex(s)
		}
		if _, err := c.conn.Write(b); err != nil {
			c.t.Fatal(err)
		}
	}
}

// hear wants exactly these bytes next.
func (c *client) hear(want string) {
	c.t.Helper()
	w := unhex(want)
	got := make([]byte, len(w))
	c.conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	if n, err := io.ReadFull(c.conn, got); err != nil || !bytes.Equal(got, w) {
		c.t.Fatalf("heard % X, %v; want %s", got[:n], err, want)
	}
}

// silent wants nothing but the answer to one more question.
func (c *client) silent() {
	c.t.Helper()
	c.send("10 04 02")
	c.hear("12")
}

// over wants the end of the connection.
func (c *client) over() error {
	c.t.Helper()
	c.conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	_, err := io.Copy(io.Discard, c.conn)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		c.t.Fatal("the connection did not end")
	}
	return err
}

func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func waitFor(t *testing.T, p *Printer, wanted func(State) bool) {
	t.Helper()
	if err := p.Until(soon(t), wanted); err != nil {
		t.Fatalf("%v: %+v", err, p.State())
	}
}

// printed waits for the nth slip and returns its text.
func printed(t *testing.T, p *Printer, n int) string {
	t.Helper()
	if err := p.Wait(soon(t), n); err != nil {
		t.Fatalf("%v: %+v", err, p.State())
	}
	s, ok := p.Slip(n)
	if !ok {
		t.Fatalf("slip %d is not kept", n)
	}
	return s.Text
}

const (
	cut    = "1D 56 42 00"
	proof  = "1D 28 48 06 00 30 30 30 30 34 32" // of 0042
	proven = "37 22 30 30 34 32 00"
)
