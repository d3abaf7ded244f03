package pipe_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/pipe"
	"github.com/tyngo/tyngo/sync/wire"
	"pgregory.net/rapid"
)

// wishes simulates head office and one box: what head office wished and has not
// seen answered, what the box did, and the messages and answers under way.
type wishes struct {
	now   time.Time
	d     *pipe.Dispatcher
	box   id.Box
	boot  id.Boot
	nonce string
	open  []wire.Directive // not answered, as head office knows it
	made  []id.Directive
	done  []id.Directive
	down  []wire.DownMessage // under way
	up    []id.Directive     // answers under way
}

func (w *wishes) hello() {
	w.boot, w.nonce = id.New[id.Boot](), fmt.Sprint(len(w.made), w.now.UnixNano())
	w.down = nil // of a connection that is gone
	w.d.Welcome(w.box, w.boot, w.nonce)
}

func (w *wishes) dispatch() {
	for _, b := range w.d.Due(w.now) {
		if m, ok := w.d.Message(w.now, b, w.open[:min(len(w.open), wire.MaxDirectives)]); ok {
			m.Directives = slices.Clone(m.Directives)
			w.down = append(w.down, m)
		}
	}
}

// deliver is the box: each wish once, in the order of the message.
func (w *wishes) deliver(m wire.DownMessage, most int) {
	if m.Boot != w.boot || m.Nonce != w.nonce {
		return
	}
	for i, x := range m.Directives {
		if i == most {
			return // it was killed here
		}
		if !slices.Contains(w.done, x.ID) {
			w.done = append(w.done, x.ID)
		}
		w.up = append(w.up, x.ID)
	}
}

func (w *wishes) answer(d id.Directive) {
	w.open = slices.DeleteFunc(w.open, func(x wire.Directive) bool { return x.ID == d })
	w.d.Answered(w.box, d)
}

// Wishes are done once and in their order, whatever is lost, doubled, restarted or
// forgotten; and all of them are done in the end.
func TestWishesAreDoneOnceAndInOrderWhateverHappens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &wishes{now: time.Unix(1, 0), d: pipe.NewDispatcher(), box: id.New[id.Box]()}
		w.hello()
		for range rapid.IntRange(1, 200).Draw(t, "steps") {
			switch rapid.IntRange(0, 8).Draw(t, "what") {
			case 0, 1:
				x := wire.Directive{ID: id.New[id.Directive]()}
				w.open, w.made = append(w.open, x), append(w.made, x.ID)
				if rapid.IntRange(0, 9).Draw(t, "told") > 0 { // the note may find no room
					w.d.New(w.box)
				}
			case 2, 3:
				if len(w.down) > 0 {
					m := w.down[0]
					if rapid.IntRange(0, 4).Draw(t, "doubled") > 0 {
						w.down = w.down[1:]
					}
					w.deliver(m, rapid.IntRange(0, 40).Draw(t, "most"))
				}
			case 4, 5:
				if len(w.up) > 0 {
					w.answer(w.up[0])
					w.up = w.up[1:]
				}
			case 6:
				if len(w.down) > 0 { // lost
					w.down = w.down[1:]
				}
			case 7:
				w.hello()
			case 8:
				w.d = pipe.NewDispatcher() // the cloud was killed; the box says HELLO
				w.hello()
			}
			w.now = w.now.Add(time.Duration(rapid.IntRange(0, 40).Draw(t, "passes")) * time.Second)
			w.dispatch()
		}
		// A line that holds: everything is done with no more than the passing of time.
		for range 1000 {
			for len(w.down) > 0 {
				m := w.down[0]
				w.down = w.down[1:]
				w.deliver(m, wire.MaxDirectives)
			}
			for len(w.up) > 0 {
				w.answer(w.up[0])
				w.up = w.up[1:]
			}
			w.now = w.now.Add(31 * time.Second)
			w.d.New(w.box) // the clock of the 30 s look
			w.dispatch()
			if len(w.open) == 0 {
				break
			}
		}
		if !slices.Equal(w.done, w.made) {
			t.Fatalf("%d wished, %d done, and in another order", len(w.made), len(w.done))
		}
	})
}

func TestNothingIsSentToABoxWhoseHistoryIsInDoubt(t *testing.T) {
	d, b, now := pipe.NewDispatcher(), id.New[id.Box](), time.Unix(1, 0)
	d.New(b)
	if len(d.Due(now)) > 0 {
		t.Error("something is due for a box that never said HELLO")
	}
	d.Welcome(b, id.New[id.Boot](), "n")
	d.Gone(b)
	d.New(b)
	if _, ok := d.Message(now, b, []wire.Directive{{}}); ok || len(d.Due(now)) > 0 {
		t.Error("something is sent to a box that is forked or dark")
	}
}

func TestTheNextWishesWaitForAnswersToTheLast(t *testing.T) {
	d, b, now := pipe.NewDispatcher(), id.New[id.Box](), time.Unix(1, 0)
	d.Welcome(b, id.New[id.Boot](), "n")
	var all []wire.Directive
	for range 40 {
		all = append(all, wire.Directive{ID: id.New[id.Directive]()})
	}
	m, ok := d.Message(now, b, all)
	if !ok || len(m.Directives) != wire.MaxDirectives {
		t.Fatalf("%d wishes in one message", len(m.Directives))
	}
	for _, x := range m.Directives {
		if len(d.Due(now)) > 0 {
			t.Fatal("the next are sent before all are answered")
		}
		d.Answered(b, x.ID)
	}
	if len(d.Due(now)) != 1 {
		t.Error("all are answered and the next are not sent")
	}
	d.Message(now, b, all[32:])
	if len(d.Due(now.Add(29*time.Second))) > 0 || len(d.Due(now.Add(30*time.Second))) != 1 {
		t.Error("what is not answered is not said again after 30 s")
	}
}
