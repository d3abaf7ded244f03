package e2e

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Lines of a source file: a longer one does more than one thing.
const (
	longest     = 600
	longestHTML = 300
)

func TestSourceFilesDoOneThing(t *testing.T) {
	goFiles(t, func(path string) {
		raw, err := os.ReadFile(path)
		check(t, err)
		if n := bytes.Count(raw, []byte("\n")); n > longest {
			t.Errorf("%s has %d lines; more than %d fail", rel(path), n, longest)
		}
	})
	for _, dir := range []string{"sync/ui/kit", "edge/web", "cloud/web"} {
		err := filepath.Walk(filepath.Join(root(), dir), func(path string, fi os.FileInfo, err error) error {
			if err != nil || !strings.HasSuffix(path, ".js") {
				return err
			}
			raw, err := os.ReadFile(path)
			if n := bytes.Count(raw, []byte("\n")); n > longestHTML {
				t.Errorf("%s has %d lines; more than %d fail", rel(path), n, longestHTML)
			}
			return err
		})
		check(t, err)
	}
}

// A Go package called sync would shadow the standard one.
func TestThereIsNoGoFileInSync(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root(), "sync", "*.go"))
	check(t, err)
	if len(files) > 0 {
		t.Errorf("%v", files)
	}
}

// owners says which package may write which tables of the box.
var owners = map[string]string{
	"box": "edge/journal", "journal": "edge/journal", "inherited": "edge/journal", "epoch": "edge/journal", "document": "edge/journal", "receipt": "edge/journal", "cursor": "edge/journal",
	"active_document_now": "edge/venue", "document_owner_now": "edge/venue", "document_fetch_now": "edge/venue", "document_offer_now": "edge/venue",
	"active_document": "edge/venue", "document_owner": "edge/venue", "document_fetch": "edge/venue", "document_offer": "edge/venue",
	"menu_overlay": "edge/menu", "item_availability": "edge/menu", "document_piece": "edge/uplink", "device": "edge/staff", "employee": "edge/staff", "time_entry": "edge/staff", "device_person": "edge/staff", "device_seen": "edge/staff", "pin_lock": "edge/staff", "approval": "edge/staff", "pin_try": "edge/staff", "session": "edge/staff", "code": "edge/staff",
	"party": "edge/floor", "floor_table": "edge/floor", "party_check": "edge/floor",
	"guest": "edge/guest", "guest_visit": "edge/guest", "guest_consent": "edge/guest", "guest_delivery": "edge/guest", "visit_rating": "edge/guest",
	"guest_check": "edge/order", "check_line": "edge/order", "check_discount": "edge/order", "payments": "edge/payment", "gift_card": "edge/payment", "drawer": "edge/payment", "checkout": "edge/payment", "drawer_move": "edge/payment", "check_line_now": "edge/order", "guest_check_now": "edge/order",
	"ticket": "edge/kitchen", "print_job": "edge/kitchen", "print_attempt": "edge/kitchen", "printer_number": "edge/kitchen",
}

var writes = regexp.MustCompile(`(?i)\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+([a-z_]+)`)

func TestEachTableHasOnePackageThatWritesIt(t *testing.T) {
	created := regexp.MustCompile(`(?m)^CREATE TABLE ([a-z_]+)`)
	files, err := filepath.Glob(filepath.Join(root(), "edge/sqlite/migrations/*.sql"))
	check(t, err)
	for _, f := range files {
		raw, err := os.ReadFile(f)
		check(t, err)
		for _, m := range created.FindAllStringSubmatch(string(raw), -1) {
			owner := owners[m[1]]
			if owner == "" {
				t.Errorf("table %s has no owner", m[1])
			}
			if want := "_" + filepath.Base(owner) + ".sql"; !strings.HasSuffix(f, want) {
				t.Errorf("table %s of %s is made in %s", m[1], owner, filepath.Base(f))
			}
		}
	}
	goFiles(t, func(path string) {
		if strings.HasSuffix(path, "_test.go") || !strings.HasPrefix(rel(path), "edge/") {
			return
		}
		raw, err := os.ReadFile(path)
		check(t, err)
		for _, m := range writes.FindAllStringSubmatch(string(raw), -1) {
			owner, ok := owners[m[1]]
			if pkg := filepath.ToSlash(filepath.Dir(rel(path))); ok && owner != pkg {
				t.Errorf("%s writes %s, which belongs to %s", rel(path), m[1], owner)
			}
		}
	})
}

// Both engines of the cloud's store have the same migrations by name.
func TestTheStoresHaveTheSameMigrations(t *testing.T) {
	names := map[string][]string{}
	dirs, err := filepath.Glob(filepath.Join(root(), "cloud/store/*/migrations"))
	check(t, err)
	for _, d := range dirs {
		files, err := filepath.Glob(filepath.Join(d, "*.sql"))
		check(t, err)
		for _, f := range files {
			names[filepath.Base(f)] = append(names[filepath.Base(f)], d)
		}
	}
	for name, in := range names {
		if len(in) != len(dirs) {
			t.Errorf("%s is only in %v", name, in)
		}
	}
}

// What must never be in the tree.
func TestNothingIsCommittedThatMustNotBe(t *testing.T) {
	bad := regexp.MustCompile(`-----BEGIN (EC |RSA )?PRIVATE KEY-----\n[A-Za-z0-9+/]|/work/|/root/|/home/[a-z]`)
	goFiles(t, func(path string) {
		raw, err := os.ReadFile(path)
		check(t, err)
		if m := bad.Find(raw); m != nil && !strings.HasSuffix(path, "files_test.go") {
			t.Errorf("%s contains %q", rel(path), m)
		}
	})
}
