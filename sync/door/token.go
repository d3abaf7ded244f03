package door

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/tyngo/tyngo/sync/datadir"
	"github.com/tyngo/tyngo/sync/id"
)

// Keys sign and verify the bearer tokens of programs: JWT, EdDSA (RFC 8037).
type Keys struct {
	key    ed25519.PrivateKey
	issuer string
	now    func() time.Time
}

// Claims of a token.
type Claims struct {
	Role         string `json:"role"`
	Organisation string `json:"org,omitempty"`
	jwt.RegisteredClaims
}

// OpenKeys reads the signing key of a data directory, or makes one there.
func OpenKeys(path, issuer string, now func() time.Time) (*Keys, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return makeKeys(path, issuer, now)
	}
	if err != nil {
		return nil, fmt.Errorf("read token key: %w", err)
	}
	block, _ := pem.Decode(b)
	if block == nil {
		return nil, fmt.Errorf("%s is no PEM file", path)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("read token key: %w", err)
	}
	ed, ok := key.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s holds a %T, not an Ed25519 key", path, key)
	}
	return &Keys{ed, issuer, now}, nil
}

func makeKeys(path, issuer string, now func() time.Time) (*Keys, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	if err := datadir.Write(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})); err != nil {
		return nil, fmt.Errorf("keep token key: %w", err)
	}
	return &Keys{key, issuer, now}, nil
}

// Mint makes a token for a program. subject is stable over renewals.
func (k *Keys) Mint(subject, role string, org id.Organisation, ttl time.Duration) (string, error) {
	now := k.now()
	return jwt.NewWithClaims(jwt.SigningMethodEdDSA, Claims{Role: role, Organisation: org.String(), RegisteredClaims: jwt.RegisteredClaims{
		Issuer: k.issuer, Audience: jwt.ClaimStrings{k.issuer}, Subject: subject, ID: id.New[id.Command]().String(),
		IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(ttl)),
	}}).SignedString(k.key)
}

// Verify reads a token and checks everything that it says.
func (k *Keys) Verify(token string) (*Claims, error) {
	var c Claims
	_, err := jwt.ParseWithClaims(token, &c, func(*jwt.Token) (any, error) { return k.key.Public(), nil },
		jwt.WithValidMethods([]string{"EdDSA"}), jwt.WithIssuer(k.issuer), jwt.WithAudience(k.issuer),
		jwt.WithExpirationRequired(), jwt.WithLeeway(30*time.Second), jwt.WithTimeFunc(k.now))
	if err != nil {
		return nil, err
	}
	if c.Subject == "" || c.Role == "" {
		return nil, errors.New("token names nobody")
	}
	return &c, nil
}

// cache remembers whom a verified token names, until it expires.
type cache struct {
	now func() time.Time
	mu  sync.Mutex
	m   map[string]known
}

type known struct {
	p     Principal
	until time.Time
}

const cacheMost = 1000

// token finds who a token names.
func (d *Door) token(ctx context.Context, token string) (Principal, error) {
	if p, ok := d.tokens.get(token); ok {
		return p, nil
	}
	c, err := d.c.Keys.Verify(token)
	if err != nil {
		return Principal{}, errBadToken
	}
	p, err := d.c.Program(ctx, c)
	if err != nil {
		return Principal{}, err
	}
	p.Proof, p.Subject, p.Role = Token, c.Subject, c.Role
	d.tokens.put(token, known{p, c.ExpiresAt.Time})
	return p, nil
}

func (c *cache) get(token string) (Principal, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, ok := c.m[token]
	return k.p, ok && c.now().Before(k.until)
}

func (c *cache) put(token string, k known) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.m == nil || len(c.m) >= cacheMost {
		c.m = make(map[string]known)
	}
	c.m[token] = k
}
