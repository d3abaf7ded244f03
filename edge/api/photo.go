package api

import (
	"context"

	"github.com/tyngo/tyngo/edge/menu"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/door"
)

type photoIn struct {
	Keyed
	RawBody []byte `contentType:"image/jpeg"`
}

// addPhoto keeps a photo for the menu.
func (a *API) addPhoto(ctx context.Context, in *photoIn) (*door.Kept, error) {
	sum, _, err := menu.AddPhoto(ctx, a.Journal, in.meta(ctx, "POST /api/v1/photos", in.RawBody), clone(in.RawBody))
	return door.KeptAs(sum), err
}

// photo is the bytes of a photo.
func (a *API) photo(ctx context.Context, in *door.Named) (out *door.Forever, err error) {
	err = a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		body, mediaType, err := menu.Photo(q, in.SHA256)
		out = door.Unchanging(mediaType, body)
		return err
	})
	return out, err
}
