package printersim

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Slip is a piece of paper that was cut off.
type Slip struct {
	Number int       // 1 for the first
	Time   time.Time // when it was cut
	Text   string    // one line per line of paper, big letters as small ones
	Lines  []string  // the same

	parts []part
	dots  int
	china bool
	pen   *pen
}

// Raw are the bytes that made it, from the cut before to its own.
func (s Slip) Raw() []byte {
	var raw []byte
	for _, p := range s.parts {
		raw = append(raw, p.raw...)
	}
	return raw
}

// PNG is the slip as it looks, torn at the bottom, at 203 dots per inch. It is
// drawn anew from the bytes each time, so that thousands of slips take no room.
func (s Slip) PNG() ([]byte, error) {
	var b bytes.Buffer
	err := s.pen.draw(&b, s.rows(), s.dots)
	return b.Bytes(), err
}

// rows reads the bytes again.
func (s Slip) rows() []row {
	var d drawing
	for _, p := range s.parts {
		in := interpreter{modes: p.modes, x: p.modes.margin, dots: s.dots, china: s.china, dev: &d}
		for _, b := range p.raw {
			in.feed(b)
		}
	}
	return d.rows
}

// drawing is a device that only keeps the paper.
type drawing struct{ rows []row }

func (d *drawing) print(r row)    { d.rows = append(d.rows, r) }
func (d *drawing) cut()           {}
func (d *drawing) ask(_, _ byte)  {}
func (d *drawing) proof([]byte)   {}
func (d *drawing) automatic(byte) {}
func (d *drawing) strange([]byte) {}

// store writes NNNN.txt and NNNN.png, each whole or not at all.
func (s Slip) store(folder string) error {
	if folder == "" {
		return nil
	}
	png, err := s.PNG()
	if err != nil {
		return err
	}
	name := filepath.Join(folder, fmt.Sprintf("%04d", s.Number))
	return errors.Join(write(name+".txt", []byte(s.Text)), write(name+".png", png))
}

func write(name string, data []byte) error {
	if err := os.WriteFile(name+".part", data, 0o644); err != nil {
		return err
	}
	return os.Rename(name+".part", name)
}
