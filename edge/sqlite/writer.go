package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/tyngo/tyngo/sync/fault"
)

// idleAfter is how long nothing was written when the caches of pages are given back.
const idleAfter = 10 * time.Second

// shrink gives back the memory of the caches, and what Go holds and does not use: after a
// rush an appliance is small again. The next one finds its pages in the memory of the kernel.
func (db *DB) shrink(w *writer) {
	const give = "PRAGMA shrink_memory"
	if w != nil {
		_ = w.exec(give) // memory that stays is no loss
	}
	for range cap(db.readers) {
		select {
		case r := <-db.readers:
			_, _ = exec(&r.stmts, give)
			db.readers <- r
		default:
		}
	}
	debug.FreeOSMemory()
}

// groupMax is how many closures may share one COMMIT.
const groupMax = 64

// request is one caller of Update.
type request struct {
	ctx  context.Context
	fn   func(*Tx) error
	done chan error
}

// Update runs fn in a transaction and answers when it is on the disk, or not
// done, or nobody knows (fault.Unknown).
//
// fn may run twice: it must write no variable that it did not reset, and hand
// its result over by assigning it whole. ctx is looked at before fn starts and
// never again. A panic of fn rolls fn back and goes on in the caller.
func (db *DB) Update(ctx context.Context, fn func(*Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r := &request{ctx: ctx, fn: fn, done: make(chan error, 1)}
	db.stats.Waiting.Add(1)
	defer db.stats.Waiting.Add(-1)
	select {
	case db.queue <- r:
	case <-ctx.Done():
		return ctx.Err()
	case <-db.quit:
		return errClosing
	case <-db.done:
		return errClosing
	}
	err := <-r.done
	if p := (*panicked)(nil); errors.As(err, &p) {
		panic(p)
	}
	return err
}

var errClosing = fault.New(fault.Unavailable, "stopping", "The box is stopping. Nothing was done; try again in a moment.")

// panicked carries a closure's panic to its caller.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v\n%s", p.value, p.stack) }

// writer is the one connection that writes.
type writer struct {
	pool   *sql.DB
	conn   *sql.Conn
	stmts  statements
	pages  int // written since the WAL was moved
	kept   *kept
	memory map[string]any // what Keep kept: as it was committed
	keys   []string       // that this transaction forgot
}

func (w *writer) forget(key string) {
	w.keys = append(w.keys, key)
	delete(w.memory, key)
	w.kept.forget(key)
}

// settle is the end of a transaction.
func (w *writer) settle() {
	if len(w.keys) > 0 {
		w.kept.settle(w.keys)
		w.keys = w.keys[:0]
	}
}

func (db *DB) openWriter() (*writer, error) {
	pool, conn, err := single(context.Background(), db.writerDSN())
	if err != nil {
		return nil, err
	}
	w := &writer{pool: pool, conn: conn, stmts: statements{conn: conn}, kept: &db.kept, memory: map[string]any{}}
	db.moving.Lock()
	_, err = conn.ExecContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)")
	db.moving.Unlock()
	if full(err) { // the WAL stays as it is and is moved when there is room
		db.log.Warn("no room to move the WAL into the file", "err", err)
		err = nil
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("checkpoint: %w", err), w.close())
	}
	db.kept.drop()
	return w, nil
}

func (w *writer) close() error { return errors.Join(w.stmts.close(), closeAll(w.conn, w.pool)) }

func (w *writer) exec(query string) error {
	st, err := w.stmts.get(query)
	if err == nil {
		_, err = st.ExecContext(context.Background())
	}
	return err
}

// write is the writer goroutine: it takes what waits, commits once, answers all.
func (db *DB) write(w *writer) {
	defer close(db.done)
	group := make([]*request, 0, groupMax)
	idle := time.NewTimer(idleAfter)
	defer idle.Stop()
	for {
		group = group[:0]
		select {
		case <-idle.C: // and not again before something was written
			db.shrink(w)
			continue
		case r := <-db.queue:
			group = append(group, r)
		case <-db.quit:
			if w != nil {
				if err := w.close(); err != nil {
					db.log.Error("close writer", "err", err)
				}
			}
			return
		}
		idle.Reset(idleAfter)
	gather:
		for len(group) < groupMax {
			select {
			case r := <-db.queue:
				group = append(group, r)
			default:
				break gather
			}
		}
		w = db.run(w, group)
	}
}

// run commits one group and returns the writer to go on with, nil where none
// could be opened.
func (db *DB) run(w *writer, group []*request) *writer {
	if w == nil {
		var err error
		if w, err = db.openWriter(); err != nil {
			db.failed.Store(&err)
			answer(group, fault.Wrap(err, fault.Unavailable, "storage_failed", "The box cannot write to its disk. Nothing was done. Call the engineer."))
			return nil
		}
		db.failed.Store(nil)
	}
	errs, offender, broken := db.together(w, group)
	switch {
	case broken == nil:
		for i, r := range group {
			r.done <- errs[i]
		}
		db.moved(w)
		return w
	case offender == unknownCommit:
		db.stats.Unknown.Add(1)
		db.log.Error("commit", "err", broken, "callers", len(group))
		for i, r := range group { // a closure's own error stays: it was rolled back before
			if errs[i] == nil {
				errs[i] = unknown(broken)
			}
			r.done <- errs[i]
		}
		return db.reopen(w)
	}
	db.log.Warn("group abandoned", "err", broken, "callers", len(group))
	if full(broken) {
		db.reserve.free()
	}
	for i, r := range group {
		if i == offender && !full(broken) {
			r.done <- db.notDone(broken)
			continue
		}
		w = db.alone(w, r)
	}
	return w
}

// Who broke a transaction, where it was no closure.
const (
	unknownCommit = -1 // a COMMIT that failed and did not meet a full disk
	nobody        = -2 // BEGIN failed, or COMMIT met a full disk: certainly not done
)

// together runs a group in one transaction. broken is nil where it was committed
// or had nothing to commit; otherwise the transaction is gone and offender says
// whose fault it was.
func (db *DB) together(w *writer, group []*request) (errs []error, offender int, broken error) {
	defer w.settle()
	errs = make([]error, len(group))
	if err := w.exec("BEGIN IMMEDIATE"); err != nil {
		return errs, nobody, err
	}
	good := int64(0)
	for i, r := range group {
		if errs[i] = r.ctx.Err(); errs[i] != nil {
			continue
		}
		if db.twice {
			if broken = w.rehearse(r.fn); broken != nil {
				w.rollback()
				return errs, i, broken
			}
		}
		if errs[i], broken = w.closure(r.fn, len(group) > 1); broken != nil {
			w.rollback()
			return errs, i, broken
		}
		if errs[i] == nil {
			good++
		} else if len(group) == 1 {
			w.rollback()
			return errs, 0, nil
		}
	}
	if good == 0 {
		w.rollback()
		return errs, 0, nil
	}
	if err := w.exec("COMMIT"); err != nil {
		if full(err) {
			w.rollback()
			return errs, nobody, err
		}
		return errs, unknownCommit, err
	}
	db.stats.Commits.Add(1)
	db.stats.Updates.Add(good)
	return errs, 0, nil
}

// closure runs fn, in a savepoint where others share the transaction. own is
// the closure's error, rolled back alone; broken means that the transaction is
// lost for all.
func (w *writer) closure(fn func(*Tx) error, shared bool) (own, broken error) {
	if shared {
		if err := w.exec("SAVEPOINT c"); err != nil {
			return nil, err
		}
	}
	tx := newTx(w)
	own = guard(tx, fn)
	if tx.broken != nil {
		return nil, tx.broken
	}
	if !shared {
		return own, nil
	}
	if own != nil {
		if err := w.exec("ROLLBACK TO c"); err != nil {
			return nil, err
		}
	}
	return own, w.exec("RELEASE c")
}

// rehearse runs fn and takes it back.
func (w *writer) rehearse(fn func(*Tx) error) error {
	if err := w.exec("SAVEPOINT r"); err != nil {
		return err
	}
	tx := newTx(w)
	_ = guard(tx, fn)
	if tx.broken != nil {
		return tx.broken
	}
	if err := w.exec("ROLLBACK TO r"); err != nil {
		return err
	}
	return w.exec("RELEASE r")
}

// guard runs fn and turns its panic into an error for the caller.
func guard(tx *Tx, fn func(*Tx) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &panicked{v, debug.Stack()}
		}
		tx.end()
	}()
	return fn(tx)
}

// rollback ends the transaction; SQLite may have ended it by itself.
func (w *writer) rollback() { _ = w.exec("ROLLBACK") }

// alone runs one closure in a transaction of its own, after its group was
// abandoned, and answers it.
func (db *DB) alone(w *writer, r *request) *writer {
	db.stats.Retries.Add(1)
	if w == nil {
		r.done <- unknownStorage
		return nil
	}
	errs, offender, broken := db.together(w, []*request{r})
	if full(broken) && db.reserve.free() {
		errs, offender, broken = db.together(w, []*request{r})
	}
	switch {
	case broken == nil:
		r.done <- errs[0]
	case offender == unknownCommit:
		db.stats.Unknown.Add(1)
		r.done <- unknown(broken)
		return db.reopen(w)
	default:
		r.done <- db.notDone(broken)
	}
	return w
}

// reopen closes a writer that cannot be trusted and opens another.
func (db *DB) reopen(w *writer) *writer {
	if err := w.close(); err != nil {
		db.log.Error("close writer", "err", err)
	}
	w, err := db.openWriter()
	if err != nil {
		db.failed.Store(&err)
		db.log.Error("reopen writer", "err", err)
		return nil
	}
	return w
}

func answer(group []*request, err error) {
	for _, r := range group {
		r.done <- err
	}
}
