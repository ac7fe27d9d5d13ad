package complaint

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"klikonderwijs.nl/klachtd/internal/workday"
)

var histories = flag.Int("histories", 4_000, "how many random histories to play")

// table is what may follow what, made once.
var table = Steps()

// TestRandomHistories plays random lives of complaints, some thirty orders and mornings each, and a
// pause of seven weeks at the end of each. Of every life must hold:
//
//  1. no stage is reached that the table forbids, and by no order that the table does not name;
//  2. no term of ours ends on a day of rest;
//  3. nobody is reminded without something that he can do about it;
//  4. nobody is reminded of what was done, and of nothing twice;
//  5. the same events make the same state;
//  6. mornings one by one end in the same state as one morning after a pause.
//
// All of them together take every step of the table, so none of it is only paper.
func TestRandomHistories(t *testing.T) {
	const workers = 4
	var taken sync.Map
	t.Run("play", func(t *testing.T) {
		for w := range workers {
			t.Run(fmt.Sprint(w), func(t *testing.T) {
				t.Parallel()
				for seed := w; seed < *histories && !t.Failed(); seed += workers {
					l := newLife(t, uint64(seed), &taken)
					l.play()
					l.look()
				}
			})
		}
	})
	for _, step := range Steps() {
		if _, ok := taken.Load(step); !ok && *histories >= 4_000 {
			t.Errorf("nobody ever went from %s to %s by %q: the table says more than can happen", step.From, step.To, step.Verb)
		}
	}
}

// life is one random history.
type life struct {
	*history
	t     *testing.T
	seed  uint64
	r     *rand.Rand
	today workday.Date
	taken *sync.Map
}

func newLife(t *testing.T, seed uint64, taken *sync.Map) *life {
	r := rand.New(rand.NewPCG(seed, 7))
	h, s := wholeHouse(), submission(t)
	start := workday.NewDate(2026, time.January, 1).AddDays(r.IntN(700))
	s.Received = start.Start(amsterdam).Add(14 * time.Hour)
	s.Text = []string{"Niets.", "Niets.", "Over de heer Korst.", "Mevrouw Van Dalen luistert niet.", "Korst en Van Dalen."}[r.IntN(5)]
	if r.IntN(3) == 0 {
		s.Fields = without(s.Fields, FieldPhone)
	}
	if r.IntN(6) == 0 {
		s.ReplyTo, s.NoAnswer = "", "geen adres"
	}
	h.Automatic = r.IntN(4) > 0
	if r.IntN(2) == 0 {
		h.Deputy = deputy
	}
	return &life{history: begin(t, h, s), t: t, seed: seed, r: r, today: start, taken: taken}
}

func (l *life) errorf(format string, args ...any) {
	l.t.Helper()
	l.t.Errorf("seed %d, %s: %s", l.seed, l.today, fmt.Sprintf(format, args...))
}

func (l *life) play() {
	for range 8 + l.r.IntN(36) {
		l.today = l.today.AddDays([]int{0, 0, 1, 1, 2, 3, 7, 12}[l.r.IntN(8)])
		switch n := l.r.IntN(10); {
		case n < 3 && l.house.Calendar.IsWorkingDay(l.today, workday.Ours):
			l.sweep()
		case n == 3:
			l.post()
		default:
			l.order()
		}
	}
}

// post lets something happen that nobody orders: mail that leaves, comes back or comes in.
func (l *life) post() {
	now := l.today.Start(amsterdam).Add(10 * time.Hour)
	before := l.c
	if before.Stage == StageClosed && l.house.MayResume(now, before) {
		l.follow(now, RoleComplainant, l.house.Resume(now, before, "cc"))
		l.went(before, VerbResume)
		return
	}
	switch l.r.IntN(4) {
	case 0, 1:
		if before.Answerable() {
			l.acknowledge(now)
		}
	case 2:
		l.follow(now, RoleSystem, l.house.Undelivered(before, LetterAcknowledgement, RoleComplainant, "5.1.1"))
	case 3:
		l.follow(now, RoleComplainant, l.house.Amend(now, before, Fields{FieldPhone: {"+31612345678", "text"}}, nil, "bb", true))
	}
	l.went(before, "")
}

func (l *life) sweep() {
	now, before := l.today.Start(amsterdam).Add(9*time.Hour), l.c
	s := l.house.Sweep(now, before)
	next, due := l.house.NextDue(before)
	if said := len(s.Duties) > 0 || !s.isNothing(); said != (due && !next.After(l.today)) {
		l.errorf("says something: %v, but next due is %s", said, next)
	}
	l.follow(now, RoleSystem, s.Outcome)
	l.went(before, "")
	for _, d := range s.Duties {
		if !d.Term.Open() || !d.Term.Ours() || d.Late != l.today.After(d.Term.Due) || len(d.To) == 0 || !l.canAct(d) {
			l.errorf("reminder of %s, due %s, met %s, late %v, to %v, who can %v", d.Term.Kind, d.Term.Due, d.Term.Met, d.Late, roles(d.To), l.house.options(l.c, d.To[0].Role))
		}
	}
	if again := l.house.Sweep(now.Add(time.Hour), l.c); len(again.Duties) > 0 || !again.isNothing() {
		l.errorf("a second sweep says something")
	}
}

// settles are the orders of which one settles a term, or brings that nearer.
var settles = map[TermKind][]Verb{
	TermAcknowledge: {VerbAcknowledged}, TermInformal: {VerbSettled, VerbFormal}, TermConsult: {VerbAgree, VerbRemark, VerbFinal},
	TermContact: {VerbContact, VerbMessage, VerbAssign}, TermMeasures: {VerbMeasure, VerbDone, VerbNoMeasure},
	TermObjectionDecision: {VerbFounded, VerbCommittee, VerbAdmit},
}

func (l *life) canAct(d Duty) bool {
	return slices.ContainsFunc(l.house.options(l.c, d.To[0].Role), func(v Verb) bool { return slices.Contains(settles[d.Term.Kind], v) })
}

// order has somebody order something: mostly what he is offered, sometimes anything.
func (l *life) order() {
	rules := Rules()
	rule := rules[l.r.IntN(len(rules))]
	for range 6 {
		if slices.Contains(rule.From, l.c.Stage) {
			break
		}
		rule = rules[l.r.IntN(len(rules))]
	}
	if grave := []Verb{VerbClose, VerbWithdraw, VerbNoComplaint}; slices.Contains(grave, rule.Verb) && l.r.IntN(4) > 0 {
		return
	}
	o := Order{Verb: rule.Verb, By: rule.By[l.r.IntN(len(rule.By))], Text: "x", Whom: []string{"", "bakker", "bos, vos", "1"}[l.r.IntN(4)]}
	if l.house.StandsIn(l.c, RoleAssessor) && o.By == RoleManager {
		o.By = RoleAssessor
	}
	if _, somebody := l.house.Person(l.c, o.By); !somebody && o.By != RoleComplainant {
		return // nobody has this role in the case
	}
	if l.r.IntN(2) == 0 {
		o.On = l.today.AddDays(l.r.IntN(40) - 10)
	}
	now, before := l.today.Start(amsterdam).Add(11*time.Hour), l.c
	out, done, refusal := l.house.Carry(now, before, o)
	if refusal != nil {
		if !out.isNothing() || refusal.Reason == "" {
			l.errorf("%s refused and half done, or without a reason", o.Verb)
		}
		return
	}
	if done == "" || len(out.Facts) == 0 {
		l.errorf("%s carried out, and nothing said or recorded", o.Verb)
	}
	for _, letter := range out.Letters {
		if letter.To.Email == "" && letter.Role == RoleComplainant {
			l.errorf("a letter to nobody")
		}
	}
	l.follow(now, o.By, out)
	l.went(before, o.Verb)
}

// went looks at the way from the stage before to the one now (1).
func (l *life) went(before Case, verb Verb) {
	from, to := before.Stage, l.c.Stage
	if from == to {
		return
	}
	step := Step{from, to, verb}
	switch {
	case slices.Contains(table, step):
		l.taken.Store(step, true)
	case slices.Contains(table, Step{from, to, ""}):
		l.taken.Store(Step{from, to, ""}, true)
	default: // the order was the last thing to be done, and the case is finished
		if to != StageClosed || !slices.Contains(table, Step{from, StageDecided, verb}) {
			l.errorf("%s after %s by %q", to, from, verb)
		}
	}
}

// look looks at the whole life.
func (l *life) look() {
	var c Case
	done := map[string]bool{}
	for _, e := range l.events {
		before := c
		c = c.Apply(e, amsterdam)
		if before.Seq > 0 && before.Stage != c.Stage && !slices.ContainsFunc(table, func(s Step) bool { return s.From == before.Stage && s.To == c.Stage }) {
			l.errorf("event %d, %s: %s after %s", e.Seq, e.Fact.Kind(), c.Stage, before.Stage)
		}
		for _, term := range l.house.Terms(c) {
			if term.Ours() && !l.house.Calendar.IsWorkingDay(term.Due, workday.Ours) {
				l.errorf("%s ends on %s", term.Kind, term.Due)
			}
		}
		if f, ok := e.Fact.(*Reminded); ok {
			if why := l.needless(l.events[:e.Seq-1], f); why != "" {
				l.errorf("event %d reminds of %s: %s", e.Seq, f.Term, why)
			}
			once := fmt.Sprint(f.Term, f.Due, f.Step)
			if done[once] {
				l.errorf("event %d reminds of %s for %s again", e.Seq, f.Term, f.Step)
			}
			done[once] = true
		}
	}
	if !reflect.DeepEqual(c, l.c) {
		l.errorf("folded again %s", cmp.Diff(l.c, c, cmp.AllowUnexported(Case{}, termKey{})))
	}
	l.pause()
}

// doneBy are the facts after which a term asks for nothing more, and those after which it does again. It is
// written beside House.Terms and knows nothing of it.
var doneBy = map[TermKind]struct{ settled, anew []Kind }{
	TermAcknowledge:       {[]Kind{KindAcknowledged}, []Kind{KindUndelivered}},
	TermInformal:          {[]Kind{KindSettled, KindFormal}, []Kind{KindInformalStarted}},
	TermContact:           {[]Kind{KindContacted, KindDecided}, nil},
	TermConsult:           {[]Kind{KindAgreed, KindRemarked, KindDecided, KindAssigned, KindHandedBack}, []Kind{KindJudged}},
	TermMeasures:          {[]Kind{KindNoMeasures}, []Kind{KindMeasurePlanned, KindDecided, KindObjectionDecided}},
	TermObjectionDecision: {[]Kind{KindObjectionDecided, KindNotAdmitted}, nil},
}

// needless says why a reminder was, given what had happened; "" when it was not (4).
func (l *life) needless(past []Event, f *Reminded) string {
	planned := map[int]bool{}
	for _, e := range past {
		switch fact := e.Fact.(type) {
		case *MeasurePlanned:
			planned[fact.Number] = true
		case *MeasureDone:
			delete(planned, fact.Number)
		}
	}
	for _, e := range slices.Backward(past) {
		kind := e.Fact.Kind()
		switch {
		case kind == KindClosed:
			return "the case was closed"
		case kind == KindReopened, kind == KindObjected:
			return l.needlessSince(past, f.Term, len(planned))
		}
	}
	return l.needlessSince(past, f.Term, len(planned))
}

func (l *life) needlessSince(past []Event, term TermKind, planned int) string {
	for _, e := range slices.Backward(past) {
		kind := e.Fact.Kind()
		message, ok := e.Fact.(*MessageSent)
		switch {
		case slices.Contains(doneBy[term].anew, kind):
			return ""
		case slices.Contains(doneBy[term].settled, kind), term == TermContact && ok && message.From == RoleAssessor:
			return "it was done by " + string(kind)
		case term == TermMeasures && kind == KindMeasureDone && planned == 0 && !unanswered(past):
			return "every measure was done"
		}
	}
	return ""
}

// unanswered reports that nothing was said yet about what follows from the decision on the objection.
func unanswered(past []Event) bool {
	for _, e := range slices.Backward(past) {
		switch e.Fact.Kind() {
		case KindMeasurePlanned, KindNoMeasures:
			return false
		case KindObjectionDecided:
			return true
		}
	}
	return false
}

// pause compares seven weeks of mornings, one by one, with one morning at their end (6).
func (l *life) pause() {
	daily, last := l.c, l.today
	for d := l.today; d.Before(l.today.AddDays(49)); d = d.AddDays(1) {
		if l.house.Calendar.IsWorkingDay(d, workday.Ours) {
			daily = l.swept(daily, d)
			last = d
		}
	}
	paused := l.swept(l.c, last)
	// What differs is which mornings were served, and on which of them something was noticed.
	for _, c := range []*Case{&daily, &paused} {
		c.reminded, c.Seq, c.AssignedOn = nil, 0, workday.Date{}
	}
	if !reflect.DeepEqual(daily, paused) {
		l.errorf("after a pause %s", cmp.Diff(daily, paused, cmp.AllowUnexported(Case{}, termKey{})))
	}
}

func (l *life) swept(c Case, d workday.Date) Case {
	now := d.Start(amsterdam).Add(9 * time.Hour)
	return l.house.after(now, c, l.house.Sweep(now, c).Outcome)
}
