package uplink

import (
	"context"

	"github.com/tyngo/tyngo/sync/link"
	"github.com/tyngo/tyngo/sync/pipe"
)

// Drive replicates over a line of the test.
func (u *Uplink) Drive(ctx context.Context, t link.Transport) error {
	return u.drive(ctx, t, NewFollower(u.c, func() bool { return u.Status().State == pipe.Online }), newCourier(u, "", nil))
}
