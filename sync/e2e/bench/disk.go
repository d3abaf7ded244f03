package main

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

const block = 4096

// disk is (c): what the disk itself does.
func (b *bench) disk() error {
	var over, more []float64
	err := b.inTurn("disk", func() error {
		r, err := b.syncs(false)
		over = append(over, r)
		return err
	}, func() error {
		r, err := b.syncs(true)
		more = append(more, r)
		return err
	})
	if err != nil {
		return err
	}
	b.add(figure("fdatasync, 4 KiB over old bytes", "a second", over...))
	b.add(figure("fdatasync, 4 KiB appended", "a second", more...))
	return nil
}

// syncs writes blocks and waits for the disk after each.
func (b *bench) syncs(grow bool) (rate float64, err error) {
	const blocks = 1000
	f, err := os.Create(filepath.Join(b.dir, "disk"))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	raw := make([]byte, block)
	if !grow {
		if _, err := f.Write(make([]byte, block*blocks)); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
	}
	n := 0
	began := time.Now()
	for ; time.Since(began) < b.size.span; n++ {
		at := int64(n) * block
		if !grow {
			at %= block * blocks
		}
		if _, err := f.WriteAt(raw, at); err != nil {
			return 0, err
		}
		if err := syscall.Fdatasync(int(f.Fd())); err != nil {
			return 0, err
		}
	}
	return float64(n) / time.Since(began).Seconds(), nil
}
