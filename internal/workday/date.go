// Package workday counts days as the procedure counts them: civil dates, Dutch holidays, working days, and why a date is that date.
//
// It is pure and knows no clock. An instant becomes a date in the organisation's time zone, once, at the edge.
package workday

import (
	"cmp"
	"fmt"
	"time"
)

// Date is a civil date: a day on the calendar, of no time zone. The zero Date is no day.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// NewDate is the date of a year, month and day; what lies outside its month runs on into the next, as in time.Date.
func NewDate(year int, month time.Month, day int) Date {
	return dateOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// ParseDate reads YYYY-MM-DD, and nothing else.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("reading date %q: it looks like 2026-04-02", s)
	}
	return dateOf(t), nil
}

// DateOf is the day on which an instant falls at a place: 23:59 local time belongs to that day.
func DateOf(t time.Time, loc *time.Location) Date { return dateOf(t.In(loc)) }

func dateOf(t time.Time) Date {
	year, month, day := t.Date()
	return Date{Year: year, Month: month, Day: day}
}

// midnight is d in UTC, where every day has 24 hours and none is skipped.
func (d Date) midnight() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// Start is the first instant of the day at a place.
func (d Date) Start(loc *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, loc)
}

// AddDays is the date n calendar days later, or earlier when n is negative.
func (d Date) AddDays(n int) Date { return dateOf(d.midnight().AddDate(0, 0, n)) }

// AddYears is the same calendar day n years later; 29 February becomes 28 February where that year has none.
func (d Date) AddYears(n int) Date {
	later := Date{Year: d.Year + n, Month: d.Month, Day: d.Day}
	if NewDate(later.Year, later.Month, later.Day) != later {
		later.Day = 28
	}
	return later
}

// Sub is the number of calendar days from other to d.
func (d Date) Sub(other Date) int {
	return int(d.midnight().Sub(other.midnight()) / (24 * time.Hour))
}

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.midnight().Weekday() }

// Compare is negative, zero or positive as d lies before, on or after other.
func (d Date) Compare(other Date) int {
	return cmp.Or(d.Year-other.Year, int(d.Month)-int(other.Month), d.Day-other.Day)
}

// Before reports that d lies before other.
func (d Date) Before(other Date) bool { return d.Compare(other) < 0 }

// After reports that d lies after other. Every day lies after the zero Date.
func (d Date) After(other Date) bool { return d.Compare(other) > 0 }

// IsZero reports that d is no day.
func (d Date) IsZero() bool { return d == Date{} }

// String is YYYY-MM-DD; of the zero Date it is "".
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

var (
	dutchWeekdays = [...]string{"zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"}
	dutchMonths   = [...]string{"", "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"}
)

// Long is the date written out in Dutch: "woensdag 8 april 2026".
func (d Date) Long() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%s %d %s %d", dutchWeekdays[d.Weekday()], d.Day, dutchMonths[d.Month], d.Year)
}

// MarshalText writes the date as String does.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText is the inverse of MarshalText; "" is the zero Date.
func (d *Date) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	*d, err = ParseDate(string(text))
	return err
}
