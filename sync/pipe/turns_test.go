package pipe_test

import (
	"testing"
	"time"

	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/pipe"
	"github.com/tyngo/tyngo/sync/wire"
)

// asker is a box as the receiver knows it: what it has, and what it may send.
type asker struct {
	id   id.Box
	head int64
	cur  pipe.Cursor
	win  int
	st   string
}

func (a *asker) hello(now time.Time, r *pipe.Receiver) {
	v := r.Hello(now, a.cur, wire.HelloMessage{Box: a.id, Epoch: 1, Boot: a.cur.Boot, Nonce: "0123456789abcdef", Head: a.head})
	a.win, a.st = v.Ack.Win, v.Ack.State
}

func (a *asker) told(ack wire.AckMessage) { a.win, a.st = ack.Win, ack.State }

func askers(n int, head int64) (list []*asker) {
	for range n {
		b := id.New[id.Box]()
		list = append(list, &asker{id: b, head: head, cur: pipe.Cursor{Epoch: 1, Dg: event.Genesis(b), Boot: id.New[id.Boot]()}})
	}
	return list
}

func TestBacklogsTakeTurnsAndLiveBoxesDoNotWait(t *testing.T) {
	now := time.UnixMilli(1_795_000_000_000)
	r := pipe.NewReceiver()
	limits := pipe.Limits{Window: 16, Behind: 1000, Boxes: 8, Batches: 24}
	r.Limit(limits)
	behind, live := askers(50, 9000), askers(20, 900)
	for _, a := range behind {
		a.hello(now, r)
	}
	for _, a := range behind[8:] {
		if a.win != 0 || a.st != wire.Slow {
			t.Fatalf("a box whose turn it is not was answered %q with a window of %d", a.st, a.win)
		}
	}
	told := map[id.Box]*asker{}
	for _, a := range behind {
		told[a.id] = a
	}
	for round := 0; ; round++ {
		now = now.Add(100 * time.Millisecond)
		sending, under, left := 0, 0, 0
		for _, a := range behind {
			if a.cur.Last < a.head {
				left++
			}
			if a.win > 0 && a.head-a.cur.Last > limits.Behind {
				sending++
				under += a.win
			}
		}
		if left == 0 {
			break
		}
		if sending > limits.Boxes || round > 2 && under > 2*limits.Batches {
			t.Fatalf("%d boxes send a backlog, with %d batches under way", sending, under)
		}
		if round > 200 {
			t.Fatalf("%d boxes never caught up", left)
		}
		for _, a := range live {
			if a.hello(now, r); a.win != limits.Window || a.st != wire.OK {
				t.Fatalf("a live box was answered %q with a window of %d", a.st, a.win)
			}
		}
		for _, a := range behind {
			if a.win > 0 && a.cur.Last < a.head {
				a.cur.Last = min(a.cur.Last+int64(a.win)*100, a.head)
				a.told(r.Again(now, a.cur, a.id))
			}
		}
		for _, b := range r.Turns(now) {
			a := told[b]
			if a.told(r.Again(now, a.cur, a.id)); a.win == 0 {
				t.Fatal("a box was told that it is its turn, with a window of 0")
			}
		}
	}
}

func TestATurnEndsWithWhoDoesNotUseIt(t *testing.T) {
	now := time.UnixMilli(1_795_000_000_000)
	for name, end := range map[string]func(r *pipe.Receiver, a *asker) time.Duration{
		"dark":   func(r *pipe.Receiver, a *asker) time.Duration { r.Gone(a.id); return 0 },
		"silent": func(*pipe.Receiver, *asker) time.Duration { return 31 * time.Second },
		"caught up": func(r *pipe.Receiver, a *asker) time.Duration {
			a.cur.Last = a.head
			r.Again(now, a.cur, a.id)
			return 0
		},
		"cannot be stored": func(r *pipe.Receiver, a *asker) time.Duration {
			r.Bad(now, a.cur, a.id)
			return 0
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := pipe.NewReceiver()
			r.Limit(pipe.Limits{Window: 16, Behind: 10, Boxes: 1, Batches: 8})
			all := askers(3, 1000)
			for _, a := range all {
				a.hello(now, r)
			}
			if all[0].win != 8 || all[1].win != 0 || all[2].win != 0 || len(r.Turns(now)) != 0 {
				t.Fatalf("windows %d, %d and %d where one box may send", all[0].win, all[1].win, all[2].win)
			}
			later := now.Add(end(r, all[0]))
			if got := r.Turns(later); len(got) != 1 || got[0] != all[1].id {
				t.Fatalf("the turn is that of %v, and should be that of the second", got)
			}
			all[2].hello(later, r)
			if got := r.Turns(later); len(got) != 0 || all[2].win != 0 {
				t.Errorf("the third has a window of %d while the second sends", all[2].win)
			}
		})
	}
}
