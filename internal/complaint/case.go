package complaint

import (
	"maps"
	"slices"
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
	OnPaper   bool   // he has no mail address: he is written letters
	Postal    string // where they go, in lines; "" when that is not known
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
	NotDelivered   workday.Date  // when the acknowledgement came back; zero when it did not
	Contacted      workday.Date  // zero while it has not happened
	ContactDelayed *Postponement // a delay of the contact term, announced before its end
	// ContactExpected is the day that the complainant was told last, by an announcement in time or too late; zero without one.
	ContactExpected workday.Date
	DataRequested   bool

	Informal   *Informal    // the informal phase, the last one where there were more
	FormalFrom workday.Date // day 0 of the contact term after an informal phase; zero without one
	Judgement  *Judgement   // the assessor's last judgement, while or after the manager is consulted on it
	Remarks    string       // the manager's remarks: the next judgement is final
	Decision   *Judgement   // what the complainant was told (8)
	Measures   []Measure
	NoMeasures map[bool]workday.Date // when it was said that nothing is needed after the decision (false), or after that on the objection (true)
	Objection  *Objection
	Closure    *Closed  // nil while the case is open
	Originals  []string // SHA-256 of every message of the complainant in the file, in order

	reminded map[termKey]workday.Date // the last day of the timetable served, for each term as it was due then
}

// Postponement is a new date for a term, with the reason that the complainant was told.
type Postponement struct {
	On     workday.Date // when it was announced
	Until  workday.Date
	Reason string
}

// Informal is an informal phase: who mediates, from when and until when (zero: it goes on).
type Informal struct {
	Mediator       Person
	Started, Ended workday.Date
	Agreement      string
}

// Judgement is a verdict with its reasons, and when it was given.
type Judgement struct {
	Verdict    Verdict
	Motivation string
	On         workday.Date
	Answered   workday.Date // when the manager answered; zero while he has not (6)
}

// Measure is something that the organisation does after a decision (Klachtenprocedure 14).
type Measure struct {
	Number       int
	What         string
	Due          workday.Date // zero: the last day of the term
	Done         workday.Date // zero while it is not
	ForObjection bool         // it follows from the decision on the objection
}

// Objection is the complainant's objection to the decision (Klachtenprocedure 9 to 12).
type Objection struct {
	On        workday.Date
	Late      bool
	Admitted  bool   // it is handled: it came in time, or the manager let it in
	Refused   string // why a late one is not handled; "" otherwise
	RefusedOn workday.Date
	Original  string
	Words     string   // when it came by letter or telephone
	Members   []Person // the committee; the first is its chair
	Extended  *Postponement
	Decision  *Judgement
}

// Settled reports that nothing more has to be decided about an objection.
func (o *Objection) Settled() bool { return o.Decision != nil || o.Refused != "" }

// Chair is the chair of the committee; false while nobody is appointed.
func (o *Objection) Chair() (Person, bool) {
	if o == nil || len(o.Members) == 0 {
		return Person{}, false
	}
	return o.Members[0], true
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
		c.Acknowledged, c.NotDelivered = f.On, workday.Date{}
	case *Undelivered:
		if f.Letter == LetterAcknowledgement {
			c.Acknowledged, c.NotDelivered = workday.Date{}, day
		}
	case *Supplemented:
		c.Fields = c.Fields.merge(f.Fields)
		c = c.keeps(f.Original)
	case *Corrected:
		c.Fields = c.Fields.merge(f.Fields)
		c = c.keeps(f.Original)
	case *Message:
		if f.From == RoleComplainant {
			c = c.keeps(f.Original)
		}
	case *Assigned:
		c.Assessor, c.AssignedOn, c.Stage = f.Assessor, day, StageAssessing
		c = c.unjudged()
	case *HandedBack:
		c.HandedBack = append(c.HandedBack[:len(c.HandedBack):len(c.HandedBack)], c.Assessor)
		c.Assessor, c.AssignedOn, c.Stage = Person{}, workday.Date{}, StageRegistered
		c = c.unjudged()
	case *Contacted:
		c.Contacted = f.On
	case *DelayAnnounced:
		if c.ContactExpected = f.Until; !f.Late {
			c.ContactDelayed = &Postponement{On: day, Until: f.Until, Reason: f.Reason}
		}
	case *DataRequested:
		c.DataRequested = true
	case *Reminded:
		c.reminded = served(c.reminded, termKey{f.Term, f.Due}, f.Step)
	case *Refused, *NotAuthentic, *Ordered: // in the file; the state stays
	default:
		c = c.proceed(e.Fact, day)
	}
	return c
}

// proceed applies the facts of the informal phase, the judgement and what follows from it.
func (c Case) proceed(fact Fact, day workday.Date) Case {
	switch f := fact.(type) {
	case *InformalStarted:
		c.Informal, c.Stage = &Informal{Mediator: f.Mediator, Started: day}, StageInformal
	case *Settled:
		c.Informal = c.Informal.ended(day, f.Agreement)
	case *Formal:
		c.Informal, c.FormalFrom, c.ContactDelayed, c.ContactExpected = c.Informal.ended(day, ""), day, nil, workday.Date{}
		c = c.reopened()
	case *Judged:
		c.Judgement, c.Stage = &Judgement{Verdict: f.Verdict, Motivation: f.Motivation, On: day}, StageConsulting
	case *Agreed:
		c.Judgement = c.Judgement.answered(day)
	case *Remarked:
		c.Judgement, c.Remarks, c.Stage = c.Judgement.answered(day), f.Remarks, StageAssessing
	case *Decided:
		c.Decision, c.Stage = &Judgement{Verdict: f.Verdict, Motivation: f.Motivation, On: day}, StageDecided
		if c.Judgement != nil && c.Judgement.Answered.IsZero() {
			c.Judgement = c.Judgement.answered(day)
		}
		if c.Contacted.IsZero() {
			c.Contacted = day // the decision mail meets the contact term
		}
	case *MeasurePlanned:
		m := Measure{Number: f.Number, What: f.What, Due: f.Due, ForObjection: c.objectionDecided()}
		c.Measures = append(c.Measures[:len(c.Measures):len(c.Measures)], m)
		c = c.needsNone(workday.Date{})
	case *MeasureDone:
		c.Measures = slices.Clone(c.Measures)
		for i := range c.Measures {
			if c.Measures[i].Number == f.Number {
				c.Measures[i].Done = day
			}
		}
	case *NoMeasures:
		c = c.needsNone(day)
	case *MessageSent:
		if f.From == RoleAssessor && c.Contacted.IsZero() {
			c.Contacted = day
		}
	case *Closed:
		c.Closure, c.Stage = f, StageClosed
	case *Reopened:
		c = c.reopened()
	default:
		c = c.object(fact, day)
	}
	return c
}

// object applies the facts of an objection.
func (c Case) object(fact Fact, day workday.Date) Case {
	var o Objection
	if c.Objection != nil {
		o = *c.Objection // an earlier state keeps its own
	}
	switch f := fact.(type) {
	case *Objected:
		o = Objection{On: f.On, Late: f.Late, Admitted: !f.Late, Original: f.Original, Words: f.Words}
		c.Stage, c.Closure = StageObjection, nil
		c = c.keeps(f.Original)
	case *Admitted:
		o.Admitted = true
	case *NotAdmitted:
		o.Refused, o.RefusedOn, c.Stage = f.Reason, day, StageDecided
	case *CommitteeAppointed:
		o.Members = f.Members
	case *Extended:
		o.Extended = &Postponement{On: day, Until: f.Until, Reason: f.Reason}
	case *ObjectionDecided:
		o.Decision, c.Stage = &Judgement{Verdict: f.Verdict, Motivation: f.Motivation, On: day}, StageDecided
	default:
		return c
	}
	c.Objection = &o
	return c
}

// unjudged forgets a judgement that led to no decision: another assessor judges for himself, and the
// manager is consulted on that (Klachtenprocedure 6).
func (c Case) unjudged() Case {
	c.Judgement, c.Remarks = nil, ""
	return c
}

// reopened puts a case back where it stood before it was closed, or where the formal procedure begins. A
// judgement that waited for the manager's answer is given again.
func (c Case) reopened() Case {
	c.Closure = nil
	switch {
	case c.Informal != nil && c.Informal.Ended.IsZero():
		c.Stage = StageInformal
	case c.Objection != nil && !c.Objection.Settled():
		c.Stage = StageObjection
	case c.Decision != nil:
		c.Stage = StageDecided
	case c.Assigned():
		c.Stage = StageAssessing
		if c.Judgement != nil && c.Judgement.Answered.IsZero() {
			c = c.unjudged()
		}
	default:
		c.Stage = StageRegistered
	}
	return c
}

func (c Case) objectionDecided() bool { return c.Objection != nil && c.Objection.Decision != nil }

// needsNone notes that the last decision asks for no measure; the zero day takes it back.
func (c Case) needsNone(day workday.Date) Case {
	none := maps.Clone(c.NoMeasures)
	if none == nil {
		none = map[bool]workday.Date{}
	}
	none[c.objectionDecided()] = day
	c.NoMeasures = none
	return c
}

func (i *Informal) ended(day workday.Date, agreement string) *Informal {
	if i == nil {
		return nil
	}
	after := *i
	if after.Ended.IsZero() {
		after.Ended = day
	}
	if agreement != "" {
		after.Agreement = agreement
	}
	return &after
}

func (j *Judgement) answered(day workday.Date) *Judgement {
	if j == nil {
		return nil
	}
	after := *j
	after.Answered = day
	return &after
}

// keeps adds a message to the file.
func (c Case) keeps(original string) Case {
	if original != "" && !slices.Contains(c.Originals, original) {
		c.Originals = append(c.Originals[:len(c.Originals):len(c.Originals)], original)
	}
	return c
}

func (c Case) opened(f *Registered) Case {
	c.Reference, c.Channel, c.Received = f.Reference, f.Channel, f.Received
	c.Fields, c.ReplyTo, c.NoAnswer = f.Fields, f.ReplyTo, f.NoAnswer
	c.OnPaper, c.Postal = f.OnPaper, f.Postal
	c.Conflict, c.Original, c.Subject, c.MessageID = f.Conflict, f.Original, f.Subject, f.MessageID
	c.TooLarge, c.Reasons, c.Stage = f.TooLarge, f.Reasons, StageRegistered
	return c.keeps(f.Original)
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
