package rollup

import (
	"encoding/json"
	"fmt"

	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/money"
)

// Page is the facts of one box that are folded together. What they add and what
// is remembered of them is written once, at its end.
type Page struct {
	Box      store.Box
	read     *store.Tx
	consumer string
	kept     map[string]*kept
	cells    map[store.Cell]int64 // N is 0 in the key
	later    []func(*store.Tx) error
	after    []func()
	out      []Out
	unread   error // the store did not answer: no fact is at fault
	over     error // a sum does not fit

	n     int // facts; 0: there is nothing to write
	epoch int64
	first event.Event
	with  func(*store.Tx) error // what moves with it
}

// Out is one record for the outside.
type Out struct {
	Topic string
	Key   string // records of one key keep their order
	Value []byte
}

// Epoch is the branch of the box's history that the facts are of.
func (p *Page) Epoch() int64 { return p.epoch }

// Later writes with the sums.
func (p *Page) Later(write func(*store.Tx) error) { p.later = append(p.later, write) }

// Afterwards is done when the sums are on the disk. A crash may be in between: who
// is told must also find out without.
func (p *Page) Afterwards(do func()) { p.after = append(p.after, do) }

// Emit hands a record to the outside.
func (p *Page) Emit(o Out) { p.out = append(p.out, o) }

type kept struct {
	value any // pointer to what is remembered; nil: nothing
	dirty bool
}

// Add adds to a sum of the box's restaurant.
func (p *Page) Add(day string, hour int, metric, dim, key string, n int64) {
	c := store.Cell{Restaurant: p.Box.Restaurant, Day: day, Hour: hour, Metric: metric, Dim: dim, Key: key}
	sum, err := money.Amount(p.cells[c]).Plus(money.Amount(n))
	if err != nil {
		p.over = fmt.Errorf("%s: %w", metric, err)
		return
	}
	p.cells[c] = int64(sum)
}

// Recall is what was remembered under a key; nil where nothing. What it points to
// may be changed and is kept by Remember.
func Recall[T any](p *Page, key string) (*T, error) {
	if k, ok := p.kept[key]; ok {
		v, _ := k.value.(*T)
		return v, nil
	}
	body, err := p.read.State(p.consumer, p.Box, key)
	if err != nil {
		p.unread = fmt.Errorf("recall %s: %w", key, err)
		return nil, p.unread
	}
	if body == "" {
		p.kept[key] = &kept{}
		return nil, nil
	}
	v := new(T)
	if err := json.Unmarshal([]byte(body), v); err != nil {
		return nil, fmt.Errorf("what is remembered of %s: %w", key, err)
	}
	p.kept[key] = &kept{value: v}
	return v, nil
}

// Remember keeps a value under a key.
func Remember[T any](p *Page, key string, v *T) { p.kept[key] = &kept{v, true} }

// Forget drops what was remembered under a key.
func (p *Page) Forget(key string) { p.kept[key] = &kept{nil, true} }

func (p *Page) flush(t *store.Tx) error {
	for key, k := range p.kept {
		if !k.dirty {
			continue
		}
		body := ""
		if k.value != nil {
			raw, err := json.Marshal(k.value)
			if err != nil {
				return err
			}
			body = string(raw)
		}
		if err := t.SetState(p.consumer, p.Box, key, body); err != nil {
			return err
		}
	}
	for c, n := range p.cells {
		if n == 0 {
			continue
		}
		c.N = n
		if err := t.Add(p.Box.Organisation, c); err != nil {
			return err
		}
	}
	for _, write := range p.later {
		if err := write(t); err != nil {
			return err
		}
	}
	return nil
}
