package doc

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tyngo/tyngo/sync/money"
)

// Limit is how much somebody of a role may do without a manager's approval; what no
// limit names takes one from the first cent.
type Limit struct {
	Role   string      `json:"role"`   // server, bartender, cook
	Action string      `json:"action"` // order.cancel, order.void (what the kitchen has), order.comp, order.discount, order.reopen, payment.refund, payment.void, drawer.pay_out, drawer.over
	Most   json.Number `json:"most"`   // money
}

// What limits may name.
var (
	limitRoles   = []string{"server", "bartender", "cook"}
	limitActions = []string{"order.cancel", "order.void", "order.comp", "order.discount", "order.reopen", "payment.refund", "payment.void", "drawer.pay_out", "drawer.over"}
)

func (v *Venue) checkLimits(bad *mistakes) {
	if len(v.Limits) > maxFew {
		bad.add("limits", "at most %d are taken", maxFew)
		return
	}
	seen := map[[2]string]bool{}
	for i, l := range v.Limits {
		at := fmt.Sprintf("limits[%d]", i)
		if !slices.Contains(limitRoles, l.Role) {
			bad.add(at+".role", "%.20q is none of: server, bartender, cook", l.Role)
		}
		if !slices.Contains(limitActions, l.Action) {
			bad.add(at+".action", "%.20q is none of: %s", l.Action, strings.Join(limitActions, ", "))
		}
		if a, err := money.Currency(v.Currency).ParseDecimal(l.Most.String()); err != nil || a < 0 {
			bad.add(at+".most", "%.20q is no amount of %s", l.Most, v.Currency)
		}
		if k := [2]string{l.Role, l.Action}; seen[k] {
			bad.add(at, "%s of a %s is there twice", l.Action, l.Role)
		} else {
			seen[k] = true
		}
	}
}
