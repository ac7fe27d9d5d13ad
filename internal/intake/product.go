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

// tellingWords are the words of the catalogue that name a product by themselves: "VCA" of
// "Basisveiligheid VCA", but not "training", nor what is a function or part of a firm's name.
//
// The second are those that are somebody's function too: "Praktijkopleider".
func tellingWords(names []productName) (telling, functions map[string]bool) {
	telling, functions = map[string]bool{}, map[string]bool{}
	for _, name := range names {
		for _, word := range name.words {
			switch {
			case len(word) < 3 || commonInCatalogue.MatchString(word) || orgWord.MatchString(word):
			case function.MatchString(word):
				functions[word] = true
			default:
				telling[word] = true
			}
		}
	}
	return telling, functions
}

var (
	commonInCatalogue = regexp.MustCompile(`^(training(en)?|cursus(sen)?|opleiding(en)?|workshop|leergang|module|course|e|learning|online|digitaal|digitale|materiaal|lesmateriaal|licenties?|incompany|blended|examens?|toets|klik|praktijk|theorie|basis|niveau|voor|het|een|the|train|management|maintenance|vol|techniek|simulatie)$`)
	// besideProduct are words that belong to the name of a product when they stand beside it.
	besideProduct = regexp.MustCompile(`^(training(en)?|cursus(sen)?|opleiding(en)?|workshops?|leergang|module|course|e|learning|online|digitaal|digitale|incompany|incompanytraining|incompanytraject|basis|examen|toets|herhaling|traject|lesmateriaal|materiaal|licenties?|simulator|yellow|green|black|belt)$`)
)

// partOfCatalogue finds the first words of a text that name a product of the catalogue by a part of
// its name, with the words beside it that belong to it: "incompany LEAN", "e-learning haccp".
func (r *Reader) partOfCatalogue(text string) string {
	text = bounded(text, mostLong)
	words := places(text)
	for i := range words {
		if !r.tells(words[i].word) {
			continue
		}
		from, to := i, i
		for to+1 < len(words) && adjacent(text, words[to], words[to+1]) && (r.tells(words[to+1].word) || besideProduct.MatchString(words[to+1].word) || len(words[to+1].word) == 1 && to == i) {
			to++
		}
		for from > 0 && adjacent(text, words[from-1], words[from]) && besideProduct.MatchString(words[from-1].word) {
			from--
		}
		return collapse(text[words[from].start:words[to].end])
	}
	return ""
}

// wordsOfCatalogue finds the first words beside each other that stand so in the name of a product: "Techniek VMBO", "blended learning".
func (r *Reader) wordsOfCatalogue(text string) string {
	text = bounded(text, mostLong)
	words := places(text)
	for i := range words {
		most := 0
		for _, name := range r.products {
			most = max(most, wordsOf(words[i:], name.words))
		}
		if found := text[words[i].start:words[i+max(most-1, 0)].end]; most >= 2 && !everyday.MatchString(found) {
			return collapse(found)
		}
	}
	return ""
}

// everyday are words of the catalogue that name no product, though they stand beside each other in the name of one.
var everyday = regexp.MustCompile(`(?i)^(licenties? )?(digitaal )?lesmateriaal$|^licenties? digitaal$|^(in|voor) het mbo$|^(in|voor) het$|^e[ -]learning$|^training lean$|^(de|het|een|van|in|en) |^(in )?het mbo$`)

// wordsOf counts the words at the beginning of words that stand beside each other in a name.
func wordsOf(words []place, name []string) (most int) {
	for from := range name {
		n := 0
		for n < len(words) && from+n < len(name) && words[n].word == name[from+n] {
			n++
		}
		most = max(most, n)
	}
	return most
}

// functionOfCatalogue finds a word of the catalogue that is a function too, where a course is meant: "de opleiding praktijkopleider".
func (r *Reader) functionOfCatalogue(text string) string {
	text = bounded(text, mostLong)
	words := places(text)
	for i, at := range words {
		if !r.functions[at.word] {
			continue
		}
		before := text[words[max(0, i-3)].start:at.start]
		capital := unicode.IsUpper([]rune(text[at.start:at.end])[0])
		if meansCourse.MatchString(before) || capital && (ofCourse.MatchString(before) || !isSomebody.MatchString(before)) {
			return text[at.start:at.end]
		}
	}
	return ""
}

// meansCourse is what stands before the name of a course.
var meansCourse = regexp.MustCompile(`(?i)(^|\b(trainer|docent|training|cursus|opleiding|workshop|module|leergang|examens?|toets|traject|les(sen)?|dag|diploma|certificaat|bijeenkomst|groep|geslaagd|gezakt|volgen?|volgde|gevolgd|deed|gedaan|ingeschreven|aangemeld|factuur|reader|boek|lesboek)\b\W*((van|voor|over|tot|in|de|het|jullie|uw|bij) )*)$`)

// ofCourse is what stands before a course that is called like a function, and written with a capital: "dag drie van de Praktijkopleider".
var ofCourse = regexp.MustCompile(`(?i)\b(van|bij|voor|tijdens|na|met|in|u|jullie|om|over) de\s+$`)

// isSomebody is what stands before the function of a person, or begins a line or a sentence.
var isSomebody = regexp.MustCompile(`(?i)(^|\n|[.!?:|,]\s+|\b(ben|als|onze|mijn|de|een|zijn|haar|is|was|uw|jullie|door|met)\s+)$`)

// tells reports that a word names a product, with at most one typing error.
func (r *Reader) tells(word string) bool {
	if r.telling[word] {
		return true
	}
	if len(word) < 7 {
		return false
	}
	for telling := range r.telling {
		if len(telling) >= 7 && oneTypo(word, telling) {
			return true
		}
	}
	return false
}

// adjacent reports that nothing but a space or a hyphen stands between two words.
func adjacent(text string, a, b place) bool {
	between := text[a.end:b.start]
	return between == " " || between == "-" || between == "\n"
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

// partOfProduct reports that all words of a name stand in the name of one product: "Techniek VMBO".
func (r *Reader) partOfProduct(name string) bool {
	words := productWords(name)
	return len(words) > 0 && slices.ContainsFunc(r.products, func(p productName) bool {
		return !slices.ContainsFunc(words, func(word string) bool { return !slices.Contains(p.words, word) })
	})
}

// isProduct reports that a name is a product rather than a firm.
func (r *Reader) isProduct(name string) bool { return r.inCatalogue(name) != "" }

var (
	productNoun   = `(?:incompany |online |digitale? |praktijk|herhalings?)?(?:training|scholing|bootcamp|webinarreeks|lesdag(?:en)?|traject|reader|praktijkdag|maatwerkdag|studiedag|cursus|opleiding|workshop|e-?learning|module|masterclass|leergang|nascholing|bijscholing|instructie|licentie|lesmateriaal|simulatie ?pakket|examen|course|toets)(?:en|sdag(?:en)?|s)?`
	quotedProduct = newPattern(`(?i)\b` + productNoun + ` +["“”'‘„]([^"“”'’„\n]{3,60})["”“'’]`)
	// productPhrase is a name behind the word for a product: "cursus Omgaan met NAH", "training Werken op hoogte".
	productPhrase = newPattern(`\b((?i:` + productNoun + `)\b(?: (?:tot|voor|van|over|digitaal|digitale|lesmateriaal))*)((?: +\p{Lu}[\p{L}\d&'’/+-]*` + goesOnInName + `))`)
	// courseTitle is a name without such a word, known by how the names of courses begin: "bij Omgaan met verlies".
	courseTitle = newPattern(`[\p{Ll}"“‘,:|] ?"?((?:Veilig|Gezond|Omgaan|Leidinggeven|Werken|Signaleren|Begeleiden|Coachen|Presenteren|Plannen|Communiceren|Samenwerken|Onderhandelen|Adviseren|Rapporteren|Organiseren|Motiveren|Lassen|Boekhouden|Programmeren|Klantgericht|Resultaatgericht|Oplossingsgericht|Vraaggericht|Assertief|Effectief|Efficiënt|Duurzaam|Professioneel|Gastvrij|Methodisch|Motiverende|Didactisch|Verantwoord|Voorbehouden|Zakelijk|Succesvol|Persoonlijk|Praktisch|Creatief|Inleiding|Introductie|Kennismaking|Grip|Basiskennis)` + goesOnInName + `)`)
	compound    = newPattern(`(?i)\b([\p{L}-]{3,}?(?:training|cursus|opleiding|bijscholing|nascholing|instructie|workshop|leergang|examen|licentie|masterclass|course))(?:en|s)?\b`)
	precedes    = newPattern(`\b([\p{Lu}][\p{L}\d&-]*(?:[ -](?:[\p{Lu}0-9][\p{L}\d&-]*|en|&)){0,4})[ -](?:training|cursus|opleiding|workshop|e-?learning|course|module)\b`)
)

// goesOnInName is what goes on behind the first word of a course's name: capitals, "op de werkvloer", nouns and infinitives in small letters.
const goesOnInName = `(?: +(?:[\p{Lu}\d][\p{L}\d&'’/+-]*|(?:met|op|voor|van|aan|en|&|tot|over|in|bij|langs|onder|at|of)(?: (?:de|het|een|the))? +[\p{L}\d-]+|(?:\p{Ll}{3,}(?:ig|gericht|isch|lijk) +)?\p{Ll}{3,}(?:en|ing|heid|didactiek|kunde|schap)\b))*`

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
	body := strings.Join(f.letter.body, "\n")
	for _, find := range []func(string) string{f.partOfCatalogue, f.wordsOfCatalogue, phrasedProduct, f.functionOfCatalogue} {
		for _, place := range []struct{ text, source string }{{body, f.v.source}, {f.v.subject, sourceHeader}, {f.v.cover, sourceBody}} {
			if name := find(place.text); name != "" {
				f.out.Product = field(name, place.source, mostShort)
				return
			}
		}
	}
	earlier := ""
	if f.m.Forwarded != nil {
		earlier = f.m.Forwarded.Text
	}
	for _, text := range []string{f.m.Quoted, earlier} {
		for _, find := range []func(string) string{f.inCatalogue, f.partOfCatalogue, firstCourse} {
			if name := find(bounded(text, mostLong)); name != "" {
				f.out.Product = field(name, sourceBody, mostShort)
				return
			}
		}
	}
}

// phrasedProduct is a product that no catalogue lists: "cursus Veilig werken op hoogte", "heftruckopleiding".
func phrasedProduct(text string) string {
	text = unwrapped(bounded(text, mostLong))
	if m := quotedProduct.FindStringSubmatch(text); m != nil {
		return collapse(m[1])
	}
	for _, m := range productPhrase.FindAllStringSubmatch(text, 5) {
		if !ours.MatchString(m[2]) {
			return trimProduct(m[1] + m[2])
		}
	}
	if course := firstCourse(text); course != "" {
		return course
	}
	if m := precedes.FindStringSubmatch(text); m != nil && !commonBefore.MatchString(m[1]) {
		return collapse(m[0])
	}
	for _, m := range courseTitle.FindAllStringSubmatch(text, 5) {
		if strings.Contains(m[1], " ") {
			return trimProduct(m[1])
		}
	}
	for _, m := range compound.FindAllStringSubmatch(text, 10) {
		if !commonCompound.MatchString(m[1]) {
			return m[1]
		}
	}
	return licences.FindString(text)
}

// licences is what many a complaint is about without another name for it.
var licences = newPattern(`(?i)\blicenties?\b|\blicen[cs]es?\b`)

// ours is what stands behind "de training" without naming it.
var ours = newPattern(`(?i)^\W*(bij|van|voor)? ?(klik|u|uw|jullie|januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag)\b`)

// knownCourse are courses that every Dutch training provider could give.
var knownCourse = newPattern(`(?i)\b(((cursus|training|opleiding|herhaling|examen) )?(BHV|bedrijfshulpverlening|EHBO|AED|NEN[ -]?\d{4}|ADR|BEI|code[ -]?95|VCU|VCA(-VOL)?|VOL-VCA|ATEX|HACCP|PRINCE2|AVG|scrum|six sigma|lean|excel|autocad|heftruc?k\p{L}*|fork ?lift|reach ?truck\p{L}*|hoogwerker\p{L}*|verreiker|shovel|steigerbouw|motor(ketting)?zaag|(klein )?vaarbewijs|marifoon\p{L}*|basic safety|fire safety|gevaarlijke stoffen|(omgaan met )?agressie( \p{L}+ de balie)?|F-gassen|(sociale )?hygi[eë]ne\p{L}*|allergenen|assess?oren?\p{L}*|spuitlicentie|rolsteiger|hijsbegeleider|kraanmachinist|preventiemedewerker|vertrouwenspersoon|asbest|lassen|lasveiligheid|inburgering|reanimatie|marifonie|gasmeten|gasdetectie|adembescherming|tilliften|legionella|medicatieveiligheid|brandwacht|fire warden|working at height|werken op hoogte|timemanagement|digitale vaardigheden|train[- ]the[- ]trainer)|taal ?(training|cursus|les(sen)?)|(cursus|workshop|training|opleiding|module|examen) (assess?or|\p{L}+(vaardigheid|vaardigheden|voering|begeleiding|preventie|bestrijding|bescherming|beheersing|administratie|boekhouden|handelingen|bediening|management|communicatie|coaching|leiderschap|educatie|pedagogiek|psychologie|zorg|kunde|didactiek|beheer|verlening|technieken|training|hantering|automatisering|gesprekken))|e-?learning|simulatiepakket|(digitaal |digitale )?lesmateriaal|leeromgeving|webinar|proefexamens?|praktijkexamen)\b( ?-?(cursus|training|opleiding|certificaat|herhaling|examen))?`)

// safetyCourse are those that are called after what they keep safe: "brandveiligheid".
var safetyCourse = newPattern(`(?i)\b((cursus|training|opleiding|herhaling|examen) )?\p{L}+veiligheid\b( ?-?(cursus|training|opleiding|certificaat|herhaling|examen))?`)

// firstCourse is the first known course that a text names.
func firstCourse(text string) string {
	found := append(knownCourse.FindAllStringIndex(text, 1), safetyCourse.FindAllStringIndex(text, 1)...)
	if len(found) == 0 {
		return ""
	}
	first := slices.MinFunc(found, func(a, b []int) int { return a[0] - b[0] })
	return collapse(text[first[0]:first[1]])
}

var (
	commonBefore   = regexp.MustCompile(`(?i)^(de|het|een|deze|die|onze|uw|jullie|klacht|de klacht|vorige|na|bij|in|op|tijdens|geachte|beste|the|this|your|our|klik)$`)
	commonCompound = regexp.MustCompile(`(?i)^(her|her-|proef|oefen|tussen|eind|praktijk|theorie|her|school|voor|na|voort?|lichaams|beroeps|mbo-|bij|om|voor)(training|cursus|opleiding|workshop|leergang|examen|licentie|course)$|^(opleiding|incourse)$`)
)

// onDay is the day of a course behind its name: "cursus Witwassen van 21".
var onDay = regexp.MustCompile(`(?i) (van|op|in|tot|over) \d+$`)

// danglingWord is a word that a name cannot end with, or what goes on with the sentence.
var danglingWord = regexp.MustCompile(`(?i)\s+(en (kreeg|kregen|heb|hebben|ben|zijn|was|waren|werd|werden|kon|konden|moest|moesten|wil|willen|daar|er|het|we|wij|ik|toen|nu)|en|voor|in|het|de|&|van|op)$`)

func trimProduct(s string) string {
	s = onDay.ReplaceAllString(collapse(strings.Trim(s, " \"“”'")), "")
	for {
		cut := danglingWord.ReplaceAllString(s, "")
		if cut == s {
			return s
		}
		s = cut
	}
}
