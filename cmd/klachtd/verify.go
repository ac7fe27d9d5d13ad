package main

import (
	"context"
	"fmt"
	"strings"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/store"
)

type verifyCmd struct {
	JSON bool `help:"Print JSON, with everything that does not hold." name:"json"`
}

// verified is what verify prints as JSON.
type verified struct {
	OK bool `json:"ok"`
	store.Verification
}

// Run checks that nothing in the store was altered, lost or broken.
func (v *verifyCmd) Run(ctx context.Context, s streams, c *cli) error {
	cfg, err := c.configuration()
	if err != nil {
		return err
	}
	return verifyStore(ctx, s, cfg.Store.Path, v.JSON)
}

// verifyStore looks at a store beside a daemon that has it open too. It says what does not hold first,
// or everything as JSON; the exit code says whether all holds.
func verifyStore(ctx context.Context, s streams, path string, asJSON bool) error {
	opened, err := store.OpenBeside(ctx, path)
	if err != nil {
		return err
	}
	defer opened.Close()
	found, err := opened.Verify(ctx)
	if err != nil {
		return err
	}
	switch {
	case asJSON:
		err = printJSON(s.out, verified{OK: found.Holds(), Verification: found})
	case found.Holds():
		_, err = fmt.Fprintf(s.out, "all holds: the database, %s, %s, %s\n",
			several(found.Cases, "chain")+" of "+several(found.Events, "event"), several(found.Originals, "original"), several(found.Mails, "outgoing mail"))
	default:
		fmt.Fprintln(s.err, "klachtd: this does not hold:", found.Flaws[0])
		if more := len(found.Flaws) - 1; more > 0 {
			fmt.Fprintf(s.err, "klachtd: and %s more (klachtd verify --json names them)\n", several(more, "problem"))
		}
	}
	if err == nil && !asJSON && len(found.Absent) > 0 {
		_, err = fmt.Fprintf(s.out, "not there: %s (lost with an earlier database)\n", namedOnALine(found.Absent))
	}
	if err == nil && !found.Holds() {
		err = errSilent{}
	}
	return err
}

// mostNamed is how many references are named on one line.
const mostNamed = 20

func namedOnALine(references []complaint.Reference) string {
	var names []string
	for _, r := range references[:min(len(references), mostNamed)] {
		names = append(names, r.String())
	}
	if more := len(references) - len(names); more > 0 {
		names = append(names, several(more, "more number"))
	}
	return strings.Join(names, ", ")
}

func several(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
