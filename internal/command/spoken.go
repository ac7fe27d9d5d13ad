package command

import (
	"regexp"
	"time"

	"klikonderwijs.nl/klachtd/internal/workday"
)

// numerals are the numbers that people write as words.
var numerals = map[string]int{
	"een": 1, "één": 1, "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6, "zeven": 7, "acht": 8, "negen": 9, "tien": 10, "elf": 11, "twaalf": 12, "veertien": 14,
}

// ordinal is the number of a day as it is said: "4e", "1ste".
var ordinal = regexp.MustCompile(`^(\d{1,2})(e|ste|de)$`)

func count(word string) (int, bool) {
	if n, ok := numerals[word]; ok {
		return n, true
	}
	n := number(word)
	return n, n > 0 && n <= 400
}

// wordAt is the n-th word in lower case without its marks; "" where there is none.
func wordAt(words []string, n int) string {
	if n >= len(words) {
		return ""
	}
	return clean(words[n])
}

// span is a day a number of days, weeks, months or years from another.
func span(from workday.Date, n int, unit string) (workday.Date, bool) {
	switch unit {
	case "dag", "dagen":
		return from.AddDays(n), true
	case "week", "weken":
		return from.AddDays(7 * n), true
	case "maand", "maanden":
		return inMonths(from, n), true
	}
	return workday.Date{}, false
}

// inMonths is the same day of another month, or the last one that this month has.
func inMonths(from workday.Date, n int) workday.Date {
	first := workday.NewDate(from.Year, from.Month+time.Month(n), 1)
	for day := from.Day; ; day-- {
		if d := workday.NewDate(first.Year, first.Month, day); d.Month == first.Month {
			return d
		}
	}
}

// weeks are the weeks that people name, from the one that today is in.
var weeks = map[string]int{"deze": 0, "volgende": 1, "komende": 1, "aanstaande": 1, "vorige": -1, "afgelopen": -1}

// spokenDay reads a day as people say it: "over twee weken", "drie dagen geleden", "volgende week dinsdag",
// "dinsdag volgende week", "komende vrijdag", "afgelopen maandag". What can mean two days ("volgende
// vrijdag", "vrijdag") is none: it is asked.
func spokenDay(words []string, today workday.Date) (day workday.Date, used int, ok bool) {
	first, second, third := wordAt(words, 0), wordAt(words, 1), wordAt(words, 2)
	if n, counted := count(second); first == "over" && counted {
		day, ok = span(today, n, third)
		return day, 3, ok
	}
	if n, counted := count(first); counted && third == "geleden" {
		day, ok = span(today, -n, second)
		return day, 3, ok
	}
	monday := today.AddDays(-(int(today.Weekday()) + 6) % 7)
	if shift, known := weeks[first]; known && second == "week" {
		weekday, named := weekdays[third]
		return monday.AddDays(7*shift + (int(weekday)+6)%7), 3, named
	}
	if weekday, named := weekdays[first]; named {
		if shift, known := weeks[second]; known && third == "week" {
			return monday.AddDays(7*shift + (int(weekday)+6)%7), 3, true
		}
		if side := sideOf(second); side != 0 {
			return nearestDay(today, weekday, side), 2, true
		}
	}
	if weekday, named := weekdays[second]; named && sideOf(first) != 0 && number(third) == 0 {
		return nearestDay(today, weekday, sideOf(first)), 2, true
	}
	return workday.Date{}, 0, false
}

// sideOf says on which side of today a word looks for a weekday: 1 ahead, -1 back, 0 neither.
func sideOf(word string) int {
	switch word {
	case "komende", "aanstaande", "a.s", "as":
		return 1
	case "afgelopen", "jongstleden", "jl", "j.l":
		return -1
	}
	return 0
}

// nearestDay is the first such weekday after today, or the last before it.
func nearestDay(today workday.Date, weekday time.Weekday, side int) workday.Date {
	for d := today.AddDays(side); ; d = d.AddDays(side) {
		if d.Weekday() == weekday {
			return d
		}
	}
}

// speaksOfDays reports that words begin with something that people say of days.
func speaksOfDays(words []string) bool {
	first, second, third := wordAt(words, 0), wordAt(words, 1), wordAt(words, 2)
	_, counted := count(first)
	_, countedNext := count(second)
	_, weekday := weekdays[second]
	_, month := months[second]
	_, week := weeks[first]
	unit := func(word string) bool { _, ok := span(workday.Date{Year: 2026, Month: 1, Day: 1}, 1, word); return ok }
	switch {
	case first == "over":
		return countedNext && unit(third) || second == "een" || second == "anderhalve"
	case week || sideOf(first) != 0:
		return weekday || unit(second)
	case first == "eind" || first == "begin" || first == "medio" || first == "half" || first == "in":
		return month || unit(second) || unit(third)
	case first == "week" || first == "binnenkort" || first == "zsm":
		return true
	}
	return counted && unit(second)
}

// anotherDay reports that what follows a day names a second one, or changes the first: which of them is
// meant must be asked.
func anotherDay(words []string) bool {
	switch wordAt(words, 0) {
	case "of", "en", "tot", "t/m", "à", "-", "–":
		return len(words) > 1 && looksLikeDay(words[1:])
	case "over":
		return speaksOfDays(words)
	}
	return false
}
