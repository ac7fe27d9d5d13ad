package report

import (
	"fmt"
	"io"
	"math"
	"time"

	"github.com/xuri/excelize/v2"
)

// WriteWorkbook writes the analysis as an xlsx workbook: a sheet with what stands out, and one for
// every table.
func (a *Analysis) WriteWorkbook(w io.Writer) error {
	book := excelize.NewFile()
	defer book.Close()
	b := &workbook{File: book}
	b.styles()
	b.summary(a)
	for _, t := range a.Tables() {
		b.table(t)
	}
	b.chart(a)
	b.do(book.SetDocProps(&excelize.DocProperties{Title: a.Title(), Language: "nl-NL", Created: a.On.Start(time.UTC).Format(time.RFC3339), Modified: a.On.Start(time.UTC).Format(time.RFC3339)}))
	if b.err == nil {
		b.err = book.Write(w)
	}
	if b.err != nil {
		return fmt.Errorf("writing workbook: %w", b.err)
	}
	return nil
}

// workbook remembers the first error, so that the sheets can be written as a list.
type workbook struct {
	*excelize.File
	err               error
	title, head, wrap int
}

func (b *workbook) do(err error) {
	if b.err == nil {
		b.err = err
	}
}

func (b *workbook) styles() {
	var err error
	style := func(s excelize.Style) (id int) { id, err = b.NewStyle(&s); b.do(err); return id }
	b.title = style(excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}})
	b.head = style(excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E6ECF2"}}})
	b.wrap = style(excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
}

const summarySheet = "Wat opvalt"

func (b *workbook) summary(a *Analysis) {
	b.do(b.SetSheetName("Sheet1", summarySheet))
	b.do(b.SetColWidth(summarySheet, "A", "A", widestColumn))
	b.set(summarySheet, 1, 1, text(a.Title()), b.title)
	for i, s := range append([]string{a.Subtitle(), ""}, a.StandsOut...) {
		b.set(summarySheet, 1, i+2, text(s), b.wrap)
		b.height(summarySheet, i+2, s, widestColumn)
	}
	b.page(summarySheet, "portrait")
}

func (b *workbook) table(t Table) {
	_, err := b.NewSheet(t.Name)
	b.do(err)
	b.set(t.Name, 1, 1, text(t.Title), b.title)
	b.set(t.Name, 1, 2, text(t.Note), b.wrap)
	total := 0.0
	for i, column := range t.Columns {
		b.set(t.Name, i+1, 4, text(column), b.head)
		total += b.width(t, i)
	}
	b.note(t, total)
	for y, row := range t.Rows {
		for x, cell := range row {
			style := 0
			if cell.IsText {
				style = b.wrap
			}
			b.set(t.Name, x+1, y+5, cell, style)
		}
	}
	b.do(b.SetPanes(t.Name, &excelize.Panes{Freeze: true, YSplit: 4, TopLeftCell: "A5", ActivePane: "bottomLeft"}))
	b.page(t.Name, "landscape")
}

// widestColumn is how wide a column may be, in characters; what is longer is wrapped.
const widestColumn = 70

func (b *workbook) width(t Table, column int) float64 {
	widest := float64(len([]rune(t.Columns[column]))) + 3
	for y, row := range t.Rows {
		widest = max(widest, min(float64(len([]rune(row[column].Text)))+2, widestColumn))
		if row[column].IsText {
			b.height(t.Name, y+5, row[column].Text, widestColumn)
		}
	}
	name, err := excelize.ColumnNumberToName(column + 1)
	b.do(err)
	b.do(b.SetColWidth(t.Name, name, name, widest))
	return widest
}

// note lets the note run below the title over all columns.
func (b *workbook) note(t Table, width float64) {
	end, err := excelize.CoordinatesToCellName(len(t.Columns), 2)
	b.do(err)
	b.do(b.MergeCell(t.Name, "A2", end))
	b.height(t.Name, 2, t.Note, width)
}

// height makes a row high enough for a wrapped text: not every spreadsheet does that by itself.
func (b *workbook) height(sheet string, row int, s string, width float64) {
	if lines := math.Ceil(float64(len([]rune(s))) / (width * 0.85)); lines > 1 {
		b.do(b.SetRowHeight(sheet, row, 15*lines))
	}
}

// page makes a sheet print on A4, as wide as the paper.
func (b *workbook) page(sheet, orientation string) {
	a4, wide, tall := 9, 1, 0
	b.do(b.SetPageLayout(sheet, &excelize.PageLayoutOptions{Size: &a4, Orientation: &orientation, FitToWidth: &wide, FitToHeight: &tall}))
	fit := true
	b.do(b.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}))
}

func (b *workbook) set(sheet string, x, y int, cell Cell, style int) {
	name, err := excelize.CoordinatesToCellName(x, y)
	b.do(err)
	if cell.IsText {
		b.do(b.SetCellStr(sheet, name, cell.Text))
	} else {
		b.do(b.SetCellFloat(sheet, name, cell.Number, -1, 64))
	}
	if style != 0 {
		b.do(b.SetCellStyle(sheet, name, name, style))
	}
}

func (b *workbook) chart(a *Analysis) {
	series := func(column string) excelize.ChartSeries {
		return excelize.ChartSeries{Name: "Maanden!$" + column + "$4", Categories: "Maanden!$A$5:$A$16", Values: "Maanden!$" + column + "$5:$" + column + "$16"}
	}
	b.do(b.AddChart("Maanden", "E4", &excelize.Chart{
		Type: excelize.Col, Series: []excelize.ChartSeries{series("B"), series("C")},
		Title:  []excelize.RichTextRun{{Text: "Klachten per maand"}},
		Legend: excelize.ChartLegend{Position: "bottom"},
	}))
}
