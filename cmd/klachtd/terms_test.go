package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// naive is the calendar as a table: one character a day, made with another computus and other arithmetic than the
// program's. W is a working day for everyone, D one for us and not for the complainant, R a day of rest.
type naive struct {
	first time.Time
	days  []byte
}

func newNaive(from, until int) *naive {
	n := &naive{first: time.Date(from, 1, 1, 12, 0, 0, 0, time.UTC)}
	for d := n.first; d.Year() <= until; d = d.AddDate(0, 0, 1) {
		n.days = append(n.days, map[time.Weekday]byte{time.Saturday: 'R', time.Sunday: 'R'}[d.Weekday()])
	}
	mark := func(d time.Time, as byte) {
		if i := n.index(d); n.days[i] == 0 || as == 'R' {
			n.days[i] = as
		}
	}
	for y := from; y <= until; y++ {
		date := func(m time.Month, d int) time.Time { return time.Date(y, m, d, 12, 0, 0, 0, time.UTC) }
		easter := anonymousComputus(y)
		king := date(time.April, 27)
		if king.Weekday() == time.Sunday {
			king = date(time.April, 26)
		}
		for _, d := range []time.Time{date(time.January, 1), easter.AddDate(0, 0, 1), king, easter.AddDate(0, 0, 39), easter.AddDate(0, 0, 50), date(time.December, 25), date(time.December, 26)} {
			mark(d, 'R')
		}
		mark(easter.AddDate(0, 0, -2), 'D')
		if y%5 == 0 {
			mark(date(time.May, 5), 'R')
		} else {
			mark(date(time.May, 5), 'D')
		}
	}
	for _, decreed := range []string{"2026-01-02", "2026-05-15", "2027-05-07", "2028-04-28", "2028-05-26"} {
		if d, err := time.Parse(time.DateOnly, decreed); err == nil {
			mark(d.Add(12*time.Hour), 'D')
		}
	}
	for i, c := range n.days {
		if c == 0 {
			n.days[i] = 'W'
		}
	}
	return n
}

// anonymousComputus is Easter by the algorithm that was sent to Nature in 1876 without a name.
func anonymousComputus(y int) time.Time {
	a, b, c := y%19, y/100, y%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 19*l) / 433
	month := (h + l - 7*m + 90) / 25
	return time.Date(y, time.Month(month), (h+l-7*m+33*month+19)%32, 12, 0, 0, 0, time.UTC)
}

func (n *naive) index(d time.Time) int { return int(d.Sub(n.first).Hours() / 24) }

func (n *naive) day(i int) string { return n.first.AddDate(0, 0, i).Format(time.DateOnly) }

// walk goes on until it has passed count days of the wanted kinds.
func (n *naive) walk(i, count int, kinds string) string {
	for count > 0 {
		if i++; strings.IndexByte(kinds, n.days[i]) >= 0 {
			count--
		}
	}
	return n.day(i)
}

// weeks goes on by weeks, and back to a day on which we work.
func (n *naive) weeks(i, weeks int) string {
	for i += 7 * weeks; n.days[i] == 'R'; {
		i--
	}
	return n.day(i)
}

// klachtd terms agrees with an independent computation for every day of thirteen years.
func TestTermsAgreeWithAnIndependentComputation(t *testing.T) {
	t.Chdir(t.TempDir()) // no configuration
	house, err := (&cli{}).calendarHouse()
	if err != nil {
		t.Fatal(err)
	}
	n := newNaive(2023, 2038)
	for i := n.index(time.Date(2024, 1, 1, 12, 0, 0, 0, time.UTC)); n.day(i) <= "2036-12-31" && !t.Failed(); i++ {
		day := n.day(i)
		keep := fmt.Sprintf("%d%s", n.first.AddDate(0, 0, i).Year()+1, day[4:])
		if strings.HasSuffix(day, "-02-29") {
			keep = strings.TrimSuffix(keep, "29") + "28"
		}
		want := map[string]string{
			"submitted": day, "acknowledge_by": n.walk(i, 3, "WD"), "contact_by": n.walk(i, 10, "WD"), "decision": day, "object_until": n.walk(i, 10, "W"),
			"measures_by": n.weeks(i, 2), "objection": day, "objection_decision_by": n.weeks(i, 4), "closed": day, "keep_until": keep,
		}
		days, err := (&termsCmd{Date: day, Decision: day, Objection: day, Closed: day}).days(house)
		if err != nil || len(days) != len(want) {
			t.Fatalf("%s: %d days, %v", day, len(days), err)
		}
		for _, d := range days {
			if d.day.String() != want[d.key] {
				t.Errorf("%s: %s is %s, not %s", day, d.key, d.day, want[d.key])
			}
		}
		if strings.HasSuffix(day, "-01") { // the command itself says the same
			printed(t, day, want)
		}
	}
}

func printed(t *testing.T, day string, want map[string]string) {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(context.Background(), []string{"terms", day, "--decision", day, "--objection", day, "--closed", day, "--json"}, streams{in: strings.NewReader(""), out: &out, err: &errs})
	var got map[string]any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil || code != exitDone {
		t.Fatalf("%s: exit code %d, %v: %s", day, code, err, errs.String())
	}
	for key := range want {
		if got[key] != want[key] {
			t.Errorf("%s: it prints %s as %v, not %s", day, key, got[key], want[key])
		}
	}
}
