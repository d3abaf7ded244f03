package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/tyngo/tyngo/sync/openapi"
)

// ask sends one request. A stream is not read: it has no end. made is false where no
// program could send it.
func ask(ctx context.Context, client *http.Client, base string, r openapi.Request, a asker) (answer openapi.Answer, made bool, err error) {
	req, err := http.NewRequestWithContext(ctx, r.Method, base+r.Path, strings.NewReader(r.Body))
	if err != nil {
		return answer, false, nil
	}
	for i := 0; i+1 < len(r.Headers); i += 2 {
		req.Header.Set(r.Headers[i], r.Headers[i+1])
	}
	if a.header[0] != "" {
		req.Header.Set(a.header[0], a.header[1])
	}
	res, err := client.Do(req)
	if err != nil {
		return answer, true, err
	}
	defer res.Body.Close()
	answer.Status, answer.ContentType = res.StatusCode, res.Header.Get("Content-Type")
	if kind, _, _ := mime.ParseMediaType(answer.ContentType); kind == "text/event-stream" {
		return answer, true, nil
	}
	answer.Body, err = io.ReadAll(io.LimitReader(res.Body, 64<<20))
	return answer, true, err
}

// field is an API that is asked whatever it describes.
type field struct {
	*stage
	base    string
	client  *http.Client
	api     *openapi.Document
	askers  []asker
	gen     openapi.Generator // without its random numbers
	late    bool              // whether those come, too, whose token has to end first
	asked   int               // requests so far
	refused int               // of those who may not
	hits    map[string]int    // by operation: those that were done
	mu      sync.Mutex
	long    time.Duration // the slowest answer
	slow    string        // to what
}

// job is one request of a round.
type job struct {
	op *openapi.Operation
	by asker
	g  openapi.Generator
}

// play asks n times for each operation, each time by one of those who choose takes,
// and hands every answer to judge. The random numbers of a request are its own, so
// that a seed makes the same requests, whichever worker sends them.
func (f *field) play(round, n int, choose func(*openapi.Operation, asker) bool, judge func(job, openapi.Request, openapi.Answer)) error {
	jobs := make(chan job)
	errs := make(chan error, clients)
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			for j := range jobs {
				if err := f.one(j, judge); err != nil {
					select {
					case errs <- err:
					default:
					}
				}
			}
		})
	}
	ops := f.api.Operations()
	base := f.rnd.Uint64()
	for i := range n {
		for k, op := range ops {
			g := f.gen
			g.Rand = rand.New(rand.NewPCG(base, uint64(round)<<40|uint64(i)<<16|uint64(k)))
			var may []asker
			for _, a := range f.askers {
				if (a.from.IsZero() || f.late) && choose(op, a) {
					may = append(may, a)
				}
			}
			if len(may) == 0 || f.ctx.Err() != nil {
				continue
			}
			jobs <- job{op, may[g.IntN(len(may))], g}
		}
		if len(errs) > 0 {
			break
		}
	}
	close(jobs)
	all.Wait()
	select {
	case err := <-errs:
		return err
	default:
		return f.ctx.Err()
	}
}

func (f *field) one(j job, judge func(job, openapi.Request, openapi.Answer)) error {
	r := j.g.Request(j.op)
	began := time.Now()
	a, made, err := ask(f.ctx, f.client, f.base, r, j.by)
	if err != nil {
		return fmt.Errorf("%s %s by %s: %w", r.Method, r.Path, j.by.name, err)
	}
	if !made {
		return nil
	}
	took := time.Since(began)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked++
	if took > f.long {
		f.long, f.slow = took, j.op.Name()
	}
	if a.Status < 300 {
		f.hits[j.op.Name()]++
	}
	judge(j, r, a)
	return nil
}

// told says what was asked and by whom, for the one who repeats it.
func told(j job, r openapi.Request, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s %.300s by %s %.300q %v: %w", r.Method, r.Path, j.by.name, r.Body, r.Headers, err)
}
