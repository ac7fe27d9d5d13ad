package mailtest

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/smtp"
	"net/textproto"
	"os"
	"strconv"
	"testing"
	"time"
)

// startPostfix starts a Postfix, or leaves the test out where there can be none.
func startPostfix(t *testing.T) *Postfix {
	t.Helper()
	p, err := StartPostfix("")
	if (errors.Is(err, ErrNoPostfix) || errors.Is(err, ErrNotRoot)) && os.Getenv("KLACHTD_REQUIRE") == "" {
		t.Skip("left out: Postfix:", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Stop(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func TestPostfixTakesAndDeliversMail(t *testing.T) {
	p, other := startPostfix(t), startPostfix(t) // two at once do not meet
	client, err := smtp.Dial(net.JoinHostPort(p.Host(), strconv.Itoa(p.Port)))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	config := p.CA.ClientConfig()
	config.ServerName = p.Host()
	if err := client.StartTLS(config); err != nil {
		t.Fatal(err)
	}
	if err := client.Mail("wij@klik.example"); err != nil {
		t.Fatal(err)
	}
	for to, code := range map[string]int{"a@refused.example": 550, "b@later.example": 450, "c@d.example": 0} {
		var refused *textproto.Error
		if err := client.Rcpt(to); (code == 0) != (err == nil) || (code != 0 && (!errors.As(err, &refused) || refused.Code != code)) {
			t.Errorf("%s: %v", to, err)
		}
	}
	body := []byte("Subject: a\r\n\r\nhallo \xe9\r\n.dot\r\n")
	w, err := client.Data()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := p.Await(ctx, 1); err != nil {
		t.Fatal(err, p.Log())
	}
	got := p.Messages()
	if len(got) != 1 || got[0].To != "c@d.example" || !bytes.HasSuffix(got[0].Raw, body) {
		t.Errorf("delivered %q", got)
	}
	if n := len(other.Messages()); n != 0 {
		t.Errorf("the other has %d mails", n)
	}
}
