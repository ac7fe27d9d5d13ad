package intake

import (
	"regexp"
	"slices"
	"strings"
)

// split is a text told apart.
type split struct {
	own     string
	quoted  string
	block   *Forwarded // a message with a header block of its own below the sender's words
	forward bool       // the block says of itself that it is forwarded
}

var (
	marker = newPattern(`(?i)^[\s>*_-]*(oorspronkelijk bericht|oorspronkelijke bericht|original message|doorgestuurd bericht|doorgestuurde bericht|forwarded message|begin doorgestuurd bericht|begin forwarded message|ursprüngliche nachricht|weitergeleitete nachricht|oorspronkelijke e-mail)[\s:*_-]*$`)
	passed = newPattern(`(?i)doorgestuurd|forwarded|weitergeleitet`)
	ruler  = newPattern(`^\s*[_=-]{16,}\s*$`)
	above  = newPattern(`(?i)(antwoord|reply|reageer|typ|schrijf).{0,20} (boven|above) (deze|this) (regel|lijn|line)`)

	attributionOne = regexp.MustCompile(`(?i)^\s*(op|on|am|le) .{3,250}(schreef|wrote|schrieb|geschreven|a écrit).{0,200}:\s*$`)
	attributionTwo = regexp.MustCompile(`(?i)^\s*.{2,150}(schreef op|schreef het volgende op|wrote on|schrieb am) .{4,80}:\s*$`)
	attributionTri = regexp.MustCompile(`(?i)^\s*\S.{1,100}<[^<>\s]+@[^<>\s]+>\s*(schreef|wrote)\s*:?\s*$`)

	blockKey = newPattern(`(?i)^[\s*>]*(van|from|von|afzender|verzonden|datum|sent|date|gesendet|aan|to|an|cc|onderwerp|subject|betreff|betreft|beantwoorden aan|reply-to)\s*\**\s*:\s*\**\s*(.*?)\s*$`)
)

// splitText tells what the sender wrote now from what he quotes. Lines marked with ">" are quoted,
// and what stands between them is an answer; below a header block or an unmarked attribution
// everything belongs to the earlier message.
func splitText(text string) split {
	lines := strings.Split(text, "\n")
	var own, quoted []string
	var s split
	answered := lastUnmarked(lines)
scan:
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		switch {
		case isMarked(line):
			if plain := unmark(line); marker.MatchString(plain) && passed.MatchString(plain) {
				lines = append(slices.Clone(lines[:i]), unmarkAll(lines[i:])...) // a forward that is quoted as a whole
				i--
				continue
			}
			if i == answered+1 && blockKey.MatchString(line) {
				if block, _ := headerBlock(lines, i); block != nil && block.From.Addr != "" {
					lines = append(slices.Clone(lines[:i]), unmarkAll(lines[i:])...) // a message with its header, quoted as a whole
					i--
					continue
				}
			}
			quoted = append(quoted, unmark(line))
		case above.MatchString(line):
			quoted = append(quoted, lines[i+1:]...)
			break scan
		case !mayTellApart(line):
			own = append(own, line)
		case marker.MatchString(line), ruler.MatchString(line), blockKey.MatchString(line):
			forward := passed.MatchString(line) && marker.MatchString(line)
			start := i
			if !blockKey.MatchString(line) {
				start = nextText(lines, i+1)
			}
			if block, rest := headerBlock(lines, start); block != nil {
				block.Text = strings.Trim(strings.Join(unmarkAll(lines[rest:]), "\n"), "\n")
				s.block, s.forward = block, forward
				quoted = append(quoted, lines[i:]...)
				break scan
			}
			if marker.MatchString(line) {
				quoted = append(quoted, lines[i:]...)
				break scan
			}
			own = append(own, line)
		default:
			n := attribution(lines, i)
			if n == 0 {
				own = append(own, line)
				continue
			}
			quoted = append(quoted, lines[i:i+n]...)
			next := nextText(lines, i+n)
			if next < len(lines) && !isMarked(lines[next]) {
				quoted = append(quoted, lines[i+n:]...)
				break scan
			}
			i += n - 1
		}
	}
	s.own = strings.Trim(strings.Join(withoutFurniture(own), "\n"), "\n")
	s.quoted = strings.Trim(strings.Join(quoted, "\n"), "\n")
	return s
}

// mayTellApart is a cheap look whether a line can introduce an earlier message.
func mayTellApart(line string) bool {
	return strings.ContainsAny(line, ":_") || strings.Contains(line, "--") || mayBegin(strings.TrimSpace(line)) || marker.MatchString(line)
}

func isMarked(line string) bool { return strings.HasPrefix(strings.TrimLeft(line, " "), ">") }

// lastUnmarked is the line above the marked ones with which a text ends.
func lastUnmarked(lines []string) int {
	first := len(lines)
	for i := len(lines) - 1; i >= 0 && (isMarked(lines[i]) || strings.TrimSpace(lines[i]) == ""); i-- {
		if isMarked(lines[i]) {
			first = i
		}
	}
	return first - 1
}

func unmark(line string) string { return strings.TrimLeft(line, " >") }

func unmarkAll(lines []string) []string {
	plain := make([]string, len(lines))
	for i, line := range lines {
		plain[i] = line
		if isMarked(line) {
			plain[i] = unmark(line)
		}
	}
	return plain
}

func nextText(lines []string, i int) int {
	for i < len(lines) && strings.TrimSpace(lines[i]) == "" {
		i++
	}
	return i
}

// attribution says how many lines, at most three, introduce a quotation here: "Op … schreef …:".
func attribution(lines []string, i int) int {
	joined := ""
	for n := 1; n <= 3 && i+n <= len(lines); n++ {
		line := strings.TrimSpace(lines[i+n-1])
		if line == "" && n > 1 {
			return 0
		}
		joined = strings.TrimSpace(joined + " " + line)
		if len(joined) > 500 {
			return 0
		}
		if !strings.HasSuffix(joined, ":") && n < 3 && mayBegin(joined) {
			continue // its colon is still to come
		}
		if attributionOne.MatchString(joined) || attributionTwo.MatchString(joined) || attributionTri.MatchString(joined) {
			return n
		}
		if n == 1 && !mayBegin(joined) {
			return 0
		}
	}
	return 0
}

// mayBegin reports that a line could be the first of an attribution, so that the next are worth looking at.
func mayBegin(line string) bool {
	low := strings.ToLower(line)
	for _, word := range []string{"op ", "on ", "am ", "le "} {
		if strings.HasPrefix(low, word) {
			return true
		}
	}
	return false
}

// headerBlock reads the header of an earlier message as mail programs write it into the text. It
// begins with the sender; two more of its lines must follow. rest is the line behind it.
func headerBlock(lines []string, start int) (block *Forwarded, rest int) {
	f := &Forwarded{}
	seen := map[string]bool{}
	last, blanks := "", 0
	i := start
	for ; i < len(lines) && i < start+14; i++ {
		line := unmark(lines[i])
		if strings.TrimSpace(line) == "" {
			if blanks++; len(seen) >= 3 || blanks > 2 {
				break
			}
			continue
		}
		m := blockKey.FindStringSubmatch(line)
		if m == nil {
			if last == "" || len(seen) >= 4 || blanks > 0 {
				break
			}
			continue // a long list of recipients goes on
		}
		key := blockKind(m[1])
		if len(seen) == 0 && key != "from" && key != "date" && key != "subject" {
			return nil, 0
		}
		if seen[key] {
			break
		}
		seen[key], last, blanks = true, key, 0
		f.take(key, m[2])
	}
	if !seen["from"] || len(seen) < 3 || (!seen["date"] && !seen["to"]) {
		return nil, 0
	}
	return f, i
}

// mailtos are addresses as Outlook writes them into a text.
var mailtos = strings.NewReplacer("[mailto:", "<", "]", ">", "<mailto:", "<")

func (f *Forwarded) take(key, value string) {
	switch key {
	case "from":
		value = mailtos.Replace(value)
		f.From, _ = senders([]string{value})
		if f.From.Addr == "" {
			f.From.Name = displayName(value)
		}
	case "date":
		f.Date, _ = parseDutchTime(value)
	case "subject":
		f.Subject = collapse(value)
	}
}

func blockKind(word string) string {
	switch strings.ToLower(word) {
	case "van", "from", "von", "afzender":
		return "from"
	case "verzonden", "datum", "sent", "date", "gesendet":
		return "date"
	case "onderwerp", "subject", "betreff", "betreft":
		return "subject"
	case "aan", "to", "an":
		return "to"
	}
	return "other"
}

var (
	banner = newPattern(`(?i)^\W*(extern(al|e)?\b.{0,40}(let op|e-?mail|bericht|sender|afzender)|let op\W.{0,60}(extern|van buiten|afzender)|caution\W.{0,80}(outside|external)|this (e-?mail|message) (originated|came) from outside|dit bericht (is afkomstig|komt) van buiten|(u|je) ontvangt niet vaak e-?mail|you don'?t often get email|waarschuwing\W.{0,60}extern|\[?extern(al)?( e-?mail| sender)?\]?\W*$)`)
	device = newPattern(`(?i)^\W*(verzonden|verstuurd|sent|gestuurd|get|download|outlook voor|outlook for|yahoo mail|gesendet)\b.{0,60}(iphone|ipad|android|samsung|galaxy|huawei|outlook|smartphone|telefoon|mobiel|mobile|tablet|mail-app|yahoo|proton|gmail|windows|blackberry|my phone|mijn |ios\b)`)
	legal  = newPattern(`(?i)^\W*(disclaimer\b|(de|aan de) (inhoud|informatie) (van|in|verzonden|opgenomen)\b.{0,60}(e-?mail|bericht)|dit (e-?mail)?(bericht)?\b.{0,40}(is uitsluitend|is alleen|is vertrouwelijk|kan vertrouwelijk|bevat)|this (e-?mail|message|communication)\b.{0,80}(confidential|intended|privileged)|the (information|contents?) (contained )?(in|of) this|denk aan het milieu|please consider the environment|aan (dit|de inhoud).{0,60}geen rechten|van toepassing zijn|op al onze .{0,60}voorwaarden|dit bericht is (automatisch )?gecontroleerd op virussen|virusvrij)`)
)

// withoutFurniture drops what mail programs and organisations add: banners at the top, "Verzonden
// vanaf mijn iPhone", and disclaimers, which run to the end of their paragraph.
func withoutFurniture(lines []string) (kept []string) {
	dropping, said := false, 0
	for _, line := range lines {
		blank := strings.TrimSpace(line) == ""
		switch {
		case dropping && blank:
			dropping = false
		case dropping:
			continue
		}
		if said < 3 && banner.MatchString(line) {
			dropping = true
			continue
		}
		if device.MatchString(line) && len(line) < 120 {
			continue
		}
		if said > 0 && legal.MatchString(line) {
			dropping = true
			continue
		}
		if !blank {
			said++
		}
		kept = append(kept, line)
	}
	return kept
}
