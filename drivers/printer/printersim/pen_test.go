package printersim

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"sync"
	"testing"
)

// drawn is a slip's picture.
func drawn(t *testing.T, s Slip) image.Image {
	t.Helper()
	b, err := s.PNG()
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// dark is how much of an area is ink, in percent.
func dark(img image.Image, x, y, w, h int) int {
	n := 0
	for j := y; j < y+h; j++ {
		for i := x; i < x+w; i++ {
			if color.GrayModel.Convert(img.At(i, j)).(color.Gray).Y < 0x80 {
				n++
			}
		}
	}
	return 100 * n / (w * h)
}

func ofBytes(t *testing.T, parts ...string) Slip {
	t.Helper()
	p, c := pair(t, Config{})
	c.send(append(parts, cut)...)
	printed(t, p, 1)
	s, _ := p.Slip(1)
	return s
}

func TestPictureOfASlip(t *testing.T) {
	img := drawn(t, ofBytes(t,
		"1D 42 01", "'          ", "1D 42 00", "'  ", "0A", // ten black cells
		"C4 C4 C4 C4 C4 C4 C4 C4 C4 C4 0A",
		"1D 21 11", "'HH", "1D 21 00", "'h", "0A",
		"1B 45 01", "'HHHH", "1B 45 00", "'HHHH", "0A",
		"1B 2D 02", "'    ", "0A",
	))
	if got, want := img.Bounds().Size(), image.Pt(576+2*side, top+30+30+48+30+30+bottom); got != want {
		t.Fatalf("it is %v large, want %v", got, want)
	}
	for name, v := range map[string]struct{ x, y, w, h, from, to int }{
		"white margin":            {0, 0, side, 100, 0, 0},
		"black cells":             {side, top, 120, 24, 100, 100},
		"white after them":        {side + 120, top, 300, 24, 0, 0},
		"white between the lines": {side, top + 24, 120, 6, 0, 0},
		"unbroken rule":           {side, top + 30 + 11, 120, 2, 100, 100},
		"white above the rule":    {side, top + 30, 120, 10, 0, 0},
		"big letters":             {side, top + 60, 48, 48, 15, 50},
		"white above small ones":  {side + 48, top + 60, 12, 24, 0, 0},
		"small ones at the foot":  {side + 48, top + 84, 12, 24, 10, 50},
		"underline":               {side, top + 138 + 22, 48, 2, 100, 100},
	} {
		if got := dark(img, v.x, v.y, v.w, v.h); got < v.from || got > v.to {
			t.Errorf("%s: %d%% is black, want %d to %d", name, got, v.from, v.to)
		}
	}
	if bold, regular := dark(img, side, top+108, 48, 24), dark(img, side+48, top+108, 48, 24); bold <= regular {
		t.Errorf("bold is %d%% black and regular %d%%", bold, regular)
	}
	if _, _, _, a := img.At(tooth, img.Bounds().Max.Y-1).RGBA(); a != 0 {
		t.Error("the edge is not torn")
	}
}

func TestBoxDrawingJoins(t *testing.T) {
	img := drawn(t, ofBytes(t, "1B 33 18", "DA C4 BF 0A", "B3 20 B3 0A", "C0 C4 D9 0A"))
	for name, v := range map[string]struct{ x, y, w, h int }{
		"left":  {side + 5, top + 12, 2, 48},
		"right": {side + 29, top + 12, 2, 48},
		"upper": {side + 6, top + 11, 24, 2},
		"lower": {side + 6, top + 59, 24, 2},
	} {
		if got := dark(img, v.x, v.y, v.w, v.h); got != 100 {
			t.Errorf("%s side: %d%% is black", name, got)
		}
	}
}

func TestEveryCharacterOfEveryTableCanBeDrawn(t *testing.T) {
	pen, err := newPen()
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		var rows []row
		for b := 0x80; b <= 0xFF; b++ {
			rows = append(rows, row{cells: []cell{{r: table.DecodeByte(byte(b)), w: 12, h: 24, sx: 1, sy: 1}}, height: 24})
		}
		if err := pen.draw(new(bytes.Buffer), rows, 12); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPicturesAreDrawnByManyAtOnce(t *testing.T) {
	s := ofBytes(t, "'Carnitas", "0A")
	want, err := s.PNG()
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if got, err := s.PNG(); err != nil || !bytes.Equal(got, want) {
				t.Error("another picture", err)
			}
		})
	}
	wg.Wait()
}

// ticket is about the grill ticket of the pictures, in bytes.
func ticket(t testing.TB) Slip {
	raw := unhex("1B 40 1D 21 22")
	raw = append(raw, "TABLE 12\n\x1d!\x00Check 3107   Mara                        7:42 pm\n"...)
	for range 9 {
		raw = append(raw, "\x1d!\x11\x1bE\x012 Hanger steak\x1d!\x00        seat 1\n\x1bE\x00"...)
	}
	pen, err := newPen()
	if err != nil {
		t.Fatal(err)
	}
	return Slip{parts: []part{{reset(false), raw}}, dots: 576, pen: pen}
}

func BenchmarkPNG(b *testing.B) {
	s := ticket(b)
	for b.Loop() {
		if _, err := s.PNG(); err != nil {
			b.Fatal(err)
		}
	}
}
