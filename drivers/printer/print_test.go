package printer

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/tyngo/tyngo/drivers/printer/printersim"
	"github.com/tyngo/tyngo/sync/fault"
)

// The driver against the virtual printer, over a real socket.

// soon ends every test that hangs.
func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func simulate(t *testing.T, cfg printersim.Config) *printersim.Printer {
	t.Helper()
	p, err := printersim.Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// dial opens a printer that takes no time to print, with all the patience there is.
func dial(t *testing.T, url string) *Conn {
	t.Helper()
	c, err := Open(soon(t), url)
	if err != nil {
		t.Fatal(err)
	}
	c.profile.Speed = 1 << 20
	patient(c)
	t.Cleanup(func() { c.Close() })
	return c
}

// patient is for what must come, however busy this machine is; hasty for what will
// not come.
func patient(c *Conn) {
	c.wait = patience{answer: 10 * time.Second, perhaps: 10 * time.Second, accept: 10 * time.Second, proof: 10 * time.Second, end: 50 * time.Millisecond}
}

func hasty(c *Conn) {
	c.wait = patience{answer: 2 * time.Second, perhaps: 50 * time.Millisecond, accept: 200 * time.Millisecond, proof: 100 * time.Millisecond, end: 50 * time.Millisecond}
}

func pair(t *testing.T, cfg printersim.Config) (*printersim.Printer, *Conn) {
	t.Helper()
	p := simulate(t, cfg)
	return p, dial(t, p.URL())
}

// said checks what Print reports: a fault's kind and code, or that all is well.
func said(t *testing.T, out Outcome, err error, kind fault.Kind, code string) {
	t.Helper()
	if !fault.Is(err, code) || fault.KindOf(err) != kind || out.Confirmed {
		t.Fatalf("Print = %+v, %v; want %v %s", out, err, kind, code)
	}
	if kind == fault.Unavailable && out.Sent != 0 {
		t.Fatalf("%d bytes were sent, and the fault says none", out.Sent)
	}
}

func confirmed(t *testing.T, out Outcome, err error) {
	t.Helper()
	if err != nil || !out.Confirmed || out.Sent == 0 {
		t.Fatalf("Print = %+v, %v; want confirmed", out, err)
	}
}

// background prints while the test does something to the printer.
func background(ctx context.Context, c *Conn, doc Doc, number int) func() (Outcome, error) {
	type answer struct {
		out Outcome
		err error
	}
	ch := make(chan answer, 1)
	go func() {
		out, err := c.Print(ctx, doc, number)
		ch <- answer{out, err}
	}()
	return func() (Outcome, error) { a := <-ch; return a.out, a.err }
}

func until(t *testing.T, p *printersim.Printer, wanted func(printersim.State) bool) {
	t.Helper()
	if err := p.Until(soon(t), wanted); err != nil {
		t.Fatalf("%v, and the printer is %+v", err, p.State())
	}
}

func TestSlipIsConfirmedAndOnPaperAsTheTextSays(t *testing.T) {
	p, c := pair(t, printersim.Config{})
	number := 0
	for name, doc := range samples() {
		number++
		out, err := c.Print(soon(t), doc, number)
		confirmed(t, out, err)
		slip, ok := p.Slip(number)
		if !ok {
			t.Fatal("confirmed before it was cut")
		}
		if u := p.Unknown(); len(u) > 0 {
			t.Errorf("%s: the printer did not understand %v", name, u)
		}
		if want := paper(doc, c); slip.Text != want {
			t.Errorf("%s on paper:\n%s\nand in the preview:\n%s", name, slip.Text, want)
		}
	}
}

func TestEveryProfileReadsTheSameOnPaperAsInThePreview(t *testing.T) {
	for name, profile := range models {
		p, c := pair(t, printersim.Config{Columns: profile.Columns, Dots: profile.Dots, NoProof: !profile.Proof})
		c.profile = profile
		out, err := c.Print(soon(t), barTicket(), 1)
		if err != nil || out.Confirmed != profile.Proof {
			t.Fatalf("%s: %+v, %v", name, out, err)
		}
		if err := p.Wait(soon(t), 1); err != nil {
			t.Fatal(err)
		}
		if got, want := p.Slips()[0].Text, paper(barTicket(), c); got != want {
			t.Errorf("%s on paper:\n%s\nand in the preview:\n%s", name, got, want)
		}
	}
}

func TestPrinterThatCannotPrintIsAskedBeforeTheFirstByte(t *testing.T) {
	for code, fail := range map[string]func(*printersim.Printer){
		"printer_paper_out":  (*printersim.Printer).PaperOut,
		"printer_cover_open": (*printersim.Printer).CoverOpen,
		"printer_cutter":     (*printersim.Printer).CutterJam,
		"printer_hot":        (*printersim.Printer).HeadHot,
		"printer_broken":     (*printersim.Printer).Break,
	} {
		p, c := pair(t, printersim.Config{})
		fail(p)
		out, err := c.Print(soon(t), grillTicket(), 1)
		said(t, out, err, fault.Unavailable, code)
		if s := p.State(); s.Slips+s.Lines > 0 || s.Buffered > half {
			t.Errorf("%s: something was printed: %+v", code, s)
		}
	}
}

func TestNearlyEmptyRollPrintsAndIsReported(t *testing.T) {
	p, c := pair(t, printersim.Config{})
	p.NearEnd()
	out, err := c.Print(soon(t), grillTicket(), 1)
	confirmed(t, out, err)
	if s, err := c.Status(soon(t)); err != nil || !s.PaperLow || s.PaperOut || !s.Online {
		t.Errorf("Status = %+v, %v", s, err)
	}
}

func TestTroubleInTheMiddleIsWaitedForAndThenConfirmed(t *testing.T) {
	for name, f := range map[string]struct{ fail, mend func(*printersim.Printer) }{
		"paper":  {(*printersim.Printer).PaperOut, (*printersim.Printer).PaperIn},
		"cover":  {(*printersim.Printer).CoverOpen, (*printersim.Printer).CoverClose},
		"cutter": {(*printersim.Printer).CutterJam, (*printersim.Printer).CutterFree},
		"head":   {(*printersim.Printer).HeadHot, (*printersim.Printer).HeadCool},
	} {
		p, c := pair(t, printersim.Config{})
		p.AtLine(7, func() { f.fail(p) })
		wait := background(soon(t), c, grillTicket(), 1)
		until(t, p, func(s printersim.State) bool { return !s.Online && s.Lines == 6 })
		eventually(t, func() bool {
			s, err := c.Status(soon(t))
			return err == nil && s.Known && !s.Online && s.Fault() != nil
		})
		f.mend(p)
		out, err := wait()
		confirmed(t, out, err)
		if got := p.Slips()[0].Text; got != paper(grillTicket(), c) {
			t.Errorf("%s: after the repair the paper says\n%s", name, got)
		}
	}
}

func TestTheClockStandsStillWithoutPaper(t *testing.T) {
	t.Parallel()
	p, c := pair(t, printersim.Config{})
	c.wait.proof = time.Second
	p.AtLine(3, p.PaperOut)
	wait := background(soon(t), c, grillTicket(), 1)
	until(t, p, func(s printersim.State) bool { return s.PaperOut })
	time.AfterFunc(1200*time.Millisecond, p.PaperIn)
	out, err := wait()
	confirmed(t, out, err)
}

// A printer that stops before it has read GS a says nothing by itself: it must be
// asked before the slip is called unknown.
func TestStopWithoutAWordIsNoticed(t *testing.T) {
	t.Parallel()
	p, c := pair(t, printersim.Config{})
	s, err := c.ask(soon(t))
	if err != nil || s.Fault() != nil {
		t.Fatal(s, err)
	}
	p.PaperOut()
	slip := grillTicket().lay(c.profile)
	if _, err := c.send(soon(t), slip.encode(1)); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(100*time.Millisecond, p.PaperIn)
	if err := c.await(soon(t), 1, 50*time.Millisecond); err != nil {
		t.Error(err)
	}
}

func TestEndOfPatienceWithoutPaperIsUnknown(t *testing.T) {
	p, c := pair(t, printersim.Config{})
	ctx, cancel := context.WithCancel(soon(t))
	p.AtLine(3, p.PaperOut)
	wait := background(ctx, c, grillTicket(), 1)
	until(t, p, func(s printersim.State) bool { return s.PaperOut && s.Lines == 2 })
	cancel()
	out, err := wait()
	said(t, out, err, fault.Unknown, "print_unknown")
}

func TestPlugPulledInTheMiddleIsUnknown(t *testing.T) {
	t.Parallel()
	p, c := pair(t, printersim.Config{})
	hasty(c)
	p.AtLine(5, p.PowerOff)
	out, err := c.Print(soon(t), grillTicket(), 1)
	said(t, out, err, fault.Unknown, "print_unknown")
	if got := len(p.Uncut()); got != 4 {
		t.Errorf("%d lines hang out, want 4", got)
	}
	if _, err := Open(soon(t), p.URL()); !fault.Is(err, "printer_unreachable") {
		t.Errorf("without power Open says %v", err)
	}
	if err := p.PowerOn(); err != nil {
		t.Fatal(err)
	}
	out, err = c.Print(soon(t), grillTicket(), 2)
	said(t, out, err, fault.Unavailable, "printer_unreachable")

	out, err = dial(t, p.URL()).Print(soon(t), grillTicket(), 2)
	confirmed(t, out, err)
	if got := p.Slips()[0].Text; !strings.HasSuffix(got, paper(grillTicket(), c)) || strings.Count(got, "TABLE 12") != 2 {
		t.Errorf("both attempts hang together, and the second is whole:\n%s", got)
	}
}

func TestLostReplyIsUnknownAlthoughOnPaper(t *testing.T) {
	t.Parallel()
	p, c := pair(t, printersim.Config{})
	hasty(c)
	p.LoseReply()
	out, err := c.Print(soon(t), grillTicket(), 1)
	said(t, out, err, fault.Unknown, "print_unknown")
	patient(c)
	if got := p.State().Slips; got != 1 {
		t.Errorf("%d slips on paper, want 1", got)
	}
	out, err = c.Print(soon(t), changeTicket(), 2)
	confirmed(t, out, err)
}

func TestCableCut(t *testing.T) {
	t.Parallel()
	t.Run("before the first byte nothing is printed", func(t *testing.T) {
		p, c := pair(t, printersim.Config{})
		until(t, p, func(s printersim.State) bool { return s.Connected })
		p.CutLinkAfter(0)
		out, err := c.Print(soon(t), grillTicket(), 1)
		said(t, out, err, fault.Unavailable, "printer_unreachable")
	})
	for _, n := range []int{1, 200, 700} {
		p, c := pair(t, printersim.Config{})
		p.CutLinkAfter(n)
		out, err := c.Print(soon(t), grillTicket(), 1)
		said(t, out, err, fault.Unknown, "print_unknown")
		if p.State().Slips != 0 {
			t.Errorf("cut after %d bytes, and a slip is out", n)
		}
		// Whatever command was cut in two, the next connection prints a whole slip.
		out, err = dial(t, p.URL()).Print(soon(t), barTicket(), 2)
		confirmed(t, out, err)
		if got := p.Slips()[0].Text; !strings.HasSuffix(got, paper(barTicket(), c)) {
			t.Errorf("cut after %d bytes, then:\n%s", n, got)
		}
	}
}

func TestLinkCutAnywhereLeavesTheNextSlipWhole(t *testing.T) {
	t.Parallel()
	job := len(changeTicket().lay(models["epson80"]).encode(1))
	p := simulate(t, printersim.Config{})
	number := 0
	for n := 1; n < job; n += 7 {
		c := dial(t, p.URL())
		p.CutLinkAfter(n)
		number++
		if out, err := c.Print(soon(t), changeTicket(), number); fault.KindOf(err) != fault.Unknown {
			t.Fatalf("cut after %d of %d: %+v, %v", n, job, out, err)
		}
		c.Close()
		c = dial(t, p.URL())
		number++
		if out, err := c.Print(soon(t), changeTicket(), number); !out.Confirmed {
			t.Fatalf("after a cut at %d of %d: %+v, %v", n, job, out, err)
		}
		c.Close()
		all := p.Slips()
		if got := all[len(all)-1].Text; !strings.HasSuffix(got, paper(changeTicket(), c)) {
			t.Fatalf("after a cut at %d of %d the paper says\n%s", n, job, got)
		}
	}
}

// paper is what a doc must look like when it is out.
func paper(d Doc, c *Conn) string {
	return strings.TrimRight(d.Text(c.Profile()), "\n") + "\n"
}

// eventually is for what the printer says by itself, at its own time.
func eventually(t *testing.T, wanted func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for range 5000 {
		if wanted() {
			return
		}
		<-tick.C
	}
	t.Fatal("it never came to that")
}
