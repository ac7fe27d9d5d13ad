package desk

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"klikonderwijs.nl/klachtd/internal/command"
	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/letter"
)

// buttons are the answers that somebody with a role can give to a mail about a case, ready to send: these, and
// the question how things stand.
func (d *Desk) buttons(c complaint.Case, role complaint.Role, options []complaint.Verb) []letter.Button {
	var buttons []letter.Button
	for _, verb := range append(options, complaint.VerbStatus) {
		entry, ok := command.Lookup(verb)
		if !ok || (verb == complaint.VerbStatus && !slices.Contains(entry.Roles(), role)) {
			continue
		}
		if role == complaint.RoleTeam && verb == complaint.VerbAcknowledged {
			entry.Label = "De brief is op de post"
		}
		buttons = append(buttons, d.buttonsFor(c, entry)...)
	}
	return buttons
}

// buttonsFor is one button for a command, or one for each person or measure that it can name.
func (d *Desk) buttonsFor(c complaint.Case, entry command.Entry) (buttons []letter.Button) {
	one := letter.Button{Label: entry.Label, Command: entry.Word, Body: entry.Body}
	with := func(label, argument string) {
		buttons = append(buttons, letter.Button{Label: label, Command: entry.Word + " " + argument, Body: entry.Body})
	}
	switch entry.Verb {
	case complaint.VerbAssign:
		for _, p := range d.House.Assessors {
			if p.Email != c.Assessor.Email {
				with(entry.Label+" aan "+p.Formal(), p.Email)
			}
		}
		return buttons
	case complaint.VerbInformal:
		for _, p := range d.House.Mediators {
			with(entry.Label+" door "+p.Formal(), p.Email)
		}
		return buttons
	case complaint.VerbDone:
		for _, m := range c.OpenMeasures() {
			with(fmt.Sprintf("Maatregel %d is uitgevoerd", m.Number), strconv.Itoa(m.Number))
		}
		return buttons
	case complaint.VerbCommittee:
		var names, addresses []string
		for _, p := range d.House.Candidates(c) {
			names, addresses = append(names, p.Formal()), append(addresses, p.Email)
		}
		if len(names) == 0 {
			return nil
		}
		with(entry.Label+": "+strings.Join(names, ", "), strings.Join(addresses, ", "))
		return buttons
	}
	return []letter.Button{one}
}
