package intake

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// fieldKey names a field, or a part of one, that a label asks for.
type fieldKey string

const (
	keyName         fieldKey = "name"
	keyFirst        fieldKey = "first name"
	keyInfix        fieldKey = "infix"
	keyLast         fieldKey = "last name"
	keyOrganisation fieldKey = "organisation"
	keyEmail        fieldKey = "email"
	keyPhone        fieldKey = "phone"
	keyMobile       fieldKey = "mobile"
	keyProduct      fieldKey = "product"
	keySubmitted    fieldKey = "submitted"
	keyDescription  fieldKey = "description"
	keyMotivation   fieldKey = "motivation"
	keyRemedy       fieldKey = "remedy"
	keyIgnored      fieldKey = "ignored" // a label that asks for something else
)

// labelRule says which labels ask for a field. The first rule that matches counts.
type labelRule struct {
	key     fieldKey
	pattern *pattern
}

// labels are matched against the label in lower case, punctuation taken off.
var labels = []labelRule{
	{keyIgnored, newPattern(`^(aanhef|geslacht|functie|afdeling|adres|straat|postcode|plaats|woonplaats|postadres|land|ip|ip-adres|formulier|bestand|bijlagen?|klantnummer|debiteurnummer|ordernummer|factuurnummer|kenmerk|ons kenmerk|uw kenmerk|kvk|iban|btw|website|fax|faxnummer|geboortedatum|naam (trainer|docent|cursist|deelnemer|student|leerling|kind|medewerker|contactpersoon klik)|datum (van de )?(training|cursus|opleiding|examen|voorval|gebeurtenis|incident|factuur|les|bijeenkomst)|(trainings|cursus|examen|factuur|les|voorval)datum|factuur ?datum|locatie|trainer|docent|aantal .*|betaald|prijs|bedrag|akkoord.*|hoe .*gevonden|klachtnummer|referentie)$`)},
	{keyFirst, newPattern(`^(uw |je )?(voornaam|voorletters?|voorna(a)?m(en)?|first name|given name)( indiener| klager)?$`)},
	{keyInfix, newPattern(`^(tussenvoegsels?|voorvoegsels?)$`)},
	{keyLast, newPattern(`^(uw |je )?(achternaam|familienaam|last name|surname|family name)( indiener| klager)?$`)},
	{keyOrganisation, newPattern(`^(uw |je |de |naam )?(van )?(uw |de |je )?(organisatie|bedrijf|bedrijfsnaam|organisatienaam|schoolnaam|school|instelling|onderwijsinstelling|werkgever|company|company name|organi[sz]ation|employer|firma|onderneming|instituut|instellingsnaam|organisatie/bedrijf|bedrijf/organisatie|bedrijf/school|school/bedrijf|organisatie/school|bedrijf of (school|organisatie|instelling)|organisatie of (bedrijf|school)|school of (bedrijf|organisatie)|naam (van (uw |de |je |het )?)?(organisatie|bedrijf|school|instelling|werkgever)( ?(of|/) ?(organisatie|bedrijf|school|instelling))?|namens|werkzaam bij)( .{0,25})?$`)},
	{keyEmail, newPattern(`^(uw |je |mijn )?(e-? ?mail|mail|emailadres|e-? ?mail ?-?adres|mailadres|e-? ?mail address|e-?mail ?/ ?.*|your e-?mail)( .{0,20})?$`)},
	{keyMobile, newPattern(`^(uw |je |mijn )?(mobiel|mobiele nummer|mobiel ?nummer|mobiele telefoon|mobiel telefoonnummer|telefoon(nummer|nr)? ?\(?(mobiel|prive|privé)\)?|gsm|gsm-nummer|mobile|mobile number|cell|06|06-nummer|m|mob)$`)},
	{keyPhone, newPattern(`^(uw |je |mijn )?(telefoon|telefoonnummer|telefoonnr|tel|tel nr|telnr|tel nummer|telefoon ?/ ?.*|telephone|telephone number|phone|phone number|contact number|bereikbaar op|te bereiken op|terugbellen op|terugbelnummer|belt vanaf|bereikbaar|telefonisch bereikbaar|t|nummer|doorkiesnummer|direct nummer|vast)( .{0,25})?$`)},
	{keyProduct, newPattern(`^(het |de |uw |welk(e)? )?(betreffende |betrokken )?((product|dienst|training|cursus|opleiding|e-?learning|workshop|module|licentie|course|service|programma|lesmateriaal|materiaal)(en|s)?( ?(/|of|or|en|,|&) ?(product|dienst|training|cursus|opleiding|e-?learning|workshop|module|licentie|service|lesmateriaal|materiaal)(en|s)?)*|naam (van )?(de |het )?(training|cursus|opleiding|product|dienst)|(om )?welk(e)? (product|training|dienst|cursus|opleiding).*|(klacht )?(betreft|over) (welk(e)? )?(het )?(product|de training|de cursus|dienst|training|product of dienst).*|waarover( gaat.*)?|waar gaat (uw|de|je) klacht over|onderwerp van (de|uw|mijn) klacht|(gaat )?over|service|gevolgde (training|cursus|opleiding))( .{0,30})?$`)},
	{keySubmitted, newPattern(`^(datum|date|datum (van )?(de |het )?(indiening|indienen|invullen|klacht|melding|formulier|invullen|invulling|brief|schrijven|aanmelding|verzending|ondertekening|vandaag)|datum ingediend|datum inzending|datum en tijd|datum/tijd|timestamp|tijdstip|ingediend op|ingezonden( op)?|ingevuld op|verzonden op|indieningsdatum|date of (submission|complaint)|submitted( on)?|inzenddatum|d\.?d\.?)$`)},
	{keyRemedy, newPattern(`^(.{0,25}(gewenste|voorgestelde) oplossing|oplossing|gewenste? (resultaat|uitkomst)|wat (wilt|wil|verwacht|verwachten|vraagt|zou|moet|moeten|wenst|kunnen) .*|wat is uw (wens|voorstel).*|(mijn|ons|uw) (verzoek|wens|voorstel|eis)|verzoek|wens|eis|voorstel|desired (outcome|solution|resolution)|what (would|do) you .*|remedy|requested (solution|remedy)|hoe kunnen (wij|we) .*|hoe wilt u .*|wij vragen|ik vraag|ik verwacht|wij verwachten)$`)},
	{keyMotivation, newPattern(`^(.{0,30}(motivering|motivatie|onderbouwing)( .{0,40})?|(de )?reden.*|waarom.*|wat is de reden.*|(wat zijn |wat is )?(de )?gevolg(en)?.*|motivation|reasons?( .{0,30})?|why.*|grounds|impact|consequences?|schade|nadeel|belang|argument(en|atie)?|toelichting waarom.*|onze onderbouwing)$`)},
	{keyDescription, newPattern(`^(.{0,30}(omschrijving|beschrijving)( .{0,40})?|(omschrijf|beschrijf) .*|(klacht|bezwaar)(omschrijving|tekst)|(uw |mijn |ons )?bezwaar|(dit|het) (is|ging) (er )?(gebeurd|mis|fout).*|wat (ging|is) er fout.*|(uw |mijn |de |inhoud |onze )?(van )?(de |uw )?klacht( .{0,30})?|wat is er (gebeurd|misgegaan|mis|aan de hand).*|wat (ging|gaat) er mis.*|wat is (uw|de|je) klacht.*|(uw |mijn )?bericht|description.*|what happened.*|complaint|details.*|melding|uw melding|toelichting.*|inhoud.*|voorval|het voorval|situatie|(het )?probleem|feiten|vertel .*|your (message|complaint)|message|opmerkingen?|issue|wat( (hij|zij|ze|die|er) (zei|zegt|vertelt|vertelde|meldt|meldde))?|aard (van )?(de |het )?(voorval|klacht|melding|probleem))$`)},
	{keyName, newPattern(`^(uw |je |mijn |volledige |de )?(naam|name|full name|your name|volledige naam|voor- en achternaam|naam en (voornaam|voorletters?|initialen)|voorletters? en (achter)?naam|voornaam en achternaam|contactpersoon|contact|klager|indiener|ingediend door|ingevuld door|melder|aanmelder|naam (van )?(de )?(indiener|klager|melder|contactpersoon|persoon|aanvrager|invuller)|complainant|contact person|ondergetekende|opgesteld door|deelnemer/indiener|wie( bent u)?|beller|gebeld door|afzender|bezoeker)$`)},
}

// fieldOfLabel says which field a label asks for.
func fieldOfLabel(label string) (fieldKey, bool) {
	label = optional.ReplaceAllString(strings.ToLower(collapse(label)), "")
	label = strings.Trim(label, " .:*•·-–_#?!()[]<>|\"'")
	if label == "" || len(label) > 90 || phoneCandidate.MatchString(label) { // "T 0475 555 018 / nood 24/7: …" is no label but a line of a signature
		return "", false
	}
	for _, rule := range labels {
		if rule.pattern.MatchString(label) {
			return rule.key, true
		}
	}
	return "", false
}

var optional = newPattern(`\s*\((verplicht|optioneel|niet verplicht|required|optional|indien van toepassing|e?\.?g?\.?)\)|\s*\*$`)

// entry is one labelled value.
type entry struct {
	key    fieldKey
	value  string
	source string
}

var (
	labelled = regexp.MustCompile(`^[\s*•·>–-]*(?:\d{1,2}[.)]\s*)?\**([\p{L}][^:\t|=]{0,85}?)\**\s*(:|\t|=|\|)\**\s*(.*)$`)
	dashed   = regexp.MustCompile(`^[\s*•·>]*([\p{L}][\p{L}./ -]{1,40}?)\s+[–-]\s+(\S.*)$`)
	bullet   = regexp.MustCompile(`^[\s*•·–-]*(?:\d{1,2}[.)]\s*)?`)
)

// form reads the labelled values of a text: "label: value" on a line, a table's rows, or a label
// with its value on the lines below it. A description goes on until the next label or the sign-off.
func form(text string) (entries []entry) {
	lines := strings.Split(text, "\n")
	stacked := stackedLabels(lines)
	style := formStyle{dashes: dashedLabels(lines), bare: bareLabels(lines)}
	var current *entry
	blanks := 0
	for i, line := range lines {
		trimmed := strings.TrimSpace(line)
		if trimmed == "" {
			blanks++
			continue
		}
		if row := cells(line); row != nil {
			entries, current, blanks = append(entries, row...), nil, 0
			continue
		}
		key, value, source, ok := readLabel(line, style)
		if !ok && stacked && blanksAround(lines, i) {
			if key, ok = exactLabel(trimmed); ok {
				source = sourceForm
			}
		}
		switch {
		case ok:
			entries = append(entries, entry{key: key, value: value, source: source})
			current = &entries[len(entries)-1]
		case current == nil:
		case signOff.MatchString(trimmed) && !sentence(trimmed), dashes.MatchString(trimmed):
			current = nil
		case continues(current, blanks):
			current.value = strings.TrimSpace(current.value + strings.Repeat("\n", min(blanks, 1)+1) + trimmed)
		default:
			current = nil
		}
		blanks = 0
	}
	return entries
}

// continues reports that a line without a label still belongs to the value above it.
func continues(e *entry, blanks int) bool {
	switch e.key {
	case keyDescription, keyMotivation, keyRemedy:
		return true
	case keyIgnored:
		return false
	}
	return e.value == "" && blanks <= 1
}

// cells reads a row of a table that holds several labels with their values beside each other.
func cells(line string) (entries []entry) {
	parts := strings.Split(strings.Trim(line, "\t "), "\t")
	if len(parts) < 4 {
		return nil
	}
	for i := 0; i+1 < len(parts); i += 2 {
		key, ok := fieldOfLabel(parts[i])
		if !ok {
			return nil
		}
		entries = append(entries, entry{key: key, value: strings.TrimSpace(parts[i+1]), source: sourceTable})
	}
	return entries
}

// formStyle is what may stand between a label and its value besides a colon.
type formStyle struct {
	dashes bool // a dash, before a long text too
	bare   bool // nothing
}

func readLabel(line string, style formStyle) (key fieldKey, value, source string, ok bool) {
	if m := labelledParts(line); m != nil {
		if key, ok = fieldOfLabel(m[1]); ok {
			source = sourceLabel
			if m[2] == "\t" || m[2] == "|" || strings.Contains(line, "\t") {
				source = sourceTable
			}
			return key, strings.TrimSpace(m[3]), source, true
		}
	}
	if m := dashedParts(line); m != nil {
		if key, ok = fieldOfLabel(m[1]); ok && (style.dashes || key != keyDescription && key != keyMotivation && key != keyRemedy) {
			return key, strings.TrimSpace(m[2]), sourceLabel, true
		}
	}
	if style.bare {
		if key, value = barePart(line); value != "" {
			return key, value, sourceTable, true
		}
	}
	return "", "", "", false
}

// barePart reads a label with its value behind it and nothing between them but blanks, as a table that lost its
// lines leaves it: "Achternaam Ykema". The label has a capital at its beginning only.
func barePart(line string) (key fieldKey, value string) {
	if m := columned.FindStringSubmatch(line); m != nil {
		if key, ok := fieldOfLabel(m[1]); ok {
			return key, m[2]
		}
	}
	for _, at := range betweenWords.FindAllStringIndex(line, 5) {
		label, rest := line[:at[0]], strings.TrimSpace(line[at[1]:])
		if next, _ := utf8.DecodeRuneInString(rest); unicode.IsLower(next) && !strings.Contains(rest, "@") || !labelCase.MatchString(label) {
			continue
		}
		if key, ok := fieldOfLabel(label); ok {
			return key, rest
		}
	}
	return "", ""
}

var (
	columned     = regexp.MustCompile(`^\s*(\p{Lu}[^:=|\t]{1,40}?)\s{2,}(\S.*)$`)
	betweenWords = regexp.MustCompile(`\s+`)
	labelCase    = regexp.MustCompile(`^\s*\p{Lu}[^\p{Lu}]*$`)
)

// bareLabels reports that a form has labels with nothing between them and their values: four lines at least that begin
// with the label of a different field, of which one asks for a name.
func bareLabels(lines []string) bool {
	seen := map[fieldKey]bool{}
	for _, line := range lines {
		if labelledParts(line) != nil {
			continue
		}
		if key, value := barePart(line); value != "" && key != keyIgnored {
			seen[key] = true
		}
	}
	return len(seen) >= 4 && (seen[keyName] || seen[keyLast])
}

// labelledParts are the label of a line, the sign behind it and the value; nil where there is no such sign.
func labelledParts(line string) []string {
	if !strings.ContainsAny(line, ":\t=|") {
		return nil
	}
	return labelled.FindStringSubmatch(line)
}

// dashedParts are the label of a line and the value behind a dash; nil where there is none.
func dashedParts(line string) []string {
	if !strings.Contains(line, "-") && !strings.Contains(line, "–") {
		return nil
	}
	return dashed.FindStringSubmatch(line)
}

// dashedLabels reports that a form is written with dashes: "Klager - Sybren Tjeerdsma".
func dashedLabels(lines []string) bool {
	n := 0
	for _, line := range lines {
		if m := dashedParts(line); m != nil {
			if _, ok := fieldOfLabel(m[1]); ok {
				n++
			}
		}
	}
	return n >= 3
}

// exactLabel reads a line that is nothing but a label.
func exactLabel(line string) (fieldKey, bool) {
	if len(line) > 60 || strings.HasSuffix(line, ".") {
		return "", false
	}
	return fieldOfLabel(bullet.ReplaceAllString(line, ""))
}

// stackedLabels reports that at least three lines are nothing but the label of a different field, or stand in
// rows of labels with their values: then labels and values may stand below each other.
func stackedLabels(lines []string) bool {
	seen := map[fieldKey]bool{}
	for _, line := range lines {
		for _, e := range cells(line) {
			seen[e.key] = true
		}
		if key, ok := exactLabel(strings.TrimSpace(line)); ok && key != keyIgnored {
			seen[key] = true
		}
	}
	return len(seen) >= 3
}

// blanksAround reports that a stacked label is followed by a value, not by another label.
func blanksAround(lines []string, i int) bool {
	next := nextText(lines, i+1)
	return next < len(lines) && next-i <= 3
}

// questions are the words by which a question of ours is known when somebody answers below it.
var questions = []labelRule{
	{keyOrganisation, newPattern(`(?i)organisatie|bedrijf|school|organi[sz]ation`)},
	{keyPhone, newPattern(`(?i)telefoon|phone|bereikbaar`)},
	{keyProduct, newPattern(`(?i)product|training|dienst|cursus|course`)},
	{keyMotivation, newPattern(`(?i)waarom|motiv|reden|why`)},
	{keyDescription, newPattern(`(?i)wat is er|gebeurd|omschrijving|what happened`)},
	{keyEmail, newPattern(`(?i)e-?mail`)},
	{keyName, newPattern(`(?i)\buw naam\b|your name`)},
}

// answered reads what somebody wrote below our quoted questions.
func answered(text string) (entries []entry) {
	var current *entry
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		trimmed := strings.TrimSpace(line)
		switch {
		case isMarked(line):
			if asked := unmark(line); strings.TrimSpace(asked) != "" {
				current = nil
				if key, ok := questionKey(asked); ok {
					current = &entry{key: key, source: sourceLabel}
				}
			}
		case trimmed == "":
			if current != nil && current.value != "" {
				current = nil
			}
		case current == nil:
		case current.value == "":
			current.value = trimmed
			entries = append(entries, *current)
			current = &entries[len(entries)-1]
		default:
			current.value += "\n" + trimmed
		}
	}
	return entries
}

func questionKey(line string) (fieldKey, bool) {
	if !strings.HasPrefix(line, "-") && !strings.HasSuffix(line, "?") && !strings.HasPrefix(line, "*") && !strings.HasPrefix(line, "•") {
		return "", false
	}
	for _, q := range questions {
		if q.pattern.MatchString(line) {
			return q.key, true
		}
	}
	return "", false
}
