package intake

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// voice is whose words are judged: the sender's own, or those of somebody whom he passes on.
type voice struct {
	text     string
	cover    string // what the sender wrote besides, when the words are somebody else's
	from     Address
	date     time.Time // local time without a zone, when the words were first sent; zero: with this mail
	subject  string
	source   string // where the text stands: body, attachment
	passedOn bool   // the sender is not the complainant
	quoted   bool   // the words stand between quotation marks in what a colleague wrote
	letter   letterParts
	entries  []entry // its labelled values
}

// coverLetters is how many letters a note has at most that only introduces what is attached.
const coverLetters = 220

// mostJudged is how much of a text is judged and read for fields, in bytes: far more than anybody writes.
const mostJudged = 128 << 10

// voiceOf finds whose words a mail brings.
func (r *Reader) voiceOf(m *Message) voice {
	v := voice{text: m.Own, from: m.From, subject: m.Subject, source: sourceBody}
	house := r.house(m.From.Addr)
	v.passedOn = house
	note := func(f *Forwarded) bool { // a colleague's note says more than what he forwards, the mail of our own copier
		return house && r.house(f.From.Addr) && letters(m.Own) > letters(f.Text)
	}
	if f := m.Forwarded; f != nil && !note(f) && (house || letters(m.Own) < min(coverLetters, letters(f.Text))) {
		v.text, v.cover, v.date = f.Text, m.Own, f.Date
		v.subject = m.Subject + "\n" + f.Subject
		v.passedOn = house || r.passesOn(m.From.Addr, f) && fromClient.MatchString(m.Own)
		if v.passedOn {
			v.from = f.From
		}
	}
	if inner, around, ok := quotedLetter(m.Own); ok && house && m.Forwarded == nil {
		v.text, v.cover, v.quoted = inner, around, true
	}
	if attached := attachedText(m); letters(v.text) < min(coverLetters, letters(attached)) {
		v.cover, v.text, v.source = strings.TrimSpace(v.cover+"\n"+v.text), attached, sourceAttachment
	}
	if house && r.house(v.from.Addr) {
		v.from = Address{}
	}
	v.text, v.cover = bounded(v.text, mostJudged), bounded(v.cover, mostLong)
	v.letter, v.entries = cutLetter(v.text), form(v.text)
	return v
}

// passesOn reports that somebody of another firm may pass on what he was sent: a trainer who is hired, what a client wrote to him.
func (r *Reader) passesOn(sender string, f *Forwarded) bool {
	from := f.From.Addr
	return from != "" && !r.house(from) && (domainLabel(from) != domainLabel(sender) || freeProvider(domainLabel(from)) && !strings.EqualFold(from, sender))
}

// fromClient is what somebody says who passes on what a client of ours wrote to him.
var fromClient = newPattern(`(?i)\b(van (de|een|jullie|uw|die) (klant|cursist|deelnemer|deelneemster|opdrachtgever|student)|(klant|cursist|deelnemer|deelneemster|opdrachtgever) (stuurde|mailde|schreef|schrijft)|ingehuurd|in (jullie|uw) opdracht|voor jullie (geef|gaf|train|les)|hoort (dit )?bij jullie|aan jullie (door|over))\b`)

// quotedLetter finds a letter of several lines that somebody typed over between quotation marks.
func quotedLetter(text string) (inner, around string, ok bool) {
	start := strings.IndexAny(text, "\"“„")
	end := strings.LastIndexAny(text, "\"”“")
	if start < 0 || end <= start || letters(text[start:end]) < 150 {
		return "", "", false
	}
	if begins := start == 0 || text[start-1] == '\n'; strings.Count(text[start:end], "\n") < 4 && !(begins && cites.MatchString(text[:start])) {
		return "", "", false
	}
	inner = strings.Trim(text[start:end], "\"“”„")
	_, size := utf8.DecodeRuneInString(text[end:])
	return inner, text[:start] + "\n" + text[end+size:], true
}

// cites are the words with which somebody announces what another said or wrote.
var cites = newPattern(`(?i)\b(citeer|citaat|letterlijk|overgetypt|overgenomen|ingesproken|voicemail|schreef|schrijft|brief|briefje|kaart|zei|vertelde)\b`)

func attachedText(m *Message) string {
	var texts []string
	for _, a := range m.Attachments {
		if letters(a.Text) > 40 {
			texts = append(texts, a.Text)
		}
	}
	return strings.Join(texts, "\n\n")
}

// house reports that an address belongs to somebody who passes complaints on rather than makes them.
func (r *Reader) house(address string) bool {
	address = strings.ToLower(address)
	_, domain, ok := strings.Cut(address, "@")
	if !ok {
		return false
	}
	for _, own := range r.profile.OwnDomains {
		if strings.EqualFold(domain, own) || strings.HasSuffix(domain, "."+strings.ToLower(own)) {
			return true
		}
	}
	for _, list := range [][]string{r.profile.Own, r.profile.Staff} {
		for _, known := range list {
			if strings.EqualFold(address, known) {
				return true
			}
		}
	}
	return false
}

// letterParts is a text cut into what is said and how it is signed.
type letterParts struct {
	body      []string // paragraphs, without salutation
	signature []string // lines without blanks
}

var (
	salutation = newPattern(`(?i)^\W*(geachte|beste|hallo|hoi|hi|dag|goede(morgen|middag|navond)|goeie(morgen|middag|navond)|l\.?s\.?\W*$|dear|hello|good (morning|afternoon|evening)|mijne? he(er|ren)|heren|waarde|to whom|allen|team)\b.{0,80}$`)
	signOff    = newPattern(`(?i)^\W*((alvast |bij voorbaat )?(hartelijk )?(bedankt|dank)( voor de moeite| alvast)?( en)?[,.! ]*)?((met )?(vr(iendelijke|\.)?|hartelijke|harte|beste|warme|sportieve|zonnige|collegiale|de beste) ?(groet(en|jes)?|gr\.?|groetjes)|met vriendelijke\b|met\b.{3,60}\bgroet(en|jes)?|(met )?(de )?groet(en|jes)?|namens (de|het|onze|mijn|alle|ons) .{2,30},$|hgr|grt[zjs]*|gtz|greet(z|ings)|xx+|doei|ciao|liefs|cordiali saluti|saluti|mit freundlichen grüßen|pozdrawiam|m\.? ?v\.? ?g\.?|mvrgr|gr\.?|vr\.? ?gr\.?|hoogachtend|(met )?hoogachting|(with )?(kind|best|warm|warmest)? ?regards|sincerely|yours( sincerely| faithfully| truly)?|best( wishes)?|cordialement|proost|houdoe|groetnis|tabee|doeg|cheers|bye|merci|grazie|gracias|saluut|(med )?venlig hilsen|mit (freundlichem|besten|herzlichen) gr(uß|üßen)|fijn weekend|prettig weekend|tot (ziens|schrijfs|horens|snel|dan)|(many )?thanks|thank you|fijne dag|(nog )?een (hele )?(fijne|prettige) .{3,25})\b(.{0,60})$`)
	dashes     = newPattern(`^--\s*$`)
)

// cutLetter cuts a text into salutation, body and signature.
func cutLetter(text string) letterParts {
	lines := strings.Split(text, "\n")
	end, signed := len(lines), ""
	for i := len(lines) - 1; i >= 0; i-- {
		line := strings.TrimSpace(lines[i])
		if dashes.MatchString(line) && len(nonBlank(lines[i+1:])) <= 14 {
			end = i
		}
		if m := signOff.FindStringSubmatch(line); m != nil && len(line) <= 90 && len(nonBlank(lines[i+1:])) <= 16 && !sentence(line) {
			end, signed = i, afterSignOff(m[len(m)-1])
			break
		}
	}
	below, afterwards := cutPostscript(lines[min(end, len(lines)):])
	var p letterParts
	if signed != "" {
		p.signature = append(p.signature, signed)
	}
	p.signature = append(p.signature, nonBlank(below)...)
	if end < len(lines) && len(p.signature) > 0 {
		p.signature = withoutSignOff(p.signature)
	}
	body := lines[:end]
	switch above := []string(nil); {
	case end == len(lines):
		body, p.signature = bareSignature(body)
	case dashes.MatchString(lines[end]):
		body, above = bareSignature(body)
		p.signature = append(above, p.signature...)
	}
	p.body = append(paragraphs(withoutSalutation(body)), paragraphs(afterwards)...)
	return p
}

// postscript begins what is added below a signature.
var postscript = regexp.MustCompile(`(?i)^\W*(p\.? ?s\.?|n\.? ?b\.?)(\s*[:,-]|\.?\s)\s*\p{L}+ `)

// cutPostscript takes what somebody adds below his signature out of it: "PS: dat uw trainer halverwege is vertrokken …".
func cutPostscript(lines []string) (signature, added []string) {
	for i, line := range lines {
		if !postscript.MatchString(line) || !sentence(line) {
			continue
		}
		end := i + 1
		for end < len(lines) && strings.TrimSpace(lines[end]) != "" {
			end++
		}
		return slices.Concat(lines[:i], lines[end:]), lines[i:end]
	}
	return lines, nil
}

// afterSignOff is the name that follows the sign-off on its own line: "Groet, Daan".
func afterSignOff(rest string) string {
	rest = strings.TrimSpace(strings.Trim(rest, " ,.!/|-–"))
	rest = strings.TrimPrefix(rest, "van ") // "Groeten van Mirjam Tol"
	if signOff.MatchString(rest) {
		return ""
	}
	return rest
}

func withoutSignOff(lines []string) (kept []string) {
	for _, line := range lines {
		if !dashes.MatchString(line) && (!signOff.MatchString(line) || sentence(line)) {
			kept = append(kept, line)
		}
	}
	return kept
}

// sentence reports that a line reads as prose rather than as a sign-off.
func sentence(line string) bool { return len(strings.Fields(line)) > 9 }

// bareSignature takes what stands below a text that ends without a sign-off: the last blocks of
// lines that are no prose, from the first that begins like a signature.
func bareSignature(lines []string) (body, signature []string) {
	end := len(lines)
	for end > 0 && strings.TrimSpace(lines[end-1]) == "" {
		end--
	}
	body = lines[:end]
	for start := end; ; {
		block := blockStart(lines, start)
		if block <= 0 || end-block > mostSigned || prose(lines[block:start]) {
			return body, nonBlank(lines[len(body):end])
		}
		if beginsSignature(lines[block:start]) {
			body = lines[:block]
		}
		for start = block; start > 0 && strings.TrimSpace(lines[start-1]) == ""; {
			start--
		}
	}
}

// mostSigned is how many lines a signature has at most.
const mostSigned = 16

// blockStart is where the block of lines without blank ones begins that ends before end.
func blockStart(lines []string, end int) int {
	for end > 0 && strings.TrimSpace(lines[end-1]) != "" {
		end--
	}
	return end
}

// prose reports that a block of lines tells something: a sentence, or a line too long for a signature.
func prose(block []string) bool {
	for _, line := range block {
		for _, piece := range columns.Split(strings.TrimSpace(line), -1) {
			words := len(strings.Fields(piece))
			switch {
			case small.MatchString(piece), contact.MatchString(piece) && words <= 16 && !(words > 5 && strings.HasSuffix(piece, ".")):
			case words > 9, words > 3 && strings.HasSuffix(piece, ".") && !legalForm.MatchString(piece), words > 1 && strings.HasSuffix(piece, "?"), words > 1 && strings.HasSuffix(piece, "!"):
				return true
			}
		}
	}
	return false
}

// small is the small print below a signature.
var small = newPattern(`(?i)(geadresseerde|disclaimer|vertrouwelijk|confidential|intended (solely|only) for|(niet |before |think )print|milieu|environment|working hours|werkdagen|aanwezig( op)?:|dit e-?mail|deze e-?mail|dit bericht is|kvk|algemene voorwaarden)`)

// columns are what stands between the parts of a signature that are on one line.
var columns = regexp.MustCompile(`\s*\|\s*|\s+(?:/|//|-|–|·|•)\s+|\t`)

// beginsSignature reports that a block begins with a name or a firm, or says where somebody is reached.
func beginsSignature(block []string) bool {
	first := strings.TrimSpace(block[0])
	for _, piece := range signaturePieces(first) {
		if looksLikeName(piece) || workplaces.MatchString(piece) || legalForm.MatchString(piece) {
			return true
		}
	}
	return dashes.MatchString(first) || contact.MatchString(strings.Join(block, "\n"))
}

func withoutSalutation(lines []string) []string {
	i := nextText(lines, 0)
	if i < len(lines) && salutation.MatchString(lines[i]) && len(lines[i]) < 90 {
		return lines[i+1:]
	}
	return lines
}

func nonBlank(lines []string) (kept []string) {
	for _, line := range lines {
		if line = strings.TrimSpace(line); line != "" {
			kept = append(kept, line)
		}
	}
	return kept
}

// paragraphs joins lines up to the next blank one.
func paragraphs(lines []string) (list []string) {
	var current []string
	flush := func() {
		if len(current) > 0 {
			list = append(list, strings.Join(current, "\n"))
		}
		current = nil
	}
	for _, line := range lines {
		if strings.TrimSpace(line) == "" {
			flush()
			continue
		}
		current = append(current, strings.TrimRight(line, " "))
	}
	flush()
	return list
}
