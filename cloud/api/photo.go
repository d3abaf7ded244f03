package api

import (
	"context"
	"errors"

	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/fault"
)

type photoIn struct {
	RawBody []byte `contentType:"image/jpeg"`
}

type photoOut struct {
	Body struct {
		SHA256 string `json:"sha256" doc:"Its name: what a menu says as photo"`
	}
}

// addPhoto keeps a photo of the organisation, for its menus; a box whose menu names it
// comes for it.
func (a *API) addPhoto(ctx context.Context, in *photoIn) (*photoOut, error) {
	out := &photoOut{}
	if _, err := doc.ParsePhoto(in.RawBody); err != nil {
		return nil, err
	}
	err := a.Store.Write(ctx, func(t *store.Tx) (err error) {
		out.Body.SHA256, err = t.PutDocument(a.scope(ctx).Organisation(), append([]byte(nil), in.RawBody...), a.Now())
		return err
	})
	return out, err
}

type namedPhoto struct {
	SHA256 string `path:"sha256" pattern:"^[0-9a-f]{64}$"`
}

type photoBody struct {
	ContentType  string `header:"Content-Type"`
	CacheControl string `header:"Cache-Control"`
	Body         []byte
}

// photo is the bytes of a photo, which never change under this name.
func (a *API) photo(ctx context.Context, in *namedPhoto) (*photoBody, error) {
	unknown := fault.New(fault.NotFound, "photo_unknown", "There is no such photo here, or not yet.")
	body, err := a.scope(ctx).Body(ctx, in.SHA256)
	if errors.Is(err, store.ErrNone) {
		return nil, unknown
	}
	if err != nil {
		return nil, err
	}
	mediaType, err := doc.ParsePhoto(body)
	if err != nil { // another document
		return nil, unknown
	}
	return &photoBody{mediaType, "private, max-age=31536000, immutable", body}, nil
}
