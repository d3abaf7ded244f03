// Package api is the HTTP border of head office: its dashboard and public API on
// one listener, and what boxes ask for on another, which speaks TLS with client
// certificates.
package api

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/tyngo/tyngo/cloud/account"
	"github.com/tyngo/tyngo/cloud/catalog"
	"github.com/tyngo/tyngo/cloud/fleet"
	"github.com/tyngo/tyngo/cloud/guest"
	"github.com/tyngo/tyngo/cloud/ingest"
	"github.com/tyngo/tyngo/cloud/rollup"
	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/cloud/web"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/join"
	"github.com/tyngo/tyngo/sync/ui"
)

// Config is what the API stands on.
type Config struct {
	Store     *store.Store
	Accounts  *account.Book
	Fleet     *fleet.Fleet
	Ingest    *ingest.Ingest
	Sales     *rollup.Follower
	Catalog   *catalog.Book
	Floor     *rollup.Follower
	Guests    *guest.Book
	Followers map[string]*rollup.Follower // by consumer
	Keys      *door.Keys
	Site      *ui.Site
	BoxURL    func() string // address for boxes, as they are told
	Broker    func() string // address of the broker, as boxes are told
	Version   string
	Now       func() time.Time
	Log       *slog.Logger
}

// API serves head office.
type API struct {
	Config
	door    *door.Door
	boxes   *door.Door
	router  chi.Router
	own     chi.Router // for boxes
	ready   readiness
	streams chan struct{}
}

const streamsMost = 256

const person = door.Session | door.Token

// table is who may do what on the listener for people and programs.
var table = []door.Rule{
	{Route: "GET /health", Proof: door.None},
	{Route: "GET /ready", Proof: door.None},
	{Route: "GET /", Proof: door.None},
	{Route: "GET /documents", Proof: door.None},
	{Route: "GET /floor", Proof: door.None},
	{Route: "GET /~*", Proof: door.None},
	{Route: "GET /api", Proof: door.None},
	{Route: "GET /api/openapi.json", Proof: door.None},
	{Route: "POST /session", Proof: door.Code, MaxBody: 1 << 10},
	{Route: "DELETE /session", Proof: door.Session},
	{Route: "GET /metrics", Proof: person, Permission: account.MetricsRead},
	{Route: "GET /api/v1/me", Proof: person},
	{Route: "POST /api/v1/codes", Proof: person, Permission: account.CodeWrite},
	{Route: "GET /api/v1/today", Proof: person, Permission: account.Read},
	{Route: "GET /api/v1/stream", Proof: person, Permission: account.Read},
	{Route: "GET /api/v1/restaurants", Proof: person, Permission: account.Read},
	{Route: "POST /api/v1/restaurants", Proof: person, Permission: account.FleetWrite},
	{Route: "POST /api/v1/restaurants/{restaurantId}/claims", Proof: person, Permission: account.FleetWrite},
	{Route: "PUT /api/v1/restaurants/{restaurantId}/items/{menuItemId}/availability", Proof: person, Permission: account.CatalogWrite},
	{Route: "GET /api/v1/restaurants/{restaurantId}/documents", Proof: person, Permission: account.Read},
	{Route: "GET /api/v1/restaurants/{restaurantId}/documents/{kind}", Proof: person, Permission: account.Read},
	{Route: "PUT /api/v1/restaurants/{restaurantId}/documents/{kind}", Proof: person, Permission: account.CatalogWrite, MaxBody: doc.MaxBytes},
	{Route: "GET /api/v1/restaurants/{restaurantId}/documents/menu/items.csv", Proof: person, Permission: account.Read},
	{Route: "PUT /api/v1/restaurants/{restaurantId}/documents/menu/items.csv", Proof: person, Permission: account.CatalogWrite, MaxBody: doc.MaxBytes},
	{Route: "POST /api/v1/restaurants/{restaurantId}/documents/menu/items.csv/check", Proof: person, Permission: account.CatalogWrite, MaxBody: doc.MaxBytes},
	{Route: "POST /api/v1/photos", Proof: person, Permission: account.CatalogWrite, MaxBody: 2 << 20},
	{Route: "GET /api/v1/photos/{sha256}", Proof: person, Permission: account.Read},
	{Route: "POST /api/v1/restaurants/{restaurantId}/documents/{kind}/check", Proof: person, Permission: account.CatalogWrite, MaxBody: doc.MaxBytes},
	{Route: "GET /api/v1/restaurants/{restaurantId}/floor", Proof: person, Permission: account.Read},
	{Route: "GET /api/v1/restaurants/{restaurantId}/floor/stream", Proof: person, Permission: account.Read},
	{Route: "GET /api/v1/restaurants/{restaurantId}/directives", Proof: person, Permission: account.Read},
	{Route: "GET /api/v1/quarantine", Proof: person, Permission: account.Read},
	{Route: "POST /api/v1/quarantine/retry", Proof: person, Permission: account.FleetWrite},
	{Route: "GET /api/v1/guests/{customerId}", Proof: person, Permission: account.GuestManage},
	{Route: "POST /api/v1/guests/{customerId}/erase", Proof: person, Permission: account.GuestManage},
	{Route: "GET /api/v1/boxes", Proof: person, Permission: account.Read},
	{Route: "POST /api/v1/boxes/{box}/revoke", Proof: person, Permission: account.FleetWrite},
}

// boxTable is who may do what on the listener for boxes.
var boxTable = []door.Rule{
	{Route: "GET /health", Proof: door.None},
	{Route: "POST /v1/claim", Proof: door.Code},
	{Route: "POST /v1/renew", Proof: door.Certificate},
	{Route: "GET /v1/documents/{sha256}", Proof: door.Certificate},
	{Route: "GET /v1/documents/{sha256}/{piece}", Proof: door.Certificate},
	{Route: "PUT /v1/documents/{sha256}/{piece}", Proof: door.Certificate},
	{Route: "POST /v1/guest-keys", Proof: door.Certificate},
	{Route: "POST /v1/guest-keys/back", Proof: door.Certificate},
}

// New wires every route.
func New(c Config) *API {
	a := &API{Config: c, router: chi.NewRouter(), own: chi.NewRouter(), streams: make(chan struct{}, streamsMost)}
	a.door = door.New(door.Config{Name: "tyngo_hq", Rules: table, Session: c.Accounts.Session, Keys: c.Keys, Program: c.Accounts.Program,
		May: account.May, Roles: account.Roles(), Now: c.Now, Log: c.Log})
	a.boxes = door.New(door.Config{Name: "tyngo_box", Rules: boxTable, Certificate: a.certificate, May: account.May, Now: c.Now, Log: c.Log, MaxBody: doc.PieceBytes})
	for _, m := range a.door.Middlewares(a.router) {
		a.router.Use(m)
	}
	for _, m := range a.boxes.Middlewares(a.own) {
		a.own.Use(m)
	}
	a.routes()
	return a
}

func (a *API) routes() {
	reg := prometheus.NewRegistry()
	register(reg, a.Config)
	r := a.router
	r.Get("/health", a.health)
	r.Get("/ready", a.readyNow)
	r.Method(http.MethodGet, "/metrics", promhttp.HandlerFor(reg, promhttp.HandlerOpts{}))
	r.Method(http.MethodGet, "/", a.Site.Page(web.Today))
	r.Method(http.MethodGet, "/documents", a.Site.Page(web.Documents))
	r.Method(http.MethodGet, "/floor", a.Site.Page(web.Floor))
	r.Method(http.MethodGet, "/~*", a.Site.Assets())
	r.Post("/session", a.signIn)
	r.Delete("/session", a.signOut)
	r.Get("/api/v1/stream", a.stream)
	r.Get("/api/v1/restaurants/{restaurantId}/floor/stream", a.floorStream)

	h := a.door.NewAPI(r, "TYNGO head office", a.Version, "Restaurants, live. Amounts are minor units of the currency beside them.")
	door.Operation(h, "GET /api/v1/me", "Who I am", http.StatusOK, a.me)
	door.Operation(h, "POST /api/v1/codes", "A one-time code that signs a person in", http.StatusCreated, a.makeCode)
	door.Operation(h, "GET /api/v1/today", "Today's figures of every restaurant", http.StatusOK, a.today)
	door.Operation(h, "GET /api/v1/restaurants", "The restaurants", http.StatusOK, a.restaurants)
	door.Operation(h, "POST /api/v1/restaurants", "Add a restaurant, with the claim code of its first box", http.StatusCreated, a.addRestaurant)
	door.Operation(h, "POST /api/v1/restaurants/{restaurantId}/claims", "A claim code for another box, or for one that takes a box's place", http.StatusCreated, a.addClaim)
	door.Operation(h, "PUT /api/v1/restaurants/{restaurantId}/items/{menuItemId}/availability", "Put an item out (86), or back", http.StatusAccepted, a.setAvailability)
	door.Operation(h, "GET /api/v1/restaurants/{restaurantId}/documents", "Which documents are in force, and whose they are", http.StatusOK, a.documents)
	door.Operation(h, "GET /api/v1/restaurants/{restaurantId}/documents/{kind}", "The document of a kind that is in force", http.StatusOK, a.document)
	door.Operation(h, "PUT /api/v1/restaurants/{restaurantId}/documents/{kind}", "Publish a document", http.StatusAccepted, a.publish)
	door.Operation(h, "GET /api/v1/restaurants/{restaurantId}/documents/menu/items.csv", "The items of the menu in force as a table", http.StatusOK, a.menuTable)
	door.Operation(h, "PUT /api/v1/restaurants/{restaurantId}/documents/menu/items.csv", "Publish the menu with the items of a table", http.StatusAccepted, a.publishMenuTable)
	door.Operation(h, "POST /api/v1/restaurants/{restaurantId}/documents/menu/items.csv/check", "Say what a table would change, and publish nothing", http.StatusOK, a.checkMenuTable)
	door.Operation(h, "POST /api/v1/photos", "Keep a photo of a dish: JPEG, PNG or WebP, 1 MiB at most", http.StatusOK, a.addPhoto)
	door.Operation(h, "GET /api/v1/photos/{sha256}", "A photo of a dish", http.StatusOK, a.photo)
	door.Operation(h, "POST /api/v1/restaurants/{restaurantId}/documents/{kind}/check", "Say what a document would change, and publish nothing", http.StatusOK, a.check)
	door.Operation(h, "GET /api/v1/restaurants/{restaurantId}/floor", "Who sits where and who waits, by what the boxes said", http.StatusOK, a.floor)
	door.Operation(h, "GET /api/v1/restaurants/{restaurantId}/directives", "What was asked of a restaurant's boxes, and what they answered", http.StatusOK, a.directives)
	door.Operation(h, "GET /api/v1/quarantine", "Facts that could not be folded and were set aside", http.StatusOK, a.asides)
	door.Operation(h, "POST /api/v1/quarantine/retry", "Fold what was set aside once more", http.StatusOK, a.retry)
	door.Operation(h, "GET /api/v1/guests/{customerId}", "What is known of a guest, as far as keys open it", http.StatusOK, a.guest)
	door.Operation(h, "POST /api/v1/guests/{customerId}/erase", "Erase a guest here and at every box, for good", http.StatusOK, a.eraseGuest)
	door.Operation(h, "GET /api/v1/boxes", "The boxes and how far each is stored", http.StatusOK, a.listBoxes)
	door.Operation(h, "POST /api/v1/boxes/{box}/revoke", "Take a box's certificates back", http.StatusOK, a.revoke)
	h.Bytes("GET /api/v1/restaurants/{restaurantId}/documents/{kind}", "application/json")
	h.Bytes("GET /api/v1/restaurants/{restaurantId}/documents/menu/items.csv", "text/csv")
	h.Bytes("GET /api/v1/photos/{sha256}", "image/*")
	h.Describe("POST /session", "Sign a page in by a one-time code", http.StatusNoContent, "", "code")
	h.Describe("DELETE /session", "Sign this page out", http.StatusNoContent, "")
	h.Describe("GET /api/v1/stream", "Today's figures, as they change: Server-Sent Events", http.StatusOK, "text/event-stream")
	h.Describe("GET /api/v1/restaurants/{restaurantId}/floor/stream", "Who sits where and who waits, as it changes: Server-Sent Events", http.StatusOK, "text/event-stream")
	h.Describe("GET /metrics", "Figures for Prometheus", http.StatusOK, "text/plain")
	h.Describe("GET /health", "The program runs", http.StatusOK, "application/json")
	h.Describe("GET /ready", "Facts can be taken", http.StatusOK, "application/json")
	spec, err := h.OpenAPI()
	if err != nil {
		panic(err) // the operations are constants of this program
	}
	r.Get("/api/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/openapi+json")
		w.Write(spec)
	})
	r.Method(http.MethodGet, "/api", ui.Secure(h.Page(a.Site.Prefix()+"sync/ui/tokens.css", a.Site.Prefix()+"sync/ui/base.css")))

	a.own.Get("/health", a.health)
	a.own.Post("/v1/claim", a.claim)
	a.own.Post("/v1/renew", a.renew)
	a.own.Get("/v1/documents/{sha256}", a.documentState)
	a.own.Get("/v1/documents/{sha256}/{piece}", a.piece)
	a.own.Put("/v1/documents/{sha256}/{piece}", a.putPiece)
	a.own.Post(join.GuestKeysPath, a.guestKeys)
	a.own.Post(join.GuestKeysBackPath, a.guestKeysBack)
}

// ServeHTTP serves people and programs.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.router.ServeHTTP(w, r) }

// Boxes serves boxes.
func (a *API) Boxes() http.Handler { return a.own }

// Routers are for the test that holds every route against the authorization tables.
func (a *API) Routers() []chi.Router { return []chi.Router{a.router, a.own} }
