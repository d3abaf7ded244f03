package staff

import (
	"maps"
	"slices"

	"github.com/tyngo/tyngo/sync/fault"
)

// Permissions that the authorization table of the box asks for.
const (
	OrderRead     = "order.read"
	OrderWrite    = "order.write"
	OrderStatus   = "order.status"
	FloorWrite    = "floor.write"    // who sits where, and who waits
	OrderCancel   = "order.cancel"   // of what the kitchen has; within a limit of the venue, or with an approval, others may, too
	OrderVoid     = "order.void"     // so, too, what was sent
	OrderComp     = "order.comp"     // that the house pays
	OrderDiscount = "order.discount" // so, too
	OrderReopen   = "order.reopen"   // a closed check, on its business day; so, too
	PaymentTake   = "payment.take"   // what guests pay, their tips, gift cards
	PaymentRefund = "payment.refund" // within a limit of the venue, or with an approval, others may, too
	PaymentVoid   = "payment.void"   // so, too
	DrawerUse     = "drawer.use"     // one's own: open it, put in and take out, count and close it
	DrawerAny     = "drawer.any"     // everybody's, and what should be in it
	DrawerPayOut  = "drawer.pay_out" // within a limit of the venue, or with an approval, others may, too
	DrawerOver    = "drawer.over"    // close one in which something is missing or too much; so, too
	ApprovalAsk   = "approval.ask"   // and see who asks
	GuestRead     = "guest.read"     // who guests are
	GuestWrite    = "guest.write"
	GuestManage   = "guest.manage" // everything about one, to hand it out or to erase it
	MenuRead      = "menu.read"
	MenuWrite     = "menu.write"
	MenuOut       = "menu.out" // 86 and back
	VenueRead     = "venue.read"
	VenueWrite    = "venue.write"
	DeviceWrite   = "device.write" // codes, revocation
	StaffRead     = "staff.read"   // who works here
	StaffWrite    = "staff.write"  // people, their PINs and hours
	AuditRead     = "audit.read"
	MetricsRead   = "metrics.read"
	SyncRead      = "sync.read"
)

// roles is what each role may do. The last three are of devices: a tablet at which
// nobody signed in, a screen in the kitchen, a screen that guests see.
var roles = map[string]map[string]bool{
	"manager":   of(OrderRead, OrderWrite, OrderStatus, FloorWrite, OrderCancel, OrderVoid, OrderComp, OrderDiscount, OrderReopen, PaymentTake, PaymentRefund, PaymentVoid, DrawerUse, DrawerAny, DrawerPayOut, DrawerOver, ApprovalAsk, GuestRead, GuestWrite, GuestManage, MenuRead, MenuWrite, MenuOut, VenueRead, VenueWrite, DeviceWrite, MetricsRead, SyncRead, StaffRead, StaffWrite, AuditRead),
	"server":    of(OrderRead, OrderWrite, OrderStatus, PaymentTake, DrawerUse, FloorWrite, ApprovalAsk, GuestRead, GuestWrite, MenuRead, VenueRead, SyncRead, StaffRead),
	"bartender": of(OrderRead, OrderWrite, OrderStatus, PaymentTake, DrawerUse, FloorWrite, ApprovalAsk, GuestRead, GuestWrite, MenuRead, VenueRead, SyncRead, StaffRead),
	"cook":      of(OrderRead, OrderStatus, ApprovalAsk, MenuRead, MenuOut, VenueRead, SyncRead, StaffRead),
	"installer": of(MenuRead, MenuWrite, VenueRead, VenueWrite, DeviceWrite, MetricsRead, SyncRead, StaffRead, StaffWrite),
	"monitor":   of(MetricsRead, SyncRead),

	"tablet":           of(OrderRead, MenuRead, VenueRead, SyncRead, StaffRead),
	"kitchen_screen":   of(OrderRead, OrderStatus, MenuRead, VenueRead, SyncRead, StaffRead),
	"customer_display": of(MenuRead),
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

// Permissions are what a role may do, in order.
func Permissions(role string) []string { return slices.Sorted(maps.Keys(roles[role])) }

// CheckRole refuses a role that does not exist.
func CheckRole(role string) error {
	if _, ok := roles[role]; !ok {
		return fault.Newf(fault.Invalid, "role_unknown", "%.20q is not a role: manager, server, bartender, cook, installer, monitor, tablet, kitchen_screen or customer_display.", role)
	}
	return nil
}

// checkPerson refuses a role that nobody has.
func checkPerson(role string) error {
	switch role {
	case "monitor", "tablet", "kitchen_screen", "customer_display":
		return fault.Newf(fault.Invalid, "role_unknown", "%q is no role of a person: manager, server, bartender, cook or installer.", role)
	}
	return CheckRole(role)
}
