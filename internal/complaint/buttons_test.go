package complaint

import (
	"slices"
	"testing"
)

// What a letter asks for is what its first button does, and what settles a term is the first button of its reminder.
func TestWhatIsAskedStandsFirst(t *testing.T) {
	h := testHouse()
	verdict := &Judgement{Verdict: PartlyFounded, Motivation: "De trainer kwam niet."}
	assessing := Case{Stage: StageAssessing, ReplyTo: "a@voorbeeld.example", Assessor: h.Assessors[0]}
	consulting := assessing
	consulting.Stage, consulting.Judgement = StageConsulting, verdict
	objection := assessing
	objection.Stage, objection.Judgement, objection.Decision = StageObjection, verdict, verdict
	objection.Objection = &Objection{Admitted: true}
	late := objection
	late.Objection = &Objection{Late: true}
	for _, test := range []struct {
		name string
		got  []Verb
		want []Verb
	}{
		{"remarks ask for a judgement, though there was no contact", h.OptionsFor(LetterRemarks, assessing, RoleAssessor), []Verb{VerbFounded, VerbPartlyFounded, VerbUnfounded, VerbContact}},
		{"the file asks for contact first", h.OptionsFor(LetterForward, assessing, RoleAssessor), []Verb{VerbContact, VerbDelay}},
		{"a consultation offers the measures that it speaks of", h.OptionsFor(LetterConsultation, consulting, RoleManager), []Verb{VerbAgree, VerbRemark, VerbMeasure}},
		{"an objection asks for a committee", h.OptionsFor(LetterObjection, objection, RoleManager), []Verb{VerbCommittee}},
		{"a late one asks whether it is dealt with", h.OptionsFor(LetterObjection, late, RoleManager), []Verb{VerbAdmit, VerbNotAdmit}},
		{"a message asks for an answer", h.OptionsFor(LetterPassedOn, assessing, RoleAssessor), []Verb{VerbMessage}},
		{"a reminder of the contact", h.OptionsOf(TermContact, assessing, RoleAssessor), []Verb{VerbContact, VerbDelay, VerbMessage}},
		{"its escalation", h.OptionsOf(TermContact, assessing, RoleManager), []Verb{VerbMessage}},
		{"a reminder of the committee", h.OptionsOf(TermObjectionDecision, objection, RoleCommittee), []Verb{VerbFounded, VerbPartlyFounded, VerbUnfounded, VerbExtend}},
	} {
		if len(test.got) < len(test.want) || !slices.Equal(test.got[:len(test.want)], test.want) {
			t.Errorf("%s: %v, want first %v", test.name, test.got, test.want)
		}
	}
	if got := h.OptionsOf(TermContact, assessing, RoleAssessor); slices.Contains(got, VerbFounded) {
		t.Errorf("a reminder of the contact offers a judgement, which does not settle it: %v", got)
	}
	if got := h.OptionsFor(LetterNotAuthentic, assessing, RoleManager); len(got) > 0 {
		t.Errorf("beside a message that nobody trusts there are buttons: %v", got)
	}
}

// An assessor who stands in for the manager finds what is his own before what is the manager's.
func TestOwnOptionsStandFirst(t *testing.T) {
	h := testHouse()
	c := Case{Stage: StageAssessing, ReplyTo: "a@voorbeeld.example", Assessor: h.Assessors[0], Conflict: ConflictManager}
	h.Deputy = Person{}
	verbs := h.OptionsFor(LetterForward, c, RoleAssessor)
	own, other := slices.Index(verbs, VerbHandBack), slices.Index(verbs, VerbAssign)
	if own < 0 || other < 0 || own > other {
		t.Errorf("the options are %v", verbs)
	}
}
