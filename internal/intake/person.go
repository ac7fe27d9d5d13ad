package intake

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// infixes are the words of a Dutch name that are no name by themselves.
var infixes = map[string]bool{"van": true, "de": true, "der": true, "den": true, "het": true, "'t": true, "ten": true, "ter": true, "te": true, "el": true, "la": true, "le": true, "von": true, "al": true, "op": true, "in": true, "bij": true, "aan": true, "tot": true, "dos": true, "da": true, "di": true, "del": true, "ben": true, "bin": true, "d'": true, "v.d.": true, "v.": true, "vd": true, "v/d": true, "v.d": true, "d.": true, "en": true, "vander": true, "a": true, "y": true}

var (
	titles   = regexp.MustCompile(`(?i)^(dhr\.?|de heer|mevr\.?|mevrouw|mw\.?|mr\.?|mrs\.?|ms\.?|ing\.?|ir\.?|drs\.?|dr\.?|prof\.?|em\.|bc\.?|heer|m[ae]dewerker|fam\.?|familie)\s+`)
	degrees  = regexp.MustCompile(`(?i),?\s+(msc|bsc|bba|ba|ma|mba|phd|llm|ll\.?m\.?|bbe|rba?|med|rc|ra|rah|bna|rv?b|kno|eur ing)\.?$`)
	notName  = regexp.MustCompile(`(?i)\b(b\.?v\.?|n\.?v\.?|v\.?o\.?f\.?|stichting|college|school|lyceum|roc|groep|team|afdeling|administratie|manager|coördinator|coordinator|adviseur|directeur|docent|medewerker|hoofd|leider|trainer|info|klantenservice|planning|secretariaat|receptie|helpdesk|support|training|opleiding(en)?|klik|onderwijs|www|http|straat|weg|laan|postbus|tel|mobiel|kvk|iban|btw|bedrijf|fabriek|gemeente|ziekenhuis|voorzitter|monteur|operator|consultant|officer|engineer|servicedesk|service|nederland|holland|noreply|website|redactie|groet|groeten|bedankt|namens|betreft|bijlage|vestiging|locatie|adres|datum|klacht|student|leerling|lid|advocatenkantoor|kantoor|rechtsbijstand|familie|ouder|moeder|vader)\b`)
	bracket  = regexp.MustCompile(`\s*[(\["“][^)\]"”]*[)\]"”]\s*`)
	reversed = regexp.MustCompile(`^([\p{L}'’ -]+),\s*([\p{L}.'’ -]+?)(\s+(van|de|der|den|ten|ter|van de|van der|van den|'t|van 't))?$`)
)

// tidyName writes a name as a letter would: titles, degrees and remarks off, "Smeets, Ruud" turned round.
func tidyName(s string) string {
	s = collapse(bracket.ReplaceAllString(s, " "))
	for range 4 {
		s = strings.TrimSpace(titles.ReplaceAllString(s, ""))
		s = degrees.ReplaceAllString(s, "")
	}
	s = strings.Trim(s, " ,.;:|/*_-–\"'")
	if m := reversed.FindStringSubmatch(s); m != nil {
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
	if len(words) == 0 || len(words) > 6 || len(s) > 60 || notName.MatchString(s) || strings.ContainsAny(s, "@/\\:;!?0123456789€&") {
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

// fullName reports a name of more than a first name.
func fullName(s string) bool {
	return len(strings.Fields(s)) > 1 || strings.Count(s, ".") > 1
}

// readName prefers what the writer signed with, when it is a whole name, to what his mail program says.
func (f *fieldReader) readName() {
	if f.out.Name != nil {
		return
	}
	header := f.headerName()
	signed, source := f.signedName(header), sourceSignature
	introduced := ""
	if signed == "" || !fullName(signed) {
		introduced = f.introducedName()
	}
	if signed == "" {
		signed = f.lowerSigned()
	}
	name := signed
	switch {
	case oneInitial(signed) && sameSurname(signed, header):
		name, source = header, sourceHeader
	case fullName(signed):
	case introduced != "" && (f.v.passedOn || !fullName(header)):
		name, source = introduced, sourceBody
	case header != "" && (fullName(header) || signed == ""):
		name, source = header, sourceHeader
		if f.v.passedOn {
			source = sourceBody
		}
	}
	f.out.Name = field(name, source, mostShort)
}

// headerName is the person whom the mail program names as the sender; "" where that is a firm or a role.
func (f *fieldReader) headerName() string {
	name := tidyName(f.v.from.Name)
	if before, _, ok := strings.Cut(name, " - "); ok {
		name = tidyName(before)
	}
	if local, _, _ := strings.Cut(f.v.from.Addr, "@"); name == strings.ToLower(name) && fullName(name) && lowerName.MatchString(name) && strings.Contains(squeeze(local), squeeze(firstWord(name))) {
		return name // somebody who writes no capitals
	}
	name = strings.ReplaceAll(name, " & ", " en ")
	if strings.Contains(name, "@") || !looksLikeName(name) || function.MatchString(name) || f.isOrganisation(name) || workplaces.MatchString(name) && !looksLikePerson(f.v.from) {
		return ""
	}
	return name
}

// lowerSigned is the name below the text of somebody who writes no capitals: it agrees with his address.
func (f *fieldReader) lowerSigned() string {
	lines := nonBlank(strings.Split(f.v.text, "\n"))
	local, _, _ := strings.Cut(f.v.from.Addr, "@")
	for i := len(lines) - 1; i >= 0 && i >= len(lines)-3; i-- {
		if line := lines[i]; len(strings.Fields(line)) <= 4 && lowerName.MatchString(line+" x") && strings.HasPrefix(squeeze(local), squeeze(firstWord(line))) {
			return line
		}
	}
	return ""
}

var lowerName = regexp.MustCompile(`^\p{Ll}[\p{Ll}.'’-]*( [\p{Ll}.'’-]+){1,4}$`)

// oneInitial reports a name like "A. de Roo", of which the header may know the first name.
func oneInitial(name string) bool {
	words := strings.Fields(name)
	return len(words) > 1 && len([]rune(words[0])) == 2 && strings.HasSuffix(words[0], ".")
}

func sameSurname(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	return len(x) > 1 && len(y) > 1 && strings.EqualFold(x[len(x)-1], y[len(y)-1]) && !oneInitial(b)
}

// signedName is the name in a signature: a whole one before a first name, and the one that agrees
// with the mail program's before another. header is what the mail program says, by which a person is
// told from a firm that is called after one.
func (f *fieldReader) signedName(header string) string {
	best, short, most := "", "", -1
	for i, line := range f.letter.signature {
		if i > 7 {
			break
		}
		pieces := signaturePieces(line)
		if i == 0 && reversed.MatchString(line) && len(strings.Fields(line)) <= 3 && looksLikeName(line) {
			pieces = []string{line} // "Smeets, Ruud"
		}
		for _, piece := range pieces {
			name := tidyName(piece)
			if !looksLikeName(piece) || f.isFirm(name, header) {
				continue
			}
			shared := sharedWords(name, header)
			switch {
			case !fullName(name):
				if short == "" && best == "" && i < 2 && !isFunction(name) {
					short = name
				}
			case shared > most && (best == "" || shared > 0) && (i < 3 || short == "" || shared > 0):
				best, most = name, shared
			}
		}
	}
	if best != "" && (short == "" || most > 0 || strings.HasPrefix(best, short)) {
		return best
	}
	return short
}

// isFirm reports that a name in a signature is that of a firm or a school.
func (f *fieldReader) isFirm(name, header string) bool {
	if strings.EqualFold(name, header) {
		return false
	}
	if f.isOrganisation(name) || legalForm.MatchString(name) || orgWord.MatchString(name) || workplaces.MatchString(name) {
		return true
	}
	return squeeze(name) == domainLabel(f.v.from.Addr)
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
	return strings.FieldsFunc(strings.NewReplacer(" | ", "\x00", "|", "\x00", " / ", "\x00", " // ", "\x00", ";", "\x00", "\t", "\x00", ", ", "\x00", " - ", "\x00", " – ", "\x00", " · ", "\x00", " • ", "\x00", " bij ", "\x00", " @ ", "\x00").Replace(line), func(r rune) bool { return r == 0 })
}

// isOrganisation reports that a name is that of a firm by the mail domain.
func (f *fieldReader) isOrganisation(name string) bool {
	return len(name) > 4 && !fullName(name) && strings.EqualFold(squeeze(name), domainLabel(f.v.from.Addr))
}

var (
	introductions = []*regexp.Regexp{
		regexp.MustCompile(`(?:[Mm]ijn naam is|[Ii]k ben|[Ii]k heet|[Mm]y name is|[Ii] am|[Nn]aam is)\s+((?:[\p{Lu}][\p{L}.'’-]*|van|de|der|den|el|ten|ter|'t)(?:\s+(?:[\p{Lu}][\p{L}.'’-]*|van|de|der|den|el|ten|ter|'t)){0,4})`),
		regexp.MustCompile(`(?:[Mm]evrouw|[Mm]evr\.|[Mm]w\.|[Dd]e heer|[Dd]hr\.|[Hh]eer|[Mm]eneer)\s+((?:[\p{Lu}][\p{L}.'’-]*|van|de|der|den|el|ten|ter|'t)(?:\s+(?:[\p{Lu}][\p{L}.'’-]*|van|de|der|den|el|ten|ter|'t)){0,4})`),
		regexp.MustCompile(`(?:\b[Mm]et|\b(?:[Hh]ij|[Zz]e|[Zz]ij) heet|[Nn]amens (?:de|het|onze) [\p{L} ]{2,30},)\s+((?:[\p{Lu}][\p{L}.'’-]*)(?:\s+(?:[\p{Lu}][\p{L}.'’-]*|van|de|der|den|el|ten|ter|'t)){1,4})(?:\s+(?:uit|van|hier|te)\b|[,.(])`),
		regexp.MustCompile(`(?:gebeld door|telefoontje van|gesproken met|telefoon van|gebeld met|bericht van|brief van|klacht van|ingesproken door|langs geweest:?)\s+((?:[\p{Lu}][\p{L}.'’-]*)(?:\s+(?:[\p{Lu}][\p{L}.'’-]*|van|de|der|den|el|ten|ter|'t)){1,4})`),
	}
)

// introducedName is a name that the text brings: the writer's own, or that of the person whom a colleague writes about.
func (f *fieldReader) introducedName() string {
	for i, pattern := range introductions {
		if i > 0 && !f.v.passedOn {
			break
		}
		for _, m := range pattern.FindAllStringSubmatch(f.v.text+"\n"+f.v.cover, 10) {
			name := trimInfixes(tidyName(beforeOrganisation(m[1])))
			if looksLikeName(name) && !strings.EqualFold(name, tidyName(f.m.From.Name)) {
				return name
			}
		}
	}
	return ""
}

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
