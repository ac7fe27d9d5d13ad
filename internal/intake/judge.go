package intake

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
)

// Kind says what a mail is.
type Kind string

// The kinds. BounceKind is spelt "bounce"; the name differs from the type Bounce.
const (
	Complaint  Kind = "complaint"
	Objection  Kind = "objection"
	Supplement Kind = "supplement"
	Command    Kind = "command"
	Ordinary   Kind = "other"
	Auto       Kind = "auto"
	BounceKind Kind = "bounce"
	Bulk       Kind = "bulk"
	Review     Kind = "review" // a person must decide
)

// Reading is what was made of a mail.
type Reading struct {
	Kind      Kind
	Score     float64  // how much speaks for a complaint, 0 to 1
	Reasons   []string // in Dutch, for the manager
	Reference string   // "K-2026-0007", "" when the mail names no case
	Fields    Fields
	Missing   []string // required fields that are not known
}

// The bars in probability. What is a complaint or objection with less than certainBar is looked at by
// a person; what is one with less than doubtBar is not.
const (
	certainBar = .6
	doubtBar   = .2
)

// Judge says what a mail is and why, and reads its fields.
func (r *Reader) Judge(m *Message) Reading {
	v := r.voiceOf(m)
	s := r.show(m, v)
	odds := r.model.odds(s)
	likely := odds.softmax()
	disputes := likely.of(Complaint) + likely.of(Objection)
	reading := Reading{Reference: referenceOf(m), Score: math.Round(100*disputes) / 100}
	reading.Kind, reading.Reasons = r.decide(m, v, s, likely, reading.Reference)
	switch reading.Kind {
	case Complaint, Objection, Supplement, Review, Command:
		reading.Fields = r.fields(m, v, reading.Kind, disputes >= certainBar)
	default:
		if !m.Received.IsZero() {
			reading.Fields.Submitted = field(m.Received.In(r.profile.Location).Format("2006-01-02"), sourceHeader, mostShort)
		}
	}
	reading.Missing = reading.Fields.missing()
	return reading
}

// decide goes through the kinds in the order of what is surest: what a mail's form proves, then what
// its words say.
func (r *Reader) decide(m *Message, v voice, s shown, likely weights, reference string) (Kind, []string) {
	house, thread := r.house(m.From.Addr), threadOf(m)
	switch {
	case m.Bounce != nil:
		return BounceKind, []string{"een mailserver meldt iets over een bericht van ons"}
	case m.Machine.Reply:
		return Auto, []string{m.Machine.Reason}
	case isForm(m, v):
		return Complaint, r.model.tell(s, Complaint, Ordinary)
	case buttonToken.MatchString(m.Subject), house && thread == threadStaff:
		return Command, []string{"het antwoordt op een opdracht of een bericht aan een medewerker"}
	case !house && !m.Machine.Automatic && (thread == threadComplainant || reference != ""):
		return r.inKnownCase(m, v, s, likely, reference)
	}
	return r.bySound(m, s, likely)
}

// inKnownCase tells an objection from a supplement, in the thread of a case or with its number.
func (r *Reader) inKnownCase(m *Message, v voice, s shown, likely weights, reference string) (Kind, []string) {
	if likely.of(Objection) > likely.of(Supplement) || objects(m, v) {
		return Objection, append([]string{"het zegt dat het het niet eens is met een beslissing over een klacht"}, r.model.tell(s, Objection, Supplement)...)
	}
	return Supplement, append([]string{supplementReason(reference)}, r.model.tell(s, Supplement, Objection)...)
}

// bySound decides by what the model makes of signs and words.
func (r *Reader) bySound(m *Message, s shown, likely weights) (Kind, []string) {
	best := modelled[slices.Index(likely[:], slices.Max(likely[:]))]
	disputes := likely.of(Complaint) + likely.of(Objection)
	kind := Complaint
	if likely.of(Objection) > likely.of(Complaint) {
		kind = Objection
	}
	lures := count(phishing, m.Subject+"\n"+bounded(m.Text, mostLong))
	suspect := lures >= 2 || lures == 1 && m.DMARCAny() == Fail || m.Machine.Bulk
	lodged := slices.Contains(s.signs, performs.says) && !r.house(m.From.Addr)
	switch {
	case (disputes >= certainBar || lodged && disputes >= doubtBar) && !suspect:
		return kind, r.model.tell(s, kind, Ordinary)
	case disputes >= doubtBar:
		return Review, append(r.model.tell(s, kind, Ordinary), doubtful(r.model.tell(s, Ordinary, kind))...)
	case best == Supplement:
		return Supplement, r.model.tell(s, Supplement, Ordinary)
	case m.Machine.Bulk || m.Machine.Automatic && best != Bulk:
		return machineKind(m), []string{m.Machine.Reason}
	}
	return best, r.model.tell(s, best, kind)
}

func machineKind(m *Message) Kind {
	if m.Machine.Bulk {
		return Bulk
	}
	return Auto
}

// doubtful puts before each reason against that it is one.
func doubtful(reasons []string) (list []string) {
	for _, reason := range reasons {
		list = append(list, "maar: "+reason)
	}
	return list
}

func supplementReason(reference string) string {
	if reference != "" {
		return "het noemt klacht " + reference
	}
	return "het antwoordt op een bericht over een klacht"
}

var (
	referencePattern = regexp.MustCompile(`(?i)\bK[- ]?(20\d\d)[- /](\d{4,6})\b`)
	ownIdentity      = regexp.MustCompile(`(?i)<k-(\d{4})-(\d{4,6})\.([a-z_]+)-\d+\.[a-z2-7]{26}@`)
	buttonToken      = regexp.MustCompile(`(?i)\[[kt]-\d{4}-\d{4,6}[ /:]+[a-z2-7]{26}\]`)
)

// referenceOf finds the case that a mail names: in its subject, in its thread, in its text, in what it quotes.
func referenceOf(m *Message) string {
	if found := referenceIn(m.Subject); found != "" {
		return found
	}
	for _, ids := range [][]string{m.InReplyTo, m.References} {
		for _, id := range ids {
			if at := ownIdentity.FindStringSubmatch(id); at != nil {
				return "K-" + at[1] + "-" + at[2]
			}
		}
	}
	for _, text := range []string{m.Own, m.Quoted, forwardedText(m)} {
		if found := referenceIn(text); found != "" {
			return found
		}
	}
	return ""
}

func forwardedText(m *Message) string {
	if m.Forwarded == nil {
		return ""
	}
	return m.Forwarded.Subject + "\n" + m.Forwarded.Text
}

func referenceIn(text string) string {
	if at := referencePattern.FindStringSubmatch(bounded(text, mostLong)); at != nil {
		return fmt.Sprintf("K-%s-%s", at[1], at[2])
	}
	return ""
}

// thread says whose conversation with us a mail goes on.
type thread int

const (
	threadNone thread = iota
	threadComplainant
	threadStaff
)

func threadOf(m *Message) thread {
	for _, ids := range [][]string{m.InReplyTo, m.References} {
		for _, id := range ids {
			if at := ownIdentity.FindStringSubmatch(id); at != nil {
				switch strings.ToLower(at[3]) {
				case "acknowledgement", "data_request", "supplemented", "delay", "decision", "passed_on":
					return threadComplainant
				}
				return threadStaff
			}
		}
	}
	if replySubject.MatchString(m.Subject) && ackSubject.MatchString(m.Subject) {
		return threadComplainant
	}
	return threadNone
}

var ackSubject = regexp.MustCompile(`(?i)(ontvangstbevestiging|ontvangst van uw klacht|uw klacht bij)`)

var (
	objecting = regexp.MustCompile(`(?i)\b((hierbij |formeel |alsnog |officieel )?(maak|teken|dien|maken|tekenen|dienen|wil|willen|wens|wensen)\b[^.\n]{0,60}\bbezwaar\b|bezwaarschrift|bezwaar(maken)?\b[^.\n]{0,50}\b(tegen|inzake|in te dienen|aantekenen|aan te tekenen|maken)|(in|tegen)\b[^.\n]{0,30}\b(in|aan) beroep|niet (mee )?eens\b[^.\n]{0,60}\b(beslissing|besluit|uitkomst|oordeel|afhandeling|uitspraak|afwijzing|conclusie|antwoord|reactie|beoordeling)|(beslissing|besluit|uitkomst|oordeel|afhandeling|uitspraak|afwijzing|conclusie)\b[^.\n]{0,80}\b(niet (mee )?eens|niet akkoord|heroverweg|herzien|niet neer|onaanvaardbaar|niet accepteren|accepteer (ik|wij) niet|kan ik niet|kunnen wij niet)|niet akkoord\b[^.\n]{0,60}\b(beslissing|besluit|uitkomst|oordeel|afhandeling|uitspraak|afwijzing|antwoord)|leg(gen)? (mij|me|ons) (hier )?niet (hier)?bij neer|object(ion)? (to|against) (the|your) (decision|outcome|ruling)|appeal (the|your|against)|disagree with (the|your) (decision|outcome|judg))`)
	decided   = regexp.MustCompile(`(?i)\b(mijn klacht|onze klacht|de klacht|klachten?commissie|geschillencommissie|klachtnummer|uw (beslissing|besluit|oordeel|uitspraak|afwijzing)|jullie (beslissing|besluit|oordeel|antwoord|uitspraak)|ongegrond|(deels|gedeeltelijk) gegrond|niet in behandeling|my complaint|our complaint)\b`)
	disagrees = regexp.MustCompile(`(?i)\b(niet (mee )?eens|niet akkoord|oneens|daar neem ik geen genoegen mee|geen genoegen|neem ik niet|klopt niet|onterecht|heroverweeg|heroverwegen|herzien|do(n't| not) agree|disagree)\b`)
)

var (
	// dissent is what people write below a decision that they do not accept.
	dissent = regexp.MustCompile(`(?i)\b(niet (mee )?eens|oneens|niet akkoord|klopt (er )?(niet|niets|geen)|kloppen niet|niet waar|onjuist|onzin|onbegrijpelijk|begrijp(en)? (ik|wij|er) (hier )?(niets|niks|niet)|onterecht|onredelijk|oneerlijk|kom op( zeg)?|serieus\?|belachelijk|teleurgesteld|teleurstellend|niet (gehoord|gesproken|gevraagd|ingegaan|gelezen|onderzocht|gekeken)|niemand heeft|nooit (gevraagd|gesproken|gehoord)|geen (hoor|woord|rekening)|voorbij aan|gaat (u|men|het) (voorbij|er(aan)? voorbij)|laat (ik|wij) het niet|laten we het niet|niet bij (zitten|neer)|hogerop|opnieuw (bekijken|beoordelen|kijken)|nog eens (kijken|naar kijken)|heroverwe\w+|herzien|herbeoorde\w+|commissie|beroep|weerleg|in tegenstelling tot|anders dan u (schrijft|stelt|zegt)|u (schrijft|stelt|zegt|beweert) dat|jullie (schrijven|zeggen|stellen|beweren)|disagree|not agree|unfair|wrong|reconsider|appeal)\b`)
	content = regexp.MustCompile(`(?i)\b(ik ga akkoord|wij gaan akkoord|akkoord met (de|uw|jullie) (beslissing|oplossing)|tevreden met (de|uw)|(kunnen|kan) (we|wij|ik) (mee|ermee) leven|intrekken|trek (ik|de klacht) in)\b`)
)

// objects reports that a mail in a known case objects in so many words to a decision (Klachtenprocedure 9).
func objects(m *Message, v voice) bool {
	text := m.Subject + "\n" + bounded(v.text, mostLong)
	return objecting.MatchString(text) && !content.MatchString(text)
}

var decisionWords = regexp.MustCompile(`(?i)\b(ongegrond|gegrond|afhandeling van uw klacht|beslissing op uw klacht|besluit|oordeel|uitkomst|binnen (tien|10) werkdagen bezwaar)\b`)

func decisionQuoted(m *Message) bool {
	return decisionWords.MatchString(m.Subject + "\n" + bounded(m.Quoted, mostLong))
}

// isForm reports a complaint form of the organisation's own website, which a machine sends.
func isForm(m *Message, v voice) bool {
	if !v.passedOn {
		return false
	}
	form, described := map[fieldKey]bool{}, false
	for _, e := range formOf(v) {
		form[e.key] = true
		described = described || e.key == keyDescription && e.value != ""
	}
	return described && len(form) >= 4 && complaintForm.MatchString(m.Subject+"\n"+bounded(v.text, 2000))
}

func formOf(v voice) []entry { return form(v.text) }

var complaintForm = regexp.MustCompile(`(?i)(klacht|complaint)`)

var (
	unsubscribe = regexp.MustCompile(`(?i)(afmelden|uitschrijven|unsubscribe|opt[- ]?out|geen (mails|berichten|nieuwsbrief) meer ontvangen|bekijk (deze|de) (nieuwsbrief|e-?mail|mail) (in|online)|view (this|in) (e-?mail|your browser)|nieuwsbrief|voorkeuren (aanpassen|wijzigen))`)
	// an unsubscribe link: the word and an address close together
	unsubscribeLink = regexp.MustCompile(`(?i)(afmelden|uitschrijven|unsubscribe|opt[- ]?out|(bekijk|lees|view)\b.{0,30}(browser|online)|voorkeuren)[^\n]{0,80}\n?[^\n]{0,20}https?://|https?://[^\s]*(unsubscribe|afmeld|uitschrijf|optout)`)
	salesWords      = []*regexp.Regexp{
		regexp.MustCompile(`(?i)\b(vrijblijvend|vroegboek\w*|korting|aanbieding|early ?bird|webinar|congres|seminar|beurs|tickets?|meld (je|u) (nu |vandaag )?aan|actie|gratis (demo|scan|proef|e-?book|whitepaper)|whitepaper|inspiratiedag)\b`),
		regexp.MustCompile(`(?i)\b(seo|zoekterm|pagina \d|google ads|leads|conversie|ranking|backlinks|online marketing|websitebouw|meer (inschrijvingen|klanten|omzet|bezoekers)|linkedin)\b`),
		regexp.MustCompile(`(?i)\b(15|vijftien|10|20|30) min(uten|uutjes|uut)? (bellen|kennis|inplannen|van (je|uw) tijd)|kennismaken|belafspraak|geen interesse\?|interesse\?|even (bellen|sparren)`),
		regexp.MustCompile(`(?i)\b((kwam|kom|came) .{0,30}(jullie|uw|je|across|your) .{0,12}(site|website|tegen|organi[sz]ation|company)|hope this (message|e-?mail) finds you|no cure,? no pay|topkandida(at|ten)|kanjers klaar|scherp (aanbod|tarief)|(mijn|ons|onze) tarie(f|ven)|openingsaanbod|voorrijkosten|vrijblijvend voorstel|rendement|mag ik (u|je|jullie) (een|iets|de) (pdf|voorstel|offerte|brochure)|past dat|heb je (deze|volgende) week|plan(nen)? we een (call|belletje)|partner(ship)? (for|voor)|demo (plannen|inplannen)|val maar met de deur)\b`),
		regexp.MustCompile(`(?i)\b(wij|we) (helpen|hielpen|bieden|leveren|maken|leggen|innen|bellen|vertalen|ontzorgen|verzorgen|keuren) (u|je|jullie|bedrijven|opleiders|onlangs|organisaties)|(kwam|bekeek|zag) (ik )?(jullie|uw|je) (web)?site|dé (oplossing|specialist|partner)|gegarandeerd`),
	}
	phishing = []*regexp.Regexp{
		regexp.MustCompile(`(?i)(mailbox|postvak|account|wachtwoord|opslag(ruimte)?|quota)\b.{0,60}(vol|verlo(opt|pen)|geblokkeerd|opgeschort|gedeactiveerd|verifi|bevestig|limiet|vervalt)`),
		regexp.MustCompile(`(?i)(klik (hier|op)|click here|log in via|inloggen via|open (het|de) (beveiligde )?(document|dossier|link|bestand)|beveiligd(e)? (dossier|document|bericht))`),
		regexp.MustCompile(`(?i)(rekeningnummer is (gewijzigd|veranderd)|nieuwe rekeningnummer|kan nu niet bellen|ben je (achter|op) je (bureau|kantoor)|cadeau(bon|kaart)en|begunstigde|erfenis|schenk(ing|en)|bankgegevens|in de bijlage \S+\.(zip|htm|html|iso|exe)|wachtwoord:? ?\d)`),
		regexp.MustCompile(`(?i)(binnen (24|48|72) uur|onmiddellijk|direct actie|deurwaarder|wordt (uw account|de zaak)|laatste waarschuwing)`),
		regexp.MustCompile(`(?i)https?://[^\s/]*\.(test|xyz|top|ru|click|info|link)\b|https?://[^\s]*(login|verif|account|secure|wachtwoord)`),
	}
)

func count(patterns []*regexp.Regexp, text string) (n int) {
	for _, p := range patterns {
		if p.MatchString(text) {
			n++
		}
	}
	return n
}
