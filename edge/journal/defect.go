package journal

// Defect breaks one rule on purpose: the proofs show that they notice.
type Defect int

const (
	NoDefect     Defect = iota
	ReceiptsOnly        // a request is recognised by its receipt, not by its facts
)

// Break makes the journal defective.
func (j *Journal) Break(d Defect) { j.broken = d }
