package desk

import (
	"net/mail"
	"strings"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/intake"
	"klikonderwijs.nl/klachtd/internal/letter"
	"klikonderwijs.nl/klachtd/internal/store"
)

// register opens a case with a mail (Klachtenprocedure 4, 5).
func (d *Desk) register(tx *store.Tx, a *arrival) (verdict, error) {
	if err := a.keep(tx); err != nil {
		return verdict{}, err
	}
	fields := fieldsOf(a.reading)
	replyTo, noAnswer := d.answerTo(a, fields)
	onPaper := noAnswer == noAddressKnown
	channel := complaint.ChannelMail
	if onPaper && scanned(a.message) {
		channel = complaint.ChannelLetter // a colleague put the scan of a letter in the mailbox
	}
	return d.open(tx, a, complaint.Submission{
		Channel: channel, OnPaper: onPaper, Received: a.Received, Fields: fields, ReplyTo: replyTo, NoAnswer: noAnswer,
		Text: a.message.Text, Reasons: a.reading.Reasons, Original: a.digest, Subject: a.message.Subject,
		MessageID: a.message.MessageID, TooLarge: a.Truncated,
	})
}

// open gives a submission its reference and commits what follows from it.
func (d *Desk) open(tx *store.Tx, a *arrival, s complaint.Submission) (verdict, error) {
	reference, err := d.number(tx, d.House.Today(s.Received).Year, s.MessageID)
	if err != nil {
		return verdict{}, err
	}
	s.Reference = reference
	why := cause{now: a.now, by: complaint.RoleComplainant, answering: a.message}
	c, err := d.commit(tx, complaint.Case{}, why, d.House.Register(a.now, s))
	if err != nil {
		return verdict{}, err
	}
	if err := d.file(tx, c, a); err != nil {
		return verdict{}, err
	}
	return verdict{what: store.VerdictComplaint, reference: reference.String(), file: !a.Truncated}, nil
}

// file notes an incoming mail in the file of its case.
func (d *Desk) file(tx *store.Tx, c complaint.Case, a *arrival) error {
	return tx.AddIncoming(store.Incoming{
		Reference: c.Reference, Kind: string(a.reading.Kind), From: a.message.From.Addr,
		Subject: a.message.Subject, MessageID: a.message.MessageID, At: a.Received, Original: a.digest,
	})
}

// answerTo finds the address at which the complainant may be answered by machine, or says in Dutch
// why none may be. A mail that somebody of the house passed on is answered to the complainant in it.
func (d *Desk) answerTo(a *arrival, fields complaint.Fields) (address, noAnswer string) {
	address, noAnswer = d.writerOf(a, fields)
	if address != "" && !usable(address) {
		return "", "het e-mailadres van de indiener kan niet worden gebruikt"
	}
	return address, noAnswer
}

// usable reports that mail can be sent to an address as it stands (RFC 5321 §4.1.2).
func usable(address string) bool {
	parsed, err := mail.ParseAddress(address)
	return err == nil && parsed.Address == address && !strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`"<>()[],;:\\`, r) })
}

func (d *Desk) writerOf(a *arrival, fields complaint.Fields) (address, noAnswer string) {
	m := a.message
	switch {
	case m.Machine.Automatic:
		return fields.Value(complaint.FieldEmail), "het bericht is door een computer verstuurd"
	case d.ofHouse(m.From.Addr):
		address = fields.Value(complaint.FieldEmail)
		if address == "" || d.ofHouse(address) {
			return "", noAddressKnown
		}
		return address, ""
	case m.From.Addr == "":
		return fields.Value(complaint.FieldEmail), "het bericht heeft geen leesbare afzender"
	case m.FromCount != 1:
		return m.From.Addr, "het bericht heeft meer dan één afzender"
	case d.AuthservID != "" && m.DMARC(d.AuthservID) == intake.Fail:
		return m.From.Addr, "de mailserver kon niet bevestigen dat het bericht echt van deze afzender komt"
	case isNoReply(m.From.Addr):
		return fields.Value(complaint.FieldEmail), "het adres van de afzender leest geen antwoorden"
	}
	return m.From.Addr, ""
}

// noAddressKnown says that a colleague passed on what somebody without a known address wrote or said.
const noAddressKnown = "er is geen e-mailadres van de indiener bekend"

// scanned reports that a mail carries what came out of a scanner.
func scanned(m *intake.Message) bool {
	for _, a := range m.Attachments {
		if a.Type == "application/pdf" || (strings.HasPrefix(a.Type, "image/") && a.Size >= leastScan) || strings.HasSuffix(strings.ToLower(a.Name), ".pdf") {
			return true
		}
	}
	return false
}

// leastScan is the size below which a picture is a logo in somebody's signature, in bytes.
const leastScan = 30 << 10

// isNoReply reports that an address says of itself that nobody reads it.
func isNoReply(address string) bool {
	local, _, _ := strings.Cut(strings.ToLower(address), "@")
	local = strings.NewReplacer("-", "", "_", "", ".", "").Replace(local)
	return local == "noreply" || local == "donotreply" || local == "nietbeantwoorden" || local == "geenantwoord" || local == "mailerdaemon" || local == "postmaster"
}

// fieldsOf takes over what the reader read.
func fieldsOf(r intake.Reading) complaint.Fields {
	read := map[complaint.FieldName]*intake.Field{
		complaint.FieldPerson: r.Fields.Name, complaint.FieldOrganisation: r.Fields.Organisation, complaint.FieldEmail: r.Fields.Email,
		complaint.FieldPhone: r.Fields.Phone, complaint.FieldProduct: r.Fields.Product, complaint.FieldSubmitted: r.Fields.Submitted,
		complaint.FieldDescription: r.Fields.Description, complaint.FieldMotivation: r.Fields.Motivation, complaint.FieldRemedy: r.Fields.Remedy,
	}
	fields := complaint.Fields{}
	for name, field := range read {
		if field != nil && strings.TrimSpace(field.Value) != "" {
			fields[name] = complaint.Field{Value: field.Value, Source: field.Source}
		}
	}
	return fields
}

// doubt asks the manager whether a mail is a complaint. The mail waits where it is; the term of the
// acknowledgement runs from its receipt (Klachtenprocedure 1, 4).
func (d *Desk) doubt(tx *store.Tx, a *arrival) (verdict, error) {
	if err := a.keep(tx); err != nil {
		return verdict{}, err
	}
	doubt, err := tx.AddDoubt(store.Doubt{Received: a.Received, Original: a.digest, TooLarge: a.Truncated, Asked: a.now})
	if err != nil {
		return verdict{}, err
	}
	why := cause{now: a.now, by: complaint.RoleSystem}
	envelope, err := d.envelope(tx, doubt.Reference, complaint.LetterDoubt, why, complaint.RoleManager)
	if err != nil {
		return verdict{}, err
	}
	var attached []letter.Attachment
	if !a.Truncated { // else it waits in the mailbox, too large to go along
		if attached, err = d.attachments(tx, doubt.Reference, []string{a.digest}); err != nil {
			return verdict{}, err
		}
	}
	mail, err := d.letters.Doubt(letter.Doubt{Envelope: envelope, To: d.House.Manager, Item: d.doubtItem(doubt), Reasons: a.reading.Reasons, Attached: attached})
	if err != nil {
		return verdict{}, err
	}
	return verdict{what: store.VerdictDoubt, reference: doubt.Reference}, d.enqueue(tx, mail, why)
}
