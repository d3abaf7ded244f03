package menu

import (
	"context"
	"crypto/sha256"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
)

// AddPhoto keeps a photo, so that a menu can name it, and answers its name. Where the
// menu is another's, so are its photos.
func AddPhoto(ctx context.Context, j *journal.Journal, m journal.Meta, body []byte) (sum string, r journal.Receipt, err error) {
	mediaType, err := doc.ParsePhoto(body)
	if err != nil {
		return "", r, err
	}
	hash := sha256.Sum256(body)
	m.Body = &hash
	r, err = j.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) {
		if err := venue.Owned(tx, doc.KindMenu, venue.Owner); err != nil {
			return nil, err
		}
		if there, err := kept(tx, doc.Sum(body)); err != nil || there {
			return nil, err
		}
		_, err := j.PutDocument(tx, doc.KindPhoto, body)
		return []event.Payload{event.PhotoAdded{SHA256: doc.Sum(body), Size: int64(len(body)), MediaType: mediaType}}, err
	})
	return doc.Sum(body), r, err
}

// KeepPhoto keeps a photo that head office gave for a menu of its own. It is no fact:
// the menu names it, and it can be fetched again.
func KeepPhoto(ctx context.Context, j *journal.Journal, body []byte) error {
	if _, err := doc.ParsePhoto(body); err != nil {
		return err
	}
	return j.DB().Update(ctx, func(tx *sqlite.Tx) error {
		_, err := j.PutDocument(tx, doc.KindPhoto, body)
		return err
	})
}

// Photo is a photo with its media type.
func Photo(q sqlite.Queryer, sum string) (body []byte, mediaType string, err error) {
	there, err := kept(q, sum)
	if err == nil && !there {
		err = fault.New(fault.NotFound, "photo_unknown", "This photo is not on the box, or not yet.")
	}
	if err == nil {
		body, err = journal.Document(q, sum)
	}
	if err == nil {
		mediaType, err = doc.ParsePhoto(body)
	}
	return body, mediaType, err
}

// MissingPhotos are those that the menu in force names and that the box does not have.
func (b *Book) MissingPhotos(q sqlite.Queryer) (sums []string, err error) {
	m, err := b.Active(q)
	if err != nil || m == nil {
		return nil, err
	}
	for _, sum := range m.Photos {
		there, err := kept(q, sum)
		if err != nil {
			return nil, err
		}
		if !there {
			sums = append(sums, sum)
		}
	}
	return sums, nil
}

func kept(q sqlite.Queryer, sum string) (there bool, err error) {
	err = q.QueryRow("SELECT EXISTS (SELECT 1 FROM document WHERE sha256 = unhex(?) AND kind = ?)", sum, doc.KindPhoto).Scan(&there)
	return there, err
}
