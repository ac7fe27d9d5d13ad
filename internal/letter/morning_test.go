package letter

import (
	"strings"
	"testing"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// The mail of a very bad morning names every case, and can still be sent: only the most urgent ones have buttons.
func TestVeryBadMorning(t *testing.T) {
	day := workday.NewDate(2026, time.April, 14)
	list := Reminders{Envelope: Envelope{Sequence: 1, At: day.Start(time.UTC)}, To: complaint.Recipient{Role: complaint.RoleAssessor, Person: complaint.Person{Name: "N. Korst", Email: "n.korst@vapro.example"}}}
	for n := 1; n <= 2000; n++ {
		term := complaint.Term{Kind: complaint.TermContact, Due: day, Owner: complaint.RoleAssessor}
		list.Items = append(list.Items, ReminderItem{
			Role: complaint.RoleAssessor, Today: day, Duty: complaint.Duty{Reference: complaint.Reference{Year: 2026, Number: n}, Term: term, Late: n == 2000},
			Buttons: []Button{{Label: "Ik heb contact gehad", Command: "contact"}, {Label: "Het wordt later", Command: "uitstel", Body: "Nieuwe datum: "}},
		})
	}
	m, err := renderer(t).Reminders(list)
	if err != nil {
		t.Fatal(err)
	}
	raw := written(t, m, "")
	_, leaf := leaves(t, raw)
	for kind, text := range leaf {
		if !strings.Contains(text, "K-2026-0001") || !strings.Contains(text, "K-2026-2000: contact met de indiener, dinsdag 14 april 2026") {
			t.Errorf("the %s does not name every case", kind)
		}
		if buttons := strings.Count(text, "mailto:"); buttons > 2*mostActed+2 {
			t.Errorf("the %s has %d buttons", kind, buttons)
		}
	}
	if !strings.Contains(m.Subject, "Termijn voorbij: 2000 termijnen") {
		t.Errorf("subject %q: the one that is late stands last, and counts", m.Subject)
	}
	if len(raw) > 1<<20 {
		t.Errorf("%d bytes", len(raw))
	}
}

// After downtime a reminder names the days that were missed, but not a whole summer of them.
func TestMissedDays(t *testing.T) {
	monday := workday.NewDate(2026, time.April, 13)
	days := func(n int) (list []workday.Date) {
		for i := range n {
			list = append(list, monday.AddDays(i))
		}
		return list
	}
	for n, want := range map[int]string{
		0: "", 1: "maandag 13 april 2026", 2: "maandag 13 april 2026 en dinsdag 14 april 2026",
		5:  "maandag 13 april 2026, dinsdag 14 april 2026, woensdag 15 april 2026, donderdag 16 april 2026 en vrijdag 17 april 2026",
		60: "maandag 13 april 2026, dinsdag 14 april 2026, woensdag 15 april 2026, donderdag 16 april 2026 en nog 56 dagen",
	} {
		if got := missed(days(n)); got != want {
			t.Errorf("%d days: %s", n, got)
		}
	}
}
