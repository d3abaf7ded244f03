package printer

import (
	"testing"

	"github.com/tyngo/tyngo/drivers/printer/printersim"
	"github.com/tyngo/tyngo/sync/fault"
)

func codeOf(err error) string {
	if err == nil {
		return ""
	}
	return fault.Of(err).Code
}

func TestAddresses(t *testing.T) {
	for in, want := range map[string]string{
		"tcp://10.0.0.7":                         "10.0.0.7:9100 epson80",
		"tcp://10.0.0.7:9101?profile=generic58":  "10.0.0.7:9101 generic58",
		"tcp://[fe80::1]:9100?profile=epson-t88": "[fe80::1]:9100 epson-t88",
		"tcp://grill.local/":                     "grill.local:9100 epson80",
		"":                                       "printer_address",
		"10.0.0.7:9100":                          "printer_address",
		"http://10.0.0.7":                        "printer_address",
		"tcp://":                                 "printer_address",
		"tcp://10.0.0.7:9100/queue":              "printer_address",
		"tcp://10.0.0.7:port":                    "printer_address",
		"tcp://10.0.0.7?profile=laser":           "printer_address",
		"tcp://user@10.0.0.7":                    "printer_address",
	} {
		host, p, err := parseURL(in)
		got := host + " " + p.Name
		if err != nil {
			got = codeOf(err)
		}
		if got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

func TestNobodyThereIsUnreachable(t *testing.T) {
	p := simulate(t, printersim.Config{})
	p.Close()
	if _, err := Open(soon(t), p.URL()); codeOf(err) != "printer_unreachable" || fault.KindOf(err) != fault.Unavailable {
		t.Errorf("Open = %v", err)
	}
}

func TestNumberMustFitFourDigits(t *testing.T) {
	_, c := pair(t, printersim.Config{})
	for _, n := range []int{-1, 0, 10000} {
		if _, err := c.Print(soon(t), Doc{}, n); codeOf(err) != "printer_number" {
			t.Errorf("Print %d: %v", n, err)
		}
	}
}

func TestCloseTwiceIsClosedOnce(t *testing.T) {
	p, c := pair(t, printersim.Config{})
	for range 2 {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	until(t, p, func(s printersim.State) bool { return !s.Connected })
}

func TestStatusOfAPrinterThatNeverSays(t *testing.T) {
	_, c := pair(t, printersim.Config{Columns: 32}) // generic58
	if s, err := c.Status(soon(t)); err != nil || s.Known || s.Fault() != nil {
		t.Errorf("Status = %+v, %v", s, err)
	}
}
