// Package code is codes that people read off one screen and type into another:
// Crockford's base 32, which has no letters that look like digits.
package code

import (
	"crypto/rand"
	"strings"
)

// Alphabet has no I, L, O, U.
const Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// group is how many characters stand together.
const group = 5

// New makes a random code of n characters, 5 bits each.
func New(n int) string {
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		panic(err) // the kernel always has random numbers
	}
	for i := range b {
		b[i] = Alphabet[b[i]&31]
	}
	return string(b)
}

// Of writes the first n characters of some bits.
func Of(bits []byte, n int) string {
	out := make([]byte, 0, n)
	var acc, have uint
	for _, b := range bits {
		acc, have = acc<<8|uint(b), have+8
		for have >= 5 && len(out) < n {
			have -= 5
			out = append(out, Alphabet[acc>>have&31])
		}
	}
	return string(out)
}

// Show groups a code for people: 7K2QD-9XWZM.
func Show(s string) string {
	var parts []string
	for ; len(s) > group; s = s[group:] {
		parts = append(parts, s[:group])
	}
	return strings.Join(append(parts, s), "-")
}

// Plain is what a person meant: capitals, no blanks or dashes, O is 0, I and L are
// 1. It is empty where this is no code of n characters.
func Plain(s string, n int) string {
	if len(s) > 2*n+10 {
		return ""
	}
	s = strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '\t', '\n', '\r':
			return -1
		case 'O':
			return '0'
		case 'I', 'L':
			return '1'
		}
		return r
	}, strings.ToUpper(s))
	if len(s) != n || strings.Trim(s, Alphabet) != "" {
		return ""
	}
	return s
}
