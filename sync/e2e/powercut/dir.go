package powercut

import (
	"errors"
	"os"
	"path/filepath"
)

// node is a *file or a *dir.
type node any

// dir is a directory that programs see; its disk has the lock.
type dir struct {
	ino  uint64
	path string          // on the disk, where it is one day
	now  map[string]node // that programs see
	kept map[string]node // as of the last sync
	ops  []op            // since then
}

// op is one change of a directory.
type op struct {
	name string
	is   node   // what the name stands for now; nil: nothing
	from string // the name that it had before; empty: none
}

func (d *Disk) newDir(path string) *dir {
	return &dir{ino: d.number(), path: path, now: map[string]node{}, kept: map[string]node{}}
}

// set changes what a name stands for; nil takes it away.
func (p *dir) set(d *Disk, name string, n node, from string) {
	if old, ok := p.now[name].(*file); ok && old != n {
		old.names--
		old.free(d)
	}
	if from != "" {
		delete(p.now, from)
	}
	if n == nil {
		delete(p.now, name)
	} else {
		p.now[name] = n
	}
	p.ops = append(p.ops, op{name, n, from})
}

// sync puts the names on the disk, not the files.
func (p *dir) sync(d *Disk) (err error) {
	for _, o := range p.ops {
		err = errors.Join(err, p.apply(d, o))
	}
	p.ops = nil
	return err
}

// apply puts one change on the disk. It may be the only one of several.
func (p *dir) apply(d *Disk, o op) error {
	if o.from != "" && p.kept[o.from] == o.is {
		if err := p.take(o.from); err != nil {
			return err
		}
	}
	if o.is == nil {
		return p.take(o.name)
	}
	return p.place(d, o.name, o.is)
}

// there reports whether the directory itself is on the disk.
func (p *dir) there() bool {
	_, err := os.Stat(p.path)
	return err == nil
}

func (p *dir) take(name string) error {
	delete(p.kept, name)
	if !p.there() {
		return nil
	}
	return os.RemoveAll(filepath.Join(p.path, name))
}

func (p *dir) place(d *Disk, name string, n node) error {
	p.kept[name] = n
	if !p.there() {
		return nil
	}
	path := filepath.Join(p.path, name)
	switch n := n.(type) {
	case *file:
		return errors.Join(os.RemoveAll(path), os.Link(d.stored(n), path))
	case *dir:
		err := os.Mkdir(path, 0o700)
		for _, name := range sorted(n.kept) { // it was synced before its parent
			err = errors.Join(err, n.place(d, name, n.kept[name]))
		}
		return err
	}
	return nil
}

// cut forgets the changes that were not synced, but for what keep keeps.
func (p *dir) cut(d *Disk, keep func() bool, lost *Lost) (err error) {
	for _, o := range p.ops {
		if keep() {
			lost.KeptNames++
			err = errors.Join(err, p.apply(d, o))
		} else {
			lost.Names++
		}
	}
	return errors.Join(err, p.below(func(sub *dir) error { return sub.cut(d, keep, lost) }))
}

func (p *dir) syncAll(d *Disk) error {
	return errors.Join(p.sync(d), p.below(func(sub *dir) error { return sub.syncAll(d) }))
}

// below calls fn for every directory in this one that is on the disk.
func (p *dir) below(fn func(*dir) error) (err error) {
	for _, name := range sorted(p.kept) {
		if sub, ok := p.kept[name].(*dir); ok {
			err = errors.Join(err, fn(sub))
		}
	}
	return err
}
