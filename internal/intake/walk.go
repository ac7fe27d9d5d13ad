package intake

import (
	"bytes"
	"encoding/base64"
	"hash"
	"strings"
)

// part is one node of a mail's tree.
type part struct {
	header   Header
	media    string // lower case, such as "text/plain"
	params   map[string]string
	encoding string // Content-Transfer-Encoding, lower case
	filename string
	attached bool // says of itself that it is an attachment, or has a file name
	children []*part
	body     []byte // as encoded, bounded
	size     int64  // bytes, as encoded
	cut      bool   // body is not all of it
}

// bounds of a tree.
const (
	mostDepth    = 30
	mostParts    = 1000
	mostText     = 1 << 20 // bytes kept of a text part, as encoded
	mostFile     = 8 << 20 // bytes kept of an attachment that can hold text, as encoded
	mostKeep     = 24 << 20
	mostBoundary = 250
)

// walker reads a mail once from front to back. A boundary line ends whatever stands before it,
// headers too, and a missing final boundary loses nothing.
type walker struct {
	lines   *lineReader
	defect  func(string)
	bodySum hash.Hash // of what stands below the first header; nil within an attached message
	parts   []*part
	kept    int
	open    []string // boundaries, the outermost first

	body bool // the first header is behind us

	enclosures int // bytes kept of any file, as encoded, by who wants them whole; 0: only what can hold text
}

// hit is a boundary line that was read: of which multipart, and whether it closes it.
type hit struct {
	level int
	close bool
}

// atEnd stands for the end of the mail: it closes everything.
var atEnd = &hit{level: -1, close: true}

func (w *walker) walk() *part {
	root, _ := w.entity(0, "text/plain")
	for { // what is behind the last boundary counts in the digest and is read by nobody
		if _, _, err := w.line(); err != nil {
			return root
		}
	}
}

// line reads the next piece of a line and digests it.
func (w *walker) line() (piece []byte, start bool, err error) {
	piece, start, err = w.lines.next()
	if w.body && w.bodySum != nil {
		w.bodySum.Write(piece)
	}
	return piece, start, err
}

// boundary says whether a line is a boundary of one of the open multiparts.
func (w *walker) boundary(line []byte) *hit {
	if len(line) < 3 || line[0] != '-' || line[1] != '-' || len(w.open) == 0 {
		return nil
	}
	rest := strings.TrimRight(string(line[2:min(len(line), mostBoundary+8)]), " \t\r\n")
	for level := len(w.open) - 1; level >= 0; level-- {
		name := w.open[level]
		if rest == name {
			return &hit{level: level}
		}
		if rest == name+"--" {
			return &hit{level: level, close: true}
		}
	}
	return nil
}

// entity reads a header and what belongs to it, and says which boundary ended it.
func (w *walker) entity(depth int, otherwise string) (*part, *hit) {
	header, end := w.header()
	p := newPart(header, otherwise)
	if len(w.parts) < mostParts {
		w.parts = append(w.parts, p)
	}
	if depth == 0 {
		w.body = true
	}
	if end != nil {
		return p, end
	}
	multipart := strings.HasPrefix(p.media, "multipart/")
	message := p.media == "message/rfc822" || p.media == "message/global"
	switch {
	case (multipart || message) && depth >= mostDepth:
		w.defect("parts too deep: the rest was left out")
		return p, w.leaf(p, 0)
	case len(w.parts) >= mostParts:
		w.defect("too many parts: the rest was left out")
		return p, w.leaf(p, 0)
	case multipart:
		return p, w.multipart(p, depth)
	case message && p.encoding != "base64" && p.encoding != "quoted-printable":
		child, end := w.entity(depth+1, "text/plain")
		p.children = append(p.children, child)
		return p, end
	}
	end = w.leaf(p, w.room(p))
	if message {
		w.unpack(p, depth)
	}
	return p, end
}

// header reads a header block; a boundary line inside it ends it.
func (w *walker) header() (Header, *hit) {
	b := headerBuilder{defect: w.defect}
	var line []byte
	first := true
	for {
		piece, start, err := w.line()
		if start && len(line) > 0 {
			b.add(string(line))
			line = line[:0]
		}
		if err != nil {
			return b.done(), atEnd
		}
		if first {
			piece, first = bytes.TrimPrefix(piece, []byte("\ufeff")), false
		}
		if start {
			if end := w.boundary(piece); end != nil {
				w.defect("a boundary inside a header")
				return b.done(), end
			}
			if len(bytes.TrimRight(piece, "\r\n")) == 0 {
				if len(b.fields) == 0 && !w.body {
					continue // blank lines before the first header
				}
				return b.done(), nil
			}
		}
		if len(line) < mostValueBytes {
			line = append(line, piece...)
		}
	}
}

// multipart reads the parts of a multipart.
func (w *walker) multipart(p *part, depth int) *hit {
	boundary := strings.TrimRight(p.params["boundary"], " \t")
	if len(boundary) > mostBoundary {
		boundary = ""
	}
	if boundary == "" {
		w.defect("a multipart without a boundary")
		var end *hit
		if boundary, end = w.guessBoundary(p); boundary == "" {
			return end
		}
		w.open = append(w.open, boundary)
		return w.children(p, depth)
	}
	w.open = append(w.open, boundary)
	for { // the preamble
		piece, start, err := w.line()
		if err != nil {
			w.open = w.open[:len(w.open)-1]
			w.defect("a multipart without parts")
			return atEnd
		}
		w.keep(p, piece, mostText)
		if !start {
			continue
		}
		if end := w.boundary(piece); end != nil {
			if end.level != len(w.open)-1 || end.close {
				w.open = w.open[:len(w.open)-1]
				return w.afterClose(end)
			}
			p.body = nil // the preamble is for programs that know no MIME
			return w.children(p, depth)
		}
	}
}

// guessBoundary takes the first line that looks like a boundary for one.
func (w *walker) guessBoundary(p *part) (string, *hit) {
	for {
		piece, start, err := w.line()
		if err != nil {
			return "", atEnd
		}
		if start {
			if end := w.boundary(piece); end != nil {
				return "", end
			}
			name := strings.TrimRight(string(piece), " \t\r\n")
			if strings.HasPrefix(name, "--") && len(name) > 4 && len(name) < mostBoundary && !strings.Contains(name, " ") {
				p.body = nil
				return name[2:], nil
			}
		}
		w.keep(p, piece, mostText)
	}
}

// children reads parts until the multipart is closed, by its own final boundary, an outer one, or the end.
func (w *walker) children(p *part, depth int) *hit {
	level := len(w.open) - 1
	otherwise := "text/plain"
	if p.media == "multipart/digest" {
		otherwise = "message/rfc822"
	}
	for {
		child, end := w.entity(depth+1, otherwise)
		p.children = append(p.children, child)
		if end.level == level && !end.close {
			continue
		}
		w.open = w.open[:level]
		if end == atEnd {
			w.defect("the final boundary is missing")
		}
		return w.afterClose(end)
	}
}

// afterClose skips the epilogue of a multipart that closed itself; an outer boundary is passed on.
func (w *walker) afterClose(end *hit) *hit {
	if end.level < len(w.open) {
		return end
	}
	for {
		piece, start, err := w.line()
		if err != nil {
			return atEnd
		}
		if start {
			if outer := w.boundary(piece); outer != nil {
				return outer
			}
		}
	}
}

// leaf reads a body, and keeps at most limit bytes of it.
func (w *walker) leaf(p *part, limit int) *hit {
	for {
		piece, start, err := w.line()
		if err != nil {
			return atEnd
		}
		if start {
			if end := w.boundary(piece); end != nil {
				return end
			}
		}
		w.keep(p, piece, limit)
	}
}

func (w *walker) keep(p *part, piece []byte, limit int) {
	p.size += int64(len(piece))
	room := min(limit-len(p.body), mostKeep-w.kept, len(piece))
	if room < len(piece) {
		p.cut = true
	}
	if room > 0 {
		p.body = append(p.body, piece[:room]...)
		w.kept += room
	}
}

// room is how much of a body is worth keeping: texts, and files that can hold one.
func (w *walker) room(p *part) int {
	switch {
	case w.enclosures > 0 && p.attached:
		return w.enclosures
	case strings.HasPrefix(p.media, "text/"):
		return mostText
	case strings.HasPrefix(p.media, "message/"):
		return mostFile
	case strings.HasPrefix(p.media, "image/"), strings.HasPrefix(p.media, "audio/"), strings.HasPrefix(p.media, "video/"):
		return 0
	case p.canHoldText():
		return mostFile
	}
	return 0
}

// unpack reads a message that stands encoded in a part, which it should not (RFC 2046 §5.2.1) and often does.
func (w *walker) unpack(p *part, depth int) {
	if len(p.body) == 0 {
		return
	}
	inner := &walker{lines: newLineReader(bytes.NewReader(decodeTransfer(p.encoding, p.body, w.defect))), defect: w.defect, parts: w.parts, kept: w.kept, body: true}
	child, _ := inner.entity(depth+1, "text/plain")
	w.parts, w.kept = inner.parts, inner.kept
	p.children = append(p.children, child)
}

func newPart(header Header, otherwise string) *part {
	p := &part{header: header}
	p.media, p.params = mediaType(header.Get("Content-Type"), otherwise)
	p.encoding = strings.ToLower(strings.Trim(collapse(comment.ReplaceAllString(header.Get("Content-Transfer-Encoding"), " ")), `"; `))
	disposition, params := mediaType(header.Get("Content-Disposition"), "")
	p.filename = fileName(params, p.params, header)
	p.attached = disposition == "attachment" || (p.filename != "" && disposition != "inline")
	return p
}

// decodeTransfer undoes a Content-Transfer-Encoding (RFC 2045 §6) leniently: what does not decode is kept as it stands.
func decodeTransfer(encoding string, body []byte, defect func(string)) []byte {
	switch encoding {
	case "", "7bit", "8bit", "binary":
		return body
	case "base64":
		return decodeBase64(body, defect)
	case "quoted-printable":
		return decodeQuotedPrintable(body)
	}
	defect("an unknown Content-Transfer-Encoding")
	return body
}

// decodeBase64 decodes line by line: without padding, with padding in the middle, and with a
// footer of plain text that a mailing list put behind it.
func decodeBase64(body []byte, defect func(string)) []byte {
	out := make([]byte, 0, len(body)*3/4)
	var quad []byte
	flush := func() {
		if n := len(quad) &^ 3; n > 0 {
			decoded := make([]byte, n/4*3)
			k, _ := base64.StdEncoding.Decode(decoded, quad[:n])
			out, quad = append(out, decoded[:k]...), append(quad[:0], quad[n:]...)
		}
	}
	finish := func() {
		flush()
		if len(quad) > 1 {
			decoded := make([]byte, 3)
			k, _ := base64.RawStdEncoding.Decode(decoded, quad)
			out = append(out, decoded[:k]...)
		}
		quad = quad[:0]
	}
	for line := range bytes.Lines(body) {
		if !looksBase64(line) {
			finish()
			if len(bytes.TrimSpace(line)) > 0 {
				defect("plain text within base64")
				out = append(out, line...)
			}
			continue
		}
		for _, c := range line {
			switch {
			case c == '=':
				finish()
			case isBase64(c):
				quad = append(quad, c)
			}
		}
		flush()
	}
	finish()
	return out
}

func isBase64(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/'
}

// looksBase64 reports that a line holds nothing but base64, blanks at its end aside.
func looksBase64(line []byte) bool {
	line = bytes.TrimSpace(line)
	for _, c := range line {
		if !isBase64(c) && c != '=' {
			return false
		}
	}
	return len(line) > 0
}

// decodeQuotedPrintable decodes what is well formed and leaves the rest as it stands (RFC 2045 §6.7).
func decodeQuotedPrintable(body []byte) []byte {
	out := make([]byte, 0, len(body))
	for line := range bytes.Lines(body) {
		text := bytes.TrimRight(line, " \t\r\n")
		soft := bytes.HasSuffix(text, []byte("="))
		if soft {
			text = text[:len(text)-1]
		}
		for i := 0; i < len(text); i++ {
			if text[i] == '=' && i+2 < len(text) {
				if high, low := unhex(text[i+1]), unhex(text[i+2]); high >= 0 && low >= 0 {
					out = append(out, byte(high<<4|low))
					i += 2
					continue
				}
			}
			out = append(out, text[i])
		}
		if !soft && bytes.HasSuffix(line, []byte("\n")) {
			out = append(out, '\n')
		}
	}
	return out
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}
