package complaint

import (
	"cmp"
	"slices"
)

// asked are the orders that a letter asks for, the likeliest first. Their buttons come before the others.
var asked = map[LetterKind][]Verb{
	LetterRegistration: {VerbAcknowledged, VerbAssign},
	LetterAlarm:        {VerbAcknowledged, VerbAssign},
	LetterPassedOn:     {VerbMessage},
	LetterConsultation: {VerbAgree, VerbRemark, VerbMeasure},
	LetterRemarks:      {VerbFounded, VerbPartlyFounded, VerbUnfounded},
	LetterDecision:     {VerbMeasure, VerbDone, VerbNoMeasure},
	LetterObjection:    {VerbCommittee, VerbAdmit, VerbNotAdmit},
	LetterCommittee:    {VerbFounded, VerbPartlyFounded, VerbUnfounded, VerbExtend},
}

// settling are the orders that meet a term, or say that it will not be met.
var settling = map[TermKind][]Verb{
	TermAcknowledge:       {VerbAcknowledged},
	TermInformal:          {VerbSettled, VerbFormal},
	TermContact:           {VerbContact, VerbDelay, VerbMessage, VerbHandBack, VerbAssign},
	TermConsult:           {VerbAgree, VerbRemark, VerbFinal},
	TermMeasures:          {VerbDone, VerbMeasure, VerbNoMeasure},
	TermObjectionDecision: {VerbCommittee, VerbFounded, VerbPartlyFounded, VerbUnfounded, VerbExtend},
}

// OptionsFor are the options of somebody who gets a letter: what it asks for stands first, and what he can do as
// himself before what he can do for the manager. Beside a message that nobody trusts there is nothing to press.
func (h *House) OptionsFor(kind LetterKind, c Case, role Role) []Verb {
	if kind == LetterNotAuthentic {
		return nil
	}
	return h.ordered(asked[kind], c, role)
}

// OptionsOf are those of somebody who is reminded of a term: what settles it, and nothing else, so that a morning
// with many terms can be read on a telephone.
func (h *House) OptionsOf(kind TermKind, c Case, role Role) []Verb {
	first := settling[kind]
	verbs := slices.DeleteFunc(h.options(c, role), func(v Verb) bool { return !slices.Contains(first, v) })
	slices.SortStableFunc(verbs, func(a, b Verb) int { return cmp.Compare(slices.Index(first, a), slices.Index(first, b)) })
	return verbs
}

func (h *House) ordered(first []Verb, c Case, role Role) []Verb {
	verbs := h.options(c, role)
	rank := func(v Verb) int {
		if i := slices.Index(first, v); i >= 0 {
			return i
		}
		if slices.Contains(RolesOf(v), role) {
			return len(first)
		}
		return len(first) + 1
	}
	slices.SortStableFunc(verbs, func(a, b Verb) int { return cmp.Compare(rank(a), rank(b)) })
	return verbs
}
