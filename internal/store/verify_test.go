package store

import (
	"slices"
	"strings"
	"testing"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/letter"
)

// filledStore has a case with an original, a mail that was sent and carries it, one that waits, and a doubt.
func filledStore(t *testing.T) *Store {
	t.Helper()
	s := fresh(t)
	ref := addCase(t, s, "")
	update(t, s, func(tx *Tx) error {
		original, err := tx.PutOriginal(strings.NewReader("Subject: klacht\r\n\r\n" + strings.Repeat("Het ging mis.\r\n", 30_000)))
		if err != nil {
			return err
		}
		if err := tx.AddIncoming(Incoming{Reference: ref, Kind: "complaint", From: "sanne@tcz.example", At: noon, Original: original.Digest}); err != nil {
			return err
		}
		if _, err := tx.AddDoubt(Doubt{Received: noon, Original: original.Digest, Asked: noon}); err != nil {
			return err
		}
		forward := mail(complaint.LetterForward, 1)
		forward.Reference = ref.String()
		forward.Parts = []letter.Part{{Text: []byte("top")}, {Original: original.Digest, Encoding: letter.Raw}}
		id, err := tx.Enqueue(forward, noon)
		if err != nil {
			return err
		}
		if err := tx.MarkSent(id, noon, "250 ok"); err != nil {
			return err
		}
		waiting := mail(complaint.LetterAcknowledgement, 2)
		waiting.Reference, waiting.Parts = ref.String(), []letter.Part{{Text: []byte("all of it")}}
		id, err = tx.Enqueue(waiting, noon)
		if err != nil {
			return err
		}
		return tx.MarkRetry(id, noon, noon.Add(time.Minute), "450 later")
	})
	return s
}

// Whatever is altered behind our back is found, and named (issue: tamper evidence).
func TestVerify(t *testing.T) {
	for _, test := range []struct{ name, sql, says string }{
		{"untouched", "SELECT 1", ""},
		{"payload erased", "UPDATE events SET payload = NULL, salt = NULL; INSERT INTO erasures VALUES ('K-2026-0001', '2027-05-01T03:00:00.000Z', 'system', 'x')", ""},
		{"payload erased in secret", "UPDATE events SET payload = NULL, salt = NULL WHERE seq = 2", "chain: K-2026-0001: the text of event 2 is gone, and no erasure was recorded"},
		{"a record of what was not erased", "INSERT INTO erasures VALUES ('K-2026-0001', '2027-05-01T03:00:00.000Z', 'system', 'x')", "the text of event 1 is there, although the case was erased"},
		{"a text", "UPDATE events SET payload = CAST(replace(CAST(payload AS TEXT), 'Sanne', 'Piets') AS BLOB) WHERE seq = 1", "chain: K-2026-0001: the text of event 1 was altered"},
		{"a moment", "UPDATE events SET at = '2026-04-01T12:00:00.000Z' WHERE seq = 2", "chain: K-2026-0001: event 2 was altered"},
		{"the first event gone", "DELETE FROM events WHERE seq = 1", "chain: K-2026-0001: event 1 is missing"},
		{"the last event gone", "DELETE FROM events WHERE seq = 2", "chain: K-2026-0001: events are missing at its end"},
		{"all events gone", "DELETE FROM events", "it stands in the register and has no events"},
		{"the case gone", "PRAGMA foreign_keys = 0; DELETE FROM cases", "database: a row of events refers to nothing in cases"},
		{"a byte of an original", "UPDATE chunks SET data = CAST(replace(CAST(data AS TEXT), 'mis', 'wel') AS BLOB) WHERE n = 1", "its bytes are not those of its digest"},
		{"a piece of an original", "DELETE FROM chunks WHERE n = 1", "its bytes are not those of its digest"},
		{"the size of an original", "UPDATE originals SET size = size + 1", "its size or kind was altered"},
		{"an original gone", "DELETE FROM originals", "K-2026-0001 names it, and it is not stored"},
		{"an original swapped", "PRAGMA foreign_keys = 0; UPDATE incoming SET original = 'abc'", "original: abc: K-2026-0001 names it, and it is not stored"},
		{"a mail's parts", "UPDATE outgoing SET parts = replace(parts, '\"original\":\"', '\"original\":\"x')", "queue: mail 1: it carries message x"},
		{"a mail's bytes", "UPDATE outgoing SET parts = 'gone' WHERE id = 2", "queue: mail 2: its bytes cannot be read"},
		{"made to look sent", "UPDATE outgoing SET state = 'sent' WHERE id = 2", "queue: mail 2: it is sent and has a next attempt"},
		{"made to look sent and done", "UPDATE outgoing SET state = 'sent', next = NULL WHERE id = 2", "the moment of sending says otherwise"},
		{"waiting for ever", "UPDATE outgoing SET next = NULL WHERE id = 2", "it waits, and not for any moment"},
		{"an attempt forgotten", "DELETE FROM attempts WHERE outgoing = 1", "it counts 1 attempts and 0 are recorded"},
		{"about nothing", "UPDATE outgoing SET reference = 'K-2026-0009' WHERE id = 2", "it is about K-2026-0009, which there is not"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := filledStore(t)
			if _, err := s.writer.Exec(test.sql); err != nil {
				t.Fatal(err)
			}
			v, err := s.Verify(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if v.Holds() != (test.says == "") {
				t.Fatalf("found %v", v.Flaws)
			}
			said := ""
			for _, flaw := range v.Flaws {
				said += flaw.String() + "\n"
			}
			if !strings.Contains(said, test.says) {
				t.Errorf("says\n%s", said)
			}
			if test.says == "" && (v.Cases != 1 || v.Events != 2 || v.Originals != 1 || v.Mails != 2) {
				t.Errorf("looked at %+v", v)
			}
		})
	}
}

// What the file itself contradicts is found by SQLite's own check.
func TestVerifyFindsADamagedIndex(t *testing.T) {
	s := filledStore(t)
	if _, err := s.writer.Exec("PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = replace(sql, '(reference)', '(kind)') WHERE name = 'incoming_reference'; PRAGMA writable_schema = RESET"); err != nil {
		t.Fatal(err)
	}
	s.Close()
	s = open(t, s.path)
	v, err := s.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if v.Holds() || v.Flaws[0].Check != "database" {
		t.Errorf("found %v", v.Flaws)
	}
}

// A case that was taken out whole leaves its number; an erased one keeps its row.
func TestVerifyFindsTheGapOfACase(t *testing.T) {
	s := fresh(t)
	for range 5 {
		addCase(t, s, "")
	}
	update(t, s, func(tx *Tx) error {
		return tx.Erase(Erasure{Reference: complaint.Reference{Year: 2026, Number: 2}, At: noon, By: complaint.RoleOperator, Reason: "verzoek"})
	})
	const takenOut = "DELETE FROM events WHERE reference IN ('K-2026-0001', 'K-2026-0004'); DELETE FROM cases WHERE reference IN ('K-2026-0001', 'K-2026-0004')"
	if _, err := s.writer.Exec(takenOut); err != nil {
		t.Fatal(err)
	}
	v, err := s.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []Flaw{
		{Check: "register", Where: "K-2026-0001", What: "its number was given, and there is no such case"},
		{Check: "register", Where: "K-2026-0004", What: "its number was given, and there is no such case"},
	}
	if !slices.Equal(v.Flaws, want) || len(v.Absent) != 0 {
		t.Errorf("found %v and %v, want %v", v.Flaws, v.Absent, want)
	}
}

// What was lost with a database before a restored one is no flaw of this one, and what was erased in it is known.
func TestVerifyKnowsWhatWasLostBefore(t *testing.T) {
	s := fresh(t)
	addCase(t, s, "")
	update(t, s, func(tx *Tx) error { return tx.TakeNumber(complaint.Reference{Year: 2026, Number: 3}) })
	addCase(t, s, "") // K-2026-0004
	if err := s.NoteErased(complaint.Reference{Year: 2026, Number: 3}); err != nil {
		t.Fatal(err)
	}
	v, err := s.Verify(t.Context())
	if err != nil || !v.Holds() {
		t.Fatalf("%v %v", err, v.Flaws)
	}
	if want := []complaint.Reference{{Year: 2026, Number: 2}}; !slices.Equal(v.Absent, want) {
		t.Errorf("absent %v, want %v", v.Absent, want)
	}
}
