package pipe

import (
	"slices"
	"strings"
	"time"

	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/wire"
)

// downAgain is how long the cloud waits for answers before it says the same again.
const downAgain = 30 * time.Second

// Dispatcher decides when a box is sent its oldest unanswered directives: when it
// says HELLO, when there is a new one, and every 30 s; the next ones only when
// all that were sent are answered, which is their order. It is not for two
// goroutines, and may be forgotten at any time: the next HELLO begins anew.
type Dispatcher struct {
	boxes  map[id.Box]*dispatch
	due    map[id.Box]bool
	looked time.Time // when last it was looked who did not answer
}

type dispatch struct {
	boot  id.Boot
	nonce string
	sent  []id.Directive // not answered yet
	at    time.Time      // when they were sent
}

// NewDispatcher makes a dispatcher that knows nobody.
func NewDispatcher() *Dispatcher {
	return &Dispatcher{boxes: map[id.Box]*dispatch{}, due: map[id.Box]bool{}}
}

// Welcome notes a HELLO that was answered with ok: only then a box may be sent
// anything.
func (d *Dispatcher) Welcome(b id.Box, boot id.Boot, nonce string) {
	d.boxes[b] = &dispatch{boot: boot, nonce: nonce}
	d.due[b] = true
}

// Gone notes that a box is dark, forked or fenced.
func (d *Dispatcher) Gone(b id.Box) { delete(d.boxes, b); delete(d.due, b) }

// New notes that there is a new directive for a box.
func (d *Dispatcher) New(b id.Box) {
	if d.boxes[b] != nil {
		d.due[b] = true
	}
}

// Answered notes that a directive was answered and that this is stored.
func (d *Dispatcher) Answered(b id.Box, answered id.Directive) {
	x := d.boxes[b]
	if x == nil {
		return
	}
	if i := slices.Index(x.sent, answered); i >= 0 {
		if x.sent = slices.Delete(x.sent, i, i+1); len(x.sent) == 0 {
			d.due[b] = true
		}
	}
}

// Due are the boxes whose directives are to be looked up and sent now. Once a
// second all boxes are looked at, for those that did not answer.
func (d *Dispatcher) Due(now time.Time) (list []id.Box) {
	if age := now.Sub(d.looked); age >= time.Second || age < 0 {
		d.looked = now
		for b, x := range d.boxes {
			if len(x.sent) > 0 && now.Sub(x.at) >= downAgain {
				d.due[b] = true
			}
		}
	}
	for b := range d.due {
		list = append(list, b)
	}
	slices.SortFunc(list, func(a, b id.Box) int { return strings.Compare(a.String(), b.String()) })
	return list
}

// Message makes the message of a box of its oldest unanswered directives, the
// oldest first; ok is false where there is nothing to send.
func (d *Dispatcher) Message(now time.Time, b id.Box, oldest []wire.Directive) (m wire.DownMessage, ok bool) {
	x := d.boxes[b]
	if x == nil {
		return m, false
	}
	delete(d.due, b)
	x.at, x.sent = now, nil
	if len(oldest) == 0 {
		return m, false
	}
	oldest = oldest[:min(len(oldest), wire.MaxDirectives)]
	for _, o := range oldest {
		x.sent = append(x.sent, o.ID)
	}
	return wire.DownMessage{Boot: x.boot, Nonce: x.nonce, Directives: oldest}, true
}

// May reports whether a message of directives is for this start of the box, and
// whether it may follow head office now: not while its history is in doubt.
func (s *Sender) May(m wire.DownMessage) bool {
	return s.Mine(m.Boot, m.Nonce) && s.welcomed && s.state == Online
}

// Mine reports whether a message answers the last HELLO of this start.
func (s *Sender) Mine(boot id.Boot, nonce string) bool {
	return s.connected && boot == s.who.Boot && nonce == s.nonce
}
