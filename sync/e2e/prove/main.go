// Command prove shows the promises of TYNGO with the real programs, from outside:
// it starts them, gives them the work of a restaurant, breaks what can break, and
// ends with a table of what was promised, tried and found. A broken promise is
// exit status 1.
//
//	prove --bin bin                  # every proof; one that held at this commit is not run again
//	prove --bin bin --proof kill     # this one, whatever was before
//	prove --bin bin --proof kill --seed 7
//
// A seed repeats what the proof chooses (which program, how long it waits, which
// pages a disk keeps). What a kill or a cut meets is also up to the machine.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/tyngo/tyngo/sync/e2e/lunch"
	"github.com/tyngo/tyngo/sync/e2e/rig"
)

// proof is one of them: a file of this package.
type proof struct {
	name string
	what string
	run  func(*stage) error
}

// proofs are all, in the order in which they run.
var proofs = []proof{
	{"order", "the lunch of two organisations, with everything broken once", order},
	{"kill", "box and cloud are killed at random moments", kill},
	{"power", "box and cloud lose their power, and the box its room", power},
	{"boxes", "a fleet of boxes with an order a second each", boxes},
	{"dinner", "an evening of rounds, mistakes and splits, and everybody who adds it up has the same cents", dinner},
	{"sync", "whole histories of replication, by seeds", replication},
	{"fuzz", "every operation of both APIs, asked by everybody for anything", fuzz},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "prove:", err)
		os.Exit(1)
	}
}

// options are what one run is told.
type options struct {
	bin      rig.Bin
	orders   lunch.Orders
	small    bool
	seed     uint64
	requests int       // of fuzz, an operation; 0: its own size
	dir      string    // where the programs keep their data; empty: where temporary files are
	seek     string    // the promise that is enough to see broken
	out      io.Writer // progress and table
}

func run(ctx context.Context, args []string, out io.Writer) error {
	f := flag.NewFlagSet("prove", flag.ContinueOnError)
	name := f.String("proof", "", "the one to run, of "+strings.Join(names(), ", ")+"; empty: all that did not hold yet at this commit")
	bin := f.String("bin", "bin", "directory of the programs, and of prove-<name>.json")
	orders := f.String("orders", "packaging/demo/data/lunch-orders.tsv", "file of real orders")
	small := f.Bool("small", false, "the size of the tests")
	seed := f.Uint64("seed", 0, "of a run to repeat; 0: a new one")
	requests := f.Int("requests", 0, "of fuzz: requests an operation, where not 10,000")
	dir := f.String("dir", "", "directory for the data of the programs; empty: a temporary one")
	page := f.String("table", "", "document that gets the table too")
	if err := f.Parse(args); err != nil {
		return err
	}
	file, err := os.Open(*orders)
	if err != nil {
		return err
	}
	defer file.Close()
	o := options{bin: rig.In(*bin), small: *small, seed: *seed, requests: *requests, dir: *dir, out: out}
	if o.orders, err = lunch.Read(file); err != nil {
		return err
	}
	chosen, err := choose(*name)
	if err != nil {
		return err
	}
	at := commit(ctx)
	for _, p := range chosen {
		path := filepath.Join(*bin, "prove-"+p.name+".json")
		if *name == "" && holds(path, at, *small) {
			fmt.Fprintf(out, "%s: held at %s already (%s)\n", p.name, at, path)
			continue
		}
		r, failed := o.prove(ctx, p)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		r.Commit = at
		r.print(out)
		err = errors.Join(err, failed, r.save(path), r.page(*page))
		if !r.OK() {
			err = errors.Join(err, fmt.Errorf("%s: a promise is broken (seed %d)", p.name, r.Seed))
		}
	}
	return err
}

func names() (list []string) {
	for _, p := range proofs {
		list = append(list, p.name)
	}
	return list
}

func choose(name string) ([]proof, error) {
	if name == "" {
		return proofs, nil
	}
	for _, p := range proofs {
		if p.name == name {
			return []proof{p}, nil
		}
	}
	return nil, fmt.Errorf("there is no proof %q; there are %s", name, strings.Join(names(), ", "))
}

// prove runs one proof and answers its report. What the programs left is kept where
// a promise was broken.
func (o options) prove(ctx context.Context, p proof) (r *report, err error) {
	r = &report{Proof: p.name, What: p.what, Date: time.Now().UTC().Format("2006-01-02"), Small: o.small, Partial: o.requests > 0, Seed: o.seed}
	if r.Seed == 0 {
		r.Seed = rand.Uint64()>>1 | 1
	}
	began := time.Now()
	dir, err := os.MkdirTemp(o.dir, "tyngo-prove-"+p.name+"-")
	if err != nil {
		return r, err
	}
	playing, end := context.WithCancel(ctx)
	defer end()
	s := &stage{ctx: playing, seek: o.seek, enough: end, name: p.name, dir: dir, bin: o.bin, orders: o.orders, small: o.small, requests: o.requests, out: o.out, rnd: rand.New(rand.NewPCG(r.Seed, 0))}
	log, err := os.Create(filepath.Join(dir, "log.jsonl"))
	if err != nil {
		return r, err
	}
	s.log = &once{w: log}
	failed := p.run(s)
	r.Seconds = int(time.Since(began).Round(time.Second).Seconds())
	r.Rows = s.rows()
	if failed != nil {
		r.Rows = append(r.Rows, Row{Name: "the proof itself", Promised: "it runs to its end", Found: failed.Error()})
	}
	err = log.Close()
	if r.OK() || ctx.Err() != nil {
		return r, errors.Join(err, os.RemoveAll(dir))
	}
	fmt.Fprintf(o.out, "\nWhat the programs left is in %s\n", dir)
	return r, err
}
