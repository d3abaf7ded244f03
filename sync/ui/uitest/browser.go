// Package uitest drives our pages in a real Chromium and our modules under Node.
//
// It promises that a page under test starts from an empty profile and that every
// error which the page wrote to its console, and every breach of the content
// security policy, fails the test. It refuses to hide a missing browser in CI.
package uitest

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TB is what is needed of a test; *testing.T is one. A program that makes pictures
// brings its own.
type TB interface {
	Helper()
	Cleanup(func())
	TempDir() string
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Skipf(format string, args ...any)
}

// Browser is one Chromium with an empty profile.
type Browser struct{ ctx context.Context }

// Open starts Chromium and ends it with the test.
func Open(t TB, more ...Option) *Browser {
	t.Helper()
	path := need(t, "chromium", "chromium-browser", "google-chrome")
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("headless", "new"),
		chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("force-color-profile", "srgb"),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("lang", "en-US"),
		chromedp.WSURLReadTimeout(60*time.Second),
	)
	for _, o := range more {
		options = append(options, o(t)...)
	}
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	alloc, endAlloc := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, end := chromedp.NewContext(alloc)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // waits for the process, which then lets go of its profile
		end()
		endAlloc()
	})
	if err := chromedp.Run(ctx); err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	return &Browser{ctx}
}

// Screen is a size and what its person wishes.
type Screen struct {
	Width, Height int64
	Dark, Touch   bool
	Still         bool // as little motion as can be
}

// Page is one tab.
type Page struct {
	t        TB
	ctx      context.Context
	mu       sync.Mutex
	problems []string
}

// Page opens a tab of this size. When the test ends, it fails for everything that
// the page complained about; failed requests are no complaint, tests cut lines.
func (b *Browser) Page(t TB, s Screen) *Page {
	t.Helper()
	ctx, end := chromedp.NewContext(b.ctx, chromedp.WithTargetID(b.tab(t)))
	p := &Page{t: t, ctx: ctx}
	chromedp.ListenTarget(ctx, p.listen)
	theme, motion := "light", "no-preference"
	if s.Dark {
		theme = "dark"
	}
	if s.Still {
		motion = "reduce"
	}
	p.Do(log.Enable(),
		emulation.SetFocusEmulationEnabled(true), // several pages at once, all of them in sight
		emulation.SetDeviceMetricsOverride(s.Width, s.Height, 1, s.Touch),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}, {Name: "prefers-reduced-motion", Value: motion}}))
	t.Cleanup(func() {
		end()
		for _, problem := range p.Problems() {
			t.Errorf("the page complained: %s", problem)
		}
	})
	return p
}

// tab opens an empty tab with cookies of its own: cookies know no ports, and our
// test servers all have the same address.
func (b *Browser) tab(t TB) target.ID {
	t.Helper()
	var id target.ID
	err := chromedp.Run(b.ctx, chromedp.ActionFunc(func(ctx context.Context) error {
		ctx = cdp.WithExecutor(ctx, chromedp.FromContext(ctx).Browser)
		profile, err := target.CreateBrowserContext().Do(ctx)
		if err != nil {
			return err
		}
		// A window, because the new headless mode has none for a new profile.
		id, err = target.CreateTarget("about:blank").WithBrowserContextID(profile).WithNewWindow(true).Do(ctx)
		return err
	}))
	if err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	return id
}

func (p *Page) listen(event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		p.complain("exception: " + e.ExceptionDetails.Error())
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.APITypeError || e.Type == runtime.APITypeWarning {
			var words []string
			for _, arg := range e.Args {
				words = append(words, string(arg.Value)+arg.Description)
			}
			p.complain(string(e.Type) + ": " + strings.Join(words, " "))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.LevelError && e.Entry.Source != log.SourceNetwork {
			p.complain(string(e.Entry.Source) + ": " + e.Entry.Text + " " + e.Entry.URL)
		}
	case *page.EventJavascriptDialogOpening:
		p.complain("dialog: " + e.Message)
	}
}

func (p *Page) complain(what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.problems = append(p.problems, what)
}

// Problems is what the page complained about so far.
func (p *Page) Problems() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.problems...)
}

// Do runs actions of chromedp and fails the test when one does not succeed in 20 s.
func (p *Page) Do(actions ...chromedp.Action) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 20*time.Second)
	defer cancel()
	// The tab lives as long as p.ctx; only the actions have a deadline.
	if err := chromedp.Run(p.ctx); err != nil {
		p.t.Fatalf("open a tab: %v", err)
	}
	if err := chromedp.Run(ctx, actions...); err != nil {
		p.t.Fatalf("%v\nthe page shows:\n%s\nthe last tap hit: %s\ncomplaints: %q", err, p.eval(`document.body.innerText`), p.eval(`String(window.uitestHit)`), p.Problems())
	}
}

// eval is what there is to say of a page that failed a test.
func (p *Page) eval(expression string) string {
	ctx, cancel := context.WithTimeout(p.ctx, 5*time.Second)
	defer cancel()
	var text string
	if err := chromedp.Run(ctx, chromedp.Evaluate(expression, &text)); err != nil {
		return err.Error()
	}
	return text
}

// Wait waits until a JavaScript expression is true.
func (p *Page) Wait(expression string) {
	p.t.Helper()
	p.Do(chromedp.Poll(expression, nil, chromedp.WithPollingInterval(20*time.Millisecond), chromedp.WithPollingTimeout(15*time.Second)))
}

// See waits until the page shows this text.
func (p *Page) See(text string) {
	p.t.Helper()
	p.Wait(fmt.Sprintf("document.body.innerText.includes(%q)", text))
}

// Gone waits until the page does not show this text.
func (p *Page) Gone(text string) {
	p.t.Helper()
	p.Wait(fmt.Sprintf("!document.body.innerText.includes(%q)", text))
}

// Tap clicks the first element that the selector finds, once it can be seen.
func (p *Page) Tap(selector string) {
	p.t.Helper()
	p.tap(fmt.Sprintf(`[...document.querySelectorAll(%q)].find(e => e.checkVisibility())`, selector))
}

// TapText clicks the first button whose text, or label, begins with the text.
func (p *Page) TapText(text string) {
	p.t.Helper()
	p.tap(fmt.Sprintf(`[...document.querySelectorAll("button")].find(b => b.checkVisibility() && ((b.innerText.trim() || b.ariaLabel || "").startsWith(%[1]q) || (b.ariaLabel || "").startsWith(%[1]q)))`, text))
}

// tap clicks what a JavaScript expression finds, once it stands still: a finger
// does not hit what still moves. That two looks find it at one place is not enough:
// on a busy machine there may be no frame between them.
func (p *Page) tap(find string) {
	p.t.Helper()
	p.Wait(`(() => {
		const e = ` + find + `;
		if (!e) return false;
		const moves = document.getAnimations().some(a => a.effect?.target?.contains(e) && a.playState === "running" && isFinite(a.effect.getComputedTiming().endTime));
		const r = JSON.stringify(e.getBoundingClientRect());
		const still = !moves && window.uitestRect === r;
		window.uitestRect = still ? undefined : r;
		if (still) {
			e.setAttribute("data-tap", "");
			window.uitestHit = "nothing";
			addEventListener("pointerdown", (hit) => { window.uitestHit = hit.target.outerHTML?.slice(0, 200); }, { capture: true, once: true });
		}
		return still;
	})()`)
	p.Do(chromedp.Click("[data-tap]", chromedp.ByQuery), chromedp.Evaluate(`document.querySelector("[data-tap]")?.removeAttribute("data-tap")`, nil))
}

// Type writes into the first element that the selector finds.
func (p *Page) Type(selector, text string) {
	p.t.Helper()
	p.Do(chromedp.SendKeys(selector, text, chromedp.ByQuery, chromedp.NodeVisible))
}

// Eval returns the value of a JavaScript expression.
func Eval[T any](p *Page, expression string) T {
	p.t.Helper()
	var v T
	p.Do(chromedp.Evaluate(expression, &v))
	return v
}

// Await returns what a promise comes to.
func Await[T any](p *Page, expression string) T {
	p.t.Helper()
	var v T
	p.Do(chromedp.Evaluate(expression, &v, func(e *runtime.EvaluateParams) *runtime.EvaluateParams { return e.WithAwaitPromise(true) }))
	return v
}

// Shot writes a PNG of what the screen shows, where dir is not empty.
func (p *Page) Shot(dir, name string) {
	p.t.Helper()
	if dir == "" {
		return
	}
	var png []byte
	Await[bool](p, `document.fonts.ready.then(() => true)`)
	p.Do(chromedp.Sleep(400*time.Millisecond), // animations end; only where a person asked for pictures
		chromedp.CaptureScreenshot(&png))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		p.t.Fatalf("%v", err)
	}
	if err := os.WriteFile(dir+"/"+name+".png", png, 0o644); err != nil {
		p.t.Fatalf("%v", err)
	}
}

// Go opens an address.
func (p *Page) Go(url string) {
	p.t.Helper()
	p.Do(chromedp.Navigate(url))
}

// Leads does something that opens another page, and waits until that is there.
func (p *Page) Leads(act func()) {
	p.t.Helper()
	ctx, cancel := context.WithCancel(p.ctx)
	defer cancel()
	there := make(chan struct{}, 1)
	chromedp.ListenTarget(ctx, func(event any) {
		if _, ok := event.(*page.EventLoadEventFired); ok {
			select {
			case there <- struct{}{}:
			default:
			}
		}
	})
	act()
	select {
	case <-there:
	case <-time.After(15 * time.Second):
		p.t.Fatalf("after 15 s no other page is there")
	}
}

// Reload loads the page again, as F5 does.
func (p *Page) Reload() {
	p.t.Helper()
	p.Do(chromedp.Reload())
}

// Keys that have no letter.
const (
	Enter  = kb.Enter
	Escape = kb.Escape
)

// Key presses a key: a letter, or one of the above.
func (p *Page) Key(key string) {
	p.t.Helper()
	p.Do(chromedp.KeyEvent(key))
}

// TabTo presses Tab until an element that the selector finds has the focus. It fails
// when no focus can be seen on the way.
func (p *Page) TabTo(selector string) {
	p.t.Helper()
	for range 120 {
		p.Key(kb.Tab)
		if lost := Eval[string](p, unseen); lost != "" {
			p.t.Errorf("nothing shows that %s has the focus", lost)
		}
		if Eval[bool](p, fmt.Sprintf(`document.activeElement.matches(%q)`, selector)) {
			return
		}
	}
	p.t.Fatalf("Tab does not lead to %s", selector)
}

// unseen names the element with the focus where nothing is drawn around it.
const unseen = `(() => {
	const e = document.activeElement, s = getComputedStyle(e);
	if (e === document.body) return "";
	const seen = s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2 || s.boxShadow.includes("0px 0px 0px 3px");
	return seen ? "" : e.outerHTML.slice(0, 120);
})()`

// Clear empties an input as a person would.
func Clear(selector string) chromedp.Action {
	return chromedp.Tasks{
		chromedp.Focus(selector, chromedp.ByQuery),
		Script(`document.activeElement.select()`),
		chromedp.KeyEvent(kb.Backspace),
	}
}

// Script runs JavaScript and forgets its value.
func Script(js string) chromedp.Action { return chromedp.Evaluate(js, nil) }
