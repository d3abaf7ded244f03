package ui

import "net/http"

// policy allows our own files and nothing else: no inline script, no style
// attribute in HTML, no frame around us, no form that leaves.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
	"font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; " +
	"form-action 'self'; frame-ancestors 'none'"

// secureHeaders go with every answer that a browser may see.
var secureHeaders = [...][2]string{
	{"Content-Security-Policy", policy},
	{"X-Content-Type-Options", "nosniff"},
	{"Referrer-Policy", "no-referrer"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{"Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), bluetooth=()"},
}

// Secure adds the security headers to all answers of next. Page and Assets have
// them already; a program wraps its other routes.
func Secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		for _, header := range secureHeaders {
			h.Set(header[0], header[1])
		}
		next.ServeHTTP(w, r)
	})
}
