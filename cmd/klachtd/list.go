package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/config"
	"klikonderwijs.nl/klachtd/internal/desk"
	"klikonderwijs.nl/klachtd/internal/store"
	"klikonderwijs.nl/klachtd/internal/workday"
)

type listCmd struct {
	Open     bool              `help:"Only cases that are not closed."`
	Overdue  bool              `help:"Only cases with a term that has passed."`
	Year     int               `help:"Only cases received in this year." placeholder:"Y"`
	Stage    complaint.Stage   `help:"Only cases in this stage: registered, informal, assessing, consulting, decided, objection or closed." enum:",registered,informal,assessing,consulting,decided,objection,closed" default:"" placeholder:"STAGE"`
	Product  string            `help:"Only cases about a product with this in its name." placeholder:"TEXT"`
	Assessor string            `help:"Only cases of an assessor with this in the address." placeholder:"TEXT"`
	Channel  complaint.Channel `help:"Only cases that came by mail, letter or phone." enum:",mail,letter,phone" default:"" placeholder:"CHANNEL"`
	Newest   int               `help:"Only so many, the newest; 0 for all. On a terminal 100, elsewhere all." default:"-1" placeholder:"N"`
	JSON     bool              `help:"Print JSON." name:"json"`
	pretending
}

// newestOnTerminal is how many cases a terminal shows where nobody asked for a number.
const newestOnTerminal = 100

func (l *listCmd) filter(today workday.Date, where terminal) store.Filter {
	f := store.Filter{Open: l.Open, Year: l.Year, Stage: l.Stage, Product: l.Product, Assessor: l.Assessor, Channel: l.Channel, Newest: max(0, l.Newest)}
	if l.Overdue {
		f.Overdue = today
	}
	if l.Newest < 0 && where.width > 0 && !l.JSON {
		f.Newest = newestOnTerminal
	}
	return f
}

// register is the store as the reading commands see it.
type register struct {
	cfg   config.Config
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
	return &register{cfg: cfg, store: s, house: house, today: house.Today(clock())}, clock, nil
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
	where := terminalOf(s.out)
	filter := l.filter(r.today, where)
	var cases []listed
	all := 0
	err = r.store.View(ctx, func(tx *store.Tx) error {
		err := tx.List(filter, func(l store.Listed) error {
			cases = append(cases, listedOf(l, r.today))
			return nil
		})
		if err == nil && filter.Newest > 0 {
			all, err = tx.CountCases(filter)
		}
		return err
	})
	if err != nil {
		return err
	}
	if l.JSON {
		return printJSON(s.out, list(cases))
	}
	if err := printList(s.out, cases, where, r.today); err != nil {
		return err
	}
	return where.more(s.out, all-len(cases), "klachtd list --newest 0 shows all")
}

func (r *register) load(tx *store.Tx, reference complaint.Reference) (complaint.Case, error) {
	events, err := tx.Events(reference)
	if err != nil {
		return complaint.Case{}, err
	}
	return complaint.Fold(events, r.house.Location), nil
}

func (r *register) listed(c complaint.Case) listed {
	return listedOf(store.Listed{Reference: c.Reference, Index: desk.IndexOf(r.house, c)}, r.today)
}

// listedOf is a line of the register, as it stands today.
func listedOf(l store.Listed, today workday.Date) listed {
	entry := listed{
		Reference: l.Reference, Stage: l.Stage, Received: l.Received, Channel: l.Channel, Product: l.Product,
		Assessor: l.Assessor, Complete: l.Complete, Overdue: []complaint.TermKind{},
	}
	for _, t := range l.Open {
		if entry.Next == nil || t.Due.Before(entry.Next.Due) {
			entry.Next = &nextTerm{Term: t.Term, Due: t.Due}
		}
		if (complaint.Term{Kind: t.Term, Due: t.Due}).Overdue(today) {
			entry.Overdue = append(entry.Overdue, t.Term)
		}
	}
	return entry
}

func printJSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

// soon is how many days before its last day a term stands out.
const soon = 3

func printList(out io.Writer, cases []listed, where terminal, today workday.Date) error {
	if len(cases) == 0 {
		_, err := fmt.Fprintln(out, "no cases")
		return err
	}
	t := table{head: []string{"REFERENCE", "STAGE", "RECEIVED", "NEXT", "DUE", "PRODUCT", "ASSESSOR", "NOTES"}, elastic: []int{6, 5}, spare: []int{2, 6}}
	for _, c := range cases {
		t.rows = append(t.rows, row(c, today))
	}
	return t.print(out, where)
}

func row(c listed, today workday.Date) []cell {
	term, due, urgent := "-", "-", plain
	if c.Next != nil {
		term, due = string(c.Next.Term), c.Next.Due.String()
		if !c.Next.Due.After(today.AddDays(soon)) && c.Stage != complaint.StageClosed {
			urgent = yellow
		}
	}
	var notes []string
	if len(c.Overdue) > 0 {
		urgent = red
		notes = append(notes, "OVERDUE")
	}
	if !c.Complete {
		notes = append(notes, "incomplete")
	}
	all := plain
	if c.Stage == complaint.StageClosed {
		all = dim
	}
	if urgent == plain {
		urgent = all
	}
	return []cell{
		{c.Reference.String(), all}, {string(c.Stage), all}, {c.Received.String(), all}, {term, urgent}, {due, urgent},
		{printable(or(c.Product, "-")), all}, {or(c.Assessor, "-"), all}, {strings.Join(notes, " "), urgent},
	}
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
