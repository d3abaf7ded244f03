package store

import (
	"context"
	"time"

	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
)

// Cell is one sum. Sums always add: corrections are negative cells.
type Cell struct {
	Restaurant id.Restaurant
	Day        string // business day
	Hour       int    // on the restaurant's clock
	Metric     string
	Dim, Key   string
	N          int64
}

// Place is what a restaurant's boxes said of themselves last.
type Place struct {
	Restaurant id.Restaurant
	SaidAt     int64  // when
	SaidBy     id.Box // by whom
	Name       string
	Currency   string
	Zone       string
	DayStart   int // minutes after local midnight
	LastAt     int64
	LastNumber string
	LastTotal  int64
}

// Folded is how far a consumer has folded a box.
func (t *Tx) Folded(consumer string, b Box) (epoch, seq int64, err error) {
	err = none(t.row("SELECT epoch, seq FROM fold WHERE organisation_id = ? AND box = ? AND consumer = ?", b.Organisation.Bytes(), b.ID.Bytes(), consumer).Scan(&epoch, &seq))
	if err == ErrNone {
		return 0, 0, nil
	}
	return epoch, seq, err
}

// SetFolded moves the cursor of a consumer.
func (t *Tx) SetFolded(consumer string, b Box, epoch, seq int64) error {
	_, err := t.exec(`INSERT INTO fold (organisation_id, box, consumer, epoch, seq) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (organisation_id, box, consumer) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq`,
		b.Organisation.Bytes(), b.ID.Bytes(), consumer, epoch, seq)
	return err
}

// Behind are the boxes of which a consumer has not folded everything.
func (s *Store) Behind(ctx context.Context, consumer string) (list []Box, err error) {
	err = s.Read(ctx, func(t *Tx) error {
		return t.each(`SELECT b.id, b.organisation_id, b.restaurant_id FROM box b
			JOIN stream s ON s.organisation_id = b.organisation_id AND s.box = b.id
			LEFT JOIN fold f ON f.organisation_id = s.organisation_id AND f.box = s.box AND f.consumer = ?
			WHERE f.seq IS NULL OR s.epoch > f.epoch OR s.epoch = f.epoch AND s.last_seq > f.seq
			GROUP BY b.id, b.organisation_id, b.restaurant_id`, []any{consumer}, func(scan func(...any) error) error {
			var b Box
			err := scan(&b.ID, &b.Organisation, &b.Restaurant)
			list = append(list, b)
			return err
		})
	})
	return list, err
}

// State reads what a consumer remembers under a key; empty where nothing.
func (t *Tx) State(consumer string, b Box, key string) (body string, err error) {
	err = none(t.row("SELECT body FROM fold_state WHERE organisation_id = ? AND box = ? AND consumer = ? AND key = ?",
		b.Organisation.Bytes(), b.ID.Bytes(), consumer, key).Scan(&body))
	if err == ErrNone {
		return "", nil
	}
	return body, err
}

// SetState remembers something under a key; empty forgets it.
func (t *Tx) SetState(consumer string, b Box, key, body string) error {
	org, box := b.Organisation.Bytes(), b.ID.Bytes()
	if body == "" {
		_, err := t.exec("DELETE FROM fold_state WHERE organisation_id = ? AND box = ? AND consumer = ? AND key = ?", org, box, consumer, key)
		return err
	}
	_, err := t.exec(`INSERT INTO fold_state (organisation_id, box, consumer, key, body) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (organisation_id, box, consumer, key) DO UPDATE SET body = excluded.body`, org, box, consumer, key, body)
	return err
}

// Add adds to a sum.
func (t *Tx) Add(org id.Organisation, c Cell) error {
	_, err := t.exec(`INSERT INTO cell (organisation_id, restaurant_id, day, hour, metric, dim, key, n) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (organisation_id, restaurant_id, day, metric, dim, key, hour) DO UPDATE SET n = cell.n + excluded.n`,
		org.Bytes(), c.Restaurant.Bytes(), c.Day, c.Hour, c.Metric, c.Dim, c.Key, c.N)
	return err
}

// SetPlace notes what a restaurant's box says of itself. The latest word stands,
// in whatever order the boxes are folded.
func (t *Tx) SetPlace(org id.Organisation, p Place) error {
	_, err := t.exec(`INSERT INTO place (organisation_id, restaurant_id, name, currency, zone, day_start, said_at, said_by, last_at, last_number, last_total) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, '', 0)
		ON CONFLICT (organisation_id, restaurant_id) DO UPDATE SET name = excluded.name, currency = excluded.currency, zone = excluded.zone, day_start = excluded.day_start,
			said_at = excluded.said_at, said_by = excluded.said_by
		WHERE excluded.said_at > place.said_at OR excluded.said_at = place.said_at AND excluded.said_by >= place.said_by`,
		org.Bytes(), p.Restaurant.Bytes(), p.Name, p.Currency, p.Zone, p.DayStart, p.SaidAt, p.SaidBy.Bytes())
	return err
}

// LastOrder notes the latest order of a restaurant, in whatever order the boxes
// are folded.
func (t *Tx) LastOrder(org id.Organisation, r id.Restaurant, at int64, number string, total int64) error {
	_, err := t.exec("UPDATE place SET last_at = ?, last_number = ?, last_total = ? WHERE organisation_id = ? AND restaurant_id = ? AND (last_at < ? OR last_at = ? AND last_number <= ?)",
		at, number, total, org.Bytes(), r.Bytes(), at, at, number)
	return err
}

// Places are what the restaurants said of themselves.
func (c Scope) Places(ctx context.Context) (list []Place, err error) {
	err = c.s.Read(ctx, func(t *Tx) error {
		return t.each("SELECT restaurant_id, said_at, said_by, name, currency, zone, day_start, last_at, last_number, last_total FROM place WHERE organisation_id = ?",
			[]any{c.key()}, func(scan func(...any) error) error {
				var p Place
				err := scan(&p.Restaurant, &p.SaidAt, &p.SaidBy, &p.Name, &p.Currency, &p.Zone, &p.DayStart, &p.LastAt, &p.LastNumber, &p.LastTotal)
				list = append(list, p)
				return err
			})
	})
	return list, err
}

// Cells reads the sums of a restaurant and business day: every metric of a
// dimension, by hour.
func (c Scope) Cells(ctx context.Context, r id.Restaurant, day, dim string) (list []Cell, err error) {
	err = c.s.Read(ctx, func(t *Tx) error {
		return t.each("SELECT restaurant_id, day, hour, metric, dim, key, n FROM cell WHERE organisation_id = ? AND restaurant_id = ? AND day = ? AND dim = ? ORDER BY metric, key, hour",
			[]any{c.key(), r.Bytes(), day, dim}, func(scan func(...any) error) error {
				var x Cell
				err := scan(&x.Restaurant, &x.Day, &x.Hour, &x.Metric, &x.Dim, &x.Key, &x.N)
				list = append(list, x)
				return err
			})
	})
	return list, err
}

// Quarantine sets a fact aside that a consumer could not fold.
func (t *Tx) Quarantine(consumer string, b Box, epoch, seq int64, reason string, now time.Time) error {
	_, err := t.exec(`INSERT INTO quarantine (organisation_id, box, epoch, seq, consumer, reason, at) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (organisation_id, box, epoch, seq, consumer) DO UPDATE SET reason = excluded.reason`,
		b.Organisation.Bytes(), b.ID.Bytes(), epoch, seq, consumer, reason, now.UnixMilli())
	return err
}

// Quarantined counts the facts that were set aside, by one consumer or several.
func (c Scope) Quarantined(ctx context.Context) (n int, err error) {
	err = c.s.Read(ctx, func(t *Tx) error {
		return t.row("SELECT count(*) FROM (SELECT DISTINCT box, epoch, seq FROM quarantine WHERE organisation_id = ?) AS aside", c.key()).Scan(&n)
	})
	return n, err
}

// Aside is a fact that was set aside.
type Aside struct {
	Box      Box
	Epoch    int64
	Seq      int64
	Consumer string
	Reason   string
	At       time.Time // when it was set aside
	Type     string
	Body     []byte // the stored bytes of the fact; none where they are secret
}

// Asides are the facts of an organisation that were set aside, the oldest first.
func (c Scope) Asides(ctx context.Context, most int) (list []Aside, err error) {
	err = c.s.Read(ctx, func(t *Tx) error {
		return t.each(`SELECT b.id, b.organisation_id, b.restaurant_id, q.epoch, q.seq, q.consumer, q.reason, q.at, coalesce(e.type, ''), e.body
			FROM quarantine q JOIN box b ON b.organisation_id = q.organisation_id AND b.id = q.box
			LEFT JOIN event e ON e.organisation_id = q.organisation_id AND e.box = q.box AND e.epoch = q.epoch AND e.seq = q.seq
			WHERE q.organisation_id = ? ORDER BY q.at, q.box, q.seq LIMIT ?`, []any{c.key(), most}, func(scan func(...any) error) error {
			var a Aside
			var at int64
			err := scan(&a.Box.ID, &a.Box.Organisation, &a.Box.Restaurant, &a.Epoch, &a.Seq, &a.Consumer, &a.Reason, &at, &a.Type, &a.Body)
			if a.At = time.UnixMilli(at); event.Secret(a.Type) {
				a.Body = nil
			}
			list = append(list, a)
			return err
		})
	})
	return list, err
}

// Release takes a fact out of quarantine; false where it is not there any more.
func (t *Tx) Release(consumer string, b Box, epoch, seq int64) (bool, error) {
	n, err := t.exec("DELETE FROM quarantine WHERE organisation_id = ? AND box = ? AND epoch = ? AND seq = ? AND consumer = ?",
		b.Organisation.Bytes(), b.ID.Bytes(), epoch, seq, consumer)
	return n > 0, err
}

// made are the tables that consumers fill beside what they remember.
var made = map[string][]string{"sales": {"cell", "place"}, "floor": {"floor_party", "floor_table", "floor_order"}}

// Unfold forgets how far a consumer is with every box and what it remembers, and all that
// it made of the facts, so that it folds again from the first one. Without all, what it
// made stays.
func (s *Store) Unfold(ctx context.Context, consumer string, all bool) error {
	return s.Write(ctx, func(t *Tx) error {
		for _, q := range []string{"DELETE FROM fold WHERE consumer = ?", "DELETE FROM fold_state WHERE consumer = ?", "DELETE FROM quarantine WHERE consumer = ?"} {
			if _, err := t.exec(q, consumer); err != nil {
				return err
			}
		}
		if !all {
			return nil
		}
		for _, table := range made[consumer] {
			if _, err := t.exec("DELETE FROM " + table); err != nil {
				return err
			}
		}
		return nil
	})
}

// Duplicate is a fact whose id stands at an earlier place of the box's history.
type Duplicate struct {
	Seq  int64
	Same bool // with the same bytes: it was counted; otherwise two facts claim one id
}

// Duplicates finds facts of a page whose id stands at an earlier place too.
func (t *Tx) Duplicates(b Box, epoch, after, through int64) (list []Duplicate, err error) {
	err = t.each(`SELECT e.seq, max(CASE WHEN o.body = e.body THEN 1 ELSE 0 END) FROM event e
		JOIN event o ON o.id = e.id AND o.organisation_id = e.organisation_id AND o.box = e.box
			AND (o.epoch < e.epoch OR o.epoch = e.epoch AND o.seq < e.seq)
		WHERE e.organisation_id = ? AND e.box = ? AND e.epoch = ? AND e.seq > ? AND e.seq <= ?
		GROUP BY e.seq ORDER BY e.seq`,
		[]any{b.Organisation.Bytes(), b.ID.Bytes(), epoch, after, through}, func(scan func(...any) error) error {
			var d Duplicate
			var same int
			err := scan(&d.Seq, &same)
			d.Same = same != 0
			list = append(list, d)
			return err
		})
	return list, err
}
