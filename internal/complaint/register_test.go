package complaint

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRegister(t *testing.T) {
	const (
		ack      = "acknowledgement to complainant s.vermeer@tcz.example"
		forward  = "forward to assessor n.korst@vapro.example"
		register = "registration to manager m.vandalen@huis.example"
	)
	tests := []struct {
		name   string
		house  func(*House)
		submit func(*Submission)
		want   []string
		stage  Stage
	}{
		{"complete", nil, nil, []string{ack, forward, register}, StageAssessing},
		{"incomplete waits for the complainant", nil,
			func(s *Submission) { s.Fields = without(s.Fields, FieldPhone) }, []string{ack, register}, StageRegistered},
		{"the manager assigns", func(h *House) { h.Automatic = false }, nil, []string{ack, register}, StageRegistered},
		{"no machine may answer", nil,
			func(s *Submission) { s.NoAnswer = "automatisch" }, []string{forward, register}, StageAssessing},
		{"nowhere to answer", nil, func(s *Submission) { s.ReplyTo = "" }, []string{forward, register}, StageAssessing},
		{"about the assessor", nil,
			func(s *Submission) { s.Text = "De heer Korst heeft mij uitgelachen." }, []string{ack, register}, StageRegistered},
		{"addressed to the assessor", nil,
			func(s *Submission) { s.Text = "Geachte heer Korst,\nDe trainer kwam niet." }, []string{ack, forward, register}, StageAssessing},
		{"about the manager, with a deputy", func(h *House) { h.Deputy = deputy },
			func(s *Submission) { s.Text = "Mevrouw Van Dalen belt nooit terug." },
			[]string{ack, forward, "registration to manager j.prins@huis.example"}, StageAssessing},
		{"about the manager, without a deputy", nil,
			func(s *Submission) { s.Text = "Mevrouw Van Dalen belt nooit terug." }, []string{ack, forward}, StageAssessing},
		{"a name inside another word names nobody", nil,
			func(s *Submission) { s.Text = "De korstmossen waren droog." }, []string{ack, forward, register}, StageAssessing},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			house, s := testHouse(), submission(t)
			if tt.house != nil {
				tt.house(house)
			}
			if tt.submit != nil {
				tt.submit(&s)
			}
			p := begin(t, house, s)
			if diff := cmp.Diff(tt.want, sent(p.letters)); diff != "" {
				t.Error(diff)
			}
			if p.c.Stage != tt.stage {
				t.Errorf("stage %s, want %s", p.c.Stage, tt.stage)
			}
		})
	}
}

func TestRegisterCountsFromReceipt(t *testing.T) {
	s := submission(t)
	s.Received = at(t, "2026-04-02 23:59")
	if c := begin(t, testHouse(), s).c; c.Received != day(t, "2026-04-02") {
		t.Errorf("received %s at one minute to midnight", c.Received)
	}
	s.Dated = day(t, "2026-03-30")
	if c := begin(t, testHouse(), s).c; c.Received != day(t, "2026-03-30") {
		t.Errorf("received %s, want the day that a person gave", c.Received)
	}
}

func TestSupplement(t *testing.T) {
	t.Run("what was missing sends the complaint on", func(t *testing.T) {
		s := submission(t)
		s.Fields = without(s.Fields, FieldPhone, FieldMotivation)
		p := begin(t, testHouse(), s)
		now := at(t, "2026-04-03 10:00")
		letters := p.follow(now, RoleComplainant, p.house.Amend(now, p.c, Fields{FieldPhone: {"+31612345678", "text"}}, nil, "bb", true))
		want := []string{"passed_on to manager m.vandalen@huis.example", "supplemented to complainant s.vermeer@tcz.example"}
		if diff := cmp.Diff(want, sent(letters)); diff != "" {
			t.Error(diff)
		}
		letters = p.follow(now, RoleComplainant, p.house.Amend(now, p.c, Fields{FieldMotivation: {"Wij betaalden.", "text"}}, nil, "cc", true))
		want = []string{"forward to assessor n.korst@vapro.example", "passed_on to assessor n.korst@vapro.example", "supplemented to complainant s.vermeer@tcz.example"}
		if diff := cmp.Diff(want, sent(letters)); diff != "" {
			t.Error(diff)
		}
		if !p.c.Complete() || p.c.Received != day(t, "2026-04-02") {
			t.Errorf("complete %v, received %s: the day of submission stays", p.c.Complete(), p.c.Received)
		}
	})
	t.Run("what was known is not overwritten", func(t *testing.T) {
		p := begin(t, testHouse(), submission(t))
		now := at(t, "2026-04-03 10:00")
		letters := p.follow(now, RoleComplainant, p.house.Amend(now, p.c, Fields{FieldPhone: {"+31201234567", "text"}}, nil, "bb", true))
		if got := p.c.Fields.Value(FieldPhone); got != "+31612345678" {
			t.Errorf("phone became %s", got)
		}
		if diff := cmp.Diff([]string{"passed_on to assessor n.korst@vapro.example"}, sent(letters)); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("a machine is not thanked", func(t *testing.T) {
		s := submission(t)
		s.Fields = without(s.Fields, FieldPhone)
		p := begin(t, testHouse(), s)
		now := at(t, "2026-04-03 10:00")
		for _, l := range p.follow(now, RoleComplainant, p.house.Amend(now, p.c, Fields{FieldPhone: {"+31612345678", "text"}}, nil, "bb", false)) {
			if l.Role == RoleComplainant {
				t.Errorf("%s went to the complainant", l.Kind)
			}
		}
	})
}

func TestAcknowledgementThatDoesNotArrive(t *testing.T) {
	p := begin(t, testHouse(), submission(t))
	now := at(t, "2026-04-02 14:01")
	p.acknowledge(now)
	if p.c.Acknowledged != day(t, "2026-04-02") {
		t.Fatalf("acknowledged %s", p.c.Acknowledged)
	}
	letters := p.follow(now, RoleSystem, p.house.Undelivered(p.c, LetterAcknowledgement, RoleComplainant, "5.1.1"))
	if diff := cmp.Diff([]string{"alarm to manager m.vandalen@huis.example"}, sent(letters)); diff != "" {
		t.Error(diff)
	}
	if !p.c.Acknowledged.IsZero() || p.c.NotDelivered.IsZero() {
		t.Error("the term still counts as met")
	}
	if o := p.house.Undelivered(p.c, LetterAlarm, RoleManager, ""); len(o.Letters) != 0 {
		t.Error("an alarm about an alarm")
	}
}

func TestFile(t *testing.T) {
	house := testHouse()
	assigned := begin(t, house, submission(t)).c
	s := submission(t)
	s.Fields = without(s.Fields, FieldPhone)
	waiting := begin(t, house, s).c
	tests := []struct {
		name   string
		c      Case
		readAs string
		want   []string
	}{
		{"with the assessor", assigned, "", []string{"passed_on to assessor n.korst@vapro.example"}},
		{"with nobody yet", waiting, "", []string{"passed_on to manager m.vandalen@huis.example"}},
		{"an objection before there is a decision", assigned, "objection", []string{"passed_on to assessor n.korst@vapro.example"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, sent(house.File(tt.c, RoleComplainant, tt.readAs, "bb").Letters)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Klachtenprocedure 5: where a complaint is about the manager and there is no deputy, nobody can assign it:
// it goes to an assessor whom it is not about, also where nothing is forwarded by itself.
func TestAboutTheManagerWithoutADeputy(t *testing.T) {
	const about = "Mevrouw Van Dalen luistert niet. De heer Korst ook niet."
	for _, tt := range []struct {
		name  string
		text  string
		house func(*House)
		want  string // who assesses; "" = the manager has to assign
	}{
		{"to the default assessor", "Mevrouw Van Dalen luistert niet.", func(*House) {}, korst.Email},
		{"also where the manager always assigns", "Mevrouw Van Dalen luistert niet.", func(h *House) { h.Automatic = false }, korst.Email},
		{"about him too: to the next", about, func(*House) {}, bakker.Email},
		{"about the only assessor too: nobody is left but the manager", about, func(h *House) { h.Assessors = h.Assessors[:1] }, ""},
		{"about both, with a deputy", about, func(h *House) { h.Deputy = deputy }, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h, s := testHouse(), submission(t)
			tt.house(h)
			s.Text = tt.text
			p := begin(t, h, s)
			if p.c.Assessor.Email != tt.want {
				t.Errorf("assessed by %q", p.c.Assessor.Email)
			}
			if told := len(p.letters); told < 2 {
				t.Errorf("only %d letters: nobody of the house was told", told)
			}
		})
	}
	p := begin(t, testHouse(), Submission{Reference: Reference{2026, 7}, Channel: ChannelMail, Received: at(t, "2026-04-02 14:00"), Fields: allFields(), ReplyTo: "s.vermeer@tcz.example", Text: "Mevrouw Van Dalen luistert niet."})
	p.order("2026-04-03 10:00", Order{Verb: VerbHandBack, By: RoleAssessor, Text: why})
	if p.c.Assessor.Email != bakker.Email || p.c.Stage != StageAssessing {
		t.Errorf("handed back: now with %q", p.c.Assessor.Email)
	}
	if _, _, refusal := p.house.Carry(at(t, "2026-04-07 10:00"), p.c, Order{Verb: VerbHandBack, By: RoleAssessor, Text: why}); refusal == nil {
		t.Error("handed back to nobody")
	}
}
