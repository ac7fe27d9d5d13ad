package intake

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// alone is the expression of a pattern by itself.
func alone(p *pattern) *regexp.Regexp {
	if p.whole != nil {
		return p.whole
	}
	return regexp.MustCompile(strings.TrimSuffix(strings.TrimPrefix(p.here.String(), "^(?:"), ")"))
}

// A pattern finds what its expression finds.
func TestPatternFindsWhatItsExpressionFinds(t *testing.T) {
	texts := []string{
		"", "klacht", "Klacht KLACHT klachten mijnklacht, klacht", "één ÉÉN eén", "aabc babc xxy y aab", "\xffklacht", "é klacht", "€ 5 euro 3euro xeuro",
		">> Op maandag\nschreef", "  -- *oorspronkelijk bericht", "[extern] let op", "\nvan: a", "a.b!? c...\n\n- d", strings.Repeat("a", 800) + "b klacht",
	}
	r := testReader(t)
	for i, l := range labelledMails(t, "testdata/dev") {
		if raced && i%10 != 0 {
			continue // it takes twenty times as long
		}
		m := r.Parse(strings.NewReader(l.raw), time.Time{})
		texts = append(texts, m.Text, m.Subject)
		if i%4 == 0 {
			texts = slices.AppendSeq(texts, strings.Lines(m.Text))
		}
	}
	all := []*pattern{
		money, clockTime, subjectSays, noted, internal, shouting, sentenceBreak, // signs
		marker, ruler, above, blockKey, banner, device, legal, passed, machineText, salutation, signOff, dashes, cites, small, optional, // a text's parts
		reason, demand, givesReason, sentenceEnd, asksToCall, dated, private, lawyers, departments, represents, fromClient, parent, kin, isOfIt, secretary, legalForm, workplaces, functionEnds, contact, orgSuffix, titles, degrees, orgWord, function, capitals, notName, // fields
		quotedProduct, productPhrase, courseTitle, compound, precedes, knownCourse, safetyCourse, licences, ours, phoneCandidate, referencePattern, decisionWords, complaintForm, objectionForm,
	}
	all = append(all, introductions...)
	for _, b := range belongings {
		all = append(all, b.pattern)
	}
	for _, rule := range slices.Concat(labels, questions) {
		all = append(all, rule.pattern)
	}
	for _, expr := range []string{
		`ab?c`, `(?i)\b(een|één)\b`, `€|\beuro\b`, `(a|b){2,3}c`, `x*y`, `(a+)b`, `(?i)klacht`, `\bklacht`, `\Bklacht`, `klacht\b`, `(?i)^\W*(klacht|\[?extern)`, `^[\s>*_-]*(?:op|oor)`,
		`(?m)^van`, `[.!?]+\s+|\n\s*\n`, `(?i)[kv]an\b`, `\p{Lu}+`, `.klacht`, `(?i:KLA)cht|\d+ euro`, `(?:een )?(?:euro|klacht)`, `^klacht|\bmijn`, `^`, `\b`, `a??b`, `(b|)(c|)d`, `(?i)\p{L}+(ÉÉN|klacht)e?`, `.{1,9}(euro|x+y)`,
	} {
		all = append(all, newPattern(expr))
	}
	for _, p := range all {
		re := alone(p)
		for _, text := range texts {
			if got, want := p.MatchString(text), re.MatchString(text); got != want {
				t.Errorf("%s in %.60q: %t", re, text, got)
			}
			if diff := cmp.Diff(re.FindAllStringIndex(text, 12), p.FindAllStringIndex(text, 12)); diff != "" {
				t.Errorf("%s in %.60q: (-expression +pattern)\n%s", re, text, diff)
			}
			if diff := cmp.Diff(re.FindAllStringSubmatch(text, 12), p.FindAllStringSubmatch(text, 12)); diff != "" {
				t.Errorf("%s in %.60q: (-expression +pattern)\n%s", re, text, diff)
			}
			if got, want := p.ReplaceAllString(text, " "), re.ReplaceAllString(text, " "); got != want {
				t.Errorf("%s replaced in %.60q: %q", re, text, got)
			}
		}
	}
}
