package desk

import (
	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/intake"
	"klikonderwijs.nl/klachtd/internal/store"
)

// bounced reads what a mail server says of a mail of ours (RFC 3464). Only a permanent failure
// changes anything; a report about somebody else's mail is an ordinary mail.
func (d *Desk) bounced(tx *store.Tx, a *arrival) (verdict, error) {
	report := a.message.Bounce
	if report == nil || report.Action != intake.Failed {
		return ordinary, nil
	}
	queued, ok, err := tx.OutgoingByMessageID(report.MessageID)
	if err != nil || !ok {
		return ordinary, err
	}
	if err := tx.CountFailure(d.key.Digest(queued.Mail.To), a.now, a.now.Add(-failuresLast)); err != nil {
		return verdict{}, err
	}
	c, ok, err := d.load(tx, queued.Mail.Reference)
	if err != nil {
		return verdict{}, err
	}
	if !ok {
		return ordinary, d.refused(tx, a.now, queued, report.Status)
	}
	if err := a.keep(tx); err != nil {
		return verdict{}, err
	}
	if err := d.file(tx, c, a); err != nil {
		return verdict{}, err
	}
	_, err = d.commit(tx, c, cause{now: a.now, by: complaint.RoleSystem}, d.House.Undelivered(c, queued.Mail.Kind, queued.Mail.Role, report.Status))
	return verdict{what: store.VerdictFiled, reference: c.Reference.String(), file: true}, err
}
