package mqtt

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
	"github.com/tyngo/tyngo/sync/link"
)

// attempts counts dials by the clock.
type attempts struct {
	mu sync.Mutex
	at []time.Time
}

func (a *attempts) one() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.at = append(a.at, time.Now())
}

// all is a copy: the hour may end in the middle of a dial that nobody waits for any more.
func (a *attempts) all() []time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.at)
}

// patience runs a transport for an hour of nobody's time.
func patience(t *testing.T, c Config, dial func() (net.Conn, error)) []time.Time {
	t.Helper()
	var a attempts
	c.Broker, c.ClientID, c.Log = "tcp://broker:1883", "box", slog.New(slog.DiscardHandler)
	c.Dial = func(context.Context, string) (net.Conn, error) { a.one(); return dial() }
	tr := New(c)
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	if err := tr.Run(ctx); err != nil {
		t.Error(err)
	}
	for len(tr.events) > 0 {
		if e := <-tr.events; e.Kind == link.Connected {
			t.Error("it says that there is a connection")
		}
	}
	time.Sleep(time.Minute) // what it left behind ends
	return a.all()
}

// bounded checks that it comes again ever later, and never later than it promises.
func bounded(t *testing.T, at []time.Time, each time.Duration) {
	t.Helper()
	most := each + retryMost + retryMost/2 + quiesce
	if n := len(at); n < int(time.Hour/most) {
		t.Errorf("%d tries in an hour", n)
	}
	for i := 1; i < len(at); i++ {
		if gap := at[i].Sub(at[i-1]); gap > most || gap < retryLeast/2 || i > 10 && gap < retryMost/2 {
			t.Errorf("try %d came %v after the last", i, gap)
		}
	}
}

func TestABrokerThatIsNotThereIsTriedLessAndLessOftenButForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bounded(t, patience(t, Config{}, func() (net.Conn, error) { return nil, errors.New("no route") }), 0)
	})
}

func TestABrokerThatSaysNothingIsLeft(t *testing.T) {
	for name, c := range map[string]*tls.Config{"tcp": nil, "tls": {ServerName: "broker"}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var wg sync.WaitGroup
				at := patience(t, Config{TLS: c}, func() (net.Conn, error) {
					here, there := net.Pipe()
					wg.Go(func() { // takes all and answers nothing, until the other hangs up
						for b := make([]byte, 1024); ; {
							if _, err := there.Read(b); err != nil {
								return
							}
						}
					})
					return here, nil
				})
				bounded(t, at, dialTimeout)
				wg.Wait() // every connection was closed
			})
		})
	}
}

func TestABrokerThatRefusesASubscriptionIsNoConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var wg sync.WaitGroup
		var open atomic.Int64
		at := patience(t, Config{Topics: []Topic{{Filter: "somebody/else", QoS: 1}}}, func() (net.Conn, error) {
			here, there := net.Pipe()
			open.Add(1)
			wg.Go(func() {
				defer open.Add(-1)
				for {
					p, err := packets.ReadPacket(there)
					if err != nil {
						return
					}
					switch p := p.(type) {
					case *packets.ConnectPacket:
						if !p.CleanSession {
							t.Error("a session that is kept")
						}
						err = packets.NewControlPacket(packets.Connack).Write(there)
					case *packets.SubscribePacket:
						a := packets.NewControlPacket(packets.Suback).(*packets.SubackPacket)
						a.MessageID, a.ReturnCodes = p.MessageID, []byte{0x80}
						err = a.Write(there)
					case *packets.PingreqPacket:
						err = packets.NewControlPacket(packets.Pingresp).Write(there)
					case *packets.DisconnectPacket:
						there.Close()
					}
					if err != nil {
						return
					}
				}
			})
			return here, nil
		})
		bounded(t, at, time.Second)
		if n := open.Load(); n != 0 {
			t.Fatalf("%d connections were left open", n)
		}
		wg.Wait()
	})
}

// A connection that comes up after its transport was told to end must not live on:
// it would hold the box's name.
func TestAConnectionThatComesTooLateIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		here, there := net.Pipe()
		ctx, cancel := context.WithCancel(t.Context())
		asked, closed := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(closed)
			if _, err := packets.ReadPacket(there); err != nil {
				t.Error(err)
			}
			close(asked)
			time.Sleep(5 * time.Second)
			_ = packets.NewControlPacket(packets.Connack).Write(there) // it may be gone already
			for {
				p, err := packets.ReadPacket(there)
				if _, ping := p.(*packets.PingreqPacket); ping {
					err = packets.NewControlPacket(packets.Pingresp).Write(there)
				}
				if err != nil {
					return
				}
			}
		}()
		tr := New(Config{Broker: "tcp://broker:1883", ClientID: "box", Log: slog.New(slog.DiscardHandler), Dial: func(context.Context, string) (net.Conn, error) { return here, nil }})
		done := make(chan error, 1)
		go func() { done <- tr.Run(ctx) }()
		<-asked
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		select {
		case <-closed:
		case <-time.After(time.Minute):
			t.Error("it is still open")
			there.Close()
		}
	})
}
