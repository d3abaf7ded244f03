// Package e2e proves whole systems: the real programs, a real broker, real
// databases, real sockets.
package e2e

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/tyngo/tyngo/sync/e2e/rig"
)

var bin rig.Bin

func TestMain(m *testing.M) {
	flag.Parse()
	dir, err := os.MkdirTemp("", "tyngo-e2e-")
	if err == nil {
		bin, err = rig.Build(context.Background(), root(), dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// root is the top of the module.
func root() string {
	dir, err := os.Getwd()
	if err != nil {
		panic(err)
	}
	return filepath.Dir(filepath.Dir(dir))
}
