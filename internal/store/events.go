package store

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// NextReference is the next reference of a year of receipt. It is taken when the transaction that
// uses it commits, so the numbers of a year have no gaps but those that a lost database left.
func (tx *Tx) NextReference(year int) (complaint.Reference, error) {
	var number int
	if _, err := tx.one("SELECT coalesce(max(number), 0) + 1 FROM cases WHERE year = ?", []any{year}, &number); err != nil {
		return complaint.Reference{}, classified("numbering case", err)
	}
	taken, err := tx.taken(year)
	if err != nil {
		return complaint.Reference{}, err
	}
	return complaint.Reference{Year: year, Number: max(number, taken+1)}, nil
}

// Append records what happened in a case, in order, and the state that it makes.
func (tx *Tx) Append(reference complaint.Reference, at time.Time, by complaint.Role, facts []complaint.Fact, x Index) error {
	seq, hash, err := tx.lastLink(reference)
	if err != nil {
		return err
	}
	for _, fact := range facts {
		seq++
		if hash, err = tx.appendFact(reference, seq, at, by, fact, hash); err != nil {
			return classified(fmt.Sprintf("recording event %d of %s", seq, reference), err)
		}
	}
	return tx.index(reference, hash, x)
}

func (tx *Tx) lastLink(reference complaint.Reference) (seq int, hash []byte, err error) {
	_, err = tx.one("SELECT seq, hash FROM events WHERE reference = ? ORDER BY seq DESC LIMIT 1", []any{reference.String()}, &seq, &hash)
	if err != nil {
		return 0, nil, classified("reading last event of "+reference.String(), err)
	}
	return seq, hash, nil
}

func (tx *Tx) appendFact(reference complaint.Reference, seq int, at time.Time, by complaint.Role, fact complaint.Fact, previous []byte) ([]byte, error) {
	payload, err := complaint.EncodeFact(fact)
	if err != nil {
		return nil, err
	}
	salt := make([]byte, 16)
	rand.Read(salt)
	digest := sha256.Sum256(append(bytes.Clone(salt), payload...))
	hash := link(previous, reference.String(), seq, instant(at), string(fact.Kind()), string(by), digest[:])
	err = tx.exec("INSERT INTO events (reference, seq, at, kind, by, salt, payload, digest, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		reference.String(), seq, instant(at), string(fact.Kind()), string(by), salt, payload, digest[:], hash)
	return hash, err
}

// link is the hash of one event: over the hash before it and everything that must not be altered.
// Lengths stand before texts, so that no two events write the same bytes.
func link(previous []byte, reference string, seq int, at, kind, by string, digest []byte) []byte {
	h := sha256.New()
	h.Write(previous)
	for _, s := range []string{reference, at, kind, by} {
		binary.Write(h, binary.BigEndian, uint32(len(s)))
		h.Write([]byte(s))
	}
	binary.Write(h, binary.BigEndian, uint64(seq))
	h.Write(digest)
	return h.Sum(nil)
}

// Events reads what happened in a case, in order; none when there is no such case, or when it was erased.
func (tx *Tx) Events(reference complaint.Reference) (events []complaint.Event, err error) {
	err = tx.each("SELECT seq, at, kind, by, payload FROM events WHERE reference = ? AND payload IS NOT NULL ORDER BY seq", []any{reference.String()}, func(rows *sql.Rows) error {
		var e complaint.Event
		var at, kind string
		var payload []byte
		if err := rows.Scan(&e.Seq, &at, &kind, &e.By, &payload); err != nil {
			return err
		}
		if e.At, err = readInstant(at); err != nil {
			return err
		}
		e.Fact, err = complaint.DecodeFact(complaint.Kind(kind), payload)
		events = append(events, e)
		return err
	})
	if err != nil {
		return nil, classified("reading events of "+reference.String(), err)
	}
	return events, nil
}

// Due lists the cases that have something due on a day or before it, the oldest first.
func (tx *Tx) Due(today workday.Date) (due []complaint.Reference, err error) {
	err = tx.each("SELECT reference FROM cases WHERE next_due <= ? ORDER BY next_due, reference", []any{today.String()}, func(rows *sql.Rows) error {
		reference, err := scanReference(rows)
		due = append(due, reference)
		return err
	})
	if err != nil {
		return nil, classified("reading what is due", err)
	}
	return due, nil
}

// Counts are figures of the whole store.
type Counts struct {
	OpenCases, OpenDoubts int
	Mails                 map[State]int
}

// Counts counts what is open and what waits.
func (tx *Tx) Counts() (Counts, error) {
	c := Counts{Mails: map[State]int{}}
	if _, err := tx.one("SELECT count(*) FROM cases WHERE stage <> 'closed'", nil, &c.OpenCases); err != nil {
		return c, classified("counting cases", err)
	}
	if _, err := tx.one("SELECT count(*) FROM doubts WHERE verdict = 'doubt'", nil, &c.OpenDoubts); err != nil {
		return c, classified("counting doubts", err)
	}
	err := tx.each("SELECT state, count(*) FROM outgoing WHERE state IN ('queued', 'maybe', 'failed') GROUP BY state", nil, func(rows *sql.Rows) error {
		var state State
		var n int
		err := rows.Scan(&state, &n)
		c.Mails[state] = n
		return err
	})
	return c, wrap("counting mails", err)
}
