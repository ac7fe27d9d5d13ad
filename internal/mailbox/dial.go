package mailbox

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"

	"klikonderwijs.nl/klachtd/internal/wire"
)

// undisturbed keeps the library from setting deadlines: its five minutes for a literal are too short for a large mail
// on a slow line, and session.do watches over every command anyway.
type undisturbed struct{ net.Conn }

func (undisturbed) SetDeadline(time.Time) error      { return nil }
func (undisturbed) SetReadDeadline(time.Time) error  { return nil }
func (undisturbed) SetWriteDeadline(time.Time) error { return nil }

// connect gives a session that is logged in and knows its server.
func (b *Box) connect(ctx context.Context) (*session, error) {
	s, err := b.greet(ctx)
	if err != nil {
		return nil, fmt.Errorf("connecting: %w", err)
	}
	if err := s.introduce(ctx); err != nil {
		s.cut()
		return nil, err
	}
	return s, nil
}

func (s *session) introduce(ctx context.Context) error {
	if err := s.login(ctx); err != nil {
		return err
	}
	if err := s.learnCapabilities(ctx); err != nil {
		return err
	}
	return s.learnNames(ctx)
}

// greet connects and waits until the server speaks.
func (b *Box) greet(ctx context.Context) (*session, error) {
	tcp, conn, err := b.cfg.Dial(ctx, b.cfg.Timeout)
	if err != nil {
		return nil, err
	}
	conn = undisturbed{conn}
	s := &session{cfg: &b.cfg, within: b.within, tcp: tcp, notices: make(chan time.Time, 1)}
	options := &imapclient.Options{TLSConfig: b.cfg.TLS(), UnilateralDataHandler: &imapclient.UnilateralDataHandler{Mailbox: s.told}}
	doing, start := "greeting", func() (*imapclient.Client, error) { return imapclient.New(conn, options), nil }
	if b.cfg.Security == wire.StartTLS {
		doing, start = "starting TLS", func() (*imapclient.Client, error) { return imapclient.NewStartTLS(conn, options) }
	}
	err = s.do(ctx, doing, b.cfg.Timeout, func() (err error) {
		if s.client, err = start(); err != nil {
			return err
		}
		return s.client.WaitGreeting()
	})
	if err != nil {
		s.cut()
		return nil, err
	}
	return s, nil
}
