package event

import "github.com/tyngo/tyngo/sync/id"

// DevicePaired: a tablet or screen was let in with a one-time code; or once more, and
// then what it is called and may do is what stands here.
type DevicePaired struct {
	Device id.Device `json:"device"`
	Name   string    `json:"name"`
	Role   string    `json:"role"`          // tablet, kitchen_screen, customer_display; or of whom it belongs to
	Key    string    `json:"key,omitempty"` // public, P-256: SPKI in base64; none: a page that cannot have one
}

func (DevicePaired) Kind() (string, int) { return "device.paired", 1 }

// DeviceChanged: a tablet or screen is called otherwise, or may do other things.
type DeviceChanged struct {
	Device id.Device `json:"device"`
	Name   string    `json:"name"`
	Role   string    `json:"role"`
}

func (DeviceChanged) Kind() (string, int) { return "device.changed", 1 }
