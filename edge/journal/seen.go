package journal

import (
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

var (
	errReused  = fault.New(fault.Invalid, "command_reused", "This key was used before for something else. Use a new key.")
	errForeign = fault.New(fault.Invalid, "command_foreign", "This command belongs to another device.")
)

// seen answers a command that was done before. The receipt is a cache; where it
// is missing, journal and inherited decide. A command that made no facts and has
// no receipt is decided again.
func (j *Journal) seen(tx *sqlite.Tx, m Meta) (bool, outcome, error) {
	const receipt, journal, inherited = 1, 2, 4
	var where int
	c := m.Command.Bytes()
	if err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM receipt WHERE command = ?1)
		+ 2 * EXISTS (SELECT 1 FROM journal WHERE command = ?1)
		+ 4 * EXISTS (SELECT 1 FROM inherited WHERE command = ?1)`, c).Scan(&where); err != nil {
		return false, outcome{}, fmt.Errorf("look for the command: %w", err)
	}
	if where == 0 || j.broken == ReceiptsOnly && m.Body != nil && where&receipt == 0 {
		return false, outcome{}, nil
	}
	if where&receipt != 0 {
		if refusal, err := j.receipt(tx, m); err != nil || refusal != nil {
			return true, outcome{Receipt: Receipt{Repeated: true}, refusal: refusal}, err
		}
	}
	out := outcome{Receipt: Receipt{Repeated: true}}
	for _, t := range []struct {
		bit   int
		query string
	}{
		{journal, "SELECT body FROM journal WHERE command = ? ORDER BY seq"},
		{inherited, "SELECT body FROM inherited WHERE command = ? ORDER BY epoch, seq"},
	} {
		if where&t.bit == 0 || len(out.Events) > 0 {
			continue
		}
		if err := sqlite.Each(tx, t.query, []any{c}, func(scan sqlite.Scan) error {
			e, err := scanEvent(scan)
			out.Events = append(out.Events, e)
			out.Seq = e.Seq
			return err
		}); err != nil {
			return true, outcome{}, err
		}
	}
	if len(out.Events) > 0 && out.Events[0].Device != m.Device {
		return true, outcome{}, errForeign
	}
	return true, out, nil
}

// receipt reads the cached answer: a refusal, or nil for 'done'.
func (j *Journal) receipt(tx *sqlite.Tx, m Meta) (refusal, err error) {
	var device id.Device
	var body []byte
	var problem sql.NullString
	if err := tx.QueryRow("SELECT device, body, refusal FROM receipt WHERE command = ?", m.Command.Bytes()).Scan(&device, &body, &problem); err != nil {
		return nil, fmt.Errorf("read receipt: %w", err)
	}
	if device != m.Device {
		return nil, errForeign
	}
	if m.Body != nil && body != nil && string(body) != string(m.Body[:]) {
		return nil, errReused
	}
	if !problem.Valid {
		return nil, nil
	}
	var f fault.Fault
	if err := json.Unmarshal([]byte(problem.String), &f); err != nil {
		return nil, fmt.Errorf("read receipt: %w", err)
	}
	return &f, nil
}

// refuse remembers that Decide refused for good.
func refuse(tx *sqlite.Tx, m Meta, f *fault.Fault) error {
	problem, err := json.Marshal(f)
	if err != nil {
		return err
	}
	_, err = tx.Exec("INSERT INTO receipt (command, device, body, refusal) VALUES (?, ?, ?, ?)", m.Command.Bytes(), m.Device, m.Body[:], string(problem))
	return err
}

func scanEvent(scan sqlite.Scan) (event.Event, error) {
	var body []byte
	if err := scan(&body); err != nil {
		return event.Event{}, err
	}
	return event.Parse(body)
}

// Forget empties the receipts. They are a cache: nothing is lost, commands are
// still recognised by the journal. For tests and for a disk that runs full.
func (j *Journal) Forget(tx *sqlite.Tx) error {
	_, err := tx.Exec("DELETE FROM receipt")
	return err
}
