package uitest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

var (
	defined = regexp.MustCompile(`(?m)^  "([a-zA-Z.]+)": `)
	asked   = regexp.MustCompile(`\bt\(\s*"([^"]+)"`)
	literal = regexp.MustCompile(`"([a-zA-Z]+(?:\.[a-zA-Z]+)*)"`)
	begun   = regexp.MustCompile("`([a-zA-Z]+\\.)\\$\\{")
)

// Words checks that modules in dirs ask only for messages that a words.js in dirs, or a
// words-….js beside it, holds, and that the last dir's hold none that nobody asks for.
func Words(t TB, dirs ...string) {
	t.Helper()
	have, used := map[string]bool{}, map[string]bool{}
	var own, prefixes []string
	modules := map[string]string{}
	for _, dir := range dirs {
		own = nil // those of the last dir stay
		for path, text := range sources(t, dir) {
			if name := filepath.Base(path); name != "words.js" && !strings.HasPrefix(name, "words-") {
				modules[path] = text
				continue
			}
			for _, m := range defined.FindAllStringSubmatch(text, -1) {
				have[m[1]] = true
				own = append(own, m[1])
			}
		}
	}
	for path, text := range modules {
		for _, m := range asked.FindAllStringSubmatch(text, -1) {
			if !have[m[1]] {
				t.Errorf("%s asks for the message %q, which no words.js holds", path, m[1])
			}
		}
		for _, m := range literal.FindAllStringSubmatch(text, -1) {
			used[m[1]] = true
		}
		for _, m := range begun.FindAllStringSubmatch(text, -1) {
			prefixes = append(prefixes, m[1])
		}
	}
	for _, key := range own {
		begins := func(prefix string) bool { return strings.HasPrefix(key, prefix) }
		if !used[key] && !slices.ContainsFunc(prefixes, begins) {
			t.Errorf("nobody asks for the message %q", key)
		}
	}
}

// sources is the modules of a directory, tests left out, by path.
func sources(t TB, dir string) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.js"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("modules in %s: %d, %v", dir, len(paths), err)
	}
	found := map[string]string{}
	for _, path := range paths {
		if strings.HasSuffix(path, ".test.js") {
			continue
		}
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatalf("%v", err)
		}
		found[path] = string(body)
	}
	return found
}
