package order

import (
	"fmt"

	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/id"
)

// CheckItem is what one check has of a line.
type CheckItem struct {
	ViewLine
	Parts, Of int64 // 1, 1: all of it
}

// Share is how much of the line it is, as people write it; empty: all.
func (i CheckItem) Share() string {
	if i.Parts == i.Of {
		return ""
	}
	return fmt.Sprintf("%d/%d", i.Parts, i.Of)
}

// Items are what a check has: of a visit that was not split, its own lines.
func (c *View) Items() (list []CheckItem) {
	if c.Split {
		return c.Has
	}
	for _, l := range c.Lines {
		if l.Gone == "" {
			list = append(list, CheckItem{l, 1, 1})
		}
	}
	return list
}

// Has reads what a check has of the lines of its visit. The amount is its share's.
func Has(q sqlite.Queryer, c *View) (list []CheckItem, err error) {
	v, err := loadVisit(q, c.ID)
	if err != nil || v == nil {
		return nil, err
	}
	return v.has(c.ID), nil
}

func (v *Visit) has(check id.Order) (list []CheckItem) {
	for _, home := range v.Checks {
		for i := range home.Lines {
			l := &home.Lines[i]
			if l.Gone != "" {
				continue
			}
			shares := home.shares(l)
			weights, at, all := make([]int64, len(shares)), -1, int64(0)
			for k, s := range shares {
				if weights[k], all = s.Parts, all+s.Parts; s.Check == check {
					at = k
				}
			}
			if at >= 0 {
				item := CheckItem{*l, shares[at].Parts, all}
				item.Amount = l.Amount.Allocate(weights)[at]
				list = append(list, item)
			}
		}
	}
	return list
}
