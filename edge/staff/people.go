package staff

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

// Employee is somebody who works here.
type Employee struct {
	ID     id.Staff
	Name   string
	Role   string
	Active bool
	HasPIN bool
	Locked time.Time // until when no PIN is of use; zero: it is
	Clock  string    // out, in, break
	Job    string    // what as, while not out
	Since  time.Time // of the last move of the clock; zero: never
}

const (
	shift       = 16 * time.Hour // that somebody stands at a device without signing in again
	entriesMost = 10_000         // time entries that are told at once
)

var (
	errPerson = fault.New(fault.NotFound, "employee_unknown", "Nobody of this id works here.")
	errPIN    = fault.New(fault.Denied, "pin_wrong", "This PIN is wrong.") // not NoProof: the tablet is signed in
	errNoPIN  = fault.New(fault.Conflict, "pin_none", "This person has no PIN yet. A manager gives one.")
)

// An employee as a device sees them: ?1.
const selectEmployee = `SELECT id, name, role, active, pin <> '',
	max(locked, coalesce((SELECT until FROM pin_lock l WHERE l.device = ?1 AND l.employee = employee.id), 0)), clock, job, since FROM employee`

func scanEmployee(scan sqlite.Scan) (e Employee, err error) {
	var locked, since int64
	err = scan(&e.ID, &e.Name, &e.Role, &e.Active, &e.HasPIN, &locked, &e.Clock, &e.Job, &since)
	if locked > 0 {
		e.Locked = time.UnixMilli(locked).UTC()
	}
	if since > 0 {
		e.Since = time.UnixMilli(since).UTC()
	}
	return e, err
}

// Employees are all who work here or did, in the order in which they came.
func Employees(q sqlite.Queryer) ([]Employee, error) { return EmployeesAt(q, id.Device{}) }

// EmployeesAt are the same, with whose PIN is of no use at a device.
func EmployeesAt(q sqlite.Queryer, at id.Device) (list []Employee, err error) {
	err = sqlite.Each(q, selectEmployee+" ORDER BY seq", []any{at}, func(scan sqlite.Scan) error {
		e, err := scanEmployee(scan)
		list = append(list, e)
		return err
	})
	return list, err
}

func employee(q sqlite.Queryer, who id.Staff) (e Employee, err error) {
	return employeeAt(q, who, id.Device{})
}

func employeeAt(q sqlite.Queryer, who id.Staff, at id.Device) (e Employee, err error) {
	e, err = scanEmployee(q.QueryRow(selectEmployee+" WHERE id = ?2", at, who).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = errPerson
	}
	return e, err
}

// Save notes who works here; nothing where it is so already. by is the role of who
// says so. Where the staff list is head office's, it is refused.
func (b *Book) Save(ctx context.Context, m journal.Meta, e Employee, by string) (journal.Receipt, error) {
	if err := errors.Join(checkPerson(e.Role), CheckName(e.Name)); err != nil {
		return journal.Receipt{}, err
	}
	defer b.stir()
	return b.journal.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) {
		if err := venue.Owned(tx, doc.KindStaff, venue.Owner); err != nil {
			return nil, err
		}
		list, err := Employees(tx)
		if err != nil {
			return nil, err
		}
		var was Employee
		if i := slices.IndexFunc(list, func(o Employee) bool { return o.ID == e.ID }); i >= 0 {
			was = list[i]
		}
		if err := mayChange(by, was, e); err != nil {
			return nil, err
		}
		if was.ID == e.ID && was.Name == e.Name && was.Role == e.Role && was.Active == e.Active {
			return nil, nil
		}
		listed, err := b.listed(tx, list, e)
		return append([]event.Payload{saved(e)}, listed...), err
	})
}

// SetPIN gives somebody a PIN and lifts a lock.
func (b *Book) SetPIN(ctx context.Context, m journal.Meta, who id.Staff, pin, by string) (journal.Receipt, error) {
	if err := CheckPIN(pin); err != nil {
		return journal.Receipt{}, err
	}
	hash := hashPIN(pin) // it takes long: not in the transaction
	return b.journal.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) {
		e, err := employee(tx, who)
		if err != nil {
			return nil, err
		}
		if e.Role == "manager" && by != "manager" {
			return nil, fault.New(fault.Denied, "not_allowed", "Only a manager gives a manager a PIN.")
		}
		if _, err := tx.Exec("DELETE FROM pin_try WHERE employee = ?", who); err != nil {
			return nil, err
		}
		return []event.Payload{event.PINSet{Employee: who, Hash: hash}}, nil
	})
}

// Leave ends what Enter began.
func (b *Book) Leave(ctx context.Context, d id.Device) error {
	defer b.stir()
	return b.journal.DB().Update(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec("DELETE FROM device_person WHERE device = ?", d)
		return err
	})
}

// moves of the time clock: from what to what.
var moves = map[string]struct{ from, to, words string }{
	"in":     {"out", "in", "is at work already"},
	"out":    {"in", "out", "is not at work, or on a break"},
	"break":  {"in", "break", "is not at work, or on a break already"},
	"resume": {"break", "in", "is not on a break"},
}

// Clock moves somebody's time clock.
func (b *Book) Clock(ctx context.Context, m journal.Meta, who id.Staff, what, job string) (journal.Receipt, error) {
	move, ok := moves[what]
	if !ok {
		return journal.Receipt{}, fault.Newf(fault.Invalid, "clock_move", "%.20q is none of: in, out, break, resume.", what)
	}
	if job != "" {
		if err := CheckName(job); err != nil || what != "in" {
			return journal.Receipt{}, errors.Join(err, fault.New(fault.Invalid, "clock_job", "What as is said in 1 to 60 characters, with in."))
		}
	}
	return b.journal.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) {
		e, err := employee(tx, who)
		if err != nil {
			return nil, err
		}
		if !e.Active && what == "in" {
			return nil, errPerson
		}
		if e.Clock != move.from && !(what == "out" && e.Clock == "break") {
			return nil, fault.Newf(fault.Conflict, "clock_not_next", "%s %s.", e.Name, move.words)
		}
		return []event.Payload{event.Clocked{Employee: who, What: what, Job: job}}, nil
	})
}

// TimeEntry is one move of a time clock.
type TimeEntry struct {
	Employee id.Staff
	Seq      int64
	What     string
	Job      string
	At       time.Time
	Day      string
}

// TimeEntries are the moves of all time clocks on business days.
func TimeEntries(q sqlite.Queryer, from, to string) (list []TimeEntry, err error) {
	err = sqlite.Each(q, "SELECT employee, seq, what, job, at, day FROM time_entry WHERE day BETWEEN ? AND ? ORDER BY seq LIMIT ?", []any{from, to, entriesMost + 1}, func(scan sqlite.Scan) error {
		var t TimeEntry
		var at int64
		err := scan(&t.Employee, &t.Seq, &t.What, &t.Job, &at, &t.Day)
		t.At = time.UnixMilli(at).UTC()
		list = append(list, t)
		return err
	})
	if len(list) > entriesMost {
		return nil, fault.Newf(fault.Invalid, "too_many_hours", "There are more than %d entries in these days. Ask for fewer.", entriesMost)
	}
	return list, err
}

// people keeps the tables of people.
func people(tx *sqlite.Tx, e event.Event) error {
	switch p := e.Payload.(type) {
	case event.EmployeeSaved:
		_, err := tx.Exec(`INSERT INTO employee (id, name, role, active, seq) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role, active = excluded.active`, p.Employee, p.Name, p.Role, p.Active, e.Seq)
		return err
	case event.PINSet:
		if _, err := tx.Exec("DELETE FROM pin_lock WHERE employee = ?", p.Employee); err != nil {
			return err
		}
		_, err := tx.Exec("UPDATE employee SET pin = ?, locked = 0 WHERE id = ?", p.Hash, p.Employee)
		return err
	case event.PINLocked:
		if !p.Device.IsZero() {
			_, err := tx.Exec("INSERT INTO pin_lock (device, employee, until) VALUES (?, ?, ?) ON CONFLICT (device, employee) DO UPDATE SET until = excluded.until", p.Device, p.Employee, p.Until)
			return err
		}
		_, err := tx.Exec("UPDATE employee SET locked = ? WHERE id = ?", p.Until, p.Employee)
		return err
	case event.Clocked:
		if _, err := tx.Exec("INSERT INTO time_entry (employee, seq, what, job, at, day) VALUES (?, ?, ?, ?, ?, ?)", p.Employee, e.Seq, p.What, p.Job, e.At, e.Day); err != nil {
			return err
		}
		_, err := tx.Exec("UPDATE employee SET clock = ?, since = ?, job = CASE ? WHEN 'in' THEN ? WHEN 'out' THEN '' ELSE job END WHERE id = ?",
			moves[p.What].to, e.At, p.What, p.Job, p.Employee)
		return err
	}
	return nil
}

// standing is who stands at a device, for its sessions.
const standing = `SELECT s.device, coalesce(e.role, d.role), d.name, coalesce(e.id, '')
	FROM session s JOIN device d ON d.id = s.device AND d.revoked = 0
	LEFT JOIN device_person p ON p.device = s.device AND p.until >= ?2
	LEFT JOIN employee e ON e.id = p.employee AND e.active = 1
	WHERE s.hash = ?1 AND s.expires >= ?2`

// Works says whether somebody works here now.
func Works(q sqlite.Queryer, who id.Staff) (bool, error) {
	list, err := Employees(q)
	return slices.ContainsFunc(list, func(e Employee) bool { return e.ID == who && e.Active }), err
}
