package intake

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The scanner finds what each pattern finds by itself, in every labelled mail.
func TestScannerFindsWhatPatternsFind(t *testing.T) {
	var patterns []*pattern
	for _, expr := range []string{`ab?c`, `\b(een|twee)(en)?\b`, `!!+|\?!`, `[xy]z|\d+ euro`, `\w*loos\b`, `€|\beuro\b`, `(a|b){2,3}c`, `x*y`, `(a+)b`} {
		patterns = append(patterns, newPattern(expr))
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
		for i, p := range patterns {
			for _, place := range alone(p).FindAllStringIndex(text, 12) {
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
