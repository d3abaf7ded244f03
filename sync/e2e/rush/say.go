package rush

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/tyngo/tyngo/sync/id"
)

// turn is one step of a visit, by the waiter whose turn it is.
type turn struct {
	*waiter
	*visit
	ctx context.Context
}

// data is the data of a command.
type data map[string]any

// normal are refusals of an evening: two waiters wished two things at once, or what was
// wished makes no sense any more.
var normal = map[string]bool{"status_not_next": true, "check_over": true, "check_discounted": true, "check_split": true, "nothing_to_send": true, "nothing_held": true,
	"nothing_to_repeat": true, "line_not_here": true, "line_shared": true, "line_voided": true, "line_comped": true, "line_changed": true, "no_seats": true, "not_split": true,
	"order_cancelled": true, "table_taken": true, "table_dirty": true, "table_not_dirty": true, "orders_there": true, "no_lines": true, "parts": true}

// say sends a command by the waiter's own tablet, now and then by another one, and
// answers the code of a refusal.
func (t *turn) say(kind, order string, d data) (code string, err error) {
	by := t.own
	if t.visit.rnd.IntN(8) == 0 {
		by = t.all[t.visit.rnd.IntN(len(t.all))]
	}
	return t.sayBy(by, kind, order, d)
}

func (t *turn) sayBy(by Device, kind, order string, d data) (code string, err error) {
	command := data{"id": id.New[id.Command](), "type": kind, "data": d}
	if order != "" {
		command["order"] = order
	}
	var said struct {
		Results []struct {
			Problem *struct{ Code, Detail string }
		}
	}
	if err := t.post(by, "/api/v1/commands", data{"commands": []data{command}}, "", &said); err != nil {
		return "", fmt.Errorf("%s: %w", kind, err)
	}
	if len(said.Results) != 1 {
		return "", fmt.Errorf("%s was answered %d times", kind, len(said.Results))
	}
	p := said.Results[0].Problem
	if p == nil {
		t.note(func(a *Account) { a.Done[kind]++ })
		return "", nil
	}
	t.note(func(a *Account) { a.Refused[kind+" "+p.Code]++ })
	if !normal[p.Code] {
		err = fmt.Errorf("%s %v: %s: %s", kind, d, p.Code, p.Detail)
	}
	return p.Code, err
}

// again is what a box says that does not know whether it did something.
var again = map[int]bool{http.StatusServiceUnavailable: true, http.StatusInternalServerError: true}

// post asks until there is an answer: a box that is away, or does not know, is asked the
// same again.
func (t *turn) post(by Device, path string, body any, key string, into any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	var headers []string
	if key != "" {
		headers = []string{"Idempotency-Key", key}
	}
	_, err = t.ask(by, http.MethodPost, path, raw, headers, into)
	return err
}

// get reads something.
func (t *turn) get(path string, into any) error {
	_, err := t.ask(t.own, http.MethodGet, path, nil, nil, into)
	return err
}

func (t *turn) ask(by Device, method, path string, body []byte, headers []string, into any) (status int, err error) {
	for began, asked := time.Now(), 1; ; asked++ {
		var raw []byte
		status, raw, err = by.Do(t.ctx, method, path, body, headers...)
		t.note(func(a *Account) { a.Requests, a.Repeated = a.Requests+1, a.Repeated+min(asked-1, 1) })
		switch {
		case t.ctx.Err() != nil:
			return 0, t.ctx.Err()
		case err == nil && !again[status]:
			if status >= 300 {
				return status, fmt.Errorf("%s %s: %d %s", method, path, status, raw)
			}
			return status, json.Unmarshal(raw, into)
		case time.Since(began) > t.Patience:
			return status, errors.Join(err, fmt.Errorf("%s %s: %d %s after %d requests", method, path, status, raw, asked))
		}
		select {
		case <-t.ctx.Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
}
