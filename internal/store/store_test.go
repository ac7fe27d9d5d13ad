package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/letter"
	"klikonderwijs.nl/klachtd/internal/workday"
)

var noon = time.Date(2026, time.April, 2, 12, 0, 0, 0, time.UTC)

func open(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, Options{Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func fresh(t testing.TB) *Store {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "data", "klachtd.db"))
}

func update(t testing.TB, s *Store, do func(*Tx) error) {
	t.Helper()
	if err := s.Update(context.Background(), do); err != nil {
		t.Fatal(err)
	}
}

func view(t testing.TB, s *Store, do func(*Tx) error) {
	t.Helper()
	if err := s.View(context.Background(), do); err != nil {
		t.Fatal(err)
	}
}

func registered(ref complaint.Reference) []complaint.Fact {
	return []complaint.Fact{
		&complaint.Registered{
			Reference: ref, Channel: complaint.ChannelMail, Received: workday.NewDate(2026, time.April, 2), ReplyTo: "a@b.example",
			Fields: complaint.Fields{complaint.FieldPerson: {Value: "Sanne", Source: "label"}},
		},
		&complaint.Acknowledged{On: workday.NewDate(2026, time.April, 2)},
	}
}

func index(due string) Index {
	next, _ := workday.ParseDate(due)
	return Index{Stage: complaint.StageRegistered, NextDue: next, Received: workday.NewDate(2026, time.April, 2), Channel: complaint.ChannelMail}
}

func addCase(t testing.TB, s *Store, due string) (ref complaint.Reference) {
	t.Helper()
	update(t, s, func(tx *Tx) (err error) {
		if ref, err = tx.NextReference(2026); err != nil {
			return err
		}
		return tx.Append(ref, noon, complaint.RoleComplainant, registered(ref), index(due))
	})
	return ref
}

func TestFilesAreForUsOnly(t *testing.T) {
	s := fresh(t)
	addCase(t, s, "2026-04-08")
	err := filepath.WalkDir(filepath.Dir(s.path), func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", filepath.Base(path), info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestOneProcessAtATime(t *testing.T) {
	s := fresh(t)
	if _, err := Open(t.Context(), s.path, Options{}); err == nil || !strings.Contains(err.Error(), "another klachtd") {
		t.Errorf("%v", err)
	}
	beside, err := OpenBeside(t.Context(), s.path)
	if err != nil {
		t.Fatal(err)
	}
	defer beside.Close()
	ref := addCase(t, s, "")
	view(t, beside, func(tx *Tx) error {
		events, err := tx.Events(ref)
		if len(events) != 2 {
			t.Errorf("%d events", len(events))
		}
		return err
	})
	if _, err := OpenBeside(t.Context(), filepath.Join(t.TempDir(), "none.db")); err == nil {
		t.Error("a database was made")
	}
}

func TestNewerOrDamagedIsRefused(t *testing.T) {
	s := fresh(t)
	if _, err := s.writer.Exec("PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if _, err := Open(t.Context(), s.path, Options{}); err == nil || !strings.Contains(err.Error(), "newer klachtd") {
		t.Errorf("%v", err)
	}
	if _, err := OpenBeside(t.Context(), s.path); err == nil || !strings.Contains(err.Error(), "newer klachtd") {
		t.Errorf("%v", err)
	}
	broken := filepath.Join(t.TempDir(), "klachtd.db")
	if err := os.WriteFile(broken, bytes.Repeat([]byte("x"), 8192), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), broken, Options{}); err == nil {
		t.Error("a file that is no database was opened")
	}
}

func TestNumbersHaveNoGaps(t *testing.T) {
	s := fresh(t)
	first := addCase(t, s, "")
	stop := errors.New("stop")
	err := s.Update(t.Context(), func(tx *Tx) error {
		ref, err := tx.NextReference(2026)
		if err != nil {
			return err
		}
		return errors.Join(tx.Append(ref, noon, complaint.RoleSystem, registered(ref), index("")), stop)
	})
	if !errors.Is(err, stop) {
		t.Fatal(err)
	}
	second := addCase(t, s, "")
	if first.Number != 1 || second.Number != 2 {
		t.Errorf("%v, %v", first, second)
	}
	view(t, s, func(tx *Tx) error {
		ref, err := tx.NextReference(2027)
		if ref.Number != 1 {
			t.Errorf("the first of a year is %v", ref)
		}
		return err
	})
}

func TestEventsComeBackAsTheyWere(t *testing.T) {
	s := fresh(t)
	ref := addCase(t, s, "2026-04-08")
	view(t, s, func(tx *Tx) error {
		events, err := tx.Events(ref)
		for i, fact := range registered(ref) {
			want := complaint.Event{Seq: i + 1, At: noon, By: complaint.RoleComplainant, Fact: fact}
			if diff := cmp.Diff(want, events[i]); diff != "" {
				t.Error(diff)
			}
		}
		return err
	})
}

// Whatever is altered behind our back shows; erasing a payload with its salt does not break the chain.
func TestChain(t *testing.T) {
	for _, test := range []struct{ name, sql, says string }{
		{"untouched", "SELECT 1", ""},
		{"erased", "UPDATE events SET payload = NULL, salt = NULL; INSERT INTO erasures VALUES ('K-2026-0001', '2027-05-01T03:00:00.000Z', 'system', 'x')", ""},
		{"erased in secret", "UPDATE events SET payload = NULL, salt = NULL WHERE seq = 1", "text of event 1 is gone"},
		{"payload", "UPDATE events SET payload = CAST(replace(CAST(payload AS TEXT), 'Sanne', 'Piets') AS BLOB) WHERE seq = 1", "text of event 1"},
		{"time", "UPDATE events SET at = '2026-04-01T12:00:00.000Z' WHERE seq = 2", "event 2"},
		{"kind", "UPDATE events SET kind = 'contacted' WHERE seq = 2", "event 2"},
		{"who", "UPDATE events SET by = 'operator' WHERE seq = 1", "event 1"},
		{"first removed", "DELETE FROM events WHERE seq = 1", "event 1 is missing"},
		{"payload and digest", "UPDATE events SET payload = CAST('{}' AS BLOB), digest = zeroblob(32) WHERE seq = 2", "event 2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := fresh(t)
			ref := addCase(t, s, "")
			if _, err := s.writer.Exec(test.sql); err != nil {
				t.Fatal(err)
			}
			view(t, s, func(tx *Tx) error {
				err := sound(tx, ref)
				if (test.says == "") != (err == nil) || (err != nil && !strings.Contains(err.Error(), test.says)) {
					t.Errorf("%v", err)
				}
				return nil
			})
		})
	}
}

// sound says what of a case does not hold.
func sound(tx *Tx, reference complaint.Reference) error {
	_, flaw, err := tx.Proven(reference)
	if flaw != nil {
		return errors.New(flaw.What)
	}
	return err
}

func TestDue(t *testing.T) {
	s := fresh(t)
	late, never, today, tomorrow := addCase(t, s, "2026-04-01"), addCase(t, s, ""), addCase(t, s, "2026-04-08"), addCase(t, s, "2026-04-09")
	view(t, s, func(tx *Tx) error {
		due, err := tx.Due(workday.NewDate(2026, time.April, 8))
		if diff := cmp.Diff([]complaint.Reference{late, today}, due); diff != "" {
			t.Errorf("%s (not %v, %v)", diff, never, tomorrow)
		}
		return err
	})
}

func TestOriginalsByteForByte(t *testing.T) {
	s := fresh(t)
	for _, size := range []int{0, 1, chunkSize - 1, chunkSize, chunkSize + 1, 3 << 20} {
		raw := bytes.Repeat([]byte("abcdefgh\r\n"), size/10+1)[:size]
		var o Original
		for range 2 { // the same bytes are the same original
			update(t, s, func(tx *Tx) (err error) {
				o, err = tx.PutOriginal(bytes.NewReader(raw))
				return err
			})
		}
		sum := sha256.Sum256(raw)
		if o.Digest != hex.EncodeToString(sum[:]) || o.Size != int64(size) {
			t.Errorf("%d bytes: %+v", size, o)
		}
		r, err := s.OpenOriginal(t.Context(), o.Digest)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, raw) {
			t.Errorf("%d bytes came back as %d: %v", size, len(got), err)
		}
		view(t, s, func(tx *Tx) error {
			r, err := tx.OpenOriginal(o.Digest)
			if err != nil {
				return err
			}
			got, err := io.ReadAll(r)
			if !bytes.Equal(got, raw) {
				t.Errorf("%d bytes came back as %d within a transaction", size, len(got))
			}
			return err
		})
	}
	if _, err := s.OpenOriginal(t.Context(), strings.Repeat("0", 64)); err == nil {
		t.Error("an original that is not there was opened")
	}
}

func TestWhatSMTPCarriesUnchanged(t *testing.T) {
	for raw, want := range map[string]bool{
		"": true, "a\r\nb\r\n": true, "no end": true, "\xe9\r\n": true, "a\nb": false, "a\rb": false, "a\r": false, "a\x00\r\n": false, "\r\r\n": false,
		strings.Repeat("x", 998) + "\r\n": true, strings.Repeat("x", 999) + "\r\n": false,
	} {
		if o, err := examine(strings.NewReader(raw)); err != nil || o.Raw != want {
			t.Errorf("%.20q (%d bytes): %v, %v", raw, len(raw), o.Raw, err)
		}
	}
}

func mail(kind complaint.LetterKind, n int) letter.Mail {
	return letter.Mail{
		Kind: kind, Reference: "K-2026-0001", Sequence: n, Role: complaint.RoleComplainant, From: "wij@klik.example", To: "a@b.example", Subject: "onderwerp",
		MessageID: fmt.Sprintf("<%s-%d@klik.example>", kind, n), At: noon, Parts: []letter.Part{{Text: []byte("a\r\n")}, {Original: "dd", Encoding: letter.Base64}},
	}
}

func enqueue(t testing.TB, s *Store, m letter.Mail, at time.Time) (id int64) {
	t.Helper()
	update(t, s, func(tx *Tx) (err error) {
		id, err = tx.Enqueue(m, at)
		return err
	})
	return id
}

func sendable(t testing.TB, s *Store, at time.Time) (ids []int64) {
	t.Helper()
	view(t, s, func(tx *Tx) error {
		mails, err := tx.Sendable(at, 10)
		for _, m := range mails {
			ids = append(ids, m.ID)
		}
		return err
	})
	return ids
}

func TestQueue(t *testing.T) {
	s := fresh(t)
	list := enqueue(t, s, mail(complaint.LetterReminder, 1), noon)
	forward := enqueue(t, s, mail(complaint.LetterForward, 1), noon)
	ack := enqueue(t, s, mail(complaint.LetterAcknowledgement, 1), noon)
	tomorrow := enqueue(t, s, mail(complaint.LetterForward, 2), noon.Add(24*time.Hour))
	if diff := cmp.Diff([]int64{ack, forward, list}, sendable(t, s, noon)); diff != "" {
		t.Errorf("acknowledgements first, lists last: %s", diff)
	}
	view(t, s, func(tx *Tx) error {
		q, ok, err := tx.OutgoingByMessageID("<forward-1@klik.example>")
		if diff := cmp.Diff(mail(complaint.LetterForward, 1), q.Mail); !ok || diff != "" {
			t.Error(diff)
		}
		if n, err := tx.NextSequence("K-2026-0001", complaint.LetterForward); n != 3 || err != nil {
			t.Errorf("the next forward is number %d, %v", n, err)
		}
		return err
	})
	update(t, s, func(tx *Tx) error {
		return errors.Join(
			marked(tx.MarkMaybe(ack)), tx.MarkSent(ack, noon, "250 ok"),
			tx.MarkRetry(forward, noon, noon.Add(time.Minute), "450 later"), tx.MarkFailed(list, noon, "550 no"))
	})
	if ids := sendable(t, s, noon); len(ids) != 0 {
		t.Errorf("to be sent: %v", ids)
	}
	if diff := cmp.Diff([]int64{forward}, sendable(t, s, noon.Add(time.Minute))); diff != "" {
		t.Error(diff)
	}
	view(t, s, func(tx *Tx) error {
		n, err := tx.SentSince(noon.Add(-time.Hour))
		none, err2 := tx.SentSince(noon)
		oldest, ok, err3 := tx.OldestWaiting(noon.Add(time.Hour))
		attempts, err4 := tx.Attempts(forward)
		uncopied, err5 := tx.Uncopied(10)
		counts, err6 := tx.Counts()
		if n != 1 || none != 0 || !ok || !oldest.Equal(noon.Add(time.Minute)) || len(attempts) != 1 || attempts[0].Answer != "450 later" || len(uncopied) != 1 ||
			counts.Mails[StateFailed] != 1 || counts.Mails[StateQueued] != 2 {
			t.Error(n, none, oldest, attempts, uncopied, counts)
		}
		return errors.Join(err, err2, err3, err4, err5, err6)
	})
	update(t, s, func(tx *Tx) error {
		again, err := tx.Retry(list, noon)
		cancelled, err2 := tx.Cancel(tomorrow)
		sent, err3 := tx.Retry(ack, noon)
		if !again || !cancelled || sent {
			t.Error(again, cancelled, sent)
		}
		return errors.Join(err, err2, err3, tx.MarkCopied(ack))
	})
	if diff := cmp.Diff([]int64{list}, sendable(t, s, noon)); diff != "" {
		t.Error(diff)
	}
}

func TestSeen(t *testing.T) {
	s := fresh(t)
	sum := func(text string) [32]byte { return sha256.Sum256([]byte(text)) }
	update(t, s, func(tx *Tx) error {
		return tx.Remember(Seen{Digest: sum("whole"), MessageID: "<a@b>", BodyDigest: sum("body"), Verdict: VerdictComplaint, Reference: "K-2026-0001", Filed: true, At: noon})
	})
	for _, test := range []struct {
		name, whole, id, body string
		known                 bool
	}{
		{"the same bytes", "whole", "", "", true}, {"another way, the same mail", "other", "<a@b>", "body", true},
		{"the same Message-ID alone", "other", "<a@b>", "other", false}, {"the same body alone", "other", "<c@d>", "body", false}, {"no Message-ID", "other", "", "body", false},
	} {
		view(t, s, func(tx *Tx) error {
			seen, known, err := tx.Seen(sum(test.whole), test.id, sum(test.body))
			if known != test.known || (known && (seen.Reference != "K-2026-0001" || !seen.Filed || seen.Ordinary())) {
				t.Errorf("%s: %v %+v", test.name, known, seen)
			}
			return err
		})
	}
}

func TestDoubts(t *testing.T) {
	s := fresh(t)
	var d Doubt
	update(t, s, func(tx *Tx) (err error) {
		d, err = tx.AddDoubt(Doubt{Received: noon, Asked: noon, Original: strings.Repeat("0", 64)})
		return err
	})
	if d.Reference != "T-2026-0001" || d.Settled() {
		t.Errorf("%+v", d)
	}
	update(t, s, func(tx *Tx) error { return tx.SettleDoubt(d.Reference, VerdictComplaint, "K-2026-0001", noon) })
	view(t, s, func(tx *Tx) error {
		settled, ok, err := tx.Doubt(d.Reference)
		still, err2 := tx.OpenDoubts()
		if !ok || !settled.Settled() || len(still) != 0 {
			t.Errorf("%+v, %v", settled, still)
		}
		return errors.Join(err, err2)
	})
}

func TestSmallNotes(t *testing.T) {
	s := fresh(t)
	today := workday.NewDate(2026, time.April, 2)
	update(t, s, func(tx *Tx) error {
		before, err := tx.JobRan("reminders", today)
		err = errors.Join(err, tx.MarkJob("reminders", today, noon))
		after, err2 := tx.JobRan("reminders", today)
		tomorrow, err3 := tx.JobRan("reminders", today.AddDays(1))
		one, err4 := tx.CountReply("someone", today)
		two, err5 := tx.CountReply("someone", today)
		other, err6 := tx.CountReply("somebody", today)
		if before || !after || tomorrow || one != 1 || two != 2 || other != 1 {
			t.Error(before, after, tomorrow, one, two, other)
		}
		_, known, err7 := tx.Position("INBOX")
		err8 := tx.SavePosition("INBOX", "{}")
		position, found, err9 := tx.Position("INBOX")
		if known || !found || position != "{}" {
			t.Error(known, found, position)
		}
		return errors.Join(err, err2, err3, err4, err5, err6, err7, err8, err9)
	})
}

// When the process dies at the commit there is nothing; when it dies after it there is everything.
func TestAllOrNothing(t *testing.T) {
	die := errors.New("die")
	for step, want := range map[string]int{"commit": 0, "committed": 1} {
		path := filepath.Join(t.TempDir(), "klachtd.db")
		armed := false
		s, err := Open(t.Context(), path, Options{Faults: func(at string) error {
			if armed && at == step {
				return die
			}
			return nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		armed = true
		err = s.Update(t.Context(), func(tx *Tx) error {
			ref := complaint.Reference{Year: 2026, Number: 1}
			_, err := tx.Enqueue(mail(complaint.LetterForward, 1), noon)
			return errors.Join(err, tx.Append(ref, noon, complaint.RoleSystem, registered(ref), index("")))
		})
		if !errors.Is(err, die) {
			t.Fatal(err)
		}
		s.Close()
		view(t, open(t, path), func(tx *Tx) error {
			cases, err := tx.Cases(Filter{})
			mails, err2 := tx.Waiting()
			if len(cases) != want || len(mails) != want {
				t.Errorf("at %s: %d cases, %d mails", step, len(cases), len(mails))
			}
			return errors.Join(err, err2)
		})
	}
}

// A full disk is temporary, and what is there can be read; a broken rule is for good.
func TestTemporary(t *testing.T) {
	s := fresh(t)
	ref := addCase(t, s, "")
	if _, err := s.writer.Exec("PRAGMA max_page_count = 1"); err != nil { // no more pages than there are
		t.Fatal(err)
	}
	err := s.Update(t.Context(), func(tx *Tx) error {
		_, err := tx.PutOriginal(bytes.NewReader(make([]byte, 4<<20)))
		return err
	})
	var failure *Error
	if !errors.As(err, &failure) || !failure.Temporary() {
		t.Errorf("a full disk: %v", err)
	}
	view(t, s, func(tx *Tx) error {
		events, err := tx.Events(ref)
		if len(events) != 2 {
			t.Errorf("%d events", len(events))
		}
		return err
	})
	if _, err := s.writer.Exec("PRAGMA max_page_count = 1000000"); err != nil {
		t.Fatal(err)
	}
	enqueue(t, s, mail(complaint.LetterForward, 1), noon)
	err = s.Update(t.Context(), func(tx *Tx) error {
		_, err := tx.Enqueue(mail(complaint.LetterForward, 1), noon)
		return err
	})
	if !errors.As(err, &failure) || failure.Temporary() {
		t.Errorf("the same Message-ID twice: %v", err)
	}
}

func TestProbe(t *testing.T) {
	s := fresh(t)
	if err := s.Probe(t.Context()); err != nil {
		t.Fatal(err)
	}
	other := s.path + ".other"
	if err := os.WriteFile(other, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(other, s.path); err != nil {
		t.Fatal(err)
	}
	if err := s.Probe(t.Context()); err == nil {
		t.Error("the file was replaced, and nobody noticed")
	}
}

// What may not be in the database is refused by the database.
func TestImpossibleRows(t *testing.T) {
	s := fresh(t)
	addCase(t, s, "")
	for _, sql := range []string{
		"UPDATE cases SET stage = 'open'", "UPDATE cases SET reference = 'X-1'", "UPDATE cases SET complete = 2", "UPDATE events SET by = 'nobody'",
		"INSERT INTO events (reference, seq, at, kind, by, digest, hash) VALUES ('K-2026-9999', 1, '', '', 'system', x'', x'')",
		"INSERT INTO seen (digest, message_id, body_digest, verdict, reference, moved, at) VALUES (x'', x'', x'', 'maybe', '', 0, '')",
	} {
		if _, err := s.writer.Exec(sql); err == nil {
			t.Errorf("it was taken: %s", sql)
		}
	}
}

// Before the schema changes the file is copied, for us only, and the copy is whole.
func TestCopyBeforeMigration(t *testing.T) {
	s := fresh(t)
	ref := addCase(t, s, "")
	if err := copyBefore(t.Context(), s.writer, s.path, 1, noon); err != nil {
		t.Fatal(err)
	}
	path := s.path + ".schema-1-20260402-120000"
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatal(info, err)
	}
	view(t, open(t, path), func(tx *Tx) error { return sound(tx, ref) })
}

func marked(waits bool, err error) error {
	if err == nil && !waits {
		err = errors.New("a mail that waits was not marked")
	}
	return err
}
