package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/config"
	"klikonderwijs.nl/klachtd/internal/desk"
	"klikonderwijs.nl/klachtd/internal/store"
	"klikonderwijs.nl/klachtd/internal/workday"
)

type listCmd struct {
	Open    bool `help:"Only cases that are not closed."`
	Overdue bool `help:"Only cases with a term that has passed."`
	Year    int  `help:"Only cases received in this year." placeholder:"Y"`
	JSON    bool `help:"Print JSON." name:"json"`
	pretending
}

// register is the store as the reading commands see it.
type register struct {
	store *store.Store
	house *complaint.House
	today workday.Date
}

// openRegister opens the store to read it, beside a daemon that has it open too.
func (c *cli) openRegister(ctx context.Context, p pretending) (*register, desk.Clock, error) {
	cfg, err := c.configuration()
	if err != nil {
		return nil, nil, err
	}
	clock, err := p.clock(cfg)
	if err != nil {
		return nil, nil, err
	}
	return readRegister(ctx, cfg, clock)
}

func readRegister(ctx context.Context, cfg config.Config, clock desk.Clock) (*register, desk.Clock, error) {
	house, err := houseOf(cfg)
	if err != nil {
		return nil, nil, err
	}
	s, err := store.OpenBeside(ctx, cfg.Store.Path)
	if err != nil {
		return nil, nil, err
	}
	return &register{store: s, house: house, today: house.Today(clock())}, clock, nil
}

// listed is one case of the list (the contract's JSON).
type listed struct {
	Reference complaint.Reference  `json:"reference"`
	Stage     complaint.Stage      `json:"stage"`
	Received  workday.Date         `json:"received"`
	Channel   complaint.Channel    `json:"channel"`
	Product   string               `json:"product"`
	Assessor  string               `json:"assessor"`
	Complete  bool                 `json:"complete"`
	Next      *nextTerm            `json:"next"`
	Overdue   []complaint.TermKind `json:"overdue"`
}

type nextTerm struct {
	Term complaint.TermKind `json:"term"`
	Due  workday.Date       `json:"due"`
}

// Run lists the register.
func (l *listCmd) Run(ctx context.Context, s streams, c *cli) error {
	r, _, err := c.openRegister(ctx, l.pretending)
	if err != nil {
		return err
	}
	defer r.store.Close()
	var cases []listed
	err = r.store.View(ctx, func(tx *store.Tx) error {
		references, err := tx.Cases(store.Filter{Open: l.Open, Year: l.Year})
		if err != nil {
			return err
		}
		for _, reference := range references {
			c, err := r.load(tx, reference)
			if err != nil {
				return err
			}
			if entry := r.listed(c); !l.Overdue || len(entry.Overdue) > 0 {
				cases = append(cases, entry)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if l.JSON {
		return printJSON(s.out, list(cases))
	}
	return printList(s.out, cases)
}

func (r *register) load(tx *store.Tx, reference complaint.Reference) (complaint.Case, error) {
	events, err := tx.Events(reference)
	if err != nil {
		return complaint.Case{}, err
	}
	return complaint.Fold(events, r.house.Location), nil
}

func (r *register) listed(c complaint.Case) listed {
	entry := listed{
		Reference: c.Reference, Stage: c.Stage, Received: c.Received, Channel: c.Channel, Product: c.Fields.Value(complaint.FieldProduct),
		Assessor: c.Assessor.Email, Complete: c.Complete(), Overdue: []complaint.TermKind{},
	}
	for _, t := range r.house.Terms(c) {
		if !t.Open() {
			continue
		}
		if entry.Next == nil || t.Due.Before(entry.Next.Due) {
			entry.Next = &nextTerm{Term: t.Kind, Due: t.Due}
		}
		if t.Overdue(r.today) {
			entry.Overdue = append(entry.Overdue, t.Kind)
		}
	}
	return entry
}

func printJSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

func printList(out io.Writer, cases []listed) error {
	if len(cases) == 0 {
		_, err := fmt.Fprintln(out, "no cases")
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "REFERENCE\tSTAGE\tRECEIVED\tNEXT\tDUE\tPRODUCT\tASSESSOR\t")
	for _, c := range cases {
		term, due := "-", "-"
		if c.Next != nil {
			term, due = string(c.Next.Term), c.Next.Due.String()
		}
		notes := ""
		if len(c.Overdue) > 0 {
			notes = "OVERDUE"
		}
		if !c.Complete {
			notes = strings.TrimSpace(notes + " incomplete")
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", c.Reference, c.Stage, c.Received, term, due, printable(c.Product), or(c.Assessor, "-"), notes)
	}
	return w.Flush()
}

// printable keeps what a stranger wrote from steering the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || (r >= 0x7f && r < 0xa0) {
			return ' '
		}
		return r
	}, s)
}
