package complaint

import (
	"slices"
	"strings"
	"time"

	"klikonderwijs.nl/klachtd/internal/workday"
)

// Duty is one line of a morning's reminder: what somebody must do in one case, and by when.
type Duty struct {
	Reference Reference
	Term      Term
	Late      bool           // the last day has passed: an escalation
	Past      []workday.Date // earlier days of the timetable on which nobody could be reminded
	To        []Recipient
}

// Recipient is a person in a role.
type Recipient struct {
	Role   Role
	Person Person
}

// Sweep is what a morning asks of one case: what follows by itself, and who must be reminded of what.
type Sweep struct {
	Outcome
	Duties []Duty
}

// Sweep says what is due in a case this morning. Recording its facts makes a second sweep of the
// same day say nothing. It is meant for working days, after the hour of the reminders.
func (h *House) Sweep(now time.Time, c Case) Sweep {
	var s Sweep
	if !c.Open() {
		return s
	}
	today := h.Today(now)
	if day, ok := h.IncompleteDay(c); ok && !today.Before(day) {
		out := h.goOnIncomplete(c)
		c = h.after(now, c, out)
		s.add(out)
	}
	out := h.finish(now, c)
	c = h.after(now, c, out)
	s.add(out)
	if !c.Open() {
		return s
	}
	for _, t := range h.Terms(c) {
		if duty, step, ok := h.duty(c, t, today); ok {
			s.Duties = append(s.Duties, duty)
			s.record(&Reminded{Term: t.Kind, Due: t.Due, Step: step, Late: duty.Late, To: roles(duty.To), Past: duty.Past})
		}
	}
	return s
}

// NextDue is the first day on which Sweep has something to say about a case as it stands; false
// when there is none. It may be in the past: then it was missed.
func (h *House) NextDue(c Case) (workday.Date, bool) {
	if !c.Open() {
		return workday.Date{}, false
	}
	var next workday.Date
	earliest := func(d workday.Date) {
		if next.IsZero() || d.Before(next) {
			next = d
		}
	}
	if day, ok := h.IncompleteDay(c); ok {
		earliest(day)
	}
	if day, ok := h.finishedOn(c); ok {
		earliest(day)
	}
	for _, t := range h.Terms(c) {
		if t.Ours() && t.Open() {
			earliest(h.nextStep(c, t))
		}
	}
	return next, !next.IsZero()
}

// IncompleteDay is the morning on which an incomplete complaint is reminded once and goes to the
// assessor as it is, so that point 7 stays within reach (Klachtenprocedure 2, 7).
func (h *House) IncompleteDay(c Case) (workday.Date, bool) {
	if c.Complete() || c.DataRequested {
		return workday.Date{}, false
	}
	waited := h.AcknowledgeBy(c.Received).Last
	return h.Calendar.AddWorkingDays(waited, 1, workday.Ours), true
}

func (h *House) goOnIncomplete(c Case) Outcome {
	var o Outcome
	o.record(&DataRequested{})
	if h.reachable(c) {
		o.send(h.toComplainant(c, LetterDataRequest))
	}
	if assessor, ok := h.forwardTo(c); ok {
		o.add(h.assignTo(c, assessor, true))
	}
	return o
}

// duty says whether a term asks for a reminder today, and which day of the timetable it serves.
func (h *House) duty(c Case, t Term, today workday.Date) (Duty, workday.Date, bool) {
	if !t.Open() || !t.Ours() {
		return Duty{}, workday.Date{}, false
	}
	steps := h.stepsUntil(c, t, today)
	if len(steps) == 0 {
		return Duty{}, workday.Date{}, false
	}
	step := steps[len(steps)-1]
	d := Duty{Reference: c.Reference, Term: t, Late: t.Overdue(today), To: h.remind(c, t, t.Overdue(today))}
	if len(steps) > 1 {
		d.Past = steps[:len(steps)-1]
	}
	return d, step, len(d.To) > 0
}

// stepsUntil lists the days of a term's timetable that have come and were not served.
func (h *House) stepsUntil(c Case, t Term, today workday.Date) []workday.Date {
	var steps []workday.Date
	for step := h.nextStep(c, t); !step.After(today); step = h.stepAfter(t, step) {
		steps = append(steps, step)
	}
	return steps
}

// nextStep is the first day of the timetable that was not served. What lies before the term began to
// run, or before a delay was announced, reminds of nothing.
func (h *House) nextStep(c Case, t Term) workday.Date {
	after := c.lastStep(t)
	if t.Since.After(after) {
		after = t.Since
	}
	return h.stepAfter(t, after)
}

// stepAfter is the first day of the timetable after a day: some working days before the last day,
// the last day itself, the first working day after it, and every few working days from there.
func (h *House) stepAfter(t Term, after workday.Date) workday.Date {
	for _, step := range h.stepsBefore(t) {
		if step.After(after) {
			return step
		}
	}
	step := h.Calendar.AddWorkingDays(t.Due, 1, workday.Ours)
	for !step.After(after) {
		step = h.repeated(t, step)
	}
	return step
}

// repeated is the next day on which a missed term is brought up again: an informal phase weekly,
// everything else every few working days.
func (h *House) repeated(t Term, step workday.Date) workday.Date {
	if t.Kind == TermInformal {
		return step.AddDays(7)
	}
	return h.Calendar.AddWorkingDays(step, max(1, h.Repeat), workday.Ours)
}

// stepsBefore lists the days of the timetable up to and including the last day: none for what is
// only asked about afterwards, a week before too for the committee (Klachtenprocedure 11).
func (h *House) stepsBefore(t Term) []workday.Date {
	if t.Kind == TermConsult || t.Kind == TermInformal {
		return nil
	}
	var steps []workday.Date
	for _, n := range h.Before {
		steps = append(steps, h.Calendar.AddWorkingDays(t.Due, -n, workday.Ours))
	}
	if t.Kind == TermObjectionDecision {
		steps = append(steps, h.Calendar.AddWorkingDays(t.Due.AddDays(-6), -1, workday.Ours)) // a week before, or the working day before that
	}
	steps = append(steps, t.Due)
	slices.SortFunc(steps, workday.Date.Compare)
	return slices.Compact(steps)
}

// remind says who is reminded: who must act; of a missed term the manager too (Klachtenprocedure 7).
// The assessor learns that the manager let the consultation pass, since he may go on without.
func (h *House) remind(c Case, t Term, late bool) (to []Recipient) {
	wanted := []Role{t.Owner}
	switch {
	case t.Kind == TermInformal:
		wanted = append(wanted, RoleManager)
	case t.Kind == TermConsult && late:
		wanted = append(wanted, RoleAssessor)
	case late:
		wanted = append(wanted, RoleManager)
	}
	for _, role := range wanted {
		person, ok := h.Person(c, role)
		known := slices.ContainsFunc(to, func(r Recipient) bool { return strings.EqualFold(r.Person.Email, person.Email) })
		if ok && person.Email != "" && !known {
			to = append(to, Recipient{role, person})
		}
	}
	if assessor, ok := h.Person(c, RoleAssessor); ok && len(to) == 0 {
		return []Recipient{{RoleAssessor, assessor}} // he stands in for the manager
	}
	if len(to) == 0 {
		to = append(to, h.holder(c)) // nobody else is left to be told
	}
	return to
}

func roles(to []Recipient) []Role {
	names := make([]Role, len(to))
	for i, r := range to {
		names[i] = r.Role
	}
	return names
}
