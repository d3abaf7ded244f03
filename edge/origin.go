package main

import (
	"cmp"
	"strings"

	"github.com/tyngo/tyngo/edge/box"
	"github.com/tyngo/tyngo/edge/qr"
)

// origin says how tablets reach the box, and draws where a new one begins.
type origin struct{ data }

func (c *origin) Run(s *session) error {
	var o box.Origin
	if err := s.call(c.data, "GET", "/api/v1/origin", nil, &o); err != nil {
		return err
	}
	text := originText(o)
	if len(o.Enrol) > 0 {
		code, err := qr.Encode(o.Enrol[0])
		if err != nil {
			return err
		}
		text += "\n\n" + strings.TrimSuffix(code.Blocks(), "\n")
	}
	return s.Say(o, text)
}

// originText is for the engineer who lets a tablet in.
func originText(o box.Origin) string {
	lines := []string{"Tablets reach the box at  " + cmp.Or(o.Origin, "https://"+o.Name)}
	if len(o.Enrol) > 0 {
		lines = append(lines, "A new tablet begins at    "+strings.Join(o.Enrol, " or "))
	}
	if o.Fingerprint != "" {
		first, second := o.Fingerprint[:len(o.Fingerprint)/2], o.Fingerprint[len(o.Fingerprint)/2:]
		lines = append(lines, "Its certificate is        "+strings.TrimSpace(first), "                          "+strings.TrimSpace(second))
	}
	if o.Words != "" {
		lines = append(lines, o.Words)
	}
	return strings.Join(lines, "\n")
}
