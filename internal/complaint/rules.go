package complaint

import (
	"cmp"
	"slices"
	"time"
)

// Rule is one line of the procedure: who can order something in which stages, and to which stages
// that can lead. The commands, the refusals, the diagram in README.md and the tests share this table. That
// a decided case with nothing left to do closes at once stands with the steps that nobody orders.
type Rule struct {
	Verb Verb
	By   []Role
	From []Stage
	To   []Stage // nil: the stage stays as it is

	// carry does it.
	carry func(*House, time.Time, Case, Order) (Outcome, string, *Refusal)
	// offer says whether it is worth a button now; nil: always.
	offer func(*House, Case) bool
}

// Rules is the whole procedure, in its order.
func Rules() []Rule {
	byManager, byAssessor, byChair, byComplainant := []Role{RoleManager}, []Role{RoleAssessor}, []Role{RoleCommittee}, []Role{RoleComplainant}
	managerOrMediator, managerOrTeam := []Role{RoleManager, RoleMediator}, []Role{RoleManager, RoleTeam}
	open := Stages()[:len(Stages())-1]
	unjudged := []Stage{StageRegistered, StageInformal, StageAssessing}
	judging := []Stage{StageAssessing, StageConsulting}
	decided := []Stage{StageDecided, StageObjection}
	only := func(s ...Stage) []Stage { return s }
	return []Rule{
		{VerbAssign, byManager, only(StageRegistered, StageAssessing), only(StageAssessing), (*House).carryAssign, (*House).mayAssign},
		{VerbAcknowledged, managerOrTeam, open, nil, (*House).carryAcknowledged, (*House).mustAcknowledge},
		{VerbInformal, byManager, only(StageRegistered, StageAssessing), only(StageInformal), (*House).carryInformal, (*House).mayMediate},
		{VerbSettled, managerOrMediator, only(StageInformal), only(StageClosed), (*House).carrySettled, nil},
		{VerbFormal, managerOrMediator, only(StageInformal), only(StageRegistered, StageAssessing), (*House).carryFormal, nil},
		{VerbFormal, managerOrMediator, only(StageClosed), only(StageRegistered, StageAssessing, StageDecided, StageObjection), (*House).carryFormal, nil},
		{VerbContact, byAssessor, judging, nil, (*House).carryContact, (*House).uncontacted},
		{VerbDelay, byAssessor, judging, nil, (*House).carryDelay, (*House).uncontacted},
		{VerbFounded, byAssessor, only(StageAssessing), only(StageConsulting, StageDecided), (*House).carryJudge, nil},
		{VerbPartlyFounded, byAssessor, only(StageAssessing), only(StageConsulting, StageDecided), (*House).carryJudge, nil},
		{VerbUnfounded, byAssessor, only(StageAssessing), only(StageConsulting, StageDecided), (*House).carryJudge, nil},
		{VerbFounded, byAssessor, only(StageConsulting), nil, (*House).carryJudge, nil},
		{VerbPartlyFounded, byAssessor, only(StageConsulting), nil, (*House).carryJudge, nil},
		{VerbUnfounded, byAssessor, only(StageConsulting), nil, (*House).carryJudge, nil},
		{VerbAgree, byManager, only(StageConsulting), only(StageDecided), (*House).carryAgree, nil},
		{VerbRemark, byManager, only(StageConsulting), only(StageAssessing), (*House).carryRemark, nil},
		{VerbFinal, byAssessor, only(StageConsulting), only(StageDecided), (*House).carryFinal, nil},
		{VerbHandBack, byAssessor, only(StageAssessing), only(StageRegistered), (*House).carryHandBack, nil},
		{VerbMeasure, byManager, append(judging, decided...), nil, (*House).carryMeasure, (*House).measuresWanted},
		{VerbDone, byManager, append(judging, decided...), nil, (*House).carryDone, (*House).anyMeasureOpen},
		{VerbNoMeasure, byManager, decided, nil, (*House).carryNoMeasure, (*House).noMeasureYet},
		{VerbObject, byComplainant, only(StageDecided, StageClosed), only(StageObjection), (*House).carryObject, nil},
		{VerbAdmit, byManager, only(StageObjection), nil, (*House).carryAdmit, (*House).mustAdmit},
		{VerbNotAdmit, byManager, only(StageObjection), only(StageDecided), (*House).carryNotAdmit, (*House).mustAdmit},
		{VerbCommittee, byManager, only(StageObjection), nil, (*House).carryCommittee, (*House).mustAppoint},
		{VerbExtend, byChair, only(StageObjection), nil, (*House).carryExtend, nil},
		{VerbFounded, byChair, only(StageObjection), only(StageDecided), (*House).carryObjectionDecision, nil},
		{VerbPartlyFounded, byChair, only(StageObjection), only(StageDecided), (*House).carryObjectionDecision, nil},
		{VerbUnfounded, byChair, only(StageObjection), only(StageDecided), (*House).carryObjectionDecision, nil},
		{VerbMessage, []Role{RoleManager, RoleMediator, RoleAssessor, RoleCommittee}, open, nil, (*House).carryMessage, (*House).reachable},
		{VerbWithdraw, byComplainant, open, only(StageClosed), (*House).carryWithdraw, nil},
		{VerbClose, byManager, open, only(StageClosed), (*House).carryClose, never},
		{VerbNoComplaint, byManager, unjudged, only(StageClosed), (*House).carryNoComplaint, never},
		{VerbComplaint, byManager, only(StageClosed), only(StageRegistered, StageInformal, StageAssessing), (*House).carryComplaint, (*House).wasNone},
	}
}

// RolesOf are those who may order something. Status and help are for everybody who handles complaints.
func RolesOf(verb Verb) (roles []Role) {
	if verb == VerbStatus || verb == VerbHelp {
		return []Role{RoleManager, RoleMediator, RoleAssessor, RoleCommittee, RoleMember}
	}
	for _, r := range Rules() {
		for _, role := range r.By {
			if r.Verb == verb && !slices.Contains(roles, role) {
				roles = append(roles, role)
			}
		}
	}
	return roles
}

// Step is one way from a stage to another.
type Step struct {
	From, To Stage
	Verb     Verb // the order that takes it; "" where it happens by itself
}

// unordered are the steps that nobody orders: to the default assessor, the end of a case, and a withdrawal that
// the complainant undoes.
var unordered = []Step{
	{StageRegistered, StageAssessing, ""}, {StageDecided, StageClosed, ""}, {StageClosed, StageRegistered, VerbResume}, {StageClosed, StageInformal, VerbResume},
	{StageClosed, StageAssessing, VerbResume}, {StageClosed, StageDecided, VerbResume}, {StageClosed, StageObjection, VerbResume},
}

// Steps are all ways from one stage to another, in the order of the procedure: what may follow what.
func Steps() []Step {
	steps := slices.Clone(unordered)
	for _, r := range Rules() {
		for _, from := range r.From {
			for _, to := range r.To {
				if step := (Step{from, to, r.Verb}); from != to && !slices.Contains(steps, step) {
					steps = append(steps, step)
				}
			}
		}
	}
	order := func(s Stage) int { return slices.Index(Stages(), s) }
	slices.SortStableFunc(steps, func(a, b Step) int { return cmp.Or(order(a.From)-order(b.From), order(a.To)-order(b.To)) })
	return steps
}

// never keeps what is rare and grave off the buttons; it can be written.
func never(*House, Case) bool { return false }

// mayFollow reports that one stage may follow another.
func mayFollow(from, to Stage) bool {
	return from == to || slices.ContainsFunc(Steps(), func(s Step) bool { return s.From == from && s.To == to })
}

// ruleFor is the rule by which a role orders something; false when the role never can.
func (h *House) ruleFor(c Case, verb Verb, role Role) (Rule, bool) {
	var found Rule
	ok := false
	for _, r := range Rules() {
		if r.Verb != verb || !h.holds(c, r, role) {
			continue
		}
		if found, ok = r, true; slices.Contains(r.From, c.Stage) {
			break
		}
	}
	return found, ok
}

// holds reports that a rule is a role's own, or one of the manager's for whom the role stands in.
func (h *House) holds(c Case, r Rule, role Role) bool {
	return slices.Contains(r.By, role) || (slices.Contains(r.By, RoleManager) && h.StandsIn(c, role))
}

// options lists what somebody with a role can usefully order in a case as it stands, for the
// buttons and the refusals. Status and help are always possible and not listed.
func (h *House) options(c Case, role Role) (verbs []Verb) {
	for _, r := range Rules() {
		if slices.Contains(r.From, c.Stage) && h.holds(c, r, role) && (r.offer == nil || r.offer(h, c)) && h.possible(c, r.Verb) {
			verbs = append(verbs, r.Verb)
		}
	}
	return verbs
}

// possible leaves out what the stage allows but the case does not.
func (h *House) possible(c Case, verb Verb) bool {
	switch verb {
	case VerbFinal:
		return c.Judgement != nil && c.Judgement.Answered.IsZero()
	case VerbFormal:
		return c.Stage == StageInformal || reopenable(c)
	case VerbExtend:
		return c.Objection.Extended == nil
	}
	return true
}

// Carry carries out an order in a case. It returns what follows and, in Dutch, what was recorded and
// what happens next; or the reason why nothing was done. Who gave it has been proved before.
func (h *House) Carry(now time.Time, c Case, o Order) (Outcome, string, *Refusal) {
	rule, ok := h.ruleFor(c, o.Verb, o.By)
	if !ok {
		return refuse("Deze opdracht hoort niet bij uw rol in een geregistreerde klacht.")
	}
	if !slices.Contains(rule.From, c.Stage) {
		return refuse(h.wrongStage(c, rule))
	}
	out, done, refusal := rule.carry(h, now, c, o)
	if refusal != nil {
		return Outcome{}, "", refusal
	}
	if closing := h.finish(now, h.after(now, c, out)); len(closing.Facts) > 0 {
		out.add(closing)
		done += " Daarmee is de klacht afgerond. Het dossier wordt " + years(h.Lengths.KeepYears) + " bewaard."
	}
	return out, done, nil
}

// wrongStage says why an order does not fit the stage, and in which it would.
func (h *House) wrongStage(c Case, rule Rule) string {
	if c.Closure != nil {
		return "Deze klacht is afgesloten per " + c.Closure.On.Long() + " (" + c.Closure.How.Label() + "). Dit kan nu niet meer."
	}
	stages := make([]string, len(rule.From))
	for i, s := range rule.From {
		stages[i] = "“" + s.Label() + "”"
	}
	return "Dit kan nu niet: de klacht is in het stadium “" + c.Stage.Label() + "”. Het kan alleen in het stadium " + either(stages) + "."
}

// after is the state once an outcome is recorded.
func (h *House) after(now time.Time, c Case, o Outcome) Case {
	for _, fact := range o.Facts {
		c = c.Apply(Event{Seq: c.Seq + 1, At: now, Fact: fact}, h.Location)
	}
	return c
}

// either lists things for a sentence: "a, b of c".
func either(list []string) string {
	s := ""
	for i, item := range list {
		switch {
		case i == 0:
		case i == len(list)-1:
			s += " of "
		default:
			s += ", "
		}
		s += item
	}
	return s
}
