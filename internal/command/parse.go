package command

import (
	"fmt"
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

// maxLine and maxText bound what is read of a command and of the text that belongs to it, in bytes.
const (
	maxLine = 400
	maxText = 20_000
)

// Parse reads a line and the text under it as one order of a role. The line is the first that the
// sender wrote, or the subject of the answer that a button opened.
func Parse(line, text string, role complaint.Role, doubt bool, today workday.Date) (complaint.Order, *Misunderstanding) {
	entries := For(role, doubt)
	words := split(line)
	entry, used, ok := match(entries, words)
	if !ok {
		return complaint.Order{}, &Misunderstanding{Reason: "Wij begrijpen niet wat u wilt laten doen. Begin uw antwoord met een van deze woorden: " + Words(entries) + "."}
	}
	return read(entry, role, strings.Join(words[used:], " "), bounded(text, maxText), today)
}

// Recognised reports that a line begins with a command of the role, so that it is worth refusing or carrying out.
func Recognised(line string, role complaint.Role, doubt bool) bool {
	_, _, ok := match(For(role, doubt), split(line))
	return ok
}

// split cuts a line into words, bounded, without the marks that people and mail programs put before it.
func split(line string) []string {
	line = strings.TrimLeftFunc(bounded(line, maxLine), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
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
func match(entries []Entry, words []string) (Entry, int, bool) {
	best, used := Entry{}, 0
	for _, e := range entries {
		for _, phrase := range append([]string{e.Word}, e.Also...) {
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
		if d := distance(said, e.Word); d <= allowed(e.Word) && said[:1] == e.Word[:1] {
			found, used, matches = e, n, matches+1
		}
	}
	return found, used, matches == 1
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
	form := labelled(text)
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
		if e.Date == Required && order.On.IsZero() {
			return order, &Misunderstanding{Word: e.Word, Reason: "Schrijf achter " + e.Word + " om welke datum het gaat, bijvoorbeeld: " + e.Word + " " + example(today) + "."}
		}
	}
	if e.Whom != None {
		order.Whom = bare(rest)
		rest = ""
		if e.Whom == Required && order.Whom == "" {
			return order, &Misunderstanding{Word: e.Word, Reason: "Schrijf achter " + e.Word + " om wie het gaat: de naam of het e-mailadres."}
		}
	}
	order.Text = strings.TrimSpace(strings.TrimLeft(rest, " ,.:;-–!") + "\n" + text)
	return order, nil
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

// FirstLine is the first line with anything in it of what a person wrote.
func FirstLine(own string) string {
	for line := range strings.Lines(own) {
		if line = strings.TrimSpace(line); line != "" {
			return bounded(line, maxLine)
		}
	}
	return ""
}

// Below is what stands under the first line.
func Below(own string) string {
	_, below, _ := strings.Cut(strings.TrimLeft(own, " \t\r\n"), "\n")
	return strings.TrimSpace(below)
}
