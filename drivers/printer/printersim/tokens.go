package printersim

// token is what a byte turned out to be.
type token uint8

const (
	more      token = iota // part of a command or of its data
	character              // text
	command                // the last byte of a command
	strange                // the last byte of something that nobody documented
)

// tokens takes a stream of ESC/POS apart.
type tokens struct {
	cmd  []byte // a command that has begun
	skip int    // bytes of its data to come
}

// feed takes a byte, and returns the command that it completes.
func (t *tokens) feed(b byte) (token, []byte) {
	switch {
	case t.skip > 0:
		t.skip--
		return more, nil
	case len(t.cmd) == 0 && b >= ' ':
		return character, nil
	}
	t.cmd = append(t.cmd, b)
	keep, skip := length(t.cmd)
	c := t.cmd
	switch {
	case keep < 0:
		t.cmd = nil
		return strange, c
	case keep > 0 && len(c) >= keep:
		t.cmd, t.skip = nil, skip
		return command, c
	}
	return more, nil
}

// dle says whether a command in real time has begun, or what looks like one.
func (t *tokens) dle() bool { return len(t.cmd) > 0 && t.cmd[0] == 0x10 }
