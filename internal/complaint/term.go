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
	Due   workday.Date
	Met   workday.Date // zero while it is not
	Owner Role         // who must act
	Why   []string     // why Due is that date: first day counted, days skipped with their names
	Note  string       // the same in one Dutch line
}

// IsMet reports that what was promised has been done, in time or late.
func (t Term) IsMet() bool { return !t.Met.IsZero() }

// Overdue reports that the term had passed, unmet, when today began.
func (t Term) Overdue(today workday.Date) bool { return !t.IsMet() && today.After(t.Due) }

// MetLate reports that what was promised was done after its last day.
func (t Term) MetLate() bool { return t.IsMet() && t.Met.After(t.Due) }

// Terms computes every term that has begun, in the order of the procedure.
func (h *House) Terms(c Case) []Term {
	if c.Received.IsZero() {
		return nil
	}
	return []Term{h.acknowledgeTerm(c), h.contactTerm(c)}
}

func (h *House) acknowledgeTerm(c Case) Term {
	counted := h.AcknowledgeBy(c.Received)
	return term(TermAcknowledge, RoleManager, counted, c.Acknowledged)
}

func (h *House) contactTerm(c Case) Term {
	owner := RoleAssessor
	if !c.Assigned() {
		owner = RoleManager
	}
	t := term(TermContact, owner, h.ContactBy(c.Received), c.Contacted)
	if c.ContactDelayed != nil {
		t.Due = c.ContactDelayed.Until
		t.Why = append(t.Why, t.Due.String()+" uitstel gemeld")
		t.Note = "uitstel gemeld; oorspronkelijk " + h.ContactBy(c.Received).Last.Long()
	}
	return t
}

func term(kind TermKind, owner Role, counted workday.Term, met workday.Date) Term {
	return Term{Kind: kind, Due: counted.Last, Met: met, Owner: owner, Why: counted.Why(), Note: counted.Line()}
}

// AcknowledgeBy is the last day for the acknowledgement (Klachtenprocedure 4).
func (h *House) AcknowledgeBy(received workday.Date) workday.Term {
	return h.Calendar.WorkingDays(received, h.Lengths.Acknowledge, workday.Ours)
}

// ContactBy is the last day for the assessor's first contact (Klachtenprocedure 7).
func (h *House) ContactBy(received workday.Date) workday.Term {
	return h.Calendar.WorkingDays(received, h.Lengths.Contact, workday.Ours)
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
