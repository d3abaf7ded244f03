package main

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/edge/cert"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/ui/uitest"
)

// authority is that of all houses here, so that one browser trusts them all.
var authority = sync.OnceValues(func() (*cert.Authority, error) {
	dir, err := os.MkdirTemp("", "screens-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	a, err := cert.Make(dir, "tyngo-screen.local")
	if err == nil {
		_, err = a.Renew(time.Now(), false, nil)
	}
	return a, err
})

func ca(t testing.TB) *cert.Authority {
	t.Helper()
	a, err := authority()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// openBrowser finds the houses and trusts them, as a tablet does that was let in.
func openBrowser(t testing.TB) *uitest.Browser {
	t.Helper()
	return uitest.Open(t, uitest.Maps(ca(t).Name(), "127.0.0.1"), uitest.Trusts(ca(t).CA()))
}

// house is a real box behind an address that stays, as a box in a restaurant has one.
type house struct {
	*boxtest.House
	addr string
	shut func()

	deaf      atomic.Int32 // so many posts are done and their answers lost
	unchanged atomic.Int32 // so often "not modified" was answered
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{House: boxtest.Start(t), addr: "127.0.0.1:0"}
	h.listen()
	t.Cleanup(func() { h.shut() })
	return h
}

// url is the origin of the house, where nothing is exempt as localhost is.
func (h *house) url() string {
	_, port, err := net.SplitHostPort(h.addr)
	if err != nil {
		h.T.Fatal(err)
	}
	return "https://" + net.JoinHostPort(ca(h.T).Name(), port)
}

// listen serves the open box.
func (h *house) listen() {
	h.T.Helper()
	l, err := net.Listen("tcp", h.addr)
	if err != nil {
		h.T.Fatal(err)
	}
	h.addr = l.Addr().String()
	a := ca(h.T)
	s := &http.Server{Handler: http.HandlerFunc(h.serve), TLSConfig: &tls.Config{GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return a.Leaf(), nil }}}
	done := make(chan error, 1)
	go func() { done <- s.ServeTLS(l, "", "") }()
	h.shut = func() {
		s.Close()
		<-done
	}
}

func (h *house) serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || r.URL.Path != "/api/v1/commands" || h.deaf.Add(-1) < 0 {
		h.API.ServeHTTP(&counted{w, &h.unchanged}, r)
		return
	}
	h.API.ServeHTTP(httptest.NewRecorder(), r)
	panic(http.ErrAbortHandler) // it was done, and nobody hears of it
}

// counted counts answers without a body.
type counted struct {
	http.ResponseWriter
	n *atomic.Int32
}

func (c *counted) WriteHeader(status int) {
	if status == http.StatusNotModified {
		c.n.Add(1)
	}
	c.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController: streams flush.
func (c *counted) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// stop ends the box as a switch would, as far as tablets can tell; start opens it
// on the same data, at the same address.
func (h *house) stop() {
	h.shut()
	h.House.Stop()
}

func (h *house) start() {
	h.T.Helper()
	h.Open()
	h.listen()
}

// tablet opens the page and signs in with a code of the box.
func (h *house) tablet(browser *uitest.Browser, name string, size uitest.Screen) *uitest.Page {
	h.T.Helper()
	code, err := h.Staff.MakeCode(h.T.Context(), "server", name)
	if err != nil {
		h.T.Fatal(err)
	}
	p := browser.Page(h.T, size)
	p.Go(h.url())
	p.Type("input[name=code]", strings.ToLower(code))
	p.TapText("Sign in")
	p.Wait(`document.querySelector("[data-table]") !== null`)
	return p
}

// told is what a program is told of an order.
type told struct {
	OrderID, Number, Status string
	TotalAmount             float64
	Items                   []struct {
		Name          string
		Quantity      int
		Modifications []string
		Sent          bool
	}
	Tickets []struct{ Number, State string }
}

func (h *house) orders() []told {
	h.T.Helper()
	var page struct{ Orders []told }
	h.Do("GET", "/api/v1/orders?limit=500", "").JSON(h.T, &page)
	return page.Orders
}

// marks is the marks of the ticket's lines, top down.
const marks = `[...document.querySelectorAll(".ticket .line .mark")].map(m => m.dataset.mark).join(" ")`

func waitMarks(t testing.TB, p *uitest.Page, want string) {
	t.Helper()
	p.Wait(marks + ` === "` + want + `"`)
}

// bowlAndChips rings a bowl with all its fillings, and chips: two stations.
func bowlAndChips(p *uitest.Page) {
	p.TapText("Bowls")
	p.TapText("Chicken Bowl")
	p.TapText("Guacamole")
	p.TapText("Rice")
	p.Type("input[name=note]", "no onions")
	p.TapText("Done")
	p.Wait(`document.querySelector(".sheet") === null`)
	p.TapText("Sides")
	p.TapText("Chips")
}

func (h *house) publish(path, document string) {
	h.T.Helper()
	if a := h.Do("PUT", path, document); a.Status != http.StatusOK {
		h.T.Fatalf("publish %s: %d %s", path, a.Status, a.Body)
	}
}

// rung opens an order and adds a dish, as a tablet that is cut off before it sends.
func (h *house) rung(t testing.TB, table string) string {
	t.Helper()
	o := id.New[id.Order]().String()
	wish := func(typ, data string) string {
		return fmt.Sprintf(`{"id":%q,"type":%q,"order":%q,"data":%s}`, id.New[id.Command](), typ, o, data)
	}
	open := wish("order.open", fmt.Sprintf(`{"tableNumber":%q}`, table))
	add := wish("order.add_lines", fmt.Sprintf(`{"lines":[{"line":%q,"menuItemId":%q,"quantity":1,"modifications":[]}]}`, id.New[id.Line](), boxtest.Chips))
	a := h.Do("POST", "/api/v1/commands", `{"commands":[`+open+`,`+add+`]}`)
	if a.Status != http.StatusOK || strings.Contains(string(a.Body), "problem") {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	return o
}
