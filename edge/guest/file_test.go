package guest_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/tyngo/tyngo/edge/guest"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/seal"
)

var now = time.UnixMilli(1_795_600_000_000)

func open(t testing.TB, path string) *guest.File {
	t.Helper()
	f, err := guest.OpenFile(t.Context(), path, now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func counts(t testing.TB, f *guest.File, used, unused int) {
	t.Helper()
	u, n, err := f.Keys(t.Context())
	if err != nil || u != used || n != unused {
		t.Errorf("%d keys in use and %d not, want %d and %d: %v", u, n, used, unused, err)
	}
}

func TestAHundredKeysAreMadeAheadAndAGuestHasOneForLife(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), guest.FileName)
	f := open(t, path)
	counts(t, f, 0, 100)
	c := id.New[id.Customer]()
	got := make([]seal.Key, 20)
	var all sync.WaitGroup
	for i := range got {
		all.Go(func() {
			k, err := f.Key(t.Context(), c, now)
			if err != nil {
				t.Error(err)
			}
			got[i] = k
		})
	}
	all.Wait()
	for _, k := range got {
		if k != got[0] {
			t.Error("one guest got two keys")
		}
	}
	counts(t, f, 1, 99)
	seen := map[seal.Key]bool{got[0]: true}
	for range 120 { // more than there are
		k, err := f.Key(t.Context(), id.New[id.Customer](), now)
		if err != nil || seen[k] {
			t.Fatalf("two guests got one key, or none: %v", err)
		}
		seen[k] = true
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if k, err := open(t, path).Key(t.Context(), c, now); err != nil || k != got[0] {
		t.Errorf("another key after a restart: %v", err)
	}
}

func TestAnErasedGuestNeverHasAKeyAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := open(t, filepath.Join(dir, guest.FileName))
	c := id.New[id.Customer]()
	k, err := f.Key(t.Context(), c, now)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := f.Erase(t.Context(), c, now); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.Key(t.Context(), c, now); fault.Of(err).Code != "guest_erased" {
		t.Errorf("%v", err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) < 2 {
		t.Fatalf("%q, %v", files, err)
	}
	for _, path := range files {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(raw, k.Secret()) {
			t.Errorf("the key is in %s", filepath.Base(path))
		}
	}
}
