package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/letter"
)

// State says what became of an outgoing mail.
type State string

// The states. Maybe: everything but the server's last word was had; it is sent again, with the same bytes.
const (
	StateQueued    State = "queued"
	StateMaybe     State = "maybe"
	StateSent      State = "sent"
	StateFailed    State = "failed"
	StateCancelled State = "cancelled"
)

// Queued is an outgoing mail with its place in the queue.
type Queued struct {
	ID       int64
	Mail     letter.Mail
	State    State
	Queued   time.Time
	Next     time.Time // not before; zero when it is not waiting
	Attempts int
}

// Attempt is one try at sending a mail, with the server's answer.
type Attempt struct {
	At      time.Time
	Outcome string // sent | retry | failed
	Answer  string
}

// OutcomeFailed is an attempt after which a mail was given up.
const OutcomeFailed = "failed"

// priorityOf puts acknowledgements before everything, and lists last.
func priorityOf(kind complaint.LetterKind) int {
	switch kind {
	case complaint.LetterAcknowledgement:
		return 0
	case complaint.LetterReminder:
		return 2
	}
	return 1
}

// NextSequence is the number of the next letter of a kind about a case, for its Message-ID.
func (tx *Tx) NextSequence(reference string, kind complaint.LetterKind) (int, error) {
	var n int
	_, err := tx.one("SELECT coalesce(max(sequence), 0) FROM outgoing WHERE reference = ? AND kind = ?", []any{reference, string(kind)}, &n)
	if err != nil {
		return 0, classified("numbering letter", err)
	}
	taken, err := tx.number(takenLetterKey(reference, kind))
	return max(n, taken) + 1, err
}

// Enqueue puts a finished mail in the queue, to be sent at the given time or later. No copy is filed of a question
// about a doubtful mail, which goes along: what is no complaint must be forgotten (Klachtenprocedure 3).
func (tx *Tx) Enqueue(m letter.Mail, notBefore time.Time) (int64, error) {
	parts, err := json.Marshal(m.Parts)
	if err != nil {
		return 0, fmt.Errorf("queueing %s: %w", m.Kind, err)
	}
	const insert = `INSERT INTO outgoing (reference, kind, role, sequence, sender, recipient, subject, message_id, at, parts, state, priority, next, copied)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?, ?)`
	done, err := tx.run(insert, m.Reference, string(m.Kind), string(m.Role), m.Sequence, m.From, m.To, m.Subject, m.MessageID,
		instant(m.At), string(parts), priorityOf(m.Kind), instant(notBefore), boolean(m.Kind == complaint.LetterDoubt))
	if err != nil {
		return 0, classified("queueing "+string(m.Kind), err)
	}
	return done.LastInsertId()
}

const outgoingColumns = "id, reference, kind, role, sequence, sender, recipient, subject, message_id, at, parts, state, next, attempts"

func scanQueued(rows interface{ Scan(...any) error }) (Queued, error) {
	var q Queued
	var at, parts string
	var next sql.NullString
	err := rows.Scan(&q.ID, &q.Mail.Reference, &q.Mail.Kind, &q.Mail.Role, &q.Mail.Sequence, &q.Mail.From, &q.Mail.To, &q.Mail.Subject, &q.Mail.MessageID, &at, &parts, &q.State, &next, &q.Attempts)
	if err != nil {
		return q, err
	}
	if err := json.Unmarshal([]byte(parts), &q.Mail.Parts); err != nil {
		return q, err
	}
	if q.Queued, err = readInstant(at); err != nil {
		return q, err
	}
	q.Mail.At = q.Queued
	if next.Valid {
		q.Next, err = readInstant(next.String)
	}
	return q, err
}

func (tx *Tx) queued(doing, where string, args ...any) (mails []Queued, err error) {
	err = tx.each("SELECT "+outgoingColumns+" FROM outgoing "+where, args, func(rows *sql.Rows) error {
		q, err := scanQueued(rows)
		mails = append(mails, q)
		return err
	})
	return mails, wrap(doing, err)
}

// Sendable lists mails whose time has come, acknowledgements first, at most limit. While the store is held that is
// nothing but alerts to the operator.
func (tx *Tx) Sendable(now time.Time, limit int) ([]Queued, error) {
	held, err := tx.Held()
	if err != nil {
		return nil, err
	}
	where := "WHERE state IN ('queued', 'maybe') AND next <= ?"
	if !held.IsZero() {
		where += " AND kind = 'alert'"
	}
	return tx.queued("reading queue", where+" ORDER BY priority, next, id LIMIT ?", instant(now), limit)
}

// Waiting lists every mail that is still to be sent, or failed.
func (tx *Tx) Waiting() ([]Queued, error) {
	return tx.queued("reading queue", "WHERE state IN ('queued', 'maybe', 'failed') ORDER BY id")
}

// Outgoing lists the mails about a case, the oldest first.
func (tx *Tx) Outgoing(reference string) ([]Queued, error) {
	return tx.queued("reading mails of "+reference, "WHERE reference = ? ORDER BY id", reference)
}

// Uncopied lists sent mails of which no copy was filed yet.
func (tx *Tx) Uncopied(limit int) ([]Queued, error) {
	return tx.queued("reading sent mail", "WHERE state = 'sent' AND copied = 0 ORDER BY id LIMIT ?", limit)
}

// OutgoingByMessageID finds a mail of ours by its Message-ID, compared as it stands.
func (tx *Tx) OutgoingByMessageID(messageID string) (Queued, bool, error) {
	found, err := tx.queued("looking for mail", "WHERE message_id = ?", messageID)
	if err != nil || len(found) == 0 {
		return Queued{}, false, err
	}
	return found[0], true, nil
}

// OldestWaiting is since when the oldest mail whose time has come is waiting.
func (tx *Tx) OldestWaiting(now time.Time) (time.Time, bool, error) {
	var next sql.NullString
	_, err := tx.one("SELECT min(next) FROM outgoing WHERE state IN ('queued', 'maybe') AND next <= ?", []any{instant(now)}, &next)
	if err != nil || !next.Valid {
		return time.Time{}, false, wrap("reading queue", err)
	}
	oldest, err := readInstant(next.String)
	return oldest, true, err
}

// SentSince counts the mails sent since an instant.
func (tx *Tx) SentSince(since time.Time) (n int, err error) {
	_, err = tx.one("SELECT count(*) FROM outgoing WHERE state = 'sent' AND sent_at > ?", []any{instant(since)}, &n)
	return n, wrap("counting sent mail", err)
}

// MarkMaybe records that a server has all of a mail but the last dot; false when the mail does not wait any more.
func (tx *Tx) MarkMaybe(id int64) (bool, error) {
	return tx.changes("UPDATE outgoing SET state = 'maybe' WHERE id = ? AND state IN ('queued', 'maybe')", id)
}

// MarkSent records that a server took a mail.
func (tx *Tx) MarkSent(id int64, at time.Time, answer string) error {
	err := tx.exec("UPDATE outgoing SET state = 'sent', sent_at = ?, next = NULL, attempts = attempts + 1 WHERE id = ?", instant(at), id)
	if err != nil {
		return classified("marking mail", err)
	}
	return tx.attempt(id, at, "sent", answer)
}

// MarkRetry records a failed attempt, and when the next one is.
func (tx *Tx) MarkRetry(id int64, at, next time.Time, answer string) error {
	err := tx.exec("UPDATE outgoing SET next = ?, attempts = attempts + 1 WHERE id = ? AND state IN ('queued', 'maybe')", instant(next), id)
	if err != nil {
		return classified("marking mail", err)
	}
	return tx.attempt(id, at, "retry", answer)
}

// MarkFailed records that a mail is given up.
func (tx *Tx) MarkFailed(id int64, at time.Time, answer string) error {
	err := tx.exec("UPDATE outgoing SET state = 'failed', next = NULL, attempts = attempts + 1 WHERE id = ?", id)
	if err != nil {
		return classified("marking mail", err)
	}
	return tx.attempt(id, at, OutcomeFailed, answer)
}

func (tx *Tx) attempt(id int64, at time.Time, outcome, answer string) error {
	return wrap("recording attempt", tx.exec("INSERT INTO attempts (outgoing, at, outcome, answer) VALUES (?, ?, ?, ?)", id, instant(at), outcome, answer))
}

// Attempts lists the tries at sending a mail, the oldest first.
func (tx *Tx) Attempts(id int64) (attempts []Attempt, err error) {
	err = tx.each("SELECT at, outcome, answer FROM attempts WHERE outgoing = ? ORDER BY rowid", []any{id}, func(rows *sql.Rows) error {
		var a Attempt
		var at string
		if err := rows.Scan(&at, &a.Outcome, &a.Answer); err != nil {
			return err
		}
		a.At, err = readInstant(at)
		attempts = append(attempts, a)
		return err
	})
	return attempts, wrap("reading attempts", err)
}

// MarkCopied records that a copy of a sent mail was filed.
func (tx *Tx) MarkCopied(id int64) error {
	return wrap("marking mail", tx.exec("UPDATE outgoing SET copied = 1 WHERE id = ?", id))
}

// Retry puts a mail that waits or failed at the front; false when there is none such.
func (tx *Tx) Retry(id int64, now time.Time) (bool, error) {
	return tx.changes("UPDATE outgoing SET state = 'queued', next = ? WHERE id = ? AND state IN ('queued', 'maybe', 'failed')", instant(now), id)
}

// Cancel keeps a mail that waits or failed from being sent; false when there is none such.
func (tx *Tx) Cancel(id int64) (bool, error) {
	return tx.changes("UPDATE outgoing SET state = 'cancelled', next = NULL WHERE id = ? AND state IN ('queued', 'maybe', 'failed')", id)
}

func (tx *Tx) changes(query string, args ...any) (bool, error) {
	done, err := tx.run(query, args...)
	if err != nil {
		return false, classified("changing queue", err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}
