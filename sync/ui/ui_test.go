package ui_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tyngo/tyngo/sync/ui"
	"github.com/tyngo/tyngo/sync/ui/uitest"
)

func pages(script string) fstest.MapFS {
	return fstest.MapFS{
		"tablet/index.html":   {Data: []byte(`<!doctype html><script type="module" src="/~/edge/web/tablet/main.js"></script>`)},
		"tablet/trouble.html": {Data: []byte(`<!doctype html><ul>{{range .}}<li>{{.}}</li>{{end}}</ul>`)},
		"tablet/main.js":      {Data: []byte(script)},
		"tablet/cart.test.js": {Data: []byte("test()")},
	}
}

func open(t *testing.T, script string) *ui.Site {
	t.Helper()
	site, err := ui.New("edge/web", pages(script))
	if err != nil {
		t.Fatal(err)
	}
	return site
}

func ask(h http.Handler, method, path string, header ...string) *http.Response {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func text(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAssetsAreImmutableUnderTheHashAndGoneUnderAnother(t *testing.T) {
	site := open(t, "old")
	path := site.Prefix() + "edge/web/tablet/main.js"
	res := ask(site.Assets(), "GET", path)
	if res.StatusCode != 200 || text(t, res.Body) != "old" {
		t.Fatalf("status %d", res.StatusCode)
	}
	if got := res.Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
		t.Errorf("Cache-Control %q", got)
	}
	if got := res.Header.Get("Content-Type"); got != "text/javascript; charset=utf-8" {
		t.Errorf("Content-Type %q", got)
	}
	next := open(t, "new")
	if next.Prefix() == site.Prefix() {
		t.Fatal("one changed byte did not change the hash")
	}
	for _, gone := range []string{path, "/~/edge/web/tablet/main.js", "/", next.Prefix(), next.Prefix() + "../ui.go", next.Prefix() + "edge/web/tablet/cart.test.js"} {
		res := ask(next.Assets(), "GET", gone)
		if res.StatusCode != 404 || res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: status %d, Cache-Control %q", gone, res.StatusCode, res.Header.Get("Cache-Control"))
		}
	}
	if res := ask(site.Assets(), "POST", path); res.StatusCode != 405 {
		t.Errorf("POST: %d", res.StatusCode)
	}
}

func TestAssetsAreCompressedAndRevalidated(t *testing.T) {
	site := open(t, strings.Repeat("let a = 1;\n", 100))
	path := site.Prefix() + "edge/web/tablet/main.js"
	plain := ask(site.Assets(), "GET", path)
	for header, zipped := range map[string]bool{"gzip, deflate, br": true, "br;q=1, gzip;q=0.5": true, "*": true, "gzip;q=0": false, "gzip; q=0, *": false, "br": false, "": false} {
		res := ask(site.Assets(), "GET", path, "Accept-Encoding", header)
		if (res.Header.Get("Content-Encoding") == "gzip") != zipped {
			t.Errorf("Accept-Encoding %q: Content-Encoding %q", header, res.Header.Get("Content-Encoding"))
		}
		if res.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("Accept-Encoding %q: no Vary", header)
		}
	}
	res := ask(site.Assets(), "GET", path, "Accept-Encoding", "gzip")
	z, err := gzip.NewReader(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if text(t, z) != text(t, plain.Body) {
		t.Error("the compressed form is another text")
	}
	if res.Header.Get("ETag") == plain.Header.Get("ETag") {
		t.Error("two forms share one ETag")
	}
	again := ask(site.Assets(), "GET", path, "Accept-Encoding", "gzip", "If-None-Match", res.Header.Get("ETag"))
	if again.StatusCode != 304 || text(t, again.Body) != "" {
		t.Errorf("known ETag: status %d", again.StatusCode)
	}
	head := ask(site.Assets(), "HEAD", path)
	if head.StatusCode != 200 || head.Header.Get("Content-Length") != "1100" || text(t, head.Body) != "" {
		t.Errorf("HEAD: %d, length %q", head.StatusCode, head.Header.Get("Content-Length"))
	}
}

func TestPagesCarryTheHashAndAreNeverCached(t *testing.T) {
	site := open(t, "x")
	res := ask(site.Page("tablet/index"), "GET", "/")
	if want := `src="` + site.Prefix() + `edge/web/tablet/main.js"`; !strings.Contains(text(t, res.Body), want) {
		t.Errorf("the page lacks %s", want)
	}
	for header, want := range map[string]string{
		"Cache-Control":                "no-store",
		"Content-Type":                 "text/html; charset=utf-8",
		"X-Content-Type-Options":       "nosniff",
		"Referrer-Policy":              "no-referrer",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Content-Security-Policy":      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
	} {
		if got := res.Header.Get(header); got != want {
			t.Errorf("%s: %q, want %q", header, got, want)
		}
	}
}

func TestShowEscapesWhatItIsGiven(t *testing.T) {
	site := open(t, "x")
	w := httptest.NewRecorder()
	if err := site.Show(w, 503, "tablet/trouble", []string{"printer <Grill>"}); err != nil {
		t.Fatal(err)
	}
	if w.Code != 503 || !strings.Contains(w.Body.String(), "<li>printer &lt;Grill&gt;</li>") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if err := site.Show(httptest.NewRecorder(), 200, "tablet/none", nil); err == nil {
		t.Error("a page that does not exist was shown")
	}
}

func TestEveryListedAssetIsServed(t *testing.T) {
	site := open(t, "x")
	list := site.List()
	if len(list) < 30 {
		t.Fatalf("only %d assets", len(list))
	}
	for _, path := range list {
		if res := ask(site.Assets(), "GET", path); res.StatusCode != 200 {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
		if strings.HasSuffix(path, ".test.js") || strings.HasSuffix(path, ".html") {
			t.Errorf("%s has no business in the tree", path)
		}
	}
}

func TestAnUnknownKindOfFileIsRefused(t *testing.T) {
	files := pages("x")
	files["tablet/dump.bin"] = &fstest.MapFile{Data: []byte("x")}
	if _, err := ui.New("edge/web", files); err == nil {
		t.Error("a file without a content type was accepted")
	}
}

func TestModules(t *testing.T) { uitest.Node(t, "kit") }

func TestTypes(t *testing.T) { uitest.Types(t, "jsconfig.json") }

func TestWords(t *testing.T) { uitest.Words(t, "kit") }
