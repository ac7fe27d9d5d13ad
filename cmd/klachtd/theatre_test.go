package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"klikonderwijs.nl/klachtd/internal/mailtest"
)

var theatres = []theatreKind{
	{name: "embedded", skip: func(*testing.T) {}, open: openEmbedded},
}

// embeddedServers are in this process, without TLS.
type embeddedServers struct {
	imap     *mailtest.IMAP
	smtp     *mailtest.SMTP
	password string
}

func openEmbedded(th *theatre) error {
	imapServer, err := mailtest.StartIMAP(mailtest.IMAPOptions{})
	if err != nil {
		return err
	}
	smtpServer, err := mailtest.StartSMTP(mailtest.SMTPOptions{})
	if err != nil {
		return errors.Join(err, imapServer.Close())
	}
	s := &embeddedServers{imap: imapServer, smtp: smtpServer, password: filepath.Join(th.dir, "password")}
	th.servers = s
	return os.WriteFile(s.password, []byte(imapServer.Password()+"\n"), 0o600)
}

func (s *embeddedServers) Deliver(folder string, raw []byte, at time.Time) error {
	s.imap.Deliver(folder, raw, at)
	return nil
}

func (s *embeddedServers) Messages(folder string) ([]mailtest.Message, error) {
	return s.imap.Messages(folder), nil
}

func (s *embeddedServers) Move(from, to string) error {
	for _, m := range s.imap.Messages(from) {
		s.imap.Deliver(to, m.Raw, m.Date)
		s.imap.Remove(from, m.UID)
	}
	return nil
}

func (s *embeddedServers) Mails() ([]mailtest.Delivered, error) { return s.smtp.Mails(), nil }

func (s *embeddedServers) Fail(what string) error {
	switch what {
	case "smtp-down":
		s.smtp.Fail(mailtest.SMTPFault{Stage: mailtest.AtMail})
	case "smtp-later":
		s.smtp.Fail(mailtest.SMTPFault{Stage: mailtest.AtRcpt, Err: &smtp.SMTPError{Code: 450, EnhancedCode: smtp.EnhancedCode{4, 2, 0}, Message: "greylisted"}})
	case "smtp-heals":
		s.smtp.Heal()
	default:
		return fmt.Errorf("cannot fail by %s", what)
	}
	return nil
}

func (s *embeddedServers) Settings() (imap, smtp string) {
	return fmt.Sprintf("host = %q\nport = %d\ntls = \"none\"\nusername = %q\npassword_file = %q\n", s.imap.Host(), s.imap.Port(), s.imap.User(), s.password),
		fmt.Sprintf("host = %q\nport = %d\ntls = \"none\"\n", s.smtp.Host(), s.smtp.Port())
}

func (s *embeddedServers) Close() error { return errors.Join(s.imap.Close(), s.smtp.Close()) }
