package desk

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/letter"
	"klikonderwijs.nl/klachtd/internal/store"
)

// Memory is what the mailbox still knows of the time that a restored database has missed.
type Memory interface {
	// Threads lists what was filed in a folder since a moment, by its place in a thread.
	Threads(ctx context.Context, folder string, since time.Time) ([]Thread, error)
	// Reread hands over what was filed in a folder since a moment, in the order in which it came there.
	Reread(ctx context.Context, folder string, since time.Time, take func(context.Context, Arrival) error) error
}

// Thread is a message by its place in a thread.
type Thread struct{ MessageID, InReplyTo string }

// Held reports that the store came out of a backup and that nobody has released it yet: nothing is sent.
func (d *Desk) Held(ctx context.Context) (held bool, err error) {
	err = d.store.View(ctx, func(tx *store.Tx) error {
		since, err := tx.Held()
		held = !since.IsZero()
		return err
	})
	return held, err
}

// recoveredKey is set in the store when the mailbox has been asked what a restored database has missed.
const recoveredKey = "recovered"

// Recover fills the gap in a restored database out of the mailbox, before new mail is read. What was erased after the
// backup was made is erased again. Every number that a mail of
// ours carries in the Sent folder is taken: no other case gets it. What was registered after the backup lies in its folder and is
// taken in again, a complaint under the number that its acknowledgement had. What would be sent and lies in
// the Sent folder already counts as sent. It does nothing in a store that is not held, and nothing a second time.
func (d *Desk) Recover(ctx context.Context, m Memory) error {
	since, due, err := d.gap(ctx)
	if err != nil || !due {
		return err
	}
	if err := d.eraseAgain(ctx); err != nil {
		return err
	}
	var sent []Thread
	if d.SentFolder != "" {
		if sent, err = m.Threads(ctx, d.SentFolder, since); err != nil {
			return fmt.Errorf("recovering what was sent: %w", err)
		}
	}
	if err := d.store.Update(ctx, func(tx *store.Tx) error { return d.takeNumbers(tx, sent) }); err != nil {
		return fmt.Errorf("recovering numbers: %w", err)
	}
	d.numbers = acknowledgedAs(sent)
	taken := 0
	err = m.Reread(ctx, d.RegisteredFolder, since, func(ctx context.Context, in Arrival) error {
		taken++
		in.Filed = true
		_, err := d.Receive(ctx, in)
		return err
	})
	d.numbers = nil
	if err != nil {
		return fmt.Errorf("recovering what was registered: %w", err)
	}
	found := 0
	err = d.store.Update(ctx, func(tx *store.Tx) (err error) {
		if found, err = d.settleSent(tx, sent); err != nil {
			return err
		}
		if err := takeLetters(tx, sent); err != nil {
			return err
		}
		if err := d.tellHeld(tx, since, taken, found); err != nil {
			return err
		}
		return tx.SetMeta(recoveredKey, since.UTC().Format(time.RFC3339))
	})
	if err != nil {
		return fmt.Errorf("recovering what was sent: %w", err)
	}
	d.log.Info("recovered from the mailbox", "messages", taken, "sent_before", found)
	return nil
}

// eraseAgain erases what was erased after the backup was made.
func (d *Desk) eraseAgain(ctx context.Context) error {
	var again []complaint.Reference
	err := d.store.View(ctx, func(tx *store.Tx) (err error) {
		again, err = tx.EraseAgain()
		return err
	})
	for _, reference := range again {
		if err == nil {
			_, err = d.Erase(ctx, reference, d.now(), complaint.RoleSystem, "opnieuw gewist na het terugzetten van een reservekopie")
		}
	}
	if err == nil {
		err = d.Scrub(ctx)
	}
	if err != nil {
		return fmt.Errorf("erasing again: %w", err)
	}
	return nil
}

// tellHeld tells the operator that nothing is sent, and what to do about it.
func (d *Desk) tellHeld(tx *store.Tx, since time.Time, taken, found int) error {
	waiting, err := tx.Waiting()
	if err != nil {
		return err
	}
	lines := []string{
		"de reservekopie weet niets van na: " + d.moment(since),
		fmt.Sprintf("berichten van daarna in de map met geregistreerde mail: %d", taken),
		fmt.Sprintf("mails die al verstuurd waren: %d", found),
		fmt.Sprintf("mails die nu wachten: %d", len(waiting)),
	}
	if d.SentFolder == "" {
		lines = append(lines, "let op: klachtd kent de map met verzonden mail niet, en kan dus niet zien wat al verstuurd was")
	}
	return d.notifyIn(tx, d.now(), letter.Notice{
		Kind: complaint.LetterAlert, To: complaint.Recipient{Role: complaint.RoleOperator, Person: d.Operator},
		Subject: "klachtd: teruggezet uit een reservekopie, er wordt niets verstuurd",
		Text: "De database is teruggezet uit een reservekopie. Er wordt niets verstuurd, behalve meldingen aan u.\n\nBekijk met klachtd queue wat er verstuurd zou worden. " +
			"Haal eruit wat al verstuurd was (klachtd queue cancel). Geef daarna de rest vrij met klachtd queue release.",
		Lines: lines,
	})
}

// gap is since when a restored database may have missed something; false when it has been recovered, or is not held.
func (d *Desk) gap(ctx context.Context) (since time.Time, due bool, err error) {
	err = d.store.View(ctx, func(tx *store.Tx) error {
		since, due, err = gapIn(tx)
		return err
	})
	return since, due, err
}

func gapIn(tx *store.Tx) (since time.Time, due bool, err error) {
	if since, err = tx.Held(); err != nil || since.IsZero() {
		return since, false, err
	}
	done, err := tx.Meta(recoveredKey)
	return since, done != since.UTC().Format(time.RFC3339), err
}

// recovered is errNotRecovered where the mailbox must still be asked.
func recovered(tx *store.Tx) error {
	_, due, err := gapIn(tx)
	if err == nil && due {
		err = errNotRecovered
	}
	return err
}

// errNotHeld says that there is nothing to release.
var errNotHeld = errors.New("nothing is held")

// Release lets a restored database send again, once the mailbox was asked what it missed: afterwards nobody asks. anyway is
// for a mailbox that is lost too.
func Release(tx *store.Tx, anyway bool) error {
	since, err := tx.Held()
	if err == nil && since.IsZero() {
		err = errNotHeld
	}
	if err == nil && !anyway {
		err = recovered(tx)
	}
	if err != nil {
		return err
	}
	return tx.Release()
}

// errNotRecovered says that a restored database does not know yet which numbers were given after its backup.
var errNotRecovered = errors.New("the database was restored, and klachtd has not asked the mailbox yet which numbers were given since (start klachtd, or klachtd tick, and do this again)")

// takeNumbers keeps the numbers from being given again that stand in mails of ours.
func (d *Desk) takeNumbers(tx *store.Tx, sent []Thread) error {
	for _, t := range sent {
		id, ours := letter.ReadIdentity(t.MessageID)
		reference, err := complaint.ParseReference(id.Reference)
		if !ours || err != nil {
			continue
		}
		if err := tx.TakeNumber(reference); err != nil {
			return err
		}
	}
	return nil
}

// takeLetters keeps a new letter from getting the Message-ID of one that was sent before: a mail program would take it
// for the same.
func takeLetters(tx *store.Tx, sent []Thread) error {
	for _, t := range sent {
		id, ours := letter.ReadIdentity(t.MessageID)
		at := strings.LastIndexByte(id.Kind, '-')
		if !ours || at < 0 {
			continue
		}
		number, err := strconv.Atoi(id.Kind[at+1:])
		if err != nil {
			continue
		}
		if err := tx.TakeLetter(id.Reference, complaint.LetterKind(id.Kind[:at]), number); err != nil {
			return err
		}
	}
	return nil
}

// acknowledgedAs says under which number a complaint was acknowledged, by its Message-ID.
func acknowledgedAs(sent []Thread) map[string]complaint.Reference {
	numbers := map[string]complaint.Reference{}
	for _, t := range sent {
		id, ours := letter.ReadIdentity(t.MessageID)
		reference, err := complaint.ParseReference(id.Reference)
		if ours && err == nil && t.InReplyTo != "" && strings.HasPrefix(id.Kind, string(complaint.LetterAcknowledgement)) {
			numbers[t.InReplyTo] = reference
		}
	}
	return numbers
}

// number is the number of a new case: while a restored database is recovered, the one that it had before.
func (d *Desk) number(tx *store.Tx, year int, messageID string) (complaint.Reference, error) {
	if had, ok := d.numbers[messageID]; ok && had.Year == year {
		if free, err := tx.Free(had); err != nil || free {
			return had, err
		}
	}
	return tx.NextReference(year)
}

// settleSent marks what was sent before the loss.
func (d *Desk) settleSent(tx *store.Tx, sent []Thread) (found int, err error) {
	waiting, err := tx.Waiting()
	if err != nil {
		return 0, err
	}
	before := map[string]bool{}
	for _, t := range sent {
		before[t.MessageID] = true
	}
	for _, q := range waiting {
		if !before[q.Mail.MessageID] {
			continue
		}
		found++
		if err := tx.MarkSent(q.ID, q.Mail.At, "found in the Sent folder after restoring a backup"); err != nil {
			return found, err
		}
		err := d.onCase(tx, q.Mail, q.Mail.At, func(c complaint.Case) complaint.Outcome { return d.House.Delivered(q.Mail.At, c, q.Mail.Kind) })
		if err != nil {
			return found, err
		}
	}
	for id := range before {
		if err := tx.MarkCopiedByMessageID(id); err != nil {
			return found, err
		}
	}
	return found, nil
}
