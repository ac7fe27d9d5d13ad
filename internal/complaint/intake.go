package complaint

import (
	"slices"
	"time"

	"klikonderwijs.nl/klachtd/internal/workday"
)

// Submission is a complaint as it came in, read but not yet registered.
type Submission struct {
	Reference Reference // given by the store: the next of the year of receipt
	Channel   Channel
	Received  time.Time    // when the server took it
	Dated     workday.Date // a day of receipt that a person gave (a letter); zero for a mail
	Fields    Fields
	ReplyTo   string
	NoAnswer  string // why no machine may answer, in Dutch; "" when it may
	OnPaper   bool   // nobody knows a mail address of him: he is written letters
	Postal    string // where they go, in lines
	Text      string // what the complainant wrote, to see whom it is about; not kept
	Reasons   []string
	Original  string
	Subject   string
	MessageID string
	TooLarge  bool
}

// Register opens a case (Klachtenprocedure 4, 5): registered, acknowledged or, where no machine
// may answer, brought to the manager at once; forwarded when it is complete and nothing stands in the way.
func (h *House) Register(now time.Time, s Submission) Outcome {
	opened := &Registered{
		Reference: s.Reference, Channel: s.Channel, Received: s.Dated, Fields: s.Fields,
		ReplyTo: s.ReplyTo, NoAnswer: s.NoAnswer, OnPaper: s.OnPaper, Postal: s.Postal, Conflict: h.conflict(s.Text), Reasons: s.Reasons,
		Original: s.Original, Subject: s.Subject, MessageID: s.MessageID, TooLarge: s.TooLarge,
	}
	if opened.Received.IsZero() {
		opened.Received = h.Today(s.Received)
	}
	var o Outcome
	o.record(opened)
	c := Case{}.Apply(Event{Seq: 1, At: now, Fact: opened}, h.Location)
	switch {
	case c.Answerable():
		o.send(h.toComplainant(c, LetterAcknowledgement))
	case c.OnPaper:
		o.send(Letter{Kind: LetterPosting, Role: RoleTeam, To: h.Team, About: LetterAcknowledgement})
	}
	if assessor, ok := h.forwardTo(c); ok && c.Complete() {
		o.add(h.assignTo(c, assessor, true))
	}
	o.tellManager(h, c, Letter{Kind: LetterRegistration, Attach: attached(c.Original)})
	return o
}

// forwardTo is the assessor to whom the case may go without a word of the manager: the default one, unless
// it is about him. Where nobody may act as manager, the first who is not named in it and did not hand it
// back gets it, since nobody else can assign it (Klachtenprocedure 5).
func (h *House) forwardTo(c Case) (Person, bool) {
	if c.Stage != StageRegistered || c.Assigned() || len(h.Assessors) == 0 {
		return Person{}, false
	}
	if _, manager := h.ManagerOf(c); !manager {
		return h.successor(c)
	}
	forward := h.Automatic && len(c.HandedBack) == 0 && (c.Conflict == ConflictNone || c.Conflict == ConflictManager)
	return h.Assessors[0], forward
}

// successor is the first assessor whom the complaint is not about and who did not hand it back; false where there is none.
func (h *House) successor(c Case) (Person, bool) {
	for i, p := range h.Assessors {
		named := i == 0 && (c.Conflict == ConflictAssessor || c.Conflict == ConflictBoth)
		if !named && p.Email != c.Assessor.Email && !slices.Contains(c.HandedBack, p) {
			return p, true
		}
	}
	return Person{}, false
}

// AssessorOf is who assesses a case, or who will as soon as it is complete; false while the manager has to choose.
func (h *House) AssessorOf(c Case) (Person, bool) {
	if c.Assigned() {
		return c.Assessor, true
	}
	return h.forwardTo(c)
}

// assignTo gives the case to an assessor, with the original message (Klachtenprocedure 5).
func (h *House) assignTo(c Case, assessor Person, automatic bool) Outcome {
	var o Outcome
	o.record(&Assigned{Assessor: assessor, Automatic: automatic, Incomplete: !c.Complete()})
	o.send(Letter{Kind: LetterForward, Role: RoleAssessor, To: assessor, Attach: attached(c.Original)})
	return o
}

func (h *House) toComplainant(c Case, kind LetterKind) Letter {
	to, _ := h.Person(c, RoleComplainant)
	return Letter{Kind: kind, Role: RoleComplainant, To: to}
}

// tellManager sends a letter to whoever acts as manager in this case; where nobody may, the
// assessor stands alone and gets it.
func (o *Outcome) tellManager(h *House, c Case, l Letter) {
	if manager, ok := h.ManagerOf(c); ok {
		l.Role, l.To = RoleManager, manager
		o.send(l)
		return
	}
	if l.Kind == LetterRegistration {
		return // the forward says it all, and why
	}
	assessor := c.Assessor
	if assessor.IsZero() && len(h.Assessors) > 0 {
		assessor = h.Assessors[0]
	}
	l.Role, l.To = RoleAssessor, assessor
	o.send(l)
}

// named lists the names of the fields that are there, in the procedure's order.
func named(f Fields) (names []FieldName) {
	for _, name := range FieldNames() {
		if _, ok := f[name]; ok {
			names = append(names, name)
		}
	}
	return names
}

// File keeps a mail in the file of a case and brings it to whoever has the case now. readAs is
// what the reader took it for, so that the person who gets it sees that at once.
func (h *House) File(c Case, from Role, readAs, original string) Outcome {
	var o Outcome
	o.record(&Message{From: from, ReadAs: readAs, Original: original})
	holder := h.holder(c)
	o.send(Letter{Kind: LetterPassedOn, Role: holder.Role, To: holder.Person, Attach: attached(original), Note: readAs})
	return o
}

// attached lists the messages that go along with a letter; none stands for no message.
func attached(originals ...string) (list []string) {
	for _, original := range originals {
		if original != "" {
			list = append(list, original)
		}
	}
	return list
}

// Distrust keeps a mail that claims to come from somebody with a role but does not prove it, and reports it to the manager.
func (h *House) Distrust(c Case, claimed Role, reason, original string) Outcome {
	var o Outcome
	o.record(&NotAuthentic{Claimed: claimed, Reason: reason, Original: original})
	o.tellManager(h, c, Letter{Kind: LetterNotAuthentic, Attach: attached(original), Note: reason})
	return o
}

// MetByDelivery reports that something is met when a mail server has taken a letter: the acknowledgement is (Klachtenprocedure 4).
func MetByDelivery(kind LetterKind) bool { return kind == LetterAcknowledgement }

// Delivered says that a mail server took a letter of ours.
func (h *House) Delivered(now time.Time, c Case, kind LetterKind) Outcome {
	var o Outcome
	if MetByDelivery(kind) && c.Acknowledged.IsZero() {
		o.record(&Acknowledged{On: h.Today(now)})
	}
	return o
}

// Undelivered says that a letter was refused for good or came back. An acknowledgement that
// did not arrive is unmet again, and an alarm while there is still time (Klachtenprocedure 4).
func (h *House) Undelivered(c Case, kind LetterKind, to Role, status string) Outcome {
	var o Outcome
	o.record(&Undelivered{Letter: kind, To: to, Status: status})
	if kind != LetterAlarm {
		o.tellManager(h, c, Letter{Kind: LetterAlarm, Note: string(kind)})
	}
	return o
}
