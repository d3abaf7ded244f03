package doc_test

import (
	"bytes"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/fault"
)

func picture(t testing.TB, width, height int, encode func(*bytes.Buffer, image.Image) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asJPEG(b *bytes.Buffer, i image.Image) error { return jpeg.Encode(b, i, nil) }
func asPNG(b *bytes.Buffer, i image.Image) error  { return png.Encode(b, i) }

// The head of a WebP of 96 × 64 pixels.
var webp = []byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0e\x00\x00\x00\x2f\x5f\xc0\x0f\x00\x07\x10\x11\xfd\x0f\x44\x44\xff\x03")

func TestAPhotoIsAPictureOfADish(t *testing.T) {
	for want, body := range map[string][]byte{"image/jpeg": picture(t, 640, 480, asJPEG), "image/png": picture(t, 64, 64, asPNG), "image/webp": webp} {
		if got, err := doc.ParsePhoto(body); err != nil || got != want {
			t.Errorf("%s: %s, %v", want, got, err)
		}
	}
	for _, c := range []struct {
		body []byte
		code string
	}{
		{nil, "photo_unreadable"}, {[]byte("<svg onload=alert(1)>"), "photo_unreadable"}, {picture(t, 100, 100, asPNG)[:20], "photo_unreadable"},
		{picture(t, 100, 100, func(b *bytes.Buffer, i image.Image) error { return gif.Encode(b, i, nil) }), "photo_unreadable"},
		{picture(t, 63, 400, asPNG), "photo_size"}, {picture(t, 4097, 64, asPNG), "photo_size"},
		{append(picture(t, 64, 64, asPNG), make([]byte, 1<<20)...), "photo_too_large"},
	} {
		if _, err := doc.ParsePhoto(c.body); err == nil || fault.Of(err).Code != c.code {
			t.Errorf("%.20q: %v, want %s", c.body, err, c.code)
		}
	}
}

func FuzzPhoto(f *testing.F) {
	f.Add(picture(f, 70, 70, asJPEG))
	f.Add(picture(f, 70, 70, asPNG))
	f.Add(webp)
	f.Fuzz(func(t *testing.T, body []byte) {
		mediaType, err := doc.ParsePhoto(body)
		if (err == nil) != (mediaType != "") {
			t.Errorf("%q, %v", mediaType, err)
		}
	})
}
