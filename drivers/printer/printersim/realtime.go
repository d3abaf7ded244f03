package printersim

import "bytes"

// scanner finds real-time commands in the stream as it arrives, wherever they are,
// even in the middle of a picture: Epson's printers do the same.
type scanner struct{ seq []byte }

// feed takes a byte, and returns the command that it completes.
func (s *scanner) feed(b byte) []byte {
	s.seq = append(s.seq, b)
	switch n := realtimeLength(s.seq); {
	case n < 0:
		s.seq = s.seq[:0]
		if b == 0x10 {
			s.seq = append(s.seq, b)
		}
	case n == len(s.seq):
		c := s.seq
		s.seq = nil
		return c
	}
	return nil
}

// realtimeLength is the length of the real-time command that begins with s, 0 if
// that takes more bytes to tell, -1 if it is none.
func realtimeLength(s []byte) int {
	if s[0] != 0x10 {
		return -1
	}
	if len(s) == 1 {
		return 0
	}
	switch s[1] {
	case 0x04: // DLE EOT n [a]: Transmit real-time status
		switch {
		case len(s) == 2:
			return 0
		case s[2] >= 1 && s[2] <= 5:
			return 3
		case s[2] == 7 || s[2] == 8 || s[2] == 18:
			return 4
		}
	case 0x05: // DLE ENQ n: Send real-time request to printer
		if len(s) == 2 {
			return 0
		}
		if s[2] <= 3 {
			return 3
		}
	case 0x14: // DLE DC4 fn: pulse, power-off, buzzer, status, clear
		if len(s) == 2 {
			return 0
		}
		if n, ok := map[byte]int{1: 5, 2: 5, 3: 8, 7: 4, 8: 10}[s[2]]; ok {
			return n
		}
	}
	return -1
}

// realtime obeys a real-time command, and says whether it emptied the buffer. The
// caller holds the lock.
func (p *Printer) realtime(c []byte) bool {
	switch {
	case c[1] == 0x04:
		if b, ok := p.state.answer(c[2], len(p.uncut) > 0); ok {
			p.say([]byte{b})
		}
	case c[1] == 0x05 && p.state.CutterJam && (c[2] == 1 || c[2] == 2): // recover; 2 clears
		p.state.CutterJam = false
		if c[2] == 2 {
			p.clear()
		}
		p.tell()
		p.notify()
		return c[2] == 2
	case c[1] == 0x14 && c[2] == 3:
		p.say([]byte{0x37, 0x54, 0x40, 0x00})
	case c[1] == 0x14 && c[2] == 7 && c[3] == 1:
		asb := p.state.asb()
		p.say(asb[:])
	case bytes.Equal(c[1:], []byte{0x14, 8, 1, 3, 20, 1, 6, 2, 8}):
		p.clear()
		p.say([]byte{0x37, 0x25, 0x00})
		return true
	}
	return false
}
