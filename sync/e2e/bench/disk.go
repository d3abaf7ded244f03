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
	over, more, err := b.inTurn(func(span time.Duration) (burst, error) { return b.syncs(span, false) },
		func(span time.Duration) (burst, error) { return b.syncs(span, true) })
	if err != nil {
		return err
	}
	b.add(figure("fdatasync, 4 KiB over old bytes", "a second", rates(over)...))
	b.add(figure("fdatasync, 4 KiB appended", "a second", rates(more)...))
	return nil
}

// syncs writes blocks and waits for the disk after each.
func (b *bench) syncs(span time.Duration, grow bool) (out burst, err error) {
	const blocks = 1000
	f, err := os.Create(filepath.Join(b.dir, "disk"))
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	raw := make([]byte, block)
	if !grow {
		if _, err := f.Write(make([]byte, block*blocks)); err != nil {
			return out, err
		}
		if err := f.Sync(); err != nil {
			return out, err
		}
	}
	return drive(1, span, func(_, n int) error {
		at := int64(n) * block
		if !grow {
			at %= block * blocks
		}
		if _, err := f.WriteAt(raw, at); err != nil {
			return err
		}
		return syscall.Fdatasync(int(f.Fd()))
	})
}
