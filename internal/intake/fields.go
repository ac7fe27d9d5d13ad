package intake

import (
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Field is one datum and where it was read.
type Field struct {
	Value  string `json:"value"`
	Source string `json:"source"`
}

// Fields are the data of a complaint (Klachtenprocedure 2); nil is not known.
type Fields struct {
	Name         *Field `json:"name"`
	Organisation *Field `json:"organisation"`
	Email        *Field `json:"email"`
	Phone        *Field `json:"phone"` // E.164
	Product      *Field `json:"product"`
	Submitted    *Field `json:"submitted"` // YYYY-MM-DD
	Description  *Field `json:"description"`
	Motivation   *Field `json:"motivation"`
	Remedy       *Field `json:"remedy"`
}

// The sources of a field.
const (
	sourceLabel      = "label"
	sourceForm       = "form"
	sourceTable      = "table"
	sourceSignature  = "signature"
	sourceHeader     = "header"
	sourceBody       = "body"
	sourceAttachment = "attachment"
)

// missing lists the required fields that are not known, in the procedure's order.
func (f Fields) missing() []string {
	missing := []string{}
	for _, field := range []struct {
		name  string
		value *Field
	}{
		{"name", f.Name}, {"organisation", f.Organisation}, {"email", f.Email}, {"phone", f.Phone},
		{"product", f.Product}, {"description", f.Description}, {"motivation", f.Motivation},
	} {
		if field.value == nil {
			missing = append(missing, field.name)
		}
	}
	return missing
}

// most bytes of a field.
const (
	mostShort = 200
	mostLong  = 20_000
)

func field(value, source string, most int) *Field {
	value = strings.Trim(strings.TrimSpace(value), "*_")
	if value = strings.TrimSpace(bounded(value, most)); value == "" || isNothing(value) {
		return nil
	}
	return &Field{Value: value, Source: source}
}

var nothing = regexp.MustCompile(`(?i)^\W*(n\.?v\.?t\.?|niet van toepassing|geen|onbekend|weet ik niet|n/?a|none|unknown|leeg|-+|\?+|nvt|niet ingevuld|\((geen|leeg|niet ingevuld)\))\W*$`)

func isNothing(s string) bool { return nothing.MatchString(s) || !hasWord(s) }

func hasWord(s string) bool { return strings.ContainsFunc(s, isWord) }

func isWord(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r > 0x7f
}

// fieldReader reads the fields of one mail.
type fieldReader struct {
	*Reader
	m       *Message
	v       voice
	letter  letterParts
	entries []entry
	out     Fields
}

// fields reads what a complaint says, the surest source first: labels, then the signature, then
// the header, then the running text.
func (r *Reader) fields(m *Message, v voice, kind Kind, tells bool) Fields {
	f := r.fieldReader(m, v, kind)
	f.labelled()
	f.readEmail()
	f.readName()
	f.readPhone()
	f.readOrganisation()
	f.readProduct()
	f.readStory(kind, tells)
	f.readSubmitted()
	return f.out
}

// fieldReader prepares to read the fields of a mail.
func (r *Reader) fieldReader(m *Message, v voice, kind Kind) *fieldReader {
	f := &fieldReader{Reader: r, m: m, v: v, letter: v.letter, entries: v.entries}
	if f.entries == nil && v.passedOn {
		f.entries = form(v.cover)
	}
	if kind == Supplement {
		f.entries = append(answered(m.Text), f.entries...)
	}
	if v.passedOn && m.Forwarded == nil && !v.quoted && f.signedByColleague() {
		f.letter.signature = nil
	}
	if e := m.Forwarded; e != nil && !v.passedOn && e.From.Addr != "" && strings.EqualFold(e.From.Addr, m.From.Addr) && len(f.letter.signature) < 2 {
		f.letter.signature = append(slices.Clip(f.letter.signature), cutLetter(bounded(e.Text, mostJudged)).signature...) // he sends his own earlier mail again
	}
	return f
}

// signedByColleague reports that a signature is that of the colleague who passes something on, not of a letter
// that he typed over: it has a word of his name or address, or says where we are reached.
func (f *fieldReader) signedByColleague() bool {
	signature := strings.Join(f.letter.signature, "\n")
	local, _, _ := strings.Cut(f.m.From.Addr, "@")
	for _, word := range append(strings.Fields(f.m.From.Name), strings.FieldsFunc(local, func(r rune) bool { return r == '.' || r == '-' || r == '_' })...) {
		if word = strings.Trim(strings.ToLower(word), ",.()\""); len(word) > 2 && strings.Contains(strings.ToLower(signature), word) {
			return true
		}
	}
	return f.ours(signature) || !fullName(firstLine(signature))
}

// value is the first labelled value of a key.
func (f *fieldReader) value(key fieldKey) (string, string) {
	for _, e := range f.entries {
		if e.key == key && !isNothing(e.value) {
			return e.value, e.source
		}
	}
	return "", ""
}

func (f *fieldReader) labelled() {
	f.out.Name = f.labelledName()
	if value, source := f.value(keyOrganisation); value != "" {
		f.out.Organisation = field(labelledFirm(firstLine(value)), source, mostShort)
	}
	if value, source := f.value(keyProduct); value != "" {
		f.out.Product = field(f.productOf(strings.TrimRight(firstLine(value), ".")), source, mostShort)
	}
	for _, long := range []struct {
		key fieldKey
		to  **Field
	}{{keyDescription, &f.out.Description}, {keyMotivation, &f.out.Motivation}, {keyRemedy, &f.out.Remedy}} {
		var values []string
		source := ""
		for _, e := range f.entries {
			if e.key == long.key && !isNothing(e.value) {
				values, source = append(values, e.value), e.source
			}
		}
		*long.to = field(strings.Join(values, "\n"), source, mostLong)
	}
}

func (f *fieldReader) labelledName() *Field {
	if value, source := f.value(keyName); value != "" {
		if name := tidyName(behindFirm.ReplaceAllString(beforeRest(firstLine(value)), "")); name != "" {
			return field(name, source, mostShort)
		}
	}
	var parts []string
	source := ""
	for _, key := range []fieldKey{keyFirst, keyInfix, keyLast} {
		if value, from := f.value(key); value != "" {
			parts, source = append(parts, value), from
		}
	}
	return field(strings.Join(parts, " "), source, mostShort)
}

// beforeRest cuts off what stands behind a name: "L. Boonstra, kwaliteitsmanager", "Jan Smit van Bakkerij Smit".
func beforeRest(s string) string {
	if at := ofFirm.FindStringSubmatchIndex(s); at != nil && isWorkplace(s[at[2]:]) && fullName(s[:at[0]]) {
		s = s[:at[0]]
	}
	pieces := signaturePieces(s)
	if len(pieces) > 1 && titles.MatchString(s) {
		return pieces[0] // "dhr. Sloothaak, Polderasfalt"
	}
	if len(pieces) < 2 || !fullName(pieces[0]) || !looksLikeName(pieces[0]) || reversed.MatchString(s) && !isFirstName(firstWord(pieces[0])) {
		return s
	}
	if rest := pieces[1]; len(pieces) == 2 && !strings.Contains(s, ",") && looksLikeName(s) && !isWorkplace(rest) && !isFunction(rest) && !isPlace(rest) {
		return s // "Thea Vermeulen - Bakker"
	}
	return pieces[0]
}

var ofFirm = regexp.MustCompile(` (?:van|bij|namens) (?:het |de )?(\p{Lu})`)

func firstWord(s string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(s), " ")
	return word
}

// labelledFirm keeps of what stands behind the label for a firm its name, without a place, a department or a whole sentence
// behind it: "Kwakkelstein, dat is ons eigen bedrijf."
func labelledFirm(s string) string {
	if at := newSentence.FindStringIndex(s); at != nil && !shortened.MatchString(s[:at[0]+2]) {
		s = s[:at[0]+2] // the letters before the full stop
	}
	for _, between := range [...]string{", ", " - ", " – ", " / ", " | ", " ("} {
		before, after, ok := strings.Cut(s, between)
		if !ok || len(before) < 4 {
			continue
		}
		after = strings.TrimRight(after, " .)")
		if between == " (" && len(strings.Fields(after)) > 1 || isPlace(after) || departments.MatchString(firstWord(after)) || isFunction(firstWord(after)) || between == ", " && len(strings.Fields(s)) > 5 && (after == "" || unicode.IsLower([]rune(after)[0]) || !isWorkplace(after)) {
			s = before
		}
	}
	return s
}

// shortened are words in the name of a firm that end in a full stop.
var shortened = regexp.MustCompile(`(?i)\b(gebr|chr|prot|kath|zn|mij|stg|mevr|fam|afd|techn|ver|int)$`)

// newSentence is where another sentence begins: "Basisschool Oldehoek. Nummer".
var newSentence = regexp.MustCompile(`\p{Ll}{2}\. +\p{Lu}\p{Ll}`)

// productOf keeps of a sentence the product of the catalogue that it names.
func (f *fieldReader) productOf(value string) string {
	if named := f.inCatalogue(value); named != "" && len(strings.Fields(value)) > 6 {
		return named
	}
	return value
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return strings.TrimSpace(line)
}

// readEmail finds the complainant's own address: of a mail that was passed on, the one in the text.
func (f *fieldReader) readEmail() {
	if value, source := f.value(keyEmail); value != "" {
		if address := f.foreignAddress(value); address != "" {
			f.out.Email = field(address, source, mostShort)
			return
		}
	}
	if f.v.from.Addr != "" {
		f.out.Email = field(f.v.from.Addr, sourceHeader, mostShort)
		if f.v.passedOn {
			f.out.Email.Source = sourceBody
		}
		return
	}
	if !f.v.passedOn {
		return
	}
	if !f.house(f.m.ReplyTo.Addr) && f.m.ReplyTo.Addr != "" {
		f.out.Email = field(f.m.ReplyTo.Addr, sourceHeader, mostShort)
		return
	}
	if address := f.foreignAddress(f.v.text + "\n" + f.v.cover); address != "" {
		f.out.Email = field(address, sourceBody, mostShort)
	}
}

// foreignAddress is the first valid address in a text that is none of the house's.
func (f *fieldReader) foreignAddress(text string) string {
	for _, found := range anyAddress.FindAllStringSubmatch(bounded(text, mostLong), 50) {
		if _, err := mail.ParseAddress(found[1]); err == nil && !f.house(found[1]) {
			return strings.Trim(found[1], ".")
		}
	}
	return ""
}

// readPhone takes the labelled number, else the best of the signature, else of the text.
func (f *fieldReader) readPhone() {
	country := countryOf(f.v.from.Addr + " " + f.m.From.Addr)
	for _, key := range []fieldKey{keyMobile, keyPhone} {
		for _, e := range f.entries {
			if e.key != key {
				continue
			}
			if number := f.bestPhone(e.value, country); number != "" {
				f.out.Phone = field(number, e.source, mostShort)
				return
			}
		}
	}
	body := strings.Join(f.letter.body, "\n")
	signature := strings.Join(f.letter.signature, "\n")
	number, source := f.bestPhone(signature, country), sourceSignature
	if inText := f.bestPhone(body, country); inText != "" && (number == "" || (asksToCall.MatchString(body) && !mentionsMobile.MatchString(body))) {
		number, source = inText, sourceBody
	}
	if number == "" && f.v.passedOn {
		number, source = f.bestPhone(withoutSignature(f.v.cover), country), sourceBody
	}
	if number == "" && f.v.passedOn {
		number, source = f.bestPhone(f.v.subject, country), sourceHeader
	}
	if number == "" && f.v.source == sourceAttachment {
		number, source = f.bestPhone(f.v.cover, country), sourceBody
	}
	f.out.Phone = field(number, source, mostShort)
}

var (
	asksToCall     = newPattern(`(?i)\b(bel|bellen|bereikbaar|bereiken|nummer|call|reach|phone)\b`)
	mentionsMobile = regexp.MustCompile(`(?i)\bop mijn mobiel`)
)

func withoutSignature(text string) string { return strings.Join(cutLetter(text).body, "\n") }

// readSubmitted takes the day of a form or a letter, the day on which the house first had the mail, or the day of receipt.
func (f *fieldReader) readSubmitted() {
	received := f.m.Received.In(f.profile.Location)
	if value, source := f.value(keySubmitted); value != "" {
		if year, month, day, _, ok := findDay(value); ok {
			date := fmt.Sprintf("%04d-%02d-%02d", year, month, day)
			if date <= received.Format("2006-01-02") && date >= received.AddDate(-1, 0, 0).Format("2006-01-02") {
				f.out.Submitted = field(date, source, mostShort)
				return
			}
		}
	}
	if f.v.passedOn {
		if date, ok := letterDate(f.v.text+"\n"+f.v.cover+"\n"+f.v.subject, received.Format("2006-01-02")); ok {
			f.out.Submitted = field(date, sourceBody, mostShort)
			return
		}
		if !f.v.date.IsZero() && f.v.date.Before(f.m.Received.AddDate(0, 0, 1)) {
			date := f.v.date
			if date.Location().String() != "UTC" {
				date = date.In(f.profile.Location)
			}
			f.out.Submitted = field(date.Format("2006-01-02"), sourceBody, mostShort)
			return
		}
	}
	if !received.IsZero() {
		f.out.Submitted = field(received.Format("2006-01-02"), sourceHeader, mostShort)
	}
}

var dated = newPattern(`(?i)\b(gedateerd|gedagtekend|brief (van|d\.?d\.?)|dagtekening|dated)\b.{0,40}`)

// letterDate is the date that a passed-on letter carries.
func letterDate(text, notAfter string) (string, bool) {
	for _, found := range dated.FindAllStringSubmatch(text, 5) {
		year, month, day, _, ok := findDay(found[0])
		if !ok { // "gedateerd 5 november": of the year of receipt
			year, month, day, _, ok = findDay(dayOnly.FindString(found[0]) + " " + notAfter[:4])
		}
		if ok {
			date := fmt.Sprintf("%04d-%02d-%02d", year, month, day)
			return date, date <= notAfter
		}
	}
	return "", false
}

// dayOnly is a day without its year.
var dayOnly = regexp.MustCompile(`(?i)\b\d{1,2} (januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december)\b`)

// readStory takes what happened and why it matters from the running text, where no label says it.
// Of a supplement that tells nothing by itself only the reason is taken: what happened was told before.
func (f *fieldReader) readStory(kind Kind, tells bool) {
	body := f.story()
	if f.out.Description == nil && (kind != Supplement || tells) {
		f.out.Description = field(strings.Join(body, "\n\n"), f.v.source, mostLong)
		if f.out.Description == nil && f.v.passedOn {
			f.out.Description = field(strings.Join(cutLetter(f.v.cover).body, "\n\n"), sourceBody, mostLong)
		}
	}
	if told := f.out.Description; f.out.Motivation == nil && kind == Complaint && told != nil && len(body) == 0 { // a form with one box for both
		f.out.Motivation = field(strings.Join(reasons(paragraphs(strings.Split(told.Value, "\n"))), "\n\n"), told.Source, mostLong)
	} else if f.out.Motivation == nil && kind != Supplement {
		f.out.Motivation = field(strings.Join(reasons(body), "\n\n"), f.v.source, mostLong)
	} else if f.out.Motivation == nil {
		f.out.Motivation = field(strings.Join(stated(body), "\n\n"), f.v.source, mostLong)
	}
	if f.out.Remedy == nil && kind != Supplement {
		f.out.Remedy = field(strings.Join(demands(body), "\n"), f.v.source, mostLong)
	}
}

// story is the running text: without salutation, letterhead and signature.
func (f *fieldReader) story() (body []string) {
	for _, paragraph := range f.letter.body {
		if isLetterhead(paragraph) || (len(f.entries) > 2 && len(form(paragraph)) > 0) {
			continue
		}
		body = append(body, paragraph)
	}
	return body
}

// isLetterhead reports that a paragraph is an address, a date or a subject line rather than prose.
func isLetterhead(paragraph string) bool {
	lines := strings.Split(paragraph, "\n")
	prose := 0
	for _, line := range lines {
		if len(strings.Fields(line)) > 8 || strings.HasSuffix(strings.TrimSpace(line), ".") && len(strings.Fields(line)) > 3 {
			prose++
		}
	}
	return prose == 0 && letterhead.MatchString(paragraph)
}

var letterhead = regexp.MustCompile(`(?im)^\s*(aan\s*:|t\.?a\.?v\.?|betreft\s*:|(ons|uw) kenmerk|datum\s*:|postbus \d|\d{4} ?[A-Z]{2}\b|tel\.|[A-Z][a-z]+, \d{1,2} [a-z]+ \d{4}\s*$)`)

var (
	reason = newPattern(`(?i)\b(hierdoor|daardoor|waardoor|door(dat)? (dit|deze)|gevolg|gevolgen|omdat|want|aangezien|immers|zodat|vandaar dat|daarom|reden|nodig|verplicht|afhankelijk|moet(en)? (nu|we|wij|ik|ze|zij|zelf|alsnog|hierdoor)|kost(te|en)?\b.{0,40}(ons|mij|me|veel|geld|euro|dag|tijd|uur)|(extra|dubbele) kosten|kosten (gemaakt|moeten)|schade|betaal[dt]|betalen|euro|€|vertraging|stilgelegd|uitstel|geen examen|niet (op|naar) examen|kan(ik|wij|we|ze)? (nu )?(niet|geen)|kunnen (nu |wij |we |ze |zij |onze )?(niet|geen|niks|pas)|kan ik (niet|geen|dit|ze)|mag ik niet|mogen (ze|zij|wij) niet|risico|veiligheid|onveilig|gevaarlijk|gevaar|vertrouwen|verlies|verloren|gemist|missen|te laat|recht op|in strijd|afspraak|afgesproken|beloofd|toegezegd|niet (waar|wat) (wij|we|ik|je|er)|waarvoor (wij|we|ik)|terwijl|consequence|because|as a result|therefore|which means|so that|cannot|had to|we paid|i paid|costs? us|need|required|lose|lost|waste|trust)\b|€`)
	demand = newPattern(`(?i)\b((ik|wij|we) (wil(len)?|eis(en)?|verwacht(en)?|verzoek(en)?|vraag|vragen|vorderen|sta erop)|graag (zie|zien|hoor|horen|ontvang|ontvangen|zou|zouden)|verzoek (ik|wij)|verwacht (ik|wij|van)|geld terug|terugbetaling|terugbetaald|restitutie|vergoeding|compensatie|creditnota|excuses|kosteloos|gratis (over|nieuw|her)|i (want|expect|demand|request)|we (want|expect|demand|request|would like)|refund)\b`)
)

// reasons are what says what the trouble means to the writer: all from the first sentence with a word
// for it on, and in a story of some length from the second sentence on, since the first tells what happened.
func reasons(body []string) (list []string) {
	words := len(strings.Fields(strings.Join(body, " ")))
	from, n := -1, 0
	for _, paragraph := range body {
		for _, sentence := range sentences(paragraph) {
			if from < 0 && (reason.MatchString(sentence) || n == 1 && words >= tellingLength) {
				from = n
			}
			n++
		}
	}
	if from < 0 || n == 1 && words < tellingLength {
		return nil
	}
	for _, paragraph := range body {
		all := sentences(paragraph)
		if rest := all[min(from, len(all)):]; len(rest) > 0 {
			list = append(list, strings.Join(rest, " "))
		}
		from = max(0, from-len(all))
	}
	return list
}

// tellingLength is from how many words on a story says more than what happened.
const tellingLength = 30

var givesReason = newPattern(`(?i)\b(omdat|reden|want|waarom|daarom|vandaar|motivatie|motivering|because|reason|as for why)\b`)

// stated are the paragraphs of an answer that give a reason in so many words.
func stated(body []string) (list []string) {
	for _, paragraph := range body {
		if givesReason.MatchString(paragraph) {
			list = append(list, paragraph)
		}
	}
	return list
}

func demands(body []string) (list []string) {
	for _, paragraph := range body {
		for _, sentence := range sentences(paragraph) {
			if demand.MatchString(sentence) && !slices.Contains(list, sentence) {
				list = append(list, sentence)
			}
		}
	}
	return list
}

var sentenceEnd = newPattern(`[.!?]+(\s+|$)`)

func sentences(paragraph string) (list []string) {
	text := strings.Join(strings.Fields(paragraph), " ")
	from := 0
	for _, at := range sentenceEnd.FindAllStringIndex(text, -1) {
		if s := strings.TrimSpace(text[from:at[1]]); s != "" {
			list = append(list, s)
		}
		from = at[1]
	}
	if s := strings.TrimSpace(text[from:]); s != "" {
		list = append(list, s)
	}
	return list
}
