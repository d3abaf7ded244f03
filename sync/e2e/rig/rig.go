// Package rig starts the real programs, from outside: what the demo shows and the
// tests prove is what a restaurant installs.
package rig

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Bin is where the programs are.
type Bin struct{ Edge, Cloud, Printersim string }

// In names the programs of a directory.
func In(dir string) Bin {
	return Bin{filepath.Join(dir, "tyngo-edge"), filepath.Join(dir, "tyngo-cloud"), filepath.Join(dir, "printersim")}
}

// Build builds the programs of the module in root into a directory.
func Build(ctx context.Context, root, dir string, flags ...string) (Bin, error) {
	b := In(dir)
	for out, pkg := range map[string]string{b.Edge: "./edge", b.Cloud: "./cloud", b.Printersim: "./drivers/printer/cmd/printersim"} {
		c := exec.CommandContext(ctx, "go", append(append([]string{"build", "-o", out}, flags...), pkg)...)
		c.Dir = root
		if msg, err := c.CombinedOutput(); err != nil {
			return b, fmt.Errorf("build %s: %w\n%s", pkg, err, msg)
		}
	}
	return b, nil
}

const (
	readyMost = 30 * time.Second // from the start to the first line
	stopMost  = 15 * time.Second // from SIGINT to the end
)

// Process is one running program.
type Process struct {
	Name string
	cmd  *exec.Cmd
	done chan struct{}
	err  error
	mu   sync.Mutex
	log  bytes.Buffer // the last of stderr
}

// Start starts a program and reads its first line of output as JSON into ready.
// log, where not nil, gets its stderr.
func Start(ctx context.Context, name string, ready any, log io.Writer, bin string, args ...string) (*Process, error) {
	p := &Process{Name: name, done: make(chan struct{})}
	p.cmd = exec.Command(bin, args...)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL} // Ctrl-C is ours to pass on
	if log == nil {
		log = io.Discard
	}
	p.cmd.Stderr = io.MultiWriter(log, (*tail)(p))
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	first := make(chan string, 1)
	go func() {
		defer close(p.done)
		in := bufio.NewReader(out)
		line, _ := in.ReadString('\n')
		first <- line
		_, _ = io.Copy(io.Discard, in)
		p.err = p.cmd.Wait()
	}()
	timer := time.NewTimer(readyMost)
	defer timer.Stop()
	select {
	case line := <-first:
		if err := json.Unmarshal([]byte(line), ready); err != nil {
			p.Kill()
			return nil, fmt.Errorf("%s does not start: %s%s", name, line, p.Log())
		}
		return p, nil
	case <-timer.C:
		err = errors.New("no word from it")
	case <-ctx.Done():
		err = ctx.Err()
	}
	p.Kill()
	return nil, fmt.Errorf("start %s: %w\n%s", name, err, p.Log())
}

// tail keeps the last of what a program logs.
type tail Process

const tailMost = 64 << 10

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.log.Len() > tailMost {
		t.log.Next(t.log.Len() - tailMost/2)
	}
	return t.log.Write(b)
}

// Log is the last of what it logged.
func (p *Process) Log() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

// Pid is its process id.
func (p *Process) Pid() int { return p.cmd.Process.Pid }

// Done is closed when it ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// anew starts a program again where it did not start: another one may take a port
// between its choice and its use.
func anew(start func() error) (err error) {
	for range 3 {
		if err = start(); err == nil {
			return nil
		}
	}
	return err
}

// Kill ends it as a power cut of the machine would: SIGKILL.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill() // it may be gone
	<-p.done
}

// Stop asks it to end and waits; one that does not is killed.
func (p *Process) Stop() error {
	_ = p.cmd.Process.Signal(os.Interrupt) // it may be gone
	timer := time.NewTimer(stopMost)
	defer timer.Stop()
	select {
	case <-p.done:
		if p.err != nil {
			return fmt.Errorf("%s ended badly: %w\n%s", p.Name, p.err, p.Log())
		}
		return nil
	case <-timer.C:
		p.Kill()
		return fmt.Errorf("%s did not end in %v", p.Name, stopMost)
	}
}

// RSS is its resident memory in bytes.
func (p *Process) RSS() (int64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Pid()))
	if err != nil {
		return 0, err
	}
	for _, line := range strings.Split(string(raw), "\n") {
		var kb int64
		if _, err := fmt.Sscanf(line, "VmRSS: %d kB", &kb); err == nil {
			return kb << 10, nil
		}
	}
	return 0, errors.New("no VmRSS")
}

// Handles is how many files and connections it has open.
func (p *Process) Handles() (int, error) {
	list, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", p.Pid()))
	return len(list), err
}

// tick is the unit of /proc/<pid>/stat: USER_HZ is 100 on every Linux that Go runs on.
const tick = 10 * time.Millisecond

// CPU is the processor time that it used since its start, to 10 ms.
func (p *Process) CPU() (time.Duration, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.Pid()))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(raw[bytes.LastIndexByte(raw, ')')+1:])) // the name before may hold anything
	if len(fields) < 13 {
		return 0, fmt.Errorf("/proc/%d/stat has %d fields", p.Pid(), len(fields))
	}
	user, err := strconv.ParseInt(fields[11], 10, 64)
	system, err2 := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * tick, errors.Join(err, err2)
}

// Run runs a program to its end and reads its output as JSON into out, where out
// is not nil.
func Run(ctx context.Context, out any, bin string, args ...string) error {
	c := exec.CommandContext(ctx, bin, args...)
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s%s", filepath.Base(bin), strings.Join(args, " "), err, stdout.String(), stderr.String())
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(stdout.Bytes(), out)
}

// Within asks again and again until ok has no error; the last error where it never
// came to that.
func Within(most time.Duration, ok func() error) error {
	over := time.NewTimer(most)
	defer over.Stop()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		err := ok()
		if err == nil {
			return nil
		}
		select {
		case <-over.C:
			return err
		case <-again.C:
		}
	}
}

// Ports that Port chooses from: below those that the kernel gives to outgoing
// connections, so that a program that is started again finds its port free.
const (
	portLeast = 12_000
	portMost  = 32_000
	portTries = 100
)

// Port is the wanted address where it is free, and one with a free port otherwise.
func Port(want string) string {
	host, port, _ := net.SplitHostPort(want)
	for range portTries {
		if port != "0" {
			if l, err := net.Listen("tcp", net.JoinHostPort(host, port)); err == nil {
				_ = l.Close() // it was only tried
				return net.JoinHostPort(host, port)
			}
		}
		port = strconv.Itoa(portLeast + rand.IntN(portMost-portLeast))
	}
	return net.JoinHostPort(host, "0")
}
