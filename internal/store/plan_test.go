package store

import (
	"database/sql"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/workday"
)

var mark = regexp.MustCompile(`\?\d*`)

// What is asked every minute, of every mail and at the erasing of a case costs no more for every case that there ever was:
// SQLite searches an index, or walks one that holds only what is open.
func TestNothingIsScanned(t *testing.T) {
	s := fresh(t)
	ref := addCase(t, s, "2026-04-07")
	day := workday.NewDate(2026, time.April, 7)
	var digest [32]byte
	update(t, s, func(tx *Tx) error {
		id, err := tx.Enqueue(mail(complaint.LetterAcknowledgement, 1), noon)
		if err != nil {
			return err
		}
		doubt, err := tx.AddDoubt(Doubt{Received: noon, Asked: noon, Original: strings.Repeat("a", 64)})
		if err != nil {
			return err
		}
		for _, ask := range []func() error{
			func() error { _, err := tx.Held(); return err },
			func() error { _, err := tx.JobRan("digest", day); return err },
			func() error { _, err := tx.Due(day); return err },
			func() error { _, err := tx.OpenDoubts(); return err },
			func() error { _, err := tx.Cases(Filter{Open: true}); return err },
			func() error { _, err := tx.Analysed(2025); return err },
			func() error { _, err := tx.Expired(day); return err },
			func() error { _, err := tx.InSentAnalysis(2025, noon); return err },
			func() error { return tx.ForgetReplies(day) },
			func() error { _, err := tx.Counts(); return err },
			func() error { _, err := tx.Waiting(); return err },
			func() error { _, _, err := tx.OldestWaiting(noon); return err },
			func() error { _, err := tx.SentSince(noon); return err },
			func() error { _, err := tx.Sendable(noon, 64); return err },
			func() error { _, err := tx.Uncopied(64); return err },
			func() error { _, err := tx.Failures("x", noon); return err },
			func() error { _, err := tx.CountReply("x", day); return err },
			func() error { _, err := tx.Attempts(id); return err },
			func() error { _, err := tx.MarkMaybe(id); return err },
			func() error { return tx.MarkRetry(id, noon, noon, "") },
			func() error { return tx.MarkSent(id, noon, "") },
			func() error { return tx.MarkCopied(id) },
			func() error { _, _, err := tx.Seen(digest, "<x@y>", digest); return err },
			func() error { return tx.Remember(Seen{Verdict: VerdictOrdinary}) },
			func() error { _, _, err := tx.ReferenceByMessageIDs([]string{"<x@y>"}); return err },
			func() error { _, _, err := tx.OutgoingByMessageID("<x@y>"); return err },
			func() error { _, err := tx.NextReference(2026); return err },
			func() error { _, err := tx.NextSequence(ref.String(), complaint.LetterReminder); return err },
			func() error { _, err := tx.Events(ref); return err },
			func() error { _, err := tx.Incoming(ref); return err },
			func() error { _, err := tx.Outgoing(ref.String()); return err },
			func() error { return tx.Reindex(ref, index("2026-04-08")) },
			func() error { return tx.SettleDoubt(doubt.Reference, VerdictOrdinary, "", noon) },
			func() error { _, err := tx.Traces(ref); return err },
			func() error {
				return tx.Erase(Erasure{Reference: ref, At: noon, By: complaint.RoleSystem, Reason: "x", Line: []byte("{}")})
			},
		} {
			if err := ask(); err != nil {
				return err
			}
		}
		small := append(partialIndexes(t, tx), "0:=") // the words of one case, by its row
		for query := range tx.prepared {
			for _, step := range planOf(t, tx, query) {
				table, scans := strings.CutPrefix(step, "SCAN ")
				if scans && !strings.HasPrefix(table, "CONSTANT") && !slices.ContainsFunc(small, func(index string) bool { return strings.HasSuffix(table, "INDEX "+index) }) {
					t.Errorf("%s: %s", step, query)
				}
			}
		}
		return nil
	})
}

// partialIndexes lists the indexes that hold some rows only.
func partialIndexes(t *testing.T, tx *Tx) (names []string) {
	t.Helper()
	rows, err := tx.tx.Query("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql LIKE '% WHERE %'")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	return names
}

func planOf(t *testing.T, tx *Tx, query string) (steps []string) {
	t.Helper()
	rows, err := tx.tx.Query("EXPLAIN QUERY PLAN " + mark.ReplaceAllString(query, "'x'"))
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused sql.RawBytes
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, step)
	}
	return steps
}
