package letter

import (
	"bytes"
	"errors"
	"fmt"
	htmltemplate "html/template"
	"strings"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// addressee is what stands around the text of a letter on paper: in the window of the envelope, above it, beside it.
type addressee struct {
	Lines  []string // to whom it goes, as the post wants it
	Known  bool     // where he lives is known
	Sender string   // the line above the address by which an undeliverable letter comes back
	House  []string // below the organisation's name
	Date   string
}

// mostLines bounds an address: more does not fit the window.
const mostLines = 3

func (r *Renderer) addressee(l CaseLetter) addressee {
	c := l.Case
	house := addressLines(r.office.PostalAddress)
	to := addressee{
		Sender: strings.Join(append([]string{r.office.Name}, house...), " · "), House: house,
		Date: withoutWeekday(workday.DateOf(l.At, r.office.Location)),
	}
	if r.office.Phone != "" {
		to.House = append(to.House[:len(to.House):len(to.House)], "Telefoon "+r.office.Phone)
	}
	to.House = append(to.House[:len(to.House):len(to.House)], r.office.Address)
	name, organisation := c.Fields.Value(complaint.FieldPerson), c.Fields.Value(complaint.FieldOrganisation)
	switch {
	case organisation == "" || strings.EqualFold(organisation, complaint.Particulier):
		to.Lines = append(to.Lines, name)
	case name == "":
		to.Lines = append(to.Lines, organisation)
	default:
		to.Lines = append(to.Lines, organisation, "T.a.v. "+name)
	}
	postal := addressLines(c.Postal)
	to.Known = len(postal) > 0
	to.Lines = append(to.Lines, postal[:min(mostLines, len(postal))]...)
	return to
}

// addressLines reads an address that stands on lines, or on one with commas or semicolons.
func addressLines(s string) (lines []string) {
	for _, line := range strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == ';' || r == ',' }) {
		if line = oneLine(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

func withoutWeekday(d workday.Date) string {
	_, date, _ := strings.Cut(d.Long(), " ")
	return date
}

// onPaper is a text in the layout of a printed letter. It is rare, so it is read when it is needed.
func (r *Renderer) onPaper(name string) (*htmltemplate.Template, error) {
	text, err := parse(name, r.overlay)
	if err != nil {
		return nil, err
	}
	layout, err := source(r.overlay, "paper.html")
	if err != nil {
		return nil, fmt.Errorf("paper.html: %w", err)
	}
	paper, err := text.rich.New("paper.html").Parse(layout)
	if err != nil {
		return nil, fmt.Errorf("paper.html: %w", err)
	}
	return paper, nil
}

// papers are the letters to print that go along: where the complainant has no mail address, whoever is asked to
// tell him something gets it as a letter that is ready for the envelope.
func (r *Renderer) papers(l CaseLetter) ([]Attachment, error) {
	if !l.Case.OnPaper || (l.Letter.Kind != complaint.LetterPosting && l.Letter.Kind != complaint.LetterByHand) {
		return nil, nil
	}
	content, err := r.paper(l)
	if err != nil {
		return nil, fmt.Errorf("writing %s on paper: %w", l.Letter.About, err)
	}
	return []Attachment{{Name: l.Case.Reference.String() + "-brief.html", Type: "text/html; charset=utf-8", Data: content}}, nil
}

// paper writes what a letter is about as the complainant reads it, ready to print on A4 (Klachtenprocedure 4, 8).
func (r *Renderer) paper(l CaseLetter) ([]byte, error) {
	text, ok := r.texts[string(l.Letter.About)]
	if !ok {
		return nil, errors.New("there is no such letter")
	}
	layout, err := r.onPaper(string(l.Letter.About))
	if err != nil {
		return nil, err
	}
	to, _ := l.House.Person(l.Case, complaint.RoleComplainant)
	l.Letter.Kind, l.Letter.Role, l.Letter.To = l.Letter.About, complaint.RoleComplainant, to
	l.Buttons, l.Attached = nil, nil
	v := r.caseView(l)
	v.Printed = true
	var subject, page bytes.Buffer
	if err := text.plain.ExecuteTemplate(&subject, "subject", v); err != nil {
		return nil, err
	}
	v.setSubject(oneLine(subject.String()))
	if err := layout.Execute(&page, v); err != nil {
		return nil, err
	}
	return page.Bytes(), nil
}
