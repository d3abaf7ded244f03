package doc

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strings"
)

// MenuSchema is the JSON Schema (2020-12) of a menu document: its members and their
// types. What must hold between them ParseMenu says.
func MenuSchema() ([]byte, error) {
	s := schemas{}
	root := s.of(reflect.TypeFor[Menu]())
	out := map[string]any{"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "TYNGO menu", "$defs": s}
	for k, v := range root {
		out[k] = v
	}
	return json.MarshalIndent(out, "", " ")
}

// schemas are the types of a document, by name.
type schemas map[string]any

func (s schemas) of(t reflect.Type) map[string]any {
	switch {
	case t == reflect.TypeFor[json.Number]():
		return map[string]any{"type": "number"}
	case reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
		return map[string]any{"type": "string", "format": "uuid"}
	}
	switch t.Kind() {
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return map[string]any{"type": "integer"}
	case reflect.Slice:
		return map[string]any{"type": "array", "items": s.of(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": s.of(t.Elem())}
	case reflect.Struct:
		if _, known := s[t.Name()]; !known {
			s[t.Name()] = nil // it may name itself
			s[t.Name()] = s.object(t)
		}
		return map[string]any{"$ref": "#/$defs/" + t.Name()}
	default:
		return map[string]any{"type": "string"}
	}
}

func (s schemas) object(t reflect.Type) map[string]any {
	members, required := map[string]any{}, []string{}
	for i := range t.NumField() {
		name, options, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		members[name] = s.of(t.Field(i).Type)
		if options == "" {
			required = append(required, name)
		}
	}
	return map[string]any{"type": "object", "properties": members, "required": required, "additionalProperties": false}
}
