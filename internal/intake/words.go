package intake

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"path"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/emersion/go-message/charset"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

var encodedWord = regexp.MustCompile(`=\?([^?\s]+)\?([bBqQ])\?([^?]*)\?=`)

// decodeWords decodes encoded words (RFC 2047) wherever they stand. Neighbours in the same
// character set are put together first: some programs split a character between two words.
func decodeWords(s string) string {
	found := encodedWord.FindAllStringSubmatchIndex(s, 500)
	if found == nil {
		return validText([]byte(s), "")
	}
	var out strings.Builder
	var pending []byte
	var set string
	from := 0
	flush := func() {
		out.WriteString(validText(pending, set))
		pending = nil
	}
	for i, at := range found {
		between := s[from:at[0]]
		name, _, _ := strings.Cut(strings.ToLower(s[at[2]:at[3]]), "*") // RFC 2231 §5: a language
		if i == 0 || strings.TrimSpace(between) != "" || name != set {
			flush()
		}
		if i == 0 || strings.TrimSpace(between) != "" {
			out.WriteString(validText([]byte(between), ""))
		}
		set, from = name, at[1]
		pending = append(pending, wordBytes(s[at[4]:at[5]], s[at[6]:at[7]])...)
	}
	flush()
	out.WriteString(validText([]byte(s[from:]), ""))
	return out.String()
}

func wordBytes(encoding, text string) []byte {
	if strings.EqualFold(encoding, "b") {
		raw, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			raw, _ = base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
		}
		return raw
	}
	return decodeQuotedPrintable([]byte(strings.ReplaceAll(text, "_", " ") + "=\n"))
}

// validText turns bytes of a declared character set into UTF-8. The declaration is a hint: bytes
// that are UTF-8 are taken for it, and what cannot be what it says is taken for Windows-1252.
func validText(raw []byte, declared string) string {
	declared = strings.ToLower(strings.Trim(declared, `"' `))
	switch {
	case bytes.HasPrefix(raw, []byte{0xff, 0xfe}), bytes.HasPrefix(raw, []byte{0xfe, 0xff}), strings.HasPrefix(declared, "utf-16"):
		return clean(decodeUTF16(raw, declared))
	case declared == "utf-7" || declared == "unicode-1-1-utf-7":
		return clean(decodeUTF7(raw))
	case utf8.Valid(raw) && !strings.HasPrefix(declared, "iso-2022"):
		return clean(string(raw))
	}
	if declared == "" || declared == "utf-8" || declared == "us-ascii" || declared == "ascii" || declared == "iso-8859-1" || declared == "latin1" {
		declared = "windows-1252"
	}
	reader, err := charset.Reader(declared, bytes.NewReader(raw))
	if err != nil {
		reader, _ = charset.Reader("windows-1252", bytes.NewReader(raw))
	}
	text, _ := io.ReadAll(reader)
	return clean(string(text))
}

func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(strings.TrimPrefix(s, "\ufeff"), "\ufffd"), "\x00", "")
}

func decodeUTF16(raw []byte, declared string) string {
	big := !strings.HasSuffix(declared, "le")
	switch {
	case bytes.HasPrefix(raw, []byte{0xff, 0xfe}):
		big, raw = false, raw[2:]
	case bytes.HasPrefix(raw, []byte{0xfe, 0xff}):
		big, raw = true, raw[2:]
	}
	units := make([]uint16, 0, len(raw)/2)
	for i := 0; i+1 < len(raw); i += 2 {
		unit := uint16(raw[i]) | uint16(raw[i+1])<<8
		if big {
			unit = uint16(raw[i])<<8 | uint16(raw[i+1])
		}
		units = append(units, unit)
	}
	return string(utf16.Decode(units))
}

// decodeUTF7 decodes the "mail-safe" form of RFC 2152, which Exchange uses in old bounces.
func decodeUTF7(raw []byte) string {
	var out strings.Builder
	for len(raw) > 0 {
		plus := bytes.IndexByte(raw, '+')
		if plus < 0 {
			out.Write(raw)
			break
		}
		out.Write(raw[:plus])
		raw = raw[plus+1:]
		end := 0
		for end < len(raw) && isBase64(raw[end]) {
			end++
		}
		if end == 0 {
			out.WriteByte('+')
		} else {
			units := make([]byte, base64.RawStdEncoding.DecodedLen(end))
			n, _ := base64.RawStdEncoding.Decode(units, raw[:end])
			out.WriteString(decodeUTF16(units[:n&^1], "utf-16be"))
		}
		raw = raw[end:]
		if len(raw) > 0 && raw[0] == '-' {
			raw = raw[1:]
		}
	}
	return out.String()
}

var parameter = regexp.MustCompile(`;\s*([A-Za-z0-9_*-]+)\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)`)

// mediaType reads a Content-Type or Content-Disposition leniently: parameters without quotes,
// with blanks in them, twice, or without a value (RFC 2045 §5.1, RFC 2231).
func mediaType(value, otherwise string) (media string, params map[string]string) {
	value = bounded(value, mostValueBytes)
	media, _, _ = strings.Cut(value, ";")
	media = strings.ToLower(strings.TrimSpace(comment.ReplaceAllString(media, "")))
	if otherwise != "" && !strings.Contains(media, "/") {
		media = otherwise
	}
	if _, strict, err := mime.ParseMediaType(value); err == nil {
		params = strict
	} else {
		params = map[string]string{}
	}
	for _, m := range parameter.FindAllStringSubmatch(value, 50) {
		name := strings.ToLower(m[1])
		if _, known := params[name]; !known {
			params[name] = unquote(m[2])
		}
	}
	return media, params
}

func unquote(s string) string {
	s = strings.Trim(strings.TrimSpace(s), `"`)
	return strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(s)
}

// mostName bounds a file name, in bytes.
const mostName = 200

// fileName finds the name of an attachment in all the forms in which it is written. It is for
// people to read; what would make it a path is taken off.
func fileName(disposition, contentType map[string]string, header Header) string {
	name := ""
	for _, s := range []string{disposition["filename"], extended(disposition, "filename"), contentType["name"], extended(contentType, "name")} {
		if name == "" {
			name = collapse(decodeWords(s))
		}
	}
	if name == "" {
		if _, after, ok := strings.Cut(header.Get("Content-Disposition"), "filename="); ok {
			before, _, _ := strings.Cut(after, ";")
			name = collapse(decodeWords(unquote(before)))
		}
	}
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	if name == "." || name == "/" || name == ".." {
		return ""
	}
	return bounded(name, mostName)
}

// extended reads name*=charset”… and name*0*=… where the standard library gave up on them.
func extended(params map[string]string, name string) string {
	value := params[name+"*"]
	if value == "" {
		for i := 0; i < 50; i++ {
			piece, ok := params[name+"*"+string(rune('0'+i%10))+"*"]
			if !ok {
				piece, ok = params[name+"*"+string(rune('0'+i%10))]
			}
			if !ok || i > 9 {
				break
			}
			value += piece
		}
	}
	set, rest, ok := strings.Cut(value, "'")
	if !ok {
		return value
	}
	if _, text, ok := strings.Cut(rest, "'"); ok {
		rest = text
	}
	return validText(percent(rest), set)
}

func percent(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if high, low := unhex(s[i+1]), unhex(s[i+2]); high >= 0 && low >= 0 {
				out = append(out, byte(high<<4|low))
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return out
}

// unaccent takes accents off: "Hygiëne" becomes "Hygiene".
func unaccent(s string) string {
	if isASCII(s) {
		return s
	}
	plain, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), s)
	if err != nil {
		return s
	}
	return plain
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
