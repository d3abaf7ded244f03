package box

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/venue"
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

// openWaiting opens a box and waits for one that is just looking whether it was
// set up.
func openWaiting(ctx context.Context, c Config) (*Box, error) {
	for deadline := c.Now().Add(lockWait); ; {
		b, err := New(ctx, c)
		if err == nil || !errors.Is(err, errServing) || c.Now().After(deadline) {
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
		if err := json.Unmarshal(s.Venue, &v); err != nil {
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
