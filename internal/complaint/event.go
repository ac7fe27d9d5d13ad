package complaint

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"klikonderwijs.nl/klachtd/internal/workday"
)

// Kind names what happened; the spelling is the same in Go, SQL and JSON.
type Kind string

// The kinds of event.
const (
	KindRegistered     Kind = "registered"
	KindAcknowledged   Kind = "acknowledged"
	KindUndelivered    Kind = "undelivered"
	KindSupplemented   Kind = "supplemented"
	KindCorrected      Kind = "corrected"
	KindMessage        Kind = "message"
	KindAssigned       Kind = "assigned"
	KindHandedBack     Kind = "handed_back"
	KindContacted      Kind = "contacted"
	KindReminded       Kind = "reminded"
	KindDataRequested  Kind = "data_requested"
	KindRefused        Kind = "refused"
	KindNotAuthentic   Kind = "not_authentic"
	KindDelayAnnounced Kind = "delay_announced"
	KindOrdered        Kind = "ordered"

	KindInformalStarted    Kind = "informal_started"
	KindSettled            Kind = "settled"
	KindFormal             Kind = "formal"
	KindJudged             Kind = "judged"
	KindAgreed             Kind = "agreed"
	KindRemarked           Kind = "remarked"
	KindDecided            Kind = "decided"
	KindMeasurePlanned     Kind = "measure_planned"
	KindMeasureDone        Kind = "measure_done"
	KindNoMeasures         Kind = "no_measures"
	KindObjected           Kind = "objected"
	KindAdmitted           Kind = "admitted"
	KindNotAdmitted        Kind = "not_admitted"
	KindCommitteeAppointed Kind = "committee_appointed"
	KindExtended           Kind = "extended"
	KindObjectionDecided   Kind = "objection_decided"
	KindMessageSent        Kind = "message_sent"
	KindWithdrawn          Kind = "withdrawn"
	KindClosed             Kind = "closed"
	KindReopened           Kind = "reopened"
)

// Event is one thing that happened in a case. Seq counts from 1 without gaps; At is UTC.
type Event struct {
	Seq  int
	At   time.Time
	By   Role
	Fact Fact
}

// Fact is what an event says. The set is closed: see facts.
type Fact interface {
	Kind() Kind
	// Text tells it in one Dutch sentence for the timeline, without quoting the complaint.
	Text() string
}

// facts makes an empty fact of every kind, to decode into.
var facts = map[Kind]func() Fact{
	KindRegistered:     func() Fact { return &Registered{} },
	KindAcknowledged:   func() Fact { return &Acknowledged{} },
	KindUndelivered:    func() Fact { return &Undelivered{} },
	KindSupplemented:   func() Fact { return &Supplemented{} },
	KindCorrected:      func() Fact { return &Corrected{} },
	KindMessage:        func() Fact { return &Message{} },
	KindAssigned:       func() Fact { return &Assigned{} },
	KindHandedBack:     func() Fact { return &HandedBack{} },
	KindContacted:      func() Fact { return &Contacted{} },
	KindReminded:       func() Fact { return &Reminded{} },
	KindDataRequested:  func() Fact { return &DataRequested{} },
	KindRefused:        func() Fact { return &Refused{} },
	KindNotAuthentic:   func() Fact { return &NotAuthentic{} },
	KindDelayAnnounced: func() Fact { return &DelayAnnounced{} },
	KindOrdered:        func() Fact { return &Ordered{} },

	KindInformalStarted:    func() Fact { return &InformalStarted{} },
	KindSettled:            func() Fact { return &Settled{} },
	KindFormal:             func() Fact { return &Formal{} },
	KindJudged:             func() Fact { return &Judged{} },
	KindAgreed:             func() Fact { return &Agreed{} },
	KindRemarked:           func() Fact { return &Remarked{} },
	KindDecided:            func() Fact { return &Decided{} },
	KindMeasurePlanned:     func() Fact { return &MeasurePlanned{} },
	KindMeasureDone:        func() Fact { return &MeasureDone{} },
	KindNoMeasures:         func() Fact { return &NoMeasures{} },
	KindObjected:           func() Fact { return &Objected{} },
	KindAdmitted:           func() Fact { return &Admitted{} },
	KindNotAdmitted:        func() Fact { return &NotAdmitted{} },
	KindCommitteeAppointed: func() Fact { return &CommitteeAppointed{} },
	KindExtended:           func() Fact { return &Extended{} },
	KindObjectionDecided:   func() Fact { return &ObjectionDecided{} },
	KindMessageSent:        func() Fact { return &MessageSent{} },
	KindWithdrawn:          func() Fact { return &Withdrawn{} },
	KindClosed:             func() Fact { return &Closed{} },
	KindReopened:           func() Fact { return &Reopened{} },
}

// DecodeFact reads the payload of an event of the given kind back.
func DecodeFact(kind Kind, payload []byte) (Fact, error) {
	empty, ok := facts[kind]
	if !ok {
		return nil, fmt.Errorf("decoding event: unknown kind %q", kind)
	}
	fact := empty()
	if err := json.Unmarshal(payload, fact); err != nil {
		return nil, fmt.Errorf("decoding event %s: %w", kind, err)
	}
	return fact, nil
}

// EncodeFact writes the payload of a fact.
func EncodeFact(fact Fact) ([]byte, error) {
	payload, err := json.Marshal(fact)
	if err != nil {
		return nil, fmt.Errorf("encoding event %s: %w", fact.Kind(), err)
	}
	return payload, nil
}

// Conflict says whom of those who would handle it a complaint is about (Klachtenprocedure 5, 10).
type Conflict string

// The conflicts of interest that the rules know.
const (
	ConflictNone     Conflict = ""
	ConflictAssessor Conflict = "assessor"
	ConflictManager  Conflict = "manager"
	ConflictBoth     Conflict = "both"
)

// Registered opens every case (Klachtenprocedure 5).
type Registered struct {
	Reference Reference    `json:"reference"`
	Channel   Channel      `json:"channel"`
	Received  workday.Date `json:"received"` // day 0 of every term
	Fields    Fields       `json:"fields"`
	ReplyTo   string       `json:"reply_to,omitempty"`  // where the complainant is answered; "" when nowhere
	NoAnswer  string       `json:"no_answer,omitempty"` // why no machine may answer, in Dutch
	OnPaper   bool         `json:"on_paper,omitempty"`  // he has no mail address: he is written letters
	Postal    string       `json:"postal,omitempty"`    // where they go, in lines
	Conflict  Conflict     `json:"conflict,omitempty"`
	Reasons   []string     `json:"reasons,omitempty"`  // why it was taken for a complaint
	Original  string       `json:"original,omitempty"` // SHA-256 of the message, hexadecimal
	Subject   string       `json:"subject,omitempty"`
	MessageID string       `json:"message_id,omitempty"`
	TooLarge  bool         `json:"too_large,omitempty"` // only its headers and the start of its text were read
}

// Acknowledged says that the acknowledgement left the house (Klachtenprocedure 4).
type Acknowledged struct {
	On     workday.Date `json:"on"`
	ByHand bool         `json:"by_hand,omitempty"` // confirmed by the manager instead of sent by us
	Posted bool         `json:"posted,omitempty"`  // our letter was posted, as a colleague confirmed
}

// Undelivered says that a mail of ours came back or was refused for good.
type Undelivered struct {
	Letter LetterKind `json:"letter"`
	To     Role       `json:"to"`
	Status string     `json:"status,omitempty"` // enhanced status code, RFC 3463
}

// Supplemented adds data that the complainant sent later; Fields holds only what was new.
type Supplemented struct {
	Fields   Fields `json:"fields"`
	Original string `json:"original,omitempty"`
}

// Message is a mail that belongs in the file and changes nothing by itself.
type Message struct {
	From     Role   `json:"from"`
	Original string `json:"original,omitempty"`
	ReadAs   string `json:"read_as,omitempty"` // what the reader took it for
}

// Assigned says who assesses the complaint (Klachtenprocedure 5).
type Assigned struct {
	Assessor   Person `json:"assessor"`
	Automatic  bool   `json:"automatic,omitempty"`
	Incomplete bool   `json:"incomplete,omitempty"` // forwarded as it is, data still missing
}

// HandedBack says that the assessor will not handle it, and why.
type HandedBack struct {
	Reason string `json:"reason"`
}

// Contacted says that the assessor was in touch with the complainant (Klachtenprocedure 7).
type Contacted struct {
	On   workday.Date `json:"on"`
	Note string       `json:"note,omitempty"`
}

// Reminded says that somebody was reminded of a term, or that it was escalated. It is what keeps a reminder from going out twice.
type Reminded struct {
	Term TermKind       `json:"term"`
	Due  workday.Date   `json:"due"`
	Step workday.Date   `json:"step"` // the day in the timetable that this reminder served
	Late bool           `json:"late,omitempty"`
	To   []Role         `json:"to"`
	Past []workday.Date `json:"past,omitempty"` // earlier days that passed while nobody could be reminded
}

// DataRequested says that the complainant was reminded of what is missing.
type DataRequested struct{}

// Refused says that a command was not carried out.
type Refused struct {
	Role   Role   `json:"role"`
	Verb   Verb   `json:"verb,omitempty"`
	Reason string `json:"reason"`
}

// Ordered says that the operator gave the command that follows, from the shell, on behalf of somebody with a role.
type Ordered struct {
	For     Role   `json:"for"`
	Command string `json:"command"` // its word, in Dutch
}

// NotAuthentic says that a mail claimed to come from somebody in this case without proof.
type NotAuthentic struct {
	Claimed  Role   `json:"claimed,omitempty"`
	Reason   string `json:"reason"`
	Original string `json:"original,omitempty"`
}

// DelayAnnounced says that the assessor told that the term will not be met, and until when it will take
// (Klachtenprocedure 7). Said in time it moves the term; too late it only tells the complainant.
type DelayAnnounced struct {
	Until  workday.Date `json:"until"`
	Reason string       `json:"reason"`
	Late   bool         `json:"late,omitempty"`
}

// Kind implements Fact.
func (*Registered) Kind() Kind     { return KindRegistered }
func (*Acknowledged) Kind() Kind   { return KindAcknowledged }
func (*Undelivered) Kind() Kind    { return KindUndelivered }
func (*Supplemented) Kind() Kind   { return KindSupplemented }
func (*Message) Kind() Kind        { return KindMessage }
func (*Assigned) Kind() Kind       { return KindAssigned }
func (*HandedBack) Kind() Kind     { return KindHandedBack }
func (*Contacted) Kind() Kind      { return KindContacted }
func (*Reminded) Kind() Kind       { return KindReminded }
func (*DataRequested) Kind() Kind  { return KindDataRequested }
func (*Refused) Kind() Kind        { return KindRefused }
func (*NotAuthentic) Kind() Kind   { return KindNotAuthentic }
func (*DelayAnnounced) Kind() Kind { return KindDelayAnnounced }
func (*Ordered) Kind() Kind        { return KindOrdered }

// Text implements Fact.
func (f *Registered) Text() string {
	s := "Klacht geregistreerd, ontvangen op " + f.Received.Long()
	if missing := f.Fields.Missing(); len(missing) > 0 {
		s += "; nog niet bekend: " + strings.Join(Labels(missing), ", ")
	}
	return s + "."
}

// Text implements Fact.
func (f *Acknowledged) Text() string {
	if f.Posted {
		return "Ontvangstbevestiging per brief verstuurd, op " + f.On.Long() + "."
	}
	if f.ByHand {
		return "Ontvangstbevestiging door de manager zelf gegeven."
	}
	return "Ontvangstbevestiging verstuurd."
}

// Text implements Fact.
func (f *Undelivered) Text() string {
	return "Niet bezorgd: " + f.Letter.Label() + " aan de " + f.To.Label() + "."
}

// Text implements Fact.
func (f *Supplemented) Text() string {
	if len(f.Fields) == 0 {
		return "Aanvulling van de indiener ontvangen."
	}
	var added []FieldName
	for _, name := range FieldNames() {
		if _, ok := f.Fields[name]; ok {
			added = append(added, name)
		}
	}
	return "Aanvulling van de indiener verwerkt: " + strings.Join(Labels(added), ", ") + "."
}

// Text implements Fact.
func (f *Message) Text() string {
	return "Bericht van de " + f.From.Label() + " bij het dossier gevoegd."
}

// Text implements Fact.
func (f *Assigned) Text() string {
	s := "Toegewezen aan " + f.Assessor.Formal()
	if f.Automatic {
		s += " (vaste beoordelaar)"
	}
	if f.Incomplete {
		s += ", onvolledig"
	}
	return s + "."
}

// Text implements Fact.
func (f *HandedBack) Text() string { return "Teruggegeven door de beoordelaar: " + f.Reason }

// Text implements Fact.
func (f *Contacted) Text() string {
	return "Contact met de indiener gemeld, op " + f.On.Long() + "."
}

// Text implements Fact.
func (f *Reminded) Text() string {
	what := "Herinnering"
	if f.Late {
		what = "Escalatie"
	}
	to := make([]string, len(f.To))
	for i, role := range f.To {
		to[i] = role.Label()
	}
	return what + ": " + f.Term.Label() + ", uiterlijk " + f.Due.Long() + " (aan " + strings.Join(to, " en ") + ")."
}

// Text implements Fact.
func (*DataRequested) Text() string { return "Indiener herinnerd aan de ontbrekende gegevens." }

// Text implements Fact.
func (f *Refused) Text() string {
	return "Opdracht van de " + f.Role.Label() + " niet uitgevoerd: " + f.Reason
}

// Text implements Fact.
func (f *NotAuthentic) Text() string {
	return "Bericht zonder bewijs van afzender bewaard: " + f.Reason
}

// Text implements Fact.
func (f *DelayAnnounced) Text() string {
	if f.Late {
		return "Te laat uitstel gemeld tot " + f.Until.Long() + ": " + f.Reason
	}
	return "Uitstel gemeld tot " + f.Until.Long() + ": " + f.Reason
}

// Text implements Fact.
func (f *Ordered) Text() string {
	return "De beheerder gaf namens de " + f.For.Label() + " de opdracht “" + f.Command + "”."
}
