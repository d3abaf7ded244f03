package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tyngo/tyngo/edge/box"
	"github.com/tyngo/tyngo/edge/qr"
)

// The test program is tyngo-edge where it is told to be.
func TestMain(m *testing.M) {
	if os.Getenv("TYNGO_EDGE_TEST") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func edge(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0], args...)
	c.Env = append(os.Environ(), "TYNGO_EDGE_TEST=1")
	return c
}

// say runs a command to its end.
func say(t testing.TB, args ...string) (status int, out, errs string) {
	t.Helper()
	var o, e strings.Builder
	c := edge(t, args...)
	c.Stdout, c.Stderr = &o, &e
	_ = c.Run() // the status is looked at
	return c.ProcessState.ExitCode(), o.String(), e.String()
}

func TestABadRequestIsSaidInWordsAndIsExitCodeTwo(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	bad := filepath.Join(t.TempDir(), "menu.json")
	if err := os.WriteFile(bad, []byte(`{"currency":`), 0o600); err != nil {
		t.Fatal(err)
	}
	table := filepath.Join(t.TempDir(), "items.csv")
	if err := os.WriteFile(table, []byte("name,price\nBowl,8.75\nChips,two\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, _, errs := say(t, "setup", "--data", dir, "--name", "Luz", "--currency", "USD", "--zone", "America/Chicago"); status != 0 {
		t.Fatal(errs)
	}
	empty := filepath.Join(t.TempDir(), "empty")
	for _, c := range []struct{ args, says string }{
		{"", "expected one of"},
		{"serve", "missing flags: --data"},
		{"serve --data " + dir + " --port 80", "unknown flag --port"},
		{"token --data " + dir, "missing flags: --role"},
		{"token --data " + dir + " --role king", `"king" is not a role: manager`},
		{"token --data " + dir + " --role cook --ttl=-1h", "token lives longer"},
		{"token --data " + dir + " --role cook --ttl soon", "--ttl"},
		{"token --code --data " + dir + " --role king", "role"},
		{"setup --data " + empty + " --name Luz --currency US --zone America/Chicago", "currency"},
		{"setup --data " + empty + " --name Luz --currency USD --zone Mars/Olympus", "Mars/Olympus"},
		{"setup --data " + dir + " --name Luz --currency USD --zone America/Chicago", "already"},
		{"menu import --data " + dir + " /nowhere/menu.json", "The file cannot be read: open /nowhere/menu.json"},
		{"menu import --data " + dir + " " + bad, "line 1"},
		{"menu import --data " + dir + " --check " + bad, "line 1"},
		{"menu import --data " + dir + " " + table, "line 3"},
		{"sync join --data " + dir + " --cloud https://127.0.0.1:1 --claim 7K2QD", "no claim code"},
	} {
		status, out, errs := say(t, strings.Fields(c.args)...)
		if status != 2 || out != "" || !strings.Contains(errs, c.says) || !strings.Contains(errs, "tyngo-edge: ") {
			t.Errorf("tyngo-edge %s: %d %q %q", c.args, status, out, errs)
		}
	}
	status, out, errs := say(t, "--json", "token", "--data", dir, "--role", "king")
	var p struct{ Error, Code string }
	if err := json.Unmarshal([]byte(errs), &p); status != 2 || out != "" || err != nil || p.Code != "role_unknown" {
		t.Errorf("%d %q %q", status, out, errs)
	}
}

func TestAnswersGoToStandardOutputAlone(t *testing.T) {
	t.Parallel()
	if status, out, errs := say(t, "version"); status != 0 || !strings.HasPrefix(out, "tyngo-edge ") || errs != "" {
		t.Errorf("%d %q %q", status, out, errs)
	}
	status, out, errs := say(t, "--json", "version")
	var v struct{ Version string }
	if err := json.Unmarshal([]byte(out), &v); status != 0 || err != nil || v.Version == "" || errs != "" {
		t.Errorf("%d %q %q", status, out, errs)
	}
}

func TestABoxServesUntilASignal(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	if status, _, errs := say(t, "setup", "--data", dir, "--name", "Luz", "--currency", "USD", "--zone", "America/Chicago"); status != 0 {
		t.Fatal(errs)
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	if status, _, errs := say(t, "serve", "--data", dir, "--listen", taken.Addr().String()); status != 1 || !strings.Contains(errs, "address already in use") {
		t.Errorf("on a port that is taken: %d %q", status, errs)
	}
	c := edge(t, "--json", "serve", "--data", dir, "--listen", "127.0.0.1:0")
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
	var at struct{ Address string }
	if err := json.Unmarshal([]byte(line), &at); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	if res, err := http.Get(at.Address + "/health"); err != nil || res.StatusCode != 200 {
		t.Errorf("%v %v", res, err)
	}
	if status, code, errs := say(t, "token", "--code", "--data", dir, "--role", "server"); status != 0 || len(strings.TrimSpace(code)) != 11 {
		t.Errorf("a code from the running box: %d %q %q", status, code, errs)
	}
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil {
		t.Errorf("after a signal it ends with %v", err)
	}
}

// The engineer reads name, address and fingerprint where he starts the box, and asks
// for them again from beside it.
func TestTheOriginIsSaidAtTheStartAndWhenAsked(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	if status, _, errs := say(t, "setup", "--data", dir, "--name", "Luz", "--currency", "USD", "--zone", "America/Chicago"); status != 0 {
		t.Fatal(errs)
	}
	if status, text, errs := say(t, "origin", "--data", dir); status != 0 || !strings.Contains(text, "--https :443") || !strings.Contains(text, ".local") {
		t.Errorf("a box that does not serve tablets: %d %q %q", status, text, errs)
	}
	c := edge(t, "--json", "serve", "--data", dir, "--listen", "127.0.0.1:0", "--https", "127.0.0.1:0", "--http", "127.0.0.1:0")
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	var at struct{ Address string }
	var o box.Origin
	said := json.NewDecoder(out)
	if err := errors.Join(said.Decode(&at), said.Decode(&o)); err != nil || at.Address == "" || !strings.HasPrefix(o.Origin, "https://"+o.Name+":") || len(o.Enrol) != 1 {
		t.Fatalf("%v %+v, %v", at, o, err)
	}
	if status, text, errs := say(t, "origin", "--data", dir); status != 0 || !strings.Contains(text, o.Origin) || !strings.Contains(text, o.Enrol[0]) || !strings.Contains(text, o.Fingerprint[:40]) || !strings.Contains(text, o.Fingerprint[60:]+"\n") {
		t.Errorf("%d %q %q", status, text, errs)
	} else if code, err := qr.Encode(o.Enrol[0]); err != nil || !strings.HasSuffix(text, code.Blocks()) {
		t.Errorf("the picture of %s: %v %s", o.Enrol[0], err, text)
	}
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil {
		t.Errorf("after a signal it ends with %v", err)
	}
}

// A restaurant's first menu is a table out of a spreadsheet; a document is looked at
// before it is taken.
func TestAMenuIsBroughtInFromATableAndLookedAt(t *testing.T) {
	t.Parallel()
	dir, files := filepath.Join(t.TempDir(), "data"), t.TempDir()
	if status, _, errs := say(t, "setup", "--data", dir, "--name", "Luz", "--currency", "USD", "--zone", "America/Chicago"); status != 0 {
		t.Fatal(errs)
	}
	table, document := filepath.Join(files, "items.CSV"), filepath.Join(files, "menu.json")
	if err := os.WriteFile(table, []byte("name,price,category\nChicken Bowl,8.75,Bowls\nChips,2.15,Sides\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, out, errs := say(t, "menu", "import", "--data", dir, table); status != 0 || !strings.Contains(out, "in force") {
		t.Fatalf("%d %q %q", status, out, errs)
	}
	status, out, errs := say(t, "menu", "export", "--data", dir)
	if status != 0 || !strings.Contains(out, `"name":"Chips"`) {
		t.Fatalf("%d %q %q", status, out, errs)
	}
	if err := os.WriteFile(document, []byte(strings.Replace(out, "8.75", "9.25", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	status, out, errs = say(t, "menu", "import", "--data", dir, "--check", document)
	if status != 0 || !strings.Contains(out, "2 items, 1 changes") || !strings.Contains(out, "items[Chicken Bowl].price: 8.75 -> 9.25") {
		t.Errorf("%d %q %q", status, out, errs)
	}
	status, out, _ = say(t, "menu", "export", "--csv", "--data", dir)
	if status != 0 || !strings.Contains(out, ",Chicken Bowl,8.75,Bowls,") {
		t.Errorf("%d %q", status, out)
	}
}

// TestWhoeverStandsAtTheBoxEndsTheDoubtOfItsClock, whether the box serves or not.
func TestWhoeverStandsAtTheBoxEndsTheDoubtOfItsClock(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	ahead := func() time.Time { return time.Now().Add(72 * time.Hour) } // its last fact is in three days
	if _, _, err := box.SetUp(t.Context(), box.Config{Dir: dir, Now: ahead, Log: slog.New(slog.DiscardHandler)}, box.Setup{Name: "Luz", Currency: "USD", Zone: "America/Chicago", Locale: "en-US"}); err != nil {
		t.Fatal(err)
	}
	doubt := func() (c box.ClockStatus) {
		t.Helper()
		status, out, errs := say(t, "--json", "clock", "--data", dir)
		if err := json.Unmarshal([]byte(out), &c); status != 0 || err != nil {
			t.Fatalf("%d %q %q", status, out, errs)
		}
		return c
	}
	if c := doubt(); c.Doubt != "behind" {
		t.Fatalf("%+v", c)
	}
	if _, out, _ := say(t, "clock", "--data", dir); !strings.Contains(out, "is not believed") || !strings.Contains(out, "tyngo-edge clock confirm") {
		t.Errorf("%q", out)
	}
	if status, out, errs := say(t, "clock", "confirm", "--data", dir, "--at", "tomorrow"); status != 2 || out != "" || !strings.Contains(errs, "2026-11-25T20:15:00-06:00") {
		t.Errorf("%d %q %q", status, out, errs)
	}
	if status, out, errs := say(t, "clock", "confirm", "--data", dir); status != 0 || !strings.Contains(out, time.Now().Format("2 Jan 2006")) {
		t.Errorf("%d %q %q", status, out, errs)
	}
	if c := doubt(); c.Doubt != "" || time.Since(time.UnixMilli(c.Now)).Abs() > time.Minute {
		t.Errorf("%+v", c)
	}
	if status, _, errs := say(t, "clock", "confirm", "--data", dir); status != 2 || !strings.Contains(errs, "is not in doubt") {
		t.Errorf("twice: %d %q", status, errs)
	}
}
