package doc

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Change is one difference between two documents.
type Change struct {
	Where string `json:"where"`          // such as sections[Terrace].tables[12].seats
	Was   string `json:"was,omitempty"`  // JSON; empty: it is new
	Will  string `json:"will,omitempty"` // JSON; empty: it goes
}

// changesMost bounds a list that a person reads.
const changesMost = 500

// Diff lists what differs between two documents. Elements of a list are told apart
// by their id or name where they have one, so that one more is one change.
func Diff(was, will []byte) ([]Change, error) {
	a, err := flat(was)
	if err != nil {
		return nil, err
	}
	b, err := flat(will)
	if err != nil {
		return nil, err
	}
	var list []Change
	for where, v := range a {
		if !same(v, b[where]) {
			list = append(list, Change{where, v, b[where]})
		}
	}
	for where, v := range b {
		if _, ok := a[where]; !ok {
			list = append(list, Change{Where: where, Will: v})
		}
	}
	slices.SortFunc(list, func(x, y Change) int { return cmp.Compare(x.Where, y.Where) })
	if n := len(list); n > changesMost {
		list = append(list[:changesMost], Change{Where: fmt.Sprintf("and %d more", n-changesMost)})
	}
	return list, nil
}

// same reports whether two leaves say the same: 7.40 is 7.4.
func same(a, b string) bool { return a == b || a != "" && b != "" && plain(a) == plain(b) }

// plain is a decimal number without zeros at its end; anything else as it is.
func plain(s string) string {
	if strings.Trim(s, "-0123456789.") != "" || !strings.Contains(s, ".") {
		return s
	}
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// flat writes a document as its leaves by place.
func flat(body []byte) (map[string]string, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("compare documents: %w", err)
	}
	out := map[string]string{}
	var walk func(where string, v any)
	walk = func(where string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, k := range slices.Sorted(maps.Keys(v)) {
				at := k
				if where != "" {
					at = where + "." + k
				}
				walk(at, v[k])
			}
		case []any:
			names := called(v)
			for i, e := range v {
				walk(where+"["+names[i]+"]", e)
			}
		default:
			raw, _ := json.Marshal(v) // it was read from JSON
			out[where] = string(raw)
		}
	}
	walk("", v)
	return out, nil
}

// called is what tells the elements of a list apart: their names where all differ,
// then their ids, then their places.
func called(list []any) []string {
	for _, key := range []string{"name", "id"} {
		names, seen := make([]string, 0, len(list)), map[string]bool{}
		for _, e := range list {
			m, _ := e.(map[string]any)
			if s, ok := m[key].(string); ok && !seen[s] {
				seen[s] = true
				names = append(names, s)
			}
		}
		if len(names) == len(list) {
			return names
		}
	}
	names := make([]string, len(list))
	for i := range list {
		names[i] = fmt.Sprint(i)
	}
	return names
}
