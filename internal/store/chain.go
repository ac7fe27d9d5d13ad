package store

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"fmt"

	"klikonderwijs.nl/klachtd/internal/complaint"
)

// Link is one event as it stands in the chain of its case. Hash is SHA-256 over the hash before it (nothing
// for the first), and over reference, moment, kind and role, each behind its length (32 bits, big-endian),
// the number of the event (64 bits, big-endian) and the digest; Digest is SHA-256 over salt and payload.
type Link struct {
	Seq     int
	At      string // as it is stored: RFC 3339, UTC, milliseconds
	Kind    string
	By      string
	Salt    []byte // nil once the payload is erased
	Payload []byte // JSON; nil once it is erased
	Digest  []byte
	Hash    []byte
}

// Chain reads the chain of a case, in order.
func (tx *Tx) Chain(reference complaint.Reference) (chain []Link, err error) {
	err = tx.each("SELECT seq, at, kind, by, salt, payload, digest, hash FROM events WHERE reference = ? ORDER BY seq", []any{reference.String()}, func(rows *sql.Rows) error {
		var l Link
		err := rows.Scan(&l.Seq, &l.At, &l.Kind, &l.By, &l.Salt, &l.Payload, &l.Digest, &l.Hash)
		chain = append(chain, l)
		return err
	})
	return chain, wrap("reading chain of "+reference.String(), err)
}

// brokenLink recomputes a chain and says what does not hold first, and of which event; "" when all does.
func brokenLink(reference complaint.Reference, chain []Link) (event int, what string) {
	var previous []byte
	for i, l := range chain {
		if l.Seq != i+1 {
			return i + 1, fmt.Sprintf("event %d is missing", i+1)
		}
		if sum := sha256.Sum256(append(bytes.Clone(l.Salt), l.Payload...)); l.Payload != nil && !bytes.Equal(sum[:], l.Digest) {
			return l.Seq, fmt.Sprintf("the text of event %d was altered", l.Seq)
		}
		if !bytes.Equal(link(previous, reference.String(), l.Seq, l.At, l.Kind, l.By, l.Digest), l.Hash) {
			return l.Seq, fmt.Sprintf("event %d was altered", l.Seq)
		}
		previous = l.Hash
	}
	return 0, ""
}

// Proven reads the chain of a case, recomputes it, and holds the register and the record of erasures against it: what
// is erased has a record, and what has a record is erased. flaw is what does not hold first; nil when all does.
func (tx *Tx) Proven(reference complaint.Reference) (chain []Link, flaw *Flaw, err error) {
	if chain, err = tx.Chain(reference); err != nil {
		return nil, nil, err
	}
	found := func(check string, event int, what string) ([]Link, *Flaw, error) {
		return chain, &Flaw{Check: check, Where: reference.String(), What: what, Event: event}, nil
	}
	if event, broken := brokenLink(reference, chain); broken != "" {
		return found("chain", event, broken)
	}
	var head []byte
	var erased bool
	const query = "SELECT head, EXISTS (SELECT 1 FROM erasures x WHERE x.reference = c.reference) FROM cases c WHERE reference = ?"
	known, err := tx.one(query, []any{reference.String()}, &head, &erased)
	switch {
	case err != nil:
		return nil, nil, err
	case !known:
		return found("register", 0, "it has events and does not stand in the register")
	case len(chain) == 0:
		return found("chain", 0, "it stands in the register and has no events")
	case head != nil && !bytes.Equal(head, chain[len(chain)-1].Hash):
		return found("chain", len(chain)+1, fmt.Sprintf("events are missing at its end, or were added, after event %d", len(chain)))
	}
	for _, l := range chain {
		switch gone := l.Payload == nil; {
		case gone && !erased:
			return found("chain", l.Seq, fmt.Sprintf("the text of event %d is gone, and no erasure was recorded", l.Seq))
		case !gone && erased:
			return found("chain", l.Seq, fmt.Sprintf("the text of event %d is there, although the case was erased", l.Seq))
		}
	}
	return chain, nil, nil
}
