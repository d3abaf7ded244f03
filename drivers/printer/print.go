package printer

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/tyngo/tyngo/sync/fault"
)

// chunk is how much is written under one deadline.
const chunk = 2 << 10

// Outcome is what is known of a slip.
type Outcome struct {
	Confirmed bool  // the printer said that it is on paper
	Sent      int64 // bytes of the job that left, an upper bound of what arrived
}

// Print puts the slip on paper and waits for the printer's word. The number, 1 to
// 9999, ascends with each slip of this printer and survives restarts of its owner:
// the printer repeats it when the slip is out, and a later one confirms an earlier.
//
// Without an error the slip is Confirmed, or, where the profile knows no proof, sent.
// A fault of Kind Unavailable means that not one byte of the slip was accepted and
// that trying again is safe. Kind Unknown, code print_unknown, means that it may be
// on paper: only a person, or a later proof, can tell.
//
// While the printer says that it is offline, out of paper for instance, Print goes
// on waiting for as long as ctx lets it, because the slip comes out when somebody
// helps. ctx ending by then is Unknown as well.
func (c *Conn) Print(ctx context.Context, doc Doc, number int) (Outcome, error) {
	if number < 1 || number > 9999 {
		return Outcome{}, fault.Newf(fault.Invalid, "printer_number", "A slip's number is 1 to 9999, not %d.", number)
	}
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return Outcome{}, c.notStarted(ctx, ctx.Err())
	}
	s, err := c.ask(ctx)
	if err == nil {
		err = s.Fault()
	}
	if err != nil {
		return Outcome{}, err
	}
	slip := doc.lay(c.profile)
	job := slip.encode(number)
	c.mu.Lock()
	c.proof = 0
	c.mu.Unlock()
	sent, err := c.send(ctx, job)
	out := Outcome{Sent: sent}
	switch {
	case err == nil:
	case sent == 0:
		return out, c.notStarted(ctx, err)
	default:
		c.drop() // the next slip must not begin in the middle of this one
		return out, unknown(err)
	}
	if !c.profile.Proof {
		return out, nil
	}
	if err := c.await(ctx, number, c.estimate(slip)); err != nil {
		return out, err
	}
	out.Confirmed = true
	return out, nil
}

// estimate is how long the printer may take: the paper by its speed, and a grace.
func (c *Conn) estimate(s *sheet) time.Duration {
	return time.Duration(s.millimetres())*time.Second/time.Duration(c.profile.Speed) + c.wait.proof
}

// send writes the job in chunks. It gives up when nothing was accepted for a while
// by a printer that says it is online; a printer without paper takes bytes until
// its buffer is full and the rest when it has paper again.
func (c *Conn) send(ctx context.Context, job []byte) (sent int64, err error) {
	stuck := time.Duration(0)
	for len(job) > 0 {
		n, err := c.write(ctx, job[:min(chunk, len(job))], c.wait.accept/8)
		sent += int64(n)
		job = job[n:]
		switch {
		case err == nil || n > 0 && errors.Is(err, os.ErrDeadlineExceeded):
			stuck = 0
		case !errors.Is(err, os.ErrDeadlineExceeded) || ctx.Err() != nil:
			return sent, err
		case c.online():
			if stuck += c.wait.accept / 8; stuck >= c.wait.accept {
				return sent, err
			}
		}
		if ctx.Err() != nil {
			return sent, ctx.Err()
		}
	}
	return sent, nil
}

// write is one write under a deadline; the end of ctx ends it at once.
func (c *Conn) write(ctx context.Context, b []byte, wait time.Duration) (int, error) {
	c.net.SetWriteDeadline(time.Now().Add(wait))
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		c.net.SetWriteDeadline(time.Unix(1, 0))
		close(ended)
	})
	defer func() {
		if !stop() {
			<-ended // so that it cannot spoil the next write
		}
	}()
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	return c.net.Write(b)
}

// await waits for the proof of a job that is written. The clock stands still while
// the printer says that it is offline.
func (c *Conn) await(ctx context.Context, number int, left time.Duration) error {
	for {
		c.mu.Lock()
		proof := c.proof
		c.mu.Unlock()
		if proof != 0 && proves(proof, number) {
			return nil
		}
		if left <= 0 {
			if !c.stopped(ctx) {
				return unknown(errors.New("no proof in time"))
			}
			left = c.wait.proof
		}
		online, from := c.online(), time.Now()
		var expired <-chan time.Time
		timer := time.NewTimer(left)
		if online {
			expired = timer.C
		}
		select {
		case <-c.changed:
		case <-expired:
		case <-c.done:
			// The proof may have been the last thing it said.
			timer.Stop()
			return c.lastWord(number)
		case <-ctx.Done():
			timer.Stop()
			return unknown(ctx.Err())
		}
		timer.Stop()
		if online {
			left -= time.Since(from)
		}
	}
}

// stopped asks a printer whose time is up whether it has stopped without saying so:
// it could, if that happened before it read the command to report by itself.
func (c *Conn) stopped(ctx context.Context) bool {
	s, err := c.ask(ctx)
	return err == nil && s.Known && !s.Online
}

// lastWord decides when the connection has ended.
func (c *Conn) lastWord(number int) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.proof != 0 && proves(c.proof, number) {
		return nil
	}
	return unknown(c.cause)
}

// online is what the printer said last; one that never says counts as online.
func (c *Conn) online() bool {
	s := c.last()
	return !s.Known || s.Online
}

// notStarted is the fault of a job of which nothing was accepted.
func (c *Conn) notStarted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fault.Wrap(err, fault.Unavailable, "print_cancelled", "Printing was stopped before it began.")
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return fault.Wrap(err, fault.Unavailable, "printer_stuck", "The printer takes no data. Switch it off and on.")
	}
	return unreachable(err)
}

func unknown(cause error) error {
	return fault.Wrap(cause, fault.Unknown, "print_unknown", "The slip may be on paper or not. Look at the printer before printing it again.")
}
