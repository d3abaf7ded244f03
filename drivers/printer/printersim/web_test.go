package printersim

import (
	"bufio"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func browse(t *testing.T, p *Printer) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(p.Handler())
	t.Cleanup(s.Close)
	return s
}

func get(t *testing.T, address string, want int) string {
	t.Helper()
	r, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != want {
		t.Fatalf("GET %s: %d, %v; want %d", address, r.StatusCode, err, want)
	}
	return string(b)
}

func press(t *testing.T, address string, form url.Values, want int) {
	t.Helper()
	r, err := http.PostForm(address, form)
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != want {
		t.Fatalf("POST %s: %d, want %d", address, r.StatusCode, want)
	}
}

func TestPageShowsThePaper(t *testing.T) {
	p, c := pair(t, Config{Name: "Hot <line>"})
	s := browse(t, p)
	if page := get(t, s.URL, 200); !strings.Contains(page, "No slip yet") || !strings.Contains(page, "Hot &lt;line&gt;") {
		t.Errorf("an empty page says\n%s", page)
	}
	c.send("'<b>Carnitas</b>", "0A", cut, "'and more", "0A")
	printed(t, p, 1)
	waitFor(t, p, func(s State) bool { return s.Lines == 1 })
	page := get(t, s.URL, 200)
	for _, want := range []string{`id="slip-1"`, "&lt;b&gt;Carnitas&lt;/b&gt;", "and more", `src="/slip/1.png?`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	if _, err := png.Decode(strings.NewReader(get(t, s.URL+"/slip/1.png", 200))); err != nil {
		t.Error(err)
	}
	get(t, s.URL+"/slip/2.png", 404)
	get(t, s.URL+"/slip/x", 404)
	get(t, s.URL+"/page.css", 200)
	get(t, s.URL+"/page.js", 200)
	get(t, s.URL+"/other", 404)
}

func TestButtonsBreakAndMend(t *testing.T) {
	p := start(t, Config{})
	s := browse(t, p)
	idle := p.State()
	for _, k := range knobs {
		press(t, s.URL+"/fault/"+k.Name, nil, 200)
		if on := k.On(p.State()); on != (k.Undo != "") {
			t.Errorf("%s is on: %v", k.Name, on)
		}
		get(t, s.URL, 200)
		press(t, s.URL+"/fault/"+k.Name, url.Values{"on": {"false"}}, 200)
		if k.Name == "break" || k.Name == "wedge" { // which only a power cycle ends
			press(t, s.URL+"/fault/power", nil, 200)
			press(t, s.URL+"/fault/power", url.Values{"on": {"false"}}, 200)
		}
		if got := p.State(); k.Name != "link" && got != idle {
			t.Errorf("after %s and back: %+v", k.Name, got)
		}
	}
	press(t, s.URL+"/fault/fire", nil, 404)
	press(t, s.URL+"/speed", url.Values{"speed": {"120"}}, 200)
	press(t, s.URL+"/speed", url.Values{"speed": {"fast"}}, 400)
	if got := p.State().Speed; got != 120 {
		t.Errorf("speed %d", got)
	}
	if page := get(t, s.URL, 200); !strings.Contains(page, "120 mm/s") {
		t.Error("the page has no button for its own speed")
	}
}

func TestChangesArePushed(t *testing.T) {
	p := start(t, Config{})
	s := browse(t, p)
	r, err := http.Get(s.URL + "/changes")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	lines := bufio.NewScanner(r.Body)
	next := func() bool {
		for lines.Scan() {
			if lines.Text() == "data: look" {
				return true
			}
		}
		return false
	}
	if !next() {
		t.Fatal("nothing at the beginning")
	}
	p.PaperOut()
	if !next() {
		t.Fatal("nothing after a change")
	}
	p.Close()
	for next() {
	}
}
