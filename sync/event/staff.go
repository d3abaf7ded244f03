package event

import (
	"encoding/json"

	"github.com/tyngo/tyngo/sync/id"
)

// EmployeeSaved: somebody works here, under this name, with these rights; or does no
// longer. The last one stands.
type EmployeeSaved struct {
	Employee id.Staff `json:"employee"`
	Name     string   `json:"name"` // as colleagues say it
	Role     string   `json:"role"`
	Active   bool     `json:"active"`
}

func (EmployeeSaved) Kind() (string, int) { return "staff.employee_saved", 1 }

// StaffPublished: a list of who works here is in force. The people whom it changes are
// said by facts of their own, before it.
type StaffPublished struct {
	SHA256 string `json:"sha256"`
	Owner  string `json:"owner"` // box or hq
	People int    `json:"people"`
}

func (StaffPublished) Kind() (string, int) { return "staff.published", 1 }

// PINSet: somebody has a new PIN, or none. It is known by its hash alone.
type PINSet struct {
	Employee id.Staff `json:"employee"`
	Hash     string   `json:"hash,omitempty"` // argon2id, in the PHC form; none: no PIN
}

func (PINSet) Kind() (string, int) { return "staff.pin_set", 1 }

// Clocked: somebody began or ended work, or a break. It says when in its time.
type Clocked struct {
	Employee id.Staff `json:"employee"`
	What     string   `json:"what"`          // in, out, break, resume
	Job      string   `json:"job,omitempty"` // what as, such as Bar; of in
}

func (Clocked) Kind() (string, int) { return "staff.clocked", 1 }

// PINLocked: too many wrong PINs; the right one is of no use for a while, at one
// device or at all.
type PINLocked struct {
	Employee id.Staff  `json:"employee"`
	Device   id.Device `json:"device,omitzero"` // none: at all
	Until    int64     `json:"until"`           // UTC ms
}

func (PINLocked) Kind() (string, int) { return "staff.pin_locked", 1 }

// Secret reports whether facts of a type hold what leaves a box and its head office in
// no form: not in an audit, not to the outside.
func Secret(typ string) bool { return typ == "staff.pin_set" }

// Shown is the data of a fact as people and programs outside may read it.
func (e Event) Shown() json.RawMessage {
	if !Secret(e.Type) {
		return e.Data
	}
	if p, ok := e.Payload.(PINSet); ok {
		if raw, err := json.Marshal(PINSet{Employee: p.Employee}); err == nil {
			return raw
		}
	}
	return json.RawMessage("{}")
}
