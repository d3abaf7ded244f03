// Package storetest is what every engine of the store promises: one suite, run
// over SQLite now and over PostgreSQL later. It also makes the organisations,
// boxes and journals that the tests of the packages above need.
//
// Reads are not listed by hand alone: a method of the store that the suite does
// not know fails it, so that none stays unproven.
package storetest

import (
	"testing"
	"time"

	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/pipe"
)

// Place opens the store of one place: empty at first, and with what was committed
// when it is opened again.
type Place func(t testing.TB) *store.Store

// Run holds an engine to all promises. fresh makes a new empty place.
func Run(t *testing.T, fresh func(t testing.TB) Place) {
	for name, test := range map[string]func(*testing.T, Place){
		"EveryReadKeepsOrganisationsApart":       readsApart,
		"NoWriteReachesIntoAnotherOrganisation":  writesApart,
		"EveryMethodIsKnownHere":                 known,
		"FactsComeBackAsTheyWereStored":          facts,
		"OnlyWhatContinuesIsStored":              continues,
		"EpochsAreBranchesOfTheirOwn":            epochs,
		"TheDigestIsKeptAtBatchEnds":             batchEnds,
		"PresenceBelongsToABoot":                 presence,
		"StandingsTellEveryBox":                  standings,
		"ConsumersFollowByCursorsOfTheirOwn":     cursors,
		"SumsOnlyAdd":                            sums,
		"TheLatestWordOfARestaurantStands":       places,
		"AnIdThatStandsTwiceIsFound":             duplicates,
		"WhatWasFoldedCanBeForgotten":            unfold,
		"ACodeOpensOneSession":                   codes,
		"AClaimIsUsedOnce":                       claims,
		"CertificatesAreTakenBackOnce":           certificates,
		"ATransactionIsWholeOrNothing":           whole,
		"WhatWasCommittedIsThereAfterReopening":  reopen,
		"AReaderSeesOneState":                    oneState,
		"ReadersGoOnWhileOthersWrite":            together,
		"ReadersAskTheSameAtOnce":                alike,
		"WhatTheEngineCannotHoldIsCalledRefused": refused,
		"WishesKeepTheirOrderAndTheirAnswers":    directives,
		"DocumentsAreWholeOrNotThere":            documents,
		"TheLatestDocumentIsInForce":             inForce,
		"ARoomIsAsItWasLastSaid":                 floors,
		"AnErasedGuestsKeysAreGoneForGood":       guests,
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); test(t, fresh(t)) })
	}
}

// Now is the time of the suite.
var Now = time.UnixMilli(1_795_600_000_000).UTC()

// Day is the business day of Now.
const Day = "2026-11-25"

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Organisation adds one.
func Organisation(t testing.TB, s *store.Store, name string) store.Scope {
	t.Helper()
	o := store.Organisation{ID: id.New[id.Organisation](), Name: name}
	must(t, s.AddOrganisation(t.Context(), o, Now))
	return s.In(o.ID)
}

// Restaurant adds one.
func Restaurant(t testing.TB, c store.Scope, name string) id.Restaurant {
	t.Helper()
	r := store.Restaurant{ID: id.New[id.Restaurant](), Name: name}
	must(t, c.AddRestaurant(t.Context(), r, Now))
	return r.ID
}

// Box lets a box join a restaurant.
func Box(t testing.TB, s *store.Store, c store.Scope, r id.Restaurant) store.Box {
	t.Helper()
	b := store.Box{ID: id.New[id.Box](), Organisation: c.Organisation(), Restaurant: r}
	write(t, s, func(tx *store.Tx) error { return tx.AddBox(b, Now) })
	return b
}

func write(t testing.TB, s *store.Store, fn func(*store.Tx) error) {
	t.Helper()
	must(t, s.Write(t.Context(), fn))
}

func read(t testing.TB, s *store.Store, fn func(*store.Tx) error) {
	t.Helper()
	must(t, s.Read(t.Context(), fn))
}

// Journal is the journal of one box, without its disk.
type Journal struct {
	Box     id.Box
	Boot    id.Boot
	Events  []event.Event
	Digests []event.Digest // D(0), D(1), …
}

// NewJournal makes an empty one.
func NewJournal(b id.Box) *Journal {
	return &Journal{Box: b, Boot: id.New[id.Boot](), Digests: []event.Digest{event.Genesis(b)}}
}

// Add commits a fact of a business day.
func (j *Journal) Add(t testing.TB, at time.Time, day string, p event.Payload) event.Event {
	t.Helper()
	e, err := event.New(p)
	must(t, err)
	return j.Append(t, at, day, e)
}

// Append commits a fact whose type, version, id and data are given.
func (j *Journal) Append(t testing.TB, at time.Time, day string, e event.Event) event.Event {
	t.Helper()
	e.Seq, e.At, e.Day = int64(len(j.Events))+1, at.UnixMilli(), day
	if e.Command.IsZero() {
		e.Command = id.New[id.Command]()
	}
	must(t, e.Seal())
	j.Events = append(j.Events, e)
	j.Digests = append(j.Digests, j.Digests[e.Seq-1].Next(e.Body))
	return e
}

// Head is the seq of the last fact.
func (j *Journal) Head() int64 { return int64(len(j.Events)) }

// Cursor is where a cloud stands that has everything up to a seq.
func (j *Journal) Cursor(epoch, seq int64) pipe.Cursor {
	return pipe.Cursor{Epoch: epoch, Last: seq, Dg: j.Digests[seq], Boot: j.Boot}
}

// Verdict is what the receiver says of the facts after one seq up to another.
func (j *Journal) Verdict(epoch, after, through int64) pipe.Verdict {
	return pipe.Verdict{Store: j.Events[after:through], Cursor: j.Cursor(epoch, through), Moved: true}
}

// Upload stores what the cloud lacks of a journal, up to a seq, as one batch.
func (j *Journal) Upload(t testing.TB, s *store.Store, b store.Box, through int64) {
	t.Helper()
	write(t, s, func(tx *store.Tx) error {
		cur, err := tx.Cursor(b)
		if err != nil {
			return err
		}
		return tx.Append(b, cur, j.Verdict(1, cur.Last, through), Now)
	})
}

// some adds facts that look alike in every journal.
func (j *Journal) some(t testing.TB, n int) *Journal {
	t.Helper()
	for range n {
		j.Add(t, Now, Day, event.StatusChanged{Order: id.New[id.Order](), From: "placed", To: "preparing", Total: 1075})
	}
	return j
}
