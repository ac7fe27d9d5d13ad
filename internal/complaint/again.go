package complaint

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// soon is within which time the very same order is the same button pressed twice.
const soon = 24 * time.Hour

// Again says in Dutch that an order was carried out before, "" when it was not: the very same one a moment
// ago with nothing of others in between, or one whose stage is over because it was carried out.
func (h *House) Again(now time.Time, c Case, events []Event, o Order) string {
	rule, ok := h.ruleFor(c, o.Verb, o.By)
	if !ok {
		return ""
	}
	over := !slices.Contains(rule.From, c.Stage)
	among := true
	for _, e := range slices.Backward(events) {
		done, same := e.carriesOut(o)
		switch {
		case done && over && (same || !hasContent(o.Verb)), done && same && among && now.Sub(e.At) < soon:
			return "Dit is al gedaan, op " + h.Today(e.At).Long() + ". Er is niets veranderd."
		case e.By != o.By && e.By != RoleSystem && e.By != RoleComplainant:
			among = false
		}
	}
	return ""
}

// carriesOut reports that an event is what an order of this kind leads to, and whether its content is the same.
func (e Event) carriesOut(o Order) (done, same bool) {
	if e.By != o.By && e.By != RoleOperator {
		return false, false
	}
	text := strings.TrimSpace(o.Text)
	switch f := e.Fact.(type) {
	case *Acknowledged:
		return f.ByHand && o.Verb == VerbAcknowledged, false
	case *Assigned:
		return !f.Automatic && o.Verb == VerbAssign, false
	case *HandedBack:
		return o.Verb == VerbHandBack, false
	case *InformalStarted:
		return o.Verb == VerbInformal, false
	case *Settled:
		return o.Verb == VerbSettled, false
	case *Formal:
		return o.Verb == VerbFormal, false
	case *Contacted:
		return o.Verb == VerbContact, false
	case *DelayAnnounced:
		return o.Verb == VerbDelay, f.Until == o.On && f.Reason == text
	case *MessageSent:
		return o.Verb == VerbMessage, f.From == o.By && f.Body == text
	case *Judged:
		return isJudgement(o.Verb) && verdictOf(o.Verb) == f.Verdict, f.Motivation == text
	case *Decided:
		return o.Verb == VerbFinal || isJudgement(o.Verb) && verdictOf(o.Verb) == f.Verdict, f.Motivation == text
	case *Agreed:
		return o.Verb == VerbAgree, false
	case *Remarked:
		return o.Verb == VerbRemark, f.Remarks == text
	case *MeasurePlanned:
		return o.Verb == VerbMeasure, f.What == text && f.Due == o.On
	case *MeasureDone:
		return o.Verb == VerbDone && (o.Whom == "" || o.Whom == strconv.Itoa(f.Number)), false
	case *NoMeasures:
		return o.Verb == VerbNoMeasure, false
	case *Admitted:
		return o.Verb == VerbAdmit, false
	case *NotAdmitted:
		return o.Verb == VerbNotAdmit, false
	case *CommitteeAppointed:
		return o.Verb == VerbCommittee, false
	case *Extended:
		return o.Verb == VerbExtend, f.Until == o.On && f.Reason == text
	case *ObjectionDecided:
		return isJudgement(o.Verb) && verdictOf(o.Verb) == f.Verdict, f.Motivation == text
	case *Closed:
		return f.How == ClosedByManager && o.Verb == VerbClose || f.How == ClosedNoComplaint && o.Verb == VerbNoComplaint, false
	case *Reopened:
		return o.Verb == VerbComplaint, false
	}
	return false, false
}

// hasContent reports that an order is a different one each time that it says something else.
func hasContent(verb Verb) bool {
	switch verb {
	case VerbMessage, VerbMeasure, VerbRemark, VerbDelay, VerbExtend:
		return true
	}
	return isJudgement(verb)
}

func isJudgement(verb Verb) bool {
	return verb == VerbFounded || verb == VerbPartlyFounded || verb == VerbUnfounded
}
