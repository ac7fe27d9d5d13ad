package complaint

import (
	"slices"
	"strings"
	"time"

	"klikonderwijs.nl/klachtd/internal/workday"
)

// Object takes an objection of the complainant in, by mail (Klachtenprocedure 9). Before a decision
// it is a message for whoever has the case; on top of another one it goes to the committee.
func (h *House) Object(now, received time.Time, c Case, original string, answer bool) Outcome {
	if c.Decision == nil || c.Objection != nil || h.Today(received).Before(c.Decision.On) {
		return h.File(c, RoleComplainant, ReadAsObjection, original)
	}
	return h.object(now, c, h.Today(received), original, "", answer)
}

func (h *House) carryObject(now time.Time, c Case, o Order) (Outcome, string, *Refusal) {
	switch {
	case c.Decision == nil:
		return refuse("Bezwaar kan pas als er een beslissing is.")
	case c.Objection != nil:
		return refuse("Er is al bezwaar gemaakt, op " + c.Objection.On.Long() + ". Tegen de beslissing daarop is geen bezwaar meer mogelijk.")
	}
	on, refusal := h.dayOf(now, c.Decision.On, o)
	if refusal != nil {
		return Outcome{}, "", refusal
	}
	done := "Het bezwaar is vastgelegd, ontvangen op " + on.Long()
	if on.After(h.objectTerm(c).Due) {
		done += ". Het is te laat: de manager beslist of het wordt behandeld"
	}
	return h.object(now, c, on, "", o.Text, true), done + ".", nil
}

func (h *House) object(now time.Time, c Case, on workday.Date, original, words string, answer bool) Outcome {
	var out Outcome
	out.record(&Objected{On: on, Late: on.After(h.objectTerm(c).Due), Original: original, Words: words})
	after := h.after(now, c, out)
	if answer {
		out.tellComplainant(h, after, Letter{Kind: LetterObjection})
	} else {
		out.tellManager(h, after, Letter{Kind: LetterByHand, About: LetterObjection})
	}
	out.tellManager(h, after, Letter{Kind: LetterObjection, Attach: attached(original), Note: words})
	return out
}

func (h *House) mustAdmit(c Case) bool { return c.Objection != nil && !c.Objection.Admitted }

func (h *House) mustAppoint(c Case) bool {
	return c.Objection != nil && c.Objection.Admitted && len(c.Objection.Members) == 0
}

func (h *House) carryAdmit(now time.Time, c Case, o Order) (Outcome, string, *Refusal) {
	if c.Objection.Admitted {
		return refuse("Dit bezwaar wordt al behandeld.")
	}
	var out Outcome
	out.record(&Admitted{Reason: o.Text})
	after := h.after(now, c, out)
	told := out.tellComplainant(h, after, Letter{Kind: LetterAdmission})
	return out, "Het bezwaar wordt behandeld, ook al was het te laat. Benoem nu de geschillencommissie. " + told, nil
}

func (h *House) carryNotAdmit(now time.Time, c Case, o Order) (Outcome, string, *Refusal) {
	switch {
	case c.Objection.Admitted:
		return refuse("Dit bezwaar wordt al behandeld, en kan niet meer worden afgewezen omdat het te laat was.")
	case o.Text == "":
		return refuse("Schrijf onder niet ontvankelijk ook waarom. De indiener krijgt die reden te lezen.")
	}
	var out Outcome
	out.record(&NotAdmitted{Reason: o.Text})
	told := out.tellComplainant(h, h.after(now, c, out), Letter{Kind: LetterAdmission, Note: o.Text})
	return out, "Het bezwaar wordt niet behandeld. " + told, nil
}

// carryCommittee appoints the committee. Who is tied to the department of the product, assessed the
// case or is its manager is not independent (Klachtenprocedure 10).
func (h *House) carryCommittee(now time.Time, c Case, o Order) (Outcome, string, *Refusal) {
	if !c.Objection.Admitted {
		return refuse("Het bezwaar was te laat. Beslis eerst of het wordt behandeld: ontvankelijk of niet ontvankelijk.")
	}
	members, why := h.members(c, o.Whom)
	if why != "" {
		return refuse(why)
	}
	var out Outcome
	out.record(&CommitteeAppointed{Members: members})
	after := h.after(now, c, out)
	for i, member := range members {
		role := RoleMember
		if i == 0 {
			role = RoleCommittee
		}
		out.send(Letter{Kind: LetterCommittee, Role: role, To: member, Attach: c.Originals})
	}
	for _, before := range c.Objection.Members {
		if !slices.Contains(members, before) {
			out.send(Letter{Kind: LetterWithdrawn, Role: RoleMember, To: before})
		}
	}
	return out, "De geschillencommissie is benoemd: " + names(members) + ". De voorzitter is " + members[0].Formal() + ". De commissie heeft het hele dossier gekregen en beslist uiterlijk " + h.objectionTerms(after)[0].Due.Long() + ".", nil
}

func (h *House) members(c Case, said string) (members []Person, why string) {
	var configured []Person
	for _, m := range h.Committee {
		configured = append(configured, m.Person)
	}
	known := "Bij ons bekend: " + names(configured) + "."
	for name := range strings.SplitSeq(strings.NewReplacer(" en ", ",", ";", ",", "\n", ",").Replace(said), ",") {
		if name = strings.Trim(name, " <>.:"); name == "" {
			continue
		}
		found := findPerson(configured, name)
		switch {
		case len(found) == 0:
			return nil, "Wij kennen “" + name + "” niet als lid van de geschillencommissie. " + known
		case len(found) > 1:
			return nil, "Er is meer dan één lid dat zo heet: " + names(found) + ". Schrijf de hele naam of het e-mailadres."
		}
		if reason := h.dependent(c, found[0]); reason != "" {
			return nil, found[0].Formal() + " kan niet in de commissie: " + reason + ". Kies iemand anders."
		}
		if !slices.Contains(members, found[0]) {
			members = append(members, found[0])
		}
	}
	if len(members) == 0 {
		return nil, "Schrijf achter commissie wie erin zitten; de eerste wordt voorzitter. " + known
	}
	return members, ""
}

// dependent says in Dutch why somebody is not independent in a case; "" when he is.
func (h *House) dependent(c Case, p Person) string {
	manager, _ := h.ManagerOf(c)
	switch {
	case strings.EqualFold(p.Email, c.Assessor.Email):
		return "hij of zij heeft de klacht beoordeeld"
	case strings.EqualFold(p.Email, manager.Email) || strings.EqualFold(p.Email, h.Manager.Email):
		return "hij of zij is de manager"
	case c.Informal != nil && strings.EqualFold(p.Email, c.Informal.Mediator.Email):
		return "hij of zij heeft in deze klacht bemiddeld"
	case strings.EqualFold(p.Email, c.ReplyTo):
		return "hij of zij heeft de klacht ingediend"
	}
	department := h.departmentOf(c.Fields.Value(FieldProduct))
	for _, m := range h.Committee {
		if !strings.EqualFold(m.Email, p.Email) || department == "" {
			continue
		}
		for _, tied := range m.Departments {
			if strings.EqualFold(tied, department) {
				return "hij of zij heeft een band met de afdeling " + department + ", waar de klacht over gaat"
			}
		}
	}
	return ""
}

// Candidates are who can be appointed in a case.
func (h *House) Candidates(c Case) (free []Person) {
	for _, m := range h.Committee {
		if h.dependent(c, m.Person) == "" {
			free = append(free, m.Person)
		}
	}
	return free
}

// carryExtend lets the committee take longer, announced within the four weeks only (Klachtenprocedure 11).
func (h *House) carryExtend(now time.Time, c Case, o Order) (Outcome, string, *Refusal) {
	term := h.objectionTerms(c)[0]
	within := h.ObjectionDecisionBy(c.Objection.On).Last
	switch {
	case h.Today(now).After(within):
		return refuse("Verlengen kon tot en met " + within.Long() + ". Beslis zo snel mogelijk, en laat de indiener met bericht weten wanneer.")
	case o.On.IsZero():
		return refuse("Schrijf achter verlengen de datum waarop de commissie uiterlijk beslist.")
	case !o.On.After(term.Due):
		return refuse("De nieuwe datum moet later zijn dan de datum die nu geldt: " + term.Due.Long() + ".")
	case !o.On.IsZero() && !h.Calendar.IsWorkingDay(o.On, workday.Ours):
		return refuse(h.restDay(o.On))
	case o.On.After(h.Today(now).AddYears(1)):
		return refuse("De datum " + o.On.Long() + " ligt meer dan een jaar vooruit. Klopt het jaar?")
	case o.Text == "":
		return refuse("Schrijf erbij waarom de commissie meer tijd nodig heeft. De indiener krijgt die reden te lezen.")
	}
	var out Outcome
	out.record(&Extended{Until: o.On, Reason: o.Text})
	after := h.after(now, c, out)
	told := out.tellComplainant(h, after, Letter{Kind: LetterExtension, Note: o.Text})
	out.tellManager(h, after, Letter{Kind: LetterExtension, Note: o.Text})
	return out, "Genoteerd: de commissie beslist uiterlijk " + o.On.Long() + ". " + told, nil
}

// carryObjectionDecision is the committee's decision (Klachtenprocedure 12).
func (h *House) carryObjectionDecision(now time.Time, c Case, o Order) (Outcome, string, *Refusal) {
	verdict := verdictOf(o.Verb)
	if o.Text == "" {
		return refuse("Schrijf onder " + verdict.Label() + " ook waarom. De indiener krijgt uw motivering te lezen; zonder motivering versturen wij geen beslissing.")
	}
	var out Outcome
	out.record(&ObjectionDecided{Verdict: verdict, Motivation: o.Text})
	after := h.after(now, c, out)
	told := out.tellComplainant(h, after, Letter{Kind: LetterObjectionDecision, Note: o.Text})
	out.tellManager(h, after, Letter{Kind: LetterObjectionDecision})
	if c.Assigned() {
		out.send(Letter{Kind: LetterObjectionDecision, Role: RoleAssessor, To: c.Assessor})
	}
	return out, "De beslissing op het bezwaar is vastgelegd: " + verdict.Label() + ". " + told, nil
}
