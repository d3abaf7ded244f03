package staff_test

import (
	"crypto/sha256"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/staff"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

// clock moves when it is told to.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time       { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *clock) pass(d time.Duration) { c.ahead.Add(int64(d)) }

func start(t *testing.T) (*boxtest.House, *clock) {
	c := &clock{}
	return boxtest.Start(t, boxtest.At(c.now)), c
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func code(t testing.TB, h *boxtest.House, role, name string) string {
	t.Helper()
	c, err := h.Staff.MakeCode(t.Context(), role, name)
	check(t, err)
	return c
}

func signIn(t testing.TB, h *boxtest.House, role string) (hash [32]byte, p door.Principal) {
	t.Helper()
	secret, err := h.Staff.Redeem(t.Context(), door.Pairing{Code: code(t, h, role, "Tablet "+role)})
	check(t, err)
	hash = sha256.Sum256([]byte(secret))
	p, err = h.Staff.Session(t.Context(), hash)
	check(t, err)
	return hash, p
}

// count reads how often a fact is in the journal.
func count(t testing.TB, h *boxtest.House, kind string) (n int) {
	t.Helper()
	check(t, h.Journal.DB().View(t.Context(), func(q *sqlite.Snapshot) error {
		return q.QueryRow("SELECT count(*) FROM journal WHERE type = ?", kind).Scan(&n)
	}))
	return n
}

func TestARoleMayWhatItsWorkNeedsAndNoMore(t *testing.T) {
	t.Parallel()
	all := []string{staff.OrderRead, staff.OrderWrite, staff.OrderStatus, staff.MenuRead, staff.MenuWrite, staff.VenueRead, staff.VenueWrite, staff.DeviceWrite, staff.MetricsRead, staff.SyncRead}
	for role, not := range map[string]string{
		"manager": "", "server": "menu.write venue.write device.write metrics.read", "bartender": "menu.write venue.write device.write metrics.read",
		"cook": "order.write menu.write venue.write device.write metrics.read", "installer": "order.read order.write order.status",
		"monitor": "order.read order.write order.status menu.read menu.write venue.read venue.write device.write",
		"king":    strings.Join(all, " "), "": strings.Join(all, " "), "Manager": strings.Join(all, " "),
	} {
		for _, p := range all {
			if want := !strings.Contains(" "+not+" ", " "+p+" "); staff.May(role, p) != want {
				t.Errorf("%q may %s: %v", role, p, !want)
			}
		}
		if err := staff.CheckRole(role); (err == nil) != staff.May(role, staff.SyncRead) {
			t.Errorf("%q as a role: %v", role, err)
		}
	}
	if staff.May("manager", "") || staff.May("manager", "everything") {
		t.Error("a permission that nobody knows is given")
	}
}

func TestACodeSignsInOnceHoweverManyTryAtOnce(t *testing.T) {
	t.Parallel()
	h, _ := start(t)
	c := code(t, h, "server", "Tablet 1")
	var in, out atomic.Int64
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			switch _, err := h.Staff.Redeem(t.Context(), door.Pairing{Code: c}); {
			case err == nil:
				in.Add(1)
			case fault.Is(err, "code_wrong"):
				out.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if in.Load() != 1 || out.Load() != 11 {
		t.Errorf("%d came in, %d did not", in.Load(), out.Load())
	}
}

func TestACodeIsGoodForTenMinutesAndASessionForThirtyDays(t *testing.T) {
	t.Parallel()
	h, clock := start(t)
	late, intime := code(t, h, "server", "Late"), code(t, h, "server", "In time")
	clock.pass(door.CodeLife - time.Minute)
	if _, err := h.Staff.Redeem(t.Context(), door.Pairing{Code: intime}); err != nil {
		t.Errorf("after nine minutes: %v", err)
	}
	clock.pass(2 * time.Minute)
	if _, err := h.Staff.Redeem(t.Context(), door.Pairing{Code: late}); !fault.Is(err, "code_wrong") {
		t.Errorf("after eleven minutes: %v", err)
	}
	hash, p := signIn(t, h, "cook")
	if p.Role != "cook" || p.Name != "Tablet cook" || p.Device.IsZero() || p.Subject != p.Device.String() {
		t.Errorf("%+v", p)
	}
	clock.pass(door.SessionLife - time.Hour)
	if _, err := h.Staff.Session(t.Context(), hash); err != nil {
		t.Errorf("on the thirtieth day: %v", err)
	}
	clock.pass(2 * time.Hour)
	if _, err := h.Staff.Session(t.Context(), hash); !fault.Is(err, "session_over") {
		t.Errorf("after it: %v", err)
	}
}

func TestWhoSignsOutIsOutAndNobodyElse(t *testing.T) {
	t.Parallel()
	h, _ := start(t)
	one, _ := signIn(t, h, "server")
	two, _ := signIn(t, h, "server")
	check(t, h.Staff.SignOut(t.Context(), one))
	check(t, h.Staff.SignOut(t.Context(), one)) // twice is no error
	if _, err := h.Staff.Session(t.Context(), one); !fault.Is(err, "session_over") {
		t.Errorf("signed out: %v", err)
	}
	if _, err := h.Staff.Session(t.Context(), two); err != nil {
		t.Errorf("the other: %v", err)
	}
}

func TestARevokedDeviceIsOutForGood(t *testing.T) {
	t.Parallel()
	h, _ := start(t)
	hash, p := signIn(t, h, "server")
	other, q := signIn(t, h, "server")
	revoke := func() error {
		_, err := h.Staff.Revoke(t.Context(), journal.Meta{Command: id.New[id.Command]()}, p.Device)
		return err
	}
	check(t, revoke())
	check(t, revoke()) // says nothing new
	for _, when := range []string{"at once", "after a restart"} {
		if _, err := h.Staff.Session(t.Context(), hash); !fault.Is(err, "session_over") {
			t.Errorf("%s: its session: %v", when, err)
		}
		if !h.Staff.Revoked(p) || h.Staff.Revoked(q) {
			t.Errorf("%s: revoked %v, the other %v", when, h.Staff.Revoked(p), h.Staff.Revoked(q))
		}
		if _, err := h.Staff.Session(t.Context(), other); err != nil {
			t.Errorf("%s: the other's session: %v", when, err)
		}
		if n := count(t, h, "device.revoked"); n != 1 {
			t.Errorf("%s: it is said %d times", when, n)
		}
		if when == "at once" {
			h.Stop()
			h.Open()
		}
	}
	if _, err := h.Staff.Revoke(t.Context(), journal.Meta{Command: id.New[id.Command]()}, id.New[id.Device]()); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a device that is not there: %v", err)
	}
}

func TestAProgramIsIntroducedOnceHoweverManyRequestsItBegins(t *testing.T) {
	t.Parallel()
	h, _ := start(t)
	before := count(t, h, "device.introduced")
	c := &door.Claims{Role: "server"}
	c.Subject = "till 4"
	devices := make(chan id.Device, 16)
	var wg sync.WaitGroup
	for range cap(devices) {
		wg.Go(func() {
			p, err := h.Staff.Program(t.Context(), c)
			if err != nil {
				t.Error(err)
			}
			devices <- p.Device
		})
	}
	wg.Wait()
	first := <-devices
	for range cap(devices) - 1 {
		if d := <-devices; d != first {
			t.Errorf("one program is two devices: %s %s", first, d)
		}
	}
	if n := count(t, h, "device.introduced") - before; n != 1 {
		t.Errorf("it is introduced %d times", n)
	}
	for _, bad := range []door.Claims{{Role: "king"}, {Role: ""}} {
		bad.Subject = "till 5"
		if _, err := h.Staff.Program(t.Context(), &bad); fault.KindOf(err) != fault.Invalid {
			t.Errorf("role %q: %v", bad.Role, err)
		}
	}
	for _, name := range []string{"", "  ", strings.Repeat("x", 61), "a\nb", "\xff"} {
		c.Subject = name
		if _, err := h.Staff.Program(t.Context(), c); fault.KindOf(err) != fault.Invalid {
			t.Errorf("name %q: %v", name, err)
		}
		if _, err := h.Staff.MakeCode(t.Context(), "server", name); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a code for %q: %v", name, err)
		}
	}
}

func TestNoSecretIsWrittenDown(t *testing.T) {
	t.Parallel()
	h, _ := start(t)
	unused, used := code(t, h, "server", "Tablet 1"), code(t, h, "server", "Tablet 2")
	secret, err := h.Staff.Redeem(t.Context(), door.Pairing{Code: used})
	check(t, err)
	check(t, h.Journal.DB().View(t.Context(), func(q *sqlite.Snapshot) error {
		for _, table := range []string{"journal", "code", "session", "device"} {
			rows, err := sqlite.Dump(q, table)
			if err != nil {
				return err
			}
			for _, s := range []string{unused, strings.ReplaceAll(unused, "-", ""), used, strings.ReplaceAll(used, "-", ""), secret} {
				if strings.Contains(rows, s) {
					t.Errorf("%s holds %s", table, s)
				}
			}
		}
		return nil
	}))
}
