package main

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/tyngo/tyngo/cloud/hq"
)

// The test program is tyngo-cloud where it is told to be.
func TestMain(m *testing.M) {
	if os.Getenv("TYNGO_CLOUD_TEST") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func cloud(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0], args...)
	c.Env = append(os.Environ(), "TYNGO_CLOUD_TEST=1")
	return c
}

// say runs a command to its end.
func say(t testing.TB, args ...string) (status int, out, errs string) {
	t.Helper()
	var o, e strings.Builder
	c := cloud(t, args...)
	c.Stdout, c.Stderr = &o, &e
	_ = c.Run() // the status is looked at
	return c.ProcessState.ExitCode(), o.String(), e.String()
}

func TestABadRequestIsSaidInWordsAndIsExitCodeTwo(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "cloud")
	const nobody = "0198f000-0000-7000-8000-000000000001"
	for _, c := range []struct{ args, says string }{
		{"", "expected one of"},
		{"serve", "missing flags: --data"},
		{"serve --data " + dir + " --port 80", "unknown flag --port"},
		{"serve --data " + dir + " --sink kafka", "--sink must be one of"},
		{"token --data " + dir + " --role king", `"king" is not a role: owner`},
		{"token --data " + dir + " --ttl=-1h", "A token lives longer"},
		{"restaurant add --data " + dir, "missing flags: --name"},
		{"restaurant claim --data " + dir, "<restaurant>"},
		{"restaurant claim --data " + dir + " nonsense", "restaurantId"},
		{"restaurant claim --data " + dir + " " + nobody, "There is no such restaurant"},
		{"restaurant replace --data " + dir + " " + nobody + " " + nobody, "There is no such restaurant"},
		{"rebuild --data " + filepath.Join(t.TempDir(), "none"), "There is no head office at"},
	} {
		status, out, errs := say(t, strings.Fields(c.args)...)
		if status != 2 || out != "" || !strings.Contains(errs, c.says) || !strings.Contains(errs, "tyngo-cloud: ") {
			t.Errorf("tyngo-cloud %s: %d %q %q", c.args, status, out, errs)
		}
	}
	status, out, errs := say(t, "--json", "token", "--data", dir, "--role", "king")
	var p struct{ Error, Code string }
	if err := json.Unmarshal([]byte(errs), &p); status != 2 || out != "" || err != nil || p.Code != "role_unknown" {
		t.Errorf("%d %q %q", status, out, errs)
	}
}

func TestHeadOfficeServesUntilASignalAndPrintsTheLineThatSetsABoxUp(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "cloud")
	c := cloud(t, "--json", "serve", "--data", dir, "--listen", "127.0.0.1:0", "--box", "127.0.0.1:0", "--mqtt", "127.0.0.1:0")
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	var at hq.Addresses
	if err := json.Unmarshal([]byte(line), &at); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	if res, err := http.Get(at.HQ + "/health"); err != nil || res.StatusCode != 200 {
		t.Errorf("%v %v", res, err)
	}
	if status, text, errs := say(t, "restaurant", "add", "--data", dir, "--name", "Riverside"); status != 0 ||
		!strings.Contains(text, "tyngo-edge setup --data ") || !strings.Contains(text, "--cloud "+at.Box+" --claim ") {
		t.Errorf("%d %q %q", status, text, errs)
	}
	var places []struct{ Name string }
	if status, text, errs := say(t, "--json", "restaurant", "list", "--data", dir); status != 0 || json.Unmarshal([]byte(text), &places) != nil || len(places) != 1 || places[0].Name != "Riverside" {
		t.Errorf("%d %q %q", status, text, errs)
	}
	if status, code, errs := say(t, "token", "--code", "--data", dir); status != 0 || len(strings.TrimSpace(code)) != 11 {
		t.Errorf("%d %q %q", status, code, errs)
	}
	if status, _, errs := say(t, "serve", "--data", dir, "--listen", "127.0.0.1:0", "--mqtt", "127.0.0.1:0"); status != 2 || !strings.Contains(errs, "Another program is using this data directory") {
		t.Errorf("a second head office: %d %q", status, errs)
	}
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil {
		t.Errorf("after a signal it ends with %v", err)
	}
}
