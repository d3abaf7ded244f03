package uplink

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/join"
)

func TestABoxJoinsAndItsKeyStaysOnItsDisk(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	o, p := newOffice(t), newPlace(t)
	if _, err := OpenIdentity(p.dir); !errors.Is(err, ErrNotJoined) {
		t.Fatalf("before: %v", err)
	}
	i, box, err := p.claim(o)
	check(t, err)
	if box != p.box || i.Cloud != o.at || i.Broker != "tls://127.0.0.1:1" || i.Name != "Harbor" || i.Restaurant.IsZero() || i.Organisation.IsZero() || !i.CA.Equal(o.ca) || i.Cert.Leaf.Subject.CommonName != box.String() {
		t.Errorf("the identity is %+v", i)
	}
	again, err := OpenIdentity(p.dir)
	check(t, err)
	if again.Home != i.Home || !again.Cert.Leaf.Equal(i.Cert.Leaf) {
		t.Errorf("read again it is %+v", again)
	}
	var in join.ClaimRequest
	check(t, json.Unmarshal(o.requests[0], &in))
	if in.Secret != o.code.Secret || in.Box != p.box || in.Served {
		t.Errorf("the box asked %+v", in)
	}
	o.secret(i.Cert.PrivateKey.(*ecdsa.PrivateKey))

	files := p.files(t)
	if len(files) != 4 {
		t.Errorf("it keeps %d files", len(files))
	}
	for name, text := range files {
		info, err := os.Stat(filepath.Join(p.dir, name))
		check(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o", name, info.Mode().Perm())
		}
		if strings.Contains(text, o.code.Secret) || strings.Contains(text, "PRIVATE KEY") != (name == keyFile) {
			t.Errorf("%s holds a secret that it should not, or not the key", name)
		}
	}
	if info, err := os.Stat(p.dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the directory: %v, %v", info, err)
	}
}

// The line breaks after head office used the code: the claim is made again, with
// the key that it was made with.
func TestAClaimWhoseAnswerWasLostIsMadeAgainWithTheSameKey(t *testing.T) {
	o, p := newOffice(t), newPlace(t)
	o.answers(lose)
	_, _, err := p.claim(o)
	if fault.KindOf(err) != fault.Unavailable || len(o.keys) == 0 {
		t.Fatalf("%d requests, %v", len(o.keys), err)
	}
	if _, err := OpenIdentity(p.dir); !errors.Is(err, ErrNotJoined) {
		t.Errorf("the box counts as joined: %v", err)
	}
	o.answers(nil)
	i, _, err := p.claim(o)
	check(t, err)
	for _, k := range o.keys {
		if k != o.keys[0] {
			t.Error("the box came with another key")
		}
	}
	if string(i.Cert.Leaf.RawSubjectPublicKeyInfo) != o.keys[0] || toPEM(i.Cert.Leaf.Raw) != o.given[o.keys[0]] {
		t.Error("it did not get the first answer")
	}
}

// A power cut at any moment of a claim leaves a box that can make it again.
func TestAClaimGoesOnFromWhereverItStopped(t *testing.T) {
	o, whole := newOffice(t), newPlace(t)
	_, _, err := whole.claim(o)
	check(t, err)
	files := whole.files(t)
	for n, stage := range [][]string{{}, {keyFile}, {keyFile, caFile}, {keyFile, caFile, certFile}} {
		p := newPlace(t)
		p.box = whole.box
		p.write(t, ".new-1", "half a fi")
		for _, name := range stage {
			p.write(t, name, files[name])
		}
		if _, err := OpenIdentity(p.dir); !errors.Is(err, ErrNotJoined) {
			t.Errorf("after %v the box counts as joined: %v", stage, err)
		}
		i, _, err := p.claim(o)
		check(t, err)
		if got := p.files(t); n > 0 && (got[keyFile] != files[keyFile] || got[certFile] != files[certFile]) || !i.CA.Equal(o.ca) {
			t.Errorf("after %v the key or the answer is another", stage)
		}
	}
}

// home.json makes the identity count: it is not there unless all before it is.
func TestAnIdentityThatCannotBeKeptDoesNotCount(t *testing.T) {
	o := newOffice(t)
	for _, name := range []string{caFile, certFile, homeFile} {
		p := newPlace(t)
		check(t, os.MkdirAll(filepath.Join(p.dir, name, "x"), 0o700)) // no file can be there
		if _, _, err := p.claim(o); err == nil {
			t.Errorf("%s: no error", name)
		}
		if info, err := os.Stat(filepath.Join(p.dir, homeFile)); err == nil && !info.IsDir() {
			t.Errorf("%s could not be kept, and the box counts as joined", name)
		}
	}
}

func TestAFileThatIsDamagedIsSaidAndAClaimRepairsIt(t *testing.T) {
	o := newOffice(t)
	for _, name := range []string{homeFile, caFile, certFile, keyFile} {
		for how, spoil := range map[string]func(string) string{"empty": func(string) string { return "" }, "half": func(s string) string { return s[:len(s)/2] },
			"other": func(s string) string { return strings.Repeat("\x00", len(s)) }} {
			p := joined(t, o)
			p.write(t, name, spoil(p.files(t)[name]))
			_, err := OpenIdentity(p.dir)
			if !fault.Is(err, "identity_damaged") || !strings.Contains(fault.Of(err).Message, p.dir) || !strings.Contains(fault.Of(err).Message, "restaurant replace") {
				t.Errorf("%s %s: %v", how, name, err)
			}
			_, _, err = p.claim(o)
			if name == keyFile {
				if !fault.Is(err, "key_damaged") || !strings.Contains(fault.Of(err).Message, filepath.Join(p.dir, keyFile)) {
					t.Errorf("%s %s, claimed: %v", how, name, err)
				}
				check(t, os.Remove(filepath.Join(p.dir, keyFile)))
				_, _, err = p.claim(o)
			}
			check(t, err)
		}
	}
	for _, gone := range []string{caFile, certFile, keyFile} {
		p := joined(t, o)
		check(t, os.Remove(filepath.Join(p.dir, gone)))
		if _, err := OpenIdentity(p.dir); !fault.Is(err, "identity_damaged") {
			t.Errorf("without %s: %v", gone, err)
		}
	}
	p := newPlace(t) // a key that no head office takes
	weak, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	check(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(weak)
	check(t, err)
	p.write(t, keyFile, strings.ReplaceAll(toPEM(der), "CERTIFICATE", "PRIVATE KEY"))
	if _, _, err := p.claim(o); !fault.Is(err, "key_damaged") || strings.Contains(err.Error(), "nil") {
		t.Errorf("a key of another kind: %v", err)
	}
}

// The secret of a code is for the head office of that code: another one is not
// even asked, and a dead clock is no way in for it.
func TestAnotherHeadOfficeNeverSeesTheCode(t *testing.T) {
	ours, foreign := newOffice(t), newOffice(t)
	for name, now := range map[string]func() time.Time{"good clock": time.Now, "1970": func() time.Time { return time.Unix(0, 0) }} {
		p := newPlace(t)
		_, _, err := Claim(t.Context(), p.dir, foreign.at, ours.code.String(), p.box, false, now)
		if !fault.Is(err, "no_head_office") || foreign.heard() != 0 {
			t.Errorf("%s: it was asked %d times: %v", name, foreign.heard(), err)
		}
		if files := p.files(t); len(files) != 1 {
			t.Errorf("%s: it left %d files", name, len(files))
		}
		if _, _, err := Claim(t.Context(), p.dir, ours.at, ours.code.String(), p.box, false, now); err != nil {
			t.Errorf("%s, head office itself: %v", name, err)
		}
	}
}

func TestWhatIsNoAddressAndNoCodeIsRefusedBeforeAnythingIsSent(t *testing.T) {
	o, p := newOffice(t), newPlace(t)
	host := strings.TrimPrefix(o.at, "https://")
	for _, at := range []string{"", host, "http://" + host, "tls://" + host, "https://", "://", "https://a b"} {
		if _, _, err := Claim(t.Context(), p.dir, at, o.code.String(), p.box, false, time.Now); !fault.Is(err, "cloud_address") {
			t.Errorf("%q: %v", at, err)
		}
	}
	for _, code := range []string{"", "x", o.code.Secret} {
		if _, _, err := Claim(t.Context(), p.dir, o.at, code, p.box, false, time.Now); !fault.Is(err, "claim_code") {
			t.Errorf("%q: %v", code, err)
		}
	}
	if _, err := os.Stat(p.dir); err == nil || o.heard() > 0 {
		t.Error("something was kept or sent")
	}
}

// spoiled are answers that no box can use.
func spoiled(t testing.TB, o *office) map[string]func(w http.ResponseWriter, a any) bool {
	foreign := newOffice(t)
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	change := func(do func(cert string) string) func(w http.ResponseWriter, a any) bool {
		return func(_ http.ResponseWriter, a any) bool {
			switch a := a.(type) {
			case *join.ClaimAnswer:
				a.Certificate = do(a.Certificate)
			case *join.RenewAnswer:
				a.Certificate = do(a.Certificate)
			}
			return false
		}
	}
	of := func(cert string) (id.Box, any) {
		c, err := parseCertificate([]byte(cert))
		if err != nil {
			t.Error(err)
			return id.Box{}, nil
		}
		b, err := id.Parse[id.Box](c.Subject.CommonName)
		if err != nil {
			t.Error(err)
		}
		return b, c.PublicKey
	}
	return map[string]func(w http.ResponseWriter, a any) bool{
		"nothing": func(http.ResponseWriter, any) bool { return true },
		"no JSON": func(w http.ResponseWriter, _ any) bool { _, _ = w.Write([]byte("<html>")); return true },
		"too much": func(w http.ResponseWriter, _ any) bool {
			_, _ = w.Write([]byte(strings.Repeat(" ", 2<<20)))
			return false
		}, // a good answer
		"lost":     lose,
		"an error": func(w http.ResponseWriter, _ any) bool { w.WriteHeader(http.StatusInternalServerError); return true },
		"elsewhere": func(w http.ResponseWriter, _ any) bool {
			w.Header().Set("Location", foreign.at)
			w.WriteHeader(307)
			return true
		},
		"no PEM":        change(func(string) string { return "x" }),
		"another's key": change(func(s string) string { b, _ := of(s); return o.certify(b, other.Public()) }),
		"another box":   change(func(s string) string { _, k := of(s); return o.certify(id.New[id.Box](), k) }),
		"another CA's":  change(func(s string) string { b, k := of(s); return foreign.certify(b, k) }),
	}
}

func TestAnAnswerThatDoesNotFitIsNotKept(t *testing.T) {
	o := newOffice(t)
	all := spoiled(t, o)
	foreign := newOffice(t)
	all["another CA"] = func(_ http.ResponseWriter, a any) bool {
		a.(*join.ClaimAnswer).CA = toPEM(foreign.ca.Raw)
		return false
	}
	all["another CA and its certificate"] = func(_ http.ResponseWriter, a any) bool {
		c := a.(*join.ClaimAnswer)
		own, err := parseCertificate([]byte(c.Certificate))
		if err != nil {
			t.Error(err)
			return false
		}
		c.CA, c.Certificate = toPEM(foreign.ca.Raw), foreign.certify(c.Box, own.PublicKey)
		return false
	}
	all["no CA"] = func(_ http.ResponseWriter, a any) bool { a.(*join.ClaimAnswer).CA = ""; return false }
	all["no box"] = func(_ http.ResponseWriter, a any) bool { a.(*join.ClaimAnswer).Box = id.Box{}; return false }
	for name, spoil := range all {
		p := newPlace(t)
		o.answers(spoil)
		if _, _, err := p.claim(o); err == nil {
			t.Errorf("%s is taken", name)
		}
		if files := p.files(t); len(files) != 1 {
			t.Errorf("%s left %d files", name, len(files))
		}
		o.answers(nil)
		before := joined(t, o)
		was := before.files(t)
		o.answers(spoil)
		if _, _, err := before.claim(o); err == nil {
			t.Errorf("%s is taken by a box that joined before", name)
		}
		for file, text := range before.files(t) {
			if was[file] != text {
				t.Errorf("%s changed %s", name, file)
			}
		}
	}
	o.answers(func(w http.ResponseWriter, _ any) bool {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"status":401,"detail":"This claim code is not valid.","code":"claim_wrong"}`))
		return true
	})
	if _, _, err := newPlace(t).claim(o); !fault.Is(err, "claim_wrong") || fault.KindOf(err) != fault.NoProof {
		t.Errorf("a refusal is told as %v", err)
	}
}

func TestABlankReplacementTakesTheIdAndOneThatServedKeepsIts(t *testing.T) {
	o := newOffice(t)
	o.gives = id.New[id.Box]()
	p := newPlace(t)
	i, box, err := p.claim(o)
	check(t, err)
	if box != o.gives || i.Cert.Leaf.Subject.CommonName != box.String() {
		t.Errorf("it goes on as %s", box)
	}
	served := newPlace(t)
	if _, _, err := Claim(t.Context(), served.dir, o.at, o.code.String(), served.box, true, time.Now); !fault.Is(err, "other_box") {
		t.Errorf("a box with a history is given another name: %v", err)
	}
	if files := served.files(t); len(files) != 1 {
		t.Errorf("it left %d files", len(files))
	}
}
