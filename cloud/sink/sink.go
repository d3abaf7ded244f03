// Package sink hands facts to the outside as CloudEvents 1.0: to standard output
// now, to Kafka later. It follows every box by a cursor of its own, and hands over
// at least once, in the order of the box.
//
// public.go alone knows what the outside calls things.
package sink

import (
	"bufio"
	"context"
	"encoding/json"
	"io"

	"github.com/tyngo/tyngo/cloud/rollup"
)

// Consumer is the name of the follower that writes to standard output.
const Consumer = "stdout"

// record is one line on standard output: what a Kafka record would be.
type record struct {
	Topic string          `json:"topic"`
	Key   string          `json:"key"`
	Value json.RawMessage `json:"value"`
}

// Lines writes one JSON object a line.
func Lines(w io.Writer) func(context.Context, []rollup.Out) error {
	return func(_ context.Context, out []rollup.Out) error {
		b := bufio.NewWriter(w)
		enc := json.NewEncoder(b)
		for _, o := range out {
			if err := enc.Encode(record{o.Topic, o.Key, o.Value}); err != nil {
				return err
			}
		}
		return b.Flush()
	}
}
