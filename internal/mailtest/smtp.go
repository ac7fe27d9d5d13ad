package mailtest

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// SMTPOptions describe an embedded SMTP server. The zero value is a server without TLS that takes everything from anybody.
type SMTPOptions struct {
	Security Security // empty = Plain
	CA       *CA      // needed unless Plain
	User     string   // empty = no login is needed
	Password string
	Token    string // what XOAUTH2 accepts
	Limit    int64  // bytes of a mail; 0 = 50 MB
}

// SMTPStage is a moment in a mail's way at which a test server can be told to misbehave.
type SMTPStage string

// The stages.
const (
	AtMail     SMTPStage = "MAIL"
	AtRcpt     SMTPStage = "RCPT"
	AtData     SMTPStage = "DATA"      // before the bytes
	AfterBytes SMTPStage = "AFTER"     // the mail is not taken
	AfterTaken SMTPStage = "AFTERWARD" // the mail is taken, and then something goes wrong
)

// SMTPFault makes the server misbehave at a stage, for mails to one recipient or to all.
type SMTPFault struct {
	Stage SMTPStage
	To    string // empty = everybody
	Times int    // 0 = always
	Err   error  // what it answers: an *smtp.SMTPError; nil = it cuts the connection
	Hang  bool   // it says nothing more until it is closed
}

// SMTP is an embedded SMTP server that keeps every mail in memory. It is safe for concurrent use.
type SMTP struct {
	options SMTPOptions
	server  *smtp.Server
	addr    *net.TCPAddr
	ears    net.Listener
	stopped chan struct{}
	served  chan error

	collection

	mu          sync.Mutex
	faults      []*SMTPFault
	connections int
}

// StartSMTP starts a server on a free port of 127.0.0.1.
func StartSMTP(options SMTPOptions) (*SMTP, error) {
	if options.Security == "" {
		options.Security = Plain
	}
	s := &SMTP{options: options, stopped: make(chan struct{}), served: make(chan error, 1)}
	s.init()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening for SMTP: %w", err)
	}
	s.addr = listener.Addr().(*net.TCPAddr)
	s.server = smtp.NewServer(smtp.BackendFunc(s.newSession))
	s.server.Domain, s.server.AllowInsecureAuth = "localhost", options.Security == Plain
	s.server.MaxMessageBytes = max(options.Limit, 0)
	if options.Limit == 0 {
		s.server.MaxMessageBytes = 50 << 20
	}
	s.server.MaxLineLength = 64 << 10
	s.server.ErrorLog = log.New(io.Discard, "", 0)
	if options.Security != Plain {
		config, err := options.CA.serverConfig()
		if err != nil {
			listener.Close()
			return nil, err
		}
		s.server.TLSConfig = config
		if options.Security == Implicit {
			listener = tls.NewListener(listener, config)
		}
	}
	s.ears = listener
	go func() { s.served <- s.server.Serve(listener) }()
	return s, nil
}

// Host is the address to connect to, always 127.0.0.1.
func (s *SMTP) Host() string { return s.addr.IP.String() }

// Port is the port to connect to.
func (s *SMTP) Port() int { return s.addr.Port }

// Close stops the server and cuts every connection.
func (s *SMTP) Close() error {
	close(s.stopped)
	err := s.server.Close()
	s.ears.Close() // the server closes only what it has begun to listen to
	<-s.served     // its error is that it was closed
	return err
}

// Connections counts the connections so far.
func (s *SMTP) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connections
}

// Fail adds a fault.
func (s *SMTP) Fail(f SMTPFault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// Heal takes every fault away.
func (s *SMTP) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// fault is what goes wrong at a stage, for a recipient.
func (s *SMTP) fault(stage SMTPStage, to string) *SMTPFault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.faults {
		if f.Stage != stage || (f.To != "" && f.To != to) {
			continue
		}
		if f.Times == 1 {
			s.faults = slices.Delete(s.faults, i, i+1)
		} else if f.Times > 1 {
			f.Times--
		}
		return f
	}
	return nil
}

func (s *SMTP) newSession(c *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	s.connections++
	s.mu.Unlock()
	return &smtpSession{server: s, conn: c, known: s.options.User == ""}, nil
}

type smtpSession struct {
	server   *SMTP
	conn     *smtp.Conn
	known    bool
	from, to string
}

func (s *smtpSession) AuthMechanisms() []string {
	if s.server.options.Token != "" {
		return []string{"XOAUTH2"}
	}
	return []string{sasl.Plain}
}

func (s *smtpSession) Auth(mechanism string) (sasl.Server, error) {
	refused := &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "authentication failed"}
	o := s.server.options
	if mechanism == "XOAUTH2" {
		return &xoauth2Server{user: o.User, token: o.Token, refusal: refused, accepted: func() { s.known = true }}, nil
	}
	return sasl.NewPlainServer(func(_, user, password string) error {
		if !same(user, o.User) || !same(password, o.Password) {
			return refused
		}
		s.known = true
		return nil
	}), nil
}

func (s *smtpSession) misbehave(stage SMTPStage) error {
	f := s.server.fault(stage, s.to)
	switch {
	case f == nil:
		return nil
	case f.Hang:
		<-s.server.stopped
	case f.Err != nil:
		return f.Err
	}
	s.conn.Conn().Close()
	return errors.New("cut")
}

func (s *smtpSession) Mail(from string, _ *smtp.MailOptions) error {
	if !s.known {
		return smtp.ErrAuthRequired
	}
	s.from = from
	return s.misbehave(AtMail)
}

func (s *smtpSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	return s.misbehave(AtRcpt)
}

func (s *smtpSession) Data(r io.Reader) error {
	if err := s.misbehave(AtData); err != nil {
		return err
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := s.misbehave(AfterBytes); err != nil {
		return err
	}
	s.server.take(Delivered{From: s.from, To: s.to, Raw: raw, At: time.Now()})
	return s.misbehave(AfterTaken)
}

func (s *smtpSession) Reset()        { s.from, s.to = "", "" }
func (s *smtpSession) Logout() error { return nil }
