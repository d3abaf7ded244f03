package payment

// State of a payment. Tenders without a network go from created to captured in one fact;
// the others are for what a Gateway does, which may also not know.
type State string

// States of a payment.
const (
	Created      State = "created"
	Collecting   State = "collecting" // the guest has the reader before them
	Authorised   State = "authorised"
	Unknown      State = "unknown" // the answer did not come: it is looked for, never tried again
	Captured     State = "captured"
	Settled      State = "settled" // the money is on the way to the restaurant's bank
	Declined     State = "declined"
	Cancelled    State = "cancelled"
	Voided       State = "voided"
	RefundedPart State = "refunded_part"
	RefundedAll  State = "refunded_all"
)

// States are all of them.
var States = []State{Created, Collecting, Authorised, Unknown, Captured, Settled, Declined, Cancelled, Voided, RefundedPart, RefundedAll}

// next are the legal moves; docs/payments.md draws them.
var next = map[State][]State{
	Created:      {Collecting, Captured, Cancelled},
	Collecting:   {Authorised, Captured, Declined, Cancelled, Unknown},
	Authorised:   {Captured, Cancelled, Unknown},
	Unknown:      {Authorised, Captured, Declined, Cancelled},
	Captured:     {Settled, Voided, RefundedPart, RefundedAll},
	Settled:      {RefundedPart, RefundedAll},
	RefundedPart: {RefundedPart, RefundedAll},
}

// May reports whether a payment may go from one state to another.
func (s State) May(to State) bool {
	for _, t := range next[s] {
		if t == to {
			return true
		}
	}
	return false
}

// in is a state in words.
func (s State) in() string {
	switch s {
	case Voided:
		return "voided already"
	case RefundedPart:
		return "refunded in part"
	case RefundedAll:
		return "refunded already"
	}
	return string(s)
}
