package staff

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Act is something that may take another's word: what, of which order, how much, and who
// wants to do it. An approval is for one Act.
type Act struct {
	Action string // the permission that it takes
	Order  id.Order
	Amount money.Amount
	Staff  id.Staff  // who; none: whoever stands at the device
	Device id.Device // where
}

// Approval is one wish for another's word.
type Approval struct {
	ID id.Approval
	Act
	Reason string
	State  string // asked, given, refused, withdrawn, used; expired: its time is over
	Asked  time.Time
	Until  time.Time // at which asked or given ends
	By     id.Staff  // who answered
	Answer string    // why not
}

const (
	approvalLife  = 3 * time.Minute // of a question, and then of a yes
	approvalsMost = 20              // open ones of one device
	reasonMost    = 120             // characters
)

var (
	errApprovalNeeded  = fault.New(fault.Denied, "approval_needed", "This takes a manager, or a manager's approval.")
	errApprovalUnknown = fault.New(fault.NotFound, "approval_unknown", "There is no such request here.")
	errApprovalOther   = fault.New(fault.Conflict, "approval_other", "The approval is for something else, or it changed since. Ask again.")
	errApprovalOver    = fault.New(fault.Conflict, "approval_over", "This request is answered already, or its time is over.")
	errApprovalOpen    = fault.New(fault.Denied, "approval_open", "Nobody has answered yet.")
	errApprovalNeedsNo = fault.New(fault.Conflict, "approval_not_needed", "You may do this yourself.")
)

// Allow answers the facts that go with an act: none where the role may do it, or so
// much of it (most); that an approval was used, where one was given for just this.
func Allow(q sqlite.Queryer, act Act, role string, most money.Amount, approval id.Approval, now time.Time) ([]event.Payload, error) {
	if May(role, act.Action) || act.Amount <= most && most > 0 {
		return nil, nil
	}
	if approval.IsZero() {
		return nil, errApprovalNeeded
	}
	a, err := LoadApproval(q, approval, now)
	switch {
	case err != nil:
		return nil, err
	case a.State == "asked":
		return nil, errApprovalOpen
	case a.Act != act:
		return nil, errApprovalOther
	case a.State != "given":
		return nil, errApprovalOver
	}
	return []event.Payload{event.ApprovalUsed{Approval: a.ID, By: a.By}}, nil
}

// Ask asks for another's word on an act, for so long as 'approvalLife' says.
func (b *Book) Ask(ctx context.Context, m journal.Meta, act Act, role string, most money.Amount, reason string) (id.Approval, journal.Receipt, error) {
	act.Staff, act.Device = m.Staff, m.Device
	fresh := id.Made[id.Approval](m.Command, 0)
	reason, err := plainReason(reason)
	if err != nil {
		return fresh, journal.Receipt{}, err
	}
	r, err := b.journal.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) {
		now := b.now()
		if _, err := Allow(tx, act, role, most, id.Approval{}, now); err == nil {
			return nil, errApprovalNeedsNo
		}
		var open, same int
		if err := tx.QueryRow(`SELECT count(*), coalesce(sum(action = ?3 AND order_id = ?4 AND asker = ?5), 0) FROM approval
			WHERE asked_at > ?1 AND state = 'asked' AND until > ?2 AND device = ?6`,
			now.Add(-2*approvalLife).UnixMilli(), now.UnixMilli(), act.Action, act.Order, act.Staff, act.Device).Scan(&open, &same); err != nil {
			return nil, err
		}
		if same > 0 {
			return nil, fault.New(fault.Conflict, "approval_asked", "This was asked already. Wait for the answer, or withdraw it.")
		}
		if open >= approvalsMost {
			return nil, fault.New(fault.TooMany, "approvals_open", "Too many requests of this device are open. Wait for their answers.")
		}
		return []event.Payload{event.ApprovalAsked{Approval: fresh, Action: act.Action, Order: act.Order, Amount: act.Amount, Reason: reason, Until: now.Add(approvalLife).UnixMilli()}}, nil
	})
	return fresh, r, err
}

func plainReason(s string) (string, error) {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) > reasonMost || strings.ContainsFunc(s, unicode.IsControl) || !utf8.ValidString(s) {
		return "", fault.Newf(fault.Invalid, "reason_invalid", "A reason has at most %d characters.", reasonMost).At("body.reason", "is too long, or no text")
	}
	return s, nil
}

// Answer says yes or no to a request, in the name of m.Staff: somebody else than who
// asked, who may do it themselves.
func (b *Book) Answer(ctx context.Context, m journal.Meta, approval id.Approval, yes bool, reason string) (journal.Receipt, error) {
	if m.Staff.IsZero() {
		return journal.Receipt{}, fault.New(fault.Denied, "person_needed", "An approval bears a name. Enter your PIN.")
	}
	reason, err := plainReason(reason)
	if err != nil {
		return journal.Receipt{}, err
	}
	return b.journal.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) {
		now := b.now()
		a, err := LoadApproval(tx, approval, now)
		if err != nil {
			return nil, err
		}
		by, err := employee(tx, m.Staff)
		switch {
		case err != nil:
			return nil, err
		case !by.Active || !May(by.Role, a.Action):
			return nil, fault.New(fault.Denied, "not_allowed", "Only somebody who may do this approves it. Ask a manager.")
		case a.Staff == m.Staff:
			return nil, fault.New(fault.Denied, "approval_own", "Nobody approves what they ask for themselves.")
		case a.State != "asked":
			return nil, errApprovalOver
		case yes:
			return []event.Payload{event.ApprovalGiven{Approval: a.ID, By: m.Staff, Until: now.Add(approvalLife).UnixMilli()}}, nil
		}
		return []event.Payload{event.ApprovalRefused{Approval: a.ID, By: m.Staff, Reason: reason}}, nil
	})
}

// Withdraw takes a request back, or a yes that was not used.
func (b *Book) Withdraw(ctx context.Context, m journal.Meta, approval id.Approval) (journal.Receipt, error) {
	return b.journal.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) {
		a, err := LoadApproval(tx, approval, b.now())
		switch {
		case err != nil:
			return nil, err
		case a.Staff != m.Staff || a.Device != m.Device:
			return nil, fault.New(fault.Denied, "not_allowed", "Only who asked takes it back.")
		case a.State != "asked" && a.State != "given":
			return nil, errApprovalOver
		}
		return []event.Payload{event.ApprovalWithdrawn{Approval: a.ID}}, nil
	})
}

const selectApproval = "SELECT id, action, order_id, amount, reason, asker, device, state, asked_at, until, by, answer FROM approval"

func scanApproval(scan sqlite.Scan, now time.Time) (a Approval, err error) {
	var asked, until int64
	err = scan(&a.ID, &a.Action, &a.Order, &a.Amount, &a.Reason, &a.Staff, &a.Device, &a.State, &asked, &until, &a.By, &a.Answer)
	a.Asked, a.Until = time.UnixMilli(asked).UTC(), time.UnixMilli(until).UTC()
	if (a.State == "asked" || a.State == "given") && !now.Before(a.Until) {
		a.State = "expired"
	}
	return a, err
}

// LoadApproval is one request as it is now.
func LoadApproval(q sqlite.Queryer, approval id.Approval, now time.Time) (Approval, error) {
	a, err := scanApproval(q.QueryRow(selectApproval+" WHERE id = ?", approval).Scan, now)
	if errors.Is(err, sql.ErrNoRows) {
		err = errApprovalUnknown
	}
	return a, err
}

// Approvals are the requests since a moment, the newest first, n at most.
func Approvals(q sqlite.Queryer, since, now time.Time, n int) (list []Approval, err error) {
	err = sqlite.Each(q, selectApproval+" WHERE asked_at >= ? ORDER BY asked_at DESC, id DESC LIMIT ?", []any{since.UnixMilli(), n}, func(scan sqlite.Scan) error {
		a, err := scanApproval(scan, now)
		list = append(list, a)
		return err
	})
	return list, err
}

// ApprovedBy is whose word a command was done with; zero: it took none.
func ApprovedBy(q sqlite.Queryer, c id.Command) (by id.Staff, err error) {
	err = q.QueryRow("SELECT by FROM approval WHERE command = ? AND command <> ''", c).Scan(&by)
	if errors.Is(err, sql.ErrNoRows) {
		return by, nil
	}
	return by, err
}

// approvals keeps the table of them.
func approvals(tx *sqlite.Tx, e event.Event) (err error) {
	switch p := e.Payload.(type) {
	case event.ApprovalAsked:
		_, err = tx.Exec(`INSERT INTO approval (id, action, order_id, amount, reason, asker, device, state, asked_at, until, at)
			VALUES (?, ?, ?, ?, ?, ?, ?, 'asked', ?8, ?, ?8) ON CONFLICT DO NOTHING`, p.Approval, p.Action, p.Order, p.Amount, p.Reason, e.Staff, e.Device, e.At, p.Until)
	case event.ApprovalGiven:
		_, err = tx.Exec("UPDATE approval SET state = 'given', by = ?, until = ?, at = ? WHERE id = ?", p.By, p.Until, e.At, p.Approval)
	case event.ApprovalRefused:
		_, err = tx.Exec("UPDATE approval SET state = 'refused', by = ?, answer = ?, at = ? WHERE id = ?", p.By, p.Reason, e.At, p.Approval)
	case event.ApprovalWithdrawn:
		_, err = tx.Exec("UPDATE approval SET state = 'withdrawn', at = ? WHERE id = ?", e.At, p.Approval)
	case event.ApprovalUsed:
		_, err = tx.Exec("UPDATE approval SET state = 'used', at = ?, command = ? WHERE id = ?", e.At, e.Command, p.Approval)
	}
	return err
}
