package desk

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/letter"
	"klikonderwijs.nl/klachtd/internal/report"
	"klikonderwijs.nl/klachtd/internal/store"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// annualDay is the second working day of January, or every day after it until the analysis was made.
func (d *Desk) annualDay(today workday.Date) (workday.Date, bool) {
	day := d.House.Calendar.AddWorkingDays(workday.NewDate(today.Year-1, time.December, 31), 2, workday.Ours)
	return day, !today.Before(day)
}

// annual sends the manager the analysis of every year that is over and has none yet (Klachtenprocedure
// 13): once for each year, also when the machine was off in January.
func (d *Desk) annual(tx *store.Tx, now time.Time) error {
	years, err := tx.Years()
	if err != nil {
		return err
	}
	for _, year := range years {
		if year >= d.House.Today(now).Year {
			continue
		}
		made, err := tx.Analysed(year)
		if err != nil {
			return err
		}
		if !made {
			if err := d.sendAnalysis(tx, now, year); err != nil {
				return fmt.Errorf("analysing %d: %w", year, err)
			}
		}
	}
	return nil
}

func (d *Desk) sendAnalysis(tx *store.Tx, now time.Time, year int) error {
	lines, err := Lines(tx, d.House, year, d.House.Today(now))
	if err != nil {
		return err
	}
	analysis := report.Analyse(lines, year, d.House.Today(now))
	files, err := attachedFiles(analysis)
	if err != nil {
		return err
	}
	why := cause{now: now, by: complaint.RoleSystem}
	to := complaint.Recipient{Role: complaint.RoleManager, Person: d.House.Manager}
	envelope, err := d.envelope(tx, "", complaint.LetterAnnual, why, to.Role)
	if err != nil {
		return err
	}
	mail, err := d.letters.Annual(letter.Annual{Envelope: envelope, To: to, Year: year, StandsOut: analysis.StandsOut, Files: files})
	if err != nil {
		return err
	}
	if err := d.enqueue(tx, mail, why); err != nil {
		return err
	}
	return tx.MarkAnalysis(year, now, mail.MessageID)
}

func attachedFiles(a *report.Analysis) (files []letter.Attachment, err error) {
	for _, f := range []struct {
		name, kind string
		write      func(io.Writer) error
	}{
		{"html", "text/html; charset=utf-8", a.WritePage},
		{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", a.WriteWorkbook},
	} {
		var out bytes.Buffer
		if err := f.write(&out); err != nil {
			return nil, err
		}
		files = append(files, letter.Attachment{Name: fmt.Sprintf("klachten-%d.%s", a.Year, f.name), Type: f.kind, Data: out.Bytes()})
	}
	return files, nil
}

// Lines gathers what the analysis of a year needs: every case of that year, of the year before it and of
// the year after it (for what came after a measure), with the lines that stay of erased ones.
func Lines(tx *store.Tx, h *complaint.House, year int, today workday.Date) (lines []report.Line, err error) {
	for y := year - 1; y <= year+1; y++ {
		references, err := tx.Cases(store.Filter{Year: y})
		if err != nil {
			return nil, err
		}
		for _, reference := range references {
			events, err := tx.Events(reference)
			if err != nil {
				return nil, err
			}
			lines = append(lines, report.LineOf(h, events, today))
		}
	}
	kept, err := tx.Statistics(year-1, year+1)
	if err != nil {
		return nil, err
	}
	for _, text := range kept {
		line, err := report.Decode(text)
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	return lines, nil
}
