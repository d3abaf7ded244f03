// Command tyngo-edge is the box of one restaurant.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"github.com/tyngo/tyngo/edge/box"
	"github.com/tyngo/tyngo/edge/clock"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/term"
)

type program struct {
	term.Flags

	Serve   serve    `cmd:"" help:"Run the box."`
	Setup   setup    `cmd:"" help:"Tell a new box which restaurant it serves."`
	Token   token    `cmd:"" help:"Print a bearer token for a program, or a one-time code for a page."`
	Menu    menu     `cmd:"" help:"Read or publish the menu."`
	Staff   staffCmd `cmd:"" help:"Read or publish who works here."`
	Venue   venue    `cmd:"" help:"Read or publish the venue: stations, printers, tables."`
	Sync    syncCmd  `cmd:"" help:"How replication to head office is."`
	Clock   clockCmd `cmd:"" help:"What time the box goes by, and whether it believes it."`
	Origin  origin   `cmd:"" help:"How tablets reach the box, and the fingerprint that they compare."`
	Backup  backup   `cmd:"" help:"Copy the database while the box serves."`
	Doctor  doctor   `cmd:"" help:"Look whether the database is sound, its chain of facts whole, its tables what the facts make, and everybody in the room somewhere."`
	Version version  `cmd:"" help:"Print the version."`
}

// data is where a box lives.
type data struct {
	Data string `help:"Data directory of the box." required:"" type:"path" env:"TYNGO_DATA"`
}

type session struct {
	*term.Session
	ctx    context.Context
	config box.Config
}

func (s *session) at(d data) box.Config { s.config.Dir = d.Data; return s.config }

type serve struct {
	data
	Listen string `help:"Address for programs and pages of this machine, over plain HTTP." default:"127.0.0.1:8080" env:"TYNGO_LISTEN"`
	HTTPS  string `help:"Address for tablets of the network, such as :443. They reach the box under its one name. Off where empty." name:"https" env:"TYNGO_HTTPS"`
	HTTP   string `help:"Beside --https, the address where a tablet is let in over plain HTTP; none where empty." name:"http" default:":80" env:"TYNGO_HTTP"`
}

func (c *serve) Run(s *session) error {
	at := box.Listen{Local: c.Listen, HTTPS: c.HTTPS, HTTP: c.HTTP,
		Started: func(addr net.Addr) {
			_ = s.Say(map[string]string{"address": "http://" + addr.String()}, "The box listens on http://"+addr.String())
		},
		Origin: func(o box.Origin) { _ = s.Say(o, originText(o)) },
	}
	return box.Serve(s.ctx, s.at(c.data), at)
}

type setup struct {
	data
	Name       string `help:"Name of the restaurant." required:"" env:"TYNGO_NAME"`
	Currency   string `help:"ISO 4217 currency, such as USD." required:"" env:"TYNGO_CURRENCY"`
	Zone       string `help:"IANA time zone, such as America/Chicago." required:"" env:"TYNGO_ZONE"`
	Locale     string `help:"Language and region, such as en-US." default:"en-US" env:"TYNGO_LOCALE"`
	Restaurant string `help:"UUID of the restaurant, where it has one." env:"TYNGO_RESTAURANT"`
	Cloud      string `help:"Address of head office for boxes, https://host:port." env:"TYNGO_CLOUD"`
	Claim      string `help:"Claim code that head office made for this box." env:"TYNGO_CLAIM"`
	Venue      []byte `help:"File with a venue document: stations, printers, tables." type:"filecontent" env:"TYNGO_VENUE"`
}

func (c *setup) Run(s *session) error {
	v, b, err := box.SetUp(s.ctx, s.at(c.data), box.Setup{Name: c.Name, Currency: c.Currency, Zone: c.Zone, Locale: c.Locale, Restaurant: c.Restaurant, Venue: c.Venue, Cloud: c.Cloud, Claim: c.Claim})
	if err != nil {
		return err
	}
	return s.Say(map[string]any{"box": b, "restaurantId": v.Restaurant, "name": v.Name},
		fmt.Sprintf("%s is set up: restaurant %s, box %s.\nStart it with: tyngo-edge serve --data %s", v.Name, v.Restaurant, b, c.Data))
}

type token struct {
	data
	Role string        `help:"What the program or page may do: manager, server, bartender, cook, installer, monitor; of a page also tablet, kitchen_screen, customer_display." required:"" env:"TYNGO_ROLE"`
	Name string        `help:"Name of the program or page; the role where none. Idempotency keys belong to it." env:"TYNGO_TOKEN_NAME"`
	TTL  time.Duration `help:"How long a token is good." default:"12h" env:"TYNGO_TTL"`
	Code bool          `help:"Print a one-time code that signs a page in, good for ten minutes."`
}

func (c *token) Run(s *session) error {
	if !c.Code {
		t, err := box.Token(s.at(c.data), c.Role, c.Name, c.TTL)
		if err != nil {
			return err
		}
		return s.Say(map[string]string{"token": t}, t)
	}
	if c.Name == "" {
		c.Name = c.Role
	}
	body, err := json.Marshal(map[string]string{"role": c.Role, "name": c.Name})
	if err != nil {
		return err
	}
	var out struct {
		Code    string `json:"code"`
		Expires int64  `json:"expires"`
	}
	if err := s.call(c.data, "POST", "/api/v1/codes", body, &out); err != nil {
		return err
	}
	return s.Say(out, out.Code)
}

// call asks the box of a data directory, running or not.
func (s *session) call(d data, method, path string, body []byte, out any) (err error) {
	l, err := box.Dial(s.ctx, s.at(d))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	return l.Call(s.ctx, method, path, body, out)
}

// importing publishes a document from a file; exporting writes it back.
type importing struct {
	data
	File string `arg:"" help:"JSON document; - for standard input."`
}

// read reads the file.
func (c *importing) read() ([]byte, error) {
	read := func() ([]byte, error) { return os.ReadFile(c.File) }
	if c.File == "-" {
		read = func() ([]byte, error) { return io.ReadAll(os.Stdin) }
	}
	body, err := read()
	if err != nil {
		return nil, fault.Newf(fault.Invalid, "file", "The file cannot be read: %v.", err)
	}
	return body, nil
}

func (c *importing) run(s *session, path, what string) error {
	body, err := c.read()
	if err != nil {
		return err
	}
	var out struct {
		Seq int64 `json:"seq"`
	}
	if err := s.call(c.data, "PUT", path, body, &out); err != nil {
		return err
	}
	return s.Say(out, fmt.Sprintf("The %s is in force.", what))
}

type exporting struct{ data }

func (c *exporting) run(s *session, path string) error {
	var out []byte
	if err := s.call(c.data, "GET", path, nil, &out); err != nil {
		return err
	}
	_, err := s.Out.Write(out) // byte for byte
	return err
}

type menu struct {
	Import menuImport `cmd:"" help:"Publish a menu. A bad file is refused whole, with every mistake."`
	Export menuExport `cmd:"" help:"Write the menu in force."`
}

type menuImport struct {
	importing
	Check bool `help:"Say what the file would change, and change nothing."`
}

type menuExport struct {
	exporting
	CSV bool `help:"The items alone, as a table for a spreadsheet."`
}

const (
	menuDocument = "/api/v1/menu/document"
	menuTable    = "/api/v1/menu/items.csv"

	staffDocument = "/api/v1/people/document"
)

// Run publishes a document or, from a .csv, the menu in force with the items of the table.
func (c *menuImport) Run(s *session) error {
	table := strings.HasSuffix(strings.ToLower(c.File), ".csv")
	switch {
	case c.Check && table:
		return c.check(s, menuTable+"/check")
	case c.Check:
		return c.check(s, "/api/v1/menu/check")
	case table:
		return c.run(s, menuTable, "menu")
	}
	return c.run(s, menuDocument, "menu")
}

func (c *menuImport) check(s *session, path string) error {
	body, err := c.read()
	if err != nil {
		return err
	}
	var out struct {
		Items   int `json:"items"`
		Changes []struct {
			Where string `json:"where"`
			Was   string `json:"was,omitempty"`
			Will  string `json:"will,omitempty"`
		} `json:"changes"`
	}
	if err := s.call(c.data, "POST", path, body, &out); err != nil {
		return err
	}
	lines := []string{fmt.Sprintf("The menu is good: %d items, %d changes.", out.Items, len(out.Changes))}
	for _, x := range out.Changes {
		lines = append(lines, fmt.Sprintf("  %s: %s -> %s", x.Where, cmp.Or(x.Was, "new"), cmp.Or(x.Will, "gone")))
	}
	return s.Say(out, strings.Join(lines, "\n"))
}

func (c *menuExport) Run(s *session) error {
	if c.CSV {
		return c.run(s, menuTable)
	}
	return c.run(s, menuDocument)
}

type venue struct {
	Import venueImport `cmd:"" help:"Publish a venue."`
	Export venueExport `cmd:"" help:"Write the venue in force."`
}

type venueImport struct{ importing }
type venueExport struct{ exporting }

type staffCmd struct {
	Import staffImport `cmd:"" help:"Say who works here. Who is not on the list works here no more."`
	Export staffExport `cmd:"" help:"Write who works here."`
}

type staffImport struct{ importing }
type staffExport struct{ exporting }

func (c *staffImport) Run(s *session) error { return c.run(s, staffDocument, "staff list") }
func (c *staffExport) Run(s *session) error { return c.run(s, staffDocument) }

func (c *venueImport) Run(s *session) error { return c.run(s, "/api/v1/venue", "venue") }
func (c *venueExport) Run(s *session) error { return c.run(s, "/api/v1/venue") }

type syncCmd struct {
	Status syncStatus `cmd:"" default:"withargs" help:"How far head office is."`
	Join   syncJoin   `cmd:"" help:"Join a head office with a box that is set up already. Stop the box first."`
}

type syncStatus struct{ data }

func (c *syncStatus) Run(s *session) error {
	var out map[string]any
	if err := s.call(c.data, "GET", "/api/v1/sync", nil, &out); err != nil {
		return err
	}
	return s.Say(out, fmt.Sprintf("%v: %.0f of %.0f facts are at head office. %v", out["state"], out["acked"], out["head"], out["words"]))
}

type syncJoin struct {
	data
	Cloud string `help:"Address of head office for boxes, https://host:port." required:"" env:"TYNGO_CLOUD"`
	Claim string `help:"Claim code that head office made for this box." required:"" env:"TYNGO_CLAIM"`
}

func (c *syncJoin) Run(s *session) error {
	home, err := box.Join(s.ctx, s.at(c.data), c.Cloud, c.Claim)
	if err != nil {
		return err
	}
	return s.Say(home, fmt.Sprintf("Joined %s. It replicates as soon as the box serves.", home.Name))
}

type backup struct {
	data
	To string `arg:"" help:"File to write." type:"path"`
}

func (c *backup) Run(s *session) error {
	if err := box.Backup(s.ctx, s.at(c.data), c.To); err != nil {
		return err
	}
	return s.Say(map[string]string{"backup": c.To}, "Copied to "+c.To)
}

type doctor struct{ data }

func (c *doctor) Run(s *session) error {
	h, err := box.Examine(s.ctx, s.at(c.data))
	if err != nil {
		return err
	}
	if len(h.Damages) > 0 {
		return fault.Newf(fault.Internal, "damaged", "The database of the box is damaged; make a backup of it and call us. %s", strings.Join(h.Damages, " "))
	}
	return s.Say(h, fmt.Sprintf("Nothing is wrong: the chain of %d facts is whole, and they make the %d rows of %d tables.", h.Facts, h.Rows, h.Tables))
}

type version struct{}

func (version) Run(s *session) error {
	return s.Say(map[string]string{"version": box.Version}, "tyngo-edge "+box.Version)
}

func main() {
	os.Exit(term.Run(&program{}, "tyngo-edge", "The box of one restaurant: orders, kitchen tickets, and all of it at head office.", func(ctx context.Context, t *term.Session) any {
		return &session{Session: t, ctx: ctx, config: box.Config{Now: time.Now, Synced: clock.Synced, Log: t.Log}}
	}))
}
