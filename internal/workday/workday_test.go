package workday

import (
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
)

func day(t testing.TB, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestKindsOfDay(t *testing.T) {
	c := NewCalendar([]Date{day(t, "2026-12-24")})
	for _, test := range []struct {
		day  string
		kind Rest
		name string
	}{
		{"2026-04-02", Working, ""}, {"2026-04-04", Weekend, "zaterdag"}, {"2026-04-05", Weekend, "zondag"},
		{"2026-01-01", Holiday, "Nieuwjaar"}, {"2026-04-06", Holiday, "Paas"}, {"2026-04-27", Holiday, "Koningsdag"}, {"2026-05-14", Holiday, "Hemelvaart"},
		{"2026-05-25", Holiday, "Pinkster"}, {"2026-12-25", Holiday, "Kerst"}, {"2030-12-26", Holiday, "Kerst"},
		{"2031-04-26", Weekend, "zaterdag"}, // Koningsdag, the 27th being a Sunday
		{"2030-05-05", Weekend, "zondag"}, {"2035-05-05", Weekend, "zaterdag"}, {"2045-05-05", Holiday, "Bevrijdingsdag"},
		{"2026-04-03", Disputed, "Goede Vrijdag"}, {"2026-05-05", Disputed, "Bevrijdingsdag"},
		{"2026-01-02", Disputed, "gelijkgesteld"}, {"2026-05-15", Disputed, "gelijkgesteld"}, {"2027-05-07", Disputed, "gelijkgesteld"},
		{"2028-04-28", Disputed, "gelijkgesteld"}, {"2028-05-26", Disputed, "gelijkgesteld"}, {"2026-12-24", Disputed, "gesloten"},
	} {
		kind, name := c.Kind(day(t, test.day))
		if kind != test.kind || !strings.Contains(name, test.name) || (test.name == "") != (name == "") {
			t.Errorf("%s: %v %q, not %v %q", test.day, kind, name, test.kind, test.name)
		}
	}
}

// The worked example of the procedure's reading: in doubt the complainant has the benefit.
func TestWorkedExample(t *testing.T) {
	c := NewCalendar(nil)
	submitted := day(t, "2026-04-02")
	for _, test := range []struct {
		name string
		term Term
		last string
		why  []string
	}{
		{"acknowledge", c.WorkingDays(submitted, 3, Ours), "2026-04-08", []string{"2026-04-03 eerste dag", "2026-04-03 Goede Vrijdag (telt mee)", "2026-04-06 Tweede Paasdag"}},
		{"contact", c.WorkingDays(submitted, 10, Ours), "2026-04-17", nil},
		{"object", c.WorkingDays(submitted, 10, Theirs), "2026-04-20", []string{"2026-04-07 eerste dag", "2026-04-03 Goede Vrijdag"}},
		{"measures", c.Weeks(submitted, 2, Ours), "2026-04-16", nil},
	} {
		if test.term.Last != day(t, test.last) {
			t.Errorf("%s: %v", test.name, test.term.Last)
		}
		for _, reason := range test.why {
			if !slices.Contains(test.term.Why(), reason) {
				t.Errorf("%s: %q lacks %q", test.name, test.term.Why(), reason)
			}
		}
	}
	if line := c.WorkingDays(submitted, 3, Ours).Line(); !strings.Contains(line, "geteld vanaf vrijdag 3 april 2026") || !strings.Contains(line, "niet meegeteld: maandag 6 april 2026 (Tweede Paasdag)") ||
		!strings.Contains(line, "wel meegeteld: vrijdag 3 april 2026 (Goede Vrijdag)") || strings.Contains(line, "zaterdag") {
		t.Errorf("line: %s", line)
	}
}

func TestWeeksAndYears(t *testing.T) {
	c := NewCalendar(nil)
	for _, test := range []struct {
		term        Term
		last, moved string
	}{
		{c.Weeks(day(t, "2026-04-13"), 2, Ours), "2026-04-24", "2026-04-27"},   // Koningsdag, a Monday: back over the weekend
		{c.Weeks(day(t, "2026-04-13"), 2, Theirs), "2026-04-28", "2026-04-27"}, // on, where it is the complainant's
		{c.Weeks(day(t, "2026-03-06"), 4, Ours), "2026-04-03", ""},             // Goede Vrijdag counts for us
		{c.Weeks(day(t, "2026-11-27"), 4, Ours), "2026-12-24", "2026-12-25"},
		{c.Years(day(t, "2024-02-29"), 1), "2025-02-28", ""},
		{c.Years(day(t, "2026-04-17"), 1), "2027-04-17", ""},
		{c.Years(day(t, "2024-02-29"), 4), "2028-02-29", ""},
	} {
		if test.term.Last.String() != test.last || test.term.Moved.String() != test.moved {
			t.Errorf("from %v: %v moved %v, not %s moved %q", test.term.Event, test.term.Last, test.term.Moved, test.last, test.moved)
		}
	}
	if why := c.Weeks(day(t, "2026-04-13"), 2, Ours).Why(); !slices.Contains(why, "2026-04-27 Koningsdag") || !slices.Contains(why, "2026-04-27 is geen werkdag; het wordt 2026-04-24") {
		t.Errorf("why: %q", why)
	}
}

func TestBackAndForth(t *testing.T) {
	c := NewCalendar(nil)
	for _, test := range []struct {
		from string
		n    int
		b    Benefit
		want string
	}{
		{"2026-04-17", -3, Ours, "2026-04-14"}, {"2026-04-08", -3, Ours, "2026-04-02"}, {"2026-04-08", -3, Theirs, "2026-04-01"},
		{"2026-04-04", 0, Ours, "2026-04-04"}, {"2026-04-03", 1, Ours, "2026-04-07"}, {"2026-04-24", 1, Ours, "2026-04-28"},
	} {
		if got := c.AddWorkingDays(day(t, test.from), test.n, test.b); got.String() != test.want {
			t.Errorf("%s %+d: %v, not %s", test.from, test.n, got, test.want)
		}
	}
	if n := c.WorkingDaysBetween(day(t, "2026-04-02"), day(t, "2026-04-17"), Ours); n != 10 {
		t.Errorf("%d working days", n)
	}
	if n := c.WorkingDaysBetween(day(t, "2026-04-17"), day(t, "2026-04-02"), Ours); n != 0 {
		t.Errorf("%d working days backwards", n)
	}
}

func TestDates(t *testing.T) {
	amsterdam, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	for instant, want := range map[string]string{
		"2026-05-02T21:59:00Z": "2026-05-02", "2026-05-02T22:00:00Z": "2026-05-03", // summer: two hours
		"2026-12-25T22:59:00Z": "2026-12-25", "2026-12-25T23:00:00Z": "2026-12-26", // winter: one
		"2026-03-29T01:00:00Z": "2026-03-29", "2026-10-25T00:30:00Z": "2026-10-25",
	} {
		at, err := time.Parse(time.RFC3339, instant)
		if err != nil {
			t.Fatal(err)
		}
		if got := DateOf(at, amsterdam); got.String() != want {
			t.Errorf("%s falls on %v, not %s", instant, got, want)
		}
	}
	if got := day(t, "2026-04-08").Long(); got != "woensdag 8 april 2026" {
		t.Errorf("written out: %s", got)
	}
	for _, wrong := range []string{"", "2026-4-8", "08-04-2026", "2026-02-29", "2026-13-01", "2026-04-08T00:00:00Z"} {
		if _, err := ParseDate(wrong); err == nil {
			t.Errorf("%q was taken for a date", wrong)
		}
	}
	var d Date
	if err := d.UnmarshalText([]byte("2026-04-08")); err != nil || d != day(t, "2026-04-08") {
		t.Error(d, err)
	}
	if err := d.UnmarshalText(nil); err != nil || !d.IsZero() || d.String() != "" || d.Long() != "" {
		t.Error("the empty text is the zero date", err)
	}
	if day(t, "2026-03-30").Sub(day(t, "2026-03-28")) != 2 {
		t.Error("a day with 23 hours is a day")
	}
}

// An independent computation, written differently: the days of rest of a year are listed first, from
// Gauss' computus, and then days are crossed off one at a time.
func TestAgreesWithAnIndependentComputation(t *testing.T) {
	c := NewCalendar(nil)
	certain, disputed := map[int]bool{}, map[int]bool{}
	number := func(y int, m time.Month, d int) int {
		return int(time.Date(y, m, d, 12, 0, 0, 0, time.UTC).Unix() / 86400)
	}
	for y := 2023; y <= 2038; y++ {
		easter := number(y, time.March, 1) - 1 + gauss(y)
		king := number(y, time.April, 27)
		if (king+4)%7 == 0 { // 1 January 1970 was a Thursday
			king--
		}
		for _, d := range []int{number(y, time.January, 1), easter + 1, king, easter + 39, easter + 50, number(y, time.December, 25), number(y, time.December, 26)} {
			certain[d] = true
		}
		disputed[easter-2] = true
		if liberation := number(y, time.May, 5); y%5 == 0 {
			certain[liberation] = true
		} else {
			disputed[liberation] = true
		}
	}
	for _, d := range [][3]int{{2026, 1, 2}, {2026, 5, 15}, {2027, 5, 7}, {2028, 4, 28}, {2028, 5, 26}} {
		disputed[number(d[0], time.Month(d[1]), d[2])] = true
	}
	works := func(d int, ours bool) bool {
		weekday := (d + 4) % 7 // 0 is Sunday
		return weekday != 0 && weekday != 6 && !certain[d] && (ours || !disputed[d])
	}
	count := func(from, n int, ours bool) int {
		for n > 0 {
			if from++; works(from, ours) {
				n--
			}
		}
		return from
	}
	back := func(d int) int {
		for !works(d, true) {
			d--
		}
		return d
	}
	of := func(d Date) int { return number(d.Year, d.Month, d.Day) }
	for d := (Date{2024, time.January, 1}); d.Year <= 2036; d = d.AddDays(1) {
		n := of(d)
		for name, pair := range map[string][2]int{
			"3 ours":    {of(c.WorkingDays(d, 3, Ours).Last), count(n, 3, true)},
			"10 ours":   {of(c.WorkingDays(d, 10, Ours).Last), count(n, 10, true)},
			"10 theirs": {of(c.WorkingDays(d, 10, Theirs).Last), count(n, 10, false)},
			"2 weeks":   {of(c.Weeks(d, 2, Ours).Last), back(n + 14)},
			"4 weeks":   {of(c.Weeks(d, 4, Ours).Last), back(n + 28)},
		} {
			if pair[0] != pair[1] {
				t.Fatalf("%v, %s: day %d, not %d", d, name, pair[0], pair[1])
			}
		}
	}
}

// gauss is the day of Easter, counted in March (Gauss, with the corrections for the Gregorian calendar).
func gauss(y int) int {
	k := y / 100
	m := (15 - (13+8*k)/25 + k - k/4) % 30
	n := (4 + k - k/4) % 7
	d := (19*(y%19) + m) % 30
	e := (2*(y%4) + 4*(y%7) + 6*d + n) % 7
	if d == 29 && e == 6 {
		return 50
	}
	if d == 28 && e == 6 && (11*m+11)%30 < 19 {
		return 49
	}
	return 22 + d + e
}
