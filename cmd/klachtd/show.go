package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/store"
	"klikonderwijs.nl/klachtd/internal/workday"
)

type showCmd struct {
	Reference string `arg:"" help:"The case, such as K-2026-0007." name:"ref"`
	JSON      bool   `help:"Print JSON." name:"json"`
	pretending
}

// shown is a whole file (the contract's JSON).
type shown struct {
	listed
	Fields    map[complaint.FieldName]*complaint.Field `json:"fields"`
	Missing   []complaint.FieldName                    `json:"missing"`
	Terms     []shownTerm                              `json:"terms"`
	Events    []shownEvent                             `json:"events"`
	Mails     []shownMail                              `json:"mails"`
	Judgement *shownJudgement                          `json:"judgement"` // on which the manager is consulted
	Decision  *shownJudgement                          `json:"decision"`
	Measures  []shownMeasure                           `json:"measures"`
	Objection *shownObjection                          `json:"objection"`
}

type shownJudgement struct {
	Verdict    complaint.Verdict `json:"verdict"`
	On         workday.Date      `json:"on"`
	Motivation string            `json:"motivation"`
}

type shownMeasure struct {
	Number       int           `json:"number"`
	What         string        `json:"what"`
	Due          *workday.Date `json:"due"`
	Done         *workday.Date `json:"done"`
	ForObjection bool          `json:"for_objection"`
}

type shownObjection struct {
	On        workday.Date       `json:"on"`
	Late      bool               `json:"late"`
	Admitted  bool               `json:"admitted"`
	Refused   string             `json:"refused,omitempty"`
	Words     string             `json:"words,omitempty"` // its text in full
	Members   []string           `json:"members"`         // the first is the chair
	Extended  *workday.Date      `json:"extended"`
	Why       string             `json:"extended_because,omitempty"`
	Verdict   *complaint.Verdict `json:"verdict"`
	DecidedOn *workday.Date      `json:"decided_on"`
	Decision  string             `json:"decision,omitempty"` // its reasons
}

type shownTerm struct {
	Term complaint.TermKind `json:"term"`
	Due  workday.Date       `json:"due"`
	Met  *workday.Date      `json:"met"`
	Why  []string           `json:"why"`
}

type shownEvent struct {
	Seq  int            `json:"seq"`
	At   time.Time      `json:"at"`
	Kind complaint.Kind `json:"kind"`
	By   complaint.Role `json:"by"`
	Text string         `json:"text"`
}

type shownMail struct {
	Direction string    `json:"direction"`
	Kind      string    `json:"kind"`
	To        string    `json:"to,omitempty"`
	From      string    `json:"from,omitempty"`
	Subject   string    `json:"subject"`
	MessageID string    `json:"message_id"`
	At        time.Time `json:"at"`
	State     string    `json:"state"`
}

// Run shows one file.
func (cmd *showCmd) Run(ctx context.Context, s streams, c *cli) error {
	reference, err := complaint.ParseReference(cmd.Reference)
	if err != nil {
		return err
	}
	r, _, err := c.openRegister(ctx, cmd.pretending)
	if err != nil {
		return err
	}
	defer r.store.Close()
	var file shown
	err = r.store.View(ctx, func(tx *store.Tx) (err error) {
		file, err = r.file(tx, reference)
		return err
	})
	if err != nil {
		return err
	}
	if cmd.JSON {
		return printJSON(s.out, file)
	}
	return printFile(s.out, file, r, terminalOf(s.out))
}

// nothingOf says why there is no file: it never was, or it was erased.
func (r *register) nothingOf(tx *store.Tx, reference complaint.Reference) error {
	erased, found, err := tx.Erased(reference)
	switch {
	case err != nil:
		return err
	case found:
		return fmt.Errorf("%s was erased on %s: %s", reference, r.house.Today(erased.At), printable(erased.Reason))
	}
	return fmt.Errorf("there is no case %s (klachtd list shows them all)", reference)
}

func (r *register) file(tx *store.Tx, reference complaint.Reference) (shown, error) {
	events, err := tx.Events(reference)
	if err != nil {
		return shown{}, err
	}
	if len(events) == 0 {
		return shown{}, r.nothingOf(tx, reference)
	}
	c := complaint.Fold(events, r.house.Location)
	words, err := r.objected(tx, c.Objection)
	if err != nil {
		return shown{}, err
	}
	f := shown{
		listed: r.listed(c), Fields: map[complaint.FieldName]*complaint.Field{}, Missing: list(c.Fields.Missing()),
		Terms: shownTerms(r.house.Terms(c)), Judgement: shownJudgementOf(c.Judgement), Decision: shownJudgementOf(c.Decision),
		Measures: shownMeasures(c.Measures), Objection: shownObjectionOf(c.Objection, words),
	}
	for _, name := range complaint.FieldNames() {
		f.Fields[name] = nil
		if field, ok := c.Fields[name]; ok {
			f.Fields[name] = &field
		}
	}
	for _, e := range events {
		f.Events = append(f.Events, shownEvent{Seq: e.Seq, At: e.At, Kind: e.Fact.Kind(), By: e.By, Text: e.Fact.Text()})
	}
	f.Mails, err = shownMails(tx, reference)
	return f, err
}

func shownMeasures(measures []complaint.Measure) []shownMeasure {
	list := []shownMeasure{}
	for _, m := range measures {
		list = append(list, shownMeasure{Number: m.Number, What: m.What, Due: dayOrNil(m.Due), Done: dayOrNil(m.Done), ForObjection: m.ForObjection})
	}
	return list
}

// objected is the text of an objection: as somebody typed it over, or as the complainant wrote it in a mail.
func (r *register) objected(tx *store.Tx, o *complaint.Objection) (string, error) {
	switch {
	case o == nil:
		return "", nil
	case o.Words != "" || o.Original == "":
		return o.Words, nil
	}
	original, err := tx.OpenOriginal(o.Original)
	if errors.Is(err, store.ErrNoOriginal) {
		return "", nil // export and verify tell it
	}
	if err != nil {
		return "", err
	}
	defer original.Close()
	m := readerOf(r.cfg, r.house).Parse(original, time.Time{})
	return cmp.Or(m.Own, m.Text), nil
}

func shownJudgementOf(j *complaint.Judgement) *shownJudgement {
	if j == nil {
		return nil
	}
	return &shownJudgement{Verdict: j.Verdict, On: j.On, Motivation: j.Motivation}
}

func shownObjectionOf(o *complaint.Objection, words string) *shownObjection {
	if o == nil {
		return nil
	}
	s := &shownObjection{On: o.On, Late: o.Late, Admitted: o.Admitted, Refused: o.Refused, Words: words, Members: []string{}}
	for _, p := range o.Members {
		s.Members = append(s.Members, p.Formal())
	}
	if o.Extended != nil {
		s.Extended, s.Why = &o.Extended.Until, o.Extended.Reason
	}
	if o.Decision != nil {
		s.Verdict, s.DecidedOn, s.Decision = &o.Decision.Verdict, &o.Decision.On, o.Decision.Motivation
	}
	return s
}

// extension says until when the committee takes longer, and why; "" where it does not.
func (o *shownObjection) extension() string {
	if o.Extended == nil {
		return ""
	}
	return "until " + o.Extended.String() + ": " + o.Why
}

func dayOrNil(day workday.Date) *workday.Date {
	if day.IsZero() {
		return nil
	}
	return &day
}

func shownTerms(terms []complaint.Term) (list []shownTerm) {
	for _, t := range terms {
		shown := shownTerm{Term: t.Kind, Due: t.Due, Why: t.Why}
		if t.IsMet() {
			shown.Met = &t.Met
		}
		list = append(list, shown)
	}
	return list
}

func shownMails(tx *store.Tx, reference complaint.Reference) ([]shownMail, error) {
	mails := []shownMail{}
	incoming, err := tx.Incoming(reference)
	if err != nil {
		return nil, err
	}
	for _, m := range incoming {
		mails = append(mails, shownMail{Direction: "in", Kind: m.Kind, From: m.From, Subject: m.Subject, MessageID: m.MessageID, At: m.At, State: "received"})
	}
	outgoing, err := tx.Outgoing(reference.String())
	if err != nil {
		return nil, err
	}
	for _, q := range outgoing {
		mails = append(mails, shownMail{Direction: "out", Kind: string(q.Mail.Kind), To: q.Mail.To, Subject: q.Mail.Subject, MessageID: q.Mail.MessageID, At: q.Mail.At, State: string(q.State)})
	}
	slices.SortStableFunc(mails, func(a, b shownMail) int { return a.At.Compare(b.At) })
	return mails, nil
}

// printFile prints a file for a person: what is asked first, and the long texts folded to the terminal.
func printFile(out io.Writer, f shown, r *register, where terminal) error {
	about := fmt.Sprintf("%s, received %s by %s", f.Stage, f.Received, f.Channel)
	fmt.Fprintf(out, "%s  %s\n", where.heading(f.Reference.String()), about)
	if f.Assessor != "" {
		fmt.Fprintf(out, "assessor: %s\n", f.Assessor)
	}
	for _, part := range []struct {
		title string
		print func(io.Writer, shown, *register, terminal) error
	}{{"FIELDS", printFields}, {"TERMS", printTerms}, {"JUDGEMENT", printJudgement}, {"MEASURES", printMeasures}, {"TIMELINE", printTimeline}, {"MAILS", printMails}} {
		fmt.Fprintln(out, "\n"+where.heading(part.title))
		if err := part.print(out, f, r, where); err != nil {
			return err
		}
	}
	return nil
}

// labelWidth is the width of a field's name with its margins, in characters.
const labelWidth = 16

func printFields(out io.Writer, f shown, _ *register, where terminal) error {
	for _, name := range complaint.FieldNames() {
		field := f.Fields[name]
		if field == nil {
			missing := cell{"-", dim}
			if slices.Contains(f.Missing, name) {
				missing = cell{"missing", yellow}
			}
			fmt.Fprintf(out, "  %-*s%s\n", labelWidth-2, name, where.styled(missing.style, missing.text))
			continue
		}
		value := where.folded(printableLines(field.Value)+where.styled(dim, "  ["+printable(field.Source)+"]"), labelWidth)
		fmt.Fprintf(out, "  %-*s%s\n", labelWidth-2, name, value)
	}
	return nil
}

func printTerms(out io.Writer, f shown, r *register, where terminal) error {
	t := table{elastic: []int{3}}
	for _, term := range f.Terms {
		met := cell{"not met", plain}
		switch {
		case term.Met != nil && term.Met.After(term.Due):
			met = cell{"met late " + term.Met.String(), yellow}
		case term.Met != nil:
			met = cell{"met " + term.Met.String(), plain}
		case (complaint.Term{Kind: term.Term, Due: term.Due}).Overdue(r.today):
			met = cell{"OVERDUE", red}
		}
		t.rows = append(t.rows, []cell{{"  " + string(term.Term), plain}, {term.Due.String(), plain}, met, {strings.Join(term.Why, "; "), dim}})
	}
	return t.print(out, where)
}

// printJudgement tells the judgement, and the decision where it says something else.
func printJudgement(out io.Writer, f shown, _ *register, where terminal) error {
	for _, j := range []struct {
		label string
		*shownJudgement
	}{{"judgement", f.Judgement}, {"decision", f.Decision}} {
		if j.shownJudgement == nil {
			continue
		}
		text := fmt.Sprintf("%s, of %s", j.Verdict, j.On)
		if j.label == "judgement" || f.Judgement == nil || j.Motivation != f.Judgement.Motivation {
			text += "\n" + printableLines(j.Motivation)
		}
		fmt.Fprintf(out, "  %-*s%s\n", labelWidth-2, j.label, where.folded(text, labelWidth))
	}
	if f.Judgement == nil && f.Decision == nil {
		fmt.Fprintln(out, where.styled(dim, "  none"))
	}
	return nil
}

// printMeasures tells the measures and the objection, where there are any.
func printMeasures(out io.Writer, f shown, _ *register, where terminal) error {
	if len(f.Measures) == 0 {
		fmt.Fprintln(out, where.styled(dim, "  none"))
	}
	for _, m := range f.Measures {
		state := "open"
		if m.Done != nil {
			state = "done " + m.Done.String()
		} else if m.Due != nil {
			state += ", due " + m.Due.String()
		}
		fmt.Fprintf(out, "  %d  %-16s  %s\n", m.Number, state, where.folded(printableLines(m.What), 23))
	}
	if o := f.Objection; o != nil {
		line := "of " + o.On.String()
		if o.Late {
			line += ", late"
		}
		if o.Verdict != nil {
			line += ", decided " + o.DecidedOn.String() + ": " + string(*o.Verdict)
		}
		fmt.Fprintf(out, "\n%s\n  %s\n", where.heading("OBJECTION"), line)
		for _, text := range []struct{ label, value string }{{"objection", o.Words}, {"not handled", o.Refused}, {"extended", o.extension()}, {"decision", o.Decision}} {
			if text.value != "" {
				fmt.Fprintf(out, "  %-*s%s\n", labelWidth-2, text.label, where.folded(printableLines(text.value), labelWidth))
			}
		}
	}
	return nil
}

func printTimeline(out io.Writer, f shown, r *register, where terminal) error {
	const moment, role = len("  2006-01-02 15:04  "), 13
	for _, e := range f.Events {
		text := where.folded(printable(e.Text), moment+role)
		fmt.Fprintf(out, "  %s  %-*s%s\n", e.At.In(r.house.Location).Format("2006-01-02 15:04"), role, e.By, text)
	}
	return nil
}

func printMails(out io.Writer, f shown, r *register, where terminal) error {
	t := table{elastic: []int{4, 3}}
	for _, m := range f.Mails {
		state := cell{m.State, plain}
		if m.State == string(store.StateFailed) {
			state.style = red
		}
		t.rows = append(t.rows, []cell{
			{"  " + m.At.In(r.house.Location).Format("2006-01-02 15:04"), plain}, {m.Direction, plain}, {m.Kind, plain},
			{printable(m.From + m.To), plain}, {printable(m.Subject), plain}, state,
		})
	}
	return t.print(out, where)
}

// printableLines is printable, line by line.
func printableLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = printable(line)
	}
	return strings.Join(lines, "\n")
}
