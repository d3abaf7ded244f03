package openapi_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tyngo/tyngo/sync/openapi"
)

const described = `{"openapi":"3.1.0","x-roles":{"cook":["order.read"],"manager":["order.read","order.write"]},
 "paths":{"/health":{"get":{"responses":{"200":{"content":{"text/plain":{"schema":{"type":"string"}}}}}}},
  "/orders/{orderId}":{"get":{"security":[{"token":["order.read"]},{"session":["order.read"]}],
    "parameters":[{"name":"orderId","in":"path","required":true,"schema":{"type":"string","format":"uuid"}},{"name":"since","in":"query","schema":{"type":"integer"}}],
    "responses":{"200":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Order"}}}},"304":{"description":"same"},"404":{"content":{"application/problem+json":{"schema":{"type":"object"}}}},
     "500":{"content":{"application/problem+json":{"schema":{"type":"object"}}}}}},
   "put":{"security":[{"session":["order.write"]}],"requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Order"}}}},"responses":{"204":{}}}}},
 "components":{"schemas":{"Order":{"type":"object","additionalProperties":false,"required":["orderId","lines"],"properties":{
   "orderId":{"type":"string","format":"uuid"},"at":{"type":"string","format":"date-time"},"day":{"type":"string","format":"date"},"note":{"type":["string","null"],"maxLength":5},
   "status":{"enum":["placed","served"],"type":"string"},"left":{"oneOf":[{"type":"integer","minimum":0},{"type":"null"}]},
   "lines":{"type":"array","minItems":1,"items":{"type":"object","required":["quantity"],"properties":{"quantity":{"type":"integer","minimum":1,"maximum":999}},"additionalProperties":{"type":"string"}}}}}}}}`

func read(t *testing.T) *openapi.Document {
	t.Helper()
	d, err := openapi.Read([]byte(described))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestADescriptionSaysWhoMay(t *testing.T) {
	d := read(t)
	ops := d.Operations()
	if len(ops) != 3 || ops[1].Name() != "GET /orders/{orderId}" || ops[2].Name() != "PUT /orders/{orderId}" || ops[1].Writes() || !ops[2].Writes() {
		t.Fatalf("%v", ops)
	}
	for _, c := range []struct {
		op          int
		proof, role string
		may         bool
	}{{0, "", "", true}, {0, "token", "nobody", true}, {1, "", "", false}, {1, "", "manager", false}, {1, "token", "cook", true}, {1, "session", "cook", true}, {1, "token", "stranger", false},
		{2, "session", "manager", true}, {2, "session", "cook", false}, {2, "token", "manager", false}} {
		if d.Admits(ops[c.op], c.proof, c.role) != c.may {
			t.Errorf("%s by %q %q: want %v", ops[c.op].Name(), c.proof, c.role, c.may)
		}
	}
}

func TestAnAnswerIsHeldAgainstItsDescription(t *testing.T) {
	d := read(t)
	get := d.Operations()[1]
	const good = `{"orderId":"0198f000-0000-7000-8000-000000000001","lines":[{"quantity":2,"name":"Chips"}]`
	for _, c := range []struct {
		status     int
		kind, body string
		wrong      string // empty: it is right
	}{
		{200, "application/json", good + "}", ""}, {200, "application/json; charset=utf-8", good + `,"note":null,"left":null,"status":"served","at":"2026-11-30T12:00:00.5Z","day":"2026-11-30"}`, ""},
		{304, "", "", ""}, {404, "application/problem+json", "{}", ""}, {500, "application/problem+json", "{}", "error of the server"}, {418, "", "", "not described"},
		{304, "", "x", "has a body"}, {200, "text/html", good + "}", "text/html"}, {404, "application/json", "{}", "not described"}, {200, "application/json", good, "no JSON"},
		{200, "application/json", "[]", "no object"}, {200, "application/json", `{"lines":[{"quantity":2}]}`, "has no orderId"}, {200, "application/json", good + `,"secret":1}`, `member "secret"`},
		{200, "application/json", good + `,"note":"too long"}`, "characters"}, {200, "application/json", good + `,"note":1}`, "no string or null"}, {200, "application/json", good + `,"status":"lost"}`, "none of"},
		{200, "application/json", good + `,"left":-1}`, "none of what it may be"}, {200, "application/json", good + `,"at":"noon"}`, "no date-time"}, {200, "application/json", good + `,"day":"2026-02-30"}`, "no date"},
		{200, "application/json", strings.Replace(good, "7000", "x", 1) + "}", "no uuid"}, {200, "application/json", strings.Replace(good, "2,", "1.5,", 1) + "}", "no integer"},
		{200, "application/json", strings.Replace(good, "2,", "1000,", 1) + "}", "out of bounds"}, {200, "application/json", strings.Replace(good, `"Chips"`, "1", 1) + "}", "no string"},
		{200, "application/json", `{"orderId":"0198f000-0000-7000-8000-000000000001","lines":[]}`, "0 entries"},
	} {
		err := d.Judge(get, openapi.Answer{Status: c.status, ContentType: c.kind, Body: []byte(c.body)})
		if (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%d %s %s: %v, want %q", c.status, c.kind, c.body, err, c.wrong)
		}
	}
}

func TestTheSameNumbersMakeTheSameRequestsAndOthersMakeOthers(t *testing.T) {
	d := read(t)
	make := func(seed uint64) (list []openapi.Request, good int) {
		g := &openapi.Generator{Rand: rand.New(rand.NewPCG(seed, 0)), Document: d, Known: []string{"0198f000-0000-7000-8000-000000000001"}}
		for range 300 {
			r := g.Request(d.Operations()[2])
			if !strings.HasPrefix(r.Path, "/orders/") || r.Method != "PUT" {
				t.Fatalf("%+v", r)
			}
			if strings.Contains(r.Body, `"orderId":"0198f000`) && strings.Contains(r.Body, `"quantity":`) {
				good++
			}
			list = append(list, r)
		}
		return list, good
	}
	a, good := make(7)
	b, _ := make(7)
	c, _ := make(8)
	if d := cmp.Diff(a, b); d != "" {
		t.Error(d)
	}
	if cmp.Equal(a, c) || good < 100 || good == 300 {
		t.Errorf("%d of 300 are good", good)
	}
}
