package main

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/tyngo/tyngo/edge/box"
	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/id"
)

// harbor is the restaurant whose tablet is on the pictures.
type harbor struct{ *restaurant }

// rooms is its plan.
func rooms() []doc.Section {
	dining := doc.Section{Name: "Dining room"}
	for _, t := range []struct {
		name  int
		seats int
	}{{1, 2}, {2, 2}, {3, 2}, {4, 4}, {5, 4}, {6, 2}, {7, 6}, {8, 4}, {9, 4}, {10, 8}, {11, 4}, {12, 4}, {14, 4}, {15, 2}, {16, 6}} {
		dining.Tables = append(dining.Tables, doc.Table{Name: strconv.Itoa(t.name), Seats: t.seats})
	}
	for i := 1; i <= 6; i++ {
		dining.Tables = append(dining.Tables, doc.Table{Name: "B" + strconv.Itoa(i), Seats: 1})
	}
	terrace := doc.Section{Name: "Terrace"}
	for i := 1; i <= 8; i++ {
		terrace.Tables = append(terrace.Tables, doc.Table{Name: "T" + strconv.Itoa(i), Seats: 4})
	}
	bar := doc.Section{Name: "Bar"}
	for i := 1; i <= 4; i++ {
		bar.Tables = append(bar.Tables, doc.Table{Name: "S" + strconv.Itoa(i), Seats: 2})
	}
	return []doc.Section{dining, terrace, bar}
}

// dish is something that guests of Harbor had.
type dish struct {
	name     string
	quantity int64
	changes  []string
}

// tables are what is open in the evening: minutes ago, table ("" is takeaway), how
// far it is, what they have.
var evening = []struct {
	ago    int
	table  string
	status order.Status
	dishes []dish
}{
	{22, "1", order.StatusPreparing, []dish{{"Half chicken", 2, nil}, {"House red", 2, nil}, {"Rice", 2, nil}}},
	{41, "2", order.StatusPreparing, []dish{{"Mole with turkey", 2, nil}, {"Draft lager", 2, nil}, {"Flan", 1, nil}}},
	{4, "4", order.StatusPlaced, []dish{{"Chips & three salsas", 1, nil}, {"Agua fresca", 3, nil}}},
	{31, "5", order.StatusReady, []dish{{"Hanger steak", 3, []string{"Medium rare"}}, {"Fish of the day", 1, nil}, {"House margarita", 4, nil}}},
	{48, "7", order.StatusPreparing, []dish{{"Tasting board for two", 3, nil}, {"Guacamole & chips", 2, nil}, {"House margarita", 6, []string{"Salt on the side"}}}},
	{18, "8", order.StatusPreparing, []dish{{"Burrito bowl", 4, []string{"Pollo asado", "Pinto", "Roja"}}, {"Horchata", 4, nil}}},
	{52, "10", order.StatusPreparing, []dish{{"Tasting board for two", 4, nil}, {"Shrimp ceviche", 4, nil}, {"Paloma", 8, nil}, {"Coffee", 4, nil}}},
	{37, "12", order.StatusPreparing, []dish{{"Guacamole & chips", 1, nil}, {"Charred corn", 1, []string{"No cotija"}}, {"House margarita", 2, nil}, {"Agua fresca", 2, nil}}},
	{9, "15", order.StatusPlaced, []dish{{"Enchiladas", 1, nil}, {"Veggie bowl", 1, []string{"Mushroom", "Black"}}, {"Sparkling water", 2, nil}}},
	{2, "16", order.StatusPlaced, []dish{{"Guacamole & chips", 2, nil}, {"Agua fresca", 6, nil}}},
	{16, "B1", order.StatusPreparing, []dish{{"Draft lager", 2, nil}, {"Queso fundido", 1, nil}}},
	{25, "B2", order.StatusPreparing, []dish{{"Quesabirria (3 pcs)", 2, nil}, {"Dark ale", 2, nil}}},
	{12, "", order.StatusReady, []dish{{"Carnitas burrito", 2, []string{"Black", "Verde"}}}},
	{7, "", order.StatusPreparing, []dish{{"Taco trio (pick three)", 1, nil}, {"Churros", 2, nil}}},
	{3, "", order.StatusPlaced, []dish{{"Chicken bowl", 1, []string{"Refried", "Guacamole"}}}},
}

// act is one thing that happened at a time.
type act struct {
	at time.Time
	do func()
}

// day is a whole day at Harbor: the guests who have left, and those who are there.
func (h *harbor) day(ctx context.Context) {
	h.sell(ctx, at(8, 0, 0), at(18, 45, 0))
	h.clock.set(at(18, 45, 0))
	h.serveAll(ctx)
	h.furnish(ctx)
	var acts []act
	for _, e := range evening {
		o := id.New[id.Order]()
		opened := now().Add(-time.Duration(e.ago) * time.Minute)
		acts = append(acts, act{opened, func() {
			h.do(ctx, o, order.Place{Open: order.Open{Table: e.table, Source: "tablet"}, AddLines: order.AddLines{Lines: h.lines(e.dishes)}})
		}})
		for i, s := range []order.Status{order.StatusPreparing, order.StatusReady} {
			if e.status == s || e.status == order.StatusReady {
				acts = append(acts, act{opened.Add(time.Duration(90+i*e.ago*40) * time.Second), func() { h.do(ctx, o, order.SetStatus{To: s}) }})
			}
		}
	}
	slices.SortFunc(acts, func(a, b act) int { return a.at.Compare(b.at) })
	for _, a := range acts {
		h.clock.set(a.at)
		a.do()
	}
}

// lines finds dishes on the menu; on another menu than ours guests have its first ones.
func (h *harbor) lines(dishes []dish) (lines []order.NewLine) {
	for i, d := range dishes {
		item := itemID(d.name)
		if !h.has(item) {
			item = h.dishes[i%len(h.dishes)].ID
		}
		lines = append(lines, order.NewLine{Item: item, Quantity: d.quantity, Modifications: d.changes})
	}
	return lines
}

func (h *harbor) has(item id.Item) bool {
	for _, d := range h.dishes {
		if d.ID == item {
			return true
		}
	}
	return false
}

// serveAll moves every open order on until it is served.
func (h *harbor) serveAll(ctx context.Context) {
	var open []*order.View
	h.s.must(h.DB.View(ctx, func(q *sqlite.Snapshot) (err error) {
		open, _, err = order.List(q, order.Filter{Open: true, Limit: 5000})
		return err
	}))
	for _, o := range open {
		for _, s := range []order.Status{order.StatusPreparing, order.StatusReady, order.StatusServed} {
			h.do(ctx, o.ID, order.SetStatus{To: s})
		}
	}
}

// broken serves a box whose note of its last start cannot be read.
func (h *harbor) broken() (url string) {
	config := h.config
	config.Dir = filepath.Join(h.s.TempDir(), "data")
	_, _, err := box.SetUp(h.ctx, config, box.Setup{Name: "Luz & Maíz", Currency: "USD", Zone: zone})
	h.s.must(err)
	h.s.must(os.WriteFile(filepath.Join(config.Dir, "boot.json"), []byte("{"), 0o600))
	ctx, cancel := context.WithCancel(context.Background())
	started, done := make(chan net.Addr, 1), make(chan error, 1)
	go func() {
		done <- box.Serve(ctx, config, box.Listen{Local: "127.0.0.1:0", Started: func(a net.Addr) { started <- a }})
	}()
	h.s.Cleanup(func() {
		cancel()
		h.s.must(<-done)
	})
	return "http://" + (<-started).String()
}
