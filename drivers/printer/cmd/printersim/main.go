// Command printersim is a receipt printer without paper: it prints to a web page.
//
//	printersim --listen 127.0.0.1:9100 --web 127.0.0.1:9180 --name "Hot line"
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/tyngo/tyngo/drivers/printer/printersim"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	switch err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "printersim:", err)
		os.Exit(1)
	}
}

// run is the program: it returns when ctx ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("printersim", flag.ContinueOnError)
	flags.SetOutput(stderr)
	cfg := printersim.Config{}
	flags.StringVar(&cfg.Listen, "listen", "127.0.0.1:9100", "where the printer listens; port 0 is a free one")
	flags.StringVar(&cfg.Name, "name", "Printer", "what it is called")
	flags.StringVar(&cfg.Folder, "folder", "", "write each slip here as NNNN.txt and NNNN.png")
	flags.IntVar(&cfg.Speed, "speed", 200, "mm per second; 0 prints at once")
	flags.IntVar(&cfg.Columns, "columns", 48, "of the small type: 48, 42 or 32")
	web := flags.String("web", "127.0.0.1:9180", "where the page with the paper listens; empty for none")
	asJSON := flags.Bool("json", false, "say the addresses as one line of JSON")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("%q is not understood", flags.Arg(0))
	}
	if cfg.Folder != "" {
		if err := os.MkdirAll(cfg.Folder, 0o755); err != nil {
			return err
		}
	}
	p, err := printersim.Start(cfg)
	if err != nil {
		return err
	}
	defer p.Close()

	ready := struct {
		Name    string `json:"name"`
		Printer string `json:"printer"`
		Web     string `json:"web"`
	}{p.Name(), p.URL(), ""}
	var listener net.Listener
	if *web != "" {
		if strings.HasPrefix(*web, ":") {
			*web = "127.0.0.1" + *web // the page has no password
		}
		if listener, err = net.Listen("tcp", *web); err != nil {
			return err
		}
		ready.Web = "http://" + listener.Addr().String() + "/"
	}
	switch {
	case *asJSON:
		err = json.NewEncoder(stdout).Encode(ready)
	case listener == nil:
		_, err = fmt.Fprintf(stdout, "%s prints at %s\n", ready.Name, ready.Printer)
	default:
		_, err = fmt.Fprintf(stdout, "%s prints at %s\nand shows its paper at %s\n", ready.Name, ready.Printer, ready.Web)
	}
	if err != nil {
		return err
	}
	if listener == nil {
		<-ctx.Done()
		return nil
	}
	return serve(ctx, listener, p)
}

// serve shows the page until ctx ends.
func serve(ctx context.Context, l net.Listener, p *printersim.Printer) error {
	server := &http.Server{Handler: p.Handler(), ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	p.Close() // ends the page's streams
	stop, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := server.Shutdown(stop)
	<-ended
	return err
}
