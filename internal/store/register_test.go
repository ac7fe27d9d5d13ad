package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// addWords adds a case that is found by words.
func addWords(t testing.TB, s *Store, x Index) (ref complaint.Reference) {
	t.Helper()
	x.Received, x.Channel = workday.NewDate(2026, time.April, 2), complaint.ChannelMail
	if x.Stage == "" {
		x.Stage = complaint.StageAssessing
	}
	update(t, s, func(tx *Tx) (err error) {
		if ref, err = tx.NextReference(2026); err != nil {
			return err
		}
		return tx.Append(ref, noon, complaint.RoleComplainant, registered(ref), x)
	})
	return ref
}

func searched(t testing.TB, s *Store, text string) (numbers []int) {
	t.Helper()
	view(t, s, func(tx *Tx) error {
		found, err := tx.Search(text, 100)
		for _, f := range found {
			numbers = append(numbers, f.Reference.Number)
		}
		return err
	})
	return numbers
}

func TestSearch(t *testing.T) {
	s := fresh(t)
	addWords(t, s, Index{Words: "De trainer kwam niet opdagen\nsanne.vermeer@tcz.example\n+31612345678\n0612345678"})
	addWords(t, s, Index{Words: "Café zonder koffie; het NEAR-examen OR de toets* ^begin"})
	addWords(t, s, Index{Words: "De trainingen en de trainster"})
	for _, test := range []struct {
		text string
		want []int
	}{
		{"trainer", []int{1}},
		{"train", []int{3, 1}},
		{"TRAIN niet", []int{1}},
		{"cafe", []int{2}},
		{"sanne.vermeer@tcz.example", []int{1}},
		{"vermeer@tcz", []int{1}},
		{"+31612345678", []int{1}},
		{`"kwam niet"`, []int{1}},
		{`"niet kwam"`, nil},
		{`"kwam niet`, []int{1}},
		{"trainer OR koffie", nil}, // OR is a word like others
		{"het OR de", []int{2}},
		{"NEAR(examen toets)", []int{2}},
		{"toets*", []int{2}},
		{"^begin", []int{2}},
		{"words:trainer", nil},
		{"-trainer", []int{1}},
		{"trainer' OR '1'='1", nil},
		{"koffie --", []int{2}},
		{"koffie; DROP TABLE search", nil},
		{"(koffie", []int{2}},
		{"kof\x00fie", nil},
	} {
		if got := searched(t, s, test.text); !cmp.Equal(got, test.want) {
			t.Errorf("%q finds %v, not %v", test.text, got, test.want)
		}
	}
	for _, text := range []string{"", " ", `"`, `""`, "*", "- ( ) ^ :"} {
		view(t, s, func(tx *Tx) error {
			if _, err := tx.Search(text, 1); !errors.Is(err, ErrNothingToSearch) {
				t.Errorf("%q: %v", text, err)
			}
			return nil
		})
	}
}

// The words of a case follow its state, in the same transaction, and no erased word is left in any byte of the files.
func TestWordsFollowAndGo(t *testing.T) {
	s := fresh(t)
	ref := addWords(t, s, Index{Words: "Klaagster Zonnebloemenveld uit Tietjerksteradeel"})
	addWords(t, s, Index{Words: "iets anders"})
	failed := s.Update(t.Context(), func(tx *Tx) error {
		half := index("")
		half.Words = "halverwege"
		if err := tx.Reindex(ref, half); err != nil {
			return err
		}
		return errors.New("no")
	})
	if failed == nil || searched(t, s, "halverwege") != nil || searched(t, s, "zonnebloem") == nil {
		t.Error("words and events are not one transaction")
	}
	update(t, s, func(tx *Tx) error {
		changed := index("")
		changed.Words = "Klaagster Zonnebloemenveld, nu Korenbloemenveld"
		return tx.Reindex(ref, changed)
	})
	if got := searched(t, s, "korenbloem"); !cmp.Equal(got, []int{1}) || searched(t, s, "tietjerk") != nil {
		t.Errorf("after a change: %v", got)
	}
	if _, err := s.writer.Exec("UPDATE events SET payload = NULL, salt = NULL WHERE reference = ?", ref.String()); err != nil {
		t.Fatal(err)
	}
	if searched(t, s, "korenbloem") != nil {
		t.Error("erased words are found")
	}
	if _, err := s.writer.Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{s.path, s.path + "-wal"} {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"onnebloem", "orenbloem", "ietjerk"} {
			if bytes.Contains(content, []byte(word)) {
				t.Errorf("%s still holds %q", filepath.Base(file), word)
			}
		}
	}
}

// A deleted case takes its words along, whichever table is emptied.
func TestWordsGoWithTheCase(t *testing.T) {
	for _, statement := range []string{"DELETE FROM events", "PRAGMA foreign_keys = 0; DELETE FROM cases"} {
		s := fresh(t)
		addWords(t, s, Index{Words: "zonnebloem"})
		if _, err := s.writer.Exec(statement); err != nil {
			t.Fatal(err)
		}
		var n int
		if err := s.writer.QueryRow("SELECT count(*) FROM search").Scan(&n); err != nil || n != 0 {
			t.Errorf("%s: %d rows of words, %v", statement, n, err)
		}
	}
}

func TestList(t *testing.T) {
	s := fresh(t)
	day := func(d int) workday.Date { return workday.NewDate(2026, time.April, d) }
	contact := []OpenTerm{{complaint.TermAcknowledge, day(8)}, {complaint.TermContact, day(17)}}
	addWords(t, s, Index{Product: "Procesoperator B", Assessor: "n.korst@vapro.nl", Open: contact, FirstDue: day(8)})
	addWords(t, s, Index{Product: "100%_zeker", Stage: complaint.StageClosed, Complete: true})
	addWords(t, s, Index{Product: "Procesoperator A", Assessor: "a.dewit@x.example", Open: contact[1:], FirstDue: day(17), Complete: true})
	for _, test := range []struct {
		name   string
		filter Filter
		want   []int
	}{
		{"all", Filter{}, []int{1, 2, 3}},
		{"open", Filter{Open: true}, []int{1, 3}},
		{"overdue on the last day", Filter{Overdue: day(8)}, nil},
		{"overdue on the day after", Filter{Overdue: day(9)}, []int{1}},
		{"year", Filter{Year: 2025}, nil},
		{"stage", Filter{Stage: complaint.StageClosed}, []int{2}},
		{"product", Filter{Product: "OPERATOR"}, []int{1, 3}},
		{"product with signs", Filter{Product: "%_z"}, []int{2}},
		{"assessor", Filter{Assessor: "korst"}, []int{1}},
		{"channel", Filter{Channel: complaint.ChannelLetter}, nil},
		{"newest", Filter{Newest: 2}, []int{2, 3}},
		{"newest open about a product", Filter{Newest: 1, Open: true, Product: "proces"}, []int{3}},
	} {
		view(t, s, func(tx *Tx) error {
			listed, err := listOf(tx, test.filter)
			var got []int
			for _, l := range listed {
				got = append(got, l.Reference.Number)
			}
			if !cmp.Equal(got, test.want) {
				t.Errorf("%s: %v, not %v", test.name, got, test.want)
			}
			return err
		})
	}
	view(t, s, func(tx *Tx) error {
		listed, err := listOf(tx, Filter{})
		if diff := cmp.Diff(contact, listed[0].Open); diff != "" || listed[0].Complete || !listed[1].Complete || listed[2].Received != day(2) {
			t.Errorf("%s %+v", diff, listed)
		}
		return err
	})
	view(t, s, func(tx *Tx) error {
		n, err := tx.CountCases(Filter{Newest: 1, Open: true})
		if n != 2 {
			t.Errorf("%d open cases", n)
		}
		return err
	})
}

// registerOf fills a store with cases as a busy century would.
func registerOf(b *testing.B, n int) *Store {
	b.Helper()
	s := fresh(b)
	words := strings.Fields("trainer certificaat factuur examen rooster lokaal opleiding docent deelnemer afspraak reactie telefoon mail betaling licentie boek toets inlog pauze parkeren")
	day := workday.NewDate(2026, time.April, 2)
	for from := 0; from < n; from += 5000 {
		update(b, s, func(tx *Tx) error {
			for i := from; i < min(n, from+5000); i++ {
				ref := complaint.Reference{Year: 2000 + i/4000, Number: i%4000 + 1}
				text := make([]string, 60)
				for j := range text {
					text[j] = words[(i*7+j*j*13+j*i)%len(words)]
				}
				x := Index{
					Stage: complaint.StageClosed, Received: day, Channel: complaint.ChannelMail, Product: "Procesoperator B", Assessor: "n.korst@vapro.nl", Complete: true,
					Open:  []OpenTerm{{complaint.TermKeep, day.AddYears(1)}},
					Words: fmt.Sprintf("%s Persoon%d Achternaam%d persoon%d@school%d.example 06%08d %s", ref, i, i%977, i, i%311, i*97%100_000_000, strings.Join(text, " ")),
				}
				if i%100 == 0 {
					x.Stage, x.Open, x.FirstDue = complaint.StageAssessing, []OpenTerm{{complaint.TermContact, day.AddDays(i % 400)}}, day.AddDays(i%400)
				}
				if err := tx.Append(ref, noon, complaint.RoleComplainant, registered(ref)[:1], x); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return s
}

func listOf(tx *Tx, f Filter) (cases []Listed, err error) {
	err = tx.List(f, func(l Listed) error {
		cases = append(cases, l)
		return nil
	})
	return cases, err
}

// BenchmarkRegister100000 lists and searches a register of 100,000 cases.
func BenchmarkRegister100000(b *testing.B) {
	s := registerOf(b, 100_000)
	lists := []struct {
		name   string
		filter Filter
	}{
		{"open", Filter{Open: true}},
		{"overdue", Filter{Overdue: workday.NewDate(2026, time.July, 1)}},
		{"year", Filter{Year: 2010}},
		{"newest100", Filter{Newest: 100}},
		{"all", Filter{}},
	}
	for _, l := range lists {
		b.Run("list/"+l.name, func(b *testing.B) {
			n := 0
			for b.Loop() {
				view(b, s, func(tx *Tx) error {
					n = 0
					return tx.List(l.filter, func(Listed) error {
						n++
						return nil
					})
				})
			}
			b.ReportMetric(float64(n), "cases")
		})
	}
	for _, text := range []string{"Achternaam976", "trainer", "tra", "trainer certificaat", `"docent deelnemer"`, "persoon99999@school", "0600009700", "e"} {
		b.Run("search/"+strings.ReplaceAll(text, " ", "+"), func(b *testing.B) {
			n := 0
			for b.Loop() {
				view(b, s, func(tx *Tx) error {
					found, err := tx.Search(text, 50)
					n = len(found)
					return err
				})
			}
			b.ReportMetric(float64(n), "cases")
		})
	}
}
