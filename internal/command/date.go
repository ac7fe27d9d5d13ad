package command

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"klikonderwijs.nl/klachtd/internal/workday"
)

var months = map[string]time.Month{
	"januari": 1, "jan": 1, "februari": 2, "feb": 2, "maart": 3, "mrt": 3, "april": 4, "apr": 4, "mei": 5, "juni": 6, "jun": 6,
	"juli": 7, "jul": 7, "augustus": 8, "aug": 8, "september": 9, "sept": 9, "sep": 9, "oktober": 10, "okt": 10, "november": 11, "nov": 11, "december": 12, "dec": 12,
}

var weekdays = map[string]time.Weekday{
	"zondag": 0, "zo": 0, "maandag": 1, "ma": 1, "dinsdag": 2, "di": 2, "woensdag": 3, "wo": 3, "donderdag": 4, "do": 4, "vrijdag": 5, "vr": 5, "zaterdag": 6, "za": 6,
}

var relative = map[string]int{
	"eergisteren": -2, "gisteren": -1, "gisterochtend": -1, "gistermiddag": -1, "gisteravond": -1,
	"vandaag": 0, "vanochtend": 0, "vanmorgen": 0, "vanmiddag": 0, "vanavond": 0, "morgen": 1, "morgenochtend": 1, "morgenmiddag": 1, "morgenavond": 1, "overmorgen": 2,
}

var (
	isoDay     = regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})$`)
	numericDay = regexp.MustCompile(`^(\d{1,2})[-/.](\d{1,2})(?:[-/.](\d{2}|\d{4}))?$`)
)

// dayIn reads the day that stands first in rest, or in the form's own line; after is what follows
// it. why is a question in Dutch where something that looks like a day cannot be one: a day is never guessed.
func dayIn(rest, formDate string, future bool, today workday.Date) (day workday.Date, after, why string) {
	if formDate != "" {
		day, after, ok := readDay(strings.Fields(formDate), future, today)
		if !ok || after != "" {
			return day, rest, notADay(formDate)
		}
		return day, rest, ""
	}
	words := strings.Fields(rest)
	for len(words) > 0 && isFiller(words[0]) {
		words = words[1:]
	}
	if len(words) == 0 || !looksLikeDay(words) {
		return workday.Date{}, rest, ""
	}
	day, after, ok := readDay(words, future, today)
	if !ok || anotherDay(strings.Fields(after)) {
		return workday.Date{}, rest, notADay(strings.Join(words[:min(len(words), 6)], " "))
	}
	return day, after, ""
}

func notADay(said string) string {
	return "Wij begrijpen de datum “" + bounded(said, 60) + "” niet. Schrijf bijvoorbeeld: 2 april 2026, of 02-04-2026."
}

func isFiller(word string) bool {
	switch strings.ToLower(strings.Trim(word, ":,")) {
	case "op", "tot", "en", "met", "t/m", "voor", "per", "naar", "uiterlijk", "de", "":
		return true
	}
	return false
}

// looksLikeDay reports that words begin with something that is meant as a day, readable or not.
func looksLikeDay(words []string) bool {
	first := clean(words[0])
	_, isWeekday := weekdays[first]
	_, isRelative := relative[first]
	return isWeekday || isRelative || (first != "" && first[0] >= '0' && first[0] <= '9') || speaksOfDays(words)
}

func clean(word string) string { return strings.ToLower(strings.Trim(word, ".,;:()!")) }

// readDay reads a day at the start of words: 2026-04-02, 2-4, 02/04/2026, 2 april, donderdag 2
// april 2026, gisteren, over twee weken, volgende week dinsdag. A weekday that does not belong to the
// date makes it no day.
func readDay(words []string, future bool, today workday.Date) (workday.Date, string, bool) {
	if len(words) == 0 {
		return workday.Date{}, "", false
	}
	if days, ok := relative[clean(words[0])]; ok {
		return today.AddDays(days), strings.Join(words[1:], " "), true
	}
	if day, used, ok := spokenDay(words, today); ok {
		return day, strings.Join(words[used:], " "), true
	}
	weekday, named := weekdays[clean(words[0])]
	if named {
		words = words[1:]
	}
	day, used, ok := calendarDay(words, future, today)
	if !ok || (named && day.Weekday() != weekday) {
		return workday.Date{}, "", false
	}
	return day, strings.Join(words[used:], " "), true
}

func calendarDay(words []string, future bool, today workday.Date) (workday.Date, int, bool) {
	if len(words) == 0 {
		return workday.Date{}, 0, false
	}
	first := clean(words[0])
	if m := isoDay.FindStringSubmatch(first); m != nil {
		day, ok := valid(number(m[1]), number(m[2]), number(m[3]))
		return day, 1, ok
	}
	if m := numericDay.FindStringSubmatch(first); m != nil {
		day, ok := inYear(m[3], number(m[2]), number(m[1]), future, today)
		return day, 1, ok
	}
	if len(words) < 2 {
		return workday.Date{}, 0, false
	}
	month, ok := months[clean(words[1])]
	if !ok {
		return workday.Date{}, 0, false
	}
	year, used := "", 2
	if len(words) > 2 && len(clean(words[2])) == 4 && number(clean(words[2])) > 0 {
		year, used = clean(words[2]), 3
	}
	if short, ok := strings.CutPrefix(strings.ReplaceAll(wordAt(words, 2), "’", "'"), "'"); ok && len(short) == 2 && number(short) > 0 {
		year, used = short, 3
	}
	day, ok := inYear(year, int(month), number(ordinal.ReplaceAllString(first, "$1")), future, today)
	return day, used, ok
}

// inYear makes a day of the given year; without one it is the year that brings the day nearest on
// the side where it must lie: ahead of today, or not after it.
func inYear(year string, month, day int, future bool, today workday.Date) (workday.Date, bool) {
	if year != "" {
		y := number(year)
		if y < 100 {
			y += 2000
		}
		return valid(y, month, day)
	}
	for _, y := range []int{today.Year, today.Year + 1, today.Year - 1} {
		d, ok := valid(y, month, day)
		if ok && ((future && !d.Before(today)) || (!future && !d.After(today))) {
			return d, true
		}
	}
	return valid(today.Year, month, day)
}

func valid(year, month, day int) (workday.Date, bool) {
	d := workday.NewDate(year, time.Month(month), day)
	return d, year >= 2000 && year < 2200 && d.Year == year && int(d.Month) == month && d.Day == day
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
