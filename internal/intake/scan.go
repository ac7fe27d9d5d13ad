package intake

import "slices"

// lookout is a table of clues, ready to be looked for in a text all at once. What several clues say together counts once for each.
type lookout struct {
	clues   []clue
	scanner *scanner
}

func newLookout(tables ...[]clue) *lookout {
	l := &lookout{clues: slices.Concat(tables...)}
	patterns := make([]*pattern, len(l.clues))
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

// scanner looks for many patterns in one text in lower case at a time, so that most of it is looked at once and not once a pattern.
type scanner struct {
	patterns  []*pattern
	words     entrances // of the patterns that begin at the beginning of a word
	anywhere  entrances // of the others
	unlimited []int     // patterns whose beginnings cannot be listed
}

// entrances say which patterns can begin with some bytes.
type entrances struct {
	first [256]bool
	by    map[string][]int // none with those that only begin a beginning
}

func newScanner(patterns []*pattern) *scanner {
	s := &scanner{patterns: patterns}
	for i, p := range patterns {
		switch {
		case p.whole != nil:
			s.unlimited = append(s.unlimited, i)
		case p.atWord:
			s.words.add(p, i)
		default:
			s.anywhere.add(p, i)
		}
	}
	return s
}

func (e *entrances) add(p *pattern, i int) {
	if e.by == nil {
		e.by = map[string][]int{}
	}
	for _, b := range p.begins {
		e.first[b[0]] = true
		for n := 1; n < len(b); n++ {
			if _, known := e.by[b[:n]]; !known {
				e.by[b[:n]] = nil
			}
		}
		e.by[b] = append(e.by[b], i)
	}
}

// at calls try with every pattern that can begin as a text does.
func (e *entrances) at(text string, try func(i int)) {
	if !e.first[text[0]] {
		return
	}
	for n := 1; n <= len(text); n++ {
		patterns, known := e.by[text[:n]]
		if !known {
			return
		}
		for _, i := range patterns {
			try(i)
		}
	}
}

// scan calls found with every pattern that stands in a text, and where; of what one pattern matches, nothing
// overlaps, and it is reported at most so many times.
func (s *scanner) scan(text string, most int, found func(pattern, at int)) {
	for _, i := range s.unlimited {
		for _, place := range s.patterns[i].FindAllStringIndex(text, most) {
			found(i, place[0])
		}
	}
	until, times := make([]int, len(s.patterns)), make([]int, len(s.patterns))
	for at := range len(text) {
		try := func(i int) {
			if at < until[i] || times[i] >= most {
				return
			}
			if end := s.patterns[i].end(text, at); end > at {
				until[i], times[i] = end, times[i]+1
				found(i, at)
			}
		}
		if at == 0 || !isASCIIWord(text[at-1]) {
			s.words.at(text[at:], try)
		}
		s.anywhere.at(text[at:], try)
	}
}
