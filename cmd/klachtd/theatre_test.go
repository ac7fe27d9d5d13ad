package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"klikonderwijs.nl/klachtd/internal/mailtest"
	"klikonderwijs.nl/klachtd/internal/store"
)

var theatres = []theatreKind{
	{name: "embedded", start: func(*testing.T) func(*theatre) error { return openEmbedded }},
	{name: "real", start: startReal},
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
	refuse := func(to string, code int, status smtp.EnhancedCode) {
		smtpServer.Fail(mailtest.SMTPFault{Stage: mailtest.AtRcpt, To: to, Err: &smtp.SMTPError{Code: code, EnhancedCode: status, Message: "no"}})
	}
	refuse("geen@refused.example", 550, smtp.EnhancedCode{5, 1, 1})
	refuse("straks@later.example", 450, smtp.EnhancedCode{4, 2, 0})
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
	case "smtp-silent-after-taking":
		s.smtp.Fail(mailtest.SMTPFault{Stage: mailtest.AfterTaken, Times: 1})
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

// startReal starts one Dovecot for all stories, which have a mailbox each, and a Postfix for each story.
func startReal(t *testing.T) func(*theatre) error {
	required := os.Getenv("KLACHTD_REQUIRE") != ""
	dovecot, err := mailtest.StartDovecot("")
	if errors.Is(err, mailtest.ErrNoDovecot) && !required {
		t.Skip("left out: the stories on real servers:", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := dovecot.Stop(); err != nil {
			t.Error(err)
		}
	})
	probe, err := mailtest.StartPostfix("")
	if (errors.Is(err, mailtest.ErrNoPostfix) || errors.Is(err, mailtest.ErrNotRoot)) && !required {
		t.Skip("left out: the stories on real servers:", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := probe.Stop(); err != nil {
		t.Fatal(err)
	}
	return func(th *theatre) error { return openReal(th, dovecot) }
}

// realServers are Dovecot, with TLS from the first byte, and Postfix, with STARTTLS.
type realServers struct {
	theatre *theatre
	dovecot *mailtest.Dovecot
	postfix *mailtest.Postfix
}

// mailboxes numbers the mailboxes of the one Dovecot.
var mailboxes atomic.Int64

func openReal(th *theatre, shared *mailtest.Dovecot) error {
	postfix, err := mailtest.StartPostfix("")
	if err != nil {
		return err
	}
	dovecot := *shared
	dovecot.User = "verhaal" + strconv.FormatInt(mailboxes.Add(1), 10) + "@klik.example"
	s := &realServers{theatre: th, dovecot: &dovecot, postfix: postfix}
	th.servers = s
	return errors.Join(
		os.WriteFile(filepath.Join(th.dir, "password"), []byte(dovecot.Password+"\n"), 0o600),
		dovecot.CA.WriteCA(filepath.Join(th.dir, "imap-ca.pem")),
		postfix.CA.WriteCA(filepath.Join(th.dir, "smtp-ca.pem")),
	)
}

func (s *realServers) Deliver(folder string, raw []byte, at time.Time) error {
	return s.dovecot.Append(dotted(folder), raw, at)
}

func (s *realServers) Messages(folder string) ([]mailtest.Message, error) {
	return s.dovecot.Messages(dotted(folder))
}

func (s *realServers) Move(from, to string) error { return s.dovecot.Move(dotted(from), dotted(to)) }

// dotted names a folder as a Dovecot with Maildir does.
func dotted(folder string) string { return strings.ReplaceAll(folder, "/", ".") }

// Mails waits until Postfix has delivered everything that it took.
func (s *realServers) Mails() ([]mailtest.Delivered, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	path := filepath.Join(s.theatre.dir, "data", "klachtd.db")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, nil // a story in which klachtd never started
	}
	db, err := store.OpenBeside(ctx, path)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	sent := 0
	err = db.View(ctx, func(tx *store.Tx) (err error) {
		sent, err = tx.SentSince(time.Time{})
		return err
	})
	if err == nil {
		err = s.postfix.Await(ctx, sent)
	}
	return s.postfix.Messages(), err
}

func (s *realServers) Fail(what string) error { return fmt.Errorf("Postfix cannot fail by %s", what) }

func (s *realServers) Settings() (imap, smtp string) {
	return fmt.Sprintf("host = %q\nport = %d\ntls = \"implicit\"\nusername = %q\npassword_file = \"password\"\nca_file = \"imap-ca.pem\"\n", s.dovecot.Host(), s.dovecot.IMAPSPort, s.dovecot.User),
		fmt.Sprintf("host = %q\nport = %d\ntls = \"starttls\"\nca_file = \"smtp-ca.pem\"\n", s.postfix.Host(), s.postfix.Port)
}

func (s *realServers) Close() error { return s.postfix.Stop() }
