package desk

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/intake"
	"klikonderwijs.nl/klachtd/internal/letter"
	"klikonderwijs.nl/klachtd/internal/store"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// rig is a desk on a real store, at noon on Thursday 2 April 2026 until a test says otherwise.
type rig struct {
	*Desk
	t   *testing.T
	now time.Time
	log *strings.Builder
}

const house, managerAddress, assessorAddress = "projectondersteuning@klikonderwijs.nl", "m.vandalen@klikonderwijs.nl", "n.korst@vapro.nl"

// sender is an Outbox.
type sender func(to string, before func() error) (string, error)

// Send implements Outbox.
func (s sender) Send(_ context.Context, _, to string, body io.Reader, before func() error) (string, error) {
	if _, err := io.Copy(io.Discard, body); err != nil {
		return "", err
	}
	return s(to, before)
}

func newRig(t *testing.T, out Outbox, box Mailbox) *rig {
	t.Helper()
	r := &rig{t: t, now: time.Date(2026, time.April, 2, 10, 0, 0, 0, time.UTC), log: &strings.Builder{}}
	opened, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "klachtd.db"), store.Options{Now: r.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { opened.Close() })
	h := &complaint.House{
		Calendar: workday.NewCalendar(nil), Location: time.UTC, Manager: complaint.Person{Name: "Marit van Dalen", Email: managerAddress},
		Assessors: []complaint.Person{{Name: "N. Korst", Salutation: "dhr.", Email: assessorAddress}, {Name: "A. Ander", Email: "a.ander@vapro.nl"}}, Automatic: true,
		Lengths: complaint.Lengths{Acknowledge: 3, Contact: 10, Object: 10, ObjectionDecisionWeeks: 4, MeasuresWeeks: 2, Informal: 10, Consult: 2, KeepYears: 1},
		Before:  []int{3, 1}, Repeat: 2, Products: []complaint.Product{{Name: "Procesoperator B"}},
	}
	key := letter.NewKey([]byte("a secret of this installation, 32 bytes"))
	letters, err := letter.New(letter.Office{Name: "Klik Onderwijs", Address: house, Location: time.UTC}, key, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Desk = New(Settings{
		House: h, Own: []string{house}, Operator: complaint.Person{Email: "beheer@klikonderwijs.nl"}, RepliesADay: 5, MailsAnHour: 120,
		RemindAt: TimeOfDay{8, 30}, SilenceAfter: 15 * time.Minute, RegisteredFolder: "Klachten/Geregistreerd",
	}, Parts{
		Reader:  intake.NewReader(intake.Profile{Own: []string{house}, OwnDomains: []string{"klikonderwijs.nl"}, Organisation: "Klik Onderwijs", Staff: []string{assessorAddress}, Products: []intake.Product{{Name: "Procesoperator B"}}, Location: time.UTC}),
		Letters: letters, Key: key, Store: opened, Outbox: out, Mailbox: box, Clock: func() time.Time { return r.now }, Log: slog.New(slog.NewTextHandler(r.log, nil)),
	})
	if box != nil {
		r.SentFolder = "Sent"
	}
	return r
}

// must hands a mail over, and says whether it is to be filed.
func (r *rig) must(raw string, how Arrival) (file bool) {
	r.t.Helper()
	how.Body = strings.NewReader(strings.ReplaceAll(raw, "\n", "\r\n"))
	if how.Received.IsZero() {
		how.Received = r.now
	}
	file, err := r.Receive(r.t.Context(), how)
	if err != nil {
		r.t.Fatal(err)
	}
	return file
}

// queue lists every mail that waits or failed, by its kind and to whom it goes.
func (r *rig) queue() (list []store.Queued) {
	r.t.Helper()
	r.view(func(tx *store.Tx) (err error) { list, err = tx.Waiting(); return err })
	return list
}

// to lists the mails that wait for somebody.
func (r *rig) to(address string) (list []store.Queued) {
	for _, q := range r.queue() {
		if q.Mail.To == address {
			list = append(list, q)
		}
	}
	return list
}

func (r *rig) view(do func(*store.Tx) error) {
	r.t.Helper()
	if err := r.store.View(r.t.Context(), do); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) update(do func(*store.Tx) error) {
	r.t.Helper()
	if err := r.store.Update(r.t.Context(), do); err != nil {
		r.t.Fatal(err)
	}
}

// cases lists the references of all cases.
func (r *rig) cases() (list []string) {
	r.t.Helper()
	r.view(func(tx *store.Tx) error {
		all, err := tx.Cases(store.Filter{})
		for _, reference := range all {
			list = append(list, reference.String())
		}
		return err
	})
	return list
}

// complete is a complaint that nothing is missing from.
const complete = `From: Sanne Vermeer <sanne@tcz.example>
To: projectondersteuning@klikonderwijs.nl
Subject: Klacht training Procesoperator B
Message-ID: <een@tcz.example>

Hierbij dien ik een klacht in.

Naam: Sanne Vermeer
Organisatie: Techniek College Zuid
E-mailadres: sanne@tcz.example
Telefoonnummer: 06 12 34 56 78
Product: Procesoperator B
Omschrijving: De trainer kwam op 30 maart niet opdagen.
Motivatie: Wij hebben voor twaalf deelnemers betaald.
`

// everyday is a mail that is no complaint.
const everyday = `From: Piet Post <piet@tcz.example>
To: projectondersteuning@klikonderwijs.nl
Subject: Lunch
Message-ID: <lunch@tcz.example>

Dag, ik neem morgen twee broodjes mee. Tot dan, Piet
`
