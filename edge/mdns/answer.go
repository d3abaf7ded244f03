package mdns

import (
	"net/netip"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

const (
	ttl         = 120     // seconds that an address is remembered
	ttlPlain    = 10      // by a plain resolver, which hears no goodbye
	askMost     = 32      // questions of one packet that are read
	topBit      = 1 << 15 // of a class: in a question, answer me alone; in a record, forget what you had
	typeNSEC    = dnsmessage.Type(47)
	onlyA       = "\x00\x01\x40" // bitmap of NSEC: there is an A, and nothing else
	classInet   = dnsmessage.ClassINET
	classUnique = classInet | topBit
)

// answer is what one packet calls for.
type answer struct {
	raw     []byte // nil: nothing
	to      netip.AddrPort
	foreign bool // somebody else has our name
}

func (p Place) has(a netip.Addr) bool {
	for _, n := range p.At {
		if n.Addr() == a {
			return true
		}
	}
	return false
}

// near reports whether an address is in a network of the place.
func (p Place) near(a netip.Addr) bool {
	for _, n := range p.At {
		if n.Contains(a) {
			return true
		}
	}
	return false
}

// answerTo is what to answer to a packet that came to a place. ours are the addresses
// of all places: machines that carry packets from one network to another repeat us.
func (r *Responder) answerTo(raw []byte, from netip.AddrPort, p Place, ours func(netip.Addr) bool) (a answer) {
	from = netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
	var m dnsmessage.Parser
	h, err := m.Start(raw)
	if err != nil || h.OpCode != 0 || !p.near(from.Addr()) {
		return a
	}
	if h.Response {
		a.foreign = r.denied(&m, ours)
		return a
	}
	var asked *dnsmessage.Question
	address, alone := false, true // whether the addresses are asked for; whether nobody else wants to know
	for range askMost {
		q, err := m.Question()
		if err != nil {
			break
		}
		if class := q.Class &^ topBit; !r.is(q.Name) || class != classInet && class != dnsmessage.ClassANY {
			continue
		}
		if asked == nil {
			asked = &q
		}
		address = address || q.Type == dnsmessage.TypeA || q.Type == dnsmessage.TypeALL
		alone = alone && q.Class&topBit != 0
	}
	if asked == nil {
		return a
	}
	switch {
	case from.Port() != group.Port():
		plain := *asked
		plain.Class = classInet
		return answer{raw: r.build(h.ID, &plain, p, address, ttlPlain), to: from}
	case alone:
		return answer{raw: r.build(0, nil, p, address, ttl), to: from}
	case address && r.known(&m, p):
		return a
	}
	return answer{raw: r.build(0, nil, p, address, ttl), to: group}
}

// is reports whether a name is ours; names know no case.
func (r *Responder) is(n dnsmessage.Name) bool { return strings.EqualFold(n.String(), r.name.String()) }

// denied reports whether a response gives our name to an address that is not ours.
func (r *Responder) denied(m *dnsmessage.Parser, ours func(netip.Addr) bool) bool {
	if m.SkipAllQuestions() != nil {
		return false
	}
	for {
		h, err := m.AnswerHeader()
		if err != nil {
			return false
		}
		if h.Type != dnsmessage.TypeA || !r.is(h.Name) || h.TTL == 0 {
			if m.SkipAnswer() != nil {
				return false
			}
			continue
		}
		body, err := m.AResource()
		if err != nil {
			return false
		}
		if !ours(netip.AddrFrom4(body.A)) {
			return true
		}
	}
}

// known reports whether a question says that all our addresses are known (section 7.1).
func (r *Responder) known(m *dnsmessage.Parser, p Place) bool {
	if m.SkipAllQuestions() != nil {
		return false
	}
	have := 0
	for {
		h, err := m.AnswerHeader()
		if err != nil {
			return have == len(p.At)
		}
		if h.Type != dnsmessage.TypeA || !r.is(h.Name) || h.TTL < ttl/2 {
			if m.SkipAnswer() != nil {
				return false
			}
			continue
		}
		body, err := m.AResource()
		if err != nil {
			return false
		}
		if p.has(netip.AddrFrom4(body.A)) {
			have++
		}
	}
}

// all is what is announced.
func (r *Responder) all(p Place, seconds uint32) []byte { return r.build(0, nil, p, true, seconds) }

// build writes an answer: the addresses, or that there is nothing of what was asked
// for. A plain resolver gets its question back and no class that it does not know.
func (r *Responder) build(id uint16, question *dnsmessage.Question, p Place, address bool, seconds uint32) []byte {
	class := classUnique
	b := dnsmessage.NewBuilder(nil, dnsmessage.Header{ID: id, Response: true, Authoritative: true})
	b.EnableCompression()
	must(b.StartQuestions())
	if question != nil {
		class = classInet
		must(b.Question(*question))
	}
	must(b.StartAnswers())
	head := dnsmessage.ResourceHeader{Name: r.name, Class: class, TTL: seconds}
	if address {
		for _, n := range p.At {
			must(b.AResource(head, dnsmessage.AResource{A: n.Addr().As4()}))
		}
	}
	nothingElse := dnsmessage.UnknownResource{Type: typeNSEC, Data: append(wire(r.name), onlyA...)}
	if !address && question == nil { // section 6.1: that is the answer
		must(b.UnknownResource(head, nothingElse))
	} else {
		must(b.StartAdditionals())
		must(b.UnknownResource(head, nothingElse))
	}
	raw, err := b.Finish()
	must(err)
	return raw
}

// must is for messages that we make of a valid name and a handful of addresses.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// wire is a name as it is sent, without compression.
func wire(n dnsmessage.Name) []byte {
	var out []byte
	for label := range strings.SplitSeq(strings.TrimSuffix(n.String(), "."), ".") {
		out = append(append(out, byte(len(label))), label...)
	}
	return append(out, 0)
}
