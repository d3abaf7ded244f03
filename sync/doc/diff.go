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

// leaf is one value of a document and its place, as people say it.
type leaf struct{ where, value string }

// Diff lists what differs between two documents. Elements of a list are told apart by
// their id or name where they have one, so that one more is one change, and are called
// by their name.
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
	for at, old := range a {
		now, stays := b[at]
		if !stays {
			now.where = old.where
		}
		if !same(old.value, now.value) {
			list = append(list, Change{now.where, old.value, now.value})
		}
	}
	for at, now := range b {
		if _, ok := a[at]; !ok {
			list = append(list, Change{Where: now.where, Will: now.value})
		}
	}
	slices.SortFunc(list, func(x, y Change) int {
		return cmp.Or(cmp.Compare(x.Where, y.Where), cmp.Compare(x.Was, y.Was), cmp.Compare(x.Will, y.Will))
	})
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

// flat writes a document as its leaves, by what tells their places apart.
func flat(body []byte) (map[string]leaf, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("compare documents: %w", err)
	}
	out := map[string]leaf{}
	var walk func(at, where string, v any)
	walk = func(at, where string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, k := range slices.Sorted(maps.Keys(v)) {
				dot := ""
				if at != "" {
					dot = "."
				}
				walk(at+dot+k, where+dot+k, v[k])
			}
		case []any:
			keys := told(v)
			names := called(v, keys)
			for i, e := range v {
				walk(at+"["+keys[i]+"]", where+"["+names[i]+"]", e)
			}
		default:
			raw, _ := json.Marshal(v) // it was read from JSON
			out[at] = leaf{where, string(raw)}
		}
	}
	walk("", "", v)
	return out, nil
}

// member is a member of an element that is a text; empty where there is none.
func member(element any, key string) string {
	m, _ := element.(map[string]any)
	s, _ := m[key].(string)
	return s
}

// told is what tells the elements of a list apart: their ids where all differ, then
// their names, then their places.
func told(list []any) []string {
	for _, key := range []string{"id", "name"} {
		keys, seen := make([]string, 0, len(list)), map[string]bool{}
		for _, e := range list {
			if s := member(e, key); s != "" && !seen[s] {
				seen[s] = true
				keys = append(keys, s)
			}
		}
		if len(keys) == len(list) {
			return keys
		}
	}
	keys := make([]string, len(list))
	for i := range list {
		keys[i] = fmt.Sprint(i)
	}
	return keys
}

// called is what people call the elements of a list: their names, with the end of the
// key where several have one name.
func called(list []any, keys []string) []string {
	n := map[string]int{}
	for _, e := range list {
		n[member(e, "name")]++
	}
	names := slices.Clone(keys)
	for i, e := range list {
		switch name := member(e, "name"); {
		case name == "":
		case n[name] > 1:
			names[i] = name + " " + keys[i][max(0, len(keys[i])-4):]
		default:
			names[i] = name
		}
	}
	return names
}
