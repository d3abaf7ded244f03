package printer

import (
	"context"
	"time"

	"github.com/tyngo/tyngo/sync/fault"
)

// Status is how the printer is, in its own words. Only with Known do the other
// fields mean anything: some printers never say.
type Status struct {
	Known      bool
	Online     bool
	PaperOut   bool
	PaperLow   bool
	CoverOpen  bool
	CutterJam  bool
	HeadHot    bool // cools down by itself
	Broken     bool // an error that only a power cycle ends
	FeedButton bool // somebody holds it
}

// Fault is why this printer cannot print now, as a sentence for staff; nil if it can.
func (s Status) Fault() error {
	switch {
	case !s.Known:
		return nil
	case s.CoverOpen:
		return fault.New(fault.Unavailable, "printer_cover_open", "The printer's cover is open. Close it.")
	case s.PaperOut:
		return fault.New(fault.Unavailable, "printer_paper_out", "The printer has no paper. Put in a new roll.")
	case s.CutterJam:
		return fault.New(fault.Unavailable, "printer_cutter", "The printer's cutter is stuck. Open the cover, take out the paper, switch the printer off and on.")
	case s.Broken:
		return fault.New(fault.Unavailable, "printer_broken", "The printer reports a fault. Switch it off and on; if that does not help, it needs service.")
	case s.HeadHot:
		return fault.New(fault.Unavailable, "printer_hot", "The printer is too hot. It goes on by itself in a minute.")
	case !s.Online:
		return fault.New(fault.Unavailable, "printer_offline", "The printer is offline. Look at its lights, then switch it off and on.")
	}
	return nil
}

// fromASB reads the four bytes of Automatic Status Back (GS a).
func fromASB(b []byte) Status {
	return Status{
		Known:      true,
		Online:     b[0]&0x08 == 0,
		CoverOpen:  b[0]&0x20 != 0,
		FeedButton: b[0]&0x40 != 0,
		CutterJam:  b[1]&0x08 != 0,
		Broken:     b[1]&0x20 != 0,
		HeadHot:    b[1]&0x40 != 0,
		PaperLow:   b[2]&0x03 != 0,
		PaperOut:   b[2]&0x0C != 0,
	}
}

// fromRealtime reads the answers to DLE EOT 1, 2, 3 and 4.
func fromRealtime(printer, cause, errors, roll byte) Status {
	return Status{
		Known:      true,
		Online:     printer&0x08 == 0,
		FeedButton: printer&0x40 != 0 || cause&0x08 != 0,
		CoverOpen:  cause&0x04 != 0,
		PaperOut:   cause&0x20 != 0 || roll&0x60 != 0,
		PaperLow:   roll&0x0C != 0,
		CutterJam:  errors&0x08 != 0,
		Broken:     errors&0x20 != 0,
		HeadHot:    errors&0x40 != 0 && cause&0x04 == 0, // with the cover open it means: opened while printing
	}
}

// Status asks the printer how it is. While a slip is being printed it does not
// ask, because a question must not fall into a command, but repeats what the
// printer said last by itself. A ctx that ends while it asks ends the connection.
func (c *Conn) Status(ctx context.Context) (Status, error) {
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
		return c.ask(ctx)
	default:
	}
	select {
	case <-c.done:
		return Status{}, c.unreachable()
	default:
		return c.last(), nil
	}
}

// ask sends DLE EOT 1 to 4, one after the other: the answers do not say which
// question they belong to. For the same reason a question without its answer ends
// the connection: the answer could still come, and pass for the next one's. A
// printer that may stay silent and does so once is not asked again.
func (c *Conn) ask(ctx context.Context) (Status, error) {
	select {
	case <-c.done:
		return Status{}, c.unreachable()
	default:
	}
	if err := c.flush(ctx); err != nil {
		return Status{}, err
	}
	if c.profile.Status == Never || c.silent {
		return Status{}, nil
	}
	wait := c.wait.answer
	if c.profile.Status == Maybe {
		wait = c.wait.perhaps
	}
	var answers [4]byte
	for i := range answers {
		b, err := c.askOne(ctx, byte(i+1), wait)
		if fault.Is(err, codeSilent) && c.profile.Status == Maybe {
			c.silent = true
			return Status{}, nil
		}
		if err != nil {
			c.drop()
			return Status{}, err
		}
		answers[i] = b
	}
	s := fromRealtime(answers[0], answers[1], answers[2], answers[3])
	c.mu.Lock()
	c.status = s
	c.mu.Unlock()
	return s, nil
}

// half is more bytes than any command of ours wants after its first.
const half = 16

// flush begins a connection with zeros. They end the command that an earlier one
// may have left half said, before a question falls into it: DLE EOT read as a
// length makes a printer swallow the next slip. Between commands zeros are nothing.
func (c *Conn) flush(ctx context.Context) error {
	if !c.fresh {
		return nil
	}
	if _, err := c.write(ctx, make([]byte, half), c.wait.answer); err != nil {
		c.drop()
		return c.notStarted(ctx, err)
	}
	c.fresh = false
	return nil
}

const codeSilent = "printer_silent"

// askOne sends DLE EOT n (Transmit real-time status) and waits for its one byte.
func (c *Conn) askOne(ctx context.Context, n byte, wait time.Duration) (byte, error) {
	for len(c.answers) > 0 {
		<-c.answers // nobody asked for it
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	if _, err := c.write(ctx, []byte{0x10, 0x04, n}, wait); err != nil {
		return 0, c.notStarted(ctx, err)
	}
	select {
	case b := <-c.answers:
		return b, nil
	case <-c.done:
		return 0, c.unreachable()
	case <-ctx.Done():
		return 0, c.notStarted(ctx, ctx.Err())
	case <-timer.C:
		return 0, fault.New(fault.Unavailable, codeSilent, "The printer does not answer. Another device may be using it; if not, switch it off and on.")
	}
}
