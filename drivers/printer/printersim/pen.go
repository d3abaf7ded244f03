package printersim

import (
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// pen draws slips. It keeps the letters that it has drawn once.
type pen struct {
	regular, bold *sfnt.Font

	mu      sync.Mutex
	letters map[letter]*image.Alpha
	buf     sfnt.Buffer
}

// letter is a character in a look.
type letter struct {
	r    rune
	w, h int // dots of its cell
	em   int // of its type: 20 for font A, 15 for B
	bold bool
}

func newPen() (*pen, error) {
	regular, err := sfnt.Parse(gomono.TTF)
	if err != nil {
		return nil, err
	}
	bold, err := sfnt.Parse(gomonobold.TTF)
	if err != nil {
		return nil, err
	}
	return &pen{regular: regular, bold: bold, letters: map[letter]*image.Alpha{}}, nil
}

const (
	shades = 16 // from paper to ink
	side   = 32 // white on both sides, dots
	top    = 40
	bottom = 56
	tooth  = 10 // how deep the torn edge goes
)

// palette is nothing, then the shades.
func palette() color.Palette {
	p := color.Palette{color.NRGBA{}}
	for i := range shades {
		f := func(paper, ink int) uint8 { return uint8(paper + (ink-paper)*i/(shades-1)) }
		p = append(p, color.NRGBA{f(0xFD, 0x12), f(0xFD, 0x12), f(0xFA, 0x14), 0xFF})
	}
	return p
}

const (
	paper = uint8(1)
	ink   = uint8(shades)
)

// draw writes the picture of a slip.
func (p *pen) draw(w io.Writer, rows []row, dots int) error {
	height := top + bottom
	for _, r := range rows {
		height += r.height
	}
	img := image.NewPaletted(image.Rect(0, 0, dots+2*side, height), palette())
	for i := range img.Pix {
		img.Pix[i] = paper
	}
	y := top
	for _, r := range rows {
		base := 0 // letters of all sizes stand on one line
		for _, c := range r.cells {
			base = max(base, c.h)
		}
		for _, c := range r.cells {
			p.cell(img, c, image.Pt(side+c.x, y+base-c.h))
		}
		y += r.height
	}
	teeth(img)
	enc := png.Encoder{CompressionLevel: png.BestSpeed}
	return enc.Encode(w, img)
}

// cell draws one character with what lies under it.
func (p *pen) cell(img *image.Paletted, c cell, at image.Point) {
	box := image.Rectangle{at, at.Add(image.Pt(c.w, c.h))}.Intersect(img.Rect)
	mask := p.letter(c)
	for y := box.Min.Y; y < box.Max.Y; y++ {
		line := img.Pix[img.PixOffset(box.Min.X, y):]
		for x := range box.Dx() {
			level := uint8(0)
			if mask != nil {
				level = uint8((int(mask.Pix[(y-at.Y)*mask.Stride+x])*(shades-1) + 127) / 255)
			}
			if c.underlined > 0 && y >= at.Y+c.h-int(c.underlined) {
				level = shades - 1
			}
			if c.inv {
				level = shades - 1 - level
			}
			line[x] = paper + level
		}
	}
}

// letter is the shape of a character, nil for white.
func (p *pen) letter(c cell) *image.Alpha {
	if c.r == ' ' || c.r == '\u00a0' {
		return nil
	}
	em := 20
	if c.h/c.sy != 24 {
		em = 15
	}
	k := letter{c.r, c.w, c.h, em, c.bold}
	p.mu.Lock()
	defer p.mu.Unlock()
	if m, ok := p.letters[k]; ok {
		return m
	}
	m := image.NewAlpha(image.Rect(0, 0, c.w, c.h))
	if !strokes(m, c) {
		p.outline(m, k, float32(c.sx), float32(c.sy))
	}
	p.letters[k] = m
	return m
}

// outline draws a letter of the font, stretched to the size.
func (p *pen) outline(m *image.Alpha, k letter, sx, sy float32) {
	f := p.regular
	if k.bold {
		f = p.bold
	}
	index, err := f.GlyphIndex(&p.buf, k.r)
	if err != nil || index == 0 {
		hollow(m)
		return
	}
	ppem := fixed.I(k.em)
	metrics, err := f.Metrics(&p.buf, ppem, font.HintingNone)
	if err != nil {
		return
	}
	segments, err := f.LoadGlyph(&p.buf, index, ppem, nil)
	if err != nil {
		return
	}
	base := float32(metrics.Ascent.Round()) * sy
	ras := vector.NewRasterizer(k.w, k.h)
	at := func(p fixed.Point26_6) (x, y float32) {
		return float32(p.X) / 64 * sx, base + float32(p.Y)/64*sy
	}
	for _, s := range segments {
		ax, ay := at(s.Args[0])
		bx, by := at(s.Args[1])
		cx, cy := at(s.Args[2])
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			ras.MoveTo(ax, ay)
		case sfnt.SegmentOpLineTo:
			ras.LineTo(ax, ay)
		case sfnt.SegmentOpQuadTo:
			ras.QuadTo(ax, ay, bx, by)
		case sfnt.SegmentOpCubeTo:
			ras.CubeTo(ax, ay, bx, by, cx, cy)
		}
	}
	ras.ClosePath()
	ras.DrawOp = draw.Src
	ras.Draw(m, m.Rect, image.Opaque, image.Point{})
}

// hollow is the box of a character that the font does not have.
func hollow(m *image.Alpha) {
	fill(m, m.Rect.Inset(2))
	for y := 4; y < m.Rect.Dy()-4; y++ {
		for x := 4; x < m.Rect.Dx()-4; x++ {
			m.Pix[y*m.Stride+x] = 0
		}
	}
}

// teeth tears the lower edge.
func teeth(img *image.Paletted) {
	for x := range img.Rect.Dx() {
		depth := x % (2 * tooth)
		if depth > tooth {
			depth = 2*tooth - depth
		}
		for y := img.Rect.Dy() - depth; y < img.Rect.Dy(); y++ {
			img.Pix[y*img.Stride+x] = 0
		}
	}
}
