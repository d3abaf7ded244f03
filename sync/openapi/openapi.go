// Package openapi is an API as it describes itself in OpenAPI 3.1: which operations
// there are, who may ask for them, what they take and what they answer.
//
// It reads what door writes, and no more of the standard than that. It makes
// requests from a description (Generator), and holds answers against it (Judge), so
// that a test or a proof believes nothing but what is published.
package openapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Document is a description.
type Document struct {
	Paths      map[string]map[string]*Operation
	Components struct{ Schemas map[string]*Schema }
	Roles      map[string][]string `json:"x-roles"` // what each role may do
}

// Operation is one of them.
type Operation struct {
	Method, Path string `json:"-"`
	Parameters   []Parameter
	RequestBody  *Body
	Responses    map[string]*Response
	Security     []map[string][]string // one of these: proof and permissions; none: anybody may
}

// Parameter is a part of a request beside its body.
type Parameter struct {
	Name, In string
	Required bool
	Schema   *Schema
}

// Body is what a request carries.
type Body struct {
	Required bool
	Content  map[string]Media
}

// Response is an answer.
type Response struct {
	Headers map[string]any
	Content map[string]Media
}

// Media is a form of a body.
type Media struct{ Schema *Schema }

// Schema is JSON Schema, as far as our APIs use it.
type Schema struct {
	Ref         string             `json:"$ref"`
	Type        Types              `json:"type"`
	Format      string             `json:"format"`
	Enum        []any              `json:"enum"`
	Properties  map[string]*Schema `json:"properties"`
	Additional  *Additional        `json:"additionalProperties"`
	Items       *Schema            `json:"items"`
	Required    []string           `json:"required"`
	OneOf       []*Schema          `json:"oneOf"`
	Minimum     *float64           `json:"minimum"`
	Maximum     *float64           `json:"maximum"`
	MinLength   *int               `json:"minLength"`
	MaxLength   *int               `json:"maxLength"`
	MinItems    *int               `json:"minItems"`
	MaxItems    *int               `json:"maxItems"`
	Pattern     string             `json:"pattern"`
	Examples    []any              `json:"examples"`
	Encoding    string             `json:"contentEncoding"`
	Description string             `json:"description"`
}

// Types are the types that a value may have; none: any.
type Types []string

// UnmarshalJSON reads one, or a list.
func (t *Types) UnmarshalJSON(raw []byte) error {
	var one string
	if err := json.Unmarshal(raw, &one); err == nil {
		*t = Types{one}
		return nil
	}
	return json.Unmarshal(raw, (*[]string)(t))
}

func (t Types) has(name string) bool { return slices.Contains(t, name) }

// Additional says what members an object may have that are not named.
type Additional struct {
	No     bool
	Schema *Schema
}

// UnmarshalJSON reads true, false or a schema.
func (a *Additional) UnmarshalJSON(raw []byte) error {
	var yes bool
	if err := json.Unmarshal(raw, &yes); err == nil {
		a.No = !yes
		return nil
	}
	return json.Unmarshal(raw, &a.Schema)
}

// Read reads a description.
func Read(raw []byte) (*Document, error) {
	d := &Document{}
	if err := json.Unmarshal(raw, d); err != nil {
		return nil, fmt.Errorf("read the description of the API: %w", err)
	}
	for path, methods := range d.Paths {
		for method, op := range methods {
			op.Method, op.Path = strings.ToUpper(method), path
		}
	}
	return d, nil
}

// Operations are all, in the order of their paths.
func (d *Document) Operations() (list []*Operation) {
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(d.Paths[path])) {
			list = append(list, d.Paths[path][method])
		}
	}
	return list
}

// Name is method and path.
func (o *Operation) Name() string { return o.Method + " " + o.Path }

// Writes reports whether an operation changes something.
func (o *Operation) Writes() bool { return o.Method != "GET" && o.Method != "HEAD" }

// Open reports whether anybody may ask.
func (o *Operation) Open() bool { return len(o.Security) == 0 }

// Admits reports whether somebody with a proof and a role may ask for an operation;
// proof is the name of a security scheme, empty where there is none.
func (d *Document) Admits(o *Operation, proof, role string) bool {
	if o.Open() {
		return true
	}
	for _, way := range o.Security {
		if permissions, ok := way[proof]; ok && len(way) == 1 {
			return !slices.ContainsFunc(permissions, func(p string) bool { return !slices.Contains(d.Roles[role], p) })
		}
	}
	return false
}

// resolve follows references.
func (d *Document) resolve(s *Schema) *Schema {
	for s != nil && s.Ref != "" {
		s = d.Components.Schemas[s.Ref[strings.LastIndex(s.Ref, "/")+1:]]
	}
	return s
}
