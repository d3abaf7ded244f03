package printersim

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestStatusInRealTime(t *testing.T) {
	for name, v := range map[string]struct {
		do   func(*Printer)
		want string // to DLE EOT 1 to 4
	}{
		"idle":       {func(*Printer) {}, "12 12 12 12"},
		"paper out":  {(*Printer).PaperOut, "1A 32 12 72"},
		"near end":   {(*Printer).NearEnd, "12 12 12 1E"},
		"cover open": {(*Printer).CoverOpen, "1A 16 12 12"},
		"cutter":     {(*Printer).CutterJam, "1A 52 1A 12"},
		"hot head":   {(*Printer).HeadHot, "1A 52 52 12"},
		"fatal":      {(*Printer).Break, "1A 52 32 12"},
		"liar":       {func(p *Printer) { p.PaperOut(); p.Liar(true) }, "12 12 12 12"},
	} {
		t.Run(name, func(t *testing.T) {
			p, c := pair(t, Config{})
			v.do(p)
			c.send("10 04 01", "10 04 02", "10 04 03", "10 04 04")
			c.hear(v.want)
		})
	}
}

func TestStatusIsAnsweredInsideAPictureToo(t *testing.T) {
	p, c := pair(t, Config{})
	c.send("1D 76 30 00 01 00 06 00 10 04", "01 10 04 04") // 6 rows of pixels that look like questions
	c.hear("12 12")
	c.send("'after", "0A", cut)
	if got := printed(t, p, 1); got != "after\n" {
		t.Errorf("printed %q", got)
	}
}

func TestStatusIsAnsweredWhileTheBufferWaitsForPaper(t *testing.T) {
	p, c := pair(t, Config{})
	p.PaperOut()
	c.send("'held", "0A", cut, proof, "10 04 04")
	c.hear("72")
	if s := p.State(); s.Lines > 0 || s.Slips > 0 {
		t.Errorf("printed without paper: %+v", s)
	}
	p.PaperIn()
	c.hear(proven)
	if got := printed(t, p, 1); got != "held\n" {
		t.Errorf("printed %q", got)
	}
}

func TestAutomaticStatus(t *testing.T) {
	p, c := pair(t, Config{})
	c.send("1D 61 0E")
	c.hear("10 00 00 00")
	p.PaperOut()
	c.hear("18 00 0C 00")
	p.PaperIn()
	c.hear("10 00 00 00")
	p.CoverOpen()
	c.hear("38 00 00 00")
	p.CoverClose()
	c.hear("10 00 00 00")
	p.CutterJam()
	c.hear("18 08 00 00")
	p.CutterFree()
	c.hear("10 00 00 00")

	c.send("1D 61 08") // only the roll
	c.hear("10 00 00 00")
	p.CoverOpen()
	p.CoverClose()
	p.NearEnd()
	c.hear("10 00 03 00")
	c.send("1B 40 1D 72 01") // ESC @ ends it
	c.hear("03")
	p.PaperIn()
	c.silent()
}

func TestQuestionsInTheirTurn(t *testing.T) {
	p, c := pair(t, Config{Name: "Hot line"})
	c.send("1D 72 01", "1D 72 02", "1D 49 01", "1D 49 02", "1D 49 43")
	c.hear("00 00 20 02 5F 48 6F 74 20 6C 69 6E 65 00")
	p.CoverOpen()
	c.send("1D 72 01", "10 04 02")
	c.hear("16") // overtakes
	p.CoverClose()
	c.hear("00")
}

func TestProof(t *testing.T) {
	t.Run("comes when all before is out", func(t *testing.T) {
		p, c := pair(t, Config{})
		p.AtLine(2, p.PaperOut)
		c.send("'one", "0A", "'two", "0A", cut, proof)
		waitFor(t, p, func(s State) bool { return s.PaperOut })
		c.send("10 04 04")
		c.hear("72")
		p.PaperIn()
		c.hear(proven)
	})
	t.Run("can be lost", func(t *testing.T) {
		p, c := pair(t, Config{})
		p.LoseProofs(2)
		c.send(proof, proof, proof)
		c.hear(proven)
		c.silent()
	})
	t.Run("is missing in some models", func(t *testing.T) {
		p, c := pair(t, Config{NoProof: true})
		c.send(proof, "'x", "0A", cut, "1D 72 01")
		c.hear("00")
		if got := printed(t, p, 1); got != "x\n" {
			t.Errorf("printed %q", got)
		}
	})
	t.Run("is kept for who comes, the latest only", func(t *testing.T) {
		p, c := pair(t, Config{})
		p.CoverOpen()
		c.send("1D 28 48 06 00 30 30 30 30 34 31", proof)
		waitFor(t, p, func(s State) bool { return s.Buffered == 22 })
		c.conn.Close()
		waitFor(t, p, func(s State) bool { return !s.Connected })
		p.CoverClose()
		waitFor(t, p, func(s State) bool { return s.Pending && s.Buffered == 0 })
		c = connect(t, p)
		c.hear(proven)
		c.silent()
	})
	t.Run("of a cleared buffer is never sent", func(t *testing.T) {
		p, c := pair(t, Config{})
		p.CoverOpen()
		c.send("'lost", "0A", cut, proof, "10 14 08 01 03 14 01 06 02 08")
		c.hear("37 25 00")
		p.CoverClose()
		c.send("'kept", "0A", cut)
		if got := printed(t, p, 1); got != "kept\n" {
			t.Errorf("printed %q", got)
		}
		c.silent()
	})
}

func TestCutterIsRecoveredByRequest(t *testing.T) {
	for n, want := range map[string]string{"10 05 01": "one\ntwo\n", "10 05 02": "one\nthree\n"} {
		p, c := pair(t, Config{})
		p.AtLine(2, p.CutterJam)
		c.send("'one", "0A", "'two", "0A")
		waitFor(t, p, func(s State) bool { return s.CutterJam && s.Lines == 1 })
		if c.send(n); want == "one\nthree\n" {
			c.send("'three", "0A")
		}
		c.send(cut)
		if got := printed(t, p, 1); got != want {
			t.Errorf("after %s printed %q", n, got)
		}
	}
}

func TestPowerCycleForgets(t *testing.T) {
	p, c := pair(t, Config{})
	addr := p.Addr()
	c.send("1D 21 11", "1D 61 0E")
	c.hear("10 00 00 00")
	p.AtLine(2, p.PowerOff)
	c.send("'one", "0A", "'two", "0A", cut, proof)
	waitFor(t, p, func(s State) bool { return !s.Powered })
	if got := p.Uncut(); len(got) != 1 || got[0] != "one" {
		t.Errorf("hangs out: %q", got)
	}
	if _, err := net.Dial("tcp", addr); err == nil {
		t.Error("the port is open without power")
	}
	if err := p.PowerOn(); err != nil {
		t.Fatal(err)
	}
	if err := c.over(); err == nil {
		t.Error("the old connection ended politely")
	}
	c = connect(t, p)
	p.NearEnd() // no ASB any more
	c.send("'three", "0A", cut)
	printed(t, p, 1)
	c.silent()
	s, _ := p.Slip(1)
	if s.Text != "one\nthree\n" {
		t.Errorf("printed %q", s.Text)
	}
	rows := s.rows()
	if len(rows) != 2 || rows[0].cells[0].sx != 2 || rows[1].cells[0].sx != 1 {
		t.Errorf("drawn again it is %+v", rows)
	}
}

func TestOneConnectionAtATime(t *testing.T) {
	p, first := pair(t, Config{})
	waitFor(t, p, func(s State) bool { return s.Connected })
	second := connect(t, p)
	second.send("'second", "0A", cut)
	waitFor(t, p, func(s State) bool { return s.Waiting == 1 })
	first.send("'first", "0A", cut)
	if got := printed(t, p, 1); got != "first\n" {
		t.Errorf("printed %q", got)
	}
	first.conn.Close()
	if got := printed(t, p, 2); got != "second\n" {
		t.Errorf("printed %q", got)
	}

	p, _ = pair(t, Config{Refuse: true})
	waitFor(t, p, func(s State) bool { return s.Connected })
	if c, err := net.Dial("tcp", p.Addr()); err == nil {
		if err := (&client{t, c}).over(); err == nil {
			t.Error("the second connection was not reset")
		}
		c.Close()
	}
}

func TestIdleConnectionEndsWithAFIN(t *testing.T) {
	_, c := pair(t, Config{Idle: 20 * time.Millisecond})
	if err := c.over(); err != nil {
		t.Errorf("it ended with %v", err)
	}
}

func TestLinkCutAfterBytes(t *testing.T) {
	p, c := pair(t, Config{})
	p.CutLinkAfter(4)
	c.send("10 04 01")
	c.hear("12") // no byte of a job
	c.send("'one", "0A", "'two", "0A")
	c.over()
	waitFor(t, p, func(s State) bool { return !s.Connected && s.Lines == 1 })
	c = connect(t, p)
	c.send(cut)
	if got := printed(t, p, 1); got != "one\n" {
		t.Errorf("printed %q", got)
	}
}

func TestPrintingTakesTime(t *testing.T) {
	p, c := pair(t, Config{})
	p.Slow(500)
	from := time.Now()
	c.send("'one", "0A", "1B 64 10", cut, proof) // 17 lines of 30 dots and 120 to the knife: 79 mm
	c.hear(proven)
	if took := time.Since(from); took < 150*time.Millisecond {
		t.Errorf("79 mm at 500 mm/s took %v", took)
	}
}

func TestSlipsAreKeptNumberedAndStored(t *testing.T) {
	folder := t.TempDir()
	at := time.Date(2026, 11, 24, 19, 42, 9, 0, time.UTC)
	p, c := pair(t, Config{Keep: 2, Folder: folder, Now: func() time.Time { return at }})
	for _, s := range []string{"'one", "'two", "'three"} {
		c.send(s, "0A", cut)
	}
	printed(t, p, 3)
	slips := p.Slips()
	if len(slips) != 2 || slips[0].Number != 2 || slips[1].Text != "three\n" || slips[1].Time != at || slips[1].Lines[0] != "three" {
		t.Errorf("kept: %+v", slips)
	}
	if _, ok := p.Slip(1); ok {
		t.Error("the oldest is still there")
	}
	if got := string(slips[0].Raw()); got != "two\n\x1dVB\x00" {
		t.Errorf("raw %q", got)
	}
	names, _ := filepath.Glob(folder + "/*")
	if len(names) != 6 || !strings.HasSuffix(names[0], "0001.png") || !strings.HasSuffix(names[5], "0003.txt") {
		t.Errorf("files: %q", names)
	}
	if text, err := os.ReadFile(filepath.Join(folder, "0001.txt")); err != nil || string(text) != "one\n" {
		t.Errorf("%q, %v", text, err)
	}
}

func TestFolderThatIsGoneIsTrouble(t *testing.T) {
	p, c := pair(t, Config{Folder: filepath.Join(t.TempDir(), "none")})
	c.send("'x", "0A", cut)
	printed(t, p, 1)
	if p.State().Trouble == "" {
		t.Error("nobody was told")
	}
}

func TestCloseEndsWhateverIsGoingOn(t *testing.T) {
	for name, do := range map[string]func(*Printer, *client){
		"idle":      func(p *Printer, c *client) {},
		"no paper":  func(p *Printer, c *client) { p.PaperOut(); c.send("'x", "0A", cut) },
		"full":      func(p *Printer, c *client) { p.PaperOut(); c.send("'" + strings.Repeat("x", 2*4096)) },
		"wedged":    func(p *Printer, c *client) { p.Wedge(); c.send("'x") },
		"slow":      func(p *Printer, c *client) { p.Slow(1); c.send("'x", "0A", cut) },
		"no power":  func(p *Printer, c *client) { p.PowerOff(); c.send("'x") },
		"two there": func(p *Printer, c *client) { connect(t, p).send("'x") },
	} {
		t.Run(name, func(t *testing.T) {
			p, err := Start(Config{})
			if err != nil {
				t.Fatal(err)
			}
			c := connect(t, p)
			do(p, c)
			p.Close()
			p.Close()
			c.over()
			if err := p.Wait(soon(t), 99); err == nil {
				t.Error("Wait outlives the printer")
			}
		})
	}
}
