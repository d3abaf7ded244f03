package door

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

//go:embed page.html
var pageSource string

var pageTemplate = template.Must(template.New("api").Parse(pageSource))

type pageOperation struct {
	Method, Path, Summary, Body, Answer string
	Status                              int
	Params                              []pageParam
}

type pageParam struct {
	Name, In, Type, Doc string
	Required            bool
}

// Page is a readable page of the API, made once; it loads nothing but the given
// style sheets.
func (a *API) Page(styles ...string) http.Handler {
	o := a.huma.OpenAPI()
	var ops []pageOperation
	for path, item := range o.Paths {
		for method, op := range map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "DELETE": item.Delete} {
			if op != nil {
				ops = append(ops, describe(o, method, path, op))
			}
		}
	}
	slices.SortFunc(ops, func(a, b pageOperation) int {
		return strings.Compare(a.Path+" "+a.Method, b.Path+" "+b.Method)
	})
	var page bytes.Buffer
	if err := pageTemplate.Execute(&page, map[string]any{"Title": o.Info.Title, "Version": o.Info.Version,
		"Description": o.Info.Description, "Operations": ops, "Styles": styles}); err != nil {
		panic(err) // the operations are constants of this program
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write(page.Bytes())
	})
}

func describe(o *huma.OpenAPI, method, path string, op *huma.Operation) pageOperation {
	p := pageOperation{Method: method, Path: path, Summary: op.Summary}
	for _, param := range op.Parameters {
		t := ""
		if param.Schema != nil {
			if t = param.Schema.Type; param.Schema.Format != "" {
				t = param.Schema.Format
			}
		}
		p.Params = append(p.Params, pageParam{param.Name, param.In, t, param.Description, param.Required})
	}
	if op.RequestBody != nil {
		p.Body = example(o, op.RequestBody.Content["application/json"])
	}
	for status, r := range op.Responses {
		if n, err := strconv.Atoi(status); err == nil && n < 300 {
			p.Status, p.Answer = n, example(o, r.Content["application/json"])
		}
	}
	return p
}

func example(o *huma.OpenAPI, m *huma.MediaType) string {
	if m == nil || m.Schema == nil {
		return ""
	}
	b, err := json.MarshalIndent(sketch(o, m.Schema, 0), "", "  ")
	if err != nil {
		return ""
	}
	return string(b)
}

// sketch is an object of the schema's shape whose values say what they are.
func sketch(o *huma.OpenAPI, s *huma.Schema, depth int) any {
	if s.Ref != "" {
		s = o.Components.Schemas.SchemaFromRef(s.Ref)
	}
	if depth > 6 {
		return "…"
	}
	switch {
	case len(s.Enum) > 0:
		return strings.Trim(fmt.Sprint(s.Enum), "[]")
	case len(s.Examples) > 0:
		return s.Examples[0]
	case s.Type == huma.TypeArray && s.Items != nil:
		return []any{sketch(o, s.Items, depth+1)}
	case s.Type == huma.TypeObject:
		m := map[string]any{}
		for name, p := range s.Properties {
			m[name] = sketch(o, p, depth+1)
		}
		return m
	case s.Format != "":
		return s.Format
	case len(s.OneOf) > 0:
		return sketch(o, s.OneOf[0], depth+1)
	}
	return s.Type
}
