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
	certainBar = .65
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
	case m.Machine.BySubject && likely.of(Complaint)+likely.of(Objection) >= doubtBar:
		return Review, append(r.model.tell(s, Complaint, Ordinary), doubtful([]string{m.Machine.Reason})...)
	case m.Machine.Reply:
		return Auto, []string{m.Machine.Reason}
	case isForm(m, v):
		kind := formKind(m, v)
		return kind, r.model.tell(s, kind, Ordinary)
	case buttonToken.MatchString(m.Subject), house && thread == threadStaff:
		return Command, []string{"het antwoordt op een opdracht of een bericht aan een medewerker"}
	case !house && !m.Machine.Automatic && (thread == threadComplainant || reference != ""):
		return r.inKnownCase(s, likely, reference)
	}
	return r.bySound(m, s, likely)
}

// inKnownCase tells an objection from a supplement, in the thread of a case or with its number.
func (r *Reader) inKnownCase(s shown, likely weights, reference string) (Kind, []string) {
	if likely.of(Objection) > likely.of(Supplement) || s.times(objects) > 0 && s.times(content) == 0 {
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
	lures := s.times(lure)
	suspect := lures >= 2 || lures == 1 && m.dmarcAny() == Fail || m.Machine.Bulk
	said, doubt := r.saysSo(m, s), doubtBar
	if m.Machine.Bulk {
		doubt = certainBar // what is sent to many is seldom a complaint
	}
	switch {
	case (disputes >= certainBar || said == performs.says && disputes >= doubtBar) && !suspect:
		return kind, r.model.tell(s, kind, Ordinary)
	case disputes >= doubt:
		return Review, append(r.model.tell(s, kind, Ordinary), doubtful(r.model.tell(s, Ordinary, kind))...)
	case said != "" && !suspect:
		others := slices.DeleteFunc(r.model.tell(s, kind, Ordinary), func(reason string) bool { return reason == said })
		return Review, slices.Concat([]string{said}, others, doubtful(r.model.tell(s, Ordinary, kind)))
	case best == Supplement:
		return Supplement, r.model.tell(s, Supplement, Ordinary)
	case m.Machine.Bulk || m.Machine.Automatic && best != Bulk:
		return machineKind(m), []string{m.Machine.Reason}
	}
	return best, r.model.tell(s, best, kind)
}

// saysSo is the sign that somebody outside the house lodges a complaint in so many words, or says of himself that he is not
// content: however little the rest sounds like it, he is not passed over. "" when he says neither.
func (r *Reader) saysSo(m *Message, s shown) string {
	switch {
	case r.house(m.From.Addr):
		return ""
	case s.times(performs.says) > 0:
		return performs.says
	case s.times(displeased.says) > 0 && !m.Machine.Automatic:
		return displeased.says
	}
	return ""
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
	referencePattern = newPattern(`(?i)\bK[- ]?(20\d\d)[- /](\d{4,6})\b`)
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

var decisionWords = newPattern(`(?i)\b(ongegrond|gegrond|afhandeling van uw klacht|beslissing op uw klacht|besluit|oordeel|uitkomst|binnen (tien|10) werkdagen bezwaar)\b`)

func decisionQuoted(m *Message) bool {
	return decisionWords.MatchString(m.Subject + "\n" + bounded(m.Quoted, mostLong))
}

// isForm reports a complaint form of the organisation's own website, which a machine sends: one that is headed so, in
// which somebody chose so, or that asks for the complaint and got a text. "Heeft u een klacht? Nee" in an evaluation is none.
func isForm(m *Message, v voice) bool {
	if !v.passedOn {
		return false
	}
	form, described := map[fieldKey]bool{}, false
	for _, e := range v.entries {
		form[e.key] = true
		described = described || e.key == keyDescription && e.value != ""
	}
	return described && len(form) >= 4 && (complaintForm.MatchString(formHeading(m, v)) || givesComplaint.MatchString(bounded(v.text, mostForm)))
}

// mostForm is how much of a form is looked at to see what it is for, in bytes.
const mostForm = 2000

// formHeading is what a form is called: the subject, and the first lines of the text.
func formHeading(m *Message, v voice) string {
	lines := nonBlank(strings.Split(bounded(v.text, mostForm), "\n"))
	return m.Subject + "\n" + strings.Join(lines[:min(len(lines), 2)], "\n")
}

var (
	complaintForm = newPattern(`(?i)(klacht|complaint)`)
	// givesComplaint is "Soort bericht: klacht", or a label with that word and a text of some length behind it or below it.
	givesComplaint = regexp.MustCompile(`(?im)^[^\n:=|\t]{1,40}[:=|\t>]+[ \t]*(een )?(klacht|complaint)\W*$|^[^\n:=|\t?]{0,40}\b(klacht(omschrijving|tekst)?|complaint)\b[^\n:=|\t?]{0,30}([:=|\t>]+|$)\s*[^\s?][^\n?]{20}`)
)

// formKind tells a form for objections from one for complaints by what it is called.
func formKind(m *Message, v voice) Kind {
	if objectionForm.MatchString(formHeading(m, v)) {
		return Objection
	}
	return Complaint
}

var objectionForm = newPattern(`(?i)\b(bezwaar(formulier|schrift)?|objection)\b`)
