package complaint

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	prins = Person{Name: "Els Prins", Salutation: "mevr.", Email: "e.prins@mediation.example"}
	bos   = Member{Person{Name: "Carla Bos", Salutation: "mevr.", Email: "c.bos@huis.example"}, []string{"Zorg"}}
	vos   = Member{Person{Name: "Wim Vos", Salutation: "dhr.", Email: "w.vos@huis.example"}, nil}
	tied  = Member{Person{Name: "Tim Band", Salutation: "dhr.", Email: "t.band@huis.example"}, []string{"Techniek"}}
)

func wholeHouse() *House {
	h := testHouse()
	h.Mediators, h.Committee = []Person{prins}, []Member{bos, vos, tied}
	h.Products = []Product{{Name: "Procesoperator B", Department: "Techniek"}}
	return h
}

// step is one line of a story: somebody orders something at a time, and what follows.
type step struct {
	at      string // "2026-04-10 09:00"; "sweep 2026-04-21" is a morning
	by      Role
	verb    Verb
	on      string
	whom    string
	text    string
	refusal string // part of it; "" when it is carried out
	stage   Stage
	letters string // kinds and roles, in order
	terms   string // the terms that are open afterwards, with their last day; "" is not looked at
}

func (s step) String() string { return s.at + " " + string(s.by) + " " + string(s.verb) }

func (p *history) step(t *testing.T, s step) {
	t.Helper()
	var letters []Letter
	if morning, ok := strings.CutPrefix(s.at, "sweep "); ok {
		out := p.morning(morning)
		letters = out.Letters
	} else {
		o := Order{Verb: s.verb, By: s.by, Whom: s.whom, Text: s.text}
		if s.on != "" {
			o.On = day(t, s.on)
		}
		now := at(t, s.at)
		out, done, refusal := p.house.Carry(now, p.c, o)
		switch {
		case refusal != nil && s.refusal == "":
			t.Fatalf("%s: refused: %s", s, refusal.Reason)
		case refusal == nil && s.refusal != "":
			t.Fatalf("%s: carried out: %s", s, done)
		case refusal != nil && !strings.Contains(refusal.Reason, s.refusal):
			t.Errorf("%s: refused because %q, not %q", s, refusal.Reason, s.refusal)
		case refusal == nil && done == "":
			t.Errorf("%s: nothing said about what was recorded", s)
		}
		p.follow(now, s.by, out)
		letters = out.Letters
	}
	var got []string
	for _, l := range letters {
		got = append(got, string(l.Kind)+">"+string(l.Role))
	}
	if text := strings.Join(got, " "); s.refusal == "" && text != s.letters {
		t.Errorf("%s: letters %q, want %q", s, text, s.letters)
	}
	if s.stage != "" && p.c.Stage != s.stage {
		t.Errorf("%s: stage %s, want %s", s, p.c.Stage, s.stage)
	}
	if s.terms != "" {
		if diff := cmp.Diff(s.terms, p.openTerms()); diff != "" {
			t.Errorf("%s: terms %s", s, diff)
		}
	}
}

func (p *history) openTerms() string {
	var open []string
	for _, t := range p.house.Terms(p.c) {
		if t.Open() {
			open = append(open, string(t.Kind)+" "+t.Due.String())
		}
	}
	return strings.Join(open, ", ")
}

const (
	asComplainant, asManager, asAssessor, asMediator, asChair = RoleComplainant, RoleManager, RoleAssessor, RoleMediator, RoleCommittee
	why                                                       = "Omdat het zo is afgesproken."
)

// toDecision is the shortest way to a decision for the complainant, on Friday 10 April 2026.
var toDecision = []step{
	{at: "2026-04-09 10:00", by: asAssessor, verb: VerbFounded, text: why, stage: StageConsulting, letters: "consultation>manager"},
	{at: "2026-04-10 10:00", by: asManager, verb: VerbAgree, stage: StageDecided, letters: "decision>complainant decision>manager"},
}

// toObjection goes on to an objection in time, on Monday 20 April 2026.
var toObjection = append(slices.Clone(toDecision),
	step{at: "2026-04-20 10:00", by: asComplainant, verb: VerbObject, text: "Niet eens.", stage: StageObjection, letters: "objection>complainant objection>manager"})

func TestProcedure(t *testing.T) {
	for _, story := range []struct {
		name  string
		house func(*House)
		form  func(*Submission)
		steps []step
	}{
		{name: "informal phase, settled and opened again", steps: []step{
			{at: "2026-04-03 10:00", by: asManager, verb: VerbInformal, stage: StageInformal, letters: "informal>complainant informal>mediator informal>assessor", terms: "informal 2026-04-20"},
			{at: "2026-04-07 10:00", by: asAssessor, verb: VerbContact, refusal: "informele fase"},
			{at: "2026-04-07 10:00", by: asMediator, verb: VerbSettled, refusal: "afgesproken"},
			{at: "sweep 2026-04-20", stage: StageInformal},
			{at: "2026-04-21 10:00", by: asMediator, verb: VerbSettled, text: "Nieuwe training.", stage: StageClosed, letters: "settled>complainant settled>manager settled>assessor", terms: "keep 2027-04-21"},
			{at: "2026-04-22 10:00", by: asAssessor, verb: VerbContact, refusal: "afgesloten"},
			{at: "2026-04-23 10:00", by: asManager, verb: VerbFormal, stage: StageAssessing, letters: "formal>assessor formal>complainant", terms: "contact 2026-05-08"},
		}},
		{name: "informal phase with somebody from outside, then formal", steps: []step{
			{at: "2026-04-03 10:00", by: asManager, verb: VerbInformal, whom: "niemand", refusal: "naam en e-mailadres"},
			{at: "2026-04-03 10:00", by: asManager, verb: VerbInformal, whom: "N. Korst <n.korst@vapro.example>", refusal: "onafhankelijk"},
			{at: "2026-04-03 10:00", by: asManager, verb: VerbInformal, whom: "Anna de Wit <a.dewit@elders.example>", stage: StageInformal, letters: "informal>complainant informal>mediator informal>assessor"},
			{at: "2026-04-13 10:00", by: asMediator, verb: VerbFormal, stage: StageAssessing, letters: "formal>assessor formal>complainant formal>manager", terms: "contact 2026-04-28"},
			{at: "2026-04-14 10:00", by: asMediator, verb: VerbSettled, text: "x", refusal: "informele fase"},
		}},
		{name: "3 and 5: a conflict of interest", form: func(s *Submission) { s.Text = "De heer Korst heeft mij uitgelachen." }, steps: []step{
			{at: "2026-04-02 15:00", by: asManager, verb: VerbAssign, whom: "bakker", stage: StageAssessing, letters: "forward>assessor"},
		}},
		{name: "6: remarks, and the next judgement is final", steps: []step{
			{at: "2026-04-09 10:00", by: asAssessor, verb: VerbUnfounded, refusal: "waarom"},
			{at: "2026-04-09 10:00", by: asAssessor, verb: VerbUnfounded, text: why, stage: StageConsulting, letters: "consultation>manager", terms: "contact 2026-04-17, consult 2026-04-13"},
			{at: "2026-04-10 10:00", by: asManager, verb: VerbRemark, refusal: "meegeven"},
			{at: "2026-04-10 10:00", by: asManager, verb: VerbRemark, text: "Kijk nog eens.", stage: StageAssessing, letters: "remarks>assessor", terms: "contact 2026-04-17"},
			{at: "2026-04-13 10:00", by: asAssessor, verb: VerbPartlyFounded, text: why, stage: StageDecided, letters: "decision>complainant decision>manager", terms: "object 2026-04-28, measures 2026-04-24"},
		}},
		{name: "6 and 14: silence does not hold up what is binding", steps: []step{
			{at: "2026-04-09 10:00", by: asAssessor, verb: VerbUnfounded, text: why, stage: StageConsulting, letters: "consultation>manager"},
			{at: "2026-04-13 10:00", by: asAssessor, verb: VerbFinal, refusal: "maandag 13 april 2026"},
			{at: "2026-04-14 10:00", by: asAssessor, verb: VerbFinal, stage: StageDecided, letters: "decision>complainant decision>manager", terms: "object 2026-04-29"},
		}},
		{name: "7: contact by a message, and by nothing before the decision", steps: []step{
			{at: "2026-04-07 10:00", by: asAssessor, verb: VerbMessage, refusal: "wat de indiener moet lezen"},
			{at: "2026-04-07 10:00", by: asManager, verb: VerbMessage, text: "Wij zijn bezig.", letters: "message>complainant", terms: "contact 2026-04-17"},
			{at: "2026-04-07 10:00", by: asAssessor, verb: VerbMessage, text: "Ik bel u morgen.", letters: "message>complainant", terms: ""},
			{at: "2026-04-08 10:00", by: asAssessor, verb: VerbContact, refusal: "al gemeld"},
		}},
		{name: "7: a delay to a day on which nobody works", steps: []step{
			{at: "2026-04-09 10:00", by: asAssessor, verb: VerbDelay, on: "2026-04-27", text: "Ziek.", refusal: "Koningsdag"},
			{at: "2026-04-09 10:00", by: asAssessor, verb: VerbDelay, on: "2026-04-28", text: "Ziek.", letters: "delay>complainant delay>manager", terms: "contact 2026-04-28"},
			{at: "2026-04-28 10:00", by: asAssessor, verb: VerbDelay, on: "2026-05-01", text: "Nog ziek.", letters: "delay>complainant delay>manager", terms: "contact 2026-05-01"},
		}},
		{name: "8 and 14: measures, and the case closes by itself", steps: append(slices.Clone(toDecision),
			step{at: "2026-04-13 10:00", by: asManager, verb: VerbMeasure, refusal: "wat er gaat gebeuren"},
			step{at: "2026-04-13 10:00", by: asManager, verb: VerbMeasure, text: "Excuses.", terms: "object 2026-04-24, measures 2026-04-24"},
			step{at: "2026-04-13 10:00", by: asManager, verb: VerbMeasure, text: "Nieuwe training.", on: "2026-04-23"},
			step{at: "2026-04-14 10:00", by: asManager, verb: VerbNoMeasure, refusal: "open: 1, 2"},
		)},
		{name: "9: an objection that is too late, not admitted", steps: append(slices.Clone(toDecision),
			step{at: "2026-04-13 10:00", by: asManager, verb: VerbNoMeasure, stage: StageDecided},
			step{at: "sweep 2026-04-28", stage: StageClosed, terms: "keep 2027-04-25"},
			step{at: "2026-04-29 10:00", by: asComplainant, verb: VerbObject, text: "Niet eens.", stage: StageObjection, letters: "objection>complainant objection>manager"},
			step{at: "2026-04-29 11:00", by: asManager, verb: VerbCommittee, whom: "bos", refusal: "te laat"},
			step{at: "2026-04-29 12:00", by: asManager, verb: VerbNotAdmit, refusal: "waarom"},
			step{at: "2026-04-30 10:00", by: asManager, verb: VerbNotAdmit, text: "Geen reden gegeven.", stage: StageClosed, letters: "admission>complainant"},
		)},
		{name: "9: an objection that is too late, admitted", steps: append(slices.Clone(toDecision),
			step{at: "2026-04-28 10:00", by: asComplainant, verb: VerbObject, text: "Ik lag in het ziekenhuis.", stage: StageObjection, letters: "objection>complainant objection>manager"},
			step{at: "2026-04-29 10:00", by: asManager, verb: VerbAdmit, stage: StageObjection, letters: "admission>complainant", terms: "measures 2026-04-24, objection_decision 2026-05-26"},
			step{at: "2026-04-29 11:00", by: asManager, verb: VerbNotAdmit, text: "Toch niet.", refusal: "wordt al behandeld"},
		)},
		{name: "10: who may sit on the committee", steps: append(slices.Clone(toObjection),
			step{at: "2026-04-21 10:00", by: asManager, verb: VerbCommittee, whom: "Band", refusal: "afdeling Techniek"},
			step{at: "2026-04-21 10:00", by: asManager, verb: VerbCommittee, whom: "iemand", refusal: "mevr. Carla Bos"},
			step{at: "2026-04-21 10:00", by: asManager, verb: VerbCommittee, whom: "n.korst@vapro.example", refusal: "kennen"},
			step{at: "2026-04-21 10:00", by: asManager, verb: VerbCommittee, whom: "bos, w.vos@huis.example", letters: "committee>committee committee>member", terms: "measures 2026-04-24, objection_decision 2026-05-18"},
			step{at: "2026-04-22 10:00", by: asManager, verb: VerbCommittee, whom: "vos", letters: "committee>committee withdrawn>member"},
		)},
		{name: "11: extended within the four weeks only", steps: append(slices.Clone(toObjection),
			step{at: "2026-04-21 10:00", by: asManager, verb: VerbCommittee, whom: "bos en vos", letters: "committee>committee committee>member"},
			step{at: "2026-05-18 10:00", by: asChair, verb: VerbExtend, on: "2026-05-29", text: "Een getuige is op reis.", letters: "extension>complainant extension>manager", terms: "measures 2026-04-24, objection_decision 2026-05-29"},
			step{at: "2026-05-19 10:00", by: asChair, verb: VerbExtend, on: "2026-06-05", text: "Nog steeds.", refusal: "maandag 18 mei 2026"},
		)},
		{name: "12 and 14: the committee decides, and its measures count from then", steps: append(slices.Clone(toObjection),
			step{at: "2026-04-20 11:00", by: asManager, verb: VerbMeasure, text: "Excuses."},
			step{at: "2026-04-20 12:00", by: asManager, verb: VerbDone, stage: StageObjection},
			step{at: "2026-04-21 10:00", by: asManager, verb: VerbCommittee, whom: "bos", letters: "committee>committee"},
			step{at: "2026-05-11 10:00", by: asChair, verb: VerbFounded, refusal: "waarom"},
			step{at: "2026-05-11 10:00", by: asChair, verb: VerbFounded, text: why, stage: StageDecided, letters: "objection_decision>complainant objection_decision>manager objection_decision>assessor", terms: "measures 2026-05-22"},
			step{at: "2026-05-12 10:00", by: asManager, verb: VerbNoMeasure, stage: StageClosed},
			step{at: "2026-05-13 10:00", by: asComplainant, verb: VerbObject, refusal: "geen bezwaar meer"},
		)},
		{name: "withdrawn, and taken back", steps: []step{
			{at: "2026-04-07 10:00", by: asComplainant, verb: VerbWithdraw, stage: StageClosed, letters: "closed>complainant closed>manager closed>assessor"},
			{at: "2026-04-08 10:00", by: asManager, verb: VerbFormal, stage: StageAssessing, letters: "formal>assessor formal>complainant", terms: "contact 2026-04-22"},
		}},
		{name: "closed by hand", steps: []step{
			{at: "2026-04-07 10:00", by: asManager, verb: VerbClose, refusal: "waarom"},
			{at: "2026-04-07 10:00", by: asManager, verb: VerbClose, text: "Dubbel ingediend.", stage: StageClosed, letters: "closed>complainant closed>assessor", terms: "keep 2027-04-07"},
			{at: "2026-04-08 10:00", by: asManager, verb: VerbFormal, refusal: "door de manager afgesloten"},
		}},
		{name: "no complaint after all, and one after all", steps: []step{
			{at: "2026-04-03 10:00", by: asManager, verb: VerbNoComplaint, stage: StageClosed, letters: "closed>complainant closed>assessor"},
			{at: "2026-04-07 10:00", by: asManager, verb: VerbComplaint, stage: StageAssessing, letters: "forward>assessor formal>complainant", terms: "contact 2026-04-17"},
			{at: "2026-04-07 11:00", by: asManager, verb: VerbComplaint, refusal: "afgesloten"},
		}},
		{name: "who may what", steps: []step{
			{at: "2026-04-03 10:00", by: asAssessor, verb: VerbAgree, refusal: "uw rol"},
			{at: "2026-04-03 10:00", by: asManager, verb: VerbFounded, text: why, refusal: "uw rol"},
			{at: "2026-04-03 10:00", by: asManager, verb: VerbAgree, refusal: "overleg over het oordeel"},
			{at: "2026-04-03 10:00", by: asChair, verb: VerbFounded, text: why, refusal: "bezwaar in behandeling"},
			{at: "2026-04-03 10:00", by: asComplainant, verb: VerbObject, text: why, refusal: "“beslist”"},
		}},
		{name: "about the manager, without a deputy: the assessor stands alone", form: func(s *Submission) { s.Text = "Mevrouw Van Dalen luistert niet naar ons." }, steps: []step{
			{at: "2026-04-09 10:00", by: asAssessor, verb: VerbFounded, text: why, stage: StageDecided, letters: "decision>complainant decision>assessor"},
			{at: "2026-04-10 10:00", by: asAssessor, verb: VerbMeasure, text: "Excuses.", terms: "object 2026-04-23, measures 2026-04-23"},
			{at: "2026-04-13 10:00", by: asAssessor, verb: VerbDone, stage: StageDecided},
			{at: "sweep 2026-04-24", stage: StageClosed},
		}},
		{name: "nobody to answer: the manager tells it", form: func(s *Submission) { s.ReplyTo, s.NoAnswer = "", "er is geen e-mailadres van de indiener bekend" }, steps: []step{
			{at: "2026-04-07 10:00", by: asAssessor, verb: VerbMessage, text: "Dag.", refusal: "geen e-mailadres"},
			{at: "2026-04-09 10:00", by: asAssessor, verb: VerbUnfounded, text: why, stage: StageConsulting, letters: "consultation>manager"},
			{at: "2026-04-10 10:00", by: asManager, verb: VerbAgree, stage: StageDecided, letters: "by_hand>manager decision>manager"},
		}},
	} {
		t.Run(story.name, func(t *testing.T) {
			h, s := wholeHouse(), submission(t)
			if story.house != nil {
				story.house(h)
			}
			if story.form != nil {
				story.form(&s)
			}
			p := begin(t, h, s)
			if p.c.Answerable() {
				p.acknowledge(at(t, "2026-04-02 14:01"))
			}
			for _, s := range story.steps {
				p.step(t, s)
			}
		})
	}
}

// Every stage that the table reaches is reachable, and every rule is whole. That every step of the table is
// taken by somebody is proved with random histories.
func TestRulesAreWhole(t *testing.T) {
	reached := map[Stage]bool{StageRegistered: true}
	for range Stages() {
		for _, from := range Stages() {
			for _, to := range Stages() {
				if reached[from] && mayFollow(from, to) {
					reached[to] = true
				}
			}
		}
	}
	for _, stage := range Stages() {
		if !reached[stage] {
			t.Errorf("stage %s is never reached", stage)
		}
	}
	for _, r := range Rules() {
		if len(r.By) == 0 || len(r.From) == 0 || r.carry == nil {
			t.Errorf("rule of %s is not whole", r.Verb)
		}
	}
	for _, forbidden := range [][2]Stage{{StageRegistered, StageDecided}, {StageAssessing, StageObjection}, {StageInformal, StageConsulting}, {StageClosed, StageConsulting}} {
		if mayFollow(forbidden[0], forbidden[1]) {
			t.Errorf("%s may follow %s", forbidden[1], forbidden[0])
		}
	}
}
