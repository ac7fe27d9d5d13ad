package intake

import (
	"regexp/syntax"
	"slices"
	"unicode"
	"unicode/utf8"
)

const (
	mostBeginning  = 8    // bytes of a beginning
	manyBeginnings = 100  // are enough: what follows is not told
	mostBeginnings = 4000 // of one pattern
	mostClass      = 80   // letters of a character class that are told apart
)

// beginning is how a match can begin.
type beginning struct {
	text string
	cut  bool // what follows it is not told
}

// beginnings lists the first bytes that a match of a pattern can have, at most mostBeginning of each; false
// where they cannot be listed. Of the letters that (?i) takes for each other, those without accents stand in
// lower case; the long s and the sign for kelvin, which it takes for an s and a k, are left out.
func beginnings(re *syntax.Regexp) (list []string, ok bool) {
	every, ok := starts(re)
	for _, b := range every {
		if b.text == "" {
			return nil, false
		}
		list = append(list, b.text)
	}
	return list, ok && len(list) > 0
}

// starts is beginnings, where an empty one stands for a match that can be empty.
func starts(re *syntax.Regexp) ([]beginning, bool) {
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpWordBoundary, syntax.OpNoWordBoundary, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText:
		return []beginning{{}}, true
	case syntax.OpLiteral:
		return literal(re), true
	case syntax.OpCharClass:
		return class(re.Rune)
	case syntax.OpCapture:
		return starts(re.Sub[0])
	case syntax.OpPlus, syntax.OpQuest, syntax.OpStar, syntax.OpRepeat:
		return repeating(re)
	case syntax.OpConcat:
		return concatenated(re.Sub)
	case syntax.OpAlternate:
		var every []beginning
		for _, sub := range re.Sub {
			list, ok := starts(sub)
			if every = append(every, list...); !ok || len(every) > mostBeginnings {
				return nil, false
			}
		}
		return unique(every), true
	}
	return nil, false
}

// literal is how a literal begins: in several ways, when a letter with an accent in it can be a capital.
func literal(re *syntax.Regexp) []beginning {
	list := []beginning{{}}
	for _, r := range re.Rune {
		letters := []beginning{{text: string(r)}}
		if re.Flags&syntax.FoldCase != 0 {
			letters = []beginning{{text: string(unicode.ToLower(r))}}
			if r > unicode.MaxASCII {
				letters = append(letters, beginning{text: string(unicode.ToUpper(r))})
			}
		}
		list = joined(list, letters)
	}
	return list
}

// class lists the letters of a character class that has few, and of one without small letters the first bytes.
func class(ranges []rune) (list []beginning, ok bool) {
	for i := 0; i+1 < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1] && (r <= unicode.MaxASCII || len(list) < mostClass); r++ {
			list = append(list, beginning{text: string(r)})
		}
	}
	if len(list) < mostClass {
		return list, len(list) > 0
	}
	var bytes []beginning
	for c := range 256 {
		if ascii := slices.Contains(list, beginning{text: string(rune(c))}); c >= utf8.RuneSelf || ascii {
			if c >= 'a' && c <= 'z' {
				return nil, false
			}
			bytes = append(bytes, beginning{string([]byte{byte(c)}), c >= utf8.RuneSelf})
		}
	}
	return bytes, true
}

// repeating is how something begins that can stand more than once, or not at all: what follows it is not told from another time.
func repeating(re *syntax.Regexp) ([]beginning, bool) {
	list, ok := starts(re.Sub[0])
	for i, b := range list {
		list[i].cut = b.cut || b.text != "" && re.Op != syntax.OpQuest
	}
	if re.Op == syntax.OpQuest || re.Op == syntax.OpStar || re.Op == syntax.OpRepeat && re.Min == 0 {
		list = append(list, beginning{})
	}
	return unique(list), ok
}

// concatenated is how patterns that follow each other begin. What was gathered before one whose beginnings cannot be listed is enough, where there is something.
func concatenated(subs []*syntax.Regexp) ([]beginning, bool) {
	list := []beginning{{}}
	for _, sub := range subs {
		next, ok := starts(sub)
		if !ok || len(list)*len(next) > manyBeginnings && !slices.Contains(list, beginning{}) {
			next = []beginning{{cut: true}}
		}
		list = joined(list, next)
		if len(list) > mostBeginnings {
			return nil, false
		}
	}
	for _, b := range list {
		if b.text == "" && b.cut {
			return nil, false
		}
	}
	return list, true
}

// joined puts each of some beginnings before each of others.
func joined(before, behind []beginning) (list []beginning) {
	for _, a := range before {
		if a.cut {
			list = append(list, a)
			continue
		}
		for _, b := range behind {
			text := a.text + b.text
			list = append(list, beginning{text[:min(len(text), mostBeginning)], b.cut || len(text) >= mostBeginning})
		}
	}
	return unique(list)
}

func unique(list []beginning) []beginning {
	seen := make(map[beginning]bool, len(list))
	kept := list[:0:0]
	for _, b := range list {
		if !seen[b] {
			seen[b] = true
			kept = append(kept, b)
		}
	}
	return kept
}

// needed lists the beginnings of words of which every match of a pattern holds one; none where there are no such words.
func needed(re *syntax.Regexp) (words []string) {
	switch re.Op {
	case syntax.OpLiteral:
		for _, b := range literal(re) {
			words = append(words, b.text)
		}
	case syntax.OpCapture, syntax.OpPlus:
		return needed(re.Sub[0])
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if more := needed(sub); shortest(more) > shortest(words) {
				words = more
			}
		}
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			more := needed(sub)
			if len(more) == 0 {
				return nil
			}
			words = append(words, more...)
		}
	}
	return words
}

func shortest(words []string) int {
	if len(words) == 0 {
		return 0
	}
	return len(slices.MinFunc(words, func(a, b string) int { return len(a) - len(b) }))
}

// folds reports that something in a pattern stands for capitals too.
func folds(re *syntax.Regexp) bool {
	for _, sub := range re.Sub {
		if folds(sub) {
			return true
		}
	}
	return re.Op == syntax.OpLiteral && re.Flags&syntax.FoldCase != 0
}

// assertion is what must stand before a match.
type assertion int

const (
	startsAnywhere  assertion = iota // nothing
	startsText                       // nothing at all: the text begins
	startsWord                       // no letter, as a word begins
	startsOtherwise                  // something else, or one thing here and another there
)

// assertionOf says what must stand before every match of a pattern.
func assertionOf(re *syntax.Regexp) assertion {
	switch {
	case all(re, beginsText):
		return startsText
	case all(re, beginsWord):
		return startsWord
	case looksBehind(re):
		return startsOtherwise
	}
	return startsAnywhere
}

// all reports that something is so of every way in which a pattern can begin.
func all(re *syntax.Regexp, is func(*syntax.Regexp) bool) bool {
	switch {
	case is(re):
		return true
	case re.Op == syntax.OpCapture, re.Op == syntax.OpConcat:
		return all(re.Sub[0], is)
	case re.Op == syntax.OpAlternate:
		return !slices.ContainsFunc(re.Sub, func(sub *syntax.Regexp) bool { return !all(sub, is) })
	}
	return false
}

func beginsText(re *syntax.Regexp) bool { return re.Op == syntax.OpBeginText }

func beginsWord(re *syntax.Regexp) bool {
	if re.Op != syntax.OpConcat || re.Sub[0].Op != syntax.OpWordBoundary {
		return false
	}
	list, ok := concatenated(re.Sub[1:])
	return ok && !slices.ContainsFunc(list, func(b beginning) bool { return b.text == "" || !isASCIIWord(b.text[0]) })
}

// looksBehind reports that it matters to a pattern what stands before a match.
func looksBehind(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpWordBoundary, syntax.OpNoWordBoundary, syntax.OpBeginLine, syntax.OpBeginText:
		return true
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if looksBehind(sub) {
				return true
			}
			if list, ok := starts(sub); ok && !slices.Contains(list, beginning{}) {
				return false
			}
		}
		return false
	}
	return slices.ContainsFunc(re.Sub, looksBehind)
}

// afterLead is a pattern for the beginning of a text without the "any number of these" that it begins with, and
// which bytes those are.
func afterLead(re *syntax.Regexp) (rest *syntax.Regexp, lead *[256]bool) {
	if re.Op != syntax.OpConcat || len(re.Sub) < 3 || re.Sub[0].Op != syntax.OpBeginText || re.Sub[1].Op != syntax.OpStar || re.Sub[1].Sub[0].Op != syntax.OpCharClass {
		return re, nil
	}
	lead = &[256]bool{}
	ranges := re.Sub[1].Sub[0].Rune
	for i := 0; i+1 < len(ranges); i += 2 {
		for r := ranges[i]; r <= min(ranges[i+1], unicode.MaxASCII); r++ {
			lead[r] = true
		}
		for c := utf8.RuneSelf; ranges[i+1] > unicode.MaxASCII && c < len(lead); c++ {
			lead[c] = true
		}
	}
	return &syntax.Regexp{Op: syntax.OpConcat, Sub: re.Sub[2:]}, lead
}
