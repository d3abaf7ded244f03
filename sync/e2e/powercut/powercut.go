// Package powercut is a disk that can lose its power: a FUSE loopback over a
// directory that keeps in memory what a real disk may lose.
//
// It promises: what was written to a file is in the directory once the file was
// fsynced; what was made, renamed or removed in a directory is there once that
// directory was fsynced; and nothing else is, until Close. Cut forgets the rest, all
// of it or a random part: pages of 4 KiB one by one, a grown file without its
// content, a rename without the one before it. That is harsher than the file
// systems of today, which make a new name safe with its file, and keep names in
// order.
//
// It can also be full: SetRoom says how much may still be written.
//
// It refuses what no program of ours needs: links, special files, renames between
// directories. A file is read and written through the page cache of the kernel, as
// mmap of SQLite's -shm needs it; writes go through to us at once, but for those to
// a mapped page, which reach us when the kernel likes. That is as on a real disk.
//
// A program must not map files of a disk that it serves itself: the page fault
// would wait for a goroutine that the garbage collector has stopped.
package powercut

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"

	fusefs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// Disk is a directory, seen at another place through a disk that can lose power.
type Disk struct {
	safe    string // the directory: what is on the disk
	pending string // beside it: the files, by number, whether they have a safe name or not
	at      string
	server  *fuse.Server // nil while there is no power

	mu    sync.Mutex
	root  *dir
	files []*file // in the order of their numbers
	next  uint64  // number of the next file or directory
	room  int64   // bytes of the disk
	used  int64   // bytes that files take
	syncs int64
}

// plenty is the room of a disk of which nothing else was said.
const plenty = 1 << 40

// Usable says why there can be no such disk on this machine: it takes root and
// /dev/fuse.
func Usable() error {
	f, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("a disk that loses its power needs /dev/fuse: %w", err)
	}
	if os.Geteuid() != 0 {
		err = errors.New("a disk that loses its power is mounted by root")
	}
	return errors.Join(err, f.Close())
}

// Open mounts the disk whose content is in the directory safe; both are made where
// they are missing.
func Open(safe, at string) (*Disk, error) {
	d := &Disk{safe: safe, pending: safe + ".pending", at: at, room: plenty}
	if err := errors.Join(os.MkdirAll(safe, 0o700), os.MkdirAll(at, 0o700)); err != nil {
		return nil, err
	}
	return d, d.Mount()
}

// At is where the disk is mounted.
func (d *Disk) At() string { return d.at }

// Safe is the directory with what is on the disk.
func (d *Disk) Safe() string { return d.safe }

// hour is how long the kernel may believe what it was told: nobody else changes
// anything.
var hour = time.Hour

// Mount gives it power: programs see what is in the directory.
func (d *Disk) Mount() error {
	if d.server != nil {
		return errors.New("the disk has power")
	}
	if err := d.scan(); err != nil {
		return fmt.Errorf("read the disk: %w", err)
	}
	server, err := fusefs.Mount(d.at, &dirNode{disk: d, dir: d.root}, &fusefs.Options{
		EntryTimeout: &hour, AttrTimeout: &hour,
		MountOptions: fuse.MountOptions{DirectMountStrict: true, FsName: "powercut", Name: "powercut", DisableXAttrs: true},
	})
	if err != nil {
		return fmt.Errorf("mount %s: %w", d.at, err)
	}
	d.server = server
	return nil
}

// scan reads the directory anew.
func (d *Disk) scan() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := errors.Join(os.RemoveAll(d.pending), os.Mkdir(d.pending, 0o700)); err != nil {
		return err
	}
	d.files, d.next, d.used = nil, 1, 0
	d.root = d.newDir(d.safe)
	return d.root.scan(d)
}

func (p *dir) scan(d *Disk) error {
	list, err := os.ReadDir(p.path)
	if err != nil {
		return err
	}
	for _, e := range list {
		path := filepath.Join(p.path, e.Name())
		var n node
		switch {
		case e.IsDir():
			sub := d.newDir(path)
			if err := sub.scan(d); err != nil {
				return err
			}
			n = sub
		case e.Type().IsRegular():
			f, err := d.openFile(path)
			if err != nil {
				return err
			}
			n = f
		default:
			return fmt.Errorf("%s is neither a file nor a directory", path)
		}
		p.now[e.Name()], p.kept[e.Name()] = n, n
	}
	return nil
}

// number gives the next file or directory its number.
func (d *Disk) number() uint64 {
	d.next++
	return d.next
}

// stored is where a file is while the disk has power.
func (d *Disk) stored(f *file) string {
	return filepath.Join(d.pending, strconv.FormatUint(f.ino, 10))
}

// openFile takes a file that is in the directory.
func (d *Disk) openFile(path string) (*file, error) {
	f := &file{ino: d.number(), names: 1, pages: map[int64]*page{}}
	if err := os.Link(path, d.stored(f)); err != nil {
		return nil, err
	}
	s, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	fi, err := s.Stat()
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	f.store, f.mode, f.size, f.floor, f.stored = s, uint32(fi.Mode().Perm()), fi.Size(), fi.Size(), fi.Size()
	d.used += blocks(f.size) * pageSize
	d.files = append(d.files, f)
	return f, nil
}

// Lost is what a cut took.
type Lost struct {
	Pages, KeptPages int // of 4 KiB, written and not synced
	Names, KeptNames int // made, renamed, removed in a directory that was not synced
}

// Cut takes the power away, and Mount gives it back. What was not synced is
// forgotten; where rnd is not nil, a random part of it is on the disk. The programs
// that use the disk must be dead.
func (d *Disk) Cut(rnd *rand.Rand) (Lost, error) {
	var lost Lost
	if err := d.unmount(); err != nil {
		return lost, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	keep := func() bool { return false }
	if rnd != nil {
		odds := 1 + rnd.IntN(9) // of ten
		keep = func() bool { return rnd.IntN(10) < odds }
	}
	var err error
	for _, f := range d.files {
		err = errors.Join(err, f.cut(keep, &lost))
	}
	err = errors.Join(err, d.root.cut(d, keep, &lost))
	return lost, errors.Join(err, d.drop())
}

// Close takes the disk away in order: everything is written first.
func (d *Disk) Close() error {
	if err := d.unmount(); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	var err error
	for _, f := range d.files {
		err = errors.Join(err, f.sync())
	}
	return errors.Join(err, d.root.syncAll(d), d.drop())
}

func (d *Disk) unmount() error {
	if d.server == nil {
		return errors.New("the disk has no power")
	}
	if err := d.server.Unmount(); err != nil {
		return fmt.Errorf("unmount %s: %w", d.at, err)
	}
	d.server = nil
	return nil
}

// drop forgets what was in memory.
func (d *Disk) drop() (err error) {
	for _, f := range d.files {
		err = errors.Join(err, f.store.Close())
	}
	d.root, d.files = nil, nil
	return errors.Join(err, os.RemoveAll(d.pending))
}

// Abandon takes the disk away however it is, for the end of a test that failed.
func (d *Disk) Abandon() {
	if d.server != nil {
		_ = syscall.Unmount(d.at, syscall.MNT_DETACH) // it may be gone
	}
	_ = os.RemoveAll(d.pending) // what is left was wanted by nobody
}

// SetRoom says how many bytes may still be written; negative: as many as anybody
// wants.
func (d *Disk) SetRoom(free int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.room = plenty; free >= 0 {
		d.room = d.used + free
	}
}

// Room is how many bytes may still be written.
func (d *Disk) Room() int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return max(0, d.room-d.used)
}

// Syncs is how often a file or a directory was fsynced since Open.
func (d *Disk) Syncs() int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.syncs
}

// sorted are the names of a directory, in order, so that a seed repeats a cut.
func sorted[V any](m map[string]V) []string {
	list := make([]string, 0, len(m))
	for name := range m {
		list = append(list, name)
	}
	slices.SortFunc(list, cmp.Compare[string])
	return list
}

// errno is the number of an error of the directory below.
func errno(err error) syscall.Errno {
	var no syscall.Errno
	switch {
	case err == nil:
		return 0
	case errors.As(err, &no):
		return no
	case errors.Is(err, fs.ErrNotExist):
		return syscall.ENOENT
	}
	return syscall.EIO
}
