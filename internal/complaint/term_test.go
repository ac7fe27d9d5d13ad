package complaint

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"klikonderwijs.nl/klachtd/internal/workday"
)

// order has somebody order something at a time; it must be carried out.
func (p *history) order(when string, o Order) {
	p.t.Helper()
	now := at(p.t, when)
	out, _, refusal := p.house.Carry(now, p.c, o)
	if refusal != nil {
		p.t.Fatalf("%s %s: %s", when, o.Verb, refusal.Reason)
	}
	p.follow(now, o.By, out)
}

// acknowledged is a complete complaint of Thursday 2 April 2026, with the assessor.
func acknowledged(t *testing.T) *history {
	t.Helper()
	p := begin(t, wholeHouse(), submission(t))
	p.acknowledge(at(t, "2026-04-02 14:01"))
	return p
}

func (p *history) term(kind TermKind) Term {
	p.t.Helper()
	for _, term := range p.house.Terms(p.c) {
		if term.Kind == kind {
			return term
		}
	}
	p.t.Fatalf("there is no term %s", kind)
	return Term{}
}

// mornings sweeps every working day and tells on which days somebody was reminded of a term.
func (p *history) mornings(from, until string, kind TermKind) map[string]string {
	p.t.Helper()
	got := map[string]string{}
	for d := day(p.t, from); !d.After(day(p.t, until)); d = d.AddDays(1) {
		if !p.house.Calendar.IsWorkingDay(d, workday.Ours) {
			continue
		}
		for _, duty := range p.morning(d.String()).Duties {
			if duty.Term.Kind == kind {
				got[d.String()] += strings.TrimPrefix(describeDuty(duty), string(kind)+" ")
				if len(duty.Past) > 0 {
					got[d.String()] += " missed"
				}
			}
		}
	}
	return got
}

func (p *history) reminded(from, until string, kind TermKind, want map[string]string) {
	p.t.Helper()
	if diff := cmp.Diff(want, p.mornings(from, until, kind)); diff != "" {
		p.t.Errorf("%s: %s", kind, diff)
	}
}

// Klachtenprocedure 7: how late a promise was kept, in working days; a delay that was announced counts
// from the day that was promised first.
func TestLateBy(t *testing.T) {
	for _, tt := range []struct {
		name    string
		before  []Order // on 14 April 2026
		contact string  // "" = never
		today   string
		late    int
	}{
		{"in time", nil, "2026-04-17", "2026-05-01", 0},
		{"two days after the last day, a Friday", nil, "2026-04-21", "2026-05-01", 2},
		{"not yet", nil, "", "2026-04-17", 0},
		{"not at all, up to today: Koningsdag does not count", nil, "", "2026-04-28", 6},
		{"within the delay: late in the analysis", []Order{{Verb: VerbDelay, By: RoleAssessor, On: day(t, "2026-04-24"), Text: why}}, "2026-04-22", "2026-05-01", 3},
		{"after the delay", []Order{{Verb: VerbDelay, By: RoleAssessor, On: day(t, "2026-04-24"), Text: why}}, "2026-04-28", "2026-05-01", 6},
		{"the delay still runs", []Order{{Verb: VerbDelay, By: RoleAssessor, On: day(t, "2026-04-24"), Text: why}}, "", "2026-04-24", 0},
		{"closed before it was too late", []Order{{Verb: VerbClose, By: RoleManager, Text: why}}, "", "2026-05-01", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := acknowledged(t)
			for _, o := range tt.before {
				p.order("2026-04-14 10:00", o)
			}
			if tt.contact != "" {
				p.order(tt.contact+" 10:00", Order{Verb: VerbContact, By: RoleAssessor})
			}
			term := p.term(TermContact)
			if late := p.house.LateBy(term, day(t, tt.today)); late != tt.late {
				t.Errorf("late by %d working days, want %d", late, tt.late)
			}
			if term.MetLate() != (tt.late > 0 && tt.contact != "") {
				t.Errorf("met late: %v", term.MetLate())
			}
		})
	}
	p := acknowledged(t)
	p.order("2026-04-09 10:00", Order{Verb: VerbUnfounded, By: RoleAssessor, Text: why})
	p.order("2026-04-10 10:00", Order{Verb: VerbAgree, By: RoleManager})
	if late := p.house.LateBy(p.term(TermObject), day(t, "2026-06-01")); late != 0 {
		t.Errorf("not objecting is no promise of ours, but late by %d", late)
	}
}

// What was not done when a case was closed is not overdue for ever.
func TestClosedIsNotOverdue(t *testing.T) {
	p := acknowledged(t)
	p.order("2026-04-14 10:00", Order{Verb: VerbClose, By: RoleManager, Text: why})
	for _, term := range p.house.Terms(p.c) {
		if term.Overdue(day(t, "2026-06-01")) {
			t.Errorf("%s is overdue", term.Kind)
		}
		if term.Kind == TermContact && (term.Open() || term.Ended != day(t, "2026-04-14")) {
			t.Errorf("contact ended %s", term.Ended)
		}
	}
}

// Klachtenprocedure 7: a delay said in time moves the term, and the reminders with it. What would have
// been a day to remind before it was said was not missed.
func TestDelayMovesReminders(t *testing.T) {
	p := acknowledged(t)
	p.order("2026-04-17 10:00", Order{Verb: VerbDelay, By: RoleAssessor, On: day(t, "2026-04-20"), Text: why})
	p.order("2026-04-20 07:00", Order{Verb: VerbDelay, By: RoleAssessor, On: day(t, "2026-04-24"), Text: why}) // and again, in time
	p.reminded("2026-04-20", "2026-04-30", TermContact, map[string]string{
		"2026-04-21": "assessor", "2026-04-23": "assessor", "2026-04-24": "assessor", "2026-04-28": "late assessor manager", "2026-04-30": "late assessor manager",
	})
}

// A delay that is said when the term has passed is recorded and told, but the term stays missed.
func TestLateDelay(t *testing.T) {
	p := acknowledged(t)
	p.morning("2026-04-20")
	before := len(p.letters)
	p.order("2026-04-20 10:00", Order{Verb: VerbDelay, By: RoleAssessor, On: day(t, "2026-04-24"), Text: why})
	if diff := cmp.Diff([]string{"delay to complainant s.vermeer@tcz.example", "delay to manager m.vandalen@huis.example"}, sent(p.letters[before:])); diff != "" {
		t.Error(diff)
	}
	term := p.term(TermContact)
	if term.Due != day(t, "2026-04-17") || !term.Overdue(day(t, "2026-04-20")) || !strings.Contains(term.Note, "vrijdag 24 april 2026") {
		t.Errorf("due %s, note %q", term.Due, term.Note)
	}
	if p.c.ContactExpected != day(t, "2026-04-24") {
		t.Errorf("the complainant expects contact on %s", p.c.ContactExpected)
	}
	p.reminded("2026-04-21", "2026-04-22", TermContact, map[string]string{"2026-04-22": "late assessor manager"})
	p.order("2026-04-23 10:00", Order{Verb: VerbContact, By: RoleAssessor})
	p.reminded("2026-04-24", "2026-05-08", TermContact, map[string]string{})
}

// The informal phase is asked about after 10 working days, and weekly from there; the manager hears it too.
func TestInformalReminders(t *testing.T) {
	p := acknowledged(t)
	p.order("2026-04-03 10:00", Order{Verb: VerbInformal, By: RoleManager})
	p.reminded("2026-04-03", "2026-05-13", TermInformal, map[string]string{
		"2026-04-21": "late mediator manager", "2026-04-28": "late mediator manager", "2026-05-05": "late mediator manager", "2026-05-12": "late mediator manager",
	})
	if got := p.mornings("2026-05-14", "2026-05-29", TermContact); len(got) > 0 {
		t.Errorf("the assessor's term is suspended, but he was reminded: %v", got)
	}
	p.order("2026-06-01 10:00", Order{Verb: VerbFormal, By: RoleMediator})
	p.reminded("2026-06-02", "2026-06-16", TermContact, map[string]string{"2026-06-10": "assessor", "2026-06-12": "assessor", "2026-06-15": "assessor", "2026-06-16": "late assessor manager"})
}

// Where the manager mediates himself he is asked once, not twice.
func TestOnePersonOneLine(t *testing.T) {
	p := acknowledged(t)
	p.order("2026-04-03 10:00", Order{Verb: VerbInformal, By: RoleManager, Whom: "Marit van Dalen <" + manager.Email + ">"})
	duties := p.morning("2026-04-21").Duties
	if len(duties) != 1 || len(duties[0].To) != 1 || duties[0].To[0].Role != RoleMediator {
		t.Errorf("duties %+v", duties)
	}
}

// Klachtenprocedure 6: after 2 working days without an answer the manager is reminded, and the assessor
// hears that he need not wait.
func TestConsultReminders(t *testing.T) {
	p := acknowledged(t)
	p.order("2026-04-09 10:00", Order{Verb: VerbUnfounded, By: RoleAssessor, Text: why})
	p.reminded("2026-04-10", "2026-04-16", TermConsult, map[string]string{"2026-04-14": "late manager assessor", "2026-04-16": "late manager assessor"})
}

// Klachtenprocedure 6: who takes over judges for himself, and the manager is consulted on that.
func TestAnotherAssessorStartsAnew(t *testing.T) {
	for name, takeOver := range map[string][]Order{
		"reassigned":  {{Verb: VerbAssign, By: RoleManager, Whom: "bakker"}},
		"handed back": {{Verb: VerbHandBack, By: RoleAssessor, Text: why}, {Verb: VerbAssign, By: RoleManager, Whom: "bakker"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := acknowledged(t)
			p.order("2026-04-09 10:00", Order{Verb: VerbUnfounded, By: RoleAssessor, Text: why})
			p.order("2026-04-10 10:00", Order{Verb: VerbRemark, By: RoleManager, Text: "Kijk nog eens."})
			for _, o := range takeOver {
				p.order("2026-04-13 10:00", o)
			}
			p.order("2026-04-14 10:00", Order{Verb: VerbFounded, By: RoleAssessor, Text: why})
			if p.c.Stage != StageConsulting {
				t.Errorf("stage %s: the manager was not consulted", p.c.Stage)
			}
		})
	}
}

// Klachtenprocedure 11: the chair is reminded a week, 3 and 1 working days before, and on the day itself;
// from the day on which more time was taken, of the new day.
func TestObjectionReminders(t *testing.T) {
	p := acknowledged(t)
	p.order("2026-04-09 10:00", Order{Verb: VerbUnfounded, By: RoleAssessor, Text: why})
	p.order("2026-04-10 10:00", Order{Verb: VerbAgree, By: RoleManager})
	p.order("2026-04-20 10:00", Order{Verb: VerbObject, By: RoleComplainant, Text: why})
	p.order("2026-04-21 10:00", Order{Verb: VerbCommittee, By: RoleManager, Whom: "bos, vos"})
	p.reminded("2026-04-22", "2026-05-15", TermObjectionDecision, map[string]string{"2026-05-11": "committee", "2026-05-12": "committee", "2026-05-15": "committee"})
	p.order("2026-05-18 07:00", Order{Verb: VerbExtend, By: RoleCommittee, On: day(t, "2026-05-20"), Text: why})
	p.reminded("2026-05-18", "2026-05-22", TermObjectionDecision, map[string]string{"2026-05-19": "committee", "2026-05-20": "committee", "2026-05-21": "late committee manager"})
	p.order("2026-05-22 10:00", Order{Verb: VerbUnfounded, By: RoleCommittee, Text: why})
	if late := p.house.LateBy(p.term(TermObjectionDecision), day(t, "2026-06-01")); late != 4 || p.c.Stage != StageClosed {
		t.Errorf("late by %d working days, stage %s", late, p.c.Stage)
	}
}

// Klachtenprocedure 14: reminders of measures, and none once they are done.
func TestMeasuresReminders(t *testing.T) {
	p := acknowledged(t)
	p.order("2026-04-09 10:00", Order{Verb: VerbFounded, By: RoleAssessor, Text: why})
	p.order("2026-04-10 10:00", Order{Verb: VerbAgree, By: RoleManager})
	p.order("2026-04-10 11:00", Order{Verb: VerbMeasure, By: RoleManager, Text: "Excuses."})
	p.reminded("2026-04-13", "2026-04-30", TermMeasures, map[string]string{
		"2026-04-21": "manager", "2026-04-23": "manager", "2026-04-24": "manager", "2026-04-28": "late manager", "2026-04-30": "late manager",
	})
	p.order("2026-04-30 10:00", Order{Verb: VerbDone, By: RoleManager})
	if p.c.Stage != StageClosed || p.c.Closure.On != day(t, "2026-04-30") {
		t.Errorf("stage %s: the objection term had passed, and everything is done", p.c.Stage)
	}
}

// Klachtenprocedure 4: an acknowledgement that came back is unmet again; days before that were not missed.
func TestBounceAsksAnew(t *testing.T) {
	p := acknowledged(t)
	now := at(t, "2026-04-07 11:00")
	p.follow(now, RoleSystem, p.house.Undelivered(p.c, LetterAcknowledgement, RoleComplainant, "5.1.1"))
	p.reminded("2026-04-08", "2026-04-09", TermAcknowledge, map[string]string{"2026-04-08": "manager", "2026-04-09": "late manager"})
}

// Klachtenprocedure 9, 13: a case that is closed after a late objection is kept from that day, not from the decision.
func TestClosedAfterRefusedObjection(t *testing.T) {
	p := acknowledged(t)
	p.order("2026-04-09 10:00", Order{Verb: VerbUnfounded, By: RoleAssessor, Text: why})
	p.order("2026-04-10 10:00", Order{Verb: VerbAgree, By: RoleManager})
	p.order("2026-05-06 10:00", Order{Verb: VerbObject, By: RoleComplainant, Text: why})
	p.order("2026-05-08 10:00", Order{Verb: VerbNotAdmit, By: RoleManager, Text: why})
	if p.c.Stage != StageClosed || p.c.Closure.On != day(t, "2026-05-08") {
		t.Errorf("stage %s, closed %+v", p.c.Stage, p.c.Closure)
	}
}

// A day that an order names cannot lie before it could have happened.
func TestDaysThatCannotBe(t *testing.T) {
	p := acknowledged(t)
	p.order("2026-04-03 10:00", Order{Verb: VerbInformal, By: RoleManager})
	p.order("2026-04-10 10:00", Order{Verb: VerbFormal, By: RoleManager})
	refused := func(when string, o Order, says string) {
		t.Helper()
		if _, _, refusal := p.house.Carry(at(t, when), p.c, o); refusal == nil || !strings.Contains(refusal.Reason, says) {
			t.Errorf("%s: %v", o.Verb, refusal)
		}
	}
	refused("2026-04-13 10:00", Order{Verb: VerbContact, By: RoleAssessor, On: day(t, "2026-04-07")}, "op zijn vroegst vrijdag 10 april 2026")
	p.order("2026-04-14 10:00", Order{Verb: VerbUnfounded, By: RoleAssessor, Text: why})
	p.order("2026-04-15 10:00", Order{Verb: VerbAgree, By: RoleManager})
	refused("2026-04-16 10:00", Order{Verb: VerbObject, By: RoleComplainant, Text: why, On: day(t, "2026-04-14")}, "op zijn vroegst woensdag 15 april 2026")
	before := p.c.Objection
	out := p.house.Object(at(t, "2026-04-16 10:00"), at(t, "2026-04-14 20:00"), p.c, "bb", true)
	p.follow(at(t, "2026-04-16 10:00"), RoleComplainant, out)
	if p.c.Objection != before {
		t.Error("a mail from before the decision was taken for an objection to it")
	}
}

// What a machine sent is an objection too, and nothing answers a machine: the manager does (RFC 3834 §2).
func TestObjectionOfAMachine(t *testing.T) {
	p := acknowledged(t)
	p.order("2026-04-09 10:00", Order{Verb: VerbUnfounded, By: RoleAssessor, Text: why})
	p.order("2026-04-10 10:00", Order{Verb: VerbAgree, By: RoleManager})
	out := p.house.Object(at(t, "2026-04-13 10:00"), at(t, "2026-04-13 10:00"), p.c, "bb", false)
	p.follow(at(t, "2026-04-13 10:00"), RoleComplainant, out)
	if p.c.Objection == nil {
		t.Error("it is no objection")
	}
	byHand := false
	for _, l := range out.Letters {
		byHand = byHand || l.Kind == LetterByHand && l.Role == RoleManager && l.About == LetterObjection
		if l.Role == RoleComplainant {
			t.Errorf("%s answers a machine", l.Kind)
		}
	}
	if !byHand {
		t.Error("nobody acknowledges it")
	}
}

// Where nothing was planned before the committee decided, what is said afterwards goes for both decisions;
// else the first could never be settled, and the case never closed.
func TestOneAnswerForBothDecisions(t *testing.T) {
	for name, after := range map[string][]Order{
		"nothing is needed": {{Verb: VerbNoMeasure, By: RoleManager}},
		"one measure":       {{Verb: VerbMeasure, By: RoleManager, Text: "Excuses."}, {Verb: VerbDone, By: RoleManager}},
	} {
		t.Run(name, func(t *testing.T) {
			p := acknowledged(t)
			p.order("2026-04-09 10:00", Order{Verb: VerbPartlyFounded, By: RoleAssessor, Text: why})
			p.order("2026-04-10 10:00", Order{Verb: VerbAgree, By: RoleManager})
			p.order("2026-04-13 10:00", Order{Verb: VerbObject, By: RoleComplainant, Text: why})
			p.order("2026-04-14 10:00", Order{Verb: VerbCommittee, By: RoleManager, Whom: "bos"})
			p.order("2026-04-20 10:00", Order{Verb: VerbFounded, By: RoleCommittee, Text: why})
			for _, o := range after {
				p.order("2026-04-21 10:00", o)
			}
			if p.c.Stage != StageClosed {
				t.Errorf("stage %s, open: %s", p.c.Stage, p.openTerms())
			}
		})
	}
}

// A case that is opened again goes on where it was.
func TestReopenedWhereItWas(t *testing.T) {
	decided := []Order{{Verb: VerbFounded, By: RoleAssessor, Text: why}, {Verb: VerbAgree, By: RoleManager}}
	for _, tt := range []struct {
		name    string
		before  []Order
		close   Order
		reopen  Order
		stage   Stage
		letters string
	}{
		{"with the assessor", nil, Order{Verb: VerbWithdraw, By: RoleComplainant}, Order{Verb: VerbFormal, By: RoleManager}, StageAssessing, "formal formal"},
		{"while the manager was consulted: judged again", decided[:1], Order{Verb: VerbWithdraw, By: RoleComplainant}, Order{Verb: VerbFormal, By: RoleManager}, StageAssessing, "formal formal"},
		{"decided", decided, Order{Verb: VerbWithdraw, By: RoleComplainant}, Order{Verb: VerbFormal, By: RoleManager}, StageDecided, "formal"},
		{"with the committee", append(decided[:2:2], Order{Verb: VerbObject, By: RoleComplainant, Text: why}, Order{Verb: VerbCommittee, By: RoleManager, Whom: "bos"}),
			Order{Verb: VerbWithdraw, By: RoleComplainant}, Order{Verb: VerbFormal, By: RoleManager}, StageObjection, "formal formal"},
		{"in the informal phase, as none", []Order{{Verb: VerbInformal, By: RoleManager}}, Order{Verb: VerbNoComplaint, By: RoleManager}, Order{Verb: VerbComplaint, By: RoleManager}, StageInformal, "forward formal"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := acknowledged(t)
			for _, o := range slices.Concat(tt.before, []Order{tt.close}) {
				p.order("2026-04-09 10:00", o)
			}
			if got := p.house.options(p.c, RoleManager); len(got) != 1 || got[0] != tt.reopen.Verb {
				t.Errorf("the manager is offered %v", got)
			}
			told := len(p.letters)
			p.order("2026-04-10 10:00", tt.reopen)
			var letters []string
			for _, l := range p.letters[told:] {
				letters = append(letters, string(l.Kind))
			}
			if p.c.Stage != tt.stage || strings.Join(letters, " ") != tt.letters {
				t.Errorf("stage %s, letters %v", p.c.Stage, letters)
			}
			if got := p.house.options(p.c, p.house.holder(p.c).Role); len(got) == 0 {
				t.Error("whoever has the case now can do nothing")
			}
		})
	}
}
