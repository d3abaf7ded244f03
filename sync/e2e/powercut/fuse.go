package powercut

import (
	"context"
	"os"
	"path/filepath"
	"syscall"

	fusefs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// dirNode and fileNode are what the kernel asks.
type dirNode struct {
	fusefs.Inode
	disk *Disk
	dir  *dir
}

type fileNode struct {
	fusefs.Inode
	disk *Disk
	file *file
}

// What the kernel may ask of a directory, and of a file.
var (
	_ interface {
		fusefs.NodeLookuper
		fusefs.NodeReaddirer
		fusefs.NodeCreater
		fusefs.NodeMkdirer
		fusefs.NodeUnlinker
		fusefs.NodeRmdirer
		fusefs.NodeRenamer
		fusefs.NodeFsyncer
		fusefs.NodeGetattrer
		fusefs.NodeSetattrer
		fusefs.NodeStatfser
	} = (*dirNode)(nil)
	_ interface {
		fusefs.NodeOpener
		fusefs.NodeReleaser
		fusefs.NodeReader
		fusefs.NodeWriter
		fusefs.NodeFsyncer
		fusefs.NodeGetattrer
		fusefs.NodeSetattrer
		fusefs.NodeAllocater
		fusefs.NodeStatfser
	} = (*fileNode)(nil)
)

// inode is the kernel's name of a file or directory.
func (x *dirNode) inode(ctx context.Context, n node, out *fuse.EntryOut) *fusefs.Inode {
	switch n := n.(type) {
	case *file:
		n.attr(&out.Attr)
		return x.NewInode(ctx, &fileNode{disk: x.disk, file: n}, fusefs.StableAttr{Mode: syscall.S_IFREG, Ino: n.ino})
	case *dir:
		out.Mode = 0o700
		return x.NewInode(ctx, &dirNode{disk: x.disk, dir: n}, fusefs.StableAttr{Mode: syscall.S_IFDIR, Ino: n.ino})
	}
	return nil
}

func (f *file) attr(out *fuse.Attr) {
	out.Mode, out.Size, out.Blocks, out.Blksize, out.Nlink = f.mode, uint64(f.size), uint64(blocks(f.size)*(pageSize/512)), pageSize, uint32(f.names)
}

func (x *dirNode) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*fusefs.Inode, syscall.Errno) {
	x.disk.mu.Lock()
	defer x.disk.mu.Unlock()
	n := x.dir.now[name]
	if n == nil {
		return nil, syscall.ENOENT
	}
	return x.inode(ctx, n, out), 0
}

func (x *dirNode) Readdir(context.Context) (fusefs.DirStream, syscall.Errno) {
	x.disk.mu.Lock()
	defer x.disk.mu.Unlock()
	var list []fuse.DirEntry
	for _, name := range sorted(x.dir.now) {
		switch n := x.dir.now[name].(type) {
		case *file:
			list = append(list, fuse.DirEntry{Name: name, Mode: syscall.S_IFREG, Ino: n.ino})
		case *dir:
			list = append(list, fuse.DirEntry{Name: name, Mode: syscall.S_IFDIR, Ino: n.ino})
		}
	}
	return fusefs.NewListDirStream(list), 0
}

func (x *dirNode) Create(ctx context.Context, name string, _, mode uint32, out *fuse.EntryOut) (*fusefs.Inode, fusefs.FileHandle, uint32, syscall.Errno) {
	x.disk.mu.Lock()
	defer x.disk.mu.Unlock()
	if x.dir.now[name] != nil {
		return nil, nil, 0, syscall.EEXIST
	}
	f := &file{ino: x.disk.number(), mode: mode & 0o777, names: 1, handles: 1, pages: map[int64]*page{}}
	var err error
	if f.store, err = os.OpenFile(x.disk.stored(f), os.O_CREATE|os.O_EXCL|os.O_RDWR, os.FileMode(f.mode)); err != nil {
		return nil, nil, 0, errno(err)
	}
	x.disk.files = append(x.disk.files, f)
	x.dir.set(x.disk, name, f, "")
	return x.inode(ctx, f, out), f, 0, 0
}

func (x *dirNode) Mkdir(ctx context.Context, name string, _ uint32, out *fuse.EntryOut) (*fusefs.Inode, syscall.Errno) {
	x.disk.mu.Lock()
	defer x.disk.mu.Unlock()
	if x.dir.now[name] != nil {
		return nil, syscall.EEXIST
	}
	sub := x.disk.newDir(filepath.Join(x.dir.path, name))
	x.dir.set(x.disk, name, sub, "")
	return x.inode(ctx, sub, out), 0
}

func (x *dirNode) Unlink(_ context.Context, name string) syscall.Errno {
	x.disk.mu.Lock()
	defer x.disk.mu.Unlock()
	if x.dir.now[name] == nil {
		return syscall.ENOENT
	}
	x.dir.set(x.disk, name, nil, "")
	return 0
}

func (x *dirNode) Rmdir(_ context.Context, name string) syscall.Errno {
	x.disk.mu.Lock()
	defer x.disk.mu.Unlock()
	sub, ok := x.dir.now[name].(*dir)
	switch {
	case !ok:
		return syscall.ENOTDIR
	case len(sub.now) > 0:
		return syscall.ENOTEMPTY
	}
	x.dir.set(x.disk, name, nil, "")
	return 0
}

func (x *dirNode) Rename(_ context.Context, name string, parent fusefs.InodeEmbedder, to string, flags uint32) syscall.Errno {
	x.disk.mu.Lock()
	defer x.disk.mu.Unlock()
	there, ok := parent.(*dirNode)
	f, isFile := x.dir.now[name].(*file)
	_, onto := x.dir.now[to].(*dir)
	switch {
	case flags != 0:
		return syscall.EINVAL
	case !ok || there.dir != x.dir || !isFile:
		return syscall.EXDEV
	case onto:
		return syscall.EISDIR
	case name != to:
		x.dir.set(x.disk, to, f, name)
	}
	return 0
}

func (x *dirNode) Fsync(context.Context, fusefs.FileHandle, uint32) syscall.Errno {
	x.disk.mu.Lock()
	defer x.disk.mu.Unlock()
	x.disk.syncs++
	return errno(x.dir.sync(x.disk))
}

func (x *dirNode) Getattr(_ context.Context, _ fusefs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	out.Mode = 0o700
	return 0
}

func (x *dirNode) Setattr(_ context.Context, _ fusefs.FileHandle, _ *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	out.Mode = 0o700 // it is its owner's, whatever somebody says
	return 0
}

func (x *dirNode) Statfs(_ context.Context, out *fuse.StatfsOut) syscall.Errno {
	return x.disk.statfs(out)
}

func (x *fileNode) Statfs(_ context.Context, out *fuse.StatfsOut) syscall.Errno {
	return x.disk.statfs(out)
}

func (d *Disk) statfs(out *fuse.StatfsOut) syscall.Errno {
	d.mu.Lock()
	defer d.mu.Unlock()
	free := uint64(max(0, d.room-d.used) / pageSize)
	out.Bsize, out.Frsize, out.NameLen = pageSize, pageSize, 255
	out.Blocks, out.Bfree, out.Bavail = uint64(d.room/pageSize), free, free
	out.Files, out.Ffree = 1<<20, 1<<19
	return 0
}

func (x *fileNode) Open(context.Context, uint32) (fusefs.FileHandle, uint32, syscall.Errno) {
	x.disk.mu.Lock()
	defer x.disk.mu.Unlock()
	x.file.handles++
	return x.file, fuse.FOPEN_KEEP_CACHE, 0
}

func (x *fileNode) Release(context.Context, fusefs.FileHandle) syscall.Errno {
	x.disk.mu.Lock()
	defer x.disk.mu.Unlock()
	x.file.handles--
	x.file.free(x.disk)
	return 0
}

func (x *fileNode) Read(_ context.Context, _ fusefs.FileHandle, dest []byte, off int64) (fuse.ReadResult, syscall.Errno) {
	x.disk.mu.Lock()
	defer x.disk.mu.Unlock()
	n, err := x.file.read(dest, off)
	return fuse.ReadResultData(dest[:n]), errno(err)
}

func (x *fileNode) Write(_ context.Context, _ fusefs.FileHandle, data []byte, off int64) (uint32, syscall.Errno) {
	x.disk.mu.Lock()
	defer x.disk.mu.Unlock()
	if err := x.file.write(x.disk, data, off); err != nil {
		return 0, errno(err)
	}
	return uint32(len(data)), 0
}

func (x *fileNode) Fsync(context.Context, fusefs.FileHandle, uint32) syscall.Errno {
	x.disk.mu.Lock()
	defer x.disk.mu.Unlock()
	x.disk.syncs++
	return errno(x.file.sync())
}

func (x *fileNode) Getattr(_ context.Context, _ fusefs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	x.disk.mu.Lock()
	defer x.disk.mu.Unlock()
	x.file.attr(&out.Attr)
	return 0
}

func (x *fileNode) Setattr(_ context.Context, _ fusefs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	x.disk.mu.Lock()
	defer x.disk.mu.Unlock()
	if mode, ok := in.GetMode(); ok {
		x.file.mode = mode & 0o777
	}
	if size, ok := in.GetSize(); ok {
		if err := x.file.truncate(x.disk, int64(size)); err != nil {
			return errno(err)
		}
	}
	x.file.attr(&out.Attr)
	return 0
}

func (x *fileNode) Allocate(_ context.Context, _ fusefs.FileHandle, off, size uint64, mode uint32) syscall.Errno {
	x.disk.mu.Lock()
	defer x.disk.mu.Unlock()
	if mode != 0 {
		return syscall.EOPNOTSUPP
	}
	return errno(x.file.grow(x.disk, int64(off+size)))
}
