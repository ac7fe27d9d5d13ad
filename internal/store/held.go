package store

import (
	"fmt"
	"strconv"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
)

// heldKey is set in a database that came out of a backup: the moment from which on its knowledge has a gap.
const heldKey = "held"

// Held is the moment from which on a restored database may have missed something, until it is released;
// zero when it is not held.
func (tx *Tx) Held() (since time.Time, err error) {
	text, err := tx.Meta(heldKey)
	if err != nil || text == "" {
		return time.Time{}, err
	}
	since, err = readInstant(text)
	return since, wrap("reading whether the queue is held", err)
}

// Hold keeps everything from being sent.
func (tx *Tx) Hold(since time.Time) error { return tx.SetMeta(heldKey, instant(since)) }

// Release lets everything be sent again.
func (tx *Tx) Release() error { return tx.SetMeta(heldKey, "") }

// takenKey holds the highest number of a year that stands in a mail of ours, though no case has it.
func takenKey(year int) string { return fmt.Sprintf("taken.%d", year) }

// takenLetterKey holds the highest number of a letter that was sent, and that the store does not know.
func takenLetterKey(reference string, kind complaint.LetterKind) string {
	return "taken." + reference + "." + string(kind)
}

// TakeNumber keeps a number, and those below it, from being given to a new case.
func (tx *Tx) TakeNumber(reference complaint.Reference) error {
	return tx.occupy(takenKey(reference.Year), reference.Number)
}

// TakeLetter keeps the number of a letter, and so its Message-ID, from being given to another one.
func (tx *Tx) TakeLetter(reference string, kind complaint.LetterKind, number int) error {
	return tx.occupy(takenLetterKey(reference, kind), number)
}

func (tx *Tx) occupy(key string, number int) error {
	taken, err := tx.number(key)
	if err != nil || taken >= number {
		return err
	}
	return tx.SetMeta(key, strconv.Itoa(number))
}

func (tx *Tx) taken(year int) (int, error) { return tx.number(takenKey(year)) }

func (tx *Tx) number(key string) (int, error) {
	text, err := tx.Meta(key)
	if err != nil || text == "" {
		return 0, err
	}
	return strconv.Atoi(text)
}

// Free reports that no case has a reference.
func (tx *Tx) Free(reference complaint.Reference) (bool, error) {
	used, err := tx.exists("SELECT 1 FROM cases WHERE reference = ?", reference.String())
	return !used, wrap("looking for case", err)
}

// MarkCopiedByMessageID records that a copy of a sent mail lies in the Sent folder.
func (tx *Tx) MarkCopiedByMessageID(messageID string) error {
	return wrap("marking mail", tx.exec("UPDATE outgoing SET copied = 1 WHERE message_id = ? AND state = 'sent'", messageID))
}
