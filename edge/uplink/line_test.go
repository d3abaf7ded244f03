package uplink_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/uplink"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/link"
	"github.com/tyngo/tyngo/sync/pipe"
	"github.com/tyngo/tyngo/sync/wire"
)

// office is the real receiver of head office behind a line that can be cut.
type office struct {
	t      testing.TB
	events chan link.Event

	mu      sync.Mutex
	recv    *pipe.Receiver
	cur     pipe.Cursor
	cut     bool
	spoil   func(*wire.AckMessage) // what becomes of an answer on its way
	hellos  int
	batches int
	facts   int64
	wills   []id.Boot
}

func (o *office) Run(context.Context) error { return nil }

func (o *office) Events() <-chan link.Event { return o.events }

func (o *office) Send(_ context.Context, m link.Message) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.cut {
		return link.ErrOffline
	}
	box, leaf, err := wire.ParseTopic(m.Topic)
	if err != nil {
		o.t.Error(err)
		return nil
	}
	var v pipe.Verdict
	switch leaf {
	case wire.Hello:
		h, err := wire.DecodeHello(m.Payload)
		if err != nil {
			o.t.Error(err)
			return nil
		}
		o.hellos++
		v = o.recv.Hello(time.Now(), o.cur, h)
	case wire.Up:
		b, err := wire.DecodeBatch(m.Payload)
		if err == nil {
			o.batches++
			v, err = o.recv.Batch(time.Now(), o.cur, b)
		}
		if err != nil {
			o.t.Error(err)
			return nil
		}
	case wire.Will:
		w, err := wire.DecodeWill(m.Payload)
		if err != nil {
			o.t.Error(err)
		}
		o.wills = append(o.wills, w.Boot)
		return nil
	}
	o.cur, o.facts = v.Cursor, o.facts+int64(len(v.Store))
	if o.spoil != nil {
		o.spoil(&v.Ack)
	}
	o.events <- link.Event{Message: link.Message{Topic: wire.Topic(box, wire.Ack), Payload: wire.Encode(v.Ack)}}
	return nil
}

func (o *office) line(there bool) {
	o.mu.Lock()
	o.cut = !there
	o.mu.Unlock()
	kind := link.Lost
	if there {
		kind = link.Connected
	}
	o.events <- link.Event{Kind: kind}
}

func (o *office) change(spoil func(*wire.AckMessage)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.spoil = spoil
}

func (o *office) counts() (hellos, batches int, last, facts int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.hellos, o.batches, o.cur.Last, o.facts
}

// site is a real box whose uplink the test holds.
type site struct {
	*boxtest.House
	*office
	up    *uplink.Uplink
	boot  id.Boot
	ahead atomic.Int64 // of the steady clock
	still atomic.Int64 // where it stands, Unix ns; 0: it goes
	asked atomic.Int64 // how often
	stop  func()
}

func start(t *testing.T) *site {
	t.Helper()
	s := &site{House: boxtest.Start(t), boot: id.New[id.Boot](), office: &office{t: t, events: make(chan link.Event, 4096), recv: pipe.NewReceiver()}}
	s.up = uplink.New(uplink.Config{Journal: s.Journal, Dir: t.TempDir(), Boot: s.boot, Incarnation: "A", Software: "test", Heard: func(time.Time) {}, OfficeNow: time.Now,
		Doubted: func() bool { return false }, Now: time.Now, Log: slog.New(slog.DiscardHandler),
		Steady: s.steady})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.up.Drive(ctx, s.office) }()
	s.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the uplink ended with: %v", err)
		}
	})
	t.Cleanup(s.stop)
	return s
}

func (s *site) steady() time.Time {
	s.asked.Add(1)
	if n := s.still.Load(); n > 0 {
		return time.Unix(0, n)
	}
	return time.Now().Add(time.Duration(s.ahead.Load()))
}

func (s *site) order(t testing.TB) {
	t.Helper()
	body := `{"restaurantId":"` + boxtest.Restaurant + `","items":[{"menuItemId":"` + boxtest.Bowl + `","quantity":1}]}`
	if a := s.Do("POST", "/api/v1/orders", body); a.Status != http.StatusCreated {
		t.Fatalf("order: %d %s", a.Status, a.Body)
	}
}

func (s *site) head(t testing.TB) int64 {
	t.Helper()
	n, _, err := s.Journal.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// stored: head office has all, and the box knows.
func (s *site) stored(t testing.TB) func() bool {
	return func() bool {
		_, _, last, _ := s.counts()
		st := s.up.Status()
		return last > 0 && last == s.head(t) && st.Acked == last && st.Head == last && st.State == pipe.Online && st.Lag.IsZero()
	}
}

func (s *site) cursor(t testing.TB) (n int64) {
	t.Helper()
	if err := s.Journal.DB().View(t.Context(), func(q *sqlite.Snapshot) (err error) { n, err = journal.Cursor(q, uplink.Cursor); return err }); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAnIdleBoxIsStoredWholeWithoutATrigger(t *testing.T) {
	t.Parallel()
	s := start(t)
	if st := s.up.Status(); st.State == pipe.Online {
		t.Fatalf("online without a line: %+v", st)
	}
	s.line(true)
	s.Until("all facts are stored and known to be", s.stored(t))
	if _, _, last, facts := s.counts(); facts != last {
		t.Errorf("%d facts came for %d", facts, last)
	}
}

func TestALineThatComesBackBringsTheBacklog(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.line(true)
	s.Until("all is stored", s.stored(t))
	s.line(false)
	s.Until("the box knows", func() bool { return s.up.Status().State == pipe.Offline })
	_, before, last, _ := s.counts()
	for range 5 {
		s.order(t)
	}
	s.Until("what waits is shown", func() bool { st := s.up.Status(); return st.Head > st.Acked && !st.Lag.IsZero() })
	if _, batches, now, _ := s.counts(); batches != before || now != last {
		t.Errorf("something went over a line that is not there")
	}
	s.line(true)
	s.Until("the backlog is stored", s.stored(t))
	if _, _, now, facts := s.counts(); now <= last || facts != now {
		t.Errorf("%d facts came for %d", facts, now)
	}
}

func TestAnAckThatIsLostIsMadeUpFor(t *testing.T) {
	t.Parallel()
	s := start(t)
	n := 0
	s.change(func(a *wire.AckMessage) {
		if n++; n%2 == 1 {
			a.Nonce = "of another HELLO"
		}
	})
	s.line(true)
	s.order(t)
	s.Until("all is stored", s.stored(t))
}

func TestAnAnswerToAnotherStartIsIgnoredAndAsksOnceASecond(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.line(true)
	s.Until("all is stored", s.stored(t))
	s.order(t)
	s.Until("the order is stored", s.stored(t))
	acked := s.up.Status().Acked
	before, _, _, _ := s.counts()
	began := time.Now()
	for i := range 300 {
		a := wire.AckMessage{Epoch: 1, Boot: id.New[id.Boot](), Last: acked - 1, State: wire.Fenced, Win: 16, Nonce: fmt.Sprint(i), Re: wire.ReHello}
		if i%2 == 0 {
			a.Boot = s.boot
		}
		s.events <- link.Event{Message: link.Message{Topic: wire.Topic(s.Journal.Box(), wire.Ack), Payload: wire.Encode(a)}}
	}
	s.Until("it asks", func() bool { n, _, _, _ := s.counts(); return n > before && len(s.events) == 0 })
	after, _, _, _ := s.counts()
	if most := 1 + int(time.Since(began)/time.Second); after-before > most {
		t.Errorf("%d HELLOs in %v", after-before, time.Since(began))
	}
	if st := s.up.Status(); st.Acked < acked || st.State != pipe.Online {
		t.Errorf("a stranger's word counts: %+v", st)
	}
}

func TestAForkOrAFenceStopsTheSendingAndNotTheService(t *testing.T) {
	t.Parallel()
	for answer, state := range map[string]pipe.State{wire.Fork: pipe.Forked, wire.Fenced: pipe.Fenced, wire.Bad: pipe.Refused} {
		t.Run(answer, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			s.change(func(a *wire.AckMessage) { a.State = answer })
			s.line(true)
			s.Until("the light is on", func() bool { return s.up.Status().State == state })
			_, before, _, _ := s.counts()
			s.order(t)
			s.order(t)
			s.Until("the orders wait", func() bool { st := s.up.Status(); return st.Head == s.head(t) && st.State == state && !st.Lag.IsZero() })
			if _, after, _, _ := s.counts(); after != before {
				t.Errorf("%d batches were sent all the same", after-before)
			}
			s.change(nil)
			s.line(false)
			s.line(true)
			s.Until("all is stored when head office is of another mind", s.stored(t))
		})
	}
}

func TestWhatIsAcknowledgedIsKeptInMemoryAndWrittenNowAndThen(t *testing.T) {
	t.Parallel()
	s := start(t)
	began := time.Now()
	s.line(true)
	s.Until("all is stored", s.stored(t))
	if n := s.cursor(t); n != 0 && time.Since(began) < 9*time.Second {
		t.Errorf("the cursor is written at once: %d", n)
	}
	s.ahead.Add(int64(11 * time.Second))
	s.order(t)
	s.Until("the cursor is written", func() bool { return s.cursor(t) > 0 })
	s.Until("the order is stored", s.stored(t))
	s.stop()
	if n := s.cursor(t); n != s.up.Status().Acked {
		t.Errorf("at the end %d is written of %d", n, s.up.Status().Acked)
	}
	s.office.mu.Lock()
	defer s.office.mu.Unlock()
	if len(s.wills) != 1 || s.wills[0] != s.boot {
		t.Errorf("the goodbye is %v", s.wills)
	}
}

// TestCommandsGoFirstButNotForEver: 50 ms, by a clock that the test holds.
func TestCommandsGoFirstButNotForEver(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.Until("it waits for a line", func() bool { return s.up.Status().Head == s.head(t) })
	hold, held := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() { // a slow disk
		if err := s.Journal.DB().Update(context.Background(), func(*sqlite.Tx) error {
			close(held)
			<-hold
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
	<-held
	now := time.Now()
	s.still.Store(now.UnixNano())
	s.line(true)
	yields := func(ms int64) { // it looks at the clock again and again, and says nothing
		from := s.asked.Load()
		s.still.Store(now.Add(time.Duration(ms) * time.Millisecond).UnixNano())
		s.Until("it looks whether the command is done", func() bool { return s.asked.Load() > from+20 })
		if hellos, _, _, _ := s.counts(); hellos > 0 {
			t.Fatalf("%d ms after a command began to wait the uplink speaks", ms)
		}
	}
	s.Until("the line is noticed", func() bool { return len(s.events) == 0 })
	yields(0)
	yields(49)
	s.still.Store(now.Add(200 * time.Millisecond).UnixNano())
	s.Until("it speaks all the same", func() bool { hellos, _, _, _ := s.counts(); return hellos > 0 })
	s.still.Store(0)
	s.Until("facts go up all the same", func() bool { _, _, last, _ := s.counts(); return last > 0 })
	close(hold)
	wg.Wait()
	s.Until("all is stored", s.stored(t))
}

// TestALongBacklogRestsWhileGuestsOrder, sixty times as long as what it just did, a
// tenth of a second at most; and not for a box at which nobody orders, nor for what is
// live.
func TestALongBacklogRestsWhileGuestsOrder(t *testing.T) {
	t.Parallel()
	const long, took = 100_000, time.Millisecond
	var g uplink.Guests
	at := time.Unix(1_800_000_000, 0)
	for _, c := range []struct {
		after         time.Duration
		head, backlog int64
		took, want    time.Duration
	}{
		{0, 500, long, took, 0}, // it was there before the start
		{time.Second, 500, long, took, 0},
		{time.Second, 503, long, took, 0}, // one order may be anything
		{time.Second, 506, long, took, 60 * time.Millisecond},
		{0, 506, long, 5 * time.Millisecond, 100 * time.Millisecond},
		{0, 506, 1023, took, 0},
		{0, 506, 1024, took, 60 * time.Millisecond},
		{time.Second, 506, long, took, 60 * time.Millisecond},
		{time.Millisecond, 506, long, took, 0}, // the last two are more than two seconds old
		{time.Second, 509, long, took, 0},      // 506 is 2.001 s old
		{time.Second, 512, long, took, 60 * time.Millisecond},
		{time.Hour, 512, long, took, 0},
	} {
		at = at.Add(c.after)
		if got := g.Pause(c.head, c.backlog, at, c.took); got != c.want {
			t.Errorf("at fact %d, %d to send, after %v: it rests %v, want %v", c.head, c.backlog, c.after, got, c.want)
		}
	}
}
