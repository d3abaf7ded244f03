// Package box is the appliance: New wires every part of one restaurant's box,
// Run supervises it. It is the only package of the edge that knows them all.
//
// It promises: the web page comes up first and says what is wrong where the box
// cannot start; a stop is clean and a kill -9 ordinary; no worker starts before
// the database is whole.
package box

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	_ "time/tzdata" // the zones of all restaurants, whatever the machine has

	"github.com/tyngo/tyngo/edge/api"
	"github.com/tyngo/tyngo/edge/clock"
	"github.com/tyngo/tyngo/edge/floor"
	"github.com/tyngo/tyngo/edge/guest"
	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/kitchen"
	"github.com/tyngo/tyngo/edge/menu"
	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/payment"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/staff"
	"github.com/tyngo/tyngo/edge/uplink"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/edge/web"
	"github.com/tyngo/tyngo/sync/datadir"
	"github.com/tyngo/tyngo/sync/door"
)

// Version of the program; the release sets it.
var Version = "0.1.0-dev"

// Config is what a box is made of. Now and Log are required.
type Config struct {
	Dir         string               // of all its data
	Now         func() time.Time     // the machine's own clock
	Elapsed     func() time.Duration // the time that passed, however that is set; as Now tells where nil
	Synced      func() bool          // Now follows a time server; never where nil
	Log         *slog.Logger
	OpenPrinter kitchen.Opener // the table of drivers where nil
	SQLite      sqlite.Config

	lan *lan // how tablets of other machines come in; nil: they do not
}

// Box is one opened box.
type Box struct {
	Config
	Boot     Boot
	Clock    *clock.Clock
	DB       *sqlite.DB
	Journal  *journal.Journal
	Venues   *venue.Book
	Menus    *menu.Book
	Orders   *order.Book
	Payments *payment.Book
	Floor    *floor.Book
	Guests   *guest.Book
	Staff    *staff.Book
	Spool    *kitchen.Spool
	Uplink   *uplink.Uplink
	Keys     *door.Keys
	API      *api.API

	guests *guest.File // nil: it cannot be read
	lock   *os.File
	mu     sync.Mutex
	health error // what quick_check found
	since  time.Time
}

// database is the file of the box, beside which everything else lies.
const database = "box.db"

// Projectors keep every table that is a fold of the journal, in order.
func Projectors() []journal.Projector {
	return []journal.Projector{venue.Projector(), menu.Projector(), staff.Projector(), order.Projector(), payment.Projector(), kitchen.Projector(), floor.Projector(), guest.Projector()}
}

// Projected are the tables that Projectors keep: byte-equal after a replay.
var Projected = []string{"active_document", "document_owner", "document_fetch", "document_offer", "menu_overlay",
	"device", "employee", "time_entry", "pin_lock", "approval", "guest_check", "check_line", "check_discount", "payments", "gift_card", "drawer", "drawer_move", "checkout", "ticket", "print_job",
	"party", "floor_table", "party_check", "guest", "guest_visit", "guest_consent", "guest_delivery", "visit_rating"}

// NotProjected are the other tables, and why a replay does not make them.
var NotProjected = map[string]string{
	"box": "identity", "journal": "the history itself", "inherited": "the history of other branches", "epoch": "branches",
	"document": "content-addressed, copied", "document_piece": "attempts", "receipt": "a cache", "cursor": "cursors", "session": "secrets", "code": "secrets",
	"device_person": "who stands where now", "device_seen": "when it was heard last", "pin_try": "attempts",
	"print_attempt": "attempts", "printer_number": "attempts", "goose_db_version": "schema",
}

// New opens the data directory and wires the box. Nothing runs yet.
func New(ctx context.Context, c Config) (b *Box, err error) {
	if c.Elapsed == nil {
		wall, start := c.Now, c.Now()
		c.Elapsed = func() time.Duration { return wall().Sub(start) } // what Go measures is no matter of the date
	}
	b = &Box{Config: c, Clock: clock.New(c.Now, c.Elapsed), Venues: &venue.Book{}, Menus: &menu.Book{}, since: c.Now()}
	b.Now = b.Clock.Now
	c.Now = b.Clock.Now
	if b.OpenPrinter == nil {
		b.OpenPrinter = openPrinter
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.Close())
			b = nil
		}
	}()
	if b.lock, err = datadir.Lock(c.Dir); err != nil {
		return b, err
	}
	c.SQLite.Log = c.Log
	b.openGuests(ctx, &c)
	if b.DB, err = sqlite.Open(ctx, filepath.Join(c.Dir, database), c.SQLite); err != nil {
		return b, err
	}
	if err := b.DB.View(ctx, func(q *sqlite.Snapshot) (err error) {
		b.Boot, err = nextBoot(filepath.Join(c.Dir, bootFile), q)
		return err
	}); err != nil {
		return b, err
	}
	if b.Journal, err = journal.Open(ctx, b.DB, journal.Config{Now: c.Now, Day: b.Venues.Day, Log: c.Log,
		Projectors: Projectors(), Reactors: []journal.Reactor{kitchen.Reactor(b.Venues, b.Boot.Series), floor.Reactor(&b.Orders)}}); err != nil {
		return b, err
	}
	if err := b.startClock(ctx); err != nil {
		return b, err
	}
	b.Orders = order.NewBook(b.Journal, b.Venues, b.Menus, b.Boot.Series, c.Now)
	b.Orders.Guests = floor.Guests
	b.Payments = payment.NewBook(b.Journal, b.Orders, b.Venues, c.Now)
	b.Floor = floor.NewBook(b.Journal, b.Venues, b.Boot.Series, c.Now)
	b.Guests = guest.NewBook(b.Journal, b.guests, c.Now, c.Log)
	if b.Staff, err = staff.Open(ctx, b.Journal, c.Now); err != nil {
		return b, err
	}
	b.Spool = kitchen.NewSpool(b.Journal, b.Venues, b.OpenPrinter, c.Now, c.Log)
	b.Spool.Named = b.Guests.Name
	b.Uplink = uplink.New(uplink.Config{Journal: b.Journal, Dir: b.home(), Boot: b.Boot.Boot, Prev: b.Boot.Before, Incarnation: b.Boot.Series,
		Software: Version, InForce: venue.InForce, Guests: b.keyring(), Directives: b.directives(), Documents: b.documents(),
		Photos: uplink.Photos{Missing: b.Menus.MissingPhotos, Keep: func(ctx context.Context, body []byte) error { return menu.KeepPhoto(ctx, b.Journal, body) }},
		Heard:  b.Clock.Hear, OfficeNow: b.officeNow, Doubted: b.doubted, Now: c.Now, Steady: b.Clock.Steady, Log: c.Log})
	if b.Keys, err = openKeys(c.Dir, c.Now); err != nil {
		return b, err
	}
	site, err := web.Site()
	if err != nil {
		return b, err
	}
	b.API = api.New(api.Config{Journal: b.Journal, Venues: b.Venues, Menus: b.Menus, Orders: b.Orders, Payments: b.Payments, Floor: b.Floor, Guests: b.Guests, Staff: b.Staff, Spool: b.Spool,
		Keys: b.Keys, Site: site, Lights: b.lights, Origin: b.originStatus, Enrol: b.lan.enrol(), CA: b.lan.ca(), Clock: b.clockStatus, Confirm: b.confirm, Uplink: b.uplinkStatus, Series: b.Boot.Series, Version: Version, Now: c.Now, Log: c.Log})
	return b, nil
}

// openGuests opens the guests' own file, beside which snapshots read it. Where it is broken
// the box serves without it, and says so by a light: a guest needs no name to eat.
func (b *Box) openGuests(ctx context.Context, c *Config) {
	path := filepath.Join(c.Dir, guest.FileName)
	f, err := guest.OpenFile(ctx, path, c.Now(), c.Log)
	if err != nil {
		c.Log.Error("open guests", "err", err)
		return
	}
	b.guests = f
	c.SQLite.Attach = map[string]string{guest.Schema: path}
}

// keyring is the guests' keys as the uplink carries them; none where they cannot be read.
func (b *Box) keyring() uplink.Keyring {
	if b.guests == nil {
		return nil
	}
	return b.Guests
}

// home is where the identity of a joined box is kept.
func (b *Box) home() string { return filepath.Join(b.Dir, "home") }

// openKeys opens the key of the box's bearer tokens; its directory is its realm.
func openKeys(dir string, now func() time.Time) (*door.Keys, error) {
	return door.OpenKeys(filepath.Join(dir, "token.key"), "tyngo-edge", now)
}

// Ready reports whether the box knows its restaurant.
func (b *Box) Ready(ctx context.Context) error {
	return b.DB.View(ctx, func(q *sqlite.Snapshot) error { _, err := b.Venues.Active(q); return err })
}

// Work runs the workers until ctx ends and waits for them.
func (b *Box) Work(ctx context.Context) error {
	workers := []func(context.Context) error{b.Spool.Run, b.Uplink.Run, b.Guests.Run, b.tend, b.examine, b.trust}
	errs := make(chan error, len(workers))
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for _, w := range workers {
		go func() { errs <- w(ctx) }()
	}
	var err error
	for range workers {
		e := <-errs
		if e != nil {
			cancel() // a broken invariant ends the box; systemd starts it again
		}
		err = errors.Join(err, e)
	}
	return err
}

// tend notes the head beside the database, makes the reserve again, and gives memory
// back when the rush is over.
func (b *Box) tend(ctx context.Context) error {
	every := time.NewTicker(10 * time.Second)
	defer every.Stop()
	var last int64
	for {
		select {
		case <-ctx.Done():
			b.note(context.WithoutCancel(ctx))
			return nil
		case <-every.C:
			b.note(ctx)
			b.DB.Replenish()
			if err := b.Staff.Remember(ctx); err != nil {
				b.Log.Warn("note when devices were heard", "err", err)
			}
			now := b.DB.Stats().Commits.Load()
			if now-last < calmCommits {
				release()
			}
			last = now
		}
	}
}

const (
	calmCommits = 50       // in ten seconds: the rush is over
	keepMost    = 40 << 20 // bytes that the program may keep from the machine meanwhile
)

// release gives back the memory of a rush, where there is some to give.
func release() {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if held := m.Sys - m.HeapReleased; held > keepMost && m.HeapAlloc < held*3/4 {
		debug.FreeOSMemory()
	}
}

func (b *Box) note(ctx context.Context) {
	head, _, err := b.Journal.Head(ctx)
	if err == nil && (head != b.Boot.Head || b.doubted()) {
		b.Boot.Head, b.Boot.At = head, b.Now().UnixMilli()
		err = b.Boot.save(filepath.Join(b.Dir, bootFile))
	}
	if err != nil {
		b.Log.Warn("note the head of the journal", "err", err)
	}
}

// examine reads the file for damage after an unclean stop; its result is a light.
func (b *Box) examine(ctx context.Context) error {
	if !b.DB.Unclean() {
		return nil
	}
	start := b.Now()
	err := b.DB.QuickCheck(ctx)
	if ctx.Err() != nil {
		return nil
	}
	b.Log.Info("checked the database after an unclean stop", "took", b.Now().Sub(start), "err", err)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.health = err
	return nil
}

// Close ends a box whose workers are not running.
func (b *Box) Close() error {
	var err error
	if b.DB != nil {
		err = b.DB.Close()
	}
	if b.guests != nil {
		err = errors.Join(err, b.guests.Close())
	}
	if b.lock != nil {
		err = errors.Join(err, b.lock.Close())
	}
	return err
}
