package wire

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/tyngo/tyngo/sync/id"
)

// Kinds of directives.
const (
	SetAvailability = "menu.set_availability" // {item, available}: out (86) or back
	PublishDocument = "document.publish"      // {kind, sha256, size}
	EraseGuest      = "guest.erase"           // {customer}
)

// Bounds of directives.
const (
	MaxDirectives    = 32       // in one message
	MaxDirectiveBody = 16 << 10 // bytes; what is larger is a document
	maxDown          = MaxDirectives*(MaxDirectiveBody+1<<10) + 1<<10
	maxDirectiveKind = 64
)

// DownMessage is the oldest directives of a box that it has not answered, in order.
type DownMessage struct {
	Boot       id.Boot     `json:"boot"`  // for whom
	Nonce      string      `json:"nonce"` // of the HELLO that the cloud heard last
	Directives []Directive `json:"directives"`
}

// Directive is one wish of head office. Its id is its command: a box does it once.
type Directive struct {
	ID           id.Directive    `json:"id"`
	Made         int64           `json:"made"`                // UTC ms, by the cloud's clock
	Expires      int64           `json:"expires_at,omitzero"` // UTC ms; 0: never
	Kind         string          `json:"kind"`
	Precondition Precondition    `json:"precondition,omitzero"`
	Body         json.RawMessage `json:"body"`
}

// Precondition is what head office saw when it wished; where it is otherwise, the
// box refuses.
type Precondition struct {
	InForce map[string]string `json:"in_force,omitempty"` // SHA-256 of the document of a kind; empty: none
}

// IsZero reports whether nothing is asked for.
func (p Precondition) IsZero() bool { return len(p.InForce) == 0 }

// DecodeDown reads directives and checks their bounds. What a body says is the
// matter of its kind.
func DecodeDown(p []byte) (d DownMessage, err error) {
	if len(p) > maxDown {
		return d, fmt.Errorf("message of %d bytes, the largest is %d", len(p), maxDown)
	}
	if err := json.Unmarshal(p, &d); err != nil {
		return d, fmt.Errorf("message is no JSON of its kind: %w", err)
	}
	if d.Boot.IsZero() || len(d.Directives) > MaxDirectives {
		return d, fmt.Errorf("message names no boot, or holds more than %d directives", MaxDirectives)
	}
	for _, x := range d.Directives {
		switch {
		case x.ID.IsZero() || x.Kind == "" || len(x.Kind) > maxDirectiveKind:
			return d, errors.New("directive has no id, or an impossible kind")
		case len(x.Body) > MaxDirectiveBody || len(x.Precondition.InForce) > 16:
			return d, fmt.Errorf("directive %s is too large", x.ID)
		}
	}
	return d, nil
}
