package mailtest

import (
	"errors"
	"os"
	"testing"
	"time"
)

// startDovecot leaves a test out where Dovecot is missing, unless KLACHTD_DOVECOT=require.
func startDovecot(t *testing.T, extra ...string) *Dovecot {
	t.Helper()
	d, err := StartDovecot("", extra...)
	if errors.Is(err, ErrNoDovecot) && os.Getenv("KLACHTD_DOVECOT") != "require" {
		t.Skip("left out: dovecot is not installed")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Stop(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func TestDovecotTakesAndShowsMail(t *testing.T) {
	d := startDovecot(t)
	raw := []byte("Subject: een\r\n\r\n.punt\r\n")
	if err := d.Deliver(raw, "iemand@school.example", d.User); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	if err := d.Append("Klachten.Aanmelden", raw, at); err != nil {
		t.Fatal(err)
	}
	inbox, err := d.Messages("INBOX")
	if err != nil || len(inbox) != 1 {
		t.Fatalf("INBOX holds %d mails, want 1 (%v)", len(inbox), err)
	}
	drop, err := d.Messages("Klachten.Aanmelden")
	if err != nil || len(drop) != 1 || !drop[0].Date.Equal(at) || string(drop[0].Raw) != string(raw) {
		t.Fatalf("the other folder holds %+v, want one mail of %v (%v)", drop, at, err)
	}
	if none, err := d.Messages("Nergens"); none != nil || err != nil {
		t.Errorf("a missing folder gives %v, %v", none, err)
	}
}
