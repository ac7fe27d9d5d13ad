package desk

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/store"
)

// A mail that was dragged to the folder of complaints after the backup was made is an ordinary one to what comes back.
// It lies in the folder of what was registered all the same, and is taken in again.
func TestFiledAgainAfterItWasOrdinary(t *testing.T) {
	r := newRig(t, nil, nil)
	if r.must(everyday, Arrival{}) || len(r.cases()) != 0 {
		t.Fatal("this is no ordinary mail")
	}
	r.must(everyday, Arrival{Filed: true})
	if len(r.cases()) != 1 {
		t.Error("what was registered is lost")
	}
	r.must(everyday, Arrival{Filed: true})
	if len(r.cases()) != 1 {
		t.Error("it was taken in twice")
	}
}

// The same of a mail about which the manager was still asked when the backup was made.
func TestFiledAgainAfterItWasDoubtful(t *testing.T) {
	r := newRig(t, nil, nil)
	r.must(doubtful, Arrival{})
	if len(r.cases()) != 0 || len(r.to(managerAddress)) != 1 {
		t.Fatal("the manager is not asked")
	}
	r.must(doubtful, Arrival{Filed: true})
	if len(r.cases()) != 1 {
		t.Error("what was registered is lost")
	}
}

const doubtful = `From: Loes Kramer <loes.kramer@delta.example>
Subject: de Examenbank
Message-ID: <twijfel@delta.example>

Dag, vorig jaar meldde ik iets over de Examenbank (K-2025-0012), en nu is het weer zo.
Groet, Loes Kramer
`

// What a machine sent and a colleague dragged to the folder of complaints was registered; after a backup came back it
// is so again.
func TestFiledAgainFromAMachine(t *testing.T) {
	machine := strings.Replace(everyday, "Subject: Lunch", "Subject: Automatisch antwoord: lunch\nAuto-Submitted: auto-replied", 1)
	r := newRig(t, nil, nil)
	r.must(machine, Arrival{})
	if len(r.cases()) != 0 {
		t.Fatal("this is no automatic mail")
	}
	r = newRig(t, nil, nil)
	r.must(machine, Arrival{Filed: true})
	if len(r.cases()) != 1 {
		t.Error("what was registered is lost")
	}
}

// A supplement from an address that nobody knows is reported and not believed. When a colleague drags it to the folder
// of complaints it is, also after it was seen in the inbox.
func TestDroppedAfterItWasNotBelieved(t *testing.T) {
	const later = `From: S. Vermeer <thuis@elders.example>
Subject: aanvulling op klacht K-2026-0001
Message-ID: <thuis@elders.example>

Hierbij nog een aanvulling op mijn klacht K-2026-0001: de trainer kwam ook op 31 maart niet.
`
	r := newRig(t, nil, nil)
	r.must(complete, Arrival{})
	if r.must(later, Arrival{}) {
		t.Fatal("it is believed without proof")
	}
	if !r.must(later, Arrival{Drop: true}) {
		t.Error("it stays in the folder of complaints, and nothing happens")
	}
	if got := r.cases(); len(got) != 1 {
		t.Errorf("cases: %q", got)
	}
}

// Somebody whose role is over hears so, but a machine of his does not: it would answer back (RFC 3834 §2).
func TestFormerRoleOfAMachine(t *testing.T) {
	r := newRig(t, nil, nil)
	r.must(complete, Arrival{})
	if _, err := r.Act(t.Context(), complaint.Reference{Year: 2026, Number: 1}, complaint.RoleManager, "toewijzen a.ander@vapro.nl", ""); err != nil {
		t.Fatal(err)
	}
	forward := ""
	for _, q := range r.to(assessorAddress) {
		if q.Mail.Kind == complaint.LetterForward {
			forward = q.Mail.MessageID
		}
	}
	before := len(r.to(assessorAddress))
	answer := func(id, header string) string {
		return "From: N. Korst <n.korst@vapro.nl>\nSubject: Re: klacht\nMessage-ID: <" + id + "@vapro.nl>\nIn-Reply-To: " + forward + "\n" + header + "\ncontact\n"
	}
	r.must(answer("machine", "Auto-Submitted: auto-generated\n"), Arrival{})
	if got := len(r.to(assessorAddress)); got != before {
		t.Error("a machine is answered")
	}
	r.must(answer("mens", ""), Arrival{})
	if got := len(r.to(assessorAddress)); got != before+1 {
		t.Errorf("%d answers to a person", got-before)
	}
}

// A restored database does not know which numbers were given after its backup: a letter gets none before the mailbox
// was asked. Nor is it released before that: nobody would ask any more.
func TestNoNumberBeforeRecovery(t *testing.T) {
	r := newRig(t, nil, nil)
	r.update(func(tx *store.Tx) error { return tx.Hold(r.now.Add(-time.Hour)) })
	letter := Written{Channel: complaint.ChannelLetter, Received: r.House.Today(r.now), Fields: complaint.Fields{complaint.FieldPerson: {Value: "Piet Post"}}}
	if _, err := r.RegisterWritten(t.Context(), letter); !errors.Is(err, errNotRecovered) {
		t.Errorf("it is registered: %v", err)
	}
	if err := r.store.Update(t.Context(), func(tx *store.Tx) error { return Release(tx, false) }); !errors.Is(err, errNotRecovered) {
		t.Errorf("it is released: %v", err)
	}
	sent := []Thread{{MessageID: "<k-2026-0004.acknowledgement-1.abcdefghijklmnopqrstuvwxyz@klikonderwijs.nl>"}}
	r.SentFolder = "Sent"
	if err := r.Recover(t.Context(), remembered(sent)); err != nil {
		t.Fatal(err)
	}
	r.update(func(tx *store.Tx) error { return Release(tx, false) })
	c, err := r.RegisterWritten(t.Context(), letter)
	if err != nil || c.Reference.Number != 5 {
		t.Errorf("%s %v", c.Reference, err)
	}
}

// remembered is a mailbox that holds nothing but sent mail.
type remembered []Thread

// Threads implements Memory.
func (m remembered) Threads(context.Context, string, time.Time) ([]Thread, error) { return m, nil }

// Reread implements Memory.
func (remembered) Reread(context.Context, string, time.Time, func(context.Context, Arrival) error) error {
	return nil
}
