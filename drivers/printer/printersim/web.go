package printersim

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
)

//go:embed web
var files embed.FS

// knob is a fault on the page: a button that does or undoes it.
type knob struct {
	Name, Do, Undo string // Undo is "" where there is nothing to undo
	Hint           string
	On             func(State) bool
	do             func(p *Printer, on bool) error
}

func toggle(name, do, undo, hint string, on func(State) bool, set, unset func(*Printer)) knob {
	return knob{name, do, undo, hint, on, func(p *Printer, want bool) error {
		if want {
			set(p)
		} else {
			unset(p)
		}
		return nil
	}}
}

func once(name, do, hint string, f func(*Printer)) knob {
	return toggle(name, do, "", hint, func(State) bool { return false }, f, f)
}

// knobs are all of them, in the order of the page.
var knobs = []knob{
	toggle("paper", "Paper out", "New roll", "The slip stops at this line, and goes on with a new roll.",
		func(s State) bool { return s.PaperOut }, (*Printer).PaperOut, (*Printer).PaperIn),
	toggle("near-end", "Nearly empty", "New roll", "It prints, and says that the roll ends soon.",
		func(s State) bool { return s.NearEnd }, (*Printer).NearEnd, (*Printer).PaperIn),
	toggle("cover", "Open cover", "Close cover", "The slip stops at this line.",
		func(s State) bool { return s.CoverOpen }, (*Printer).CoverOpen, (*Printer).CoverClose),
	toggle("cutter", "Jam cutter", "Free cutter", "Nothing moves until somebody takes the paper out of the knife.",
		func(s State) bool { return s.CutterJam }, (*Printer).CutterJam, (*Printer).CutterFree),
	toggle("hot", "Heat head", "Cool head", "It rests until the head is cool.",
		func(s State) bool { return s.HeadHot }, (*Printer).HeadHot, (*Printer).HeadCool),
	toggle("break", "Break", "Broken", "An error that ends when the plug is pulled and put back.",
		func(s State) bool { return s.Broken }, (*Printer).Break, (*Printer).Break),
	{"power", "Pull plug", "Plug in", "The port closes; buffer, modes and numbers are gone.",
		func(s State) bool { return !s.Powered }, func(p *Printer, on bool) error {
			if on {
				p.PowerOff()
				return nil
			}
			return p.PowerOn()
		}},
	toggle("wedge", "Wedge", "Wedged", "It takes connections and reads nothing, until the plug is pulled and put back.",
		func(s State) bool { return s.Wedged }, (*Printer).Wedge, (*Printer).Wedge),
	toggle("mute", "Mute", "Speak", "It prints and answers nothing.",
		func(s State) bool { return s.Mute }, func(p *Printer) { p.Mute(true) }, func(p *Printer) { p.Mute(false) }),
	toggle("liar", "Lie", "Be honest", "Whatever is wrong, it says that all is well.",
		func(s State) bool { return s.Liar }, func(p *Printer) { p.Liar(true) }, func(p *Printer) { p.Liar(false) }),
	toggle("lose", "Lose a proof", "Lose none", "The next slip is printed, and its proof never arrives.",
		func(s State) bool { return s.Lose > 0 }, (*Printer).LoseReply, func(p *Printer) { p.LoseProofs(0) }),
	once("link", "Cut link", "The connection is reset now.", func(p *Printer) { p.CutLinkAfter(0) }),
	once("link-later", "Cut at 200 bytes", "The connection is reset in the middle of the next slip.", func(p *Printer) { p.CutLinkAfter(200) }),
}

// shown is how many slips the page holds.
const shown = 60

// Handler is the printer's page: its paper, its state, and buttons to break it. It
// has no password: it belongs on this machine.
func (p *Printer) Handler() http.Handler {
	page := template.Must(template.ParseFS(files, "web/page.html"))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { p.page(w, page) })
	mux.HandleFunc("GET /slip/{name}", p.slipPNG)
	mux.HandleFunc("GET /changes", p.changes)
	mux.HandleFunc("POST /fault/{name}", p.fault)
	mux.HandleFunc("POST /speed", func(w http.ResponseWriter, r *http.Request) {
		n, err := strconv.Atoi(r.FormValue("speed"))
		if err != nil {
			http.Error(w, "a speed is a number of mm per second", http.StatusBadRequest)
			return
		}
		p.Slow(n)
		http.Redirect(w, r, "/", http.StatusSeeOther)
	})
	for _, name := range []string{"page.css", "page.js"} {
		mux.HandleFunc("GET /"+name, func(w http.ResponseWriter, r *http.Request) { http.ServeFileFS(w, r, files, "web/"+name) })
	}
	return mux
}

func (p *Printer) page(w http.ResponseWriter, page *template.Template) {
	type button struct {
		knob
		Active bool
	}
	s := p.State()
	slips := p.Slips()
	slices.Reverse(slips)
	speeds := []int{0, 50, 100, 200, 300}
	if !slices.Contains(speeds, s.Speed) {
		speeds = append(speeds, s.Speed)
		slices.Sort(speeds)
	}
	var buttons []button
	for _, k := range knobs {
		buttons = append(buttons, button{k, k.On(s)})
	}
	var b bytes.Buffer
	err := page.Execute(&b, map[string]any{
		"Name": p.Name(), "URL": p.URL(), "State": s, "Says": says(s), "Buttons": buttons, "Columns": p.cfg.Columns,
		"Slips": slips[:min(len(slips), shown)], "Uncut": p.Uncut(), "Speeds": speeds,
		"Unknown": p.Unknown(), "Started": p.started,
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	b.WriteTo(w)
}

// says is the state in a few words, the worst first.
func says(s State) string {
	switch {
	case !s.Powered:
		return "no power"
	case s.Wedged:
		return "wedged"
	case s.Broken:
		return "broken"
	case s.CoverOpen:
		return "cover open"
	case s.PaperOut:
		return "no paper"
	case s.CutterJam:
		return "cutter stuck"
	case s.HeadHot:
		return "too hot"
	case s.NearEnd:
		return "roll nearly empty"
	case s.Lines > 0 || s.Buffered > 0:
		return "printing"
	}
	return "ready"
}

func (p *Printer) slipPNG(w http.ResponseWriter, r *http.Request) {
	var n int
	if _, err := fmt.Sscanf(r.PathValue("name"), "%d.png", &n); err != nil {
		http.NotFound(w, r)
		return
	}
	s, ok := p.Slip(n)
	if !ok {
		http.NotFound(w, r)
		return
	}
	png, err := s.PNG()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "max-age=86400, immutable") // the page's links carry the start
	w.Write(png)
}

// changes is a stream with one event for each change, for the page to look again.
func (p *Printer) changes(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	flush := http.NewResponseController(w)
	for {
		ch := p.Changed()
		if _, err := fmt.Fprint(w, "data: look\n\n"); err != nil || flush.Flush() != nil || p.State().Closed {
			return
		}
		select {
		case <-ch:
		case <-r.Context().Done():
			return
		}
	}
}

func (p *Printer) fault(w http.ResponseWriter, r *http.Request) {
	for _, k := range knobs {
		if k.Name != r.PathValue("name") {
			continue
		}
		if err := k.do(p, r.FormValue("on") != "false"); err != nil {
			http.Error(w, err.Error(), http.StatusConflict)
			return
		}
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	http.NotFound(w, r)
}
