package main

import (
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // to look into the files of dead programs
)

// look is what a database holds, as somebody reads it who has none of our code but
// the rules of the chain.
type look struct {
	box    []byte // whose facts
	last   int64
	digest [sha256.Size]byte
	body   [sha256.Size]byte   // SHA-256 of the last fact alone
	orders map[string]bool     // of a box
	chain  [][sha256.Size]byte // D(1), D(2), …, as far as this look followed it
}

// begins reports whether the facts of this look begin with those of another.
func (l *look) begins(with *look) bool {
	return with.last == 0 || with.last <= int64(len(l.chain)) && l.chain[with.last-1] == with.digest
}

// open copies a database of a dead program, with its WAL, and opens the copy: a
// look changes nothing.
func (s *stage) open(dir, name string) (*sql.DB, error) {
	to := filepath.Join(s.dir, "look")
	if err := errors.Join(os.RemoveAll(to), os.Mkdir(to, 0o700)); err != nil {
		return nil, err
	}
	for _, suffix := range []string{"", "-wal", "-journal"} {
		if err := copyFile(filepath.Join(dir, name+suffix), filepath.Join(to, name+suffix)); err != nil && (suffix == "" || !errors.Is(err, fs.ErrNotExist)) {
			return nil, err
		}
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(to, name))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	var said string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&said); err != nil || said != "ok" {
		return nil, errors.Join(fmt.Errorf("integrity_check of %s: %s %w", name, said, err), db.Close())
	}
	return db, nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// What a chain is followed through: from a fact on, of a box.
const (
	boxChain   = "SELECT seq, body, dg FROM journal WHERE seq >= ?1 AND length(?2) > 0 ORDER BY seq"
	cloudChain = "SELECT seq, body, dg FROM event WHERE seq >= ?1 AND box = ?2 ORDER BY seq"
)

// lookBox checks the database of a dead box. The chain is followed from where the
// last look ended; from the first fact on where there was none.
func (s *stage) lookBox(dir string, last *look) (l *look, err error) {
	db, err := s.open(dir, "box.db")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var box []byte
	if err := db.QueryRow("SELECT id FROM box").Scan(&box); err != nil {
		return nil, fmt.Errorf("read the box: %w", err)
	}
	if l, err = follow(db, box, last, boxChain); err != nil {
		return nil, fmt.Errorf("the box: %w", err)
	}
	rows, err := db.Query("SELECT id FROM guest_check")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	l.orders = map[string]bool{}
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		l.orders[id] = true
	}
	return l, rows.Err()
}

// lookCloud is lookBox of what head office has of a box; nil: of the only one.
func (s *stage) lookCloud(dir string, of []byte, last *look) (l *look, err error) {
	db, err := s.open(dir, "cloud.db")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var box, digest []byte
	var end int64
	switch err := db.QueryRow("SELECT box, last_seq, dg FROM stream WHERE ?1 IS NULL OR box = ?1", of).Scan(&box, &end, &digest); {
	case errors.Is(err, sql.ErrNoRows): // nothing came yet
		return &look{}, nil
	case err != nil:
		return nil, fmt.Errorf("read the stream: %w", err)
	}
	if l, err = follow(db, box, last, cloudChain); err != nil {
		return nil, fmt.Errorf("head office: %w", err)
	}
	if l.last != end || string(digest) != string(l.digest[:]) {
		return nil, fmt.Errorf("head office says that it ends at fact %d, and holds %d, or others", end, l.last)
	}
	return l, nil
}

// follow walks the chain of a table: dense, every digest that is noted right, and
// what the last look saw still there.
func follow(db *sql.DB, box []byte, last *look, query string) (*look, error) {
	l := &look{box: box, digest: sha256.Sum256(fmt.Appendf(nil, "tyngo/1|%x-%x-%x-%x-%x", box[:4], box[4:6], box[6:8], box[8:10], box[10:]))}
	from := int64(1)
	if last != nil && last.last > 0 {
		from, l.last, l.digest, l.body = last.last, last.last, last.digest, last.body
	}
	rows, err := db.Query(query, from, box)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	same := from > l.last // whether the fact where the last look ended was met
	for rows.Next() {
		var seq int64
		var body, noted []byte
		if err := rows.Scan(&seq, &body, &noted); err != nil {
			return nil, err
		}
		if !same {
			if same = seq == from && sha256.Sum256(body) == l.body; !same {
				break
			}
			continue
		}
		if seq != l.last+1 {
			return nil, fmt.Errorf("after fact %d comes %d", l.last, seq)
		}
		h := sha256.New()
		h.Write(l.digest[:])
		h.Write(body)
		l.last, l.digest, l.body = seq, [sha256.Size]byte(h.Sum(nil)), sha256.Sum256(body)
		l.chain = append(l.chain, l.digest)
		if noted != nil && string(noted) != string(l.digest[:]) {
			return nil, fmt.Errorf("the chain is broken at fact %d", seq)
		}
	}
	if !same {
		return nil, errors.Join(fmt.Errorf("fact %d was on the disk and is gone, or is another", from), rows.Err())
	}
	return l, rows.Err()
}

// missing says which acknowledged orders are not in the file of a box.
func (l *look) missing(acked map[int]string) error {
	gone, one := 0, ""
	for _, o := range acked {
		if !l.orders[o] {
			gone, one = gone+1, o
		}
	}
	if gone > 0 {
		return fmt.Errorf("%d of %d acknowledged orders are not on the disk, one of them %s", gone, len(acked), one)
	}
	return nil
}
