package complaint

import (
	"strconv"
	"time"

	"klikonderwijs.nl/klachtd/internal/workday"
)

// finish closes a case whose procedure has run its course: the decision is out, the objection term has
// passed or the objection is settled, and every measure is done. The day of closing is that of the last
// of these, not the day on which it was noticed.
func (h *House) finish(now time.Time, c Case) Outcome {
	var out Outcome
	if on, ok := h.finishedOn(c); ok && !h.Today(now).Before(on) {
		out.record(&Closed{On: on, How: ClosedFinished})
	}
	return out
}

// finishedOn is the first day on which a decided case is finished; false while something is open.
func (h *House) finishedOn(c Case) (workday.Date, bool) {
	if c.Stage != StageDecided {
		return workday.Date{}, false
	}
	on := h.objectTerm(c).Due.AddDays(1)
	if o := c.Objection; o != nil {
		on = o.RefusedOn
		if o.Decision != nil {
			on = o.Decision.On
		}
	}
	for _, t := range h.Terms(c) {
		switch {
		case t.Kind != TermMeasures:
		case !t.IsMet():
			return workday.Date{}, false
		case t.Met.After(on):
			on = t.Met
		}
	}
	return on, true
}

// carryWithdraw closes the case because the complainant says so; he can undo it.
func (h *House) carryWithdraw(now time.Time, c Case, _ Order) (Outcome, string, *Refusal) {
	return h.Withdraw(now, c, ""), "De klacht is ingetrokken en afgesloten.", nil
}

// Withdraw closes a case on the complainant's own word, which original holds when it came by mail.
func (h *House) Withdraw(now time.Time, c Case, original string) Outcome {
	var out Outcome
	if original != "" {
		out.record(&Message{From: RoleComplainant, ReadAs: ReadAsWithdrawal, Original: original})
	}
	out.record(&Withdrawn{})
	out.record(&Closed{On: h.Today(now), How: ClosedWithdrawn})
	after := h.after(now, c, out)
	out.tellComplainant(h, after, Letter{Kind: LetterClosed})
	out.tellStaff(h, c, after, Letter{Kind: LetterClosed, Attach: attached(original)})
	return out
}

func (h *House) carryClose(now time.Time, c Case, o Order) (Outcome, string, *Refusal) {
	if o.Text == "" {
		return refuse("Schrijf onder sluiten ook waarom. De indiener krijgt die reden te lezen.")
	}
	var out Outcome
	out.record(&Closed{On: h.Today(now), How: ClosedByManager, Reason: o.Text})
	after := h.after(now, c, out)
	told := out.tellComplainant(h, after, Letter{Kind: LetterClosed, Note: o.Text})
	if holder := h.holder(c); holder.Role != RoleManager {
		out.send(Letter{Kind: LetterClosed, Role: holder.Role, To: holder.Person, Note: o.Text})
	}
	return out, "De klacht is afgesloten. " + told, nil
}

// carryNoComplaint takes back that a mail was a complaint.
func (h *House) carryNoComplaint(now time.Time, c Case, o Order) (Outcome, string, *Refusal) {
	var out Outcome
	out.record(&Closed{On: h.Today(now), How: ClosedNoComplaint, Reason: o.Text})
	after := h.after(now, c, out)
	done := "Genoteerd: dit was geen klacht. Het dossier is afgesloten."
	if !c.Acknowledged.IsZero() {
		done += " " + out.tellComplainant(h, after, Letter{Kind: LetterClosed, Note: o.Text})
	}
	if holder := h.holder(c); holder.Role != RoleManager {
		out.send(Letter{Kind: LetterClosed, Role: holder.Role, To: holder.Person, Note: o.Text})
	}
	return out, done + " Antwoord met klacht als het toch een klacht is.", nil
}

// wasNone reports that a case was closed because it was no complaint.
func (h *House) wasNone(c Case) bool { return c.Closure != nil && c.Closure.How == ClosedNoComplaint }

// carryComplaint opens a case again that was said to be none.
func (h *House) carryComplaint(now time.Time, c Case, _ Order) (Outcome, string, *Refusal) {
	if !h.wasNone(c) {
		return refuse("Deze klacht is afgesloten (" + c.Closure.How.Label() + ").")
	}
	var out Outcome
	out.record(&Reopened{})
	after := h.after(now, c, out)
	if after.Assigned() {
		out.send(Letter{Kind: LetterForward, Role: RoleAssessor, To: after.Assessor, Attach: after.Originals})
	} else if assessor, ok := h.forwardTo(after); ok && after.Complete() {
		out.add(h.assignTo(after, assessor, true))
	}
	told := out.tellComplainant(h, after, Letter{Kind: LetterFormal})
	return out, "De klacht is heropend. De termijnen tellen nog vanaf " + c.contactStart().Long() + ". " + told, nil
}

// tellStaff sends a letter to the manager and to whoever had the case.
func (o *Outcome) tellStaff(h *House, before, after Case, l Letter) {
	o.tellManager(h, after, l)
	if holder := h.holder(before); holder.Role != RoleManager {
		l.Role, l.To = holder.Role, holder.Person
		o.send(l)
	}
}

func years(n int) string {
	if n == 1 {
		return "één jaar"
	}
	return strconv.Itoa(n) + " jaar"
}
