package intake

import (
	"regexp"
	"regexp/syntax"
	"slices"
)

// lookout is a table of clues, ready to be looked for in a text all at once. What several clues say together counts once for each.
type lookout struct {
	clues   []clue
	scanner *scanner
}

func newLookout(tables ...[]clue) *lookout {
	l := &lookout{clues: slices.Concat(tables...)}
	patterns := make([]*regexp.Regexp, len(l.clues))
	for i, c := range l.clues {
		patterns[i] = c.pattern
	}
	l.scanner = newScanner(patterns)
	return l
}

// shows is what a text in lower case shows: what shows more than once says so a second time, what several
// clues say says so as often, three times at most. at is called with every place, when it is not nil.
func (l *lookout) shows(text string, most int, at func(sign string, place int)) (list []string) {
	times := make([]int, len(l.clues))
	l.scanner.scan(text, most, func(i, place int) {
		times[i]++
		if at != nil {
			at(l.clues[i].says, place)
		}
	})
	together := map[string]int{}
	for i, c := range l.clues {
		together[c.says] += min(times[i], 2)
	}
	for i, c := range l.clues {
		if times[i] > 0 && together[c.says] > 0 {
			list = append(list, graded(c.says, min(together[c.says], 3))...)
			together[c.says] = 0
		}
	}
	return list
}

// without is a text without what a clue finds in it.
func (l *lookout) without(text, sign string) string {
	for _, c := range l.clues {
		if c.says == sign {
			text = c.pattern.ReplaceAllString(text, " ")
		}
	}
	return text
}

// lookouts are the tables of a reader.
type lookouts struct {
	meant, said, disputes, sendings *lookout
	roles                           map[string]role // of the signs in what is said
}

// role is what a sign does to the sentence in which it stands.
type role int

const (
	neither role = iota
	blames
	softens
	aboutUs
)

func newLookouts() lookouts {
	l := lookouts{
		meant: newLookout(notMeant), said: newLookout(clues, contrary, decisions, []clue{about}),
		disputes: newLookout(disputes), sendings: newLookout(sendings), roles: map[string]role{about.says: aboutUs},
	}
	for _, c := range clues {
		l.roles[c.says] = blames
	}
	for _, c := range contrary {
		l.roles[c.says] = softens
	}
	return l
}

// scanner looks for many patterns in one text at a time. A pattern is only tried where one of the
// beginnings that it can have stands, so that most of a text is looked at once and not once a pattern.
type scanner struct {
	gates   [mostBeginning + 1]map[uint32][]int // by the length of a beginning and its bytes: which patterns
	trials  []trial
	ungated []int // patterns whose beginnings cannot be listed: they are looked for everywhere
}

// trial is one pattern of a scanner.
type trial struct {
	here     *regexp.Regexp // at the start of a text
	behind   *regexp.Regexp // behind one letter, so that the beginning of a word is told; nil where the pattern begins with one
	anywhere *regexp.Regexp // of an ungated pattern
	atWord   bool           // it begins at the beginning of a word
}

const (
	mostBeginning  = 4       // bytes of a beginning
	mostBeginnings = 4000    // of one pattern
	mostMatched    = 1 << 10 // bytes that a pattern looks ahead
)

// newScanner prepares patterns, which are for text in lower case.
func newScanner(patterns []*regexp.Regexp) *scanner {
	s := &scanner{}
	for n := range s.gates {
		s.gates[n] = map[uint32][]int{}
	}
	for i, pattern := range patterns {
		t := trial{here: regexp.MustCompile(`^(?:` + pattern.String() + `)`)}
		tree, err := syntax.Parse(pattern.String(), syntax.Perl)
		list, ok := beginnings(tree)
		if ok = ok && err == nil; !ok {
			t.anywhere = pattern
			s.ungated = append(s.ungated, i)
		}
		if t.atWord = ok && wordFirst(tree); !t.atWord {
			t.behind = regexp.MustCompile(`^[a-z0-9_](?:` + pattern.String() + `)`)
		}
		s.trials = append(s.trials, t)
		for _, b := range list {
			gate := s.gates[len(b)]
			gate[packed(b)] = append(gate[packed(b)], i)
		}
	}
	return s
}

// scan calls found with every pattern that stands in a text in lower case, and where; of what one pattern
// matches, nothing overlaps, and it is reported at most so many times.
func (s *scanner) scan(text string, most int, found func(pattern, at int)) {
	until, times := make([]int, len(s.trials)), make([]int, len(s.trials))
	for i := range s.ungated {
		pattern := s.ungated[i]
		for _, place := range s.trials[pattern].anywhere.FindAllStringIndex(text, most) {
			found(pattern, place[0])
		}
	}
	word := false
	for at := range len(text) {
		before := word
		word = isASCIIWord(text[at])
		key := uint32(0)
		for n := 1; n <= mostBeginning && at+n <= len(text); n++ {
			key = key<<8 | uint32(text[at+n-1])
			for _, pattern := range s.gates[n][key] {
				t := &s.trials[pattern]
				if at < until[pattern] || times[pattern] >= most || t.atWord && (before || !word) {
					continue
				}
				if end := t.match(text, at, before); end > at {
					until[pattern], times[pattern] = end, times[pattern]+1
					found(pattern, at)
				}
			}
		}
	}
}

// match is where a match ends that begins at a place; 0 when there is none. word says that a letter stands before it.
func (t *trial) match(text string, at int, word bool) int {
	pattern, from := t.here, at
	if word && t.behind != nil {
		pattern, from = t.behind, at-1
	}
	if place := pattern.FindStringIndex(text[from:min(len(text), at+mostMatched)]); place != nil {
		return from + place[1]
	}
	return 0
}

func isASCIIWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_'
}

func packed(s string) (key uint32) {
	for i := range len(s) {
		key = key<<8 | uint32(s[i])
	}
	return key
}

// wordFirst reports that everything that a pattern matches begins at the beginning of a word.
func wordFirst(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpCapture:
		return wordFirst(re.Sub[0])
	case syntax.OpConcat:
		return re.Sub[0].Op == syntax.OpWordBoundary && len(re.Sub) > 1 && beginsWithLetter(re.Sub[1:]) || wordFirst(re.Sub[0])
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			if !wordFirst(sub) {
				return false
			}
		}
		return true
	}
	return false
}

func beginsWithLetter(subs []*syntax.Regexp) bool {
	list, ok := concatenated(subs)
	for _, b := range list {
		ok = ok && len(b) > 0 && isASCIIWord(b[0])
	}
	return ok
}

// beginnings lists the first bytes that a match of a pattern can have, at most mostBeginning of each;
// false where they cannot be listed.
func beginnings(re *syntax.Regexp) ([]string, bool) {
	list, ok := starts(re)
	for _, b := range list {
		ok = ok && b != ""
	}
	return list, ok && len(list) > 0
}

// starts is beginnings, where an empty one stands for a match that can be empty.
func starts(re *syntax.Regexp) ([]string, bool) {
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpWordBoundary, syntax.OpNoWordBoundary, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText:
		return []string{""}, true
	case syntax.OpLiteral:
		if re.Flags&syntax.FoldCase != 0 {
			return nil, false
		}
		return []string{cut(string(re.Rune))}, true
	case syntax.OpCharClass:
		return class(re.Rune)
	case syntax.OpCapture, syntax.OpPlus:
		return starts(re.Sub[0])
	case syntax.OpQuest, syntax.OpStar:
		list, ok := starts(re.Sub[0])
		return append(list, ""), ok
	case syntax.OpRepeat:
		list, ok := starts(re.Sub[0])
		if re.Min == 0 {
			list = append(list, "")
		}
		return list, ok
	case syntax.OpConcat:
		return concatenated(re.Sub)
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			list, ok := starts(sub)
			if all = append(all, list...); !ok || len(all) > mostBeginnings {
				return nil, false
			}
		}
		return unique(all), true
	}
	return nil, false
}

// concatenated are the starts of patterns that follow each other. What stands behind a part that can
// repeat is not told from the repeat: the start is cut there.
func concatenated(subs []*syntax.Regexp) ([]string, bool) {
	done, open := []string{}, []string{""}
	for _, sub := range subs {
		list, ok := starts(sub)
		if !ok {
			if len(open) == 1 && open[0] == "" {
				return nil, false
			}
			break // what was gathered so far is enough, where it is not empty
		}
		repeats := sub.Op == syntax.OpPlus || sub.Op == syntax.OpStar || sub.Op == syntax.OpRepeat
		var next []string
		for _, a := range open {
			for _, b := range list {
				joined := cut(a + b)
				if len(joined) == mostBeginning || repeats && b != "" {
					done = append(done, joined)
				} else {
					next = append(next, joined)
				}
			}
		}
		if open = unique(next); len(open) == 0 {
			break
		}
		if len(done)+len(open) > mostBeginnings {
			return nil, false
		}
	}
	return unique(append(done, open...)), true
}

// class lists the letters of a small character class.
func class(ranges []rune) (list []string, ok bool) {
	for i := 0; i+1 < len(ranges); i += 2 {
		if ranges[i+1]-ranges[i] > 40 {
			return nil, false
		}
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			list = append(list, cut(string(r)))
		}
	}
	return list, len(list) > 0 && len(list) <= 80
}

func cut(s string) string {
	if len(s) > mostBeginning {
		return s[:mostBeginning]
	}
	return s
}

func unique(list []string) []string {
	seen := make(map[string]bool, len(list))
	kept := list[:0:0]
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			kept = append(kept, s)
		}
	}
	return kept
}
