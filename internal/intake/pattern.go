package intake

import (
	"cmp"
	"regexp"
	"regexp/syntax"
	"slices"
	"sort"
	"strings"
)

// pattern is a regular expression that is only tried where one of the beginnings that its matches can have
// stands: most of a text is passed at a glance. It finds what the expression finds by itself, as long as that
// is no longer than mostMatched.
type pattern struct {
	whole  *regexp.Regexp // where the beginnings cannot be listed, what is looked for everywhere,
	needs  *gate          // if a text holds one of these words; nil: in every text
	here   *regexp.Regexp // at the start of a text
	behind *regexp.Regexp // behind one byte, where it matters what stands before a match; else nil
	atText bool           // it begins where the text begins,
	lead   *[256]bool     // or behind these bytes; nil: there are none
	atWord bool           // it begins at the beginning of a word
	begins []string       // the beginnings
	gate   gate
}

// mostMatched is how many bytes a pattern looks ahead: it bounds what a text made for it can cost.
const mostMatched = 1 << 10

func newPattern(expr string) *pattern {
	tree, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		panic(err) // as regexp.MustCompile does
	}
	p := &pattern{}
	rest, lead := afterLead(tree)
	var ok bool
	if p.begins, ok = beginnings(rest); !ok {
		p.whole = regexp.MustCompile(expr)
		if words := needed(tree); len(words) > 0 {
			g := newGate(words, folds(tree))
			p.needs = &g
		}
		return p
	}
	p.gate = newGate(p.begins, folds(tree))
	p.here = regexp.MustCompile(`^(?:` + expr + `)`)
	switch assertionOf(tree) {
	case startsText:
		p.atText, p.lead = true, lead
	case startsWord:
		p.atWord = true
	case startsOtherwise:
		p.behind = regexp.MustCompile(`^(?s:.)(?:` + expr + `)`)
	}
	return p
}

// MatchString reports that a text holds the pattern.
func (p *pattern) MatchString(text string) bool {
	if p.whole != nil {
		return p.mayHold(text) && p.whole.MatchString(text)
	}
	for at := p.next(text, 0); at >= 0; at = p.next(text, at+1) {
		re, from, to := p.window(text, at)
		if re.MatchString(text[from:to]) {
			return true
		}
	}
	return false
}

// FindStringSubmatch is what Regexp.FindStringSubmatch is.
func (p *pattern) FindStringSubmatch(text string) []string {
	if found := p.FindAllStringSubmatch(text, 1); found != nil {
		return found[0]
	}
	return nil
}

// FindString is what Regexp.FindString is.
func (p *pattern) FindString(text string) string {
	if found := p.FindAllStringIndex(text, 1); found != nil {
		return text[found[0][0]:found[0][1]]
	}
	return ""
}

// FindAllStringIndex is what Regexp.FindAllStringIndex is.
func (p *pattern) FindAllStringIndex(text string, most int) (list [][]int) {
	if p.whole != nil {
		if !p.mayHold(text) {
			return nil
		}
		return p.whole.FindAllStringIndex(text, most)
	}
	for at := p.next(text, 0); at >= 0 && len(list) != most; {
		if end := p.end(text, at); end > at {
			list = append(list, []int{at, end})
			at = p.next(text, end)
		} else {
			at = p.next(text, at+1)
		}
	}
	return list
}

// FindAllStringSubmatch is what Regexp.FindAllStringSubmatch is.
func (p *pattern) FindAllStringSubmatch(text string, most int) (list [][]string) {
	if p.whole != nil {
		if !p.mayHold(text) {
			return nil
		}
		return p.whole.FindAllStringSubmatch(text, most)
	}
	for at := p.next(text, 0); at >= 0 && len(list) != most; {
		re, from, to := p.window(text, at)
		found := re.FindStringSubmatch(text[from:to])
		if found == nil {
			at = p.next(text, at+1)
			continue
		}
		found[0] = found[0][at-from:]
		list = append(list, found)
		at = p.next(text, at+len(found[0]))
	}
	return list
}

// ReplaceAllString puts a text in the place of every match, as it stands.
func (p *pattern) ReplaceAllString(text, with string) string {
	var out strings.Builder
	from := 0
	for _, place := range p.FindAllStringIndex(text, -1) {
		out.WriteString(text[from:place[0]] + with)
		from = place[1]
	}
	return out.String() + text[from:]
}

// mayHold reports that a text holds what a pattern needs whose beginnings cannot be listed.
func (p *pattern) mayHold(text string) bool {
	if p.needs == nil {
		return true
	}
	for at := range len(text) {
		if p.needs.first[text[at]] && p.needs.opens(text[at:]) {
			return true
		}
	}
	return false
}

// next is the next place, not before from, where a match can begin; -1 when there is none.
func (p *pattern) next(text string, from int) int {
	if p.atText && from > 0 {
		return -1
	}
	for at := from; at < len(text); at++ {
		if p.gate.first[text[at]] && !(p.atWord && at > 0 && isASCIIWord(text[at-1])) && p.gate.opens(text[at:]) {
			if p.atText {
				return 0
			}
			return at
		}
		if p.atText && (p.lead == nil || !p.lead[text[at]]) {
			break
		}
	}
	return -1
}

// window is what to try at a place, and on which bytes of the text.
func (p *pattern) window(text string, at int) (re *regexp.Regexp, from, to int) {
	to = min(len(text), at+mostMatched)
	switch {
	case p.atText:
		return p.here, 0, len(text)
	case at > 0 && p.behind != nil:
		return p.behind, at - 1, to
	}
	return p.here, at, to
}

// end is where the match ends that begins at a place; 0 when there is none.
func (p *pattern) end(text string, at int) int {
	re, from, to := p.window(text, at)
	if place := re.FindStringIndex(text[from:to]); place != nil {
		return from + place[1]
	}
	return 0
}

// gate tells whether a text begins in one of some ways.
type gate struct {
	first [256]bool // their first bytes
	fold  bool      // they are in lower case, and stand for capitals too
	spans []span    // the rest, in order
}

// span are the beginnings, packed, from one to another.
type span struct{ from, to uint64 }

func newGate(list []string, fold bool) gate {
	g := gate{fold: fold}
	all := make([]span, 0, len(list))
	for _, b := range list {
		g.first[b[0]] = true
		if fold {
			g.first[lowerASCII(b[0])], g.first[upperASCII(b[0])] = true, true
		}
		from := packed(b, fold)
		all = append(all, span{from, from | (1<<(8*(mostBeginning-len(b))) - 1)})
	}
	slices.SortFunc(all, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	for _, s := range all {
		if n := len(g.spans); n > 0 && s.from <= g.spans[n-1].to {
			g.spans[n-1].to = max(g.spans[n-1].to, s.to)
		} else {
			g.spans = append(g.spans, s)
		}
	}
	return g
}

// opens reports that a text begins with one of the beginnings.
func (g *gate) opens(text string) bool {
	key := packed(text, g.fold)
	behind := sort.Search(len(g.spans), func(i int) bool { return g.spans[i].from > key })
	return behind > 0 && key <= g.spans[behind-1].to
}

// packed is the beginning of a text as a number: two are in the same order as the texts.
func packed(s string, fold bool) (key uint64) {
	for i := range mostBeginning {
		key <<= 8
		switch {
		case i >= len(s):
		case fold:
			key |= uint64(lowerASCII(s[i]))
		default:
			key |= uint64(s[i])
		}
	}
	return key
}

func lowerASCII(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

func upperASCII(c byte) byte {
	if c >= 'a' && c <= 'z' {
		c -= 'a' - 'A'
	}
	return c
}

func isASCIIWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}
