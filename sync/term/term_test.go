package term

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tyngo/tyngo/sync/fault"
)

// The test program is a program of ours where it is told to be.
func TestMain(m *testing.M) {
	if os.Getenv("TYNGO_TERM_TEST") == "" {
		os.Exit(m.Run())
	}
	var p struct {
		Flags
		Say  say  `cmd:"" help:"Says something."`
		Fail fail `cmd:"" help:"Fails."`
		Wait wait `cmd:"" help:"Waits for a signal."`
	}
	os.Exit(Run(&p, "tyngo-test", "A program.", func(ctx context.Context, s *Session) any { return &run{s, ctx} }))
}

type run struct {
	*Session
	ctx context.Context
}

type say struct {
	What string `required:"" env:"TYNGO_WHAT"`
}

func (c *say) Run(r *run) error {
	r.Log.Info("for the log")
	return r.Say(map[string]string{"what": c.What}, "It is "+c.What+".")
}

type fail struct {
	Kind string `arg:""`
}

func (c *fail) Run(*run) error {
	kinds := map[string]fault.Kind{"invalid": fault.Invalid, "conflict": fault.Conflict, "denied": fault.Denied, "unavailable": fault.Unavailable, "unknown": fault.Unknown, "many": fault.TooMany}
	if k, ok := kinds[c.Kind]; ok {
		return fmt.Errorf("on the way: %w", fault.New(k, "some_code", "One sentence.").At("items[2]", "is no dish"))
	}
	return errors.New("the disk is gone")
}

type wait struct{ Stubborn bool }

func (c *wait) Run(r *run) error {
	if err := r.Say(nil, "waiting"); err != nil {
		return err
	}
	<-r.ctx.Done()
	if c.Stubborn {
		if err := r.Say(nil, "no"); err != nil {
			return err
		}
		select {}
	}
	return nil
}

func command(t testing.TB, env string, args ...string) *exec.Cmd {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0], args...)
	c.Env = append(os.Environ(), "TYNGO_TERM_TEST=1", env)
	return c
}

func TestWhatAProgramSaysAndHowItEnds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args, env string
		status    int
		out, err  string
	}{
		{"say --what fine", "", 0, "It is fine.\n", "for the log"},
		{"say", "TYNGO_WHAT=env", 0, "It is env.\n", ""},
		{"--json say --what fine", "", 0, `{"what":"fine"}` + "\n", ""},
		{"say --what fine --log error", "", 0, "It is fine.\n", "!for the log"},
		{"--help", "", 0, "A program.", ""},
		{"", "", 2, "", "tyngo-test: expected one of"},
		{"nonsense", "", 2, "", "tyngo-test: unexpected argument nonsense"},
		{"say", "", 2, "", "tyngo-test: missing flags: --what=STRING"},
		{"say --nope", "", 2, "", "tyngo-test: unknown flag --nope"},
		{"say --what x --log loud", "", 2, "", "must be one of"},
		{"--json say --nope", "", 2, "", `{"error":"unknown flag --nope","code":"usage"}`},
		{"fail invalid", "", 2, "", "tyngo-test: One sentence.\n  items[2]: is no dish\n"},
		{"fail conflict", "", 2, "", "tyngo-test: One sentence."},
		{"fail denied", "", 2, "", "tyngo-test: One sentence."},
		{"fail unavailable", "", 1, "", "tyngo-test: One sentence."},
		{"fail unknown", "", 1, "", "tyngo-test: One sentence."},
		{"fail many", "", 1, "", "tyngo-test: One sentence."},
		{"fail disk", "", 1, "", "tyngo-test: the disk is gone\n"},
		{"fail invalid --json", "", 2, "", `{"error":"One sentence.","code":"some_code","errors":[{"location":"items[2]","message":"is no dish"}]}`},
		{"fail disk --json", "", 1, "", `{"error":"the disk is gone","code":"internal"}`},
	} {
		var out, errs strings.Builder
		k := command(t, c.env, strings.Fields(c.args)...)
		k.Stdout, k.Stderr = &out, &errs
		_ = k.Run() // the status is looked at
		unwanted, no := strings.CutPrefix(c.err, "!")
		if k.ProcessState.ExitCode() != c.status || c.out == "" && out.Len() > 0 || !strings.Contains(out.String(), c.out) ||
			!no && !strings.Contains(errs.String(), c.err) || no && strings.Contains(errs.String(), unwanted) {
			t.Errorf("%q ends with %d\n%s\n%s", c.args, k.ProcessState.ExitCode(), out.String(), errs.String())
		}
		if strings.Contains(c.args, "--json") {
			for _, line := range strings.Split(strings.TrimSpace(out.String()+errs.String()), "\n") {
				if !json.Valid([]byte(line)) {
					t.Errorf("%q says %q", c.args, line)
				}
			}
		}
	}
}

func TestASignalEndsAProgramInOrderAndASecondAtOnce(t *testing.T) {
	t.Parallel()
	for _, stubborn := range []bool{false, true} {
		args := []string{"wait"}
		if stubborn {
			args = append(args, "--stubborn")
		}
		k := command(t, "", args...)
		said, err := k.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := k.Start(); err != nil {
			t.Fatal(err)
		}
		heard := func(want string) {
			t.Helper()
			b := make([]byte, len(want)+1)
			if n, err := said.Read(b); err != nil || string(b[:n]) != want+"\n" {
				t.Fatalf("%q %v", b[:n], err)
			}
		}
		signal := func() {
			t.Helper()
			if err := k.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
		}
		heard("waiting")
		signal()
		done := make(chan error, 1)
		if stubborn {
			heard("no")
		}
		go func() { done <- k.Wait() }()
		late := time.After(20 * time.Second)
		for ended := false; !ended; {
			select {
			case err = <-done:
				ended = true
			case <-time.After(50 * time.Millisecond): // a person presses Ctrl-C more than once
				if stubborn {
					_ = k.Process.Signal(syscall.SIGTERM) // it may be gone
				}
			case <-late:
				_ = k.Process.Kill()
			}
		}
		if status := k.ProcessState.Sys().(syscall.WaitStatus); !stubborn && err != nil || stubborn && (!status.Signaled() || status.Signal() != syscall.SIGTERM) {
			t.Errorf("stubborn %v: %v", stubborn, err)
		}
	}
}
