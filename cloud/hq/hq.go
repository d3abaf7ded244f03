// Package hq is head office: New wires every part, Run supervises it. It is the
// only package of the cloud that knows them all.
package hq

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	_ "time/tzdata" // the zones of all restaurants, whatever the machine has

	"github.com/tyngo/tyngo/cloud/account"
	"github.com/tyngo/tyngo/cloud/api"
	"github.com/tyngo/tyngo/cloud/catalog"
	"github.com/tyngo/tyngo/cloud/fleet"
	"github.com/tyngo/tyngo/cloud/floor"
	"github.com/tyngo/tyngo/cloud/guest"
	"github.com/tyngo/tyngo/cloud/ingest"
	"github.com/tyngo/tyngo/cloud/rollup"
	"github.com/tyngo/tyngo/cloud/sink"
	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/cloud/store/sqlite"
	"github.com/tyngo/tyngo/cloud/web"
	"github.com/tyngo/tyngo/sync/datadir"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/link"
)

// Version of the program; the release sets it.
var Version = "0.1.0-dev"

// Config is what head office is made of. Dir, Now and Log are required.
type Config struct {
	Dir       string
	Listen    string // people and programs
	Box       string // boxes: TLS with the own CA
	MQTT      string // boxes: the embedded broker
	Broker    string // an external broker instead: tls://host:port, or tcp:// in tests
	Papers    string // a directory of the external broker's certificates, kept good; empty: none
	Reload    string // a shell command that makes the external broker read them again
	Host      string // how boxes reach this machine; empty: the host they are told is that of the listener
	TLSCert   string // files of a certificate for people; empty: http
	TLSKey    string
	SinkLines io.Writer // public events as lines; nil: none
	Now       func() time.Time
	Log       *slog.Logger
}

// Office is one opened head office.
type Office struct {
	Config
	Store    *store.Store
	CA       *fleet.CA
	Fleet    *fleet.Fleet
	Accounts *account.Book
	Keys     *door.Keys
	Ingest   *ingest.Ingest
	Sales    *rollup.Follower
	Catalog  *catalog.Book
	Answers  *rollup.Follower
	Floor    *rollup.Follower
	Guests   *guest.Book
	Erasures *rollup.Follower // and what else is said of guests
	Sink     *rollup.Follower // nil: none
	API      *api.API

	lock      *os.File
	transport *late
	boxURL    atomic.Pointer[string]
	brokerURL atomic.Pointer[string]
}

// late is a transport that is there when the office runs.
type late struct{ link.Transport }

// New opens the data directory and wires head office. Nothing runs yet.
func New(ctx context.Context, c Config) (o *Office, err error) {
	o = &Office{Config: c, transport: &late{}}
	o.boxURL.Store(new(string))
	o.brokerURL.Store(new(string))
	defer func() {
		if err != nil {
			err = errors.Join(err, o.Close())
			o = nil
		}
	}()
	if o.lock, err = datadir.Lock(c.Dir); err != nil {
		return o, err
	}
	if o.Store, err = sqlite.Open(ctx, filepath.Join(c.Dir, "cloud.db")); err != nil {
		return o, err
	}
	if o.CA, err = fleet.OpenCA(c.Dir, c.Now); err != nil {
		return o, err
	}
	if o.Keys, err = openKeys(c); err != nil {
		return o, err
	}
	o.Accounts = account.New(o.Store, c.Now)
	if _, err = o.Accounts.Organisation(ctx, ""); err != nil {
		return o, err
	}
	o.Fleet = fleet.New(o.Store, o.CA, c.Now)
	o.Ingest = ingest.New(o.Store, o.transport, c.Now, c.Log)
	o.Sales = rollup.Follow(o.Store, rollup.Consumer, rollup.SalesFold, o.Ingest.Changed, c.Now, c.Log)
	o.Catalog = catalog.New(o.Store, c.Now, o.Ingest)
	o.Answers = o.Catalog.Follow(o.Ingest.Changed, c.Log)
	o.Floor = floor.Follow(o.Store, o.Ingest.Changed, c.Now, c.Log)
	o.Guests = guest.New(o.Store, c.Now, o.Ingest.Wished, c.Log)
	o.Erasures = o.Guests.Follow(o.Ingest.Changed, c.Log)
	if c.SinkLines != nil {
		o.Sink = rollup.Follow(o.Store, sink.Consumer, sink.Fold, o.Ingest.Changed, c.Now, c.Log)
		o.Sink.Emit = sink.Lines(c.SinkLines)
	}
	followers := map[string]*rollup.Follower{rollup.Consumer: o.Sales, catalog.Consumer: o.Answers, floor.Consumer: o.Floor, guest.Consumer: o.Erasures}
	if o.Sink != nil {
		followers[sink.Consumer] = o.Sink
	}
	site, err := web.Site()
	if err != nil {
		return o, err
	}
	o.API = api.New(api.Config{Store: o.Store, Accounts: o.Accounts, Fleet: o.Fleet, Ingest: o.Ingest, Sales: o.Sales, Catalog: o.Catalog, Floor: o.Floor, Guests: o.Guests, Followers: followers, Keys: o.Keys, Site: site,
		BoxURL: func() string { return *o.boxURL.Load() }, Broker: func() string { return *o.brokerURL.Load() },
		Version: Version, Now: c.Now, Log: c.Log})
	return o, nil
}

func openKeys(c Config) (*door.Keys, error) {
	return door.OpenKeys(filepath.Join(c.Dir, "token.key"), "tyngo-cloud", c.Now)
}

// Close ends an office that is not running.
func (o *Office) Close() error {
	var err error
	if o.Store != nil {
		err = o.Store.Close()
	}
	if o.lock != nil {
		err = errors.Join(err, o.lock.Close())
	}
	return err
}

// Addresses are where a running office listens.
type Addresses struct {
	HQ   string `json:"hq"`   // http://… for people and programs
	Box  string `json:"box"`  // https://… for boxes
	MQTT string `json:"mqtt"` // tls://… for boxes
}

// Serve runs head office until ctx ends.
func Serve(ctx context.Context, c Config, started func(*Office, Addresses)) (err error) {
	o, err := New(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	people, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen for people: %w", err)
	}
	defer people.Close()
	boxes, err := net.Listen("tcp", c.boxAddress(people.Addr()))
	if err != nil {
		return fmt.Errorf("listen for boxes: %w", err)
	}
	defer boxes.Close()
	at := Addresses{HQ: "http://" + people.Addr().String(), Box: "https://" + o.reach(boxes.Addr())}
	workers := []func(context.Context) error{o.Ingest.Run, o.Sales.Run, o.Answers.Run, o.Floor.Run, o.Erasures.Run, o.Guests.Run}
	run, mqttAt, err := o.connect()
	if err != nil {
		return err
	}
	workers = append(workers, run...)
	at.MQTT = mqttAt
	o.boxURL.Store(&at.Box)
	o.brokerURL.Store(&at.MQTT)
	if o.Sink != nil {
		workers = append(workers, o.Sink.Run)
	}
	var secure *tls.Config
	if c.TLSCert != "" {
		pair, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey)
		if err != nil {
			return fmt.Errorf("certificate for people: %w", err)
		}
		secure = &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}}
		at.HQ = "https://" + people.Addr().String()
	}
	workers = append(workers, o.server(people, secure, o.API), o.server(boxes, o.CA.TLS(false), o.API.Boxes()))
	forget, err := datadir.NoteAddress(c.Dir, at.HQ)
	if err != nil {
		return err
	}
	defer forget()
	c.Log.Info("head office is open", "hq", at.HQ, "boxes", at.Box, "mqtt", at.MQTT)
	started(o, at)
	return together(ctx, workers)
}

// boxAddress is the port after that for people, where none is given.
func (c Config) boxAddress(people net.Addr) string {
	if c.Box != "" {
		return c.Box
	}
	host, _, _ := net.SplitHostPort(c.Listen)
	p, ok := people.(*net.TCPAddr)
	if !ok {
		return net.JoinHostPort(host, "0")
	}
	return net.JoinHostPort(host, fmt.Sprint(p.Port+1))
}

// reach is how boxes reach a listener of ours.
func (o *Office) reach(a net.Addr) string {
	host, port, _ := net.SplitHostPort(a.String())
	if o.Host != "" {
		host = o.Host
	} else if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		if name, err := os.Hostname(); err == nil {
			host = name
		}
	}
	return net.JoinHostPort(host, port)
}

// server serves one listener until ctx ends.
func (o *Office) server(l net.Listener, secure *tls.Config, h http.Handler) func(context.Context) error {
	return func(ctx context.Context) error {
		s := &http.Server{Handler: h, TLSConfig: secure, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: 90 * time.Second,
			MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug), BaseContext: func(net.Listener) context.Context { return ctx }}
		failed := make(chan error, 1)
		go func() {
			if secure != nil {
				failed <- s.ServeTLS(l, "", "")
				return
			}
			failed <- s.Serve(l)
		}()
		select {
		case err := <-failed:
			return err
		case <-ctx.Done():
		}
		shut, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if err := s.Shutdown(shut); err != nil {
			return s.Close()
		}
		return nil
	}
}

// together runs workers until ctx ends or one fails, and waits for all.
func together(ctx context.Context, workers []func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	errs := make(chan error, len(workers))
	for _, w := range workers {
		go func() { errs <- w(ctx) }()
	}
	var err error
	for range workers {
		e := <-errs
		if e != nil {
			cancel()
		}
		err = errors.Join(err, e)
	}
	return err
}
