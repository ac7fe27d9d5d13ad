package command

import (
	"regexp"
	"strings"

	"klikonderwijs.nl/klachtd/internal/complaint"
)

// Wish is what a complainant asks for in his own words. He has no commands to learn; what is not sure
// goes to a person.
type Wish struct {
	Withdraws  bool // he withdraws the complaint
	GoesOn     bool // he wants to go on with a complaint that was closed
	Asks       bool // he asks how things stand
	OnlyAsks   bool // and writes nothing else
	Unsure     bool // he speaks of withdrawing, but perhaps he does not do it
	Corrected  []Correction
	Protesting bool // he says that something of what was understood is wrong
}

// Correction says what one of the data must be.
type Correction struct {
	Field    complaint.FieldName
	LastName bool   // of a name only the last one
	Value    string // what it must be
	Was      string // what it must not be, "" when he does not say
}

// mostWish bounds what is read of a mail, in bytes, and mostQuestion what is nothing but a question, in words.
const (
	mostWish     = 8000
	mostQuestion = 45
)

var (
	sentenceEnd = regexp.MustCompile(`[.!?]+(\s|$)|\n\s*\n|\n\s*[-*•]`)

	withdraws   = regexp.MustCompile(`(?i)\b(trek(ken)?\b.{0,60}\b(klacht|melding)\b.{0,40}\b(in|terug)\b|(klacht|melding)\b.{0,60}\b(in te trekken|intrek(ken)?|ingetrokken|terug te trekken|terugtrekken|teruggetrokken|laten vallen|als vervallen|kan vervallen|mag vervallen)\b|intrekk(en|ing) (van )?(mijn|onze|de|deze) klacht|trek (ik|deze|hem) (hierbij )?(weer )?(in|terug)\b|withdraw(ing)? (my|our|the|this) complaint)`)
	asWithdrawn = regexp.MustCompile(`(?i)\bals (ingetrokken|vervallen)\b`)
	hesitates   = regexp.MustCompile(`(?i)\b(niet|geen|nooit|als|indien|tenzij|mits|wanneer|zodra|misschien|overweeg|overwegen|kan ik|kunnen wij|mag ik|hoe|zou|zouden|not|if|unless|might|gevraagd|verzocht|bezwaar)\b|\?`)
	goesOn      = regexp.MustCompile(`(?i)\b(toch (wel )?(door|verder|door(gaan|zetten)|verder(gaan)?|behandel|een klacht)|heropen(en)?|(wil|willen|wens) (ik |wij )?(de klacht |mijn klacht |hem )?(graag )?(toch|alsnog|weer)|niet (meer )?intrekken|intrekking (ongedaan|terug)|bedenk(en)? (ik|wij)? ?(mij|me|ons)|(mij|me|ons) bedacht|trek (mijn|de|die) intrekking|laat (mijn|de) klacht (toch )?(door|verder)|(mijn|de) klacht (moet|mag|kan) (toch )?(door|verder)\w*|alsnog (door|verder|behandel\w*)|reopen|go on with (my|the) complaint)`)
	stays       = regexp.MustCompile(`(?i)\b(niet (meer )?(verder|heropen\w*|door)|hoeft niet|laat maar|geen behoefte)\b`)
	asks        = regexp.MustCompile(`(?i)(\bhoe (staat|is|zit|gaat|loopt|ver)\b.{0,40}\b(mee|voor|ermee|klacht|bent|zijn|zaak|dossier)|\bstand van zaken\b|\bwat is de (status|stand)\b|\bwanneer (hoor|krijg|mag|kan|kunnen|horen|krijgen|komt|neemt|word)\b|\b(is|zijn) er (al|inmiddels|nog) .{0,30}(nieuws|bekend|beslissing|besluit|update|duidelijk)|\bhoe lang\b.{0,40}(duur|duren|wachten)|\b(hoor|horen|krijg|krijgen) (ik|wij) (nog|al|snel)\b.{0,20}(iets|wat|antwoord|bericht|reactie)|\b(een )?update\b|\bstatus van (mijn|onze|de) klacht\b|\bwat gebeurt er nu\b|\bheeft u (al|inmiddels) (iets|nieuws)\b|\bwhat is the status\b|\bany news\b|\bwhen (will|can) (i|we) (hear|expect))`)
	protests    = regexp.MustCompile(`(?i)\b(klopt (er )?niet|klopt niet|kloppen niet|niet correct|niet juist|onjuist|verkeerd|fout(je)?|moet(en)?\b.{0,60}\b(zijn|worden)|verbeter(ing|en)?|correctie|aanpass\w+|wijzig\w*|niet goed|is wrong|incorrect|should be)\b`)
)

// ReadWish reads what a complainant wrote now, without quotes. products are the names in the catalogue.
func ReadWish(own string, products []string) Wish {
	own = withoutSignature(bounded(own, mostWish))
	var w Wish
	for _, s := range sentences(own) {
		switch {
		case withdraws.MatchString(s):
			unsure := hesitates.MatchString(asWithdrawn.ReplaceAllString(s, ""))
			w.Withdraws, w.Unsure = w.Withdraws || !unsure, w.Unsure || unsure
		case asks.MatchString(s):
			w.Asks = true
		}
		w.GoesOn = w.GoesOn || goesOn.MatchString(s) && !stays.MatchString(s)
		w.Protesting = w.Protesting || protests.MatchString(s)
		if c, ok := correction(s, products); ok {
			w.Corrected = append(w.Corrected, c)
		}
	}
	w.Withdraws = w.Withdraws && !w.Unsure && !w.GoesOn
	w.OnlyAsks = w.Asks && !w.Unsure && !w.Withdraws && len(w.Corrected) == 0 && len(strings.Fields(own)) <= mostQuestion
	return w
}

// sentences cuts a text; a question keeps its mark.
func sentences(text string) (list []string) {
	for text != "" {
		at := sentenceEnd.FindStringIndex(text)
		if at == nil {
			at = []int{len(text), len(text)}
		}
		mark := ""
		if strings.Contains(text[at[0]:at[1]], "?") {
			mark = "?"
		}
		if s := strings.Join(strings.Fields(text[:at[0]]), " "); s != "" {
			list = append(list, s+mark)
		}
		text = text[at[1]:]
	}
	return list
}

// correctionForm is one way in which people say what a datum must be. The value is the first group.
type correctionForm struct {
	field    complaint.FieldName
	lastName bool
	pattern  *regexp.Regexp
}

const verb = `(?: is| luidt| moet zijn| moet| hoort te zijn|:| is namelijk)`

var correctionForms = []correctionForm{
	{complaint.FieldPerson, true, regexp.MustCompile(`(?i)\b(?:mijn|de|m'n) (?:achternaam|familienaam)` + verb + ` (.+)`)},
	{complaint.FieldPerson, false, regexp.MustCompile(`(?i)\b(?:mijn|de|m'n) (?:volledige |hele |juiste )?naam` + verb + ` (.+)`)},
	{complaint.FieldPerson, false, regexp.MustCompile(`(?i)\bik heet (.+)`)},
	{complaint.FieldOrganisation, false, regexp.MustCompile(`(?i)\b(?:mijn|onze|de|ons) (?:organisatie|school|werkgever|bedrijf|instelling)(?: is| heet|:) (.+)`)},
	{complaint.FieldPhone, false, regexp.MustCompile(`(?i)\b(?:mijn|het|ons) (?:juiste |goede |nieuwe )?(?:telefoon|mobiele |tel\.? ?)?(?:nummer|telefoon)` + verb + ` (.+)`)},
	{complaint.FieldEmail, false, regexp.MustCompile(`(?i)\b(?:mijn|het|ons) (?:juiste |goede |nieuwe )?(?:e-?mail|mail)(?:adres)?` + verb + ` (.+)`)},
	{complaint.FieldProduct, false, regexp.MustCompile(`(?i)\b(?:het|mijn klacht|de klacht|dit) (?:gaat|ging|betreft)(?: om| over)? (.+)`)},
	{complaint.FieldProduct, false, regexp.MustCompile(`(?i)\b(?:het product|de training|de cursus|de opleiding|de dienst|het moet)` + `(?: is| heet| was| moet zijn|:)? (.+)`)},
}

var (
	notThat   = regexp.MustCompile(`(?i)^(.+?)(?:,)? (?:en |dus )?(?:niet|in plaats van|i\.p\.v\.) (?:om |over |de |het )?(.+)$`)
	notBut    = regexp.MustCompile(`(?i)^niet (?:om |over )?(.+?),? maar (?:om |over )?(.+)$`)
	mostWords = map[complaint.FieldName]int{complaint.FieldPerson: 6, complaint.FieldOrganisation: 8, complaint.FieldPhone: 6, complaint.FieldEmail: 1, complaint.FieldProduct: 8}
)

// correction reads one sentence. What could be anything else is none: a name has capitals, a number digits,
// a product stands in the catalogue or takes the place of another.
func correction(s string, products []string) (Correction, bool) {
	if strings.HasSuffix(s, "?") {
		return Correction{}, false
	}
	for _, form := range correctionForms {
		m := form.pattern.FindStringSubmatch(s)
		if m == nil {
			continue
		}
		c := Correction{Field: form.field, LastName: form.lastName, Value: m[1]}
		if but := notBut.FindStringSubmatch(c.Value); but != nil {
			c.Was, c.Value = but[1], but[2]
		} else if that := notThat.FindStringSubmatch(c.Value); that != nil {
			c.Value, c.Was = that[1], that[2]
		}
		c.Value, c.Was = tidy(c.Value), tidy(c.Was)
		if c.Field == complaint.FieldProduct {
			c.Value = article.ReplaceAllString(c.Value, "")
		}
		if c.plausible(products) {
			return c, true
		}
	}
	return Correction{}, false
}

var (
	auxiliary = regexp.MustCompile(`(?i) (zijn|worden|heten)$`)
	article   = regexp.MustCompile(`(?i)^(de|het|een) `)
)

func tidy(s string) string {
	const marks = " \t\"'“”‘’.,;:!()"
	return strings.Trim(auxiliary.ReplaceAllString(strings.Trim(s, marks), ""), marks)
}

func (c Correction) plausible(products []string) bool {
	words := strings.Fields(c.Value)
	if len(words) == 0 || len(words) > mostWords[c.Field] || deniedAtAll.MatchString(c.Value) {
		return false
	}
	switch c.Field {
	case complaint.FieldPerson:
		last := words[len(words)-1]
		return strings.ToUpper(last[:1]) == last[:1] && !strings.ContainsAny(c.Value, "0123456789@")
	case complaint.FieldPhone:
		digits := 0
		for _, r := range c.Value {
			if r >= '0' && r <= '9' {
				digits++
			}
		}
		return digits >= 9 && digits <= 15
	case complaint.FieldEmail:
		return strings.Count(c.Value, "@") == 1
	case complaint.FieldProduct:
		for _, product := range products {
			if strings.EqualFold(product, c.Value) {
				return true
			}
		}
		return c.Was != ""
	}
	return true
}

// Corrects gives what a datum becomes; false where the correction does not fit what is known of it.
func (c Correction) Corrects(known string) (string, bool) {
	switch {
	case c.Field == complaint.FieldProduct && c.Was != "" && known != "" && !within(known, c.Was):
		return "", false // he speaks of something else
	case !c.LastName || known == "":
		return c.Value, c.Value != known
	case within(known, c.Was):
		at := strings.Index(strings.ToLower(known), strings.ToLower(c.Was))
		return strings.TrimSpace(known[:at] + c.Value + known[at+len(c.Was):]), true
	}
	first, _, _ := strings.Cut(known, " ")
	return first + " " + c.Value, first+" "+c.Value != known
}

// within reports that part stands in whole, whatever the case; both change case without changing length.
func within(whole, part string) bool {
	low, lowPart := strings.ToLower(whole), strings.ToLower(part)
	return part != "" && len(low) == len(whole) && len(lowPart) == len(part) && strings.Contains(low, lowPart)
}
