package complaint

import (
	"time"

	"klikonderwijs.nl/klachtd/internal/workday"
)

// Verb names what a person can order by mail or from the shell.
type Verb string

// The verbs. The words for them, and who may use them, stand in package command.
const (
	VerbComplaint     Verb = "complaint"      // a doubtful mail is a complaint
	VerbNoComplaint   Verb = "no_complaint"   // a doubtful mail is none, or a case was none after all
	VerbAssign        Verb = "assign"         // give the case to an assessor (5)
	VerbHandBack      Verb = "hand_back"      // the assessor cannot handle it (5)
	VerbAcknowledged  Verb = "acknowledged"   // the manager has acknowledged by hand (4)
	VerbInformal      Verb = "informal"       // a mediator tries to settle it first
	VerbSettled       Verb = "settled"        // the informal phase ended with an agreement
	VerbFormal        Verb = "formal"         // the formal procedure starts, or goes on
	VerbContact       Verb = "contact"        // the assessor was in touch (7)
	VerbDelay         Verb = "delay"          // the assessor will be later, until when and why (7)
	VerbMessage       Verb = "message"        // pass a text on to the complainant
	VerbFounded       Verb = "founded"        // a judgement (6, 12)
	VerbPartlyFounded Verb = "partly_founded" // a judgement
	VerbUnfounded     Verb = "unfounded"      // a judgement
	VerbAgree         Verb = "agree"          // the manager agrees with the judgement (6)
	VerbRemark        Verb = "remark"         // the manager has remarks on it (6)
	VerbFinal         Verb = "final"          // the assessor does not wait for the manager any longer (6, 14)
	VerbMeasure       Verb = "measure"        // what will be done (14)
	VerbDone          Verb = "done"           // a measure has been carried out (14)
	VerbNoMeasure     Verb = "no_measure"     // nothing needs to be done (14)
	VerbObject        Verb = "object"         // the complainant objects (9)
	VerbAdmit         Verb = "admit"          // a late objection is handled (9)
	VerbNotAdmit      Verb = "not_admit"      // a late objection is not handled (9)
	VerbCommittee     Verb = "committee"      // who decides on the objection (10)
	VerbExtend        Verb = "extend"         // the committee needs longer (11)
	VerbWithdraw      Verb = "withdraw"       // the complainant withdraws the complaint
	VerbResume        Verb = "resume"         // the complainant undoes a withdrawal; read from a reply, no command
	VerbClose         Verb = "close"          // the manager closes the case
	VerbStatus        Verb = "status"         // how things stand
	VerbHelp          Verb = "help"           // what can be ordered now
)

// Order is a command as it was understood.
type Order struct {
	Verb Verb
	By   Role
	On   workday.Date // a date that belongs to it, zero when none was given
	Whom string       // a person that belongs to it, as it was written
	Text string       // the motivation, reason or agreement
}

// Refusal says in Dutch why an order is not carried out and what can be done instead.
type Refusal struct {
	Reason string
}

func refuse(reason string) (Outcome, string, *Refusal) {
	return Outcome{}, "", &Refusal{Reason: reason}
}

func (h *House) carryAssign(_ time.Time, c Case, o Order) (Outcome, string, *Refusal) {
	found := findPerson(h.Assessors, o.Whom)
	switch {
	case len(found) == 0:
		return refuse("Schrijf achter toewijzen de naam van een beoordelaar die bij ons bekend is: " + names(h.Assessors) + ".")
	case len(found) > 1:
		return refuse("Er is meer dan één beoordelaar die zo heet: " + names(found) + ". Schrijf de hele naam of het e-mailadres.")
	}
	assessor := found[0]
	if c.Assessor.Email == assessor.Email {
		return refuse("De klacht is al toegewezen aan " + assessor.Formal() + ".")
	}
	out := h.assignTo(c, assessor, false)
	if c.Assigned() {
		out.send(Letter{Kind: LetterWithdrawn, Role: RoleAssessor, To: c.Assessor})
	}
	return out, "De klacht is toegewezen aan " + assessor.Described() + ". Het hele dossier is doorgestuurd.", nil
}

func (h *House) carryHandBack(now time.Time, c Case, o Order) (Outcome, string, *Refusal) {
	if o.Text == "" {
		return refuse("Schrijf erbij waarom u de klacht teruggeeft, bijvoorbeeld: niet onafhankelijk, of afwezig.")
	}
	var out Outcome
	out.record(&HandedBack{Reason: o.Text})
	if _, manager := h.ManagerOf(c); !manager {
		next, ok := h.successor(c)
		if !ok {
			return refuse("De klacht gaat over de manager, en er is geen andere beoordelaar die hem kan overnemen. De organisatie moet eerst een vervanger of een andere beoordelaar aanwijzen.")
		}
		out.add(h.assignTo(h.after(now, c, out), next, true))
		return out, "De klacht is teruggegeven en overgedragen aan " + next.Formal() + ", omdat de manager hem niet mag behandelen.", nil
	}
	out.tellManager(h, h.after(now, c, out), Letter{Kind: LetterRegistration, Attach: attached(c.Original), Note: o.Text})
	return out, "De klacht is teruggegeven. De manager wijst een andere beoordelaar aan.", nil
}

func (h *House) carryAcknowledged(now time.Time, c Case, o Order) (Outcome, string, *Refusal) {
	if !c.Acknowledged.IsZero() {
		return refuse("De ontvangst was al bevestigd, op " + c.Acknowledged.Long() + ".")
	}
	on, refusal := h.dayOf(now, c.Received, o)
	if refusal != nil {
		return Outcome{}, "", refusal
	}
	var out Outcome
	if o.By == RoleTeam {
		out.record(&Acknowledged{On: on, Posted: true})
		return out, "Genoteerd: de brief is op " + on.Long() + " op de post gedaan. De ontvangst is daarmee bevestigd.", nil
	}
	out.record(&Acknowledged{On: on, ByHand: true})
	return out, "Genoteerd: u heeft de ontvangst op " + on.Long() + " zelf bevestigd.", nil
}

func (h *House) carryContact(now time.Time, c Case, o Order) (Outcome, string, *Refusal) {
	if !c.Contacted.IsZero() {
		return refuse("Het contact met de indiener was al gemeld, op " + c.Contacted.Long() + ".")
	}
	on, refusal := h.dayOf(now, c.contactStart(), o)
	if refusal != nil {
		return Outcome{}, "", refusal
	}
	var out Outcome
	out.record(&Contacted{On: on, Note: o.Text})
	return out, "Genoteerd: u heeft op " + on.Long() + " contact gehad met de indiener. De termijn voor het contact is daarmee gehaald" + late(on, h.contactTerm(c).Due) + ".", nil
}

// late ends the sentence that a term is met honestly when it was met too late.
func late(on, due workday.Date) string {
	if on.After(due) {
		return ", maar later dan de uiterste datum van " + due.Long()
	}
	return ""
}

// dayOf is the day that an order names, or today; not before the day from which it can be, and not after today.
func (h *House) dayOf(now time.Time, from workday.Date, o Order) (workday.Date, *Refusal) {
	today, on := h.Today(now), o.On
	switch {
	case on.IsZero():
		return today, nil
	case on.After(today):
		return on, &Refusal{Reason: "De datum " + on.Long() + " ligt in de toekomst. Meld het als het gebeurd is."}
	case on.Before(from):
		return on, &Refusal{Reason: "De datum " + on.Long() + " is te vroeg. Het kan op zijn vroegst " + from.Long() + " zijn gebeurd."}
	}
	return on, nil
}

func (h *House) carryDelay(now time.Time, c Case, o Order) (Outcome, string, *Refusal) {
	due := h.contactTerm(c).Due
	switch {
	case !c.Contacted.IsZero():
		return refuse("Het contact met de indiener is al geweest, op " + c.Contacted.Long() + ". Uitstel is niet nodig.")
	case o.On.IsZero():
		return refuse("Schrijf achter uitstel de datum waarop de indiener uiterlijk van u hoort.")
	case !o.On.After(due):
		return refuse("De nieuwe datum moet later zijn dan de datum die nu geldt: " + due.Long() + ".")
	case !o.On.After(h.Today(now)):
		return refuse("De datum " + o.On.Long() + " is al voorbij of is vandaag. Kies een dag die nog komt.")
	case o.Text == "":
		return refuse("Schrijf erbij waarom het later wordt. De indiener krijgt die reden te lezen.")
	case !o.On.IsZero() && !h.Calendar.IsWorkingDay(o.On, workday.Ours):
		return refuse(h.restDay(o.On))
	case o.On.After(h.Today(now).AddYears(1)):
		return refuse("De datum " + o.On.Long() + " ligt meer dan een jaar vooruit. Klopt het jaar?")
	}
	late := h.Today(now).After(due)
	var out Outcome
	out.record(&DelayAnnounced{Until: o.On, Reason: o.Text, Late: late})
	told := out.tellComplainant(h, c, Letter{Kind: LetterDelay, Note: o.Text})
	out.tellManager(h, c, Letter{Kind: LetterDelay, Note: o.Text})
	done := "Genoteerd: de indiener hoort uiterlijk " + o.On.Long() + " van u. " + told
	if late {
		done += " De termijn was " + due.Long() + " en blijft voorbij: u en de manager krijgen herinneringen tot het contact er is geweest."
	}
	return out, done, nil
}

// restDay says why a promise cannot end on a day.
func (h *House) restDay(day workday.Date) string {
	_, name := h.Calendar.Kind(day)
	return "Op " + day.Long() + " wordt niet gewerkt (" + name + "). Kies een werkdag, bijvoorbeeld " + h.Calendar.AddWorkingDays(day, 1, workday.Ours).Long() + "."
}

// names lists people for a sentence: "dhr. N. Korst, mevr. A. de Wit".
func names(people []Person) string {
	s := ""
	for i, p := range people {
		if i > 0 {
			s += ", "
		}
		s += p.Formal()
	}
	return s
}

func (h *House) mayAssign(c Case) bool { return len(h.Assessors) > 1 || !c.Assigned() }

func (h *House) mustAcknowledge(c Case) bool {
	return c.Acknowledged.IsZero() && (!c.Answerable() || !c.NotDelivered.IsZero() || c.remindedOf(TermAcknowledge))
}

func (h *House) uncontacted(c Case) bool { return c.Contacted.IsZero() }

func (h *House) reachable(c Case) bool { return c.Answerable() && c.NotDelivered.IsZero() }

func (h *House) carryMessage(_ time.Time, c Case, o Order) (Outcome, string, *Refusal) {
	switch {
	case o.Text == "":
		return refuse("Schrijf onder bericht wat de indiener moet lezen.")
	case !c.Answerable():
		return refuse("Wij kunnen de indiener niet mailen: " + c.whyUnanswerable() + ". Bel de indiener, of schrijf een brief.")
	}
	var out Outcome
	out.record(&MessageSent{From: o.By, Body: o.Text})
	l := h.toComplainant(c, LetterMessage)
	l.Note, l.From = o.Text, o.By
	out.send(l)
	done := "Wij hebben uw bericht aan de indiener gestuurd."
	if o.By == RoleAssessor && c.Contacted.IsZero() {
		done += " Dit telt als contact met de indiener."
	}
	return out, done, nil
}

// tellComplainant sends a letter to the complainant, or asks the manager to tell it where no
// machine may. It says in Dutch which of the two.
func (o *Outcome) tellComplainant(h *House, c Case, l Letter) string {
	if c.Answerable() {
		l.Role = RoleComplainant
		l.To, _ = h.Person(c, RoleComplainant)
		o.send(l)
		return "De indiener krijgt hierover een mail."
	}
	o.tellManager(h, c, Letter{Kind: LetterByHand, About: l.Kind, Note: l.Note})
	return "Wij kunnen de indiener niet mailen (" + c.whyUnanswerable() + "). De manager is gevraagd het zelf te vertellen."
}

func (c Case) whyUnanswerable() string {
	if c.NoAnswer != "" {
		return c.NoAnswer
	}
	return "er is geen e-mailadres bekend"
}
