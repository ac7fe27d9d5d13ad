package complaint

import (
	"strings"
	"time"
)

// Corrected changes data that were understood wrongly, on the complainant's own word. Fields holds what they become.
type Corrected struct {
	Fields   Fields `json:"fields"`
	Original string `json:"original,omitempty"`
}

// Kind implements Fact.
func (*Corrected) Kind() Kind { return KindCorrected }

// Text implements Fact.
func (f *Corrected) Text() string {
	return "Verbeterd door de indiener: " + strings.Join(Labels(named(f.Fields)), ", ") + "."
}

// What a mail of the complainant was taken for, for whoever reads it.
const (
	ReadAsObjection  = "objection"
	ReadAsWithdrawal = "withdrawal"
	ReadAsQuestion   = "question"
)

// Amend takes in what the complainant sent later: fields fills what was missing, corrected replaces what was
// understood wrongly. When that makes the complaint complete it goes to the assessor; who has the case already
// gets the mail itself.
func (h *House) Amend(now time.Time, c Case, fields, corrected Fields, original string, answer bool) Outcome {
	added := c.Fields.additions(fields)
	var o Outcome
	o.record(&Supplemented{Fields: added, Original: original})
	if len(corrected) > 0 {
		o.record(&Corrected{Fields: corrected, Original: original})
	}
	changed := named(added.merge(corrected))
	after := h.after(now, c, o)
	assessor, forward := h.forwardTo(after)
	switch {
	case after.Stage != StageRegistered:
		holder := h.holder(after)
		o.send(Letter{Kind: LetterPassedOn, Role: holder.Role, To: holder.Person, Attach: attached(original), Added: changed})
	case forward && after.Complete():
		o.add(h.assignTo(after, assessor, true))
		o.send(Letter{Kind: LetterPassedOn, Role: RoleAssessor, To: assessor, Attach: attached(original), Added: changed})
	default:
		o.tellManager(h, after, Letter{Kind: LetterPassedOn, Attach: attached(original), Added: changed})
	}
	if answer && after.ReplyTo != "" && len(changed) > 0 {
		l := h.toComplainant(after, LetterSupplemented)
		l.Added = changed
		o.send(l)
	}
	return o
}

// Ask answers the complainant's question how things stand with the stage and the dates. only says that the
// mail holds nothing else, so that nobody has to read it.
func (h *House) Ask(c Case, original string, only bool) Outcome {
	if !c.Answerable() {
		return h.File(c, RoleComplainant, ReadAsQuestion, original)
	}
	var o Outcome
	if only {
		o.record(&Message{From: RoleComplainant, ReadAs: ReadAsQuestion, Original: original})
	} else {
		o = h.File(c, RoleComplainant, ReadAsQuestion, original)
	}
	o.send(h.toComplainant(c, LetterStanding))
	return o
}

// Resume undoes a withdrawal on the complainant's own word; the case goes on where it stood, and its terms
// count as they did.
func (h *House) Resume(now time.Time, c Case, original string) Outcome {
	var o Outcome
	o.record(&Message{From: RoleComplainant, Original: original})
	o.record(&Reopened{})
	after := h.after(now, c, o)
	if assessor, ok := h.forwardTo(after); ok && (after.Complete() || after.DataRequested) {
		o.add(h.assignTo(after, assessor, true))
		after = h.after(now, c, o)
	}
	o.tellComplainant(h, after, Letter{Kind: LetterFormal})
	o.tellStaff(h, after, after, Letter{Kind: LetterFormal, Attach: attached(original)})
	return o
}

// MayResume reports that the complainant can still undo the withdrawal of a case himself.
func (h *House) MayResume(now time.Time, c Case) bool {
	return c.Closure != nil && c.Closure.How == ClosedWithdrawn && h.MayReopen(c, h.Today(now))
}

// Learns reports that fields hold something that is not known yet.
func (c Case) Learns(fields Fields) bool { return len(c.Fields.additions(fields)) > 0 }
