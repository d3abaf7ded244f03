package pipe

// Defect breaks one rule on purpose: the proofs show that they notice.
type Defect int

const (
	NoDefect     Defect = iota
	NoChainCheck        // digests are not compared
	TrustPuback         // what was published counts as acknowledged
	NoFence             // whoever speaks last owns the epoch
)

// Break makes the sender defective.
func (s *Sender) Break(d Defect) { s.broken = d }

// Break makes the receiver defective.
func (r *Receiver) Break(d Defect) { r.broken = d }
