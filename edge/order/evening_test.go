package order

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/menu"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/staff"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/bill"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
	"pgregory.net/rapid"
)

// room is a box without its borders: a journal, a menu, a venue, and orders.
type room struct {
	j    *journal.Journal
	book *Book
}

const (
	soup  = "0198f000-0000-7000-8000-000000000101"
	wine  = "0198f000-0000-7000-8000-000000000102"
	lunch = "0198f000-0000-7000-8000-000000000103"
	bread = "0198f000-0000-7000-8000-000000000104"
)

func openRoom(t testing.TB, venueDoc string) *room {
	t.Helper()
	ctx := t.Context()
	db, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "box.db"), sqlite.Config{ReserveBytes: -1})
	check(t, err)
	t.Cleanup(func() { check(t, db.Close()) })
	v, m := &venue.Book{}, &menu.Book{}
	now := func() time.Time { return time.Date(2026, 11, 24, 19, 0, 0, 0, time.UTC) }
	j, err := journal.Open(ctx, db, journal.Config{Now: now, Day: v.Day, Projectors: []journal.Projector{venue.Projector(), menu.Projector(), staff.Projector(), Projector()}})
	check(t, err)
	_, err = v.Publish(ctx, j, journal.Meta{Command: id.New[id.Command]()}, []byte(venueDoc))
	check(t, err)
	_, err = m.Publish(ctx, j, v, journal.Meta{Command: id.New[id.Command]()}, []byte(`{"currency":"`+currencyOf(venueDoc)+`","items":[
		{"id":"`+soup+`","name":"Soup","price":7,"tax_class":"Food","course":"Starters","portions":[{"n":4000}]},{"id":"`+wine+`","name":"Wine","price":9,"tax_class":"Drink"},
		{"id":"`+bread+`","name":"Bread","price":3,"tax_class":"Food"},
		{"id":"`+lunch+`","name":"Menu","price":25,"tax_class":"Food","combo":[{"name":"First","choices":[{"item":"`+soup+`","price":1}]},{"name":"Drink","choices":[{"item":"`+wine+`","price":2}]}]}]}`))
	check(t, err)
	return &room{j, NewBook(j, v, m, "A", now)}
}

func currencyOf(doc string) string {
	var v struct{ Currency string }
	if json.Unmarshal([]byte(doc), &v) != nil {
		return ""
	}
	return v.Currency
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (r *room) do(o id.Order, c Command) ([]event.Event, error) {
	rec, err := r.book.Do(context.Background(), journal.Meta{Command: id.New[id.Command]()}, o, c)
	return rec.Events, err
}

func (r *room) visit(t *rapid.T, o id.Order) (v *Visit) {
	if err := r.j.DB().View(context.Background(), func(q *sqlite.Snapshot) (err error) {
		v, err = loadVisit(q, o)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return v
}

// draw is a wish of a waiter; some are refused.
func draw(t *rapid.T, r *room, o id.Order, all []id.Order) Command {
	v := r.visit(t, o)
	line := func() id.Line {
		var list []id.Line
		for _, c := range v.Checks {
			for _, l := range c.Lines {
				list = append(list, l.ID)
			}
		}
		if len(list) == 0 {
			return id.New[id.Line]()
		}
		return rapid.SampledFrom(list).Draw(t, "line")
	}
	other := func() id.Order { return rapid.SampledFrom(all).Draw(t, "other") }
	permit := Permit{Role: "manager"}
	switch rapid.IntRange(0, 17).Draw(t, "wish") {
	case 0, 1, 2:
		item := id.Must[id.Item](rapid.SampledFrom([]string{soup, wine, bread, lunch}).Draw(t, "item"))
		n := NewLine{Item: item, Quantity: rapid.Int64Range(1, 5).Draw(t, "quantity"), Seats: rapid.SliceOfN(rapid.IntRange(1, 4), 0, 2).Draw(t, "seats"), Held: rapid.Bool().Draw(t, "held")}
		if item.String() == lunch {
			n.Combo = []NewPart{{Part: "First", Item: id.Must[id.Item](soup)}, {Part: "Drink", Item: id.Must[id.Item](wine)}}
		}
		return AddLines{Lines: []NewLine{n}}
	case 3:
		return Send{}
	case 4:
		return Fire{}
	case 5:
		n := rapid.Int64Range(1, 6).Draw(t, "quantity")
		return ChangeLine{Line: line(), Quantity: &n}
	case 6:
		return RemoveLine{Line: line()}
	case 7:
		return VoidLine{Line: line(), Quantity: rapid.Int64Range(0, 2).Draw(t, "void"), Reason: "Wrong dish", Permit: permit}
	case 8:
		return Give{Line: line(), Comp: true, Reason: "Cold", Permit: permit}
	case 9:
		g := Give{Reason: "Friends", Permit: permit}
		if rapid.Bool().Draw(t, "line") {
			g.Line = line()
		}
		if rapid.Bool().Draw(t, "share") {
			g.Rate = money.Rate(rapid.Int64Range(1, int64(money.Whole)).Draw(t, "rate"))
		} else {
			g.Amount = money.Amount(rapid.Int64Range(1, 900).Draw(t, "amount"))
		}
		return g
	case 10:
		if len(v.Discounts) > 0 {
			return TakeBack{v.Discounts[0].ID}
		}
		return SetCovers{rapid.IntRange(0, 9).Draw(t, "covers")}
	case 11, 12:
		of := rapid.Int64Range(1, 3).Draw(t, "of")
		return Split{Lines: []Piece{{line(), 1, of}}}
	case 13:
		return Split{BySeats: true}
	case 14:
		return Merge{Into: rapid.SampledFrom([]id.Order{{}, other()}).Draw(t, "into")}
	case 15:
		return Transfer{Lines: []id.Line{line()}, To: other()}
	case 16:
		return Repeat{}
	}
	return Hold{Lines: []id.Line{line()}, Off: rapid.Bool().Draw(t, "off")}
}

var venues = []string{
	`"currency":"USD","taxes":[{"name":"Tax","percent":8.875,"classes":["Food"]},{"name":"Drink tax","percent":10,"classes":["Drink"]}],"service_charges":[{"name":"Service","percent":18,"min_covers":6,"tax_class":"Food"}]`,
	`"currency":"JPY","taxes":[{"name":"Tax","percent":10,"inclusive":true}],"rounding":{"level":"line","mode":"down"}`,
	`"currency":"KWD","rounding":{"mode":"half_even"}`,
}

// An evening of wishes at a few tables: whatever is rung, voided, discounted, split,
// merged and brought to another table, after every command
//   - the tables are what the facts make, for checks and lines, and
//   - every check owes what its bill says, the checks of a visit make the visit, and none
//     owes less than nothing, and
//   - to bring all checks of a visit together changes nothing of what is owed.
func TestWhateverGuestsAndWaitersDoEveryCentIsThere(t *testing.T) {
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue { // the journal is a real one
		check(t, f.Value.Set("40"))
	}
	for i, rules := range venues {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			r := openRoom(t, `{"restaurant":"0198f000-0000-7000-8000-000000000001","name":"Luz","zone":"America/Chicago",`+rules+`}`)
			rapid.Check(t, func(t *rapid.T) {
				var all []id.Order
				for range rapid.IntRange(4, 40).Draw(t, "wishes") {
					if len(all) < 2 {
						o := id.New[id.Order]()
						if _, err := r.do(o, Open{Table: "5", Source: "tablet", Covers: rapid.SampledFrom([]int{0, 2, 8}).Draw(t, "covers")}); err != nil {
							t.Fatal(err)
						}
						all = append(all, o)
						continue
					}
					o := rapid.SampledFrom(all).Draw(t, "check")
					c := draw(t, r, o, all)
					facts, err := r.do(o, c)
					if fault.KindOf(err) == fault.Internal {
						t.Fatalf("%T: %v", c, err)
					}
					for _, e := range facts {
						if p, ok := e.Payload.(event.OrderOpened); ok {
							all = append(all, p.Order)
						}
					}
					r.holds(t, o)
				}
				for _, o := range all {
					r.holds(t, o)
				}
			})
		})
	}
}

// holds checks what is promised of a visit.
func (r *room) holds(t *rapid.T, o id.Order) {
	var tables, facts *Visit
	var reckoned, of *Reckoning
	if err := r.j.DB().View(context.Background(), func(q *sqlite.Snapshot) (err error) {
		if tables, err = loadVisit(q, o); err != nil {
			return err
		}
		if facts, err = AsOf(q, o, 0); err != nil {
			return err
		}
		if reckoned, err = r.book.Bill(q, o, 0); err == nil {
			of, err = r.book.Bill(q, o, math.MaxInt64)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	same := cmp.Options{cmpopts.IgnoreUnexported(View{}), cmpopts.IgnoreFields(View{}, "Split", "Has", "Minutes"), cmpopts.EquateEmpty()}
	if d := cmp.Diff(facts, tables, same); d != "" {
		t.Fatalf("the facts make other tables (-facts +tables): %s", d)
	}
	facted, e1 := json.Marshal(of.Bill)
	tabled, e2 := json.Marshal(reckoned.Bill)
	if string(facted) != string(tabled) || e1 != nil || e2 != nil {
		t.Fatalf("the facts make the bill %s, the tables %s", facted, tabled)
	}
	rules := reckoned.Place.Rules
	owed, err := tables.owed(rules)
	if err != nil {
		t.Fatal(err)
	}
	var sum money.Amount
	for i, c := range tables.Checks {
		if c.Status == StatusMerged && owed[i].Total != 0 {
			t.Fatalf("check %s is over and owes %d", c.Number, owed[i].Total)
		}
		if c.Total != owed[i].Total || c.Total < 0 {
			t.Fatalf("check %s says %d, its bill %d", c.Number, c.Total, owed[i].Total)
		}
		sum += c.Total
	}
	whole, err := tables.Bill(rules)
	if err != nil || whole.Total != sum {
		t.Fatalf("the checks owe %d, the visit %d: %v", sum, whole.Total, err)
	}
	together := tables.clone()
	live := together.live()
	for _, c := range live[min(1, len(live)):] {
		facts, err := merge(together, c, Merge{Into: live[0].ID}, World{Rules: rules})
		if err != nil && !fault.Is(err, "check_discounted") {
			t.Fatal(err)
		}
		for _, p := range facts {
			together.apply(event.Event{Payload: p})
		}
	}
	// Where a guest alone has something off, who shares a line with that guest moves what it
	// is off by a unit at most.
	may := money.Amount(0)
	if slices.ContainsFunc(tables.Discounts, func(d Discount) bool { return d.Line.IsZero() && len(d.Checks) < len(live) }) {
		for _, c := range tables.Checks {
			for _, l := range c.Lines {
				may += money.Amount(len(l.Shares))
			}
		}
	}
	if again, err := together.Bill(rules); err != nil || max(again.Total-whole.Total, whole.Total-again.Total) > may {
		for _, b := range []*bill.Bill{whole, again} {
			t.Logf("lines %d, off %d, charges %d, on top %d, total %d; %d lines, discounts %+v", b.Subtotal, b.Discounted, b.Charged, b.Added(), b.Total, len(b.Lines), b.Discounts)
		}
		for _, v := range []*Visit{tables, together} {
			for _, c := range v.Checks {
				t.Logf("check %s %s %d covers, %s", c.ID, c.Status, c.Covers, c.MergedInto)
			}
			for _, d := range v.Discounts {
				t.Logf("discount %+v", d)
			}
		}
		t.Fatalf("brought together they owe %d, apart %d: %v", again.Total, whole.Total, err)
	}
}
