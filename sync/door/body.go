package door

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"mime"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/tyngo/tyngo/sync/fault"
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
	case errors.As(err, &kind):
		return fmt.Errorf("%s cannot be a %s", cmp.Or(kind.Field, "it"), kind.Value)
	}
	return err
}

// readWait is how long a body may take on its way, as huma has it.
const readWait = 5 * time.Second

// Read reads the JSON body of a handler that is no Operation, with the same
// refusals. How large it may be is in the route's rule.
func Read(w http.ResponseWriter, r *http.Request, into any) error {
	if t := r.Header.Get("Content-Type"); t != "" {
		if media, _, err := mime.ParseMediaType(t); err != nil || media != "application/json" {
			return plainProblem(http.StatusUnsupportedMediaType, "media_type", "Send the body as application/json.")
		}
	}
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(readWait)) // a server that cannot is a test
	raw, err := io.ReadAll(r.Body)
	if err == nil {
		_ = control.SetReadDeadline(time.Time{}) // else the server would wait for the rest
	}
	var large *http.MaxBytesError
	var slow net.Error
	switch {
	case errors.As(err, &large):
		return fault.Newf(fault.TooLarge, "too_large", "The request is too large: this address takes %d bytes.", large.Limit)
	case errors.As(err, &slow) && slow.Timeout():
		return plainProblem(http.StatusRequestTimeout, "too_slow", "The request took too long on its way. Try again.")
	case err != nil:
		return plainProblem(http.StatusBadRequest, "not_json", "The request was refused: it broke off.")
	}
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	if err = json.Unmarshal(raw, new(json.RawMessage)); err == nil { // nothing after its end either
		dec := json.NewDecoder(bytes.NewReader(raw))
		dec.DisallowUnknownFields()
		err = dec.Decode(into)
	}
	if err != nil {
		return plainProblem(http.StatusBadRequest, "not_json", "The request was refused: "+strings.TrimPrefix(inWords(raw, err).Error(), "json: ")+".")
	}
	return nil
}
