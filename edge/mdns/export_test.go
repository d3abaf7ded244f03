package mdns

import "net/netip"

// AnswerTo is what a packet from an address is answered, in a place that is all there
// is; to is zero where nobody is answered.
func (r *Responder) AnswerTo(raw []byte, from netip.AddrPort, p Place) (answer []byte, to netip.AddrPort, foreign bool) {
	a := r.answerTo(raw, from, p, p.has)
	return a.raw, a.to, a.foreign
}

// Group is where everybody asks.
var Group = group
