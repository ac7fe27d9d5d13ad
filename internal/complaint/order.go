package complaint

import (
	"time"

	"klikonderwijs.nl/klachtd/internal/workday"
)

// Verb names what a person can order by mail or from the shell.
type Verb string

// The verbs. The words for them, and who may use them, stand in package command.
const (
	VerbComplaint    Verb = "complaint"    // a doubtful mail is a complaint
	VerbNoComplaint  Verb = "no_complaint" // a doubtful mail is none
	VerbAssign       Verb = "assign"       // give the case to an assessor (5)
	VerbHandBack     Verb = "hand_back"    // the assessor cannot handle it (5)
	VerbAcknowledged Verb = "acknowledged" // the manager has acknowledged by hand (4)
	VerbContact      Verb = "contact"      // the assessor was in touch (7)
	VerbDelay        Verb = "delay"        // the assessor will be later, until when and why (7)
	VerbStatus       Verb = "status"       // how things stand
	VerbHelp         Verb = "help"         // what can be ordered now
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

// Carry carries out an order in a case. It returns what follows and, in Dutch, what was recorded and
// what happens next; or the reason why nothing was done. Who gave it has been proved before.
func (h *House) Carry(now time.Time, c Case, o Order) (Outcome, string, *Refusal) {
	if !c.Open() {
		return refuse("Deze klacht is afgesloten. Er kan niets meer mee gedaan worden.")
	}
	switch o.Verb {
	case VerbAssign:
		return h.carryAssign(c, o)
	case VerbHandBack:
		return h.carryHandBack(c, o)
	case VerbAcknowledged:
		return h.carryAcknowledged(now, c, o)
	case VerbContact:
		return h.carryContact(now, c, o)
	case VerbDelay:
		return h.carryDelay(now, c, o)
	}
	return refuse("Deze opdracht hoort niet bij een geregistreerde klacht.")
}

func (h *House) carryAssign(c Case, o Order) (Outcome, string, *Refusal) {
	found := h.FindAssessor(o.Whom)
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

func (h *House) carryHandBack(c Case, o Order) (Outcome, string, *Refusal) {
	if !c.Assigned() {
		return refuse("De klacht is nu bij niemand in behandeling en kan dus niet worden teruggegeven.")
	}
	if o.Text == "" {
		return refuse("Schrijf erbij waarom u de klacht teruggeeft, bijvoorbeeld: niet onafhankelijk, of afwezig.")
	}
	var out Outcome
	fact := &HandedBack{Reason: o.Text}
	out.record(fact)
	after := c.Apply(Event{Seq: c.Seq + 1, Fact: fact}, h.Location)
	out.tellManager(h, after, Letter{Kind: LetterRegistration, Attach: c.Original, Note: o.Text})
	return out, "De klacht is teruggegeven. De manager wijst een andere beoordelaar aan.", nil
}

func (h *House) carryAcknowledged(now time.Time, c Case, o Order) (Outcome, string, *Refusal) {
	if !c.Acknowledged.IsZero() {
		return refuse("De ontvangst was al bevestigd, op " + c.Acknowledged.Long() + ".")
	}
	on, refusal := h.dayOf(now, c, o)
	if refusal != nil {
		return Outcome{}, "", refusal
	}
	var out Outcome
	out.record(&Acknowledged{On: on, ByHand: true})
	return out, "Genoteerd: u heeft de ontvangst op " + on.Long() + " zelf bevestigd.", nil
}

func (h *House) carryContact(now time.Time, c Case, o Order) (Outcome, string, *Refusal) {
	if !c.Contacted.IsZero() {
		return refuse("Het contact met de indiener was al gemeld, op " + c.Contacted.Long() + ".")
	}
	on, refusal := h.dayOf(now, c, o)
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

// dayOf is the day that an order names, or today; not before the complaint came in and not after today.
func (h *House) dayOf(now time.Time, c Case, o Order) (workday.Date, *Refusal) {
	today, on := h.Today(now), o.On
	switch {
	case on.IsZero():
		return today, nil
	case on.After(today):
		return on, &Refusal{Reason: "De datum " + on.Long() + " ligt in de toekomst. Meld het als het gebeurd is."}
	case on.Before(c.Received):
		return on, &Refusal{Reason: "De datum " + on.Long() + " ligt voor de dag waarop de klacht binnenkwam (" + c.Received.Long() + ")."}
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
	}
	var out Outcome
	out.record(&DelayAnnounced{Until: o.On, Reason: o.Text})
	done := "Genoteerd: de indiener hoort uiterlijk " + o.On.Long() + " van u."
	if c.Answerable() {
		l := h.toComplainant(c, LetterDelay)
		l.Note = o.Text
		out.send(l)
		done += " Wij hebben de indiener de nieuwe datum en de reden gemaild."
	} else {
		done += " Wij kunnen de indiener niet mailen: vertel het zelf."
	}
	out.tellManager(h, c, Letter{Kind: LetterDelay, Note: o.Text})
	return out, done, nil
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

// Options lists what somebody with a role can usefully order in a case as it stands, for the
// buttons and the refusals. Status and help are always possible and not listed.
func (h *House) Options(c Case, role Role) (verbs []Verb) {
	if !c.Open() {
		return nil
	}
	switch role {
	case RoleManager:
		if c.Acknowledged.IsZero() && (!c.Answerable() || c.NotDelivered || c.remindedOf(TermAcknowledge)) {
			verbs = append(verbs, VerbAcknowledged)
		}
		if len(h.Assessors) > 1 || !c.Assigned() {
			verbs = append(verbs, VerbAssign)
		}
	case RoleAssessor:
		if !c.Assigned() {
			return nil
		}
		if c.Contacted.IsZero() {
			verbs = append(verbs, VerbContact, VerbDelay)
		}
		verbs = append(verbs, VerbHandBack)
	}
	return verbs
}
