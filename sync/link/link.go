// Package link moves opaque messages at least once, in any order, possibly never.
// What is guaranteed is made above it, by package pipe.
package link

import (
	"context"
	"errors"
)

// Message is some bytes on a topic.
type Message struct {
	Topic   string
	Payload []byte
	QoS     byte // 0 or 1; neither proves anything
}

// Kind of an Event.
type Kind uint8

const (
	Received  Kind = iota // a message came
	Connected             // there is a connection, and its subscriptions stand
	Lost                  // the connection is gone
)

// Event is what a transport has to tell.
type Event struct {
	Kind    Kind
	Message Message
	Err     error // why the connection was lost
}

// Transport keeps one connection. Messages that the reader of Events does not
// take in time are dropped; Connected and Lost never are.
type Transport interface {
	// Run keeps the connection until ctx ends.
	Run(ctx context.Context) error
	// Send publishes, only while connected, and never waits for long. A nil answer
	// proves nothing.
	Send(ctx context.Context, m Message) error
	// Events is the one stream of what happens.
	Events() <-chan Event
}

// ErrOffline is the answer of Send without a connection.
var ErrOffline = errors.New("not connected")
