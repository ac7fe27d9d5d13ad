package store

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/letter"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// person is somebody whose every trace must go.
type person struct{ name, email, phone, text string }

func personOf(n int) person {
	return person{fmt.Sprintf("Voornaam%04d", n), fmt.Sprintf("adres%04d@indiener.example", n), fmt.Sprintf("+316555%05d", n), fmt.Sprintf("verhaal%04d ", n)}
}

func (p person) secrets() []string { return []string{p.name, p.email, p.phone, p.text} }

// wholeCase stores a case of a person with everything that can belong to one: a doubt that it was, originals
// small and large, mails in and out, an attempt, what was seen.
func wholeCase(t testing.TB, s *Store, n int, r *rand.Rand) (ref complaint.Reference) {
	t.Helper()
	p := personOf(n)
	story := strings.Repeat(p.text, 1+r.IntN(900))
	raw := []byte("From: " + p.email + "\r\n\r\n" + p.name + " " + p.phone + story + strings.Repeat(p.text, r.IntN(2)*25_000))
	update(t, s, func(tx *Tx) (err error) {
		if ref, err = tx.NextReference(2026); err != nil {
			return err
		}
		o, err := tx.PutOriginal(bytes.NewReader(raw))
		if err != nil {
			return err
		}
		later, err := tx.PutOriginal(strings.NewReader("later " + p.email + story))
		if err != nil {
			return err
		}
		facts := []complaint.Fact{
			&complaint.Registered{
				Reference: ref, Channel: complaint.ChannelMail, Received: workday.NewDate(2026, time.April, 2), ReplyTo: p.email, Original: o.Digest, Subject: p.text,
				Fields: complaint.Fields{complaint.FieldPerson: {Value: p.name}, complaint.FieldPhone: {Value: p.phone}, complaint.FieldDescription: {Value: story}},
			},
			&complaint.Message{From: complaint.RoleComplainant, Original: later.Digest},
			&complaint.Closed{On: workday.NewDate(2026, time.May, 4), How: complaint.ClosedFinished},
		}
		x := Index{Stage: complaint.StageClosed, Received: workday.NewDate(2026, time.April, 2), Channel: complaint.ChannelMail, Product: p.text, Assessor: p.email, Words: p.name + " " + p.email + " " + p.phone + " " + p.text, KeepUntil: workday.NewDate(2027, time.May, 4)}
		if err := tx.Append(ref, noon, complaint.RoleComplainant, facts, x); err != nil {
			return err
		}
		doubt, err := tx.AddDoubt(Doubt{Received: noon, Asked: noon, Original: o.Digest})
		if err != nil {
			return err
		}
		if err := tx.SettleDoubt(doubt.Reference, VerdictComplaint, ref.String(), noon); err != nil {
			return err
		}
		for _, digest := range []string{o.Digest, later.Digest} {
			if err := tx.AddIncoming(Incoming{Reference: ref, Kind: "complaint", From: p.email, Subject: p.text, MessageID: "<" + p.email + digest[:4] + ">", At: noon, Original: digest}); err != nil {
				return err
			}
		}
		if err := tx.Remember(Seen{Digest: sha256.Sum256(raw), MessageID: p.email, Verdict: VerdictComplaint, Reference: ref.String(), Filed: true, At: noon}); err != nil {
			return err
		}
		for i, about := range []string{ref.String(), ref.String(), doubt.Reference} {
			m := letter.Mail{
				Kind: complaint.LetterAcknowledgement, Reference: about, Sequence: i, Role: complaint.RoleComplainant, From: "wij@klik.example", To: p.email, Subject: p.text,
				MessageID: fmt.Sprintf("<%s-%d@klik.example>", about, i), At: noon, Parts: []letter.Part{{Text: []byte(story)}, {Original: o.Digest, Encoding: letter.Raw}},
			}
			id, err := tx.Enqueue(m, noon)
			if err != nil {
				return err
			}
			if i > 0 {
				if err := tx.MarkSent(id, noon, "250 "+p.email); err != nil {
					return err
				}
				if err := tx.MarkCopied(id); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return ref
}

func erase(t testing.TB, s *Store, ref complaint.Reference) {
	t.Helper()
	update(t, s, func(tx *Tx) error {
		return tx.Erase(Erasure{Reference: ref, At: noon.AddDate(1, 1, 0), By: complaint.RoleSystem, Reason: "bewaartermijn voorbij", Line: []byte(`{"received":"2026-04"}`)})
	})
}

// bytesOf reads every file of a folder, whole.
func bytesOf(t testing.TB, dir string) (all []byte) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		all = append(all, content...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// No byte of an erased person stays in the file or beside it, wherever SQLite had moved the rows to, and
// the others lose nothing (Klachtenprocedure 13).
func TestEraseLeavesNoByte(t *testing.T) {
	const n = 20
	r := rand.New(rand.NewPCG(7, 7))
	s := fresh(t)
	refs := make([]complaint.Reference, n)
	for i := range n {
		refs[i] = wholeCase(t, s, i, r)
	}
	for i := 0; i < n; i += 2 {
		erase(t, s, refs[i])
	}
	if err := s.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
	all := bytesOf(t, filepath.Dir(s.path))
	for i := range n {
		for _, secret := range personOf(i).secrets() {
			if bytes.Contains(all, []byte(secret)) == (i%2 == 0) {
				t.Fatalf("case %d: %q, erased %v", i, secret, i%2 == 0)
			}
		}
	}
	v, err := s.Verify(t.Context())
	if err != nil || !v.Holds() {
		t.Errorf("after erasing: %v %v", v.Flaws, err)
	}
}

func TestErase(t *testing.T) {
	s := fresh(t)
	r := rand.New(rand.NewPCG(1, 1))
	gone, stays := wholeCase(t, s, 1, r), wholeCase(t, s, 2, r)
	var raw Seen
	view(t, s, func(tx *Tx) error {
		traces, err := tx.Traces(gone)
		if len(traces.Received) != 2 || len(traces.Sent) != 2 {
			t.Errorf("traces %+v", traces)
		}
		incoming, _ := tx.Incoming(gone)
		digest, _ := hex.DecodeString(incoming[0].Original)
		copy(raw.Digest[:], digest)
		return err
	})
	erase(t, s, gone)
	view(t, s, func(tx *Tx) error {
		events, err := tx.Events(gone)
		if err != nil || len(events) != 0 {
			t.Errorf("%d events, %v", len(events), err)
		}
		if chain, flaw, err := tx.Proven(gone); err != nil || len(chain) != 3 || flaw != nil {
			t.Errorf("the chain: %v %v", err, flaw)
		}
		listed, err := tx.Cases(Filter{})
		if err != nil || !slices.Equal(listed, []complaint.Reference{stays}) {
			t.Errorf("listed %v, %v", listed, err)
		}
		e, found, err := tx.Erased(gone)
		if err != nil || !found || e.Reason == "" || e.By != complaint.RoleSystem {
			t.Errorf("%+v %v %v", e, found, err)
		}
		if next, err := tx.NextReference(2026); err != nil || next.Number != 3 {
			t.Errorf("the next number is %v: a number is never given twice", next)
		}
		if lines, err := tx.Statistics(2026, 2026); err != nil || len(lines) != 1 {
			t.Errorf("%d lines, %v", len(lines), err)
		}
		seen, known, err := tx.Seen(raw.Digest, "", raw.BodyDigest)
		if err != nil || !known || !seen.Ordinary() || seen.Reference != "" {
			t.Errorf("the mail that opened the case is seen as %+v, known %v: it would come back", seen, known)
		}
		if n, err := tx.Files(); err != nil || n != 1 {
			t.Errorf("%d files, %v", n, err)
		}
		if expired, err := tx.Expired(workday.NewDate(2027, time.May, 5)); err != nil || len(expired) != 1 {
			t.Errorf("expired %v, %v", expired, err)
		}
		if expired, err := tx.Expired(workday.NewDate(2027, time.May, 4)); err != nil || len(expired) != 0 {
			t.Errorf("expired on the last day of keeping: %v, %v", expired, err)
		}
		return nil
	})
}

// A table that holds something of a case must be known to erasing, or be here with the reason why not.
func TestErasingKnowsEveryTable(t *testing.T) {
	stays := map[string]string{
		"erasures": "the record of the erasure", "statistics": "anonymous", "analyses": "about no case", "originals": "by their digest", "chunks": "with their original",
		"attempts": "with their mail", "positions": "about no case", "jobs": "about no case", "replies": "keyed digests, forgotten after some days", "failures": "keyed digests, forgotten after a month", "meta": "about no case",
		"search": "the trigger events_erased", "search_data": "with search", "search_idx": "with search", "search_content": "with search", "search_docsize": "with search", "search_config": "with search",
	}
	s := fresh(t)
	known := strings.Join(erasing, "\n")
	view(t, s, func(tx *Tx) error {
		return tx.each("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'", nil, func(rows *sql.Rows) error {
			var name string
			err := rows.Scan(&name)
			if stays[name] == "" && !strings.Contains(known, " "+name+" ") {
				t.Errorf("table %s may hold something of a case: put it in erasing (store/erase.go)", name)
			}
			return err
		})
	})
}

// When pages are divided, SQLite moves rows and leaves copies of them behind, which secure_delete does not see:
// without writing the file anew, one of these addresses stays.
func TestScrubTakesWhatMovedBetweenPages(t *testing.T) {
	const n = 3000
	s := fresh(t)
	address := func(i int) string { return fmt.Sprintf("adres%04d@geheim.example", (i*7919)%10_000) }
	refs := make([]complaint.Reference, n)
	update(t, s, func(tx *Tx) (err error) {
		for i := range refs {
			if refs[i], err = tx.NextReference(2026); err != nil {
				return err
			}
			if err := tx.Append(refs[i], noon, complaint.RoleComplainant, registered(refs[i])[:1], index("")); err != nil {
				return err
			}
			if err := tx.AddIncoming(Incoming{Reference: refs[i], Kind: "complaint", MessageID: "<" + address(i) + ">", At: noon}); err != nil {
				return err
			}
		}
		return nil
	})
	update(t, s, func(tx *Tx) error {
		for i := 0; i < n; i += 2 {
			if err := tx.Erase(Erasure{Reference: refs[i], At: noon, By: complaint.RoleSystem, Line: []byte("{}")}); err != nil {
				return err
			}
		}
		return nil
	})
	if err := s.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
	all := bytesOf(t, filepath.Dir(s.path))
	for i := range n {
		if bytes.Contains(all, []byte(address(i))) == (i%2 == 0) {
			t.Fatalf("address %d, erased %v", i, i%2 == 0)
		}
	}
}
