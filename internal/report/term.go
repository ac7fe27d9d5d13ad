package report

import (
	"slices"

	"klikonderwijs.nl/klachtd/internal/complaint"
)

// ourTerms are the promises of the organisation, in the order of the procedure.
var ourTerms = []complaint.TermKind{
	complaint.TermAcknowledge, complaint.TermInformal, complaint.TermContact, complaint.TermConsult, complaint.TermMeasures, complaint.TermObjectionDecision,
}

func termFigures(this, before []Line) (figures []TermFigures) {
	for _, kind := range ourTerms {
		now, then := termLines(this, kind), termLines(before, kind)
		f := TermFigures{
			Term: kind, Kept: Number{counted(now, Kept), counted(then, Kept)}, Missed: Number{counted(now, Missed), counted(then, Missed)},
			Running: counted(now, Running), Lapsed: counted(now, Lapsed), Median: median(now), MedianBefore: median(then),
		}
		for _, t := range now {
			if t.How != Running && t.How != Lapsed && t.Days > f.Worst {
				f.Worst, f.WorstOpen = t.Days, t.Open
			}
		}
		figures = append(figures, f)
	}
	return figures
}

func termLines(lines []Line, kind complaint.TermKind) (found []TermLine) {
	for _, l := range lines {
		for _, t := range l.Terms {
			if t.Term == kind {
				found = append(found, t)
			}
		}
	}
	return found
}

func counted(terms []TermLine, how Outcome) (n int) {
	for _, t := range terms {
		if t.How == how {
			n++
		}
	}
	return n
}

// median is that of the terms that were met, in time or late; nil when none was.
func median(terms []TermLine) *float64 {
	var days []int
	for _, t := range terms {
		if !t.Open {
			days = append(days, t.Days)
		}
	}
	if len(days) == 0 {
		return nil
	}
	slices.Sort(days)
	middle := len(days) / 2
	m := float64(days[middle])
	if len(days)%2 == 0 {
		m = float64(days[middle-1]+days[middle]) / 2
	}
	return &m
}
