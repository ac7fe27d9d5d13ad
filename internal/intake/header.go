package intake

import (
	"net/mail"
	"regexp"
	"strings"
	"time"
)

// Header is a header as it stands, in its order, unfolded and not yet decoded.
type Header []headerField

type headerField struct{ name, value string }

// Get is the first value of a name, "" when there is none.
func (h Header) Get(name string) string {
	for _, f := range h {
		if strings.EqualFold(f.name, name) {
			return f.value
		}
	}
	return ""
}

// all lists the values of a name, from the top down.
func (h Header) all(name string) (values []string) {
	for _, f := range h {
		if strings.EqualFold(f.name, name) {
			values = append(values, f.value)
		}
	}
	return values
}

// Has reports that a name occurs.
func (h Header) Has(name string) bool { return len(h.all(name)) > 0 }

// bounds of a header, in bytes and fields.
const (
	mostHeaderBytes  = 256 << 10
	mostHeaderFields = 2000
	mostValueBytes   = 64 << 10
)

var fieldName = regexp.MustCompile(`^[!-9;-~]+[ \t]*:`)

// headerBuilder takes the lines of a header block, whatever they look like.
type headerBuilder struct {
	fields Header
	value  []byte // of the last field, as far as it was read
	size   int
	defect func(string)
}

// done gives the fields that were read.
func (b *headerBuilder) done() Header {
	if len(b.fields) > 0 {
		b.fields[len(b.fields)-1].value = string(b.value)
	}
	return b.fields
}

// add takes one line. What is no field and no continuation is folded into the field before it.
func (b *headerBuilder) add(line string) {
	b.size += len(line)
	if b.size > mostHeaderBytes || len(b.fields) >= mostHeaderFields {
		b.defect("header too long: the rest of it was left out")
		return
	}
	line = strings.TrimRight(line, "\r\n")
	folded := strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t")
	if at := fieldName.FindStringIndex(line); at != nil && !folded {
		name := strings.TrimRight(line[:at[1]-1], " \t")
		b.fields = append(b.done(), headerField{name: name})
		b.value = append(b.value[:0], strings.TrimSpace(line[at[1]:])...)
		return
	}
	if len(b.fields) == 0 {
		if strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "From ") {
			b.defect("a line in the header is no header")
		}
		return
	}
	if !folded {
		b.defect("a line in the header is no header")
	}
	if line = strings.TrimSpace(line); line != "" && len(b.value) < mostValueBytes {
		if len(b.value) > 0 {
			b.value = append(b.value, ' ')
		}
		b.value = append(b.value, line...)
	}
}

var (
	angled  = regexp.MustCompile(`<\s*([^<>\s@]+@[^<>\s@]+)\s*>`)
	bare    = regexp.MustCompile(`[^\s<>",;:()\[\]']+@[^\s<>",;:()\[\]']+`)
	comment = regexp.MustCompile(`\(([^()]*)\)`)
)

// senders reads address headers: the first address with its name, and how many there are in all.
// Display names are never mistaken for addresses: where angle brackets stand, only what is in them counts.
func senders(values []string) (first Address, count int) {
	for _, value := range values {
		for _, address := range addresses(value) {
			if count == 0 {
				first = address
			}
			count++
		}
	}
	return first, count
}

func addresses(value string) (list []Address) {
	value = bounded(value, mostValueBytes)
	if found := angled.FindAllStringSubmatchIndex(value, 100); found != nil {
		from := 0
		for _, at := range found {
			list = append(list, Address{Name: displayName(value[from:at[0]]), Addr: tidyAddress(value[at[2]:at[3]])})
			from = at[1]
		}
		return list
	}
	name := ""
	if m := comment.FindStringSubmatch(value); m != nil {
		name = displayName(m[1])
	}
	for _, address := range bare.FindAllString(comment.ReplaceAllString(value, " "), 100) {
		list = append(list, Address{Name: name, Addr: tidyAddress(address)})
	}
	return list
}

func tidyAddress(s string) string { return strings.Trim(decodeWords(s), " \t.,'\"") }

// isGroup reports that an address header has the syntax of a group: "name: address;" (RFC 5322 §3.4).
func isGroup(value string) bool {
	plain := strings.TrimSpace(quotedOrAngled.ReplaceAllString(comment.ReplaceAllString(value, ""), ""))
	return strings.Contains(plain, ":") && strings.HasSuffix(plain, ";")
}

var quotedOrAngled = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|<[^<>]*>|=\?[^?\s]*\?[^?\s]*\?[^?\s]*\?=`)

// displayName cleans the name beside an address: quotes, escapes, encoded words within quotes too.
func displayName(s string) string {
	s = strings.TrimLeft(s, " \t,;")
	if i := strings.LastIndex(s, ":"); i >= 0 && !strings.Contains(s, `"`) && !strings.Contains(s, "=?") {
		s = s[i+1:] // the name of a group (RFC 5322 §3.4)
	}
	s = strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(strings.Trim(strings.TrimSpace(s), `"`))
	return collapse(strings.Trim(decodeWords(s), `"' `))
}

var messageID = regexp.MustCompile(`<[^<>\s]+>`)

// messageIDs lists the Message-IDs in a header as they stand; at most the last hundred.
func messageIDs(value string) []string {
	ids := messageID.FindAllString(value, -1)
	return ids[max(0, len(ids)-100):]
}

// dateLayouts are the forms that net/mail does not know.
var dateLayouts = []string{
	"Mon, 2 Jan 2006 15:04:05 MST", "2 Jan 2006 15:04:05 MST", "Mon, 2 Jan 2006 15:04 -0700", "2 Jan 2006 15:04 -0700",
	"Mon Jan 2 15:04:05 2006", "Mon Jan 2 15:04:05 -0700 2006", "Mon, 02-Jan-2006 15:04:05 -0700", time.RFC3339,
}

// parseDate reads the date of a header (RFC 5322 §3.3), and what is written instead of it.
func parseDate(s string) (time.Time, bool) {
	s = collapse(comment.ReplaceAllString(bounded(s, 200), " "))
	if s == "" {
		return time.Time{}, false
	}
	if t, err := mail.ParseDate(s); err == nil {
		return t, sane(t)
	}
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t, sane(t)
		}
	}
	return time.Time{}, false
}

func sane(t time.Time) bool { return t.Year() >= 1980 && t.Year() < 2200 }

// collapse writes runs of white space and control characters as one space.
func collapse(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' || r == '\u00a0' || r == '\u200b' || r == '\ufeff' || r == 0x7f }), " ")
}

// bounded cuts a text to n bytes, at a character's end.
func bounded(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}
