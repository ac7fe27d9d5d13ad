package complaint

import (
	"klikonderwijs.nl/klachtd/internal/workday"
)

// TermKind names a term of the procedure.
type TermKind string

// The terms.
const (
	TermAcknowledge       TermKind = "acknowledge"        // Klachtenprocedure 4
	TermInformal          TermKind = "informal"           // the informal phase
	TermContact           TermKind = "contact"            // Klachtenprocedure 7
	TermConsult           TermKind = "consult"            // Klachtenprocedure 6
	TermObject            TermKind = "object"             // Klachtenprocedure 9
	TermMeasures          TermKind = "measures"           // Klachtenprocedure 14
	TermObjectionDecision TermKind = "objection_decision" // Klachtenprocedure 11
	TermKeep              TermKind = "keep"               // Klachtenprocedure 13
)

// Lengths are the lengths of the terms; the defaults are the procedure's.
type Lengths struct {
	Acknowledge            int // working days
	Contact                int // working days
	Object                 int // working days
	ObjectionDecisionWeeks int
	MeasuresWeeks          int
	Informal               int // working days
	Consult                int // working days
	KeepYears              int
}

// DefaultLengths are those of the Klachtenprocedure.
func DefaultLengths() Lengths {
	return Lengths{Acknowledge: 3, Contact: 10, Object: 10, ObjectionDecisionWeeks: 4, MeasuresWeeks: 2, Informal: 10, Consult: 2, KeepYears: 1}
}

// Term is a promise with its last day.
type Term struct {
	Kind  TermKind
	Event workday.Date // day 0
	Due   workday.Date
	Met   workday.Date // zero while it is not
	Owner Role         // who must act
	Why   []string     // why Due is that date: first day counted, days skipped with their names
	Note  string       // the same in one Dutch line
	// Promised is the day that held before a delay was announced; zero without one. What is met after it is late in the analysis.
	Promised workday.Date
	Since    workday.Date // nobody is reminded on or before it: day 0, or the day on which a delay was announced or a mail came back
	Ended    workday.Date // when the case was closed before the term was met; zero otherwise
}

// IsMet reports that what was promised has been done, in time or late.
func (t Term) IsMet() bool { return !t.Met.IsZero() }

// Ours reports that the term is a promise of the organisation, which can be broken.
func (t Term) Ours() bool { return t.Kind != TermObject && t.Kind != TermKeep }

// Open reports that the term still runs: it was not met, and its case was not closed.
func (t Term) Open() bool { return !t.IsMet() && t.Ended.IsZero() }

// Overdue reports that a promise had passed, unmet, when today began.
func (t Term) Overdue(today workday.Date) bool {
	return t.Ours() && t.Open() && today.After(t.Due)
}

// Counted is the last day that counts in the analysis: the first one, whatever delay was announced later.
func (t Term) Counted() workday.Date {
	if !t.Promised.IsZero() {
		return t.Promised
	}
	return t.Due
}

// MetLate reports that what was promised was done after the day that counts.
func (t Term) MetLate() bool { return t.IsMet() && t.Met.After(t.Counted()) }

// LateBy is by how many working days a promise was broken: until it was met, until the case was
// closed, or until today. It is 0 for what was kept, can still be kept, or is no promise of ours.
func (h *House) LateBy(t Term, today workday.Date) int {
	until := today
	switch {
	case !t.Ours():
		return 0
	case t.IsMet():
		until = t.Met
	case !t.Ended.IsZero():
		until = t.Ended
	case !t.Overdue(today):
		return 0 // a delay was announced, and its new day is still to come
	}
	return h.Calendar.WorkingDaysBetween(t.Counted(), until, workday.Ours)
}

// Terms computes every term that has begun, in the order of the procedure.
func (h *House) Terms(c Case) []Term {
	if c.Received.IsZero() {
		return nil
	}
	terms := []Term{h.acknowledgeTerm(c)}
	if c.Informal != nil {
		terms = append(terms, h.informalTerm(c))
	}
	if c.Stage != StageInformal && (c.Closure == nil || c.Closure.How != ClosedSettled) {
		terms = append(terms, h.contactTerm(c)) // the informal phase suspends it
	}
	if c.Judgement != nil {
		terms = append(terms, h.consultTerm(c))
	}
	if c.Decision != nil {
		terms = append(terms, h.objectTerm(c))
		if c.Decision.Verdict.ForComplainant() {
			terms = append(terms, h.measuresTerm(c, c.Decision.On, false))
		}
	}
	terms = append(terms, h.objectionTerms(c)...)
	if c.Closure != nil {
		for i := range terms {
			if !terms[i].IsMet() {
				terms[i].Ended = c.Closure.On
			}
		}
		terms = append(terms, term(TermKeep, RoleSystem, h.KeepUntil(c.Closure.On), workday.Date{}))
	}
	return terms
}

func (h *House) acknowledgeTerm(c Case) Term {
	t := term(TermAcknowledge, RoleManager, h.AcknowledgeBy(c.Received), c.Acknowledged)
	if c.NotDelivered.After(t.Since) {
		t.Since = c.NotDelivered
	}
	return t
}

// informalTerm is the term after which an informal phase that nobody ends is asked about.
func (h *House) informalTerm(c Case) Term {
	return term(TermInformal, RoleMediator, h.InformalUntil(c.Informal.Started), c.Informal.Ended)
}

// contactStart is day 0 of the contact term: the day of submission, or that on which an informal phase ended.
func (c Case) contactStart() workday.Date {
	if !c.FormalFrom.IsZero() {
		return c.FormalFrom
	}
	return c.Received
}

func (h *House) contactTerm(c Case) Term {
	owner := RoleAssessor
	if !c.Assigned() {
		owner = RoleManager
	}
	counted := h.ContactBy(c.contactStart())
	t := term(TermContact, owner, counted, c.Contacted)
	if c.ContactDelayed != nil {
		t.postpone(*c.ContactDelayed)
	}
	if c.ContactExpected.After(t.Due) {
		t.Note += "; te laat uitstel gemeld: de indiener verwacht contact uiterlijk " + c.ContactExpected.Long()
	}
	return t
}

func (h *House) consultTerm(c Case) Term {
	return term(TermConsult, RoleManager, h.ConsultBy(c.Judgement.On), c.Judgement.Answered)
}

func (h *House) objectTerm(c Case) Term {
	var met workday.Date
	if c.Objection != nil {
		met = c.Objection.On
	}
	return term(TermObject, RoleComplainant, h.ObjectUntil(c.Decision.On), met)
}

// objectionTerms are those of an objection that is handled: the committee's decision, and what follows from it.
func (h *House) objectionTerms(c Case) (terms []Term) {
	o := c.Objection
	if o == nil || o.Refused != "" {
		return nil
	}
	owner := RoleCommittee
	if len(o.Members) == 0 {
		owner = RoleManager
	}
	var met workday.Date
	if o.Decision != nil {
		met = o.Decision.On
	}
	t := term(TermObjectionDecision, owner, h.ObjectionDecisionBy(o.On), met)
	if o.Extended != nil {
		t.postpone(*o.Extended)
	}
	terms = append(terms, t)
	if o.Decision != nil && o.Decision.Verdict.ForComplainant() {
		terms = append(terms, h.measuresTerm(c, o.Decision.On, true))
	}
	return terms
}

// measuresTerm is the term for the consequences of a decision, or of that on the objection
// (Klachtenprocedure 14). It is met when every measure is done, or when none is needed.
func (h *House) measuresTerm(c Case, decided workday.Date, ofObjection bool) Term {
	met, planned := workday.Date{}, 0
	for _, m := range c.measuresFor(ofObjection) {
		planned++
		if m.Done.IsZero() {
			return term(TermMeasures, RoleManager, h.MeasuresBy(decided), workday.Date{})
		}
		if m.Done.After(met) {
			met = m.Done
		}
	}
	if planned == 0 {
		met = c.NoMeasures[ofObjection]
	}
	if planned == 0 && met.IsZero() {
		met = c.NoMeasures[true] // what is said after the objection goes for both decisions
	}
	return term(TermMeasures, RoleManager, h.MeasuresBy(decided), met)
}

// measuresFor are the measures that follow from the decision, or from that on the objection. Where none was
// planned before the committee decided, those after it carry out both.
func (c Case) measuresFor(objection bool) (list []Measure) {
	for _, m := range c.Measures {
		if m.ForObjection == objection {
			list = append(list, m)
		}
	}
	if len(list) == 0 && !objection {
		return c.Measures
	}
	return list
}

// postpone gives a term the new day that was announced; how it was counted at first stays to be read.
func (t *Term) postpone(p Postponement) {
	t.Note = "uitstel gemeld; oorspronkelijk " + t.Due.Long()
	t.Promised, t.Due, t.Since = t.Due, p.Until, p.On
	t.Why = append(t.Why, t.Due.String()+" uitstel gemeld")
}

func term(kind TermKind, owner Role, counted workday.Term, met workday.Date) Term {
	return Term{Kind: kind, Event: counted.Event, Due: counted.Last, Since: counted.Event, Met: met, Owner: owner, Why: counted.Why(), Note: counted.Line()}
}

// AcknowledgeBy is the last day for the acknowledgement (Klachtenprocedure 4).
func (h *House) AcknowledgeBy(received workday.Date) workday.Term {
	return h.Calendar.WorkingDays(received, h.Lengths.Acknowledge, workday.Ours)
}

// ContactBy is the last day for the assessor's first contact (Klachtenprocedure 7).
func (h *House) ContactBy(received workday.Date) workday.Term {
	return h.Calendar.WorkingDays(received, h.Lengths.Contact, workday.Ours)
}

// InformalUntil is the day after which an open informal phase is asked about.
func (h *House) InformalUntil(started workday.Date) workday.Term {
	return h.Calendar.WorkingDays(started, h.Lengths.Informal, workday.Ours)
}

// ConsultBy is the last day for the manager's answer on a judgement (Klachtenprocedure 6).
func (h *House) ConsultBy(judged workday.Date) workday.Term {
	return h.Calendar.WorkingDays(judged, h.Lengths.Consult, workday.Ours)
}

// ObjectUntil is the last day for an objection (Klachtenprocedure 9).
func (h *House) ObjectUntil(decision workday.Date) workday.Term {
	return h.Calendar.WorkingDays(decision, h.Lengths.Object, workday.Theirs)
}

// MeasuresBy is the last day for the measures (Klachtenprocedure 14).
func (h *House) MeasuresBy(decision workday.Date) workday.Term {
	return h.Calendar.Weeks(decision, h.Lengths.MeasuresWeeks, workday.Ours)
}

// ObjectionDecisionBy is the last day for the decision on an objection (Klachtenprocedure 11).
func (h *House) ObjectionDecisionBy(objection workday.Date) workday.Term {
	return h.Calendar.Weeks(objection, h.Lengths.ObjectionDecisionWeeks, workday.Ours)
}

// KeepUntil is the last day on which a closed case is kept (Klachtenprocedure 13).
func (h *House) KeepUntil(closed workday.Date) workday.Term {
	return h.Calendar.Years(closed, h.Lengths.KeepYears)
}
