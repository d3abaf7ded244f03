package printer

import (
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"
)

// nbsp keeps two words together until the layout is done; on paper it is a space.
const nbsp = '\u00a0'

// typography has a plain twin in every code page, so that a curly quote in a
// dish's name does not switch pages.
var typography = map[rune]string{
	'‘': "'", '’': "'", '‚': "'", '‛': "'", '′': "'", '´': "'",
	'“': `"`, '”': `"`, '„': `"`, '‟': `"`, '″': `"`,
	'‐': "-", '‑': "-", '‒': "-", '–': "-", '—': "-", '―': "-", '−': "-",
	'…': "...", '⁄': "/", '∕': "/",
}

// plain has what taking the marks away does not reach.
var plain = map[rune]string{
	'ß': "ss", 'ẞ': "SS", 'ł': "l", 'Ł': "L", 'ø': "o", 'Ø': "O", 'đ': "d", 'Đ': "D",
	'æ': "ae", 'Æ': "AE", 'œ': "oe", 'Œ': "OE", 'ð': "d", 'Ð': "D", 'þ': "th", 'Þ': "Th",
	'ı': "i", 'ħ': "h", 'Ħ': "H", 'ŋ': "n", 'Ŋ': "N", 'ŧ': "t", 'Ŧ': "T", 'ə': "e", 'Ə': "E",
	'×': "x", '÷': "/", '•': "*", '·': "-", '€': "EUR", '→': ">", '←': "<", '✓': "v", '№': "No",
}

// fold rewrites text so that each of its characters is one byte in one of the
// printer's pages and one cell wide: NFC, plain typography, then per character
// as it is, without its marks, or '?'. No control character survives.
func (p Profile) fold(text string) string {
	if printable(text) {
		return text
	}
	var b strings.Builder
	rest, state := norm.NFC.String(strings.ToValidUTF8(text, "\ufffd")), -1
	for rest != "" {
		var g string
		g, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		p.foldOne(&b, g)
	}
	return b.String()
}

// printable is the usual case: a name in plain ASCII.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// foldOne writes one character as its reader sees it, a grapheme.
func (p Profile) foldOne(b *strings.Builder, g string) {
	seen, held := false, true // anything to see in it; all of it in a page
	for _, r := range g {
		if !invisible(r) {
			seen, held = true, held && p.holds(r)
		}
	}
	switch r := firstRune(g); {
	case r == nbsp, r == '\u202f', r == '\u2007':
		b.WriteRune(nbsp)
	case unicode.IsSpace(r):
		b.WriteByte(' ')
	case !seen:
	case typography[r] != "":
		b.WriteString(typography[r])
	case held:
		for _, r := range g {
			if !invisible(r) {
				b.WriteRune(r)
			}
		}
	default:
		p.foldHard(b, g)
	}
}

// foldHard writes what no page holds: NFKD without the marks, or one '?'.
func (p Profile) foldHard(b *strings.Builder, g string) {
	bare, lost := norm.NFKD.String(g), false
	if n := b.Len(); n > 0 && strings.ContainsRune(bare, '⁄') && unicode.IsDigit(rune(b.String()[n-1])) {
		b.WriteByte(' ') // 2⅓ is 2 1/3, never 21/3
	}
	for _, r := range bare {
		switch {
		case invisible(r) || unicode.Is(unicode.M, r):
		case typography[r] != "":
			b.WriteString(typography[r])
		case p.holds(r):
			b.WriteRune(r)
		case plain[r] != "":
			b.WriteString(plain[r])
		default:
			lost = true
		}
	}
	if lost {
		b.WriteByte('?')
	}
}

// holds says whether one of the printer's pages has the character.
func (p Profile) holds(r rune) bool {
	for _, page := range p.Pages {
		if _, ok := page.encode(r); ok {
			return true
		}
	}
	return false
}

// encode is the byte of a character on this page.
func (pg Page) encode(r rune) (byte, bool) {
	if r == nbsp {
		return ' ', true
	}
	if invisible(r) {
		return 0, false
	}
	return pg.Map.EncodeRune(r)
}

// invisible characters never reach a printer: controls above all, then marks of
// direction, joiners, soft hyphens, surrogates and what Unicode has not named.
func invisible(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029'
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

// cells is how many columns of its own size a folded text takes.
func cells(s string) int { return uniseg.StringWidth(s) }
