package letter

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"

	"klikonderwijs.nl/klachtd/internal/complaint"
)

// page is what every template can show.
type page struct {
	Office      Office
	Subject     string
	Greeting    string
	Reference   string
	Signer      string
	SignerTitle string
	CanReply    bool // an answer to this mail proves its case and role, so a word suffices
	Buttons     []link
	OnPaper     bool // the complainant is written letters
	Printed     bool // this is one: nobody can answer it by a click
}

func (p *page) setSubject(s string) { p.Subject = s }

// link is a button.
type link struct {
	Label   string
	Command string
	URL     string
}

// row is a field as people read it.
type row struct {
	Label string
	Value string
	Long  bool // needs lines of its own in plain text
}

// termRow is a term as people read it.
type termRow struct {
	Label, Due, Met, Why string
	Late                 bool
}

// caseView is what the template of a letter about one case can show.
type caseView struct {
	page
	Received, AckBy, ContactBy, GoesOn string
	Fields, Added                      []row
	Missing, Reasons                   []string
	Terms                              []termRow
	AssessorName, AssessorDescribed    string // who assesses it, or will; "" while nobody is known
	AssignedName                       string
	ManagerName                        string // who acts as manager; "" where nobody may
	AboutManager                       bool
	MustAssign, MustAcknowledge        bool
	To                                 addressee // of a letter on paper
	AssignWhy, NoAnswer                string
	HandedBack, TooLarge, Attached     bool
	AckUndelivered                     bool
	DecisionUndelivered                bool // or that on the objection
	FileUndelivered                    bool // somebody of the house did not get the case
	Undelivered                        string
	Note                               string

	MeasuresWeeks, ObjectDays, ObjectionWeeks, KeepYears string

	proceedings
}

// Case writes a letter about one case.
func (r *Renderer) Case(l CaseLetter) (Mail, error) {
	v := r.caseView(l)
	name := string(l.Letter.Kind)
	if _, ok := r.texts[name]; !ok {
		return Mail{}, fmt.Errorf("writing %s: there is no such letter about a case", name)
	}
	attached := l.Attached
	if l.Case.TooLarge {
		attached = slices.DeleteFunc(slices.Clone(attached), func(a Attachment) bool { return a.Digest == l.Case.Original }) // only the start of it was read
	}
	papers, err := r.papers(l)
	if err != nil {
		return Mail{}, err
	}
	attached = append(attached[:len(attached):len(attached)], papers...)
	return r.finish(outgoing{
		Envelope: l.Envelope, kind: l.Letter.Kind, template: name, reference: l.Case.Reference.String(),
		to: complaint.Recipient{Role: l.Letter.Role, Person: l.Letter.To}, from: r.senderName(l.Letter.Role, l.Manager), data: v, attached: attached,
	})
}

func (r *Renderer) caseView(l CaseLetter) *caseView {
	c := l.Case
	reference := c.Reference.String()
	v := &caseView{
		page:     r.page(reference, complaint.Recipient{Role: l.Letter.Role, Person: l.Letter.To}, l.Buttons, l.Manager),
		Received: c.Received.Long(), Fields: fieldRows(c.Fields), Added: fieldRows(chosen(c.Fields, l.Letter.Added)),
		Missing: questions(c.Fields.Missing()), Terms: termRows(l.Terms), ManagerName: l.Manager.Name,
		AboutManager: c.Conflict == complaint.ConflictManager || c.Conflict == complaint.ConflictBoth,
		NoAnswer:     c.NoAnswer, HandedBack: len(c.HandedBack) > 0 && l.Letter.Note != "", TooLarge: c.TooLarge, Attached: len(l.Attached) > 0,
		Undelivered: named(complaint.LetterKind(l.Letter.Note)), AckUndelivered: l.Letter.Note == string(complaint.LetterAcknowledgement),
		Reasons: c.Reasons, Note: l.Letter.Note,
	}
	switch complaint.LetterKind(l.Letter.Note) {
	case complaint.LetterDecision, complaint.LetterObjectionDecision:
		v.DecisionUndelivered = l.Letter.Kind == complaint.LetterAlarm
	case complaint.LetterForward, complaint.LetterCommittee, complaint.LetterConsultation, complaint.LetterRemarks, complaint.LetterPassedOn:
		v.FileUndelivered = l.Letter.Kind == complaint.LetterAlarm
	}
	if l.Letter.Role != complaint.RoleComplainant {
		v.Missing = complaint.Labels(c.Fields.Missing())
	}
	for _, t := range l.Terms {
		switch t.Kind {
		case complaint.TermAcknowledge:
			v.AckBy = t.Due.Long()
		case complaint.TermContact:
			v.ContactBy = t.Due.Long()
		}
	}
	if l.Letter.Kind == complaint.LetterDelay && !c.ContactExpected.IsZero() {
		v.ContactBy = c.ContactExpected.Long() // also where it was said too late to move the term
	}
	if l.Letter.Role == complaint.RoleAssessor {
		v.Terms = termRows(ownedBy(complaint.RoleAssessor, l.Terms))
	}
	v.people(l)
	v.OnPaper = c.OnPaper
	v.To = r.addressee(l)
	v.proceedings = proceedingsOf(l)
	lengths := l.House.Lengths
	v.MeasuresWeeks, v.ObjectDays = countWord(lengths.MeasuresWeeks), countWord(lengths.Object)
	v.ObjectionWeeks, v.KeepYears = countWord(lengths.ObjectionDecisionWeeks), countWord(lengths.KeepYears)
	return v
}

// people fills in who assesses the case and what the manager has to do about it.
func (v *caseView) people(l CaseLetter) {
	c := l.Case
	if assessor, ok := l.House.AssessorOf(c); ok {
		v.AssessorName, v.AssessorDescribed = assessor.Formal(), assessor.Described()
	}
	if c.Assigned() {
		v.AssignedName = c.Assessor.Formal()
	}
	if day, ok := l.House.IncompleteDay(c); ok {
		v.GoesOn = day.Long()
	}
	v.MustAcknowledge = c.Acknowledged.IsZero() && !c.Answerable() && !c.OnPaper
	switch {
	case v.NoAnswer == "" && c.ReplyTo != "":
		v.NoAnswer = "het bericht is door een computer verstuurd"
	case v.NoAnswer == "":
		v.NoAnswer = "er is geen e-mailadres van de indiener bekend"
	}
	v.MustAssign = v.AssessorName == ""
	switch {
	case len(c.HandedBack) > 0:
		v.AssignWhy = ""
	case c.Conflict == complaint.ConflictAssessor || c.Conflict == complaint.ConflictBoth:
		v.AssignWhy = "De vaste beoordelaar wordt in de klacht genoemd. Daarom hebben wij hem niet doorgestuurd."
	default:
		v.AssignWhy = "Er is zo ingesteld dat u dat zelf doet."
	}
}

// ownedBy keeps the terms that a role must meet.
func ownedBy(role complaint.Role, terms []complaint.Term) (owned []complaint.Term) {
	for _, t := range terms {
		if t.Owner == role {
			owned = append(owned, t)
		}
	}
	return owned
}

// page is the part of a mail that is the same for all.
func (r *Renderer) page(reference string, to complaint.Recipient, buttons []Button, manager complaint.Person) page {
	p := page{Office: r.office, Reference: reference, Greeting: greeting(to), Signer: r.office.Name, CanReply: reference != "", Buttons: r.links(reference, to, buttons)}
	if manager.Name != "" && to.Role != complaint.RoleManager && to.Role != complaint.RoleOperator {
		p.Signer, p.SignerTitle = manager.Name, manager.Title
	}
	return p
}

// greeting addresses a person without guessing at more than is known.
func greeting(to complaint.Recipient) string {
	if to.Person.Name == "" || to.Role == complaint.RoleOperator {
		return "Geachte heer of mevrouw,"
	}
	switch strings.ToLower(to.Person.Salutation) {
	case "dhr.", "dhr", "de heer", "heer":
		return "Geachte heer " + lastName(to.Person.Name) + ","
	case "mevr.", "mevr", "mw.", "mw", "mevrouw":
		return "Geachte mevrouw " + lastName(to.Person.Name) + ","
	}
	return "Geachte " + to.Person.Name + ","
}

// lastName is a name without initials and first names, its first letter a capital: "N. Korst"
// gives "Korst", "Anna de Wit" gives "De Wit".
func lastName(name string) string {
	words := strings.Fields(name)
	for len(words) > 1 && strings.HasSuffix(words[0], ".") {
		words = words[1:]
	}
	if len(words) > 1 && words[0] != strings.ToLower(words[0]) {
		words = words[1:]
	}
	last := []rune(strings.Join(words, " "))
	if len(last) == 0 {
		return name
	}
	return strings.ToUpper(string(last[:1])) + string(last[1:])
}

func (r *Renderer) links(reference string, to complaint.Recipient, buttons []Button) (links []link) {
	for _, b := range buttons {
		links = append(links, link{Label: b.Label, Command: b.Command, URL: r.mailto(reference, to, b)})
	}
	return links
}

// mostLink is the length of a link that every mail program takes, in bytes: Outlook stops near 2,000.
const mostLink = 1800

// mailto is a link that opens a prefilled answer (RFC 6068): UTF-8 in percent encoding, lines ended by %0D%0A. A
// link that would be too long leaves its body out, and then what stands behind its first word: the person fills it in.
func (r *Renderer) mailto(reference string, to complaint.Recipient, b Button) string {
	link := func(command, body string) string {
		url := "mailto:" + r.office.Address + "?subject=" + percentEncode(command+" "+r.key.Token(reference, to.Role, to.Person.Email))
		if body != "" {
			url += "&body=" + percentEncode(strings.ReplaceAll(body, "\n", "\r\n"))
		}
		return url
	}
	word, _, _ := strings.Cut(b.Command, " ")
	for _, attempt := range []string{link(b.Command, b.Body), link(b.Command, "")} {
		if len(attempt) <= mostLink {
			return attempt
		}
	}
	return link(word, "")
}

func percentEncode(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

func chosen(fields complaint.Fields, names []complaint.FieldName) complaint.Fields {
	some := complaint.Fields{}
	for _, name := range names {
		if f, ok := fields[name]; ok {
			some[name] = f
		}
	}
	return some
}

// mostShown bounds what is repeated of a long text, in characters: the original goes along, or is the reader's own.
const mostShown = 1500

func fieldRows(fields complaint.Fields) []row { return rowsOf(fields, mostShown) }

// fieldRowsWhole are the fields with every text in full.
func fieldRowsWhole(fields complaint.Fields) []row { return rowsOf(fields, math.MaxInt) }

func rowsOf(fields complaint.Fields, most int) (rows []row) {
	for _, name := range complaint.FieldNames() {
		f, ok := fields[name]
		if !ok {
			continue
		}
		value := strings.TrimSpace(f.Value)
		if text := []rune(value); len(text) > most {
			value = strings.TrimSpace(string(text[:most])) + " …"
		}
		long := name == complaint.FieldDescription || name == complaint.FieldMotivation || name == complaint.FieldRemedy
		rows = append(rows, row{Label: capital(name.Label()), Value: Readable(name, value), Long: long})
	}
	return rows
}
