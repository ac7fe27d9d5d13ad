// Package outbox hands finished mails to an SMTP server: the very bytes that were queued, to one recipient each.
//
// Whether a failure is temporary or permanent, and is about the mail or about the connection, is part of the error.
package outbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"klikonderwijs.nl/klachtd/internal/wire"
)

// Config is what an Outbox needs.
type Config struct {
	wire.Server

	Username string                                // empty = the server asks for no login
	Password func(context.Context) (string, error) // this or Token is required with a user name
	Token    func(context.Context) (string, error) // OAuth2 access token, asked for at every login

	HelloName string        // what EHLO says; empty = localhost
	Timeout   time.Duration // longest wait for an answer to a command; 0 = 2 minutes
	DataWait  time.Duration // longest wait for the answer to a mail (RFC 5321 §4.5.3.2.6); 0 = 10 minutes
	Warm      time.Duration // how long an unused connection is kept; 0 = 30 seconds
}

// Outbox sends mails over one connection at a time. It is safe for concurrent use.
type Outbox struct {
	cfg     Config
	mu      sync.Mutex
	session *session // nil = not connected
	cooling *time.Timer
}

// New checks the configuration; it does not connect. The error names everything that is wrong.
func New(cfg Config) (*Outbox, error) {
	if cfg.Timeout <= 0 {
		cfg.Timeout = 2 * time.Minute
	}
	if cfg.DataWait <= 0 {
		cfg.DataWait = 10 * time.Minute
	}
	if cfg.Warm <= 0 {
		cfg.Warm = 30 * time.Second
	}
	if cfg.HelloName == "" {
		cfg.HelloName = "localhost"
	}
	if err := cfg.check(); err != nil {
		return nil, fmt.Errorf("configuring the mail server: %w", err)
	}
	return &Outbox{cfg: cfg}, nil
}

func (c Config) check() error {
	err := c.Server.Check()
	if c.Username != "" && (c.Password == nil) == (c.Token == nil) {
		err = errors.Join(err, errors.New("a user name needs either a password or a token"))
	}
	return err
}

// Send hands one mail over. before is called when the server has everything but the last dot: from
// then on the mail may have been taken, whatever happens. reply is the server's last word. The
// error is an *Error, unless before or body failed, or ctx ended.
func (o *Outbox) Send(ctx context.Context, from, to string, body io.Reader, before func() error) (reply string, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.stopCooling()
	warm := o.session != nil
	err = o.address(ctx, from, to)
	if warm && lost(err) { // it went cold while nobody used it; nothing of the mail was sent yet
		o.hangUp()
		err = o.address(ctx, from, to)
	}
	if err == nil {
		reply, err = o.session.data(ctx, body, before)
	}
	var refusal *Error
	if errors.As(err, &refusal) {
		refusal.to = to
	}
	o.settle(ctx, err)
	if err != nil && ctx.Err() != nil {
		return "", fmt.Errorf("sending: %w", context.Cause(ctx))
	}
	return scrub(reply, to), err
}

// address says from whom and to whom a mail goes, after connecting where there is no session.
func (o *Outbox) address(ctx context.Context, from, to string) (err error) {
	if o.session == nil {
		if o.session, err = o.cfg.connect(ctx); err != nil {
			return err
		}
	}
	return o.session.address(ctx, from, to)
}

// settle keeps the connection when it is still in step, and drops it when it is not.
func (o *Outbox) settle(ctx context.Context, err error) {
	var refused *Error
	switch {
	case err == nil:
	case errors.As(err, &refused) && !refused.connection && o.session.reset(ctx) == nil:
	default:
		o.hangUp()
		return
	}
	o.cooling = time.AfterFunc(o.cfg.Warm, o.cool)
}

func (o *Outbox) stopCooling() {
	if o.cooling != nil {
		o.cooling.Stop()
		o.cooling = nil
	}
}

func (o *Outbox) cool() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.cooling != nil {
		o.quit()
	}
}

func (o *Outbox) quit() {
	if o.session != nil {
		o.session.quit()
		o.session = nil
	}
}

func (o *Outbox) hangUp() {
	if o.session != nil {
		o.session.cut()
		o.session = nil
	}
}

// Close ends the connection politely, when there is one.
func (o *Outbox) Close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.stopCooling()
	o.quit()
	return nil
}

// Inspection is what a look at the mail server shows. Nothing is sent by looking.
type Inspection struct {
	TLS      string // version, such as "TLS 1.3"; empty without TLS
	LoggedIn bool
	Size     string // largest mail in bytes, as the server says (RFC 1870); empty = it does not say
	EightBit bool   // RFC 6152
}

// Inspect connects and logs in as Send would.
func (o *Outbox) Inspect(ctx context.Context) (Inspection, error) {
	s, err := o.cfg.connect(ctx)
	if err != nil {
		return Inspection{}, err
	}
	defer s.quit()
	i := Inspection{LoggedIn: o.cfg.Username != ""}
	if state, ok := s.client.TLSConnectionState(); ok {
		i.TLS = tls.VersionName(state.Version)
	}
	_, i.Size = s.client.Extension("SIZE")
	i.EightBit, _ = s.client.Extension("8BITMIME")
	return i, nil
}
