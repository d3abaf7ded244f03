package staff

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

// Device is a tablet, a screen, or a program.
type Device struct {
	ID      id.Device
	Program bool
	Name    string
	Role    string
	Paired  time.Time // last; a program: first heard
	Seen    time.Time // heard last; zero: never since it was paired
	HasKey  bool
	Revoked bool
	Here    id.Staff // who works at it now
}

var (
	errDevice  = fault.New(fault.NotFound, "device_unknown", "There is no such device here.")
	errShutOut = fault.New(fault.Conflict, "device_shut_out", "This device was shut out. It may come back as a new one: try again with the same code.")
	errTwice   = fault.New(fault.Conflict, "device_twice", "This device signs in twice at once. Try again with the same code.")
)

// coarse is how exactly it is kept on the disk when a device was heard last.
const coarse = 5 * time.Minute

// Devices are all that were ever let in, the newest first.
func (b *Book) Devices(q sqlite.Queryer) (list []Device, err error) {
	err = sqlite.Each(q, `SELECT d.id, d.kind = 'program', d.name, d.role, d.at, d.key <> '', d.revoked, coalesce(s.at, 0), coalesce(e.id, '') FROM device d
		LEFT JOIN device_seen s ON s.device = d.id LEFT JOIN device_person p ON p.device = d.id AND p.until >= ?
		LEFT JOIN employee e ON e.id = p.employee AND e.active = 1 ORDER BY d.at DESC, d.id`, []any{b.now().UnixMilli()}, func(scan sqlite.Scan) error {
		var d Device
		var at, seen int64
		err := scan(&d.ID, &d.Program, &d.Name, &d.Role, &at, &d.HasKey, &d.Revoked, &seen, &d.Here)
		d.Paired = time.UnixMilli(at).UTC()
		if seen > 0 {
			d.Seen = time.UnixMilli(seen).UTC()
		}
		list = append(list, d)
		return err
	})
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, d := range list {
		if at := b.seen[d.ID]; at.After(d.Seen) {
			list[i].Seen = at.UTC()
		}
	}
	return list, err
}

// Change names a device and says what it is for; nothing where it is so already.
func (b *Book) Change(ctx context.Context, m journal.Meta, d id.Device, name, role string) (journal.Receipt, error) {
	if err := errors.Join(CheckRole(role), CheckName(name)); err != nil {
		return journal.Receipt{}, err
	}
	r, err := b.journal.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) {
		var kind, wasName, wasRole string
		var revoked bool
		err := tx.QueryRow("SELECT kind, name, role, revoked FROM device WHERE id = ?", d).Scan(&kind, &wasName, &wasRole, &revoked)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return nil, errDevice
		case err != nil:
			return nil, err
		case kind == "program":
			return nil, fault.New(fault.Conflict, "device_program", "A program's name and role are those of its token. Make another token.")
		case revoked:
			return nil, fault.New(fault.Conflict, "device_revoked", "This device was shut out. Pair it again.")
		case wasName == name && wasRole == role:
			return nil, nil
		}
		return []event.Payload{event.DeviceChanged{Device: d, Name: name, Role: role}}, nil
	})
	b.stir()
	return r, err
}

// Revoke shuts a device out for good; its open sessions end with it.
func (b *Book) Revoke(ctx context.Context, m journal.Meta, d id.Device) (journal.Receipt, error) {
	r, err := b.journal.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) {
		var revoked bool
		err := tx.QueryRow("SELECT revoked FROM device WHERE id = ?", d).Scan(&revoked)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, errDevice
		}
		if err != nil || revoked {
			return nil, err
		}
		if _, err := tx.Exec("DELETE FROM session WHERE device = ?", d); err != nil {
			return nil, err
		}
		return []event.Payload{event.DeviceRevoked{Device: d}}, nil
	})
	if err == nil {
		err = b.load(ctx)
	}
	b.stir()
	return r, err
}

// Changed is closed when something changes about who may come in: take it, ask the
// door, then wait.
func (b *Book) Changed() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.changed
}

func (b *Book) stir() {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.changed)
	b.changed = make(chan struct{})
}

// Saw notes that a device was heard. It is no fact: it is kept in memory.
func (b *Book) Saw(p door.Principal) {
	now := b.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	if !p.Device.IsZero() {
		b.seen[p.Device] = now
	}
}

// Remember writes down when devices were heard last, as exactly as 'coarse' says: one
// commit in so many minutes, however many tablets are at work.
func (b *Book) Remember(ctx context.Context) error {
	kept := map[id.Device]time.Time{}
	if err := b.journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		return sqlite.Each(q, "SELECT device, at FROM device_seen", nil, func(scan sqlite.Scan) error {
			var d id.Device
			var at int64
			err := scan(&d, &at)
			kept[d] = time.UnixMilli(at)
			return err
		})
	}); err != nil {
		return err
	}
	late := map[id.Device]int64{}
	b.mu.Lock()
	for d, at := range b.seen {
		if at.Sub(kept[d]).Abs() >= coarse {
			late[d] = at.UnixMilli()
		}
	}
	b.mu.Unlock()
	if len(late) == 0 {
		return nil
	}
	return b.journal.DB().Update(ctx, func(tx *sqlite.Tx) error {
		for d, at := range late {
			if _, err := tx.Exec("INSERT INTO device_seen (device, at) VALUES (?, ?) ON CONFLICT (device) DO UPDATE SET at = excluded.at", d, at); err != nil {
				return err
			}
		}
		return nil
	})
}
