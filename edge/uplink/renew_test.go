package uplink

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/tyngo/tyngo/sync/join"
)

// keeping is the keeper of a place, at a time.
func (p place) keeping(t testing.TB, ahead time.Duration) *keeper {
	t.Helper()
	i, err := OpenIdentity(p.dir)
	check(t, err)
	u := New(Config{Dir: p.dir, Now: func() time.Time { return time.Now().Add(ahead) }, Steady: time.Now,
		Doubted: func() bool { return false }, Log: slog.New(slog.DiscardHandler)})
	return &keeper{Uplink: u, identity: i, box: p.box}
}

const half = join.BoxLife / 2

func TestACertificateIsRenewedWithANewKeyAtHalfOfItsLife(t *testing.T) {
	o := newOffice(t)
	p := joined(t, o)
	was := p.files(t)
	early := p.keeping(t, half-time.Hour)
	early.look(t.Context())
	if o.heard() != 1 {
		t.Fatalf("it is renewed before half of its life")
	}
	k := p.keeping(t, half+time.Hour)
	old := k.identity.Cert
	k.look(t.Context())
	if st := k.Status(); st.Err != "" || !st.Expiry.Equal(k.identity.Cert.Leaf.NotAfter) {
		t.Fatalf("the status is %+v", st)
	}
	now, err := k.certificate(nil)
	check(t, err)
	if len(o.keys) != 2 || o.keys[0] == o.keys[1] || string(now.Leaf.RawSubjectPublicKeyInfo) != o.keys[1] {
		t.Error("it has no new key")
	}
	if peer := o.asked[1].TLS.PeerCertificates; len(peer) != 1 || !peer[0].Equal(old.Leaf) {
		t.Error("the old key did not prove who asks")
	}
	o.secret(now.PrivateKey.(*ecdsa.PrivateKey))
	o.secret(old.PrivateKey.(*ecdsa.PrivateKey))
	got := p.files(t)
	if len(got) != 4 || got[keyFile] == was[keyFile] || got[certFile] == was[certFile] || got[homeFile] != was[homeFile] {
		t.Errorf("it keeps %d files", len(got))
	}
	for name := range got {
		if info, err := os.Stat(filepath.Join(p.dir, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	again, err := OpenIdentity(p.dir)
	check(t, err)
	if !again.Cert.Leaf.Equal(now.Leaf) {
		t.Error("after a start it has another")
	}
	k.look(t.Context())
	if o.heard() != 3 { // this clock is half of a life ahead, and so is the new one's half
		t.Errorf("head office was asked %d times", o.heard())
	}
}

// A clock that is doubted says nothing about a certificate's age.
func TestABoxWhoseClockIsDoubtedDoesNotRenew(t *testing.T) {
	o := newOffice(t)
	p := joined(t, o)
	k := p.keeping(t, half+time.Hour)
	k.c.Doubted = func() bool { return true }
	k.look(t.Context())
	if o.heard() != 1 {
		t.Error("it renews")
	}
}

func TestABoxThatWasAwayForMonthsAsksWithItsOldCertificate(t *testing.T) {
	o := newOffice(t)
	p := joined(t, o)
	k := p.keeping(t, 200*24*time.Hour)
	k.look(t.Context())
	if st := k.Status(); st.Err != "" || o.heard() != 2 {
		t.Errorf("%+v, asked %d times", st, o.heard())
	}
}

// The answer is lost: the next key waits, and is asked for again.
func TestARenewalWhoseAnswerWasLostIsAskedForWithTheSameKey(t *testing.T) {
	o := newOffice(t)
	p := joined(t, o)
	was := p.files(t)
	o.answers(lose)
	k := p.keeping(t, half+time.Hour)
	k.look(t.Context())
	if k.Status().Err == "" {
		t.Error("nobody is told")
	}
	if got := p.files(t); got[keyFile] != was[keyFile] || got[certFile] != was[certFile] {
		t.Error("the old pair is gone")
	}
	o.answers(nil)
	k = p.keeping(t, half+time.Hour) // started again
	k.look(t.Context())
	for _, key := range o.keys[2:] {
		if key != o.keys[1] {
			t.Error("it came with yet another key")
		}
	}
	if k.Status().Err != "" || string(k.identity.Cert.Leaf.RawSubjectPublicKeyInfo) != o.keys[1] {
		t.Errorf("%+v", k.Status())
	}
}

// A power cut between the new certificate and the place of its key: the key that
// fits is found, and the next renewal puts all in order.
func TestARenewalThatWasCutShortIsReadAsItIs(t *testing.T) {
	o := newOffice(t)
	p := joined(t, o)
	was := p.files(t)
	k := p.keeping(t, half+time.Hour)
	k.look(t.Context())
	now := p.files(t)
	for name, files := range map[string]map[string]string{
		"before the answer":             {keyFile: was[keyFile], certFile: was[certFile], nextFile: now[keyFile]},
		"before its key took its place": {keyFile: was[keyFile], certFile: now[certFile], nextFile: now[keyFile]},
		"half a next key":               {keyFile: was[keyFile], certFile: was[certFile], ".new-7": now[keyFile][:40]},
	} {
		cut := newPlace(t)
		cut.box = p.box
		for file, text := range files {
			cut.write(t, file, text)
		}
		cut.write(t, caFile, now[caFile])
		cut.write(t, homeFile, now[homeFile])
		k := cut.keeping(t, half+time.Hour)
		if toPEM(k.identity.Cert.Leaf.Raw) != files[certFile] {
			t.Errorf("%s: another certificate is read", name)
		}
		k.look(t.Context())
		if st := k.Status(); st.Err != "" {
			t.Errorf("%s: %s", name, st.Err)
		}
		_, err := OpenIdentity(cut.dir)
		check(t, err)
		if _, err := os.Stat(filepath.Join(cut.dir, nextFile)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: the next key lies there: %v", name, err)
		}
	}
}

func TestARenewalThatDoesNotFitLeavesTheOldPair(t *testing.T) {
	o := newOffice(t)
	for name, spoil := range spoiled(t, o) {
		o.answers(nil)
		p := joined(t, o)
		was := p.files(t)
		o.answers(spoil)
		k := p.keeping(t, half+time.Hour)
		k.look(t.Context())
		if k.Status().Err == "" || k.identity.renewAt().After(k.c.Now()) {
			t.Errorf("%s is taken: %+v", name, k.Status())
		}
		if got := p.files(t); got[keyFile] != was[keyFile] || got[certFile] != was[certFile] {
			t.Errorf("%s: the old pair is gone", name)
		}
		if _, err := OpenIdentity(p.dir); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A damaged next key is worth nothing yet: it must not stop renewals for ever.
func TestADamagedNextKeyIsMadeAgain(t *testing.T) {
	o := newOffice(t)
	p := joined(t, o)
	p.write(t, nextFile, "half")
	k := p.keeping(t, half+time.Hour)
	k.look(t.Context())
	if st := k.Status(); st.Err != "" {
		t.Errorf("it is not renewed: %s", st.Err)
	}
}

func TestAnotherHeadOfficeIsNotAskedForARenewal(t *testing.T) {
	o, foreign := newOffice(t), newOffice(t)
	p := joined(t, o)
	i, err := OpenIdentity(p.dir)
	check(t, err)
	i.Cloud = foreign.at
	if err := i.renew(context.Background(), p.box, time.Now); err == nil || foreign.heard() > 0 {
		t.Errorf("it was asked %d times: %v", foreign.heard(), err)
	}
}
