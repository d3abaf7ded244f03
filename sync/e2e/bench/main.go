// Command bench says how fast TYNGO is, beside what this machine can do: every
// comparison is a ratio of pairs of one run on one disk, in turn, and no figure by
// itself proves anything on another machine.
//
//	go run ./sync/e2e/bench            # make bench
//	go run ./sync/e2e/bench -short     # a few seconds: the program works
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/tyngo/tyngo/sync/e2e/lunch"
	"github.com/tyngo/tyngo/sync/e2e/rig"
)

// size is how much is done.
type size struct {
	rounds   int
	slices   int           // turns of each side in a round
	span     time.Duration // of one side in a round
	leavings int           // orders whose rows the bare side writes again
	rest     int           // orders end to end
	backlog  int64         // facts that are drained
	days     int           // of the long history
	daily    int           // checks a day
	bytes    int64         // of the long history's database at least
}

var (
	full  = size{rounds: 5, slices: 6, span: 1500 * time.Millisecond, leavings: 400, rest: 100, backlog: 100_000, days: 365, daily: 1370, bytes: 4e9}
	short = size{rounds: 1, slices: 1, span: 60 * time.Millisecond, leavings: 20, rest: 3, backlog: 3_000, days: 2, daily: 64}
)

type bench struct {
	ctx    context.Context
	dir    string // of everything that is written, on a real disk
	bin    rig.Bin
	size   size
	orders lunch.Orders
	three  lunch.Orders
	log    io.Writer
	keep   string // where the long history is kept between runs; empty: nowhere
	report Report
}

// parts are the figures, in order.
var parts = []struct {
	name string
	run  func(*bench) error
}{
	{"disk", (*bench).disk}, {"do", (*bench).do}, {"evening", (*bench).evening}, {"http", (*bench).http}, {"rest", (*bench).rest},
	{"drain", (*bench).drain}, {"wire", (*bench).wire}, {"growth", (*bench).growth},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) (err error) {
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	bin := f.String("bin", "bin", "directory of the programs")
	orders := f.String("orders", "packaging/demo/data/lunch-orders.tsv", "file of real orders")
	into := f.String("out", "bin/bench.json", "file of the rows")
	at := f.String("dir", "bin", "a directory on the disk that is measured")
	table := f.String("table", "", "file that gets the table too, under the heading that it has")
	keep := f.String("keep", "", "directory in which the long history is kept for the next run")
	small := f.Bool("short", false, "a few seconds, to see that it works; floors are not judged")
	only := f.String("only", "", "parts to run, with commas: "+strings.Join(names(), ","))
	profile := f.String("profile", "", "file for a CPU profile of this program")
	serve := f.String("bare", "", "for itself: serve bare commits of the rows in this directory")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *serve != "" {
		return bareServe(ctx, *serve)
	}
	if *profile != "" {
		p, err := os.Create(*profile)
		if err != nil {
			return err
		}
		defer p.Close()
		if err := pprof.StartCPUProfile(p); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	file, err := os.Open(*orders)
	if err != nil {
		return err
	}
	defer file.Close()
	b := &bench{ctx: ctx, bin: rig.In(*bin), size: full, log: os.Stderr, keep: *keep}
	if *small {
		b.size = short
	}
	if b.orders, err = lunch.Read(file); err != nil {
		return err
	}
	b.three = threes(b.orders)
	if b.dir, err = os.MkdirTemp(*at, "bench-"); err != nil {
		return err
	}
	if b.dir, err = filepath.Abs(b.dir); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	b.report = Report{Commit: commit(ctx), Machine: machine(), Date: time.Now().UTC().Format("2006-01-02"), Short: *small}
	chosen := names()
	if *only != "" {
		chosen = strings.Split(*only, ",")
	}
	for _, p := range parts {
		if !slices.Contains(chosen, p.name) {
			continue
		}
		b.say("%s", p.name)
		if err := p.run(b); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	b.report.table(out)
	if err := b.report.write(*into); err != nil {
		return err
	}
	if *table != "" {
		if err := b.report.page(*table); err != nil {
			return err
		}
	}
	if missed := b.report.missed(); len(missed) > 0 {
		return fmt.Errorf("floors that were not held: %s", strings.Join(missed, "; "))
	}
	return nil
}

func names() (list []string) {
	for _, p := range parts {
		list = append(list, p.name)
	}
	return list
}

func (b *bench) say(format string, args ...any) {
	fmt.Fprintf(b.log, time.Now().Format("15:04:05 ")+format+"\n", args...)
}

// add takes a row; at the short size nothing is judged.
func (b *bench) add(r Row) {
	if b.report.Short {
		r.OK = nil
	}
	b.report.Rows = append(b.report.Rows, r)
	ratio := ""
	if r.Ratio != nil {
		ratio = fmt.Sprintf(", ratio %.2f", *r.Ratio)
	}
	b.say("  %s: %s %s%s", r.Name, number(r.Value), r.Unit, ratio)
}

func commit(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "git", "rev-parse", "--short", "HEAD").Output()
	if err != nil {
		return "unknown"
	}
	return string(bytes.TrimSpace(out))
}

// read is a file of the kernel; empty where it has none.
func read(path string) string {
	raw, _ := os.ReadFile(path)
	return string(raw)
}

func machine() string {
	model := runtime.GOARCH
	for line := range strings.Lines(read("/proc/cpuinfo")) {
		if k, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == "model name" {
			model = strings.TrimSpace(v)
			break
		}
	}
	load, _, _ := strings.Cut(read("/proc/loadavg"), " ")
	return fmt.Sprintf("%d processors (%s) with a load of %s from others when it began, %s, %s", runtime.NumCPU(), model, load, runtime.GOOS, runtime.Version())
}

// page puts the table into a document, in place of what stands below its mark.
func (r *Report) page(path string) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	const mark = "<!-- make bench -->\n"
	head, _, ok := bytes.Cut(raw, []byte(mark))
	if !ok {
		return fmt.Errorf("%s has no line %q", path, strings.TrimSpace(mark))
	}
	w := bytes.NewBuffer(append(bytes.Clone(head), mark...))
	r.table(w)
	return os.WriteFile(path, w.Bytes(), 0o644)
}
