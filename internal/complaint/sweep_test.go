package complaint

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"klikonderwijs.nl/klachtd/internal/workday"
)

// The contact term of a complaint of Thursday 2 April 2026 ends on Friday 17 April: Easter Monday
// does not count, Good Friday does.
func TestContactTimetable(t *testing.T) {
	p := begin(t, testHouse(), submission(t))
	p.acknowledge(at(t, "2026-04-02 14:01"))
	got := map[string]string{}
	for d := day(t, "2026-04-03"); d.Before(day(t, "2026-05-02")); d = d.AddDays(1) {
		if !p.house.Calendar.IsWorkingDay(d, workday.Ours) {
			continue
		}
		if next, ok := p.house.NextDue(p.c); !ok {
			t.Fatal("nothing due while the contact term is unmet")
		} else if next.Before(d) {
			t.Errorf("%s: due since %s and not served", d, next)
		} else if duties := p.morning(d.String()).Duties; (len(duties) > 0) != (next == d) {
			t.Errorf("%s: %d duties, next due %s", d, len(duties), next)
		} else {
			for _, duty := range duties {
				got[d.String()] += describeDuty(duty)
			}
		}
	}
	want := map[string]string{
		"2026-04-14": "contact assessor", // 3 working days before
		"2026-04-16": "contact assessor", // 1 working day before
		"2026-04-17": "contact assessor", // on the day
		"2026-04-20": "contact late assessor manager",
		"2026-04-22": "contact late assessor manager",
		"2026-04-24": "contact late assessor manager",
		"2026-04-29": "contact late assessor manager", // King's Day, 27 April, is skipped
		"2026-05-01": "contact late assessor manager",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func describeDuty(d Duty) string {
	s := string(d.Term.Kind)
	if d.Late {
		s += " late"
	}
	for _, to := range d.To {
		s += " " + string(to.Role)
	}
	return s
}

func TestAcknowledgementTimetable(t *testing.T) {
	s := submission(t)
	s.NoAnswer = "automatisch"
	p := begin(t, testHouse(), s)
	for _, tt := range []struct{ date, want string }{
		{"2026-04-02", ""}, // the day of receipt reminds of nothing
		{"2026-04-03", ""},
		{"2026-04-07", "acknowledge manager"},
		{"2026-04-08", "acknowledge manager"},
		{"2026-04-09", "acknowledge late manager"},
		{"2026-04-10", ""},
		{"2026-04-13", "acknowledge late manager"},
	} {
		got := ""
		for _, duty := range p.morning(tt.date).Duties {
			got += describeDuty(duty)
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.date, got, tt.want)
		}
	}
}

func TestSweepTwiceSaysNothing(t *testing.T) {
	p := begin(t, testHouse(), submission(t))
	p.acknowledge(at(t, "2026-04-02 14:01"))
	if len(p.morning("2026-04-16").Duties) != 1 {
		t.Fatal("no reminder the day before")
	}
	if s := p.morning("2026-04-16"); !s.isNothing() || len(s.Duties) != 0 {
		t.Errorf("the second sweep of a day said %d things", len(s.Duties)+len(s.Letters))
	}
}

func TestAfterDowntimeOneReminderThatSaysWhatWasMissed(t *testing.T) {
	p := begin(t, testHouse(), submission(t))
	p.acknowledge(at(t, "2026-04-02 14:01"))
	duties := p.morning("2026-04-23").Duties
	if len(duties) != 1 || !duties[0].Late {
		t.Fatalf("%d duties after downtime, want one escalation", len(duties))
	}
	want := []workday.Date{day(t, "2026-04-14"), day(t, "2026-04-16"), day(t, "2026-04-17"), day(t, "2026-04-20")}
	if diff := cmp.Diff(want, duties[0].Past); diff != "" {
		t.Error(diff)
	}
	if next, _ := p.house.NextDue(p.c); next != day(t, "2026-04-24") {
		t.Errorf("next due %s: the rhythm of the timetable stays", next)
	}
}

func TestReminderStopsWhenDone(t *testing.T) {
	p := begin(t, testHouse(), submission(t))
	p.acknowledge(at(t, "2026-04-02 14:01"))
	p.morning("2026-04-14")
	now := at(t, "2026-04-15 11:00")
	out, _, refusal := p.house.Carry(now, p.c, Order{Verb: VerbContact, By: RoleAssessor})
	if refusal != nil {
		t.Fatal(refusal.Reason)
	}
	p.follow(now, RoleAssessor, out)
	if duties := p.morning("2026-04-16").Duties; len(duties) != 0 {
		t.Errorf("reminded of what was done: %v", describeDuty(duties[0]))
	}
	if next, ok := p.house.NextDue(p.c); ok {
		t.Errorf("next due %s with nothing left to do", next)
	}
}

func TestIncompleteGoesOn(t *testing.T) {
	s := submission(t)
	s.Fields = without(s.Fields, FieldPhone)
	p := begin(t, testHouse(), s)
	p.acknowledge(at(t, "2026-04-02 14:01"))
	if s := p.morning("2026-04-08"); len(s.Letters) != 0 {
		t.Errorf("on the third working day: %v", sent(s.Letters))
	}
	want := []string{"data_request to complainant s.vermeer@tcz.example", "forward to assessor n.korst@vapro.example"}
	if diff := cmp.Diff(want, sent(p.morning("2026-04-09").Letters)); diff != "" {
		t.Error(diff)
	}
	if p.c.Stage != StageAssessing {
		t.Errorf("stage %s", p.c.Stage)
	}
	if s := p.morning("2026-04-10"); len(s.Letters) != 0 {
		t.Errorf("reminded twice: %v", sent(s.Letters))
	}
}

func TestUnassignedContactIsTheManagers(t *testing.T) {
	house := testHouse()
	house.Automatic = false
	p := begin(t, house, submission(t))
	p.acknowledge(at(t, "2026-04-02 14:01"))
	duties := p.morning("2026-04-14").Duties
	if len(duties) != 1 || describeDuty(duties[0]) != "contact manager" {
		t.Errorf("duties %v", duties)
	}
}

func TestSweepPastStaysOnItsOwnDay(t *testing.T) {
	p := begin(t, testHouse(), submission(t))
	before := p.c
	p.morning("2026-04-14")
	if step := before.lastStep(p.house.contactTerm(before)); !step.IsZero() {
		t.Errorf("an earlier state changed: %s", step)
	}
}
