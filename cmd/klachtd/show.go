package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
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
	Measures  []string                                 `json:"measures"`
	Objection *struct{}                                `json:"objection"`
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
	return printFile(s.out, file, r.house.Location)
}

func (r *register) file(tx *store.Tx, reference complaint.Reference) (shown, error) {
	events, err := tx.Events(reference)
	if err != nil {
		return shown{}, err
	}
	if len(events) == 0 {
		return shown{}, fmt.Errorf("there is no case %s (klachtd list shows them all)", reference)
	}
	c := complaint.Fold(events, r.house.Location)
	f := shown{
		listed: r.listed(c), Fields: map[complaint.FieldName]*complaint.Field{}, Missing: list(c.Fields.Missing()),
		Terms: shownTerms(r.house.Terms(c)), Measures: []string{},
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

func printFile(out io.Writer, f shown, loc *time.Location) error {
	fmt.Fprintf(out, "%s  %s, received %s by %s\n", f.Reference, f.Stage, f.Received, f.Channel)
	if f.Assessor != "" {
		fmt.Fprintf(out, "assessor: %s\n", f.Assessor)
	}
	fmt.Fprintln(out, "\nFIELDS")
	w := tabwriter.NewWriter(out, 2, 0, 2, ' ', 0)
	for _, name := range complaint.FieldNames() {
		value := "-"
		if field := f.Fields[name]; field != nil {
			value = strings.ReplaceAll(field.Value, "\n", "\n  \t")
			value = printableLines(value) + "  [" + field.Source + "]"
		}
		fmt.Fprintf(w, "  %s\t%s\n", name, value)
	}
	w.Flush()
	fmt.Fprintln(out, "\nTERMS")
	for _, t := range f.Terms {
		met := "not met"
		if t.Met != nil {
			met = "met " + t.Met.String()
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", t.Term, t.Due, met, strings.Join(t.Why, "; "))
	}
	w.Flush()
	fmt.Fprintln(out, "\nTIMELINE")
	for _, e := range f.Events {
		fmt.Fprintf(w, "  %s\t%s\t%s\n", e.At.In(loc).Format("2006-01-02 15:04"), e.By, printable(e.Text))
	}
	w.Flush()
	fmt.Fprintln(out, "\nMAILS")
	for _, m := range f.Mails {
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\t%s\t%s\n", m.At.In(loc).Format("2006-01-02 15:04"), m.Direction, m.Kind, printable(m.From+m.To), printable(m.Subject), m.State)
	}
	return w.Flush()
}

// printableLines is printable, line by line; the tabs that set lines below each other stay.
func printableLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		indent := ""
		if strings.HasPrefix(line, "  \t") {
			indent, line = "  \t", line[3:]
		}
		lines[i] = indent + printable(line)
	}
	return strings.Join(lines, "\n")
}
