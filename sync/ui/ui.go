// Package ui is the look that all TYNGO pages share, and the server of their files.
//
// It holds the vendored libraries (lib), the font, the tokens and the components
// (kit), and Site, which serves them together with the pages of one program.
// A Site hashes every file it was given into one hash and serves the tree under
// /~<hash>/, immutable; pages are never cached and carry the hash. The tree under
// the hash mirrors the repository (sync/ui/kit/button.js, edge/web/tablet/main.js),
// so a relative import means the same in the browser, under Node and to tsc.
//
// It promises that a page never mixes files of two releases: an old hash is 404.
// It refuses inline scripts and styles (the content security policy is strict) and
// file names whose content type it does not know.
package ui

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"slices"
	"strings"
)

//go:embed lib font kit icon.svg tokens.css base.css
var shared embed.FS

// Site is the pages and the asset tree of one program. It does not change after New.
type Site struct {
	prefix string           // "/~<hash>/"
	assets map[string]asset // by path below the prefix
	pages  map[string]*template.Template
}

// New reads the shared tree and the pages of one program, which stand in the
// repository at the directory `at`, such as "edge/web". HTML files become pages,
// everything else becomes assets; tests and declarations are left out.
func New(at string, pages fs.FS) (*Site, error) {
	tree := map[string][]byte{}
	if err := gather(tree, "sync/ui", shared); err != nil {
		return nil, err
	}
	if err := gather(tree, at, pages); err != nil {
		return nil, err
	}
	s := &Site{
		prefix: "/~" + digest(tree) + "/",
		assets: map[string]asset{},
		pages:  map[string]*template.Template{},
	}
	for name, body := range tree {
		if page, ok := strings.CutSuffix(name, ".html"); ok {
			if err := s.addPage(strings.TrimPrefix(page, at+"/"), body); err != nil {
				return nil, err
			}
			continue
		}
		a, err := newAsset(name, body)
		if err != nil {
			return nil, err
		}
		s.assets[name] = a
	}
	return s, nil
}

// addPage writes the hash into the page: "/~/ in the source stands for the prefix.
func (s *Site) addPage(name string, body []byte) error {
	text := strings.ReplaceAll(string(body), `"/~/`, `"`+s.prefix)
	t, err := template.New(name).Parse(text)
	if err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	s.pages[name] = t
	return nil
}

// Prefix is "/~<hash>/", below which Assets answers.
func (s *Site) Prefix() string { return s.prefix }

// List is the path of every asset, prefix included, in order: what a service
// worker keeps for this release.
func (s *Site) List() []string {
	list := make([]string, 0, len(s.assets))
	for name := range s.assets {
		list = append(list, s.prefix+name)
	}
	slices.Sort(list)
	return list
}

// Page serves the page of this name, such as "tablet/index" for tablet/index.html.
// A name without a file is a bug of the caller and panics.
func (s *Site) Page(name string) http.Handler {
	if s.pages[name] == nil {
		panic("ui: no page " + name)
	}
	return Secure(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !reading(w, r) {
			return
		}
		if err := s.Show(w, http.StatusOK, name, nil); err != nil {
			http.Error(w, "This page is broken. It was written to the log.", http.StatusInternalServerError)
		}
	}))
}

// Show executes the page as a template (html/template) with data and answers with
// the status. Nothing was written when it returns an error.
func (s *Site) Show(w http.ResponseWriter, status int, name string, data any) error {
	t := s.pages[name]
	if t == nil {
		return fmt.Errorf("no page %s", name)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, data); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes()) // the reader went away: nobody is left to tell
	return nil
}

// reading refuses every method but GET and HEAD.
func reading(w http.ResponseWriter, r *http.Request) bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return true
	}
	w.Header().Set("Allow", "GET, HEAD")
	http.Error(w, "Only reading is possible here.", http.StatusMethodNotAllowed)
	return false
}
