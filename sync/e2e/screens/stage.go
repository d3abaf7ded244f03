package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/tyngo/tyngo/sync/ui/uitest"
)

// stage is what a test would give: things are cleaned up at its end, and a failure
// ends the program.
type stage struct {
	dir      string
	n        int
	cleanups []func()
	problems []error
}

var _ uitest.TB = (*stage)(nil)

func newStage() (*stage, error) {
	dir, err := os.MkdirTemp("", "screens-")
	return &stage{dir: dir}, err
}

// failed ends the run through the stack; end turns it into an error.
type failed struct{ error }

// end cleans up and says what went wrong.
func (s *stage) end(err *error) {
	switch f := recover().(type) {
	case nil:
	case failed:
		s.problems = append(s.problems, f.error)
	default:
		panic(f)
	}
	for len(s.cleanups) > 0 {
		last := len(s.cleanups) - 1
		do := s.cleanups[last]
		s.cleanups = s.cleanups[:last]
		do()
	}
	*err = errors.Join(append([]error{*err, os.RemoveAll(s.dir)}, s.problems...)...)
}

func (s *stage) Helper()           {}
func (s *stage) Cleanup(do func()) { s.cleanups = append(s.cleanups, do) }
func (s *stage) Errorf(format string, args ...any) {
	s.problems = append(s.problems, fmt.Errorf(format, args...))
}
func (s *stage) Fatalf(format string, args ...any) { panic(failed{fmt.Errorf(format, args...)}) }
func (s *stage) Skipf(format string, args ...any)  { s.Fatalf(format, args...) }

// TempDir is a new directory that goes with the stage.
func (s *stage) TempDir() string {
	s.n++
	dir := filepath.Join(s.dir, fmt.Sprint(s.n))
	s.must(os.Mkdir(dir, 0o700))
	return dir
}

func (s *stage) must(err error) {
	if err != nil {
		s.Fatalf("%w", err)
	}
}

// until waits for what the machines bring about by themselves.
func (s *stage) until(what string, ok func() bool) {
	for deadline := time.Now().Add(time.Minute); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.Fatalf("after a minute still not: %s", what)
		}
	}
}

// clock is the time of one machine: it runs, and can be set.
type clock struct {
	mu      sync.Mutex
	base    time.Time
	started time.Time
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.base, c.started = t, time.Now()
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.base.Add(time.Since(c.started))
}
