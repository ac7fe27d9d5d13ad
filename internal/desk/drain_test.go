package desk

import (
	"context"
	"errors"
	"io"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/letter"
	"klikonderwijs.nl/klachtd/internal/store"
)

// later is a server that says: not now.
type later struct{ error }

func (later) Temporary() bool { return true }

var greylisted = later{errors.New("450 4.2.0 try again")}

// What waited for days on purpose, behind a limit or in a restored database, is not given up when the server then says
// that it must wait a minute: only time in which it was tried counts. The operator's retry begins anew.
func TestGivenUpAfterTrying(t *testing.T) {
	var answer error = greylisted
	r := newRig(t, sender(func(_ string, before func() error) (string, error) {
		if answer != nil {
			return "", answer
		}
		return "250 ok", before()
	}), nil)
	r.must(complete, Arrival{})
	drain := func(want store.State) {
		t.Helper()
		if err := r.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if q := r.to("sanne@tcz.example"); len(q) != 1 || q[0].State != want {
			t.Fatalf("at %s: %d mails, the first not %s", r.now, len(q), want)
		}
	}
	r.now = r.now.Add(8 * 24 * time.Hour)
	drain(store.StateQueued)
	r.now = r.now.Add(giveUpAfter - time.Hour)
	drain(store.StateQueued)
	r.now = r.now.Add(2 * time.Hour)
	drain(store.StateFailed)
	r.now = r.now.Add(time.Hour)
	r.update(func(tx *store.Tx) error {
		_, err := tx.Retry(r.to("sanne@tcz.example")[0].ID, r.now)
		return err
	})
	drain(store.StateQueued)
	answer, r.now = nil, r.now.Add(time.Hour)
	if err := r.Drain(t.Context()); err != nil || len(r.to("sanne@tcz.example")) != 0 {
		t.Errorf("it does not go out: %v", err)
	}
}

// A mail that is cancelled, or whose case is erased, while the mails before it are sent is not sent any more.
func TestWithdrawnWhileSending(t *testing.T) {
	var r *rig
	var sent []string
	r = newRig(t, sender(func(to string, before func() error) (string, error) {
		if len(sent) == 0 {
			for _, q := range r.to(managerAddress) {
				r.update(func(tx *store.Tx) error { _, err := tx.Cancel(q.ID); return err })
			}
		}
		if err := before(); err != nil {
			return "", err
		}
		sent = append(sent, to)
		return "250 ok", nil
	}), nil)
	r.must(complete, Arrival{})
	if err := r.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(sent, "sanne@tcz.example") || slices.Contains(sent, managerAddress) {
		t.Errorf("sent to %q", sent)
	}
	r.view(func(tx *store.Tx) error {
		mails, err := tx.Outgoing("K-2026-0001")
		for _, q := range mails {
			if q.Mail.To == managerAddress && (q.State != store.StateCancelled || q.Attempts != 0) {
				t.Errorf("a cancelled mail is %s after %d attempts", q.State, q.Attempts)
			}
		}
		return err
	})
}

// full is a mailbox that does not take copies of some size.
type full struct{ copies []string }

type tooBig struct{ error }

func (tooBig) Refused() bool { return true }

// Append implements Mailbox.
func (f *full) Append(_ context.Context, _ string, _ int64, body io.Reader, _ time.Time) error {
	text, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	if strings.HasPrefix(letterKind(text), string(complaint.LetterAcknowledgement)) {
		return tooBig{errors.New("NO [TOOBIG]")}
	}
	f.copies = append(f.copies, string(text))
	return nil
}

// One copy that the server does not want keeps no other from being filed.
func TestOneCopyIsRefused(t *testing.T) {
	box := &full{}
	r := newRig(t, sender(func(_ string, before func() error) (string, error) { return "250 ok", before() }), box)
	r.must(complete, Arrival{})
	if err := r.Drain(t.Context()); err == nil {
		t.Error("nothing is said of the copy that was refused")
	}
	if len(box.copies) != 2 {
		t.Errorf("%d copies", len(box.copies))
	}
}

// letterKind is the kind in the Message-ID of a mail of ours.
func letterKind(raw []byte) string {
	header, err := mail.ReadMessage(strings.NewReader(string(raw)))
	if err != nil {
		return ""
	}
	id, _ := letter.ReadIdentity(header.Header.Get("Message-ID"))
	return id.Kind
}
