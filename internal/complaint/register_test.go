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
		letters := p.follow(now, RoleComplainant, p.house.Supplement(now, p.c, Fields{FieldPhone: {"+31612345678", "text"}}, "bb", true))
		want := []string{"passed_on to manager m.vandalen@huis.example", "supplemented to complainant s.vermeer@tcz.example"}
		if diff := cmp.Diff(want, sent(letters)); diff != "" {
			t.Error(diff)
		}
		letters = p.follow(now, RoleComplainant, p.house.Supplement(now, p.c, Fields{FieldMotivation: {"Wij betaalden.", "text"}}, "cc", true))
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
		letters := p.follow(now, RoleComplainant, p.house.Supplement(now, p.c, Fields{FieldPhone: {"+31201234567", "text"}}, "bb", true))
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
		for _, l := range p.follow(now, RoleComplainant, p.house.Supplement(now, p.c, Fields{FieldPhone: {"+31612345678", "text"}}, "bb", false)) {
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
