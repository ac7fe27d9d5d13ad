package complaint

import (
	"net/mail"
	"strings"
	"time"

	"klikonderwijs.nl/klachtd/internal/workday"
)

func (h *House) mayMediate(c Case) bool { return len(h.Mediators) > 0 && c.Contacted.IsZero() }

// carryInformal starts the informal phase; the assessor's term is suspended.
func (h *House) carryInformal(_ time.Time, c Case, o Order) (Outcome, string, *Refusal) {
	mediator, why := h.mediator(c, o.Whom)
	if why != "" {
		return refuse(why)
	}
	var out Outcome
	out.record(&InformalStarted{Mediator: mediator})
	told := out.tellComplainant(h, c, Letter{Kind: LetterInformal})
	out.send(Letter{Kind: LetterInformal, Role: RoleMediator, To: mediator, Attach: c.Originals})
	if c.Assigned() {
		out.send(Letter{Kind: LetterInformal, Role: RoleAssessor, To: c.Assessor})
	}
	return out, "De informele fase is begonnen, met " + mediator.Formal() + " als bemiddelaar. De termijn van de beoordelaar staat stil. " + told, nil
}

// mediator finds who is meant: the only one configured when nobody is named, one of those configured,
// or anybody with an address: "Anna de Wit <a.dewit@voorbeeld.nl>".
func (h *House) mediator(c Case, said string) (Person, string) {
	if said == "" && len(h.Mediators) == 1 {
		return h.Mediators[0], ""
	}
	found := findPerson(h.Mediators, said)
	switch {
	case len(found) == 1:
		return found[0], ""
	case len(found) > 1:
		return Person{}, "Er is meer dan één bemiddelaar die zo heet: " + names(found) + ". Schrijf de hele naam of het e-mailadres."
	}
	address, err := mail.ParseAddress(said)
	if err != nil {
		hint := "Schrijf achter informeel wie er bemiddelt, met naam en e-mailadres, bijvoorbeeld: informeel Anna de Wit <a.dewit@voorbeeld.nl>."
		if len(h.Mediators) > 0 {
			hint += " Bij ons bekend: " + names(h.Mediators) + "."
		}
		return Person{}, hint
	}
	if c.Assigned() && strings.EqualFold(address.Address, c.Assessor.Email) || strings.EqualFold(address.Address, c.ReplyTo) {
		return Person{}, "Een bemiddelaar moet onafhankelijk zijn: kies iemand anders dan de beoordelaar of de indiener."
	}
	name := address.Name
	if name == "" {
		name = address.Address
	}
	return Person{Name: name, Email: address.Address}, ""
}

// carrySettled closes the case with what was agreed.
func (h *House) carrySettled(now time.Time, c Case, o Order) (Outcome, string, *Refusal) {
	if o.Text == "" {
		return refuse("Schrijf onder opgelost wat er is afgesproken. De indiener krijgt dat te lezen.")
	}
	var out Outcome
	out.record(&Settled{Agreement: o.Text})
	out.record(&Closed{On: h.Today(now), How: ClosedSettled})
	after := h.after(now, c, out)
	told := out.tellComplainant(h, after, Letter{Kind: LetterSettled, Note: o.Text})
	if o.By == RoleMediator {
		out.tellManager(h, after, Letter{Kind: LetterSettled, Note: o.Text})
	}
	if c.Assigned() {
		out.send(Letter{Kind: LetterSettled, Role: RoleAssessor, To: c.Assessor})
	}
	return out, "Genoteerd: de klacht is in de informele fase opgelost en wordt afgesloten. " + told, nil
}

// carryFormal starts the formal procedure, or opens a settled or withdrawn case again. Its terms count from this day.
func (h *House) carryFormal(now time.Time, c Case, o Order) (Outcome, string, *Refusal) {
	if c.Stage == StageClosed && !reopenable(c) {
		return refuse("Deze klacht is afgesloten (" + c.Closure.How.Label() + ") en kan niet worden heropend. Bezwaar van de indiener kan wel.")
	}
	var out Outcome
	if c.Stage == StageClosed {
		out.record(&Reopened{})
	}
	if c.Decision != nil {
		return h.goOnDecided(now, c, out)
	}
	out.record(&Formal{})
	after := h.after(now, c, out)
	assessor, forward := h.forwardTo(after)
	switch {
	case after.Assigned():
		out.send(Letter{Kind: LetterFormal, Role: RoleAssessor, To: after.Assessor, Attach: after.Originals})
	case forward && (after.Complete() || after.DataRequested):
		out.add(h.assignTo(after, assessor, true))
	}
	after = h.after(now, c, out)
	told := out.tellComplainant(h, after, Letter{Kind: LetterFormal})
	if o.By == RoleMediator {
		out.tellManager(h, after, Letter{Kind: LetterFormal})
	} else if c.Informal != nil && c.Stage == StageInformal {
		out.send(Letter{Kind: LetterFormal, Role: RoleMediator, To: c.Informal.Mediator})
	}
	return out, "De formele procedure begint. De termijnen tellen vanaf vandaag: de indiener hoort uiterlijk " + h.contactTerm(after).Due.Long() + " van de beoordelaar. " + told, nil
}

// goOnDecided opens a case again that was withdrawn after its decision: it goes on where it was.
func (h *House) goOnDecided(now time.Time, c Case, out Outcome) (Outcome, string, *Refusal) {
	after := h.after(now, c, out)
	told := out.tellComplainant(h, after, Letter{Kind: LetterFormal})
	if holder := h.holder(after); holder.Role == RoleCommittee {
		out.send(Letter{Kind: LetterFormal, Role: holder.Role, To: holder.Person})
	}
	return out, "De klacht is weer open en gaat verder waar hij was: " + after.Stage.Label() + ". " + told, nil
}

// ReopenUntil is the last day on which the complainant can undo a withdrawal or a settlement.
func (h *House) ReopenUntil(closed workday.Date) workday.Term {
	return h.Calendar.WorkingDays(closed, h.Lengths.Object, workday.Theirs)
}

// MayReopen reports that the complainant can still have a closed case go on.
func (h *House) MayReopen(c Case, today workday.Date) bool {
	return reopenable(c) && !today.After(h.ReopenUntil(c.Closure.On).Last)
}

// reopenable reports that the complainant can still ask to go on with a closed case.
func reopenable(c Case) bool {
	return c.Closure != nil && (c.Closure.How == ClosedSettled || c.Closure.How == ClosedWithdrawn)
}
