package complaint

// LetterKind names an outgoing mail about one case.
type LetterKind string

// The letters. Which person stands behind To is found with House.Person.
const (
	LetterAcknowledgement   LetterKind = "acknowledgement"    // to the complainant (Klachtenprocedure 4)
	LetterRegistration      LetterKind = "registration"       // to the manager: a new complaint (5)
	LetterForward           LetterKind = "forward"            // to the assessor, with the original (5)
	LetterWithdrawn         LetterKind = "withdrawn"          // to an assessor from whom a case was taken
	LetterAlarm             LetterKind = "alarm"              // to the manager: the complainant could not be answered
	LetterDataRequest       LetterKind = "data_request"       // to the complainant: what is still missing
	LetterSupplemented      LetterKind = "supplemented"       // to the complainant: thank you, this was added
	LetterStanding          LetterKind = "standing"           // to the complainant, who asked: stage and dates
	LetterPassedOn          LetterKind = "passed_on"          // to who has the case: a mail of the complainant, attached
	LetterDelay             LetterKind = "delay"              // to the complainant: contact will be later, and why (7)
	LetterInformal          LetterKind = "informal"           // to complainant, mediator and assessor: the informal phase has begun
	LetterSettled           LetterKind = "settled"            // to complainant and manager: settled informally
	LetterFormal            LetterKind = "formal"             // to complainant, mediator and assessor: the formal procedure (again)
	LetterConsultation      LetterKind = "consultation"       // to the manager: what do you think of this judgement? (6)
	LetterRemarks           LetterKind = "remarks"            // to the assessor: the manager's remarks (6)
	LetterDecision          LetterKind = "decision"           // to complainant and manager (8)
	LetterObjection         LetterKind = "objection"          // to complainant and manager: an objection came in (9)
	LetterAdmission         LetterKind = "admission"          // to the complainant: a late objection is (not) handled (9)
	LetterCommittee         LetterKind = "committee"          // to each member, with the whole file (10)
	LetterExtension         LetterKind = "extension"          // to complainant and manager: the committee needs longer (11)
	LetterObjectionDecision LetterKind = "objection_decision" // to complainant, manager and assessor (12)
	LetterMessage           LetterKind = "message"            // to the complainant: what somebody who handles the case writes
	LetterClosed            LetterKind = "closed"             // to the complainant: withdrawn, or closed by the manager
	LetterByHand            LetterKind = "by_hand"            // to the manager: tell the complainant this, no machine can
	LetterPosting           LetterKind = "posting"            // to the team at the mailbox: print this letter and post it (4)
	LetterReminder          LetterKind = "reminder"           // a morning's list for one person, over all cases
	LetterAnswer            LetterKind = "answer"             // to who gave a command: done, refused or help
	LetterNotAuthentic      LetterKind = "not_authentic"      // to the manager: a mail that proves nothing
	LetterDoubt             LetterKind = "doubt"              // to the manager: is this mail a complaint? (1)
	LetterUnreadable        LetterKind = "unreadable"         // to the manager: a mail that cannot be fetched or read
	LetterAlert             LetterKind = "alert"              // to the operator: something technical
	LetterDigest            LetterKind = "digest"             // to the manager: the week
	LetterAnnual            LetterKind = "annual"             // to the manager: the analysis of the year (13)
)

// letterKinds lists every letter.
func letterKinds() []LetterKind {
	return []LetterKind{
		LetterAcknowledgement, LetterRegistration, LetterForward, LetterWithdrawn, LetterAlarm, LetterDataRequest,
		LetterSupplemented, LetterStanding, LetterPassedOn, LetterDelay, LetterReminder, LetterAnswer, LetterNotAuthentic,
		LetterDoubt, LetterUnreadable, LetterAlert, LetterInformal, LetterSettled, LetterFormal, LetterConsultation, LetterRemarks,
		LetterDecision, LetterObjection, LetterAdmission, LetterCommittee, LetterExtension, LetterObjectionDecision, LetterMessage,
		LetterClosed, LetterByHand, LetterPosting, LetterDigest, LetterAnnual,
	}
}

// Letter is something that must be said to somebody, before it has words.
type Letter struct {
	Kind LetterKind
	Role Role
	To   Person
	// Attach are the SHA-256 of stored messages that go along unchanged, hexadecimal.
	Attach []string
	// Note is a reason or text that the letter passes on, in Dutch.
	Note string
	// From is who wrote the note, for a message to the complainant.
	From Role
	// About is the letter that the manager is asked to tell by hand.
	About LetterKind
	// Added are the fields that a supplement brought.
	Added []FieldName
}

// Outcome is what follows from something that happened: what must be recorded, in this order,
// and what must be said.
type Outcome struct {
	Facts   []Fact
	Letters []Letter
}

func (o *Outcome) record(f Fact) { o.Facts = append(o.Facts, f) }
func (o *Outcome) send(l Letter) { o.Letters = append(o.Letters, l) }
func (o *Outcome) add(p Outcome) {
	o.Facts = append(o.Facts, p.Facts...)
	o.Letters = append(o.Letters, p.Letters...)
}
