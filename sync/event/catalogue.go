package event

import "encoding/json"

type key struct {
	typ string
	v   int
}

// catalogue is every fact that this program knows.
var catalogue = map[key]func([]byte) (Payload, error){
	{"box.reactor_failed", 1}:        as[ReactorFailed],
	{"clock.confirmed", 1}:           as[ClockConfirmed],
	{"device.introduced", 1}:         as[DeviceIntroduced],
	{"device.paired", 1}:             as[DevicePaired],
	{"device.changed", 1}:            as[DeviceChanged],
	{"device.revoked", 1}:            as[DeviceRevoked],
	{"approval.asked", 1}:            as[ApprovalAsked],
	{"approval.given", 1}:            as[ApprovalGiven],
	{"approval.refused", 1}:          as[ApprovalRefused],
	{"approval.withdrawn", 1}:        as[ApprovalWithdrawn],
	{"approval.used", 1}:             as[ApprovalUsed],
	{"venue.published", 1}:           as[VenuePublished],
	{"menu.published", 1}:            as[MenuPublished],
	{"order.opened", 1}:              as[OrderOpened],
	{"order.line_added", 1}:          as[LineAdded],
	{"order.sent", 1}:                as[OrderSent],
	{"order.status_changed", 1}:      as[StatusChanged],
	{"order.moved", 1}:               as[OrderMoved],
	{"order.reckoned", 1}:            as[Reckoned],
	{"order.line_changed", 1}:        as[LineChanged],
	{"order.line_removed", 1}:        as[LineRemoved],
	{"order.lines_held", 1}:          as[LinesHeld],
	{"order.line_voided", 1}:         as[LineVoided],
	{"order.discounted", 1}:          as[Discounted],
	{"order.discount_removed", 1}:    as[DiscountRemoved],
	{"order.covers_changed", 1}:      as[CoversChanged],
	{"order.server_changed", 1}:      as[ServerChanged],
	{"order.lines_shared", 1}:        as[LinesShared],
	{"order.lines_moved", 1}:         as[LinesMoved],
	{"order.parted", 1}:              as[CheckParted],
	{"order.merged", 1}:              as[CheckMerged],
	{"table.seated", 1}:              as[TableSeated],
	{"table.changed", 1}:             as[TableChanged],
	{"table.check_brought", 1}:       as[CheckBrought],
	{"table.left", 1}:                as[TableLeft],
	{"table.cleared", 1}:             as[TableCleared],
	{"table.moved", 1}:               as[TableMoved],
	{"table.joined", 1}:              as[TableJoined],
	{"table.split", 1}:               as[TableSplit],
	{"waitlist.joined", 1}:           as[WaitlistJoined],
	{"waitlist.left", 1}:             as[WaitlistLeft],
	{"guest.created", 1}:             as[GuestCreated],
	{"guest.changed", 1}:             as[GuestChanged],
	{"guest.consented", 1}:           as[GuestConsented],
	{"guest.address_saved", 1}:       as[GuestAddressSaved],
	{"guest.address_removed", 1}:     as[GuestAddressRemoved],
	{"guest.erasure_asked", 1}:       as[GuestErasureAsked],
	{"guest.erased", 1}:              as[GuestErased],
	{"visit.rated", 1}:               as[VisitRated],
	{"kitchen.ticket_routed", 1}:     as[TicketRouted],
	{"kitchen.job_queued", 1}:        as[JobQueued],
	{"kitchen.job_printed", 1}:       as[JobPrinted],
	{"kitchen.job_unknown", 1}:       as[JobUnknown],
	{"payment.taken", 1}:             as[PaymentTaken],
	{"payment.refunded", 1}:          as[PaymentRefunded],
	{"payment.voided", 1}:            as[PaymentVoided],
	{"payment.tip_changed", 1}:       as[TipChanged],
	{"gift_card.loaded", 1}:          as[GiftCardLoaded],
	{"order.closed", 1}:              as[OrderClosed],
	{"order.reopened", 1}:            as[OrderReopened],
	{"drawer.opened", 1}:             as[DrawerOpened],
	{"drawer.handed_over", 1}:        as[DrawerHandedOver],
	{"drawer.moved", 1}:              as[DrawerMoved],
	{"drawer.counting", 1}:           as[DrawerCounting],
	{"drawer.count_dropped", 1}:      as[DrawerCountDropped],
	{"drawer.counted", 1}:            as[DrawerCounted],
	{"drawer.closed", 1}:             as[DrawerClosed],
	{"server.checked_out", 1}:        as[ServerCheckedOut],
	{"payment.settled", 1}:           as[PaymentSettled],
	{"inventory.stock_changed", 1}:   as[StockChanged],
	{"directive.applied", 1}:         as[DirectiveApplied],
	{"directive.refused", 1}:         as[DirectiveRefused],
	{"directive.expired", 1}:         as[DirectiveExpired],
	{"document.wanted", 1}:           as[DocumentWanted],
	{"document.kept", 1}:             as[DocumentKept],
	{"document.refused", 1}:          as[DocumentRefused],
	{"document.owner_changed", 1}:    as[OwnerChanged],
	{"menu.availability_changed", 1}: as[AvailabilityChanged],
	{"menu.portions_set", 1}:         as[PortionsSet],
	{"menu.price_set", 1}:            as[PriceSet],
	{"menu.photo_added", 1}:          as[PhotoAdded],
	{"staff.employee_saved", 1}:      as[EmployeeSaved],
	{"staff.published", 1}:           as[StaffPublished],
	{"staff.pin_set", 1}:             as[PINSet],
	{"staff.pin_locked", 1}:          as[PINLocked],
	{"staff.clocked", 1}:             as[Clocked],
}

func as[P Payload](data []byte) (Payload, error) {
	var p P
	if err := json.Unmarshal(data, &p); err != nil {
		return nil, err
	}
	return p, nil
}

// Known lists type and version of every fact in the catalogue.
func Known() map[string]int {
	m := make(map[string]int, len(catalogue))
	for k := range catalogue {
		m[k.typ] = max(m[k.typ], k.v)
	}
	return m
}
