package guest

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"golang.org/x/text/unicode/norm"
)

// Guest is what is known of a guest.
type Guest struct {
	ID         id.Customer
	Name       string
	Phone      string
	Email      string
	Note       string
	KeyPending bool // something is known that no key opens yet
	Consents   []Consent
	Addresses  []Address
	Visits     int
	LastVisit  time.Time // zero: none
}

// Consent is what a guest allowed, or took back.
type Consent struct {
	Purpose string
	Given   bool
	Source  string
	At      time.Time
}

// Load reads a guest. q is a snapshot of the box, with guest.db beside it.
func (b *Book) Load(q *sqlite.Snapshot, c id.Customer) (*Guest, error) {
	if err := b.Ready(); err != nil {
		return nil, err
	}
	s, err := standingOf(q, c)
	switch {
	case err != nil:
		return nil, err
	case s.erased:
		return nil, fault.New(fault.NotFound, "guest_erased", "This guest was erased.")
	case !s.known:
		return nil, errUnknown
	}
	g := &Guest{ID: c}
	var last int64
	err = q.QueryRow(`SELECT coalesce(p.name, ''), coalesce(p.phone, ''), coalesce(p.email, ''), coalesce(p.note, ''),
		EXISTS (SELECT 1 FROM guest.guest_fact WHERE customer = ?1 AND closed = 1),
		(SELECT count(*) FROM guest_visit WHERE customer = ?1), (SELECT coalesce(max(at), 0) FROM guest_visit WHERE customer = ?1)
		FROM (SELECT 1) LEFT JOIN guest.guest_profile p ON p.customer = ?1`, c).Scan(&g.Name, &g.Phone, &g.Email, &g.Note, &g.KeyPending, &g.Visits, &last)
	if err != nil {
		return nil, fmt.Errorf("read guest: %w", err)
	}
	g.LastVisit = moment(last)
	if err := sqlite.Each(q, "SELECT purpose, given, source, at FROM guest_consent WHERE customer = ? ORDER BY purpose", []any{c}, func(scan sqlite.Scan) error {
		var x Consent
		var at int64
		err := scan(&x.Purpose, &x.Given, &x.Source, &at)
		x.At = moment(at)
		g.Consents = append(g.Consents, x)
		return err
	}); err != nil {
		return nil, fmt.Errorf("read consents: %w", err)
	}
	err = sqlite.Each(q, "SELECT id, street, city, postal_code, directions FROM guest.guest_address WHERE customer = ? ORDER BY id", []any{c}, func(scan sqlite.Scan) error {
		var a Address
		err := scan(&a.ID, &a.Street, &a.City, &a.PostalCode, &a.Directions)
		g.Addresses = append(g.Addresses, a)
		return err
	})
	return g, err
}

func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// Found is a guest in a list.
type Found struct {
	ID    id.Customer
	Name  string
	Phone string
	Email string
}

const (
	foundColumns = "SELECT p.customer, p.name, p.phone, p.email FROM guest.guest_profile p "

	// Along the index of words, or of phones: so that the first are found without all.
	foundByWord = "SELECT p.customer, p.name, p.phone, p.email FROM guest.guest_word f CROSS JOIN guest.guest_profile p ON p.customer = f.customer " +
		"WHERE f.word >= ?2 AND f.word < ?2 || char(1114111) AND (?3 = '' OR " + byPhone + ") AND NOT EXISTS (SELECT 1 FROM json_each(?4) j " +
		"WHERE NOT EXISTS (SELECT 1 FROM guest.guest_word w WHERE w.customer = p.customer AND w.word >= j.value AND w.word < j.value || char(1114111))) " +
		"ORDER BY f.word, f.customer LIMIT 2 * ?1"
	byPhone = "p.digits >= ?3 AND p.digits < ?3 || ':'"
)

// Search finds guests by how words of their name begin, in the order of the longest, and
// by how their phone ends; who looks for nothing is told the first of all.
func (b *Book) Search(q *sqlite.Snapshot, name, phone string, most int) (list []Found, err error) {
	if err := b.Ready(); err != nil {
		return nil, err
	}
	first, rest, end := "", words(name), ending(phone)
	if len(rest) > 0 {
		first = slices.MaxFunc(rest, func(a, b string) int { return len(a) - len(b) })
	}
	others, err := json.Marshal(rest)
	if err != nil {
		return nil, err
	}
	query := foundColumns + "WHERE ?2 = ?3 AND ?4 = ?4 ORDER BY p.found, p.customer LIMIT ?1" // both are empty
	switch {
	case first != "":
		query = foundByWord
	case end != "":
		query = foundColumns + "WHERE " + byPhone + " AND ?2 = '' AND ?4 = ?4 ORDER BY p.digits, p.customer LIMIT ?1"
	}
	known := map[id.Customer]bool{}
	err = sqlite.Each(q, query, []any{most, first, end, string(others)}, func(scan sqlite.Scan) error {
		var f Found
		err := scan(&f.ID, &f.Name, &f.Phone, &f.Email)
		if !known[f.ID] && len(list) < most { // two words of a name may begin alike
			list = append(list, f)
		}
		known[f.ID] = true
		return err
	})
	return list, err
}

// Name is what a guest is called; empty where nobody knows, or no key opens it.
func (b *Book) Name(q *sqlite.Snapshot, c id.Customer) (name string, err error) {
	if b.Ready() != nil {
		return "", nil
	}
	err = q.QueryRow("SELECT name FROM guest.guest_profile WHERE customer = ?", c).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return name, err
}

// Pending reports whether something is known of a guest that no key opens yet.
func (b *Book) Pending(q *sqlite.Snapshot, c id.Customer) (yes bool, err error) {
	if b.Ready() != nil {
		return false, nil
	}
	err = q.QueryRow("SELECT EXISTS (SELECT 1 FROM guest.guest_fact WHERE customer = ? AND closed = 1)", c).Scan(&yes)
	return yes, err
}

// Rating is how a visit was.
type Rating struct {
	Order   id.Order
	Stars   int
	Comment string
	At      time.Time
}

const ratings = `SELECT r.check_id, r.stars, r.at, coalesce(c.comment, '') FROM visit_rating r LEFT JOIN guest.guest_comment c ON c.check_id = r.check_id `

// RatingOf is the rating of a visit; nil where there is none.
func (b *Book) RatingOf(q *sqlite.Snapshot, o id.Order) (*Rating, error) {
	list, err := b.ratings(q, ratings+"WHERE r.check_id = ?", o)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// Ratings are those of a guest, in the order of time.
func (b *Book) Ratings(q *sqlite.Snapshot, c id.Customer) ([]Rating, error) {
	return b.ratings(q, ratings+"WHERE r.customer = ? AND r.customer <> '' ORDER BY r.at, r.check_id", c)
}

func (b *Book) ratings(q *sqlite.Snapshot, query string, arg any) (list []Rating, err error) {
	if err := b.Ready(); err != nil {
		return nil, err
	}
	err = sqlite.Each(q, query, []any{arg}, func(scan sqlite.Scan) error {
		var r Rating
		var at int64
		err := scan(&r.Order, &r.Stars, &at, &r.Comment)
		r.At = moment(at)
		list = append(list, r)
		return err
	})
	return list, err
}

// Orders are the orders of a guest, in the order in which they were opened.
func Orders(q sqlite.Queryer, c id.Customer) (list []id.Order, err error) {
	err = sqlite.Each(q, "SELECT check_id FROM guest_visit WHERE customer = ? ORDER BY seq", []any{c}, func(scan sqlite.Scan) error {
		var o id.Order
		err := scan(&o)
		list = append(list, o)
		return err
	})
	return list, err
}

// folded is a name as it is looked for.
func folded(s string) string { return strings.Join(words(s), " ") }

// words are those of a name, in small letters without accents.
func words(s string) []string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(s))
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// ending is the digits of a phone, the last one first: people say how it ends.
func ending(s string) string {
	b := []byte(digits(s))
	slices.Reverse(b)
	return string(b)
}
