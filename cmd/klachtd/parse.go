package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"klikonderwijs.nl/klachtd/internal/intake"
)

type parseCmd struct {
	Received string   `help:"When the server took the mail (RFC 3339); else its newest Received header, else its Date." placeholder:"TIME"`
	Files    []string `arg:"" help:"Mails to read; - is standard input." name:"file"`
}

// parsed is one line of the answer.
type parsed struct {
	File      string        `json:"file"`
	Kind      intake.Kind   `json:"kind"`
	Score     float64       `json:"score"`
	Reasons   []string      `json:"reasons"`
	Reference *string       `json:"reference"`
	Fields    intake.Fields `json:"fields"`
	Missing   []string      `json:"missing"`
	Received  *time.Time    `json:"received"`
	Defects   []string      `json:"defects"`
}

func (p *parseCmd) Run(s streams, c *cli) error {
	var received time.Time
	if p.Received != "" {
		at, err := time.Parse(time.RFC3339, p.Received)
		if err != nil {
			return fmt.Errorf("--received: %q is not like 2026-03-02T14:00:00+01:00", p.Received)
		}
		received = at
	}
	reader, err := c.reader()
	if err != nil {
		return err
	}
	var failed []error
	for _, file := range p.Files {
		failed = append(failed, p.file(s, reader, file, received))
	}
	return errors.Join(failed...)
}

func (p *parseCmd) file(s streams, reader *intake.Reader, file string, received time.Time) error {
	in := s.in
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return fmt.Errorf("opening mail: %w", err)
		}
		defer f.Close()
		in = f
	}
	return describe(s.out, reader, file, in, received)
}

func describe(out io.Writer, reader *intake.Reader, file string, in io.Reader, received time.Time) error {
	m := reader.Parse(in, received)
	r := reader.Judge(m)
	line := parsed{
		File: file, Kind: r.Kind, Score: r.Score, Reasons: list(r.Reasons), Fields: r.Fields,
		Missing: list(r.Missing), Defects: list(m.Defects),
	}
	if r.Reference != "" {
		line.Reference = &r.Reference
	}
	if !m.Received.IsZero() {
		line.Received = &m.Received
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(line)
}

// list makes an empty list of none, so that JSON shows [] and not null.
func list[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}
