// Package staff is who works at the box: people, tablets, pages and programs, what
// their role may do, and the secrets by which they are known.
//
// A device is let in once and has a role; who stands at it signs in with a PIN, and
// then their role counts. Secrets are stored as hashes. Those of devices are no facts;
// the hash of a PIN is one, so that people are known to a box that was restored.
package staff

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

// Book knows the devices of the box.
type Book struct {
	journal *journal.Journal
	now     func() time.Time

	mu      sync.Mutex
	known   map[id.Device]bool      // value: revoked
	seen    map[id.Device]time.Time // heard last, since the start
	changed chan struct{}           // closed when something changed about who may come in
}

// Open reads the devices.
func Open(ctx context.Context, j *journal.Journal, now func() time.Time) (*Book, error) {
	b := &Book{journal: j, now: now, known: map[id.Device]bool{}, seen: map[id.Device]time.Time{}, changed: make(chan struct{})}
	return b, b.load(ctx)
}

func (b *Book) load(ctx context.Context) error {
	known := map[id.Device]bool{}
	err := b.journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		return sqlite.Each(q, "SELECT id, revoked FROM device", nil, func(scan sqlite.Scan) error {
			var d id.Device
			var revoked bool
			err := scan(&d, &revoked)
			known[d] = revoked
			return err
		})
	})
	if err != nil {
		return fmt.Errorf("read devices: %w", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.known = known
	return nil
}

// Revoked reports whether a device is no longer let in.
func (b *Book) Revoked(p door.Principal) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.known[p.Device]
}

func (b *Book) isKnown(d id.Device) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, ok := b.known[d]
	return ok
}

// Program is the device of a verified token; a program that is heard for the
// first time becomes a fact.
func (b *Book) Program(ctx context.Context, c *door.Claims) (door.Principal, error) {
	if err := errors.Join(CheckRole(c.Role), CheckName(c.Subject)); err != nil {
		return door.Principal{}, err
	}
	p := door.Principal{Device: id.Derived[id.Device]("program", c.Subject), Name: c.Subject}
	if b.isKnown(p.Device) {
		return p, nil
	}
	m := journal.Meta{Command: id.Derived[id.Command]("introduce", p.Device.String()), Device: p.Device}
	if _, err := b.journal.Commit(ctx, m, func(*sqlite.Tx) ([]event.Payload, error) {
		return []event.Payload{event.DeviceIntroduced{Device: p.Device, Type: "program", Name: c.Subject, Role: c.Role}}, nil
	}); err != nil {
		return p, err
	}
	return p, b.load(ctx)
}

// CheckName refuses a name of a person or device that cannot be shown.
func CheckName(name string) error {
	if !doc.CanBeShown(name) {
		return fault.New(fault.Invalid, "name_invalid", "A name has 1 to 60 characters.")
	}
	return nil
}

// MakeCode makes a one-time code that signs a page in.
func (b *Book) MakeCode(ctx context.Context, role, name string) (code string, err error) {
	if err := errors.Join(CheckRole(role), CheckName(name)); err != nil {
		return "", err
	}
	code = door.NewCode()
	hash, _ := door.CodeHash(code)
	now := b.now()
	err = b.journal.DB().Update(ctx, func(tx *sqlite.Tx) error {
		_, e1 := tx.Exec("DELETE FROM code WHERE expires < ?", now.UnixMilli())
		_, e2 := tx.Exec("INSERT INTO code (hash, role, name, expires) VALUES (?, ?, ?, ?)", hash[:], role, name, now.Add(door.CodeLife).UnixMilli())
		return errors.Join(e1, e2)
	})
	return code, err
}

// Redeem takes a code once and answers the secret of a new session. A page that has
// a key and was here before is the same device again: p was checked.
func (b *Book) Redeem(ctx context.Context, p door.Pairing) (secret string, err error) {
	hash, ok := door.CodeHash(p.Code)
	if !ok {
		return "", door.ErrCode
	}
	secret, stored := door.NewSecret()
	device, now := id.New[id.Device](), b.now()
	if err := b.journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		device, err = keyed(q, p.Key, device)
		return err
	}); err != nil {
		return "", err
	}
	m := journal.Meta{Command: id.New[id.Command](), Device: device}
	_, err = b.journal.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) {
		var role, name string
		err := tx.QueryRow("DELETE FROM code WHERE hash = ? AND expires >= ? RETURNING role, name", hash[:], now.UnixMilli()).Scan(&role, &name)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, door.ErrCode
		}
		if err != nil {
			return nil, err
		}
		if now, err := keyed(tx, p.Key, device); err != nil || now != device {
			return nil, errors.Join(err, errTwice)
		}
		if _, err := tx.Exec("DELETE FROM session WHERE expires < ? OR device = ?", now.UnixMilli(), device); err != nil {
			return nil, err
		}
		if _, err := tx.Exec("DELETE FROM device_person WHERE device = ?", device); err != nil {
			return nil, err
		}
		if _, err := tx.Exec("INSERT INTO session (hash, device, expires) VALUES (?, ?, ?)", stored[:], device, now.Add(door.SessionLife).UnixMilli()); err != nil {
			return nil, err
		}
		return []event.Payload{event.DevicePaired{Device: device, Name: name, Role: role, Key: p.Key}}, nil
	})
	if err != nil {
		return "", err
	}
	b.stir()
	return secret, b.load(ctx)
}

// keyed is the device that has a key; a fresh one where none has it.
func keyed(q sqlite.Queryer, key string, fresh id.Device) (id.Device, error) {
	if key == "" {
		return fresh, nil
	}
	var d id.Device
	var revoked bool
	err := q.QueryRow("SELECT id, revoked FROM device WHERE key = ? ORDER BY revoked DESC LIMIT 1", key).Scan(&d, &revoked)
	if errors.Is(err, sql.ErrNoRows) {
		return fresh, nil
	}
	if err == nil && revoked {
		err = errShutOut
	}
	return d, err
}

// Session is who sits behind a cookie.
func (b *Book) Session(ctx context.Context, hash [32]byte) (p door.Principal, err error) {
	err = b.journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		return q.QueryRow(standing, hash[:], b.now().UnixMilli()).Scan(&p.Device, &p.Role, &p.Name, &p.Staff)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return p, fault.New(fault.NoProof, "session_over", "You are signed out. Sign in with a new code.")
	}
	p.Subject = p.Device.String()
	return p, err
}

// SignOut ends a session.
func (b *Book) SignOut(ctx context.Context, hash [32]byte) error {
	defer b.stir()
	return b.journal.DB().Update(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec("DELETE FROM session WHERE hash = ?", hash[:])
		return err
	})
}

// Projector keeps device.
func Projector() journal.Projector {
	return journal.Projector{Name: "staff", Apply: func(tx *sqlite.Tx, e event.Event) error {
		switch p := e.Payload.(type) {
		case event.DeviceIntroduced:
			_, err := tx.Exec("INSERT INTO device (id, kind, name, role, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", p.Device, p.Type, p.Name, p.Role, e.At)
			return err
		case event.DevicePaired:
			_, err := tx.Exec(`INSERT INTO device (id, kind, name, role, at, key) VALUES (?, 'page', ?, ?, ?, ?)
				ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role, at = excluded.at`, p.Device, p.Name, p.Role, e.At, p.Key)
			return err
		case event.DeviceChanged:
			_, err := tx.Exec("UPDATE device SET name = ?, role = ? WHERE id = ?", p.Name, p.Role, p.Device)
			return err
		case event.DeviceRevoked:
			_, err := tx.Exec("UPDATE device SET revoked = 1 WHERE id = ?", p.Device)
			return err
		}
		return errors.Join(people(tx, e), approvals(tx, e))
	}}
}
