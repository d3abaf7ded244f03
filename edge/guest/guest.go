// Package guest is who the guests are: by an id in every fact, and by name, phone,
// mail, addresses and words only for as long as their key is there (PROTOCOL.md 8).
//
// The facts hold what is personal sealed under a key of each guest. The keys, and the
// same data plain, are in guest.db, a file of its own beside the journal and never in
// a backup. Plain columns are a projection of the journal with a cursor of its own. To
// erase a guest is to delete the keys and the columns; the history stays whole.
package guest

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/seal"
)

// Bounds of what is kept of a guest, in characters where nothing else is said.
const (
	MaxName      = 80
	MaxPhone     = 32
	MaxEmail     = 254
	MaxText      = 500 // a note, a comment, directions
	MaxLine      = 120 // of an address
	MaxAddresses = 20  // of one guest
)

// Book is where guests are changed.
type Book struct {
	journal *journal.Journal
	file    *File
	now     func() time.Time
	log     *slog.Logger

	mu    sync.Mutex // of the projection
	at    int64      // how far it has come
	ready bool       // the cursor was read

	asking sync.Mutex
	asked  map[id.Customer]time.Time // when head office was asked for keys of a guest
}

// NewBook makes a book; Run keeps guest.db in step.
func NewBook(j *journal.Journal, f *File, now func() time.Time, log *slog.Logger) *Book {
	return &Book{journal: j, file: f, now: now, log: log, asked: map[id.Customer]time.Time{}}
}

var (
	errUnknown = fault.New(fault.NotFound, "guest_unknown", "No guest of this id is known here.")
	errErased  = fault.New(fault.Conflict, "guest_erased", "This guest was erased. Make a new one.")
	errWithout = fault.New(fault.Unavailable, "guests_unavailable", "Guests' data cannot be read on this box. Orders go on. Call the engineer.")
)

// Ready is why guests' data cannot be used; nil where it can.
func (b *Book) Ready() error {
	if b.file == nil {
		return errWithout
	}
	return nil
}

// standing is what the journal says of a guest.
type standing struct {
	known  bool
	erased bool // or to be erased
}

func standingOf(q sqlite.Queryer, c id.Customer) (s standing, err error) {
	err = q.QueryRow(`SELECT EXISTS (SELECT 1 FROM main.guest WHERE customer = ?1) OR EXISTS (SELECT 1 FROM guest_visit WHERE customer = ?1),
		EXISTS (SELECT 1 FROM main.guest WHERE customer = ?1 AND asked_at + erased_at > 0)`, c).Scan(&s.known, &s.erased)
	return s, err
}

// commit does one command on a guest whose texts are sealed; where decide answers nil
// there is nothing to note. The receipt remembers the request by a sum under the guest's
// key: without that, nobody finds by trying what it was.
func (b *Book) commit(ctx context.Context, m journal.Meta, c id.Customer, decide func(tx *sqlite.Tx, s standing, k seal.Key) ([]event.Payload, error)) (journal.Receipt, error) {
	if err := b.Ready(); err != nil {
		return journal.Receipt{}, err
	}
	k, err := b.file.key(ctx, c, b.now())
	if err != nil {
		return journal.Receipt{}, err
	}
	if m.Body != nil {
		sum := k.Sum(m.Body[:])
		m.Body = &sum
	}
	r, err := b.journal.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) {
		s, err := standingOf(tx, c)
		switch {
		case err != nil:
			return nil, err
		case s.erased:
			return nil, errErased
		}
		facts, err := decide(tx, s, k)
		if err == nil && !s.known && facts != nil {
			facts = append([]event.Payload{event.GuestCreated{Customer: c}}, facts...)
		}
		return facts, err
	})
	if err == nil {
		b.follow(ctx)
	}
	return r, err
}

// follow lets who wrote read what they wrote. What cannot be projected now is later.
func (b *Book) follow(ctx context.Context) {
	if b.file == nil {
		return
	}
	if err := b.project(context.WithoutCancel(ctx)); err != nil {
		b.log.Error("project guests", "err", err)
	}
}
