package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/mail"
	"os"
	"strings"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/config"
	"klikonderwijs.nl/klachtd/internal/desk"
	"klikonderwijs.nl/klachtd/internal/intake"
	"klikonderwijs.nl/klachtd/internal/letter"
	"klikonderwijs.nl/klachtd/internal/workday"
)

type registerCmd struct {
	Name         string   `help:"Who complains." placeholder:"TEXT"`
	Organisation string   `help:"For which organisation, or particulier." placeholder:"TEXT"`
	Email        string   `help:"Mail address of the complainant, or geen when there is none." placeholder:"ADDRESS"`
	Phone        string   `help:"Telephone number of the complainant." placeholder:"NUMBER"`
	Product      string   `help:"Product or service that the complaint is about." placeholder:"TEXT"`
	Submitted    string   `help:"Day that the letter bears (YYYY-MM-DD)." placeholder:"DATE"`
	Description  string   `help:"What happened." placeholder:"TEXT"`
	Motivation   string   `help:"Why it is a complaint." placeholder:"TEXT"`
	Remedy       string   `help:"What the complainant asks for." placeholder:"TEXT"`
	Address      string   `help:"Postal address, for who has no mail address: \"Havenstraat 12, 3011 AB Rotterdam\"." placeholder:"TEXT"`
	Received     string   `help:"Day on which it came in (YYYY-MM-DD); the terms count from there. Today when left out." placeholder:"DATE"`
	Channel      string   `help:"How it came: letter or phone." enum:"letter,phone," default:"" placeholder:"letter|phone"`
	Scan         []string `help:"PDF or picture of the letter or of what was enclosed; may be given more than once." type:"existingfile" sep:"none" placeholder:"FILE"`
	JSON         bool     `help:"Print JSON." name:"json"`
	pretending
}

// registeredCase is what register prints as JSON: the case as list shows it, and how it is acknowledged.
type registeredCase struct {
	listed
	Missing      []complaint.FieldName `json:"missing"`
	Acknowledged string                `json:"acknowledged"` // mail | letter
}

// Run registers a letter or a call (Klachtenprocedure 1). A daemon may run: it sends what follows.
func (r *registerCmd) Run(ctx context.Context, s streams, c *cli) error {
	beside, clock, err := c.assembleBeside(ctx, s, r.pretending)
	if err != nil {
		return err
	}
	defer beside.Close()
	today := beside.house.Today(clock())
	if isTerminal(s.in) && r.incomplete() {
		if err := (&questionnaire{in: s.in, out: s.err, today: today, products: beside.cfg.Products}).fill(r); err != nil {
			return err
		}
	}
	written, err := r.written(beside.cfg, today)
	if err != nil {
		return err
	}
	registered, err := beside.desk.RegisterWritten(ctx, written)
	if err != nil {
		return err
	}
	return r.tell(s, &register{house: beside.house, today: today}, registered)
}

func (r *registerCmd) tell(s streams, reg *register, c complaint.Case) error {
	told := registeredCase{listed: reg.listed(c), Missing: list(c.Fields.Missing()), Acknowledged: "mail"}
	if c.OnPaper {
		told.Acknowledged = "letter"
	}
	if r.JSON {
		return printJSON(s.out, told)
	}
	fmt.Fprintf(s.out, "%s registered, received %s\n", c.Reference, c.Received)
	if len(told.Missing) > 0 {
		fmt.Fprintln(s.out, "not known yet:", joined(told.Missing))
	}
	if c.OnPaper {
		_, err := fmt.Fprintln(s.out, "the acknowledgement is a letter: it goes to the mailbox by mail, to be printed and posted")
		return err
	}
	_, err := fmt.Fprintln(s.out, "the acknowledgement goes by mail")
	return err
}

func joined(names []complaint.FieldName) string {
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = string(name)
	}
	return strings.Join(texts, ", ")
}

// given are the fields that flags or answers gave.
func (r *registerCmd) given() map[complaint.FieldName]*string {
	return map[complaint.FieldName]*string{
		complaint.FieldPerson: &r.Name, complaint.FieldOrganisation: &r.Organisation, complaint.FieldEmail: &r.Email, complaint.FieldPhone: &r.Phone,
		complaint.FieldProduct: &r.Product, complaint.FieldSubmitted: &r.Submitted, complaint.FieldDescription: &r.Description,
		complaint.FieldMotivation: &r.Motivation, complaint.FieldRemedy: &r.Remedy,
	}
}

func (r *registerCmd) fields() complaint.Fields {
	fields := complaint.Fields{}
	for name, value := range r.given() {
		if text := strings.TrimSpace(*value); text != "" {
			fields[name] = complaint.Field{Value: text, Source: sourceTyped}
		}
	}
	return fields
}

// sourceTyped says where a field comes from that somebody of the house typed over.
const sourceTyped = "ingevoerd"

// incomplete reports that something required was not given.
func (r *registerCmd) incomplete() bool { return !r.fields().Complete() }

// written checks what was given and makes it what the desk registers. Every problem is named at once.
func (r *registerCmd) written(cfg config.Config, today workday.Date) (desk.Written, error) {
	var problems []error
	check := func(flag string, err error) {
		if err != nil {
			problems = append(problems, fmt.Errorf("--%s: %w", flag, err))
		}
	}
	w := desk.Written{Channel: complaint.Channel(r.Channel), Received: today, Postal: strings.TrimSpace(r.Address)}
	if w.Channel == "" {
		w.Channel = complaint.ChannelLetter
	}
	fields := r.fields()
	if fields.Value(complaint.FieldPerson) == "" && fields.Value(complaint.FieldDescription) == "" {
		return w, errors.New("a complaint needs at least --name or --description (on a terminal, klachtd register asks for everything)")
	}
	var err error
	if r.Received != "" {
		w.Received, err = pastDay(r.Received, today)
		check("received", err)
	}
	if r.Submitted != "" {
		day, err := pastDay(r.Submitted, today)
		check("submitted", err)
		fields[complaint.FieldSubmitted] = complaint.Field{Value: day.String(), Source: sourceTyped}
	}
	if r.Email != "" {
		address, err := mailAddress(r.Email)
		check("email", err)
		fields[complaint.FieldEmail] = complaint.Field{Value: address, Source: sourceTyped}
	}
	if number := intake.Phone(r.Phone); number != "" {
		fields[complaint.FieldPhone] = complaint.Field{Value: number, Source: sourceTyped}
	}
	w.Fields = fields
	w.Scans, err = readScans(r.Scan, int64(cfg.Limits.Message))
	check("scan", err)
	return w, errors.Join(problems...)
}

// pastDay reads a day that has begun.
func pastDay(text string, today workday.Date) (workday.Date, error) {
	day, err := workday.ParseDate(strings.TrimSpace(text))
	switch {
	case err != nil:
		return day, fmt.Errorf("%q is not a day like 2026-04-02", text)
	case day.After(today):
		return day, fmt.Errorf("%s has yet to come", day)
	}
	return day, nil
}

// mailAddress reads one mail address, or the word that says that there is none.
func mailAddress(text string) (string, error) {
	text = strings.TrimSpace(text)
	if strings.EqualFold(text, complaint.NoAddress) {
		return complaint.NoAddress, nil
	}
	parsed, err := mail.ParseAddress(text)
	if err != nil || !strings.Contains(parsed.Address, "@") {
		return "", fmt.Errorf("%q is no mail address (write %s when there is none)", text, complaint.NoAddress)
	}
	return parsed.Address, nil
}

// scanKinds are what a scanner or a telephone makes of a letter, by media type.
var scanKinds = map[string]string{
	"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp", "image/tiff": ".tiff",
}

// readScans reads scans; their own names, which can hold a person's, are left behind.
func readScans(files []string, limit int64) (scans []letter.Scan, err error) {
	var size int64
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		media := mediaOf(content)
		extension, known := scanKinds[media]
		if !known {
			return nil, fmt.Errorf("%s is no PDF and no picture (scan it, or print it to PDF)", file)
		}
		if size += int64(len(content)); limit > 0 && size > limit {
			return nil, fmt.Errorf("together they are larger than limits.message allows (scan with less detail, or in black and white)")
		}
		scans = append(scans, letter.Scan{Media: media, Extension: extension, Content: content})
	}
	return scans, nil
}

// mediaOf says what a file is by how it begins.
func mediaOf(content []byte) string {
	if begins := string(content[:min(4, len(content))]); begins == "II*\x00" || begins == "MM\x00*" {
		return "image/tiff" // which the sniffing of browsers does not know
	}
	media, _, _ := strings.Cut(http.DetectContentType(content), ";")
	return media
}
