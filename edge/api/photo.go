package api

import (
	"context"

	"github.com/tyngo/tyngo/edge/menu"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/fault"
)

type photoIn struct {
	Keyed
	RawBody []byte `contentType:"image/jpeg"`
}

type photoOut struct {
	Body struct {
		SHA256 string `json:"sha256" doc:"Its name: what a menu says as photo"`
	}
}

// addPhoto keeps a photo for the menu.
func (a *API) addPhoto(ctx context.Context, in *photoIn) (*photoOut, error) {
	out := &photoOut{}
	sum, _, err := menu.AddPhoto(ctx, a.Journal, in.meta(ctx, "POST /api/v1/photos", in.RawBody), clone(in.RawBody))
	out.Body.SHA256 = sum
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
	if !doc.IsSum(in.SHA256) {
		return nil, fault.New(fault.Invalid, "photo_name", "A photo is named by the SHA-256 of its bytes, in lower-case hex.")
	}
	out := &photoBody{CacheControl: "private, max-age=31536000, immutable"}
	err := a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) (err error) {
		out.Body, out.ContentType, err = menu.Photo(q, in.SHA256)
		return err
	})
	return out, err
}
