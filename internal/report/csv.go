package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// byteOrderMark makes spreadsheets read a CSV as UTF-8.
const byteOrderMark = "\ufeff"

// WriteCSV writes every figure on a row of its own: table, row, column, value. Semicolons and a byte
// order mark, as Dutch spreadsheets expect.
func (a *Analysis) WriteCSV(w io.Writer) error {
	if _, err := io.WriteString(w, byteOrderMark); err != nil {
		return fmt.Errorf("writing csv: %w", err)
	}
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	rows := [][]string{{"jaar", "tabel", "rij", "kolom", "waarde"}}
	year := strconv.Itoa(a.Year)
	for _, t := range a.Tables() {
		for _, row := range t.Rows {
			for i, cell := range row[1:] {
				rows = append(rows, []string{year, t.Name, guarded(row[0].Text), strings.TrimSpace(t.Columns[i+1]), cell.plain()})
			}
		}
	}
	for i, s := range a.StandsOut {
		rows = append(rows, []string{year, "Wat opvalt", strconv.Itoa(i + 1), "zin", guarded(s)})
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("writing csv: %w", err)
	}
	return nil
}

// plain is the cell as a spreadsheet should read it.
func (c Cell) plain() string {
	if c.IsText {
		return guarded(c.Text)
	}
	return strings.Replace(strconv.FormatFloat(c.Number, 'f', -1, 64), ".", ",", 1)
}

// guarded keeps a text from being taken for a formula.
func guarded(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
