package broker

import (
	"errors"
	"log/slog"
	"net"
	"os"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// piped is a listener with one connection, in memory: its deadlines are those of a
// test's clock.
type piped struct{ there chan net.Conn }

func (p piped) Accept() (net.Conn, error) {
	if c, ok := <-p.there; ok {
		return c, nil
	}
	return nil, net.ErrClosed
}
func (piped) Close() error   { return nil }
func (piped) Addr() net.Addr { return &net.TCPAddr{} }

func accepted(t *testing.T) (ours, theirs net.Conn) {
	t.Helper()
	a, b := net.Pipe()
	there := make(chan net.Conn, 1)
	there <- a
	l := listen(piped{there}, slog.New(slog.DiscardHandler))
	ours, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return ours, b
}

func TestAConnectionThatSaysNothingIsLetGoAfterAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := accepted(t)
		defer theirs.Close()
		began := time.Now()
		if _, err := ours.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(began) != handshakeFor {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		ours.Close()
	})
}

// A box may keep its keep-alive as long as it likes, or send on: what it does not
// take ends its connection.
func TestABoxThatTakesNothingIsLetGoAfterAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := accepted(t)
		defer theirs.Close()
		var mochi sync.WaitGroup
		defer mochi.Wait()
		mochi.Go(func() { // at each packet that comes
			for range 60 {
				time.Sleep(time.Second)
				_ = ours.SetDeadline(time.Time{}) // it ends in the middle
			}
		})
		began := time.Now()
		if _, err := ours.Write([]byte("x")); !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(began) != writeFor {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		if _, err := ours.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("the connection goes on: %v", err)
		}
	})
}

func TestAListenerThatIsClosedEnds(t *testing.T) {
	p := piped{make(chan net.Conn)}
	close(p.there)
	l := listen(p, slog.New(slog.DiscardHandler))
	if err := l.shut(); err != nil {
		t.Error(err)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("it says %v", err)
	}
}
