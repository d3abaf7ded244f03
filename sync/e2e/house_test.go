package e2e

// The import table: who may import whom. It is the architecture; ARCHITECTURE.md
// prints it (go generate ./sync/e2e). A package without a row, or an import
// without a place in its row, fails the test; so does a place that nobody uses.

//go:generate go test -run TestTheHouseIsPrinted . -args -update

// row is one package: what it may import of ours, and from outside. The standard
// library is free, but for net/http, which has walls. Tests may import more.
type row struct {
	pkg     string
	is      string // what it is, in a few words
	ours    string
	outside string
	tests   string // packages that only its tests import
}

// floor is a group of rows, the lowest first.
type floor struct {
	name string
	rows []row
}

var house = []floor{
	{"words", []row{
		{pkg: "sync/fault", is: "errors that say what a person can do"},
		{pkg: "sync/id", is: "typed UUIDs", outside: "github.com/google/uuid"},
		{pkg: "sync/money", is: "amounts that add up"},
		{pkg: "sync/hours", is: "times of the day on the clock on the wall"},
		{pkg: "sync/code", is: "codes that people type"},
		{pkg: "sync/datadir", is: "a directory that one program owns", ours: "sync/fault", outside: "golang.org/x/sys"},
	}},
	{"contract", []row{
		{pkg: "sync/event", is: "facts, their bytes and their chain", ours: "sync/id sync/money"},
		{pkg: "sync/doc", is: "documents: menu, venue, staff", ours: "sync/fault sync/hours sync/id sync/money", outside: "golang.org/x/image golang.org/x/text"},
		{pkg: "sync/bill", is: "what a guest owes, to the cent", ours: "sync/doc sync/id sync/money"},
		{pkg: "sync/room", is: "how a table is, by who sits there"},
		{pkg: "sync/seal", is: "what only a guest's key opens", ours: "sync/event sync/id"},
		{pkg: "sync/wire", is: "bytes on the topics", ours: "sync/event sync/id", outside: "github.com/klauspost/compress"},
		{pkg: "sync/join", is: "how box and cloud come to trust each other", ours: "sync/code sync/fault sync/id"},
	}},
	{"devices", []row{
		{pkg: "drivers/printer", is: "slips on paper, proven", ours: "sync/fault", outside: "github.com/rivo/uniseg golang.org/x/text", tests: "drivers/printer/printersim"},
		{pkg: "drivers/printer/printersim", is: "a printer without paper", outside: "golang.org/x/image golang.org/x/text net/http"},
		{pkg: "drivers/printer/cmd/printersim", is: "the same as a program", ours: "drivers/printer/printersim", outside: "net/http"},
	}},
	{"pipes and look", []row{
		{pkg: "sync/link", is: "a transport that promises nothing"},
		{pkg: "sync/link/linktest", is: "a bad one, by a seed", ours: "sync/link"},
		{pkg: "sync/link/mqtt", is: "paho as a dumb pipe", ours: "sync/link", outside: "github.com/eclipse/paho.mqtt.golang golang.org/x/sys"},
		{pkg: "sync/pipe", is: "sender and receiver, pure", ours: "sync/event sync/id sync/wire", tests: "sync/link sync/link/linktest"},
		{pkg: "sync/door", is: "who may come in", ours: "sync/code sync/datadir sync/fault sync/id",
			outside: "github.com/danielgtaylor/huma/v2 github.com/go-chi/chi/v5 github.com/golang-jwt/jwt/v5 net/http"},
		{pkg: "sync/openapi", is: "an API as it describes itself: requests made from that, answers held against it"},
		{pkg: "sync/term", is: "a program and whoever started it", ours: "sync/fault", outside: "github.com/alecthomas/kong"},
		{pkg: "sync/ui", is: "tokens, components, asset server", outside: "net/http", tests: "sync/ui/uitest"},
		{pkg: "sync/ui/uitest", is: "a real browser in tests", outside: "github.com/chromedp/chromedp github.com/chromedp/cdproto"},
	}},
	{"the box", []row{
		{pkg: "edge/sqlite", is: "the engine", ours: "sync/fault", outside: "modernc.org/sqlite github.com/pressly/goose/v3 golang.org/x/sys"},
		{pkg: "edge/journal", is: "Commit", ours: "edge/sqlite sync/doc sync/event sync/fault sync/id"},
		{pkg: "edge/clock", is: "the time, and whether to believe it", outside: "golang.org/x/sys"},
		{pkg: "edge/cert", is: "the name of the box, proven", ours: "sync/code sync/datadir sync/fault sync/id"},
		{pkg: "edge/mdns", is: "that name on the LAN", outside: "golang.org/x/net"},
		{pkg: "edge/qr", is: "an address that a camera reads"},
		{pkg: "edge/venue", is: "the place", ours: "edge/journal edge/sqlite sync/bill sync/doc sync/event sync/fault sync/hours sync/id sync/money"},
		{pkg: "edge/menu", is: "what can be sold", ours: "edge/journal edge/sqlite edge/venue sync/doc sync/event sync/fault sync/hours sync/id sync/money"},
		{pkg: "edge/staff", is: "people, devices, roles, sessions", ours: "edge/journal edge/sqlite edge/venue sync/doc sync/door sync/event sync/fault sync/id sync/money", outside: "golang.org/x/crypto", tests: "edge/box/boxtest"},
		{pkg: "edge/order", is: "visits, checks, lines", ours: "edge/journal edge/menu edge/sqlite edge/staff edge/venue sync/bill sync/doc sync/event sync/fault sync/id sync/money"},
		{pkg: "edge/payment", is: "tenders, refunds, tips, gift cards", ours: "edge/journal edge/order edge/sqlite edge/staff edge/venue sync/event sync/fault sync/id sync/money", tests: "edge/menu"},
		{pkg: "edge/floor", is: "who sits where, who waits", ours: "edge/journal edge/order edge/sqlite edge/staff edge/venue sync/event sync/fault sync/id sync/money sync/room"},
		{pkg: "edge/guest", is: "who guests are, until they are erased", ours: "edge/journal edge/order edge/sqlite sync/event sync/fault sync/id sync/join sync/seal", outside: "golang.org/x/text"},
		{pkg: "edge/kitchen", is: "routing, tickets, spool", ours: "drivers/printer edge/journal edge/order edge/sqlite edge/venue sync/doc sync/event sync/fault sync/id",
			outside: "github.com/cenkalti/backoff/v5"},
		{pkg: "edge/uplink", is: "replication", ours: "edge/journal edge/sqlite edge/venue sync/datadir sync/doc sync/door sync/event sync/fault sync/id sync/join sync/link sync/link/mqtt sync/pipe sync/wire",
			outside: "github.com/cenkalti/backoff/v5 net/http", tests: "edge/box/boxtest"},
		{pkg: "edge/web", is: "pages", ours: "sync/ui", outside: "net/http", tests: "sync/ui/uitest"},
		{pkg: "edge/api", is: "HTTP", ours: "edge/floor edge/guest edge/journal edge/kitchen edge/menu edge/order edge/payment edge/sqlite edge/staff edge/venue edge/web sync/bill sync/doc sync/door sync/event sync/fault sync/id sync/money sync/ui",
			outside: "github.com/danielgtaylor/huma/v2 github.com/go-chi/chi/v5 github.com/prometheus/client_golang net/http", tests: "edge/box/boxtest sync/openapi"},
		{pkg: "edge/box", is: "the appliance", ours: "drivers/printer edge/api edge/cert edge/clock edge/floor edge/guest edge/journal edge/kitchen edge/mdns edge/menu edge/order edge/payment edge/qr edge/sqlite edge/staff edge/uplink edge/venue edge/web sync/datadir sync/doc sync/door sync/event sync/fault sync/id sync/pipe sync/ui sync/wire",
			outside: "net/http", tests: "drivers/printer/printersim edge/box/boxtest sync/join sync/openapi"},
		{pkg: "edge/box/boxtest", is: "a whole box in tests", ours: "drivers/printer/printersim edge/box edge/journal edge/sqlite sync/doc sync/id", outside: "net/http"},
		{pkg: "edge", is: "tyngo-edge", ours: "edge/box edge/clock edge/qr sync/fault sync/term"},
	}},
	{"the cloud", []row{
		{pkg: "cloud/store", is: "what head office remembers", ours: "sync/doc sync/event sync/id sync/pipe"},
		{pkg: "cloud/store/sqlite", is: "in one file", ours: "cloud/store sync/fault", outside: "modernc.org/sqlite github.com/pressly/goose/v3", tests: "cloud/store/storetest"},
		{pkg: "cloud/store/storetest", is: "what every engine promises", ours: "cloud/store sync/doc sync/event sync/id sync/pipe"},
		{pkg: "cloud/account", is: "organisations and people", ours: "cloud/store sync/door sync/fault sync/id", tests: "cloud/hq cloud/hq/hqtest cloud/store/sqlite cloud/store/storetest"},
		{pkg: "cloud/fleet", is: "boxes, joining, CA", ours: "cloud/store sync/datadir sync/fault sync/id sync/join", tests: "cloud/hq cloud/hq/hqtest sync/door sync/link sync/link/mqtt sync/wire"},
		{pkg: "cloud/broker", is: "mochi, read in process", ours: "sync/id sync/link sync/wire", outside: "github.com/mochi-mqtt/server/v2", tests: "cloud/account cloud/fleet cloud/store cloud/store/sqlite sync/join"},
		{pkg: "cloud/ingest", is: "facts onto the disk", ours: "cloud/store sync/id sync/link sync/pipe sync/wire",
			tests: "cloud/store/sqlite cloud/store/storetest sync/event sync/link/linktest"},
		{pkg: "cloud/rollup", is: "facts into sums", ours: "cloud/store sync/event sync/id sync/money", tests: "cloud/hq cloud/store/sqlite cloud/store/storetest"},
		{pkg: "cloud/sink", is: "public events", ours: "cloud/rollup sync/event sync/id sync/money", tests: "cloud/store cloud/store/sqlite cloud/store/storetest"},
		{pkg: "cloud/catalog", is: "documents and 86 for restaurants", ours: "cloud/rollup cloud/store sync/doc sync/event sync/fault sync/id sync/wire"},
		{pkg: "cloud/floor", is: "who sits where, in every restaurant", ours: "cloud/rollup cloud/store sync/doc sync/event sync/id sync/room", tests: "cloud/store/sqlite cloud/store/storetest"},
		{pkg: "cloud/guest", is: "keys of guests, and what they open", ours: "cloud/rollup cloud/store sync/event sync/fault sync/id sync/seal sync/wire"},
		{pkg: "cloud/web", is: "pages", ours: "sync/ui", tests: "sync/ui/uitest"},
		{pkg: "cloud/api", is: "HTTP", ours: "cloud/account cloud/catalog cloud/fleet cloud/floor cloud/guest cloud/ingest cloud/rollup cloud/store cloud/web sync/doc sync/door sync/fault sync/id sync/join sync/money sync/ui",
			outside: "github.com/danielgtaylor/huma/v2 github.com/go-chi/chi/v5 github.com/prometheus/client_golang net/http",
			tests:   "cloud/hq cloud/hq/hqtest cloud/store/storetest sync/event sync/link sync/link/mqtt sync/openapi sync/pipe sync/seal sync/wire"},
		{pkg: "cloud/hq", is: "head office", ours: "cloud/account cloud/api cloud/broker cloud/catalog cloud/fleet cloud/floor cloud/guest cloud/ingest cloud/rollup cloud/sink cloud/store cloud/store/sqlite cloud/web sync/datadir sync/door sync/fault sync/id sync/join sync/link sync/link/mqtt sync/wire",
			outside: "net/http"},
		{pkg: "cloud/hq/hqtest", is: "a whole head office in tests", ours: "cloud/hq", outside: "net/http"},
		{pkg: "cloud", is: "tyngo-cloud", ours: "cloud/fleet cloud/hq sync/term"},
	}},
	{"proof", []row{
		{pkg: "sync/e2e", is: "whole systems", tests: "sync/e2e/lunch sync/e2e/rig sync/id sync/join sync/link sync/link/mqtt sync/ui/uitest sync/wire"},
		{pkg: "sync/e2e/lunch", is: "real orders", ours: "sync/doc sync/id sync/money"},
		{pkg: "sync/e2e/rig", is: "the real programs, from outside", ours: "sync/e2e/lunch", outside: "net/http"},
		{pkg: "sync/e2e/rush", is: "an evening of guests, by a seed", ours: "sync/doc sync/id sync/money", outside: "net/http"},
		{pkg: "sync/e2e/powercut", is: "a disk that loses its power", outside: "github.com/hanwen/go-fuse/v2"},
		{pkg: "sync/e2e/prove", is: "the promises, proven from outside", ours: "drivers/printer/printersim sync/e2e/lunch sync/e2e/powercut sync/e2e/rig sync/e2e/rush sync/e2e/sim sync/id sync/money sync/openapi",
			outside: "github.com/schollz/progressbar/v3 modernc.org/sqlite net/http"},
		{pkg: "sync/e2e/bench", is: "how fast, beside what the machine can do", ours: "cloud/store/sqlite edge/box edge/journal edge/order edge/sqlite sync/doc sync/door sync/e2e/lunch sync/e2e/rig sync/e2e/rush sync/event sync/id sync/money sync/wire",
			outside: "github.com/go-chi/chi/v5 net/http"},
		{pkg: "sync/e2e/screens", is: "the pages on real programs, and their pictures", ours: "cloud/hq cloud/store drivers/printer/printersim edge/box edge/journal edge/menu edge/order edge/sqlite sync/doc sync/id sync/ui/uitest",
			outside: "net/http", tests: "cloud/hq/hqtest edge/box/boxtest edge/cert sync/e2e/lunch"},
		{pkg: "sync/e2e/sim", is: "whole histories in one thread, by a seed", ours: "cloud/catalog cloud/ingest cloud/rollup cloud/store cloud/store/sqlite edge/journal edge/sqlite edge/uplink sync/event sync/id sync/link sync/pipe sync/wire"},
		{pkg: "packaging/demo", is: "the lunch, to look at", ours: "sync/e2e/lunch sync/e2e/rig sync/money", outside: "github.com/schollz/progressbar/v3"},
		{pkg: "packaging/licenses", is: "what is built in"},
	}},
}

// testOutside is what any test may import from outside.
const testOutside = "github.com/anishathalye/porcupine pgregory.net/rapid github.com/google/go-cmp net/http"

// walls are packages from outside that only these may import: each can then be
// replaced in one place.
var walls = map[string]string{
	"github.com/eclipse/paho.mqtt.golang": "sync/link/mqtt",
	"modernc.org/sqlite":                  "edge/sqlite cloud/store/sqlite sync/e2e/prove",
	"github.com/mochi-mqtt/server/v2":     "cloud/broker",
	"github.com/klauspost/compress":       "sync/wire",
	"github.com/golang-jwt/jwt/v5":        "sync/door",
	"github.com/alecthomas/kong":          "sync/term",
	"github.com/prometheus/client_golang": "edge/api cloud/api",
	"github.com/chromedp/chromedp":        "sync/ui/uitest",
	"github.com/stripe/stripe-go":         "",
	"github.com/tarm/serial":              "",
}
