package desk

import (
	"fmt"
	"io"
	"strings"

	"klikonderwijs.nl/klachtd/internal/command"
	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/intake"
	"klikonderwijs.nl/klachtd/internal/letter"
	"klikonderwijs.nl/klachtd/internal/store"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// formerly answers somebody who proves a role that he no longer has: nothing is done, and he hears so.
func (d *Desk) formerly(tx *store.Tx, a *arrival, w answers) (verdict, error) {
	if err := a.keep(tx); err != nil {
		return verdict{}, err
	}
	if err := d.file(tx, w.c, a); err != nil {
		return verdict{}, err
	}
	why := cause{now: a.now, by: w.role, answering: a.message}
	answer := letter.Answer{
		To: complaint.Recipient{Role: w.role, Person: w.person}, Reference: w.c.Reference.String(), Heading: "Niet uitgevoerd",
		Text: "U heeft in deze klacht geen taak meer. Er is niets veranderd. Uw bericht is bij het dossier gevoegd.",
	}
	if order, misunderstood := d.understand(w.c, w.role, w.line, w.text(a.message), d.House.Today(a.now)); misunderstood == nil {
		again, err := d.again(tx, w.c, why, order)
		if err != nil {
			return verdict{}, err
		}
		if again != "" {
			answer.Heading, answer.Text = "Dit was al gedaan", again
		}
	}
	return verdict{what: store.VerdictFiled, reference: w.c.Reference.String(), file: true}, d.answer(tx, why, answer)
}

// distrust keeps a mail that claims a role and does not prove it, and reports it.
func (d *Desk) distrust(tx *store.Tx, a *arrival, w answers) (verdict, error) {
	if w.doubt != nil {
		return d.distrustDoubt(tx, a, w)
	}
	if err := a.keep(tx); err != nil {
		return verdict{}, err
	}
	if err := d.file(tx, w.c, a); err != nil {
		return verdict{}, err
	}
	_, err := d.commit(tx, w.c, cause{now: a.now, by: complaint.RoleSystem}, d.House.Distrust(w.c, w.role, w.reason, a.digest))
	return verdict{what: store.VerdictFiled, reference: w.c.Reference.String()}, err
}

// order reads what somebody with a role wrote as a command, carries it out, and answers: done, refused, or what can be written.
func (d *Desk) order(tx *store.Tx, a *arrival, w answers) (verdict, error) {
	done := verdict{what: store.VerdictFiled, reference: w.c.Reference.String(), file: true}
	if err := a.keep(tx); err != nil {
		return verdict{}, err
	}
	if err := d.file(tx, w.c, a); err != nil {
		return verdict{}, err
	}
	why := cause{now: a.now, by: w.role, answering: a.message}
	to := complaint.Recipient{Role: w.role, Person: w.person}
	var err error
	order, misunderstood := d.understand(w.c, w.role, w.line, w.text(a.message), d.House.Today(a.now))
	if misunderstood != nil {
		return done, d.refuse(tx, w.c, why, to, order.Verb, misunderstood.Reason)
	}
	if order.Verb == complaint.VerbMessage {
		var unfit string
		if why.enclosed, unfit, err = d.enclosed(a); err != nil {
			return verdict{}, err
		}
		if unfit != "" {
			return done, d.refuse(tx, w.c, why, to, order.Verb, unfit)
		}
	}
	return done, d.carry(tx, w.c, why, to, order)
}

// mostEnclosed bounds the files that go along with a message to the complainant, in bytes as they stand in a mail.
const mostEnclosed = 10 << 20

// enclosed are the files that go along with a message to the complainant; unfit says in Dutch why they cannot.
func (d *Desk) enclosed(a *arrival) (files []letter.Attachment, unfit string, err error) {
	if len(a.message.Attachments) == 0 {
		return nil, "", nil
	}
	if _, err := a.Body.Seek(0, io.SeekStart); err != nil {
		return nil, "", fmt.Errorf("rereading mail: %w", err)
	}
	found, fit := intake.Enclosures(a.Body, mostEnclosed)
	if !fit || a.Truncated {
		return nil, "De bijlagen kunnen niet mee: samen mogen ze niet groter zijn dan 10 MB, en een mail als bijlage sturen wij niet door. Er is niets verstuurd. Stuur uw bericht nog een keer, met kleinere bijlagen of zonder.", nil
	}
	for _, f := range found {
		files = append(files, letter.Attachment{Name: f.Name, Type: f.Type, Data: f.Data})
	}
	return files, "", nil
}

// understand reads a command of a role, or of the manager for whom the role stands in.
func (d *Desk) understand(c complaint.Case, role complaint.Role, line, text string, today workday.Date) (complaint.Order, *command.Misunderstanding) {
	if d.House.StandsIn(c, role) && !command.Recognised(line, role, false) && command.Recognised(line, complaint.RoleManager, false) {
		order, misunderstood := command.Parse(line, text, complaint.RoleManager, false, today)
		order.By = role
		return order, misunderstood
	}
	return command.Parse(line, text, role, false, today)
}

// text is what belongs to the command: all of the answer that a button opened, or what stands under the first line.
func (w answers) text(m *intake.Message) string {
	if w.button {
		return m.Own
	}
	return command.Below(m.Own)
}

// carry carries out an order and answers it.
func (d *Desk) carry(tx *store.Tx, c complaint.Case, why cause, to complaint.Recipient, order complaint.Order) error {
	switch order.Verb {
	case complaint.VerbStatus, complaint.VerbHelp:
		return d.answer(tx, why, d.explain(c, to, order.Verb, d.House.Today(why.now)))
	}
	again, err := d.again(tx, c, why, order)
	if err != nil {
		return err
	}
	if again != "" && len(why.enclosed) == 0 {
		return d.decline(tx, c, why, to, order.Verb, "Dit was al gedaan", again)
	}
	outcome, recorded, refusal := d.House.Carry(why.now, c, order)
	if refusal != nil {
		return d.refuse(tx, c, why, to, order.Verb, refusal.Reason)
	}
	after, err := d.commit(tx, c, why, outcome)
	if err != nil {
		return err
	}
	if n := len(why.enclosed); n > 0 {
		recorded += fmt.Sprintf(" Wat u meestuurde is erbij gevoegd (bijlagen: %d).", n)
	}
	return d.answer(tx, why, letter.Answer{
		To: to, Reference: c.Reference.String(), Heading: "Genoteerd", Text: recorded,
		Lines: d.termLines(after, d.House.Today(why.now)), Buttons: d.buttons(after, to.Role, d.House.OptionsFor(complaint.LetterAnswer, after, to.Role)),
	})
}

// refuse records and answers a command that is not carried out.
func (d *Desk) refuse(tx *store.Tx, c complaint.Case, why cause, to complaint.Recipient, verb complaint.Verb, reason string) error {
	return d.decline(tx, c, why, to, verb, "Niet uitgevoerd", reason)
}

// again says in Dutch that a command was carried out before: a button that is pressed twice. "" when it was not.
func (d *Desk) again(tx *store.Tx, c complaint.Case, why cause, order complaint.Order) (string, error) {
	events, err := tx.Events(c.Reference)
	if err != nil {
		return "", err
	}
	return d.House.Again(why.now, c, events, order), nil
}

func (d *Desk) decline(tx *store.Tx, c complaint.Case, why cause, to complaint.Recipient, verb complaint.Verb, heading, reason string) error {
	c, err := d.record(tx, c, why, []complaint.Fact{&complaint.Refused{Role: to.Role, Verb: verb, Reason: reason}})
	if err != nil {
		return err
	}
	answer := d.explain(c, to, complaint.VerbHelp, d.House.Today(why.now))
	answer.Heading, answer.Text = heading, reason
	return d.answer(tx, why, answer)
}

// explain answers status and help: the terms, or the commands that this role can give now.
func (d *Desk) explain(c complaint.Case, to complaint.Recipient, verb complaint.Verb, today workday.Date) letter.Answer {
	a := letter.Answer{To: to, Reference: c.Reference.String(), Buttons: d.buttons(c, to.Role, d.House.OptionsFor(complaint.LetterAnswer, c, to.Role))}
	if verb == complaint.VerbStatus {
		a.Heading, a.Text, a.Lines = "Zo staat het ervoor", "De klacht is "+c.Stage.Label()+".", append(dataLines(c), d.termLines(c, today)...)
		return a
	}
	a.Heading, a.Text = "Wat u kunt doen", "Begin uw antwoord met een van deze woorden:"
	a.Lines = command.HelpLines(command.For(to.Role, false))
	return a
}

// answer renders and queues an answer to a command.
func (d *Desk) answer(tx *store.Tx, why cause, a letter.Answer) (err error) {
	if a.Envelope, err = d.envelope(tx, a.Reference, complaint.LetterAnswer, why, a.To.Role); err != nil {
		return err
	}
	mail, err := d.letters.Answer(a)
	if err != nil {
		return err
	}
	return d.enqueue(tx, mail, why)
}

// termLines tells every term of a case, one a line, and by how many working days it was missed.
func (d *Desk) termLines(c complaint.Case, today workday.Date) (lines []string) {
	for _, t := range d.House.Terms(c) {
		line := t.Kind.Label() + ": uiterlijk " + t.Due.Long()
		if t.IsMet() {
			line += "; gedaan op " + t.Met.Long()
		}
		if late := d.House.LateBy(t, today); late == 1 {
			line += ", 1 werkdag te laat"
		} else if late > 1 {
			line += fmt.Sprintf(", %d werkdagen te laat", late)
		}
		lines = append(lines, line)
	}
	return lines
}

// dataLines tells what is known of the complainant and who assesses the case.
func dataLines(c complaint.Case) []string {
	lines := []string{"ontvangen op " + c.Received.Long()}
	for _, name := range []complaint.FieldName{complaint.FieldPerson, complaint.FieldOrganisation, complaint.FieldEmail, complaint.FieldPhone, complaint.FieldProduct} {
		if value := c.Fields.Value(name); value != "" {
			lines = append(lines, name.Label()+": "+letter.Readable(name, value))
		}
	}
	if missing := c.Fields.Missing(); len(missing) > 0 {
		lines = append(lines, "nog niet bekend: "+strings.Join(complaint.Labels(missing), ", "))
	}
	if c.Assigned() {
		lines = append(lines, "beoordelaar: "+c.Assessor.Described())
	}
	return lines
}
