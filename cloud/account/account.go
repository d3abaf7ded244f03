// Package account is organisations and the people of head office: who may look
// at what, and how they come in.
package account

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

// Permissions that the authorization table of head office asks for.
const (
	Read         = "read"          // figures
	FleetWrite   = "fleet.write"   // restaurants, claim codes
	CatalogWrite = "catalog.write" // documents, 86
	CodeWrite    = "code.write"
	GuestManage  = "guest.manage" // who guests are, and to erase them
	MetricsRead  = "metrics.read"
)

var roles = map[string]map[string]bool{
	"owner":   {Read: true, FleetWrite: true, CatalogWrite: true, CodeWrite: true, GuestManage: true, MetricsRead: true},
	"viewer":  {Read: true},
	"monitor": {MetricsRead: true},
}

// Roles are all, in the order of their names.
func Roles() []string { return slices.Sorted(maps.Keys(roles)) }

// May reports whether a role may do something.
func May(role, permission string) bool { return roles[role][permission] }

// Book knows organisations and people.
type Book struct {
	store *store.Store
	now   func() time.Time
}

// New makes a book.
func New(s *store.Store, now func() time.Time) *Book { return &Book{s, now} }

// Organisation finds an organisation by name; where there is none of that name it
// is made. An empty name is the first one.
func (b *Book) Organisation(ctx context.Context, name string) (store.Organisation, error) {
	meant := func(o store.Organisation) bool { return name == "" || strings.EqualFold(o.Name, name) }
	list, err := b.store.Organisations(ctx)
	if err != nil {
		return store.Organisation{}, err
	}
	for _, o := range list {
		if meant(o) {
			return o, nil
		}
	}
	o := store.Organisation{ID: id.New[id.Organisation](), Name: cmp.Or(name, "My restaurants")}
	if err := CheckName(o.Name); err != nil {
		return store.Organisation{}, err
	}
	return b.store.FindOrAdd(ctx, meant, o, b.now())
}

// CheckName refuses a name that cannot be shown.
func CheckName(name string) error {
	if strings.TrimSpace(name) == "" || utf8.RuneCountInString(name) > 80 || strings.ContainsFunc(name, unicode.IsControl) || !utf8.ValidString(name) {
		return fault.New(fault.Invalid, "name_invalid", "A name has 1 to 80 characters.")
	}
	return nil
}

// CheckRole refuses a role that does not exist.
func CheckRole(role string) error {
	if _, ok := roles[role]; !ok {
		return fault.Newf(fault.Invalid, "role_unknown", "%.20q is not a role: owner, viewer or monitor.", role)
	}
	return nil
}

// MakeCode makes a one-time code that signs a person in.
func (b *Book) MakeCode(ctx context.Context, c store.Scope, name string) (string, error) {
	if err := CheckName(name); err != nil {
		return "", err
	}
	code := door.NewCode()
	hash, _ := door.CodeHash(code)
	return code, c.AddCode(ctx, hash, name, b.now().Add(door.CodeLife))
}

// Redeem takes a code once and answers the secret of a session.
func (b *Book) Redeem(ctx context.Context, code string) (string, error) {
	hash, ok := door.CodeHash(code)
	if !ok {
		return "", door.ErrCode
	}
	secret, stored := door.NewSecret()
	err := b.store.Redeem(ctx, hash, stored, "owner", b.now(), door.SessionLife)
	if errors.Is(err, store.ErrNone) {
		return "", door.ErrCode
	}
	return secret, err
}

// Session is who sits behind a cookie.
func (b *Book) Session(ctx context.Context, hash [32]byte) (door.Principal, error) {
	s, err := b.store.Session(ctx, hash, b.now())
	if errors.Is(err, store.ErrNone) {
		return door.Principal{}, fault.New(fault.NoProof, "session_over", "You are signed out. Sign in with a new code.")
	}
	return door.Principal{Subject: s.User.String(), User: s.User, Organisation: s.Organisation, Name: s.Name, Role: s.Role}, err
}

// SignOut ends a session.
func (b *Book) SignOut(ctx context.Context, hash [32]byte) error {
	return b.store.EndSession(ctx, hash)
}

// Program is who a verified token names; a token of an organisation that is not
// here is no good.
func (b *Book) Program(ctx context.Context, c *door.Claims) (door.Principal, error) {
	if err := CheckRole(c.Role); err != nil {
		return door.Principal{}, err
	}
	org, err := id.Parse[id.Organisation](c.Organisation)
	if err != nil {
		return door.Principal{}, fault.Wrap(err, fault.Invalid, "organisation", "The token names no organisation.")
	}
	if _, err = b.store.In(org).Name(ctx); errors.Is(err, store.ErrNone) {
		return door.Principal{}, fault.New(fault.NotFound, "organisation_unknown", "There is no such organisation here.")
	}
	return door.Principal{Organisation: org, Name: c.Subject}, err
}
