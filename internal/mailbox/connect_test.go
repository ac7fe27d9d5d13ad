package mailbox

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/google/go-cmp/cmp"

	"klikonderwijs.nl/klachtd/internal/mailtest"
	"klikonderwijs.nl/klachtd/internal/wire"
)

func TestNewRefuses(t *testing.T) {
	good := Config{
		Server: wire.Server{Host: "imap.klik.example", Port: 993, Security: wire.Implicit}, Username: "u", Password: secret("p"), Now: time.Now,
		Folders: Folders{Inbox: inbox, Drop: drop, Registered: registered},
	}
	if _, err := New(good, nil); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*Config){
		"a host and a port":   func(c *Config) { c.Host = "" },
		"a clock":             func(c *Config) { c.Now = nil },
		"password or a token": func(c *Config) { c.Password = nil },
		"either a password":   func(c *Config) { c.Token = secret("t") },
		"a user name":         func(c *Config) { c.Username = "" },
		"unknown protection":  func(c *Config) { c.Security = "ssl" },
		"plain text":          func(c *Config) { c.Security = wire.Plain },
		"an inbox and":        func(c *Config) { c.Folders.Registered = "" },
		"is used twice":       func(c *Config) { c.Folders.Drop = "inbox" },
		"no wildcards":        func(c *Config) { c.Folders.Drop = "Klachten/*" },
		"or empty steps":      func(c *Config) { c.Folders.Drop = "Klachten//x" },
	} {
		bad := good
		spoil(&bad)
		if _, err := New(bad, nil); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	bad := good
	bad.Host, bad.Username, bad.Security = "", "", "ssl"
	if _, err := New(bad, nil); strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("three faults give %q", err)
	}
}

func TestWrongPasswordIsOneClearLine(t *testing.T) {
	everywhere(t, func(t *testing.T, r *rig) {
		r.cfg.Password = secret("verkeerd")
		err := r.box(t, &memory{}).Once(t.Context(), (&collector{}).handle)
		var login *LoginError
		if !errors.As(err, &login) || !strings.HasPrefix(err.Error(), "logging in: server says NO [AUTHENTICATIONFAILED] ") {
			t.Errorf("the round gave %v", err)
		}
		if text := err.Error(); strings.Contains(text, "@") || strings.Contains(text, "verkeerd") || strings.Contains(text, "\n") {
			t.Errorf("the error says too much: %s", text)
		}
	})
}

// No crash loop: a wrong password is tried again after half a minute, and later ever less often.
func TestWrongPasswordIsTriedAgainSlowly(t *testing.T) {
	r := embedded(t, mailtest.IMAPOptions{})
	password := "verkeerd"
	r.cfg.Password = func(context.Context) (string, error) { return password, nil }
	var log strings.Builder
	r.cfg.Logger = slog.New(slog.NewTextHandler(&log, nil))
	var polled []error
	done := make(chan struct{})
	r.cfg.Polled = func(err error) {
		if polled = append(polled, err); err == nil {
			close(done)
		}
	}
	b := r.box(t, &memory{})
	var waits []time.Duration
	b.jitter = func() float64 { return 0 }
	b.pause = func(_ context.Context, d time.Duration) {
		if waits = append(waits, d); len(waits) == 3 {
			password = r.server.Password() // put right while running
		}
	}
	stop := running(t, b, &collector{})
	<-done
	stop()
	if diff := cmp.Diff([]time.Duration{30 * time.Second, time.Minute, 2 * time.Minute}, waits); diff != "" {
		t.Errorf("waits (-want +got):\n%s", diff)
	}
	if len(polled) != 4 || polled[0] == nil {
		t.Errorf("polled %v", polled)
	}
	if strings.Contains(log.String(), "@") || strings.Count(log.String(), "reading the mailbox") != 3 {
		t.Errorf("the log says:\n%s", log.String())
	}
}

func TestServerThatIsTooBusyIsNotAWrongPassword(t *testing.T) {
	r := embedded(t, mailtest.IMAPOptions{})
	r.server.Fail(mailtest.Fault{Command: "LOGIN", Answer: no(imap.ResponseCodeUnavailable)})
	err := r.box(t, &memory{}).Once(t.Context(), (&collector{}).handle)
	var login *LoginError
	if err == nil || errors.As(err, &login) || !refused(err, imap.ResponseCodeUnavailable) {
		t.Errorf("the round gave %v", err)
	}
}

func TestTokens(t *testing.T) {
	for _, without := range [][]imap.Cap{nil, {"AUTH=XOAUTH2"}} {
		r := embedded(t, mailtest.IMAPOptions{Token: "vers", Without: without})
		tokens := []string{"verlopen", "vers"}
		r.cfg.Password, r.cfg.Token = nil, func(context.Context) (string, error) {
			token := tokens[0]
			tokens = tokens[1:]
			return token, nil
		}
		b := r.box(t, &memory{})
		start := time.Now()
		err := b.Once(t.Context(), (&collector{}).handle)
		var login *LoginError
		if !errors.As(err, &login) || !strings.Contains(err.Error(), "status ") {
			t.Errorf("without %v: an old token gave %v", without, err)
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("without %v: the refusal took %v, so that the connection was out of step", without, took)
		}
		noError(t, b.Once(t.Context(), (&collector{}).handle))
	}

	r := embedded(t, mailtest.IMAPOptions{})
	r.cfg.Password, r.cfg.Token = nil, secret("vers")
	if err := r.box(t, &memory{}).Once(t.Context(), (&collector{}).handle); err == nil || !strings.Contains(err.Error(), "no OAuth2 tokens") {
		t.Errorf("a server without tokens gave %v", err)
	}
	r.cfg.Token = func(context.Context) (string, error) { return "", errors.New("AADSTS700016") }
	if err := r.box(t, &memory{}).Once(t.Context(), (&collector{}).handle); err == nil || !strings.Contains(err.Error(), "AADSTS700016") {
		t.Errorf("a token that cannot be had gave %v", err)
	}
}

func TestCertificatesAreChecked(t *testing.T) {
	for _, security := range []mailtest.Security{mailtest.StartTLS, mailtest.Implicit} {
		r := embedded(t, mailtest.IMAPOptions{Security: security})
		trusted := r.cfg.TLSConfig
		for name, spoil := range map[string]func(){
			"another authority": func() { r.cfg.TLSConfig = newCA(t).ClientConfig() },
			"another name":      func() { r.cfg.TLSConfig = trusted.Clone(); r.cfg.TLSConfig.ServerName = "imap.klik.example" },
		} {
			spoil()
			err := r.box(t, &memory{}).Once(t.Context(), (&collector{}).handle)
			if err == nil || !strings.Contains(err.Error(), "x509") && !strings.Contains(err.Error(), "certificate") {
				t.Errorf("%s, %s: got %v", security, name, err)
			}
		}
		if n := r.server.Count("LOGIN"); n > 0 {
			t.Errorf("%s: the password was sent", security)
		}
	}
}

func TestNoFallingBackToPlainText(t *testing.T) {
	r := embedded(t, mailtest.IMAPOptions{})
	r.cfg.Security = wire.StartTLS
	err := r.box(t, &memory{}).Once(t.Context(), (&collector{}).handle)
	if err == nil || !strings.Contains(err.Error(), "starting TLS") || r.server.Count("LOGIN") > 0 {
		t.Errorf("got %v after %d logins", err, r.server.Count("LOGIN"))
	}
}

func TestPasswordIsNotSentWhereTheServerForbidsIt(t *testing.T) {
	o := &odd{caps: "LOGINDISABLED"}
	r, script := o.start(t)
	err := r.box(t, ancient()).Once(t.Context(), (&collector{}).handle)
	if err == nil || !strings.Contains(err.Error(), "takes no password") {
		t.Errorf("got %v", err)
	}
	for _, command := range script.Commands() {
		if strings.Contains(command, "geheim") {
			t.Error("the password was sent")
		}
	}
}

func TestRunReconnects(t *testing.T) {
	r := embedded(t, mailtest.IMAPOptions{})
	polled := make(chan error, 100)
	r.cfg.Polled = func(err error) { polled <- err }
	r.cfg.Poll = 20 * time.Millisecond
	b := r.box(t, &memory{})
	b.pause = func(context.Context, time.Duration) {}
	c := &collector{got: make(chan string, 10)}
	stop := running(t, b, c)
	defer stop()
	noError(t, <-polled)
	r.server.Fail(mailtest.Fault{Command: "SELECT", Cut: true, Times: mostBreaks + 3})
	for err := range polled {
		if err != nil {
			break
		}
	}
	r.deliver(inbox, letter("een", 200), morning)
	if got := subject(<-c.got); got != "een" {
		t.Errorf("after the break came %q", got)
	}
}

func TestInspect(t *testing.T) {
	everywhere(t, func(t *testing.T, r *rig) {
		r.deliver(inbox, letter("een", 200), morning)
		r.deliver(registered, letter("twee", 200), morning)
		report, err := r.box(t, &memory{}).Inspect(t.Context())
		noError(t, err)
		var steps []string
		for _, step := range report.Steps {
			steps = append(steps, step.Name)
			noError(t, step.Err)
		}
		if diff := cmp.Diff([]string{"connect", "login", "folders", inbox, drop, registered, "Sent"}, steps); diff != "" {
			t.Errorf("steps (-want +got):\n%s", diff)
		}
		exists := make(map[string]bool)
		for _, folder := range report.Folders {
			exists[folder.Name] = folder.Exists
		}
		if diff := cmp.Diff(map[string]bool{inbox: true, drop: false, registered: true, "Sent": false}, exists); diff != "" {
			t.Errorf("folders that exist (-want +got):\n%s", diff)
		}
		if report.Folders[0].Messages != 1 || len(report.Capabilities) == 0 || report.Delimiter == "" {
			t.Errorf("report %+v", report)
		}
		if report.Move == strings.Contains(t.Name(), "MOVE") && !strings.Contains(t.Name(), "both") {
			t.Errorf("MOVE: %v", report.Move)
		}
		if len(r.messages(drop)) > 0 {
			t.Error("looking has changed something")
		}
	})
}

func TestInspectSaysWhatIsWrong(t *testing.T) {
	r := embedded(t, mailtest.IMAPOptions{})
	r.server.SetSpecialUse("Verzonden", imap.MailboxAttrSent)
	r.cfg.Folders.Inbox = "Postvak"
	report, err := r.box(t, &memory{}).Inspect(t.Context())
	if !errors.Is(err, errNoInbox) {
		t.Errorf("a missing inbox gave %v", err)
	}
	if last := report.Folders[len(report.Folders)-1]; last.SpecialUse != "Verzonden" {
		t.Errorf("the folder for copies: %+v", last)
	}

	r.cfg.Password = secret("verkeerd")
	report, err = r.box(t, &memory{}).Inspect(t.Context())
	if last := report.Steps[len(report.Steps)-1]; err == nil || last.Name != "login" || last.Err == nil {
		t.Errorf("a wrong password gave %v, %+v", err, report)
	}

	r.cfg.Port = 1
	if report, err = r.box(t, &memory{}).Inspect(t.Context()); err == nil || report.Steps[0].Err == nil {
		t.Errorf("nobody at home gave %v, %+v", err, report)
	}
}

func TestInspectAsksForRights(t *testing.T) {
	o := &odd{n: 1, caps: "ACL MOVE", any: func(_ int, command string) (string, bool) {
		switch command {
		case `MYRIGHTS INBOX`:
			return "* MYRIGHTS INBOX lrswi\r\n$TAG OK .\r\n", true
		case `MYRIGHTS "` + drop + `"`:
			return "* MYRIGHTS \"" + drop + "\" lrswipcda\r\n$TAG OK .\r\n", true
		case `MYRIGHTS "` + registered + `"`:
			return "* MYRIGHTS \"" + registered + "\" lr\r\n$TAG OK .\r\n", true
		}
		return "", false
	}}
	r, _ := o.start(t)
	report, err := r.box(t, ancient()).Inspect(t.Context())
	noError(t, err)
	missing := make(map[string]string)
	for _, folder := range report.Folders {
		missing[folder.Name] = folder.Missing
	}
	want := map[string]string{inbox: "te", drop: "", registered: "i", "Sent": "li"}
	if diff := cmp.Diff(want, missing); diff != "" {
		t.Errorf("rights that are missing (-want +got):\n%s", diff)
	}
}
