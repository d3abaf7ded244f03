package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// play sends the orders at the chosen speed, while a kitchen moves them on.
func (s *show) play(ctx context.Context) error {
	bar := progressbar.NewOptions(len(s.orders), progressbar.OptionSetWriter(s.out), progressbar.OptionSetDescription("Lunch"), progressbar.OptionShowCount(),
		progressbar.OptionShowIts(), progressbar.OptionSetItsString("orders"), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetPredictTime(true),
		progressbar.OptionOnCompletion(func() { fmt.Fprintln(s.out) }))
	next, cooked := make(chan int), make(chan string, len(s.orders))
	failed := make(chan error, s.clients)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var tablets, kitchen sync.WaitGroup
	for range s.clients {
		tablets.Go(func() {
			for n := range next {
				id, err := s.order(ctx, n)
				if err != nil {
					failed <- err
					cancel()
					return
				}
				cooked <- id
				_ = bar.Add(1) // a bar that cannot be drawn stops nothing
			}
		})
	}
	kitchen.Go(func() { s.cook(ctx, cooked) })
	began := time.Now()
	for n := range s.orders {
		if s.speed > 0 {
			pause(ctx, time.Until(began.Add(time.Duration(float64(n)/s.speed*float64(time.Second)))))
		}
		select {
		case <-ctx.Done():
		case next <- n:
			continue
		}
		break
	}
	close(next)
	tablets.Wait()
	close(cooked)
	select {
	case err := <-failed:
		return err
	default:
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := s.settle(ctx); err != nil {
		return err
	}
	if err := s.printed(ctx); err != nil {
		return err
	}
	if s.exit {
		cancel()
	}
	kitchen.Wait()
	return nil
}

// order places one order; one that the box does not answer for good is repeated
// with its key.
func (s *show) order(ctx context.Context, n int) (string, error) {
	body, err := s.orders[n].Body(n, s.claim.RestaurantID)
	if err != nil {
		return "", err
	}
	for try := 0; ; try++ {
		status, raw, err := s.client.Do(ctx, "POST", "/api/v1/orders", body, "Idempotency-Key", s.orders[n].Key())
		if err == nil && status == 201 {
			var o struct{ OrderID string }
			return o.OrderID, json.Unmarshal(raw, &o)
		}
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		if try > 50 || err == nil && status < 500 {
			return "", fmt.Errorf("order %s: %d %s %w", s.orders[n].ID, status, raw, err)
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// Times of the kitchen of the demo, much faster than a real one.
const (
	begins = 3 * time.Second
	cooks  = 8 * time.Second
	serves = 4 * time.Second
)

// cook moves every order on as a kitchen and a runner do.
func (s *show) cook(ctx context.Context, orders <-chan string) {
	type step struct {
		order string
		at    time.Time
	}
	queue := map[string]chan step{"preparing": make(chan step, len(s.orders)), "ready": make(chan step, len(s.orders)), "served": make(chan step, len(s.orders))}
	var wg sync.WaitGroup
	for _, move := range []struct {
		status, then string
		after        time.Duration
	}{{"preparing", "ready", cooks}, {"ready", "served", serves}, {"served", "", 0}} {
		wg.Go(func() {
			for st := range queue[move.status] {
				select {
				case <-ctx.Done():
				case <-time.After(time.Until(st.at)):
					// One that a person moved by hand is refused, and that is fine.
					_, _, _ = s.client.Do(ctx, "POST", "/api/v1/orders/"+st.order+"/status", fmt.Appendf(nil, `{"status":%q}`, move.status))
				}
				if move.then != "" {
					queue[move.then] <- step{st.order, time.Now().Add(move.after)}
				}
			}
			if move.then != "" {
				close(queue[move.then])
			}
		})
	}
	for o := range orders {
		queue["preparing"] <- step{o, time.Now().Add(begins)}
	}
	close(queue["preparing"])
	wg.Wait()
}
