package mqtt

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tyngo/tyngo/sync/link"
)

// broker is a Mosquitto on a port that stays its own.
type broker struct {
	t    testing.TB
	conf string
	addr string
	cmd  *exec.Cmd
	gone chan struct{}
}

func startBroker(t testing.TB) *broker {
	t.Helper()
	b := &broker{t: t, conf: filepath.Join(t.TempDir(), "mosquitto.conf")}
	t.Cleanup(func() { b.kill() })
	for range 5 { // another program may take the port first
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		b.addr = l.Addr().String()
		_, port, _ := net.SplitHostPort(b.addr)
		l.Close()
		if err := os.WriteFile(b.conf, []byte("listener "+port+" 127.0.0.1\nallow_anonymous true\npersistence false\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if b.start() {
			return b
		}
	}
	t.Fatal("mosquitto does not start")
	return nil
}

// start answers whether it runs and can be reached.
func (b *broker) start() bool {
	b.t.Helper()
	program, err := exec.LookPath("mosquitto")
	if err != nil {
		program = "/usr/sbin/mosquitto"
	}
	b.cmd, b.gone = exec.Command(program, "-c", b.conf), make(chan struct{})
	if err := b.cmd.Start(); err != nil {
		b.t.Fatalf("%v (make deps installs it)", err)
	}
	cmd, gone := b.cmd, b.gone
	go func() {
		_ = cmd.Wait()
		close(gone)
	}()
	for {
		if conn, err := net.Dial("tcp", b.addr); err == nil {
			conn.Close()
			return true
		}
		select {
		case <-b.gone:
			return false
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func (b *broker) kill() {
	_ = b.cmd.Process.Kill() // it may be gone
	<-b.gone
}

// end is one running transport.
type end struct {
	*Transport
	t    testing.TB
	stop func()

	mu   sync.Mutex
	conn net.Conn // the connection under the transport
}

func run(t testing.TB, c Config) *end {
	t.Helper()
	e := &end{t: t}
	c.Log = slog.New(slog.DiscardHandler)
	if c.Dial == nil {
		c.Dial = func(ctx context.Context, address string) (net.Conn, error) {
			conn, err := dialTCP(ctx, address)
			e.mu.Lock()
			defer e.mu.Unlock()
			e.conn = conn
			return conn, err
		}
	}
	e.Transport = New(c)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	e.stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("the transport ended with: %v", err)
			}
		case <-time.After(20 * time.Second):
			t.Error("the transport does not end")
		}
	})
	t.Cleanup(e.stop)
	return e
}

// next is the next event; it must be of a kind.
func (e *end) next(kind link.Kind) link.Event {
	e.t.Helper()
	select {
	case got := <-e.Events():
		if got.Kind != kind {
			e.t.Fatalf("event %+v, want kind %d", got, kind)
		}
		return got
	case <-time.After(20 * time.Second):
		e.t.Fatalf("no event of kind %d", kind)
	}
	panic("not reached")
}

// cut breaks the line without a goodbye.
func (e *end) cut() {
	e.t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.conn.SetDeadline(time.Now()); err != nil {
		e.t.Fatal(err)
	}
}

func TestWhatIsSentArrivesInOrderOnceTheOtherIsConnected(t *testing.T) {
	t.Parallel()
	b := startBroker(t)
	reader := run(t, Config{Broker: "tcp://" + b.addr, ClientID: "reader", Topics: []Topic{{Filter: "t/+/up", QoS: 1}, {Filter: "t/+/ack"}}})
	writer := run(t, Config{Broker: "tcp://" + b.addr, ClientID: "writer"})
	reader.next(link.Connected)
	writer.next(link.Connected)
	for i := range 200 {
		if err := writer.Send(t.Context(), link.Message{Topic: "t/1/up", Payload: []byte(fmt.Sprint(i)), QoS: 1}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 200 {
		if m := reader.next(link.Received).Message; string(m.Payload) != fmt.Sprint(i) || m.Topic != "t/1/up" || m.QoS != 1 {
			t.Fatalf("message %d is %+v", i, m)
		}
	}
	if err := writer.Send(t.Context(), link.Message{Topic: "t/1/ack", Payload: []byte("last")}); err != nil {
		t.Fatal(err)
	}
	if m := reader.next(link.Received).Message; string(m.Payload) != "last" || m.QoS != 0 {
		t.Errorf("%+v", m)
	}
}

func TestTheWillIsSaidWhenTheLineBreaksAndNotWhenSomebodyLeaves(t *testing.T) {
	t.Parallel()
	b := startBroker(t)
	reader := run(t, Config{Broker: "tcp://" + b.addr, ClientID: "reader", Topics: []Topic{{Filter: "will/#", QoS: 1}}})
	reader.next(link.Connected)
	leaver := run(t, Config{Broker: "tcp://" + b.addr, ClientID: "leaver", Will: link.Message{Topic: "will/leaver", Payload: []byte("gone")}})
	leaver.next(link.Connected)
	box := run(t, Config{Broker: "tcp://" + b.addr, ClientID: "box", Will: link.Message{Topic: "will/box", Payload: []byte("gone")}})
	box.next(link.Connected)
	leaver.stop()
	box.cut()
	if m := reader.next(link.Received).Message; m.Topic != "will/box" || string(m.Payload) != "gone" {
		t.Errorf("%+v", m)
	}
	if box.next(link.Lost).Err == nil {
		t.Error("nobody says why the line was lost")
	}
	box.next(link.Connected)
}

func TestABrokerThatWasAwayIsFoundAgainAndNothingIsSentMeanwhile(t *testing.T) {
	t.Parallel()
	b := startBroker(t)
	e := run(t, Config{Broker: "tcp://" + b.addr, ClientID: "box", Topics: []Topic{{Filter: "t", QoS: 1}}})
	e.next(link.Connected)
	b.kill()
	e.next(link.Lost)
	for i := range 10 {
		if err := e.Send(t.Context(), link.Message{Topic: "t", Payload: []byte(fmt.Sprint("old ", i)), QoS: 1}); !errors.Is(err, link.ErrOffline) {
			t.Fatalf("sent without a line: %v", err)
		}
	}
	if !b.start() {
		t.Fatal("mosquitto does not come back")
	}
	e.next(link.Connected)
	if err := e.Send(t.Context(), link.Message{Topic: "t", Payload: []byte("new"), QoS: 1}); err != nil {
		t.Fatal(err)
	}
	if m := e.next(link.Received).Message; string(m.Payload) != "new" { // the subscription stands again, too
		t.Errorf("%s", m.Payload)
	}
}

func TestWhatHasNoReaderIsDroppedAndNeverInTheWay(t *testing.T) {
	t.Parallel()
	b := startBroker(t)
	deaf := run(t, Config{Broker: "tcp://" + b.addr, ClientID: "deaf", Room: 2, Topics: []Topic{{Filter: "t", QoS: 1}}})
	watch := run(t, Config{Broker: "tcp://" + b.addr, ClientID: "watch", Topics: []Topic{{Filter: "t", QoS: 1}}})
	watch.next(link.Connected)
	for len(deaf.Events()) == 0 {
		select {
		case <-t.Context().Done():
			t.Fatal("no connection")
		case <-time.After(time.Millisecond):
		}
	}
	for range 50 {
		if err := deaf.Send(t.Context(), link.Message{Topic: "t", Payload: []byte("x"), QoS: 1}); err != nil {
			t.Fatal(err)
		}
	}
	for range 50 {
		watch.next(link.Received)
	}
	deaf.stop() // its room is full, and nobody reads: it must end all the same
	deaf.next(link.Connected)
	deaf.next(link.Received)
}

func TestTheSecondOfANameTakesTheFirstOnesPlace(t *testing.T) {
	t.Parallel()
	b := startBroker(t)
	first := run(t, Config{Broker: "tcp://" + b.addr, ClientID: "same"})
	first.next(link.Connected)
	second := run(t, Config{Broker: "tcp://" + b.addr, ClientID: "same"})
	second.next(link.Connected)
	if err := first.next(link.Lost).Err; err == nil || strings.TrimSpace(err.Error()) == "" {
		t.Errorf("it was thrown off without a word: %v", err)
	}
}
