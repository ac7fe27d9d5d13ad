package workday

import (
	"sync"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/nl"
)

// Benefit says in whose favour a doubtful day is counted.
type Benefit int

const (
	// Ours is a term that we must keep: a disputed day counts as a working day, so that we are never late.
	Ours Benefit = iota
	// Theirs is the term in which the complainant may object: a disputed day does not count, so
	// that nobody is shut out too early.
	Theirs
)

// Rest says what kind of day of rest a day is.
type Rest int

// The kinds of day. A closed day of the organisation is a disputed one.
const (
	Working  Rest = iota
	Weekend       // Saturday or Sunday
	Holiday       // a holiday for everyone
	Disputed      // a holiday by law, on which many work; or a day on which only we are closed
)

// Calendar knows the days of rest of the Netherlands and the closed days of one organisation.
type Calendar struct {
	closed map[Date]bool
	years  sync.Map // int to map[Date]string: the certain holidays of a year, computed once
}

// NewCalendar makes a calendar with the days on which the organisation is closed.
func NewCalendar(closed []Date) *Calendar {
	c := &Calendar{closed: make(map[Date]bool, len(closed))}
	for _, d := range closed {
		c.closed[d] = true
	}
	return c
}

// certain are the holidays that nobody disputes.
var certain = []*cal.Holiday{nl.Nieuwjaar, nl.TweedePaasdag, nl.Koningsdag, nl.Hemelvaart, nl.TweedePinksterDag, nl.EersteKerstdag, nl.TweedeKerstdag}

// decreed are the days that a royal decree puts on a par with a holiday (Algemene termijnenwet,
// article 3, third paragraph). The table grows with every decree; see KnownUntil.
var decreed = map[Date]bool{
	{2026, time.January, 2}: true,
	{2026, time.May, 15}:    true,
	{2027, time.May, 7}:     true,
	{2028, time.April, 28}:  true,
	{2028, time.May, 26}:    true,
}

// KnownUntil is the last day for which the decrees are in the table.
func KnownUntil() Date { return Date{2028, time.December, 31} }

// Kind says what kind of day d is, and the Dutch name of what makes it one.
func (c *Calendar) Kind(d Date) (Rest, string) {
	if weekday := d.Weekday(); weekday == time.Saturday || weekday == time.Sunday {
		return Weekend, dutchWeekdays[weekday]
	}
	if name, ok := c.holidays(d.Year)[d]; ok {
		return Holiday, name
	}
	return c.disputed(d)
}

// holidays are the certain holidays of a year, by name.
func (c *Calendar) holidays(year int) map[Date]string {
	if known, ok := c.years.Load(year); ok {
		return known.(map[Date]string)
	}
	days := make(map[Date]string, len(certain))
	for i := len(certain) - 1; i >= 0; i-- { // where two fall together, the first gives its name
		_, observed := certain[i].Calc(year)
		days[dateOf(observed)] = certain[i].Name
	}
	c.years.Store(year, days)
	return days
}

func (c *Calendar) disputed(d Date) (Rest, string) {
	switch {
	case d.Month == time.May && d.Day == 5 && d.Year%5 == 0:
		return Holiday, nl.BevrijdingsDag.Name // a lustrum year
	case d.Month == time.May && d.Day == 5:
		return Disputed, nl.BevrijdingsDag.Name
	case d.Weekday() == time.Friday && isGoodFriday(d):
		return Disputed, nl.GoedeVrijdag.Name
	case decreed[d]:
		return Disputed, "gelijkgesteld met een feestdag"
	case c.closed[d]:
		return Disputed, "wij zijn gesloten"
	}
	return Working, ""
}

func isGoodFriday(d Date) bool {
	_, observed := nl.GoedeVrijdag.Calc(d.Year)
	return dateOf(observed) == d
}

// IsWorkingDay reports that d counts in a term of the given benefit.
func (c *Calendar) IsWorkingDay(d Date, b Benefit) bool {
	kind, _ := c.Kind(d)
	return kind == Working || (kind == Disputed && b == Ours)
}

// AddWorkingDays is the n-th working day after d, or before it when n is negative; with n = 0 it is d itself.
func (c *Calendar) AddWorkingDays(d Date, n int, b Benefit) Date {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for n > 0 {
		d = d.AddDays(step)
		if c.IsWorkingDay(d, b) {
			n--
		}
	}
	return d
}

// WorkingDaysBetween counts the working days after one day up to and including another; 0 when
// there are none or upTo is earlier.
func (c *Calendar) WorkingDaysBetween(after, upTo Date, b Benefit) int {
	n := 0
	for d := after.AddDays(1); !d.After(upTo); d = d.AddDays(1) {
		if c.IsWorkingDay(d, b) {
			n++
		}
	}
	return n
}
