package box

import (
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/tyngo/tyngo/edge/web"
)

// LocalAlone is the address of this machine, where the box serves no tablets.
func LocalAlone(front http.Handler) (http.Handler, error) {
	site, err := web.Site()
	return (*lan)(nil).local(front, site), err
}

// The most connections of the network, from one address and in all.
const (
	ConnsEach = connsEach
	ConnsAll  = connsAll
)

// Limit is a listener as the network meets it.
func Limit(l net.Listener) net.Listener { return limit(l, time.Now, slog.New(slog.DiscardHandler)) }
