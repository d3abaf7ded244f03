package payment

import (
	"slices"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/edge/staff"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

var (
	bar = id.Must[id.Drawer]("0198f000-0000-7000-8000-000000000901")
	bea = id.Must[id.Staff]("0198f000-0000-7000-8000-00000000e001")
	cal = id.Must[id.Staff]("0198f000-0000-7000-8000-00000000e002")
)

// A drawer in every state, and every wish of it, by who has it, by a manager, by another.
func TestEveryWishOfADrawerInEveryState(t *testing.T) {
	wishes := map[string]DrawerCommand{
		"hand over": HandOver{People: []id.Staff{cal}}, "pay in": MoveCash{Move: "pay_in", Amount: 500, Reason: "Change"}, "pay out": MoveCash{Move: "pay_out", Amount: 500, Reason: "Ice"},
		"drop": MoveCash{Move: "drop", Amount: 500}, "no sale": MoveCash{Move: "no_sale", Reason: "Change for a guest"}, "begin": BeginCount{}, "drop count": DropCount{},
		"count": Count{Coins: []event.Coin{{Value: 2000, N: 5}}}, "close": CloseDrawer{Comment: "Fell behind the bar"},
	}
	legal := map[DrawerState]string{
		DrawerOpen:     "hand over, pay in, pay out, drop, no sale, begin",
		DrawerCounting: "drop count, count",
		DrawerCounted:  "begin, close",
	}
	for _, s := range DrawerStates {
		for name, c := range wishes {
			for _, who := range []struct {
				staff id.Staff
				role  string
				may   bool
			}{{bea, "server", true}, {cal, "manager", true}, {cal, "server", false}} {
				d := &Drawer{ID: bar, Name: "Bar", State: s, People: []id.Staff{bea}, Float: 10000, Cash: 10000, Counted: 9000}
				_, err := decideDrawer(c, drawerWorld{now: d, venue: place(t), who: who.staff, role: who.role, works: map[id.Staff]bool{cal: true}})
				switch ok := slices.Contains(strings.Split(legal[s], ", "), name); {
				case who.may && who.role == "server" && s == DrawerCounted && name == "begin": // she knows what should be in it
					if !fault.Is(err, "drawer_counted") {
						t.Errorf("%s of a drawer that is %s, by a server: %v", name, s, err)
					}
				case !who.may && !fault.Is(err, "drawer_other"):
					t.Errorf("%s of a drawer that is %s, by somebody else: %v", name, s, err)
				case who.may && ok && err != nil, who.may && !ok && !fault.Is(err, "drawer_state"):
					t.Errorf("%s of a drawer that is %s: %v", name, s, err)
				}
			}
		}
	}
}

func TestWhatIsWishedOfADrawerIsCheckedToTheCoin(t *testing.T) {
	d := &Drawer{ID: bar, Name: "Bar", State: DrawerOpen, People: []id.Staff{bea}, Float: 10000, Cash: 10000}
	counting, short := *d, *d
	counting.State, short.State, short.Counted = DrawerCounting, DrawerCounted, 9995
	for _, c := range []struct {
		name string
		now  *Drawer
		wish DrawerCommand
		code string
	}{
		{"a float that no coin makes", nil, OpenDrawer{Name: "Patio", Float: 10001, People: []id.Staff{cal}}, "coin"},
		{"no name", nil, OpenDrawer{Name: " ", People: []id.Staff{cal}}, "name"},
		{"nobody's", nil, OpenDrawer{Name: "Patio"}, "people"},
		{"somebody who does not work here", nil, OpenDrawer{Name: "Patio", People: []id.Staff{{}}}, "people"},
		{"one that is open", nil, OpenDrawer{Name: "Bar", People: []id.Staff{cal}}, "drawer_there"},
		{"a second one of hers", nil, OpenDrawer{Name: "Patio", People: []id.Staff{bea}}, "drawer_held"},
		{"another one", nil, OpenDrawer{Name: "Patio", Float: 5000, People: []id.Staff{cal}}, ""},
		{"no reason", d, MoveCash{Move: "pay_out", Amount: 500}, "reason_missing"},
		{"a no sale for nothing", d, MoveCash{Move: "no_sale"}, "reason_missing"},
		{"a no sale with an amount", d, MoveCash{Move: "no_sale", Amount: 5, Reason: "Change"}, "coin"},
		{"more than there is", d, MoveCash{Move: "drop", Amount: 10005}, "drawer_short"},
		{"less than nothing", d, MoveCash{Move: "pay_in", Amount: -5, Reason: "Change"}, "coin"},
		{"seashells", d, MoveCash{Move: "shells", Amount: 5, Reason: "Change"}, "move_unknown"},
		{"a coin twice", &counting, Count{Coins: []event.Coin{{Value: 5, N: 1}, {Value: 5, N: 2}}}, "coins"},
		{"less than no coins", &counting, Count{Coins: []event.Coin{{Value: 5, N: -1}}}, "coins"},
		{"an empty drawer", &counting, Count{}, ""},
		{"short without a word", &short, CloseDrawer{}, "comment_missing"},
		{"short", &short, CloseDrawer{Comment: "A coin fell"}, ""},
	} {
		w := drawerWorld{now: c.now, venue: place(t), who: bea, role: "server", works: map[id.Staff]bool{bea: true, cal: true}}
		if c.now == nil {
			w.others = []*Drawer{d}
		}
		_, err := decideDrawer(c.wish, w)
		if c.code == "" && err != nil || c.code != "" && !fault.Is(err, c.code) {
			t.Errorf("%s: %v, want %q", c.name, err, c.code)
		}
	}
	act, _ := drawerAct([]event.Payload{event.DrawerClosed{Over: -5}}, CloseDrawer{})
	if act.Action != staff.DrawerOver || act.Amount != 5 {
		t.Errorf("to close one that is short is %+v", act)
	}
}
