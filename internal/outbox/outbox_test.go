package outbox

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"go.uber.org/goleak"

	"klikonderwijs.nl/klachtd/internal/mailtest"
	"klikonderwijs.nl/klachtd/internal/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const mail = "Subject: a\r\n\r\n.dot\r\n..\r\nhallo \xe9\r\n"

func start(t *testing.T, o mailtest.SMTPOptions, change func(*Config)) (*mailtest.SMTP, *Outbox) {
	t.Helper()
	server, err := mailtest.StartSMTP(o)
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{Server: wire.Server{Host: server.Host(), Port: server.Port(), Security: wire.Plain}}
	if change != nil {
		change(&cfg)
	}
	box, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		box.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server, box
}

func nothing() error { return nil }

func send(t *testing.T, box *Outbox, to string) (string, *Error) {
	t.Helper()
	reply, err := box.Send(t.Context(), "wij@klik.example", to, strings.NewReader(mail), nothing)
	var e *Error
	if err != nil && !errors.As(err, &e) {
		t.Fatalf("the error is a %T: %v", err, err)
	}
	return reply, e
}

func TestBytesArriveAsTheyAre(t *testing.T) {
	server, box := start(t, mailtest.SMTPOptions{}, nil)
	reply, err := send(t, box, "a@b.example")
	if err != nil || !strings.Contains(reply, "OK") {
		t.Fatalf("reply %q, %v", reply, err)
	}
	got := server.Mails()
	if len(got) != 1 || string(got[0].Raw) != mail || got[0].From != "wij@klik.example" || got[0].To != "a@b.example" {
		t.Errorf("arrived: %q", got)
	}
}

func TestOneConnectionServesManyMails(t *testing.T) {
	server, box := start(t, mailtest.SMTPOptions{}, nil)
	server.Fail(mailtest.SMTPFault{Stage: mailtest.AtRcpt, To: "geen@b.example", Err: &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}})
	for _, to := range []string{"a@b.example", "geen@b.example", "c@b.example"} {
		send(t, box, to)
	}
	if n := server.Connections(); n != 1 || len(server.Mails()) != 2 {
		t.Errorf("%d connections, %d mails", n, len(server.Mails()))
	}
}

// What each answer means: whether to try again, and whether the next mail would meet the same.
func TestAnswers(t *testing.T) {
	reply := func(code int, status smtp.EnhancedCode) error {
		return &smtp.SMTPError{Code: code, EnhancedCode: status, Message: "<a@b.example> says no"}
	}
	for _, test := range []struct {
		name                  string
		stage                 mailtest.SMTPStage
		err                   error
		temporary, connection bool
		status                string
	}{
		{"unknown recipient", mailtest.AtRcpt, reply(550, smtp.EnhancedCode{5, 1, 1}), false, false, "5.1.1"},
		{"recipient later", mailtest.AtRcpt, reply(450, smtp.EnhancedCode{4, 2, 0}), true, false, "4.2.0"},
		{"server goes down", mailtest.AtRcpt, reply(421, smtp.EnhancedCode{4, 3, 0}), true, true, "4.3.0"},
		{"sender not allowed", mailtest.AtMail, reply(550, smtp.EnhancedCode{5, 7, 60}), true, true, "5.7.60"},
		{"mail too large", mailtest.AtMail, reply(552, smtp.EnhancedCode{5, 3, 4}), false, false, "5.3.4"},
		{"content refused", mailtest.AfterBytes, reply(554, smtp.EnhancedCode{5, 7, 1}), false, false, "5.7.1"},
		{"content later", mailtest.AfterBytes, reply(451, smtp.EnhancedCode{4, 7, 1}), true, false, "4.7.1"},
		{"cut before the bytes", mailtest.AtRcpt, nil, true, true, ""},
		{"cut after the dot", mailtest.AfterBytes, nil, true, true, ""},
		{"cut after it was taken", mailtest.AfterTaken, nil, true, true, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			server, box := start(t, mailtest.SMTPOptions{}, nil)
			server.Fail(mailtest.SMTPFault{Stage: test.stage, Err: test.err})
			_, e := send(t, box, "a@b.example")
			if e == nil {
				t.Fatal("it was sent")
			}
			if e.Temporary() != test.temporary || e.Connection() != test.connection || e.Status() != test.status {
				t.Errorf("temporary %v, connection %v, status %q: %v", e.Temporary(), e.Connection(), e.Status(), e)
			}
			if strings.Contains(e.Error(), "@") {
				t.Errorf("the error holds an address: %v", e)
			}
			server.Heal()
			if _, e := send(t, box, "a@b.example"); e != nil {
				t.Errorf("the next mail failed: %v", e)
			}
		})
	}
}

// Servers repeat whom a mail is for in more ways than as an address; errors are logged.
func TestErrorsNameNobody(t *testing.T) {
	for _, answer := range []string{"Mailbox jan.jansen does not exist", "<jan.jansen@b.example>: unknown", "user=Jan.Jansen, quota exceeded", "JAN.JANSEN%b.example refused"} {
		server, box := start(t, mailtest.SMTPOptions{}, nil)
		server.Fail(mailtest.SMTPFault{Stage: mailtest.AtRcpt, Err: &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: answer}})
		_, e := send(t, box, "jan.jansen@b.example")
		if e == nil || strings.Contains(strings.ToLower(e.Error()), "jansen") || !strings.Contains(e.Error(), "550") {
			t.Errorf("%q: %v", answer, e)
		}
	}
}

func TestColdConnectionIsReplaced(t *testing.T) {
	server, box := start(t, mailtest.SMTPOptions{}, nil)
	if _, e := send(t, box, "a@b.example"); e != nil {
		t.Fatal(e)
	}
	box.session.tcp.Close() // as a server or a firewall does while nobody looks
	if _, e := send(t, box, "a@b.example"); e != nil {
		t.Errorf("a cold connection was no reason to fail: %v", e)
	}
	if server.Connections() != 2 {
		t.Errorf("%d connections", server.Connections())
	}
}

// patience is how long a test waits for a server that is silent on purpose. Where a busy machine takes longer for a
// command that is answered, the test proves less, and does not fail.
const patience = 300 * time.Millisecond

func TestSilenceEnds(t *testing.T) {
	for _, stage := range []mailtest.SMTPStage{mailtest.AtMail, mailtest.AtRcpt, mailtest.AfterBytes} {
		t.Run(string(stage), func(t *testing.T) {
			server, box := start(t, mailtest.SMTPOptions{}, func(c *Config) { c.Timeout, c.DataWait = patience, patience })
			server.Fail(mailtest.SMTPFault{Stage: stage, Hang: true})
			_, e := send(t, box, "a@b.example")
			if e == nil || !e.Temporary() || !e.Connection() {
				t.Errorf("%+v", e)
			}
		})
	}
}

func TestContextEndsIt(t *testing.T) {
	server, box := start(t, mailtest.SMTPOptions{}, nil)
	server.Fail(mailtest.SMTPFault{Stage: mailtest.AfterBytes, Hang: true})
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	stop := errors.New("stop")
	for _, moment := range []string{"before the last dot", "before it connects"} {
		_, err := box.Send(ctx, "wij@klik.example", "a@b.example", strings.NewReader(mail), func() error {
			cancel(stop)
			return nil
		})
		if !errors.Is(err, stop) {
			t.Errorf("%s: %v", moment, err)
		}
	}
}

// The mail must not exist when what comes before its last dot failed.
func TestNothingIsSentWhenItCannotBeRecorded(t *testing.T) {
	server, box := start(t, mailtest.SMTPOptions{}, nil)
	full := errors.New("disk full")
	if _, err := box.Send(t.Context(), "wij@klik.example", "a@b.example", strings.NewReader(mail), func() error { return full }); !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
	broken := io.MultiReader(strings.NewReader("Subject: a\r\n"), &failing{})
	if _, err := box.Send(t.Context(), "wij@klik.example", "a@b.example", broken, nothing); !errors.Is(err, errBroken) {
		t.Errorf("%v", err)
	}
	if n := len(server.Mails()); n != 0 {
		t.Errorf("%d mails were sent", n)
	}
	if _, e := send(t, box, "a@b.example"); e != nil {
		t.Error(e)
	}
}

var errBroken = errors.New("broken")

type failing struct{}

func (*failing) Read([]byte) (int, error) { return 0, errBroken }

func TestBeforeComesBeforeTheLastDot(t *testing.T) {
	server, box := start(t, mailtest.SMTPOptions{}, nil)
	_, err := box.Send(t.Context(), "wij@klik.example", "a@b.example", strings.NewReader(strings.Repeat("hallo\r\n", 100_000)), func() error {
		if len(server.Mails()) != 0 {
			t.Error("the mail was taken before it was recorded")
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestProtection(t *testing.T) {
	ca, err := mailtest.NewCA()
	if err != nil {
		t.Fatal(err)
	}
	other, err := mailtest.NewCA()
	if err != nil {
		t.Fatal(err)
	}
	password := func(word string) func(context.Context) (string, error) {
		return func(context.Context) (string, error) { return word, nil }
	}
	for _, test := range []struct {
		name   string
		server mailtest.SMTPOptions
		change func(*Config)
		fails  string
	}{
		{"implicit", mailtest.SMTPOptions{Security: mailtest.Implicit, CA: ca, User: "u", Password: "p"}, func(c *Config) {
			c.Security, c.TLSConfig, c.Username, c.Password = wire.Implicit, ca.ClientConfig(), "u", password("p")
		}, ""},
		{"starttls", mailtest.SMTPOptions{Security: mailtest.StartTLS, CA: ca, User: "u", Password: "p"}, func(c *Config) {
			c.Security, c.TLSConfig, c.Username, c.Password = wire.StartTLS, ca.ClientConfig(), "u", password("p")
		}, ""},
		{"token", mailtest.SMTPOptions{Security: mailtest.Implicit, CA: ca, User: "u", Token: "t"}, func(c *Config) {
			c.Security, c.TLSConfig, c.Username, c.Token = wire.Implicit, ca.ClientConfig(), "u", password("t")
		}, ""},
		{"wrong token", mailtest.SMTPOptions{Security: mailtest.Implicit, CA: ca, User: "u", Token: "t"}, func(c *Config) {
			c.Security, c.TLSConfig, c.Username, c.Token = wire.Implicit, ca.ClientConfig(), "u", password("x")
		}, "logging in"},
		{"wrong password", mailtest.SMTPOptions{Security: mailtest.Implicit, CA: ca, User: "u", Password: "p"}, func(c *Config) {
			c.Security, c.TLSConfig, c.Username, c.Password = wire.Implicit, ca.ClientConfig(), "u", password("x")
		}, "logging in"},
		{"unknown authority", mailtest.SMTPOptions{Security: mailtest.Implicit, CA: ca}, func(c *Config) {
			c.Security, c.TLSConfig = wire.Implicit, other.ClientConfig()
		}, "certificate"},
		{"no STARTTLS offered", mailtest.SMTPOptions{}, func(c *Config) { c.Security = wire.StartTLS }, "does not offer STARTTLS"},
		{"login needed", mailtest.SMTPOptions{User: "u", Password: "p"}, nil, "naming the sender"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server, box := start(t, test.server, test.change)
			_, e := send(t, box, "a@b.example")
			switch {
			case test.fails == "" && (e != nil || len(server.Mails()) != 1):
				t.Errorf("%v", e)
			case test.fails != "" && (e == nil || !strings.Contains(e.Error(), test.fails) || !e.Connection() || !e.Temporary()):
				t.Errorf("%v", e)
			}
			if test.fails == "" {
				if i, err := box.Inspect(t.Context()); err != nil || i.TLS == "" || !i.LoggedIn || !i.EightBit {
					t.Errorf("%+v, %v", i, err)
				}
			}
		})
	}
}

func TestConfigNamesEveryProblem(t *testing.T) {
	_, err := New(Config{Server: wire.Server{Security: "plain"}, Username: "u"})
	for _, want := range []string{"host", "password or a token", "protection"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v lacks %q", err, want)
		}
	}
	if _, err := New(Config{Server: wire.Server{Host: "mail.example", Port: 25, Security: wire.Plain}}); err == nil {
		t.Error("plain text to another machine was allowed")
	}
}

func TestAddressesThatSMTPCannotCarry(t *testing.T) {
	_, box := start(t, mailtest.SMTPOptions{}, nil)
	for _, to := range []string{"zoë@b.example", "a b@c.example", "a>\r\nRCPT TO:<x@y", "geen"} {
		if _, e := send(t, box, to); e == nil || e.Temporary() || e.Connection() {
			t.Errorf("%q: %v", to, e)
		}
	}
	if _, e := send(t, box, "a@b.example"); e != nil {
		t.Error(e)
	}
}
