package command

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// Misunderstanding says in Dutch why what was written is no order.
type Misunderstanding struct {
	Reason string
	Word   string // the command that was meant, "" when none was recognised
}

// maxText bounds a command with the text that belongs to it, in bytes. What is longer is refused: it may be the
// motivation of a decision, and nobody gets half of that.
const maxText = 50_000

// maxWhom bounds the names or addresses behind a command, in bytes.
const maxWhom = 2000

// Parse reads a line and the text under it as one order of a role. The line is the first that the
// sender wrote, or the subject of the answer that a button opened.
func Parse(line, text string, role complaint.Role, doubt bool, today workday.Date) (complaint.Order, *Misunderstanding) {
	entries := For(role, doubt)
	words := split(line)
	entry, used, ok := match(entries, words, doubt)
	if !ok {
		return complaint.Order{}, &Misunderstanding{Reason: "Wij begrijpen niet wat u wilt laten doen. Begin uw antwoord met een van deze woorden: " + listed(entries) + "."}
	}
	rest := strings.Join(words[used:], " ")
	if unclear(entry, words[used-1], rest) {
		order := complaint.Order{Verb: entry.Verb, By: role}
		return order, &Misunderstanding{Word: entry.Word, Reason: "Wij weten niet zeker of u “" + entry.Word + "” bedoelt of juist niet. Schrijf op de eerste regel alleen het woord dat u bedoelt."}
	}
	if len(line)+len(text) > maxText {
		return complaint.Order{Verb: entry.Verb, By: role}, &Misunderstanding{Word: entry.Word, Reason: "Uw bericht is te lang. Wij lezen ten hoogste 50.000 tekens, dat zijn ongeveer vijftien bladzijden. Er is niets gedaan. Stuurt u het nog een keer, maar dan korter?"}
	}
	return read(entry, role, rest, text, today)
}

// Recognised reports that a line begins with a command of the role, so that it is worth refusing or carrying out.
func Recognised(line string, role complaint.Role, doubt bool) bool {
	_, _, ok := match(For(role, doubt), split(line), doubt)
	return ok
}

// split cuts a line into words, without the marks that people and mail programs put before it.
func split(line string) []string {
	line = strings.TrimLeftFunc(line, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	words := strings.Fields(line)
	for len(words) > 1 && isReplyPrefix(words[0]) {
		words = words[1:]
	}
	return words
}

func isReplyPrefix(word string) bool {
	switch strings.ToLower(word) {
	case "re:", "fw:", "fwd:", "antw:", "betr:", "doorst:":
		return true
	}
	return false
}

func bounded(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

// match finds the command that a line begins with: the longest phrase first, a small typing error
// forgiven when only one command can be meant.
func match(entries []Entry, words []string, doubt bool) (Entry, int, bool) {
	best, used := Entry{}, 0
	for _, e := range entries {
		phrases := append([]string{e.Word}, e.Also...)
		if doubt {
			phrases = append(phrases, e.Answers...)
		}
		for _, phrase := range phrases {
			if n := len(strings.Fields(phrase)); n > used && begins(words, n, phrase) {
				best, used = e, n
			}
		}
	}
	if used > 0 {
		return best, used, true
	}
	return nearest(entries, words)
}

func begins(words []string, n int, phrase string) bool {
	return len(words) >= n && fold(words[:n]) == phrase
}

// fold writes words in lower case without punctuation.
func fold(words []string) string {
	folded := make([]string, len(words))
	for i, word := range words {
		folded[i] = strings.ToLower(strings.TrimFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }))
	}
	return strings.Join(folded, " ")
}

func nearest(entries []Entry, words []string) (Entry, int, bool) {
	var found Entry
	used, matches := 0, 0
	for _, e := range entries {
		n := len(strings.Fields(e.Word))
		if len(words) < n || len(e.Word) < 5 {
			continue
		}
		said := fold(words[:n])
		if len(said) > 2*len(e.Word) {
			continue
		}
		if d := distance(said, e.Word); d <= allowed(e.Word) && said[:1] == e.Word[:1] && !turns(said, e.Word) {
			found, used, matches = e, n, matches+1
		}
	}
	return found, used, matches == 1
}

// turns reports that what looks like a typing error turns a word into its opposite: "onontvankelijk".
func turns(said, word string) bool {
	return strings.HasSuffix(said, word) && said != word || strings.HasPrefix(said, "on") != strings.HasPrefix(word, "on")
}

// allowed is how many typing errors a word forgives.
func allowed(word string) int {
	if len(word) >= 9 {
		return 2
	}
	return 1
}

// distance counts the typing errors between two words: a letter more, less, other, or two swapped.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	rows := make([][]int, len(s)+1)
	for i := range rows {
		rows[i] = make([]int, len(t)+1)
		rows[i][0] = i
	}
	for j := range t {
		rows[0][j+1] = j + 1
	}
	for i := range s {
		for j := range t {
			cost := 1
			if s[i] == t[j] {
				cost = 0
			}
			d := min(rows[i][j+1]+1, rows[i+1][j]+1, rows[i][j]+cost)
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				d = min(d, rows[i-1][j-1]+1)
			}
			rows[i+1][j+1] = d
		}
	}
	return rows[len(s)][len(t)]
}

// read takes what stands behind the word and under it: a person, a day, a text.
func read(e Entry, role complaint.Role, rest, text string, today workday.Date) (complaint.Order, *Misunderstanding) {
	order := complaint.Order{Verb: e.Verb, By: role}
	form := labelled(withoutSignature(text))
	text = form.text
	if e.Until {
		rest, form.date = untilIn(rest, form.date, today)
	}
	if e.Date != None && (!e.Until || form.date != "") {
		day, after, why := dayIn(rest, form.date, e.Future, today)
		if why != "" {
			return order, &Misunderstanding{Word: e.Word, Reason: why}
		}
		order.On, rest = day, after
		if e.Date == Required && day.IsZero() {
			order.On, text = dayAbove(text, e.Future, today)
		}
		if e.Date == Required && order.On.IsZero() {
			return order, &Misunderstanding{Word: e.Word, Reason: "Schrijf achter " + e.Word + " om welke datum het gaat, bijvoorbeeld: " + e.Word + " " + example(today) + "."}
		}
	}
	if e.Whom != None {
		order.Whom = bare(rest)
		rest = ""
		if len(order.Whom) > maxWhom {
			return order, &Misunderstanding{Word: e.Word, Reason: "Schrijf achter " + e.Word + " alleen om wie het gaat: de naam of het e-mailadres."}
		}
		if e.Whom == Required && order.Whom == "" {
			return order, &Misunderstanding{Word: e.Word, Reason: "Schrijf achter " + e.Word + " om wie het gaat: de naam of het e-mailadres."}
		}
	}
	order.Text = strings.TrimSpace(strings.TrimLeft(rest, " ,.:;-–!") + "\n" + text)
	return order, nil
}

// dayAbove takes the day off that stands alone on the first line of a text: where a mail program puts the cursor
// above the prefilled lines, people write it there.
func dayAbove(text string, future bool, today workday.Date) (workday.Date, string) {
	first, rest, _ := strings.Cut(text, "\n")
	words := strings.Fields(first)
	for len(words) > 0 && isFiller(words[0]) {
		words = words[1:]
	}
	if day, after, ok := readDay(words, future, today); ok && strings.Trim(after, ".") == "" {
		return day, strings.TrimSpace(rest)
	}
	return workday.Date{}, text
}

// bare takes the marks off that stand around a name or an address.
func bare(s string) string {
	s = strings.Trim(strings.TrimSpace(s), ".,;:!\"'")
	if strings.HasPrefix(s, "<") {
		s = strings.Trim(s, "<>")
	}
	return s
}

// untilIn takes the day off that ends a text: "nieuwe trainer inplannen voor 24 april". What cannot be a
// day stays in the text; what looks like one and is none is asked back later.
func untilIn(rest, formDate string, today workday.Date) (text, date string) {
	if formDate != "" {
		return rest, formDate
	}
	for _, word := range []string{" voor ", " uiterlijk ", " op "} {
		at := strings.LastIndex(strings.ToLower(" "+rest), word)
		if at < 0 {
			continue
		}
		said := strings.TrimSpace(rest[min(len(rest), at+len(word)-1):])
		words := strings.Fields(said)
		if len(words) == 0 || len(words) > 5 || !looksLikeDay(words) {
			continue
		}
		if _, after, ok := readDay(words, true, today); ok && after == "" {
			return strings.TrimSpace(rest[:max(0, at-1)]), said
		}
	}
	return rest, ""
}

func example(today workday.Date) string {
	day := today.AddDays(7)
	return fmt.Sprintf("%02d-%02d-%d", day.Day, day.Month, day.Year)
}

// form is what the prefilled lines of a button hold once they are filled in.
type form struct {
	date string
	text string
}

// labelled takes the labels of a prefilled answer off: "Nieuwe datum: …", "Reden: …".
func labelled(text string) form {
	var f form
	var kept []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		low := strings.ToLower(strings.TrimSpace(line))
		switch {
		case strings.HasPrefix(low, "nieuwe datum:"), strings.HasPrefix(low, "datum:"), strings.HasPrefix(low, "voor:"):
			f.date = strings.TrimSpace(line[strings.Index(line, ":")+1:])
		case strings.HasPrefix(low, "reden:"), strings.HasPrefix(low, "motivering:"), strings.HasPrefix(low, "afspraak:"),
			strings.HasPrefix(low, "bericht:"), strings.HasPrefix(low, "opmerking:"), strings.HasPrefix(low, "maatregel:"):
			kept = append(kept, strings.TrimSpace(line[strings.Index(line, ":")+1:]))
		default:
			kept = append(kept, line)
		}
	}
	f.text = strings.TrimSpace(strings.Join(kept, "\n"))
	return f
}

// FirstLine is the first line with anything in it of what a person wrote, below the salutation where there is one.
func FirstLine(own string) string {
	line, _ := lead(own)
	return line
}

// Below is what stands under the first line.
func Below(own string) string {
	_, below := lead(own)
	return below
}

var salutation = regexp.MustCompile(`(?i)^(beste|geachte|dag|hallo|hoi|hi|hello|dear|goede ?(morgen|middag|avond|dag)|l\.?s\.?)(\s[^,.:!?]{0,50})?[,.!]*$`)

// lead tells the first line from what stands under it; a salutation above it is passed over.
func lead(own string) (line, below string) {
	rest := strings.TrimLeft(own, " \t\r\n")
	line, rest, _ = strings.Cut(rest, "\n")
	line, below = strings.TrimSpace(line), strings.TrimSpace(rest)
	if below != "" && salutation.MatchString(line) {
		line, rest, _ = strings.Cut(below, "\n")
		line, below = strings.TrimSpace(line), strings.TrimSpace(rest)
	}
	return line, below
}

// closing is the line with which people end a mail.
var closing = regexp.MustCompile(`(?i)^\s*(--\s*|(met )?(een )?(vriendelijke|hartelijke|beste|warme|collegiale) groet(en)?\b.{0,50}|groet(en|jes)?[ ,.!]{0,3}[\pL. '-]{0,40}|m\.?v\.?g\.?[ ,.!]{0,3}[\pL. '-]{0,40}|hoogachtend\b.{0,40}|(kind |best |warm )?regards[ ,.]{0,2}[\pL. '-]{0,40})$`)

// mostSignature bounds what can be a signature, in lines with something in them.
const mostSignature = 14

// withoutSignature takes the sign-off and what stands under it off a text: a signature is no motivation.
func withoutSignature(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if !closing.MatchString(strings.TrimRight(line, "\r")) {
			continue
		}
		said := 0
		for _, below := range lines[i+1:] {
			if strings.TrimSpace(below) != "" {
				said++
			}
		}
		if said <= mostSignature {
			return strings.TrimRight(strings.Join(lines[:i], "\n"), " \t\r\n")
		}
	}
	return text
}

var (
	deniedAtOnce = regexp.MustCompile(`(?i)^[\s,:;.–-]*((is|was|heb|hebben|ben|kan|kon|ga) )?((het|dit|dat|er|ik|wij|we|hij|zij|u|de klacht|het bezwaar) )?((nu|nog|helaas|helemaal|zeker|toch|echt) )*(niet|geen|nooit)\b`)
	deniedAtAll  = regexp.MustCompile(`(?i)\b(niet|geen|nooit|mislukt)\b`)
)

// unclear reports that the line takes back what its first word says, or only asks: "contact niet gelukt",
// "akkoord is het nog niet", "gegrond?". Such a line is asked back, never guessed.
func unclear(e Entry, last, rest string) bool {
	asks := strings.HasSuffix(last, "?")
	switch e.Guard {
	case Word:
		return asks || deniedAtAll.MatchString(rest) || strings.HasSuffix(strings.TrimSpace(rest), "?")
	case Reasoned:
		return asks || deniedAtOnce.MatchString(rest)
	}
	return false
}
