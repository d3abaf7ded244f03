package staff

import (
	"context"
	"errors"
	"time"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

// How often a PIN may be wrong. At one device soon, so that whoever stands there shuts
// a colleague out of that device alone; everywhere late, so that many devices do not help
// who tries all PINs.
const (
	wrongHere = 5 // one after the other
	lockHere  = 5 * time.Minute
	forgotten = 15 * time.Minute // a wrong one that long ago does not count at its device

	wrongEverywhere = 20 // within wrongWindow
	wrongWindow     = time.Hour
	lockEverywhere  = 15 * time.Minute
)

func errLocked(until, now time.Time, everywhere bool) error {
	minutes := max(1, int((until.Sub(now)+time.Minute-1)/time.Minute))
	where := "here. Wait %d min, go to another tablet, or ask a manager for a new PIN."
	if everywhere {
		where = "for this person. Wait %d min, or ask a manager for a new PIN."
	}
	return fault.Newf(fault.TooMany, "pin_locked", "Too many wrong PINs "+where, minutes)
}

// Enter lets somebody work at a device, by their PIN.
func (b *Book) Enter(ctx context.Context, m journal.Meta, who id.Staff, pin string) error {
	if err := b.Prove(ctx, m, who, pin); err != nil {
		return err
	}
	defer b.stir()
	return b.journal.DB().Update(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec("INSERT INTO device_person (device, employee, until) VALUES (?, ?, ?) ON CONFLICT (device) DO UPDATE SET employee = excluded.employee, until = excluded.until",
			m.Device, who, b.now().Add(shift).UnixMilli())
		return err
	})
}

// Prove checks that somebody is at a device, by their PIN; who works there does not
// change.
func (b *Book) Prove(ctx context.Context, m journal.Meta, who id.Staff, pin string) error {
	hash, err := b.try(ctx, m, who)
	if err != nil {
		return err
	}
	if !isPIN(pin, hash) {
		return errPIN
	}
	return b.journal.DB().Update(ctx, func(tx *sqlite.Tx) error {
		_, e1 := tx.Exec("DELETE FROM pin_try WHERE employee = ? AND device = ?", who, m.Device)
		_, e2 := tx.Exec("UPDATE pin_try SET wrong = max(wrong - 1, 0) WHERE employee = ? AND device = ''", who) // this one was right
		return errors.Join(e1, e2)
	})
}

// try counts one try at a PIN and answers its hash. It is counted before it is looked
// at: who asks many times at once gains nothing.
func (b *Book) try(ctx context.Context, m journal.Meta, who id.Staff) (hash string, err error) {
	now := b.now()
	r, err := b.journal.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) {
		e, err := employeeAt(tx, who, m.Device)
		if err == nil && !e.Active {
			err = errPerson
		}
		switch {
		case err != nil:
			return nil, err
		case e.Locked.After(now):
			all, err := employee(tx, who)
			return nil, errors.Join(err, errLocked(e.Locked, now, all.Locked.After(now)))
		case !e.HasPIN:
			return nil, errNoPIN
		}
		var here, everywhere int
		err = errors.Join(
			tx.QueryRow(`INSERT INTO pin_try (device, employee, wrong, at) VALUES (?1, ?2, 1, ?3)
				ON CONFLICT (device, employee) DO UPDATE SET wrong = CASE WHEN at < ?4 THEN 1 ELSE wrong + 1 END, at = ?3 RETURNING wrong`,
				m.Device, who, now.UnixMilli(), now.Add(-forgotten).UnixMilli()).Scan(&here),
			tx.QueryRow(`INSERT INTO pin_try (device, employee, wrong, at) VALUES ('', ?1, 1, ?2)
				ON CONFLICT (device, employee) DO UPDATE SET wrong = CASE WHEN at < ?3 THEN 1 ELSE wrong + 1 END, at = CASE WHEN at < ?3 THEN ?2 ELSE at END RETURNING wrong`,
				who, now.UnixMilli(), now.Add(-wrongWindow).UnixMilli()).Scan(&everywhere),
			tx.QueryRow("SELECT pin FROM employee WHERE id = ?", who).Scan(&hash))
		var lock event.PINLocked
		switch {
		case err != nil:
			return nil, err
		case everywhere > wrongEverywhere:
			lock = event.PINLocked{Employee: who, Until: now.Add(lockEverywhere).UnixMilli()}
			_, err = tx.Exec("DELETE FROM pin_try WHERE employee = ?", who)
		case here > wrongHere:
			lock = event.PINLocked{Employee: who, Device: m.Device, Until: now.Add(lockHere).UnixMilli()}
			_, e1 := tx.Exec("DELETE FROM pin_try WHERE employee = ? AND device = ?", who, m.Device)
			_, e2 := tx.Exec("UPDATE pin_try SET wrong = max(wrong - 1, 0) WHERE employee = ? AND device = ''", who) // it was not looked at
			err = errors.Join(e1, e2)
		default:
			return nil, nil
		}
		return []event.Payload{lock}, err
	})
	for _, e := range r.Events {
		if lock, ok := e.Payload.(event.PINLocked); ok {
			err = errLocked(time.UnixMilli(lock.Until), now, lock.Device.IsZero())
		}
	}
	return hash, err
}
