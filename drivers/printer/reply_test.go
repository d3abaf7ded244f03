package printer

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
)

// Vectors from Epson's specifications: what each byte string means.
var vectors = []struct{ name, in, want string }{
	{"DLE EOT 1, idle, drawer pin high", "16", "realtime 16"},
	{"DLE EOT 4, paper out", "7E", "realtime 7E"},
	{"ASB, idle", "14 00 00 0F", "asb 1400000F"},
	{"ASB, no paper", "18 00 0C 00", "asb 18000C00"},
	{"ASB twice", "10 00 00 00 38 00 00 00", "asb 10000000, asb 38000000"},
	{"process ID", "37 22 30 30 34 32 00", "processID 30303432"},
	{"process ID of spaces", "37 22 20 7E 20 7E 00", "processID 207E207E"},
	{"buffers cleared", "37 25 00", "block 3725"},
	{"model name", "5F 54 4D 2D 54 32 30 00", "block 5F544D2D543230"},
	{"42 columns", "3D 23 31 00", "block 3D2331"},
	{"power off", "3B 30 00", "block 3B30"},
	{"GS r, near end", "03", "single 03"},
	{"XOFF in a block", "37 22 30 13 30 11 30 31 00", "flow 13, flow 11, processID 30303031"},
	{"XOFF in an ASB", "10 13 00 00 11 00", "flow 13, flow 11, asb 10000000"},
	{"ASB before a proof", "10 00 00 00 37 22 30 30 30 31 00 12", "asb 10000000, processID 30303031, realtime 12"},
	{"no status inside a block", "37 22 12 16 10 14 00", "processID 12161014"},
	{"an ASB that broke off", "10 00 37 22 30 30 30 31 00", "processID 30303031"},
	{"an ASB that broke off before a status", "10 00 12", "realtime 12"},
	{"noise", "FF 80 12", "realtime 12"},
}

func heard(in []byte) string {
	names := map[replyKind]string{realtime: "realtime", asb: "asb", processID: "processID", block: "block", single: "single", flow: "flow"}
	var p parser
	var out []string
	for _, b := range in {
		if r, ok := p.feed(b); ok {
			out = append(out, fmt.Sprintf("%s %X", names[r.kind], r.bytes))
		}
	}
	return strings.Join(out, ", ")
}

func TestRepliesAreToldApart(t *testing.T) {
	for _, v := range vectors {
		in, err := hex.DecodeString(strings.ReplaceAll(v.in, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		if got := heard(in); got != v.want {
			t.Errorf("%s: %s is %q, want %q", v.name, v.in, got, v.want)
		}
	}
}

func FuzzParserTakesAnything(f *testing.F) {
	for _, v := range vectors {
		in, _ := hex.DecodeString(strings.ReplaceAll(v.in, " ", ""))
		f.Add(in)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		var p parser
		for _, b := range in {
			r, ok := p.feed(b)
			switch {
			case len(p.part) > longest:
				t.Fatalf("%d bytes kept", len(p.part))
			case ok && r.kind == asb && len(r.bytes) != 4, ok && r.kind == processID && len(r.bytes) != 4, ok && len(r.bytes) == 0:
				t.Fatalf("%+v", r)
			case ok && r.kind == asb:
				fromASB(r.bytes)
			case ok && r.kind == processID:
				r.number()
			}
		}
		// Whatever came before, ASB, proof and status are heard after it: at most one
		// block is still open, and its NUL ends it.
		tail := []byte{0, 0x37, 0x22, '0', '0', '0', '1', 0}
		if got := heard(append(in, tail...)); !strings.HasSuffix(got, "processID 30303031") {
			t.Fatalf("after %X: %s", in, got)
		}
	})
}

func TestLaterNumberProvesEarlierOnes(t *testing.T) {
	for _, v := range []struct {
		said, asked int
		want        bool
	}{
		{5, 5, true}, {6, 5, true}, {4, 5, false}, {1, 9999, true}, {9999, 1, false}, {3000, 1, true}, {1, 3000, false},
	} {
		if got := proves(v.said, v.asked); got != v.want {
			t.Errorf("%d proves %d: %v", v.said, v.asked, got)
		}
	}
}

func TestStatusInBothOfItsForms(t *testing.T) {
	for _, v := range []struct {
		name     string
		asb      [4]byte
		realtime [4]byte
		want     string // the fault's code
	}{
		{"idle", [4]byte{0x14, 0, 0, 0x0F}, [4]byte{0x16, 0x12, 0x12, 0x12}, ""},
		{"near end", [4]byte{0x10, 0, 0x03, 0}, [4]byte{0x12, 0x12, 0x12, 0x1E}, ""},
		{"paper out", [4]byte{0x18, 0, 0x0C, 0}, [4]byte{0x1A, 0x32, 0x12, 0x72}, "printer_paper_out"},
		{"cover", [4]byte{0x38, 0, 0, 0}, [4]byte{0x1A, 0x16, 0x12, 0x12}, "printer_cover_open"},
		{"cover opened while printing", [4]byte{0x38, 0, 0, 0}, [4]byte{0x1A, 0x16, 0x52, 0x12}, "printer_cover_open"},
		{"cutter", [4]byte{0x18, 0x08, 0, 0}, [4]byte{0x1A, 0x52, 0x1A, 0x12}, "printer_cutter"},
		{"hot head", [4]byte{0x18, 0x40, 0, 0}, [4]byte{0x1A, 0x52, 0x52, 0x12}, "printer_hot"},
		{"fatal", [4]byte{0x18, 0x20, 0, 0}, [4]byte{0x1A, 0x52, 0x32, 0x12}, "printer_broken"},
		{"feed button", [4]byte{0x58, 0, 0, 0}, [4]byte{0x5A, 0x1A, 0x12, 0x12}, "printer_offline"},
	} {
		r := v.realtime
		for form, s := range map[string]Status{"ASB": fromASB(v.asb[:]), "DLE EOT": fromRealtime(r[0], r[1], r[2], r[3])} {
			if got := codeOf(s.Fault()); got != v.want {
				t.Errorf("%s by %s: %q, want %q (%+v)", v.name, form, got, v.want, s)
			}
		}
	}
}
