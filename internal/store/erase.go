package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"fmt"
	"regexp"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// Erasure is the erasing of one case: what is recorded of it, and what stays.
type Erasure struct {
	Reference complaint.Reference
	At        time.Time
	By        complaint.Role // system: its time was over; operator: on request
	Reason    string
	Line      []byte // the anonymous line of statistics
}

// Traces are the messages of a case that we filed in the mailbox ourselves.
type Traces struct {
	Received []Incoming // in the folder of what is registered
	Sent     []string   // Message-IDs, in the folder of sent mail
}

// erasing empties every table of what it holds of a case; a trigger empties the words by which it was found. ?1 is the reference. The doubt that became the case
// goes along. What is known of a mail by its digest alone stays, cut loose from the case: a server that hands
// the mail over once more must not bring the case back.
var erasing = []string{
	"UPDATE events SET salt = NULL, payload = NULL WHERE reference = ?1",
	"UPDATE cases SET stage = 'closed', product = '', assessor = '', next_due = NULL, first_due = NULL, open_terms = '', keep_until = NULL, erased = 1 WHERE reference = ?1",
	"DELETE FROM incoming WHERE reference = ?1",
	"DELETE FROM outgoing WHERE reference IN (SELECT ?1 UNION ALL SELECT reference FROM doubts WHERE became = ?1 AND became <> '')",
	"UPDATE seen SET verdict = 'ordinary', reference = '', moved = 0 WHERE reference <> '' AND reference IN (SELECT ?1 UNION ALL SELECT reference FROM doubts WHERE became = ?1 AND became <> '')",
	"UPDATE doubts SET original = '', became = '' WHERE became = ?1 AND became <> ''",
}

// Erase forgets a case (Klachtenprocedure 13). What stays is that it was there, its chain of hashes without
// anything that was hashed, the record of the erasure, and one anonymous line. Call Scrub after it has been committed.
func (tx *Tx) Erase(e Erasure) error {
	originals, err := tx.originalsOf(e.Reference)
	if err != nil {
		return err
	}
	for _, statement := range erasing {
		if err := tx.exec(statement, e.Reference.String()); err != nil {
			return classified("erasing "+e.Reference.String(), err)
		}
	}
	for _, digest := range originals {
		if err := tx.forgetOriginal(digest); err != nil {
			return err
		}
	}
	const record = "INSERT INTO erasures (reference, at, by, reason) VALUES (?, ?, ?, ?)"
	if err := tx.exec(record, e.Reference.String(), instant(e.At), string(e.By), e.Reason); err != nil {
		return classified("recording the erasure of "+e.Reference.String(), err)
	}
	return wrap("keeping statistics", tx.exec("INSERT INTO statistics (id, year, line) VALUES (?, ?, ?)", lot(), e.Reference.Year, string(e.Line)))
}

// lot draws the number of a line of statistics.
func lot() int64 {
	var b [8]byte
	rand.Read(b[:])
	return int64(binary.BigEndian.Uint64(b[:]) >> 1)
}

var digestPattern = regexp.MustCompile(`\b[0-9a-f]{64}\b`)

// originalsOf lists the digests of every stored message that a case names anywhere: in its events, its
// mails, or the doubt that it was.
func (tx *Tx) originalsOf(reference complaint.Reference) (digests []string, err error) {
	const query = `SELECT CAST(payload AS TEXT) FROM events WHERE reference = ?1 AND payload IS NOT NULL
		UNION ALL SELECT original FROM incoming WHERE reference = ?1
		UNION ALL SELECT original FROM doubts WHERE became = ?1 AND became <> ''
		UNION ALL SELECT parts FROM outgoing WHERE reference = ?1`
	named := map[string]bool{}
	err = tx.each(query, []any{reference.String()}, func(rows *sql.Rows) error {
		var text string
		err := rows.Scan(&text)
		for _, digest := range digestPattern.FindAllString(text, -1) {
			if !named[digest] {
				named[digest] = true
				digests = append(digests, digest)
			}
		}
		return err
	})
	return digests, wrap("reading originals of "+reference.String(), err)
}

// Traces lists what we filed of a case in the mailbox.
func (tx *Tx) Traces(reference complaint.Reference) (t Traces, err error) {
	if t.Received, err = tx.Incoming(reference); err != nil {
		return t, err
	}
	const query = `SELECT message_id FROM outgoing WHERE state = 'sent' AND copied = 1
		AND reference IN (SELECT ?1 UNION ALL SELECT reference FROM doubts WHERE became = ?1 AND became <> '') ORDER BY id`
	err = tx.each(query, []any{reference.String()}, func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		t.Sent = append(t.Sent, id)
		return err
	})
	return t, wrap("reading sent mail of "+reference.String(), err)
}

// Erased tells when and why a case was erased; false when it was not.
func (tx *Tx) Erased(reference complaint.Reference) (e Erasure, found bool, err error) {
	var at string
	e.Reference = reference
	found, err = tx.one("SELECT at, by, reason FROM erasures WHERE reference = ?", []any{reference.String()}, &at, &e.By, &e.Reason)
	if err == nil && found {
		e.At, err = readInstant(at)
	}
	return e, found, wrap("reading erasures", err)
}

// Expired lists the closed cases that need not be kept any more on a day, the longest closed first.
func (tx *Tx) Expired(today workday.Date) (references []complaint.Reference, err error) {
	err = tx.each("SELECT reference FROM cases WHERE keep_until < ? ORDER BY keep_until, reference", []any{today.String()}, func(rows *sql.Rows) error {
		reference, err := scanReference(rows)
		references = append(references, reference)
		return err
	})
	return references, wrap("reading what is kept", err)
}

// Files counts the cases that are not erased.
func (tx *Tx) Files() (n int, err error) {
	_, err = tx.one("SELECT count(*) FROM cases WHERE erased = 0", nil, &n)
	return n, wrap("counting files", err)
}

// ForgetReplies forgets how many mails went to whom before a day.
func (tx *Tx) ForgetReplies(before workday.Date) error {
	return wrap("forgetting replies", tx.exec("DELETE FROM replies WHERE day < ?", before.String()))
}

// Scrub leaves no byte of what was erased in the file or beside it: SQLite moves rows from page to page, so
// that pieces of them stay in pages that are in use. The file is written anew, and the log behind it is emptied.
func (s *Store) Scrub(ctx context.Context) error {
	if _, err := s.writer.ExecContext(ctx, "VACUUM"); err != nil {
		return classified("writing the database anew", err)
	}
	return s.emptyLog(ctx)
}

// emptyLog brings everything from the write-ahead log into the file, and cuts the log to nothing.
func (s *Store) emptyLog(ctx context.Context) error {
	var busy, pages, done int
	if err := s.writer.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &done); err != nil {
		return classified("emptying the log", err)
	}
	if busy != 0 {
		return fmt.Errorf("emptying the log: somebody is reading the database (try again later)")
	}
	return nil
}
