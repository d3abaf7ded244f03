package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
)

// contentTypes is every kind of file that a Site serves. It is written here, not
// asked of the machine, because two machines answer differently.
var contentTypes = map[string]string{
	".js":          "text/javascript; charset=utf-8",
	".mjs":         "text/javascript; charset=utf-8",
	".css":         "text/css; charset=utf-8",
	".svg":         "image/svg+xml",
	".png":         "image/png",
	".woff2":       "font/woff2",
	".txt":         "text/plain; charset=utf-8",
	".webmanifest": "application/manifest+json",
}

// packed is what gzip cannot make smaller.
var packed = map[string]bool{".woff2": true, ".png": true}

type asset struct {
	body, gz    []byte // gz is nil where it would not be smaller
	contentType string
	etag        string // without quotes
}

// gather adds the files that pages need to the tree, below `at`.
func gather(tree map[string][]byte, at string, files fs.FS) error {
	return fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("gather %s: %w", at, err)
		}
		if d.IsDir() || !wanted(name) {
			return nil
		}
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return fmt.Errorf("gather %s: %w", at, err)
		}
		tree[path.Join(at, name)] = body
		return nil
	})
}

// wanted leaves out what only tests and tools read.
func wanted(name string) bool {
	base := path.Base(name)
	for _, end := range []string{".test.js", ".d.mts", ".d.ts"} {
		if strings.HasSuffix(base, end) {
			return false
		}
	}
	return base != "VERSIONS"
}

// digest is one hash over all names and bytes; lengths keep them apart.
func digest(tree map[string][]byte) string {
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(tree)) {
		for _, part := range [][]byte{[]byte(name), tree[name]} {
			var n [8]byte
			binary.BigEndian.PutUint64(n[:], uint64(len(part)))
			sum.Write(n[:])
			sum.Write(part)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:10])
}

func newAsset(name string, body []byte) (asset, error) {
	ext := path.Ext(name)
	contentType, ok := contentTypes[ext]
	if !ok {
		return asset{}, fmt.Errorf("asset %s: no content type is known for %q", name, ext)
	}
	sum := sha256.Sum256(body)
	a := asset{body: body, contentType: contentType, etag: hex.EncodeToString(sum[:10])}
	if packed[ext] {
		return a, nil
	}
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return asset{}, err
	}
	if _, err := z.Write(body); err != nil {
		return asset{}, err
	}
	if err := z.Close(); err != nil {
		return asset{}, err
	}
	if out.Len() < len(body) {
		a.gz = out.Bytes()
	}
	return a, nil
}

// Assets serves the tree below Prefix. Any other path, and so any other hash, is 404.
func (s *Site) Assets() http.Handler {
	return Secure(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !reading(w, r) {
			return
		}
		name, ok := strings.CutPrefix(r.URL.Path, s.prefix)
		a, found := s.assets[name]
		if !ok || !found {
			w.Header().Set("Cache-Control", "no-store")
			http.NotFound(w, r)
			return
		}
		a.serve(w, r)
	}))
}

func (a asset) serve(w http.ResponseWriter, r *http.Request) {
	body, etag := a.body, `"`+a.etag+`"`
	h := w.Header()
	h.Set("Content-Type", a.contentType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	if a.gz != nil {
		h.Set("Vary", "Accept-Encoding")
		if acceptsGzip(r.Header.Get("Accept-Encoding")) {
			body, etag = a.gz, `"`+a.etag+`-gz"`
			h.Set("Content-Encoding", "gzip")
		}
	}
	h.Set("ETag", etag)
	if matches(r.Header.Get("If-None-Match"), etag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the reader went away: nobody is left to tell
	}
}

// acceptsGzip reads an Accept-Encoding header: gzip or *, unless its weight is 0.
func acceptsGzip(header string) bool {
	any := false
	for part := range strings.SplitSeq(header, ",") {
		coding, params, _ := strings.Cut(part, ";")
		weight, isWeight := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
		q, err := strconv.ParseFloat(weight, 64)
		yes := !isWeight || err != nil || q > 0
		switch strings.ToLower(strings.TrimSpace(coding)) {
		case "gzip":
			return yes
		case "*":
			any = yes
		}
	}
	return any
}

// matches reads an If-None-Match header.
func matches(header, etag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		tag := strings.TrimPrefix(strings.TrimSpace(part), "W/")
		if tag == etag || tag == "*" {
			return true
		}
	}
	return false
}
