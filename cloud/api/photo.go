package api

import (
	"context"
	"errors"

	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/fault"
)

type photoIn struct {
	RawBody []byte `contentType:"image/jpeg"`
}

// addPhoto keeps a photo of the organisation, for its menus; a box whose menu names it
// comes for it.
func (a *API) addPhoto(ctx context.Context, in *photoIn) (out *door.Kept, err error) {
	if _, err := doc.ParsePhoto(in.RawBody); err != nil {
		return nil, err
	}
	err = a.Store.Write(ctx, func(t *store.Tx) error {
		sum, err := t.PutDocument(a.scope(ctx).Organisation(), append([]byte(nil), in.RawBody...), a.Now())
		out = door.KeptAs(sum)
		return err
	})
	return out, err
}

// photo is the bytes of a photo.
func (a *API) photo(ctx context.Context, in *door.Named) (*door.Forever, error) {
	body, err := a.scope(ctx).Body(ctx, in.SHA256)
	if err != nil && !errors.Is(err, store.ErrNone) {
		return nil, err
	}
	mediaType, wrong := doc.ParsePhoto(body)
	if err != nil || wrong != nil { // it is not here, or another document
		return nil, fault.New(fault.NotFound, "photo_unknown", "There is no such photo here, or not yet.")
	}
	return door.Unchanging(mediaType, body), nil
}
