package outbox

import (
	"errors"
	"net/textproto"
	"regexp"
	"strings"
)

// Error is a mail that was not handed over, as far as we know.
type Error struct {
	doing      string
	err        error
	code       int    // SMTP reply code; 0 = the server said nothing
	status     string // enhanced status code (RFC 3463), or ""
	temporary  bool
	connection bool
	to         string // the recipient, whose name is in no text
}

// Error tells what the server said, without addresses.
func (e *Error) Error() string { return e.doing + ": " + scrub(e.err.Error(), e.to) }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.err }

// Temporary reports that another attempt can succeed.
func (e *Error) Temporary() bool { return e.temporary }

// Connection reports that the failure is about the server, and not about this mail: the next one would fail too.
func (e *Error) Connection() bool { return e.connection }

// Status is the enhanced status code that the server gave (RFC 3463), or "".
func (e *Error) Status() string { return e.status }

var enhanced = regexp.MustCompile(`^\s*([245]\.\d{1,3}\.\d{1,3})\b`)

func newError(doing string, err error) *Error {
	e := &Error{doing: doing, err: err}
	var reply *textproto.Error
	if errors.As(err, &reply) {
		e.code = reply.Code
		if m := enhanced.FindStringSubmatch(reply.Msg); m != nil {
			e.status = m[1]
		}
	}
	return e
}

// atConnection is a failure of the connection, of TLS or of the login: whatever the server says, mail waits.
func atConnection(doing string, err error) error {
	e := newError(doing, err)
	e.temporary, e.connection = true, true
	return e
}

// atSender is a refusal of the sender. It would meet every mail, so it counts as the connection's,
// except for the mail that is too large (RFC 1870 §6.1).
func atSender(err error) error {
	e := newError("naming the sender", err)
	if e.code == 552 {
		return e
	}
	e.temporary, e.connection = true, true
	return e
}

// aboutMail is the server's answer to this mail: 4xx is temporary, 5xx is for good. 421 and silence are the connection's.
func aboutMail(doing string, err error) error {
	e := newError(doing, err)
	e.connection = e.code == 0 || e.code == 421
	e.temporary = e.connection || e.code/100 == 4
	return e
}

// lost reports that a connection broke.
func lost(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.connection && e.code == 0
}

// shortestName is the length in bytes from which on what stands before the @ is looked for in a server's answer.
const shortestName = 3

// scrub blanks addresses, and the recipient's name without his domain, which servers repeat too ("mailbox jan.jansen is
// full"); it keeps one line of a length fit for a log.
func scrub(text, to string) string {
	name, _, _ := strings.Cut(strings.ToLower(to), "@")
	words := strings.Fields(strings.ReplaceAll(text, "\n", " "))
	for i, word := range words {
		if strings.Contains(word, "@") || len(name) >= shortestName && strings.Contains(strings.ToLower(word), name) {
			words[i] = "…"
		}
	}
	text = strings.Join(words, " ")
	if runes := []rune(text); len(runes) > 300 {
		text = string(runes[:300]) + "…"
	}
	return text
}
