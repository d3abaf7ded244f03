package uitest

import "fmt"

// finger is the smallest thing that may be pressed, in CSS pixels.
const finger = 56

// layout is what must hold on every touch screen: nothing to press is smaller than
// a finger or without a name, nothing makes the page wider than the screen, and no
// word of a button is cut off.
const layout = `(() => {
	const wrong = [];
	const name = e => (e.innerText || e.ariaLabel || e.placeholder || e.name || "").replaceAll("\n", " ");
	if (document.documentElement.scrollWidth > innerWidth) wrong.push("wider than the screen: " + document.documentElement.scrollWidth);
	for (const e of document.querySelectorAll("button, input, a")) {
		if (!e.checkVisibility({visibilityProperty: true})) continue;
		const r = (e.closest("label.search, .segmented") ?? e).getBoundingClientRect();
		const reach = e.closest("label.search") ? 8 : 0; // its hit area is larger than its drawing
		if (r.height + reach < %[1]d - .5 || r.width < %[1]d - .5) wrong.push(name(e) + ": " + Math.round(r.width) + "x" + Math.round(r.height));
		const label = e.innerText?.trim() || e.ariaLabel || e.labels?.[0]?.innerText;
		if (!label) wrong.push("nothing names " + e.outerHTML.slice(0, 80));
		if (e.scrollWidth > e.clientWidth + 1 && e.tagName === "BUTTON") wrong.push("cut off: " + name(e));
	}
	return wrong.join("; ");
})()`

// Layout says what is wrong with the page in sight; "" where nothing is.
func (p *Page) Layout() string {
	p.t.Helper()
	return Eval[string](p, fmt.Sprintf(layout, finger))
}

// Larger makes every text so many times as large, as a person may choose to.
func (p *Page) Larger(times float64) {
	p.t.Helper()
	p.Do(Script(fmt.Sprintf(`{
		const sizes = [...document.querySelectorAll("body, body *")].filter(e => e.style).map(e => [e, getComputedStyle(e)]).map(([e, s]) => [e, parseFloat(s.fontSize), parseFloat(s.lineHeight)]);
		for (const [e, size, line] of sizes) { e.style.fontSize = size * %[1]g + "px"; if (line) e.style.lineHeight = line * %[1]g + "px"; }
	}`, times)))
}
