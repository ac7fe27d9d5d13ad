package complaint

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEveryFactSurvivesTheStore(t *testing.T) {
	examples := []Fact{
		&Registered{Reference: Reference{2026, 7}, Channel: ChannelMail, Received: day(t, "2026-04-02"), Fields: allFields(), ReplyTo: "a@b.example", Conflict: ConflictAssessor, Reasons: []string{"x"}, Original: "aa"},
		&Acknowledged{On: day(t, "2026-04-02"), ByHand: true},
		&Undelivered{Letter: LetterAcknowledgement, To: RoleComplainant, Status: "5.1.1"},
		&Supplemented{Fields: Fields{FieldPhone: {"+31612345678", "text"}}, Original: "bb"},
		&Corrected{Fields: Fields{FieldPhone: {Value: "+31612345699", Source: "reply"}}, Original: "x"},
		&Message{From: RoleComplainant, Original: "cc", ReadAs: "objection"},
		&Assigned{Assessor: korst, Automatic: true, Incomplete: true},
		&HandedBack{Reason: "afwezig"},
		&Contacted{On: day(t, "2026-04-07"), Note: "gebeld"},
		&Reminded{Term: TermContact, Due: day(t, "2026-04-17"), Step: day(t, "2026-04-16"), Late: true, To: []Role{RoleAssessor}},
		&DataRequested{},
		&Refused{Role: RoleManager, Verb: VerbAssign, Reason: "niemand"},
		&NotAuthentic{Claimed: RoleAssessor, Reason: "geen code", Original: "dd"},
		&Ordered{For: RoleAssessor, Command: "contact"},
		&DelayAnnounced{Until: day(t, "2026-04-24"), Reason: "ziek"},
		&InformalStarted{Mediator: prins},
		&Settled{Agreement: "Excuses."},
		&Formal{},
		&Judged{Verdict: PartlyFounded, Motivation: "x"},
		&Agreed{},
		&Remarked{Remarks: "x"},
		&Decided{Verdict: Founded, Motivation: "x"},
		&MeasurePlanned{Number: 1, What: "x", Due: day(t, "2026-04-24")},
		&MeasurePlanned{Number: 2, What: "x"},
		&MeasureDone{Number: 1},
		&NoMeasures{Reason: "x"},
		&Objected{On: day(t, "2026-04-24"), Late: true, Original: "ee", Words: "x"},
		&Admitted{Reason: "x"},
		&NotAdmitted{Reason: "x"},
		&CommitteeAppointed{Members: []Person{bos.Person, vos.Person}},
		&Extended{Until: day(t, "2026-05-24"), Reason: "x"},
		&ObjectionDecided{Verdict: Unfounded, Motivation: "x"},
		&MessageSent{From: RoleAssessor, Body: "x"},
		&Withdrawn{},
		&Closed{On: day(t, "2026-05-24"), How: ClosedByManager, Reason: "x"},
		&Reopened{},
	}
	covered := map[Kind]bool{}
	for _, fact := range examples {
		covered[fact.Kind()] = true
		payload, err := EncodeFact(fact)
		if err != nil {
			t.Fatal(err)
		}
		back, err := DecodeFact(fact.Kind(), payload)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(fact, back); diff != "" {
			t.Errorf("%s: %s", fact.Kind(), diff)
		}
		if fact.Text() == "" {
			t.Errorf("%s tells nothing in the timeline", fact.Kind())
		}
	}
	for kind := range facts {
		if !covered[kind] {
			t.Errorf("no example of %s", kind)
		}
	}
	if _, err := DecodeFact("burned", nil); err == nil {
		t.Error("an unknown kind was decoded")
	}
}

func TestFoldIsTheHistory(t *testing.T) {
	p := begin(t, testHouse(), submission(t))
	p.acknowledge(at(t, "2026-04-02 14:01"))
	p.morning("2026-04-14")
	p.morning("2026-04-20")
	for range 2 {
		if diff := cmp.Diff(p.c, Fold(p.events, amsterdam), cmp.AllowUnexported(Case{}, termKey{})); diff != "" {
			t.Error(diff)
		}
	}
}

func TestEveryNameHasItsLabel(t *testing.T) {
	for _, name := range FieldNames() {
		if name.Label() == string(name) {
			t.Errorf("field %s has no Dutch name", name)
		}
	}
	for _, stage := range Stages() {
		if stage.Label() == string(stage) {
			t.Errorf("stage %s has no Dutch name", stage)
		}
	}
	for _, kind := range letterKinds() {
		if kind.Label() == string(kind) {
			t.Errorf("letter %s has no Dutch name", kind)
		}
	}
}

func TestReference(t *testing.T) {
	for said, want := range map[string]Reference{"K-2026-0007": {2026, 7}, "k-2026-12345": {2026, 12345}} {
		got, err := ParseReference(said)
		if err != nil || got != want {
			t.Errorf("%s: %v, %v", said, got, err)
		}
	}
	for _, said := range []string{"", "K-2026-7", "K-26-0007", "K-2026-0007x", "T-2026-0007"} {
		if _, err := ParseReference(said); err == nil {
			t.Errorf("%q was read as a reference", said)
		}
	}
}
