package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/letter"
	"klikonderwijs.nl/klachtd/internal/store"
)

func stateLabel(state store.State) string {
	switch state {
	case store.StateQueued:
		return "wacht op verzending"
	case store.StateMaybe:
		return "misschien verzonden"
	case store.StateSent:
		return "verzonden"
	case store.StateFailed:
		return "niet bezorgd"
	case store.StateCancelled:
		return "niet verzonden"
	}
	return string(state)
}

func (d *dossier) moment(t time.Time) string {
	return t.In(d.house.Location).Format("02-01-2006 15:04")
}

//go:embed export.html
var dossierHTML string

var dossierPage = template.Must(template.New("dossier").Parse(dossierHTML))

// dossierView is what the page tells.
type dossierView struct {
	Reference                                            complaint.Reference
	Organisation, Received, Channel, Stage, Made, Broken string
	Blackened                                            int // files in which codes were blacked out
	Assessor                                             string
	Fields                                               []labelledText
	Terms                                                []dossierTerm
	Measures, Objection                                  []string
	Events                                               []dossierEvent
	Incoming, Outgoing                                   []dossierMail
}

type labelledText struct{ Label, Value string }

type dossierTerm struct {
	Label, Due, Met, Why string
	Late                 bool
}

type dossierEvent struct {
	Seq          int
	At, By, Text string
	Details      []labelledText
}

type dossierMail struct {
	File, At, Who, Subject, State string
	Gone                          bool // it is not stored any more
	Altered                       bool // it is not what came in, or carries such a message
	Codes                         int  // that were blacked out
	Attached                      []dossierAttachment
	Rest                          bool // not every attachment is a file of its own
}

type dossierAttachment struct {
	File  string
	Part  bool // it could not be decoded to its end
	Codes int  // that were blacked out
}

func (d *dossier) page(events []complaint.Event, chain []store.Link, flaw *store.Flaw) (dossierView, error) {
	c := complaint.Fold(events, d.house.Location)
	words, err := d.objected(d.tx, c.Objection)
	if err != nil {
		return dossierView{}, err
	}
	v := dossierView{
		Reference: d.reference, Organisation: d.organisation, Received: c.Received.Long(), Channel: channelLabel(c.Channel), Stage: c.Stage.Label(),
		Made: d.moment(d.made), Broken: flawText(flaw), Measures: measureLines(c), Objection: objectionLines(c.Objection, words),
		Events: d.timeline(events, chain),
	}
	if c.Assigned() {
		v.Assessor = c.Assessor.Described()
	}
	for _, name := range complaint.FieldNames() {
		v.Fields = append(v.Fields, labelledText{name.Label(), letter.Readable(name, c.Fields.Value(name))})
	}
	for _, t := range d.house.Terms(c) {
		term := dossierTerm{Label: t.Kind.Label(), Due: t.Due.Long(), Why: t.Note, Met: "nog niet", Late: t.MetLate() || t.Overdue(d.today)}
		if t.IsMet() {
			term.Met = t.Met.Long()
		}
		if t.MetLate() {
			term.Met += " (te laat)"
		}
		v.Terms = append(v.Terms, term)
	}
	return v, nil
}

// flawText says in Dutch what of a chain does not hold; "" when all does.
func flawText(flaw *store.Flaw) string {
	switch {
	case flaw == nil:
		return ""
	case flaw.Event == 0:
		return "De keten van gebeurtenissen klopt niet."
	}
	return fmt.Sprintf("De keten van gebeurtenissen klopt niet vanaf gebeurtenis %d: daar is iets veranderd, weggehaald of toegevoegd.", flaw.Event)
}

// timeline tells every event of a chain, also one whose text was taken away.
func (d *dossier) timeline(events []complaint.Event, chain []store.Link) (list []dossierEvent) {
	for _, l := range chain {
		told := dossierEvent{Seq: l.Seq, At: l.At, By: complaint.Role(l.By).Label(), Text: "De tekst van deze gebeurtenis is weg."}
		if len(events) > 0 && events[0].Seq == l.Seq {
			e := events[0]
			told.At, told.Text, told.Details = d.moment(e.At), e.Fact.Text(), details(l.Payload)
			events = events[1:]
		}
		list = append(list, told)
	}
	return list
}

func channelLabel(channel complaint.Channel) string {
	switch channel {
	case complaint.ChannelLetter:
		return "per brief"
	case complaint.ChannelPhone:
		return "per telefoon"
	}
	return "per e-mail"
}

func measureLines(c complaint.Case) (lines []string) {
	for _, m := range c.Measures {
		line := fmt.Sprintf("%d: %s", m.Number, m.What)
		if !m.Due.IsZero() {
			line += " (voor " + m.Due.Long() + ")"
		}
		if m.Done.IsZero() {
			line += ", nog niet uitgevoerd"
		} else {
			line += ", uitgevoerd op " + m.Done.Long()
		}
		lines = append(lines, line)
	}
	return lines
}

// objectionLines tells an objection; words is its text in full.
func objectionLines(o *complaint.Objection, words string) (lines []string) {
	if o == nil {
		return nil
	}
	first := "ontvangen op " + o.On.Long()
	if o.Late {
		first += ", te laat"
	}
	lines = append(lines, first)
	for _, p := range o.Members {
		lines = append(lines, "commissie: "+p.Described())
	}
	if words != "" {
		lines = append(lines, "het bezwaar: "+words)
	}
	if o.Refused != "" {
		lines = append(lines, "niet ontvankelijk: "+o.Refused)
	}
	if o.Extended != nil {
		lines = append(lines, "verlengd tot "+o.Extended.Until.Long()+": "+o.Extended.Reason)
	}
	if o.Decision != nil {
		lines = append(lines, o.Decision.Verdict.Label()+", op "+o.Decision.On.Long()+": "+o.Decision.Motivation)
	}
	return lines
}

// detailLabels are the texts in an event that people wrote, in the order in which they are told.
var detailLabels = []struct{ key, label string }{
	{"motivation", "Motivering"}, {"reason", "Reden"}, {"remarks", "Opmerkingen"}, {"agreement", "Afspraak"}, {"what", "Maatregel"}, {"body", "Bericht"}, {"words", "Tekst"}, {"note", "Aantekening"},
}

func details(payload []byte) (list []labelledText) {
	var values map[string]any
	if json.Unmarshal(payload, &values) != nil {
		return nil
	}
	for _, d := range detailLabels {
		if text, ok := values[d.key].(string); ok && text != "" {
			list = append(list, labelledText{d.label, text})
		}
	}
	return list
}
