package doc

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

// column is one column of the table of items. Lists have semicolons in a cell.
type column struct {
	name string
	get  func(*Item) string
	set  func(*Item, string) error
}

func text(name string, at func(*Item) *string) column {
	return column{name, func(it *Item) string { return *at(it) }, func(it *Item, s string) error { *at(it) = s; return nil }}
}

func texts(name string, at func(*Item) *[]string) column {
	return column{name, func(it *Item) string {
		var parts []string
		for _, s := range *at(it) {
			parts = append(parts, escaped.Replace(s))
		}
		return strings.Join(parts, "; ")
	}, func(it *Item, s string) error { *at(it) = list(s); return nil }}
}

// escaped is an entry of a list that has a semicolon itself.
var escaped = strings.NewReplacer(`\`, `\\`, ";", `\;`)

// list reads the entries of a cell.
func list(s string) (out []string) {
	var b strings.Builder
	take := func() {
		if part := strings.TrimSpace(b.String()); part != "" {
			out = append(out, part)
		}
		b.Reset()
	}
	plain := false
	for _, r := range s {
		switch {
		case plain:
			b.WriteRune(r)
			plain = false
		case r == '\\':
			plain = true
		case r == ';':
			take()
		default:
			b.WriteRune(r)
		}
	}
	take()
	return out
}

// columns are those of every table; then come the prices of the levels (price:Happy
// hour) and the names in other languages (name:es).
var columns = []column{
	{"id", func(it *Item) string { return it.ID.String() }, func(it *Item, s string) (err error) {
		if s = strings.TrimSpace(s); s != "" {
			it.ID, err = id.Parse[id.Item](s)
		}
		return err
	}},
	text("name", func(it *Item) *string { return &it.Name }),
	{"price", func(it *Item) string { return it.Price.String() }, func(it *Item, s string) (err error) { it.Price, err = decimal(s); return err }},
	text("category", func(it *Item) *string { return &it.Category }),
	text("station", func(it *Item) *string { return &it.Station }),
	text("course", func(it *Item) *string { return &it.Course }),
	text("tax_class", func(it *Item) *string { return &it.TaxClass }),
	{"prep_minutes", func(it *Item) string { return digits(it.PrepMinutes) }, func(it *Item, s string) (err error) {
		it.PrepMinutes = 0
		if s = strings.TrimSpace(s); s != "" {
			it.PrepMinutes, err = strconv.Atoi(s)
		}
		if err != nil {
			err = fmt.Errorf("%.20q is no whole number", s)
		}
		return err
	}},
	text("of", func(it *Item) *string { return &it.Of }),
	text("variant", func(it *Item) *string { return &it.Variant }),
	texts("allergens", func(it *Item) *[]string { return &it.Allergens }),
	texts("dayparts", func(it *Item) *[]string { return &it.Dayparts }),
	texts("modifier_groups", func(it *Item) *[]string { return &it.Groups }),
	{"open_price", openCell, setOpen},
}

// openCell is the bounds of an open price in a cell: 5-80, 5- or -; empty where the
// item has a price of its own.
func openCell(it *Item) string {
	if it.OpenPrice == nil {
		return ""
	}
	return it.OpenPrice.Least.String() + "-" + it.OpenPrice.Most.String()
}

func setOpen(it *Item, s string) error {
	it.OpenPrice = nil
	if s = strings.TrimSpace(s); s == "" {
		return nil
	}
	least, most, ok := strings.Cut(s, "-")
	a, e1 := decimal(least)
	b, e2 := decimal(most)
	if !ok || e1 != nil || e2 != nil {
		return fmt.Errorf("%.20q are no bounds of a price such as 5-80", s)
	}
	it.OpenPrice = &OpenPrice{a, b}
	return nil
}

func digits(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

var decimalForm = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,4})?$`)

func decimal(s string) (json.Number, error) {
	if s = strings.TrimSpace(s); s != "" && !decimalForm.MatchString(s) {
		return "", fmt.Errorf("%.20q is no price such as 8.75", s)
	}
	return json.Number(s), nil
}

// more are the columns that a menu has beside the common ones.
func (m *Menu) more() (list []column) {
	for _, l := range m.Levels {
		list = append(list, column{"price:" + l.Name, func(it *Item) string { return it.Prices[l.Name].String() }, func(it *Item, s string) error {
			n, err := decimal(s)
			it.Prices = with(it.Prices, l.Name, n)
			return err
		}})
	}
	for _, l := range m.Languages {
		list = append(list, column{"name:" + l, func(it *Item) string { return it.Names[l] }, func(it *Item, s string) error { it.Names = with(it.Names, l, s); return nil }})
	}
	return list
}

// with is a map with an entry, or, where that is empty, without; nil where it is empty.
func with[M ~map[string]V, V ~string](m M, key string, v V) M {
	out := M{}
	for k, old := range m {
		out[k] = old
	}
	if out[key] = v; v == "" {
		delete(out, key)
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// CSV writes the items of a menu as a table: a row an item. What has no column
// (portions, photos, combos) stays as it is when the table is read again.
func (m *Menu) CSV() ([]byte, error) {
	all := append(slices.Clone(columns), m.more()...)
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	row := make([]string, len(all))
	for i, c := range all {
		row[i] = c.name
	}
	err := w.Write(row)
	for n := range m.Items {
		for i, c := range all {
			row[i] = c.get(&m.Items[n])
		}
		err = errors.Join(err, w.Write(row))
	}
	w.Flush()
	return b.Bytes(), errors.Join(err, w.Error())
}

// WithCSV is this menu with the items of a table, and nothing else changed. Columns
// may be in any order, and those that are not there leave what was. An item without an
// id is the one of that name, or a new one. A bad table is refused whole, with every
// mistake by its line.
func (m *Menu) WithCSV(table []byte) (*Menu, error) {
	const code, what = "menu_invalid", "table"
	if len(table) > MaxBytes {
		return nil, fault.Newf(fault.TooLarge, code, "The table has %d bytes; at most %d are taken.", len(table), MaxBytes)
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(table, []byte("\ufeff"))))
	r.ReuseRecord = true
	head, err := r.Read()
	if err != nil {
		return nil, fault.Newf(fault.Invalid, code, "The table cannot be read: %v. Its first line names the columns.", err)
	}
	t, err := m.table(slices.Clone(head))
	if err != nil {
		return nil, err
	}
	for {
		cells, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fault.Newf(fault.Invalid, code, "The table cannot be read: %v.", err)
		}
		if len(t.menu.Items) >= maxItems {
			return nil, fault.Newf(fault.Invalid, code, "The table has more than %d items.", maxItems)
		}
		line, _ := r.FieldPos(0)
		t.row(line, cells)
	}
	if len(t.bad.fields) == 0 { // what cannot be read needs no further look
		bad := t.menu.check()
		for _, f := range bad.fields {
			var n int
			if _, err := fmt.Sscanf(f.Where, "items[%d]", &n); err == nil && n < len(t.lines) {
				f.Message = fmt.Sprintf("line %d: %s", t.lines[n], f.Message)
			}
			t.bad.fields = append(t.bad.fields, f)
		}
	}
	return t.menu, t.bad.fault(code, what)
}

// table is a table that is read into a menu.
type table struct {
	menu  *Menu
	cells []column // nil columns are none of ours
	was   map[id.Item]*Item
	named map[string]*Item
	lines []int // of the items
	bad   mistakes
}

func (m *Menu) table(head []string) (*table, error) {
	next := *m
	next.Items = nil
	t := &table{menu: &next, was: map[id.Item]*Item{}, named: map[string]*Item{}}
	known := append(slices.Clone(columns), m.more()...)
	for i, name := range head {
		at := slices.IndexFunc(known, func(c column) bool { return c.name == strings.TrimSpace(name) })
		if at < 0 || slices.Contains(head[:i], name) {
			var names []string
			for _, c := range known {
				names = append(names, c.name)
			}
			return nil, fault.Newf(fault.Invalid, "menu_invalid", "The table has a column %.80q, or has it twice. It may have: %s.", name, strings.Join(names, ", "))
		}
		t.cells = append(t.cells, known[at])
	}
	if !slices.ContainsFunc(t.cells, func(c column) bool { return c.name == "name" }) {
		return nil, fault.New(fault.Invalid, "menu_invalid", "The table has no column name.")
	}
	for i := range m.Items {
		it := &m.Items[i]
		t.was[it.ID] = it
		t.named[it.Name] = cmp.Or(t.named[it.Name], it)
	}
	return t, nil
}

// row reads one item.
func (t *table) row(line int, cells []string) {
	var fresh Item
	for i, c := range t.cells { // who is it?
		if c.name == "id" || c.name == "name" {
			if err := c.set(&fresh, cells[i]); err != nil {
				t.bad.add(c.name, "line %d: %v", line, err)
				return
			}
		}
	}
	old := t.was[fresh.ID]
	if fresh.ID.IsZero() {
		old = t.named[fresh.Name]
	}
	if old != nil {
		fresh = *old
	} else if fresh.ID.IsZero() {
		fresh.ID = id.Derived[id.Item]("item of a table", fresh.Name)
	}
	for i, c := range t.cells {
		if err := c.set(&fresh, cells[i]); err != nil {
			t.bad.add(c.name, "line %d: %v", line, err)
		}
	}
	t.menu.Items, t.lines = append(t.menu.Items, fresh), append(t.lines, line)
}
