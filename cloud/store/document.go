package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/id"
)

// Document is how much of a document is here.
type Document struct {
	SHA256 string
	Size   int64
	Whole  bool
	Have   int // pieces, without a hole from the first
}

// ErrBytes says that the pieces of a document do not come to its name.
var ErrBytes = errors.New("the document has other bytes than its name says")

// Document is how much of one is here; the zero Document where nothing.
func (t *Tx) Document(org id.Organisation, sum string) (d Document, err error) {
	d.SHA256 = sum
	err = none(t.row("SELECT size, whole FROM document WHERE organisation_id = ? AND sha256 = ?", org.Bytes(), sum).Scan(&d.Size, &d.Whole))
	if errors.Is(err, ErrNone) {
		return d, nil
	}
	if err == nil {
		err = t.row("SELECT count(*) FROM document_piece WHERE organisation_id = ? AND sha256 = ?", org.Bytes(), sum).Scan(&d.Have)
	}
	return d, err
}

// PutPiece takes the next piece of a document; one that is here already is no
// error. The last one checks the whole: after ErrBytes, drop it.
func (t *Tx) PutPiece(org id.Organisation, sum string, size int64, n int, body []byte, now time.Time) error {
	d, err := t.Document(org, sum)
	switch {
	case err != nil || d.Whole || n < d.Have:
		return err
	case n > d.Have || n >= doc.Pieces(size) || d.Size != 0 && d.Size != size:
		return fmt.Errorf("piece %d of %s does not follow %d", n, sum, d.Have)
	case int64(len(body)) != min(doc.PieceBytes, size-int64(n)*doc.PieceBytes):
		return fmt.Errorf("piece %d of %s has %d bytes", n, sum, len(body))
	}
	if d.Size == 0 {
		if _, err := t.exec("INSERT INTO document (organisation_id, sha256, size, whole, made) VALUES (?, ?, ?, 0, ?)", org.Bytes(), sum, size, now.UnixMilli()); err != nil {
			return err
		}
	}
	if _, err := t.exec("INSERT INTO document_piece (organisation_id, sha256, n, body) VALUES (?, ?, ?, ?)", org.Bytes(), sum, n, body); err != nil {
		return err
	}
	if n+1 < doc.Pieces(size) {
		return nil
	}
	all, err := t.bytes(org, sum)
	if err != nil {
		return err
	}
	if doc.Sum(all) != sum {
		return ErrBytes
	}
	_, err = t.exec("UPDATE document SET whole = 1 WHERE organisation_id = ? AND sha256 = ?", org.Bytes(), sum)
	return err
}

// DropDocument forgets the pieces of a document that is not whole.
func (t *Tx) DropDocument(org id.Organisation, sum string) error {
	n, err := t.exec("DELETE FROM document WHERE organisation_id = ? AND sha256 = ? AND whole = 0", org.Bytes(), sum)
	if err == nil && n > 0 {
		_, err = t.exec("DELETE FROM document_piece WHERE organisation_id = ? AND sha256 = ?", org.Bytes(), sum)
	}
	return err
}

func (t *Tx) bytes(org id.Organisation, sum string) (all []byte, err error) {
	err = t.each("SELECT body FROM document_piece WHERE organisation_id = ? AND sha256 = ? ORDER BY n", []any{org.Bytes(), sum}, func(scan func(...any) error) error {
		var b []byte
		err := scan(&b)
		all = append(all, b...)
		return err
	})
	return all, err
}

// PutDocument keeps a whole document and answers its name.
func (t *Tx) PutDocument(org id.Organisation, body []byte, now time.Time) (sum string, err error) {
	sum = doc.Sum(body)
	d, err := t.Document(org, sum)
	if err != nil || d.Whole {
		return sum, err
	}
	for n := d.Have; n < doc.Pieces(int64(len(body))); n++ {
		from := n * doc.PieceBytes
		if err := t.PutPiece(org, sum, int64(len(body)), n, body[from:min(from+doc.PieceBytes, len(body))], now); err != nil {
			return sum, err
		}
	}
	return sum, nil
}

// Body is a whole document; ErrNone where it is not all here.
func (c Scope) Body(ctx context.Context, sum string) (body []byte, err error) {
	err = c.s.Read(ctx, func(t *Tx) error {
		d, err := t.Document(c.org, sum)
		if err == nil && !d.Whole {
			err = ErrNone
		}
		if err == nil {
			body, err = t.bytes(c.org, sum)
		}
		return err
	})
	return body, err
}

// Piece is one piece of a document that is whole; ErrNone where there is none.
func (c Scope) Piece(ctx context.Context, sum string, n int) (body []byte, err error) {
	err = c.s.Read(ctx, func(t *Tx) error {
		return t.row(`SELECT p.body FROM document_piece p JOIN document d ON d.organisation_id = p.organisation_id AND d.sha256 = p.sha256
			WHERE p.organisation_id = ? AND p.sha256 = ? AND p.n = ? AND d.whole = 1`, c.key(), sum, n).Scan(&body)
	})
	return body, none(err)
}

// InForce is the document of a kind that is in force at a box.
type InForce struct {
	Box    id.Box
	Kind   string
	SHA256 string
	Owner  string
	At     time.Time
	Here   bool // the document itself is stored whole
}

// SetInForce notes which document is in force. A fact that is older than the one
// known changes nothing.
func (t *Tx) SetInForce(b Box, f InForce) error {
	_, err := t.exec(`INSERT INTO document_in_force (organisation_id, box, kind, sha256, owner, at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (organisation_id, box, kind) DO UPDATE SET sha256 = excluded.sha256, owner = excluded.owner, at = excluded.at WHERE document_in_force.at <= excluded.at`,
		b.Organisation.Bytes(), b.ID.Bytes(), f.Kind, f.SHA256, f.Owner, f.At.UnixMilli())
	return err
}

// SetOwner notes whose the documents of a kind are.
func (t *Tx) SetOwner(b Box, kind, owner string) error {
	_, err := t.exec("UPDATE document_in_force SET owner = ? WHERE organisation_id = ? AND box = ? AND kind = ?", owner, b.Organisation.Bytes(), b.ID.Bytes(), kind)
	return err
}

const inForce = `SELECT f.box, f.kind, f.sha256, f.owner, f.at, coalesce(d.whole, 0) FROM document_in_force f
	LEFT JOIN document d ON d.organisation_id = f.organisation_id AND d.sha256 = f.sha256 `

// InForce are the documents in force at the boxes of a restaurant.
func (c Scope) InForce(ctx context.Context, r id.Restaurant) (list []InForce, err error) {
	err = c.s.Read(ctx, func(t *Tx) error {
		list, err = t.inForce("WHERE f.organisation_id = ? AND f.box IN (SELECT id FROM box WHERE organisation_id = ? AND restaurant_id = ?) ORDER BY f.kind, f.at DESC", c.key(), c.key(), r.Bytes())
		return err
	})
	return list, err
}

// NamesDocument notes that a fact of a box names a document that is never in force.
func (t *Tx) NamesDocument(b Box, sum string) error {
	_, err := t.exec("INSERT INTO document_named (organisation_id, box, sha256) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", b.Organisation.Bytes(), b.ID.Bytes(), sum)
	return err
}

// namedMost is how many documents beside those in force a box is asked for at once.
const namedMost = 8

// Lacking are the documents that a box's facts name and that are not here: those in
// force, and some of the others.
func (t *Tx) Lacking(b Box) (sums []string, err error) {
	list, err := t.inForce("WHERE f.organisation_id = ? AND f.box = ? AND coalesce(d.whole, 0) = 0 ORDER BY f.kind", b.Organisation.Bytes(), b.ID.Bytes())
	for _, f := range list {
		sums = append(sums, f.SHA256)
	}
	if err != nil {
		return nil, err
	}
	err = t.each(`SELECT n.sha256 FROM document_named n LEFT JOIN document d ON d.organisation_id = n.organisation_id AND d.sha256 = n.sha256
		WHERE n.organisation_id = ? AND n.box = ? AND coalesce(d.whole, 0) = 0 ORDER BY n.sha256 LIMIT ?`, []any{b.Organisation.Bytes(), b.ID.Bytes(), namedMost}, func(scan func(...any) error) error {
		var s string
		err := scan(&s)
		sums = append(sums, s)
		return err
	})
	return sums, err
}

func (t *Tx) inForce(where string, args ...any) (list []InForce, err error) {
	err = t.each(inForce+where, args, func(scan func(...any) error) error {
		var f InForce
		var at int64
		if err := scan(&f.Box, &f.Kind, &f.SHA256, &f.Owner, &at, &f.Here); err != nil {
			return err
		}
		f.At = time.UnixMilli(at)
		list = append(list, f)
		return nil
	})
	return list, err
}
