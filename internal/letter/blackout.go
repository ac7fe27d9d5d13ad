package letter

import (
	"bytes"
	"encoding/base64"
	"regexp"
	"strings"
)

// A code as mail programs write it: in a subject, a Message-ID or a link, in any encoding that keeps letters as they
// are, folded, quoted, or broken by quoted-printable (RFC 2045 §6.7) or encoded words (RFC 2047 §5).
var writtenCode = func() *regexp.Regexp {
	const broken = `(?:=?\r?\n[>\t ]*|` + betweenWords + `)?`
	several := func(class, times string) string { return "(?:(?:" + class + ")" + broken + ")" + times }
	space := several(`[ /:_+]|[=%](?:25)*20|\r?\n[>\t ]+`, "+")
	return regexp.MustCompile(`(?i)\A` + several("[kt]", "") + several("-", "") + several("[0-9]", "{4}") + several("-", "") + several("[0-9]", "{4,6}") +
		`(?:` + space + `(` + several("[a-z2-7]", "{26}") + `)(?:\]|[=%](?:25)*5D)` +
		`|` + several(`\.`, "") + several("[a-z_]", "+") + several("-", "") + several("[0-9]", "+") + several(`\.`, "") + `(` + several("[a-z2-7]", "{26}") + `)(?:@|[=%](?:25)*40))`)
}()

// betweenWords stands between two encoded words that are read as one.
const betweenWords = `\?=\s+=\?[^?\s]+\?[qQ]\?`

var betweenWordsPattern = regexp.MustCompile(betweenWords)

// longestCode bounds how far a code is looked for behind the first letter of its reference, in bytes.
const longestCode = 600

// mostEncoded bounds encodings within each other.
const mostEncoded = 4

// BlackOut blacks out the secret codes in the bytes of a mail, also in base64, and counts them. What is blacked out
// is an asterisk for each character, so that everything else stays where it is. spare says of a code, in lower
// case, that it may stay.
func BlackOut(mail []byte, spare func(code string) bool) (black []byte, codes int) {
	black = bytes.Clone(mail)
	return black, blackOut(black, spare, 0)
}

// blackOut changes mail in place.
func blackOut(mail []byte, spare func(string) bool, depth int) (codes int) {
	for at := bytes.IndexByte(mail, '-'); at >= 0; {
		codes += blackOutAt(mail, at, spare)
		next := bytes.IndexByte(mail[at+1:], '-')
		if next < 0 {
			break
		}
		at += 1 + next
	}
	if depth < mostEncoded {
		eachBase64(mail, func(pieces []span) {
			codes += blackOutBase64(mail, pieces, spare, depth)
		})
	}
	return codes
}

// blackOutAt looks for a code behind the first dash of a reference.
func blackOutAt(mail []byte, dash int, spare func(string) bool) (codes int) {
	head := bytes.TrimRight(mail[max(0, dash-longestCode):dash], "=\r\n\t >")
	if len(head) == 0 || !strings.ContainsRune("kKtT", rune(head[len(head)-1])) {
		return 0
	}
	start := max(0, dash-longestCode) + len(head) - 1
	found := writtenCode.FindSubmatchIndex(mail[start:min(len(mail), start+longestCode)])
	if found == nil {
		return 0
	}
	from, to := found[2], found[3]
	if from < 0 {
		from, to = found[4], found[5]
	}
	written := mail[start+from : start+to]
	if places, code := readCode(written); !spare(code) {
		for _, i := range places {
			written[i] = '*'
		}
		return 1
	}
	return 0
}

// readCode finds the characters of a code in how it is written.
func readCode(written []byte) (places []int, code string) {
	between := betweenWordsPattern.FindAllIndex(written, -1)
	for i, c := range written {
		if len(between) > 0 && i >= between[0][0] {
			if i == between[0][1]-1 {
				between = between[1:]
			}
			continue
		}
		if lower := c | 0x20; lower >= 'a' && lower <= 'z' || c >= '2' && c <= '7' {
			places, code = append(places, i), code+string(lower)
		}
	}
	return places, code
}

// span is a stretch of bytes, from and up to.
type span struct{ from, to int }

var encodedWord = regexp.MustCompile(`=\?[^?\s]{1,40}\?[bB]\?([A-Za-z0-9+/]+)=*\?=`)

// eachBase64 visits every body in base64, and the encoded words in base64 that belong together. What only looks like
// it does no harm: nothing is found in it.
func eachBase64(mail []byte, visit func(pieces []span)) {
	from, to := -1, 0 // of the body that is being read
	for at := 0; at < len(mail); {
		end := len(mail)
		if i := bytes.IndexByte(mail[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		line := bytes.TrimRight(mail[at:end], "\r\n\t ")
		bare := bytes.TrimRight(line, "=")
		whole := isBase64(bare)
		if whole {
			if from < 0 {
				from = at
			}
			to = at + len(bare)
		}
		if from >= 0 && (!whole || len(bare) < len(line) || end == len(mail)) {
			visit([]span{{from, to}})
			from = -1
		}
		at = end
	}
	var words []span
	last := 0
	for _, found := range encodedWord.FindAllSubmatchIndex(mail, -1) {
		if len(words) > 0 && len(bytes.TrimSpace(mail[last:found[0]])) > 0 {
			visit(words)
			words = nil
		}
		words, last = append(words, span{found[2], found[3]}), found[1]
	}
	if len(words) > 0 {
		visit(words)
	}
}

func isBase64(line []byte) bool {
	for _, c := range line {
		if !isBase64Character(c) {
			return false
		}
	}
	return len(line) > 0
}

func isBase64Character(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '/'
}

// blackOutBase64 decodes pieces, each by itself, blacks out what stands in them together, and encodes what changed in
// its place: a character stays a character.
func blackOutBase64(mail []byte, pieces []span, spare func(string) bool, depth int) (codes int) {
	var plain []byte
	lengths := make([]int, len(pieces))
	for i, p := range pieces {
		decoded := decodeBase64(mail[p.from:p.to])
		plain, lengths[i] = append(plain, decoded...), len(decoded)
	}
	before := bytes.Clone(plain)
	if codes = blackOut(plain, spare, depth+1); codes == 0 {
		return 0
	}
	for i, p := range pieces {
		encodeInPlace(mail[p.from:p.to], before[:lengths[i]], plain[:lengths[i]])
		before, plain = before[lengths[i]:], plain[lengths[i]:]
	}
	return codes
}

func decodeBase64(text []byte) []byte {
	bare := make([]byte, 0, len(text))
	for _, c := range text {
		if isBase64Character(c) {
			bare = append(bare, c)
		}
	}
	if len(bare)%4 == 1 {
		bare = bare[:len(bare)-1]
	}
	n, _ := base64.RawStdEncoding.Decode(bare, bare) // its alphabet and its length were looked at
	return bare[:n]
}

// encodeInPlace writes the groups that changed over those that stand in a text.
func encodeInPlace(text, before, after []byte) {
	group, place := 0, 0
	var encoded [4]byte
	for i, c := range text {
		if !isBase64Character(c) {
			continue
		}
		from, to := min(3*group, len(after)), min(3*group+3, len(after))
		if !bytes.Equal(before[from:to], after[from:to]) {
			base64.RawStdEncoding.Encode(encoded[:], after[from:to])
			text[i] = encoded[place]
		}
		if place++; place == 4 {
			group, place = group+1, 0
		}
	}
}
