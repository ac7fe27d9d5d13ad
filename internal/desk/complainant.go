package desk

import (
	"klikonderwijs.nl/klachtd/internal/command"
	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/intake"
	"klikonderwijs.nl/klachtd/internal/store"
)

// fromComplainant takes a mail of the complainant into the file and does what he asks: he has no commands to
// learn. What is not sure goes to whoever has the case now.
func (d *Desk) fromComplainant(tx *store.Tx, a *arrival, w answers) (verdict, error) {
	if err := a.keep(tx); err != nil {
		return verdict{}, err
	}
	if err := d.file(tx, w.c, a); err != nil {
		return verdict{}, err
	}
	c, err := d.commit(tx, w.c, cause{now: a.now, by: complaint.RoleComplainant, answering: a.message}, d.wished(a, w))
	return verdict{what: store.VerdictFiled, reference: c.Reference.String(), file: !a.Truncated}, err
}

// wished is what follows from a mail of the complainant. Withdrawing, correcting and asking need the person
// himself; a supplement and an objection harm nobody and are taken from whoever has the code.
func (d *Desk) wished(a *arrival, w answers) complaint.Outcome {
	wish := command.ReadWish(a.message.Own, d.productNames())
	sure := d.himself(a, w)
	fields := fieldsOf(a.reading)
	delete(fields, complaint.FieldSubmitted)
	var corrected complaint.Fields
	if sure {
		corrected = correctionsOf(w.c, wish, fields)
	}
	switch {
	case sure && wish.Withdraws && w.c.Open():
		return d.House.Withdraw(a.now, w.c, a.digest)
	case wish.Withdraws, wish.Unsure && !wish.GoesOn:
		return d.House.File(w.c, complaint.RoleComplainant, complaint.ReadAsWithdrawal, a.digest)
	case sure && wish.GoesOn && d.House.MayResume(a.now, w.c):
		return d.House.Resume(a.now, w.c, a.digest)
	case a.reading.Kind == intake.Objection:
		return d.House.Object(a.now, a.Received, w.c, a.digest, !a.message.Machine.Automatic)
	case sure && wish.Asks && len(corrected) == 0 && !w.c.Learns(fields):
		return d.House.Ask(w.c, a.digest, wish.OnlyAsks && len(a.message.Attachments) == 0)
	}
	return d.House.Amend(a.now, w.c, fields, corrected, a.digest, !a.message.Machine.Automatic)
}

// himself reports that the complainant wrote this mail, as far as it can be known: from his own address, with
// the code of an earlier mail or the word of the mail server that is trusted. A code alone proves no identity.
func (d *Desk) himself(a *arrival, w answers) bool {
	return w.role == complaint.RoleComplainant && complaint.SameAddress(w.person.Email, a.message.From.Addr) &&
		(w.proved || d.AuthservID != "") && !a.message.Machine.Automatic
}

func (d *Desk) productNames() (names []string) {
	for _, p := range d.House.Products {
		names = append(append(names, p.Name), p.Aliases...)
	}
	return names
}

// correctionsOf is what becomes of the data of a case: what he says they must be, and what he wrote behind a
// label where he says that something is wrong.
func correctionsOf(c complaint.Case, wish command.Wish, read complaint.Fields) complaint.Fields {
	corrected := complaint.Fields{}
	for _, said := range wish.Corrected {
		if value, ok := said.Corrects(c.Fields.Value(said.Field)); ok {
			corrected[said.Field] = complaint.Field{Value: value, Source: sourceReply}
		}
	}
	if wish.Protesting {
		for _, name := range []complaint.FieldName{complaint.FieldPerson, complaint.FieldOrganisation, complaint.FieldPhone, complaint.FieldProduct} {
			field, ok := read[name]
			if known := c.Fields.Value(name); ok && field.Source == "label" && known != "" && known != field.Value {
				corrected[name] = field
			}
		}
	}
	if phone, ok := corrected[complaint.FieldPhone]; ok {
		if phone.Value = intake.Phone(phone.Value); phone.Value == "" || phone.Value == c.Fields.Value(complaint.FieldPhone) {
			delete(corrected, complaint.FieldPhone)
		} else {
			corrected[complaint.FieldPhone] = phone
		}
	}
	return corrected
}

// sourceReply is where a datum was read that the complainant corrected.
const sourceReply = "reply"
