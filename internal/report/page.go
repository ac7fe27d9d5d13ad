package report

import (
	_ "embed" // the page
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"strings"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Parse(pageText))

// Title names the analysis.
func (a *Analysis) Title() string {
	return fmt.Sprintf("Jaarlijkse analyse van de klachten, %d", a.Year)
}

// Subtitle says when it was made and what is counted.
func (a *Analysis) Subtitle() string {
	s := fmt.Sprintf("Gemaakt op %s. Een klacht telt mee in het jaar waarin zij is ontvangen.", a.On.Long())
	if a.running() {
		s += fmt.Sprintf(" Het jaar is nog niet voorbij; van %d tellen dezelfde maanden mee.", a.Year-1)
	}
	return s
}

// WritePage writes the analysis as one HTML file: no scripts, nothing from elsewhere.
func (a *Analysis) WritePage(w io.Writer) error {
	if err := page.Execute(w, a.view()); err != nil {
		return fmt.Errorf("writing page: %w", err)
	}
	return nil
}

// WriteJSON writes the figures for other programs.
func (a *Analysis) WriteJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(a); err != nil {
		return fmt.Errorf("writing json: %w", err)
	}
	return nil
}

type pageView struct {
	Title, Subtitle  string
	Year, YearBefore int
	Figures          []figureView
	StandsOut        []string
	Months           template.HTML
	MonthTable       Table
	Tables           []tableView
	Terms            Table
	Measures         []measureView
	MeasureNote      string
	NoComplaint      int
}

// figureView is one of the large figures at the top.
type figureView struct{ Value, Label string }

type tableView struct {
	Table
	Rows []rowView
}

type rowView struct {
	Label     string
	N, Before int
	Width     int // of the bar, in per cent of the longest
	WidthThen int
}

type measureView struct {
	Label, Done, Which, Says string
	N                        int
	Chart                    template.HTML
}

func (a *Analysis) view() pageView {
	v := pageView{
		Title: a.Title(), Subtitle: a.Subtitle(), Year: a.Year, YearBefore: a.Year - 1, StandsOut: a.StandsOut, Months: monthChart(a), NoComplaint: a.NoComplaint.N,
	}
	for _, t := range a.Tables() {
		switch {
		case t.Name == "Maanden":
			v.MonthTable = t
		case t.Name == "Termijnen":
			v.Terms = t
		case t.Name == "Maatregelen":
			v.MeasureNote = t.Note
		default:
			v.Tables = append(v.Tables, barTable(t))
		}
	}
	decided, favour := verdicts(a.Judgements)
	missed, ended := 0, 0
	for _, t := range a.Terms {
		missed, ended = missed+t.Missed.N, ended+t.Missed.N+t.Kept.N
	}
	v.Figures = []figureView{
		{fmt.Sprint(a.Total.N), fmt.Sprintf("klachten (%d in %d)", a.Total.Before, a.Year-1)},
		{fmt.Sprint(a.Open), "lopen nog"},
		{fmt.Sprintf("%d van %d", favour, decided), "beslissingen geheel of deels voor de indiener"},
		{fmt.Sprintf("%d van %d", missed, ended), "termijnen niet gehaald"},
	}
	for _, m := range a.Measures {
		done := "nog niet uitgevoerd"
		if !m.Done.IsZero() {
			done = "uitgevoerd in " + m.Done.Long()
		}
		v.Measures = append(v.Measures, measureView{Label: m.Label, Done: done, Which: strings.Join(m.Which, "; "), Says: m.Says, N: m.N, Chart: measureChart(m)})
	}
	return v
}

func barTable(t Table) tableView {
	v := tableView{Table: t}
	longest := 1.0
	for _, row := range t.Rows {
		longest = max(longest, row[1].Number, row[2].Number)
	}
	for _, row := range t.Rows {
		v.Rows = append(v.Rows, rowView{
			Label: row[0].Text, N: int(row[1].Number), Before: int(row[2].Number),
			Width: int(100 * row[1].Number / longest), WidthThen: int(100 * row[2].Number / longest),
		})
	}
	return v
}
