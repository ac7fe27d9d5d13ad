package letter

import (
	"fmt"
	"slices"
	"strings"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// digestView is what the template of the week's overview can show.
type digestView struct {
	page
	Today              string
	Open, LateCount    int
	Late, Soon, Stages []string
}

// lookAhead is how many days the digest looks ahead.
const lookAhead = 14

// mostListed bounds how many references stand on one line, and how many lines in one list.
const mostListed = 25

// Digest writes the manager's overview of the week: open cases by stage, what falls due in the next
// two weeks, what is late. By reference only.
func (r *Renderer) Digest(d Digest) (Mail, error) {
	v := &digestView{page: r.page("", d.To, nil, complaint.Person{}), Today: d.Today.Long(), Open: len(d.Cases)}
	type line struct {
		due  workday.Date
		text string
	}
	var late, soon []line
	byStage := map[complaint.Stage][]string{}
	for _, c := range d.Cases {
		byStage[c.Stage] = append(byStage[c.Stage], c.Reference.String())
		isLate := false
		for _, t := range c.Terms {
			switch {
			case t.Overdue(d.Today):
				isLate = true
				late = append(late, line{t.Due, fmt.Sprintf("%s: %s, was uiterlijk %s", c.Reference, t.Kind.Label(), t.Due.Long())})
			case t.Ours() && !t.IsMet() && !t.Due.After(d.Today.AddDays(lookAhead)):
				soon = append(soon, line{t.Due, fmt.Sprintf("%s: %s, uiterlijk %s", c.Reference, t.Kind.Label(), t.Due.Long())})
			}
		}
		if isLate {
			v.LateCount++
		}
	}
	texts := func(lines []line) (list []string) {
		slices.SortStableFunc(lines, func(a, b line) int { return a.due.Compare(b.due) })
		for i, l := range lines {
			if i == mostListed {
				return append(list, fmt.Sprintf("en nog %d", len(lines)-i))
			}
			list = append(list, l.text)
		}
		return list
	}
	v.Late, v.Soon = texts(late), texts(soon)
	for _, stage := range complaint.Stages() {
		if references := byStage[stage]; len(references) > 0 {
			v.Stages = append(v.Stages, fmt.Sprintf("%s: %d (%s)", stage.Label(), len(references), shortened(references)))
		}
	}
	return r.finish(outgoing{Envelope: d.Envelope, kind: complaint.LetterDigest, template: "digest", to: d.To, from: r.senderName(d.To.Role, complaint.Person{}), data: v})
}

func shortened(references []string) string {
	if len(references) <= mostListed {
		return strings.Join(references, ", ")
	}
	return strings.Join(references[:mostListed], ", ") + fmt.Sprintf(" en nog %d", len(references)-mostListed)
}

// annualView is what the template of the annual analysis can show.
type annualView struct {
	page
	Year      int
	StandsOut []string
}

// Annual writes the mail that brings the analysis of a year.
func (r *Renderer) Annual(a Annual) (Mail, error) {
	v := &annualView{page: r.page("", a.To, nil, complaint.Person{}), Year: a.Year, StandsOut: a.StandsOut}
	return r.finish(outgoing{
		Envelope: a.Envelope, kind: complaint.LetterAnnual, template: "annual", to: a.To, from: r.senderName(a.To.Role, complaint.Person{}), data: v, attached: a.Files,
	})
}
