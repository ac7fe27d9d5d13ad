package intake

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"testing"
	"time"
)

// docx makes a Word document with the given paragraphs.
func docx(t testing.TB, paragraphs ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	w, err := archive.Create("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	var xml strings.Builder
	xml.WriteString(`<?xml version="1.0"?><w:document xmlns:w="x"><w:body>`)
	for _, p := range paragraphs {
		xml.WriteString("<w:p><w:r><w:t>" + p + "</w:t></w:r></w:p>")
	}
	xml.WriteString("</w:body></w:document>")
	if _, err := w.Write([]byte(xml.String())); err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func withAttachment(cover, media, name string, raw []byte) string {
	return "From: Tom Heijnen <t.heijnen@techniekhuis.example>\r\nSubject: brief\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + cover + "\r\n--b\r\nContent-Type: " + media + "; name=\"" + name + "\"\r\n" +
		"Content-Disposition: attachment; filename=\"" + name + "\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString(raw) + "\r\n--b--\r\n"
}

const wordType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

// A complaint in a document counts when the mail itself is only a cover note.
func TestDocumentAsEvidence(t *testing.T) {
	r := testReader(t)
	document := docx(t, "Geachte directie,", "Hierbij dien ik een klacht in over de Examenbank. De toets viel drie keer uit.", "Daardoor moeten mijn leerlingen het examen overdoen.", "Hoogachtend,", "Tom Heijnen")
	m := r.Parse(strings.NewReader(withAttachment("Zie bijlage.", wordType, "brief.docx", document)), time.Time{})
	got := r.Judge(m)
	if got.Kind != Complaint || got.Fields.Description == nil || !strings.Contains(got.Fields.Description.Value, "drie keer uit") || got.Fields.Description.Source != sourceAttachment {
		t.Errorf("%v %+v", got.Kind, got.Fields.Description)
	}
}

func TestDocumentsThatAreNone(t *testing.T) {
	r := testReader(t)
	for name, raw := range map[string][]byte{"empty": nil, "no zip": []byte("hallo"), "cut off": docx(t, "hallo")[:60], "bomb": docx(t, strings.Repeat("a", 30<<20))} {
		m := r.Parse(strings.NewReader(withAttachment("Zie bijlage.", wordType, "brief.docx", raw)), time.Time{})
		if len(m.Attachments) != 1 || len(m.Attachments[0].Text) > mostUnzipped {
			t.Errorf("%s: %d attachments", name, len(m.Attachments))
		}
	}
}

// winmail makes a winmail.dat with a text and an attachment's name.
func winmail(text, file string) []byte {
	var out bytes.Buffer
	put := func(values ...any) {
		for _, v := range values {
			binary.Write(&out, binary.LittleEndian, v)
		}
	}
	attribute := func(level byte, id uint32, data []byte) {
		put(level, id, uint32(len(data)), data, uint16(0))
	}
	put(uint32(tnefSignature), uint16(1))
	var properties bytes.Buffer
	unicode := []byte{}
	for _, r := range text {
		unicode = binary.LittleEndian.AppendUint16(unicode, uint16(r))
	}
	for _, v := range []any{uint32(2), uint32(0x0e07_0003), uint32(1), uint32(propBody)<<16 | 0x1f, uint32(1), uint32(len(unicode)), unicode} {
		binary.Write(&properties, binary.LittleEndian, v)
	}
	properties.Write(make([]byte, (4-len(unicode)%4)%4))
	attribute(1, tnefMessage, properties.Bytes())
	attribute(2, tnefAttachTitle, append([]byte(file), 0))
	return out.Bytes()
}

func TestWinmail(t *testing.T) {
	r := testReader(t)
	raw := winmail("Hierbij dien ik een klacht in: de trainer kwam niet opdagen.", "foto.jpg")
	m := r.Parse(strings.NewReader(withAttachment("", "application/ms-tnef", "winmail.dat", raw)), time.Time{})
	if got := r.Judge(m); got.Kind != Complaint || !strings.Contains(m.Text, "niet opdagen") || len(m.Attachments) != 1 || m.Attachments[0].Name != "foto.jpg" {
		t.Errorf("%v %q %+v", got.Kind, m.Text, m.Attachments)
	}
	for i := range raw { // cut off anywhere, it breaks nothing
		readTNEF(raw[:i])
	}
}

func FuzzTNEF(f *testing.F) {
	f.Add(winmail("hallo", "a.txt"))
	f.Fuzz(func(t *testing.T, raw []byte) { readTNEF(raw) })
}

func FuzzDocx(f *testing.F) {
	f.Add(docx(f, "hallo"))
	f.Fuzz(func(t *testing.T, raw []byte) { docxText(raw, &purse{left: mostUnpacked}) })
}

// What hangs on one mail is paid for together: many bombs cost no more than one.
func TestManyBombs(t *testing.T) {
	r := testReader(t)
	page := onePage(pdfStream("/Filter/FlateDecode", deflated(strings.Repeat("(a) Tj ", 1<<20))), pdfHelvetica)
	for name, raw := range map[string][]byte{"bom.docx": docx(t, strings.Repeat("a", 8<<20)), "bom.pdf": page} {
		var parts strings.Builder
		for range 200 {
			parts.WriteString("\r\n--b\r\nContent-Type: application/octet-stream; name=" + name + "\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString(raw))
		}
		m := r.Parse(strings.NewReader("Content-Type: multipart/mixed; boundary=b\r\n"+parts.String()), time.Time{})
		if len(m.Attachments) != 200 || m.purse.left < -mostUnzipped || !strings.Contains(strings.Join(m.Defects, "; "), "too much to unpack") {
			t.Errorf("%s: %d attachments, %d left, %q", name, len(m.Attachments), m.purse.left, m.Defects)
		}
	}
}
