// Command screens makes the pictures of docs/images: it runs a head office with
// nine restaurants and their boxes in this process, lets them have a day, and looks
// at the pages in Chromium.
//
// It promises that nothing on a picture is drawn: every figure went through a box,
// its journal and head office. Only the clock is set: it is Tuesday, 24 November,
// 7:42 in the evening.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"github.com/tyngo/tyngo/sync/ui/uitest"
)

func main() {
	menu := flag.String("menu", "", "serve this menu document instead of the one of Luz & Maíz")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: screens [-menu FILE] [DIRECTORY]   writes the pictures into docs/images, or DIRECTORY")
		flag.PrintDefaults()
	}
	flag.Parse()
	out := "docs/images"
	if flag.NArg() > 0 {
		out = flag.Arg(0)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, out, *menu); err != nil {
		fmt.Fprintln(os.Stderr, "screens:", err)
		os.Exit(1)
	}
}

// run sets the scene and takes every picture.
func run(ctx context.Context, out, menu string) (err error) {
	s, err := newStage()
	if err != nil {
		return err
	}
	defer s.end(&err)
	g := open(ctx, s, menu)
	g.day()
	browser := uitest.Open(s)
	takeOffice(s, g, browser, out)
	takeTablet(s, g, browser, out)
	takeTrouble(s, g, browser, out)
	return nil
}
