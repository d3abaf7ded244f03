package openapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Answer is what came back.
type Answer struct {
	Status      int
	ContentType string
	Body        []byte
}

// Judge holds an answer against the description of its operation: the status is
// one that is described, and the body has the form and the schema that go with it.
// An error of the server, 500 and all above it but 503, is never right, whatever is described.
func (d *Document) Judge(o *Operation, a Answer) error {
	if a.Status >= 500 && a.Status != 503 {
		return fmt.Errorf("is answered with an error of the server: %d %.500s", a.Status, a.Body)
	}
	r := o.Responses[strconv.Itoa(a.Status)]
	if r == nil {
		return fmt.Errorf("is answered %d, which is not described: %.300s", a.Status, a.Body)
	}
	if len(r.Content) == 0 {
		if len(a.Body) > 0 {
			return fmt.Errorf("has a body with %d, which is not described: %.300s", a.Status, a.Body)
		}
		return nil
	}
	kind, _, err := mime.ParseMediaType(a.ContentType)
	if err != nil {
		return fmt.Errorf("is answered with the media type %q: %w", a.ContentType, err)
	}
	m, ok := r.Content[kind]
	if !ok {
		family, _, _ := strings.Cut(kind, "/")
		m, ok = r.Content[family+"/*"]
	}
	if !ok {
		return fmt.Errorf("is answered %d as %s, which is not described: %.300s", a.Status, kind, a.Body)
	}
	if kind != "application/json" && !strings.HasSuffix(kind, "+json") {
		return nil
	}
	if o.Method == "HEAD" {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(a.Body))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return fmt.Errorf("is answered with no JSON: %w: %.300s", err, a.Body)
	}
	if err := d.Fits(m.Schema, v); err != nil {
		return fmt.Errorf("is answered %d with what does not fit its schema: %w: %.300s", a.Status, err, a.Body)
	}
	return nil
}

// Fits says where a JSON value, decoded with numbers as json.Number, does not fit a
// schema.
func (d *Document) Fits(s *Schema, v any) error { return d.fits(s, v, "the body") }

func (d *Document) fits(s *Schema, v any, at string) error {
	if s = d.resolve(s); s == nil {
		return nil
	}
	if len(s.OneOf) > 0 && !slices.ContainsFunc(s.OneOf, func(one *Schema) bool { return d.fits(one, v, at) == nil }) {
		return fmt.Errorf("%s is none of what it may be", at)
	}
	if len(s.Type) > 0 && !slices.ContainsFunc(s.Type, func(t string) bool { return is(t, v) }) {
		return fmt.Errorf("%s is no %s: %.60v", at, strings.Join(s.Type, " or "), v)
	}
	if v == nil {
		return nil // its type allows it
	}
	if len(s.Enum) > 0 && !slices.ContainsFunc(s.Enum, func(e any) bool { return fmt.Sprint(e) == fmt.Sprint(v) }) {
		return fmt.Errorf("%s is %.60v, which is none of %v", at, v, s.Enum)
	}
	switch v := v.(type) {
	case map[string]any:
		return d.fitsObject(s, v, at)
	case []any:
		if s.MinItems != nil && len(v) < *s.MinItems || s.MaxItems != nil && len(v) > *s.MaxItems {
			return fmt.Errorf("%s has %d entries", at, len(v))
		}
		for i, e := range v {
			if err := d.fits(s.Items, e, fmt.Sprintf("%s[%d]", at, i)); err != nil {
				return err
			}
		}
	case string:
		return s.fitsText(v, at)
	case json.Number:
		f, err := v.Float64()
		if err != nil || s.Minimum != nil && f < *s.Minimum || s.Maximum != nil && f > *s.Maximum {
			return fmt.Errorf("%s is %s, which is out of bounds", at, v)
		}
	}
	return nil
}

func (d *Document) fitsObject(s *Schema, v map[string]any, at string) error {
	for _, name := range s.Required {
		if _, ok := v[name]; !ok {
			return fmt.Errorf("%s has no %s", at, name)
		}
	}
	for name, e := range v {
		p, ok := s.Properties[name]
		switch {
		case ok:
		case s.Additional != nil && s.Additional.No:
			return fmt.Errorf("%s has a member %q, which is not described", at, name)
		case s.Additional != nil:
			p = s.Additional.Schema
		}
		if err := d.fits(p, e, at+"."+name); err != nil {
			return err
		}
	}
	return nil
}

var uuid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

func (s *Schema) fitsText(v, at string) (err error) {
	n := utf8.RuneCountInString(v)
	if s.MinLength != nil && n < *s.MinLength || s.MaxLength != nil && n > *s.MaxLength {
		return fmt.Errorf("%s has %d characters", at, n)
	}
	if s.Pattern != "" {
		re, err := regexp.Compile(s.Pattern)
		if err != nil || !re.MatchString(v) {
			return errors.Join(fmt.Errorf("%s is not as %s: %.60q", at, s.Pattern, v), err)
		}
	}
	switch s.Format {
	case "uuid":
		if !uuid.MatchString(v) {
			err = errors.New("no UUID")
		}
	case "date-time":
		_, err = time.Parse(time.RFC3339Nano, v)
	case "date":
		_, err = time.Parse(time.DateOnly, v)
	}
	if err != nil {
		err = fmt.Errorf("%s is no %s: %.60q", at, s.Format, v)
	}
	return err
}

// is reports whether a value has a type of JSON Schema.
func is(kind string, v any) bool {
	switch v := v.(type) {
	case nil:
		return kind == "null"
	case bool:
		return kind == "boolean"
	case string:
		return kind == "string"
	case []any:
		return kind == "array"
	case map[string]any:
		return kind == "object"
	case json.Number:
		if kind == "integer" {
			_, err := v.Int64()
			return err == nil
		}
		return kind == "number"
	}
	return false
}
