package powercut

import (
	"errors"
	"io"
	"maps"
	"os"
	"slices"
	"syscall"
)

const pageSize = 4096

type page = [pageSize]byte

func blocks(size int64) int64 { return (size + pageSize - 1) / pageSize }

// file is a file that programs see; its disk has the lock.
type file struct {
	ino     uint64
	mode    uint32
	names   int // that programs see
	handles int // that programs hold

	size  int64           // that programs see
	pages map[int64]*page // written since the last sync
	floor int64           // the least size since then: the stored file above it is gone

	store  *os.File // what is on the disk
	stored int64    // its size
}

// page is page n of the file, for writing; whole says that all of it is.
func (f *file) page(n int64, whole bool) (*page, error) {
	if p := f.pages[n]; p != nil {
		return p, nil
	}
	p := new(page)
	if !whole {
		if err := f.load(p[:], n*pageSize); err != nil {
			return nil, err
		}
	}
	f.pages[n] = p
	return p, nil
}

// load reads what is on the disk and still counts; the rest of b stays as it is.
func (f *file) load(b []byte, off int64) error {
	n := min(int64(len(b)), f.floor-off)
	if n <= 0 {
		return nil
	}
	_, err := f.store.ReadAt(b[:n], off)
	if errors.Is(err, io.EOF) { // a stored file may end before its pages do
		err = nil
	}
	return err
}

// read reads what programs see.
func (f *file) read(b []byte, off int64) (int, error) {
	n := min(int64(len(b)), f.size-off)
	if n <= 0 {
		return 0, nil
	}
	b = b[:n]
	clear(b)
	if err := f.load(b, off); err != nil || len(f.pages) == 0 {
		return int(n), err
	}
	for at := off; at < off+n; {
		in := at % pageSize
		part := min(pageSize-in, off+n-at)
		if p := f.pages[at/pageSize]; p != nil {
			copy(b[at-off:at-off+part], p[in:])
		}
		at += part
	}
	return int(n), nil
}

// write writes into memory.
func (f *file) write(d *Disk, b []byte, off int64) error {
	end := off + int64(len(b))
	if err := f.grow(d, end); err != nil {
		return err
	}
	for at := off; at < end; {
		in := at % pageSize
		part := min(pageSize-in, end-at)
		p, err := f.page(at/pageSize, part == pageSize)
		if err != nil {
			return err
		}
		copy(p[in:in+part], b[at-off:])
		at += part
	}
	return nil
}

// grow makes the file at least so long, where the disk has room.
func (f *file) grow(d *Disk, size int64) error {
	if size <= f.size {
		return nil
	}
	need := (blocks(size) - blocks(f.size)) * pageSize
	if need > 0 && d.used+need > d.room {
		return syscall.ENOSPC
	}
	d.used += need
	f.size = size
	return nil
}

// truncate gives the file a size.
func (f *file) truncate(d *Disk, size int64) error {
	if size >= f.size {
		return f.grow(d, size)
	}
	d.used -= (blocks(f.size) - blocks(size)) * pageSize
	f.size, f.floor = size, min(f.floor, size)
	maps.DeleteFunc(f.pages, func(n int64, _ *page) bool { return n >= blocks(size) })
	if p := f.pages[size/pageSize]; p != nil {
		clear(p[size%pageSize:])
	}
	return nil
}

// free gives the room back when nobody can reach the file any more.
func (f *file) free(d *Disk) {
	if f.names == 0 && f.handles == 0 {
		d.used -= blocks(f.size) * pageSize
	}
}

// sync puts everything on the disk.
func (f *file) sync() error {
	if f.floor < f.stored {
		if err := f.store.Truncate(f.floor); err != nil {
			return err
		}
	}
	for n, p := range f.pages {
		if err := f.put(n, p); err != nil {
			return err
		}
	}
	err := errors.Join(f.store.Truncate(f.size), f.store.Chmod(os.FileMode(f.mode)))
	clear(f.pages)
	f.floor, f.stored = f.size, f.size
	return err
}

// put puts one page on the disk.
func (f *file) put(n int64, p *page) error {
	most := min(pageSize, f.size-n*pageSize)
	_, err := f.store.WriteAt(p[:most], n*pageSize)
	f.stored = max(f.stored, n*pageSize+most)
	return err
}

// cut forgets what was not synced, but for what keep keeps.
func (f *file) cut(keep func() bool, lost *Lost) error {
	if f.floor < f.stored && keep() {
		if err := f.store.Truncate(f.floor); err != nil {
			return err
		}
		f.stored = f.floor
	}
	for _, n := range slices.Sorted(maps.Keys(f.pages)) {
		if !keep() {
			lost.Pages++
			continue
		}
		lost.KeptPages++
		if err := f.put(n, f.pages[n]); err != nil {
			return err
		}
	}
	if f.size > f.stored && keep() { // the size came to the disk before the content
		return f.store.Truncate(f.size)
	}
	return nil
}
