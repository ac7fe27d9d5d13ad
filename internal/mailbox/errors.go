package mailbox

import (
	"errors"
	"fmt"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// Refusal is a server's NO or BAD. Nothing personal is left in its text.
type Refusal struct {
	Code string // response code such as TRYCREATE (RFC 5530), or empty
	Text string
	Bad  bool // the server did not understand us
}

func (r *Refusal) Error() string {
	answer := "NO"
	if r.Bad {
		answer = "BAD"
	}
	if r.Code != "" {
		answer += " [" + r.Code + "]"
	}
	return strings.TrimSpace("server says " + answer + " " + r.Text)
}

// Refused tells a refusal from a failure: the next message may be taken.
func (r *Refusal) Refused() bool { return true }

// LoginError says that the server does not accept our name and secret. Trying again soon may lock the account.
type LoginError struct{ Err error }

func (e *LoginError) Error() string { return "logging in: " + e.Err.Error() }

// Unwrap gives what the server said.
func (e *LoginError) Unwrap() error { return e.Err }

var (
	// errLost means that a connection cannot be used any more, and that another one might do better.
	errLost = errors.New("connection lost")
	// errSilence is why a connection was cut.
	errSilence = errors.New("no answer in time")
	// errWithheld is a message that the server lists and does not give (seen with Exchange).
	errWithheld = errors.New("the server lists the message but does not give it")
	// errEmpty is a message of which the server gives no byte although it is said to have some.
	errEmpty = errors.New("the server gives an empty message")
	// errUndated is a message that may be older than we are, which nobody can tell without INTERNALDATE.
	errUndated = errors.New("the server does not say when the message arrived")
)

// refusal turns the library's error into ours, without anything personal.
func refusal(e *imap.Error, username string) *Refusal {
	return &Refusal{Code: string(e.Code), Text: scrub(e.Text, username), Bad: e.Type == imap.StatusResponseTypeBad}
}

// scrub blanks what may be an address or the account's name, and keeps one line of a length fit for a log.
func scrub(text, username string) string {
	text, _, _ = strings.Cut(text, "\n")
	words := strings.Fields(text)
	for i, word := range words {
		if strings.Contains(word, "@") {
			words[i] = "…"
		}
	}
	text = strings.Join(words, " ")
	if len(username) >= 3 {
		text = strings.ReplaceAll(text, username, "…")
	}
	if runes := []rune(text); len(runes) > 300 {
		text = string(runes[:300]) + "…"
	}
	return text
}

func refused(err error, codes ...imap.ResponseCode) bool {
	var r *Refusal
	if !errors.As(err, &r) {
		return false
	}
	for _, code := range codes {
		if r.Code == string(code) {
			return true
		}
	}
	return len(codes) == 0
}

// also joins two errors in one line; either may be nil.
func also(first, second error) error {
	switch {
	case first == nil:
		return second
	case second == nil:
		return first
	}
	return fmt.Errorf("%w; %w", first, second)
}
