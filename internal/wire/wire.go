// Package wire reaches a mail server: it dials, secures, and lets nothing out in plain text but to this machine itself.
package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

// Security says how a connection is protected.
type Security string

// The words are those of the configuration.
const (
	Implicit Security = "implicit" // TLS from the first byte (RFC 8314 §3)
	StartTLS Security = "starttls" // required: there is no falling back to plain text
	Plain    Security = "none"     // loopback only
)

// Server is where a mail server is, and how it is reached.
type Server struct {
	Host      string
	Port      int
	Security  Security
	TLSConfig *tls.Config // the authorities to trust; nil = the system's
}

// Check says everything that is wrong.
func (s Server) Check() error {
	var problems []error
	if s.Host == "" || s.Port <= 0 {
		problems = append(problems, errors.New("a host and a port are needed"))
	}
	if s.Security != Implicit && s.Security != StartTLS && s.Security != Plain {
		problems = append(problems, fmt.Errorf("unknown protection %q", s.Security))
	}
	if s.Security == Plain && !Loopback(s.Host) {
		problems = append(problems, errors.New("plain text would send passwords and complaints in the clear: it is for loopback only"))
	}
	return errors.Join(problems...)
}

// Loopback says whether a host can only be this machine; what localhost stands for is checked after connecting.
func Loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || (ip != nil && ip.IsLoopback())
}

const (
	dialTimeout = 15 * time.Second
	// A peer that died without a word is found after 60 s: the 2½ minutes of Go's default are too long.
	keepAliveIdle     = 30 * time.Second
	keepAliveInterval = 10 * time.Second
	keepAliveCount    = 3
	userTimeout       = 60 * time.Second // TCP_USER_TIMEOUT: data that nobody acknowledges
)

// Dial connects and, unless STARTTLS is still to come, secures. It gives the TCP connection too:
// closing that one never blocks, which closing TLS does while the peer does not read. The handshake takes
// no longer than the given time.
func (s Server) Dial(ctx context.Context, longest time.Duration) (tcp, conn net.Conn, err error) {
	dialer := &net.Dialer{Timeout: dialTimeout, Control: setUserTimeout, KeepAliveConfig: net.KeepAliveConfig{
		Enable: true, Idle: keepAliveIdle, Interval: keepAliveInterval, Count: keepAliveCount,
	}}
	tcp, err = dialer.DialContext(ctx, "tcp", net.JoinHostPort(s.Host, strconv.Itoa(s.Port)))
	if err != nil {
		return nil, nil, err
	}
	if s.Security == Plain && !isLoopback(tcp) {
		tcp.Close()
		return nil, nil, errors.New("the host is not loopback, and plain text is for loopback only")
	}
	if s.Security != Implicit {
		return tcp, tcp, nil
	}
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	secured := tls.Client(tcp, s.TLS())
	if err := secured.HandshakeContext(ctx); err != nil {
		tcp.Close()
		return nil, nil, fmt.Errorf("securing: %w", err)
	}
	return tcp, secured, nil
}

func isLoopback(conn net.Conn) bool {
	addr, ok := conn.RemoteAddr().(*net.TCPAddr)
	return ok && addr.IP.IsLoopback()
}

// TLS is the configuration of a handshake with this server: its name is checked, and nothing older than TLS 1.2 is spoken (RFC 8996).
func (s Server) TLS() *tls.Config {
	config := &tls.Config{}
	if s.TLSConfig != nil {
		config = s.TLSConfig.Clone()
	}
	if config.ServerName == "" {
		config.ServerName = s.Host
	}
	config.MinVersion = max(config.MinVersion, tls.VersionTLS12)
	return config
}
