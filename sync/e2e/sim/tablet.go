package sim

import (
	"crypto/sha256"
	"fmt"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
)

// asked is a request of a tablet that was done. The tablet keeps its key, since it
// may not have heard the answer.
type asked struct {
	meta journal.Meta
	n    int   // facts that it makes
	last int64 // the seq of its last one
}

// commit writes facts, as a guest's order would.
func (x *box) commit(n int) error {
	key := id.New[id.Command]()
	body := sha256.Sum256([]byte(key.String()))
	a := asked{meta: journal.Meta{Command: key, Body: &body}, n: n}
	r, err := x.ask(a)
	if err != nil {
		return err
	}
	if r.Repeated || len(r.Events) != n {
		return x.w.broke("I2: %s was asked for %d facts and answered %d, repeated: %t", x.name, n, len(r.Events), r.Repeated)
	}
	a.last = r.Seq
	x.asked = append(x.asked, a)
	return nil
}

func (x *box) ask(a asked) (journal.Receipt, error) {
	return x.journal.Commit(ctx, a.meta, func(*sqlite.Tx) ([]event.Payload, error) {
		facts := make([]event.Payload, a.n)
		for i := range facts {
			facts[i] = event.StatusChanged{Order: id.New[id.Order](), From: "placed", To: "preparing", Total: 100}
		}
		return facts, nil
	})
}

// askAgain repeats a request with its key, as a tablet does that heard no answer:
// at once or later, after a kill, and after the receipts were lost. It holds I2: a
// command makes its facts once, and is answered by them.
func (x *box) askAgain() error {
	w := x.w
	if len(x.asked) == 0 {
		return nil
	}
	w.Covered["asked again"]++
	a := x.asked[len(x.asked)-1]
	if w.chance(500) {
		a = x.asked[w.rnd.IntN(len(x.asked))]
	}
	if w.chance(300) {
		w.Covered["box killed"]++
		if err := x.kill(); err != nil {
			return err
		}
	}
	if w.chance(300) {
		w.Covered["receipts lost"]++
		if err := x.db.Update(ctx, x.journal.Forget); err != nil {
			return err
		}
	}
	head, _, err := x.journal.Head(ctx)
	if err != nil {
		return err
	}
	r, err := x.ask(a)
	if err != nil {
		return fmt.Errorf("ask again: %w", err)
	}
	now, _, err := x.journal.Head(ctx)
	if err != nil {
		return err
	}
	if now != head {
		return w.broke("I2: a command of %s was repeated with its key and made %d facts more", x.name, now-head)
	}
	if !r.Repeated || len(r.Events) != a.n || r.Seq != a.last {
		return w.broke("I2: a command of %s came to %d facts up to %d, and is answered by %d up to %d", x.name, a.n, a.last, len(r.Events), r.Seq)
	}
	return nil
}
