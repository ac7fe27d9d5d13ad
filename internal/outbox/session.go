package outbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"klikonderwijs.nl/klachtd/internal/wire"
)

// session is one connection that is ready for mail.
type session struct {
	cfg    *Config
	client *smtp.Client
	tcp    net.Conn // closing it ends whatever waits for the server
}

// connect dials, secures, greets and logs in. Whatever fails here is no mail's fault.
func (c *Config) connect(ctx context.Context) (*session, error) {
	s := &session{cfg: c}
	for _, step := range []struct {
		doing string
		do    func(context.Context) error
	}{{"connecting", s.dial}, {"greeting", s.hello}, {"securing", s.startTLS}, {"logging in", s.login}} {
		if err := step.do(ctx); err != nil {
			s.cut()
			return nil, atConnection(step.doing, err)
		}
	}
	return s, nil
}

func (s *session) dial(ctx context.Context) (err error) {
	tcp, conn, err := s.cfg.Dial(ctx, s.cfg.Timeout)
	if err != nil {
		return err
	}
	s.tcp = tcp
	return s.within(ctx, s.cfg.Timeout, func() (err error) {
		s.client, err = smtp.NewClient(conn, s.cfg.Host)
		return err
	})
}

func (s *session) hello(ctx context.Context) error {
	s.client.SkipSMTPUTF8(true) // we send no such addresses, and not every next server knows it
	return s.within(ctx, s.cfg.Timeout, func() error { return s.client.Hello(s.cfg.HelloName) })
}

func (s *session) startTLS(ctx context.Context) error {
	if s.cfg.Security != wire.StartTLS {
		return nil
	}
	if ok, _ := s.client.Extension("STARTTLS"); !ok {
		return errors.New("the server does not offer STARTTLS, and nothing is sent without it")
	}
	return s.within(ctx, s.cfg.Timeout, func() error { return s.client.StartTLS(s.cfg.TLS()) })
}

func (s *session) login(ctx context.Context) error {
	if offered, _ := s.client.Extension("AUTH"); s.cfg.Username == "" || !offered {
		return nil // a relay that knows us by our address asks for no login
	}
	auth, err := s.credentials(ctx)
	if err != nil {
		return err
	}
	return s.within(ctx, s.cfg.Timeout, func() error { return s.client.Auth(auth) })
}

func (s *session) credentials(ctx context.Context) (smtp.Auth, error) {
	_, offered := s.client.Extension("AUTH")
	offered = " " + strings.ToUpper(offered) + " "
	if s.cfg.Token != nil {
		token, err := s.cfg.Token(ctx)
		return smtp.XOAuth2Auth(s.cfg.Username, token), err
	}
	password, err := s.cfg.Password(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the password: %w", err)
	}
	unprotected := s.cfg.Security == wire.Plain // which is loopback
	switch {
	case strings.Contains(offered, " PLAIN "):
		return smtp.PlainAuth("", s.cfg.Username, password, s.cfg.Host, unprotected), nil
	case strings.Contains(offered, " LOGIN "):
		return smtp.LoginAuth(s.cfg.Username, password, s.cfg.Host, unprotected), nil
	case strings.Contains(offered, " SCRAM-SHA-256 "):
		return smtp.ScramSHA256Auth(s.cfg.Username, password), nil
	}
	return nil, errors.New("the server takes no password on this connection")
}

// address says from whom and to whom a mail goes.
func (s *session) address(ctx context.Context, from, to string) error {
	if !plain(to) {
		return &Error{doing: "naming the recipient", err: errors.New("the address holds characters that this server's mail does not"), status: "5.1.3"}
	}
	err := s.within(ctx, s.cfg.Timeout, func() error { return s.client.Mail("<" + from + ">") })
	if err != nil {
		return atSender(err)
	}
	err = s.within(ctx, s.cfg.Timeout, func() error { return s.client.Rcpt("<" + to + ">") })
	if err != nil {
		return aboutMail("naming the recipient", err)
	}
	return nil
}

// plain reports an address of visible ASCII characters (RFC 5321 §4.1.2).
func plain(address string) bool {
	for _, c := range address {
		if c <= ' ' || c > '~' || c == '<' || c == '>' {
			return false
		}
	}
	return strings.Contains(address, "@")
}

// data sends the bytes of a mail. What fails before the last dot has not been taken.
func (s *session) data(ctx context.Context, body io.Reader, before func() error) (reply string, err error) {
	var w io.WriteCloser
	err = s.within(ctx, s.cfg.Timeout, func() (err error) {
		w, err = s.client.Data()
		return err
	})
	if err != nil {
		return "", aboutMail("announcing the mail", err)
	}
	reader := &watched{r: body}
	err = s.within(ctx, s.cfg.DataWait, func() error {
		_, err := io.Copy(w, reader)
		return err
	})
	if err == nil {
		err = before()
		reader.err = err
	}
	if err != nil { // the mail must not be ended: without its last dot it does not exist
		s.cut()
		if reader.err != nil {
			return "", fmt.Errorf("reading the mail: %w", reader.err)
		}
		return "", atConnection("sending the mail", err)
	}
	if err = s.within(ctx, s.cfg.DataWait, w.Close); err != nil {
		return "", aboutMail("awaiting the answer to the mail", err)
	}
	if closer, ok := w.(*smtp.DataCloser); ok {
		reply = closer.ServerResponse()
	}
	return reply, nil
}

// watched remembers that reading failed: then it is the mail that could not be read, and not the connection.
type watched struct {
	r   io.Reader
	err error
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if err != nil && err != io.EOF {
		w.err = err
	}
	return n, err
}

// reset makes the connection ready for the next mail after a refusal.
func (s *session) reset(ctx context.Context) error {
	return s.within(ctx, s.cfg.Timeout, s.client.Reset)
}

var errSilence = errors.New("no answer in time")

// within bounds one step in time and ends it when ctx ends: the library itself waits for ever.
func (s *session) within(ctx context.Context, longest time.Duration, do func() error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, longest, errSilence)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { s.tcp.Close() })
	err := do()
	if !stop() && err != nil {
		return fmt.Errorf("%w (%w)", context.Cause(ctx), err)
	}
	return err
}

// politeness is how long the server has to answer our farewell.
const politeness = 2 * time.Second

func (s *session) quit() {
	s.within(context.Background(), politeness, s.client.Quit)
	s.cut()
}

func (s *session) cut() {
	if s.tcp != nil {
		s.tcp.Close()
	}
}
