// Command tyngo-cloud is head office: it listens to boxes and shows what they say.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"github.com/tyngo/tyngo/cloud/fleet"
	"github.com/tyngo/tyngo/cloud/hq"
	"github.com/tyngo/tyngo/sync/term"
)

type program struct {
	term.Flags

	Serve      serve      `cmd:"" help:"Run head office."`
	Restaurant restaurant `cmd:"" help:"Restaurants and the claim codes of their boxes."`
	Token      token      `cmd:"" help:"Print a bearer token for a program, or a one-time code for a person."`
	Broker     brokerCmd  `cmd:"" help:"A broker of your own."`
	Rebuild    rebuild    `cmd:"" help:"Fold every fact again from the first. Stop head office first."`
	Version    version    `cmd:"" help:"Print the version."`
}

// data is where head office lives.
type data struct {
	Data string `help:"Data directory of head office." required:"" type:"path" env:"TYNGO_DATA"`
}

// in is an organisation of it.
type in struct {
	data
	Organisation string `help:"Organisation, by name; the first one where none. An unknown one is made." env:"TYNGO_ORGANISATION"`
}

type session struct {
	*term.Session
	ctx    context.Context
	config hq.Config
}

func (s *session) at(d data) hq.Config { s.config.Dir = d.Data; return s.config }

type serve struct {
	data
	Listen  string `help:"Address for people and programs." default:"127.0.0.1:8090" env:"TYNGO_LISTEN"`
	Box     string `help:"Address for boxes: joining, renewal, documents. The port after --listen where none." env:"TYNGO_BOX"`
	MQTT    string `help:"Address of the embedded broker." default:"127.0.0.1:8883" name:"mqtt" env:"TYNGO_MQTT"`
	Broker  string `help:"An external broker instead of the embedded one, tls://host:port." env:"TYNGO_BROKER"`
	Papers  string `help:"Directory of the external broker's certificates and revocation list, kept good." name:"broker-papers" type:"path" env:"TYNGO_BROKER_PAPERS"`
	Reload  string `help:"Shell command that makes the external broker read them again." name:"broker-reload" env:"TYNGO_BROKER_RELOAD"`
	Host    string `help:"Name or address by which boxes reach this machine." env:"TYNGO_HOST"`
	TLSCert string `help:"Certificate file for people; http where none." name:"tls-cert" type:"path" env:"TYNGO_TLS_CERT"`
	TLSKey  string `help:"Key file for people." name:"tls-key" type:"path" env:"TYNGO_TLS_KEY"`
	Sink    string `help:"Where public events go: none or stdout." default:"none" enum:"none,stdout" env:"TYNGO_SINK"`
}

func (c *serve) Run(s *session) error {
	cfg := s.at(c.data)
	cfg.Listen, cfg.Box, cfg.MQTT, cfg.Broker, cfg.Host, cfg.TLSCert, cfg.TLSKey = c.Listen, c.Box, c.MQTT, c.Broker, c.Host, c.TLSCert, c.TLSKey
	cfg.Papers, cfg.Reload = c.Papers, c.Reload
	if c.Sink == "stdout" {
		cfg.SinkLines, s.Out = os.Stdout, os.Stderr
	}
	return hq.Serve(s.ctx, cfg, func(_ *hq.Office, at hq.Addresses) {
		_ = s.Say(at, fmt.Sprintf("Head office: %s\nBoxes join at %s and replicate to %s\nSign in with a code from: tyngo-cloud token --code --data %s", at.HQ, at.Box, at.MQTT, c.Data))
	})
}

type restaurant struct {
	Add     restaurantAdd     `cmd:"" help:"Add a restaurant and print the setup line of its box."`
	Claim   restaurantClaim   `cmd:"" help:"A claim code for a second box of a restaurant."`
	Replace restaurantReplace `cmd:"" help:"A claim code for a box that takes another's place. The old one is shut out when the code is used."`
	List    restaurantList    `cmd:"" help:"List the restaurants."`
}

type claim struct {
	RestaurantID string `json:"restaurantId"`
	Name         string `json:"name"`
	Cloud        string `json:"cloud"`
	Claim        string `json:"claim"`
}

// call asks the head office of a data directory, running or not.
func (s *session) call(i in, method, path string, body, out any) (err error) {
	c, err := hq.Dial(s.ctx, s.at(i.data), i.Organisation)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	var raw []byte
	if body != nil {
		if raw, err = json.Marshal(body); err != nil {
			return err
		}
	}
	return c.Call(s.ctx, method, path, raw, out)
}

// tell prints the line that sets a box up.
func (s *session) tell(c claim) error {
	if c.Cloud == "" {
		c.Cloud = "https://ADDRESS:PORT" // no office is running that could know
	}
	return s.Say(c, fmt.Sprintf("Restaurant %s, %s. Within 15 minutes, on its box:\n\n  tyngo-edge setup --data /var/lib/tyngo --name %q --currency USD --zone America/Chicago --cloud %s --claim %s\n",
		c.Name, c.RestaurantID, c.Name, c.Cloud, c.Claim))
}

type restaurantAdd struct {
	in
	Name string `help:"Name of the restaurant." required:""`
}

func (c *restaurantAdd) Run(s *session) error {
	var out claim
	if err := s.call(c.in, "POST", "/api/v1/restaurants", map[string]string{"name": c.Name}, &out); err != nil {
		return err
	}
	return s.tell(out)
}

type restaurantClaim struct {
	in
	Restaurant string `arg:"" help:"UUID of the restaurant."`
}

func (c *restaurantClaim) Run(s *session) error {
	var out claim
	if err := s.call(c.in, "POST", "/api/v1/restaurants/"+c.Restaurant+"/claims", map[string]string{}, &out); err != nil {
		return err
	}
	return s.tell(out)
}

type restaurantReplace struct {
	in
	Restaurant string `arg:"" help:"UUID of the restaurant."`
	Box        string `arg:"" help:"UUID of the box whose place the new one takes."`
}

func (c *restaurantReplace) Run(s *session) error {
	var out claim
	if err := s.call(c.in, "POST", "/api/v1/restaurants/"+c.Restaurant+"/claims", map[string]string{"replaces": c.Box}, &out); err != nil {
		return err
	}
	return s.tell(out)
}

type restaurantList struct{ in }

func (c *restaurantList) Run(s *session) error {
	var out struct {
		Restaurants []struct {
			ID   string `json:"restaurantId"`
			Name string `json:"name"`
		} `json:"restaurants"`
	}
	if err := s.call(c.in, "GET", "/api/v1/restaurants", nil, &out); err != nil {
		return err
	}
	text := ""
	for _, r := range out.Restaurants {
		text += r.ID + "  " + r.Name + "\n"
	}
	return s.Say(out.Restaurants, text)
}

type token struct {
	in
	Role string        `help:"What the program may do: owner, viewer, monitor." default:"owner" env:"TYNGO_ROLE"`
	Name string        `help:"Name of the program or person; the role where none." env:"TYNGO_TOKEN_NAME"`
	TTL  time.Duration `help:"How long a token is good." default:"12h" env:"TYNGO_TTL"`
	Code bool          `help:"Print a one-time code that signs a person in, good for ten minutes."`
}

func (c *token) Run(s *session) error {
	if !c.Code {
		t, err := hq.Token(s.ctx, s.at(c.data), c.Organisation, c.Role, c.Name, c.TTL)
		if err != nil {
			return err
		}
		return s.Say(map[string]string{"token": t}, t)
	}
	if c.Name == "" {
		c.Name = c.Role
	}
	var out struct {
		Code    string `json:"code"`
		Expires int64  `json:"expires"`
	}
	if err := s.call(c.in, "POST", "/api/v1/codes", map[string]string{"name": c.Name}, &out); err != nil {
		return err
	}
	return s.Say(out, out.Code)
}

type brokerCmd struct {
	Papers brokerPapers `cmd:"" help:"Write the CA, a server certificate and the revocation list for an external broker."`
}

type brokerPapers struct {
	data
	Dir string `arg:"" help:"Directory to write to." type:"path"`
}

func (c *brokerPapers) Run(s *session) error {
	changed, err := hq.Papers(s.ctx, s.at(c.data), c.Dir)
	if err != nil {
		return err
	}
	return s.Say(map[string]any{"dir": c.Dir, "changed": changed}, fmt.Sprintf("%s has %s, %s, %s and %s. The server certificate is good for 90 days: serve --broker-papers keeps it good.",
		c.Dir, fleet.PaperCA, fleet.PaperCert, fleet.PaperKey, fleet.PaperCRL))
}

type rebuild struct{ data }

func (c *rebuild) Run(s *session) error {
	n, err := hq.Rebuild(s.ctx, s.at(c.data))
	if err != nil {
		return err
	}
	return s.Say(map[string]int64{"facts": n}, fmt.Sprintf("Folded %d facts again.", n))
}

type version struct{}

func (version) Run(s *session) error {
	return s.Say(map[string]string{"version": hq.Version}, "tyngo-cloud "+hq.Version)
}

// gcPercent: head office has a machine's memory, and stores a tenth more for it.
// GOGC in the environment is stronger.
const gcPercent = 300

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	os.Exit(term.Run(&program{}, "tyngo-cloud", "Head office: every restaurant, live.", func(ctx context.Context, t *term.Session) any {
		return &session{Session: t, ctx: ctx, config: hq.Config{Now: time.Now, Log: t.Log}}
	}))
}
