package main

import (
	"os"
	"path/filepath"

	"github.com/tyngo/tyngo/sync/ui/uitest"
)

var (
	tabletScreen = uitest.Screen{Width: 1280, Height: 800}
	phoneScreen  = uitest.Screen{Width: 390, Height: 844, Touch: true}
	deskScreen   = uitest.Screen{Width: 1440, Height: 900}
)

func dark(s uitest.Screen) uitest.Screen {
	s.Dark = true
	return s
}

// signIn opens a page and signs in.
func signIn(s *stage, b *uitest.Browser, screen uitest.Screen, url, code, there string) *uitest.Page {
	p := b.Page(s, screen)
	p.Go(url)
	p.Type("input[name=code]", code)
	p.TapText("Sign in")
	p.Wait(`document.querySelector("` + there + `") !== null`)
	return p
}

// takeOffice takes the pictures of head office.
func takeOffice(s *stage, g *group, browser *uitest.Browser, out string) {
	for name, screen := range map[string]uitest.Screen{"hq-today-light": deskScreen, "hq-today-dark": dark(deskScreen)} {
		g.clock.set(now())
		p := signIn(s, browser, screen, g.url, g.code(), "[data-row]")
		p.See("8 of 9 live")
		p.Shot(out, name)
	}
}

// takeTablet takes the pictures of Harbor's tablet, its phone, and a ticket.
func takeTablet(s *stage, g *group, browser *uitest.Browser, out string) {
	h := g.harbor
	p := h.tablet(s, browser, "Mara Keller", dark(tabletScreen))
	p.Tap(`[data-table="14"]`) // where somebody is just ordering
	p.TapText("Desserts")
	p.TapText("Flan")
	p.TapText("Churros")
	p.TapText("Back to the tables")
	p.Shot(out, "tablet-floor-dark")

	p = h.tablet(s, browser, "Mara Keller", tabletScreen)
	h.ring(p)
	p.Shot(out, "tablet-order-light")
	p.TapText("Bowls")
	p.TapText("Burrito bowl")
	for _, m := range []string{"Pollo asado", "Pinto", "Roja", "Verde", "Guacamole", "Red onion"} {
		p.TapText(m)
	}
	p.Do(uitest.Script(`document.querySelector(".sheet-body").scrollTo(0, 0)`))
	p.Shot(out, "tablet-modifiers")

	p = h.tablet(s, browser, "Nils Berg", phoneScreen)
	h.ring(p)
	p.Shot(out, "tablet-phone")
	h.paper(p, out)
}

// tablet signs a tablet in and waits until the box has told all.
func (h *harbor) tablet(s *stage, browser *uitest.Browser, name string, screen uitest.Screen) *uitest.Page {
	h.clock.set(now())
	code, err := h.Staff.MakeCode(h.ctx, "server", name)
	s.must(err)
	p := signIn(s, browser, screen, h.url, code, "[data-table]")
	p.Wait(`document.querySelectorAll(".light-ok").length >= 3`)
	p.Wait(`document.querySelector(".in-trouble") === null`)
	return p
}

// ring rings table 12's second round, which is not sent yet.
func (h *harbor) ring(p *uitest.Page) {
	p.Tap(`[data-table="12"]`)
	p.TapText("Tacos")
	p.TapText("Carnitas")
	p.TapText("One more")
	done(p)
	p.TapText("Baja fish")
	p.TapText("No crema")
	p.TapText("Extra slaw")
	p.TapText("One more")
	done(p)
	p.TapText("Mains")
	p.TapText("Hanger steak")
	p.TapText("Medium rare")
	done(p)
	p.TapText("Tacos")
}

func done(p *uitest.Page) {
	p.TapText("Done")
	p.Wait(`document.querySelector(".sheet") === null`)
}

// paper sends what was rung and takes the ticket out of the printer of the grill.
func (h *harbor) paper(p *uitest.Page, out string) {
	grill := h.printer["Grill"]
	before := len(grill.Slips())
	p.TapText("Send")
	h.s.must(grill.Wait(h.ctx, before+1))
	png, err := grill.Slips()[before].PNG()
	h.s.must(err)
	h.s.must(os.WriteFile(filepath.Join(out, "ticket.png"), png, 0o644))
}

// takeTrouble takes the pictures of what fails.
func takeTrouble(s *stage, g *group, browser *uitest.Browser, out string) {
	h := g.harbor
	p := h.tablet(s, browser, "Mara Keller", tabletScreen)
	h.printer["Bar"].PaperOut()
	p.Tap(`[data-table="4"]`)
	p.TapText("Cocktails")
	p.TapText("House margarita")
	done(p)
	p.TapText("Send 1")
	p.See("Not printed at Bar. Nothing was lost.")
	p.Wait(`document.querySelector(".light-bad") !== null`)
	p.Shot(out, "printer-trouble")
	h.printer["Bar"].PaperIn()

	url := h.broken()
	q := browser.Page(s, uitest.Screen{Width: 1280, Height: 480})
	q.Go(url)
	q.See("The box runs, but it cannot open its data")
	q.Shot(out, "box-trouble")
}
