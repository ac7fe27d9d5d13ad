package intake

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// productName is one way to write a product of the catalogue.
type productName struct {
	words []string // lower case, without accents
}

func productNames(products []Product) (names []productName) {
	for _, p := range products {
		for _, name := range append([]string{p.Name}, p.Aliases...) {
			if words := productWords(name); len(words) > 0 {
				names = append(names, productName{words: words})
			}
		}
	}
	slices.SortStableFunc(names, func(a, b productName) int { return len(b.words) - len(a.words) })
	return names
}

func productWords(s string) []string {
	return strings.FieldsFunc(strings.ToLower(unaccent(s)), func(r rune) bool { return !isWord(r) || r > 0x7f })
}

// place is a word of a text with where it stands.
type place struct {
	word       string
	start, end int
}

func places(text string) (list []place) {
	start := -1
	add := func(end int) {
		if start >= 0 {
			list = append(list, place{word: strings.ToLower(unaccent(text[start:end])), start: start, end: end})
		}
		start = -1
	}
	for i, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			if start < 0 {
				start = i
			}
			continue
		}
		add(i)
	}
	add(len(text))
	return list
}

// inCatalogue finds the product of the catalogue that a text names, as it stands in the text or
// with a small typing error, the longest name first. It gives the words of the text.
func (r *Reader) inCatalogue(text string) string {
	text = bounded(text, mostLong)
	words := places(text)
	for _, slack := range []bool{false, true} {
		for _, name := range r.products {
			for i := range words {
				if matchesAt(words[i:], name.words, slack) {
					return collapse(text[words[i].start:words[i+len(name.words)-1].end])
				}
			}
		}
	}
	return ""
}

func matchesAt(words []place, name []string, slack bool) bool {
	if len(words) < len(name) {
		return false
	}
	for i, want := range name {
		if words[i].word != want && (!slack || len(want) < 6 || !oneTypo(words[i].word, want)) {
			return false
		}
	}
	return true
}

// oneTypo reports that two words differ by one letter more, less, other, or two letters swapped.
func oneTypo(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	if i == len(a) || a[i+1:] == b[i+1:] {
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// isProduct reports that a name is a product rather than a firm.
func (r *Reader) isProduct(name string) bool { return r.inCatalogue(name) != "" }

var (
	productPhrase = regexp.MustCompile(`\b((?i:(?:incompany |online |digitale? |praktijk|herhalings)?(?:training|cursus|opleiding|workshop|e-?learning|module|masterclass|leergang|licentie|lesmateriaal|simulatie ?pakket|examen|course|toets)(?:en|s)?\b(?: (?:tot|voor|in|van|over|digitaal|digitale|lesmateriaal))*))((?: +["“']?(?:[\p{Lu}0-9][\p{L}\d&'’/+-]*|&|en|voor|in|het|de)["”']?){1,6})`)
	compound      = regexp.MustCompile(`(?i)\b([\p{L}-]{3,}?(?:training|cursus|opleiding|workshop|leergang|examen|licentie|masterclass|course))(?:en|s)?\b`)
	precedes      = regexp.MustCompile(`\b([\p{Lu}][\p{L}\d&-]*(?:[ -](?:[\p{Lu}0-9][\p{L}\d&-]*|en|&)){0,4})[ -](?:training|cursus|opleiding|workshop|e-?learning|course|module)\b`)
)

// readProduct finds the product in the catalogue, else by the words around "training", "cursus" and the like.
func (f *fieldReader) readProduct() {
	if f.out.Product != nil {
		return
	}
	for _, place := range []struct{ text, source string }{
		{f.v.text, f.v.source}, {f.v.subject, sourceHeader}, {f.v.cover, sourceBody}, {f.m.Quoted, sourceBody},
	} {
		if name := f.inCatalogue(place.text); name != "" {
			f.out.Product = field(name, place.source, mostShort)
			return
		}
	}
	for _, place := range []struct{ text, source string }{{f.v.subject, sourceHeader}, {f.v.text, f.v.source}, {f.v.cover, sourceBody}} {
		if name := phrasedProduct(place.text); name != "" {
			f.out.Product = field(name, place.source, mostShort)
			return
		}
	}
}

// phrasedProduct is a product that no catalogue lists: "cursus Veilig werken op hoogte", "heftruckopleiding".
func phrasedProduct(text string) string {
	text = bounded(text, mostLong)
	if m := productPhrase.FindStringSubmatch(text); m != nil {
		return trimProduct(m[1] + m[2])
	}
	if m := precedes.FindStringSubmatch(text); m != nil && !commonBefore.MatchString(m[1]) {
		return collapse(m[0])
	}
	for _, m := range compound.FindAllStringSubmatch(text, 10) {
		if !commonCompound.MatchString(m[1]) {
			return m[1]
		}
	}
	return ""
}

var (
	commonBefore   = regexp.MustCompile(`(?i)^(de|het|een|deze|die|onze|uw|jullie|klacht|de klacht|vorige|na|bij|in|op|tijdens|geachte|beste|the|this|your|our|klik)$`)
	commonCompound = regexp.MustCompile(`(?i)^(her|her-|proef|oefen|tussen|eind|praktijk|theorie|her|school|voor|na|voort?|lichaams|beroeps|mbo-|bij|om|voor)(training|cursus|opleiding|workshop|leergang|examen|licentie|course)$|^(opleiding|incourse)$`)
)

func trimProduct(s string) string {
	s = collapse(strings.Trim(s, " \"“”'"))
	for {
		cut := regexp.MustCompile(`(?i)\s+(en|voor|in|het|de|&|van|op)$`).ReplaceAllString(s, "")
		if cut == s {
			return s
		}
		s = cut
	}
}
