package sim

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/uplink"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/link"
	"github.com/tyngo/tyngo/sync/pipe"
	"github.com/tyngo/tyngo/sync/wire"
)

// defects are the broken rules of the pipe itself.
var defects = map[Broken]pipe.Defect{NoChainCheck: pipe.NoChainCheck, TrustPuback: pipe.TrustPuback, NoFence: pipe.NoFence}

// box is one run of one box; a clone is another box with the same id.
type box struct {
	w          *World
	name, path string
	id         id.Box
	db         *sqlite.DB
	journal    *journal.Journal
	boot       id.Boot
	saved      int64 // acked, as it was saved last
	sender     *pipe.Sender
	follow     *uplink.Follower
	up         bool // it has a connection
	session    string
	sessions   int
	again      time.Time
	spins      int           // steps since time passed that asked for another at once
	skew       time.Duration // its clock is ahead of the true time
	hello      time.Time     // when its last HELLO left
	welcome    bool          // that was answered
	cloned     bool          // it has a clone, or is one: from here on no box of the id need catch up
	asked      []asked       // what tablets asked of it
	read       []event.Event // its facts, as far as they were read
}

// now is the time as this box sees it.
func (x *box) now() time.Time { return x.w.now.Add(x.skew) }

// quick are the settings of an engine in a simulation: no disk is to be survived.
var quick = sqlite.Config{ReserveBytes: -1, Readers: 1}

// kind is the one directive of the simulation: it moves stock by one, so that doing
// it twice shows.
const kind = "sim.count"

func (w *World) newBox(name string, t Templates) (*box, error) {
	x := &box{w: w, name: name, path: filepath.Join(w.dir, name+".db"), id: t.boxes[len(w.boxes)]}
	if err := copyFile(t.boxPaths[len(w.boxes)], x.path); err != nil {
		return nil, err
	}
	return x, x.open()
}

// open starts the box on its file.
func (x *box) open() (err error) {
	if x.db, err = sqlite.Open(ctx, x.path, quick); err != nil {
		return err
	}
	if err := x.openJournal(); err != nil {
		return err
	}
	return x.begin()
}

func (x *box) openJournal() (err error) {
	if x.journal, err = openJournal(x.db, x.now); err == nil && x.w.broken == ReceiptsOnly {
		x.journal.Break(journal.ReceiptsOnly)
	}
	return err
}

func openJournal(db *sqlite.DB, now func() time.Time) (*journal.Journal, error) {
	return journal.Open(ctx, db, journal.Config{Now: now, Day: func(_ sqlite.Queryer, at time.Time) (string, error) { return at.UTC().Format(time.DateOnly), nil }})
}

// begin is a start of the program: what was in memory is gone.
func (x *box) begin() error {
	prev := x.boot
	x.boot = id.New[id.Boot]()
	x.w.boots[x.boot] = x
	who := pipe.Identity{Box: x.id, Epoch: x.journal.Epoch(), Boot: x.boot, Prev: prev, Software: "sim", Incarnation: "A", Wall: x.now}
	x.sender = pipe.NewSender(who, &source{Source: uplink.Source(ctx, x.journal), journal: x.journal}, x.saved, noise{x.w.rnd}, x.w.rnd)
	x.sender.Break(defects[x.w.broken])
	x.follow = uplink.NewFollower(uplink.Config{Journal: x.journal, Log: slog.New(slog.DiscardHandler), OfficeNow: x.w.clock,
		Directives: map[string]uplink.Directive{kind: func(_ *sqlite.Tx, d wire.Directive) ([]event.Payload, error) {
			return []event.Payload{event.StockChanged{Movement: id.Derived[id.Movement](d.ID.String()), Item: id.Derived[id.Item]("stock"), New: 1, Reason: d.ID.String()}}, nil
		}}}, func() bool { return x.sender.State() == pipe.Online })
	if x.w.broken == NoMemory {
		x.follow.Break()
	}
	x.connect()
	return nil
}

// connect makes a new connection; the old one's will comes when the broker notices.
func (x *box) connect() {
	x.leave()
	for i := range x.w.net.flying { // the same client id takes the old session over: its will is said now
		if f := &x.w.net.flying[i]; f.will == x.boot {
			f.at = x.w.now
		}
	}
	x.sessions++
	x.session = fmt.Sprintf("%s/%d", x.name, x.sessions)
	x.up, x.welcome = true, false
	x.sender.Connect(x.w.now)
	x.again = x.w.now
}

// leave loses the connection without a word.
func (x *box) leave() {
	if !x.up {
		return
	}
	x.up, x.welcome = false, false
	x.sender.Disconnect()
	x.w.net.forget(x.session)
	will := link.Message{Topic: wire.Topic(x.id, wire.Will), Payload: wire.Encode(wire.WillMessage{Boot: x.boot}), QoS: 1}
	x.w.net.n++ // 45 to 90 s later, whoever is there by then
	x.w.net.flying = append(x.w.net.flying, flying{x.w.now.Add(45*time.Second + time.Duration(x.w.rnd.Int64N(int64(45*time.Second)))), x.w.net.n, toCloud, will, x.boot})
}

// reopenDB opens the file again under a box that goes on.
func (x *box) reopenDB() (err error) {
	if x.db, err = sqlite.Open(ctx, x.path, quick); err != nil {
		return err
	}
	if err := x.openJournal(); err != nil {
		return err
	}
	return x.kill()
}

// kill is kill -9 and a new start.
func (x *box) kill() error {
	x.leave()
	if x.w.chance(500) {
		x.saved = x.sender.Acked()
	}
	return x.begin()
}

// source reads the head of the journal again after every commit, and not without
// one: most steps of a sender only look at it.
type source struct {
	pipe.Source
	journal *journal.Journal
	changed <-chan struct{} // closed: there was a commit since
	seq     int64
	dg      event.Digest
}

func (s *source) Head() (seq int64, dg event.Digest, err error) {
	if s.changed != nil {
		select {
		case <-s.changed:
		default:
			return s.seq, s.dg, nil
		}
	}
	changed := s.journal.Changed()
	if s.seq, s.dg, err = s.Source.Head(); err == nil {
		s.changed = changed
	}
	return s.seq, s.dg, err
}

// hear is a message of head office.
func (x *box) hear(m link.Message) error {
	_, leaf, err := wire.ParseTopic(m.Topic)
	switch {
	case err != nil: // the roll call
		x.sender.RollCall(x.w.now)
	case leaf == wire.Ack:
		a, err := wire.DecodeAck(m.Payload)
		if err != nil {
			return nil // it was cut short
		}
		x.welcome = x.welcome || a.Re == wire.ReHello && x.sender.Mine(a.Boot, a.Nonce) && a.State == wire.OK && x.hello.After(x.w.called)
		return x.sender.Ack(x.w.now, a)
	case leaf == wire.Down:
		if d, err := wire.DecodeDown(m.Payload); err == nil && x.sender.May(d) {
			x.follow.Take(ctx, d)
		}
	}
	return nil
}

// step lets the box speak.
func (x *box) step() error {
	if !x.up {
		return nil
	}
	out, again, err := x.sender.Step(x.w.now)
	if err != nil {
		return err
	}
	for _, o := range out {
		if o.Leaf == wire.Hello {
			x.hello = x.w.now
		}
		x.w.net.send(toCloud, link.Message{Topic: wire.Topic(x.id, o.Leaf), Payload: o.Payload, QoS: o.QoS})
	}
	if x.again = again; x.again.After(x.w.now) {
		x.spins = 0
	} else if x.spins++; x.spins > 3 {
		return x.w.broke("%s wants to speak at once, again and again (%s)", x.name, x.sender.State())
	}
	return nil
}

// copyFile copies a database that nobody writes.
func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err = io.Copy(out, in); err != nil {
		return err
	}
	return out.Close()
}
