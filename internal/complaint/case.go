package complaint

import (
	"time"

	"klikonderwijs.nl/klachtd/internal/workday"
)

// Case is the state of one complaint: the fold of its events, and nothing besides.
type Case struct {
	Reference Reference
	Seq       int // number of the last event
	Stage     Stage
	Channel   Channel
	Received  workday.Date
	Fields    Fields
	ReplyTo   string // where the complainant is answered; "" when nowhere
	NoAnswer  string // why no machine may answer, in Dutch
	Conflict  Conflict
	Original  string // SHA-256 of the message that opened the case, hexadecimal
	Subject   string // of that message
	MessageID string // of that message
	TooLarge  bool
	Reasons   []string // why it was taken for a complaint, in Dutch

	Assessor       Person
	HandedBack     []Person      // assessors who gave the case back
	AssignedOn     workday.Date  // zero while nobody assesses it
	Acknowledged   workday.Date  // zero while it is not
	NotDelivered   bool          // the acknowledgement came back
	Contacted      workday.Date  // zero while it has not happened
	ContactDelayed *Postponement // an announced delay of the contact term
	DataRequested  bool

	reminded map[termKey]workday.Date // the last day of the timetable served, for each term as it was due then
}

// Postponement is a new date for a term, with the reason that the complainant was told.
type Postponement struct {
	Until  workday.Date
	Reason string
}

type termKey struct {
	term TermKind
	due  workday.Date
}

// Fold computes the state of a case from its events; loc is the organisation's time zone, in which instants become days.
func Fold(events []Event, loc *time.Location) Case {
	var c Case
	for _, e := range events {
		c = c.Apply(e, loc)
	}
	return c
}

// Apply returns the state after one more event. It never refuses: what happened, happened.
// The reminders served are copied when they change, so that an earlier state stays as it was.
func (c Case) Apply(e Event, loc *time.Location) Case {
	c.Seq = e.Seq
	day := workday.DateOf(e.At, loc)
	switch f := e.Fact.(type) {
	case *Registered:
		c = c.opened(f)
	case *Acknowledged:
		c.Acknowledged, c.NotDelivered = f.On, false
	case *Undelivered:
		if f.Letter == LetterAcknowledgement {
			c.Acknowledged, c.NotDelivered = workday.Date{}, true
		}
	case *Supplemented:
		c.Fields = c.Fields.merge(f.Fields)
	case *Assigned:
		c.Assessor, c.AssignedOn, c.Stage = f.Assessor, day, StageAssessing
	case *HandedBack:
		c.HandedBack = append(c.HandedBack[:len(c.HandedBack):len(c.HandedBack)], c.Assessor)
		c.Assessor, c.AssignedOn, c.Stage = Person{}, workday.Date{}, StageRegistered
	case *Contacted:
		c.Contacted = f.On
	case *DelayAnnounced:
		c.ContactDelayed = &Postponement{Until: f.Until, Reason: f.Reason}
	case *DataRequested:
		c.DataRequested = true
	case *Reminded:
		c.reminded = served(c.reminded, termKey{f.Term, f.Due}, f.Step)
	case *Message, *Refused, *NotAuthentic: // in the file; the state stays
	}
	return c
}

func (c Case) opened(f *Registered) Case {
	c.Reference, c.Channel, c.Received = f.Reference, f.Channel, f.Received
	c.Fields, c.ReplyTo, c.NoAnswer = f.Fields, f.ReplyTo, f.NoAnswer
	c.Conflict, c.Original, c.Subject, c.MessageID = f.Conflict, f.Original, f.Subject, f.MessageID
	c.TooLarge, c.Reasons, c.Stage = f.TooLarge, f.Reasons, StageRegistered
	return c
}

func served(before map[termKey]workday.Date, key termKey, step workday.Date) map[termKey]workday.Date {
	after := make(map[termKey]workday.Date, len(before)+1)
	for k, v := range before {
		after[k] = v
	}
	if step.After(after[key]) {
		after[key] = step
	}
	return after
}

// lastStep is the last day of the timetable that was served for a term; zero when none was.
func (c Case) lastStep(t Term) workday.Date { return c.reminded[termKey{t.Kind, t.Due}] }

// remindedOf reports that somebody was reminded of a term.
func (c Case) remindedOf(kind TermKind) bool {
	for key := range c.reminded {
		if key.term == kind {
			return true
		}
	}
	return false
}

// Answerable reports that the complainant may be answered by machine.
func (c Case) Answerable() bool { return c.NoAnswer == "" && c.ReplyTo != "" }

// Open reports that the case still asks for something.
func (c Case) Open() bool { return c.Stage != StageClosed }

// Complete reports that every required field is known.
func (c Case) Complete() bool { return c.Fields.Complete() }

// Assigned reports that somebody assesses the case.
func (c Case) Assigned() bool { return !c.Assessor.IsZero() }
