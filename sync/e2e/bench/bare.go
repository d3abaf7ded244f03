package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/tyngo/tyngo/sync/id"
)

// bare is the limit of the engine: the rows that an order leaves behind, captured
// from a box, written again by group commit with nothing around it. No command is
// recognised, no menu read, no fact encoded or chained, no row written twice. It
// has the box's settings, its schema, its savepoint for each caller, prepared
// statements, and 64 callers at most in one commit.
type bare struct {
	pool   *sql.DB
	conn   *sql.Conn
	stmts  map[string]*sql.Stmt
	leave  []leaving
	queue  chan *bareOp
	done   chan struct{}
	seq    int64
	number map[string]int64
}

// leaving is what one order left.
type leaving struct {
	rows  []bareRow
	first int64 // seq of its first fact
	facts int64
}

type bareRow struct {
	query string
	table string
	cols  []string
	args  []any
}

// bareOp is what one caller writes.
type bareOp struct {
	write func() error
	done  chan error
}

const bareDSN = "?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)" +
	"&_pragma=temp_store(MEMORY)&_defensive=1&_dqs=0&_pragma=wal_autocheckpoint(1000)&_pragma=journal_size_limit(67108864)&_pragma=cache_size(-8000)&_txlock=immediate"

// leavings reads what the orders of a box that is not running left.
func leavings(ctx context.Context, path string) (list []leaving, err error) {
	db, err := sql.Open("sqlite", dsn(path))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	checks, err := table(ctx, db, "guest_check", "ORDER BY opened_seq")
	if err != nil {
		return nil, err
	}
	for _, check := range checks {
		l := leaving{rows: []bareRow{check}, first: check.at("opened_seq").(int64)}
		var command []byte
		if err := db.QueryRowContext(ctx, "SELECT command FROM journal WHERE seq = ?", l.first).Scan(&command); err != nil {
			return nil, err
		}
		for _, part := range []struct {
			name, where string
			arg         any
		}{
			{"check_line", "WHERE check_seq = ? ORDER BY n", l.first}, {"ticket", "WHERE check_seq = ? ORDER BY seq", l.first},
			{"print_job", "WHERE check_id = ? ORDER BY seq", check.at("id")}, {"journal", "WHERE command = ? ORDER BY seq", command},
			{"receipt", "WHERE command = ?", command},
		} {
			rows, err := table(ctx, db, part.name, part.where, part.arg)
			if err != nil {
				return nil, err
			}
			if part.name == "journal" {
				l.facts = int64(len(rows))
			}
			l.rows = append(l.rows, rows...)
		}
		list = append(list, l)
	}
	if len(list) == 0 {
		err = errors.New("no orders to take rows from")
	}
	return list, err
}

func dsn(path string) string { return "file:" + (&url.URL{Path: path}).EscapedPath() + bareDSN }

func table(ctx context.Context, db *sql.DB, name, rest string, args ...any) (list []bareRow, err error) {
	rows, err := db.QueryContext(ctx, `SELECT * FROM `+name+` `+rest, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	cols, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	query := fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", name, strings.Join(cols, ", "), strings.TrimSuffix(strings.Repeat("?, ", len(cols)), ", "))
	for rows.Next() {
		r := bareRow{query, name, cols, make([]any, len(cols))}
		into := make([]any, len(cols))
		for i := range into {
			into[i] = &r.args[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, rows.Err()
}

func (r bareRow) at(col string) any {
	for i, c := range r.cols {
		if c == col {
			return r.args[i]
		}
	}
	return nil
}

// openBare opens a copy of the box's database for bare commits.
func openBare(ctx context.Context, path string, leave []leaving) (*bare, error) {
	b := &bare{stmts: map[string]*sql.Stmt{}, leave: leave, queue: make(chan *bareOp), done: make(chan struct{}), number: map[string]int64{}}
	var err error
	if b.pool, err = sql.Open("sqlite", dsn(path)); err != nil {
		return nil, err
	}
	if b.conn, err = b.pool.Conn(ctx); err != nil {
		return nil, errors.Join(err, b.pool.Close())
	}
	err = b.conn.QueryRowContext(ctx, "SELECT max(seq) FROM journal").Scan(&b.seq)
	for _, name := range []string{"guest_check", "ticket"} {
		var n sql.NullInt64
		err = errors.Join(err, b.conn.QueryRowContext(ctx, "SELECT max(number) FROM "+name).Scan(&n))
		b.number[name] = n.Int64
	}
	if err != nil {
		return nil, errors.Join(err, b.conn.Close(), b.pool.Close())
	}
	go b.write()
	return b, nil
}

func (b *bare) close() error {
	close(b.queue)
	<-b.done
	var err error
	for _, st := range b.stmts {
		err = errors.Join(err, st.Close())
	}
	return errors.Join(err, b.conn.Close(), b.pool.Close())
}

// do writes what the n-th order left once more, under this command and new keys.
func (b *bare) do(n int, command id.Command) error {
	return b.ask(func() error { return b.order(b.leave[n%len(b.leave)], command) })
}

// ask has something written, together with what others ask for.
func (b *bare) ask(write func() error) error {
	op := &bareOp{write, make(chan error, 1)}
	b.queue <- op
	return <-op.done
}

func (b *bare) write() {
	defer close(b.done)
	var group []*bareOp
	for op := range b.queue {
		group = append(group[:0], op)
	gather:
		for len(group) < 64 {
			select {
			case more, ok := <-b.queue:
				if !ok {
					break gather
				}
				group = append(group, more)
			default:
				break gather
			}
		}
		err := b.commit(group)
		for _, op := range group {
			op.done <- err
		}
	}
}

func (b *bare) commit(group []*bareOp) error {
	if err := b.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for _, op := range group {
		if len(group) > 1 {
			if err := b.exec("SAVEPOINT c"); err != nil {
				return err
			}
		}
		if err := op.write(); err != nil {
			return errors.Join(err, b.exec("ROLLBACK"))
		}
		if len(group) > 1 {
			if err := b.exec("RELEASE c"); err != nil {
				return err
			}
		}
	}
	return b.exec("COMMIT")
}

func (b *bare) exec(query string, args ...any) error {
	st, ok := b.stmts[query]
	if !ok {
		var err error
		if st, err = b.conn.PrepareContext(context.Background(), query); err != nil {
			return err
		}
		b.stmts[query] = st
	}
	_, err := st.ExecContext(context.Background(), args...)
	return err
}

func (b *bare) order(l leaving, command id.Command) error {
	shift := b.seq + 1 - l.first
	check := uuid()
	ticket := ""
	for _, r := range l.rows {
		args := make([]any, len(r.args))
		copy(args, r.args)
		for i, c := range r.cols {
			switch c {
			case "seq", "opened_seq", "changed_seq", "check_seq":
				args[i] = args[i].(int64) + shift
			case "number":
				b.number[r.table]++
				args[i] = b.number[r.table]
			case "command":
				args[i] = command.Bytes()
			case "check_id":
				args[i] = check
			case "ticket":
				args[i] = ticket
			case "id":
				switch r.table {
				case "guest_check":
					args[i] = check
				case "journal":
					fresh := id.New[id.Event]()
					args[i] = fresh.Bytes()
				default:
					args[i] = uuid()
				}
				if r.table == "ticket" {
					ticket = args[i].(string)
				}
			}
		}
		if err := b.exec(r.query, args...); err != nil {
			return fmt.Errorf("write %s: %w", r.table, err)
		}
	}
	b.seq += l.facts
	return nil
}

func uuid() string {
	var raw [16]byte
	rand.Read(raw[:])
	return id.From[id.Order](raw).String()
}
