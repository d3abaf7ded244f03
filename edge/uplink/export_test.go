package uplink

import (
	"context"
	"net/http"
	"time"

	"github.com/tyngo/tyngo/sync/link"
	"github.com/tyngo/tyngo/sync/pipe"
)

// Drive replicates over a line of the test.
func (u *Uplink) Drive(ctx context.Context, t link.Transport) error {
	return u.drive(ctx, t, NewFollower(u.c, func() bool { return u.Status().State == pipe.Online }), newCourier(u, "", nil))
}

// Courier carries documents by way of the test.
func (u *Uplink) Courier(by http.RoundTripper) (run func(context.Context), wanted func([]string)) {
	c := newCourier(u, "https://documents.invalid", nil)
	c.client.Transport = by
	return c.run, c.wanted
}

// Guests is whether they order just now.
type Guests struct{ g guests }

// Pause is how long the uplink rests.
func (g *Guests) Pause(head, backlog int64, now time.Time, took time.Duration) time.Duration {
	return g.g.pause(head, backlog, now, took)
}

// Check ends a test with an error.
var Check = check // of the tests in this package
