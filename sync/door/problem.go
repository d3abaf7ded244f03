package door

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"
	"github.com/tyngo/tyngo/sync/fault"
)

// Problem is every refusal on the wire: RFC 9457 with the members error (the
// sentence again, for clients of the first API), code and errors.
type Problem struct {
	Type   string        `json:"type" doc:"about:blank: the status and the code say it"`
	Title  string        `json:"title"`
	Status int           `json:"status"`
	Detail string        `json:"detail" doc:"One sentence for people: what happened and what to do"`
	Err    string        `json:"error" doc:"The same as detail"`
	Code   string        `json:"code" doc:"Stable, for programs"`
	Errors []fault.Field `json:"errors,omitempty" doc:"The parts of the request that are wrong"`
}

func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of problem documents.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders says when to come again.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.Status == http.StatusTooManyRequests || p.Status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "1")
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", "Bearer")
	}
	return h
}

var statuses = map[fault.Kind]int{
	fault.Internal: http.StatusInternalServerError, fault.Invalid: http.StatusUnprocessableEntity, fault.NotFound: http.StatusNotFound,
	fault.Conflict: http.StatusConflict, fault.Stale: http.StatusPreconditionFailed, fault.NoProof: http.StatusUnauthorized, fault.Denied: http.StatusForbidden,
	fault.TooMany: http.StatusTooManyRequests, fault.TooLarge: http.StatusRequestEntityTooLarge,
	fault.Unavailable: http.StatusServiceUnavailable, fault.Unknown: http.StatusServiceUnavailable,
}

// Of makes the problem of an error.
func Of(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	f := fault.Of(err)
	status := statuses[f.Kind]
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: f.Message, Err: f.Message, Code: f.Code, Errors: f.Fields}
}

// Write answers with the problem of an error.
func Write(w http.ResponseWriter, err error) { write(w, Of(err)) }

func write(w http.ResponseWriter, p *Problem) {
	for k, v := range p.GetHeaders() {
		w.Header()[k] = v
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	json.NewEncoder(w).Encode(p)
}

// plainProblem is a problem of HTTP itself, which no fault has a Kind for.
func plainProblem(status int, code, detail string) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail, Err: detail, Code: code}
}

// lost answers what no route takes: nothing is there, or it takes other methods.
func lost(router chi.Router, path string, w http.ResponseWriter) {
	var allowed []string
	for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
		if router.Match(chi.NewRouteContext(), m, path) {
			allowed = append(allowed, m)
		}
	}
	if len(allowed) == 0 {
		write(w, plainProblem(http.StatusNotFound, "no_such_address", "There is nothing at this address. /api lists what there is."))
		return
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	write(w, plainProblem(http.StatusMethodNotAllowed, "method_not_allowed", "This address takes "+strings.Join(allowed, " and ")+" only."))
}

var install sync.Once

// problems makes huma's own refusals problems of ours. huma keeps the maker in a
// package variable, so it is set once.
func problems() {
	install.Do(func() {
		huma.NewError = problem
		huma.NewErrorWithContext = func(_ huma.Context, status int, msg string, errs ...error) huma.StatusError {
			return problem(status, msg, errs...)
		}
	})
}

var codes = map[int]string{
	http.StatusBadRequest: "not_json", http.StatusUnprocessableEntity: "invalid", http.StatusRequestEntityTooLarge: "too_large",
	http.StatusUnsupportedMediaType: "media_type", http.StatusNotAcceptable: "not_acceptable", http.StatusRequestTimeout: "too_slow",
}

func problem(status int, msg string, errs ...error) huma.StatusError {
	p := &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: codes[status]}
	for _, err := range errs {
		if err == nil {
			continue
		}
		if d, ok := err.(huma.ErrorDetailer); ok {
			e := d.ErrorDetail()
			p.Errors = append(p.Errors, fault.Field{Where: e.Location, Message: e.Message})
		} else if status < http.StatusInternalServerError {
			p.Errors = append(p.Errors, fault.Field{Message: err.Error()})
		}
	}
	if p.Code == "" {
		p.Code = strings.ReplaceAll(strings.ToLower(p.Title), " ", "_")
	}
	switch {
	case status >= http.StatusInternalServerError:
		p.Detail = fault.Of(http.ErrNotSupported).Message
	case len(p.Errors) > 0 && p.Errors[0].Where != "":
		p.Detail = "The request was refused: " + p.Errors[0].Where + ": " + p.Errors[0].Message + "."
	default:
		p.Detail = "The request was refused: " + msg + "."
	}
	p.Err = p.Detail
	return p
}
