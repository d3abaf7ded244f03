package uitest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// Node runs every *.test.js below dir under `node --test`.
func Node(t TB, dir string) {
	t.Helper()
	node := need(t, "node")
	var files []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(path) == ".js" && filepath.Ext(path[:len(path)-3]) == ".test" {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatalf("%v", err)
	}
	if len(files) == 0 {
		t.Fatalf("no *.test.js below %s", dir)
	}
	run(t, node, append([]string{"--test"}, files...)...)
}

// Types runs `tsc` over a jsconfig.json. tsc is optional: without it the test skips,
// also in CI, because TypeScript is not among the tools that a build needs.
func Types(t TB, project string) {
	t.Helper()
	tsc, err := exec.LookPath("tsc")
	if err != nil {
		t.Skipf("tsc is not on the PATH; types are checked where it is")
	}
	run(t, tsc, "--project", project)
}

func run(t TB, program string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	if out, err := exec.CommandContext(ctx, program, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", program, args, err, out)
	}
}

// need finds a program. A machine without it skips the test; CI fails it.
func need(t TB, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing, and CI must run this test", names[0])
	}
	t.Skipf("%s is missing", names[0])
	return ""
}
