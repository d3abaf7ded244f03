package box_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/sync/id"
)

// wished is what one tablet wished of the check, or that it looked at it.
type wished struct {
	typ      string // of the command; empty: it looked
	line     string
	quantity int64
	rev      int64
}

// heard is what it was answered.
type heard struct {
	code string // of a refusal
	seq  int64
	look map[string]seen
}

// seen is a line on the check.
type seen struct {
	quantity, voided, rev int64
	sent                  bool
}

// slate is a check as the rules say it must be, after commands one after the other. A rev
// is known as far as that it is a fact of the command that changed the line last.
type slate struct {
	last  int64
	lines map[string]chalk
}

type chalk struct {
	quantity, voided int64
	sent             bool
	after, until     int64 // rev
}

func (c chalk) is(rev int64) bool { return rev == c.until || rev > c.after && rev < c.until }

// oneByOne is a check at which one command is done after the other.
var oneByOne = porcupine.Model{
	Init: func() any { return slate{} },
	Equal: func(a, b any) bool {
		return a.(slate).last == b.(slate).last && maps.Equal(a.(slate).lines, b.(slate).lines)
	},
	Step: func(state, in, out any) (bool, any) {
		s, w, h := state.(slate), in.(wished), out.(heard)
		if w.typ == "" {
			return s.looks(h.look), s
		}
		lines, code := s.after(w, h.seq)
		if code != h.code || code == "" && h.seq <= s.last {
			return false, s
		}
		if code != "" {
			return true, s
		}
		return true, slate{h.seq, lines}
	},
	DescribeOperation: func(in, out any) string { return fmt.Sprintf("%+v: %+v", in, out) },
}

func (s slate) looks(have map[string]seen) bool {
	n := 0
	for l, c := range s.lines {
		if h, ok := have[l]; ok && h.quantity == c.quantity && h.voided == c.voided && h.sent == c.sent && c.is(h.rev) {
			n++
		}
	}
	return n == len(s.lines) && n == len(have)
}

// after is the check after a command, or why that is refused.
func (s slate) after(w wished, seq int64) (map[string]chalk, string) {
	to := maps.Clone(s.lines)
	if to == nil {
		to = map[string]chalk{}
	}
	l, known := to[w.line]
	l.after, l.until = s.last, seq
	switch w.typ {
	case "order.add_lines":
		to[w.line] = chalk{quantity: w.quantity}
		return to, ""
	case "order.send":
		n := 0
		for k, l := range to {
			if !l.sent {
				l.sent, l.after, l.until = true, s.last, seq
				to[k] = l
				n++
			}
		}
		if n == 0 {
			return nil, "nothing_to_send"
		}
		return to, ""
	}
	switch {
	case !known:
		return nil, "line_unknown"
	case w.rev >= 0 && !to[w.line].is(w.rev):
		return nil, "line_changed"
	}
	switch {
	case w.typ == "order.void_line" && !l.sent:
		return nil, "line_not_sent"
	case w.typ == "order.void_line" && l.quantity == 0:
		return nil, "line_voided"
	case w.typ == "order.void_line":
		l.quantity, l.voided = l.quantity-1, l.voided+1
	case l.sent:
		return nil, "line_sent"
	case w.typ == "order.remove_line":
		delete(to, w.line)
		return to, ""
	default:
		l.quantity = w.quantity
	}
	to[w.line] = l
	return to, ""
}

// Eight tablets at one check, each with wishes of its own about the same few lines: what
// all of them were answered could have been said by a box that does one wish after the
// other, in an order in which nothing comes before what was answered before it began. The
// numbers of the facts are that order.
func TestEightTabletsAtOneCheckAreAnsweredAsIfOneAfterTheOther(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t, boxtest.Twice)
	order := waiter{h: h}.opens(`{"tableNumber":12,"covers":8}`)
	var lines []string
	for range 6 {
		lines = append(lines, id.New[id.Line]().String())
	}
	began := time.Now()
	var mu sync.Mutex
	var history []porcupine.Operation
	var wg sync.WaitGroup
	for client := range 8 {
		rnd := rand.New(rand.NewPCG(uint64(began.UnixNano()), uint64(client)))
		w := waiter{h: h, token: h.Mint("manager", fmt.Sprint("Tablet ", client))}
		var last map[string]seen
		fresh := slices.Clone(lines[:1])
		wg.Go(func() {
			for n := range 30 {
				op := porcupine.Operation{ClientId: client}
				in := wished{line: lines[rnd.IntN(len(lines))], quantity: 1 + rnd.Int64N(5), rev: -1}
				in.typ = []string{"", "", "order.add_lines", "order.change_line", "order.change_line", "order.remove_line", "order.send", "order.void_line"}[rnd.IntN(8)]
				switch {
				case n == 0 && client < len(lines): // each rings one of the lines that all know
					in.typ, in.line = "order.add_lines", lines[client]
				case in.typ == "order.add_lines":
					in.line = id.New[id.Line]().String()
					fresh = append(fresh, in.line)
				case in.typ != "" && rnd.IntN(2) == 0:
					in.line = fresh[rnd.IntN(len(fresh))]
				}
				if s, ok := last[in.line]; ok && rnd.IntN(2) == 0 {
					in.rev = s.rev
				}
				op.Call = time.Since(began).Nanoseconds()
				out := w.hears(order, in)
				op.Return = time.Since(began).Nanoseconds()
				if out.look != nil {
					last = out.look
				}
				op.Input, op.Output = in, out
				mu.Lock()
				history = append(history, op)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if r := porcupine.CheckOperationsTimeout(oneByOne, history, time.Minute); r != porcupine.Ok {
		t.Errorf("no order of these explains what the tablets were answered: %s", r)
		for _, op := range history {
			t.Logf("%d, %d to %d us: %s", op.ClientId, op.Call/1000, op.Return/1000, oneByOne.DescribeOperation(op.Input, op.Output))
		}
	}
	codes := map[string]int{}
	for i, op := range history {
		out := op.Output.(heard)
		codes[out.code]++
		for l, s := range out.look { // what would no box say?
			look := maps.Clone(out.look)
			s.quantity++
			look[l] = s
			wrong := slices.Clone(history)
			wrong[i].Output = heard{look: look}
			if i%40 == 0 && porcupine.CheckOperations(oneByOne, wrong) {
				t.Errorf("a look with one more of a line is taken for true: %+v", look)
			}
			break
		}
	}
	if codes[""] < 100 || codes["line_changed"] == 0 || codes["line_sent"] == 0 {
		t.Errorf("these tablets met too little: %v", codes)
	}
}

// hears wishes something, or looks.
func (w waiter) hears(order string, in wished) (out heard) {
	if in.typ == "" {
		out.look = map[string]seen{}
		for _, i := range w.sees(order).Items {
			out.look[i.LineID] = seen{i.Quantity, i.Voided, i.Rev, i.Sent}
		}
		return out
	}
	data := map[string]string{
		"order.add_lines":   fmt.Sprintf(`{"lines":[{"line":%q,"menuItemId":%q,"quantity":%d}]}`, in.line, boxtest.Chips, in.quantity),
		"order.change_line": fmt.Sprintf(`{"line":%q,"quantity":%d`, in.line, in.quantity),
		"order.remove_line": fmt.Sprintf(`{"line":%q`, in.line),
		"order.void_line":   fmt.Sprintf(`{"line":%q,"quantity":1,"reason":"Wrong dish"`, in.line),
		"order.send":        "{}",
	}[in.typ]
	if !strings.HasSuffix(data, "}") {
		if in.rev >= 0 {
			data += fmt.Sprintf(`,"rev":%d`, in.rev)
		}
		data += "}"
	}
	s := w.say(in.typ, order, data)
	return heard{code: s.code(), seq: s.Seq}
}
