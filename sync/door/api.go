package door

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strconv"
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
			Extensions: d.roles(),
		},
		Formats:       map[string]huma.Format{"application/json": bodies, "json": bodies},
		DefaultFormat: "application/json",
	}
	return &API{humachi.New(r, c), d}
}

// OpenAPI is the description of all operations.
func (a *API) OpenAPI() ([]byte, error) { return a.huma.OpenAPI().MarshalJSON() }

// roles publishes what each role may do, of what the table asks for.
func (d *Door) roles() map[string]any {
	if len(d.c.Roles) == 0 {
		return nil
	}
	may := map[string][]string{}
	for _, role := range d.c.Roles {
		may[role] = []string{}
		for _, r := range d.rules {
			if p := r.Permission; p != "" && d.c.May(role, p) && !slices.Contains(may[role], p) {
				may[role] = append(may[role], p)
			}
		}
		slices.Sort(may[role])
	}
	return map[string]any{"x-roles": may}
}

// Operation registers one operation. The route must have a row in the
// authorization table; security is read from there, with the permission as scope.
func Operation[I, O any](a *API, route, summary string, status int, handler func(context.Context, *I) (*O, error)) {
	method, path, _ := strings.Cut(route, " ")
	op := huma.Operation{Method: method, Path: path, Summary: summary, DefaultStatus: status, OperationID: operationID(method, path),
		MaxBodyBytes: a.door.limit(a.door.rules[route]), Security: a.security(route), RejectUnknownQueryParameters: true,
		Errors: a.refusals(route)}
	defer a.finish(route)
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

// refusals are the statuses with which a route may refuse, beside 500.
func (a *API) refusals(route string) []int {
	list := []int{http.StatusBadRequest, http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusServiceUnavailable}
	if a.door.rules[route].Proof&None == 0 {
		list = append(list, http.StatusUnauthorized, http.StatusForbidden)
	}
	if !strings.HasPrefix(route, "GET ") {
		list = append(list, http.StatusRequestTimeout, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	slices.Sort(list)
	return list
}

// at is the description of a route.
func (a *API) at(route string) *huma.Operation {
	method, path, _ := strings.Cut(route, " ")
	item := a.huma.OpenAPI().Paths[path]
	return map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "DELETE": item.Delete}[method]
}

// finish says what huma does not: the answer to a condition that a route takes, and
// that a body which is read as it is, too, is JSON and nothing else.
func (a *API) finish(route string) {
	op := a.at(route)
	if slices.ContainsFunc(op.Parameters, func(p *huma.Param) bool { return p.Name == "If-None-Match" }) {
		op.Responses[strconv.Itoa(http.StatusNotModified)] = &huma.Response{Description: "The caller has it already"}
	}
	if op.RequestBody != nil && op.RequestBody.Content["application/json"] != nil {
		delete(op.RequestBody.Content, "application/octet-stream")
	}
}

// Bytes says that an operation answers with bytes of a media type, and not with what
// the type of its body looks like.
func (a *API) Bytes(route, media string) {
	a.at(route).Responses[strconv.Itoa(http.StatusOK)].Content = content(media)
}

func content(media string) map[string]*huma.MediaType {
	switch media {
	case "":
		return nil
	case "application/json", "application/schema+json":
		return map[string]*huma.MediaType{media: {Schema: &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}}}
	}
	return map[string]*huma.MediaType{media: {Schema: &huma.Schema{Type: huma.TypeString}}}
}

// Describe puts a route that is no Operation into the description: with what it
// answers at its best, and the members of the object that it takes.
func (a *API) Describe(route, summary string, status int, media string, members ...string) {
	method, path, _ := strings.Cut(route, " ")
	op := &huma.Operation{Method: method, Path: path, Summary: summary, OperationID: operationID(method, path), Security: a.security(route),
		Responses: map[string]*huma.Response{strconv.Itoa(status): {Description: http.StatusText(status), Content: content(media)}}}
	for _, part := range strings.Split(path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			p := &huma.Param{Name: strings.TrimSuffix(name, "}"), In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}}
			if strings.HasSuffix(p.Name, "Id") {
				p.Schema.Format = "uuid"
			}
			op.Parameters = append(op.Parameters, p)
		}
	}
	refusal := map[string]*huma.MediaType{"application/problem+json": {Schema: a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "Problem")}}
	for _, code := range append(a.refusals(route), http.StatusInternalServerError) {
		op.Responses[strconv.Itoa(code)] = &huma.Response{Description: http.StatusText(code), Content: refusal}
	}
	if len(members) > 0 {
		body := &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{}, Required: members}
		for _, m := range members {
			body.Properties[m] = &huma.Schema{Type: huma.TypeString}
		}
		op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: body}}}
	}
	a.huma.OpenAPI().AddOperation(op)
}

// security names the proofs that a route takes, each with the permission that the
// role must have.
func (a *API) security(route string) (s []map[string][]string) {
	rule := a.door.rules[route]
	scopes := []string{}
	if rule.Permission != "" {
		scopes = append(scopes, rule.Permission)
	}
	if rule.Proof&Token != 0 {
		s = append(s, map[string][]string{"token": scopes})
	}
	if rule.Proof&Session != 0 {
		s = append(s, map[string][]string{"session": scopes})
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
