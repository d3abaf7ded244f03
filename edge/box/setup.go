package box

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/uplink"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/datadir"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

// Setup is what a new box has to know.
type Setup struct {
	Name       string
	Currency   string
	Zone       string
	Locale     string
	Restaurant string // UUID; a new one where empty and no claim gives one
	Venue      []byte // a venue document, where stations and printers are known already
	Cloud      string // address of head office for boxes; empty: none
	Claim      string // the code that head office made
}

// SetUp gives a new box its restaurant; it answers what was set up.
func SetUp(ctx context.Context, c Config, s Setup) (v *doc.Venue, box id.Box, err error) {
	b, err := openWaiting(ctx, c)
	if err != nil {
		return nil, box, err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	if err := b.Ready(ctx); err == nil {
		return nil, box, fault.New(fault.Conflict, "set_up_already", "This box is set up already. Change its venue with: tyngo-edge venue import")
	} else if !errors.Is(err, venue.ErrNotSetUp) {
		return nil, box, err
	}
	if s.Cloud != "" || s.Claim != "" {
		home, err := b.join(ctx, s.Cloud, s.Claim)
		if err != nil {
			return nil, box, err
		}
		if s.Restaurant != "" && s.Restaurant != home.Restaurant.String() {
			return nil, box, fault.Newf(fault.Conflict, "other_restaurant", "The claim code is for restaurant %s.", home.Restaurant)
		}
		s.Restaurant = home.Restaurant.String()
	}
	body, err := s.document()
	if err != nil {
		return nil, box, err
	}
	if v, err = doc.ParseVenue(body); err != nil {
		return nil, box, err
	}
	_, err = b.Venues.Publish(ctx, b.Journal, journal.Meta{Command: id.New[id.Command]()}, body)
	return v, b.Journal.Box(), err
}

// lockWait is how long a command waits for a box that is just starting or stopping.
const lockWait = 5 * time.Second

// openWaiting opens a box and waits for one that is just looking whether it was
// set up.
func openWaiting(ctx context.Context, c Config) (*Box, error) {
	for deadline := time.Now().Add(lockWait); ; {
		b, err := New(ctx, c)
		if err == nil || !errors.Is(err, datadir.ErrInUse) || time.Now().After(deadline) {
			return b, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// document is the venue document of a setup.
func (s Setup) document() ([]byte, error) {
	v := doc.Venue{}
	if s.Venue != nil {
		if err := json.Unmarshal(bytes.TrimPrefix(s.Venue, []byte("\ufeff")), &v); err != nil {
			return nil, fault.Newf(fault.Invalid, "venue_invalid", "The venue cannot be read: %v.", err)
		}
	}
	for _, f := range []struct {
		from string
		to   *string
	}{{s.Name, &v.Name}, {s.Currency, &v.Currency}, {s.Zone, &v.Zone}, {s.Locale, &v.Locale}} {
		if f.from != "" {
			*f.to = f.from
		}
	}
	switch {
	case s.Restaurant != "":
		r, err := id.Parse[id.Restaurant](s.Restaurant)
		if err != nil {
			return nil, fault.Newf(fault.Invalid, "restaurant", "The restaurant: %v.", err)
		}
		v.Restaurant = r
	case v.Restaurant.IsZero():
		v.Restaurant = id.New[id.Restaurant]()
	}
	body, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the venue: %w", err)
	}
	return body, nil
}

// join claims this box at head office; a blank one may be given the identity of
// the box that it replaces.
func (b *Box) join(ctx context.Context, cloud, claim string) (*uplink.Identity, error) {
	head, _, err := b.Journal.Head(ctx)
	if err != nil {
		return nil, err
	}
	i, box, err := uplink.Claim(ctx, b.home(), cloud, claim, b.Journal.Box(), head > 0, b.Now)
	if err != nil {
		return nil, err
	}
	if box != b.Journal.Box() {
		err = b.Journal.Adopt(ctx, box)
	}
	return i, err
}

// Join joins a box that is set up already; it must not be running.
func Join(ctx context.Context, c Config, cloud, claim string) (home uplink.Home, err error) {
	b, err := New(ctx, c)
	if err != nil {
		return home, err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	i, err := b.join(ctx, cloud, claim)
	if err != nil {
		return home, err
	}
	return i.Home, nil
}
