package box

import (
	"context"
	"net/url"

	"github.com/tyngo/tyngo/drivers/printer"
	"github.com/tyngo/tyngo/edge/kitchen"
	"github.com/tyngo/tyngo/sync/fault"
)

// printers is the table of printer drivers by the scheme of their address.
var printers = map[string]kitchen.Opener{
	"tcp": func(ctx context.Context, address string) (kitchen.Printer, error) { return printer.Open(ctx, address) },
}

// openPrinter connects to a printer by its address.
func openPrinter(ctx context.Context, address string) (kitchen.Printer, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fault.Newf(fault.Invalid, "printer_address", "%q is no address of a printer.", address)
	}
	open, ok := printers[u.Scheme]
	if !ok {
		return nil, fault.Newf(fault.Invalid, "printer_address", "No driver for printers at %s://. Use tcp://host:9100.", u.Scheme)
	}
	return open(ctx, address)
}
