package desk

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"klikonderwijs.nl/klachtd/internal/intake"
	"klikonderwijs.nl/klachtd/internal/store"
)

// Arrival is one mail as the mailbox hands it over.
type Arrival struct {
	Drop      bool      // from the drop folder: a complaint, whatever it looks like
	Filed     bool      // from the folder of registered mail, and forgotten: it was a complaint, or belonged to a case
	Received  time.Time // when the server took it
	Truncated bool      // over the size limit: only headers and the start of the text are in Body
	Body      io.ReadSeeker

	message *intake.Message // nil until it is read
	reading intake.Reading
}

// arrival is a mail that has been read, on its way through one transaction.
type arrival struct {
	Arrival
	now    time.Time
	digest string // SHA-256 of the stored original, hexadecimal; "" until it is stored
}

// Read reads a mail that is to be received. It changes nothing, and may run beside the receiving of another.
func (d *Desk) Read(in Arrival) Arrival {
	in.message = d.reader.Parse(in.Body, in.Received)
	in.reading = d.reader.Judge(in.message)
	return in
}

// Receive takes one mail in, which may have been read ahead. file says whether it must be moved to the folder of registered mail;
// an ordinary mail stays where it was. It may be called again with the same mail: it is registered once.
func (d *Desk) Receive(ctx context.Context, in Arrival) (file bool, err error) {
	if in.message == nil {
		in = d.Read(in)
	}
	a := &arrival{Arrival: in, now: d.now()}
	if a.Received.IsZero() {
		a.Received = a.message.Received
	}
	if a.Filed {
		a.now = a.Received // it was dealt with then; what follows from it must not look late
	}
	err = d.store.Update(ctx, func(tx *store.Tx) error {
		file, err = d.take(tx, a)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("receiving mail %s: %w", shortDigest(a.message), err)
	}
	d.queued()
	d.log.Info("mail read", logDigest, shortDigest(a.message), logKind, string(a.reading.Kind), logFiled, file)
	return file, nil
}

func shortDigest(m *intake.Message) string { return hex.EncodeToString(m.Digest[:6]) }

// take decides what a mail is to the procedure and commits to it. It remembers every mail by its
// digest, so that it is recognised when the server hands it over again.
func (d *Desk) take(tx *store.Tx, a *arrival) (file bool, err error) {
	seen, known, err := tx.Seen(a.message.Digest, a.message.MessageID, a.message.BodyDigest)
	if err != nil {
		return false, err
	}
	var verdict verdict
	switch {
	case known && (a.Drop || a.Filed) && seen.Verdict == store.VerdictDoubt:
		var doubt store.Doubt
		if doubt, _, err = tx.Doubt(seen.Reference); err == nil {
			verdict, err = d.dropped(tx, a, doubt)
		}
	case known && !a.changes(seen):
		return seen.Filed, nil
	default:
		verdict, err = d.route(tx, a)
	}
	if err != nil {
		return false, err
	}
	err = tx.Remember(store.Seen{
		Digest: a.message.Digest, MessageID: a.message.MessageID, BodyDigest: a.message.BodyDigest,
		Verdict: verdict.what, Reference: verdict.reference, Filed: verdict.file, At: a.now,
	})
	return verdict.file, err
}

// changes reports that a mail that was seen before must be looked at once more: a person, or we ourselves, put it where
// complaints are, and it was an ordinary one then, or was not believed.
func (a *arrival) changes(seen store.Seen) bool {
	distrusted := seen.Verdict == store.VerdictFiled && !seen.Filed && !a.Truncated
	return (a.Drop || a.Filed) && seen.Ordinary() || a.Drop && distrusted
}

// keep stores the original, once.
func (a *arrival) keep(tx *store.Tx) error {
	if a.digest != "" {
		return nil
	}
	if _, err := a.Body.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("rereading mail: %w", err)
	}
	original, err := tx.PutOriginal(a.Body)
	if err != nil {
		return err
	}
	a.digest = original.Digest
	return nil
}
