package qr

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCorrectionOfTheStandard: annex I of ISO/IEC 18004 works out "01234567" as 1-M.
func TestCorrectionOfTheStandard(t *testing.T) {
	t.Parallel()
	data := []byte{0x10, 0x20, 0x0c, 0x56, 0x61, 0x80, 0xec, 0x11, 0xec, 0x11, 0xec, 0x11, 0xec, 0x11, 0xec, 0x11}
	want := []byte{0xa5, 0x24, 0xd4, 0xc1, 0xed, 0x36, 0xc7, 0x87, 0x2c, 0x55}
	if got := remainder(data, len(want)); !bytes.Equal(got, want) {
		t.Errorf("% x, not % x", got, want)
	}
}

// TestCodesOfAnotherEncoder: testdata holds what rsc.io/qr v0.2.0 makes of the first line of
// each file, in byte mode, with correction M and mask 0: one file a version.
func TestCodesOfAnotherEncoder(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) != len(versions) {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		text, want, _ := strings.Cut(string(raw), "\n")
		c, err := Encode(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := drawn(c); got != want {
			t.Errorf("%s: %s\n%s", f, text, got)
		}
	}
}

func drawn(c *Code) string {
	var b strings.Builder
	for y := range c.Size() {
		for x := range c.Size() {
			b.WriteByte(map[bool]byte{true: '#', false: '.'}[c.Dark(x, y)])
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// TestWhatIsShownIsTheCode, with the light border that cameras need.
func TestWhatIsShownIsTheCode(t *testing.T) {
	t.Parallel()
	c, err := Encode("http://192.168.1.10")
	if err != nil {
		t.Fatal(err)
	}
	if c.Size() != 25 || c.Side() != 33 {
		t.Fatalf("%d %d", c.Size(), c.Side())
	}
	lines := strings.Split(strings.TrimSuffix(c.Blocks(), "\n"), "\n")
	var rows strings.Builder
	for _, line := range lines {
		for _, row := range []*strings.Replacer{strings.NewReplacer("█", ".", "▀", ".", "▄", "#", " ", "#"), strings.NewReplacer("█", ".", "▀", "#", "▄", ".", " ", "#")} {
			rows.WriteString(row.Replace(line) + "\n")
		}
	}
	border := strings.Repeat(strings.Repeat(".", c.Side())+"\n", quiet)
	want := border
	for line := range strings.Lines(drawn(c)) {
		want += "...." + strings.TrimSpace(line) + "....\n"
	}
	want += border + strings.Repeat("#", c.Side()) + "\n" // half of the last line is the screen's
	if rows.String() != want {
		t.Errorf("%s", c.Blocks())
	}
	if p := c.Path(); !strings.HasPrefix(p, "M4 4h7v1h-7z") || strings.Count(p, "M") != strings.Count(drawn(c), "#.")+strings.Count(drawn(c), "#\n") {
		t.Errorf("%s", p)
	}
}

func TestWhatIsTooLongIsRefused(t *testing.T) {
	t.Parallel()
	if c, err := Encode(strings.Repeat("x", Most)); err != nil || c.Size() != 41 {
		t.Errorf("%v", err)
	}
	if _, err := Encode(strings.Repeat("x", Most+1)); err == nil {
		t.Error("taken")
	}
}
