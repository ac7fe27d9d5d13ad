package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"klikonderwijs.nl/klachtd/internal/intake"
	"klikonderwijs.nl/klachtd/internal/store"
)

type searchCmd struct {
	Text   []string `arg:"" help:"Words that must all stand in the case, each as it begins; \"what stands in double quotes\" must stand so. A telephone number in any spelling."`
	Newest int      `help:"At most so many, the newest." default:"50" placeholder:"N"`
	JSON   bool     `help:"Print JSON." name:"json"`
	pretending
}

// found is a case in which the text stands: its line of the register, and where.
type found struct {
	listed
	Context string `json:"context"`
}

// Run looks for cases by what was said in them.
func (cmd *searchCmd) Run(ctx context.Context, s streams, c *cli) error {
	r, _, err := c.openRegister(ctx, cmd.pretending)
	if err != nil {
		return err
	}
	defer r.store.Close()
	var hits []found
	err = r.store.View(ctx, func(tx *store.Tx) error {
		cases, err := tx.Search(cmd.query(), max(1, cmd.Newest))
		for _, f := range cases {
			hits = append(hits, found{listed: listedOf(f.Listed, r.today), Context: f.Context})
		}
		return err
	})
	if errors.Is(err, store.ErrNothingToSearch) {
		return errors.New("there is no word to look for (klachtd search trainer)")
	}
	if err != nil {
		return err
	}
	if cmd.JSON {
		return printJSON(s.out, list(hits))
	}
	if len(hits) == 0 {
		_, err = fmt.Fprintln(s.out, "no cases")
		return err
	}
	return printFound(s, hits, r)
}

// query is what is looked for: a telephone number as it is kept, or the words.
func (cmd *searchCmd) query() string {
	text := strings.Join(cmd.Text, " ")
	if !strings.ContainsFunc(text, func(r rune) bool { return !strings.ContainsRune("+0123456789 -()./", r) }) {
		if number := intake.Phone(text); number != "" {
			return number
		}
	}
	return text
}

func printFound(s streams, hits []found, r *register) error {
	where := terminalOf(s.out)
	t := table{elastic: []int{5, 4}, spare: []int{2, 1}}
	for _, h := range hits {
		line := row(h.listed, r.today)
		t.rows = append(t.rows, []cell{line[0], line[1], line[2], line[7], line[5], {printable(strings.Join(strings.Fields(h.Context), " ")), plain}})
	}
	return t.print(s.out, where)
}
