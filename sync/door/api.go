package door

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"
	"github.com/tyngo/tyngo/sync/fault"
)

// API is typed operations on a router, described by OpenAPI 3.1 at
// /api/openapi.json. huma's own pages load scripts from outside and are off.
type API struct {
	huma huma.API
	door *Door
}

// NewAPI puts an API on a router that has the door's middlewares.
func (d *Door) NewAPI(r chi.Router, title, version, description string) *API {
	problems()
	c := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: title, Version: version, Description: description},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"token":   {Type: "http", Scheme: "bearer", BearerFormat: "JWT"},
					"session": {Type: "apiKey", In: "cookie", Name: d.c.Name},
				},
			},
		},
		Formats:       map[string]huma.Format{"application/json": bodies, "json": bodies},
		DefaultFormat: "application/json",
	}
	return &API{humachi.New(r, c), d}
}

// OpenAPI is the description of all operations.
func (a *API) OpenAPI() ([]byte, error) { return a.huma.OpenAPI().MarshalJSON() }

// Operation registers one operation. The route must have a row in the
// authorization table; security is read from there.
func Operation[I, O any](a *API, route, summary string, status int, handler func(context.Context, *I) (*O, error)) {
	method, path, _ := strings.Cut(route, " ")
	op := huma.Operation{Method: method, Path: path, Summary: summary, DefaultStatus: status, OperationID: operationID(method, path),
		MaxBodyBytes: a.door.limit(a.door.rules[route]), Security: a.security(route), RejectUnknownQueryParameters: true,
		Errors: []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests, http.StatusServiceUnavailable}}
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handler(ctx, in)
		if se := huma.StatusError(nil); errors.As(err, &se) {
			return nil, err // not modified
		}
		if err != nil {
			p := Of(err)
			if p.Status >= http.StatusInternalServerError && fault.Of(err).Unwrap() != nil {
				a.door.c.Log.Error("request failed", "request", RequestID(ctx), "route", route, "err", err)
			}
			return nil, huma.ErrorWithHeaders(p, p.GetHeaders())
		}
		return out, nil
	})
}

func (a *API) security(route string) (s []map[string][]string) {
	proof := a.door.rules[route].Proof
	if proof&Token != 0 {
		s = append(s, map[string][]string{"token": {}})
	}
	if proof&Session != 0 {
		s = append(s, map[string][]string{"session": {}})
	}
	return s
}

func operationID(method, path string) string {
	id := strings.ToLower(method)
	for _, part := range strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == '{' || r == '}' }) {
		if part != "api" && part != "v1" {
			id += "-" + part
		}
	}
	return id
}
