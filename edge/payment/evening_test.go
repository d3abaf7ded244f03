package payment_test

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/menu"
	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/payment"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/staff"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
	"pgregory.net/rapid"
)

// till is a box without its borders: a journal, a menu, a venue, checks and their money.
type till struct {
	j      *journal.Journal
	orders *order.Book
	pays   *payment.Book
	tablet id.Device
	coin   money.Amount
}

const (
	soup = "0198f000-0000-7000-8000-000000000101"
	wine = "0198f000-0000-7000-8000-000000000102"
)

var venues = []struct {
	currency, rules string
	coin            money.Amount
}{
	{"USD", `"taxes":[{"name":"Tax","percent":8.875}],"rounding":{"cash_step":0.05}`, 5},
	{"JPY", `"taxes":[{"name":"Tax","percent":10,"inclusive":true}],"rounding":{"cash_step":10}`, 10},
	{"KWD", `"service_charges":[{"name":"Service","percent":12.5}]`, 1},
}

func openTill(t testing.TB, n int) *till {
	t.Helper()
	ctx := t.Context()
	db, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "box.db"), sqlite.Config{ReserveBytes: -1})
	check(t, err)
	t.Cleanup(func() { check(t, db.Close()) })
	v, m := &venue.Book{}, &menu.Book{}
	now := func() time.Time { return time.Date(2026, 11, 24, 19, 0, 0, 0, time.UTC) }
	j, err := journal.Open(ctx, db, journal.Config{Now: now, Day: v.Day,
		Projectors: []journal.Projector{venue.Projector(), menu.Projector(), staff.Projector(), order.Projector(), payment.Projector()}})
	check(t, err)
	_, err = v.Publish(ctx, j, command(), fmt.Appendf(nil, `{"restaurant":"0198f000-0000-7000-8000-000000000001","name":"Luz","zone":"America/Chicago","currency":%q,%s}`, venues[n].currency, venues[n].rules))
	check(t, err)
	_, err = m.Publish(ctx, j, v, command(), fmt.Appendf(nil, `{"currency":%q,"items":[{"id":%q,"name":"Soup","price":7},{"id":%q,"name":"Wine","price":9}]}`, venues[n].currency, soup, wine))
	check(t, err)
	orders := order.NewBook(j, v, m, "A", now)
	return &till{j, orders, payment.NewBook(j, orders, v, now), id.New[id.Device](), venues[n].coin}
}

func command() journal.Meta { return journal.Meta{Command: id.New[id.Command]()} }

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (r *till) do(o id.Order, c any) (facts []event.Event, err error) {
	m := command()
	m.Device = r.tablet
	var rec journal.Receipt
	switch c := c.(type) {
	case order.Command:
		rec, err = r.orders.Do(context.Background(), m, o, c)
	case payment.Command:
		if _, err := r.orders.Lease(o, r.tablet); err != nil {
			return nil, err
		}
		rec, err = r.pays.Do(context.Background(), m, o, c)
	}
	return rec.Events, err
}

func (r *till) look(t testing.TB, do func(q sqlite.Queryer) error) {
	t.Helper()
	check(t, r.j.DB().View(context.Background(), func(q *sqlite.Snapshot) error { return do(q) }))
}

// draw is a wish of who waits on a check; some are refused.
func (r *till) draw(t *rapid.T, known []id.Payment, number string) any {
	permit := order.Permit{Role: "manager"}
	some := func(name string) *money.Amount {
		if rapid.Bool().Draw(t, "no "+name) {
			return nil
		}
		n := money.Amount(rapid.Int64Range(0, 3000).Draw(t, name))
		return &n
	}
	coins := func(name string) money.Amount {
		return r.coin * money.Amount(rapid.Int64Range(0, 400).Draw(t, name))
	}
	of := id.New[id.Payment]()
	if len(known) > 0 {
		of = rapid.SampledFrom(known).Draw(t, "payment")
	}
	switch rapid.IntRange(0, 11).Draw(t, "wish") {
	case 0, 1:
		item := id.Must[id.Item](rapid.SampledFrom([]string{soup, wine}).Draw(t, "item"))
		return order.AddLines{Lines: []order.NewLine{{Item: item, Quantity: rapid.Int64Range(1, 3).Draw(t, "quantity")}}}
	case 2, 3:
		tendered := coins("tendered")
		return payment.Take{Tender: payment.Cash, Amount: some("amount"), Tip: coins("tip") / 8 / r.coin * r.coin, Tendered: rapid.SampledFrom([]*money.Amount{nil, &tendered}).Draw(t, "gives")}
	case 4:
		return payment.Take{Tender: payment.CardTerminal, Amount: some("amount"), Tip: money.Amount(rapid.Int64Range(0, 500).Draw(t, "tip")), KeepOpen: rapid.Bool().Draw(t, "stays")}
	case 5:
		return payment.Take{Tender: payment.GiftCard, Card: number, Amount: some("amount"), Tip: money.Amount(rapid.Int64Range(0, 100).Draw(t, "tip"))}
	case 6, 7:
		return payment.Refund{Payment: of, Amount: some("back"), Tip: some("tip"), Reason: "Cold", Permit: permit}
	case 8:
		return payment.Void{Payment: of, Reason: "Mistake", Permit: permit}
	case 9:
		return payment.Retip{Payment: of, Tip: money.Amount(rapid.Int64Range(0, 900).Draw(t, "tip"))}
	case 10:
		return order.Close{}
	}
	return order.Reopen{Reason: "One more", Permit: permit}
}

// Whatever is rung, paid, refunded, voided and tipped, in whichever order:
//   - what came in is what was owed less, with tips and what coins made of it, to the unit,
//   - of no payment more is given back than was taken, and of one all of which is given
//     back just what was taken,
//   - no move of money changes what a check costs, and none of a closed check its lines,
//   - no gift card is worth less than nothing, and all of this the doctor finds, too.
func TestWhateverIsPaidEveryCentIsThere(t *testing.T) {
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue { // the journal is a real one
		check(t, f.Value.Set("40"))
	}
	for n := range venues {
		t.Run(venues[n].currency, func(t *testing.T) {
			t.Parallel()
			r := openTill(t, n)
			rapid.Check(t, func(rt *rapid.T) { evening(t, rt, r) })
		})
	}
}

func evening(t *testing.T, rt *rapid.T, r *till) {
	o, number := id.New[id.Order](), "GC"+id.New[id.Order]().String()[24:]
	_, err := r.do(o, order.Open{Table: "5", Source: "tablet"})
	check(t, err)
	_, err = r.pays.LoadCard(t.Context(), command(), payment.Load{Number: number, Amount: 2000, Tender: payment.Cash})
	check(t, err)
	var known []id.Payment
	var in, paid, tips, rounding money.Amount // in: what guests gave, less what they got
	for range rapid.IntRange(5, 40).Draw(rt, "wishes") {
		was := r.account(t, o)
		c := r.draw(rt, known, number)
		facts, err := r.do(o, c)
		if fault.KindOf(err) == fault.Internal {
			rt.Fatalf("%+v: %v", c, err)
		}
		for _, e := range facts {
			switch p := e.Payload.(type) {
			case event.PaymentTaken:
				known = append(known, p.Payment)
				if got := p.Amount + p.Tip + p.Rounding; p.Tender == payment.Cash {
					in += p.Tendered - p.Change
					if p.Tendered-p.Change != got || p.Change < 0 || got%r.coin != 0 {
						rt.Fatalf("no coins make %+v", p)
					}
				} else {
					in += got
				}
				paid, tips, rounding = paid+p.Amount, tips+p.Tip, rounding+p.Rounding
			case event.PaymentRefunded:
				back := p.Amount + p.Tip + p.Rounding
				if p.Tender == payment.Cash && back%r.coin != 0 || back < 0 {
					rt.Fatalf("no coins make %+v", p)
				}
				in, paid, tips, rounding = in-back, paid-p.Amount, tips-p.Tip, rounding-p.Rounding
			case event.PaymentVoided:
				in, paid, tips, rounding = in-p.Amount-p.Tip-p.Rounding, paid-p.Amount, tips-p.Tip, rounding-p.Rounding
			case event.TipChanged:
				in, tips = in+p.Tip-p.Was, tips+p.Tip-p.Was
			}
		}
		now := r.account(t, o)
		if _, pays := c.(payment.Command); pays && now.Total != was.Total {
			rt.Fatalf("%+v changed what the check costs from %d to %d", c, was.Total, now.Total)
		}
		if was.ClosedDay != "" && now.Total != was.Total {
			rt.Fatalf("%+v changed a closed check", c)
		}
		if now.Paid != paid || now.Tips != tips || in != paid+tips+rounding {
			rt.Fatalf("after %+v: %d came in; paid %d, tips %d, coins %d; the check says %d and %d", c, in, paid, tips, rounding, now.Paid, now.Tips)
		}
		if was.ClosedDay == "" && now.ClosedDay != "" && now.Owes() != 0 {
			rt.Fatalf("%+v closed a check that owes %d", c, now.Owes())
		}
		r.holds(t, rt, now)
	}
}

func (r *till) account(t testing.TB, o id.Order) (a *order.Account) {
	t.Helper()
	r.look(t, func(q sqlite.Queryer) (err error) { a, err = order.AccountOf(q, o); return err })
	return a
}

// holds checks what is promised of the payments of a check.
func (r *till) holds(t testing.TB, rt *rapid.T, a *order.Account) {
	t.Helper()
	r.look(t, func(q sqlite.Queryer) error {
		list, err := payment.Of(q, a.Seq, 0)
		if err != nil {
			return err
		}
		var sum, tips money.Amount
		for _, p := range list {
			if p.Refunded > p.Amount || p.RefundedTip > p.Tip || p.Refunded+p.RefundedRounding < 0 {
				rt.Fatalf("more was given back than was taken: %+v", p)
			}
			if p.State == payment.RefundedAll && p.RefundedRounding != p.Rounding {
				rt.Fatalf("all was given back, and other coins: %+v", p)
			}
			if p.Stands() {
				sum, tips = sum+p.Amount-p.Refunded, tips+p.Tip-p.RefundedTip
			}
		}
		if sum != a.Paid || tips != a.Tips {
			rt.Fatalf("the payments come to %d and %d, the check says %d and %d", sum, tips, a.Paid, a.Tips)
		}
		broken, err := payment.Examine(q)
		if len(broken) > 0 {
			rt.Fatalf("%v", broken)
		}
		return err
	})
}

// Guests pay their parts in whichever order they get their purse out: the check owes the
// same, and so does everything that came in.
func TestNoOrderOfPaymentsChangesASum(t *testing.T) {
	r := openTill(t, 0)
	sums := func(parts []money.Amount) string {
		o := id.New[id.Order]()
		_, err := r.do(o, order.Open{Table: "5", Source: "tablet"})
		check(t, err)
		_, err = r.do(o, order.AddLines{Lines: []order.NewLine{{Item: id.Must[id.Item](soup), Quantity: 3}}})
		check(t, err)
		var rounding money.Amount
		for i, n := range parts {
			tender := payment.Cash
			if n%2 == 0 {
				tender = payment.CardTerminal
			}
			facts, err := r.do(o, payment.Take{Tender: tender, Amount: &n})
			check(t, err)
			p := facts[0].Payload.(event.PaymentTaken)
			rounding += p.Rounding
			if last := i == len(parts)-1; len(facts) > 1 != last {
				t.Errorf("after payment %d of %d there are %d facts", i+1, len(parts), len(facts))
			}
		}
		a := r.account(t, o)
		return fmt.Sprintf("costs %d, paid %d, owes %d, coins %d, closed %s", a.Total, a.Paid, a.Owes(), rounding, a.ClosedDay)
	}
	// 21.00 and 1.86 of tax are 22.86
	want := sums([]money.Amount{762, 762, 762})
	if want != "costs 2286, paid 2286, owes 0, coins 0, closed 2026-11-24" {
		t.Errorf("three equal parts: %s", want)
	}
	first := sums([]money.Amount{1001, 333, 952})
	for _, parts := range [][]money.Amount{{333, 1001, 952}, {952, 333, 1001}, {333, 952, 1001}} {
		if got := sums(parts); got != first {
			t.Errorf("%v: %s, want %s", parts, got, first)
		}
	}
}
