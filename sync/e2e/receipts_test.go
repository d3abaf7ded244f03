package e2e

import (
	"bytes"
	"database/sql"
	"path/filepath"

	_ "modernc.org/sqlite" // to look into the files of the stopped programs
)

// again empties the receipts of the stopped box and posts every order again with
// its key.
func (r *restaurant) again(want sums) {
	r.t.Helper()
	first := make([][]byte, len(r.orders))
	for n := range r.orders {
		raw, err := r.place(n)
		check(r.t, err)
		first[n] = raw
	}
	check(r.t, r.box.Stop())
	db, err := sql.Open("sqlite", "file:"+filepath.Join(r.box.Dir, "box.db"))
	check(r.t, err)
	res, err := db.Exec("DELETE FROM receipt")
	check(r.t, err)
	if n, _ := res.RowsAffected(); n < int64(len(r.orders)) {
		r.t.Errorf("%d receipts of %d orders", n, len(r.orders))
	}
	check(r.t, db.Close())
	check(r.t, r.box.Again(r.ctx))
	for n := range r.orders {
		raw, err := r.place(n)
		check(r.t, err)
		if !bytes.Equal(raw, first[n]) {
			r.t.Fatalf("order %s is answered\n%s first\n%s", r.orders[n].ID, raw, first[n])
		}
	}
	if _, have := r.onBox(); have != want {
		r.t.Errorf("the box has %+v, want %+v", have, want)
	}
}
