package event

import "github.com/tyngo/tyngo/sync/id"

// TicketRouted: one station was asked to make lines. Its first print job, if
// the station has a printer, is queued with it.
type TicketRouted struct {
	Ticket  id.Ticket  `json:"ticket"`
	Number  Number     `json:"number"`
	Type    string     `json:"kind"` // new, add_on, cancel, move, void
	Order   id.Order   `json:"order"`
	Station id.Station `json:"station"`
	Lines   []id.Line  `json:"lines"`
	N       int        `json:"n"`  // this is ticket n
	Of      int        `json:"of"` // of so many of this send
	Job     id.Job     `json:"job,omitzero"`
	Printer id.Printer `json:"printer,omitzero"`
	Was     string     `json:"was,omitempty"`    // of move: the table that the guests left
	Voided  int64      `json:"voided,omitempty"` // of void: how many
	Reason  string     `json:"reason,omitempty"` // of void
}

func (TicketRouted) Kind() (string, int) { return "kitchen.ticket_routed", 1 }

// JobQueued: a ticket is to be printed once more, elsewhere or again.
type JobQueued struct {
	Job     id.Job     `json:"job"`
	Ticket  id.Ticket  `json:"ticket"`
	Order   id.Order   `json:"order"`
	Printer id.Printer `json:"printer"`
	CopyOf  id.Job     `json:"copy_of,omitzero"` // the job that may be on paper already
}

func (JobQueued) Kind() (string, int) { return "kitchen.job_queued", 1 }

// JobPrinted: the paper is out.
type JobPrinted struct {
	Job     id.Job     `json:"job"`
	Ticket  id.Ticket  `json:"ticket"`
	Order   id.Order   `json:"order"`
	Printer id.Printer `json:"printer"`
	Proven  bool       `json:"proven"` // the printer said so; otherwise it only took the bytes
}

func (JobPrinted) Kind() (string, int) { return "kitchen.job_printed", 1 }

// JobUnknown: bytes went out and nobody knows whether they are on paper.
type JobUnknown struct {
	Job     id.Job     `json:"job"`
	Ticket  id.Ticket  `json:"ticket"`
	Order   id.Order   `json:"order"`
	Printer id.Printer `json:"printer"`
	Reason  string     `json:"reason"` // for staff, one sentence
}

func (JobUnknown) Kind() (string, int) { return "kitchen.job_unknown", 1 }
