package uplink

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/join"
)

// Photos are pictures that the menu in force names: they come after all else.
type Photos struct {
	Missing func(q sqlite.Queryer) (sums []string, err error)
	Keep    func(ctx context.Context, body []byte) error
}

const photosAgain = time.Minute // where head office does not have them all

// photos fetches what is missing of the menu in force. Without a photo nothing is
// wrong with a menu, so head office not having one is no error.
func (c *courier) photos(ctx context.Context) error {
	if c.c.Photos.Missing == nil {
		return nil
	}
	var menu string
	var missing []string
	err := c.c.Journal.DB().View(ctx, func(q *sqlite.Snapshot) (err error) {
		menu, err = venue.InForce(q, doc.KindMenu)
		if err != nil || menu == c.pictured || menu == c.waits && c.c.Steady().Before(c.again) {
			return err
		}
		missing, err = c.c.Photos.Missing(q)
		if err == nil && len(missing) == 0 {
			c.pictured = menu
		}
		return err
	})
	if err != nil || len(missing) == 0 {
		return err
	}
	c.waits, c.again = menu, c.c.Steady().Add(photosAgain)
	for _, sum := range missing {
		if err := c.photo(ctx, sum); err != nil {
			return fmt.Errorf("fetch photo %s: %w", sum, err)
		}
	}
	return nil
}

func (c *courier) photo(ctx context.Context, sum string) error {
	raw, err := c.ask(ctx, http.MethodGet, join.DocumentsPath+sum, nil)
	if err != nil {
		return err
	}
	var there join.DocumentState
	if err := json.Unmarshal(raw, &there); err != nil {
		return err
	}
	if !there.Whole || there.Size < 1 || there.Size > doc.MaxBytes {
		return nil
	}
	body, err := c.pieces(ctx, venue.Wanted{Kind: doc.KindPhoto, SHA256: sum, Size: there.Size})
	if err == nil && doc.Sum(body) == sum {
		err = c.c.Photos.Keep(ctx, body)
	}
	if err != nil {
		return err
	}
	return c.drop(ctx, sum)
}
