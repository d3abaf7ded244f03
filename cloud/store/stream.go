package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/pipe"
)

// Cursor is what is stored of a box: the zero Cursor where it was never heard.
func (t *Tx) Cursor(b Box) (c pipe.Cursor, err error) {
	err = t.row("SELECT epoch, last_seq, dg, boot FROM stream WHERE organisation_id = ? AND box = ? ORDER BY epoch DESC LIMIT 1",
		b.Organisation.Bytes(), b.ID.Bytes()).Scan(&c.Epoch, &c.Last, &c.Dg, &c.Boot)
	if errors.Is(err, sql.ErrNoRows) {
		return pipe.Cursor{}, nil
	}
	return c, err
}

// insertRows is how many facts one statement stores.
const insertRows = 64

var (
	insertOne  = insertEvents(1)
	insertMany = insertEvents(insertRows)
)

func insertEvents(n int) string {
	return "INSERT INTO event (organisation_id, box, epoch, seq, id, command, type, at, rcv, body, dg) VALUES " +
		strings.TrimSuffix(strings.Repeat("(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?), ", n), ", ")
}

// Append stores what the receiver accepted, and moves the cursor. It checks once
// more that nothing is skipped, and that the cursor is still where it was. A new
// epoch begins with the first fact of the box.
func (t *Tx) Append(b Box, was pipe.Cursor, v pipe.Verdict, now time.Time) error {
	c, last := v.Cursor, was.Last
	if was.Epoch != c.Epoch {
		last = 0
	}
	for i, e := range v.Store {
		if want := last + 1 + int64(i); e.Seq != want {
			return fmt.Errorf("fact %d stands where %d belongs", e.Seq, want)
		}
	}
	if c.Last != last+int64(len(v.Store)) {
		return fmt.Errorf("%d facts after %d do not come to %d", len(v.Store), last, c.Last)
	}
	org, box := b.Organisation.Bytes(), b.ID.Bytes()
	if was.Epoch != c.Epoch {
		dg := event.Genesis(b.ID)
		if _, err := t.exec("INSERT INTO stream (organisation_id, box, epoch, base_seq, base_dg, last_seq, dg, boot) VALUES (?, ?, ?, 0, ?, 0, ?, ?)",
			org, box, c.Epoch, dg.Bytes(), dg.Bytes(), c.Boot.Bytes()); err != nil {
			return fmt.Errorf("open epoch %d: %w", c.Epoch, err)
		}
	}
	for rest := v.Store; len(rest) > 0; {
		n, query := insertRows, insertMany
		if len(rest) < n {
			n, query = 1, insertOne
		}
		args := make([]any, 0, 11*n)
		for _, e := range rest[:n] {
			var dg any
			if e.Seq == c.Last {
				dg = c.Dg.Bytes()
			}
			args = append(args, org, box, c.Epoch, e.Seq, e.ID.Bytes(), e.Command.Bytes(), e.Type, e.At, now.UnixMilli(), e.Body, dg)
		}
		if _, err := t.exec(query, args...); err != nil {
			return fmt.Errorf("store facts from %d: %w", rest[0].Seq, err)
		}
		rest = rest[n:]
	}
	n, err := t.exec("UPDATE stream SET last_seq = ?, dg = ?, boot = ? WHERE organisation_id = ? AND box = ? AND epoch = ? AND last_seq = ?",
		c.Last, c.Dg.Bytes(), c.Boot.Bytes(), org, box, c.Epoch, last)
	if err == nil && n != 1 {
		err = fmt.Errorf("the cursor of epoch %d is not where it was", c.Epoch)
	}
	return err
}

// Presence is how a box was last heard.
type Presence struct {
	Box      id.Box
	Online   bool
	Since    time.Time
	Boot     id.Boot
	Head     int64
	Heard    time.Time
	Clock    time.Duration // that the box's clock is behind ours
	Software string
}

// SetPresence notes how a box was heard. Since is kept while the state stays.
func (t *Tx) SetPresence(b Box, p Presence) error {
	online := 0
	if p.Online {
		online = 1
	}
	_, err := t.exec(`INSERT INTO presence (organisation_id, box, online, since, boot, head, heard, clock, software) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (organisation_id, box) DO UPDATE SET
			since = CASE WHEN presence.online = excluded.online THEN presence.since ELSE excluded.since END,
			online = excluded.online, boot = excluded.boot, head = excluded.head, heard = excluded.heard, clock = excluded.clock, software = excluded.software`,
		b.Organisation.Bytes(), b.ID.Bytes(), online, p.Since.UnixMilli(), p.Boot.Bytes(), p.Head, p.Heard.UnixMilli(), p.Clock.Milliseconds(), p.Software)
	return err
}

// Dark notes that the connection of a boot is gone; another boot's is ignored.
func (t *Tx) Dark(b Box, boot id.Boot, now time.Time) (bool, error) {
	n, err := t.exec("UPDATE presence SET online = 0, since = ? WHERE organisation_id = ? AND box = ? AND boot = ? AND online = 1",
		now.UnixMilli(), b.Organisation.Bytes(), b.ID.Bytes(), boot.Bytes())
	return n > 0, err
}

// AllDark notes that nobody is known to be connected: a cloud that starts has
// heard nothing since a box's last word.
func (s *Store) AllDark(ctx context.Context) error {
	return s.Write(ctx, func(t *Tx) error {
		_, err := t.exec("UPDATE presence SET online = 0, since = heard WHERE online = 1")
		return err
	})
}

// Standing is a box with its cursor and how it was heard; Known is false where it
// never spoke.
type Standing struct {
	Box
	Cursor   pipe.Cursor
	LastAt   time.Time // of its last stored fact
	LastRcv  time.Time // when that came
	Presence Presence
	Known    bool
}

// Standings are all boxes of the organisation.
func (c Scope) Standings(ctx context.Context) (list []Standing, err error) {
	err = c.s.Read(ctx, func(t *Tx) error {
		return t.each(`SELECT b.id, b.organisation_id, b.restaurant_id, coalesce(s.epoch, 0), coalesce(s.last_seq, 0), s.dg,
				coalesce(e.at, 0), coalesce(e.rcv, 0), p.online, coalesce(p.since, 0), p.boot, coalesce(p.head, 0), coalesce(p.heard, 0), coalesce(p.clock, 0), coalesce(p.software, '')
			FROM box b
			LEFT JOIN stream s ON s.organisation_id = b.organisation_id AND s.box = b.id
				AND s.epoch = (SELECT max(epoch) FROM stream x WHERE x.organisation_id = b.organisation_id AND x.box = b.id)
			LEFT JOIN event e ON e.organisation_id = s.organisation_id AND e.box = s.box AND e.epoch = s.epoch AND e.seq = s.last_seq
			LEFT JOIN presence p ON p.organisation_id = b.organisation_id AND p.box = b.id
			WHERE b.organisation_id = ? ORDER BY b.id`, []any{c.key()}, func(scan func(...any) error) error {
			var st Standing
			var dg []byte
			var online sql.NullInt64
			var at, rcv, since, heard, clock int64
			if err := scan(&st.ID, &st.Organisation, &st.Restaurant, &st.Cursor.Epoch, &st.Cursor.Last, &dg, &at, &rcv,
				&online, &since, &st.Presence.Boot, &st.Presence.Head, &heard, &clock, &st.Presence.Software); err != nil {
				return err
			}
			copy(st.Cursor.Dg[:], dg)
			st.Known = online.Valid
			st.LastAt, st.LastRcv = time.UnixMilli(at), time.UnixMilli(rcv)
			p := &st.Presence
			p.Box, p.Online, p.Since, p.Heard, p.Clock = st.ID, online.Int64 != 0, time.UnixMilli(since), time.UnixMilli(heard), time.Duration(clock)*time.Millisecond
			list = append(list, st)
			return nil
		})
	})
	return list, err
}

// Events reads facts of one box and epoch after a seq, at most n, with their
// payloads. A fact whose payload cannot be decoded comes without one.
func (t *Tx) Events(b Box, epoch, after int64, n int) (list []event.Event, err error) {
	list, _, err = t.EventsOf(b, epoch, after, n, nil)
	return list, err
}

// EventsOf is Events for a reader to whom only some types mean something; none:
// all do. It looks at n facts, and last is the seq of the last of them.
func (t *Tx) EventsOf(b Box, epoch, after int64, n int, types []string) (list []event.Event, last int64, err error) {
	body, args := "body", make([]any, 0, len(types)+5)
	if len(types) > 0 {
		body = "CASE WHEN type IN (?" + strings.Repeat(", ?", len(types)-1) + ") THEN body END"
		for _, typ := range types {
			args = append(args, typ)
		}
	}
	args = append(args, b.Organisation.Bytes(), b.ID.Bytes(), epoch, after, n)
	err = t.each("SELECT seq, "+body+" FROM event WHERE organisation_id = ? AND box = ? AND epoch = ? AND seq > ? ORDER BY seq LIMIT ?", args,
		func(scan func(...any) error) error {
			var body []byte
			if err := scan(&last, &body); err != nil || body == nil {
				return err
			}
			e, err := event.Parse(body)
			if err != nil {
				if e, err = event.Head(body); err != nil {
					return err
				}
			}
			list = append(list, e)
			return nil
		})
	return list, max(last, after), err
}

// BatchEnd is a place of a box's history whose digest is kept; between two of them
// it is computed from the facts.
type BatchEnd struct {
	Seq int64
	Dg  event.Digest
}

// BatchEnds are all kept digests of an epoch.
func (t *Tx) BatchEnds(b Box, epoch int64) (list []BatchEnd, err error) {
	err = t.each("SELECT seq, dg FROM event WHERE organisation_id = ? AND box = ? AND epoch = ? AND dg IS NOT NULL ORDER BY seq",
		[]any{b.Organisation.Bytes(), b.ID.Bytes(), epoch}, func(scan func(...any) error) error {
			var e BatchEnd
			err := scan(&e.Seq, &e.Dg)
			list = append(list, e)
			return err
		})
	return list, err
}

// Heard notes that a box spoke, and how far it is at least.
func (t *Tx) Heard(b Box, head int64, now time.Time) error {
	_, err := t.exec("UPDATE presence SET heard = ?, head = CASE WHEN head < ? THEN ? ELSE head END WHERE organisation_id = ? AND box = ?",
		now.UnixMilli(), head, head, b.Organisation.Bytes(), b.ID.Bytes())
	return err
}
