package mailbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"
)

const (
	dialTimeout = 15 * time.Second
	// A peer that died without a word is found after 60 s: the 2½ minutes of Go's default are too long for IDLE.
	keepAliveIdle     = 30 * time.Second
	keepAliveInterval = 10 * time.Second
	keepAliveCount    = 3
	userTimeout       = 60 * time.Second // TCP_USER_TIMEOUT: data that nobody acknowledges
)

// undisturbed keeps the library from setting deadlines: its five minutes for a literal are too short for a large mail
// on a slow line, and session.do watches over every command anyway.
type undisturbed struct{ net.Conn }

func (undisturbed) SetDeadline(time.Time) error      { return nil }
func (undisturbed) SetReadDeadline(time.Time) error  { return nil }
func (undisturbed) SetWriteDeadline(time.Time) error { return nil }

// dial connects and, unless STARTTLS is still to come, secures. It gives the TCP connection too: closing that one never
// blocks, which closing TLS does while the peer does not read.
func (c *Config) dial(ctx context.Context) (tcp, conn net.Conn, err error) {
	dialer := &net.Dialer{Timeout: dialTimeout, Control: setUserTimeout, KeepAliveConfig: net.KeepAliveConfig{
		Enable: true, Idle: keepAliveIdle, Interval: keepAliveInterval, Count: keepAliveCount,
	}}
	tcp, err = dialer.DialContext(ctx, "tcp", net.JoinHostPort(c.Host, strconv.Itoa(c.Port)))
	if err != nil {
		return nil, nil, err
	}
	if c.Security == Plain && !isLoopback(tcp) {
		tcp.Close()
		return nil, nil, errors.New("the host is not loopback, and plain text is for loopback only")
	}
	if c.Security != Implicit {
		return tcp, undisturbed{tcp}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	secured := tls.Client(tcp, c.tls())
	if err := secured.HandshakeContext(ctx); err != nil {
		tcp.Close()
		return nil, nil, fmt.Errorf("securing: %w", err)
	}
	return tcp, undisturbed{secured}, nil
}

func isLoopback(conn net.Conn) bool {
	addr, ok := conn.RemoteAddr().(*net.TCPAddr)
	return ok && addr.IP.IsLoopback()
}

func (c *Config) tls() *tls.Config {
	config := &tls.Config{}
	if c.TLSConfig != nil {
		config = c.TLSConfig.Clone()
	}
	if config.ServerName == "" {
		config.ServerName = c.Host
	}
	config.MinVersion = max(config.MinVersion, tls.VersionTLS12) // RFC 8996
	return config
}

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
	tcp, conn, err := b.cfg.dial(ctx)
	if err != nil {
		return nil, err
	}
	s := &session{cfg: &b.cfg, tcp: tcp, notices: make(chan time.Time, 1)}
	options := &imapclient.Options{TLSConfig: b.cfg.tls(), UnilateralDataHandler: &imapclient.UnilateralDataHandler{Mailbox: s.told}}
	doing, start := "greeting", func() (*imapclient.Client, error) { return imapclient.New(conn, options), nil }
	if b.cfg.Security == StartTLS {
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
