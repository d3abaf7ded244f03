package uplink

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/join"
	"github.com/tyngo/tyngo/sync/pipe"
)

// Keyring is the keys of the box's guests. Head office alone keeps copies of them.
type Keyring interface {
	Unsent(ctx context.Context) ([]join.GuestKey, error) // some that head office does not have
	Sent(ctx context.Context, list []join.GuestKey) error
	Lost(ctx context.Context, have int) error           // head office has so many
	Missing(ctx context.Context) ([]id.Customer, error) // guests whose keys are not here
	Return(ctx context.Context, a join.GuestKeysAnswer) error
}

const keysEvery = 10 * time.Second

// keys brings keys to head office and fetches those that are missing, on every connect
// and now and then. Facts never wait for it, and it goes when they have gone.
func (u *Uplink) keys(ctx context.Context, c *courier) {
	for {
		if u.Status().State == pipe.Online {
			if err := u.exchange(ctx, c); err != nil && ctx.Err() == nil {
				u.c.Log.Warn("keys of guests", "err", err)
			}
		}
		timer := time.NewTimer(keysEvery)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-u.online:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// exchange sends what is unsent until nothing is, and asks for what is missing.
func (u *Uplink) exchange(ctx context.Context, c *courier) error {
	for more := true; more; {
		list, err := u.c.Guests.Unsent(ctx)
		if err != nil {
			return err
		}
		a, err := c.keys(ctx, join.GuestKeysPath, join.GuestKeysRequest{Keys: list})
		if err != nil {
			return err
		}
		if more = len(list) > 0; more {
			err = u.c.Guests.Sent(ctx, list)
		} else {
			err = u.c.Guests.Lost(ctx, a.Have)
		}
		if err != nil {
			return err
		}
	}
	missing, err := u.c.Guests.Missing(ctx)
	if err != nil || len(missing) == 0 {
		return err
	}
	a, err := c.keys(ctx, join.GuestKeysBackPath, join.GuestKeysRequest{Customers: missing})
	if err != nil {
		return err
	}
	return u.c.Guests.Return(ctx, a)
}

// keys asks head office about keys.
func (c *courier) keys(ctx context.Context, path string, in join.GuestKeysRequest) (out join.GuestKeysAnswer, err error) {
	body, err := json.Marshal(in)
	if err != nil {
		return out, err
	}
	raw, err := c.ask(ctx, http.MethodPost, path, body)
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	return out, err
}
