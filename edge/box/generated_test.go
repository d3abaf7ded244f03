package box_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/edge/box/boxtest"
)

// generator makes requests from what the box says of itself: mostly good ones, now and
// then with something that no schema allows.
type generator struct {
	*rand.Rand
	schemas map[string]schema
	known   []string            // ids that mean something here
	named   map[string][]string // what members of a name are, mostly
	base    map[string]string   // by path: a good body, of which one thing is changed
}

type schema struct {
	Ref        string            `json:"$ref"`
	Type       json.RawMessage   `json:"type"` // one, or a list with null
	Format     string            `json:"format"`
	Enum       []any             `json:"enum"`
	Properties map[string]schema `json:"properties"`
	Items      *schema           `json:"items"`
	Required   []string          `json:"required"`
	Minimum    *float64          `json:"minimum"`
	Maximum    *float64          `json:"maximum"`
}

type operation struct {
	Parameters []struct {
		Name, In string
		Required bool
		Schema   schema
	}
	RequestBody *struct {
		Content map[string]struct{ Schema schema }
	}
}

// nasty are values that programs send by mistake, and people on purpose.
var nasty = []any{nil, true, -1, 0, 1.5, 1e300, "", " ", "\u0000", "💥", strings.Repeat("x", 5000), "0198f000-0000-7000-8000-00000000FFFF", "'; DROP TABLE journal; --", "../../etc/passwd",
	[]any{}, map[string]any{}, []any{[]any{nil}}, "9223372036854775808", json.Number("9223372036854775807"), json.Number("-9223372036854775808"), "2026-02-30", "%s%n", "<script>"}

func (g *generator) one(list []string) string { return list[g.IntN(len(list))] }

// value is something for a schema.
func (g *generator) value(s schema, depth int) any {
	if g.IntN(25) == 0 {
		return nasty[g.IntN(len(nasty))]
	}
	if s.Ref != "" {
		s = g.schemas[s.Ref[strings.LastIndex(s.Ref, "/")+1:]]
	}
	if len(s.Enum) > 0 {
		return s.Enum[g.IntN(len(s.Enum))]
	}
	kind := string(s.Type)
	switch {
	case strings.Contains(kind, "object"), s.Properties != nil:
		out := map[string]any{}
		for _, k := range slices.Sorted(maps.Keys(s.Properties)) {
			if k != "$schema" && (slices.Contains(s.Required, k) && g.IntN(40) > 0 || depth < 4 && g.IntN(3) == 0) {
				if out[k] = g.value(s.Properties[k], depth+1); g.named[k] != nil && g.IntN(10) > 0 {
					out[k] = g.one(g.named[k])
				}
			}
		}
		return out
	case strings.Contains(kind, "array"):
		list := []any{}
		for range g.IntN(3) + 1 {
			if s.Items != nil {
				list = append(list, g.value(*s.Items, depth+1))
			}
		}
		return list
	case strings.Contains(kind, "integer"), strings.Contains(kind, "number"):
		least, most := 0.0, 20.0
		if s.Minimum != nil {
			least, most = *s.Minimum, max(*s.Minimum, most)
		}
		if s.Maximum != nil {
			most = min(most, *s.Maximum)
		}
		return int64(least) + g.Int64N(max(1, int64(most-least)+1))
	case strings.Contains(kind, "boolean"):
		return g.IntN(2) == 0
	}
	switch s.Format {
	case "uuid":
		return g.one(g.known)
	case "date":
		return g.one([]string{"2026-11-24", "1999-01-01", "9999-12-31"})
	}
	return g.one([]string{"4", "12", "Ana", "8302", "no onions", "Guacamole", "preparing", "B4", "menu"})
}

// edit changes one thing in a document.
func (g *generator) edit(v any) any {
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
		return g.one([]string{"Another name", v + " ", strings.ToUpper(v), g.one(g.known)})
	}
	return g.IntN(50)
}

func (g *generator) text(s schema) string {
	switch v := g.value(s, 0).(type) {
	case string:
		return v
	default:
		raw, _ := json.Marshal(v)
		return strings.Trim(string(raw), `"`)
	}
}

// request makes one of an operation.
func (g *generator) request(path string, op operation) (at, body string, headers []string) {
	query := url.Values{}
	template := path
	for _, p := range op.Parameters {
		switch p.In {
		case "path":
			v := g.text(p.Schema)
			if v == "" || strings.ContainsAny(v, "/.") {
				v = g.one(g.known)
			}
			path = strings.Replace(path, "{"+p.Name+"}", url.PathEscape(v), 1)
		case "query":
			if p.Required || g.IntN(2) == 0 {
				query.Set(p.Name, g.text(p.Schema))
			}
		case "header":
			if v := g.text(p.Schema); g.IntN(4) == 0 && !strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r > '~' }) {
				headers = append(headers, p.Name, v)
			}
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	if op.RequestBody != nil {
		kind := "application/json"
		if _, ok := op.RequestBody.Content["text/csv"]; ok {
			kind = "text/csv"
			body = g.one([]string{"name,price\nBurger & Co,9\n", "id,name\n,\n", "name\n\"", "name,price,price\n", "name,price:Happy\nx,1\n", "name,modifier_groups\nRibs,Sauces; Temperature\n"})
		} else {
			v := g.value(op.RequestBody.Content[kind].Schema, 0)
			if base := g.base[template]; base != "" {
				_ = json.Unmarshal([]byte(base), &v)
				v = g.edit(v)
			}
			raw, _ := json.Marshal(v)
			body = string(raw)
		}
		if headers = append(headers, "Content-Type", kind); g.IntN(30) == 0 && body != "" {
			body = body[:g.IntN(len(body))]
		}
	}
	return path, body, headers
}

// TestNoRequestIsAnsweredWithAnErrorOfOurs: requests made from OpenAPI, by a manager
// and by a server; whatever was asked, the journal stays whole, and makes the same
// tables. GENERATED is how many an operation, 200 where it is not set.
func TestNoRequestIsAnsweredWithAnErrorOfOurs(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	must(h, "PUT", "/api/v1/menu/document", strings.Replace(burgers, `"name":"Burger"`, `"name":"Burger & Co"`, 1))
	hire(h, ana, "Ana", "manager", "8302")
	first, _ := place(h, ringing(boxtest.Chips, 1, ""))
	var api struct {
		Paths      map[string]map[string]operation
		Components struct{ Schemas map[string]schema }
	}
	h.Do("GET", "/api/openapi.json", "").JSON(t, &api)
	n := 200
	if s := os.Getenv("GENERATED"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	seed := uint64(1)
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 0)), schemas: api.Components.Schemas, known: []string{boxtest.Restaurant, boxtest.Bowl, boxtest.Chips, rare, aioli, first.OrderID,
		"0198f000-0000-7000-8000-00000000e001", "0198f000-0000-7000-8000-0000000000ff"}}
	g.named = map[string][]string{"restaurantId": {boxtest.Restaurant}, "menuItemId": {boxtest.Bowl, boxtest.Chips}, "modifierId": {rare, medium, aioli}, "pin": {"8302", "4711"}}
	g.base = map[string]string{"/api/v1/menu/document": burgers, "/api/v1/menu/check": burgers, "/api/v1/venue": string(boxtest.Venue(h.Hot.URL(), h.Cold.URL()))}
	page := signIn(h, "server")
	tokens := []string{"Bearer " + h.Token, "Bearer " + h.Mint("server", "Sam")}
	answers := map[string]map[int]int{}
	asked := 0
	for range n {
		for _, path := range slices.Sorted(maps.Keys(api.Paths)) {
			for _, method := range slices.Sorted(maps.Keys(api.Paths[path])) {
				at, body, headers := g.request(path, api.Paths[path][method])
				var a boxtest.Answer
				if asked++; g.IntN(4) == 0 { // at a tablet, by whoever stands there
					status, answer := page.do(strings.ToUpper(method), at, body)
					a = boxtest.Answer{Status: status, Body: []byte(answer), Header: http.Header{"Content-Type": {"application/problem+json"}}}
				} else {
					a = h.Do(strings.ToUpper(method), at, body, append(headers, "Authorization", tokens[g.IntN(len(tokens))])...)
				}
				name := method + " " + path
				if answers[name] == nil {
					answers[name] = map[int]int{}
				}
				answers[name][a.Status]++
				if a.Status >= 500 {
					t.Errorf("%s %s\n%.500s\nis answered %d %s", method, at, body, a.Status, a.Body)
				}
				if a.Status >= 400 && a.Status != 404 && !strings.HasPrefix(a.Header.Get("Content-Type"), "application/problem+json") {
					t.Errorf("%s %s: %d is no problem document: %s", method, at, a.Status, a.Body)
				}
				if t.Failed() && asked > 20_000 {
					t.FailNow()
				}
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(answers)) {
		if t.Logf("%-55s %v", name, fmt.Sprint(answers[name])); answers[name][200]+answers[name][201]+answers[name][204] == 0 {
			t.Logf("   (never a good one)")
		}
	}
	if a := h.Do("GET", "/ready", ""); a.Status != 200 {
		t.Errorf("the box is not ready: %s", a.Body)
	}
	replays(h, "employee", "menu_overlay")
}
