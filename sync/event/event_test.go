package event_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files")

const (
	u1 = "0198f000-0000-7000-8000-0000000000a1"
	u2 = "0198f000-0000-7000-8000-0000000000a2"
	u3 = "0198f000-0000-7000-8000-0000000000a3"
	u4 = "0198f000-0000-7000-8000-0000000000a4"
	u5 = "0198f000-0000-7000-8000-0000000000a5"
)

var sum = strings.Repeat("ab", 32)

// samples hold one payload of every type and version with every field in use.
var samples = []event.Payload{
	event.ReactorFailed{Reactor: "kitchen", Error: "no such table"},
	event.ClockConfirmed{From: 1795589420966, To: 1795589421000, By: "hq"},
	event.DeviceIntroduced{Device: id.Must[id.Device](u1), Type: "page", Name: "Tablet 1", Role: "server"},
	event.DevicePaired{Device: id.Must[id.Device](u1), Name: "Bar tablet", Role: "tablet", Key: "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE"},
	event.DeviceChanged{Device: id.Must[id.Device](u1), Name: "Pass", Role: "kitchen_screen"},
	event.DeviceRevoked{Device: id.Must[id.Device](u1)},
	event.ApprovalAsked{Approval: id.Must[id.Approval](u1), Action: "order.cancel", Order: id.Must[id.Order](u2), Amount: 2150, Reason: "Wrong table", Until: 1795589600966},
	event.ApprovalGiven{Approval: id.Must[id.Approval](u1), By: id.Must[id.Staff](u5), Until: 1795589600966},
	event.ApprovalRefused{Approval: id.Must[id.Approval](u1), By: id.Must[id.Staff](u5), Reason: "It is on its way"},
	event.ApprovalWithdrawn{Approval: id.Must[id.Approval](u1)},
	event.ApprovalUsed{Approval: id.Must[id.Approval](u1), By: id.Must[id.Staff](u5)},
	event.VenuePublished{SHA256: sum, Owner: "box", Restaurant: id.Must[id.Restaurant](u1), Name: "Luz & Maíz", Currency: "USD", Zone: "America/Chicago", Locale: "en-US", DayStart: 240},
	event.MenuPublished{SHA256: sum, Owner: "box", Items: 104, Modifiers: 46},
	event.PhotoAdded{SHA256: sum, Size: 81_204, MediaType: "image/webp"},
	event.StaffPublished{SHA256: sum, Owner: "hq", People: 12},
	event.OrderOpened{Order: id.Must[id.Order](u1), Number: event.Number{Series: "A", N: 214}, Type: "dine_in", Table: "12", OffPlan: true, Customer: id.Must[id.Customer](u2), Source: "api",
		Covers: 4, From: id.Must[id.Order](u3), Status: "placed"},
	event.LineAdded{Order: id.Must[id.Order](u1), Line: id.Must[id.Line](u2), Item: id.Must[id.Item](u3), Name: "Steak & <eggs>", Quantity: 2, UnitPrice: 1075, Amount: 2150,
		Modifiers: []event.Modified{{Modifier: id.Must[id.Modifier](u4), Name: "Guacamole", Price: 200}, {Modifier: id.Must[id.Modifier](u5), Name: "Rice"},
			{Modifier: id.Must[id.Modifier](u3), Name: "Lime", Price: 50, Quantity: 2, Pre: "extra", Under: id.Must[id.Modifier](u4), Counted: true}},
		Notes: []string{"no onions"}, Station: "Hot line", PrepMinutes: 15, Course: "Mains", TaxClass: "Food", Level: "Happy hour", Counted: true, PartOf: id.Must[id.Line](u5), SetMenu: true,
		Seats: []int{1, 3}, Held: true, From: id.Must[id.Line](u4), Sent: true},
	event.OrderSent{Order: id.Must[id.Order](u1), Lines: []id.Line{id.Must[id.Line](u2)}, Total: 2150, Minutes: 15, First: true},
	event.StatusChanged{Order: id.Must[id.Order](u1), From: "placed", To: "preparing", Total: 2150},
	event.OrderMoved{Order: id.Must[id.Order](u1), From: "12", To: "B4", Status: "preparing", Total: 2150},
	event.Reckoned{Order: id.Must[id.Order](u1), Owed: []event.Owed{{Order: id.Must[id.Order](u1), Status: "placed", Lines: 2150, Discounts: 215, Charges: 194, Taxes: 189, Total: 2318}}},
	event.LineChanged{Order: id.Must[id.Order](u1), Line: id.Must[id.Line](u2), Quantity: 3, Amount: 3225, Notes: []string{"no onions"}, Seats: []int{2}, Course: "Mains",
		Portions: []event.Portion{{Item: id.Must[id.Item](u3), N: 1}, {Modifier: id.Must[id.Modifier](u4), N: 2}}},
	event.LineRemoved{Order: id.Must[id.Order](u1), Line: id.Must[id.Line](u2), Portions: []event.Portion{{Item: id.Must[id.Item](u3), N: -1}}},
	event.LinesHeld{Order: id.Must[id.Order](u1), Lines: []id.Line{id.Must[id.Line](u2)}, Held: true},
	event.LineVoided{Order: id.Must[id.Order](u1), Line: id.Must[id.Line](u2), Name: "Steak & <eggs>", Quantity: 1, Amount: 1075, Reason: "Too long", Waste: true,
		Portions: []event.Portion{{Item: id.Must[id.Item](u3), N: -1}}},
	event.Discounted{Order: id.Must[id.Order](u1), Discount: id.Must[id.Discount](u2), Line: id.Must[id.Line](u3), Name: "Staff", Rate: 1_000_000, Amount: 0, Comp: true, Reason: "Birthday",
		Checks: []id.Order{id.Must[id.Order](u1)}, Only: []id.Line{id.Must[id.Line](u4)}},
	event.DiscountRemoved{Order: id.Must[id.Order](u1), Discount: id.Must[id.Discount](u2)},
	event.CoversChanged{Order: id.Must[id.Order](u1), Covers: 6},
	event.ServerChanged{Order: id.Must[id.Order](u1), Server: id.Must[id.Staff](u5)},
	event.LinesShared{Order: id.Must[id.Order](u1), Lines: []event.SharedLine{{Line: id.Must[id.Line](u2), Shares: []event.Share{{Check: id.Must[id.Order](u1), Parts: 1}, {Check: id.Must[id.Order](u3), Parts: 2}}}}},
	event.LinesMoved{Order: id.Must[id.Order](u1), To: id.Must[id.Order](u2), Lines: []event.MovedLine{{Line: id.Must[id.Line](u3), As: id.Must[id.Line](u4), Name: "Chips", Quantity: 2, Amount: 430, Sent: true}}},
	event.CheckParted{Order: id.Must[id.Order](u1), Evenly: 3, Amounts: []money.Amount{1000, 500}},
	event.CheckMerged{Order: id.Must[id.Order](u1), Into: id.Must[id.Order](u2)},
	event.TableSeated{Party: id.Must[id.Party](u1), Tables: []string{"12", "14"}, Covers: 4, Server: id.Must[id.Staff](u2), Checks: []id.Order{id.Must[id.Order](u3)}},
	event.TableChanged{Party: id.Must[id.Party](u1), Tables: []string{"12"}, Covers: 5, Server: id.Must[id.Staff](u2)},
	event.CheckBrought{Party: id.Must[id.Party](u1), Tables: []string{"12"}, Total: 2150},
	event.TableLeft{Party: id.Must[id.Party](u1), Tables: []string{"12", "14"}, Dirty: []string{"12"}},
	event.TableCleared{Table: "12"},
	event.TableMoved{Party: id.Must[id.Party](u1), From: []string{"12", "14"}, To: "B4", Dirty: []string{"12"}, Checks: []id.Order{id.Must[id.Order](u3)}},
	event.TableJoined{Party: id.Must[id.Party](u1), Tables: []string{"14"}, Covers: 6, Other: id.Must[id.Party](u2), Checks: []id.Order{id.Must[id.Order](u3)}},
	event.TableSplit{Party: id.Must[id.Party](u1), Table: "14", Stay: 4, Into: id.Must[id.Party](u2), Covers: 2, Server: id.Must[id.Staff](u3), Checks: []id.Order{id.Must[id.Order](u4)}, Dirty: true},
	event.WaitlistJoined{Party: id.Must[id.Party](u1), Number: event.Number{Series: "A", N: 7}, Covers: 2, Minutes: 25, Customer: id.Must[id.Customer](u2)},
	event.WaitlistLeft{Party: id.Must[id.Party](u1)},
	event.GuestCreated{Customer: id.Must[id.Customer](u1)},
	event.GuestChanged{Customer: id.Must[id.Customer](u1), Name: "c2VhbGVkLW5hbWU=", Phone: "c2VhbGVkLXBob25l", Email: "c2VhbGVkLW1haWw=", Note: "c2VhbGVkLW5vdGU="},
	event.GuestConsented{Customer: id.Must[id.Customer](u1), Purpose: "email", Given: true, Source: "in_person"},
	event.GuestAddressSaved{Customer: id.Must[id.Customer](u1), Address: id.Must[id.Address](u2), Street: "c3RyZWV0", City: "Y2l0eQ==", PostalCode: "Y29kZQ==", Directions: "ZG9vcg=="},
	event.GuestAddressRemoved{Customer: id.Must[id.Customer](u1), Address: id.Must[id.Address](u2)},
	event.GuestErasureAsked{Customer: id.Must[id.Customer](u1)},
	event.GuestErased{Customer: id.Must[id.Customer](u1)},
	event.VisitRated{Order: id.Must[id.Order](u1), Customer: id.Must[id.Customer](u2), Stars: 5, Comment: "Y29tbWVudA=="},
	event.TicketRouted{Ticket: id.Must[id.Ticket](u1), Number: event.Number{Series: "A", N: 2291}, Type: "new", Order: id.Must[id.Order](u2), Station: id.Must[id.Station](u3),
		Lines: []id.Line{id.Must[id.Line](u4)}, N: 1, Of: 2, Job: id.Must[id.Job](u5), Printer: id.Must[id.Printer](u1), Was: "5", Voided: 1, Reason: "Wrong dish"},
	event.JobQueued{Job: id.Must[id.Job](u1), Ticket: id.Must[id.Ticket](u2), Order: id.Must[id.Order](u3), Printer: id.Must[id.Printer](u4), CopyOf: id.Must[id.Job](u5)},
	event.JobPrinted{Job: id.Must[id.Job](u1), Ticket: id.Must[id.Ticket](u2), Order: id.Must[id.Order](u3), Printer: id.Must[id.Printer](u4), Proven: true},
	event.JobUnknown{Job: id.Must[id.Job](u1), Ticket: id.Must[id.Ticket](u2), Order: id.Must[id.Order](u3), Printer: id.Must[id.Printer](u4), Reason: "The line broke."},
	event.PaymentSettled{Payment: id.Must[id.Payment](u1), Order: id.Must[id.Order](u2), Amount: 2550, Currency: "usd", Status: "failed", Reason: "declined"},
	event.PaymentTaken{Payment: id.Must[id.Payment](u1), Order: id.Must[id.Order](u2), Tender: "cash", Currency: "USD", Amount: 2503, Tip: 200, Rounding: 2, Tendered: 3000, Change: 295,
		Reference: "A 17", Last4: "4242", Card: id.Must[id.GiftCard](u3), Account: id.Must[id.Customer](u4), Drawer: id.Must[id.Drawer](u5), Server: id.Must[id.Staff](u1), Owes: 1000},
	event.PaymentRefunded{Refund: id.Must[id.Payment](u1), Payment: id.Must[id.Payment](u2), Order: id.Must[id.Order](u3), Tender: "cash", Currency: "USD", Amount: 503, Tip: 100, Rounding: 2,
		Reference: "A 18", Reason: "Cold", Card: id.Must[id.GiftCard](u3), Account: id.Must[id.Customer](u4), Drawer: id.Must[id.Drawer](u5), Server: id.Must[id.Staff](u1)},
	event.PaymentVoided{Void: id.Must[id.Payment](u1), Payment: id.Must[id.Payment](u2), Order: id.Must[id.Order](u3), Tender: "cash", Currency: "USD", Amount: 2503, Tip: 200, Rounding: 2,
		Reason: "Wrong check", Card: id.Must[id.GiftCard](u3), Account: id.Must[id.Customer](u4), Drawer: id.Must[id.Drawer](u5), Server: id.Must[id.Staff](u1)},
	event.TipChanged{Change: id.Must[id.Payment](u1), Payment: id.Must[id.Payment](u2), Order: id.Must[id.Order](u3), Tender: "card_terminal", Currency: "USD", Was: 100, Tip: 300, Server: id.Must[id.Staff](u4)},
	event.OrderClosed{Order: id.Must[id.Order](u1), Status: "served", Total: 2503, Tips: 200},
	event.OrderReopened{Order: id.Must[id.Order](u1), Status: "served", Total: 2503, Reason: "One more coffee"},
	event.GiftCardLoaded{Card: id.Must[id.GiftCard](u1), Last4: "9471", Issued: true, Amount: 5000, Currency: "USD", Tender: "cash", Reference: "A 19", Drawer: id.Must[id.Drawer](u2)},
	event.DrawerOpened{Drawer: id.Must[id.Drawer](u1), Name: "Bar", Float: 20000, People: []id.Staff{id.Must[id.Staff](u2)}},
	event.DrawerHandedOver{Drawer: id.Must[id.Drawer](u1), Was: []id.Staff{id.Must[id.Staff](u2)}, People: []id.Staff{id.Must[id.Staff](u3)}},
	event.DrawerMoved{Drawer: id.Must[id.Drawer](u1), Move: "pay_out", Amount: 1500, Reason: "Ice"},
	event.DrawerCounting{Drawer: id.Must[id.Drawer](u1)},
	event.DrawerCountDropped{Drawer: id.Must[id.Drawer](u1)},
	event.DrawerCounted{Drawer: id.Must[id.Drawer](u1), Coins: []event.Coin{{Value: 2000, N: 9}, {Value: 25, N: 40}}, Counted: 19000, Expected: 19005},
	event.DrawerClosed{Drawer: id.Must[id.Drawer](u1), Counted: 19000, Over: -5, Comment: "A coin fell behind the bar"},
	event.ServerCheckedOut{Server: id.Must[id.Staff](u1), Since: 17, Checks: 9, Tenders: []event.TenderTotal{{Tender: "cash", Amount: 12000, Tip: 800}}, Sales: 12000, Tips: 800,
		TipOuts: []event.TipPart{{Name: "Bar", Amount: 80}}, Cash: 12805, Due: 12085},
	event.DirectiveApplied{Directive: id.Must[id.Directive](u1), Type: "menu.availability"},
	event.DirectiveRefused{Directive: id.Must[id.Directive](u1), Type: "document.publish", Code: "not_owner", Reason: "The venue of this restaurant belongs to box and is changed there."},
	event.DirectiveExpired{Directive: id.Must[id.Directive](u1), Type: "menu.availability"},
	event.DocumentWanted{Directive: id.Must[id.Directive](u1), Type: "venue", SHA256: sum, Size: 20480, Offer: true},
	event.DocumentKept{Directive: id.Must[id.Directive](u1), Type: "venue", SHA256: sum},
	event.DocumentRefused{Directive: id.Must[id.Directive](u1), Type: "venue", SHA256: sum, Code: "superseded", Reason: "A newer one came first."},
	event.OwnerChanged{Type: "venue", Owner: "hq", Was: "box"},
	event.AvailabilityChanged{Item: id.Must[id.Item](u1), Available: true},
	event.PortionsSet{Item: id.Must[id.Item](u1), Modifier: id.Must[id.Modifier](u2), Left: new(int64(20)), Day: "2026-11-24", Planned: true},
	event.PriceSet{Item: id.Must[id.Item](u1), Price: new(money.Amount(950)), Day: "2026-11-24"},
	event.EmployeeSaved{Employee: id.Must[id.Staff](u1), Name: "Ana", Role: "server", Active: true},
	event.PINSet{Employee: id.Must[id.Staff](u1), Hash: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA"},
	event.PINLocked{Employee: id.Must[id.Staff](u1), Device: id.Must[id.Device](u2), Until: 1795589720966},
	event.Clocked{Employee: id.Must[id.Staff](u1), What: "in", Job: "Bar"},
	event.StockChanged{Movement: id.Must[id.Movement](u1), Item: id.Must[id.Item](u2), Previous: 25000, New: 24875, Reason: "sale"},
}

func sealed(t testing.TB, p event.Payload) event.Event {
	t.Helper()
	e, err := event.New(p)
	if err != nil {
		t.Fatal(err)
	}
	e.Seq, e.ID, e.At, e.Day = 1041, id.Must[id.Event](u1), 1795589420966, "2026-11-24"
	e.Command, e.Staff, e.Device = id.Must[id.Command](u2), id.Must[id.Staff](u3), id.Must[id.Device](u4)
	e.TP = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	if err := e.Seal(); err != nil {
		t.Fatal(err)
	}
	return e
}

func TestEveryFactIsWrittenAsItsGoldenFile(t *testing.T) {
	left := event.Known()
	for _, p := range samples {
		typ, v := p.Kind()
		if left[typ] == v {
			delete(left, typ)
		}
		e := sealed(t, p)
		path := filepath.Join("testdata", typ+".json")
		if *update {
			if err := os.WriteFile(path, append(e.Body, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := append(e.Body, '\n'); !bytes.Equal(got, want) {
			t.Errorf("%s is written as\n%swant\n%s", typ, got, want)
		}
		back, err := event.Parse(bytes.TrimSpace(want))
		if err != nil || back.Payload == nil {
			t.Errorf("%s: read back as %v, %v", typ, back.Payload, err)
			continue
		}
		again, err := event.New(back.Payload)
		if err != nil || !bytes.Equal(again.Data, e.Data) {
			t.Errorf("%s: read and written again as %s, %v", typ, again.Data, err)
		}
	}
	for typ := range left {
		t.Errorf("%s has no sample here", typ)
	}
}

func TestAnUnknownFactIsKeptAndNotDecoded(t *testing.T) {
	body := []byte(`{"seq":7,"id":"` + u1 + `","type":"table.danced_upon","v":3,"at":1,"day":"2026-11-24","command":"` + u2 + `","data":{"x":[1,2]}}`)
	e, err := event.Parse(body)
	if err != nil || e.Payload != nil || e.Type != "table.danced_upon" || string(e.Data) != `{"x":[1,2]}` {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestUnknownMembersOfAKnownFactAreNoError(t *testing.T) {
	e := sealed(t, event.DeviceRevoked{Device: id.Must[id.Device](u1)})
	body := bytes.Replace(e.Body, []byte(`"data":{`), []byte(`"data":{"why":"lost",`), 1)
	if got, err := event.Parse(body); err != nil || got.Payload != event.Payload(event.DeviceRevoked{Device: id.Must[id.Device](u1)}) {
		t.Errorf("%+v, %v", got.Payload, err)
	}
}

func TestDigestStandsForTheWholeHistory(t *testing.T) {
	box := id.Must[id.Box](u1)
	rapid.Check(t, func(t *rapid.T) {
		bodies := rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 1, 40), 1, 20).Draw(t, "bodies")
		fold := func() event.Digest {
			d := event.Genesis(box)
			for _, b := range bodies {
				d = d.Next(b)
			}
			return d
		}
		before := fold()
		i := rapid.IntRange(0, len(bodies)-1).Draw(t, "which")
		bodies[i][0] ^= 1
		if fold() == before {
			t.Fatal("one changed bit was not noticed")
		}
	})
	if event.Genesis(box).String() == event.Genesis(id.Must[id.Box](u2)).String() {
		t.Error("two boxes begin alike")
	}
	var d event.Digest
	if err := d.UnmarshalText([]byte(event.Genesis(box).String())); err != nil || d != event.Genesis(box) {
		t.Errorf("the wire form came back as %v, %v", d, err)
	}
	for _, bad := range []string{"", "x", strings.Repeat("A", 43), strings.Repeat("A", 45), strings.Repeat("!", 44)} {
		if err := d.UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q was read as a digest", bad)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, p := range samples {
		f.Add(sealed(f, p).Body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := event.Parse(body)
		if err == nil && (e.Seq < 1 || e.Type == "" || e.ID.IsZero()) {
			t.Errorf("%q was taken as %+v", body, e)
		}
	})
}
