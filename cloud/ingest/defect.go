package ingest

import "github.com/tyngo/tyngo/sync/pipe"

// Defect breaks one rule on purpose: the proofs show that they notice.
type Defect int

const (
	NoDefect   Defect = iota
	AckEarly          // an ack does not wait for the commit
	WillOfMany        // a will counts, whichever boot it is of
)

// Break makes ingest defective.
func (i *Ingest) Break(d Defect) { i.broken = d }

// BreakPipe makes its receiver defective.
func (i *Ingest) BreakPipe(d pipe.Defect) { i.recv.Break(d) }
