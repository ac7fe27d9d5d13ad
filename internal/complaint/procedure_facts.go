package complaint

import (
	"fmt"
	"strings"

	"klikonderwijs.nl/klachtd/internal/workday"
)

// InformalStarted says that a mediator tries to settle it first (the informal phase).
type InformalStarted struct {
	Mediator Person `json:"mediator"`
}

// Settled says that the informal phase ended with an agreement.
type Settled struct {
	Agreement string `json:"agreement"`
}

// Formal says that the formal procedure starts, or goes on: its terms count from this day.
type Formal struct{}

// Judged is the assessor's judgement, on which the manager is consulted (Klachtenprocedure 6).
type Judged struct {
	Verdict    Verdict `json:"verdict"`
	Motivation string  `json:"motivation"`
}

// Agreed says that the manager agrees with the judgement.
type Agreed struct{}

// Remarked holds the manager's remarks on the judgement; the assessor's next one is final.
type Remarked struct {
	Remarks string `json:"remarks"`
}

// Decided is the decision that the complainant gets (Klachtenprocedure 8). It is binding (14).
type Decided struct {
	Verdict    Verdict `json:"verdict"`
	Motivation string  `json:"motivation"`
}

// MeasurePlanned is a measure that follows from a decision (Klachtenprocedure 14).
type MeasurePlanned struct {
	Number int          `json:"number"` // 1 for the first of the case
	What   string       `json:"what"`
	Due    workday.Date `json:"due,omitzero"` // zero: the last day of the term
}

// MeasureDone says that a measure has been carried out.
type MeasureDone struct {
	Number int `json:"number"`
}

// NoMeasures says that a decision asks for no measure, or for no other one.
type NoMeasures struct {
	Reason string `json:"reason,omitempty"`
}

// Objected is the complainant's objection to the decision (Klachtenprocedure 9).
type Objected struct {
	On       workday.Date `json:"on"`
	Late     bool         `json:"late,omitempty"`
	Original string       `json:"original,omitempty"`
	Words    string       `json:"words,omitempty"` // when it came by letter or telephone
}

// Admitted says that a late objection is handled all the same.
type Admitted struct {
	Reason string `json:"reason,omitempty"`
}

// NotAdmitted says that a late objection is not handled, and why.
type NotAdmitted struct {
	Reason string `json:"reason"`
}

// CommitteeAppointed names the disputes committee; the first is its chair (Klachtenprocedure 10).
type CommitteeAppointed struct {
	Members []Person `json:"members"`
}

// Extended says that the committee needs longer, until when and why (Klachtenprocedure 11).
type Extended struct {
	Until  workday.Date `json:"until"`
	Reason string       `json:"reason"`
}

// ObjectionDecided is the committee's decision (Klachtenprocedure 12).
type ObjectionDecided struct {
	Verdict    Verdict `json:"verdict"`
	Motivation string  `json:"motivation"`
}

// MessageSent says that somebody who handles the case wrote to the complainant through the system.
type MessageSent struct {
	From Role   `json:"from"`
	Body string `json:"body"`
}

// Withdrawn says that the complainant withdrew the complaint.
type Withdrawn struct{}

// Closure says how a case came to its end.
type Closure string

// The closures.
const (
	ClosedFinished    Closure = "finished"     // the procedure has run its course
	ClosedSettled     Closure = "settled"      // in the informal phase
	ClosedWithdrawn   Closure = "withdrawn"    // by the complainant
	ClosedByManager   Closure = "by_manager"   // by hand, with a reason
	ClosedNoComplaint Closure = "no_complaint" // it was none after all
)

// Closed ends a case. On may lie before the day on which it was noticed, never after it.
type Closed struct {
	On     workday.Date `json:"on"`
	How    Closure      `json:"how"`
	Reason string       `json:"reason,omitempty"`
}

// Reopened says that a closed case is open again.
type Reopened struct{}

// Kind implements Fact.
func (*InformalStarted) Kind() Kind    { return KindInformalStarted }
func (*Settled) Kind() Kind            { return KindSettled }
func (*Formal) Kind() Kind             { return KindFormal }
func (*Judged) Kind() Kind             { return KindJudged }
func (*Agreed) Kind() Kind             { return KindAgreed }
func (*Remarked) Kind() Kind           { return KindRemarked }
func (*Decided) Kind() Kind            { return KindDecided }
func (*MeasurePlanned) Kind() Kind     { return KindMeasurePlanned }
func (*MeasureDone) Kind() Kind        { return KindMeasureDone }
func (*NoMeasures) Kind() Kind         { return KindNoMeasures }
func (*Objected) Kind() Kind           { return KindObjected }
func (*Admitted) Kind() Kind           { return KindAdmitted }
func (*NotAdmitted) Kind() Kind        { return KindNotAdmitted }
func (*CommitteeAppointed) Kind() Kind { return KindCommitteeAppointed }
func (*Extended) Kind() Kind           { return KindExtended }
func (*ObjectionDecided) Kind() Kind   { return KindObjectionDecided }
func (*MessageSent) Kind() Kind        { return KindMessageSent }
func (*Withdrawn) Kind() Kind          { return KindWithdrawn }
func (*Closed) Kind() Kind             { return KindClosed }
func (*Reopened) Kind() Kind           { return KindReopened }

// Text implements Fact.
func (f *InformalStarted) Text() string {
	return "Informele fase begonnen, met " + f.Mediator.Formal() + " als bemiddelaar."
}

// Text implements Fact.
func (*Settled) Text() string { return "In de informele fase opgelost." }

// Text implements Fact.
func (*Formal) Text() string {
	return "De formele procedure gaat verder; de termijnen tellen vanaf nu."
}

// Text implements Fact.
func (f *Judged) Text() string {
	return "Oordeel van de beoordelaar: " + f.Verdict.Label() + ". De manager is om overleg gevraagd."
}

// Text implements Fact.
func (*Agreed) Text() string { return "De manager is het eens met het oordeel." }

// Text implements Fact.
func (*Remarked) Text() string {
	return "De manager heeft opmerkingen bij het oordeel. Het volgende oordeel is definitief."
}

// Text implements Fact.
func (f *Decided) Text() string { return "Beslissing: de klacht is " + f.Verdict.Label() + "." }

// Text implements Fact.
func (f *MeasurePlanned) Text() string {
	s := fmt.Sprintf("Maatregel %d vastgelegd", f.Number)
	if !f.Due.IsZero() {
		s += ", uiterlijk " + f.Due.Long()
	}
	return s + "."
}

// Text implements Fact.
func (f *MeasureDone) Text() string { return fmt.Sprintf("Maatregel %d uitgevoerd.", f.Number) }

// Text implements Fact.
func (*NoMeasures) Text() string { return "Er is geen (andere) maatregel nodig." }

// Text implements Fact.
func (f *Objected) Text() string {
	if f.Late {
		return "Bezwaar ontvangen op " + f.On.Long() + ", te laat."
	}
	return "Bezwaar ontvangen op " + f.On.Long() + "."
}

// Text implements Fact.
func (*Admitted) Text() string { return "Het te late bezwaar wordt toch behandeld." }

// Text implements Fact.
func (*NotAdmitted) Text() string { return "Het te late bezwaar wordt niet behandeld." }

// Text implements Fact.
func (f *CommitteeAppointed) Text() string {
	people := make([]string, len(f.Members))
	for i, p := range f.Members {
		people[i] = p.Formal()
	}
	return "Geschillencommissie benoemd: " + strings.Join(people, ", ") + "."
}

// Text implements Fact.
func (f *Extended) Text() string {
	return "De geschillencommissie heeft meer tijd nodig, tot " + f.Until.Long() + "."
}

// Text implements Fact.
func (f *ObjectionDecided) Text() string {
	return "Beslissing op het bezwaar: " + f.Verdict.Label() + "."
}

// Text implements Fact.
func (f *MessageSent) Text() string {
	return "Bericht van de " + f.From.Label() + " aan de indiener gestuurd."
}

// Text implements Fact.
func (*Withdrawn) Text() string { return "De indiener heeft de klacht ingetrokken." }

// Text implements Fact.
func (f *Closed) Text() string { return "Afgesloten per " + f.On.Long() + ": " + f.How.Label() + "." }

// Text implements Fact.
func (*Reopened) Text() string { return "De klacht is heropend." }

// Label says in Dutch how a case came to its end.
func (c Closure) Label() string {
	switch c {
	case ClosedFinished:
		return "de procedure is afgerond"
	case ClosedSettled:
		return "in de informele fase opgelost"
	case ClosedWithdrawn:
		return "door de indiener ingetrokken"
	case ClosedByManager:
		return "door de manager afgesloten"
	case ClosedNoComplaint:
		return "het was toch geen klacht"
	}
	return string(c)
}
