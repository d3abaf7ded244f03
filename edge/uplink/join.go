package uplink

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/tyngo/tyngo/sync/datadir"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/join"
)

// answerMost is the largest answer of head office.
const answerMost = 1 << 20

// Claim joins a box by a claim code. It may be repeated: the key is kept before
// the code is used, and the same key gets the same answer. served says that the
// box has a history of its own and keeps its id.
func Claim(ctx context.Context, dir, cloud, claim string, box id.Box, served bool, now func() time.Time) (*Identity, id.Box, error) {
	c, err := join.ParseCode(claim)
	if err != nil {
		return nil, box, err
	}
	u, err := url.Parse(cloud)
	if err != nil || u.Scheme != "https" || u.Host == "" {
		return nil, box, fault.Newf(fault.Invalid, "cloud_address", "%q is no address of a head office, such as https://hq.example.com:8443.", cloud)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, box, err
	}
	key, err := openKey(filepath.Join(dir, keyFile))
	if err != nil {
		return nil, box, err
	}
	csr, err := request(box, key)
	if err != nil {
		return nil, box, err
	}
	var a join.ClaimAnswer
	if err := call(ctx, join.ClientTLS(join.ByPin(c.Pin), nil, now), u.JoinPath(join.ClaimPath).String(),
		join.ClaimRequest{Secret: c.Secret, CSR: csr, Box: box, Served: served}, &a); err != nil {
		return nil, box, err
	}
	ca, err := parseCertificate([]byte(a.CA))
	if err != nil || !join.ByPin(c.Pin)(ca) {
		return nil, box, errors.Join(errors.New("the answer holds another CA than the code names"), err)
	}
	if err := cmp.Or(named(a, box, served), fits(a.Certificate, ca, a.Box, key)); err != nil {
		return nil, box, err
	}
	h := Home{Cloud: cloud, Broker: a.Broker, Restaurant: a.Restaurant, Organisation: a.Organisation, Name: a.Name}
	if err := keep(dir, h, a); err != nil {
		return nil, box, fmt.Errorf("keep what head office answered: %w", err)
	}
	i, err := OpenIdentity(dir)
	return i, a.Box, err
}

// named refuses an answer under a name that this box cannot go on under.
func named(a join.ClaimAnswer, box id.Box, served bool) error {
	switch {
	case a.Box.IsZero():
		return errors.New("head office's answer names no box")
	case served && a.Box != box:
		return fault.New(fault.Conflict, "other_box", "This code was used before this box had a history, and for another id. Make a new code at head office.")
	}
	return nil
}

// renew fetches the next certificate with a new key; the old one proves who asks.
// The old pair stays until the new one is whole.
func (i *Identity) renew(ctx context.Context, box id.Box, now func() time.Time) error {
	next := filepath.Join(i.dir, nextFile)
	key, err := openKey(next)
	if fault.Is(err, "key_damaged") { // nothing depends on it yet
		if err = os.Remove(next); err == nil {
			key, err = openKey(next)
		}
	}
	if err != nil {
		return err
	}
	csr, err := request(box, key)
	if err != nil {
		return err
	}
	u, err := url.Parse(i.Cloud)
	if err != nil {
		return err
	}
	var a join.RenewAnswer
	if err := call(ctx, join.ClientTLS(join.ByKey(i.CA), i.Cert, now), u.JoinPath(join.RenewPath).String(), join.RenewRequest{CSR: csr}, &a); err != nil {
		return err
	}
	if err := fits(a.Certificate, i.CA, box, key); err != nil {
		return err
	}
	if err := datadir.Write(filepath.Join(i.dir, certFile), []byte(a.Certificate)); err != nil {
		return err
	}
	if err := os.Rename(next, filepath.Join(i.dir, keyFile)); err != nil {
		return err
	}
	return i.load()
}

// call posts to head office over TLS and reads the answer.
func call(ctx context.Context, t *tls.Config, address string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	tr := &http.Transport{TLSClientConfig: t, ForceAttemptHTTP2: true}
	defer tr.CloseIdleConnections()
	res, err := (&http.Client{Transport: tr, Timeout: 30 * time.Second}).Do(r)
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "no_head_office", "Head office cannot be reached, or is not the one that the code names. Check the address and the code, and try again.")
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, answerMost))
	if err != nil {
		return err
	}
	if res.StatusCode >= 300 {
		return door.Refusal(res.StatusCode, raw)
	}
	return json.Unmarshal(raw, out)
}
