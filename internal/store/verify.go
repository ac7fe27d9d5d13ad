package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/letter"
)

// Flaw is something that does not hold, and where.
type Flaw struct {
	Check string `json:"check"` // database | chain | register | original | queue
	Where string `json:"where"` // a reference, a digest, the number of a mail; "" for the whole file
	What  string `json:"what"`
	Event int    `json:"-"` // from which on a chain does not hold; 0 where it is no single one
}

func (f Flaw) String() string {
	if f.Where == "" {
		return f.Check + ": " + f.What
	}
	return f.Check + ": " + f.Where + ": " + f.What
}

// Verification is what was looked at, and everything that does not hold, in the order of looking.
type Verification struct {
	Cases     int    `json:"cases"`
	Events    int    `json:"events"`
	Originals int    `json:"originals"`
	Mails     int    `json:"mails"`
	Flaws     []Flaw `json:"problems"`
	// Absent are the numbers that a restored database does not know and may not give again: they were lost with
	// the one before it. Any other number that no case has is a flaw. An erased case keeps its row, or stands on the
	// list of what was erased.
	Absent []complaint.Reference `json:"absent"`
}

// Holds reports that nothing was found.
func (v *Verification) Holds() bool { return len(v.Flaws) == 0 }

func (v *Verification) flaw(check, where, what string, args ...any) {
	v.Flaws = append(v.Flaws, Flaw{Check: check, Where: where, What: fmt.Sprintf(what, args...)})
}

// verifier looks at one part of the store. What does not hold is a flaw; an error means that it could not look.
type verifier func(*Tx, *Verification) error

// Verify looks at everything that can be proved of the store, on one snapshot: the file itself, every
// chain of events, every original, every mail of the queue. It goes on after a flaw, so that all are known.
func (s *Store) Verify(ctx context.Context) (v Verification, err error) {
	v.Flaws, v.Absent = []Flaw{}, []complaint.Reference{}
	erased, err := ReadErased(ErasedList(s.path))
	if err != nil {
		return v, fmt.Errorf("verifying: %w", err)
	}
	err = s.View(ctx, func(tx *Tx) error {
		for _, look := range []verifier{verifyFile, verifyChains, verifyOriginals, verifyLinks, verifyQueue} {
			if err := look(tx, &v); err != nil {
				return fmt.Errorf("verifying: %w", err)
			}
		}
		return nil
	})
	v.Absent = slices.DeleteFunc(v.Absent, func(r complaint.Reference) bool { return slices.Contains(erased, r) })
	return v, err
}

// verifyFile lets SQLite look at its pages, indexes and constraints, and at what refers to nothing.
func verifyFile(tx *Tx, v *Verification) error {
	err := tx.each("PRAGMA integrity_check", nil, func(rows *sql.Rows) error {
		var verdict string
		if err := rows.Scan(&verdict); err != nil {
			return err
		}
		if verdict != "ok" {
			v.flaw("database", "", "%s", verdict)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return tx.each("PRAGMA foreign_key_check", nil, func(rows *sql.Rows) error {
		var table, parent string
		var row, key sql.NullInt64
		if err := rows.Scan(&table, &row, &parent, &key); err != nil {
			return err
		}
		v.flaw("database", "", "a row of %s refers to nothing in %s", table, parent)
		return nil
	})
}

// verifyChains recomputes every chain, also of events whose case is gone, and holds the register against it. The
// numbers of a year run from 1 without gaps.
func verifyChains(tx *Tx, v *Verification) error {
	var references []string
	err := tx.each("SELECT reference FROM (SELECT reference FROM cases UNION SELECT reference FROM events) ORDER BY substr(reference, 1, 7), length(reference), reference", nil, func(rows *sql.Rows) error {
		var reference string
		err := rows.Scan(&reference)
		references = append(references, reference)
		return err
	})
	if err != nil {
		return err
	}
	gaps := gaps{tx: tx, v: v}
	for _, text := range references {
		v.Cases++
		reference, err := complaint.ParseReference(text)
		if err != nil {
			v.flaw("register", text, "this is no reference")
			continue
		}
		if err := gaps.before(reference); err != nil {
			return err
		}
		if err := tx.verifyCase(reference, v); err != nil {
			return err
		}
	}
	return nil
}

// mostGaps bounds the numbers that are told to be missing.
const mostGaps = 1000

// gaps looks for numbers that no case has. It sees the references in order.
type gaps struct {
	tx    *Tx
	v     *Verification
	last  complaint.Reference
	taken int // the highest number of the year that was lost with a database
	told  int
}

// before tells the numbers between the last reference and the next one.
func (g *gaps) before(next complaint.Reference) (err error) {
	if next.Year != g.last.Year {
		g.last = complaint.Reference{Year: next.Year}
		if g.taken, err = g.tx.taken(next.Year); err != nil {
			return err
		}
	}
	for g.last.Number++; g.last.Number < next.Number && g.told < mostGaps; g.last.Number++ {
		g.told++
		if g.last.Number <= g.taken {
			g.v.Absent = append(g.v.Absent, g.last)
		} else {
			g.v.flaw("register", g.last.String(), "its number was given, and there is no such case")
		}
	}
	g.last = next
	return nil
}

func (tx *Tx) verifyCase(reference complaint.Reference, v *Verification) error {
	chain, flaw, err := tx.Proven(reference)
	v.Events += len(chain)
	if flaw != nil {
		v.Flaws = append(v.Flaws, *flaw)
	}
	return err
}

// verifyOriginals reads every stored message and compares it with its digest.
func verifyOriginals(tx *Tx, v *Verification) error {
	var digests []string
	err := tx.each("SELECT digest FROM originals UNION SELECT digest FROM chunks ORDER BY 1", nil, func(rows *sql.Rows) error {
		var digest string
		err := rows.Scan(&digest)
		digests = append(digests, digest)
		return err
	})
	if err != nil {
		return err
	}
	for _, digest := range digests {
		v.Originals++
		if err := tx.verifyOriginal(digest, v); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) verifyOriginal(digest string, v *Verification) error {
	known, err := tx.exists("SELECT 1 FROM originals WHERE digest = ?", digest)
	if err != nil {
		return err
	}
	if !known {
		v.flaw("original", shortDigest(digest), "pieces of it are stored, and it is not known")
		return nil
	}
	stored, err := tx.Original(digest)
	if err != nil {
		return err
	}
	body, err := tx.OpenOriginal(digest)
	if err != nil {
		return err
	}
	defer body.Close()
	found, err := examine(body)
	switch {
	case err != nil:
		return err
	case found.Digest != digest:
		v.flaw("original", shortDigest(digest), "its bytes are not those of its digest (%d bytes were stored, %d are there)", stored.Size, found.Size)
	case found != stored:
		v.flaw("original", shortDigest(digest), "its size or kind was altered")
	}
	return nil
}

func shortDigest(digest string) string { return digest[:min(12, len(digest))] }

// verifyLinks looks whether every message that a file or a doubt names is stored.
func verifyLinks(tx *Tx, v *Verification) error {
	const query = `SELECT reference, original FROM incoming WHERE original <> '' AND original NOT IN (SELECT digest FROM originals)
		UNION ALL SELECT reference, original FROM doubts WHERE verdict = 'doubt' AND original NOT IN (SELECT digest FROM originals)`
	return tx.each(query, nil, func(rows *sql.Rows) error {
		var reference, digest string
		if err := rows.Scan(&reference, &digest); err != nil {
			return err
		}
		v.flaw("original", shortDigest(digest), "%s names it, and it is not stored", reference)
		return nil
	})
}

// verifyQueue looks whether every outgoing mail can be what it says: its state, its attempts, its parts.
func verifyQueue(tx *Tx, v *Verification) error {
	const query = `SELECT o.id, o.reference, o.state, o.parts, o.next IS NOT NULL, o.sent_at IS NOT NULL, o.attempts, (SELECT count(*) FROM attempts a WHERE a.outgoing = o.id),
		CASE WHEN o.reference LIKE 'K-%' THEN EXISTS (SELECT 1 FROM cases c WHERE c.reference = o.reference)
		     WHEN o.reference LIKE 'T-%' THEN EXISTS (SELECT 1 FROM doubts d WHERE d.reference = o.reference) ELSE 1 END
		FROM outgoing o ORDER BY o.id`
	var carried []carries
	err := tx.each(query, nil, func(rows *sql.Rows) error {
		var m verifiedMail
		var parts string
		if err := rows.Scan(&m.id, &m.reference, &m.state, &parts, &m.waits, &m.sent, &m.attempts, &m.tries, &m.known); err != nil {
			return err
		}
		v.Mails++
		m.unreadable = json.Unmarshal([]byte(parts), &m.parts) != nil
		for _, what := range m.impossible() {
			v.flaw("queue", m.name(), "%s", what)
		}
		for _, part := range m.parts {
			if part.Original != "" {
				carried = append(carried, carries{m.name(), part.Original})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, c := range carried {
		known, err := tx.exists("SELECT 1 FROM originals WHERE digest = ?", c.digest)
		if err != nil {
			return err
		}
		if !known {
			v.flaw("queue", c.mail, "it carries message %s, which is not stored", shortDigest(c.digest))
		}
	}
	return nil
}

// carries is a stored message that stands in an outgoing mail.
type carries struct{ mail, digest string }

// verifiedMail is an outgoing mail as it is looked at.
type verifiedMail struct {
	id              int64
	reference       string
	state           State
	parts           []letter.Part
	unreadable      bool
	waits, sent     bool
	attempts, tries int
	known           bool // what it is about is there
}

func (m verifiedMail) name() string { return fmt.Sprintf("mail %d", m.id) }

func (m verifiedMail) impossible() (flaws []string) {
	waiting := m.state == StateQueued || m.state == StateMaybe
	for _, look := range []struct {
		wrong bool
		what  string
	}{
		{m.unreadable, "its bytes cannot be read"},
		{waiting && !m.waits, "it waits, and not for any moment"},
		{!waiting && m.waits, "it is " + string(m.state) + " and has a next attempt"},
		{(m.state == StateSent) != m.sent, "its state is " + string(m.state) + ", and the moment of sending says otherwise"},
		{m.attempts != m.tries, fmt.Sprintf("it counts %d attempts and %d are recorded", m.attempts, m.tries)},
		{!m.known, "it is about " + m.reference + ", which there is not"},
	} {
		if look.wrong {
			flaws = append(flaws, look.what)
		}
	}
	return flaws
}
