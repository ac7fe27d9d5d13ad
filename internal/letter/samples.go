package letter

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// Sample is one outgoing mail with made-up data.
type Sample struct {
	Name   string
	Render func(*Renderer) (Mail, error)

	letter *CaseLetter // what it is made of; nil when it is not about one case
}

// SampleOriginal is the message that stands for the attached original in the samples.
const SampleOriginal = "From: Sanne Vermeer <sanne.vermeer@voorbeeld.example>\r\nSubject: Klacht\r\n\r\nDe trainer kwam niet opdagen.\r\n"

// Samples are all outgoing mails, every variant that reads differently, in the order of the procedure.
func Samples() []Sample {
	s := newSampler()
	list := []Sample{
		s.letter("acknowledgement", complaint.LetterAcknowledgement, complaint.RoleComplainant, s.forwarded, ""),
		s.letter("acknowledgement-incomplete", complaint.LetterAcknowledgement, complaint.RoleComplainant, s.incomplete, ""),
		s.letter("acknowledgement-unassigned", complaint.LetterAcknowledgement, complaint.RoleComplainant, s.conflict, ""),
		s.letter("registration", complaint.LetterRegistration, complaint.RoleManager, s.forwarded, ""),
		s.letter("registration-incomplete", complaint.LetterRegistration, complaint.RoleManager, s.incomplete, ""),
		s.letter("registration-unanswered", complaint.LetterRegistration, complaint.RoleManager, s.unanswered, ""),
		s.letter("registration-conflict", complaint.LetterRegistration, complaint.RoleManager, s.conflict, ""),
		s.letter("registration-on-paper", complaint.LetterRegistration, complaint.RoleManager, s.onPaper, ""),
		s.letter("posting", complaint.LetterPosting, complaint.RoleTeam, s.onPaper, ""),
		s.letter("posting-incomplete", complaint.LetterPosting, complaint.RoleTeam, s.byPhone, ""),
		s.letter("registration-handed-back", complaint.LetterRegistration, complaint.RoleManager, s.handedBack, "Ik ben tot en met 24 april afwezig."),
		s.letter("forward", complaint.LetterForward, complaint.RoleAssessor, s.forwarded, ""),
		s.letter("forward-incomplete", complaint.LetterForward, complaint.RoleAssessor, s.goneOn, ""),
		s.letter("forward-about-manager", complaint.LetterForward, complaint.RoleAssessor, s.aboutManager, ""),
		s.letter("withdrawn", complaint.LetterWithdrawn, complaint.RoleAssessor, s.forwarded, ""),
		s.letter("alarm-acknowledgement", complaint.LetterAlarm, complaint.RoleManager, s.cameBack, string(complaint.LetterAcknowledgement)),
		s.letter("alarm-forward", complaint.LetterAlarm, complaint.RoleManager, s.forwarded, string(complaint.LetterForward)),
		s.letter("alarm-supplemented", complaint.LetterAlarm, complaint.RoleManager, s.forwarded, string(complaint.LetterSupplemented)),
		s.letter("data-request", complaint.LetterDataRequest, complaint.RoleComplainant, s.goneOn, ""),
		s.letter("supplemented", complaint.LetterSupplemented, complaint.RoleComplainant, s.forwarded, ""),
		s.letter("supplemented-incomplete", complaint.LetterSupplemented, complaint.RoleComplainant, s.incomplete, ""),
		s.letter("standing", complaint.LetterStanding, complaint.RoleComplainant, s.forwarded, ""),
		s.letter("standing-incomplete", complaint.LetterStanding, complaint.RoleComplainant, s.incomplete, ""),
		s.letter("passed-on", complaint.LetterPassedOn, complaint.RoleAssessor, s.forwarded, ""),
		s.letter("passed-on-objection", complaint.LetterPassedOn, complaint.RoleManager, s.forwarded, "objection"),
		s.letter("delay", complaint.LetterDelay, complaint.RoleComplainant, s.delayed, "De trainer is met vakantie. Ik wil hem eerst spreken."),
		s.letter("delay-manager", complaint.LetterDelay, complaint.RoleManager, s.delayed, "De trainer is met vakantie. Ik wil hem eerst spreken."),
		s.letter("not-authentic", complaint.LetterNotAuthentic, complaint.RoleManager, s.forwarded, "de geheime code van deze klacht ontbreekt"),
	}
	return slices.Concat(list, s.procedure(), s.others())
}

// sampler holds the made-up house and its cases.
type sampler struct {
	house *complaint.House
	at    time.Time

	forwarded, cameBack, incomplete, conflict, unanswered, handedBack, goneOn, aboutManager, delayed, onPaper, byPhone complaint.Case
}

func newSampler() *sampler {
	loc := time.FixedZone("CEST", 2*60*60)
	s := &sampler{at: time.Date(2026, time.April, 2, 14, 0, 0, 0, loc)}
	s.house = &complaint.House{
		Calendar: workday.NewCalendar(nil), Location: loc, Lengths: complaint.DefaultLengths(), Before: []int{3, 1}, Repeat: 2, Automatic: true,
		Manager: complaint.Person{Name: "Marit van Dalen", Title: "manager Propositie", Email: "m.vandalen@voorbeeld.example"},
		Assessors: []complaint.Person{
			{Name: "N. Korst", Salutation: "dhr.", Title: "manager Kwaliteit en Compliance", Organisation: "VAPRO", Email: "n.korst@voorbeeld.example"},
			{Name: "Anna de Wit", Salutation: "mevr.", Email: "a.dewit@voorbeeld.example"},
		},
		Team:      complaint.Person{Email: "projectondersteuning@voorbeeld.example"},
		Mediators: []complaint.Person{{Name: "Els Prins", Salutation: "mevr.", Email: "e.prins@voorbeeld.example"}},
	}
	all := complaint.Fields{
		complaint.FieldPerson: {Value: "Sanne Vermeer"}, complaint.FieldOrganisation: {Value: "Techniek College Zuid"},
		complaint.FieldEmail: {Value: "sanne.vermeer@voorbeeld.example"}, complaint.FieldPhone: {Value: "+31612345678"},
		complaint.FieldProduct: {Value: "Procesoperator B"}, complaint.FieldSubmitted: {Value: "2026-04-02"},
		complaint.FieldDescription: {Value: "De trainer kwam op 30 maart niet opdagen. Er was geen vervanger en niemand belde ons."},
		complaint.FieldMotivation:  {Value: "Wij hebben voor twaalf deelnemers betaald. Zij kunnen nu geen examen doen."},
		complaint.FieldRemedy:      {Value: "Een nieuwe trainingsdag in april."},
	}
	some := chosen(all, []complaint.FieldName{complaint.FieldPerson, complaint.FieldEmail, complaint.FieldProduct, complaint.FieldSubmitted, complaint.FieldDescription})
	assigned := &complaint.Assigned{Assessor: s.house.Assessors[0], Automatic: true}
	s.forwarded = s.fold(s.registered(all), assigned)
	s.cameBack = s.fold(s.registered(all), assigned, &complaint.Undelivered{Letter: complaint.LetterAcknowledgement, To: complaint.RoleComplainant})
	s.incomplete = s.fold(s.registered(some))
	conflict := s.registered(all)
	conflict.Conflict = complaint.ConflictAssessor
	s.conflict = s.fold(conflict)
	unanswered := s.registered(some)
	unanswered.ReplyTo, unanswered.NoAnswer = "", "er is geen e-mailadres van de indiener bekend"
	s.unanswered = s.fold(unanswered)
	written, called := s.registered(chosen(all, withoutEmail(all))), s.registered(chosen(some, withoutEmail(some)))
	written.Fields[complaint.FieldEmail] = complaint.Field{Value: complaint.NoAddress}
	written.Channel, written.OnPaper, written.Postal, written.ReplyTo = complaint.ChannelLetter, true, "Havenstraat 12, 3011 AB Rotterdam", ""
	called.Channel, called.OnPaper, called.ReplyTo = complaint.ChannelPhone, true, ""
	s.onPaper, s.byPhone = s.fold(written, assigned), s.fold(called)
	s.handedBack = s.fold(s.registered(all), assigned, &complaint.HandedBack{Reason: "afwezig"})
	s.goneOn = s.fold(s.registered(some), &complaint.DataRequested{}, assigned)
	aboutManager := s.registered(all)
	aboutManager.Conflict = complaint.ConflictManager
	s.aboutManager = s.fold(aboutManager, assigned)
	s.delayed = s.fold(s.registered(all), assigned, &complaint.DelayAnnounced{Until: workday.NewDate(2026, time.April, 24), Reason: "De trainer is met vakantie."})
	return s
}

func withoutEmail(fields complaint.Fields) (names []complaint.FieldName) {
	for _, name := range complaint.FieldNames() {
		if _, ok := fields[name]; ok && name != complaint.FieldEmail {
			names = append(names, name)
		}
	}
	return names
}

func (s *sampler) registered(fields complaint.Fields) *complaint.Registered {
	return &complaint.Registered{
		Reference: complaint.Reference{Year: 2026, Number: 7}, Channel: complaint.ChannelMail, Received: workday.NewDate(2026, time.April, 2),
		Fields: fields, ReplyTo: "sanne.vermeer@voorbeeld.example", Original: strings.Repeat("0", 64), Subject: "Klacht",
		Reasons: []string{"het zegt een klacht in te dienen", "er is iemand niet gekomen"},
	}
}

func (s *sampler) fold(facts ...complaint.Fact) complaint.Case {
	events := make([]complaint.Event, len(facts))
	for i, fact := range facts {
		events[i] = complaint.Event{Seq: i + 1, At: s.at, By: complaint.RoleSystem, Fact: fact}
	}
	return complaint.Fold(events, s.house.Location)
}

func (s *sampler) envelope() Envelope { return Envelope{Sequence: 1, At: s.at} }

func (s *sampler) letter(name string, kind complaint.LetterKind, role complaint.Role, c complaint.Case, note string) Sample {
	to := s.house.Assessors[0]
	for _, p := range s.house.People(c) {
		if p.Role == role {
			to = p.Person
		}
	}
	manager, _ := s.house.ManagerOf(c)
	l := CaseLetter{
		Envelope: s.envelope(), House: s.house, Letter: complaint.Letter{Kind: kind, Role: role, To: to, Note: note}, Case: c,
		Terms: s.house.Terms(c), Manager: manager, Buttons: s.buttons(s.house.OptionsFor(kind, c, role), role),
	}
	switch kind {
	case complaint.LetterMessage:
		l.Letter.From = complaint.RoleAssessor
	case complaint.LetterByHand:
		l.Letter.About = complaint.LetterDecision
	case complaint.LetterPosting:
		l.Letter.About = complaint.LetterAcknowledgement
	case complaint.LetterSupplemented, complaint.LetterPassedOn:
		l.Letter.Added = []complaint.FieldName{complaint.FieldPhone, complaint.FieldProduct}
	}
	switch kind {
	case complaint.LetterInformal, complaint.LetterFormal, complaint.LetterCommittee, complaint.LetterObjection,
		complaint.LetterForward, complaint.LetterRegistration, complaint.LetterPassedOn, complaint.LetterNotAuthentic:
		l.Attached = s.attachments("K-2026-0007")
	case complaint.LetterAcknowledgement:
		l.InReplyTo = "<klacht@voorbeeld.example>"
	}
	return Sample{Name: name, Render: func(r *Renderer) (Mail, error) { return r.Case(l) }, letter: &l}
}

func (s *sampler) attachments(reference string) []Attachment {
	return []Attachment{{Digest: strings.Repeat("0", 64), Raw: true, Name: reference + "-bericht.eml"}}
}

// buttons stand for those that the desk gives: their words come from the command table, which this package does not know.
func (s *sampler) buttons(options []complaint.Verb, role complaint.Role) (buttons []Button) {
	if slices.Contains(complaint.RolesOf(complaint.VerbStatus), role) {
		options = append(options, complaint.VerbStatus)
	}
	for _, verb := range options {
		word := strings.ReplaceAll(string(verb), "_", " ")
		if role == complaint.RoleTeam {
			buttons = append(buttons, Button{Label: "De brief is op de post", Command: sampleButtons[verb].Command})
			continue
		}
		if sample, ok := sampleButtons[verb]; ok {
			buttons = append(buttons, sample)
			continue
		}
		buttons = append(buttons, Button{Label: word, Command: word})
	}
	return buttons
}

var sampleButtons = map[complaint.Verb]Button{
	complaint.VerbAcknowledged:  {Label: "Ik heb de ontvangst zelf bevestigd", Command: "bevestigd"},
	complaint.VerbAssign:        {Label: "Toewijzen aan mevr. Anna de Wit", Command: "toewijzen a.dewit@voorbeeld.example"},
	complaint.VerbContact:       {Label: "Ik heb contact gehad", Command: "contact"},
	complaint.VerbDelay:         {Label: "Ik heb meer tijd nodig", Command: "uitstel", Body: "Nieuwe datum: \nReden: "},
	complaint.VerbHandBack:      {Label: "Ik geef de klacht terug", Command: "teruggeven", Body: "Reden: "},
	complaint.VerbInformal:      {Label: "Eerst bemiddelen door mevr. Els Prins", Command: "informeel e.prins@voorbeeld.example"},
	complaint.VerbSettled:       {Label: "Het is opgelost", Command: "opgelost", Body: "Afspraak: "},
	complaint.VerbFormal:        {Label: "Begin de formele procedure", Command: "formeel"},
	complaint.VerbMessage:       {Label: "Schrijf aan de indiener", Command: "bericht", Body: "Bericht: "},
	complaint.VerbFounded:       {Label: "Oordeel: gegrond", Command: "gegrond", Body: "Motivering: "},
	complaint.VerbPartlyFounded: {Label: "Oordeel: deels gegrond", Command: "deels gegrond", Body: "Motivering: "},
	complaint.VerbUnfounded:     {Label: "Oordeel: ongegrond", Command: "ongegrond", Body: "Motivering: "},
	complaint.VerbAgree:         {Label: "Ik ben het eens met het oordeel", Command: "akkoord"},
	complaint.VerbRemark:        {Label: "Ik heb een opmerking", Command: "opmerking", Body: "Opmerking: "},
	complaint.VerbFinal:         {Label: "Maak het oordeel definitief", Command: "definitief"},
	complaint.VerbMeasure:       {Label: "Leg een maatregel vast", Command: "maatregel", Body: "Maatregel: \nVoor: "},
	complaint.VerbDone:          {Label: "Maatregel 1 is uitgevoerd", Command: "uitgevoerd 1"},
	complaint.VerbNoMeasure:     {Label: "Er is geen maatregel nodig", Command: "geen maatregel"},
	complaint.VerbAdmit:         {Label: "Behandel het bezwaar toch", Command: "ontvankelijk"},
	complaint.VerbNotAdmit:      {Label: "Behandel het bezwaar niet", Command: "niet ontvankelijk", Body: "Reden: "},
	complaint.VerbCommittee:     {Label: "Benoem de commissie: mevr. Bos, dhr. Vos", Command: "commissie bos@voorbeeld.example, vos@voorbeeld.example"},
	complaint.VerbExtend:        {Label: "Wij hebben meer tijd nodig", Command: "verlengen", Body: "Nieuwe datum: \nReden: "},
	complaint.VerbStatus:        {Label: "Bekijk de stand van zaken", Command: "status"},
}

func (s *sampler) others() []Sample {
	manager := complaint.Recipient{Role: complaint.RoleManager, Person: s.house.Manager}
	assessor := complaint.Recipient{Role: complaint.RoleAssessor, Person: s.house.Assessors[0]}
	operator := complaint.Recipient{Role: complaint.RoleOperator, Person: complaint.Person{Email: "beheer@voorbeeld.example"}}
	doubt := DoubtItem{
		Reference: "T-2026-0003", Received: workday.NewDate(2026, time.April, 2), AckBy: workday.NewDate(2026, time.April, 8),
		Buttons: []Button{{Label: "Ja, dit is een klacht", Command: "klacht"}, {Label: "Nee, geen klacht", Command: "geen klacht"}},
	}
	terms := s.house.Terms(s.forwarded)
	contact := terms[len(terms)-1]
	item := func(role complaint.Role, late bool, today workday.Date) ReminderItem {
		return ReminderItem{
			Role:  role,
			Duty:  complaint.Duty{Reference: s.forwarded.Reference, Term: contact, Late: late, To: []complaint.Recipient{assessor}},
			Today: today, Buttons: s.buttons(s.house.OptionsOf(contact.Kind, s.forwarded, role), role),
		}
	}
	render := func(name string, f func(*Renderer) (Mail, error)) Sample { return Sample{Name: name, Render: f} }
	return []Sample{
		render("reminder", func(r *Renderer) (Mail, error) {
			return r.Reminders(Reminders{Envelope: s.envelope(), To: assessor, Items: []ReminderItem{item(complaint.RoleAssessor, false, contact.Due)}})
		}),
		render("reminder-late", func(r *Renderer) (Mail, error) {
			return r.Reminders(Reminders{Envelope: s.envelope(), To: manager, Items: []ReminderItem{item(complaint.RoleManager, true, contact.Due.AddDays(3))}, Doubts: []DoubtItem{doubt}})
		}),
		render("answer", func(r *Renderer) (Mail, error) {
			return r.Answer(Answer{
				Envelope: s.envelope(), To: assessor, Reference: "K-2026-0007", Heading: "Genoteerd",
				Text:  fmt.Sprintf("Genoteerd: u heeft op %s contact gehad met de indiener.", contact.Due.Long()),
				Lines: []string{"ontvangstbevestiging: uiterlijk woensdag 8 april 2026; gedaan op donderdag 2 april 2026"},
			})
		}),
		render("answer-refused", func(r *Renderer) (Mail, error) {
			return r.Answer(Answer{
				Envelope: s.envelope(), To: assessor, Reference: "K-2026-0007", Heading: "Niet uitgevoerd",
				Text:    "De datum maandag 4 mei 2026 ligt in de toekomst. Meld het als het gebeurd is.",
				Lines:   []string{"contact [<datum>]: u heeft contact gehad met de indiener; zonder datum: vandaag"},
				Buttons: s.buttons(s.house.OptionsFor(complaint.LetterAnswer, s.forwarded, complaint.RoleAssessor), complaint.RoleAssessor),
			})
		}),
		render("doubt", func(r *Renderer) (Mail, error) {
			return r.Doubt(Doubt{Envelope: s.envelope(), To: s.house.Manager, Item: doubt, Reasons: []string{"het spreekt van ontevredenheid"}, Attached: s.attachments("T-2026-0003")})
		}),
		render("unreadable", func(r *Renderer) (Mail, error) {
			return r.Notice(Notice{
				Envelope: s.envelope(), Kind: complaint.LetterUnreadable, To: manager, Subject: "Een bericht in de mailbox kan niet worden gelezen",
				Text:  "In de mailbox staat een bericht dat wij niet konden lezen, ook niet na een paar pogingen. Het is niet verwijderd en niet verplaatst.\n\nWilt u het zelf bekijken? Is het een klacht, sleep het bericht dan naar de map voor klachten, of vraag de beheerder om de klacht te registreren.",
				Lines: []string{"map: INBOX", "nummer in de map (UID): 412"},
			})
		}),
		render("alert", func(r *Renderer) (Mail, error) {
			return r.Notice(Notice{
				Envelope: s.envelope(), Kind: complaint.LetterAlert, To: operator, Subject: "klachtd: storing",
				Text: "De mailbox kan niet worden gelezen. Nieuwe klachten worden nu niet gezien.\n\nMet klachtd check ziet u wat er aan de hand is en wat eraan te doen is, met klachtd queue wat er wacht.", Lines: []string{"sinds: donderdag 2 april 2026, 14:00 uur", "melding: connection refused"},
			})
		}),
	}
}
