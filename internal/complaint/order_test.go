package complaint

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCarry(t *testing.T) {
	tests := []struct {
		name    string
		before  []Order // carried out first, by whom the order says
		order   Order
		refusal string // part of it; "" when the order is carried out
		letters []string
	}{
		{name: "contact today", order: Order{Verb: VerbContact, By: RoleAssessor}},
		{name: "contact earlier", order: Order{Verb: VerbContact, By: RoleAssessor, On: day(t, "2026-04-07")}},
		{name: "contact before receipt", order: Order{Verb: VerbContact, By: RoleAssessor, On: day(t, "2026-04-01")}, refusal: "op zijn vroegst donderdag 2 april 2026"},
		{name: "contact in the future", order: Order{Verb: VerbContact, By: RoleAssessor, On: day(t, "2026-04-11")}, refusal: "in de toekomst"},
		{name: "contact twice", before: []Order{{Verb: VerbContact, By: RoleAssessor}}, order: Order{Verb: VerbContact, By: RoleAssessor}, refusal: "was al gemeld"},
		{name: "delay", order: Order{Verb: VerbDelay, By: RoleAssessor, On: day(t, "2026-04-24"), Text: "Ik ben ziek."},
			letters: []string{"delay to complainant s.vermeer@tcz.example", "delay to manager m.vandalen@huis.example"}},
		{name: "delay without a reason", order: Order{Verb: VerbDelay, By: RoleAssessor, On: day(t, "2026-04-24")}, refusal: "waarom"},
		{name: "delay without a date", order: Order{Verb: VerbDelay, By: RoleAssessor, Text: "Ik ben ziek."}, refusal: "de datum"},
		{name: "delay to an earlier day", order: Order{Verb: VerbDelay, By: RoleAssessor, On: day(t, "2026-04-16"), Text: "Ik ben ziek."}, refusal: "moet later zijn"},
		{name: "delay after contact", before: []Order{{Verb: VerbContact, By: RoleAssessor}},
			order: Order{Verb: VerbDelay, By: RoleAssessor, On: day(t, "2026-04-24"), Text: "Ik ben ziek."}, refusal: "is al geweest"},
		{name: "assign by part of a name", order: Order{Verb: VerbAssign, By: RoleManager, Whom: "bakker"},
			letters: []string{"forward to assessor i.bakker@toets.example", "withdrawn to assessor n.korst@vapro.example"}},
		{name: "assign to whom it is assigned", order: Order{Verb: VerbAssign, By: RoleManager, Whom: "n.korst@vapro.example"}, refusal: "al toegewezen"},
		{name: "assign to a stranger", order: Order{Verb: VerbAssign, By: RoleManager, Whom: "Piet"}, refusal: "dhr. N. Korst, mevr. Ilse Bakker"},
		{name: "assign to nobody", order: Order{Verb: VerbAssign, By: RoleManager}, refusal: "bij ons bekend"},
		{name: "assign to two", order: Order{Verb: VerbAssign, By: RoleManager, Whom: "k"}, refusal: "meer dan één"},
		{name: "hand back", order: Order{Verb: VerbHandBack, By: RoleAssessor, Text: "Ik ken deze school te goed."},
			letters: []string{"registration to manager m.vandalen@huis.example"}},
		{name: "hand back without a reason", order: Order{Verb: VerbHandBack, By: RoleAssessor}, refusal: "waarom"},
		{name: "hand back twice", before: []Order{{Verb: VerbHandBack, By: RoleAssessor, Text: "x"}}, order: Order{Verb: VerbHandBack, By: RoleAssessor, Text: "x"}, refusal: "stadium"},
		{name: "acknowledge by hand what was acknowledged", order: Order{Verb: VerbAcknowledged, By: RoleManager}, refusal: "was al bevestigd"},
		{name: "a status is no order", order: Order{Verb: VerbStatus, By: RoleManager}, refusal: "hoort niet bij"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := begin(t, testHouse(), submission(t))
			p.acknowledge(at(t, "2026-04-02 14:01"))
			now := at(t, "2026-04-10 09:00")
			for _, o := range tt.before {
				out, _, refusal := p.house.Carry(now, p.c, o)
				if refusal != nil {
					t.Fatal(refusal.Reason)
				}
				p.follow(now, o.By, out)
			}
			out, done, refusal := p.house.Carry(now, p.c, tt.order)
			if tt.refusal != "" {
				if refusal == nil || !strings.Contains(refusal.Reason, tt.refusal) {
					t.Errorf("refusal %v, want %q", refusal, tt.refusal)
				}
				if !out.isNothing() {
					t.Error("refused, and half done")
				}
				return
			}
			if refusal != nil {
				t.Fatal(refusal.Reason)
			}
			if done == "" {
				t.Error("nothing said about what was recorded")
			}
			if diff := cmp.Diff(append([]string{}, tt.letters...), sent(out.Letters)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDelayMovesTheTermAndItsReminders(t *testing.T) {
	p := begin(t, testHouse(), submission(t))
	p.acknowledge(at(t, "2026-04-02 14:01"))
	p.morning("2026-04-16")
	now := at(t, "2026-04-16 12:00")
	out, _, refusal := p.house.Carry(now, p.c, Order{Verb: VerbDelay, By: RoleAssessor, On: day(t, "2026-05-08"), Text: "Ziek."})
	if refusal != nil {
		t.Fatal(refusal.Reason)
	}
	p.follow(now, RoleAssessor, out)
	if duties := p.morning("2026-04-17").Duties; len(duties) != 0 {
		t.Error("reminded of the old date")
	}
	if next, _ := p.house.NextDue(p.c); next != day(t, "2026-05-05") { // 3 working days before: Liberation Day 2026 is disputed and counts
		t.Errorf("next due %s", next)
	}
	if term := p.house.contactTerm(p.c); term.Due != day(t, "2026-05-08") || !strings.Contains(term.Note, "17 april") {
		t.Errorf("term %s, note %q", term.Due, term.Note)
	}
}

func TestHandedBackIsNotForwardedByItself(t *testing.T) {
	p := begin(t, testHouse(), submission(t))
	now := at(t, "2026-04-03 09:00")
	out, _, _ := p.house.Carry(now, p.c, Order{Verb: VerbHandBack, By: RoleAssessor, Text: "Ik ken deze school te goed."})
	p.follow(now, RoleAssessor, out)
	if to, forward := p.house.forwardTo(p.c); p.c.Stage != StageRegistered || forward {
		t.Errorf("stage %s, forwarded by itself to %s: %v", p.c.Stage, to.Name, forward)
	}
}

func TestAcknowledgedByHand(t *testing.T) {
	s := submission(t)
	s.NoAnswer = "automatisch"
	p := begin(t, testHouse(), s)
	now := at(t, "2026-04-07 09:00")
	out, _, refusal := p.house.Carry(now, p.c, Order{Verb: VerbAcknowledged, By: RoleManager})
	if refusal != nil {
		t.Fatal(refusal.Reason)
	}
	p.follow(now, RoleManager, out)
	if term := p.house.acknowledgeTerm(p.c); term.Met != day(t, "2026-04-07") || term.MetLate() {
		t.Errorf("met %s", term.Met)
	}
}
