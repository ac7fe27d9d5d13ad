package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"klikonderwijs.nl/klachtd/internal/desk"
	"klikonderwijs.nl/klachtd/internal/report"
	"klikonderwijs.nl/klachtd/internal/store"
)

type reportCmd struct {
	Year   int      `help:"Year of receipt (default: last year)." placeholder:"Y"`
	Format []string `help:"One or more of html, xlsx, csv and json." enum:"html,xlsx,csv,json" default:"html" placeholder:"LIST"`
	Out    string   `help:"Folder to write klachten-YEAR.FORMAT to; without it, one format goes to standard output." placeholder:"DIR"`
	pretending
}

// Run writes the annual analysis. It names nobody.
func (cmd *reportCmd) Run(ctx context.Context, s streams, c *cli) error {
	formats := slices.Compact(slices.Sorted(slices.Values(cmd.Format)))
	if cmd.Out == "" && (len(formats) > 1 || formats[0] == "xlsx") {
		return errors.New("say where to write it: --out DIR")
	}
	r, _, err := c.openRegister(ctx, cmd.pretending)
	if err != nil {
		return err
	}
	defer r.store.Close()
	year := cmd.Year
	if year == 0 {
		year = r.today.Year - 1
	}
	var lines []report.Line
	err = r.store.View(ctx, func(tx *store.Tx) (err error) {
		lines, err = desk.Lines(tx, r.house, year, r.today)
		return err
	})
	if err != nil {
		return err
	}
	analysis := report.Analyse(lines, year, r.today)
	if cmd.Out == "" {
		return writeReport(s.out, analysis, formats[0])
	}
	if err := os.MkdirAll(cmd.Out, 0o700); err != nil {
		return err
	}
	for _, format := range formats {
		path := filepath.Join(cmd.Out, fmt.Sprintf("klachten-%d.%s", year, format))
		if err := writeReportFile(path, analysis, format); err != nil {
			return err
		}
		fmt.Fprintln(s.out, path)
	}
	return nil
}

func writeReportFile(path string, a *report.Analysis, format string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(writeReport(f, a, format), f.Close())
}

func writeReport(w io.Writer, a *report.Analysis, format string) error {
	switch format {
	case "xlsx":
		return a.WriteWorkbook(w)
	case "csv":
		return a.WriteCSV(w)
	case "json":
		return a.WriteJSON(w)
	}
	return a.WritePage(w)
}
