package intake

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The scanner finds what each pattern finds by itself, in every labelled mail.
func TestScannerFindsWhatPatternsFind(t *testing.T) {
	patterns := []*regexp.Regexp{
		regexp.MustCompile(`ab?c`), regexp.MustCompile(`\b(een|twee)(en)?\b`), regexp.MustCompile(`!!+|\?!`), regexp.MustCompile(`[xy]z|\d+ euro`),
		regexp.MustCompile(`\w*loos\b`), regexp.MustCompile(`€|\beuro\b`), regexp.MustCompile(`(a|b){2,3}c`), regexp.MustCompile(`x*y`),
	}
	for _, table := range [][]clue{notMeant, clues, contrary, decisions, disputes, sendings} {
		for _, c := range table {
			patterns = append(patterns, c.pattern)
		}
	}
	s := newScanner(patterns)
	texts := []string{"", "abc ac abbc", "eenentwintig een tweeën", "xeuro 3euro ziek!! wat?!! 5 euro xz yzz waardeloos € één", "aabc babc xxy y"}
	r := testReader(t)
	for _, l := range labelledMails(t, "testdata/dev") {
		texts = append(texts, strings.ToLower(r.Parse(strings.NewReader(l.raw), time.Time{}).Text))
	}
	for _, text := range texts {
		var got, want []string
		s.scan(text, 12, func(pattern, at int) { got = append(got, fmt.Sprint(pattern, " at ", at)) })
		for i, pattern := range patterns {
			for _, place := range pattern.FindAllStringIndex(text, 12) {
				want = append(want, fmt.Sprint(i, " at ", place[0]))
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%.60q: (-alone +scanned)\n%s", text, diff)
		}
	}
}

func TestMostPatternsAreGated(t *testing.T) {
	for _, table := range [][]clue{notMeant, clues, contrary, decisions, disputes, sendings} {
		for _, c := range table {
			if tree := newScanner([]*regexp.Regexp{c.pattern}); len(tree.ungated) > 0 {
				t.Logf("looked for everywhere: %s", c.says)
			}
		}
	}
}
