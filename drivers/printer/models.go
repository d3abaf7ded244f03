package printer

import "golang.org/x/text/encoding/charmap"

// Ability says whether a kind of printer does something.
type Ability uint8

const (
	Never Ability = iota
	Maybe         // some of them: ask once, do not insist
	Always
)

// Profile is what the driver has to know of a kind of printer. Quirks are rows of
// the table below, never an if on a name.
type Profile struct {
	Name    string
	Columns int // of the small type, font A
	Dots    int // printable, across
	DPI     int
	Speed   int // mm per second when it is slow; the proof is awaited by it
	Pages   []Page
	Cutter  bool
	Status  Ability // answers DLE EOT and sends ASB
	Proof   bool    // answers GS ( H, function 48, after printing
	Units   bool    // knows GS P; without it one unit of ESC 3 is one dot
	Buzzer  Buzzer
}

// Page is a code page and the number by which ESC t selects it.
type Page struct {
	Number byte
	Map    *charmap.Charmap
}

// Buzzer is the command that makes this printer beep.
type Buzzer uint8

const (
	Silent  Buzzer = iota
	BuzzerA        // ESC ( A, function 97: Epson's optional buzzer
	BuzzerB        // ESC B n t: most clones
)

// dosPages are the numbers that Epson, Star in ESC/POS mode and most clones share.
// PC437 is first, because every printer has it.
var dosPages = []Page{
	{0, charmap.CodePage437},
	{19, charmap.CodePage858},
	{16, charmap.Windows1252},
	{18, charmap.CodePage852},
	{17, charmap.CodePage866},
}

// models is every kind of printer we know. Figures: Epson's specifications of
// TM-T20 and TM-T88IV; for the clones, what their self-tests print.
var models = map[string]Profile{
	"epson80":   {Name: "epson80", Columns: 48, Dots: 576, DPI: 203, Speed: 150, Pages: dosPages, Cutter: true, Status: Always, Proof: true, Units: true, Buzzer: BuzzerA},
	"epson-t88": {Name: "epson-t88", Columns: 42, Dots: 512, DPI: 180, Speed: 200, Pages: dosPages, Cutter: true, Status: Always, Proof: true, Units: true, Buzzer: BuzzerA},
	"generic80": {Name: "generic80", Columns: 48, Dots: 576, DPI: 203, Speed: 160, Pages: dosPages, Cutter: true, Status: Maybe, Buzzer: BuzzerB},
	"generic58": {Name: "generic58", Columns: 32, Dots: 384, DPI: 203, Speed: 50, Pages: dosPages, Buzzer: Silent},
}

// ProfileOf finds a kind of printer by its name.
func ProfileOf(name string) (Profile, bool) {
	p, ok := models[name]
	return p, ok
}
