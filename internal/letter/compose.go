package letter

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/wneessen/go-mail"

	"klikonderwijs.nl/klachtd/internal/complaint"
)

// mostReferences bounds the References of an answer: the first of the thread and the last few (RFC 5322 §3.6.4).
const mostReferences = 10

// compose writes the bytes of a mail: plain text and HTML beside each other, and a stored message
// attached where there is one. Everything in it is given or derived, so the same input gives the same bytes.
func (r *Renderer) compose(o outgoing, subject, plain, rich string) (Mail, error) {
	m := Mail{
		Kind: o.kind, Reference: o.reference, Sequence: o.Sequence, Role: o.to.Role, From: r.office.Address, To: o.to.Person.Email,
		Subject: subject, At: o.At,
		MessageID: r.key.messageID(o.reference, o.kind, o.Sequence, o.to.Role, o.to.Person.Email, r.domain()),
	}
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent(), mail.WithCharset(mail.CharsetUTF8), mail.WithEncoding(mail.EncodingQP), mail.WithBoundary(r.boundary(m, "alternative")))
	if err := msg.FromFormat(oneLine(o.from), m.From); err != nil {
		return Mail{}, fmt.Errorf("writing sender: %w", err)
	}
	if err := msg.AddToFormat(oneLine(o.to.Person.Name), m.To); err != nil {
		return Mail{}, fmt.Errorf("writing recipient of %s: the address cannot be used", o.kind) // not the address itself: errors are logged
	}
	msg.Subject(subject)
	msg.SetDateWithValue(o.At.In(r.office.Location))
	msg.SetMessageIDWithValue(strings.Trim(m.MessageID, "<>"))
	msg.SetGenHeader("Auto-Submitted", autoSubmitted(o))
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	msg.SetGenHeader("Content-Language", "nl")
	if id := threadID(o.InReplyTo); id != "" && r.tellable(id, o.to) {
		before := slices.DeleteFunc(slices.Clone(o.References), func(id string) bool { return !r.tellable(id, o.to) })
		msg.SetGenHeader(mail.HeaderInReplyTo, id)
		msg.SetGenHeader(mail.HeaderReferences, strings.Join(references(before, id), " "))
	}
	msg.SetBodyString(mail.TypeTextPlain, plain)
	msg.AddAlternativeString(mail.TypeTextHTML, rich)
	var raw bytes.Buffer
	if _, err := msg.WriteTo(&raw); err != nil {
		return Mail{}, fmt.Errorf("writing %s: %w", o.kind, err)
	}
	var err error
	m.Parts, err = r.parts(m, raw.Bytes(), o.attached)
	return m, err
}

func autoSubmitted(o outgoing) string {
	if o.InReplyTo != "" {
		return "auto-replied" // RFC 3834 §5.1
	}
	return "auto-generated"
}

// parts puts the attachments behind the text: what was rendered becomes the first part of a mixed one.
func (r *Renderer) parts(m Mail, raw []byte, attached []Attachment) ([]Part, error) {
	if len(attached) == 0 {
		return []Part{{Text: raw}}, nil
	}
	at := bytes.Index(raw, []byte("Content-Type: multipart/alternative"))
	if at < 0 {
		return nil, fmt.Errorf("writing %s: the text is not where it was expected", m.Kind)
	}
	boundary := r.boundary(m, "mixed")
	var text bytes.Buffer
	text.Write(raw[:at])
	fmt.Fprintf(&text, "Content-Type: multipart/mixed;\r\n boundary=%s\r\n\r\n--%s\r\n", boundary, boundary)
	text.Write(bytes.TrimRight(raw[at:], "\r\n"))
	var parts []Part
	for i, a := range attached {
		if a.Digest == "" {
			writeFile(&text, boundary, a)
			continue
		}
		encoding, word := Raw, "8bit"
		if !a.Raw {
			encoding, word = Base64, "base64"
		}
		if i == 0 {
			text.WriteString("\r\n")
		}
		fmt.Fprintf(&text, "\r\n--%s\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: %s\r\nContent-Disposition: attachment; filename=%q\r\n\r\n", boundary, word, a.Name)
		parts = append(parts, Part{Text: bytes.Clone(text.Bytes())}, Part{Original: a.Digest, Encoding: encoding})
		text.Reset()
	}
	fmt.Fprintf(&text, "\r\n--%s--\r\n", boundary)
	return append(parts, Part{Text: text.Bytes()}), nil
}

var mediaType = regexp.MustCompile(`^[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,80}(; charset=[a-z0-9-]+)?$`)

// writeFile attaches a file of our own making, or one that somebody of the house sent along: its bytes are part of
// the mail. A name that is not plain is written in both ways that programs know (RFC 2183, RFC 2231).
func writeFile(text *bytes.Buffer, boundary string, a Attachment) {
	kind := a.Type
	if !mediaType.MatchString(kind) || strings.HasPrefix(kind, "multipart/") || strings.HasPrefix(kind, "message/") {
		kind = "application/octet-stream"
	}
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' {
			return '_'
		}
		return r
	}, a.Name)
	if plain == "" {
		plain = "bijlage"
	}
	fmt.Fprintf(text, "\r\n--%s\r\nContent-Type: %s\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"%s\"", boundary, kind, plain)
	if plain != a.Name && a.Name != "" {
		fmt.Fprintf(text, ";\r\n filename*=UTF-8''%s", percentEncode(a.Name))
	}
	text.WriteString("\r\n\r\n")
	encoder := base64.NewEncoder(base64.StdEncoding, &lineWriter{w: text})
	encoder.Write(a.Data) // a buffer takes everything
	encoder.Close()
}

// boundary derives a boundary from the secret: nobody can write a message that holds it.
func (r *Renderer) boundary(m Mail, part string) string {
	return "klachtd-" + r.key.Code(m.MessageID, m.Role, m.To, "boundary-"+part)
}

func (r *Renderer) domain() string {
	_, domain, _ := strings.Cut(r.office.Address, "@")
	return domain
}

// threadID lets only a well-formed Message-ID into our headers: nothing leaves the house with a
// header that a stranger wrote.
func threadID(s string) string {
	s = strings.TrimSpace(s)
	if len(s) < 3 || len(s) > 250 || s[0] != '<' || s[len(s)-1] != '>' {
		return ""
	}
	for _, c := range s[1 : len(s)-1] {
		if c <= ' ' || c > '~' || c == '<' || c == '>' {
			return ""
		}
	}
	return s
}

// tellable reports that a Message-ID may stand in a mail to somebody. One of ours holds a code, and the code of
// somebody else is nobody's business: a colleague's answer to the manager's mail can be what we answer.
func (r *Renderer) tellable(id string, to complaint.Recipient) bool {
	ours, is := ReadIdentity(id)
	return !is || r.key.Proves(ours.Code, ours.Reference, to.Role, to.Person.Email, ours.Kind)
}

// references is the thread so far with the answered mail at its end: the first, and the last few.
func references(before []string, last string) (ids []string) {
	for _, id := range before {
		if id = threadID(id); id != "" && id != last {
			ids = append(ids, id)
		}
	}
	if len(ids) > mostReferences-1 {
		ids = append(ids[:1:1], ids[len(ids)-mostReferences+2:]...)
	}
	return append(ids, last)
}

// senderName is the name in From: the manager's to the outside, the office's to the manager and the operator.
func (r *Renderer) senderName(role complaint.Role, manager complaint.Person) string {
	if manager.Name == "" || role == complaint.RoleManager || role == complaint.RoleOperator {
		return "Klachten " + r.office.Name
	}
	return manager.Name
}
