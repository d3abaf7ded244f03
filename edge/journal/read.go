package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

// Head is the last fact and its digest.
func (j *Journal) Head(ctx context.Context) (seq int64, dg event.Digest, err error) {
	err = j.db.View(ctx, func(s *sqlite.Snapshot) error {
		seq, _, dg, err = j.end(s)
		return err
	})
	return seq, dg, err
}

// LastAt is the time of the last fact; zero where there is none.
func (j *Journal) LastAt(ctx context.Context) (last time.Time, err error) {
	err = j.db.View(ctx, func(s *sqlite.Snapshot) error {
		seq, at, _, err := j.end(s)
		if seq > 0 {
			last = time.UnixMilli(at)
		}
		return err
	})
	return last, err
}

// Digest is D(seq); ok is false where the journal does not reach so far.
func (j *Journal) Digest(ctx context.Context, seq int64) (dg event.Digest, ok bool, err error) {
	if seq == 0 {
		return event.Genesis(j.box), true, nil
	}
	err = j.db.View(ctx, func(s *sqlite.Snapshot) error {
		return s.QueryRow("SELECT dg FROM journal WHERE seq = ?", seq).Scan(&dg)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return dg, false, nil
	}
	return dg, err == nil, err
}

// Bodies reads stored bytes after a seq: at most n facts, and no more than bytes
// unless the first alone is larger. dg is the digest of the last one read.
func (j *Journal) Bodies(ctx context.Context, after int64, n, bytes int) (bodies [][]byte, dg event.Digest, err error) {
	err = j.db.View(ctx, func(s *sqlite.Snapshot) error {
		size := 0
		err := sqlite.Each(s, "SELECT body, dg FROM journal WHERE seq > ? ORDER BY seq LIMIT ?", []any{after, n}, func(scan sqlite.Scan) error {
			var body []byte
			var d event.Digest
			if err := scan(&body, &d); err != nil {
				return err
			}
			if size += len(body) + 1; size > bytes && len(bodies) > 0 {
				return errEnough
			}
			bodies, dg = append(bodies, body), d
			return nil
		})
		if errors.Is(err, errEnough) {
			err = nil
		}
		return err
	})
	return bodies, dg, err
}

var errEnough = errors.New("enough")

// Since reads facts after a seq, at most n.
func Since(q sqlite.Queryer, after int64, n int) (events []event.Event, err error) {
	err = sqlite.Each(q, "SELECT body FROM journal WHERE seq > ? ORDER BY seq LIMIT ?", []any{after, n}, func(scan sqlite.Scan) error {
		e, err := scanEvent(scan)
		events = append(events, e)
		return err
	})
	return events, err
}

// OfOrder reads the facts that are about one order, from first to last.
func OfOrder(q sqlite.Queryer, o id.Order, first, last int64) (events []event.Event, err error) {
	// What does not name it is left out without being read as JSON.
	err = sqlite.Each(q, "SELECT body FROM journal WHERE seq BETWEEN ? AND ? AND instr(body, ?) > 0 ORDER BY seq", []any{first, last, []byte(o.String())}, func(scan sqlite.Scan) error {
		e, err := scanEvent(scan)
		if err == nil && event.OrderOf(e.Payload) == o {
			events = append(events, e)
		}
		return err
	})
	return events, err
}

// LastVenue names the venue document that was put in force last at or before a fact;
// empty where the journal has none.
func LastVenue(q sqlite.Queryer, seq int64) (sum string, err error) {
	err = sqlite.Each(q, "SELECT body FROM journal WHERE type = 'venue.published' AND seq <= ? ORDER BY seq DESC LIMIT 1", []any{seq}, func(scan sqlite.Scan) error {
		e, err := scanEvent(scan)
		if p, ok := e.Payload.(event.VenuePublished); ok {
			sum = p.SHA256
		}
		return err
	})
	return sum, err
}

// check runs the chain over the last n facts; damage says what is wrong with it.
func (j *Journal) check(ctx context.Context, n int64) (damage, err error) {
	err = j.db.View(ctx, func(s *sqlite.Snapshot) error {
		last, _, _, err := j.end(s)
		if err != nil {
			return err
		}
		damage, err = j.chain(s, max(0, last-n), last)
		return err
	})
	return damage, err
}

// chain checks bodies and digests of (after, through].
func (j *Journal) chain(q sqlite.Queryer, after, through int64) (damage, err error) {
	dg := event.Genesis(j.box)
	if after > 0 {
		err := q.QueryRow("SELECT dg FROM journal WHERE seq = ?", after).Scan(&dg)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("fact %d is missing", after), nil
		} else if err != nil {
			return nil, err
		}
	}
	want := after
	err = sqlite.Each(q, "SELECT seq, body, dg FROM journal WHERE seq > ? AND seq <= ? ORDER BY seq", []any{after, through}, func(scan sqlite.Scan) error {
		var seq int64
		var body []byte
		var stored event.Digest
		if err := scan(&seq, &body, &stored); err != nil {
			return err
		}
		want++
		dg = dg.Next(body)
		switch {
		case damage != nil:
		case seq != want:
			damage = fmt.Errorf("fact %d is missing", want)
		case dg != stored:
			damage = fmt.Errorf("fact %d is not what was written", seq)
		}
		return nil
	})
	return damage, err
}

// Verify runs the chain over the whole journal.
func (j *Journal) Verify(ctx context.Context) (damage, err error) {
	return j.check(ctx, 1<<62)
}

// PutDocument stores a document and answers its name. It may be there already.
func (j *Journal) PutDocument(tx *sqlite.Tx, kind string, body []byte) (sum string, err error) {
	if len(body) > doc.MaxBytes {
		return "", fault.Newf(fault.TooLarge, "document_too_large", "The document has %d bytes; at most %d are taken.", len(body), doc.MaxBytes)
	}
	if j.db.Stats().Full.Load() {
		return "", fault.New(fault.Unavailable, "disk_full", "The disk of the box is nearly full: orders go on, but no new documents are taken. Call the engineer.")
	}
	sum = doc.Sum(body)
	_, err = tx.Exec("INSERT INTO document (sha256, kind, body) VALUES (unhex(?), ?, ?) ON CONFLICT DO NOTHING", sum, kind, body)
	return sum, err
}

// Document reads a document by its name; sql.ErrNoRows where it is not there.
func Document(q sqlite.Queryer, sum string) (body []byte, err error) {
	err = q.QueryRow("SELECT body FROM document WHERE sha256 = unhex(?)", sum).Scan(&body)
	return body, err
}

// Cursor is how far a consumer has come, 0 at first.
func Cursor(q sqlite.Queryer, consumer string) (seq int64, err error) {
	err = q.QueryRow("SELECT seq FROM cursor WHERE consumer = ?", consumer).Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return seq, err
}

// SetCursor notes how far a consumer has come.
func SetCursor(tx *sqlite.Tx, consumer string, seq int64) error {
	_, err := tx.Exec("INSERT INTO cursor (consumer, seq) VALUES (?, ?) ON CONFLICT (consumer) DO UPDATE SET seq = excluded.seq", consumer, seq)
	return err
}

// Replay projects the facts of one database into another, empty one: no Decide,
// no reactors, no work, and one fact at a time: what Run stored must be the same. The documents that the facts name are copied first.
func Replay(ctx context.Context, from, to *sqlite.DB, projectors []Projector) error {
	type document struct {
		sum, body []byte
		kind      string
	}
	var docs []document
	if err := from.View(ctx, func(s *sqlite.Snapshot) error {
		return sqlite.Each(s, "SELECT sha256, kind, body FROM document", nil, func(scan sqlite.Scan) error {
			var d document
			docs = append(docs, d)
			d2 := &docs[len(docs)-1]
			return scan(&d2.sum, &d2.kind, &d2.body)
		})
	}); err != nil {
		return err
	}
	if err := to.Update(ctx, func(tx *sqlite.Tx) error {
		for _, d := range docs {
			if _, err := tx.Exec("INSERT INTO document (sha256, kind, body) VALUES (?, ?, ?)", d.sum, d.kind, d.body); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	j := &Journal{db: to, c: Config{Projectors: projectors}}
	for after := int64(0); ; {
		var events []event.Event
		if err := from.View(ctx, func(s *sqlite.Snapshot) (err error) { events, err = Since(s, after, 500); return err }); err != nil {
			return err
		}
		if len(events) == 0 {
			return nil
		}
		if err := to.Update(ctx, func(tx *sqlite.Tx) error {
			for i := range events {
				if err := j.project(tx, events[i:i+1]); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
		after = events[len(events)-1].Seq
	}
}
