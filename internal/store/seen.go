package store

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// Verdict is what became of a mail.
type Verdict string

// The verdicts.
const (
	VerdictOrdinary  Verdict = "ordinary"  // no business of the procedure
	VerdictComplaint Verdict = "complaint" // it opened a case
	VerdictDoubt     Verdict = "doubt"     // the manager is asked
	VerdictFiled     Verdict = "filed"     // it belongs to a case or a doubt
)

// Seen is what is remembered of a mail that was looked at: digests and the verdict.
type Seen struct {
	Digest     [sha256.Size]byte // of all bytes
	MessageID  string
	BodyDigest [sha256.Size]byte // of what stands below the header
	Verdict    Verdict
	Reference  string
	Filed      bool // it goes to the folder of registered mail
	At         time.Time
}

// Ordinary reports that the mail was none of the procedure's business.
func (s Seen) Ordinary() bool { return s.Verdict == VerdictOrdinary }

// Seen finds what is remembered of a mail: the same bytes, or the same Message-ID with the same
// body. A Message-ID alone says nothing: anybody can write one.
func (tx *Tx) Seen(digest [sha256.Size]byte, messageID string, bodyDigest [sha256.Size]byte) (Seen, bool, error) {
	s := Seen{Digest: digest, MessageID: messageID, BodyDigest: bodyDigest}
	var moved int
	into := []any{&s.Verdict, &s.Reference, &moved}
	found, err := tx.one("SELECT verdict, reference, moved FROM seen WHERE digest = ?", []any{digest[:]}, into...)
	if err == nil && !found && messageID != "" {
		id := sha256.Sum256([]byte(messageID))
		const query = "SELECT verdict, reference, moved FROM seen WHERE message_id = ? AND body_digest = ? ORDER BY verdict = 'ordinary' LIMIT 1"
		found, err = tx.one(query, []any{id[:], bodyDigest[:]}, into...)
	}
	s.Filed = moved == 1
	return s, found, wrap("looking for mail", err)
}

// Remember records what became of a mail; a later verdict replaces an earlier one.
func (tx *Tx) Remember(s Seen) error {
	id := sha256.Sum256([]byte(s.MessageID))
	const insert = `INSERT INTO seen (digest, message_id, body_digest, verdict, reference, moved, at) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (digest) DO UPDATE SET verdict = excluded.verdict, reference = excluded.reference, moved = excluded.moved, at = excluded.at`
	return wrap("remembering mail", tx.exec(insert, s.Digest[:], id[:], s.BodyDigest[:], string(s.Verdict), s.Reference, boolean(s.Filed), instant(s.At)))
}

// Incoming is a received mail in the file of a case.
type Incoming struct {
	Reference complaint.Reference
	Kind      string
	From      string
	Subject   string
	MessageID string
	At        time.Time
	Original  string // SHA-256, hexadecimal
}

// AddIncoming notes a received mail in the file of its case.
func (tx *Tx) AddIncoming(m Incoming) error {
	const insert = "INSERT INTO incoming (reference, kind, sender, subject, message_id, at, original) VALUES (?, ?, ?, ?, ?, ?, ?)"
	return wrap("filing mail", tx.exec(insert, m.Reference.String(), m.Kind, m.From, m.Subject, m.MessageID, instant(m.At), m.Original))
}

// Incoming lists the received mails of a case, the oldest first.
func (tx *Tx) Incoming(reference complaint.Reference) (mails []Incoming, err error) {
	err = tx.each("SELECT kind, sender, subject, message_id, at, original FROM incoming WHERE reference = ? ORDER BY id", []any{reference.String()}, func(rows *sql.Rows) error {
		m := Incoming{Reference: reference}
		var at string
		if err := rows.Scan(&m.Kind, &m.From, &m.Subject, &m.MessageID, &at, &m.Original); err != nil {
			return err
		}
		m.At, err = readInstant(at)
		mails = append(mails, m)
		return err
	})
	return mails, wrap("reading mails of "+reference.String(), err)
}

// ReferenceByMessageIDs finds the case in whose thread one of the Message-IDs stands, compared as they stand.
func (tx *Tx) ReferenceByMessageIDs(messageIDs []string) (reference string, found bool, err error) {
	if len(messageIDs) == 0 {
		return "", false, nil
	}
	args := make([]any, 0, 2*len(messageIDs))
	for range 2 {
		for _, id := range messageIDs {
			args = append(args, id)
		}
	}
	marks := placeholders(len(messageIDs))
	query := "SELECT reference FROM incoming WHERE message_id IN (" + marks + ") AND message_id <> '' UNION ALL SELECT reference FROM outgoing WHERE message_id IN (" + marks + ") AND reference LIKE 'K-%' LIMIT 1"
	found, err = tx.one(query, args, &reference)
	return reference, found, wrap("looking for thread", err)
}

// Doubt is a mail of which the manager is asked whether it is a complaint.
type Doubt struct {
	Reference string // "T-2026-0003"
	Received  time.Time
	Asked     time.Time
	Original  string // SHA-256, hexadecimal
	TooLarge  bool
	Verdict   Verdict // doubt while it is open
	Became    string  // the case that it opened, "" for none
}

// Settled reports that the manager has answered.
func (d Doubt) Settled() bool { return d.Verdict != VerdictDoubt }

// AddDoubt numbers and stores a doubt.
func (tx *Tx) AddDoubt(d Doubt) (Doubt, error) {
	year, number := d.Received.UTC().Year(), 0
	if _, err := tx.one("SELECT coalesce(max(number), 0) + 1 FROM doubts WHERE year = ?", []any{year}, &number); err != nil {
		return Doubt{}, classified("numbering doubt", err)
	}
	d.Reference, d.Verdict = fmt.Sprintf("T-%04d-%04d", year, number), VerdictDoubt
	const insert = "INSERT INTO doubts (reference, year, number, received, asked, original, too_large, verdict, became) VALUES (?, ?, ?, ?, ?, ?, ?, 'doubt', '')"
	err := tx.exec(insert, d.Reference, year, number, instant(d.Received), instant(d.Asked), d.Original, boolean(d.TooLarge))
	return d, wrap("storing doubt", err)
}

const doubtColumns = "reference, received, asked, original, too_large, verdict, became"

func (tx *Tx) doubts(where string, args ...any) (doubts []Doubt, err error) {
	err = tx.each("SELECT "+doubtColumns+" FROM doubts "+where, args, func(rows *sql.Rows) error {
		var d Doubt
		var received, asked string
		var large int
		if err := rows.Scan(&d.Reference, &received, &asked, &d.Original, &large, &d.Verdict, &d.Became); err != nil {
			return err
		}
		d.TooLarge = large == 1
		if d.Received, err = readInstant(received); err == nil {
			d.Asked, err = readInstant(asked)
		}
		doubts = append(doubts, d)
		return err
	})
	return doubts, wrap("reading doubts", err)
}

// Doubt finds a doubt by its reference.
func (tx *Tx) Doubt(reference string) (Doubt, bool, error) {
	found, err := tx.doubts("WHERE reference = ?", reference)
	if err != nil || len(found) == 0 {
		return Doubt{}, false, err
	}
	return found[0], true, nil
}

// OpenDoubts lists the doubts that wait for an answer, the oldest first.
func (tx *Tx) OpenDoubts() ([]Doubt, error) {
	return tx.doubts("WHERE verdict = 'doubt' ORDER BY year, number")
}

// SettleDoubt records the answer. What is no complaint is forgotten: its original is erased, and so
// are the finished mails that carry it.
func (tx *Tx) SettleDoubt(reference string, verdict Verdict, became string, at time.Time) error {
	d, found, err := tx.Doubt(reference)
	if err != nil || !found {
		return err
	}
	err = tx.exec("UPDATE doubts SET verdict = ?, became = ?, settled = ? WHERE reference = ?", string(verdict), became, instant(at), reference)
	if err != nil {
		return classified("settling doubt", err)
	}
	if verdict != VerdictOrdinary {
		return nil
	}
	if err := tx.exec("UPDATE doubts SET original = '' WHERE reference = ?", reference); err != nil {
		return classified("forgetting doubt", err)
	}
	if err := tx.exec("UPDATE outgoing SET parts = '[]', state = CASE state WHEN 'sent' THEN 'sent' ELSE 'cancelled' END, copied = 1, next = NULL WHERE reference = ? AND kind = 'doubt'", reference); err != nil {
		return classified("forgetting doubt", err)
	}
	return tx.forgetOriginal(d.Original)
}

// forgetOriginal erases an original that nothing refers to any more.
func (tx *Tx) forgetOriginal(digest string) error {
	const erase = `DELETE FROM originals WHERE digest = ?1
		AND NOT EXISTS (SELECT 1 FROM incoming WHERE original = ?1 AND original <> '') AND NOT EXISTS (SELECT 1 FROM doubts WHERE original = ?1 AND original <> '')`
	return wrap("forgetting original", tx.exec(erase, digest))
}

// JobRan reports whether a job was done on a local day.
func (tx *Tx) JobRan(job string, day workday.Date) (bool, error) {
	ran, err := tx.exists("SELECT 1 FROM jobs WHERE job = ? AND day = ?", job, day.String())
	return ran, wrap("reading jobs", err)
}

// MarkJob records that a job was done on a local day.
func (tx *Tx) MarkJob(job string, day workday.Date, at time.Time) error {
	return wrap("recording job", tx.exec("INSERT INTO jobs (job, day, at) VALUES (?, ?, ?)", job, day.String(), instant(at)))
}

// CountReply counts one more mail to a recipient, known by a keyed digest only, on a day; it returns how many that makes.
func (tx *Tx) CountReply(recipient string, day workday.Date) (n int, err error) {
	const count = "INSERT INTO replies (recipient, day, number) VALUES (?, ?, 1) ON CONFLICT (recipient, day) DO UPDATE SET number = number + 1 RETURNING number"
	_, err = tx.one(count, []any{recipient, day.String()}, &n)
	return n, wrap("counting replies", err)
}

// Position reads the mailbox's own note about a folder; false when there is none.
func (tx *Tx) Position(folder string) (position string, found bool, err error) {
	found, err = tx.one("SELECT position FROM positions WHERE folder = ?", []any{folder}, &position)
	return position, found, wrap("reading position", err)
}

// SavePosition keeps the mailbox's own note about a folder.
func (tx *Tx) SavePosition(folder, position string) error {
	return wrap("keeping position", tx.exec("INSERT INTO positions (folder, position) VALUES (?, ?) ON CONFLICT (folder) DO UPDATE SET position = excluded.position", folder, position))
}

const (
	setMeta = "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
	getMeta = "SELECT value FROM meta WHERE key = ?"
)

// SetMeta keeps a value by its key.
func (tx *Tx) SetMeta(key, value string) error {
	return wrap("keeping "+key, tx.exec(setMeta, key, value))
}

// Meta reads a value by its key; "" when there is none.
func (tx *Tx) Meta(key string) (value string, err error) {
	_, err = tx.one(getMeta, []any{key}, &value)
	return value, wrap("reading "+key, err)
}
