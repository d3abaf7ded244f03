package api

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/staff"
)

type auditIn struct {
	Before int64  `query:"before" minimum:"0" doc:"Facts before this one; absent: the newest"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
	Type   string `query:"type" maxLength:"60" doc:"Such as order.line_added, or order. for all of orders"`
	Staff  string `query:"staff" format:"uuid" doc:"Who is responsible"`
	Device string `query:"device" format:"uuid" doc:"Where it was done"`
	Order  string `query:"order" format:"uuid"`
	Day    string `query:"day" format:"date" doc:"Business day"`
}

type auditOut struct {
	Body struct {
		Facts []auditFact `json:"facts"`
		Next  int64       `json:"next,omitempty" doc:"before of the next page; absent: there are no more"`
	}
}

type auditFact struct {
	Seq     int64           `json:"seq"`
	ID      string          `json:"id"`
	Type    string          `json:"type"`
	At      string          `json:"at" format:"date-time"`
	Day     string          `json:"day" format:"date"`
	Command string          `json:"command" doc:"Facts of one wish share it"`
	Staff   string          `json:"staff,omitempty"`
	Device  string          `json:"device,omitempty"`
	By      string          `json:"approvedBy,omitempty" format:"uuid" doc:"Whose word it was done with"`
	Data    json.RawMessage `json:"data"`
}

// auditLook is how many facts one page looks through, at most.
const auditLook = 20_000

// audit is who did what, when and where: the facts themselves, the newest first.
func (a *API) audit(ctx context.Context, in *auditIn) (*auditOut, error) {
	out := &auditOut{}
	out.Body.Facts = []auditFact{}
	f := journal.Filter{Type: in.Type, Staff: strings.ToLower(in.Staff), Device: strings.ToLower(in.Device), Order: strings.ToLower(in.Order), Day: in.Day}
	err := a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		list, next, err := journal.Before(q, in.Before, in.Limit, auditLook, f)
		out.Body.Next = next
		if err != nil {
			return err
		}
		for _, e := range list {
			by, err := staff.ApprovedBy(q, e.Command)
			if err != nil {
				return err
			}
			out.Body.Facts = append(out.Body.Facts, auditFact{e.Seq, e.ID.String(), e.Type, moment(e.Time()), e.Day, e.Command.String(), e.Staff.String(), e.Device.String(), by.String(), e.Shown()})
		}
		return nil
	})
	return out, err
}
