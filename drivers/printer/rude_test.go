package printer

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/tyngo/tyngo/drivers/printer/printersim"
	"github.com/tyngo/tyngo/sync/fault"
)

// Printers that lie, keep silent, hang, or have somebody else to talk to.

func TestMutePrinterIsNotPrintedOn(t *testing.T) {
	t.Parallel()
	p, c := pair(t, printersim.Config{})
	c.wait.answer = 100 * time.Millisecond
	p.Mute(true)
	out, err := c.Print(soon(t), grillTicket(), 1)
	said(t, out, err, fault.Unavailable, "printer_silent")
	if p.State().Lines+p.State().Slips > 0 {
		t.Error("something was printed")
	}
	// A late answer could pass for another one: the connection is over.
	p.Mute(false)
	out, err = c.Print(soon(t), grillTicket(), 1)
	said(t, out, err, fault.Unavailable, "printer_unreachable")
}

func TestPrinterThatFallsSilentInTheMiddleIsUnknown(t *testing.T) {
	t.Parallel()
	p, c := pair(t, printersim.Config{})
	hasty(c)
	c.wait.answer = 200 * time.Millisecond
	p.AtLine(4, func() { p.Mute(true) })
	out, err := c.Print(soon(t), grillTicket(), 1)
	said(t, out, err, fault.Unknown, "print_unknown")
}

func TestLiarWithoutPaperIsUnknown(t *testing.T) {
	t.Parallel()
	p, c := pair(t, printersim.Config{})
	hasty(c)
	p.Liar(true)
	p.PaperOut()
	out, err := c.Print(soon(t), grillTicket(), 1)
	said(t, out, err, fault.Unknown, "print_unknown")
}

func TestPrinterWithoutProofIsSentAtMost(t *testing.T) {
	t.Parallel()
	t.Run("as the profile says", func(t *testing.T) {
		p, c := pair(t, printersim.Config{NoProof: true}) // generic80
		out, err := c.Print(soon(t), grillTicket(), 1)
		if err != nil || out.Confirmed || out.Sent == 0 {
			t.Fatalf("Print = %+v, %v; want sent", out, err)
		}
		if err := p.Wait(soon(t), 1); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("and may even be mute", func(t *testing.T) {
		p, c := pair(t, printersim.Config{NoProof: true})
		c.wait.perhaps = 50 * time.Millisecond
		p.Mute(true)
		for n := 1; n <= 2; n++ { // it is asked once only
			if out, err := c.Print(soon(t), grillTicket(), n); err != nil || out.Confirmed {
				t.Fatalf("Print = %+v, %v; want sent", out, err)
			}
		}
	})
	t.Run("but one that answers is believed", func(t *testing.T) {
		p, c := pair(t, printersim.Config{NoProof: true})
		p.PaperOut()
		out, err := c.Print(soon(t), grillTicket(), 1)
		said(t, out, err, fault.Unavailable, "printer_paper_out")
	})
	t.Run("against what the profile says", func(t *testing.T) {
		p := simulate(t, printersim.Config{NoProof: true})
		c := dial(t, "tcp://"+p.Addr()+"?profile=epson80")
		hasty(c)
		out, err := c.Print(soon(t), grillTicket(), 1)
		said(t, out, err, fault.Unknown, "print_unknown")
	})
}

func TestWedgedPrinter(t *testing.T) {
	t.Parallel()
	t.Run("before the first byte", func(t *testing.T) {
		p, c := pair(t, printersim.Config{})
		c.wait.answer = 100 * time.Millisecond
		p.Wedge()
		out, err := c.Print(soon(t), grillTicket(), 1)
		said(t, out, err, fault.Unavailable, "printer_silent")
	})
	t.Run("in the middle of a long slip", func(t *testing.T) {
		p, c := pair(t, printersim.Config{Buffer: 64})
		hasty(c)
		p.AtLine(1, p.Wedge)
		out, err := c.Print(soon(t), long(), 1)
		said(t, out, err, fault.Unknown, "print_unknown")
		if all := int64(len(long().lay(c.profile).encode(1))); out.Sent == 0 || out.Sent >= all {
			t.Errorf("%d bytes of %d left, and the printer reads nothing", out.Sent, all)
		}
	})
}

// long is more than all the buffers between here and the paper.
func long() Doc {
	var d Doc
	for n := range 1500 {
		d.Add(Text{Runs: runs(small.Run(fmt.Sprintf("%04d %s", n, strings.Repeat("mole ", 8))))})
	}
	return d
}

func TestFullBufferWaitsForPaper(t *testing.T) {
	t.Parallel()
	p, c := pair(t, printersim.Config{Buffer: 64})
	p.AtLine(3, p.PaperOut)
	wait := background(soon(t), c, long(), 1)
	until(t, p, func(s printersim.State) bool { return s.PaperOut && s.Buffered == 64 })
	time.AfterFunc(100*time.Millisecond, p.PaperIn)
	out, err := wait()
	confirmed(t, out, err)
	if got := p.Slips()[0].Text; got != paper(long(), c) {
		t.Error("lines were lost or doubled")
	}
}

func TestSecondClientWaitsOrIsReset(t *testing.T) {
	t.Parallel()
	p, first := pair(t, printersim.Config{})
	until(t, p, func(s printersim.State) bool { return s.Connected })
	second := dial(t, p.URL())
	second.wait.answer = 100 * time.Millisecond
	out, err := second.Print(soon(t), grillTicket(), 1)
	said(t, out, err, fault.Unavailable, "printer_silent")
	first.Close()
	out, err = dial(t, p.URL()).Print(soon(t), grillTicket(), 1)
	confirmed(t, out, err)
	if got := p.State().Slips; got != 1 {
		t.Errorf("%d slips, want 1", got)
	}

	p, _ = pair(t, printersim.Config{Refuse: true})
	until(t, p, func(s printersim.State) bool { return s.Connected })
	out = Outcome{}
	if second, err = Open(soon(t), p.URL()); err == nil { // or the reset is there already
		defer second.Close()
		out, err = second.Print(soon(t), grillTicket(), 1)
	}
	said(t, out, err, fault.Unavailable, "printer_unreachable")
}

func TestIdleConnectionIsClosedAndOpenedAgain(t *testing.T) {
	p, c := pair(t, printersim.Config{Idle: 50 * time.Millisecond})
	<-c.done
	out, err := c.Print(soon(t), grillTicket(), 1)
	said(t, out, err, fault.Unavailable, "printer_unreachable")
	out, err = dial(t, p.URL()).Print(soon(t), grillTicket(), 1)
	confirmed(t, out, err)
}

func TestAnswersInPiecesAreUnderstood(t *testing.T) {
	t.Parallel()
	p, c := pair(t, printersim.Config{Fragment: true})
	p.AtLine(4, p.CoverOpen)
	wait := background(soon(t), c, grillTicket(), 1)
	eventually(t, func() bool { s, err := c.Status(soon(t)); return err == nil && s.CoverOpen })
	p.CoverClose()
	out, err := wait()
	confirmed(t, out, err)
}

func TestPrinterMadeForChinaPrintsOurLetters(t *testing.T) {
	p, c := pair(t, printersim.Config{Kanji: true})
	out, err := c.Print(soon(t), barTicket(), 1)
	confirmed(t, out, err)
	if got := p.Slips()[0].Text; got != paper(barTicket(), c) {
		t.Errorf("the paper says\n%s", got)
	}
}

// The printer keeps the last proof that nobody heard, and tells it to the next who
// connects. It must not pass for the proof of another slip.
func TestStaleProofConfirmsNothing(t *testing.T) {
	t.Parallel()
	p, c := pair(t, printersim.Config{})
	ctx, cancel := context.WithCancel(soon(t))
	p.AtLine(3, p.PaperOut)
	wait := background(ctx, c, grillTicket(), 7)
	until(t, p, func(s printersim.State) bool { return s.PaperOut })
	cancel()
	out, err := wait()
	said(t, out, err, fault.Unknown, "print_unknown")
	c.Close()
	until(t, p, func(s printersim.State) bool { return !s.Connected })
	p.PaperIn()
	until(t, p, func(s printersim.State) bool { return s.Pending })

	p.LoseReply()
	c = dial(t, p.URL())
	hasty(c)
	out, err = c.Print(soon(t), changeTicket(), 8)
	said(t, out, err, fault.Unknown, "print_unknown")
}

func TestCloseEndsAPrintThatWaits(t *testing.T) {
	p, c := pair(t, printersim.Config{})
	p.AtLine(3, p.PaperOut)
	wait := background(soon(t), c, grillTicket(), 1)
	until(t, p, func(s printersim.State) bool { return s.PaperOut && s.Lines == 2 })
	c.Close()
	out, err := wait()
	said(t, out, err, fault.Unknown, "print_unknown")
	if _, err := c.Status(soon(t)); !fault.Is(err, "printer_unreachable") {
		t.Errorf("Status of a closed connection: %v", err)
	}
}

func TestEndedContextPrintsNothing(t *testing.T) {
	p, c := pair(t, printersim.Config{})
	ctx, cancel := context.WithCancel(soon(t))
	cancel()
	out, err := c.Print(ctx, grillTicket(), 1)
	said(t, out, err, fault.Unavailable, "print_cancelled")
	if p.State().Lines+p.State().Slips > 0 {
		t.Error("something was printed")
	}
}

// Whatever happens, the driver's word and the paper agree: confirmed is on paper
// once, unavailable never, unknown once or never.
func TestWordAndPaperAgree(t *testing.T) {
	t.Parallel()
	for _, percent := range []int{0, 10, 90} {
		t.Run(fmt.Sprintf("%d percent trouble", percent), func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(1, uint64(percent)))
			p := simulate(t, printersim.Config{})
			var c *Conn
			said := map[string]error{}
			for n := 1; n <= 40; n++ {
				name := fmt.Sprintf("SLIP %04d", n)
				doc := grillTicket()
				doc.Add(Text{Runs: runs(loud.Run(name))})
				if rnd.IntN(100) < percent {
					trouble(p, rnd)
				}
				for tries := 0; c == nil; tries++ {
					p.PowerOn()
					var err error
					if c, err = Open(soon(t), p.URL()); err != nil && tries > 3 {
						t.Fatal(err)
					}
				}
				hasty(c)
				c.profile.Speed = 1 << 20
				out, err := c.Print(soon(t), doc, n)
				if out.Confirmed != (err == nil) {
					t.Fatalf("%+v, %v", out, err)
				}
				if said[name] = err; err != nil {
					c.Close()
					c = nil
				}
				p.PaperIn()
				p.CoverClose()
			}
			if c != nil {
				c.Close()
			}
			var all strings.Builder
			for _, s := range p.Slips() {
				all.WriteString(s.Text)
			}
			for name, err := range said {
				times := strings.Count(all.String(), name)
				switch {
				case err == nil && times == 1:
				case err != nil && fault.KindOf(err) == fault.Unavailable && times == 0:
				case err != nil && fault.KindOf(err) == fault.Unknown && times <= 1:
				default:
					t.Errorf("%s is on paper %d times, and Print said %v", name, times, err)
				}
			}
		})
	}
}

// trouble is one of the things that happen to the next slip.
func trouble(p *printersim.Printer, rnd *rand.Rand) {
	line := 1 + rnd.IntN(12)
	switch rnd.IntN(7) {
	case 0:
		p.PaperOut()
	case 1:
		p.AtLine(line, func() { p.PaperOut(); time.AfterFunc(5*time.Millisecond, p.PaperIn) })
	case 2:
		p.AtLine(line, func() { p.CoverOpen(); time.AfterFunc(5*time.Millisecond, p.CoverClose) })
	case 3:
		p.CutLinkAfter(1 + rnd.IntN(600))
	case 4:
		p.LoseReply()
	case 5:
		p.AtLine(line, func() { p.PowerOff(); time.AfterFunc(5*time.Millisecond, func() { p.PowerOn() }) })
	case 6:
		p.CoverOpen()
	}
}
