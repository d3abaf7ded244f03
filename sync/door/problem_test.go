package door_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/tyngo/tyngo/sync/door"
)

func TestEveryRefusalIsAProblemDocument(t *testing.T) {
	t.Parallel()
	g := open(t)
	token := "Bearer " + g.mint("till", "manager")
	for name, c := range map[string]struct {
		method, path, body string
		header, value      string
		status             int
		code, says         string
	}{
		"an address of nothing":          {"GET", "/nope", "", "", "", 404, "no_such_address", "/api"},
		"a method that is not there":     {"PUT", "/who", "", "", "", 405, "method_not_allowed", "takes GET only"},
		"a method that nobody knows":     {"FOO", "/session", "", "", "", 405, "method_not_allowed", "POST and DELETE"},
		"a packed body":                  {"POST", "/api/v1/echo", "{}", "Content-Encoding", "gzip", 415, "content_encoding", "Content-Encoding"},
		"an operation's other kind":      {"POST", "/api/v1/echo", `{"count":1}`, "Content-Type", "text/plain", 415, "media_type", "text/plain"},
		"an operation's large body":      {"POST", "/api/v1/echo", `{"count":1,"name":"` + strings.Repeat("x", 300) + `"}`, "", "", 413, "too_large", "too large"},
		"an operation's nonsense":        {"POST", "/api/v1/echo", `{"count":1`, "", "", 400, "not_json", "line 1"},
		"an operation's empty body":      {"POST", "/api/v1/echo", ``, "", "", 400, "not_json", "body"},
		"an operation's wrong value":     {"POST", "/api/v1/echo", `{"count":-1}`, "", "", 422, "invalid", "body.count"},
		"an operation's unknown field":   {"POST", "/api/v1/echo", `{"count":1,"price":2}`, "", "", 422, "invalid", "price"},
		"an operation's unknown query":   {"POST", "/api/v1/echo?nope=1", `{"count":1}`, "", "", 422, "invalid", "nope"},
		"a handler's other kind":         {"POST", "/code", `{"code":"x"}`, "Content-Type", "text/plain", 415, "media_type", "application/json"},
		"a handler's large body":         {"POST", "/code", `{"code":"` + strings.Repeat("x", 64) + `"}`, "", "", 413, "too_large", "64 bytes"},
		"a handler's nonsense":           {"POST", "/code", `{"code"`, "", "", 400, "not_json", "line 1"},
		"a handler's empty body":         {"POST", "/code", ``, "", "", 400, "not_json", "refused"},
		"a handler's wrong value":        {"POST", "/code", `{"code":7}`, "", "", 400, "not_json", "code cannot be a number"},
		"a handler's unknown field":      {"POST", "/code", `{"code":"x","pin":1}`, "", "", 400, "not_json", "pin"},
		"more after a handler's body":    {"POST", "/code", `{"code":"x"} {}`, "", "", 400, "not_json", "after top-level value"},
		"a bug":                          {"GET", "/panic", "", "", "", 500, "internal", "Something went wrong inside"},
		"a route that is not described":  {"GET", "/closed", "", "", "", 403, "not_allowed", "not do this"},
		"a name that is too long to be":  {"GET", "/" + strings.Repeat("x", 3000), "", "", "", 404, "no_such_address", "nothing"},
		"an address with a zero in it":   {"GET", "/who%00", "", "", "", 404, "no_such_address", "nothing"},
		"the box's proof by a programme": {"GET", "/box", "", "", "", 401, "bad_token", "Invalid token"},
	} {
		headers := []string{"Authorization", token, c.header, c.value}
		if c.header == "" {
			headers = headers[:2]
		}
		if c.body != "" && c.header != "Content-Type" {
			headers = append(headers, "Content-Type", "application/json")
		}
		if p := refused(t, g.do(c.method, c.path, c.body, headers...), c.status, c.code); !strings.Contains(p.Detail, c.says) {
			t.Errorf("%s: %q does not say %q", name, p.Detail, c.says)
		}
	}
	if n := g.entered.Load(); n != 0 {
		t.Errorf("%d came in", n)
	}
	if log := g.logged(); !strings.Contains(log, "a bug") || !strings.Contains(log, "stack=") {
		t.Errorf("the bug is not in the log: %s", log)
	}
}

func TestABodyIsTakenAsPeopleWriteIt(t *testing.T) {
	t.Parallel()
	g := open(t)
	for _, body := range []string{`{"code":"x"}`, "\ufeff" + `{"code":"x"}`, " {\"code\":\"x\"}\r\n"} {
		for _, kind := range []string{"", "application/json", "Application/JSON; charset=UTF-8"} {
			if a := g.do("POST", "/code", body, "Content-Type", kind); a.status != 200 || a.body != "x" {
				t.Errorf("%q as %q: %d %s", body, kind, a.status, a.body)
			}
		}
	}
}

func TestHalfAnAnswerNeverLooksLikeAWholeOne(t *testing.T) {
	t.Parallel()
	g := open(t)
	res, err := g.Client().Get(g.URL + "/late")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if raw, err := io.ReadAll(res.Body); err == nil {
		t.Errorf("a handler that broke in the middle answered %q, whole", raw)
	}
	if !strings.Contains(g.logged(), "a bug") {
		t.Error("the bug is not in the log")
	}
}

func TestABodyThatIsTooSlowIsGivenUp(t *testing.T) {
	t.Parallel()
	g := open(t)
	for _, path := range []string{"/code", "/api/v1/echo"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", g.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: 40\r\n\r\n{", path, g.mint("till", "manager"))
			res, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			raw, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			refused(t, reply{res.StatusCode, res.Header, string(raw), nil}, 408, "too_slow")
		})
	}
}

func TestThePageOfTheAPILoadsNothingFromOutside(t *testing.T) {
	t.Parallel()
	g := open(t)
	api := g.door.NewAPI(chi.NewRouter(), "Test & <b>", "1", "<script>alert(1)</script>")
	door.Operation(api, "POST /api/v1/echo", "Says it again", http.StatusOK, func(_ context.Context, in *echo) (*echo, error) { return in, nil })
	rec := httptest.NewRecorder()
	api.Page("/own.css").ServeHTTP(rec, httptest.NewRequest("GET", "/api", nil))
	page := rec.Body.String()
	for _, m := range regexp.MustCompile(`(?i)(?:src|href|action|url|import)\s*[=(]\s*["']?([^"' >)]+)`).FindAllStringSubmatch(page, -1) {
		if !strings.HasPrefix(m[1], "/") || strings.HasPrefix(m[1], "//") {
			t.Errorf("the page loads %s", m[1])
		}
	}
	for _, want := range []string{"/own.css", "/api/v1/echo", "Says it again", "Test &amp; &lt;b&gt;", "&lt;script&gt;", "&#34;count&#34;"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s: %s", want, page)
		}
	}
	if strings.Contains(page, "<script") {
		t.Error("the page has a script")
	}
}
