package complaint

import "time"

// verdictOf is the verdict that a verb gives.
func verdictOf(verb Verb) Verdict {
	switch verb {
	case VerbFounded:
		return Founded
	case VerbPartlyFounded:
		return PartlyFounded
	}
	return Unfounded
}

// carryJudge takes the assessor's judgement. The manager is consulted on the first; what follows
// his remarks, or what no manager may see, is final at once (Klachtenprocedure 6, 14).
func (h *House) carryJudge(now time.Time, c Case, o Order) (Outcome, string, *Refusal) {
	if o.Text == "" {
		return refuse("Schrijf onder " + verdictOf(o.Verb).Label() + " ook waarom. De indiener krijgt uw motivering te lezen; zonder motivering versturen wij geen oordeel.")
	}
	verdict := verdictOf(o.Verb)
	if _, manager := h.ManagerOf(c); !manager || c.Remarks != "" {
		return h.decide(now, c, verdict, o.Text)
	}
	var out Outcome
	out.record(&Judged{Verdict: verdict, Motivation: o.Text})
	out.tellManager(h, c, Letter{Kind: LetterConsultation})
	by := h.ConsultBy(h.Today(now)).Last
	return out, "Uw oordeel is vastgelegd: " + verdict.Label() + ". De manager is om overleg gevraagd. Hoort u uiterlijk " + by.Long() + " niets, dan kunt u antwoorden met definitief.", nil
}

func (h *House) carryAgree(now time.Time, c Case, _ Order) (Outcome, string, *Refusal) {
	var out Outcome
	out.record(&Agreed{})
	decided, done, _ := h.decide(now, c, c.Judgement.Verdict, c.Judgement.Motivation)
	out.add(decided)
	return out, done, nil
}

func (h *House) carryRemark(_ time.Time, c Case, o Order) (Outcome, string, *Refusal) {
	if o.Text == "" {
		return refuse("Schrijf onder opmerking wat u de beoordelaar wilt meegeven.")
	}
	var out Outcome
	out.record(&Remarked{Remarks: o.Text})
	out.send(Letter{Kind: LetterRemarks, Role: RoleAssessor, To: c.Assessor, Note: o.Text})
	return out, "Uw opmerkingen zijn naar de beoordelaar gestuurd. Het volgende oordeel van de beoordelaar is definitief, want het is bindend.", nil
}

// carryFinal ends the consultation: silence does not hold up what is binding (Klachtenprocedure 6, 14).
func (h *House) carryFinal(now time.Time, c Case, _ Order) (Outcome, string, *Refusal) {
	by := h.ConsultBy(c.Judgement.On).Last
	if !h.Today(now).After(by) {
		return refuse("De manager heeft nog tot en met " + by.Long() + " om te antwoorden. Daarna kunt u het oordeel definitief maken.")
	}
	return h.decide(now, c, c.Judgement.Verdict, c.Judgement.Motivation)
}

// decide makes a judgement the decision and tells it (Klachtenprocedure 8).
func (h *House) decide(now time.Time, c Case, verdict Verdict, motivation string) (Outcome, string, *Refusal) {
	var out Outcome
	out.record(&Decided{Verdict: verdict, Motivation: motivation})
	after := h.after(now, c, out)
	told := out.tellComplainant(h, after, Letter{Kind: LetterDecision, Note: motivation})
	out.tellManager(h, after, Letter{Kind: LetterDecision})
	done := "De beslissing is genomen: de klacht is " + verdict.Label() + ". " + told + " Bezwaar is mogelijk tot en met " + h.objectTerm(after).Due.Long() + "."
	if verdict.ForComplainant() {
		done += " De manager voert uiterlijk " + h.MeasuresBy(after.Decision.On).Last.Long() + " uit wat nodig is."
	}
	return out, done, nil
}
