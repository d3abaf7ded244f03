package api_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/id"
)

const anOrder = `{"restaurantId":"` + boxtest.Restaurant + `","items":[{"menuItemId":"` + boxtest.Chips + `","quantity":1}]}`

// listen opens a stream and answers its lines that say which fact they are of.
func listen(t *testing.T, h *boxtest.House, last string) (facts <-chan string, leave func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, "GET", h.Server.URL+"/api/v1/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+h.Token)
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("open a stream: %v %v", res, err)
	}
	out := make(chan string, 10_000)
	go func() {
		defer close(out)
		defer res.Body.Close()
		lines := bufio.NewScanner(res.Body)
		id := ""
		for lines.Scan() {
			if s, ok := strings.CutPrefix(lines.Text(), "id: "); ok {
				id = s
			}
			if lines.Text() == "event: fact" {
				out <- id
			}
		}
	}()
	return out, cancel
}

// hears waits for the facts (from, to], each once and in order.
func hears(t *testing.T, facts <-chan string, from, to int64) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for want := from + 1; want <= to; want++ {
		select {
		case got := <-facts:
			if got != fmt.Sprintf("A-%d", want) {
				t.Fatalf("heard %s, want A-%d", got, want)
			}
		case <-deadline:
			t.Fatalf("after 20 s fact %d was not told", want)
		}
	}
}

func head(t *testing.T, h *boxtest.House) int64 {
	t.Helper()
	seq, _, err := h.Journal.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return seq
}

func paperIsOut(h *boxtest.House) {
	h.T.Helper()
	h.Until("the paper is out", func() bool {
		var queued int
		if err := h.DB.View(h.T.Context(), func(q *sqlite.Snapshot) error {
			return q.QueryRow("SELECT count(*) FROM print_job WHERE state = 'queued'").Scan(&queued)
		}); err != nil {
			h.T.Fatal(err)
		}
		return queued == 0
	})
}

func TestEveryStreamHearsEveryFactOnceAndInOrder(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	for range 26 { // more than a stream may be behind before it reads the journal itself
		var open []string
		for range 50 {
			open = append(open, fmt.Sprintf(`{"id":%q,"type":"order.open","order":%q}`, id.New[id.Command]().String(), id.New[id.Order]().String()))
		}
		if a := h.Do("POST", "/api/v1/commands", `{"commands":[`+strings.Join(open, ",")+`]}`); a.Status != http.StatusOK || strings.Contains(string(a.Body), "problem") {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
	}
	begin := head(t, h)
	live, _ := listen(t, h, "")
	behind, _ := listen(t, h, "A-1")
	nearly, _ := listen(t, h, fmt.Sprintf("A-%d", begin-3))
	gone, leave := listen(t, h, "")
	leave()
	for range 20 {
		h.Do("POST", "/api/v1/orders", anOrder)
	}
	paperIsOut(h)
	end := head(t, h)
	hears(t, live, begin, end)
	hears(t, nearly, begin-3, end)
	hears(t, behind, 1, end)
	for range gone {
	}
}

func TestAFactIsReadOnceForAllPagesThatAreOpen(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	var all []<-chan string
	for range 60 {
		facts, _ := listen(t, h, "")
		all = append(all, facts)
	}
	h.Do("POST", "/api/v1/orders", anOrder)
	paperIsOut(h)
	from := head(t, h)
	for _, facts := range all { // everybody has told of the past
		for got := ""; got != fmt.Sprintf("A-%d", from); got = <-facts {
		}
	}
	before := h.DB.Stats().Views.Load()
	h.Do("POST", "/api/v1/orders", anOrder)
	paperIsOut(h)
	to := head(t, h)
	for _, facts := range all {
		hears(t, facts, from, to)
	}
	if reads := h.DB.Stats().Views.Load() - before; reads > 60 {
		t.Errorf("%d snapshots were read to tell 60 pages of one order", reads)
	}
}
