package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"
)

// beside is how long the order of one restaurant takes to head office while
// another's backlog drains into it.
func (b *bench) beside(home string, facts int64) (took []time.Duration, err error) {
	for round := range b.size.rounds {
		dir := filepath.Join(b.dir, "drain", fmt.Sprint("beside", round))
		some, err := b.besideOne(dir, home, facts)
		if err != nil {
			return nil, err
		}
		took = append(took, some...)
	}
	return took, nil
}

func (b *bench) besideOne(dir, home string, facts int64) (took []time.Duration, err error) {
	behind, near := filepath.Join(dir, "behind"), filepath.Join(dir, "near")
	if err := copyDir(b.ctx, home, behind); err != nil {
		return nil, err
	}
	inside, err := b.house(near, time.Now, false)
	if err == nil {
		err = inside.Close()
	}
	if err != nil {
		return nil, err
	}
	office, err := b.office(filepath.Join(dir, "cloud"), near)
	if err != nil {
		return nil, err
	}
	defer office.Kill()
	if err := b.join(office, "Three days without a line", behind); err != nil {
		return nil, err
	}
	x, c, err := b.open(near)
	if err != nil {
		return nil, err
	}
	defer x.Kill()
	if _, err := c.toOffice(b.ctx, 0); err != nil { // it is there
		return nil, err
	}
	y, other, err := b.open(behind)
	if err != nil {
		return nil, err
	}
	defer y.Kill()
	if err := other.until(b.ctx, pace, func(s stand) bool { return s.Acked > 0 }); err != nil {
		return nil, err
	}
	for n := 1; ; n++ {
		one, err := c.toOffice(b.ctx, n)
		if err != nil {
			return nil, err
		}
		s, err := other.stand(b.ctx)
		if err != nil {
			return nil, err
		}
		if s.Acked >= facts && n > 1 {
			return took, nil // it was over while the last one was on its way
		}
		if took = append(took, one); s.Acked >= facts {
			return took, nil
		}
		if n > 10_000 {
			return nil, errors.New("the backlog does not end")
		}
	}
}
