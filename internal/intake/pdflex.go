package intake

import (
	"bytes"
	"math"
	"strconv"
)

// pdfLexer reads the values of a PDF one after the other (ISO 32000-1 §7.2 and §7.3), of its
// objects and of what its pages show.
type pdfLexer struct {
	file *pdf
	data []byte
	at   int
	refs bool // "12 0 R" is a reference
}

// pdfEnd stands for the end of the data, of the purse, or of an array or dictionary.
type pdfEnd byte

// mostPDFNumber bounds a number: a page is never that large.
const mostPDFNumber = 1e9

// value reads the next value, and moves on by at least one byte unless it is at the end.
func (l *pdfLexer) value(depth int) any {
	l.blanks()
	if l.at >= len(l.data) || l.file.left <= 0 {
		return pdfEnd(0)
	}
	start := l.at
	defer func() { l.file.left -= pdfValueCost }()
	switch c := l.data[l.at]; c {
	case '/':
		l.at++
		return pdfName(l.pay(unescaped(l.word()), start))
	case '(':
		return pdfString(l.pay(l.literal(), start))
	case '[', '<', '{':
		l.at++
		double := c == '<' && l.at < len(l.data) && l.data[l.at] == '<'
		switch {
		case c == '<' && !double:
			return pdfString(l.pay(l.hex(), start))
		case depth >= mostPDFNesting:
			return nil
		case double:
			l.at++
			return l.dict(depth + 1)
		}
		return l.array(depth + 1)
	case ']', '}', ')':
		l.at++
		return pdfEnd(c)
	case '>':
		l.at++
		if l.at < len(l.data) && l.data[l.at] == '>' {
			l.at++
		}
		return pdfEnd(c)
	}
	word := l.pay(l.word(), start)
	if c := word[0]; c == '+' || c == '-' || c == '.' || c >= '0' && c <= '9' {
		return l.number(word)
	}
	if word == "null" {
		return nil
	}
	return pdfWord(word)
}

// pay takes what was read since start from the purse.
func (l *pdfLexer) pay(text string, start int) string {
	l.file.left -= l.at - start
	return text
}

func (l *pdfLexer) array(depth int) []any {
	list := []any{}
	for {
		value := l.value(depth)
		if _, end := value.(pdfEnd); end {
			return list
		}
		list = append(list, value)
	}
}

func (l *pdfLexer) dict(depth int) pdfDict {
	dict := pdfDict{}
	for {
		key := l.value(depth)
		if _, end := key.(pdfEnd); end {
			return dict
		}
		name, ok := key.(pdfName)
		if !ok {
			continue
		}
		value := l.value(depth)
		if _, end := value.(pdfEnd); end {
			return dict
		}
		dict[name] = value
	}
}

// number reads a number, or a reference.
func (l *pdfLexer) number(word string) any {
	number, err := strconv.ParseFloat(word, 64)
	if err != nil || math.IsNaN(number) {
		number = 0
	}
	number = max(-mostPDFNumber, min(mostPDFNumber, number))
	if !l.refs || word[0] < '0' || word[0] > '9' || number != math.Trunc(number) {
		return number
	}
	rest := l.data[l.at:min(len(l.data), l.at+12)]
	i := skip(rest, 0, isPDFBlank)
	j := skip(rest, i, isDigit)
	k := skip(rest, j, isPDFBlank)
	if i > 0 && j > i && k > j && k < len(rest) && rest[k] == 'R' && (k+1 == len(rest) || !isPDFRegular(rest[k+1])) {
		l.at += k + 1
		return pdfRef(number)
	}
	return number
}

func skip(data []byte, at int, kind func(byte) bool) int {
	for at < len(data) && kind(data[at]) {
		at++
	}
	return at
}

// blanks skips white space and comments.
func (l *pdfLexer) blanks() {
	start := l.at
	for l.at < len(l.data) {
		if l.at = skip(l.data, l.at, isPDFBlank); l.at >= len(l.data) || l.data[l.at] != '%' {
			break
		}
		l.at = skip(l.data, l.at, func(c byte) bool { return c != '\n' && c != '\r' })
	}
	l.file.left -= l.at - start
}

// word reads regular characters; at least one of any kind where there is no other way on.
func (l *pdfLexer) word() string {
	start := l.at
	l.at = skip(l.data, l.at, isPDFRegular)
	return string(l.data[start:l.at])
}

// literal reads a string in parentheses, which may be nested.
func (l *pdfLexer) literal() string {
	var out []byte
	open := 0
	for ; l.at < len(l.data); l.at++ {
		c := l.data[l.at]
		switch c {
		case '(':
			if open++; open == 1 {
				continue
			}
		case ')':
			if open--; open == 0 {
				l.at++
				return string(out)
			}
		case '\\':
			out = l.escape(out)
			continue
		}
		out = append(out, c)
	}
	return string(out)
}

// escape reads what stands behind a backslash, and stays on its last byte.
func (l *pdfLexer) escape(out []byte) []byte {
	l.at++
	if l.at >= len(l.data) {
		return out
	}
	c := l.data[l.at]
	if i := bytes.IndexByte([]byte("nrtbf"), c); i >= 0 {
		return append(out, "\n\r\t\b\f"[i])
	}
	switch {
	case c == '\r' && l.at+1 < len(l.data) && l.data[l.at+1] == '\n':
		l.at++
		return out
	case c == '\r' || c == '\n':
		return out
	case c < '0' || c > '7':
		return append(out, c)
	}
	code := 0
	end := min(len(l.data), l.at+3)
	for ; l.at < end && l.data[l.at] >= '0' && l.data[l.at] <= '7'; l.at++ {
		code = code<<3 | int(l.data[l.at]-'0')
	}
	l.at--
	return append(out, byte(code))
}

// hex reads a string of hexadecimal digits, behind its "<".
func (l *pdfLexer) hex() string {
	start := l.at
	l.at = skip(l.data, l.at, func(c byte) bool { return c != '>' })
	digits := l.data[start:l.at]
	l.at = min(len(l.data), l.at+1)
	return string(hexBytes(digits))
}

// unescaped writes the #20 in a name as the byte that it stands for.
func unescaped(name string) string {
	if !bytes.ContainsRune([]byte(name), '#') {
		return name
	}
	var out []byte
	for i := 0; i < len(name); i++ {
		if name[i] == '#' && i+2 < len(name) && unhex(name[i+1]) >= 0 && unhex(name[i+2]) >= 0 {
			out = append(out, byte(unhex(name[i+1])<<4|unhex(name[i+2])))
			i += 2
			continue
		}
		out = append(out, name[i])
	}
	return string(out)
}

// stream gives the bytes of the stream behind a dictionary, and goes on behind it; nil where there is none.
func (l *pdfLexer) stream(dict pdfDict) []byte {
	at := skip(l.data, l.at, isPDFBlank)
	if !bytes.HasPrefix(l.data[at:], []byte("stream")) {
		return nil
	}
	at += len("stream")
	if at < len(l.data) && l.data[at] == '\r' {
		at++
	}
	if at < len(l.data) && l.data[at] == '\n' {
		at++
	}
	rest := l.data[at:]
	if length, ok := dict["Length"].(float64); ok && length >= 0 && int(length) <= len(rest) {
		behind := rest[int(length):]
		if bytes.HasPrefix(behind[skip(behind[:min(2, len(behind))], 0, isPDFBlank):], []byte("endstream")) {
			l.at = at + int(length)
			return rest[:int(length)]
		}
	}
	data, _, _ := bytes.Cut(rest, []byte("endstream"))
	l.at = at + len(data)
	return data
}

// picture skips the bytes of a picture within what a page shows, up to its "EI" (ISO 32000-1 §8.9.7).
func (l *pdfLexer) picture() {
	for {
		i := bytes.Index(l.data[l.at:], []byte("EI"))
		if i < 0 {
			l.at = len(l.data)
			return
		}
		l.at += i + 2
		if before := l.data[l.at-3]; isPDFBlank(before) && (l.at == len(l.data) || isPDFBlank(l.data[l.at])) {
			return
		}
	}
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isPDFBlank(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func isPDFRegular(c byte) bool {
	return !isPDFBlank(c) && bytes.IndexByte([]byte("()<>[]{}/%"), c) < 0
}
