package intake

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var months = map[string]time.Month{
	"jan": 1, "feb": 2, "mrt": 3, "maa": 3, "mar": 3, "apr": 4, "mei": 5, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "okt": 10, "oct": 10, "nov": 11, "dec": 12,
}

var (
	dayMonthYear = regexp.MustCompile(`(?i)\b(\d{1,2})(?:e|ste|de|st|nd|rd|th)?[ .-]+(jan|feb|mrt|maa|mar|apr|mei|may|jun|jul|aug|sep|okt|oct|nov|dec)[a-zé]*\.?,?[ -]+(\d{4})\b`)
	monthDayYear = regexp.MustCompile(`(?i)\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b`)
	numericDate  = regexp.MustCompile(`\b(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})\b`)
	isoDate      = regexp.MustCompile(`\b(\d{4})-(\d{2})-(\d{2})\b`)
	clock        = regexp.MustCompile(`(?i)\b(\d{1,2})[:.](\d{2})(?::(\d{2}))?(?:\s*([ap])\.?m\b)?`)
)

// parseDutchTime reads a date with a time as mail programs write it into a text, Dutch or English;
// it is a local time of no said zone, returned as UTC.
func parseDutchTime(s string) (time.Time, bool) {
	year, month, day, rest, ok := findDay(s)
	if !ok {
		return time.Time{}, false
	}
	hour, minute := 0, 0
	if m := clock.FindStringSubmatch(rest); m != nil {
		hour, _ = strconv.Atoi(m[1])
		minute, _ = strconv.Atoi(m[2])
		if strings.EqualFold(m[4], "p") && hour < 12 {
			hour += 12
		}
	}
	return time.Date(year, month, day, hour%24, minute%60, 0, 0, time.UTC), true
}

// findDay finds the first full date in a text; rest is what stands behind it.
func findDay(s string) (year int, month time.Month, day int, rest string, ok bool) {
	type form struct {
		pattern          *regexp.Regexp
		day, month, year int
	}
	best := -1
	for _, f := range []form{{dayMonthYear, 1, 2, 3}, {monthDayYear, 2, 1, 3}, {isoDate, 3, 2, 1}, {numericDate, 1, 2, 3}} {
		at := f.pattern.FindStringSubmatchIndex(s)
		if at == nil || (best >= 0 && at[0] >= best) {
			continue
		}
		y, mo, d := number(s, at, f.year), monthOf(s[at[2*f.month]:at[2*f.month+1]]), number(s, at, f.day)
		if y < 100 {
			y += 2000
		}
		if mo < 1 || mo > 12 || d < 1 || d > 31 || time.Date(y, mo, d, 0, 0, 0, 0, time.UTC).Day() != d {
			continue
		}
		best, year, month, day, rest, ok = at[0], y, mo, d, s[at[1]:], true
	}
	return year, month, day, rest, ok
}

func number(s string, at []int, group int) int {
	n, _ := strconv.Atoi(s[at[2*group]:at[2*group+1]])
	return n
}

func monthOf(word string) time.Month {
	if n, err := strconv.Atoi(word); err == nil {
		return time.Month(n)
	}
	return months[strings.ToLower(word[:3])]
}
