package intake

import (
	"regexp"
	"strings"
	"unicode"
)

// readBody finds the text that a mail program shows, what is attached, and what of the text the
// sender wrote now.
func (r *Reader) readBody(m *Message, root *part) {
	shown := newShowing(m)
	m.Text = strings.Trim(normal(shown.text(root)), "\n")
	m.Attachments = shown.attachments
	s := splitText(m.Text)
	m.Own, m.Quoted = s.own, s.quoted
	if m.Forwarded = r.passedOn(m, s); m.Forwarded != nil {
		m.Quoted = ""
	}
	if m.Forwarded == nil && shown.message != nil && !machineSender(m.From.Addr) {
		m.Forwarded = r.attachedMessage(m, shown.message)
	}
	if m.Text == "" && len(m.Attachments) == 0 {
		m.defect("no text")
	}
}

var (
	forwardSubject = regexp.MustCompile(`(?i)^\W*(fw|fwd|doorst|doorgestuurd|wg|tr|ds)\s*:`)
	replySubject   = regexp.MustCompile(`(?i)^\W*(re|antw|betr|aw|sv)\s*:`)
)

// passedOn says whether the earlier message below the sender's words was passed on rather than
// answered, and looks through colleagues who passed it on to each other.
func (r *Reader) passedOn(m *Message, s split) *Forwarded {
	f := s.block
	if f == nil {
		return nil
	}
	answered := replySubject.MatchString(m.Subject) || len(m.InReplyTo) > 0
	forward := s.forward || forwardSubject.MatchString(m.Subject) || (r.house(m.From.Addr) && !r.house(f.From.Addr))
	if !forward && (answered || r.house(f.From.Addr)) {
		return nil
	}
	for range 5 {
		deeper := splitText(f.Text)
		if deeper.block == nil || !r.house(f.From.Addr) || r.house(deeper.block.From.Addr) && deeper.block.From.Addr == f.From.Addr {
			if deeper.own != "" {
				f.Text = deeper.own
			}
			return f
		}
		f = deeper.block
	}
	return f
}

// attachedMessage reads a message that was passed on as an attachment.
func (r *Reader) attachedMessage(m *Message, p *part) *Forwarded {
	inner := newShowing(m)
	text := strings.Trim(normal(inner.text(p)), "\n")
	f := &Forwarded{Subject: bounded(collapse(decodeWords(p.header.Get("Subject"))), mostSubject), Text: splitText(text).own}
	f.From, _ = senders(p.header.all("From"))
	f.Date, _ = parseDate(p.header.Get("Date"))
	m.Attachments = append(m.Attachments, inner.attachments...)
	if f.Text == "" {
		f.Text = text
	}
	return f
}

// showing walks a tree of parts as a mail program shows it.
type showing struct {
	m           *Message
	attachments []Attachment
	message     *part // the first attached message
}

func newShowing(m *Message) *showing { return &showing{m: m} }

// text is what is shown of a part and of everything below it.
func (s *showing) text(p *part) string {
	switch {
	case p.media == "multipart/alternative":
		return s.alternative(p)
	case strings.HasPrefix(p.media, "message/rfc822"), p.media == "message/global":
		s.attach(p)
		if s.message == nil && len(p.children) > 0 {
			s.message = p.children[0]
		}
		return ""
	case len(p.children) > 0:
		return s.all(p)
	case p.isTNEF():
		if text, ok := s.outlook(p); ok {
			return text
		}
		s.attach(p)
		return ""
	case p.attached && !s.isBody(p):
		s.attach(p)
		return ""
	case p.media == "text/plain" || strings.HasPrefix(p.media, "multipart/"):
		return plainText(p, s.m.defect)
	case p.media == "text/html":
		return htmlText(validText(decodeTransfer(p.encoding, p.body, s.m.defect), p.params["charset"]))
	case strings.HasPrefix(p.media, "text/") && p.media != "text/calendar" && p.media != "text/rfc822-headers":
		return plainText(p, s.m.defect)
	}
	s.attach(p)
	return ""
}

// isBody reports that a part that calls itself an attachment is the text of the mail all the
// same: the whole mail is that part.
func (s *showing) isBody(p *part) bool {
	return len(s.m.parts) == 1 && strings.HasPrefix(p.media, "text/")
}

func (s *showing) all(p *part) string {
	var texts []string
	for _, child := range p.children {
		if text := s.text(child); strings.TrimSpace(text) != "" {
			texts = append(texts, strings.TrimRight(text, "\r\n"))
		}
	}
	return strings.Join(texts, "\n")
}

// alternative chooses the plain text, unless it holds much less than the HTML beside it.
func (s *showing) alternative(p *part) string {
	plain, rich := "", ""
	for _, child := range p.children {
		text := s.text(child)
		if child.media == "text/plain" {
			plain += text
		} else if letters(text) > letters(rich) {
			rich = text
		}
	}
	if letters(plain) == 0 || letters(plain)*3 < letters(rich) {
		return rich
	}
	return plain
}

func letters(s string) (n int) {
	for _, r := range s {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

func (s *showing) attach(p *part) {
	if len(s.attachments) >= mostParts {
		return
	}
	a := Attachment{Name: p.filename, Type: p.media, Size: p.size}
	name := strings.ToLower(p.filename)
	switch {
	case p.media == "text/plain", p.canHoldText() && strings.HasSuffix(name, ".txt"):
		a.Text = strings.Trim(normal(plainText(p, s.m.defect)), "\n")
	case (p.isWord() || p.isPDF()) && s.m.purse.left <= 0:
		s.m.defect("too much to unpack: the rest was left out")
	case p.isWord():
		if a.Text = docxText(decodeTransfer(p.encoding, p.body, s.m.defect), &s.m.purse); a.Text == "" {
			s.m.defect("a document that could not be read")
		}
	case p.isPDF():
		s.pdf(&a, decodeTransfer(p.encoding, p.body, s.m.defect))
	}
	s.attachments = append(s.attachments, a)
}

// pdf reads the text of a PDF, and says why when there is none: a person must look at it then.
func (s *showing) pdf(a *Attachment, raw []byte) {
	document, ok := readPDF(raw, &s.m.purse)
	a.Text = document.text
	switch {
	case letters(a.Text) > 0:
	case !ok || document.lost || document.pages == 0:
		s.m.defect("a document that could not be read")
	default:
		a.Scan = true
		s.m.defect("a scan without text")
	}
}

// outlook shows what is packed in winmail.dat: its text, and the names of what is attached.
func (s *showing) outlook(p *part) (text string, ok bool) {
	packed, ok := readTNEF(decodeTransfer(p.encoding, p.body, s.m.defect))
	if !ok {
		return "", false
	}
	for _, name := range packed.files {
		s.attachments = append(s.attachments, Attachment{Name: name, Type: "application/octet-stream"})
	}
	if letters(packed.text) == 0 {
		return htmlText(packed.html), true
	}
	return packed.text, true
}

// canHoldText reports that an attachment is of a kind whose text can be read.
func (p *part) canHoldText() bool {
	return p.media == "application/octet-stream" || strings.HasPrefix(p.media, "text/") || p.isWord() || p.isPDF() || p.isTNEF()
}

func (p *part) isWord() bool {
	return p.media == "application/vnd.openxmlformats-officedocument.wordprocessingml.document" || strings.HasSuffix(strings.ToLower(p.filename), ".docx")
}

func (p *part) isPDF() bool {
	return p.media == "application/pdf" || p.media == "application/x-pdf" || strings.HasSuffix(strings.ToLower(p.filename), ".pdf")
}

func (p *part) isTNEF() bool {
	return p.media == "application/ms-tnef" || p.media == "application/vnd.ms-tnef" || strings.EqualFold(p.filename, "winmail.dat")
}

// plainText decodes a text part, lines flowed together where it says so (RFC 3676).
func plainText(p *part, defect func(string)) string {
	text := validText(decodeTransfer(p.encoding, p.body, defect), p.params["charset"])
	if p.cut {
		defect("a text too long: the rest of it was left out")
	}
	if strings.EqualFold(p.params["format"], "flowed") {
		text = unflow(text, strings.EqualFold(p.params["delsp"], "yes"))
	}
	return text
}

// unflow joins the lines that end in a space with the next, of the same depth of quoting (RFC 3676 §4).
func unflow(text string, delsp bool) string {
	var out strings.Builder
	open, depth := false, 0
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		rest := strings.TrimLeft(line, ">")
		quotes := len(line) - len(rest)
		rest = strings.TrimPrefix(rest, " ")
		if open && quotes != depth {
			out.WriteByte('\n')
			open = false
		}
		if !open && quotes > 0 {
			out.WriteString(strings.Repeat(">", quotes) + " ")
		}
		depth, open = quotes, strings.HasSuffix(rest, " ") && rest != "-- "
		if open && delsp {
			rest = rest[:len(rest)-1]
		}
		out.WriteString(rest)
		if !open {
			out.WriteByte('\n')
		}
	}
	return out.String()
}

// normal writes "\n" between lines, ordinary spaces and hyphens, and no invisible characters.
func normal(s string) string { return plainer.Replace(s) }

var plainer = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u00a0", " ", "\u202f", " ", "\u2007", " ", "\u2011", "-", "\u00ad", "",
	"\u200b", "", "\u200c", "", "\u200d", "", "\u2060", "", "\ufeff", "", "\u202a", "", "\u202b", "", "\u202c", "", "\u202d", "", "\u202e", "")
