// Package printer puts slips on paper and says what it knows about them.
//
// A Doc is a slip without a printer: runs of text in sizes, rows, items, rules,
// notices. A Profile is a printer without a slip: columns, code pages, abilities.
// One layout joins the two and is rendered twice, as ESC/POS bytes and as plain
// text. A Conn is one printer on the network: Print asks it how it is, sends the
// bytes, and waits for the printer's word that the slip is on paper.
//
// It promises never to call a slip printed because a socket took the bytes, never
// to block for ever, and never to let a dish's name reach the printer as a command.
// It refuses to try again by itself: whoever owns the queue decides that.
package printer

// Doc is a slip for any printer.
type Doc struct{ Blocks []Block }

// Add puts blocks at the end of the slip.
func (d *Doc) Add(blocks ...Block) { d.Blocks = append(d.Blocks, blocks...) }

// Block is one part of a slip: Text, Row, Item, Rule, Box, Banner, Feed, Cut or Buzz.
type Block interface{ layout(*sheet) }

// Style is how a run of text looks. The zero value is the printer's own small type.
type Style struct {
	Width, Height            int // times the small type, 1..8; 0 is 1
	Bold, Inverse, Underline bool
}

// Run makes a run of text in this style.
func (s Style) Run(text string) Run { return Run{text, s} }

// Run is a piece of text in one style. Line breaks and tabs in it are spaces,
// other control characters are dropped: a run is words, never a command.
type Run struct {
	Text string
	Style
}

// Align says where on the paper the lines of a Text stand.
type Align uint8

const (
	Left Align = iota
	Centre
	Right
)

// Text is a paragraph. It breaks between words. All indents on a slip are counted
// in columns of the small type, whatever the size of the text.
type Text struct {
	Runs   []Run
	Align  Align
	Indent int // before the first line
	Hang   int // before the lines after it, on top of Indent
}

// Row has a left part, which breaks between words, and a right part at the edge.
// A right part that would leave the left less than a third goes below it.
type Row struct{ Left, Right []Run }

// Item is a line of an order: the quantity first, the name beside it and under
// itself, something small at the right edge.
type Item struct {
	Quantity, Name, Right []Run
	Lead                  int // columns before the name; 0 is the quantity and a space of its size
}

// Rule is a line across the paper, with a title in its middle if there is one.
type Rule struct {
	Title  Run
	Dashed bool // for a rule without a title
}

// Box is a framed notice. Each run is a paragraph of its own.
type Box struct{ Lines []Run }

// Banner is white on black from edge to edge.
type Banner struct{ Run }

// Feed moves the paper by lines of the small type.
type Feed struct{ Lines int }

// Cut feeds the slip to the knife and cuts it. Print ends every Doc with one.
type Cut struct{}

// Buzz makes a noise, where the printer can.
type Buzz struct{ Times int }

// Tag is a word white on black with half a space around it, for the Left of a Row.
func Tag(word string, s Style) []Run {
	s.Inverse = true
	edge := s
	edge.Width = 1
	return []Run{edge.Run(" "), s.Run(word), edge.Run(" ")}
}
