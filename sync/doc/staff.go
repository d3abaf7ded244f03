package doc

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tyngo/tyngo/sync/id"
)

// Staff is everybody who works in a restaurant. Who is not on the list works there no
// more. PINs are no part of it: they stay in the restaurant.
type Staff struct {
	People []Person `json:"people"`
}

// Person is somebody who works here.
type Person struct {
	ID   id.Staff `json:"id"`   // for life, minted by whoever names them first
	Name string   `json:"name"` // as colleagues say it
	Role string   `json:"role"` // one of Roles
}

// Roles are what people can be, by the rights they have.
var Roles = []string{"manager", "server", "bartender", "cook", "installer"}

const peopleMost = 500

// ParseStaff reads a staff document and checks it completely.
func ParseStaff(body []byte) (*Staff, error) {
	var s Staff
	if err := decodeStrict(body, &s, "staff_invalid", "staff list"); err != nil {
		return nil, err
	}
	bad := s.check()
	bad.locate(body)
	return &s, bad.fault("staff_invalid", "staff list")
}

func (s *Staff) check() *mistakes {
	var bad mistakes
	if len(s.People) > peopleMost {
		bad.add("people", "has %d people; at most %d are taken", len(s.People), peopleMost)
	}
	first := map[id.Staff]int{}
	manager := false
	for i, p := range s.People {
		at := fmt.Sprintf("people[%d]", i)
		if p.ID.IsZero() {
			bad.add(at+".id", "is missing; it needs a UUID")
		} else if n, twice := first[p.ID]; twice {
			bad.add(at+".id", "is that of people[%d], too", n)
		} else {
			first[p.ID] = i
		}
		if !CanBeShown(p.Name) {
			bad.add(at+".name", "a name has 1 to 60 characters")
		}
		if !slices.Contains(Roles, p.Role) {
			bad.add(at+".role", "%.20q is not a role: %s", p.Role, strings.Join(Roles, ", "))
		}
		manager = manager || p.Role == "manager"
	}
	if !manager {
		bad.add("people", "nobody is a manager: nobody could give PINs or close the day")
	}
	return &bad
}

// CanBeShown reports whether a name of a person or a device has 1 to 60 characters
// that can be shown.
func CanBeShown(name string) bool {
	return strings.TrimSpace(name) != "" && utf8.RuneCountInString(name) <= 60 && !strings.ContainsFunc(name, unicode.IsControl) && utf8.ValidString(name)
}
