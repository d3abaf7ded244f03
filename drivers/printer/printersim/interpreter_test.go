package printersim

import (
	"strings"
	"testing"
)

// text prints to paper of 24 columns, without a printer around.
func text(parts ...string) (string, []row) {
	var d drawing
	in := interpreter{modes: reset(false), dots: 24 * column, dev: &d}
	for _, s := range parts {
		b := []byte(strings.TrimPrefix(s, "'"))
		if !strings.HasPrefix(s, "'") {
			b = unhex(s)
		}
		for _, c := range b {
			in.feed(c)
		}
	}
	var lines []string
	for _, r := range d.rows {
		if r.lines == 1 {
			lines = append(lines, flatten(r.cells, in.dots))
		} else {
			lines = append(lines, make([]string, r.lines)...)
		}
	}
	return strings.Join(lines, "|"), d.rows
}

func TestTextOnPaper(t *testing.T) {
	for name, v := range map[string]struct {
		in   []string
		want string
	}{
		"plain":            {[]string{"'Carnitas", "0A"}, "Carnitas"},
		"PC437":            {[]string{"'jalape", "A4", "'o", "0A"}, "jalapeño"},
		"PC858 euro":       {[]string{"1B 74 13 D5 0A"}, "€"},
		"WPC1252 euro":     {[]string{"1B 74 10 80 0A"}, "€"},
		"PC866":            {[]string{"1B 74 11 81 AE E0 E9 0A"}, "Борщ"},
		"PC852":            {[]string{"1B 74 12 9D A2 64 AB 0A"}, "Łódź"},
		"no such page":     {[]string{"1B 74 63 80 0A"}, "□"},
		"wraps":            {[]string{"'abcdefghijklmnopqrstuvwxyz", "0A"}, "abcdefghijklmnopqrstuvwx|yz"},
		"full line":        {[]string{"'abcdefghijklmnopqrstuvwx", "0A", "'y", "0A"}, "abcdefghijklmnopqrstuvwx|y"},
		"big wraps":        {[]string{"1D 21 11", "'abcdefghijklmn", "0A"}, "abcdefghijkl|mn"},
		"big beside small": {[]string{"1D 21 11", "'2 Tacos", "1D 21 00", "'    seat 1", "0A"}, "2 Tacos           seat 1"},
		"centred":          {[]string{"1B 61 01", "'mid", "0A"}, "          mid"},
		"right":            {[]string{"1B 61 02", "'end", "0A"}, "                     end"},
		"position":         {[]string{"1B 24 78 00", "'x", "0A"}, "          x"},
		"tab":              {[]string{"'a", "09", "'b", "0A"}, "a       b"},
		"feeds":            {[]string{"'a", "1B 64 03", "'b", "0A"}, "a|||b"},
		"feed by dots":     {[]string{"'a", "0A", "1B 4A 3C", "'b", "0A"}, "a|||b"},
		"reset drops":      {[]string{"'lost", "1B 40", "'kept", "0A"}, "kept"},
		"deselected":       {[]string{"1B 3D 02", "'lost", "0A", "1B 3D 01", "'kept", "0A"}, "kept"},
		"CR does nothing":  {[]string{"'a", "0D 0A"}, "a"},
		"title in a rule":  {[]string{"C4 C4 C4 C4 C4 C4 20", "1D 21 10", "'MENUS", "1D 21 00", "20 C4 C4 C4 C4 C4 C4 0A"}, "──────   MENUS    ──────"},
		"font B":           {[]string{"1B 4D 01", "'small", "0A"}, "small"},
	} {
		if got, _ := text(v.in...); got != v.want {
			t.Errorf("%s: %q, want %q", name, got, v.want)
		}
	}
}

// The usual rest: every command of its length, and nothing of it on paper.
func TestKnownCommandsAreSkippedByTheirLength(t *testing.T) {
	for _, c := range []string{
		"1B 40", "1B 21 00", "1B 52 00", "1B 4D 00", "1B 7B 00", "1B 56 00", "1B 72 00", "1B 20 00", "1B 33 40", "1B 70 00 19 FA",
		"1B 63 33 0F", "1B 63 34 00", "1B 63 35 01", "1B 44 08 10 18 00", "1B 28 41 03 00 61 01 02", "1B 28 41 04 00 30 31 03 05", "1B 42 02 03",
		"1B 2A 00 02 00 FF FF", "1B 2A 21 02 00 FF FF FF FF FF FF", "1B 4C", "1B 53", "1B 57 00 00 00 00 00 01 00 01", "1B 54 00",
		"1C 26", "1C 2E", "1C 43 01", "1C 28 43 02 00 30 31", "1C 28 65 02 00 33 08", "1C 70 01 00",
		"1D 62 01", "1D 4C 00 00", "1D 57 40 02", "1D 50 CB CB", "1D 68 50", "1D 77 03", "1D 48 02", "1D 66 00",
		"1D 6B 04 2A 41 2A 00", "1D 6B 49 04 7B 41 41 42", "1D 28 6B 04 00 31 41 32 00", "1D 28 6B 06 00 31 50 30 61 62 63", "1D 28 6B 03 00 31 51 30",
		"1D 76 30 00 02 00 02 00 FF 00 0A 1B", "1D 28 4C 02 00 30 32", "1D 38 4C 0B 00 00 00 30 70 30 01 01 31 08 00 01 00 0A", "1D 2A 01 01 FF FF FF FF FF FF FF FF", "1D 2F 00",
		"1D 28 44 05 00 14 01 00 02 00", "1D 28 45 03 00 01 49 4E", "1D 28 4B 02 00 31 05", "1D 61 0E", "1D 72 01", "1D 49 01", "1D 67 32 00 14 00",
		"1D 28 48 03 00 31 30 01", "1D 28 48 06 00 30 30 30 30 30 31", "10 04 01", "10 05 01", "10 14 01 00 01", "10 14 03 00 00 00 01 00", "10 14 08 01 03 14 01 06 02 08",
		"00", "18", "0C", "0D",
	} {
		if got, _ := text(c, "'x", "0A"); got != "x" {
			t.Errorf("after %s: %q", c, got)
		}
		d := &counter{}
		in := interpreter{modes: reset(false), dots: 288, dev: d}
		for _, b := range unhex(c) {
			in.feed(b)
		}
		if d.odd > 0 || len(in.cmd) > 0 || in.skip > 0 {
			t.Errorf("%s: unknown %d, left %X, to skip %d", c, d.odd, in.cmd, in.skip)
		}
	}
}

// counter is a device that counts what it does not know.
type counter struct {
	drawing
	odd int
}

func (c *counter) strange([]byte) { c.odd++ }

func TestUnknownCommandsAreLogged(t *testing.T) {
	p, c := pair(t, Config{})
	c.send("1B 7A", "1D 99", "'x", "0A", cut)
	if got := printed(t, p, 1); got != "x\n" {
		t.Errorf("printed %q", got)
	}
	if got := strings.Join(p.Unknown(), " "); got != "1B7A 1D99" {
		t.Errorf("unknown: %s", got)
	}
}

func TestPrinterMadeForChinaEatsBytes(t *testing.T) {
	p, c := pair(t, Config{Kanji: true})
	c.send("80 41", "'B", "0A", "1C 2E", "80 41", "'B", "0A", "1B 40", "80 41", "'B", "0A", cut)
	if got, want := printed(t, p, 1), "□B\nÇAB\n□B\n"; got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
}

func FuzzInterpreterTakesAnything(f *testing.F) {
	f.Add([]byte("\x1b@\x1d!\x11TABLE 12\n\x1dVB\x00"))
	f.Add(unhex("1D 76 30 00 01 00 06 00 10 04 01 10 04 04"))
	f.Add(unhex("1B 28 41 FF FF 1D 38 4C FF FF FF FF"))
	pen, err := newPen()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		s := Slip{parts: []part{{reset(false), in}}, dots: 384, pen: pen}
		height := 0
		for _, r := range s.rows() {
			flatten(r.cells, s.dots)
			height += r.height
			for _, c := range r.cells {
				if c.x < 0 || c.w <= 0 || c.h <= 0 {
					t.Fatalf("%+v", c)
				}
			}
		}
		if height > 4000 {
			return // enough paper
		}
		if _, err := s.PNG(); err != nil {
			t.Fatal(err)
		}
	})
}
