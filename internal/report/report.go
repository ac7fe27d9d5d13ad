// Package report turns complaints into the figures, tables and charts of the annual analysis (Klachtenprocedure 13).
//
// It is pure: what it is given are lines, one for each complaint, and a day. It names nobody: a line
// holds no name, no address and no text that a person wrote.
package report

import (
	"cmp"
	"slices"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// Analysis is the analysis of one year of receipt, beside the year before.
type Analysis struct {
	Year         int              `json:"year"`
	On           workday.Date     `json:"on"`      // the day on which it was made
	Through      time.Month       `json:"through"` // the last month that counts in both years: 12 when the year is over
	Total        Number           `json:"total"`
	NoComplaint  Number           `json:"no_complaint"` // registered, and found to be none: counted nowhere else
	Open         int              `json:"open"`
	Months       []Count          `json:"months"`
	Products     []Count          `json:"products"`
	Channels     []Count          `json:"channels"`
	Complainants []Count          `json:"complainants"`
	Completeness []Count          `json:"completeness"`
	Judgements   []Count          `json:"judgements"`
	Endings      []Count          `json:"endings"`
	Terms        []TermFigures    `json:"terms"`
	Objections   []Count          `json:"objections"`
	Measures     []MeasureFigures `json:"measures"`
	StandsOut    []string         `json:"stands_out"` // plain Dutch sentences that the figures support
}

// Number is a figure of the year and of the year before.
type Number struct {
	N      int `json:"n"`
	Before int `json:"before"`
}

// Count is one row of a table.
type Count struct {
	Key   string `json:"key"`
	Label string `json:"label"`
	Number
}

// TermFigures say how one term of the organisation went.
type TermFigures struct {
	Term         complaint.TermKind `json:"term"`
	Kept         Number             `json:"kept"`
	Missed       Number             `json:"missed"`
	Running      int                `json:"running"`
	Lapsed       int                `json:"lapsed"`
	Median       *float64           `json:"median"` // working days, of those that were met; nil when none was
	MedianBefore *float64           `json:"median_before"`
	Worst        int                `json:"worst"`      // working days, of all that ended or were missed
	WorstOpen    bool               `json:"worst_open"` // the worst one is still open
}

// running reports that the year was not over when the analysis was made.
func (a *Analysis) running() bool { return a.Year >= a.On.Year }

// Analyse makes the analysis of a year out of all lines that there are: those of the year, of the year
// before, and those around the measures.
func Analyse(lines []Line, year int, today workday.Date) *Analysis {
	a := &Analysis{Year: year, On: today, Through: time.December}
	if a.running() {
		a.Through = today.Month
	}
	var this, before []Line
	for _, l := range lines {
		switch {
		case l.Received.Month > a.Through:
		case l.Received.Year == year:
			this = append(this, l)
		case l.Received.Year == year-1:
			before = append(before, l)
		}
	}
	a.NoComplaint = Number{len(this), len(before)}
	this, before = complaints(this), complaints(before)
	a.NoComplaint = Number{a.NoComplaint.N - len(this), a.NoComplaint.Before - len(before)}
	a.Total = Number{len(this), len(before)}
	for _, l := range this {
		if l.Open {
			a.Open++
		}
	}
	a.count(this, before)
	a.Terms = termFigures(this, before)
	a.Measures = measures(complaints(lines), year, monthOf(today))
	a.StandsOut = a.standsOut()
	return a
}

// complaints leaves out what was found to be none.
func complaints(lines []Line) []Line {
	return slices.DeleteFunc(slices.Clone(lines), func(l Line) bool { return l.Closure == complaint.ClosedNoComplaint })
}

// count fills the tables of numbers.
func (a *Analysis) count(this, before []Line) {
	a.Months = tally(this, before, keys(time.January, time.December), func(l Line) string { return l.Received.Month.String() }, monthLabel)
	a.Products = tally(this, before, nil, func(l Line) string { return l.Product }, productLabel)
	a.Channels = tally(this, before, []string{string(complaint.ChannelMail), string(complaint.ChannelLetter), string(complaint.ChannelPhone)},
		func(l Line) string { return string(l.Channel) }, channelLabel)
	a.Complainants = tally(this, before, []string{string(Company), string(School), string(Private), string(Unknown)},
		func(l Line) string { return string(l.Complainant) }, complainantLabel)
	a.Completeness = tally(this, before, []string{"complete", "incomplete"}, completeness, completenessLabel)
	a.Judgements = tally(this, before, []string{string(complaint.Founded), string(complaint.PartlyFounded), string(complaint.Unfounded), ""},
		func(l Line) string { return string(l.Verdict) }, judgementLabel)
	a.Endings = tally(this, before, []string{string(complaint.ClosedFinished), string(complaint.ClosedSettled), string(complaint.ClosedWithdrawn), string(complaint.ClosedByManager), endingErased, endingOpen},
		ending, endingLabel)
	objected := func(lines []Line) []Line {
		return slices.DeleteFunc(slices.Clone(lines), func(l Line) bool { return l.Objection == nil })
	}
	a.Objections = tally(objected(this), objected(before), []string{string(complaint.Founded), string(complaint.PartlyFounded), string(complaint.Unfounded), objectionRefused, objectionOpen},
		objection, objectionLabel)
}

func keys(from, to time.Month) (list []string) {
	for m := from; m <= to; m++ {
		list = append(list, m.String())
	}
	return list
}

// tally counts lines by a key: first the keys that are always there, in their order, then every other
// one, the most frequent first.
func tally(this, before []Line, always []string, key func(Line) string, label func(string) string) []Count {
	numbers := map[string]Number{}
	for _, k := range always {
		numbers[k] = Number{}
	}
	for _, l := range this {
		n := numbers[key(l)]
		n.N++
		numbers[key(l)] = n
	}
	for _, l := range before {
		n := numbers[key(l)]
		n.Before++
		numbers[key(l)] = n
	}
	order := slices.Clone(always)
	rest := make([]string, 0, len(numbers))
	for k := range numbers {
		if !slices.Contains(always, k) {
			rest = append(rest, k)
		}
	}
	slices.SortFunc(rest, func(x, y string) int {
		return cmp.Or(last(x)-last(y), cmp.Compare(numbers[y].N, numbers[x].N), cmp.Compare(x, y))
	})
	counts := make([]Count, 0, len(numbers))
	for _, k := range append(order, rest...) {
		counts = append(counts, Count{Key: k, Label: label(k), Number: numbers[k]})
	}
	return counts
}

// last puts what has no name of its own behind everything else.
func last(key string) int { return slices.Index([]string{Other, ""}, key) + 1 }
