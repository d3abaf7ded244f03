// Package wire is the bytes on the topics between box and cloud (PROTOCOL.md 2
// and 3): topics, batches of facts, HELLO, ACK and WILL.
//
// It decodes what comes from a network: sizes and counts are checked while it
// reads, before anything is kept, and a payload that breaks a bound is an error.
package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
)

// Leaves of a box's topics.
const (
	Up    = "up"    // box to cloud, QoS 1: a batch
	Hello = "hello" // box to cloud, QoS 1: where the box stands
	Ack   = "ack"   // cloud to box, QoS 0: where the cloud stands
	Down  = "down"  // cloud to box, QoS 1: directives
	Will  = "will"  // by the broker when a box is gone
)

const root = "t/v1/"

// Shard is the first byte of SHA-256 of the box in hex: consumers share boxes by it.
func Shard(b id.Box) string {
	s := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(s[:1])
}

// Topic is a topic of a box.
func Topic(b id.Box, leaf string) string { return root + Shard(b) + "/" + b.String() + "/" + leaf }

// Rollcall is the topic on which the cloud asks the boxes of a shard who is there.
func Rollcall(shard string) string { return root + shard + "/rollcall" }

// All is the filter of one leaf over all boxes.
func All(leaf string) string { return root + "+/+/" + leaf }

// ParseTopic takes a topic of a box apart; the shard must be the box's own.
func ParseTopic(topic string) (b id.Box, leaf string, err error) {
	rest, ok := strings.CutPrefix(topic, root)
	parts := strings.Split(rest, "/")
	if !ok || len(parts) != 3 {
		return b, "", fmt.Errorf("%.80q is not a topic of a box", topic)
	}
	if b, err = id.Parse[id.Box](parts[1]); err != nil || b.String() != parts[1] || parts[0] != Shard(b) {
		return b, "", fmt.Errorf("%.80q is not a topic of a box", topic)
	}
	return b, parts[2], nil
}

// HelloMessage says where a box stands.
type HelloMessage struct {
	Box         id.Box       `json:"box"`
	Epoch       int64        `json:"epoch"`
	Boot        id.Boot      `json:"boot"`
	PrevBoot    id.Boot      `json:"prev_boot"`
	Nonce       string       `json:"nonce"` // 128 random bits, hex
	Head        int64        `json:"head"`
	HeadDg      event.Digest `json:"head_dg"`
	Acked       int64        `json:"acked"`
	Now         int64        `json:"now"` // UTC ms by the box's clock
	Software    string       `json:"sw"`
	Schema      [2]int       `json:"schema"` // lowest and highest version of messages that the box reads
	Incarnation string       `json:"incarnation"`
}

// States of an ack.
const (
	OK     = "ok"
	Gap    = "gap"    // the batch does not continue: send from last+1
	Fork   = "fork"   // two histories
	Fenced = "fenced" // this epoch is another box's
	Slow   = "slow"   // pause: the window is 0
	Bad    = "bad"    // the message cannot be read or stored
)

// What an ack answers.
const (
	ReHello = "hello"
	ReBatch = "batch"
)

// AckMessage says where the cloud stands with one box. Any ack equals any other:
// it carries the whole cursor.
type AckMessage struct {
	Epoch int64        `json:"epoch"`
	Boot  id.Boot      `json:"boot"` // whom it answers
	Last  int64        `json:"last"` // everything up to here is on the cloud's disk
	Dg    event.Digest `json:"dg"`   // D(last)
	State string       `json:"st"`
	Win   int          `json:"win"`   // batches that may be under way; 0: pause
	Nonce string       `json:"nonce"` // of the HELLO that the cloud heard last
	Re    string       `json:"re"`
	Want  []string     `json:"want,omitempty"` // documents that the cloud lacks
	Now   int64        `json:"now"`            // UTC ms by the cloud's clock
	Enc   int          `json:"enc,omitzero"`   // highest encoding of batches that the cloud reads; absent: 1
}

// WillMessage is said by the broker when the connection of a boot is gone.
type WillMessage struct {
	Boot id.Boot `json:"boot"`
}

// maxControl is the largest HELLO, ACK or WILL.
const maxControl = 64 << 10

// Encode writes a HELLO, ACK or WILL.
func Encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // plain structs always encode
	}
	return b
}

// DecodeHello reads a HELLO and checks its bounds.
func DecodeHello(p []byte) (h HelloMessage, err error) {
	if err := decode(p, &h); err != nil {
		return h, err
	}
	switch {
	case h.Box.IsZero() || h.Boot.IsZero():
		return h, errors.New("hello names no box or boot")
	case h.Epoch < 1 || h.Head < 0 || h.Acked < 0:
		return h, errors.New("hello has an impossible epoch, head or acked")
	case len(h.Nonce) < 16 || len(h.Nonce) > 64 || len(h.Software) > 64 || len(h.Incarnation) > 8:
		return h, errors.New("hello has an impossible nonce, software or incarnation")
	}
	return h, nil
}

// DecodeAck reads an ACK and checks its bounds.
func DecodeAck(p []byte) (a AckMessage, err error) {
	if err := decode(p, &a); err != nil {
		return a, err
	}
	if a.Last < 0 || a.Win < 0 || a.Win > MaxWindow || len(a.Want) > 1000 {
		return a, errors.New("ack has an impossible last, window or want")
	}
	return a, nil
}

// DecodeWill reads a WILL.
func DecodeWill(p []byte) (w WillMessage, err error) { return w, decode(p, &w) }

// MaxWindow is the largest window that an ack may grant.
const MaxWindow = 64

func decode(p []byte, into any) error {
	if len(p) > maxControl {
		return fmt.Errorf("message of %d bytes, the largest is %d", len(p), maxControl)
	}
	if err := json.Unmarshal(p, into); err != nil {
		return fmt.Errorf("message is no JSON of its kind: %w", err)
	}
	return nil
}
