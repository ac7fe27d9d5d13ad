package letter

import (
	"fmt"
	"strings"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// reminderView is what the template of a morning's list can show.
type reminderView struct {
	page
	Heading string
	Items   []itemView
	Rest    []string // what comes after the most urgent ones, one a line
	Doubts  []doubtView
	AnyLate bool
	Several bool // more than one of these
}

type itemView struct {
	Reference, What, Due, Why, Advice string
	Past                              string // the days on which nobody could be reminded
	Open                              []string
	Late, IsToday                     bool
	Buttons                           []link
}

type doubtView struct {
	page
	Received, AckBy string
	Reasons         []string
	TooLarge        bool
}

// mostActed is how many cases of a morning's list have their buttons beside them; the rest is a line each, so
// that the mail of a very bad morning can still be sent and read.
const mostActed = 50

// Reminders writes a morning's list. Its subject names no case.
func (r *Renderer) Reminders(l Reminders) (Mail, error) {
	v := &reminderView{page: r.page("", l.To, nil, complaint.Person{}), Several: len(l.Items) > 1}
	for i, item := range l.Items {
		t := item.Duty.Term
		v.AnyLate = v.AnyLate || item.Duty.Late
		if i >= mostActed {
			v.Rest = append(v.Rest, fmt.Sprintf("%s: %s, %s", item.Duty.Reference, t.Kind.Label(), t.Due.Long()))
			continue
		}
		view := itemView{
			Reference: item.Duty.Reference.String(), What: t.Kind.Label(), Due: t.Due.Long(), Why: t.Note, Late: item.Duty.Late,
			IsToday: t.Due == item.Today, Past: missed(item.Duty.Past), Advice: advice(item.Duty, item.Role), Open: item.Open,
			Buttons: r.links(item.Duty.Reference.String(), complaint.Recipient{Role: item.Role, Person: l.To.Person}, item.Buttons),
		}
		v.Items = append(v.Items, view)
	}
	for _, d := range l.Doubts {
		v.Doubts = append(v.Doubts, r.doubtView(d, complaint.Recipient{Role: complaint.RoleManager, Person: l.To.Person}, nil))
	}
	v.Heading = reminderHeading(len(l.Items), len(l.Doubts), v.AnyLate)
	return r.finish(outgoing{Envelope: l.Envelope, kind: complaint.LetterReminder, template: "reminder", to: l.To, from: r.senderName(l.To.Role, complaint.Person{}), data: v})
}

// missed names the days of the timetable on which nobody could be reminded.
func missed(days []workday.Date) string {
	named := make([]string, 0, len(days))
	for i, d := range days {
		if i == mostMissed && len(days) > mostMissed+1 {
			return strings.Join(named, ", ") + fmt.Sprintf(" en nog %d dagen", len(days)-i)
		}
		named = append(named, d.Long())
	}
	if last := len(named) - 1; last > 0 {
		return strings.Join(named[:last], ", ") + " en " + named[last]
	}
	return strings.Join(named, "")
}

// mostMissed bounds how many of these days are named.
const mostMissed = 4

// advice says to the one who is reminded what the term asks of him.
func advice(d complaint.Duty, role complaint.Role) string {
	switch {
	case d.Term.Kind == complaint.TermInformal:
		return "Is het opgelost, meld dat dan. Lukt het niet, begin dan met de formele procedure."
	case d.Term.Kind == complaint.TermConsult && role == complaint.RoleAssessor:
		return "De manager heeft nog niet op uw oordeel geantwoord. U hoeft niet te wachten: u kunt uw oordeel nu definitief maken."
	case d.Term.Kind == complaint.TermConsult:
		return "De beoordelaar vroeg om overleg over het oordeel. Antwoordt u niet, dan kan de beoordelaar het oordeel zonder u definitief maken."
	case d.Term.Kind == complaint.TermObjectionDecision && role == complaint.RoleManager && d.Term.Owner == complaint.RoleManager:
		return "Er is nog geen geschillencommissie benoemd."
	case d.Term.Kind == complaint.TermMeasures && !d.Late:
		return "Leg vast wat er gebeurt, en meld wat is uitgevoerd."
	case d.Term.Kind == complaint.TermAcknowledge:
		return "De indiener heeft nog geen ontvangstbevestiging. Bevestig de ontvangst zelf, per brief of telefoon, en meld het."
	case d.Late && role == complaint.RoleManager && d.Term.Owner != complaint.RoleManager:
		return "De " + d.Term.Owner.Label() + " heeft deze herinnering ook gekregen. Zorgt u dat de indiener weet dat het later wordt?"
	case d.Late:
		return "Laat de indiener weten dat het later wordt, en wanneer er wel bericht komt."
	}
	return ""
}

func reminderHeading(terms, doubts int, late bool) string {
	word := "Herinnering"
	if late {
		word = "Termijn voorbij"
	}
	heading := fmt.Sprintf("%s: %s", word, counted(terms, "termijn", "termijnen"))
	switch {
	case terms == 0:
		return "Herinnering: " + counted(doubts, "onbeantwoorde vraag", "onbeantwoorde vragen")
	case doubts > 0:
		return heading + " en " + counted(doubts, "onbeantwoorde vraag", "onbeantwoorde vragen")
	}
	return heading
}

func counted(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}

func (r *Renderer) doubtView(d DoubtItem, to complaint.Recipient, reasons []string) doubtView {
	return doubtView{page: r.page(d.Reference, to, d.Buttons, complaint.Person{}), Received: d.Received.Long(), AckBy: d.AckBy.Long(), Reasons: reasons}
}

// Doubt writes the question whether a mail is a complaint.
func (r *Renderer) Doubt(d Doubt) (Mail, error) {
	to := complaint.Recipient{Role: complaint.RoleManager, Person: d.To}
	v := r.doubtView(d.Item, to, d.Reasons)
	v.TooLarge = len(d.Attached) == 0
	return r.finish(outgoing{
		Envelope: d.Envelope, kind: complaint.LetterDoubt, template: "doubt", reference: d.Item.Reference, to: to,
		from: r.senderName(to.Role, complaint.Person{}), data: &v, attached: d.Attached,
	})
}

// answerView is what the templates of answers and notices can show.
type answerView struct {
	page
	Heading string
	Text    string
	Lines   []string

	ToOperator bool // who looks himself what is wrong
}

// Answer writes the answer to a command.
func (r *Renderer) Answer(a Answer) (Mail, error) {
	v := &answerView{page: r.page(a.Reference, a.To, a.Buttons, complaint.Person{}), Heading: a.Heading, Text: a.Text, Lines: a.Lines}
	return r.finish(outgoing{
		Envelope: a.Envelope, kind: complaint.LetterAnswer, template: "answer", reference: a.Reference, to: a.To,
		from: r.senderName(complaint.RoleManager, complaint.Person{}), data: v,
	})
}

// Notice writes a mail that is about no case.
func (r *Renderer) Notice(n Notice) (Mail, error) {
	v := &answerView{page: r.page("", n.To, nil, complaint.Person{}), Heading: n.Subject, Text: n.Text, Lines: n.Lines, ToOperator: n.To.Role == complaint.RoleOperator}
	return r.finish(outgoing{Envelope: n.Envelope, kind: n.Kind, template: "notice", to: n.To, from: r.senderName(n.To.Role, complaint.Person{}), data: v})
}
