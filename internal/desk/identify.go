package desk

import (
	"strings"

	"klikonderwijs.nl/klachtd/internal/command"
	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/intake"
	"klikonderwijs.nl/klachtd/internal/letter"
	"klikonderwijs.nl/klachtd/internal/store"
)

// answers says which case or doubt a mail answers, in which role, and whether it proved that.
type answers struct {
	found  bool
	c      complaint.Case
	doubt  *store.Doubt
	role   complaint.Role // "" when it only names a case
	person complaint.Person
	former bool   // the code is of a role that this address no longer has
	proved bool   // the code of case, role and address was in it
	button bool   // it came from a button: the subject is the command
	line   string // the command line, when there is one
	reason string // why it is not believed, in Dutch
}

// mayAct reports that a mail may do what it says. A complainant's own words may come without a
// code, from the address that we know; somebody with a role must prove it.
func (w answers) mayAct() bool {
	return w.reason == "" && (w.proved || w.role == complaint.RoleComplainant)
}

// identify finds the case that a mail answers: by the token of a button, by a Message-ID of ours
// that it answers, by any Message-ID of the case's thread, or by a reference that it names. What carries a
// code that proves nothing is reported, not passed over.
func (d *Desk) identify(tx *store.Tx, a *arrival) (answers, error) {
	w := answers{line: command.FirstLine(a.message.Own)}
	if _, line, ok := letter.ReadToken(a.message.Subject); ok && line != "" {
		w.line = line
	}
	var unbelieved, broken *answers
	for _, id := range d.identities(a.message) {
		found, err := d.prove(tx, a.message, id, w)
		if err != nil || found.proved {
			return found, err
		}
		switch {
		case found.found && found.role != "" && unbelieved == nil:
			unbelieved = &found // a right code in the wrong hands, or of somebody whose role is over
		case found.found && broken == nil:
			broken = &found
		}
	}
	if unbelieved != nil {
		return *unbelieved, nil
	}
	named, err := d.withoutProof(tx, a, w)
	if err == nil && !named.found && broken != nil {
		return *broken, nil
	}
	return named, err
}

// identities lists everything in a mail that could prove something: buttons first.
func (d *Desk) identities(m *intake.Message) (ids []letter.Identity) {
	if id, _, ok := letter.ReadToken(m.Subject); ok {
		ids = append(ids, id)
	}
	for _, list := range [][]string{m.InReplyTo, m.References} {
		for _, messageID := range list {
			if id, ok := letter.ReadIdentity(messageID); ok && id.Reference != "" {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// prove checks one identity against the people of its case. The address that counts is the one in
// the only From header; the name that stands beside it counts for nothing.
func (d *Desk) prove(tx *store.Tx, m *intake.Message, id letter.Identity, w answers) (answers, error) {
	w.button = id.Kind == letter.KindButton
	people, err := d.peopleOf(tx, id.Reference, &w)
	if err != nil || !w.found {
		return answers{line: w.line}, err
	}
	line := command.FirstLine(m.Own)
	if w.button {
		line = w.line
	}
	w.line = line
	for _, p := range people {
		if !d.key.Proves(id.Code, id.Reference, p.Role, p.Person.Email, id.Kind) {
			continue
		}
		w.role, w.person = p.Role, p.Person
		if p.Role != complaint.RoleComplainant && !complaint.SameAddress(p.Person.Email, m.From.Addr) {
			w.reason = "de code hoort bij een ander adres"
			return w, nil
		}
		if w.reason = d.unbelievable(m); w.reason == "" && p.Role != complaint.RoleComplainant {
			w.reason = ofMachine(m)
		}
		w.proved = w.reason == ""
		return w, nil
	}
	for _, role := range []complaint.Role{complaint.RoleManager, complaint.RoleAssessor, complaint.RoleMediator, complaint.RoleCommittee, complaint.RoleMember} {
		if w.doubt == nil && d.key.Proves(id.Code, id.Reference, role, m.From.Addr, id.Kind) {
			w.role, w.former = role, true
			if w.reason = d.unbelievable(m); w.reason == "" {
				w.reason = ofMachine(m) // which is not answered
			}
			w.person = complaint.Person{Email: m.From.Addr}
			return w, nil
		}
	}
	w.reason = "de code hoort niet bij deze klacht, deze rol en dit adres"
	return w, nil
}

// peopleOf loads the case or the doubt that a reference names, and everybody with a role in it.
func (d *Desk) peopleOf(tx *store.Tx, reference string, w *answers) ([]complaint.Recipient, error) {
	if strings.HasPrefix(reference, "T-") {
		doubt, ok, err := tx.Doubt(reference)
		if err != nil || !ok {
			return nil, err
		}
		w.found, w.doubt = true, &doubt
		return []complaint.Recipient{{Role: complaint.RoleManager, Person: d.House.Manager}}, nil
	}
	c, ok, err := d.load(tx, reference)
	if err != nil || !ok {
		return nil, err
	}
	w.found, w.c = true, c
	return d.House.People(c), nil
}

// unbelievable says in Dutch why a mail's sender cannot be believed, or "". RFC 8601, RFC 7489.
func (d *Desk) unbelievable(m *intake.Message) string {
	if m.FromCount != 1 || m.From.Addr == "" {
		return "de afzender is niet eenduidig"
	}
	if d.AuthservID != "" && m.DMARC(d.AuthservID) != intake.Pass {
		return "de mailserver kon de afzender niet bevestigen (dmarc)"
	}
	return ""
}

// ofMachine says in Dutch that a machine sent a mail, or "". What only says so of itself may be quoted.
func ofMachine(m *intake.Message) string {
	if m.Machine.Automatic && !m.Machine.ByText {
		return "het bericht is door een computer verstuurd"
	}
	return ""
}

// withoutProof looks for a case that a mail names without proving anything.
func (d *Desk) withoutProof(tx *store.Tx, a *arrival, w answers) (answers, error) {
	c, ok, err := d.named(tx, a)
	if err != nil || !ok {
		return answers{line: w.line}, err
	}
	w.found, w.c = true, c
	for _, p := range d.House.People(c) {
		if complaint.SameAddress(p.Person.Email, a.message.From.Addr) && w.role != complaint.RoleComplainant {
			w.role, w.person = p.Role, p.Person // the complainant, where somebody is both
		}
	}
	switch {
	case w.role == complaint.RoleComplainant:
		w.reason = d.unbelievable(a.message)
	case w.role != "" && command.Recognised(w.line, w.role, false):
		w.reason = "de geheime code van deze klacht ontbreekt"
	case w.role != "" || a.message.Machine.Automatic:
		return answers{line: w.line}, nil // an ordinary mail that mentions a case
	case a.reading.Kind == intake.Supplement || a.reading.Kind == intake.Objection:
		w.reason = "het adres is niet dat van de indiener"
	default:
		return answers{line: w.line}, nil
	}
	return w, nil
}

// named finds the case whose thread or reference a mail carries.
func (d *Desk) named(tx *store.Tx, a *arrival) (complaint.Case, bool, error) {
	reference, ok, err := tx.ReferenceByMessageIDs(append(a.message.InReplyTo, a.message.References...))
	if err != nil {
		return complaint.Case{}, false, err
	}
	if !ok {
		reference = a.reading.Reference
	}
	if reference == "" {
		return complaint.Case{}, false, nil
	}
	return d.load(tx, reference)
}
