package main

import (
	"fmt"
	"time"

	"github.com/tyngo/tyngo/sync/e2e/rig"
)

// program is a box or a head office that can be killed and started again.
type program interface {
	Kill()
	Begin() error // start, and do not wait until it works
	Work() error  // start, and wait until it works
}

type boxProgram struct {
	s *stage
	*rig.Box
}

func (b boxProgram) Begin() error { return b.Box.Begin(b.s.ctx) }
func (b boxProgram) Work() error  { return b.Box.Again(b.s.ctx) }

type cloudProgram struct {
	s *stage
	*rig.Cloud
}

func (c cloudProgram) Begin() error { return c.Cloud.Again(c.s.ctx) } // it says nothing before it works
func (c cloudProgram) Work() error  { return c.Cloud.Again(c.s.ctx) }

// Between two kills.
const (
	calmLeast  = 20 * time.Millisecond
	calmMost   = 250 * time.Millisecond
	calmOrders = 60                     // at most, with those that wait for the program to be back
	startMost  = 120 * time.Millisecond // a kill while a program starts comes earlier than this
)

// kill kills box and cloud under the load of real orders, also while they start.
func kill(s *stage) (err error) {
	kills := s.size(5, 50)
	at := rig.Below(s.dir)
	r, l, err := s.restaurant(at)
	if err != nil {
		return err
	}
	defer r.Kill()
	back := s.promise("a killed program is back by itself, on its old data")
	v := s.verdicts()
	l.begin(s, 5*time.Millisecond)
	programs := []program{boxProgram{s, r.Box}, cloudProgram{s, r.Cloud}}
	done := []int{0, 0}
	starting := 0
	bar := s.bar(2*kills, "kills")
	longest := time.Duration(0)
	for done[0] < kills || done[1] < kills {
		i := s.rnd.IntN(2)
		if done[i] >= kills {
			i = 1 - i
		}
		l.allow(calmOrders)
		if err := s.moment(calmLeast, calmMost); err != nil {
			return err
		}
		p := programs[i]
		p.Kill()
		done[i]++
		_ = bar.Add(1) // a bar that cannot be drawn stops nothing
		if done[i] < kills && s.rnd.IntN(4) == 0 {
			if !back.try(p.Begin()) {
				return nil
			}
			if err := s.moment(0, startMost); err != nil {
				return err
			}
			p.Kill()
			done[i]++
			starting++
			_ = bar.Add(1)
		}
		began := time.Now()
		if !back.try(p.Work()) {
			return nil
		}
		longest = max(longest, time.Since(began))
	}
	l.end()
	back.tried = fmt.Sprintf("SIGKILL of the box %d times, of head office %d times, %d of them while it started", done[0], done[1], starting)
	back.found = fmt.Sprintf("kept, after %d ms at most", longest.Milliseconds())
	return v.judge(s, r, l, at)
}
