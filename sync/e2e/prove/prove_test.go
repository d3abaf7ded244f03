package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/sync/e2e/lunch"
	"github.com/tyngo/tyngo/sync/e2e/powercut"
	"github.com/tyngo/tyngo/sync/e2e/rig"
)

var programs rig.Bin

func TestMain(m *testing.M) {
	flag.Parse()
	dir, err := os.MkdirTemp("", "tyngo-prove-test-")
	if err == nil {
		programs, err = rig.Build(context.Background(), root(), dir, "-ldflags=-s -w")
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
	return filepath.Dir(filepath.Dir(filepath.Dir(dir)))
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// small runs a proof at the size of the tests.
func small(t *testing.T, name string, bin rig.Bin, seek ...string) *report {
	t.Helper()
	f, err := os.Open(filepath.Join(root(), "packaging/demo/data/lunch-orders.tsv"))
	check(t, err)
	defer f.Close()
	o := options{bin: bin, small: true, dir: t.TempDir(), out: io.Discard, seek: strings.Join(seek, "")}
	o.orders, err = lunch.Read(f)
	check(t, err)
	chosen, err := choose(name)
	check(t, err)
	r, err := o.prove(t.Context(), chosen[0])
	check(t, err)
	var said strings.Builder
	r.print(&said)
	t.Log(said.String())
	return r
}

func holdsSmall(t *testing.T, name string) {
	t.Helper()
	t.Parallel()
	if r := small(t, name, programs); !r.OK() {
		t.Errorf("a promise is broken; run it again with: prove --small --proof %s --seed %d", name, r.Seed)
	}
}

func TestNoOrderIsLostOrDoubledByKills(t *testing.T) { holdsSmall(t, "kill") }

func TestNoOrderIsLostWithThePowerOrARoomlessDisk(t *testing.T) {
	powercut.Need(t)
	holdsSmall(t, "power")
}

// change is one place of the source, and what stands there in a broken product.
type change struct{ file, is, broken string }

// broken builds a program with changes, which are in no file of the source.
func broken(t *testing.T, pkg string, changes ...change) rig.Bin {
	t.Helper()
	dir := t.TempDir()
	replace := map[string]string{}
	for _, c := range changes {
		path := filepath.Join(root(), c.file)
		at := path
		if replace[path] != "" {
			at = replace[path]
		}
		raw, err := os.ReadFile(at)
		check(t, err)
		if n := strings.Count(string(raw), c.is); n != 1 {
			t.Fatalf("%s has %q %d times: the test must be told how to break it", c.file, c.is, n)
		}
		replace[path] = filepath.Join(dir, strings.ReplaceAll(c.file, "/", "_"))
		check(t, os.WriteFile(replace[path], []byte(strings.Replace(string(raw), c.is, c.broken, 1)), 0o600))
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	check(t, err)
	check(t, os.WriteFile(filepath.Join(dir, "overlay.json"), overlay, 0o600))
	bin, out := programs, filepath.Join(dir, pkg)
	build := exec.Command("go", "build", "-ldflags=-s -w", "-overlay", filepath.Join(dir, "overlay.json"), "-o", out, "./"+pkg)
	build.Dir = root()
	if msg, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, msg)
	}
	if pkg == "edge" {
		bin.Edge = out
	} else {
		bin.Cloud = out
	}
	return bin
}

// sees checks that a proof of a broken product finds a certain promise broken, and ends
// there.
func sees(t *testing.T, name, promise string, bin rig.Bin) {
	t.Helper()
	for _, row := range small(t, name, bin, promise).Rows {
		if row.Promised == promise {
			if row.verdict() != "BROKEN" {
				t.Errorf("%q is %s in a broken product: %s", promise, row.verdict(), row.Found)
			}
			return
		}
	}
	t.Errorf("the proof has no promise %q", promise)
}

func TestTheProofSeesABoxThatAnswersBeforeItCommits(t *testing.T) {
	t.Parallel()
	sees(t, "kill", "an acknowledged order is on the box", broken(t, "edge",
		change{"edge/sqlite/writer.go", `if err := w.exec("BEGIN IMMEDIATE"); err != nil {`,
			`if err := w.exec("BEGIN IMMEDIATE"); err != nil && db.stats.Commits.Load() <= 20 {`},
		change{"edge/sqlite/writer.go", `if err := w.exec("COMMIT"); err != nil {`,
			`if n := db.stats.Commits.Add(1); n > 20 && n%8 != 0 {
				return errs, 0, nil
			}
			if err := w.exec("COMMIT"); err != nil {`}))
}

func TestTheProofSeesABoxThatForgetsWhatItHasDone(t *testing.T) {
	t.Parallel()
	sees(t, "kill", "an order that is posted again is answered the same, and is no new one", broken(t, "edge",
		change{"edge/api/orders.go", "m.Command = id.Derived[id.Command](who.Subject, route, k.Key)", "m.Command = id.New[id.Command]()"}))
}

const (
	full   = "_pragma=synchronous(FULL)"
	normal = "_pragma=synchronous(NORMAL)"
)

func TestTheProofSeesABoxThatDoesNotSync(t *testing.T) {
	powercut.Need(t)
	t.Parallel()
	sees(t, "power", "an acknowledged order is on the box's disk", broken(t, "edge", change{"edge/sqlite/sqlite.go", full, normal}))
}

func TestTheProofSeesAHeadOfficeThatDoesNotSync(t *testing.T) {
	powercut.Need(t)
	t.Parallel()
	sees(t, "power", "a fact that the box was told is safe at head office is on head office's disk",
		broken(t, "cloud", change{"cloud/store/sqlite/sqlite.go", full, normal}))
}

func TestTheProofSeesABoxWithoutAReserve(t *testing.T) {
	powercut.Need(t)
	t.Parallel()
	sees(t, "power", "a box whose disk runs full takes orders, and refuses none",
		broken(t, "edge", change{"edge/sqlite/sqlite.go", "defaultReserve = 64 << 20", "defaultReserve = 1 << 12"}))
}

// It has the machine for itself, as far as that goes: its bounds are times.
func TestNoBacklogOfAFleetGrows(t *testing.T) {
	if r := small(t, "boxes", programs); !r.OK() {
		t.Error("a promise is broken; run it again with: prove --small --proof boxes")
	}
}

func TestTheProofSeesAHeadOfficeThatIsSlowerThanItsBoxes(t *testing.T) {
	t.Parallel()
	sees(t, "boxes", "no backlog grows", broken(t, "cloud", change{"cloud/store/stream.go", "	for rest := v.Store; len(rest) > 0; {",
		"	time.Sleep(time.Duration(len(v.Store)) * 60 * time.Millisecond)\n	for rest := v.Store; len(rest) > 0; {"}))
}

func TestTheProofSeesAHeadOfficeThatCountsAnOrderTwice(t *testing.T) {
	t.Parallel()
	sees(t, "boxes", "head office's figures are those of the orders, restaurant by restaurant, nothing set aside", broken(t, "cloud",
		change{"cloud/rollup/sales.go", `p.Add(c.Day, c.Hour, Orders, "", "", 1)`, `p.Add(c.Day, c.Hour, Orders, "", "", 2)`}))
}

func TestWhoeverAddsUpTheEveningHasTheSameCents(t *testing.T) { holdsSmall(t, "dinner") }

func TestTheProofSeesAHeadOfficeThatAddsACorrectedChargeAgain(t *testing.T) {
	t.Parallel()
	sees(t, "dinner", "head office's figures are the box's, and the sum of the API's answers", broken(t, "cloud",
		change{"cloud/rollup/sales.go", "now.Charges - c.Owed.Charges", "now.Charges"}))
}

func TestAReportSaysWhatWasFound(t *testing.T) {
	s := &stage{}
	s.promise("kept").try(nil)
	p := s.promise("broken")
	p.try(nil)
	p.try(errors.New("lost"))
	p.try(errors.New("later"))
	s.promise("never tried")
	r := &report{Proof: "kill", Seed: 1<<63 - 1, Rows: s.rows(), Commit: "abc"}
	if r.OK() || !r.Rows[0].OK || r.Rows[1].OK || r.Rows[2].OK || r.Rows[1].Found != "broken 2 of 3 times, first: lost" || r.Rows[2].verdict() != "not tried" {
		t.Errorf("%+v", r.Rows)
	}
	if (&report{}).OK() {
		t.Error("a proof without a promise holds")
	}
	path := filepath.Join(t.TempDir(), "prove-kill.json")
	check(t, r.save(path))
	if holds(path, "abc", false) {
		t.Error("a broken promise is not proven again")
	}
	r.Rows = r.Rows[:1]
	for _, c := range []struct {
		commit string
		small  bool
		now    string
		want   bool
	}{{"abc", false, "abc", true}, {"abc", false, "def", false}, {"abc", true, "abc", false}, {"abc" + changed, false, "abc" + changed, false}} {
		r.Commit, r.Small = c.commit, c.small
		check(t, r.save(path))
		if holds(path, c.now, false) != c.want {
			t.Errorf("%+v", c)
		}
	}
}

func TestARunOfAnotherSizeIsNotTheFullOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "prove-fuzz.json")
	r := &report{Proof: "fuzz", Commit: "abc", Partial: true, Rows: []Row{{OK: true}}}
	check(t, r.save(path))
	if holds(path, "abc", false) {
		t.Error("a part of it counts as the whole")
	}
}

func TestADocumentGetsTheTableInItsPlace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "proofs.md")
	check(t, os.WriteFile(path, []byte("before\n<!-- prove kill -->\nold\n<!-- end of kill -->\nafter\n"), 0o600))
	r := &report{Proof: "kill", Seed: 7, Date: "2026-11-25", Commit: "abc", Rows: []Row{{"5 kills", "none is lost", "a|b\nc", true}}}
	check(t, r.page(path))
	raw, err := os.ReadFile(path)
	check(t, err)
	want := "before\n<!-- prove kill -->\nCommit abc, 2026-11-25, seed 7, 0 s.\n\n| promised | tried | found | |\n|---|---|---|---|\n" +
		"| none is lost | 5 kills | a\\|b c | ok |\n<!-- end of kill -->\nafter\n"
	if string(raw) != want {
		t.Errorf("%s", raw)
	}
	r.Proof = "power"
	if err := r.page(path); err == nil {
		t.Error("a table has no place, and nobody says so")
	}
}

func TestNobodyBreaksOrEntersWhatTheAPIsDescribe(t *testing.T) { holdsSmall(t, "fuzz") }

func TestTheProofSeesADoorThatAsksNobodyForHisRole(t *testing.T) {
	t.Parallel()
	sees(t, "fuzz", "the box: who may not is answered 401 or 403, as the published table says", broken(t, "edge",
		change{"sync/door/door.go", `if rule.Permission != "" && !d.c.May(p.Role, rule.Permission) {`, `if rule.Permission == "device.write" && !d.c.May(p.Role, rule.Permission) {`}))
}

func TestTheProofSeesABoxThatPanics(t *testing.T) {
	t.Parallel()
	const line = `data = bytes.TrimPrefix(data, []byte("\ufeff"))`
	sees(t, "fuzz", "the box: no request is answered with an error of the server, and each answer is as OpenAPI describes it", broken(t, "edge",
		change{"sync/door/body.go", line, line + `
			if bytes.Contains(data, []byte("DROP")) || bytes.Contains(data, []byte("xxxx")) {
				panic("what nobody sends")
			}`}))
}

func TestTheProofSeesAHeadOfficeThatTellsOneOfAnother(t *testing.T) {
	t.Parallel()
	sees(t, "fuzz", "head office: an organisation reads and changes nothing of another", broken(t, "cloud",
		change{"cloud/store/account.go", `t.each("SELECT id, name FROM restaurant WHERE organisation_id = ? ORDER`, `t.each("SELECT id, name FROM restaurant WHERE organisation_id >= ? OR true ORDER`}))
}
