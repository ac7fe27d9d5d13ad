package desk

import (
	"context"
	"errors"
	"fmt"

	"klikonderwijs.nl/klachtd/internal/command"
	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/store"
)

// Acted is what became of a command from the shell.
type Acted struct {
	Done  bool            // carried out; otherwise Text says why not
	Text  string          // what was recorded and what happens next, in Dutch
	Lines []string        // what was asked for, one a line
	Stage complaint.Stage // in which the case is now
}

// errNoCase says that there is no case with a reference.
var errNoCase = errors.New("there is no such case (klachtd list shows them)")

// Act carries out a command that the operator gives on behalf of a role: the line as it would stand first
// in a mail, and the text under it. It goes the way of a command by mail, but for the proof and the answer,
// and is recorded as the operator's.
func (d *Desk) Act(ctx context.Context, reference complaint.Reference, role complaint.Role, line, text string) (acted Acted, err error) {
	err = d.store.Update(ctx, func(tx *store.Tx) error {
		acted, err = d.act(tx, reference, role, line, text)
		return err
	})
	if err != nil {
		return Acted{}, fmt.Errorf("acting in %s: %w", reference, err)
	}
	d.queued()
	return acted, nil
}

func (d *Desk) act(tx *store.Tx, reference complaint.Reference, role complaint.Role, line, text string) (Acted, error) {
	c, ok, err := d.load(tx, reference.String())
	if err != nil {
		return Acted{}, err
	}
	if !ok {
		return Acted{}, errNoCase
	}
	why := cause{now: d.now(), by: complaint.RoleOperator}
	person, ok := d.person(c, role)
	if !ok {
		return d.notActed(tx, c, why, role, "", "In deze klacht is er geen "+role.Label()+".")
	}
	order, misunderstood := d.understand(c, role, line, text, d.House.Today(why.now))
	if misunderstood != nil {
		return d.notActed(tx, c, why, role, order.Verb, misunderstood.Reason)
	}
	if order.Verb == complaint.VerbStatus || order.Verb == complaint.VerbHelp {
		told := d.explain(c, complaint.Recipient{Role: role, Person: person}, order.Verb, d.House.Today(why.now))
		return Acted{Done: true, Text: told.Text, Lines: told.Lines, Stage: c.Stage}, nil
	}
	outcome, recorded, refusal := d.House.Carry(why.now, c, order)
	if refusal != nil {
		return d.notActed(tx, c, why, role, order.Verb, refusal.Reason)
	}
	entry, _ := command.Lookup(order.Verb)
	ordered := complaint.Outcome{Facts: append([]complaint.Fact{&complaint.Ordered{For: role, Command: entry.Word}}, outcome.Facts...), Letters: outcome.Letters}
	c, err = d.commit(tx, c, why, ordered)
	return Acted{Done: true, Text: recorded, Stage: c.Stage}, err
}

// person is who has a role in a case. A complainant without an address can write a letter all the same.
func (d *Desk) person(c complaint.Case, role complaint.Role) (complaint.Person, bool) {
	for _, p := range d.House.People(c) {
		if p.Role == role {
			return p.Person, true
		}
	}
	return complaint.Person{}, role == complaint.RoleComplainant
}

// notActed records a command that is not carried out.
func (d *Desk) notActed(tx *store.Tx, c complaint.Case, why cause, role complaint.Role, verb complaint.Verb, reason string) (Acted, error) {
	c, err := d.record(tx, c, why, []complaint.Fact{&complaint.Refused{Role: role, Verb: verb, Reason: reason}})
	return Acted{Text: reason, Stage: c.Stage}, err
}
