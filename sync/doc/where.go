package doc

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// locate says in which line of a document each mistake is.
func (m *mistakes) locate(body []byte) {
	if len(m.fields) == 0 {
		return
	}
	at := lines(body)
	for i, f := range m.fields {
		where := f.Where
		for where != "" && at[where] == 0 { // what is missing has no line: its parent has
			where = parent(where)
		}
		if n := at[where]; n > 0 {
			m.fields[i].Message = fmt.Sprintf("line %d: %s", n, f.Message)
		}
	}
}

// parent is a place without its last step.
func parent(where string) string {
	for i := len(where) - 1; i > 0; i-- {
		if where[i] == '.' || where[i] == '[' {
			return where[:i]
		}
	}
	return ""
}

// lines is where each value of a JSON document begins, by its place.
func lines(body []byte) map[string]int {
	at := map[string]int{}
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	line, seen := 1, 0
	here := func() int {
		n := int(d.InputOffset())
		line += bytes.Count(body[seen:n], []byte{'\n'})
		seen = n
		return line
	}
	var walk func(where string) bool
	walk = func(where string) bool {
		t, err := d.Token()
		if err != nil {
			return false
		}
		at[where] = here()
		delim, _ := t.(json.Delim)
		switch delim {
		case '{':
			for d.More() {
				k, err := d.Token()
				if err != nil {
					return false
				}
				inner, _ := k.(string)
				if where != "" {
					inner = where + "." + inner
				}
				if !walk(inner) {
					return false
				}
			}
			_, err = d.Token()
		case '[':
			for i := 0; d.More(); i++ {
				if !walk(fmt.Sprintf("%s[%d]", where, i)) {
					return false
				}
			}
			_, err = d.Token()
		}
		return err == nil
	}
	walk("")
	return at
}
