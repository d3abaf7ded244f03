package uitest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Option is how a browser differs from an empty one.
type Option func(TB) []chromedp.ExecAllocatorOption

// Maps lets a name be found at an address, as the network would.
func Maps(name, address string) Option {
	return func(TB) []chromedp.ExecAllocatorOption {
		return []chromedp.ExecAllocatorOption{chromedp.Flag("host-resolver-rules", "MAP "+name+" "+address)}
	}
}

// Trusts lets the browser trust a certificate authority (DER), as a person does who
// installs it: through the NSS database of a home of its own.
func Trusts(ca []byte) Option {
	return func(t TB) []chromedp.ExecAllocatorOption {
		t.Helper()
		certutil := need(t, "certutil")
		home := t.TempDir()
		db, file := filepath.Join(home, ".pki", "nssdb"), filepath.Join(home, "ca.crt")
		if err := os.MkdirAll(db, 0o700); err != nil {
			t.Fatalf("%v", err)
		}
		if err := os.WriteFile(file, ca, 0o600); err != nil {
			t.Fatalf("%v", err)
		}
		run(t, certutil, "-d", "sql:"+db, "-N", "--empty-password")
		run(t, certutil, "-d", "sql:"+db, "-A", "-n", "installed", "-t", "C,,", "-i", file)
		return []chromedp.ExecAllocatorOption{chromedp.Env("HOME=" + home)}
	}
}

// Refused opens an address that the browser must not open, and is why it did not;
// empty where it opened it. Certificate errors are never ignored.
func (p *Page) Refused(url string) string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Run(ctx, chromedp.Navigate(url)); err != nil {
		return err.Error()
	}
	return ""
}

// Cookie is how a cookie of the page is kept: "secure httpOnly Strict"; empty where
// there is none.
func (p *Page) Cookie(name string) (how string) {
	p.t.Helper()
	p.Do(chromedp.ActionFunc(func(ctx context.Context) error {
		all, err := network.GetCookies().Do(ctx)
		for _, c := range all {
			if c.Name != name {
				continue
			}
			var words []string
			if c.Secure {
				words = append(words, "secure")
			}
			if c.HTTPOnly {
				words = append(words, "httpOnly")
			}
			how = strings.Join(append(words, c.SameSite.String()), " ")
		}
		return err
	}))
	return how
}
