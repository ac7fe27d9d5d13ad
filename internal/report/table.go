package report

import (
	"fmt"
	"strconv"
)

// Table is one table of the analysis, as the page, the workbook and the CSV show it.
type Table struct {
	Name    string // short: the workbook's sheet, the CSV's first column
	Title   string
	Note    string
	Columns []string
	Rows    [][]Cell
	Bars    bool // the page draws a bar beside each row, of its second cell
}

// Cell is a text, or a number that a spreadsheet can count with.
type Cell struct {
	Text   string
	Number float64
	IsText bool
}

func text(s string) Cell { return Cell{Text: s, IsText: true} }

func number(n int) Cell { return Cell{Text: strconv.Itoa(n), Number: float64(n)} }

func days(v *float64) Cell {
	if v == nil {
		return text("–")
	}
	return Cell{Text: decimal(*v), Number: *v}
}

// Tables are all tables, in the order of the page.
func (a *Analysis) Tables() []Table {
	return []Table{
		a.counts("Maanden", "Klachten per maand", "", "maand", a.Months, false),
		a.counts("Producten", "Klachten per product", "Geteld op de naam in de lijst van producten van de organisatie.", "product", a.Products, true),
		a.counts("Kanalen", "Hoe de klachten binnenkwamen", "", "kanaal", a.Channels, true),
		a.counts("Indieners", "Wie de klachten indienden", "Afgeleid uit de naam van de organisatie die de indiener gaf.", "soort indiener", a.Complainants, true),
		a.counts("Compleet", "Compleet bij binnenkomst", "", "bij binnenkomst", a.Completeness, true),
		a.counts("Oordelen", "Oordelen", "", "oordeel", a.Judgements, true),
		a.counts("Afloop", "Hoe het afliep", "", "afloop", a.Endings, true),
		a.termTable(),
		a.counts("Bezwaren", "Bezwaren", "", "beslissing op het bezwaar", a.Objections, true),
		a.measureTable(),
	}
}

func (a *Analysis) counts(name, title, note, what string, counts []Count, bars bool) Table {
	t := Table{Name: name, Title: title, Note: note, Columns: []string{what, strconv.Itoa(a.Year), strconv.Itoa(a.Year - 1)}, Bars: bars}
	for _, c := range counts {
		t.Rows = append(t.Rows, []Cell{text(c.Label), number(c.N), number(c.Before)})
	}
	return t
}

func (a *Analysis) termTable() Table {
	t := Table{
		Name: "Termijnen", Title: "Termijnen gehaald en niet gehaald",
		Note:    fmt.Sprintf("Duur in werkdagen: de middelste (mediaan) van wat is gedaan, en de langste. Wat na een aangekondigd uitstel is gedaan, telt als niet gehaald. Tussen haakjes: %d.", a.Year-1),
		Columns: []string{"termijn", "gehaald", "niet gehaald", "loopt nog", "vervallen", "mediaan", "langste"},
	}
	for _, f := range a.Terms {
		worst := number(f.Worst)
		switch {
		case f.Kept.N+f.Missed.N == 0:
			worst = text("–")
		case f.WorstOpen:
			worst.Text += " en niet gedaan"
			worst.IsText = true
		}
		kept, missed, middle := number(f.Kept.N), number(f.Missed.N), days(f.Median)
		kept.Text += fmt.Sprintf(" (%d)", f.Kept.Before)
		missed.Text += fmt.Sprintf(" (%d)", f.Missed.Before)
		if f.MedianBefore != nil {
			middle.Text += " (" + decimal(*f.MedianBefore) + ")"
		}
		t.Rows = append(t.Rows, []Cell{text(f.Term.Label()), kept, missed, number(f.Running), number(f.Lapsed), middle, worst})
	}
	return t
}

func (a *Analysis) measureTable() Table {
	t := Table{
		Name: "Maatregelen", Title: "Maatregelen, en de klachten ervoor en erna",
		Note:    fmt.Sprintf("Klachten over hetzelfde product, in hoogstens %d hele maanden ervoor en erna. De maand van de maatregel zelf telt niet mee.", around),
		Columns: []string{"product", "uitgevoerd", "maatregelen", "klachten ervoor", "in maanden", "klachten erna", "in maanden ", "wat dit zegt"},
	}
	for _, m := range a.Measures {
		done := "nog niet"
		if !m.Done.IsZero() {
			done = m.Done.Long()
		}
		t.Rows = append(t.Rows, []Cell{text(m.Label), text(done), number(m.N), number(m.Before.N), number(m.Before.Months), number(m.After.N), number(m.After.Months), text(m.Says)})
	}
	return t
}
