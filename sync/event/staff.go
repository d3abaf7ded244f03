package event

import "github.com/tyngo/tyngo/sync/id"

// EmployeeSaved: somebody works here, under this name, with these rights; or does no
// longer. The last one stands.
type EmployeeSaved struct {
	Employee id.Staff `json:"employee"`
	Name     string   `json:"name"` // as colleagues say it
	Role     string   `json:"role"`
	Active   bool     `json:"active"`
}

func (EmployeeSaved) Kind() (string, int) { return "staff.employee_saved", 1 }

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

// PINLocked: too many wrong PINs; the right one is of no use for a while.
type PINLocked struct {
	Employee id.Staff `json:"employee"`
	Until    int64    `json:"until"` // UTC ms
}

func (PINLocked) Kind() (string, int) { return "staff.pin_locked", 1 }
