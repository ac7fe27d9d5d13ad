package letter

import (
	"slices"
	"strings"
	"testing"

	"klikonderwijs.nl/klachtd/internal/complaint"
)

// What a colleague passed on can stand in the thread of the manager or an assessor. The codes in it are theirs, and
// reach nobody else; his own code may come back to whoever has it.
func TestNoCodesOfOthers(t *testing.T) {
	r := renderer(t)
	s := newSampler()
	sanne := complaint.Person{Name: "Sanne Vermeer", Email: "sanne.vermeer@voorbeeld.example"}
	own := r.key.messageID("K-2026-0007", complaint.LetterAcknowledgement, 1, complaint.RoleComplainant, sanne.Email, "klik.example")
	managers := r.key.messageID("K-2026-0007", complaint.LetterRegistration, 1, complaint.RoleManager, s.house.Manager.Email, "klik.example")
	send := func(answering string, thread ...string) (inReplyTo string, references []string) {
		m, err := r.Case(CaseLetter{
			Envelope: Envelope{Sequence: 2, At: s.at, InReplyTo: answering, References: thread},
			House:    s.house, Case: s.forwarded, Terms: s.house.Terms(s.forwarded), Manager: s.house.Manager,
			Letter: complaint.Letter{Kind: complaint.LetterAcknowledgement, Role: complaint.RoleComplainant, To: sanne},
		})
		if err != nil {
			t.Fatal(err)
		}
		header, _ := leaves(t, written(t, m, ""))
		return header.Get("In-Reply-To"), strings.Fields(header.Get("References"))
	}
	if to, refs := send("<door@klik.example>", "<vraag@tcz.example>", managers, own); to != "<door@klik.example>" || !slices.Equal(refs, []string{"<vraag@tcz.example>", own, "<door@klik.example>"}) {
		t.Errorf("in the thread of the manager: %q %q", to, refs)
	}
	if to, refs := send(managers, own); to != "" || len(refs) != 0 {
		t.Errorf("an answer to the manager's: %q %q", to, refs)
	}
	if to, _ := send(own); to != own {
		t.Errorf("an answer to his own: %q", to)
	}
}
