package letter

import (
	"fmt"
	"strings"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// proceedings is what a template can show of the informal phase, the judgement and the objection.
type proceedings struct {
	ToComplainant, ToManager, ToAssessor, ToMediator, ToChair bool

	Stage       string
	ContactedOn string // "" while it has not happened
	Overdue     bool   // a promise of ours has passed, unmet

	Mediator      string // who mediates, "" when nobody does
	MediatorMail  string
	InformalUntil string
	AlsoWorks     bool // the complaint was registered and goes on as it was: reopened, not restarted

	Judgement *rulingView // on which the manager is consulted
	ConsultBy string
	Decision  *rulingView
	Measures  []string
	OpenDays  string // the last day for the measures that are open, "" when there is none

	ObjectUntil, ObjectedOn, ObjectionBy string
	ObjectionLate, Admitted              bool
	Ruling                               *rulingView // on the objection
	Members                              []string
	Chair                                string
	Words                                string // of an objection that came by letter or telephone

	ClosedHow    string // "settled", "withdrawn", "by_manager", "no_complaint", "finished"
	ReopenUntil  string
	FromLabel    string // who writes a message to the complainant
	FromName     string
	AboutLetter  string
	IsObjection  bool // the message that is passed on was read as an objection
	IsWithdrawal bool
	MayReopen    bool
}

// rulingView is a verdict with its reasons.
type rulingView struct {
	Verdict, Motivation, On string
	For                     bool // (partly) for the complainant: there are consequences
}

func rulingOf(j *complaint.Judgement) *rulingView {
	if j == nil {
		return nil
	}
	return &rulingView{Verdict: j.Verdict.Label(), Motivation: j.Motivation, On: j.On.Long(), For: j.Verdict.ForComplainant()}
}

func proceedingsOf(l CaseLetter) proceedings {
	c, role := l.Case, l.Letter.Role
	p := proceedings{
		ToComplainant: role == complaint.RoleComplainant, ToManager: role == complaint.RoleManager, ToAssessor: role == complaint.RoleAssessor,
		ToMediator: role == complaint.RoleMediator, ToChair: role == complaint.RoleCommittee,
		Judgement: rulingOf(c.Judgement), Decision: rulingOf(c.Decision), Measures: measureLines(c.Measures, role != complaint.RoleComplainant),
		AboutLetter: named(l.Letter.About), IsObjection: l.Letter.Note == complaint.ReadAsObjection, IsWithdrawal: l.Letter.Note == complaint.ReadAsWithdrawal,
		AlsoWorks: c.FormalFrom.IsZero(), Stage: string(c.Stage), ContactedOn: c.Contacted.Long(),
	}
	if c.Informal != nil {
		p.Mediator, p.MediatorMail = c.Informal.Mediator.Formal(), c.Informal.Mediator.Email
	}
	today := workday.DateOf(l.At, l.House.Location)
	for _, t := range l.Terms {
		p.Overdue = p.Overdue || c.Open() && t.Overdue(today)
		switch t.Kind {
		case complaint.TermInformal:
			p.InformalUntil = t.Due.Long()
		case complaint.TermConsult:
			p.ConsultBy = t.Due.Long()
		case complaint.TermObject:
			p.ObjectUntil = t.Due.Long()
		case complaint.TermObjectionDecision:
			p.ObjectionBy = t.Due.Long()
		case complaint.TermMeasures:
			if !t.IsMet() {
				p.OpenDays = t.Due.Long()
			}
		}
	}
	if o := c.Objection; o != nil {
		p.ObjectedOn, p.ObjectionLate, p.Admitted, p.Words = o.On.Long(), o.Late, o.Admitted, o.Words
		p.Ruling = rulingOf(o.Decision)
		for i, m := range o.Members {
			if p.Members = append(p.Members, m.Formal()); i == 0 {
				p.Chair = m.Formal()
			}
		}
	}
	p.closing(l)
	if from, ok := l.House.Person(c, l.Letter.From); ok {
		p.FromName, p.FromLabel = from.Described(), l.Letter.From.Label()
	}
	return p
}

func (p *proceedings) closing(l CaseLetter) {
	closure := l.Case.Closure
	if closure == nil {
		return
	}
	p.ClosedHow = string(closure.How)
	until := l.House.ReopenUntil(closure.On).Last
	p.ReopenUntil = until.Long()
	p.MayReopen = l.House.MayReopen(l.Case, workday.DateOf(l.At, l.House.Location))
}

// measureLines tells the measures; by number to those who report on them.
func measureLines(measures []complaint.Measure, numbered bool) (lines []string) {
	for _, m := range measures {
		line := m.What
		if numbered {
			line = fmt.Sprintf("maatregel %d: %s", m.Number, m.What)
		}
		if !m.Done.IsZero() || !m.Due.IsZero() {
			line = strings.TrimRight(line, ". ")
		}
		switch {
		case !m.Done.IsZero():
			line += " (uitgevoerd op " + m.Done.Long() + ")"
		case !m.Due.IsZero():
			line += " (gepland voor " + m.Due.Long() + ")"
		}
		lines = append(lines, line)
	}
	return lines
}
