package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/tyngo/tyngo/sync/e2e/rig"
	"github.com/tyngo/tyngo/sync/openapi"
)

// asker is somebody who asks, and what his proof is worth to the published table.
type asker struct {
	name   string
	proof  string // token, session; empty: what he brings is worth nothing
	role   string
	header [2]string // name and value of his proof; empty: he brings none
	from   time.Time // before it, he is not asked to come: his token still lives
	other  bool      // of another organisation
	only   string    // the operation that he asks for, where it is one alone
}

func bearer(name, role, token string) asker {
	return asker{name: name, proof: "token", role: role, header: [2]string{"Authorization", "Bearer " + token}}
}

func cookie(name, role, value string) asker {
	return asker{name: name, proof: "session", role: role, header: [2]string{"Cookie", value}}
}

// void is one whose proof is worth nothing.
func (a asker) void(name string) asker {
	a.name, a.proof, a.role = name, "", ""
	return a
}

// may reports whether the published table lets him ask for an operation.
func (a asker) may(d *openapi.Document, o *openapi.Operation) bool {
	return d.Admits(o, a.proof, a.role)
}

// Of a token that ends: how long it lives, and how much longer a clock may be wrong.
const (
	tokenLife   = time.Second
	tokenLeeway = 31 * time.Second
)

// forged are tokens that nobody signed, made of a good one.
func forged(good string) (list []asker, err error) {
	part := strings.Split(good, ".")
	if len(part) != 3 {
		return nil, errors.New("a token has three parts")
	}
	raw, err := base64.RawURLEncoding.DecodeString(part[1])
	if err != nil {
		return nil, err
	}
	var claims map[string]any
	if err := json.Unmarshal(raw, &claims); err != nil {
		return nil, err
	}
	claims["sub"], claims["exp"] = "somebody else", time.Now().Add(1000*time.Hour).Unix()
	if raw, err = json.Marshal(claims); err != nil {
		return nil, err
	}
	other := base64.RawURLEncoding.EncodeToString(raw)
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`))
	hmac := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`))
	for name, token := range map[string]string{
		"a token with another name in it":          part[0] + "." + other + "." + part[2],
		"a token that says it needs no signature":  none + "." + part[1] + ".",
		"a token that says it is signed otherwise": hmac + "." + part[1] + "." + part[2],
	} {
		list = append(list, bearer("", "", token).void(name))
	}
	return list, nil
}

// boxRoles are the roles of the box that a program may have.
var boxRoles = []string{"manager", "server", "bartender", "cook", "installer", "monitor"}

// atBox are all who ask at the box; used is a code that was good once, and spare are
// devices that nobody misses.
func (s *stage) atBox(b *rig.Box) (list []asker, used string, spare []string, err error) {
	ctx := s.ctx
	ended, err := b.Token(ctx, "manager", "ended", "--ttl", tokenLife.String())
	if err != nil {
		return nil, "", nil, err
	}
	over := bearer("", "", ended).void("a token that ended")
	over.from = time.Now().Add(tokenLife + tokenLeeway)
	list = append(list, asker{name: "nobody"}, over)
	var manager string
	for _, role := range boxRoles {
		token, err := b.Token(ctx, role, "fuzz "+role)
		if err != nil {
			return nil, "", nil, err
		}
		if role == "manager" {
			manager = token
		}
		list = append(list, bearer("a "+role+"'s token", role, token))
	}
	forgeries, err := forged(manager)
	if err != nil {
		return nil, "", nil, err
	}
	list = append(list, forgeries...)
	page := func(role string) (string, error) {
		var err error
		if used, err = b.Code(ctx, role, "Page "+role); err != nil {
			return "", err
		}
		return rig.SignIn(ctx, b.URL, used)
	}
	server, e1 := page("server")
	lost, e2 := page("manager")
	left, e3 := page("manager")
	if err := errors.Join(e1, e2, e3); err != nil {
		return nil, "", nil, err
	}
	c := &rig.Client{Base: b.URL, Token: manager}
	gone, err := b.Token(ctx, "manager", "gone")
	if err != nil {
		return nil, "", nil, err
	}
	for _, a := range []asker{cookie("", "", lost), bearer("", "", gone)} {
		if err := a.revoke(ctx, c); err != nil {
			return nil, "", nil, err
		}
	}
	if status, _, err := ask(ctx, http.DefaultClient, b.URL, openapi.Request{Method: "DELETE", Path: "/session"}, cookie("", "", left)); err != nil || status.Status != http.StatusNoContent {
		return nil, "", nil, fmt.Errorf("sign out: %d %w", status.Status, err)
	}
	for i := range 8 {
		token, err := b.Token(ctx, "cook", fmt.Sprintf("spare %d", i))
		if err != nil {
			return nil, "", nil, err
		}
		d, err := bearer("", "", token).device(ctx, b.URL)
		if err != nil {
			return nil, "", nil, err
		}
		spare = append(spare, d)
	}
	list = append(list, cookie("a server's page", "server", server), cookie("", "", lost).void("a page whose device was revoked"),
		cookie("", "", left).void("a page that signed out"), bearer("", "", gone).void("a token whose device was revoked"),
		cookie("", "", strings.Repeat("x", 43)).void("a page with a cookie of its own making"))
	return list, used, spare, s.known(ctx, b.URL, list)
}

// known lets each introduce himself, which is a fact the first time.
func (s *stage) known(ctx context.Context, base string, list []asker) error {
	for _, a := range list {
		if _, _, err := ask(ctx, http.DefaultClient, base, openapi.Request{Method: "GET", Path: "/api/v1/me"}, a); err != nil {
			return err
		}
	}
	return nil
}

func (a asker) device(ctx context.Context, base string) (string, error) {
	answer, _, err := ask(ctx, http.DefaultClient, base, openapi.Request{Method: "GET", Path: "/api/v1/me"}, a)
	var me struct{ Device string }
	if err == nil {
		err = json.Unmarshal(answer.Body, &me)
	}
	if err == nil && me.Device == "" {
		err = fmt.Errorf("who am I: %d %s", answer.Status, answer.Body)
	}
	return me.Device, err
}

// revoke shuts him out.
func (a asker) revoke(ctx context.Context, manager *rig.Client) error {
	d, err := a.device(ctx, manager.Base)
	if err != nil {
		return err
	}
	status, said, err := manager.Do(ctx, "POST", "/api/v1/devices/"+d+"/revoke", []byte("{}"))
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("revoke: %d %s", status, said)
	}
	return err
}
