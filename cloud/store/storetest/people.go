package storetest

import (
	"crypto/sha256"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/id"
)

func hash(s string) [32]byte { return sha256.Sum256([]byte(s)) }

func codes(t *testing.T, p Place) {
	s, c, _ := one(t, p)
	ctx := t.Context()
	must(t, c.AddCode(ctx, hash("code"), "Ana", Now.Add(10*time.Minute)))
	if err := s.Redeem(ctx, hash("other"), hash("x"), "owner", Now, time.Hour); !errors.Is(err, store.ErrNone) {
		t.Errorf("another code: %v", err)
	}
	if err := s.Redeem(ctx, hash("code"), hash("x"), "owner", Now.Add(10*time.Minute+time.Millisecond), time.Hour); !errors.Is(err, store.ErrNone) {
		t.Errorf("a code that is too old: %v", err)
	}
	var good atomic.Int32
	var all sync.WaitGroup
	for k := range 8 { // many try at once
		all.Go(func() {
			err := s.Redeem(ctx, hash("code"), hash(string(rune('a'+k))), "owner", Now.Add(10*time.Minute), time.Hour)
			if err == nil {
				good.Add(1)
			} else if !errors.Is(err, store.ErrNone) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if good.Load() != 1 {
		t.Fatalf("one code opened %d sessions", good.Load())
	}
	open, at := 0, Now.Add(70*time.Minute)
	for k := range 8 {
		h := hash(string(rune('a' + k)))
		seat, err := s.Session(ctx, h, at)
		if errors.Is(err, store.ErrNone) {
			continue
		}
		must(t, err)
		open++
		if seat.Organisation != c.Organisation() || seat.Name != "Ana" || seat.Role != "owner" || seat.User.IsZero() {
			t.Errorf("the seat is %+v", seat)
		}
		if _, err := s.Session(ctx, h, at.Add(time.Millisecond)); !errors.Is(err, store.ErrNone) {
			t.Errorf("a session that is over: %v", err)
		}
		must(t, s.EndSession(ctx, h))
		if _, err := s.Session(ctx, h, at); !errors.Is(err, store.ErrNone) {
			t.Errorf("a session that was ended: %v", err)
		}
	}
	if open != 1 {
		t.Errorf("%d sessions are open", open)
	}
}

func claims(t *testing.T, p Place) {
	s, c, b := one(t, p)
	ctx := t.Context()
	must(t, c.AddClaim(ctx, hash("claim"), b.Restaurant, b.ID, Now))
	find := func(h [32]byte) (out store.Claim, err error) {
		err = s.Read(ctx, func(tx *store.Tx) (err error) { out, err = tx.Claim(h); return err })
		return out, err
	}
	if _, err := find(hash("other")); !errors.Is(err, store.ErrNone) {
		t.Errorf("another claim: %v", err)
	}
	got, err := find(hash("claim"))
	must(t, err)
	if got.Organisation != b.Organisation || got.Restaurant != b.Restaurant || got.Replaces != b.ID || !got.Expires.Equal(Now) || !got.Box.IsZero() {
		t.Errorf("the claim is %+v", got)
	}
	use := func(by id.Box) error {
		return s.Write(ctx, func(tx *store.Tx) error { return tx.UseClaim(hash("claim"), by, hash("key"), []byte("PEM")) })
	}
	must(t, use(b.ID))
	if err := use(id.New[id.Box]()); !errors.Is(err, store.ErrNone) {
		t.Errorf("a claim was used twice: %v", err)
	}
	got, err = find(hash("claim"))
	must(t, err)
	if key := hash("key"); got.Box != b.ID || string(got.Key) != string(key[:]) || string(got.Certificate) != "PEM" {
		t.Errorf("the used claim is %+v", got)
	}
}

func certificates(t *testing.T, p Place) {
	s, c, b := one(t, p)
	ctx := t.Context()
	other := Box(t, s, c, b.Restaurant)
	add := func(b store.Box, serial, key string, expires time.Time) {
		write(t, s, func(tx *store.Tx) error {
			return tx.AddCertificate(b.Organisation, store.Certificate{Serial: serial, Box: b.ID, Key: hash(key), Expires: expires}, Now)
		})
	}
	add(b, "0a", "one", Now.Add(time.Hour))
	add(b, "0b", "two", Now)
	add(other, "0c", "three", Now.Add(time.Hour))
	keys := func(want map[string]bool) {
		t.Helper()
		read(t, s, func(tx *store.Tx) error {
			for key, want := range want {
				if has, err := tx.HasKey(b.Organisation, b.ID, hash(key)); err != nil || has != want {
					t.Errorf("the box has the key %s: %v, %v", key, has, err)
				}
			}
			return nil
		})
	}
	keys(map[string]bool{"one": true, "two": true, "three": false})
	revoke := func() (serials []string) {
		write(t, s, func(tx *store.Tx) (err error) { serials, err = tx.Revoke(b.Organisation, b.ID, Now); return err })
		slices.Sort(serials)
		return serials
	}
	if got := revoke(); !slices.Equal(got, []string{"0a", "0b"}) {
		t.Errorf("taken back were %v", got)
	}
	if got := revoke(); len(got) != 0 {
		t.Errorf("taken back again were %v", got)
	}
	for serial, want := range map[string]store.Certificate{
		"0a": {Serial: "0a", Box: b.ID, Key: hash("one"), Expires: Now.Add(time.Hour).Local(), Revoked: true},
		"0c": {Serial: "0c", Box: other.ID, Key: hash("three"), Expires: Now.Add(time.Hour).Local()},
	} {
		if got, err := s.Certificate(ctx, serial); err != nil || got != want {
			t.Errorf("%s is %+v, %v; want %+v", serial, got, err, want)
		}
	}
	if _, err := s.Certificate(ctx, "0d"); !errors.Is(err, store.ErrNone) {
		t.Errorf("a serial that nobody has: %v", err)
	}
	list, err := s.Revoked(ctx, Now)
	must(t, err)
	if len(list) != 1 || list[0].Serial != "0a" || !list[0].At.Equal(Now) {
		t.Errorf("the list of those that would still be good: %+v", list)
	}
	keys(map[string]bool{"one": false, "two": false, "three": false}) // they were taken back
}
