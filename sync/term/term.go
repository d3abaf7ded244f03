// Package term is a program of ours and whoever started it: arguments, answers for
// people and for scripts, the log, signals, and exit codes that mean something.
//
// It promises: answers, and nothing else, go to standard output; everything else
// goes to standard error; what a person typed wrong is said in words, and is
// another exit code than what went wrong.
package term

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/alecthomas/kong"
	"github.com/tyngo/tyngo/sync/fault"
)

// Exit codes.
const (
	Failed  = 1 // another try may help
	Refused = 2 // what was asked for is wrong, and stays wrong
)

// Flags are those that every program has: embed them.
type Flags struct {
	Log  string `help:"How much is logged: debug, info, warn, error." default:"info" enum:"debug,info,warn,error" env:"TYNGO_LOG"`
	JSON bool   `help:"Machine-readable output." name:"json"`
}

func (f *Flags) flags() *Flags { return f }

// Program is the commands and flags of a program, in kong's tags; it embeds Flags.
type Program interface{ flags() *Flags }

// Session is one run of a command.
type Session struct {
	Log  *slog.Logger
	Out  io.Writer // answers
	json bool
}

// Say answers with v as JSON, or with text for people.
func (s *Session) Say(v any, text string) error {
	if s.json {
		return json.NewEncoder(s.Out).Encode(v)
	}
	_, err := fmt.Fprintln(s.Out, text)
	return err
}

// Run runs the command that the arguments name, until it is done or a signal ends
// it, and answers the exit code. bind makes what the commands are given.
func Run(p Program, name, description string, bind func(context.Context, *Session) any) int {
	k, err := kong.New(p, kong.Name(name), kong.Description(description))
	if err != nil {
		panic(err) // the tags are constants
	}
	command, err := k.Parse(os.Args[1:])
	if err != nil {
		return misread(k, name, err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	f := p.flags()
	var level slog.Level
	_ = level.UnmarshalText([]byte(f.Log)) // one of the enum
	log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
	err = command.Run(bind(ctx, &Session{Log: log, Out: os.Stdout, json: f.JSON}))
	return end(os.Stderr, name, f.JSON, err)
}

// misread shows how it is written; standard output stays a script's.
func misread(k *kong.Kong, name string, err error) int {
	asJSON := slices.Contains(os.Args[1:], "--json") // flags are not set yet
	var parse *kong.ParseError
	if errors.As(err, &parse) && !asJSON {
		k.Stdout = os.Stderr
		_ = parse.Context.PrintUsage(false) // the message follows
		fmt.Fprintln(os.Stderr)
	}
	return end(os.Stderr, name, asJSON, fault.Wrap(err, fault.Invalid, "usage", err.Error()))
}

// end says how a command ended.
func end(w io.Writer, name string, asJSON bool, err error) int {
	if err == nil {
		return 0
	}
	f, status := fault.Of(err), Refused
	switch f.Kind {
	case fault.Internal, fault.Unavailable, fault.Unknown, fault.TooMany:
		status = Failed
	}
	text := f.Message
	if f.Code == "internal" { // whoever sits here may see what the log would be told
		text = err.Error()
	}
	if asJSON {
		_ = json.NewEncoder(w).Encode(struct { // nobody is left to tell
			Error  string        `json:"error"`
			Code   string        `json:"code"`
			Errors []fault.Field `json:"errors,omitempty"`
		}{text, f.Code, f.Fields})
		return status
	}
	fmt.Fprintf(w, "%s: %s\n", name, text)
	for _, m := range f.Fields {
		fmt.Fprintf(w, "  %s: %s\n", m.Where, m.Message)
	}
	return status
}
