package openapi

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
)

// Generator makes requests from a description: mostly good ones, now and then with
// something that no schema allows. The same random numbers make the same requests.
type Generator struct {
	*rand.Rand
	Document *Document
	Known    []string            // ids that mean something there
	Named    map[string][]string // what members and parameters of a name are, mostly; a parameter of one operation: its name, a space, the parameter's
	Base     map[string][]string // by path: good bodies, in which one thing is changed
	Plain    map[string][]string // by path: bodies that are no JSON
}

// Request is one that was made.
type Request struct {
	Method, Path string // the path with its query
	Body         string
	Headers      []string // name, value, name, value
}

// nasty are values that programs send by mistake, and people on purpose.
var nasty = []any{nil, true, -1, 0, 1.5, 1e300, "", " ", "\u0000", "💥", strings.Repeat("x", 5000), "0198f000-0000-7000-8000-00000000FFFF", "'; DROP TABLE journal; --", "../../etc/passwd",
	[]any{}, map[string]any{}, []any{[]any{nil}}, "9223372036854775808", json.Number("9223372036854775807"), json.Number("-9223372036854775808"), "2026-02-30", "%s%n", "<script>",
	"\u202e", "\ufeff", json.Number("1e-400"), "Ω\u0301", map[string]any{"__proto__": nil}, "NaN"}

// words are texts that mean something at some place or other.
var words = []string{"4", "12", "Ana", "8302", "no onions", "Guacamole", "preparing", "B4", "menu"}

func (g *Generator) one(list []string) string { return list[g.IntN(len(list))] }

// Value is something for a schema.
func (g *Generator) Value(s *Schema) any { return g.value(s, 0) }

func (g *Generator) value(s *Schema, depth int) any {
	if g.IntN(25) == 0 {
		return nasty[g.IntN(len(nasty))]
	}
	if s = g.Document.resolve(s); s == nil {
		return nil
	}
	if len(s.OneOf) > 0 {
		return g.value(s.OneOf[g.IntN(len(s.OneOf))], depth+1)
	}
	if len(s.Enum) > 0 {
		return s.Enum[g.IntN(len(s.Enum))]
	}
	switch {
	case s.Type.has("object"), s.Properties != nil:
		return g.object(s, depth)
	case s.Type.has("array"):
		list := []any{}
		for range g.IntN(3) + 1 {
			if s.Items != nil {
				list = append(list, g.value(s.Items, depth+1))
			}
		}
		return list
	case s.Type.has("integer"), s.Type.has("number"):
		least, most := 0.0, 20.0
		if s.Minimum != nil {
			least, most = *s.Minimum, max(*s.Minimum, most)
		}
		if s.Maximum != nil {
			most = min(most, *s.Maximum)
		}
		return int64(least) + g.Int64N(max(1, int64(most-least)+1))
	case s.Type.has("boolean"):
		return g.IntN(2) == 0
	}
	return g.word(s)
}

func (g *Generator) object(s *Schema, depth int) map[string]any {
	out := map[string]any{}
	for _, k := range slices.Sorted(maps.Keys(s.Properties)) {
		if k != "$schema" && (slices.Contains(s.Required, k) && g.IntN(40) > 0 || depth < 4 && g.IntN(3) == 0) {
			if out[k] = g.value(s.Properties[k], depth+1); g.Named[k] != nil && g.IntN(10) > 0 {
				out[k] = g.one(g.Named[k])
			}
		}
	}
	return out
}

func (g *Generator) word(s *Schema) string {
	switch {
	case s.Format == "uuid":
		return g.one(g.Known)
	case s.Format == "date":
		return g.one([]string{"2026-11-24", "1999-01-01", "9999-12-31"})
	case s.Format == "date-time":
		return g.one([]string{"2026-11-24T12:00:00Z", "1970-01-01T00:00:00-08:00", "9999-12-31T23:59:59.999Z"})
	case g.IntN(8) == 0:
		return g.one(g.Known)
	}
	return g.one(words)
}

// edit changes one thing in a document.
func (g *Generator) edit(v any) any {
	if g.IntN(6) == 0 {
		return nasty[g.IntN(len(nasty))]
	}
	switch v := v.(type) {
	case map[string]any:
		if len(v) > 0 {
			k := g.one(slices.Sorted(maps.Keys(v)))
			if v[k] = g.edit(v[k]); g.IntN(12) == 0 {
				delete(v, k)
			}
		}
		return v
	case []any:
		if n := len(v); n > 0 {
			i := g.IntN(n)
			v[i] = g.edit(v[i])
			if g.IntN(8) == 0 {
				return append(v, v[i]) // there twice
			}
		}
		return v
	case string:
		return g.one([]string{"Another name", v + " ", strings.ToUpper(v), g.one(g.Known)})
	}
	return g.IntN(50)
}

func (g *Generator) text(s *Schema) string {
	switch v := g.value(s, 0).(type) {
	case string:
		return v
	default:
		raw, _ := json.Marshal(v)
		return strings.Trim(string(raw), `"`)
	}
}

// Request makes one of an operation.
func (g *Generator) Request(o *Operation) Request {
	r := Request{Method: o.Method, Path: o.Path}
	query := url.Values{}
	for _, p := range o.Parameters {
		v := g.text(p.Schema)
		list := g.Named[o.Name()+" "+p.Name]
		if list == nil {
			list = g.Named[p.Name]
		}
		if list != nil && g.IntN(10) > 0 {
			v = g.one(list)
		}
		switch p.In {
		case "path":
			if v == "" || strings.ContainsAny(v, "/.") {
				v = g.one(g.Known)
			}
			r.Path = strings.Replace(r.Path, "{"+p.Name+"}", url.PathEscape(v), 1)
		case "query":
			if p.Required || g.IntN(2) == 0 {
				query.Set(p.Name, v)
			}
		case "header":
			if g.IntN(4) == 0 && !strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r > '~' }) {
				r.Headers = append(r.Headers, p.Name, v)
			}
		}
	}
	if g.IntN(60) == 0 {
		query.Set("nobody", "knows this")
	}
	if len(query) > 0 {
		r.Path += "?" + query.Encode()
	}
	if o.RequestBody != nil {
		g.body(o, &r)
	}
	return r
}

func (g *Generator) body(o *Operation, r *Request) {
	kind := g.one(slices.Sorted(maps.Keys(o.RequestBody.Content)))
	if list := g.Plain[o.Path]; list != nil {
		r.Body = g.one(list)
	} else {
		v := g.value(o.RequestBody.Content[kind].Schema, 0)
		if base := g.Base[o.Path]; len(base) > 0 && g.IntN(8) > 0 {
			_ = json.Unmarshal([]byte(g.one(base)), &v) // good ones
			if g.IntN(5) > 0 {
				v = g.edit(v)
			}
		}
		raw, _ := json.Marshal(v) // it was made of what can be written
		r.Body = string(raw)
	}
	if g.IntN(30) == 0 && r.Body != "" {
		r.Body = r.Body[:g.IntN(len(r.Body))]
	}
	if g.IntN(100) == 0 {
		kind = g.one([]string{"text/plain", "application/xml", "", "application/json; charset=utf-16", "multipart/form-data"})
	}
	r.Headers = append(r.Headers, "Content-Type", kind)
}
