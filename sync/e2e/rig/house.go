package rig

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// Cloud is a running head office.
type Cloud struct {
	*Process
	HQ, Box, MQTT string
	Dir           string
	bin           Bin
	args          []string
	log           io.Writer
}

// StartCloud starts head office on a data directory, at the wanted addresses or at
// free ones; after a restart they stay.
func StartCloud(ctx context.Context, bin Bin, dir string, log io.Writer, listen, box, mqtt string, more ...string) (*Cloud, error) {
	c := &Cloud{Dir: dir, bin: bin, log: log}
	err := anew(func() error {
		c.args = append([]string{"--json", "serve", "--data", dir, "--listen", Port(listen), "--box", Port(box), "--mqtt", Port(mqtt)}, more...)
		return c.Again(ctx)
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// Again starts it again where it was.
func (c *Cloud) Again(ctx context.Context) (err error) {
	c.Process, err = Start(ctx, "head office", c, c.log, c.bin.Cloud, c.args...)
	return err
}

// UnmarshalJSON reads the addresses that it says.
func (c *Cloud) UnmarshalJSON(b []byte) error {
	var a struct{ HQ, Box, MQTT string }
	if err := json.Unmarshal(b, &a); err != nil {
		return err
	}
	c.HQ, c.Box, c.MQTT = a.HQ, a.Box, a.MQTT
	return nil
}

// Claim is a restaurant with the code of its box.
type Claim struct {
	RestaurantID string `json:"restaurantId"`
	Cloud        string `json:"cloud"`
	Claim        string `json:"claim"`
}

// AddRestaurant adds a restaurant to an organisation; empty is the first one.
func (c *Cloud) AddRestaurant(ctx context.Context, organisation, name string) (out Claim, err error) {
	err = Run(ctx, &out, c.bin.Cloud, "--json", "restaurant", "add", "--data", c.Dir, "--organisation", organisation, "--name", name)
	return out, err
}

// Replace makes a code for a box that takes another's place.
func (c *Cloud) Replace(ctx context.Context, restaurant, box string) (out Claim, err error) {
	err = Run(ctx, &out, c.bin.Cloud, "--json", "restaurant", "replace", "--data", c.Dir, restaurant, box)
	return out, err
}

// Token mints a token of an organisation, of an owner where more flags do not say
// something else.
func (c *Cloud) Token(ctx context.Context, organisation string, more ...string) (string, error) {
	var out struct{ Token string }
	err := Run(ctx, &out, c.bin.Cloud, append([]string{"--json", "token", "--data", c.Dir, "--organisation", organisation}, more...)...)
	return out.Token, err
}

// Code makes a one-time code for a person.
func (c *Cloud) Code(ctx context.Context, name string, more ...string) (string, error) {
	var out struct{ Code string }
	err := Run(ctx, &out, c.bin.Cloud, append([]string{"--json", "token", "--code", "--data", c.Dir, "--name", name}, more...)...)
	return out.Code, err
}

// Box is a running box.
type Box struct {
	*Process
	URL  string
	Dir  string
	bin  Bin
	args []string
	log  io.Writer
}

// SetUp sets a box up and joins it, where there is a claim.
func SetUp(ctx context.Context, bin Bin, dir, name string, venue []byte, claim Claim) error {
	file := filepath.Join(filepath.Dir(dir), filepath.Base(dir)+"-venue.json")
	if err := os.WriteFile(file, venue, 0o600); err != nil {
		return err
	}
	args := []string{"--json", "setup", "--data", dir, "--name", name, "--currency", "USD", "--zone", "America/Chicago", "--venue", file}
	if claim.Claim != "" {
		args = append(args, "--cloud", claim.Cloud, "--claim", claim.Claim)
	}
	return Run(ctx, nil, bin.Edge, args...)
}

// StartBox starts a box that is set up. The address may have port 0; after a
// restart it stays.
func StartBox(ctx context.Context, bin Bin, dir string, log io.Writer, listen string) (*Box, error) {
	b := &Box{Dir: dir, bin: bin, log: log}
	err := anew(func() error {
		b.args = []string{"--json", "serve", "--data", dir, "--listen", Port(listen)}
		return b.Again(ctx)
	})
	if err != nil {
		return nil, err
	}
	return b, nil
}

// Begin starts it again where it was, and does not wait until it takes orders.
func (b *Box) Begin(ctx context.Context) (err error) {
	b.Process, err = Start(ctx, "box", b, b.log, b.bin.Edge, b.args...)
	return err
}

// Again starts it again where it was, and waits until it takes orders.
func (b *Box) Again(ctx context.Context) (err error) {
	if err = b.Begin(ctx); err != nil {
		return err
	}
	if err = Ready(ctx, b.URL, b.Process); err != nil {
		b.Kill()
	}
	return err
}

// UnmarshalJSON reads the address that it says.
func (b *Box) UnmarshalJSON(raw []byte) error {
	var a struct{ Address string }
	err := json.Unmarshal(raw, &a)
	b.URL = a.Address
	return err
}

// Ready waits until a program says that it is.
func Ready(ctx context.Context, base string, p *Process) error {
	deadline := time.NewTimer(readyMost)
	defer deadline.Stop()
	for {
		res, err := http.Get(base + "/ready")
		if err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-p.Done():
			return fmt.Errorf("%s ended\n%s", p.Name, p.Log())
		case <-deadline.C:
			return fmt.Errorf("%s is not ready after %v\n%s", p.Name, readyMost, p.Log())
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// ImportMenu publishes a menu while the box serves.
func (b *Box) ImportMenu(ctx context.Context, menu []byte) error {
	file := filepath.Join(filepath.Dir(b.Dir), filepath.Base(b.Dir)+"-menu.json")
	if err := os.WriteFile(file, menu, 0o600); err != nil {
		return err
	}
	return Run(ctx, nil, b.bin.Edge, "--json", "menu", "import", "--data", b.Dir, file)
}

// Token mints a token of a role.
func (b *Box) Token(ctx context.Context, role, name string, more ...string) (string, error) {
	var out struct{ Token string }
	err := Run(ctx, &out, b.bin.Edge, append([]string{"--json", "token", "--data", b.Dir, "--role", role, "--name", name}, more...)...)
	return out.Token, err
}

// Examined is what the box's own doctor looked at.
type Examined struct{ Facts, Tables, Rows int64 }

// Doctor has the box's database examined: sound, its chain whole, its tables what
// its facts make.
func (b *Box) Doctor(ctx context.Context) (e Examined, err error) {
	err = Run(ctx, &e, b.bin.Edge, "--json", "doctor", "--data", b.Dir)
	return e, err
}

// Code makes a one-time code for a page.
func (b *Box) Code(ctx context.Context, role, name string) (string, error) {
	var out struct{ Code string }
	err := Run(ctx, &out, b.bin.Edge, "--json", "token", "--code", "--data", b.Dir, "--role", role, "--name", name)
	return out.Code, err
}

// Printer is a running virtual printer.
type Printer struct {
	*Process
	URL    string `json:"printer"`
	Web    string `json:"web"`
	Folder string `json:"-"`
}

// StartPrinter starts a virtual printer; speed 0 prints at once.
func StartPrinter(ctx context.Context, bin Bin, name, folder, listen, web string, speed int) (*Printer, error) {
	p := &Printer{Folder: folder}
	err := anew(func() (err error) {
		at := web
		if at != "" {
			at = Port(web)
		}
		p.Process, err = Start(ctx, name, p, nil, bin.Printersim, "--json", "--name", name, "--folder", folder, "--listen", Port(listen), "--web", at, "--speed", fmt.Sprint(speed))
		return err
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// SignIn redeems a one-time code, as a page does, and answers its cookie.
func SignIn(ctx context.Context, base, code string) (cookie string, err error) {
	body, err := json.Marshal(map[string]string{"code": code})
	if err != nil {
		return "", err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/session", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	if err := res.Body.Close(); err != nil {
		return "", err
	}
	if len(res.Cookies()) != 1 {
		return "", fmt.Errorf("sign in: %s", res.Status)
	}
	k := res.Cookies()[0]
	return k.Name + "=" + k.Value, nil
}

// Client speaks an API with a token.
type Client struct {
	Base, Token string
	HTTP        *http.Client
}

// Do sends a request and answers status and body; headers are name, value.
func (c *Client) Do(ctx context.Context, method, path string, body []byte, headers ...string) (int, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, c.Base+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Authorization", "Bearer "+c.Token)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	res, err := client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, 64<<20))
	return res.StatusCode, raw, err
}

// Get reads a JSON answer.
func (c *Client) Get(ctx context.Context, path string, into any) error {
	status, raw, err := c.Do(ctx, http.MethodGet, path, nil)
	if err != nil {
		return err
	}
	if status != http.StatusOK {
		return fmt.Errorf("GET %s: %d %s", path, status, raw)
	}
	return json.Unmarshal(raw, into)
}
