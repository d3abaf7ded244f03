package api

import (
	"net/http"

	"github.com/tyngo/tyngo/edge/staff"
	"github.com/tyngo/tyngo/edge/web"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/door"
)

// maxDocument is the largest body that publishes a document; all else takes what
// the door does.
const maxDocument = doc.MaxBytes

const person = door.Session | door.Token

// table is who may do what: every route of the box has a row here.
var table = []door.Rule{
	{Route: "GET /health", Proof: door.None},
	{Route: "GET /ready", Proof: door.None},
	{Route: "GET /", Proof: door.None},
	{Route: "GET /audit", Proof: door.None},
	{Route: "GET /people", Proof: door.None},
	{Route: "GET /documents", Proof: door.None},
	{Route: "GET /~*", Proof: door.None},
	{Route: "GET /enrol", Proof: door.None},
	{Route: "GET /ca.crt", Proof: door.None},
	{Route: "GET /api", Proof: door.None},
	{Route: "GET /api/openapi.json", Proof: door.None},
	{Route: "POST /session", Proof: door.Code, MaxBody: 1 << 10},
	{Route: "DELETE /session", Proof: door.Session},
	{Route: "GET /metrics", Proof: person, Permission: staff.MetricsRead},
	{Route: "GET /api/v1/me", Proof: person},
	{Route: "POST /api/v1/codes", Proof: person, Permission: staff.DeviceWrite},
	{Route: "GET /api/v1/devices", Proof: person, Permission: staff.DeviceWrite},
	{Route: "PUT /api/v1/devices/{device}", Proof: person, Permission: staff.DeviceWrite},
	{Route: "POST /api/v1/devices/{device}/revoke", Proof: person, Permission: staff.DeviceWrite},
	{Route: "GET /api/v1/people", Proof: person, Permission: staff.StaffRead},
	{Route: "GET /api/v1/people/document", Proof: person, Permission: staff.StaffRead},
	{Route: "PUT /api/v1/people/document", Proof: person, Permission: staff.StaffWrite, MaxBody: maxDocument},
	{Route: "PUT /api/v1/people/{personId}", Proof: person, Permission: staff.StaffWrite},
	{Route: "PUT /api/v1/people/{personId}/pin", Proof: person, Permission: staff.StaffWrite},
	{Route: "POST /api/v1/people/{personId}/enter", Proof: door.Session, Permission: staff.StaffRead}, // not at a screen that guests see
	{Route: "POST /api/v1/people/leave", Proof: door.Session},
	{Route: "POST /api/v1/people/{personId}/clock", Proof: person, Permission: staff.StaffRead}, // whose, is asked inside
	{Route: "GET /api/v1/hours", Proof: person, Permission: staff.StaffWrite},
	{Route: "GET /api/v1/approvals", Proof: person, Permission: staff.ApprovalAsk},
	{Route: "POST /api/v1/approvals", Proof: person, Permission: staff.ApprovalAsk},
	{Route: "GET /api/v1/approvals/{approvalId}", Proof: person, Permission: staff.ApprovalAsk},
	{Route: "POST /api/v1/approvals/{approvalId}/answer", Proof: person, Permission: staff.ApprovalAsk}, // who, is asked inside
	{Route: "POST /api/v1/approvals/{approvalId}/withdraw", Proof: person, Permission: staff.ApprovalAsk},
	{Route: "GET /api/v1/audit", Proof: person, Permission: staff.AuditRead},
	{Route: "GET /api/v1/venue", Proof: person, Permission: staff.VenueRead},
	{Route: "PUT /api/v1/venue", Proof: person, Permission: staff.VenueWrite, MaxBody: maxDocument},
	{Route: "GET /api/v1/tables", Proof: person, Permission: staff.VenueRead},
	{Route: "GET /api/v1/menu", Proof: person, Permission: staff.MenuRead},
	{Route: "GET /api/v1/menu/document", Proof: person, Permission: staff.MenuRead},
	{Route: "GET /api/v1/menu/schema", Proof: person, Permission: staff.MenuRead},
	{Route: "GET /api/v1/menu/items.csv", Proof: person, Permission: staff.MenuRead},
	{Route: "PUT /api/v1/menu/items.csv", Proof: person, Permission: staff.MenuWrite, MaxBody: maxDocument},
	{Route: "POST /api/v1/menu/items.csv/check", Proof: person, Permission: staff.MenuWrite, MaxBody: maxDocument},
	{Route: "POST /api/v1/menu/check", Proof: person, Permission: staff.MenuWrite, MaxBody: maxDocument},
	{Route: "PUT /api/v1/menu/items/{menuItemId}/availability", Proof: person, Permission: staff.MenuOut},
	{Route: "PUT /api/v1/menu/items/{menuItemId}/portions", Proof: person, Permission: staff.MenuOut},
	{Route: "PUT /api/v1/menu/modifiers/{modifierId}/portions", Proof: person, Permission: staff.MenuOut},
	{Route: "PUT /api/v1/menu/items/{menuItemId}/price", Proof: person, Permission: staff.MenuWrite},
	{Route: "POST /api/v1/photos", Proof: person, Permission: staff.MenuWrite, MaxBody: 2 << 20},
	{Route: "GET /api/v1/photos/{sha256}", Proof: person, Permission: staff.MenuRead},
	{Route: "GET /api/v1/documents", Proof: person, Permission: staff.VenueRead},
	{Route: "PUT /api/v1/documents/{kind}/owner", Proof: person, Permission: staff.VenueWrite},
	{Route: "PUT /api/v1/menu/document", Proof: person, Permission: staff.MenuWrite, MaxBody: maxDocument},
	{Route: "GET /api/v1/orders", Proof: person, Permission: staff.OrderRead},
	{Route: "POST /api/v1/orders", Proof: person, Permission: staff.OrderWrite},
	{Route: "GET /api/v1/orders/{orderId}", Proof: person, Permission: staff.OrderRead},
	{Route: "GET /api/v1/orders/{orderId}/bill", Proof: person, Permission: staff.OrderRead},
	{Route: "GET /api/v1/orders/{orderId}/receipt", Proof: person, Permission: staff.OrderRead},
	{Route: "POST /api/v1/orders/{orderId}/lease", Proof: person, Permission: staff.OrderWrite},
	{Route: "DELETE /api/v1/orders/{orderId}/lease", Proof: person, Permission: staff.OrderWrite},
	{Route: "GET /api/v1/orders/{orderId}/payments", Proof: person, Permission: staff.PaymentTake},
	{Route: "POST /api/v1/orders/{orderId}/payments", Proof: person, Permission: staff.PaymentTake},
	{Route: "POST /api/v1/orders/{orderId}/payments/{paymentId}/refund", Proof: person, Permission: staff.PaymentTake}, // how much, is asked inside
	{Route: "POST /api/v1/orders/{orderId}/payments/{paymentId}/void", Proof: person, Permission: staff.PaymentTake},   // so, too
	{Route: "PUT /api/v1/orders/{orderId}/payments/{paymentId}/tip", Proof: person, Permission: staff.PaymentTake},
	{Route: "POST /api/v1/gift-cards", Proof: person, Permission: staff.PaymentTake},
	{Route: "POST /api/v1/gift-cards/balance", Proof: person, Permission: staff.PaymentTake}, // numbers stand in no address
	{Route: "GET /api/v1/checkout", Proof: person, Permission: staff.PaymentTake},            // whose, is asked inside
	{Route: "POST /api/v1/checkout", Proof: person, Permission: staff.PaymentTake},
	{Route: "GET /api/v1/drawers", Proof: person, Permission: staff.DrawerUse},
	{Route: "POST /api/v1/drawers", Proof: person, Permission: staff.DrawerUse},
	{Route: "PUT /api/v1/drawers/{drawerId}/people", Proof: person, Permission: staff.DrawerUse}, // whose, is asked inside
	{Route: "POST /api/v1/drawers/{drawerId}/moves", Proof: person, Permission: staff.DrawerUse},
	{Route: "POST /api/v1/drawers/{drawerId}/count", Proof: person, Permission: staff.DrawerUse},
	{Route: "DELETE /api/v1/drawers/{drawerId}/count", Proof: person, Permission: staff.DrawerUse},
	{Route: "PUT /api/v1/drawers/{drawerId}/count", Proof: person, Permission: staff.DrawerUse},
	{Route: "POST /api/v1/drawers/{drawerId}/close", Proof: person, Permission: staff.DrawerUse},
	{Route: "POST /api/v1/orders/{orderId}/move", Proof: person, Permission: staff.FloorWrite},
	{Route: "GET /api/v1/orders/{orderId}/rating", Proof: person, Permission: staff.GuestRead},
	{Route: "PUT /api/v1/orders/{orderId}/rating", Proof: person, Permission: staff.GuestWrite},
	{Route: "POST /api/v1/guests/search", Proof: person, Permission: staff.GuestRead}, // names stand in no address
	{Route: "GET /api/v1/guests/{customerId}", Proof: person, Permission: staff.GuestRead},
	{Route: "PUT /api/v1/guests/{customerId}", Proof: person, Permission: staff.GuestWrite},
	{Route: "PUT /api/v1/guests/{customerId}/consents/{purpose}", Proof: person, Permission: staff.GuestWrite},
	{Route: "PUT /api/v1/guests/{customerId}/addresses/{addressId}", Proof: person, Permission: staff.GuestWrite},
	{Route: "DELETE /api/v1/guests/{customerId}/addresses/{addressId}", Proof: person, Permission: staff.GuestWrite},
	{Route: "GET /api/v1/guests/{customerId}/export", Proof: person, Permission: staff.GuestManage},
	{Route: "POST /api/v1/guests/{customerId}/erase", Proof: person, Permission: staff.GuestManage},
	{Route: "GET /api/v1/floor", Proof: person, Permission: staff.OrderRead},
	{Route: "POST /api/v1/floor/{table}/clear", Proof: person, Permission: staff.FloorWrite},
	{Route: "POST /api/v1/parties", Proof: person, Permission: staff.FloorWrite},
	{Route: "PUT /api/v1/parties/{partyId}", Proof: person, Permission: staff.FloorWrite},
	{Route: "POST /api/v1/parties/{partyId}/check", Proof: person, Permission: staff.FloorWrite},
	{Route: "POST /api/v1/parties/{partyId}/leave", Proof: person, Permission: staff.FloorWrite},
	{Route: "POST /api/v1/parties/{partyId}/move", Proof: person, Permission: staff.FloorWrite},
	{Route: "POST /api/v1/parties/{partyId}/join", Proof: person, Permission: staff.FloorWrite},
	{Route: "POST /api/v1/parties/{partyId}/split", Proof: person, Permission: staff.FloorWrite},
	{Route: "POST /api/v1/waitlist", Proof: person, Permission: staff.FloorWrite},
	{Route: "DELETE /api/v1/waitlist/{partyId}", Proof: person, Permission: staff.FloorWrite},
	{Route: "GET /api/v1/waitlist/quote", Proof: person, Permission: staff.OrderRead},
	{Route: "POST /api/v1/orders/{orderId}/status", Proof: person, Permission: staff.OrderStatus},
	{Route: "POST /api/v1/commands", Proof: person, Permission: staff.OrderStatus}, // adding lines is asked for again inside
	{Route: "GET /api/v1/lights", Proof: person, Permission: staff.OrderRead},
	{Route: "GET /api/v1/clock", Proof: person, Permission: staff.OrderRead},
	{Route: "POST /api/v1/clock/confirm", Proof: person, Permission: staff.VenueWrite},
	{Route: "GET /api/v1/stream", Proof: person, Permission: staff.OrderRead},
	{Route: "GET /api/v1/origin", Proof: person},
	{Route: "GET /api/v1/sync", Proof: person, Permission: staff.SyncRead},
}

func (a *API) routes(metrics http.Handler) {
	r := a.router
	r.Get("/health", a.health)
	r.Get("/ready", a.readyNow)
	r.Method(http.MethodGet, "/metrics", metrics)
	r.Method(http.MethodGet, "/", a.Site.Page(web.Tablet))
	r.Method(http.MethodGet, "/audit", a.Site.Page(web.Audit))
	r.Method(http.MethodGet, "/people", a.Site.Page(web.People))
	r.Method(http.MethodGet, "/documents", a.Site.Page(web.Documents))
	r.Method(http.MethodGet, "/~*", a.Site.Assets())
	r.Method(http.MethodGet, "/enrol", a.Enrol)
	r.Method(http.MethodGet, "/ca.crt", a.CA)
	r.Get("/api/v1/stream", a.stream)
	r.Post("/session", a.signIn)
	r.Delete("/session", a.signOut)

	h := a.door.NewAPI(r, "TYNGO box", a.Version, "Orders of one restaurant. Amounts are decimals with exactly the currency's digits, unless a field says minor units.")
	door.Operation(h, "GET /api/v1/me", "Who I am, and where", http.StatusOK, a.me)
	door.Operation(h, "POST /api/v1/codes", "A one-time code that signs a page in", http.StatusCreated, a.makeCode)
	door.Operation(h, "GET /api/v1/devices", "The tablets, screens and programs that were let in", http.StatusOK, a.devices)
	door.Operation(h, "PUT /api/v1/devices/{device}", "Name a device, and say what it is for", http.StatusOK, a.putDevice)
	door.Operation(h, "POST /api/v1/devices/{device}/revoke", "Shut a device out for good", http.StatusOK, a.revoke)
	door.Operation(h, "GET /api/v1/venue", "The venue document", http.StatusOK, a.venue)
	door.Operation(h, "PUT /api/v1/venue", "Publish a venue document", http.StatusOK, a.putVenue)
	door.Operation(h, "GET /api/v1/tables", "The tables of the plan", http.StatusOK, a.tables)
	door.Operation(h, "GET /api/v1/people", "Who works here", http.StatusOK, a.people)
	door.Operation(h, "GET /api/v1/people/document", "Who works here, as the staff document", http.StatusOK, a.staffDocument)
	door.Operation(h, "PUT /api/v1/people/document", "Publish a staff document: who is not on it works here no more", http.StatusOK, a.putStaff)
	door.Operation(h, "PUT /api/v1/people/{personId}", "Say who works here, and as what", http.StatusOK, a.putPerson)
	door.Operation(h, "PUT /api/v1/people/{personId}/pin", "Give somebody a PIN", http.StatusOK, a.setPIN)
	door.Operation(h, "POST /api/v1/people/{personId}/enter", "Work at this device, by PIN", http.StatusNoContent, a.enter)
	door.Operation(h, "POST /api/v1/people/leave", "Leave this device to others", http.StatusNoContent, a.leave)
	door.Operation(h, "POST /api/v1/people/{personId}/clock", "Clock in and out, and breaks", http.StatusOK, a.moveClock)
	door.Operation(h, "GET /api/v1/hours", "The moves of all time clocks", http.StatusOK, a.hours)
	door.Operation(h, "GET /api/v1/approvals", "What waits for a manager's word, or was answered lately", http.StatusOK, a.approvals)
	door.Operation(h, "POST /api/v1/approvals", "Ask for a manager's word", http.StatusCreated, a.askApproval)
	door.Operation(h, "GET /api/v1/approvals/{approvalId}", "One request for a manager's word", http.StatusOK, a.approval)
	door.Operation(h, "POST /api/v1/approvals/{approvalId}/answer", "Approve or refuse, by who is signed in or by PIN", http.StatusOK, a.answerApproval)
	door.Operation(h, "POST /api/v1/approvals/{approvalId}/withdraw", "Take one's own request back", http.StatusOK, a.withdrawApproval)
	door.Operation(h, "GET /api/v1/audit", "Who did what, when, and on which device", http.StatusOK, a.audit)
	door.Operation(h, "GET /api/v1/menu", "The menu in force, for a tablet", http.StatusOK, a.menu)
	door.Operation(h, "GET /api/v1/menu/document", "The menu document as it was published", http.StatusOK, a.menuDocument)
	door.Operation(h, "GET /api/v1/menu/schema", "The JSON Schema of a menu document", http.StatusOK, a.menuSchema)
	door.Operation(h, "GET /api/v1/menu/items.csv", "The items of the menu in force as a table", http.StatusOK, a.menuTable)
	door.Operation(h, "PUT /api/v1/menu/items.csv", "Publish the menu with the items of a table", http.StatusOK, a.putMenuTable)
	door.Operation(h, "POST /api/v1/menu/items.csv/check", "Say what a table would change, and change nothing", http.StatusOK, a.checkMenuTable)
	door.Operation(h, "POST /api/v1/menu/check", "Say what a menu document would change, and change nothing", http.StatusOK, a.checkMenu)
	door.Operation(h, "PUT /api/v1/menu/document", "Publish a menu document", http.StatusOK, a.putMenu)
	door.Operation(h, "PUT /api/v1/menu/items/{menuItemId}/availability", "Put an item out (86), or back", http.StatusOK, a.setAvailability)
	door.Operation(h, "PUT /api/v1/menu/items/{menuItemId}/portions", "Say how many portions of an item are left", http.StatusOK, a.setPortions)
	door.Operation(h, "PUT /api/v1/menu/modifiers/{modifierId}/portions", "Say how many portions of a modifier are left; none: it is out (86)", http.StatusOK, a.setModifierPortions)
	door.Operation(h, "PUT /api/v1/menu/items/{menuItemId}/price", "Give an item another price for this business day", http.StatusOK, a.setPrice)
	door.Operation(h, "POST /api/v1/photos", "Keep a photo of a dish: JPEG, PNG or WebP, 1 MiB at most", http.StatusOK, a.addPhoto)
	door.Operation(h, "GET /api/v1/photos/{sha256}", "A photo of a dish", http.StatusOK, a.photo)
	door.Operation(h, "GET /api/v1/documents", "Whose each kind of document is, and what head office would change", http.StatusOK, a.owners)
	door.Operation(h, "PUT /api/v1/documents/{kind}/owner", "Give a kind of document to another owner", http.StatusOK, a.setOwner)
	door.Operation(h, "GET /api/v1/orders", "Orders, the oldest first", http.StatusOK, a.orders)
	door.Operation(h, "POST /api/v1/orders", "Place an order", http.StatusCreated, a.placeOrder)
	door.Operation(h, "GET /api/v1/orders/{orderId}", "One order", http.StatusOK, a.order)
	door.Operation(h, "GET /api/v1/orders/{orderId}/bill", "What a guest owes, and the arithmetic of every cent", http.StatusOK, a.bill)
	door.Operation(h, "GET /api/v1/orders/{orderId}/receipt", "What guests get on paper, as data", http.StatusOK, a.receipt)
	door.Operation(h, "POST /api/v1/orders/{orderId}/lease", "Have a check for this tablet alone while somebody pays it", http.StatusOK, a.lease)
	door.Operation(h, "DELETE /api/v1/orders/{orderId}/lease", "Give it back", http.StatusNoContent, a.release)
	door.Operation(h, "GET /api/v1/orders/{orderId}/payments", "What was paid of a check, and what it owes", http.StatusOK, a.payments)
	door.Operation(h, "POST /api/v1/orders/{orderId}/payments", "Take money for a check, all or a part, at the tablet that has it alone", http.StatusCreated, a.takePayment)
	door.Operation(h, "POST /api/v1/orders/{orderId}/payments/{paymentId}/refund", "Give back of a payment", http.StatusCreated, a.refundPayment)
	door.Operation(h, "POST /api/v1/orders/{orderId}/payments/{paymentId}/void", "A payment never was: a mistake of this business day", http.StatusOK, a.voidPayment)
	door.Operation(h, "PUT /api/v1/orders/{orderId}/payments/{paymentId}/tip", "Say what tip the guest wrote on the slip", http.StatusOK, a.putTip)
	door.Operation(h, "POST /api/v1/gift-cards", "Issue a gift card, or put more onto it", http.StatusCreated, a.loadGiftCard)
	door.Operation(h, "POST /api/v1/gift-cards/balance", "What a gift card is worth", http.StatusOK, a.giftCard)
	door.Operation(h, "GET /api/v1/checkout", "What a server took since they last went home, and what keeps them here", http.StatusOK, a.checkout)
	door.Operation(h, "POST /api/v1/checkout", "A server goes home: their checks are closed or handed over, and they have no drawer", http.StatusOK, a.checkOut)
	door.Operation(h, "GET /api/v1/drawers", "The cash drawers of this business day, and those that are not closed", http.StatusOK, a.drawers)
	door.Operation(h, "POST /api/v1/drawers", "Open a drawer with a float", http.StatusCreated, a.openDrawer)
	door.Operation(h, "PUT /api/v1/drawers/{drawerId}/people", "Hand a drawer over to other people", http.StatusOK, a.handOverDrawer)
	door.Operation(h, "POST /api/v1/drawers/{drawerId}/moves", "Put cash in or take it out, or open the drawer for nothing", http.StatusOK, a.moveCash)
	door.Operation(h, "POST /api/v1/drawers/{drawerId}/count", "Begin to count a drawer, without being told what should be in it", http.StatusOK, a.beginCount)
	door.Operation(h, "DELETE /api/v1/drawers/{drawerId}/count", "Leave it uncounted, and open", http.StatusOK, a.dropCount)
	door.Operation(h, "PUT /api/v1/drawers/{drawerId}/count", "Say what is in it, by coin and note", http.StatusOK, a.countDrawer)
	door.Operation(h, "POST /api/v1/drawers/{drawerId}/close", "Close a drawer that was counted", http.StatusOK, a.closeDrawer)
	door.Operation(h, "POST /api/v1/orders/{orderId}/status", "Move an order on", http.StatusOK, a.setStatus)
	door.Operation(h, "POST /api/v1/orders/{orderId}/move", "Bring an order to another table", http.StatusOK, a.moveOrder)
	door.Operation(h, "GET /api/v1/floor", "The tables, who sits there, and who waits", http.StatusOK, a.floor)
	door.Operation(h, "POST /api/v1/floor/{table}/clear", "A dirty table is ready for the next guests", http.StatusOK, a.clearTable)
	door.Operation(h, "POST /api/v1/parties", "Seat guests", http.StatusCreated, a.seat)
	door.Operation(h, "PUT /api/v1/parties/{partyId}", "Say how many guests they are, and who serves them", http.StatusOK, a.changeParty)
	door.Operation(h, "POST /api/v1/parties/{partyId}/check", "The check was brought", http.StatusOK, a.bringCheck)
	door.Operation(h, "POST /api/v1/parties/{partyId}/leave", "The guests are gone", http.StatusOK, a.leaveTable)
	door.Operation(h, "POST /api/v1/parties/{partyId}/move", "Bring a party to another table, with its orders", http.StatusOK, a.moveParty)
	door.Operation(h, "POST /api/v1/parties/{partyId}/join", "Give a party one more table, and who sits there", http.StatusOK, a.joinTable)
	door.Operation(h, "POST /api/v1/parties/{partyId}/split", "Take a table from a party that has several", http.StatusOK, a.splitTable)
	door.Operation(h, "POST /api/v1/waitlist", "Put guests on the wait list", http.StatusCreated, a.joinWaitlist)
	door.Operation(h, "DELETE /api/v1/waitlist/{partyId}", "Guests wait no longer, and were not seated", http.StatusOK, a.leaveWaitlist)
	door.Operation(h, "GET /api/v1/waitlist/quote", "How long a party would wait that comes now", http.StatusOK, a.quote)
	door.Operation(h, "GET /api/v1/orders/{orderId}/rating", "How a visit was", http.StatusOK, a.rating)
	door.Operation(h, "PUT /api/v1/orders/{orderId}/rating", "Rate a visit, in stars and words", http.StatusOK, a.rate)
	door.Operation(h, "POST /api/v1/guests/search", "Find guests by name or phone", http.StatusOK, a.searchGuests)
	door.Operation(h, "GET /api/v1/guests/{customerId}", "What is known of a guest", http.StatusOK, a.guest)
	door.Operation(h, "PUT /api/v1/guests/{customerId}", "Say who a guest is", http.StatusOK, a.putGuest)
	door.Operation(h, "PUT /api/v1/guests/{customerId}/consents/{purpose}", "A guest allows something, or takes that back", http.StatusOK, a.putConsent)
	door.Operation(h, "PUT /api/v1/guests/{customerId}/addresses/{addressId}", "Say where a guest has things delivered", http.StatusOK, a.putAddress)
	door.Operation(h, "DELETE /api/v1/guests/{customerId}/addresses/{addressId}", "Forget an address", http.StatusOK, a.removeAddress)
	door.Operation(h, "GET /api/v1/guests/{customerId}/export", "Everything that is known of a guest", http.StatusOK, a.exportGuest)
	door.Operation(h, "POST /api/v1/guests/{customerId}/erase", "Erase a guest for good; orders and sums stay", http.StatusOK, a.eraseGuest)
	door.Operation(h, "POST /api/v1/commands", "Up to 50 commands of a tablet, each answered by itself", http.StatusOK, a.commands)
	door.Operation(h, "GET /api/v1/lights", "How each function of the box is", http.StatusOK, a.lights)
	door.Operation(h, "GET /api/v1/clock", "How the time of the box is", http.StatusOK, a.clock)
	door.Operation(h, "POST /api/v1/clock/confirm", "Confirm the time of a box whose clock is in doubt", http.StatusOK, a.confirmTime)
	door.Operation(h, "GET /api/v1/origin", "How tablets of the network reach the box", http.StatusOK, a.origin)
	door.Operation(h, "GET /api/v1/sync", "How replication to head office is", http.StatusOK, a.sync)
	for route, media := range map[string]string{"GET /api/v1/venue": "application/json", "GET /api/v1/menu/document": "application/json", "GET /api/v1/people/document": "application/json", "GET /api/v1/photos/{sha256}": "image/*",
		"GET /api/v1/menu/schema": "application/schema+json", "GET /api/v1/menu/items.csv": "text/csv"} {
		h.Bytes(route, media)
	}
	h.Describe("POST /session", "Sign a page in by a one-time code", http.StatusNoContent, "", "code")
	h.Describe("DELETE /session", "Sign this page out", http.StatusNoContent, "")
	h.Describe("GET /api/v1/stream", "What changes, as it happens: Server-Sent Events with the id of a fact", http.StatusOK, "text/event-stream")
	h.Describe("GET /metrics", "Figures for Prometheus", http.StatusOK, "text/plain")
	h.Describe("GET /enrol", "How a tablet is let in, step by step", http.StatusOK, "text/html")
	h.Describe("GET /ca.crt", "The certificate that a tablet is made to trust", http.StatusOK, "application/x-x509-ca-cert")
	h.Describe("GET /health", "The program runs", http.StatusOK, "application/json")
	h.Describe("GET /ready", "The box takes orders", http.StatusOK, "application/json")
	a.openAPI(h)
}
