package complaint

import (
	"testing"
	"time"

	"klikonderwijs.nl/klachtd/internal/workday"
)

// Who has no mail address gets a letter by post, and the acknowledgement counts when it was posted (Klachtenprocedure 4).
func TestOnPaper(t *testing.T) {
	h := testHouse()
	h.Team = Person{Email: "mailbox@klik.example"}
	now := time.Date(2026, time.April, 7, 12, 0, 0, 0, time.UTC)
	received := workday.NewDate(2026, time.April, 2)
	fields := Fields{}
	for _, name := range FieldNames() {
		fields[name] = Field{Value: "iets"}
	}
	fields[FieldEmail] = Field{Value: NoAddress}
	o := h.Register(now, Submission{
		Reference: Reference{2026, 1}, Channel: ChannelLetter, Received: now, Dated: received, Fields: fields, OnPaper: true, NoAnswer: "er is geen adres", Postal: "Straat 1",
	})
	kinds := map[LetterKind]Letter{}
	for _, l := range o.Letters {
		kinds[l.Kind] = l
	}
	if posting := kinds[LetterPosting]; posting.Role != RoleTeam || posting.To != h.Team || posting.About != LetterAcknowledgement {
		t.Errorf("the letter to post is %+v", posting)
	}
	if _, mailed := kinds[LetterAcknowledgement]; mailed || len(o.Letters) != 3 {
		t.Errorf("letters %+v", o.Letters)
	}
	c := h.after(now, Case{}, o)
	if !c.Complete() || !c.Acknowledged.IsZero() || c.Received != received || c.Postal != "Straat 1" {
		t.Errorf("registered as %+v", c)
	}
	if p, ok := h.Person(c, RoleTeam); !ok || p != h.Team {
		t.Error("the team has no role in it")
	}
	for _, verb := range []Verb{VerbClose, VerbMessage, VerbAgree, VerbAssign} {
		if _, _, refusal := h.Carry(now, c, Order{Verb: verb, By: RoleTeam, Text: "x"}); refusal == nil {
			t.Errorf("the team may order %s", verb)
		}
	}
	posted, said, refusal := h.Carry(now, c, Order{Verb: VerbAcknowledged, By: RoleTeam})
	if refusal != nil {
		t.Fatal(refusal.Reason)
	}
	if fact := posted.Facts[0].(*Acknowledged); !fact.Posted || fact.ByHand || fact.On != workday.NewDate(2026, time.April, 7) {
		t.Errorf("recorded %+v, said %s", fact, said)
	}
	if _, _, refusal := h.Carry(now, h.after(now, c, posted), Order{Verb: VerbAcknowledged, By: RoleTeam}); refusal == nil {
		t.Error("it is posted twice")
	}
	byMail := c
	byMail.OnPaper = false
	if _, ok := h.Person(byMail, RoleTeam); ok {
		t.Error("the team has a role where nothing is posted")
	}
}
