package intake

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// infixes are the words of a Dutch name that are no name by themselves.
var infixes = map[string]bool{"van": true, "de": true, "der": true, "den": true, "het": true, "'t": true, "ten": true, "ter": true, "te": true, "el": true, "la": true, "le": true, "von": true, "al": true, "op": true, "in": true, "bij": true, "aan": true, "tot": true, "dos": true, "da": true, "di": true, "del": true, "ben": true, "bin": true, "d'": true, "v.d.": true, "v.": true, "vd": true, "v/d": true, "v.d": true, "d.": true, "en": true, "vander": true, "a": true, "y": true, "-": true, "–": true}

var (
	titles   = newPattern(`(?i)^(w\.g\.|i\.[oa]\.|dhr\.?|de heer|mevr\.?|mevrouw|mw\.?|mr\.?|mrs\.?|ms\.?|ing\.?|ir\.?|drs\.?|dr\.?|prof\.?|em\.|bc\.?|heer|m[ae]dewerker|fam\.?|familie)\s+`)
	degrees  = newPattern(`(?i),?\s+(msc|bsc|bba|ba|ma|mba|phd|llm|ll\.?m\.?|bbe|rba?|med|rc|ra|aa|ro|qc|mcm|mme|mim|emim|meng|beng|ceng|frics|a\.?i|n\.?p|rm|rt|rmt|rv|rah|bna|rv?b|kno|eur ing|jr|sr|junior|senior)\.?$`)
	notName  = newPattern(`(?i)\b(b\.?v\.?|n\.?v\.?|v\.?o\.?f\.?|stichting|college|school|lyceum|roc|groep|team|afdeling|administratie|manager|coördinator|coordinator|adviseur|directeur|docent|medewerker|hoofd|leider|trainer|info|klantenservice|planning|secretariaat|receptie|helpdesk|support|training|opleiding(en)?|klik|onderwijs|www|http|straat|weg|laan|postbus|tel|mobiel|kvk|iban|btw|bedrijf|fabriek|gemeente|ziekenhuis|voorzitter|monteur|operator|consultant|officer|engineer|servicedesk|service|nederland|holland|noreply|website|redactie|groet|groeten|bedankt|namens|betreft|bijlage|vestiging|locatie|adres|datum|klacht|student|leerling|lid|advocatenkantoor|kantoor|rechtsbijstand|familie|ouder|moeder|vader|beste|geachte|hallo|hoi|dear|groetjes|hello|goedemorgen|goedemiddag|goedendag)\b`)
	bracket  = regexp.MustCompile(`\s*[(\["“][^)\]"”]*[)\]"”]\s*`)
	reversed = regexp.MustCompile(`^([\p{L}'’ -]+),\s*([\p{L}.'’ -]+?)(\s+(van|de|der|den|ten|ter|van de|van der|van den|'t|van 't))?$`)
)

// longestDegree is how many bytes the last word of a degree has at most, a full stop with it: "junior.".
const longestDegree = 7

// tidyName writes a name as a letter would: titles, degrees and remarks off, "Smeets, Ruud" turned round.
func tidyName(s string) string {
	s = collapse(bracket.ReplaceAllString(firstBehind(firstInBrackets.ReplaceAllString(s, "$1 ")), " "))
	for range 4 {
		before := s
		s = strings.TrimSpace(titles.ReplaceAllString(s, ""))
		if last := s[strings.LastIndexByte(s, ' ')+1:]; len(last) <= longestDegree && len(last) < len(s) {
			s = degrees.ReplaceAllString(s, "")
		}
		if s == before {
			break
		}
	}
	s = strings.Trim(s, " ,.;:|/*_-–\"'")
	if m := reversed.FindStringSubmatch(s); m != nil && (hasCapital(strings.Fields(m[2])) || !hasCapital(strings.Fields(m[1]))) {
		first, last := strings.TrimSpace(m[2]), strings.TrimSpace(m[1])
		if m[4] != "" {
			last = m[4] + " " + last
		}
		s = titles.ReplaceAllString(first, "") + " " + last
	}
	s = dottedInitials(s)
	if endsInInitial(s) || strings.HasSuffix(s, ".") {
		return s
	}
	return strings.TrimRight(s, ".")
}

// firstInBrackets is a first name behind the initials: "C. (Cemile) Demir".
var firstInBrackets = regexp.MustCompile(`(?:\p{Lu}\.\s?)+\((\p{Lu}[\p{L}-]+)\)`)

// behindInitials is a first name behind all of a name with initials: "B.J. Nijenhuis (Bert Jan)".
var behindInitials = regexp.MustCompile(`^((?:\p{Lu}\.\s?)+)([^()]*\p{L})\s*\((\p{Lu}[\p{L}-]+(?: \p{Lu}[\p{L}-]+)?)\)$`)

// firstBehind puts a first name that stands in brackets behind a name in the place of its initials, when they agree.
func firstBehind(s string) string {
	m := behindInitials.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil || m[1][0] != m[3][0] || !isFirstName(firstWord(m[3])) {
		return s
	}
	return m[3] + " " + m[2]
}

// dottedInitials writes the dot behind a last initial that lost it: "S.E Blankestijn".
func dottedInitials(s string) string {
	first, rest, ok := strings.Cut(s, " ")
	if ok && (len(first) == 1 || strings.Contains(first, ".") && !strings.HasSuffix(first, ".")) && first == strings.ToUpper(first) {
		return first + ". " + rest
	}
	return s
}

func endsInInitial(s string) bool {
	words := strings.Fields(s)
	return len(words) > 0 && len(words[len(words)-1]) == 2 && strings.HasSuffix(s, ".")
}

// looksLikeName reports that a text could be the name of a person: one to six words, each with a
// capital or an infix, none that names a function or a firm.
func looksLikeName(s string) bool {
	s = strings.ReplaceAll(tidyName(s), "v/d", "v.d.")
	words := strings.Fields(s)
	if len(words) == 0 || len(words) > 6 || len(s) > 60 || notName.MatchString(called.ReplaceAllString(s, " ")) || strings.ContainsAny(s, "@/\\:;!?0123456789€&") {
		return false
	}
	capitals := 0
	for _, word := range words {
		first, _ := utf8.DecodeRuneInString(strings.TrimLeft(word, "'’"))
		switch {
		case infixes[strings.ToLower(word)]:
		case unicode.IsUpper(first):
			capitals++
		default:
			return false
		}
	}
	return capitals > 0
}

// called are surnames that are a word for something else by themselves: "van der Laan".
var called = regexp.MustCompile(`(?i)(^|[ -])(van|van der|van de|van den|van het|van 't|der|den|ter|ten|op de|aan de) (laan|weg|straat|school|groep|kantoor|kamp|kade)\b`)

// fullName reports a name of more than a first name.
func fullName(s string) bool {
	return len(strings.Fields(s)) > 1 || strings.Count(s, ".") > 1
}

// readName weighs all that may be the complainant's name in the header, the signature and the text.
func (f *fieldReader) readName() {
	if f.out.Name != nil {
		return
	}
	best := f.rankings[rankName].best(f.names())
	f.out.Name = field(best.value, best.source, mostShort)
}

// names lists what may be the complainant's name.
func (f *fieldReader) names() *candidates {
	n := nameFinder{f, newCandidates("none"), tidyName(f.v.from.Name)}
	if pieces := signaturePieces(f.v.from.Name); len(pieces) > 1 && looksLikeName(pieces[0]) && !reversed.MatchString(f.v.from.Name) {
		n.header = tidyName(pieces[0])
	}
	if f.v.passedOn {
		n.list[0].clue("none: passed on")
	}
	if n.header == "" || isWorkplace(n.header) || !looksLikeName(n.header) {
		n.list[0].clue("none: the sender is no person")
	}
	if forMany(f.v.from.Addr) {
		n.list[0].clue("none: an address for many")
	}
	n.inHeader()
	n.inSignature()
	n.introduced(f.v.subject, "subject")
	n.introduced(f.v.text, "text")
	if f.v.passedOn {
		n.introduced(f.v.cover, "cover")
		n.inText(strings.Join(f.letter.body, "\n"), "text")
		n.inText(withoutSignature(f.v.cover), "cover")
	} else if f.forClient() {
		for _, at := range client.FindAllStringSubmatch(unwrapped(bounded(f.v.text, mostWeighed)), 5) {
			n.variants(beforeStop.ReplaceAllString(at[1]+" ", "$1"), sourceBody, "client")
		}
	}
	return n.candidates
}

// client is somebody for whom another one writes.
var client = regexp.MustCompile(`(?:[Mm]evrouw|[Mm]evr\.|[Mm]w\.|[Hh]eer|[Dd]hr\.|[Cc]liënte?,?|[Oo]ns lid|[Mm]ijn lid|[Vv]erzekerde,?|mandant)\s+((?:\p{Lu}[\p{L}.'’-]*|van|de|der|den|el|ten|ter|'t)(?: (?:\p{Lu}[\p{L}.'’-]*|van|de|der|den|el|ten|ter|'t)){0,4})`)

// isWorkplace reports that a name holds the word for a firm or a school.
func isWorkplace(name string) bool {
	return legalForm.MatchString(name) || workplaces.MatchString(name) || orgWord.MatchString(name)
}

// nameFinder gathers what may be a person's name, with what speaks for it.
type nameFinder struct {
	*fieldReader
	*candidates
	header string // what the mail program calls the sender
}

// add adds a name unless it cannot be a person's, with what the name itself shows.
func (n nameFinder) add(name, source string, clues ...string) {
	name = trimInfixes(tidyName(name))
	if n.again(name, clues) {
		return
	}
	if name == "" || len(name) > 60 || len(strings.Fields(name)) > 7 || strings.ContainsAny(name, "@/\\:;!?0123456789€") || n.ours(name) || !hasWord(name) {
		return
	}
	if n.v.passedOn && strings.EqualFold(name, tidyName(n.m.From.Name)) {
		return
	}
	if !looksLikeName(name) && !n.writtenSmall(name) {
		return // better no name than one that nobody has: letters begin with it
	}
	n.candidates.add(name, source, append(clues, n.shows(name)...)...)
}

// writtenSmall reports the name of somebody who writes no capitals: a known first name, or the header or the address has it too.
func (n nameFinder) writtenSmall(name string) bool {
	if name != strings.ToLower(name) {
		return false
	}
	local, _, _ := strings.Cut(n.v.from.Addr, "@")
	first := squeeze(firstWord(name))
	return len(first) > 2 && (isFirstName(first) || strings.Contains(squeeze(local), first) || strings.Contains(squeeze(n.header), first))
}

// shows is what a person's name shows by itself, and beside the header.
func (n nameFinder) shows(name string) (clues []string) {
	add := func(is bool, clue string) {
		if is {
			clues = append(clues, clue)
		}
	}
	words := strings.Fields(joinedSurname.ReplaceAllString(name, "-$2"))
	address := n.v.from.Addr
	if n.out.Email != nil {
		address = n.out.Email.Value
	}
	local, _, _ := strings.Cut(strings.ToLower(address), "@")
	local = squeeze(local)
	inAddress, known := 0, 0
	for _, word := range words {
		word = squeeze(word)
		if len(word) > 2 && !infixes[word] {
			known++
			if strings.Contains(local, word) {
				inAddress++
			}
		}
	}
	add(inAddress > 0 && inAddress == known, "agrees with the address")
	add(inAddress > 0 && inAddress < known, "agrees with the address in part")
	add(inAddress == 0 && known > 0, "nothing of the address")
	add(looksLikeName(name), "looks like a name")
	add(fullName(name), "whole name")
	add(onlyInitials(name), "initial")
	add(onlyInitials(name) && strings.Count(words[0], ".") > 1, "several initials")
	add(strings.Contains(name, " en "), "two people")
	add(function.MatchString(name) || isFunction(words[len(words)-1]), "function")
	add(departments.MatchString(name), "department")
	add(isFirstName(words[0]), "begins with a first name")
	add(isPlace(name), "a place")
	add(placeAtEnd(words) > 0, "ends with a place")
	add(isWorkplace(name), "workplace")
	add(isWorkplace(name) && inAddress == 0, "a firm")
	add(n.isProduct(name), "product")
	add(name == strings.ToLower(name), "no capitals")
	add(looksLikeFarewell(name), "farewell")
	add(squeeze(name) == domainLabel(address), "is the domain")
	add(n.namesDomain(name), "agrees with the domain")
	add(isNothing(name) || unnamed.MatchString(name), "says that it is none")
	clues = append(clues, n.commonWords(words)...)
	own := slices.DeleteFunc(slices.Clone(words), func(word string) bool { return infixes[strings.ToLower(word)] })
	clues = append(clues, [...]string{"nothing but infixes", "one word", "two words", "three words", "many words"}[min(len(own), 4)])
	add(len(own) < len(words) && infixes[strings.ToLower(words[0])], "begins with an infix")
	switch {
	case strings.EqualFold(name, n.header):
		add(true, "as the header")
	case n.header == "":
	case goesOn(n.header, name):
		add(true, "the header says more")
	case goesOn(name, n.header):
		add(true, "more than the header")
	case sameSurname(name, n.header) && onlyInitials(name) && strings.Count(words[0], ".") > 1:
		add(true, "more initials than the header's first name")
	case sameSurname(name, n.header) && onlyInitials(name):
		add(true, "the header knows the first name")
	case sharedWords(name, n.header) > 0:
		add(true, "shares a word with the header")
	default:
		add(true, "nothing of the header")
	}
	return clues
}

// joinedSurname is where two surnames are joined by a hyphen and an infix: "Pronk-van Duin".
var joinedSurname = regexp.MustCompile(`-(van|de|den|der|ten|ter|te|el)(?: (?:de|den|der|het))? (\p{Lu})`)

// goesOn reports that a longer name begins with a shorter: "J. Pronk-van Duin" and "J. Pronk".
func goesOn(longer, shorter string) bool {
	return len(longer) > len(shorter) && strings.EqualFold(longer[:len(shorter)], shorter) && (longer[len(shorter)] == ' ' || longer[len(shorter)] == '-')
}

// initials are those of a name: "A.J.".
var initials = regexp.MustCompile(`^(\p{Lu}\.){1,5}$`)

var unnamed = regexp.MustCompile(`(?i)\b(anoniem|anonymous|naam bekend|een (klant|cursist|deelnemer|medewerker)|bezorgde)\b`)

// variants adds a text that names somebody, and what is left of it without what stands behind a name.
func (n nameFinder) variants(text, source string, clues ...string) {
	with := func(clue string) []string { return append(slices.Clip(slices.Clone(clues)), clue) }
	n.add(text, source, clues...)
	for _, behind := range [...]string{" van ", " van de ", " van het ", " bij ", " namens ", " uit ", " – ", " - ", " | ", " (", " + ", ","} {
		before, after, ok := strings.Cut(text, behind)
		if !ok || initials.MatchString(before) || behind == " (" && behindInitials.MatchString(text) {
			continue
		}
		clue := "before '" + strings.TrimSpace(behind) + "'"
		if workplaces.MatchString(after) || orgWord.MatchString(after) {
			clue += " and a workplace"
		}
		n.add(before, source, with(clue)...)
		if behind == " van " && !isFirstName(firstWord(before)) && isFirstName(firstWord(after)) {
			n.add(after, source, with("behind 'van'")...) // "LinkedIn van Dilara Koç"
		}
	}
	if words := strings.Fields(tidyName(text)); len(words) > 2 && (functionEnds.MatchString(words[0]) || initials.MatchString(words[1])) {
		n.add(strings.Join(words[1:], " "), source, with("behind a function")...)
	}
	if before, after, ok := strings.Cut(text, " en "); ok && fullName(before) {
		n.add(before, source, with("before 'en'")...)
	} else if ok {
		n.add(after, source, with("behind 'en'")...)
	}
}

// inHeader adds what the mail program calls the sender.
func (n nameFinder) inHeader() {
	source := sourceHeader
	if n.v.passedOn {
		source = sourceBody
	}
	clues := []string{"header"}
	if forMany(n.v.from.Addr) {
		clues = append(clues, "header of an address for many")
	}
	n.variants(strings.ReplaceAll(n.v.from.Name, " & ", " en "), source, clues...)
	if pieces := signaturePieces(n.v.from.Name); len(pieces) > 1 {
		for i, piece := range pieces {
			n.add(piece, source, "header", "header piece "+[...]string{"1", "2", "later"}[min(i, 2)])
		}
	}
}

// forMany reports an address that belongs to a firm or a department rather than to a person: info@, planning@.
func forMany(address string) bool {
	local, _, _ := strings.Cut(strings.ToLower(address), "@")
	return manyRead.MatchString(local)
}

var manyRead = regexp.MustCompile(`^(info|mail|post|contact|hallo|welkom|admin|administratie|balie|receptie|kantoor|office|secretariaat|secretaris|directie|bestuur|voorzitter|hr|hrm|pz|p-?en-?o|personeelszaken|opleiding(en)?|academie|training|scholing|planning|inkoop|crediteuren|debiteuren|boekhouding|facturen|finance|sales|verkoop|service|klantenservice|support|servicedesk|helpdesk|ict|kwaliteit|qhse|hse|kam|veiligheid|werkplaats|magazijn|logistiek|recept|praktijk|keuken|reserveringen|events|team|or|klachten|no-?reply|website|formulier|www)([.\-_].*)?$`)

// inSignature adds the lines of a signature, and of a text without one its last lines.
func (n nameFinder) inSignature() {
	lines, where := n.signature(), "signature"
	if len(lines) == 0 {
		all := nonBlank(strings.Split(n.v.text, "\n"))
		for _, line := range all[max(0, len(all)-3):] {
			before, _, comma := strings.Cut(line, ",")
			if len(strings.Fields(line)) <= 5 || comma && fullName(before) && looksLikeName(before) {
				lines = append(lines, line)
			}
		}
		where = "last lines"
	}
	forClient := n.forClient()
	for i, line := range lines[:min(len(lines), 8)] {
		line = bothOf(line)
		clues := []string{where, where + " " + [...]string{"1", "2", "3", "4", "later"}[min(i, 4)]}
		if reversed.MatchString(line) && len(strings.Fields(line)) <= 3 {
			n.add(line, sourceSignature, append(slices.Clip(clues), "turned round")...)
		}
		pieces := signaturePieces(line)
		if len(pieces) == 1 {
			clues = append(clues, "only piece")
		}
		if forClient {
			clues = append(clues, "signature of a lawyer")
		}
		if i+1 < len(lines) && function.MatchString(lines[i+1]) || len(pieces) > 1 && function.MatchString(pieces[1]) {
			clues = append(clues, "before a function")
		}
		for p, piece := range pieces {
			n.variants(piece, sourceSignature, append(slices.Clip(clues), "piece "+[...]string{"1", "2", "later"}[min(p, 2)])...)
		}
	}
}

// bothOf writes "Froukje & Gerben" as one says it, when both are people.
func bothOf(line string) string {
	if m := twoFirst.FindStringSubmatch(line); m != nil && isFirstName(m[1]) && isFirstName(m[2]) {
		return strings.Replace(line, "&", "en", 1)
	}
	return line
}

var twoFirst = regexp.MustCompile(`^(\p{Lu}\p{Ll}+) & (\p{Lu}\p{Ll}+)\b`)

// introduced adds the names that a text brings: the writer's own, or that of the person whom a colleague writes about.
func (n nameFinder) introduced(text, where string) {
	bySecretary := secretary.MatchString(strings.Join(n.letter.signature, "\n") + "\n" + n.v.from.Name + "\n" + n.v.from.Addr)
	for i, pattern := range introductions {
		if i > 2 && !n.v.passedOn { // the first three are what somebody says of himself, or of whom he writes for
			break
		}
		for _, m := range pattern.FindAllStringSubmatch(bounded(text, mostWeighed), 10) {
			clues := []string{"introduced", "introduced " + where, "introduction " + [...]string{"1", "2", "3", "4", "5", "6"}[min(i, 5)]}
			if i == 2 && bySecretary {
				clues = append(clues, "a secretary writes for him")
			}
			n.variants(beforeOrganisation(beforeStop.ReplaceAllString(m[1], "$1")), sourceBody, clues...)
		}
	}
}

// secretary is who writes for somebody else at the same firm.
var secretary = newPattern(`(?i)\b(secretar\p{L}*|(directie|bestuurs|management|office|personal) ?(assistente?|ondersteuner|ondersteuning|support)|assistant to|p\.a\.|i\.o\.)`)

// beforeStop is a name up to the end of its sentence: "Ria Schokker-Bos. Telefoon".
var beforeStop = regexp.MustCompile(`(?s)^(.*?\p{Ll}{2,})\.\s.*$`)

// inText adds the people of whom a colleague writes.
func (n nameFinder) inText(text, where string) {
	text = unwrapped(bounded(text, mostWeighed))
	for _, at := range capitals.FindAllStringIndex(text, mostRuns) {
		name := strings.TrimRight(text[at[0]:at[1]], " ,;")
		before := text[max(0, at[0]-40):at[0]]
		clues := []string{"somebody in the " + where}
		if beginsSentence.MatchString(before) {
			clues = append(clues, "begins a sentence")
		}
		if lead := strings.Fields(strings.ToLower(before)); len(lead) > 0 {
			if last := strings.Trim(lead[len(lead)-1], ".,(:"); beforeNames[last] {
				clues = append(clues, "behind '"+last+"'")
			}
		}
		if after := text[at[1]:]; strings.HasPrefix(after, " (") || strings.HasPrefix(after, ",") {
			clues = append(clues, "before a remark")
		}
		if looksLikeName(name) {
			n.variants(name, sourceBody, clues...)
		}
	}
}

// beforeNames are the words that stand before the name of somebody of whom one writes.
var beforeNames = map[string]bool{"mevrouw": true, "mevr": true, "mw": true, "meneer": true, "heer": true, "dhr": true, "ene": true, "met": true, "van": true, "door": true, "cliënt": true, "cliënte": true, "client": true, "en": true, "bij": true, "onze": true, "in": true, "voor": true, "aan": true, "naam": true, "trainer": true, "docent": true, "collega": true, "groet": true, "hoi": true, "beste": true}

// lowerName is the name of somebody who writes no capitals.
var lowerName = regexp.MustCompile(`^\p{Ll}[\p{Ll}.'’-]*( [\p{Ll}.'’-]+){1,4}$`)

// onlyInitials reports a name like "A.J. de Roo", of which the header may know the first name.
func onlyInitials(name string) bool {
	words := strings.Fields(name)
	return len(words) > 1 && initials.MatchString(words[0])
}

func sameSurname(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	return len(x) > 1 && len(y) > 1 && strings.EqualFold(x[len(x)-1], y[len(y)-1]) && !onlyInitials(b)
}

// sharedWords counts the words that two names have in common.
func sharedWords(a, b string) (n int) {
	for _, word := range strings.Fields(strings.ToLower(a)) {
		if len(word) > 2 && slices.Contains(strings.Fields(strings.ToLower(b)), word) {
			n++
		}
	}
	return n
}

// signaturePieces cuts a line of a signature where one thing ends and the next begins.
func signaturePieces(line string) []string {
	line = marriedName.ReplaceAllString(line, "$1\x01$2")
	if m := formalMarried.FindStringSubmatch(line); m != nil && !isWorkplace(m[2]) && !isFunction(m[2]) && !isPlace(m[2]) {
		line = m[1] + "\x01" + m[2]
	}
	pieces := strings.FieldsFunc(strings.NewReplacer(" | ", "\x00", "|", "\x00", " / ", "\x00", " // ", "\x00", ";", "\x00", "\t", "\x00", ", ", "\x00", " - ", "\x00", " – ", "\x00", " · ", "\x00", " • ", "\x00", " bij ", "\x00", " @ ", "\x00").Replace(line), func(r rune) bool { return r == 0 })
	for i, piece := range pieces {
		pieces[i] = strings.ReplaceAll(piece, "\x01", " - ")
	}
	return pieces
}

// formalMarried is one with two surnames that have no infix behind the dash, known by the initials before them: "Y.C.M. Eijkelboom - Peters".
var formalMarried = regexp.MustCompile(`^((?:(?i:mw|mevr|dhr|drs|dr|ir|ing|mr)\.? )*(?:\p{Lu}\.)+ (?:(?:van|de|den|der|ten|ter) )*\p{Lu}[\p{L}'’]+) [-–] (\p{Lu}\p{Ll}+)$`)

// marriedName is a surname of two with a dash between spaces: "Aerts - van den Boogaard".
var marriedName = regexp.MustCompile(`(\p{Lu}[\p{L}'’]+) [-–] ((?:van|de|den|der|ten|ter|te|'t)(?: (?:de|den|der|het|'t))? \p{Lu}\p{Ll})`)

var (
	introductions = []*pattern{
		newPattern(`(?:[Mm]ijn naam is|[Ii]k ben|[Ii]k heet|[Mm]y name is)\s+(\p{Ll}[\p{Ll}.'’-]+(?: (?:van|de|der|den|el))? \p{Ll}[\p{Ll}'’-]+)`),
		newPattern(`(?:[Mm]ijn naam is|[Ii]k ben|[Ii]k heet|[Mm]y name is|[Ii] am|[Nn]aam is|[Oo]ndergetekende,?|^[\p{L} ,]{0,25}[Mm]et)\s+((?:[\p{Lu}][\p{L}.'’-]*|van|de|der|den|el|ten|ter|'t)(?:\s+(?:[\p{Lu}][\p{L}.'’-]*|van|de|der|den|el|ten|ter|'t)){0,4})`),
		newPattern(`(?:[Nn]amens|[Ii]n opdracht van|[Oo]n behalf of)\s+(?:(?:mijn|onze|my) (?:collega|medewerker|medewerkster|directeur|leidinggevende|colleague) )?(?:(?:[Dd]e heer|[Mm]evrouw|[Dd]hr\.?|[Mm]w\.?|[Dd]rs?\.|[Mm]r\.|[Ii]r\.|[Ii]ng\.|[Pp]rof\.) ?)*(\p{Lu}[\p{L}.'’-]*(?: (?:van|de|der|den|el|ten|ter|'t))*(?: \p{Lu}[\p{L}.'’-]*){1,3})`),
		newPattern(`(?:[Mm]evrouw|[Mm]evr\.|[Mm]w\.|[Dd]e heer|[Dd]hr\.|[Hh]eer|[Mm]eneer)\s+((?:[\p{Lu}][\p{L}.'’-]*|van|de|der|den|el|ten|ter|'t)(?:\s+(?:[\p{Lu}][\p{L}.'’-]*|van|de|der|den|el|ten|ter|'t)){0,4})`),
		newPattern(`(?:\b[Mm]et|\b(?:[Hh]ij|[Zz]e|[Zz]ij) heet|[Nn]amens (?:de|het|onze) [\p{L} ]{2,30},)\s+((?:[\p{Lu}][\p{L}.'’-]*)(?:\s+(?:[\p{Lu}][\p{L}.'’-]*|van|de|der|den|el|ten|ter|'t)){1,4})(?:\s+(?:uit|van|hier|te)\b|[,.(])`),
		newPattern(`(?:gebeld door|telefoontje van|gesproken met|telefoon van|gebeld met|bericht van|brief van|klacht van|ingesproken door|langs geweest:?)\s+((?:[\p{Lu}][\p{L}.'’-]*)(?:\s+(?:[\p{Lu}][\p{L}.'’-]*|van|de|der|den|el|ten|ter|'t)){1,4})`),
	}
)

// beforeOrganisation cuts "Tineke Oosterwegel van Veldhuizen Foods" behind the name.
func beforeOrganisation(s string) string {
	words := strings.Fields(s)
	capitals := 0
	for i, word := range words {
		if infixes[strings.ToLower(word)] {
			if capitals >= 2 {
				return strings.Join(words[:i], " ")
			}
			continue
		}
		capitals++
	}
	return s
}

// trimInfixes takes off infixes that end a name by mistake: "Tineke Oosterwegel van".
func trimInfixes(name string) string {
	words := strings.Fields(name)
	for len(words) > 0 && infixes[strings.ToLower(words[len(words)-1])] {
		words = words[:len(words)-1]
	}
	return strings.Join(words, " ")
}

// squeeze writes a name as it would stand in a domain.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, unaccent(s))
}

// domain is what the complainant's own mail domain is called.
func (f *fieldReader) domain() string {
	if f.out.Email != nil {
		return domainLabel(f.out.Email.Value)
	}
	return domainLabel(f.v.from.Addr)
}

// domainLabel is what a mail domain is called: "kroonkunststoffen" of r@kroonkunststoffen.example.
func domainLabel(address string) string {
	_, domain, ok := strings.Cut(strings.ToLower(address), "@")
	if !ok {
		return ""
	}
	parts := strings.Split(domain, ".")
	if len(parts) < 2 {
		return domain
	}
	return strings.ReplaceAll(parts[len(parts)-2], "-", "")
}
