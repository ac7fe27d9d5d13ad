package desk

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/letter"
	"klikonderwijs.nl/klachtd/internal/store"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// Written is a complaint that came by letter or telephone and that somebody of the house typed over
// (Klachtenprocedure 1).
type Written struct {
	Channel  complaint.Channel
	Received workday.Date // the terms count from this day
	Fields   complaint.Fields
	Postal   string
	Scans    []letter.Scan
}

// RegisterWritten opens a case with a letter or a call. Who has a mail address is acknowledged by mail; who has
// none by a letter, which the team at the mailbox prints and posts (Klachtenprocedure 4).
func (d *Desk) RegisterWritten(ctx context.Context, w Written) (c complaint.Case, err error) {
	err = d.store.Update(ctx, func(tx *store.Tx) error {
		c, err = d.registerWritten(tx, w)
		return err
	})
	if err != nil {
		return complaint.Case{}, fmt.Errorf("registering: %w", err)
	}
	d.queued()
	return c, nil
}

func (d *Desk) registerWritten(tx *store.Tx, w Written) (complaint.Case, error) {
	if err := recovered(tx); err != nil {
		return complaint.Case{}, err // the next number may be somebody else's
	}
	now := d.now()
	reference, err := tx.NextReference(w.Received.Year)
	if err != nil {
		return complaint.Case{}, err
	}
	raw, err := d.letters.Original(letter.Written{
		Reference: reference, Channel: w.Channel, At: now, Received: w.Received, Fields: w.Fields, Postal: w.Postal, Scans: w.Scans,
	})
	if err != nil {
		return complaint.Case{}, err
	}
	original, err := tx.PutOriginal(bytes.NewReader(raw))
	if err != nil {
		return complaint.Case{}, err
	}
	subject := letter.WrittenSubject(w.Channel)
	s := complaint.Submission{
		Reference: reference, Channel: w.Channel, Received: now, Dated: w.Received, Fields: w.Fields, Postal: w.Postal,
		Text: said(w.Fields), Reasons: []string{writtenReason[w.Channel]}, Original: original.Digest, Subject: subject,
	}
	if address := w.Fields.Value(complaint.FieldEmail); usable(address) && !d.ofHouse(address) {
		s.ReplyTo = address
	} else {
		s.OnPaper, s.NoAnswer = true, noAddressKnown
	}
	c, err := d.commit(tx, complaint.Case{}, cause{now: now, by: complaint.RoleOperator}, d.House.Register(now, s))
	if err != nil {
		return complaint.Case{}, err
	}
	return c, tx.AddIncoming(store.Incoming{Reference: reference, Kind: "complaint", From: s.ReplyTo, Subject: subject, At: now, Original: original.Digest})
}

// writtenReason says why a letter or a call is a complaint.
var writtenReason = map[complaint.Channel]string{
	complaint.ChannelLetter: "een medewerker heeft de brief als klacht ingevoerd",
	complaint.ChannelPhone:  "een medewerker heeft het gesprek als klacht ingevoerd",
}

// said is what the complainant wrote or told, to see whom it is about.
func said(fields complaint.Fields) string {
	var texts []string
	for _, name := range []complaint.FieldName{complaint.FieldDescription, complaint.FieldMotivation, complaint.FieldRemedy} {
		texts = append(texts, fields.Value(name))
	}
	return strings.Join(texts, "\n")
}
