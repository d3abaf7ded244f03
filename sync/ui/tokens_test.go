package ui_test

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// block reads the custom properties of the block that follows a selector.
func block(t *testing.T, css, selector string) map[string]string {
	t.Helper()
	_, rest, ok := strings.Cut(css, selector+" {")
	if !ok {
		t.Fatalf("tokens.css has no %s", selector)
	}
	body, _, _ := strings.Cut(rest, "}")
	tokens := map[string]string{}
	for _, m := range regexp.MustCompile(`(--[a-z0-9-]+|color-scheme):\s*([^;]+);`).FindAllStringSubmatch(body, -1) {
		tokens[m[1]] = m[2]
	}
	return tokens
}

// luminance is WCAG 2.2's relative luminance of #RRGGBB.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32)
	if err != nil || len(hex) != 7 {
		t.Fatalf("%q is no colour", hex)
	}
	linear := func(shift uint) float64 {
		c := float64(n>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(16) + 0.7152*linear(8) + 0.0722*linear(0)
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestTokensHaveContrast(t *testing.T) {
	file, err := os.ReadFile("tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	css := string(file)
	light := block(t, css, ":root")
	dark := block(t, css, `:root[data-theme="dark"]`)
	system := block(t, css, `:root:not([data-theme="light"])`)
	if fmt.Sprint(dark) != fmt.Sprint(system) {
		t.Errorf("the two dark blocks differ:\n%v\n%v", dark, system)
	}

	type pair struct {
		fore, back string
		least      float64
	}
	var pairs []pair
	add := func(least float64, fore string, backs ...string) {
		for _, back := range backs {
			pairs = append(pairs, pair{fore, back, least})
		}
	}
	const text, shape = 4.5, 3.0
	for _, fore := range []string{"text", "text-2", "text-3", "select"} {
		add(text, fore, "bg", "surface", "sunken", "raised")
	}
	add(text, "text", "select-soft")
	add(text, "text-2", "select-soft")
	add(text, "on-ink", "ink")
	add(shape, "line-strong", "bg", "surface", "sunken")
	add(shape, "focus", "bg", "surface", "sunken")
	add(shape, "ink", "bg", "surface", "sunken")
	for _, family := range []string{"sky", "blue", "green", "amber", "violet", "red", "orange"} {
		add(text, family+"-text", family+"-soft", "bg", "surface")
		add(text, family+"-on", family+"-solid")
		if family != "amber" { // 1.7 on light: never stands alone, always with a dark icon inside
			add(shape, family+"-solid", "bg", "surface")
		}
	}
	for i := 1; i <= 10; i++ {
		add(shape, fmt.Sprintf("cat-%d", i), "surface")
	}
	for i := range 5 {
		add(text, fmt.Sprintf("heat-%d-on", i), fmt.Sprintf("heat-%d", i))
	}
	for theme, tokens := range map[string]map[string]string{"light": light, "dark": dark} {
		for _, p := range pairs {
			if got := contrast(t, tokens["--"+p.fore], tokens["--"+p.back]); got < p.least {
				t.Errorf("%s: --%s on --%s is %.2f, the least is %.1f", theme, p.fore, p.back, got, p.least)
			}
		}
	}
	t.Logf("%d pairs in two themes", len(pairs))
}

// A colour that is not a token escapes the check above.
func TestStyleSheetsTakeColoursFromTokens(t *testing.T) {
	literal := regexp.MustCompile(`#[0-9A-Fa-f]{3,8}\b|\brgba?\(|\bhsla?\(`)
	for _, dir := range []string{".", "kit", "../../edge/web/tablet", "../../edge/web/enrol", "../../cloud/web/today"} {
		files, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if !strings.HasSuffix(f.Name(), ".css") || f.Name() == "tokens.css" {
				continue
			}
			css, err := os.ReadFile(dir + "/" + f.Name())
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range literal.FindAllString(string(css), -1) {
				t.Errorf("%s/%s: %s is not a token", dir, f.Name(), m)
			}
		}
	}
}
