package web_test

import (
	"image"
	"image/color"
	"image/png"
	"math"
	"net/http"
)

// photo answers something like a plate on a table; other photos are not on the box.
func photo(w http.ResponseWriter, r *http.Request) {
	if r.PathValue("name") != "burrito" {
		http.NotFound(w, r)
		return
	}
	const width, height = 600, 400
	plate := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := color.RGBA{0x6b, 0x4a, 0x2f, 0xff}
			switch d := math.Hypot(float64(x-width/2), 1.4*float64(y-height/2)); {
			case d < 110:
				c = color.RGBA{0xc9, 0x8f, 0x3d, 0xff}
			case d < 210:
				c = color.RGBA{0xf2, 0xee, 0xe4, 0xff}
			}
			plate.Set(x, y, c)
		}
	}
	w.Header().Set("Content-Type", "image/png")
	_ = png.Encode(w, plate)
}
