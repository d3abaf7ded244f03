package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/staff"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

type commandsIn struct {
	Traceparent string `header:"traceparent" doc:"W3C Trace Context"`
	Body        struct {
		Commands []command `json:"commands" minItems:"1" maxItems:"50"`
	}
}

// command is one wish of a tablet. The id is minted where it is made, so that a
// repeated one is recognised.
type command struct {
	ID    string          `json:"id" format:"uuid"`
	Type  string          `json:"type" enum:"order.open,order.add_lines,order.change_line,order.remove_line,order.hold,order.fire,order.send,order.repeat,order.void_line,order.discount,order.comp,order.remove_discount,order.set_covers,order.set_server,order.split,order.part,order.merge,order.transfer,order.close,order.reopen,order.set_status,order.move,table.seat,table.change,table.bring_check,table.leave,table.clear,table.move,table.join,table.split,waitlist.add,waitlist.drop"`
	Order string          `json:"order,omitempty" format:"uuid" doc:"Of the commands order.*"`
	Data  json.RawMessage `json:"data,omitempty"`
}

type commandsOut struct {
	Body struct {
		Results []result `json:"results"`
	}
}

type result struct {
	ID      string        `json:"id"`
	Seq     int64         `json:"seq,omitempty" doc:"The fact that it came to: it is on the disk of the box"`
	Problem *door.Problem `json:"problem,omitempty"`
	Order   *Order        `json:"order,omitempty" doc:"Of a line that somebody changed meanwhile (412): the order as it is"`
}

// commands does each command by itself, in order; one that is refused does not
// hold the others up.
func (a *API) commands(ctx context.Context, in *commandsIn) (*commandsOut, error) {
	out := &commandsOut{}
	out.Body.Results = make([]result, len(in.Body.Commands))
	for i, c := range in.Body.Commands {
		r := result{ID: c.ID}
		receipt, err := a.command(ctx, c, in.Traceparent)
		if err != nil {
			r.Problem = door.Of(err)
			if fault.KindOf(err) == fault.Stale {
				if now, err := a.order(ctx, &orderIn{OrderID: c.Order}); err == nil {
					r.Order = now.Body
				}
			}
			if fault.KindOf(err) == fault.Internal {
				a.Log.Error("command failed", "request", door.RequestID(ctx), "command", c.ID, "err", err)
			}
		} else {
			r.Seq = receipt.Seq
		}
		out.Body.Results[i] = r
	}
	return out, nil
}

func (a *API) command(ctx context.Context, c command, tp string) (journal.Receipt, error) {
	who := door.Who(ctx)
	cmd, err := id.Parse[id.Command](c.ID)
	if err != nil {
		return journal.Receipt{}, badField("id", err.Error())
	}
	if decodeFloor := floorCommands[c.Type]; decodeFloor != nil {
		return a.floorCommand(ctx, cmd, c, decodeFloor, tp)
	}
	o, err := id.Parse[id.Order](c.Order)
	if err != nil {
		return journal.Receipt{}, badField("order", err.Error())
	}
	kind, ok := checkCommands[c.Type]
	if !ok {
		return journal.Receipt{}, badField("type", "is not a command of this box")
	}
	place, err := a.place(ctx)
	if err != nil {
		return journal.Receipt{}, err
	}
	data := c.Data
	if len(data) == 0 {
		data = json.RawMessage("{}")
	}
	wish, err := kind.read(data, place.Money)
	if err != nil {
		return journal.Receipt{}, err
	}
	if !staff.May(who.Role, kind.permission) {
		return journal.Receipt{}, fault.New(fault.Denied, "not_allowed", "You may not do this. Ask a manager.")
	}
	wish = order.As(wish, who.Role)
	sum := sha256.Sum256(fmt.Appendf(nil, "%s|%s|%s", c.Type, c.Order, c.Data))
	start := a.Now()
	r, err := a.Orders.Do(ctx, journal.Meta{Command: cmd, Device: who.Device, Staff: who.Staff, TP: traceparent(tp), Body: &sum}, o, wish)
	if _, sent := wish.(order.Send); sent && err == nil && !r.Repeated {
		a.metrics.placed(a.Now().Sub(start))
		a.Log.Info("order", slog.String("order", o.String()), slog.String("command", c.ID), slog.Int64("seq", r.Seq))
	}
	return r, err
}

func strict(data []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return badField("data", err.Error())
	}
	if _, err := dec.Token(); err != io.EOF {
		return badField("data", "has something after its end")
	}
	return nil
}
