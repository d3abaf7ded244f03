package doc

import (
	"encoding/json"
	"fmt"
)

// TipOut is what a server gives to others when they go home.
type TipOut struct {
	Name    string      `json:"name"`         // to whom: Bar
	Percent json.Number `json:"percent"`      // exact: 2.5
	Of      string      `json:"of,omitempty"` // tips, sales (what their guests paid); none: tips
}

func (v *Venue) checkTipOuts(bad *mistakes) {
	if len(v.TipOuts) > maxFew {
		bad.add("tip_outs", "at most %d are taken", maxFew)
		return
	}
	seen := map[string]bool{}
	for i, o := range v.TipOuts {
		at := fmt.Sprintf("tip_outs[%d]", i)
		name(bad, at+".name", o.Name)
		if seen[o.Name] {
			bad.add(at+".name", "%q is there twice", o.Name)
		}
		seen[o.Name] = true
		if !percentForm.MatchString(o.Percent.String()) {
			bad.add(at+".percent", "%.20q is no rate such as 8.875; at most 100, with 5 digits", o.Percent)
		}
		if o.Of != "" && o.Of != "tips" && o.Of != "sales" {
			bad.add(at+".of", "%.20q is none of: tips, sales", o.Of)
		}
	}
}
