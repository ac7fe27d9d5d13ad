package main

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/workday"
)

type termsCmd struct {
	Date      string `arg:"" help:"Day on which the complaint was received (YYYY-MM-DD)."`
	Decision  string `help:"Day on which the decision was announced." placeholder:"DATE"`
	Objection string `help:"Day on which the objection was received." placeholder:"DATE"`
	Closed    string `help:"Day on which the case was closed." placeholder:"DATE"`
	JSON      bool   `help:"Print JSON." name:"json"`
}

// lastDay is one line of the answer: the key of the contract, the label, the day and its reasons.
type lastDay struct {
	key   string
	label string
	day   workday.Date
	why   []string
}

func (t *termsCmd) Run(s streams, c *cli) error {
	house, err := c.calendarHouse()
	if err != nil {
		return err
	}
	days, err := t.days(house)
	if err != nil {
		return err
	}
	if t.JSON {
		return printTermsJSON(s, days)
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for _, d := range days {
		fmt.Fprintf(w, "%s\t%s\t%s\n", d.label, d.day, d.day.Long())
		for _, reason := range d.why {
			fmt.Fprintf(w, "\t\t  %s\n", reason)
		}
	}
	return w.Flush()
}

func (t *termsCmd) days(house *complaint.House) ([]lastDay, error) {
	submitted, err := workday.ParseDate(t.Date)
	if err != nil {
		return nil, err
	}
	days := []lastDay{
		{key: "submitted", label: "Received", day: submitted},
		counted("acknowledge_by", "Acknowledge by", house.AcknowledgeBy(submitted)),
		counted("contact_by", "Contact by", house.ContactBy(submitted)),
	}
	for _, more := range []struct {
		flag, key, label string
		terms            func(workday.Date) []lastDay
	}{
		{t.Decision, "decision", "Decision", func(d workday.Date) []lastDay {
			return []lastDay{counted("object_until", "Object until", house.ObjectUntil(d)), counted("measures_by", "Measures by", house.MeasuresBy(d))}
		}},
		{t.Objection, "objection", "Objection", func(d workday.Date) []lastDay {
			return []lastDay{counted("objection_decision_by", "Decide objection by", house.ObjectionDecisionBy(d))}
		}},
		{t.Closed, "closed", "Closed", func(d workday.Date) []lastDay {
			return []lastDay{counted("keep_until", "Keep until", house.KeepUntil(d))}
		}},
	} {
		if more.flag == "" {
			continue
		}
		day, err := workday.ParseDate(more.flag)
		if err != nil {
			return nil, fmt.Errorf("--%s: %w", more.key, err)
		}
		days = append(days, lastDay{key: more.key, label: more.label, day: day})
		days = append(days, more.terms(day)...)
	}
	return days, nil
}

func counted(key, label string, t workday.Term) lastDay {
	return lastDay{key: key, label: label, day: t.Last, why: t.Why()}
}

func printTermsJSON(s streams, days []lastDay) error {
	out := map[string]any{}
	why := map[string][]string{}
	for _, d := range days {
		out[d.key] = d.day
		if d.why != nil {
			why[d.key] = d.why
		}
	}
	out["why"] = why
	return json.NewEncoder(s.out).Encode(out)
}
