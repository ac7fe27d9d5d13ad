package workday

import "strings"

// Term is a counted term: its last day, and everything that made it that day.
type Term struct {
	Event Date // day 0
	First Date // the first day that was counted
	Last  Date
	Days  []Day // the days that need a word: skipped, or counted although many rest
	Moved Date  // where a term in weeks or years first ended, when it moved back; zero otherwise
}

// Day is a day in a term that needs a word.
type Day struct {
	Date    Date
	Name    string
	Counted bool // a disputed day that counts in this term
	Rest    Rest
}

// WorkingDays is the term that ends at the end of the n-th working day after an event.
func (c *Calendar) WorkingDays(event Date, n int, b Benefit) Term {
	t := Term{Event: event}
	d := event
	for n > 0 {
		d = d.AddDays(1)
		kind, name := c.Kind(d)
		counts := kind == Working || (kind == Disputed && b == Ours)
		if kind != Working {
			t.Days = append(t.Days, Day{Date: d, Name: name, Counted: counts, Rest: kind})
		}
		if counts {
			if n--; t.First.IsZero() {
				t.First = d
			}
		}
	}
	t.Last = d
	return t
}

// Weeks is the term that ends 7×n days after an event. Where that is no working day, a term of ours
// moves back to the last working day before it; one of theirs moves on to the next.
func (c *Calendar) Weeks(event Date, n int, b Benefit) Term {
	t := Term{Event: event, First: event.AddDays(1), Last: event.AddDays(7 * n)}
	step := -1
	if b == Theirs {
		step = 1
	}
	end := t.Last
	for !c.IsWorkingDay(t.Last, b) {
		kind, name := c.Kind(t.Last)
		t.Days = append(t.Days, Day{Date: t.Last, Name: name, Rest: kind})
		t.Moved = end
		t.Last = t.Last.AddDays(step)
	}
	return t
}

// Years is the term that ends on the same calendar day n years later.
func (c *Calendar) Years(event Date, n int) Term {
	return Term{Event: event, First: event.AddDays(1), Last: event.AddYears(n)}
}

// Why gives the reasons of the last day: the first day counted, and every day that was skipped, or
// counted although many rest, with its name: "2026-04-27 Koningsdag".
func (t Term) Why() []string {
	why := []string{t.First.String() + " eerste dag"}
	for _, d := range t.Days {
		why = append(why, d.Date.String()+" "+d.says())
	}
	if !t.Moved.IsZero() {
		why = append(why, t.Moved.String()+" is geen werkdag; het wordt "+t.Last.String())
	}
	return why
}

func (d Day) says() string {
	if d.Counted {
		return d.Name + " (telt mee)"
	}
	return d.Name
}

// Line gives the reasons in one Dutch line for a mail. Weekends go without saying.
func (t Term) Line() string {
	var skipped, counted []string
	for _, d := range t.Days {
		switch {
		case d.Counted:
			counted = append(counted, d.named())
		case d.Rest != Weekend:
			skipped = append(skipped, d.named())
		}
	}
	line := "geteld vanaf " + t.First.Long()
	if len(skipped) > 0 {
		line += "; niet meegeteld: " + strings.Join(skipped, ", ")
	}
	if len(counted) > 0 {
		line += "; wel meegeteld: " + strings.Join(counted, ", ")
	}
	if !t.Moved.IsZero() {
		line += "; " + t.Moved.Long() + " is geen werkdag"
	}
	return line
}

func (d Day) named() string { return d.Date.Long() + " (" + d.Name + ")" }
