package intake

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

var (
	legalForm = newPattern(`(?i)(\bB\.?V\.?(\W|$)|\bC\.?V\.?(\W|$)|\bN\.?V\.?(\W|$)|\bV\.?O\.?F\.?(\W|$)|\bGmbH\b|\bLtd\b|\bU\.A\.?|\bcoöperatie|& ((zn|co)\b\.?|(zonen|partners|dochters)\b)|\bBVBA\b)`)
	orgWord   = newPattern(`(?i)\b(stichting|vereniging|vve|brandweer|roc|aoc|mbo|vmbo|college|lyceum|gymnasium|school|scholengemeenschap|praktijkschool|vakschool|academie|universiteit|hogeschool|gemeente|provincie|ministerie|waterschap|ziekenhuis|zorggroep|zorg|thuiszorg|groep|group|holding|fabriek|brouwerij|bakkerij|slagerij|garage|transport|logistiek|logistics|techniek|installatie(s|techniek)?|bouw(bedrijf|groep)?|aannemers?|metaal|chemie|chemicals|kunststoffen|industrie|industries|raffinaderij|energie|energy|waterbedrijf|drinkwater|zuivel|foods?|voeding|papier|staal|terminal|havenbedrijf|shipping|werf|services|solutions|diensten|adviesbureau|uitzendbureau|bureau|instituut|centrum|museum|bibliotheek|hotel|restaurant|café|catering|kapsalon|salon|kapper|theater|schouwburg|bioscoop|kinderopvang|kinderdagverblijf|peuterspeelzaal|basisschool|obs|cbs|kbs|fysiotherapie|tandarts(en)?|dierenarts(en)?|dierenkliniek|manege|camping|sportschool|voetbalvereniging|vv|sv|tuincentrum|supermarkt|slijterij|autobedrijf|autoservice|loonbedrijf|rijschool|crematorium|uitvaart|dierentuin|dierenpark|woningstichting|architecten|taxi|jachthaven|scouting|parochie|kdv|bso|psz|ikc|ggz|ggd|vzw|flexwerk|detachering|recruitment|gebr|gebroeders|firma|schoonmaak|beveiliging|verzekeringen|bank|notaris|advocaten|accountants|apotheek|huisartsen|kliniek|opleidingsbedrijf|leerbedrijf|vakcollege|coöperatie|maatschap|farma|pharma)\b`)
	orgSuffix = newPattern(`(?i)(techniek|college|school|groep|fabriek|brouwerij|bakkerij|werken|bedrijf|bouw|chemie|staal|zorg|transport|logistiek|centrale|lyceum|academie)$`)
	function  = newPattern(`(?i)\b(manager|coördinator|coordinator|adviseur|directeur|directie|docent|docente|leraar|medewerker|hoofd|leider|leidinggevende|trainer|teamleider|mentor|assistent|secretaresse|secretariaat|voorzitter|monteur|operator|consultant|officer|engineer|inkoper|inkoop|planner|hr|p&o|hrm|opleidings(coördinator|manager|adviseur|functionaris)|kwaliteits|veiligheidskundige|chef|ploegbaas|voorman|eigenaar|zzp|stagiair|student|ict-?coach|jurist|advocaat|administrateur|bestuurder|bedrijfsleider|contactpersoon|specialist|technicus|lid|praktijkopleider|beleidsmedewerker|afdeling|moeder|vader|ouder|human resources|learning|development|supervisor|head of|director|teacher|niveau|leerjaar|klas)\b`)
	contact   = newPattern(`(?i)(@|https?:|www\.|\b(tel|telefoon|mobiel|mob|fax|kvk|btw|iban|bank)\s*[.:]|(^|[\s|/(])[mtefw]\s*:|\+\d|\d{4}\s?[A-Z]{2}\b|\bpostbus\b|(straat|weg|laan|kade|plein|dijk|singel|gracht|hof|park|dreef|pad|steeg|markt)\s+\d|\d{6,}|\d{2,4}[ -]\d{3})`)

	private = newPattern(`(?i)\b(particulier|privépersoon|prive persoon|als privé|op persoonlijke titel|private individual)\b`)
)

// Private is what stands for the organisation of a person who says that he has none.
const Private = "particulier"

// readOrganisation weighs all that may be a firm or a school in the signature, the header, the subject and the text.
func (f *fieldReader) readOrganisation() {
	if f.out.Organisation != nil {
		if private.MatchString(f.out.Organisation.Value) {
			f.out.Organisation.Value = Private
		}
		return
	}
	best := f.rankings[rankOrganisation].best(f.organisations())
	f.out.Organisation = field(best.value, best.source, mostShort)
	if f.out.Organisation == nil && private.MatchString(f.v.text) {
		f.out.Organisation = field(Private, sourceBody, mostShort)
	}
}

func (f *fieldReader) nameValue() string {
	if f.out.Name == nil {
		return ""
	}
	return f.out.Name.Value
}

// organisations lists what may be the complainant's organisation.
func (f *fieldReader) organisations() *candidates {
	o := organisationFinder{fieldReader: f, candidates: newCandidates("none"), sender: tidyName(f.v.from.Name)}
	silent := &o.list[0]
	if freeProvider(f.domain()) {
		silent.clue("none: free mail")
	}
	if len(f.letter.signature) < 2 {
		silent.clue("none: no signature")
	}
	if f.v.passedOn {
		silent.clue("none: passed on")
	}
	if private.MatchString(f.v.text) {
		silent.clue("none: private")
	}
	if kin.MatchString(bounded(f.v.text, mostWeighed)) {
		silent.clue("none: of a family")
	}
	o.represents = f.forClient()
	o.forPerson = o.represents && f.out.Name != nil && f.out.Name.Source == sourceBody
	if o.forPerson {
		silent.clue("none: for a person")
	}
	o.inSignature()
	o.inHeader()
	if len(f.letter.body) > 0 && isAddressBlock(f.letter.body[0]) {
		o.variants(firstLine(f.letter.body[0]), sourceBody, "letterhead")
	}
	o.inText(f.v.subject, sourceHeader, "subject")
	o.inText(strings.Join(f.letter.body, "\n"), sourceBody, "text")
	if f.v.passedOn {
		o.inText(withoutSignature(f.v.cover), sourceBody, "cover")
	}
	o.add(f.namedByDomain(f.v.text), sourceBody, "named as the domain")
	o.besides(f.v.text)
	return o.candidates
}

// besides adds what can only be said of all that may be a firm together: which of them is the parent of the firm.
func (o organisationFinder) besides(text string) {
	for _, at := range parent.FindAllStringIndex(bounded(text, mostWeighed), 10) {
		of := collapse(bounded(text[at[1]:], 100))
		for i := range o.list {
			if c := &o.list[i]; c.value != "" && strings.HasPrefix(of, c.value) {
				c.clue("the parent of it")
			}
		}
	}
}

var (
	// parent is what a firm says of the group or the foundation that it belongs to.
	parent = newPattern(`(?i)\b(onderdeel|bedrijf|dochter(onderneming)?|merk|label|werkmaatschappij|divisie|\p{L}+-locatie|part|member|company|handelsnaam|franchise\p{L}*) (van|of) (de |het |the )?|\b(aangesloten bij|gelieerd aan) (de |het )?`)
	// kin is who writes for somebody of the family.
	kin = newPattern(`(?i)\b((moeder|vader|ouders?|voogd|verzorger|opa|oma|pleegmoeder|pleegvader) van|(mijn|onze) (pleeg|stief|klein)?(zoon|zoontje|dochter|dochtertje|kind)|my (son|daughter))\b`)
)

// organisationFinder gathers what may be a firm, with what speaks for it.
type organisationFinder struct {
	*fieldReader
	*candidates
	sender     string // what the mail program calls him
	represents bool   // a lawyer, a union or the like writes for somebody else
	forPerson  bool   // and that is a person
}

// lawyers are those who write for others.
var lawyers = newPattern(`(?i)\b(mr\. |(advoca\w+|jurist\w*|juridisch\w*|recht(shulp|sbijstand)?|gemachtigde|belangenbehartig\w*|(vak)?bond|fnv|cnv|vcp|letsel\w*|schadebehandel\w*|boekhouder|accountant\w*|raads(man|vrouw)|legal|lawyers?|bewindvoerder|notari\w+)\b)`)

// forClient reports that a lawyer, a union or the like writes for somebody else.
func (f *fieldReader) forClient() bool {
	return lawyers.MatchString(strings.Join(f.letter.signature, "\n")+"\n"+f.v.from.Name) && represents.MatchString(bounded(f.v.text, mostWeighed))
}

// signature is that of the letter, and where it is an attachment that of the note with it when it has none.
func (f *fieldReader) signature() []string {
	if len(f.letter.signature) > 0 || f.v.source != sourceAttachment || f.v.passedOn {
		return f.letter.signature
	}
	if signed := cutLetter(f.v.cover).signature; len(signed) > 0 {
		return signed
	}
	lines := nonBlank(strings.Split(f.v.cover, "\n"))
	return lines[max(0, len(lines)-2):]
}

// add adds a name unless it cannot be a firm's, with what the name itself shows.
func (o organisationFinder) add(name, source string, clues ...string) {
	if name = tidyOrganisation(name); name == "" || o.again(name, clues) {
		return
	}
	if o.ours(name) || contact.MatchString(name) || strings.Contains(name, ": ") || strings.EqualFold(name, o.nameValue()) || isNothing(name) ||
		onlyInitials(name) && sameSurname(name, o.nameValue()) {
		return
	}
	o.candidates.add(name, source, append(clues, o.shows(name)...)...)
}

// shows is what the name of a firm shows by itself.
func (o organisationFinder) shows(name string) (clues []string) {
	add := func(is bool, clue string) {
		if is {
			clues = append(clues, clue)
		}
	}
	words := strings.Fields(name)
	workplace := workplaces.MatchString(name) || orgWord.MatchString(name) || orgSuffix.MatchString(name)
	legal := legalForm.MatchString(name)
	first, last := words[0], words[len(words)-1]
	add(legal, "legal form")
	add(o.represents && lawyers.MatchString(name), "a lawyer's firm")
	add(workplace, "workplace")
	add(workplaces.MatchString(first) || orgWord.MatchString(first), "begins with a workplace")
	add(legal || workplace, "legal form or workplace")
	add(function.MatchString(name) || isFunction(last), "function")
	add(len(words) > 1 && isFunction(first), "begins with a function")
	add(departments.MatchString(name), "department")
	add(people.MatchString(name), "a group of people")
	add(family.MatchString(name), "a family")
	add(o.isProduct(name), "product")
	add(o.partOfProduct(name), "part of a product")
	add(capitalised(name), "capitalised")
	add(name == strings.ToLower(name), "no capitals")
	add(len(name) > 4 && name == strings.ToUpper(name), "all capitals")
	add(unicode.IsLower([]rune(first)[0]), "begins small")
	add(strings.EqualFold(first, "de") || strings.EqualFold(first, "het"), "begins with an article")
	add(strings.ContainsAny(name, "0123456789"), "figures")
	add(strings.ContainsAny(name, "?!:;\"“”@€"), "odd signs")
	add(strings.Contains(name, "&"), "ampersand")
	add(looksLikeFarewell(name), "farewell")
	add(looksLikeName(name) && !workplace && !legal, "could be a person")
	add(isFirstName(first), "begins with a first name")
	add(isFirstName(first) && len(words) > 1 && looksLikeName(name) && !workplace && !legal && !o.namesDomain(name), "called as a person")
	add(isPlace(name), "a place")
	add(placeAtEnd(words) > 0, "ends with a place")
	add(sharedWords(name, o.nameValue()) > 0, "shares a word with the name")
	add(sharedWords(name, o.nameValue()) > 0 && len(words) > 1 && !looksLikeName(last), "a firm called after the name")
	add(sharedWords(name, o.nameValue()) > 0 && (workplace || legal), "a firm called after the name")
	add(strings.EqualFold(name, o.sender), "is the sender's name")
	add(strings.EqualFold(name, o.sender) && (workplace || legal), "the sender is called as a firm")
	add(infixes[strings.ToLower(last)] || last == "&", "ends with an infix")
	clues = append(clues, o.commonWords(words)...)
	clues = append(clues, [...]string{"one word", "two words", "three words", "four words", "many words"}[min(len(words), 5)-1])
	clues = append(clues, o.domainClue(name)...)
	return clues
}

// departments are parts of an organisation, not the whole.
var departments = newPattern(`(?i)\b(afd(eling|\.)?|team|dienst|sector|unit|cluster|commissie|ondernemingsraad|medezeggenschapsraad|personeelsvertegenwoordiging|or|mr|pvt|hr|inkoop|planning|administratie|receptie|secretariaat|crediteuren|eenheid|district|business unit|faculty|facilitair|directie|bestuur|department|office|faculteit|opleidingen|vestiging|locatie|filiaal|depot|terrein)\b`)

// people are a group that writes or is written about, not a firm: "De BBL-groep", "Namens de groep".
var people = regexp.MustCompile(`(?i)^(namens )?(de |het |onze |hele )*([\p{L}\d]+[- ])?(groep|klas|ploeg|cursisten|deelnemers|collega'?s|medewerkers)( \d?\p{L}?)?$`)

var family = regexp.MustCompile(`(?i)^(familie|fam\.?|gezin)\s`)

// domainClue says how a name agrees with the mail domain.
func (o organisationFinder) domainClue(name string) []string {
	label := o.domain()
	if label == "" || freeProvider(label) {
		return nil
	}
	squeezed := squeeze(legalForm.ReplaceAllString(name, ""))
	switch {
	case len(squeezed) < 2:
		return nil
	case squeezed == label:
		return []string{"is the domain", "agrees with the domain"}
	case o.namesDomain(name):
		return []string{"agrees with the domain"}
	}
	longest := 0
	for _, word := range strings.Fields(name) {
		if word = squeeze(word); len(word) > longest && len(word) >= 4 && strings.Contains(label, word) {
			longest = len(word)
		}
	}
	if longest > 0 {
		return []string{"shares a word with the domain"}
	}
	return []string{"nothing of the domain"}
}

// variants adds a text that names somebody or something, and what is left of it without a function or a
// person before it, or a function or a place behind it.
func (o organisationFinder) variants(text, source string, clues ...string) {
	if kin.MatchString(text) {
		return
	}
	with := func(clue string) []string { return append(slices.Clip(slices.Clone(clues)), clue) }
	o.add(text, source, clues...)
	if rest := afterFunction(text); rest != text {
		o.add(rest, source, with("behind a function")...)
		if words := strings.Fields(rest); placeAtEnd(words) > 0 {
			o.add(trimConnectives(strings.Join(words[:len(words)-placeAtEnd(words)], " ")), source, append(with("behind a function"), "without the place")...)
		}
	}
	if before, rest, ok := strings.Cut(text, " van "); ok && !isWorkplace(before) && (looksLikeName(before) || departments.MatchString(before) || function.MatchString(before) || lowerName.MatchString(before)) {
		o.add(withoutArticle(rest), source, with("behind 'van'")...)
	}
	words := strings.Fields(text)
	for i, word := range words {
		if i > 0 && leadsName.MatchString(word) && words[i-1] != "&" && words[i-1] != "en" {
			o.add(strings.Join(words[i:], " "), source, with("from the workplace on")...)
		}
	}
	if n := len(words); n > 1 {
		if departments.MatchString(words[0]) {
			o.add(strings.Join(words[1:], " "), source, with("behind a department")...)
		}
		if last := words[n-1]; unicode.IsLower([]rune(last)[0]) && !infixes[last] && !legalForm.MatchString(last) {
			o.add(strings.Join(words[:n-1], " "), source, with("without the last word")...)
		}
		if siteEnds.MatchString(words[n-1]) && placeAtEnd(words[:n-1]) > 0 {
			n--
		}
		if place := placeAtEnd(words[:n]); place > 0 {
			o.add(trimConnectives(strings.Join(words[:n-place], " ")), source, with("without the place")...)
		}
		if squeeze(strings.Join(words[:n-1], "")) == o.domain() {
			o.add(strings.Join(words[:n-1], " "), source, with("as the domain without the last word")...)
		}
	}
}

// siteEnds is what stands behind the place of one of the sites of a firm: "Geleen Site".
var siteEnds = regexp.MustCompile(`(?i)^(site|plant|vestiging|locatie|filiaal|branch)$`)

// leadsName are the words for a workplace that a name begins with: what stands before them is a department or a function.
var leadsName = regexp.MustCompile(`(?i)^(stichting|vereniging|coöperatie|provincie|ministerie|waterschap|hoogheemraadschap|brandweer|veiligheidsregio|ggz|ggd|roc|aoc|hogeschool|universiteit|obs|cbs|kbs|vso|csg|firma|maatschap)$`)

func withoutArticle(s string) string { return strings.TrimPrefix(strings.TrimPrefix(s, "de "), "het ") }

// inSignature adds the lines of a signature, and the pieces of each.
func (o organisationFinder) inSignature() {
	lines := o.signature()
	lines = lines[:min(len(lines), 12)]
	for i, line := range lines {
		clues := []string{"signature", "signature line " + [...]string{"1", "2", "3", "4", "5", "later"}[min(i, 5)]}
		if i+1 < len(lines) && contact.MatchString(lines[i+1]) {
			clues = append(clues, "before an address")
		}
		if i > 0 && strings.Contains(lines[i-1], o.nameValue()) && o.nameValue() != "" {
			clues = append(clues, "below the name")
		}
		if i > 0 && function.MatchString(lines[i-1]) {
			clues = append(clues, "below a function")
		}
		if o.represents {
			clues = append(clues, "signature of a lawyer")
		}
		if o.forPerson {
			clues = append(clues, "signature of a person's lawyer")
		}
		if small.MatchString(line) || len(line) > 120 {
			clues = append(clues, "small print")
		}
		pieces := signaturePieces(line)
		if len(pieces) > 1 {
			o.add(line, sourceSignature, append(slices.Clip(clues), "whole line")...)
		} else {
			clues = append(clues, "only piece")
		}
		for n, piece := range pieces {
			of := slices.Clip(clues)
			if n > 0 && strings.EqualFold(tidyName(pieces[n-1]), o.nameValue()) {
				of = append(of, "beside the name")
			}
			if n > 0 && function.MatchString(pieces[n-1]) {
				of = append(of, "beside a function")
			}
			o.variants(piece, sourceSignature, append(of, "piece "+[...]string{"1", "2", "later"}[min(n, 2)])...)
		}
	}
}

// inHeader adds what stands beside the sender's name: "Weerd, Anke de (Chemiecollege Noord)".
func (o organisationFinder) inHeader() {
	display := o.v.from.Name
	if display == "" {
		return
	}
	if m := bracketed.FindStringSubmatch(display); m != nil {
		o.variants(m[1]+m[2], sourceHeader, "header", "beside the sender")
		before, _, _ := strings.Cut(display, m[0])
		o.variants(before, sourceHeader, "header", "before the sender")
		return
	}
	if before, after, ok := strings.Cut(display, ", "); ok && fullName(before) {
		o.variants(after, sourceHeader, "header", "beside the sender")
	}
	if forMany(o.v.from.Addr) {
		o.variants(display, sourceHeader, "header", "display name of an address for many")
		return
	}
	clue := "display name"
	if looksLikePerson(o.v.from) && !isWorkplace(display) {
		clue = "display name of a person"
	}
	o.variants(display, sourceHeader, "header", clue)
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

var functionEnds = newPattern(`(?i)(manager|coördinator|coordinator|superintendent|supervisor|adviseur|directeur|technoloog|verpleegkundige|penningmeester|verantwoordelijke|notaris|buyer|nurse|teacher|secretariaat|secretaris|personeelszaken|crediteuren|systeembeheer|kwaliteit|^qhse|^hse|^kam|^afd|^or|^pvt|^planning|^administratie|^receptie|^bedrijfsvoering|^mediatheek|ondernemingsraad|personeelsvertegenwoordiging|docente?|leraar|medewerker|leider|trainer|mentor|secretaresse|monteur|operator|engineer|planner|chef|uitvoerder|voorman|eigenaar|eigenaresse|jurist|bestuurder|specialist|controller|boekhouder|inkoper|verkoper|administrateur|hoofd|^hr|^hrm|^p&o|^lead|kok|teamlead)$`)

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
	label := f.domain()
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

func isAddressBlock(paragraph string) bool {
	lines := strings.Split(paragraph, "\n")
	return len(lines) >= 2 && len(lines) <= 7 && contact.MatchString(strings.Join(lines[1:], "\n")) && len(strings.Fields(lines[0])) <= 7
}

// namedByDomain finds in the text the words that the mail domain is called after.
func (f *fieldReader) namedByDomain(text string) string {
	label := f.domain()
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
	capitals   = newPattern(`(?:\d+/\d+ +)?(?:(?:Gebr|Fa|St|Sint)\. *\p{Lu}[\p{L}\d'’-]+|\p{Lu}[\p{L}\d'’-]+|[A-Z]{2,}|[A-Z]&[A-Z]+)(?: +Gebr\.)?(?: +(?:(?:van|de|der|den|het|en|&|'t) +){0,2}(?:\p{Lu}[\p{L}\d'’-]*|[A-Z]{2,})){0,7}`)
	workplaces = newPattern(`(?i)(^|\s)(\p{L}*(raffinage|raffinaderij|veredeling|werf|rederij|weverij|kwekerij|drukkerij|smederij|gieterij|brouwerij|bakkerij|slagerij|maalderij|zuivel|verhuur|groothandel|handel|fabriek|fabrieken|bedrijf|bedrijven|bouw|techniek|transport|logistiek|centrale|coöperatie|college|lyceum|school|academie|campus|vakschool|groep|chemie|plastics|kunststoffen|polymeren|staal|metaal|papier|foods?|farma|pharma|energie|water|terminal|works|industries|services|solutions|installaties|zorg|ziekenhuis|kliniek|gemeente|provincie|stichting|maatschap|notariaat|advocaten|accountants|schilders|loodgieters|timmerwerken|hoveniers|catering|optiek|apotheek|[a-z]{3,}erij|kantoor|(gast|te|verzorgings|verpleeg|zieken|gezins|woonzorg|logeer|buurt|dorps|eet|koffie|bejaarden|weeshuis|raad)huis|unie|praktijk|makelaars|makelaardij|centrum|instituut|vereniging|corporatie|museum|hotel|restaurant|garage|zwembad|verband|combinatie|reiniging|beveiliging|vakbond|ondernemingen))(\s|$)`)
)

// looksLikePerson reports that a display name is written as a person's, and agrees with the part of the address before
// the @: "Jan Pol" of jan.pol@…, but not "Hair by Jo" of hairbyjo@….
func looksLikePerson(a Address) bool {
	if name := tidyName(a.Name); !looksLikeName(name) || !isFirstName(firstWord(name)) && !onlyInitials(name) && !strings.Contains(a.Name, ",") {
		return false
	}
	local, _, _ := strings.Cut(a.Addr, "@")
	local = squeeze(local)
	for _, word := range strings.Fields(a.Name) {
		if word = squeeze(word); len(word) > 2 && strings.Contains(local, word) {
			return true
		}
	}
	return false
}

// unwrapped joins the lines that a mail program broke: those that are as long as a line gets, unless the next begins with a label.
func unwrapped(text string) string {
	var out strings.Builder
	broken := "" // what ends the line before, where it may have been broken
	for line := range strings.Lines(text) {
		if broken != "" && beginsWithLabel.MatchString(line) {
			broken = "\n"
		}
		out.WriteString(broken)
		trimmed := strings.TrimRight(line, " \r\n")
		if broken = ""; len(trimmed) >= 55 && trimmed != line {
			line, broken = trimmed, " "
		}
		out.WriteString(line)
	}
	return out.String() + broken
}

// beginsWithLabel is a line that says what it tells: "Betreft: levering".
var beginsWithLabel = regexp.MustCompile(`^\p{Lu}[\p{L}-]{2,20}:\s`)

// ours reports that a name is the organisation's own: never the complainant's.
func (f *fieldReader) ours(name string) bool {
	own := squeeze(f.profile.Organisation)
	squeezed := squeeze(name)
	return own != "" && (strings.Contains(squeezed, own) || (len(squeezed) >= 4 && strings.HasPrefix(own, squeezed)))
}

// behindFirm is what stands behind the name of a firm: a remark in brackets, a telephone number.
var behindFirm = regexp.MustCompile(`\s*\([^)]*\)?$|(?i:[\s,]+(sinds|since|anno|est\.?)\s+\d{4}\b.*$)|\s+[—–].*$|\s+te \p{Lu}\p{L}+$|\s*[\x{1F300}-\x{1FAFF}\x{2600}-\x{27BF}].*$|[\s,:–-]*(\+|\(?0)[\d\s()-]{6,}.*$`)

// stoppedForm is a legal form without full stops at the end of a sentence: "Flexpol BV."
var stoppedForm = regexp.MustCompile(`\b(BV|NV|CV|VOF)\.$`)

// cutArticle is an article that lost its first letter: "'t Kompas", "'s-Heerenbos".
var cutArticle = regexp.MustCompile(`^'[ts][ -]`)

func tidyOrganisation(s string) string {
	s = strings.TrimLeftFunc(collapse(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' })
	s = strings.Trim(s, " ,;:|*_\"“”()-–/·•")
	if !cutArticle.MatchString(s) {
		s = strings.Trim(s, "' ")
	}
	s = strings.TrimSpace(behindFirm.ReplaceAllString(s, ""))
	if !legalForm.MatchString(s) && !strings.HasSuffix(s, " e.o.") && !strings.HasSuffix(s, "Zn.") {
		s = strings.TrimRight(s, ".")
	}
	s = stoppedForm.ReplaceAllString(s, "$1")
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
