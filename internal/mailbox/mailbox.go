// Package mailbox watches a mailbox over IMAP, hands over each new message once, and files it away after it is committed.
//
// It believes little: not that IDLE tells of every message, that a connection is alive, that a literal is whole, that a
// server has MOVE, or that a message can be fetched. Where one of these fails, mail stays where it is and is tried again.
package mailbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"klikonderwijs.nl/klachtd/internal/wire"
)

// ErrStop, wrapped in a handler's error, ends the round before the message counts as handed over: nothing is wrong with
// the message, but the place where it should go cannot take it.
var ErrStop = errors.New("stopping the round")

// Mail is one message as the server holds it.
type Mail struct {
	Folder      string // as configured
	UID         uint32
	UIDValidity uint32
	Size        int64     // in bytes, as the server says
	Received    time.Time // INTERNALDATE in UTC; Noticed where the server cannot give it
	Noticed     time.Time // when the server's EXISTS was read, or when the round began that found it
	Truncated   bool      // over Config.Limit: Body is the first 512 KB, which are the header and some text
	Drop        bool      // from Folders.Drop
	Body        io.ReadSeeker
	Read        any // what Config.Ahead made of it; nil when it was not read ahead
}

// Action is what becomes of a message that was handed over.
type Action int

const (
	Leave Action = iota // stays where it is, unread or not as it was
	File                // is moved to Folders.Registered
)

// Handler takes one message; m.Body is valid until it returns. An error other than ErrStop lets the message be tried
// again later, and the next ones go on.
type Handler func(ctx context.Context, m Mail) (Action, error)

// Position is how far a folder has been handed over. It is saved only after messages are committed and filed.
type Position struct {
	UIDValidity uint32 // of the folder when Next was true (RFC 3501 §2.3.1.1)
	Next        uint32 // the lowest UID that has not been handed over
	// Of the messages with a UID below History, those received before Since are left alone: they were there before us.
	History uint32
	Since   time.Time
	Failed  []Failed // below Next, to be tried again
}

// Failed is a message that could not be read, handled or filed.
type Failed struct {
	UID      uint32
	Attempts int
	NextTry  time.Time
	Told     bool // Config.Unreadable has been called
}

// Ledger remembers positions. Folders are named as configured.
type Ledger interface {
	Position(ctx context.Context, folder string) (p Position, known bool, err error)
	SavePosition(ctx context.Context, folder string, p Position) error
}

// Folders names the folders; "/" stands for the server's own delimiter, and its namespace's prefix may be left out.
type Folders struct {
	Inbox      string
	Drop       string // empty = none
	Registered string
	Sent       string // empty = none; only Inspect looks at it, Append is told
}

// Unreadable describes a message that failed three times, without anything that is in it.
type Unreadable struct {
	Folder           string
	UID, UIDValidity uint32
	Attempts         int
}

// Config is what a Box needs. Now is required; every other function may be nil unless it says otherwise.
type Config struct {
	wire.Server

	Username string
	Password func(context.Context) (string, error) // this or Token is required
	Token    func(context.Context) (string, error) // OAuth2 access token, asked for at every login

	Folders  Folders
	Idle     bool          // use IDLE where the server has it
	Poll     time.Duration // 0 = a minute
	Timeout  time.Duration // longest wait for an answer, apart from the time that bodies take; 0 = a minute
	Limit    int64         // bytes of a message that is read whole; 0 = 40 MB
	SpoolDir string        // for messages too large for memory; empty = the system's

	// Since is an explicit wish: messages received since then are handed over, even where they were taken for history.
	Since *time.Time

	// Ahead reads a message in memory while the one before it is handed over, on another goroutine; nil = nothing is
	// read ahead. Messages are read, and handed over, one at a time and in order.
	Ahead func(m Mail) any

	Now        func() time.Time
	Logger     *slog.Logger                                         // nil = none
	Polled     func(err error)                                      // after every round, and every failed attempt at one
	Unreadable func(ctx context.Context, which Unreadable, e error) // once for each message that failed three times
}

// Box is a mailbox. Run and Once are for one goroutine; Append and Inspect may be used beside them.
type Box struct {
	cfg     Config
	ledger  Ledger
	inbox   *folder
	folders []*folder // in the order of a round: the inbox is last, so that it is the one left open for IDLE
	session *session  // of Run and Once; nil = not connected
	copies  sentLine  // of Append

	progress int // counts what rounds dealt with or found out
	pause    func(ctx context.Context, d time.Duration)
	jitter   func() float64 // 0..1
	within   within
}

// New checks the configuration; it does not connect. The error names everything that is wrong.
func New(cfg Config, ledger Ledger) (*Box, error) {
	cfg = cfg.withDefaults()
	if err := cfg.check(); err != nil {
		return nil, fmt.Errorf("configuring the mailbox: %w", err)
	}
	b := &Box{cfg: cfg, ledger: ledger, inbox: newFolder(cfg.Folders.Inbox, false), pause: pause, jitter: jitter, within: inTime}
	if cfg.Folders.Drop != "" {
		b.folders = append(b.folders, newFolder(cfg.Folders.Drop, true))
	}
	b.folders = append(b.folders, b.inbox)
	b.copies.init()
	return b, nil
}

func (c Config) withDefaults() Config {
	if c.Poll <= 0 {
		c.Poll = time.Minute
	}
	if c.Timeout <= 0 {
		c.Timeout = time.Minute
	}
	if c.Limit <= 0 {
		c.Limit = 40 << 20
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Polled == nil {
		c.Polled = func(error) {}
	}
	if c.Unreadable == nil {
		c.Unreadable = func(context.Context, Unreadable, error) {}
	}
	return c
}

func (c Config) check() error {
	var problems []error
	bad := func(wrong bool, format string, args ...any) {
		if wrong {
			problems = append(problems, fmt.Errorf(format, args...))
		}
	}
	problems = append(problems, c.Server.Check())
	bad(c.Now == nil, "a clock is needed")
	bad((c.Password == nil) == (c.Token == nil), "either a password or a token is needed")
	bad(c.Username == "", "a user name is needed")
	bad(c.Folders.Inbox == "" || c.Folders.Registered == "", "an inbox and a folder for what is registered are needed")
	seen := make(map[string]bool)
	for _, name := range []string{c.Folders.Inbox, c.Folders.Drop, c.Folders.Registered, c.Folders.Sent} {
		bad(name != "" && seen[strings.ToUpper(name)], "folder %q is used twice", name)
		seen[strings.ToUpper(name)] = true
		bad(!sound(name), "folder %q: no wildcards, control characters or empty steps", name)
	}
	return errors.Join(problems...)
}
