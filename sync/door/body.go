package door

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// bodies is how JSON is read and written: as encoding/json does, but a byte order
// mark is no mistake, 2.0 is the whole number 2, a number beyond all bounds is only
// a very large one, so that the check can say which it was, and what is wrong is
// said in words for who wrote the request.
var bodies = huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: unmarshal}

func unmarshal(data []byte, into any) error {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	err := json.Unmarshal(data, into)
	if err == nil || !json.Valid(data) {
		return inWords(data, err)
	}
	again, e := wholeNumbers(data)
	if e != nil {
		return inWords(data, err)
	}
	return inWords(data, json.Unmarshal(again, into))
}

// wholeNumbers writes JSON again with its numbers in the plainest form.
func wholeNumbers(data []byte) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	return json.Marshal(plainer(v))
}

func plainer(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = plainer(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = plainer(v[k])
		}
	case json.Number:
		f, err := strconv.ParseFloat(v.String(), 64)
		switch {
		case err != nil:
			return math.Copysign(math.MaxFloat64, f)
		case f == math.Trunc(f) && math.Abs(f) < 1<<53:
			return int64(f)
		}
	}
	return v
}

func inWords(data []byte, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		line := 1 + bytes.Count(data[:min(int(syntax.Offset), len(data))], []byte{'\n'})
		return fmt.Errorf("is no JSON at byte %d, line %d: %w", syntax.Offset, line, err)
	case errors.As(err, &kind) && kind.Field != "":
		return fmt.Errorf("%s cannot be a %s", kind.Field, kind.Value)
	}
	return err
}
