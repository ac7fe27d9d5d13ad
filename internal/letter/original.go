package letter

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// Written is a complaint that came by letter or telephone, as somebody of the house typed it over.
type Written struct {
	Reference complaint.Reference
	Channel   complaint.Channel
	At        time.Time    // when it was typed over
	Received  workday.Date // when it came in
	Fields    complaint.Fields
	Postal    string
	Scans     []Scan
}

// Scan is a picture of a letter, or something that was enclosed.
type Scan struct {
	Media     string // media type
	Extension string // ".pdf"
	Content   []byte
}

// WrittenSubject is what the message that stands for a letter or a call is called.
func WrittenSubject(channel complaint.Channel) string {
	if channel == complaint.ChannelPhone {
		return "Klacht per telefoon"
	}
	return "Klacht per brief"
}

// Original composes the message that stands for a letter or a call in the file, so that it is kept, forwarded and
// exported like any other: what was typed over as text, the scans as attachments under neutral names.
func (r *Renderer) Original(w Written) ([]byte, error) {
	m := Mail{Reference: w.Reference.String(), Kind: "original", Role: complaint.RoleOperator, To: r.office.Address}
	m.MessageID = r.key.messageID(m.Reference, m.Kind, 1, m.Role, m.To, r.domain())
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent(), mail.WithCharset(mail.CharsetUTF8), mail.WithEncoding(mail.EncodingQP))
	if err := msg.FromFormat("Klachten "+oneLine(r.office.Name), r.office.Address); err != nil {
		return nil, fmt.Errorf("writing sender: %w", err)
	}
	if err := msg.To(r.office.Address); err != nil {
		return nil, fmt.Errorf("writing recipient: %w", err)
	}
	msg.Subject(WrittenSubject(w.Channel))
	msg.SetDateWithValue(w.At.In(r.office.Location))
	msg.SetMessageIDWithValue(strings.Trim(m.MessageID, "<>"))
	msg.SetGenHeader("Content-Language", "nl")
	msg.SetBodyString(mail.TypeTextPlain, writtenText(w))
	var raw bytes.Buffer
	if _, err := msg.WriteTo(&raw); err != nil {
		return nil, fmt.Errorf("writing original: %w", err)
	}
	if len(w.Scans) == 0 {
		return raw.Bytes(), nil
	}
	return r.withScans(m, raw.Bytes(), w.Scans)
}

func (r *Renderer) withScans(m Mail, raw []byte, scans []Scan) ([]byte, error) {
	at := bytes.Index(raw, []byte("Content-Type: text/plain"))
	encoded := bytes.Index(raw, []byte("Content-Transfer-Encoding: "))
	if at < 0 || encoded < 0 {
		return nil, fmt.Errorf("writing original: the text is not where it was expected")
	}
	at = min(at, encoded)
	boundary := r.boundary(m, "mixed")
	var text bytes.Buffer
	text.Write(raw[:at])
	fmt.Fprintf(&text, "Content-Type: multipart/mixed;\r\n boundary=%s\r\n\r\n--%s\r\n", boundary, boundary)
	text.Write(bytes.TrimRight(raw[at:], "\r\n"))
	text.WriteString("\r\n")
	for i, scan := range scans {
		writeFile(&text, boundary, Attachment{Name: fmt.Sprintf("%s-scan-%d%s", m.Reference, i+1, scan.Extension), Type: scan.Media, Data: scan.Content})
	}
	fmt.Fprintf(&text, "\r\n--%s--\r\n", boundary)
	return text.Bytes(), nil
}

func writtenText(w Written) string {
	how := "per brief"
	if w.Channel == complaint.ChannelPhone {
		how = "per telefoon"
	}
	var text strings.Builder
	fmt.Fprintf(&text, "Deze klacht kwam %s binnen, op %s. Een medewerker heeft de gegevens overgenomen.\n\n", how, w.Received.Long())
	for _, row := range fieldRowsWhole(w.Fields) {
		if row.Long {
			fmt.Fprintf(&text, "\n%s:\n%s\n", row.Label, row.Value)
			continue
		}
		fmt.Fprintf(&text, "%s: %s\n", row.Label, row.Value)
	}
	if lines := addressLines(w.Postal); len(lines) > 0 {
		fmt.Fprintf(&text, "\nPostadres: %s\n", strings.Join(lines, ", "))
	}
	return text.String()
}
