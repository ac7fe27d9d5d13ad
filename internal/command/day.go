package command

import (
	"errors"
	"strings"

	"klikonderwijs.nl/klachtd/internal/workday"
)

// Day reads a day that has begun as people write it: "2 april", 2-4-2026, gisteren. The error is a
// sentence in Dutch for the person who wrote it.
func Day(text string, today workday.Date) (workday.Date, error) {
	day, rest, ok := readDay(strings.Fields(text), false, today)
	switch {
	case !ok || rest != "":
		return workday.Date{}, errors.New(notADay(text))
	case day.After(today):
		return workday.Date{}, errors.New("De datum " + day.Long() + " ligt in de toekomst.")
	}
	return day, nil
}
