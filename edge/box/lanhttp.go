package box

import (
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/tyngo/tyngo/edge/qr"
	"github.com/tyngo/tyngo/edge/web"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/ui"
)

// probe reports whether a path is one that machines ask under any name.
func probe(path string) bool { return path == "/health" || path == "/ready" }

// secure serves the box on its one origin; every other host or address is sent there.
func (n *lan) secure(front http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if origin := n.origin(); "https://"+hostOf(r) == origin || probe(r.URL.Path) {
			front.ServeHTTP(w, r)
		} else {
			away(w, r, origin)
		}
	})
}

// open to other machines over plain HTTP: how a tablet is let in, and the way to the
// origin. Nothing of the restaurant is said or taken here.
func (n *lan) unproven(front http.Handler) http.Handler {
	assets, enrol := n.site.Assets(), n.enrol()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reads := r.Method == http.MethodGet || r.Method == http.MethodHead
		switch path := r.URL.Path; {
		case probe(path):
			front.ServeHTTP(w, r)
		case strings.HasPrefix(path, n.site.Prefix()):
			assets.ServeHTTP(w, r)
		case n.known() == nil:
			troubled(n.site, fault.New(fault.Unavailable, "starting", "The box is starting.")).ServeHTTP(w, r)
		case reads && (path == "/" || path == "/enrol"):
			enrol.ServeHTTP(w, r)
		case reads && path == "/ca.crt":
			n.ca().ServeHTTP(w, r)
		default:
			away(w, r, n.origin())
		}
	})
}

// away sends a request to the origin, path and query kept.
func away(w http.ResponseWriter, r *http.Request, origin string) {
	path := r.URL.EscapedPath()
	if !strings.HasPrefix(path, "/") {
		path = "/"
	}
	if r.URL.RawQuery != "" {
		path += "?" + r.URL.RawQuery
	}
	w.Header().Set("Location", origin+path)
	w.Header().Set("Cache-Control", "no-store") // browsers would remember a port for ever
	w.WriteHeader(http.StatusPermanentRedirect)
}

// local serves this machine; other machines get what they get over plain HTTP.
func (n *lan) local(front http.Handler, site *ui.Site) http.Handler {
	others := troubled(site, errPlain)
	if n != nil {
		others = n.unproven(front)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if elsewhere(r) && !probe(r.URL.Path) {
			others.ServeHTTP(w, r)
			return
		}
		front.ServeHTTP(w, r)
	})
}

// errNoOrigin is the answer of a box that does not serve tablets of the network.
var errNoOrigin = fault.New(fault.NotFound, "no_origin", "This box does not serve tablets of the network. Start it with: tyngo-edge serve --https :443")

// ca is the authority's certificate as a tablet installs it.
func (n *lan) ca() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n == nil || n.known() == nil {
			door.Write(w, errNoOrigin)
			return
		}
		der := n.known().CA()
		h := w.Header()
		h.Set("Content-Type", "application/x-x509-ca-cert")
		h.Set("Content-Length", strconv.Itoa(len(der)))
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		if r.Method != http.MethodHead {
			_, _ = w.Write(der) // the reader went away: nobody is left to tell
		}
	})
}

// enrol is the page that lets a tablet in.
func (n *lan) enrol() http.Handler {
	return ui.Secure(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n == nil || n.known() == nil {
			door.Write(w, errNoOrigin)
			return
		}
		a := n.known()
		short, _, _ := strings.Cut(a.Name(), ".")
		if r.TLS == nil {
			w.Header().Del("Cross-Origin-Opener-Policy") // browsers complain of it over plain HTTP
		}
		entry := web.Entry{Name: a.Name(), Short: short, Origin: n.origin(), Fingerprint: fingerprint(a.Fingerprint()), Device: device(r.UserAgent()), At: n.beginsAt(r)}
		if code, err := qr.Encode(entry.At); err == nil && entry.At != "" {
			entry.Image, entry.Side = code.Path(), code.Side()
		}
		err := n.site.Show(w, http.StatusOK, web.Enrol, entry)
		if err != nil {
			n.log.Error("the page that lets tablets in", "err", err)
			http.Error(w, "This page is broken. It was written to the log.", http.StatusInternalServerError)
		}
	}))
}

// beginsAt is where a device of the network begins: at the address under which this one
// reached the box, or at the first; empty where there is none.
func (n *lan) beginsAt(r *http.Request) string {
	all := n.status().Enrol
	if to, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr); ok && n.plain != nil {
		if at := "http://" + withPort(to.AddrPort().Addr().Unmap().String(), n.plain, "80"); slices.Contains(all, at) {
			return at
		}
	}
	if len(all) == 0 {
		return ""
	}
	return all[0]
}

// device is whose steps a browser is shown first. An iPad says that it is a Mac.
func device(agent string) string {
	for _, d := range []struct{ sign, device string }{{"Android", "android"}, {"iPhone", "apple"}, {"iPad", "apple"}, {"Macintosh", "apple"}, {"Windows", "windows"}} {
		if strings.Contains(agent, d.sign) {
			return d.device
		}
	}
	return "android"
}
