package e2e

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// demoProgram builds the program behind make demo, once.
var demoProgram = sync.OnceValues(func() (string, error) {
	program := filepath.Join(filepath.Dir(bin.Edge), "tyngo-demo")
	build := exec.Command("go", "build", "-o", program, "./packaging/demo")
	build.Dir = root()
	if msg, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, msg)
	}
	return program, nil
})

// demo is its command for a file of orders. Everything of it lives under temp.
func demo(t testing.TB, temp, orders string, more ...string) (c *exec.Cmd, out *bytes.Buffer) {
	t.Helper()
	program, err := demoProgram()
	check(t, err)
	file := filepath.Join(temp, "orders.tsv")
	check(t, os.WriteFile(file, []byte("order_id\tquantity\titem_name\tchoice_description\titem_price\n"+orders), 0o600))
	c = exec.Command(program, append([]string{"--bin", filepath.Dir(bin.Edge), "--orders", file, "--paper", "2000"}, more...)...)
	c.Env = append(os.Environ(), "TMPDIR="+temp)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	out = new(bytes.Buffer)
	c.Stdout, c.Stderr = out, out
	return c, out
}

const someOrders = "1\t2\tSteak Bowl\t[Salsa, [Rice, Beans]]\t$19.50\n" +
	"1\t1\tCanned Soda\tNULL\t$1.25\n" +
	"2\t3\tCanned Soda\tNULL\t$4.00\n" +
	"b-3\t1\tSteak Bowl\tNULL\t$9.75\n"

// TestTheDemoPlaysAnyOrders: a file of somebody else is on paper and at head office,
// to the cent, and nothing is left behind.
func TestTheDemoPlaysAnyOrders(t *testing.T) {
	t.Parallel()
	temp := t.TempDir()
	c, out := demo(t, temp, someOrders, "--speed", "0", "--exit")
	if err := c.Run(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{"3 orders", "7 items, $34.50", "shows 3 orders and $34.50 today", "All 4 tickets are on paper", "curl -s http", "code "} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the demo does not say %q:\n%s", want, out)
		}
	}
	gone(t, temp)
}

// gone checks that nothing of a demo is left.
func gone(t testing.TB, temp string) {
	t.Helper()
	if left, err := filepath.Glob(filepath.Join(temp, "tyngo-demo-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if found, _ := exec.Command("pgrep", "-f", temp).Output(); len(found) > 0 {
		t.Errorf("still running: %s", found)
	}
}

var curlLines = regexp.MustCompile(`(?s)curl -s .*?\n\n`)

// TestTheDemoTakesAnOrderByCurlAndEndsWithCtrlC: the line that it prints works as it
// stands, and Ctrl-C in the middle of the lunch stops everything cleanly.
func TestTheDemoTakesAnOrderByCurlAndEndsWithCtrlC(t *testing.T) {
	t.Parallel()
	temp := t.TempDir()
	c, out := demo(t, temp, someOrders, "--speed", "0.01")
	read, write, err := os.Pipe()
	check(t, err)
	defer read.Close()
	c.Stdout = write
	check(t, c.Start())
	check(t, write.Close())
	said := make(chan string, 1)
	ended := make(chan error, 1)
	go func() {
		var all bytes.Buffer
		block := make([]byte, 4096)
		for {
			n, err := read.Read(block)
			all.Write(block[:n])
			if m := curlLines.FindString(all.String()); m != "" {
				select {
				case said <- m:
				default:
				}
			}
			if err != nil {
				break
			}
		}
		ended <- c.Wait()
	}()
	timer := time.AfterFunc(60*time.Second, func() { _ = c.Process.Kill() })
	defer timer.Stop()
	select {
	case line := <-said:
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		answer, err := exec.CommandContext(ctx, "bash", "-c", line).Output()
		if err != nil || !bytes.Contains(answer, []byte(`"orderId"`)) || !bytes.Contains(answer, []byte(`"estimatedTime"`)) {
			t.Errorf("%s\nis answered %s, %v", line, answer, err)
		}
	case err := <-ended:
		t.Fatalf("the demo ended: %v\n%s", err, out)
	}
	check(t, c.Process.Signal(os.Interrupt))
	began := time.Now()
	if err := <-ended; err != nil {
		t.Errorf("Ctrl-C ends the demo with: %v\n%s", err, out)
	}
	t.Logf("stopped in %v", time.Since(began))
	gone(t, temp)
}

// TestTheDemoSaysWhatIsWrongWithAFile and starts nothing.
func TestTheDemoSaysWhatIsWrongWithAFile(t *testing.T) {
	t.Parallel()
	temp := t.TempDir()
	c, out := demo(t, temp, "1\tmany\tTea\tNULL\t$1.00\n", "--exit")
	if err := c.Run(); err == nil || !strings.Contains(out.String(), `orders.tsv: line 2: quantity "many"`) {
		t.Errorf("%v: %s", err, out)
	}
	gone(t, temp)
}
