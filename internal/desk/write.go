package desk

import (
	"fmt"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/intake"
	"klikonderwijs.nl/klachtd/internal/letter"
	"klikonderwijs.nl/klachtd/internal/store"
)

// load folds the events of a case.
func (d *Desk) load(tx *store.Tx, reference string) (complaint.Case, bool, error) {
	ref, err := complaint.ParseReference(reference)
	if err != nil {
		return complaint.Case{}, false, nil // a stranger's text; it names nothing
	}
	events, err := tx.Events(ref)
	if err != nil || len(events) == 0 {
		return complaint.Case{}, false, err
	}
	return complaint.Fold(events, d.House.Location), true, nil
}

// cause is who or what made something happen, and the mail that the letters answer.
type cause struct {
	now       time.Time
	by        complaint.Role
	answering *intake.Message     // nil when no mail started it
	enclosed  []letter.Attachment // files that go along with a message to the complainant
}

// commit writes what follows into the transaction: the events, the state, and the finished letters.
func (d *Desk) commit(tx *store.Tx, c complaint.Case, why cause, o complaint.Outcome) (complaint.Case, error) {
	c, err := d.record(tx, c, why, o.Facts)
	if err != nil {
		return c, err
	}
	for _, l := range o.Letters {
		if err := d.write(tx, c, why, l); err != nil {
			return c, fmt.Errorf("writing %s: %w", l.Kind, err)
		}
	}
	return c, nil
}

// record appends facts to a case and stores the state that they make.
func (d *Desk) record(tx *store.Tx, c complaint.Case, why cause, facts []complaint.Fact) (complaint.Case, error) {
	if len(facts) == 0 {
		return c, nil
	}
	for _, fact := range facts {
		c = c.Apply(complaint.Event{Seq: c.Seq + 1, At: why.now, By: why.by, Fact: fact}, d.House.Location)
	}
	return c, tx.Append(c.Reference, why.now, why.by, facts, d.index(c))
}

// write renders one letter about a case and queues it.
func (d *Desk) write(tx *store.Tx, c complaint.Case, why cause, l complaint.Letter) error {
	if l.To.Email == "" {
		return nil // nobody to write to; the register shows it
	}
	envelope, err := d.envelope(tx, c.Reference.String(), l.Kind, why, l.Role)
	if err != nil {
		return err
	}
	if l.Role == complaint.RoleComplainant && envelope.InReplyTo == "" {
		envelope.InReplyTo = c.MessageID
	}
	attached, err := d.attachments(tx, c.Reference.String(), l.Attach)
	if err != nil {
		return err
	}
	if l.Kind == complaint.LetterMessage {
		attached = append(attached, why.enclosed...)
	}
	manager, _ := d.House.ManagerOf(c)
	mail, err := d.letters.Case(letter.CaseLetter{
		Envelope: envelope, Letter: l, Case: c, Terms: d.House.Terms(c), Manager: manager, Attached: attached,
		Buttons: d.buttons(c, l.Role, d.House.OptionsFor(l.Kind, c, l.Role)), House: d.House,
	})
	if err != nil {
		return err
	}
	return d.enqueue(tx, mail, why)
}

// envelope gives a mail its place in the thread: an answer refers to what it answers. Nobody gets the thread of
// somebody else, whose Message-IDs hold somebody else's codes; what the complainant hears besides refers to the
// message that opened the case.
func (d *Desk) envelope(tx *store.Tx, reference string, kind complaint.LetterKind, why cause, to complaint.Role) (letter.Envelope, error) {
	sequence, err := tx.NextSequence(reference, kind)
	if err != nil {
		return letter.Envelope{}, err
	}
	e := letter.Envelope{Sequence: sequence, At: why.now}
	if m := why.answering; m != nil && to == why.by {
		e.InReplyTo, e.References = m.MessageID, m.References
	}
	return e, nil
}

// attachments describes stored messages that go along.
func (d *Desk) attachments(tx *store.Tx, reference string, digests []string) (list []letter.Attachment, err error) {
	for i, digest := range digests {
		original, err := tx.Original(digest)
		if err != nil {
			return nil, err
		}
		name := reference + "-bericht.eml"
		if len(digests) > 1 {
			name = fmt.Sprintf("%s-bericht-%d.eml", reference, i+1)
		}
		list = append(list, letter.Attachment{Digest: digest, Raw: original.Raw, Name: name})
	}
	return list, nil
}

// enqueue puts a finished mail in the queue. A complainant gets a bounded number a day; what is
// over that waits for the next morning, never lost. Staff are exempt.
func (d *Desk) enqueue(tx *store.Tx, mail letter.Mail, why cause) error {
	notBefore := why.now
	if mail.Role == complaint.RoleComplainant {
		count, err := tx.CountReply(d.key.Digest(mail.To), d.House.Today(why.now))
		if err != nil {
			return err
		}
		for days := (count - 1) / max(1, d.RepliesADay); days > 0; days-- {
			notBefore = d.RemindAt.On(notBefore.Add(24*time.Hour), d.House.Location)
		}
		if notBefore.After(why.now) {
			if err := d.flooded(tx, why.now, floodAddress); err != nil {
				return err
			}
		}
	}
	_, err := tx.Enqueue(mail, notBefore)
	return err
}
