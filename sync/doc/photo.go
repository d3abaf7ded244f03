package doc

import (
	"bytes"
	"image"
	_ "image/jpeg" // read by DecodeConfig
	_ "image/png"  // read by DecodeConfig

	"github.com/tyngo/tyngo/sync/fault"
	_ "golang.org/x/image/webp" // read by DecodeConfig
)

// KindPhoto is a picture of a dish. It is named by menus and has no owner of its own:
// none is in force, and none replaces another.
const KindPhoto = "photo"

const (
	photoBytes  = 1 << 20
	photoPixels = 4096 // on a side
	photoLeast  = 64
)

// PhotoTypes are the media types of photos, by the name under which the image
// packages know them.
var PhotoTypes = map[string]string{"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}

// ParsePhoto checks a photo and answers its media type. It takes JPEG, PNG and WebP of
// 64 to 4,096 pixels on a side and 1 MiB at most.
func ParsePhoto(body []byte) (mediaType string, err error) {
	if len(body) > photoBytes {
		return "", fault.Newf(fault.TooLarge, "photo_too_large", "The photo has %d bytes; at most %d are taken. Make it smaller: 1,200 pixels are plenty.", len(body), photoBytes)
	}
	c, format, err := image.DecodeConfig(bytes.NewReader(body))
	switch {
	case err != nil || PhotoTypes[format] == "":
		return "", fault.New(fault.Invalid, "photo_unreadable", "This is no photo that can be read. JPEG, PNG and WebP are taken.")
	case min(c.Width, c.Height) < photoLeast || max(c.Width, c.Height) > photoPixels:
		return "", fault.Newf(fault.Invalid, "photo_size", "The photo has %d × %d pixels; %d to %d on a side are taken.", c.Width, c.Height, photoLeast, photoPixels)
	}
	return PhotoTypes[format], nil
}

// Photos are the photos that a menu names, each once.
func (m *Menu) Photos() (sums []string) {
	seen := map[string]bool{}
	for _, it := range m.Items {
		if it.Photo != "" && !seen[it.Photo] {
			seen[it.Photo] = true
			sums = append(sums, it.Photo)
		}
	}
	return sums
}
