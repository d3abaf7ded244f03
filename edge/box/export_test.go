package box

import (
	"net/http"

	"github.com/tyngo/tyngo/edge/web"
)

// LocalAlone is the address of this machine, where the box serves no tablets.
func LocalAlone(front http.Handler) (http.Handler, error) {
	site, err := web.Site()
	return (*lan)(nil).local(front, site), err
}
