package mailbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-sasl"
)

const xoauth2 = "XOAUTH2"

// login makes us known. The connection must not be used after an error: SASL may have left it out of step.
func (s *session) login(ctx context.Context) error {
	caps := s.learnedEarly(ctx)
	attempt, err := s.credentials(ctx, caps)
	if err != nil {
		return fmt.Errorf("logging in: %w", err)
	}
	err = s.do(ctx, "logging in", s.cfg.Timeout, attempt.run)
	var no *Refusal
	if errors.As(err, &no) && !temporary(no) {
		return &LoginError{Err: attempt.explain(no)}
	}
	return err
}

// temporary tells a server that is busy from one that does not know us (RFC 5530 §3).
func temporary(no *Refusal) bool {
	switch imap.ResponseCode(no.Code) {
	case imap.ResponseCodeUnavailable, imap.ResponseCodeInUse, imap.ResponseCodeLimit, imap.ResponseCodeServerBug:
		return true
	}
	return false
}

// learnedEarly gives the capabilities before login, which may differ from those after it; none when they cannot be had.
func (s *session) learnedEarly(ctx context.Context) (caps imap.CapSet) {
	err := s.do(ctx, "asking for capabilities", s.cfg.Timeout, func() error {
		caps = s.client.Caps()
		return nil
	})
	if err != nil {
		return nil
	}
	return caps
}

// attempt is one way to log in.
type attempt struct {
	run    func() error
	bearer *bearer // nil = by password
}

// explain adds what a token's refusal says beside the NO.
func (a attempt) explain(no *Refusal) error {
	var why struct{ Status, Error string }
	if a.bearer == nil || json.Unmarshal(a.bearer.challenge, &why) != nil || why.Status == "" {
		return no
	}
	return fmt.Errorf("%w (status %s)", no, scrub(why.Status, ""))
}

// credentials chooses by what the server offers: SASL where it can, LOGIN where nothing else is left.
func (s *session) credentials(ctx context.Context, caps imap.CapSet) (attempt, error) {
	if s.cfg.Token != nil {
		return s.tokenLogin(ctx, caps)
	}
	password, err := s.cfg.Password(ctx)
	if err != nil {
		return attempt{}, fmt.Errorf("reading the password: %w", err)
	}
	switch {
	case caps.Has(imap.AuthCap(sasl.Plain)):
		client := sasl.NewPlainClient("", s.cfg.Username, password)
		return attempt{run: func() error { return s.client.Authenticate(client) }}, nil
	case caps.Has(imap.CapLoginDisabled):
		return attempt{}, errors.New("the server takes no password on this connection")
	}
	return attempt{run: func() error { return s.client.Login(s.cfg.Username, password).Wait() }}, nil
}

func (s *session) tokenLogin(ctx context.Context, caps imap.CapSet) (attempt, error) {
	token, err := s.cfg.Token(ctx)
	if err != nil {
		return attempt{}, fmt.Errorf("asking for a token: %w", err)
	}
	b := &bearer{}
	switch {
	case caps.Has(imap.AuthCap(xoauth2)):
		b.mechanism, b.first = xoauth2, "user="+s.cfg.Username+"\x01auth=Bearer "+token+"\x01\x01"
	case caps.Has(imap.AuthCap(sasl.OAuthBearer)): // RFC 7628 §3.1
		b.mechanism, b.first = sasl.OAuthBearer, "n,a="+s.cfg.Username+",\x01auth=Bearer "+token+"\x01\x01"
	default:
		return attempt{}, errors.New("the server takes no OAuth2 tokens")
	}
	return attempt{run: func() error { return s.client.Authenticate(b) }, bearer: b}, nil
}

// bearer is XOAUTH2 or OAUTHBEARER. Where the server refuses, both want an answer to its explanation before they say NO:
// one byte ends either cleanly, while an empty answer or none would leave the connection out of step.
type bearer struct {
	mechanism, first string
	challenge        []byte
}

// Start implements sasl.Client.
func (b *bearer) Start() (mechanism string, initial []byte, err error) {
	return b.mechanism, []byte(b.first), nil
}

// Next implements sasl.Client.
func (b *bearer) Next(challenge []byte) ([]byte, error) {
	b.challenge = challenge
	return []byte{1}, nil
}
