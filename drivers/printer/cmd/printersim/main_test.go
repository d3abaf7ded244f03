package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// program runs the whole command until the test ends.
func program(t *testing.T, args ...string) (firstLine string, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, args, in, io.Discard)
		in.CloseWithError(io.EOF)
		ended <- err
	}()
	line, _ := bufio.NewReader(out).ReadString('\n')
	go io.Copy(io.Discard, out)
	return line, func() error { cancel(); return <-ended }
}

func TestProgramPrintsAndStops(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "slips")
	line, stop := program(t, "--listen", ":0", "--web", ":0", "--name", "Hot line", "--speed", "0", "--folder", folder, "--json")
	var ready struct{ Name, Printer, Web string }
	if err := json.Unmarshal([]byte(line), &ready); err != nil || ready.Name != "Hot line" || !strings.HasPrefix(ready.Web, "http://127.0.0.1:") {
		t.Fatalf("%q: %v", line, err)
	}
	u, err := url.Parse(ready.Printer)
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	// A slip, and the question whether it is out.
	io.WriteString(c, "Carnitas\n\x1dVB\x00\x1d(H\x06\x00000042")
	answer := make([]byte, 7)
	if _, err := io.ReadFull(c, answer); err != nil || string(answer) != "7\"0042\x00" {
		t.Fatalf("%q, %v", answer, err)
	}
	if text, err := os.ReadFile(filepath.Join(folder, "0001.txt")); err != nil || string(text) != "Carnitas\n" {
		t.Errorf("%q, %v", text, err)
	}
	r, err := http.Get(ready.Web)
	if err != nil {
		t.Fatal(err)
	}
	page, _ := io.ReadAll(r.Body)
	r.Body.Close()
	if !strings.Contains(string(page), "Carnitas") {
		t.Error("the page does not show the slip")
	}
	changes, err := http.Get(ready.Web + "changes") // an open page does not hold the program up
	if err != nil {
		t.Fatal(err)
	}
	defer changes.Body.Close()
	if err := stop(); err != nil {
		t.Errorf("it ended with %v", err)
	}
}

func TestProgramSaysItsAddresses(t *testing.T) {
	line, stop := program(t, "--listen", ":0", "--web", "", "--columns", "32")
	if !strings.HasPrefix(line, "Printer prints at tcp://127.0.0.1:") || !strings.Contains(line, "generic58") {
		t.Errorf("it says %q", line)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestProgramRefusesWhatItCannotDo(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, args := range [][]string{
		{"--listen", taken.Addr().String(), "--web", ""},
		{"--listen", ":0", "--web", taken.Addr().String()},
		{"--listen", "nowhere"},
		{"--flag-of-another-program"},
		{"slip.txt"},
	} {
		if err := run(t.Context(), args, io.Discard, io.Discard); err == nil {
			t.Errorf("%q runs", args)
		}
	}
}
