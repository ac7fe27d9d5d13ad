package desk

import (
	"slices"
	"strings"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/intake"
	"klikonderwijs.nl/klachtd/internal/letter"
	"klikonderwijs.nl/klachtd/internal/store"
)

// verdict is what became of a mail.
type verdict struct {
	what      store.Verdict
	reference string
	file      bool // move it to the folder of registered mail
}

var ordinary = verdict{what: store.VerdictOrdinary}

// route sends a mail the way it must go. The order matters: what a machine of ours started comes
// first, then what proves a case and a role, then what belongs to a known case, and only then what
// opens a new one. What the drop folder holds always ends in a case.
func (d *Desk) route(tx *store.Tx, a *arrival) (verdict, error) {
	if d.isOurs(a.message) {
		return ordinary, nil
	}
	if a.reading.Kind == intake.BounceKind && a.message.Bounce != nil && !a.Drop {
		return d.bounced(tx, a)
	}
	if a.reading.Kind == intake.Auto && a.message.Machine.Automatic && !a.Drop && !a.Filed {
		return ordinary, nil // a machine orders nothing and supplements nothing; a mail that only reads like one may
	}
	answers, err := d.identify(tx, a)
	if err != nil {
		return verdict{}, err
	}
	if answers.proved && complaint.SameAddress(answers.person.Email, a.message.From.Addr) { // his mail works
		if err := tx.ForgetFailures(d.key.Digest(a.message.From.Addr)); err != nil {
			return verdict{}, err
		}
	}
	switch {
	case answers.found && answers.doubt == nil && a.Drop && !answers.proved:
		return d.fromComplainant(tx, a, answers) // a colleague put it there: that is believed
	case answers.former && answers.reason == "":
		return d.formerly(tx, a, answers)
	case answers.found && !answers.mayAct():
		return d.distrust(tx, a, answers)
	case answers.doubt != nil:
		return d.settle(tx, a, answers)
	case answers.found && answers.role == complaint.RoleComplainant:
		return d.fromComplainant(tx, a, answers)
	case answers.found && answers.role != "":
		return d.order(tx, a, answers)
	}
	if a.Drop {
		return d.register(tx, a)
	}
	if a.Filed && len(d.identities(a.message)) > 0 {
		return d.doubt(tx, a) // it answered a mail of ours about a case that is lost
	}
	if a.Filed {
		return d.register(tx, a)
	}
	switch a.reading.Kind {
	case intake.Complaint:
		return d.register(tx, a)
	case intake.Review, intake.Objection, intake.Supplement:
		return d.doubt(tx, a)
	}
	return ordinary, nil
}

// isOurs reports that a mail is a copy of one that we sent ourselves.
func (d *Desk) isOurs(m *intake.Message) bool {
	_, ours := letter.ReadIdentity(m.MessageID)
	return ours && d.own(m.From.Addr)
}

// own reports that an address is one of the organisation's mailbox.
func (d *Desk) own(address string) bool {
	for _, own := range d.Own {
		if strings.EqualFold(own, address) {
			return true
		}
	}
	return false
}

// ofHouse reports that an address belongs to somebody who passes complaints on rather than makes
// them: the mailbox itself, a colleague at its domain, the manager, an assessor.
func (d *Desk) ofHouse(address string) bool {
	address = strings.ToLower(address)
	for _, own := range d.Own {
		if _, domain, ok := strings.Cut(strings.ToLower(own), "@"); ok && strings.HasSuffix(address, "@"+domain) {
			return true
		}
	}
	people := slices.Concat([]complaint.Person{d.House.Manager, d.House.Deputy}, d.House.Assessors, d.House.Mediators)
	for _, m := range d.House.Committee {
		people = append(people, m.Person)
	}
	for _, p := range people {
		if p.Email != "" && strings.EqualFold(p.Email, address) {
			return true
		}
	}
	return false
}
