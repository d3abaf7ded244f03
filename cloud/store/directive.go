package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/tyngo/tyngo/sync/id"
)

// Directive is one wish of head office.
type Directive struct {
	Box          id.Box
	ID           id.Directive
	Made         time.Time
	Expires      time.Time // zero: never
	Kind         string
	Precondition json.RawMessage // nil: none
	Body         json.RawMessage
	Maker        string
	Answer       string // applied, refused, expired; empty: none yet
	Code         string // of a refusal
	Reason       string
	AnswerSeq    int64
}

// AddDirective keeps a wish, behind those that the box has not answered.
func (t *Tx) AddDirective(b Box, d Directive) error {
	org, box := b.Organisation.Bytes(), b.ID.Bytes()
	var n int64
	if err := t.row("SELECT coalesce(max(n), 0) + 1 FROM directive WHERE organisation_id = ? AND box = ?", org, box).Scan(&n); err != nil {
		return err
	}
	_, err := t.exec(`INSERT INTO directive (organisation_id, box, id, n, made, expires_at, kind, precondition, body, maker, answer, code, reason, answer_seq)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', '', 0)`,
		org, box, d.ID.Bytes(), n, d.Made.UnixMilli(), milli(d.Expires), d.Kind, string(d.Precondition), string(d.Body), d.Maker)
	return err
}

func milli(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

const directiveColumns = "box, id, made, expires_at, kind, precondition, body, maker, answer, code, reason, answer_seq"

func scanDirective(scan func(...any) error) (d Directive, err error) {
	var made, expires int64
	var precondition, body string
	if err := scan(&d.Box, &d.ID, &made, &expires, &d.Kind, &precondition, &body, &d.Maker, &d.Answer, &d.Code, &d.Reason, &d.AnswerSeq); err != nil {
		return d, err
	}
	d.Made, d.Body = time.UnixMilli(made), json.RawMessage(body)
	if expires > 0 {
		d.Expires = time.UnixMilli(expires)
	}
	if precondition != "" {
		d.Precondition = json.RawMessage(precondition)
	}
	return d, nil
}

// Unanswered are the oldest wishes that a box has not answered, in order.
func (t *Tx) Unanswered(b Box, most int) (list []Directive, err error) {
	err = t.each("SELECT "+directiveColumns+" FROM directive WHERE organisation_id = ? AND box = ? AND answer = '' ORDER BY n LIMIT ?",
		[]any{b.Organisation.Bytes(), b.ID.Bytes(), most}, func(scan func(...any) error) error {
			d, err := scanDirective(scan)
			list = append(list, d)
			return err
		})
	return list, err
}

// Answered notes what a box answered, by the fact seq. An answer to a wish that is
// not known here is no error: the table may be older than the journal.
func (t *Tx) Answered(b Box, d id.Directive, answer, code, reason string, seq int64) error {
	_, err := t.exec("UPDATE directive SET answer = ?, code = ?, reason = ?, answer_seq = ? WHERE organisation_id = ? AND box = ? AND id = ?",
		answer, code, reason, seq, b.Organisation.Bytes(), b.ID.Bytes(), d.Bytes())
	return err
}

// BoxesOf are the boxes of a restaurant.
func (c Scope) BoxesOf(ctx context.Context, r id.Restaurant) (list []Box, err error) {
	err = c.s.Read(ctx, func(t *Tx) error {
		return t.each("SELECT id, organisation_id, restaurant_id FROM box WHERE organisation_id = ? AND restaurant_id = ? ORDER BY id",
			[]any{c.key(), r.Bytes()}, func(scan func(...any) error) error {
				var b Box
				err := scan(&b.ID, &b.Organisation, &b.Restaurant)
				list = append(list, b)
				return err
			})
	})
	return list, err
}

// Directives are the latest wishes of the boxes of a restaurant, the newest first.
func (c Scope) Directives(ctx context.Context, r id.Restaurant, most int) (list []Directive, err error) {
	err = c.s.Read(ctx, func(t *Tx) error {
		return t.each("SELECT "+directiveColumns+` FROM directive WHERE organisation_id = ?
			AND box IN (SELECT id FROM box WHERE organisation_id = ? AND restaurant_id = ?) ORDER BY made DESC, n DESC LIMIT ?`,
			[]any{c.key(), c.key(), r.Bytes(), most}, func(scan func(...any) error) error {
				d, err := scanDirective(scan)
				list = append(list, d)
				return err
			})
	})
	return list, err
}
