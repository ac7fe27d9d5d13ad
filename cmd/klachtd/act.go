package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"klikonderwijs.nl/klachtd/internal/command"
	"klikonderwijs.nl/klachtd/internal/complaint"
)

type actCmd struct {
	Reference string   `arg:"" help:"The case, such as K-2026-0007." name:"ref"`
	Command   string   `arg:"" help:"The command as it is written in a mail: contact, \"uitstel 24-4-2026\", gegrond."`
	Text      []string `arg:"" optional:"" help:"What belongs to it: a name, a date, and the text that stands under it; - reads the text from standard input."`
	As        string   `help:"On whose behalf: manager, assessor, mediator, committee (its chair), member or complainant." required:"" enum:"manager,assessor,mediator,committee,member,complainant" placeholder:"ROLE"`
	JSON      bool     `help:"Print JSON." name:"json"`
	pretending
}

// acted is the answer in JSON.
type acted struct {
	Reference complaint.Reference `json:"reference"`
	As        complaint.Role      `json:"as"`
	Done      bool                `json:"done"`
	Text      string              `json:"text"`
	Lines     []string            `json:"lines"`
	Stage     complaint.Stage     `json:"stage"`
}

// Run carries a command out as if it had come by mail, recorded as the operator's on behalf of a role. A
// daemon may run: it sends what follows.
func (a *actCmd) Run(ctx context.Context, s streams, c *cli) error {
	reference, err := complaint.ParseReference(a.Reference)
	if err != nil {
		return err
	}
	line, text, err := a.written(s.in)
	if err != nil {
		return err
	}
	beside, _, err := c.assembleBeside(ctx, s, a.pretending)
	if err != nil {
		return err
	}
	defer beside.Close()
	done, err := beside.desk.Act(ctx, reference, complaint.Role(a.As), line, text)
	if err != nil {
		return err
	}
	if a.JSON {
		err = printJSON(s.out, acted{Reference: reference, As: complaint.Role(a.As), Done: done.Done, Text: done.Text, Lines: list(done.Lines), Stage: done.Stage})
		if err == nil && !done.Done {
			err = errSilent{}
		}
		return err
	}
	if !done.Done {
		return fmt.Errorf("not done: %s", done.Text)
	}
	for _, l := range append([]string{done.Text}, done.Lines...) {
		fmt.Fprintln(s.out, printable(l))
	}
	return nil
}

// written gives the line and the text as they would stand in a mail. What a bare command takes behind its
// word, a name or a date, comes first; everything else stands under it.
func (a *actCmd) written(in io.Reader) (line, text string, err error) {
	line = a.Command
	rest := slices.Clone(a.Text)
	for i, part := range rest {
		if part != "-" {
			continue
		}
		read, err := io.ReadAll(io.LimitReader(in, 1<<20))
		if err != nil {
			return "", "", fmt.Errorf("reading standard input: %w", err)
		}
		rest[i] = string(read)
	}
	if len(rest) > 0 && takesMore(line) && len(rest[0]) <= longestArgument && !strings.Contains(rest[0], "\n") {
		line, rest = line+" "+rest[0], rest[1:]
	}
	return line, strings.Join(rest, "\n"), nil
}

// longestArgument bounds what can be a name, a date or a short text behind a command, in bytes; what is longer is a text.
const longestArgument = 300

// takesMore reports that a bare command word takes a name, a number or a date behind it.
func takesMore(said string) bool {
	said = strings.ToLower(strings.TrimSpace(said))
	for _, e := range command.Table() {
		if (e.Word == said || slices.Contains(e.Also, said)) && (e.Whom != command.None || e.Date != command.None) {
			return true
		}
	}
	return false
}
