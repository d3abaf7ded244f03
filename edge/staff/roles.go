package staff

import (
	"maps"
	"slices"

	"github.com/tyngo/tyngo/sync/fault"
)

// Permissions that the authorization table of the box asks for.
const (
	OrderRead   = "order.read"
	OrderWrite  = "order.write"
	OrderStatus = "order.status"
	FloorWrite  = "floor.write" // who sits where, and who waits
	MenuRead    = "menu.read"
	MenuWrite   = "menu.write"
	MenuOut     = "menu.out" // 86 and back
	VenueRead   = "venue.read"
	VenueWrite  = "venue.write"
	DeviceWrite = "device.write" // codes, revocation
	StaffRead   = "staff.read"   // who works here
	StaffWrite  = "staff.write"  // people, their PINs and hours
	AuditRead   = "audit.read"
	MetricsRead = "metrics.read"
	SyncRead    = "sync.read"
)

// roles is what each role may do.
var roles = map[string]map[string]bool{
	"manager":   of(OrderRead, OrderWrite, OrderStatus, FloorWrite, MenuRead, MenuWrite, MenuOut, VenueRead, VenueWrite, DeviceWrite, MetricsRead, SyncRead, StaffRead, StaffWrite, AuditRead),
	"server":    of(OrderRead, OrderWrite, OrderStatus, FloorWrite, MenuRead, VenueRead, SyncRead, StaffRead),
	"bartender": of(OrderRead, OrderWrite, OrderStatus, FloorWrite, MenuRead, VenueRead, SyncRead, StaffRead),
	"cook":      of(OrderRead, OrderStatus, MenuRead, MenuOut, VenueRead, SyncRead, StaffRead),
	"installer": of(MenuRead, MenuWrite, VenueRead, VenueWrite, DeviceWrite, MetricsRead, SyncRead, StaffRead, StaffWrite),
	"monitor":   of(MetricsRead, SyncRead),
}

func of(ps ...string) map[string]bool {
	m := make(map[string]bool, len(ps))
	for _, p := range ps {
		m[p] = true
	}
	return m
}

// Roles are all, in the order of their names.
func Roles() []string { return slices.Sorted(maps.Keys(roles)) }

// May reports whether a role may do something.
func May(role, permission string) bool { return roles[role][permission] }

// CheckRole refuses a role that does not exist.
func CheckRole(role string) error {
	if _, ok := roles[role]; !ok {
		return fault.Newf(fault.Invalid, "role_unknown", "%.20q is not a role: manager, server, bartender, cook, installer or monitor.", role)
	}
	return nil
}
