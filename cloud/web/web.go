// Package web is the pages of head office.
//
// The page holds no data and needs no proof to be read; it signs in by POST /session
// and speaks the JSON API below /api/v1. It promises that a figure is never invented:
// what is not known is hatched or said, what is old says how old. It refuses to add
// up currencies.
package web

import (
	"embed"
	"fmt"

	"github.com/tyngo/tyngo/sync/ui"
)

//go:embed today/*.html today/*.js today/*.css documents/*.html documents/*.js documents/*.css floor/*.html floor/*.js floor/*.css
var pages embed.FS

// Names of the pages, for Site.Page.
const (
	Today     = "today/index"
	Floor     = "floor/index"     // of one restaurant: ?restaurant=<id>
	Documents = "documents/index" // the same
)

// Site is the pages of head office and their assets.
func Site() (*ui.Site, error) {
	site, err := ui.New("cloud/web", pages)
	if err != nil {
		return nil, fmt.Errorf("pages of head office: %w", err)
	}
	return site, nil
}
