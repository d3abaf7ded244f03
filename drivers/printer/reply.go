package printer

// A reply is one thing the printer said.
type reply struct {
	kind  replyKind
	bytes []byte // as sent, without flow control inside; of a block without header and NUL
}

type replyKind uint8

const (
	realtime  replyKind = iota + 1 // one byte: the answer to DLE EOT
	asb                            // four bytes: Automatic Status Back
	processID                      // block 37 22: four characters, printing finished
	block                          // any other block: 37, 3B, 3D or 5F up to NUL
	single                         // one byte: GS r or GS I 1-3
	flow                           // XON 11 or XOFF 13
)

// parser takes the printer's bytes apart. The order of the rules is Epson's (TM-U230
// specification, appendix E): the bit patterns overlap, and only this order tells
// the second byte of an ASB from an answer to GS r. The zero value is ready.
type parser struct {
	part []byte // of an ASB or a block that has begun
}

// longest block we believe: printers answer GS I with names, not with novels.
const longest = 256

// feed takes one byte and returns the reply that it completes, if any.
func (p *parser) feed(b byte) (reply, bool) {
	if b == 0x11 || b == 0x13 { // interrupts anything
		return reply{flow, []byte{b}}, true
	}
	if len(p.part) > 0 {
		if header(p.part[0]) {
			return p.inBlock(b)
		}
		if b&0x90 == 0 {
			return p.inASB(b)
		}
		p.part = p.part[:0] // no byte of an ASB: the rest of it was lost
	}
	switch {
	case header(b), b&0x93 == 0x10:
		p.part = append(p.part[:0], b)
		return reply{}, false
	case b&0x93 == 0x12:
		return reply{realtime, []byte{b}}, true
	case b&0x90 == 0x00:
		return reply{single, []byte{b}}, true
	}
	return reply{}, false
}

// header says whether b begins a block that a NUL ends.
func header(b byte) bool { return b == 0x37 || b == 0x3B || b == 0x3D || b == 0x5F }

func (p *parser) inBlock(b byte) (reply, bool) {
	if b != 0 {
		if len(p.part) >= longest {
			p.part = p.part[:0]
			return reply{}, false
		}
		p.part = append(p.part, b)
		return reply{}, false
	}
	body := p.part
	p.part = p.part[:0]
	if len(body) == 6 && body[0] == 0x37 && body[1] == 0x22 {
		return reply{processID, append([]byte(nil), body[2:]...)}, true
	}
	return reply{block, append([]byte(nil), body...)}, true
}

func (p *parser) inASB(b byte) (reply, bool) {
	p.part = append(p.part, b)
	if len(p.part) < 4 {
		return reply{}, false
	}
	got := append([]byte(nil), p.part...)
	p.part = p.part[:0]
	return reply{asb, got}, true
}

// number is the process ID of a reply, and false if it is none of ours.
func (r reply) number() (int, bool) {
	n := 0
	for _, d := range r.bytes {
		if d < '0' || d > '9' {
			return 0, false
		}
		n = n*10 + int(d-'0')
	}
	return n, n > 0
}

// proves says whether the printer's word on one job is its word on another too: it
// prints in order, so a later ID confirms an earlier one, never the other way. The
// numbers go round after 9999, and half of the circle counts as later.
func proves(said, asked int) bool {
	return ((said-asked)%9999+9999)%9999 < 5000
}
