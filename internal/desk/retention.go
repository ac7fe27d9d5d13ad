package desk

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/letter"
	"klikonderwijs.nl/klachtd/internal/report"
	"klikonderwijs.nl/klachtd/internal/store"
)

// Archive removes from the mailbox what we filed there ourselves.
type Archive interface {
	Remove(ctx context.Context, folder string, which []Filed) (Removal, error)
}

// Filed is a message that was filed in the mailbox.
type Filed struct {
	MessageID string
	Received  time.Time
	Digest    [32]byte // of all bytes
	Ours      bool     // a mail of ours, known by its Message-ID
}

// Removal counts what became of messages that were to be removed from the mailbox.
type Removal struct {
	Removed, Marked, Missing int
}

// Add adds another count.
func (r Removal) Add(o Removal) Removal {
	return Removal{r.Removed + o.Removed, r.Marked + o.Marked, r.Missing + o.Missing}
}

// errChanged says that a case changed while it was being erased; the next attempt takes the change along.
var errChanged = errors.New("something came in while it was being erased (try again)")

// scrubKey is set in the store while bytes of what was erased may still be in the file.
const scrubKey = "scrub"

// keptReplies is for how many days it is remembered how many mails a person got.
const keptReplies = 7

// keptCopies is for how many days a copy stays that was made before the database changed.
const keptCopies = 30

// Expired lists the cases whose time is over: a year after they were closed, and not before they have been in
// an annual analysis that was sent (Klachtenprocedure 13).
func (d *Desk) Expired(ctx context.Context, now time.Time) (expired []complaint.Reference, err error) {
	today := d.House.Today(now)
	err = d.store.View(ctx, func(tx *store.Tx) error {
		candidates, err := tx.Expired(today)
		if err != nil {
			return err
		}
		for _, reference := range candidates {
			if ok, err := d.expired(tx, reference, now); err != nil {
				return err
			} else if ok {
				expired = append(expired, reference)
			}
		}
		return nil
	})
	return expired, err
}

// Files is how many files there are that were not erased. All of them are counted.
func (d *Desk) Files(ctx context.Context) (n int, err error) {
	err = d.store.View(ctx, func(tx *store.Tx) (err error) {
		n, err = tx.Files()
		return err
	})
	return n, err
}

func (d *Desk) expired(tx *store.Tx, reference complaint.Reference, now time.Time) (bool, error) {
	events, err := tx.Events(reference)
	if err != nil || len(events) == 0 {
		return false, err
	}
	c := complaint.Fold(events, d.House.Location)
	if c.Closure == nil || !d.House.Today(now).After(d.House.KeepUntil(c.Closure.On).Last) {
		return false, nil
	}
	return tx.InSentAnalysis(c.Received.Year, events[0].At)
}

// fewFiles may go in any night, however many there are.
const fewFiles = 5

// unusual reports that so many of all files should not go in one night: a wrong clock or a wrong
// configuration must not empty the register.
func unusual(expired, files int) bool { return expired > max(fewFiles, files/10) }

// retention erases what need not be kept. A night on which unusually much would go erases nothing and asks the operator.
func (d *Desk) retention(ctx context.Context, now time.Time) error {
	held, err := d.Held(ctx)
	if err != nil || held {
		return err // a restored database waits until somebody has looked at it
	}
	if err := d.Scrub(ctx); err != nil { // what an earlier erasure could not finish
		return err
	}
	expired, err := d.Expired(ctx, now)
	if err != nil {
		return err
	}
	if len(expired) > fewFiles {
		files, err := d.Files(ctx)
		if err != nil {
			return err
		}
		if unusual(len(expired), files) {
			return d.askBeforeErasing(ctx, now, len(expired), files)
		}
	}
	if _, err := d.EraseExpired(ctx, now, expired); err != nil {
		return err
	}
	if err := d.store.ForgetCopies(now.AddDate(0, 0, -keptCopies)); err != nil {
		return err
	}
	return d.store.Update(ctx, func(tx *store.Tx) error { return tx.ForgetReplies(d.House.Today(now).AddDays(-keptReplies)) })
}

// EraseExpired erases cases whose time is over, each by itself: one that cannot be erased now keeps no other.
func (d *Desk) EraseExpired(ctx context.Context, now time.Time, expired []complaint.Reference) (total Removal, err error) {
	var errs []error
	for _, reference := range expired {
		removal, err := d.Erase(ctx, reference, now, complaint.RoleSystem, "bewaartermijn voorbij")
		total = total.Add(removal)
		if err != nil {
			errs = append(errs, err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	return total, errors.Join(append(errs, d.Scrub(ctx))...)
}

// askBeforeErasing tells the operator why nothing was erased, and how to go on.
func (d *Desk) askBeforeErasing(ctx context.Context, now time.Time, expired, files int) error {
	d.log.Warn("erasing was stopped", "expired", expired, "files", files)
	return d.notify(ctx, now, letter.Notice{
		Kind: complaint.LetterAlert, To: complaint.Recipient{Role: complaint.RoleOperator, Person: d.Operator},
		Subject: "klachtd: er zou ongewoon veel worden gewist",
		Text: "Vannacht zou ongewoon veel worden gewist. Er is daarom niets gewist.\n\nKlopt de klok van de machine, en klopt terms.keep_years in de configuratie? " +
			"Bekijk met klachtd erase --due welke dossiers het zijn. Is het goed, geef dan de opdracht hieronder.",
		Lines: []string{
			fmt.Sprintf("dossiers waarvan de bewaartermijn voorbij is: %d van de %d", expired, files),
			"vandaag is volgens deze machine: " + d.House.Today(now).Long(),
			fmt.Sprintf("opdracht: klachtd erase --due --confirm %d", expired),
		},
	})
}

// Erase forgets one case, in the mailbox first: what cannot be reached there now is tried again another
// time, and nothing is half erased in the register. Call Scrub after the last one.
func (d *Desk) Erase(ctx context.Context, reference complaint.Reference, now time.Time, by complaint.Role, reason string) (removal Removal, err error) {
	var traces store.Traces
	err = d.store.View(ctx, func(tx *store.Tx) error {
		if _, ok, err := d.load(tx, reference.String()); err != nil || !ok {
			return errors.Join(err, errNoFile)
		}
		traces, err = tx.Traces(reference)
		return err
	})
	if err == nil {
		removal, err = d.clearMailbox(ctx, traces)
	}
	if err == nil {
		err = d.store.NoteErased(reference)
	}
	if err == nil {
		err = d.store.Update(ctx, func(tx *store.Tx) error { return d.erase(tx, reference, now, by, reason, traces) })
	}
	if err != nil {
		return removal, fmt.Errorf("erasing %s: %w", reference, err)
	}
	d.log.Info("case erased", logReference, reference.String(), "by", string(by), "removed", removal.Removed, "marked", removal.Marked, "missing", removal.Missing)
	return removal, nil
}

var errNoFile = errors.New("there is no such file (any more)")

// clearMailbox removes what we filed of a case.
func (d *Desk) clearMailbox(ctx context.Context, t store.Traces) (Removal, error) {
	var received, sent []Filed
	for _, m := range t.Received {
		f := Filed{MessageID: m.MessageID, Received: m.At}
		if digest, err := hex.DecodeString(m.Original); err == nil && len(digest) == len(f.Digest) {
			f.Digest = [32]byte(digest)
			received = append(received, f)
		}
	}
	for _, id := range t.Sent {
		sent = append(sent, Filed{MessageID: id, Ours: true})
	}
	removal, err := d.archive.Remove(ctx, d.RegisteredFolder, received)
	if err != nil || d.SentFolder == "" {
		return removal, err
	}
	more, err := d.archive.Remove(ctx, d.SentFolder, sent)
	return removal.Add(more), err
}

// erase does in one transaction what must happen at once, when nothing has changed since the mailbox was cleared.
func (d *Desk) erase(tx *store.Tx, reference complaint.Reference, now time.Time, by complaint.Role, reason string, cleared store.Traces) error {
	events, err := tx.Events(reference)
	if err != nil {
		return err
	}
	traces, err := tx.Traces(reference)
	if err != nil {
		return err
	}
	if len(traces.Received) != len(cleared.Received) || len(traces.Sent) != len(cleared.Sent) {
		return errChanged
	}
	line, err := report.LineOf(d.House, events, d.House.Today(now)).Encode()
	if err != nil {
		return err
	}
	if err := tx.Erase(store.Erasure{Reference: reference, At: now, By: by, Reason: reason, Line: line}); err != nil {
		return err
	}
	return tx.SetMeta(scrubKey, "due")
}

// Scrub leaves no byte of what was erased in the file. It is done again at the next call when it did not come to its end.
func (d *Desk) Scrub(ctx context.Context) error {
	due := ""
	err := d.store.View(ctx, func(tx *store.Tx) (err error) {
		due, err = tx.Meta(scrubKey)
		return err
	})
	if err != nil || due == "" {
		return err
	}
	if err := d.store.Scrub(ctx); err != nil {
		return err
	}
	return d.store.Update(ctx, func(tx *store.Tx) error { return tx.SetMeta(scrubKey, "") })
}
