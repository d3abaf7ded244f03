package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// watchEvery is how often the disk of head office is looked at: what is said of a
// lag is too much by this much at most.
const watchEvery = 20 * time.Millisecond

// seen is that head office had the facts of a box up to last.
type seen struct {
	last int64
	at   time.Time
}

// watcher looks at what is committed at head office while it works, in its file: an
// ack, or a page, could say what is not there.
type watcher struct {
	db   *sql.DB
	stop context.CancelFunc
	done sync.WaitGroup
	by   map[[16]byte][]seen
	// until is when it looked last.
	until time.Time
	err   error
}

// watch begins to look; end ends it.
func watch(ctx context.Context, dir string) (*watcher, error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "cloud.db")+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	w := &watcher{db: db, by: map[[16]byte][]seen{}}
	if err := w.look(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	ctx, w.stop = context.WithCancel(ctx)
	w.done.Go(func() {
		again := time.NewTicker(watchEvery)
		defer again.Stop()
		for w.err == nil {
			select {
			case <-ctx.Done():
				return
			case <-again.C:
				w.err = w.look()
			}
		}
	})
	return w, nil
}

func (w *watcher) look() error {
	rows, err := w.db.Query("SELECT box, max(last_seq) FROM stream GROUP BY box")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var box []byte
		var s seen
		if err := rows.Scan(&box, &s.last); err != nil {
			return err
		}
		s.at = time.Now()
		k := [16]byte(box)
		if l := w.by[k]; len(l) == 0 || l[len(l)-1].last < s.last {
			w.by[k] = append(l, s)
		}
	}
	w.until = time.Now()
	return rows.Err()
}

func (w *watcher) end() error {
	w.stop()
	w.done.Wait()
	return errors.Join(w.err, w.db.Close())
}

// fact is one of a box: when it came to be, and when head office was seen to have it.
// Where it never was, that is the end of the looking: it waited longer than is said.
type fact struct {
	made, there time.Time
	order       string // that was placed with it
}

// facts are all of a box, in their order.
func (w *watcher) facts(db *sql.DB, box []byte) (list []fact, err error) {
	rows, err := db.Query("SELECT at, coalesce(CASE type WHEN 'order.sent' THEN json_extract(CAST(body AS TEXT), '$.data.order') END, '') FROM journal ORDER BY seq")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	looks := w.by[[16]byte(box)]
	for rows.Next() {
		var ms int64
		var f fact
		if err := rows.Scan(&ms, &f.order); err != nil {
			return nil, err
		}
		f.made = time.UnixMilli(ms)
		for len(looks) > 0 && looks[0].last <= int64(len(list)) { // this is fact len+1
			looks = looks[1:]
		}
		if f.there = w.until; len(looks) > 0 {
			f.there = looks[0].at
		}
		list = append(list, f)
	}
	return list, rows.Err()
}

// lackAt counts what head office lacks at a moment.
func lackAt(list []fact, at time.Time) (n int) {
	for _, f := range list {
		if f.made.After(at) {
			break
		}
		if f.there.After(at) {
			n++
		}
	}
	return n
}

// looksASecond is how often what head office lacks is counted.
const looksASecond = 10

// lacks counts the facts that head office lacks, at every look.
func lacks(list []fact, began time.Time, seconds int) []int {
	out := make([]int, seconds*looksASecond)
	for k := range out {
		out[k] = lackAt(list, began.Add(time.Duration(k+1)*time.Second/looksASecond))
	}
	return out
}

// thirds are the medians of each third.
func thirds(list []int) (m [3]int) {
	for i := range m {
		m[i] = quantile(list[i*len(list)/3:(i+1)*len(list)/3], .5)
	}
	return m
}

// quantile is the least of list that is not below the q-th part of it.
func quantile[T int | time.Duration](list []T, q float64) (v T) {
	if len(list) == 0 {
		return v
	}
	sorted := slices.Sorted(slices.Values(list))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

// spread says how a list of times is spread.
func spread(list []time.Duration) string {
	return fmt.Sprintf("p50 %d ms, p99 %d ms, at most %d ms", quantile(list, .5).Milliseconds(), quantile(list, .99).Milliseconds(), quantile(list, 1).Milliseconds())
}
