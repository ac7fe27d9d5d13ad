package intake

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
	"unicode"
	"unicode/utf8"
)

// unaccent takes accents off: "Hygiëne" becomes "Hygiene".
func unaccent(s string) string {
	if isASCII(s) {
		return s
	}
	plain, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), s)
	if err != nil {
		return s
	}
	return plain
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

var (
	legalForm = regexp.MustCompile(`(?i)(\bB\.?V\.?(\W|$)|\bC\.?V\.?(\W|$)|\bN\.?V\.?(\W|$)|\bV\.?O\.?F\.?(\W|$)|\bGmbH\b|\bLtd\b|\bU\.A\.?|\bcoöperatie|& (zonen|zn|co|partners|dochters)\b|\bBVBA\b)`)
	orgWord   = regexp.MustCompile(`(?i)\b(stichting|vereniging|roc|aoc|mbo|vmbo|college|lyceum|gymnasium|school|scholengemeenschap|praktijkschool|vakschool|academie|universiteit|hogeschool|gemeente|provincie|ministerie|waterschap|ziekenhuis|zorggroep|zorg|thuiszorg|groep|group|holding|fabriek|brouwerij|bakkerij|slagerij|garage|transport|logistiek|logistics|techniek|installatie(s|techniek)?|bouw(bedrijf|groep)?|aannemers?|metaal|chemie|chemicals|kunststoffen|industrie|industries|raffinaderij|energie|energy|waterbedrijf|drinkwater|zuivel|foods?|voeding|papier|staal|terminal|havenbedrijf|shipping|werf|services|solutions|diensten|adviesbureau|uitzendbureau|bureau|instituut|centrum|museum|bibliotheek|hotel|restaurant|catering|schoonmaak|beveiliging|verzekeringen|bank|notaris|advocaten|accountants|apotheek|huisartsen|kliniek|opleidingsbedrijf|leerbedrijf|vakcollege|coöperatie|maatschap|farma|pharma)\b`)
	orgSuffix = regexp.MustCompile(`(?i)(techniek|college|school|groep|fabriek|brouwerij|bakkerij|werken|bedrijf|bouw|chemie|staal|zorg|transport|logistiek|centrale|lyceum|academie)$`)
	function  = regexp.MustCompile(`(?i)\b(manager|coördinator|coordinator|adviseur|directeur|directie|docent|docente|leraar|medewerker|hoofd|leider|leidinggevende|trainer|teamleider|mentor|assistent|secretaresse|secretariaat|voorzitter|monteur|operator|consultant|officer|engineer|inkoper|inkoop|planner|hr|p&o|hrm|opleidings(coördinator|manager|adviseur|functionaris)|kwaliteits|veiligheidskundige|chef|ploegbaas|voorman|eigenaar|zzp|stagiair|student|ict-?coach|jurist|advocaat|administrateur|bestuurder|bedrijfsleider|contactpersoon|specialist|technicus|lid|praktijkopleider|beleidsmedewerker|afdeling|moeder|vader|ouder|human resources|learning|development|supervisor|head of|director|teacher|niveau|leerjaar|klas)\b`)
	contact   = regexp.MustCompile(`(?i)(@|https?:|www\.|\b(tel|telefoon|mobiel|mob|fax|kvk|btw|iban|bank|m|t|e|f|w)\s*[.:]|\+\d|\d{4}\s?[A-Z]{2}\b|\bpostbus\b|(straat|weg|laan|kade|plein|dijk|singel|gracht|hof|park|dreef|pad|steeg|markt)\s+\d|\d{6,}|\d{2,4}[ -]\d{3})`)

	worksAt = []*regexp.Regexp{
		regexp.MustCompile(`(?:\bnamens|\bnamens de|\bwerkzaam bij|\bwerk bij|\bwerken bij|\bwerkt bij|\bwerkgever is|\bin dienst bij|\bmedewerkers? van|\bmensen van|\bbij ons bij|\bbij ons op|\bop het|\bons bedrijf,?|\bonze school,?|\bhier bij|\bon behalf of|\bwork (?:at|for)|\bmijn bedrijf,?|\bmijn werkgever,?|\bmijn school,?|\bleerling (?:van|op)(?: het)?|\bstudent (?:van|aan|op|bij)(?: het)?|\bdocent (?:van|aan|op|bij)(?: het)?)\s+((?:[\p{Lu}0-9][\p{L}\d&'’-]*|&|de|het)(?:\s+(?:[\p{Lu}0-9][\p{L}\d&'’-]*|B\.?V\.?|N\.?V\.?|&|en|van|de|het|der|den)){0,5})`),
		regexp.MustCompile(`(?:[Mm]evrouw|[Dd]e heer|[Dd]hr\.|[Mm]evr\.|[Mm]w\.|[Mm]eneer|ik ben|[Ii]k ben|[Mm]et|door|van)\s+(?:[\p{Lu}][\p{L}.'’-]*\s+)(?:(?:van|de|der|den|el|ten|ter)\s+)*(?:[\p{Lu}][\p{L}.'’-]*\s+)?(?:van|bij|from|at)\s+((?:[\p{Lu}0-9][\p{L}\d&'’-]*|de|het)(?:\s+(?:[\p{Lu}0-9][\p{L}\d&'’-]*|B\.?V\.?|N\.?V\.?|&|de|het|van)){0,4})`),
	}
	private = regexp.MustCompile(`(?i)\b(particulier|privépersoon|prive persoon|als privé|op persoonlijke titel|private individual)\b`)
)

// Private is what stands for the organisation of a person who says that he has none.
const Private = "particulier"

// readOrganisation looks in the signature, then for words such as "namens" in the text.
func (f *fieldReader) readOrganisation() {
	if f.out.Organisation != nil {
		if private.MatchString(f.out.Organisation.Value) {
			f.out.Organisation.Value = Private
		}
		return
	}
	lines := f.letter.signature
	if found := f.represented(); found != "" {
		f.out.Organisation = field(found, sourceBody, mostShort)
		return
	}
	if found := f.organisationIn(lines); found != "" {
		f.out.Organisation = field(found, sourceSignature, mostShort)
		return
	}
	body := strings.Join(f.letter.body, "\n")
	if head := f.letterheadOrganisation(); head != "" {
		f.out.Organisation = field(head, sourceBody, mostShort)
		return
	}
	text := f.v.text
	if f.v.passedOn {
		text += "\n" + withoutSignature(f.v.cover)
	}
	for i, pattern := range worksAt {
		if i == 1 && !f.v.passedOn && !strings.Contains(strings.ToLower(body), "ik ben") {
			continue
		}
		for _, m := range pattern.FindAllStringSubmatch(text, 10) {
			if name := tidyOrganisation(trimConnectives(m[1])); name != "" && !f.ours(name) && !f.isProduct(name) && !strings.EqualFold(name, f.nameValue()) {
				f.out.Organisation = field(name, sourceBody, mostShort)
				return
			}
		}
	}
	for _, found := range []struct{ name, source string }{{f.inDisplayName(), sourceHeader}, {f.inText(text), sourceBody}, {f.namedByDomain(text), sourceBody}} {
		if found.name != "" {
			f.out.Organisation = field(found.name, found.source, mostShort)
			return
		}
	}
	if private.MatchString(text) {
		f.out.Organisation = field(Private, sourceBody, mostShort)
	}
}

var representing = regexp.MustCompile(`(?:[Nn]amens|optreed voor|treed op voor|gemachtigde van|raads(?:man|vrouw) van|boekhouder van|[Cc]li[eë]nte?,?)\s+(?:(?:mijn|onze|de|het|cli[eë]nte?)\s+)*((?:[\p{Lu}0-9][\p{L}\d&'’-]*)(?:\s+(?:[\p{Lu}0-9][\p{L}\d&'’-]*|B\.?V\.?|N\.?V\.?|&|en|van|de|het|der|den)){0,5})`)

// represented is the firm or school on whose behalf somebody of another one writes.
func (f *fieldReader) represented() string {
	for _, m := range representing.FindAllStringSubmatch(unwrapped(strings.Join(f.letter.body, "\n")), 5) {
		name := tidyOrganisation(trimConnectives(m[1]))
		if name != "" && !f.ours(name) && !f.isProduct(name) && (workplaces.MatchString(name) || legalForm.MatchString(name) || orgWord.MatchString(name)) {
			return name
		}
	}
	return ""
}

func (f *fieldReader) nameValue() string {
	if f.out.Name == nil {
		return ""
	}
	return f.out.Name.Value
}

// organisationIn finds the firm among the lines of a signature: what has a legal form, what the
// mail domain is called after, what is called a school or a works; else the line that is nothing else.
func (f *fieldReader) organisationIn(lines []string) string {
	type candidate struct {
		name string
		rank int
	}
	best := candidate{}
	for i, line := range lines {
		if i > 12 {
			break
		}
		for _, piece := range signaturePieces(line) {
			name := tidyOrganisation(afterFunction(piece))
			if name == "" || strings.Contains(name, ": ") || f.ours(name) || strings.EqualFold(tidyName(name), f.nameValue()) || contact.MatchString(name) || f.isProduct(name) {
				continue
			}
			if rank := f.organisationRank(name, i); rank > best.rank {
				best = candidate{name, rank}
			}
		}
	}
	if best.rank < 3 {
		return ""
	}
	return best.name
}

func (f *fieldReader) organisationRank(name string, line int) int {
	rank := 0
	if legalForm.MatchString(name) {
		rank += 6
	}
	if f.namesDomain(name) {
		rank += 5
	}
	if orgWord.MatchString(name) || orgSuffix.MatchString(name) {
		rank += 4
	}
	if function.MatchString(name) {
		rank -= 5
	}
	if rank == 0 && line > 0 && fullName(name) && capitalised(name) && len(strings.Fields(name)) <= 5 && !looksLikeFarewell(name) && f.nameValue() != "" {
		rank = 3
	}
	return rank
}

// afterFunction drops a function before a firm: "Uitvoerder BetonBouw Noord", "locatiemanager De Bij".
func afterFunction(s string) string {
	words := strings.Fields(strings.TrimPrefix(s, "de "))
	for len(words) > 1 && strings.ToLower(words[0]) == words[0] && !infixes[words[0]] && !orgWord.MatchString(words[0]) && !workplaces.MatchString(words[0]) && hasCapital(words[1:]) {
		words = words[1:] // "technische dienst Eiproducten Barneveld"
	}
	s = strings.Join(words, " ")
	for i := len(words) - 2; i >= 0; i-- {
		if !isFunction(words[i]) {
			continue
		}
		if rest := strings.Join(words[i+1:], " "); capitalised(rest) && !function.MatchString(rest) && words[i+1] != "&" {
			return rest
		}
		return s
	}
	return s
}

func hasCapital(words []string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return unicode.IsUpper([]rune(word)[0]) })
}

// isFunction reports that a word is somebody's function, not part of a firm's name.
func isFunction(word string) bool {
	return functionEnds.MatchString(word) && !workplaces.MatchString(word) && !orgWord.MatchString(word)
}

var functionEnds = regexp.MustCompile(`(?i)(manager|coördinator|coordinator|superintendent|supervisor|adviseur|directeur|technoloog|verpleegkundige|penningmeester|verantwoordelijke|notaris|buyer|nurse|teacher|secretariaat|secretaris|personeelszaken|crediteuren|systeembeheer|kwaliteit|^qhse|^hse|^kam|^afd|^or|^pvt|^planning|^administratie|^receptie|^bedrijfsvoering|^mediatheek|ondernemingsraad|personeelsvertegenwoordiging|docente?|leraar|medewerker|leider|trainer|mentor|secretaresse|monteur|operator|engineer|planner|chef|uitvoerder|voorman|eigenaar|eigenaresse|jurist|bestuurder|specialist|controller|boekhouder|inkoper|verkoper|administrateur|hoofd|^hr|^hrm|^p&o|^lead|kok|teamlead)$`)

func capitalised(s string) bool {
	for _, word := range strings.Fields(s) {
		if r := []rune(word)[0]; !unicode.IsUpper(r) && !infixes[strings.ToLower(word)] && word != "&" && word != "en" {
			return false
		}
	}
	return true
}

func looksLikeFarewell(s string) bool { return signOff.MatchString(s) || strings.HasSuffix(s, "!") }

// namesDomain reports that the mail domain is called after a name, in full, in part, or by its initials.
func (f *fieldReader) namesDomain(name string) bool {
	label := domainLabel(f.v.from.Addr)
	if label == "" || freeProvider(label) {
		return false
	}
	squeezed := squeeze(legalForm.ReplaceAllString(name, ""))
	if len(squeezed) >= 3 && (strings.Contains(label, squeezed) || strings.Contains(squeezed, label)) {
		return true
	}
	initials := ""
	for _, word := range strings.Fields(name) {
		initials += strings.ToLower(string([]rune(word)[0]))
	}
	return len(initials) >= 3 && initials == label
}

func freeProvider(label string) bool {
	switch label {
	case "gmail", "hotmail", "outlook", "live", "icloud", "me", "yahoo", "ziggo", "kpnmail", "kpnplanet", "planet", "xs4all", "home", "hetnet", "upcmail", "casema", "chello", "telfort", "tele2", "online", "solcon", "zonnet", "quicknet", "proton", "protonmail", "gmx", "msn", "caiway", "telenet", "skynet", "freedom", "onsbrabantnet", "wanadoo", "versatel", "mail":
		return true
	}
	return false
}

// letterheadOrganisation is the first line of a letter that begins with its sender's address.
func (f *fieldReader) letterheadOrganisation() string {
	if len(f.letter.body) == 0 || !isAddressBlock(f.letter.body[0]) {
		return ""
	}
	name := tidyOrganisation(firstLine(f.letter.body[0]))
	if name == "" || f.ours(name) || looksLikeName(name) && !orgWord.MatchString(name) {
		return ""
	}
	return name
}

func isAddressBlock(paragraph string) bool {
	lines := strings.Split(paragraph, "\n")
	return len(lines) >= 2 && len(lines) <= 7 && contact.MatchString(strings.Join(lines[1:], "\n")) && len(strings.Fields(lines[0])) <= 7
}

// namedByDomain finds in the text the words that the mail domain is called after.
func (f *fieldReader) namedByDomain(text string) string {
	label := domainLabel(f.v.from.Addr)
	if len(label) < 5 || freeProvider(label) {
		return ""
	}
	words := strings.Fields(bounded(text, mostLong))
	for i := range words {
		joined := ""
		for n := i; n < len(words) && n < i+6; n++ {
			joined += squeeze(words[n])
			if joined == label {
				name, _, _ := strings.Cut(strings.Join(words[i:n+1], " "), ",")
				return tidyOrganisation(name)
			}
			if !strings.HasPrefix(label, joined) {
				break
			}
		}
	}
	return ""
}

var (
	bracketed  = regexp.MustCompile(`[(\[]([^)\]]{3,60})[)\]]|\s[|–-]\s(.{3,60})$`)
	capitals   = regexp.MustCompile(`(?:\p{Lu}[\p{L}\d'’-]+|[A-Z]{2,})(?: +(?:(?:van|de|der|den|het|en|&|'t) +){0,2}(?:\p{Lu}[\p{L}\d'’-]*|[A-Z]{2,})){0,5}`)
	workplaces = regexp.MustCompile(`(?i)(^|\s)(\p{L}*(raffinage|raffinaderij|veredeling|werf|rederij|weverij|kwekerij|drukkerij|smederij|gieterij|brouwerij|bakkerij|slagerij|maalderij|zuivel|verhuur|groothandel|handel|fabriek|fabrieken|bedrijf|bedrijven|bouw|techniek|transport|logistiek|centrale|coöperatie|college|lyceum|school|academie|campus|vakschool|groep|chemie|plastics|kunststoffen|polymeren|staal|metaal|papier|foods?|farma|pharma|energie|water|terminal|works|industries|services|solutions|installaties|zorg|ziekenhuis|kliniek|gemeente|provincie|stichting|maatschap|notariaat|advocaten|accountants|schilders|loodgieters|timmerwerken|hoveniers|catering|optiek|apotheek))(\s|$)`)
)

// inDisplayName finds the firm that a mail program puts behind a name: "Weerd, Anke de (Chemiecollege Noord)".
func (f *fieldReader) inDisplayName() string {
	m := bracketed.FindStringSubmatch(f.v.from.Name)
	if m == nil {
		if name := tidyOrganisation(afterFunction(f.v.from.Name)); f.namesDomain(name) && !looksLikePerson(f.v.from) && !f.ours(name) {
			return name // "Planning SnelKoel"
		}
		return ""
	}
	name := tidyOrganisation(m[1] + m[2])
	if name == "" || f.ours(name) || function.MatchString(name) && !workplaces.MatchString(name) {
		return ""
	}
	return name
}

// looksLikePerson reports that a display name agrees with the part of the address before the @: "Jan Pol" of jan.pol@….
func looksLikePerson(a Address) bool {
	local, _, _ := strings.Cut(a.Addr, "@")
	local = squeeze(local)
	for _, word := range strings.Fields(a.Name) {
		if word = squeeze(word); len(word) > 2 && strings.Contains(local, word) {
			return true
		}
	}
	return false
}

// inText finds the first run of words with capitals that holds the word for a workplace:
// "ploegbaas bij Textielveredeling Nijhof".
func (f *fieldReader) inText(text string) string {
	text = unwrapped(bounded(text, mostLong))
	for _, at := range capitals.FindAllStringIndex(text, 300) {
		name := strings.TrimRight(text[at[0]:at[1]], ".")
		if legal := legalForm.FindStringIndex(text[at[0]:min(len(text), at[1]+6)]); legal != nil {
			name = strings.TrimSpace(text[at[0]:max(at[1], at[0]+legal[1])])
		}
		first, _, _ := strings.Cut(name, " ")
		if !workplaces.MatchString(name) && !legalForm.MatchString(name) && !orgWord.MatchString(first) {
			continue
		}
		name = afterPerson(name)
		if name = tidyOrganisation(trimConnectives(name)); len(strings.Fields(name)) < 2 || f.ours(name) || f.isProduct(name) || contact.MatchString(name) || strings.EqualFold(name, f.nameValue()) {
			continue
		}
		return name
	}
	return ""
}

// unwrapped joins the lines that a mail program broke: those that are as long as a line gets.
func unwrapped(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		if trimmed := strings.TrimRight(line, " \r\n"); len(trimmed) >= 55 && trimmed != line {
			out.WriteString(trimmed + " ")
			continue
		}
		out.WriteString(line)
	}
	return out.String()
}

// afterPerson drops a person's name and function before a firm: "Jolanda Prins van Sterk & Zonen".
func afterPerson(name string) string {
	if before, after, ok := strings.Cut(name, " van "); ok && fullName(before) && !workplaces.MatchString(before) && !orgWord.MatchString(before) {
		return after
	}
	words := strings.Fields(name)
	for i, word := range words {
		if function.MatchString(word) && i+1 < len(words) && !workplaces.MatchString(word) {
			return afterPerson(strings.Join(words[i+1:], " "))
		}
	}
	return name
}

// ours reports that a name is the organisation's own: never the complainant's.
func (f *fieldReader) ours(name string) bool {
	own := squeeze(f.profile.Organisation)
	squeezed := squeeze(name)
	return own != "" && (strings.Contains(squeezed, own) || (len(squeezed) >= 4 && strings.HasPrefix(own, squeezed)))
}

// behindFirm is what stands behind the name of a firm: a remark in brackets, a telephone number.
var behindFirm = regexp.MustCompile(`\s*\([^)]*\)?$|\s+[—–].*$|\s+te \p{Lu}\p{L}+$|\s*[\x{1F300}-\x{1FAFF}\x{2600}-\x{27BF}].*$|[\s,:–-]*(\+|\(?0)[\d\s()-]{6,}.*$`)

func tidyOrganisation(s string) string {
	s = strings.TrimLeftFunc(collapse(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' })
	s = strings.Trim(s, " ,;:|*_\"'“”()-–/·•")
	s = strings.TrimSpace(behindFirm.ReplaceAllString(s, ""))
	if !legalForm.MatchString(s) {
		s = strings.TrimRight(s, ".")
	}
	if len(s) < 2 || len(s) > 80 || len(strings.Fields(s)) > 8 {
		return ""
	}
	return s
}

// trimConnectives takes off the words that end a name by mistake: "Oostkade College en".
func trimConnectives(name string) string {
	words := strings.Fields(name)
	for len(words) > 0 && (infixes[strings.ToLower(words[len(words)-1])] || words[len(words)-1] == "en" || words[len(words)-1] == "&") {
		words = words[:len(words)-1]
	}
	return strings.Join(words, " ")
}
