// Command klachtd runs a complaints procedure by e-mail.
//
// It watches one mailbox, recognises the complaints in it, registers and acknowledges them, brings
// them to the assessor, and sees to it that every promise is kept or escalated.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // Europe/Amsterdam, on a machine without zone files too

	"github.com/alecthomas/kong"
)

// The exit codes: done, not done, wrong usage.
const (
	exitDone    = 0
	exitNotDone = 1
	exitUsage   = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr})
	stop()
	os.Exit(code)
}

// streams are what a subcommand reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// cli is the whole command line.
type cli struct {
	Config string `help:"Configuration file (default: klachtd.toml, then /etc/klachtd/klachtd.toml)." placeholder:"FILE"`

	Run        runCmd        `cmd:"" help:"Run the daemon."`
	Tick       tickCmd       `cmd:"" help:"Do one whole round: read the mailbox, do what is due, send the queue."`
	Check      checkCmd      `cmd:"" help:"Check configuration, mailbox, mail server, store and calendar; say how to cure what is wrong."`
	Demo       demoCmd       `cmd:"" help:"Show the procedure at work on embedded servers and a pretended clock."`
	Parse      parseCmd      `cmd:"" help:"Say what would be made of a mail: one JSON object a line."`
	Terms      termsCmd      `cmd:"" help:"Print every last day for a complaint, with the reasons."`
	List       listCmd       `cmd:"" help:"List the register."`
	Search     searchCmd     `cmd:"" help:"Find cases by words in them."`
	Show       showCmd       `cmd:"" help:"Show one file: fields, terms, timeline, mails."`
	Act        actCmd        `cmd:"" help:"Give a command in a case on behalf of a role, as by mail."`
	Register   registerCmd   `cmd:"" help:"Register a letter or a phone call, by flags or by questions."`
	Queue      queueCmd      `cmd:"" help:"Show outgoing mail and its attempts; retry or cancel one."`
	Verify     verifyCmd     `cmd:"" help:"Check the database, every chain of events, every original and the queue; say what does not hold."`
	Export     exportCmd     `cmd:"" help:"Write the whole file of a case as a zip, for an auditor or the person concerned."`
	Report     reportCmd     `cmd:"" help:"Write the annual analysis: figures that name nobody."`
	Erase      eraseCmd      `cmd:"" help:"Erase a case on request, or those that have been kept long enough."`
	Backup     backupCmd     `cmd:"" help:"Make a consistent, encrypted copy of the store while it is in use."`
	Restore    restoreCmd    `cmd:"" help:"Bring a backup back; nothing is sent before klachtd queue release."`
	Form       formCmd       `cmd:"" help:"Print a mailto link and an HTML form for the website that bring complete complaints."`
	Preview    previewCmd    `cmd:"" help:"Write every outgoing mail with sample data, as .eml, .txt and .html."`
	Login      loginCmd      `cmd:"" help:"Sign in with OAuth2 (device code) for Microsoft 365 or Google."`
	Unit       unitCmd       `cmd:"" help:"Print a hardened systemd unit."`
	Completion completionCmd `cmd:"" help:"Print what makes bash, zsh or fish complete commands and flags."`
	Version    versionCmd    `cmd:"" help:"Print the version."`
}

// exited carries the exit code out of the command line library, which wants to leave by itself.
type exited int

// run is the whole program; it never leaves the process.
func run(ctx context.Context, args []string, s streams) (code int) {
	defer func() {
		if e, ok := recover().(exited); ok {
			code = int(e)
		}
	}()
	var c cli
	parser, err := kong.New(&c, kong.Name("klachtd"), kong.Description("Runs a complaints procedure by e-mail."),
		kong.Writers(s.out, s.err), kong.Exit(func(code int) { panic(exited(code)) }), kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		return complain(s, err, exitNotDone)
	}
	chosen, err := parser.Parse(args)
	if err != nil {
		return complain(s, fmt.Errorf("%w (%s --help lists what there is)", err, asked(err)), exitUsage)
	}
	chosen.BindTo(ctx, (*context.Context)(nil))
	if err := chosen.Run(s, &c); err != nil {
		var silent errSilent
		if errors.As(err, &silent) {
			return exitNotDone
		}
		return complain(s, err, exitNotDone)
	}
	return exitDone
}

// asked is the command whose usage was wrong, "klachtd" where none was recognised.
func asked(err error) string {
	var wrong *kong.ParseError
	if errors.As(err, &wrong) && wrong.Context != nil {
		if command := wrong.Context.Selected(); command != nil {
			return command.FullPath()
		}
	}
	return "klachtd"
}

// errSilent says that a command was not done and that the user has been told already.
type errSilent struct{}

func (errSilent) Error() string { return "not done" }

func complain(s streams, err error, code int) int {
	fmt.Fprintln(s.err, "klachtd:", err)
	return code
}
