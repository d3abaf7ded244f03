package printer

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tyngo/tyngo/drivers/printer/printersim"
	"pgregory.net/rapid"
)

// Vectors from Epson's ESC/POS Command Reference.
func TestCommandsAreTheDocumentedBytes(t *testing.T) {
	for want, command := range map[string]func(*encoder){
		"1B 40":                            (*encoder).initialize,
		"1C 2E":                            (*encoder).cancelKanji,
		"1B 52 00":                         (*encoder).international,
		"1B 74 13":                         func(e *encoder) { e.codeTable(1) },
		"1B 4D 00":                         (*encoder).fontA,
		"1D 21 32":                         func(e *encoder) { e.size(4, 3) },
		"1B 45 01":                         func(e *encoder) { e.emphasized(true) },
		"1B 2D 01":                         func(e *encoder) { e.underline(true) },
		"1D 42 01":                         func(e *encoder) { e.reverse(true) },
		"1B 61 00":                         (*encoder).justifyLeft,
		"1D 50 CB CB":                      (*encoder).motionUnits,
		"1B 32":                            (*encoder).spacingDefault,
		"1B 33 18":                         (*encoder).spacingTight,
		"0A":                               (*encoder).lineFeed,
		"1B 64 03":                         func(e *encoder) { e.feedLines(3) },
		"1B 4A 08":                         func(e *encoder) { e.feedDots(8) },
		"1D 56 42 00":                      (*encoder).feedAndCut,
		"1B 28 41 03 00 61 01 02":          func(e *encoder) { e.buzzerA(2) },
		"1B 42 02 03":                      func(e *encoder) { e.buzzerB(2) },
		"1D 61 0E":                         (*encoder).automaticStatus,
		"1D 28 48 06 00 30 30 30 30 34 32": func(e *encoder) { e.processID(42) },
	} {
		e := &encoder{p: models["epson80"]}
		command(e)
		if got := fmt.Sprintf("% X", e.out); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestTextIsRewrittenForThePrinter(t *testing.T) {
	for in, want := range map[string]string{
		"Carnitas":                 "Carnitas",
		"“Bob’s” — 2…":             `"Bob's" - 2...`,
		"jalapen\u0303o":           "jalapeño",
		"Łódź, Straße, crème":      "Łódź, Straße, crème",
		"Борщ":                     "Борщ",
		"2⅓ cups, ½, ⅛":            "2 1/3 cups, ½, 1/8",
		"4 €":                      "4 €",
		"\x1b@reset":               "@reset",
		"a\tb\r\nc\x00\x7f\u0085d": "a b c d",
		"soft\u00adhyphen\u200d":   "softhyphen",
		"\u202eright to left":      "right to left",
		"🌶️ hot 👨‍👩‍👧":             "? hot ?",
		"寿司":                       "??",
		"ｆｕｌｌ ﬁsh":                 "full fish",
		"\xff\xfe":                 "?",
		"ǅ Ǆ":                      "Dz DZ",
		"tōfu, ṭ":                  "tofu, t",
	} {
		if got := models["epson80"].fold(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

func TestEveryLetterOfEveryPageIsOneByteAndOneColumn(t *testing.T) {
	for _, page := range dosPages {
		for b := 0x20; b <= 0xFF; b++ {
			r := page.Map.DecodeByte(byte(b))
			if r == utf8.RuneError || invisible(r) {
				continue
			}
			for _, f := range models["epson80"].fold(string(r)) {
				if n := cells(string(f)); n != 1 {
					t.Errorf("%q of page %d becomes %q, %d columns wide", r, page.Number, f, n)
				}
			}
		}
	}
}

// anything is text that somebody could type, or paste, or send to break us.
func anything() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(),
		rapid.StringOfN(rapid.RuneFrom([]rune("ab Añé€Жł½’\x1b\x1d\x10\x04\x14@!\n\x00~`")), 0, 40, -1),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		rapid.StringMatching(`[A-Z][a-z]{1,12}( [a-z&-]{1,9}){0,4}`),
	)
}

func TestTextNeverBecomesACommand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := &encoder{p: models["epson80"]}
		text := e.p.fold(anything().Draw(t, "text"))
		e.text(text)
		switches := 0
		for i := 0; i < len(e.out); i++ {
			switch b := e.out[i]; {
			case b == 0x1B && i+2 < len(e.out) && e.out[i+1] == 't':
				switches++
				i += 2
			case b < ' ' || b == 0x7F:
				t.Fatalf("%q prints the control %02X in % X", text, b, e.out)
			}
		}
		if got, want := len(e.out)-3*switches, utf8.RuneCountInString(text); got != want {
			t.Fatalf("%q prints %d characters, want %d", text, got, want)
		}
	})
}

func style() *rapid.Generator[Style] {
	return rapid.Custom(func(t *rapid.T) Style {
		return Style{
			Width: rapid.IntRange(-1, 9).Draw(t, "width"), Height: rapid.IntRange(-1, 9).Draw(t, "height"),
			Bold: rapid.Bool().Draw(t, "bold"), Inverse: rapid.Bool().Draw(t, "inverse"), Underline: rapid.Bool().Draw(t, "underline"),
		}
	})
}

func someRuns() *rapid.Generator[[]Run] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Run { return style().Draw(t, "style").Run(anything().Draw(t, "text")) }), 0, 4)
}

func someDoc() *rapid.Generator[Doc] {
	block := rapid.Custom(func(t *rapid.T) Block {
		r := someRuns()
		n := rapid.IntRange(-2, 60)
		switch rapid.IntRange(0, 7).Draw(t, "block") {
		case 0:
			return Row{r.Draw(t, "left"), r.Draw(t, "right")}
		case 1:
			return Item{r.Draw(t, "quantity"), r.Draw(t, "name"), r.Draw(t, "right"), n.Draw(t, "lead")}
		case 2:
			return Rule{Title: style().Draw(t, "style").Run(anything().Draw(t, "title")), Dashed: rapid.Bool().Draw(t, "dashed")}
		case 3:
			return Box{r.Draw(t, "lines")}
		case 4:
			return Banner{style().Draw(t, "style").Run(anything().Draw(t, "banner"))}
		case 5:
			return rapid.SampledFrom([]Block{Feed{-1}, Feed{3}, Feed{300}, Buzz{2}, Buzz{999}}).Draw(t, "other")
		}
		return Text{r.Draw(t, "runs"), Align(rapid.IntRange(0, 2).Draw(t, "align")), n.Draw(t, "indent"), n.Draw(t, "hang")}
	})
	return rapid.Custom(func(t *rapid.T) Doc { return Doc{rapid.SliceOfN(block, 0, 6).Draw(t, "blocks")} })
}

func someProfile() *rapid.Generator[Profile] {
	return rapid.Custom(func(t *rapid.T) Profile {
		return models[rapid.SampledFrom([]string{"epson80", "epson-t88", "generic80", "generic58"}).Draw(t, "profile")]
	})
}

func TestNoLineIsWiderThanThePaper(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := someProfile().Draw(t, "profile")
		for _, s := range someDoc().Draw(t, "doc").lay(p).steps {
			l, ok := s.(line)
			if !ok {
				continue
			}
			at := 0
			for _, piece := range l.pieces {
				if piece.at < at {
					t.Fatalf("%q begins in column %d, where another ends at %d", piece.Text, piece.at, at)
				}
				at = piece.at + cells(piece.Text)*piece.Width
			}
			if at > p.Columns {
				t.Fatalf("a line of %d columns on %d: %+v", at, p.Columns, l)
			}
		}
	})
}

func TestNoLetterIsLostInWrapping(t *testing.T) {
	black := func(s string) string { return strings.ReplaceAll(s, " ", "") }
	rapid.Check(t, func(t *rapid.T) {
		p := someProfile().Draw(t, "profile")
		item := Item{Quantity: someRuns().Draw(t, "quantity"), Name: someRuns().Draw(t, "name"), Right: someRuns().Draw(t, "right")}
		want, got := map[rune]int{}, map[rune]int{}
		for _, r := range append(append(append([]Run{}, item.Quantity...), item.Name...), item.Right...) {
			for _, c := range black(p.fold(r.Text)) {
				want[c]++
			}
		}
		s := &sheet{p: p}
		item.layout(s)
		for _, st := range s.steps {
			l, _ := st.(line)
			for _, piece := range l.pieces {
				for _, c := range black(piece.Text) {
					got[c]++
				}
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%v on paper, of %v", got, want)
		}
	})
}

// A printer looks for these in everything it is sent.
func TestNoJobContainsACommandInRealTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		job := someDoc().Draw(t, "doc").lay(someProfile().Draw(t, "profile")).encode(rapid.IntRange(1, 9999).Draw(t, "number"))
		for _, c := range []byte{0x04, 0x05, 0x14} {
			if i := bytes.Index(job, []byte{0x10, c}); i >= 0 {
				t.Fatalf("10 %02X at %d of % X", c, i, job)
			}
		}
	})
}

// Any slip looks on paper as its preview does, in a printer that shares no code
// with us.
func TestAnySlipIsOnPaperAsTheTextSays(t *testing.T) {
	p, c := pair(t, printersim.Config{Columns: 32, Dots: 384})
	c.profile = models["epson80"]
	c.profile.Columns, c.profile.Dots = 32, 384
	number := 0
	rapid.Check(t, func(t *rapid.T) {
		doc := someDoc().Draw(t, "doc")
		number++
		if _, err := c.Print(t.Context(), doc, number); err != nil {
			t.Fatal(err)
		}
		slip, _ := p.Slip(number)
		if want := paper(doc, c); slip.Text != want {
			t.Fatalf("on paper:\n%s\nin the preview:\n%s", slip.Text, want)
		}
		if u := p.Unknown(); len(u) > 0 {
			t.Fatalf("not understood: %v", u)
		}
	})
}

func FuzzNoTextBreaksTheEncoder(f *testing.F) {
	f.Add("Carnitas", "seat 1")
	f.Add("\x1b@\x1d\x28", "\x10\x04\x01")
	f.Fuzz(func(t *testing.T, name, right string) {
		doc := Doc{[]Block{item("1", name, right), Box{runs(bold.Run(name))}, Banner{big.Run(right)}, Rule{Title: loud.Run(name)}}}
		for _, p := range models {
			doc.Text(p)
			doc.lay(p).encode(1)
		}
	})
}

func BenchmarkEncodeTicket(b *testing.B) {
	p := models["epson80"]
	for b.Loop() {
		grillTicket().lay(p).encode(1)
	}
}
