package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"klikonderwijs.nl/klachtd/internal/command"
	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/config"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// questionnaire asks somebody of the house for what a letter or a call says.
type questionnaire struct {
	in       io.Reader
	out      io.Writer
	today    workday.Date
	products []config.Product

	lines *bufio.Scanner
}

// errStopped says that nobody answered any more.
var errStopped = errors.New("gestopt: er is niets geregistreerd")

// mostProducts bounds how many products a question names.
const mostProducts = 8

// ask is one question: the answer goes to value unless that was given already.
type ask struct {
	text  string
	hint  string
	value *string
	long  bool                         // goes on until an empty line
	check func(string) (string, error) // reads the answer; an error is said, and the question asked again
	skip  func() bool
}

// fill asks for everything that no flag gave, shows it, and has it confirmed.
func (q *questionnaire) fill(r *registerCmd) error {
	q.lines = bufio.NewScanner(q.in)
	fmt.Fprintln(q.out, "Een klacht per brief of telefoon invoeren. Weet u iets niet? Druk dan op Enter: wij vragen het de indiener.")
	fmt.Fprintln(q.out)
	for _, a := range q.questions(r) {
		if *a.value != "" || (a.skip != nil && a.skip()) {
			continue
		}
		if err := q.ask(a); err != nil {
			return err
		}
	}
	return q.confirm(r)
}

func (q *questionnaire) questions(r *registerCmd) []ask {
	day := func(text string) (string, error) {
		day, err := command.Day(text, q.today)
		return day.String(), err
	}
	var products []string
	for _, p := range q.products[:min(mostProducts, len(q.products))] {
		products = append(products, p.Name)
	}
	return []ask{
		{text: "Hoe kwam de klacht binnen?", hint: "brief of telefoon", value: &r.Channel, check: spokenChannel},
		{text: "Op welke dag kwam hij binnen?", hint: "bijvoorbeeld 2-4-2026; Enter = vandaag. De termijnen tellen vanaf deze dag", value: &r.Received, check: day},
		{text: "Hoe heet de indiener?", value: &r.Name},
		{text: "Van welke organisatie is de indiener?", hint: "of: particulier", value: &r.Organisation},
		{text: "Wat is het e-mailadres?", hint: "of: geen", value: &r.Email, check: spokenAddress},
		{text: "Wat is het postadres?", hint: "straat en nummer, postcode en plaats; dan past de brief in een vensterenvelop", value: &r.Address, skip: func() bool { return r.Email != "" && r.Email != complaint.NoAddress }},
		{text: "Wat is het telefoonnummer?", value: &r.Phone},
		{text: "Over welk product of welke dienst gaat het?", hint: strings.Join(products, ", "), value: &r.Product},
		{text: "Welke datum staat op de brief?", hint: "Enter = geen", value: &r.Submitted, check: day, skip: func() bool { return r.Channel == string(complaint.ChannelPhone) }},
		{text: "Wat is er gebeurd?", hint: "meer regels mag; sluit af met een lege regel", value: &r.Description, long: true},
		{text: "Waarom is dit een klacht: wat zijn de gevolgen?", hint: "sluit af met een lege regel", value: &r.Motivation, long: true},
		{text: "Welke oplossing vraagt de indiener?", hint: "niet verplicht; sluit af met een lege regel", value: &r.Remedy, long: true},
	}
}

// ask asks one question until the answer can be read. An empty answer stays empty.
func (q *questionnaire) ask(a ask) error {
	for {
		fmt.Fprint(q.out, a.text)
		if a.hint != "" {
			fmt.Fprint(q.out, " (", a.hint, ")")
		}
		fmt.Fprint(q.out, "\n> ")
		answer, err := q.answer(a.long)
		if err != nil {
			return err
		}
		if answer != "" && a.check != nil {
			read, err := a.check(answer)
			if err != nil {
				fmt.Fprintln(q.out, err)
				continue
			}
			answer = read
		}
		*a.value = answer
		return nil
	}
}

func (q *questionnaire) answer(long bool) (string, error) {
	var lines []string
	for q.lines.Scan() {
		line := strings.TrimSpace(q.lines.Text())
		if !long {
			return line, nil
		}
		if line == "" {
			return strings.Join(lines, "\n"), nil
		}
		lines = append(lines, line)
	}
	return "", errStopped
}

// confirm shows what will be registered. Only yes registers it.
func (q *questionnaire) confirm(r *registerCmd) error {
	fmt.Fprintln(q.out, "\nDit wordt geregistreerd:")
	fields := r.fields()
	for _, name := range complaint.FieldNames() {
		if value := fields.Value(name); value != "" {
			fmt.Fprintf(q.out, "  %s: %s\n", name.Label(), strings.ReplaceAll(printableLines(value), "\n", "\n    "))
		}
	}
	if missing := fields.Missing(); len(missing) > 0 {
		fmt.Fprintln(q.out, "  nog niet bekend:", strings.Join(complaint.Labels(missing), ", "))
	}
	for {
		fmt.Fprint(q.out, "Klopt dit? (ja of nee)\n> ")
		answer, err := q.answer(false)
		if err != nil {
			return err
		}
		switch strings.ToLower(answer) {
		case "ja", "j":
			return nil
		case "nee", "n":
			return errStopped
		}
	}
}

// plainly says in whole Dutch sentences what is wrong with an answer: whoever types it reads them.
type plainly string

func (p plainly) Error() string { return string(p) }

func spokenChannel(text string) (string, error) {
	switch strings.ToLower(text) {
	case "brief", "b", "per brief", "letter":
		return string(complaint.ChannelLetter), nil
	case "telefoon", "t", "tel", "per telefoon", "phone", "gebeld":
		return string(complaint.ChannelPhone), nil
	}
	return "", plainly("Schrijf brief of telefoon.")
}

func spokenAddress(text string) (string, error) {
	address, err := mailAddress(text)
	if err != nil {
		return "", plainly("Dat is geen e-mailadres. Schrijf geen als de indiener er geen heeft.")
	}
	return address, nil
}
