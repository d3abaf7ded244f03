package kitchen

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tyngo/tyngo/drivers/printer"
	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/venue"
)

// Styles of the paper: what is read at arm's length, and at a metre and a half.
var (
	small = printer.Style{}
	bold  = printer.Style{Bold: true}
	big   = printer.Style{Width: 2, Height: 2}
	loud  = printer.Style{Width: 2, Height: 2, Bold: true}
	huge  = printer.Style{Width: 3, Height: 3, Bold: true}
)

var kindWords = map[string]string{KindNew: "NEW", KindAddOn: "ADD-ON", KindCancel: "CANCEL", KindMove: "MOVED", KindVoid: "VOID"}

// copyOf is what a slip says when it may be on paper already.
type copyOf struct {
	label string // of the ticket
	at    string // name of the printer where it comes out now
}

// slip lays a ticket out. possible is nil for a first print.
func slip(t *Ticket, v *venue.Venue, possible *copyOf, now time.Time) printer.Doc {
	var d printer.Doc
	first := "first print"
	if possible != nil {
		first = "possible copy"
		d.Add(printer.Box{Lines: []printer.Run{bold.Run("POSSIBLE COPY OF #" + possible.label), bold.Run("Ask before cooking")}})
	}
	d.Add(printer.Row{Left: printer.Tag(strings.ToUpper(t.Station), loud), Right: one(loud.Run(kindWords[t.Kind]))})
	if possible != nil && possible.at != t.Printer {
		d.Add(printer.Banner{Run: loud.Run("FOR " + strings.ToUpper(t.Station) + ", at " + possible.at)})
	}
	d.Add(printer.Text{Runs: one(huge.Run(place(t)))})
	if t.For != "" {
		d.Add(printer.Text{Runs: one(big.Run("For " + t.For))})
	}
	if t.Kind == KindMove {
		was := "was at " + t.Was
		if t.Was == "" {
			was = "was at no table"
		}
		d.Add(printer.Text{Runs: one(loud.Run(was + ". Do not make it again."))})
	}
	d.Add(row("Check "+t.Check.String(), v.Local(t.At).Format("2 Jan")+", "+v.Clock(t.At)))
	if t.OffPlan {
		d.Add(row("This table is not on the plan", ""))
	}
	d.Add(printer.Rule{})
	for _, l := range t.Lines {
		d.Add(item(t, l)...)
	}
	if t.Kind == KindVoid {
		d.Add(printer.Text{Runs: one(big.Run(t.Reason))})
	}
	d.Add(printer.Rule{})
	if t.Of > 1 {
		d.Add(row("Also at: "+strings.Join(t.AlsoAt, ", "), "Ticket "+strconv.Itoa(t.N)+" of "+strconv.Itoa(t.Of)))
	}
	d.Add(row(t.Label()+", "+first, v.ClockSeconds(now)))
	d.Add(printer.Buzz{Times: 1})
	return d
}

func place(t *Ticket) string {
	switch {
	case t.Type == "takeaway":
		return "TO GO " + t.Check.String()
	case t.Type == "delivery":
		return "DELIVERY " + t.Check.String()
	case t.Table == "":
		return "BAR " + t.Check.String()
	}
	return "TABLE " + strings.ToUpper(t.Table)
}

// item is one line of the order with what changes it.
func item(t *Ticket, l order.ViewLine) []printer.Block {
	n := l.Quantity
	switch t.Kind {
	case KindVoid:
		n = t.Voided
	case KindMove, KindCancel: // of what is still wanted
		n = l.Left()
	}
	quantity := one(loud.Run(strconv.FormatInt(n, 10)))
	lead := 0
	if word := kindWords[t.Kind]; t.Kind == KindCancel || t.Kind == KindVoid {
		quantity = append(printer.Tag(word, loud), loud.Run(" "+strconv.FormatInt(n, 10)))
	}
	blocks := []printer.Block{printer.Item{Quantity: quantity, Name: one(loud.Run(l.Name)), Lead: lead}}
	for _, m := range l.Modifiers {
		blocks = append(blocks, with(m.Text(), m.Price > 0 || m.Pre == "extra" || m.Quantity > 1))
	}
	for _, n := range l.Notes {
		blocks = append(blocks, with(n, false))
	}
	if len(l.Seats) > 0 {
		blocks = append(blocks, with("Seat "+strings.Trim(strings.Join(strings.Fields(fmt.Sprint(l.Seats)), ", "), "[]"), false))
	}
	return blocks
}

// with is a modifier or a note under an item; removals and additions stand out.
func with(text string, extra bool) printer.Block {
	runs := one(big.Run(text))
	if word, rest, ok := strings.Cut(text, " "); ok && strings.EqualFold(word, "no") {
		runs = []printer.Run{loud.Run("NO"), big.Run(" " + rest)}
	} else if extra {
		runs = []printer.Run{loud.Run("+"), big.Run(" " + text)}
	}
	return printer.Text{Runs: runs, Indent: 4, Hang: 4}
}

// row is a line of the small print.
func row(left, right string) printer.Block {
	return printer.Row{Left: one(small.Run(left)), Right: one(small.Run(right))}
}

func one(r printer.Run) []printer.Run { return []printer.Run{r} }
