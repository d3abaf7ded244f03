// Package web is the pages of the box: the tablet, the page that lets a device in,
// and the page of a box that cannot start.
//
// The tablet page holds no data and needs no proof to be read; it signs in by
// POST /session and speaks the JSON API below /api/v1. It promises that a dish
// which was sent and not acknowledged is shown as such and is repeated under the
// same id. It refuses to calculate: figures of the bill come from the box.
package web

import (
	"embed"
	"fmt"
	"net/http"

	"github.com/tyngo/tyngo/sync/ui"
)

//go:embed tablet/*.html tablet/*.js tablet/*.css audit/*.html audit/*.js audit/*.css people/*.html people/*.js people/*.css documents/*.html documents/*.js documents/*.css enrol/*.html enrol/*.css
var pages embed.FS

// Names of the pages, for Site.Page and Site.Show.
const (
	Tablet    = "tablet/index"
	Audit     = "audit/index"     // for a manager: who did what, and when
	People    = "people/index"    // for a manager: who works here
	Documents = "documents/index" // for a manager: whose each document is
	Trouble   = "tablet/trouble"
	Enrol     = "enrol/index"
)

// Site is the pages of the box and their assets.
func Site() (*ui.Site, error) {
	site, err := ui.New("edge/web", pages)
	if err != nil {
		return nil, fmt.Errorf("pages of the box: %w", err)
	}
	return site, nil
}

// Entry is what the page Enrol shows.
type Entry struct {
	Name, Short, Origin string   // tyngo-7k2qd9.local, tyngo-7k2qd9, https://tyngo-7k2qd9.local
	Fingerprint         []string // lines
	Device              string   // whose steps are open: android, apple, windows

	At    string // where another device begins, http://192.168.1.10; empty: nowhere
	Image string // the same as the path of a QR code
	Side  int    // its width and height
}

// Problem is one reason why the box cannot start.
type Problem struct {
	What string // completes "The box runs, but ….", such as: printer "Grill" is set up wrong
	Do   string // whole sentences: what is safe, then what to do
}

// Troubled answers every request with the page of a box that cannot start, with
// status 503, and serves the assets which that page needs.
func Troubled(site *ui.Site, problems []Problem) http.Handler {
	mux := http.NewServeMux()
	mux.Handle(site.Prefix(), site.Assets())
	mux.Handle("/", ui.Secure(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "10")
		if err := site.Show(w, http.StatusServiceUnavailable, Trouble, problems); err != nil {
			http.Error(w, "The box runs, but its page is broken.", http.StatusInternalServerError)
		}
	})))
	return mux
}
