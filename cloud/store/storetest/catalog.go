package storetest

import (
	"errors"
	"slices"
	"testing"

	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/id"
)

// shelf puts one directive and one document in force, the same for every twin.
func shelf(t testing.TB, s *store.Store, b store.Box) {
	t.Helper()
	write(t, s, func(tx *store.Tx) error {
		sum, err := tx.PutDocument(b.Organisation, []byte(`{"name":"Riverside"}`), Now)
		return errors.Join(err, tx.AddDirective(b, store.Directive{ID: id.New[id.Directive](), Made: Now, Kind: "k", Body: []byte(`{}`), Maker: "Ana"}),
			tx.SetInForce(b, store.InForce{Kind: doc.KindVenue, SHA256: sum, Owner: "box", At: Now}),
			tx.SetInForce(b, store.InForce{Kind: doc.KindMenu, SHA256: doc.Sum([]byte("elsewhere")), Owner: "hq", At: Now}),
			tx.NamesDocument(b, doc.Sum([]byte("a photo"))), tx.NamesDocument(b, doc.Sum([]byte("a photo"))))
	})
}

func init() {
	for name, ask := range map[string]func(testing.TB, *store.Store, store.Scope, twin) any{
		"Scope.BoxesOf": func(t testing.TB, _ *store.Store, c store.Scope, of twin) any {
			list, err := c.BoxesOf(t.Context(), of.box.Restaurant)
			return said(t, list, err)
		},
		"Scope.Directives": func(t testing.TB, _ *store.Store, c store.Scope, of twin) any {
			list, err := c.Directives(t.Context(), of.box.Restaurant, 10)
			return said(t, list, err)
		},
		"Scope.InForce": func(t testing.TB, _ *store.Store, c store.Scope, of twin) any {
			list, err := c.InForce(t.Context(), of.box.Restaurant)
			return said(t, list, err)
		},
		"Tx.Unanswered": inTx(func(tx *store.Tx, b store.Box) (any, error) { return tx.Unanswered(b, 10) }),
		"Tx.Lacking":    inTx(func(tx *store.Tx, b store.Box) (any, error) { return tx.Lacking(b) }),
	} {
		reads[name] = ask
	}
}

// directives: wishes are kept in order, answered once known, and a wish that is
// not known is no error.
func directives(t *testing.T, p Place) {
	s := p(t)
	t.Cleanup(func() { must(t, s.Close()) })
	c := Organisation(t, s, "One")
	b := Box(t, s, c, Restaurant(t, c, "R"))
	var made []id.Directive
	for n := range 5 {
		d := store.Directive{ID: id.New[id.Directive](), Made: Now, Kind: "k", Body: []byte(`{"n":1}`), Maker: "Ana"}
		if n == 0 {
			d.Expires, d.Precondition = Now.AddDate(0, 0, 1), []byte(`{"in_force":{}}`)
		}
		write(t, s, func(tx *store.Tx) error { return tx.AddDirective(b, d) })
		made = append(made, d.ID)
	}
	open := func(most int) (ids []id.Directive) {
		read(t, s, func(tx *store.Tx) error {
			list, err := tx.Unanswered(b, most)
			for _, d := range list {
				ids = append(ids, d.ID)
			}
			if len(list) > 0 && list[0].ID == made[0] && (!list[0].Expires.Equal(Now.AddDate(0, 0, 1)) || string(list[0].Precondition) != `{"in_force":{}}`) {
				t.Errorf("it came back as %+v", list[0])
			}
			return err
		})
		return ids
	}
	if got := open(3); !slices.Equal(got, made[:3]) {
		t.Errorf("the oldest three are %v of %v", got, made)
	}
	write(t, s, func(tx *store.Tx) error {
		return errors.Join(tx.Answered(b, made[0], "applied", "", "", 7), tx.Answered(b, made[2], "refused", "not_owner", "No.", 8),
			tx.Answered(b, id.New[id.Directive](), "applied", "", "", 9))
	})
	if got := open(9); !slices.Equal(got, []id.Directive{made[1], made[3], made[4]}) {
		t.Errorf("still open are %v of %v", got, made)
	}
	list, err := c.Directives(t.Context(), b.Restaurant, 9)
	must(t, err)
	if len(list) != 5 || list[4].Answer != "applied" || list[2].Code != "not_owner" || list[2].AnswerSeq != 8 {
		t.Errorf("%+v", list)
	}
}

// documents come in pieces, in order, and only whole and right ones are handed out.
func documents(t *testing.T, p Place) {
	s := p(t)
	t.Cleanup(func() { must(t, s.Close()) })
	c, other := Organisation(t, s, "One"), Organisation(t, s, "Two")
	body := make([]byte, 2*doc.PieceBytes+100)
	for i := range body {
		body[i] = byte(i * 7)
	}
	sum := doc.Sum(body)
	put := func(n int, part []byte) error {
		return s.Write(t.Context(), func(tx *store.Tx) error {
			return tx.PutPiece(c.Organisation(), sum, int64(len(body)), n, part, Now)
		})
	}
	part := func(n int) []byte { return body[n*doc.PieceBytes : min((n+1)*doc.PieceBytes, len(body))] }
	state := func() (d store.Document) {
		read(t, s, func(tx *store.Tx) (err error) { d, err = tx.Document(c.Organisation(), sum); return err })
		return d
	}
	must(t, put(0, part(0)))
	must(t, put(0, part(0))) // again: the answer was lost
	for what, err := range map[string]error{"a hole": put(2, part(2)), "a short piece": put(1, part(1)[1:]), "one beyond the end": put(3, part(0))} {
		if err == nil {
			t.Errorf("%s was taken", what)
		}
	}
	if _, err := c.Body(t.Context(), sum); !errors.Is(err, store.ErrNone) {
		t.Errorf("half a document was handed out: %v", err)
	}
	if d := state(); d.Have != 1 || d.Whole {
		t.Errorf("%+v", d)
	}
	must(t, put(1, part(1)))
	wrong := slices.Clone(part(2))
	wrong[0]++
	if err := put(2, wrong); !errors.Is(err, store.ErrBytes) {
		t.Errorf("other bytes than the name says: %v", err)
	}
	must(t, put(2, part(2)))
	got, err := c.Body(t.Context(), sum)
	must(t, err)
	if !slices.Equal(got, body) || !state().Whole {
		t.Error("it came back with other bytes")
	}
	if piece, err := c.Piece(t.Context(), sum, 2); err != nil || !slices.Equal(piece, part(2)) {
		t.Errorf("piece 2: %v", err)
	}
	if _, err := other.Body(t.Context(), sum); !errors.Is(err, store.ErrNone) {
		t.Errorf("another organisation reads it: %v", err)
	}
	if _, err := other.Piece(t.Context(), sum, 0); !errors.Is(err, store.ErrNone) {
		t.Errorf("another organisation reads a piece: %v", err)
	}
	write(t, s, func(tx *store.Tx) error { return tx.DropDocument(c.Organisation(), sum) })
	if !state().Whole {
		t.Error("a whole document was dropped")
	}
}

// inForce: the latest fact of a box says which document is in force; what is not
// here is lacking until it comes.
func inForce(t *testing.T, p Place) {
	s := p(t)
	t.Cleanup(func() { must(t, s.Close()) })
	c := Organisation(t, s, "One")
	b := Box(t, s, c, Restaurant(t, c, "R"))
	first, second := []byte(`{"n":1}`), []byte(`{"n":2}`)
	set := func(body []byte, after int) {
		write(t, s, func(tx *store.Tx) error {
			return tx.SetInForce(b, store.InForce{Kind: doc.KindMenu, SHA256: doc.Sum(body), Owner: "box", At: Now.AddDate(0, 0, after)})
		})
	}
	lacking := func() (sums []string) {
		read(t, s, func(tx *store.Tx) (err error) { sums, err = tx.Lacking(b); return err })
		return sums
	}
	set(second, 1)
	set(first, 0) // it came late
	if got := lacking(); !slices.Equal(got, []string{doc.Sum(second)}) {
		t.Errorf("lacking is %v", got)
	}
	write(t, s, func(tx *store.Tx) error {
		_, err := tx.PutDocument(c.Organisation(), second, Now)
		return errors.Join(err, tx.SetOwner(b, doc.KindMenu, "hq"))
	})
	list, err := c.InForce(t.Context(), b.Restaurant)
	must(t, err)
	if len(lacking()) > 0 || len(list) != 1 || !list[0].Here || list[0].Owner != "hq" || list[0].SHA256 != doc.Sum(second) {
		t.Errorf("lacking %v, in force %+v", lacking(), list)
	}
}
