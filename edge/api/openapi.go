package api

import (
	"net/http"

	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/ui"
)

// openAPI serves the description of the API and its readable page.
func (a *API) openAPI(h *door.API) {
	spec, err := h.OpenAPI()
	if err != nil {
		panic(err) // the operations are constants of this program
	}
	a.router.Get("/api/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/openapi+json")
		w.Write(spec)
	})
	a.router.Method(http.MethodGet, "/api", ui.Secure(h.Page(a.Site.Prefix()+"sync/ui/tokens.css", a.Site.Prefix()+"sync/ui/base.css")))
}
