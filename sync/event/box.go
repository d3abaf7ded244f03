package event

import "github.com/tyngo/tyngo/sync/id"

// ReactorFailed: a reactor erred or went too deep; the command was done without it.
type ReactorFailed struct {
	Reactor string `json:"reactor"`
	Error   string `json:"error"` // for the engineer, 200 bytes at most
}

func (ReactorFailed) Kind() (string, int) { return "box.reactor_failed", 1 }

// ClockConfirmed: the time of the box was in doubt, and is this now. It is the only
// fact after which at and day may be lower.
type ClockConfirmed struct {
	From int64  `json:"from"` // UTC ms, where the box had gone on in doubt
	To   int64  `json:"to"`   // UTC ms
	By   string `json:"by"`   // hq, ntp, manager
}

func (ClockConfirmed) Kind() (string, int) { return "clock.confirmed", 1 }

// DeviceIntroduced: a tablet, page or program was heard for the first time.
type DeviceIntroduced struct {
	Device id.Device `json:"device"`
	Type   string    `json:"kind"` // page or program
	Name   string    `json:"name"`
	Role   string    `json:"role"`
}

func (DeviceIntroduced) Kind() (string, int) { return "device.introduced", 1 }

// DeviceRevoked: a tablet, page or program is no longer let in.
type DeviceRevoked struct {
	Device id.Device `json:"device"`
}

func (DeviceRevoked) Kind() (string, int) { return "device.revoked", 1 }

// VenuePublished: a venue document became the active one. The document, named by
// its hash, holds stations, printers and tables; what head office needs to read
// any other fact of this box stands here.
type VenuePublished struct {
	SHA256     string        `json:"sha256"` // lower-case hex
	Owner      string        `json:"owner"`  // box, hq
	Restaurant id.Restaurant `json:"restaurant"`
	Name       string        `json:"name"`
	Currency   string        `json:"currency"`  // ISO 4217
	Zone       string        `json:"zone"`      // IANA
	Locale     string        `json:"locale"`    // BCP 47
	DayStart   int           `json:"day_start"` // minutes after local midnight
}

func (VenuePublished) Kind() (string, int) { return "venue.published", 1 }

// MenuPublished: a menu document became the active one.
type MenuPublished struct {
	SHA256    string `json:"sha256"`
	Owner     string `json:"owner"` // box, hq, pos
	Items     int    `json:"items"`
	Modifiers int    `json:"modifiers"`
}

func (MenuPublished) Kind() (string, int) { return "menu.published", 1 }
