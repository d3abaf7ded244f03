package sim

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/tyngo/tyngo/cloud/store"
	cloudsqlite "github.com/tyngo/tyngo/cloud/store/sqlite"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/link"
	"github.com/tyngo/tyngo/sync/wire"
)

// Templates are fresh databases, made once and copied for every history.
type Templates struct {
	cloud    string
	boxPaths []string
	boxes    []id.Box
	org      id.Organisation
	place    id.Restaurant
}

// Prepare makes the templates in a directory.
func Prepare(dir string) (t Templates, err error) {
	now := func() time.Time { return start }
	t = Templates{cloud: filepath.Join(dir, "cloud.db"), org: id.Derived[id.Organisation]("sim"), place: id.Derived[id.Restaurant]("sim")}
	for n := range 2 {
		path := filepath.Join(dir, fmt.Sprintf("box%d.db", n))
		db, err := sqlite.Open(ctx, path, quick)
		if err != nil {
			return t, err
		}
		j, err := openJournal(db, now)
		if err != nil {
			return t, err
		}
		if err := j.Adopt(ctx, id.Derived[id.Box](fmt.Sprintf("sim box %d", n))); err != nil { // the same every time: order follows from it
			return t, err
		}
		t.boxPaths, t.boxes = append(t.boxPaths, path), append(t.boxes, j.Box())
		if err := db.Close(); err != nil {
			return t, err
		}
	}
	s, err := cloudsqlite.Open(ctx, t.cloud)
	if err != nil {
		return t, err
	}
	err = s.AddOrganisation(ctx, store.Organisation{ID: t.org, Name: "Sim"}, start)
	err = errors.Join(err, s.In(t.org).AddRestaurant(ctx, store.Restaurant{ID: t.place, Name: "Sim"}, start))
	err = errors.Join(err, s.Write(ctx, func(x *store.Tx) error {
		var err error
		for _, b := range t.boxes {
			err = errors.Join(err, x.AddBox(store.Box{ID: b, Organisation: t.org, Restaurant: t.place}, start))
		}
		return err
	}))
	return t, errors.Join(err, s.Close())
}

// steps is how many things happen in one history.
const steps = 60

// Play plays one history and answers what it covered. A Violation is a promise that
// was broken; any other error is one of the simulation.
func Play(seed uint64, b Broken, dir string, t Templates) (covered map[string]int, err error) {
	dir = filepath.Join(dir, fmt.Sprintf("seed%d", seed))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	w, err := newWorld(seed, b, dir, t)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	w.net.faults = faults{Delay: time.Duration(1+w.rnd.IntN(400)) * time.Millisecond, VeryLate: 40 * time.Second}
	if w.chance(800) { // some histories have a good line, and only crashes
		w.net.faults.Lost, w.net.faults.Doubled = w.rnd.IntN(300), w.rnd.IntN(100)
		w.net.faults.Truncated, w.net.faults.Late = w.rnd.IntN(30), w.rnd.IntN(60)
	}
	w.tick = []time.Duration{time.Nanosecond, 20 * time.Millisecond, 100 * time.Millisecond}[w.rnd.IntN(3)] // messages come alone, or some at once
	for range steps {
		if err := w.happen(); err != nil {
			return w.Covered, err
		}
		if err := w.pass(w.someTime()); err != nil {
			return w.Covered, err
		}
		if w.chance(200) {
			if err := w.digests(); err != nil {
				return w.Covered, err
			}
		}
	}
	return w.Covered, w.end()
}

// someTime is mostly short and sometimes long.
func (w *World) someTime() time.Duration {
	switch w.rnd.IntN(6) {
	case 0:
		return 0
	case 1:
		return time.Duration(w.rnd.IntN(40)) * time.Second
	}
	return time.Duration(w.rnd.IntN(500)) * time.Millisecond
}

// happen lets one thing happen.
func (w *World) happen() error {
	x := w.boxes[w.rnd.IntN(len(w.boxes))]
	switch w.rnd.IntN(24) {
	default:
		n := 1 + w.rnd.IntN(3)
		if w.chance(50) {
			n = 1 + w.rnd.IntN(700) // a backlog of more than one batch
			w.Covered["backlog"]++
		}
		if err := x.commit(n); err != nil || !w.chance(150) {
			return err
		}
		return x.askAgain()
	case 0, 1, 2:
		return w.wish(x)
	case 3:
		w.Covered["line lost"]++
		x.leave()
	case 4, 5, 6:
		if !x.up {
			x.connect()
		}
	case 7:
		w.Covered["line made anew"]++
		x.connect()
	case 8:
		w.Covered["box killed"]++
		return x.kill()
	case 9:
		w.Covered["cloud killed"]++
		return w.restart()
	case 10:
		w.Covered["broker forgot"]++
		w.net.forget("")
		for _, y := range w.boxes {
			if y.up {
				y.leave()
				y.connect()
			}
		}
	case 11:
		w.Covered["clock jumped"]++
		x.skew = time.Duration(w.rnd.Int64N(int64(200*time.Hour))) - 100*time.Hour
	case 12:
		if w.chance(400) {
			return w.copy()
		}
	case 13:
		if len(w.copies) > 0 && w.chance(300) {
			return w.restore()
		}
	case 14:
		if len(w.old) > 0 && x.up {
			w.Covered["ack from the past"]++
			w.net.send(x.session, w.old[w.rnd.IntN(len(w.old))])
		}
	case 15:
		w.Covered["foreign client"]++
		return w.foreign(x)
	case 16:
		if w.chance(300) {
			return w.replica()
		}
	case 17:
		if w.chance(60) {
			return w.cloneOf(x)
		}
	}
	return nil
}

// wish is a wish of head office, some of which expire soon.
func (w *World) wish(x *box) error {
	w.Covered["wish"]++
	w.wished++
	d := store.Directive{ID: id.New[id.Directive](), Kind: kind, Made: w.now.Add(time.Duration(w.wished) * time.Microsecond), Body: json.RawMessage(`{}`), Maker: "sim"}
	if w.chance(200) {
		d.Expires = w.now.Add(time.Duration(w.rnd.IntN(20)) * time.Second)
	}
	b := store.Box{ID: x.id, Organisation: w.org, Restaurant: w.place}
	if err := w.cloud.store.Write(ctx, func(t *store.Tx) error { return t.AddDirective(b, d) }); err != nil {
		return err
	}
	if !w.chance(100) { // or the hint gets lost
		w.cloud.ingest.Wished(x.id)
	}
	w.cloud.ingest.Work(ctx)
	return nil
}

// restart kills head office: what it had in memory is gone, what was on its way to
// it is lost.
func (w *World) restart() (err error) {
	w.net.forget(toCloud)
	if w.second != nil {
		w.second = nil
	}
	w.cloud, err = w.run(w.cloud.store)
	return err
}

// copy keeps a copy of head office, with what is in its log, and kills it.
func (w *World) copy() error {
	w.Covered["cloud copied"]++
	path := filepath.Join(w.dir, fmt.Sprintf("copy%d.db", len(w.copies)))
	for _, log := range []string{"", "-wal"} {
		if err := copyFile(w.cloudPath()+log, path+log); err != nil {
			return err
		}
	}
	w.copies = append(w.copies, path)
	return w.restart()
}

func (w *World) reopen() error {
	s, err := cloudsqlite.Open(ctx, w.cloudPath())
	if err != nil {
		return err
	}
	w.cloud.store = s
	return w.restart()
}

// restore puts an older copy of head office in its place.
func (w *World) restore() error {
	w.Covered["cloud restored"]++
	w.restored = true
	if err := w.cloud.store.Close(); err != nil {
		return err
	}
	older := w.copies[w.rnd.IntN(len(w.copies))]
	for _, log := range []string{"", "-wal"} { // closed, it has no log of its own
		if err := copyFile(older+log, w.cloudPath()+log); err != nil {
			return err
		}
	}
	return w.reopen()
}

// foreign is a client that says what it likes on a topic that it may write: that of
// a box whose certificate it has, and never another's.
func (w *World) foreign(x *box) error {
	y := w.boxes[w.rnd.IntN(len(w.boxes))]
	junk := make([]byte, w.rnd.IntN(200))
	_, _ = noise{w.rnd}.Read(junk)
	messages := [][]byte{junk, wire.Encode(wire.HelloMessage{Box: y.id, Epoch: 1, Boot: id.New[id.Boot](), Nonce: "00000000000000000000000000000000", Head: 5})}
	leaf := []string{wire.Up, wire.Hello}[w.rnd.IntN(2)]
	m := messages[w.rnd.IntN(2)]
	if y.id == x.id && leaf == wire.Hello {
		m = junk // a HELLO of its own under another boot is a clone, which has a case of its own
	}
	w.net.send(toCloud, link.Message{Topic: wire.Topic(x.id, leaf), Payload: m, QoS: 1})
	return nil
}

// replica is a second ingest on the same stream and store, for a while.
func (w *World) replica() (err error) {
	w.Covered["two ingests"]++
	if w.second != nil {
		w.second = nil
		return nil
	}
	w.second, err = w.run(w.cloud.store)
	return err
}

// cloneOf starts a copy of a box beside it.
func (w *World) cloneOf(x *box) error {
	if x.cloned || len(w.boxes) > 2 {
		return nil
	}
	w.Covered["box cloned"]++
	c := &box{w: w, name: x.name + "'", path: x.path + ".clone", id: x.id, boot: x.boot, saved: x.saved, cloned: true, asked: slices.Clone(x.asked)}
	x.cloned = true
	if err := x.db.Close(); err != nil {
		return err
	}
	if err := copyFile(x.path, c.path); err != nil {
		return err
	}
	if err := errors.Join(x.reopenDB(), c.open()); err != nil {
		return err
	}
	w.boxes = append(w.boxes, c)
	return nil
}

// end mends everything, lets time pass, and holds what must hold then.
func (w *World) end() error {
	w.net.faults, w.tick = faults{Delay: 20 * time.Millisecond}, 100*time.Millisecond
	w.second = nil
	if err := w.restart(); err != nil {
		return err
	}
	for _, x := range w.boxes {
		if !x.up {
			x.connect()
		}
	}
	if err := w.pass(3 * time.Minute); err != nil {
		return err
	}
	if err := w.prefix(); err != nil {
		return err
	}
	return w.settled()
}

// Faults are what a good many histories cover, all of them.
func Faults() []string {
	return []string{"ack from the past", "asked again", "backlog", "box cloned", "box killed", "broker forgot", "clock jumped", "cloud copied", "cloud killed", "cloud restored",
		"commit failed", "doubled", "foreign client", "late", "line lost", "line made anew", "lost", "receipts lost", "reordered", "truncated", "two ingests", "waited for its turn", "wish"}
}

// Rules are those that Play can break, first the Soon ones that a few histories find.
func Rules() []Broken {
	return []Broken{TrustPuback, NoMemory, ReceiptsOnly, NoChainCheck, AckEarly, NoFence, WillOfMany}
}

// Soon is how many of the Rules are noticed in the first few histories.
const Soon = 5
