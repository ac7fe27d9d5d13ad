package intake

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// seeds gives every labelled mail as a start.
func seeds(f *testing.F) {
	f.Helper()
	for _, s := range labelledMails(f, "testdata/dev") {
		f.Add([]byte(s.raw))
	}
}

// FuzzMail: whatever the bytes, there is a Message with readable text, and a judgement.
func FuzzMail(f *testing.F) {
	seeds(f)
	r := testReader(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := r.Parse(strings.NewReader(string(raw)), time.Unix(1775131200, 0))
		if m.Size != int64(len(raw)) {
			t.Errorf("read %d of %d bytes", m.Size, len(raw))
		}
		for name, text := range map[string]string{"text": m.Text, "own": m.Own, "quoted": m.Quoted, "subject": m.Subject, "from": m.From.Name} {
			if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
				t.Errorf("%s is no text: %q", name, text)
			}
		}
		if len(m.Defects) > mostDefects || len(m.parts) > mostParts {
			t.Error("a bound was passed")
		}
		again := r.Parse(strings.NewReader(string(raw)), time.Unix(1775131200, 0))
		first, second := r.Judge(m), r.Judge(again)
		if first.Kind != second.Kind || first.Score != second.Score {
			t.Error("the same mail was judged in two ways")
		}
		for _, field := range []*Field{first.Fields.Name, first.Fields.Organisation, first.Fields.Email, first.Fields.Phone, first.Fields.Product} {
			if field != nil && (len(field.Value) > mostShort || strings.TrimSpace(field.Value) == "" || !utf8.ValidString(field.Value)) {
				t.Errorf("field %+v", field)
			}
		}
	})
}

func FuzzHTML(f *testing.F) {
	for _, seed := range []string{"<p>a</p>", "<table><tr><td>Naam</td><td>x</td></tr></table>", "<blockquote>a<blockquote>b", "<style>p{}</style><b hidden>x</b>y", "<pre>a\n b</pre>", "&lt;&#0;&nbsp;"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		if text := htmlText(source); len(text) > 20*len(source)+100 {
			t.Errorf("%d bytes became %d", len(source), len(text))
		}
	})
}

func FuzzSplit(f *testing.F) {
	f.Add("Hallo\n\nOp 3 maart 2026 schreef Jan:\n> a\n> b\nantwoord\n-- \nPiet")
	f.Add("Zie onder\n\nVan: a <a@b.nl>\nVerzonden: dinsdag 3 maart 2026 17:20\nAan: c\nOnderwerp: d\n\ntekst")
	f.Add("-----Oorspronkelijk bericht-----\nVan: x")
	f.Fuzz(func(t *testing.T, text string) {
		s := splitText(normal(text))
		if len(s.own) > len(text)+10 {
			t.Error("there is more than was written")
		}
		p := cutLetter(s.own)
		form(strings.Join(p.body, "\n"))
	})
}

func FuzzDecoders(f *testing.F) {
	f.Add("=?utf-8?Q?caf=C3=A9?= =?utf-8?B?YQ==?=", "utf-8", "base64")
	f.Add("SGFsbG8\nfooter met spaties", "windows-1252", "base64")
	f.Add("a=3D=\r\nb=ZZ", "utf-7", "quoted-printable")
	f.Add("+AOk-", "utf-7", "")
	f.Fuzz(func(t *testing.T, text, set, encoding string) {
		decodeWords(text)
		if got := validText(decodeTransfer(encoding, []byte(text), func(string) {}), set); !utf8.ValidString(got) {
			t.Errorf("%q is no text", got)
		}
		mediaType(text, "text/plain")
		addresses(text)
		parseDate(text)
		findDay(text)
	})
}

func FuzzBounce(f *testing.F) {
	f.Add("Final-Recipient: rfc822; a@b\nAction: failed\nStatus: 5.1.1\n\n", "Undelivered Mail Returned to Sender", "user unknown <a@b.nl>", "To: a@b\n")
	f.Add("", "Warning: message 1-2 delayed 3 hours", "not yet been delivered\n a@b.nl\nReturn-Path: <x@y>\nMessage-ID: <z@y>", "X-Failed-Recipients: q@b.nl\n")
	r := testReader(f)
	f.Fuzz(func(t *testing.T, status, subject, text, head string) {
		deliveryStatus([]byte(status))
		whole := head + "From: mailer-daemon@x\nSubject: " + subject + "\nContent-Type: multipart/report; boundary=b\n\n--b\n\n" + text + "\n--b\nContent-Type: message/delivery-status\n\n" + status + "\n--b\nContent-Type: message/rfc822\n\n" + head
		if b := r.Parse(strings.NewReader(whole), time.Time{}).Bounce; b != nil && b.Action != Failed && b.Action != Delayed && b.Action != Other {
			t.Errorf("action %q", b.Action)
		}
		m := &Message{Subject: subject, Text: text, From: Address{Addr: "mailer-daemon@x"}, header: Header{{name: "To", value: head}}}
		if b := plainReport(m); b != nil && b.Action != Failed && b.Action != Delayed {
			t.Errorf("action %q", b.Action)
		}
	})
}

// FuzzFields: forms, labels and signatures in any shape give fields of one line that are text.
func FuzzFields(f *testing.F) {
	f.Add("Naam: Piet Jansen\nOrganisatie: Leerplein\nTelefoon: 06 12345678\nOmschrijving:\nDe toets viel uit.\n\nMotivering: examen over", "Piet Jansen (Leerplein)")
	f.Add("Naam\n\nPiet\n\nE-mail\n\na@b.example\n\nProduct\n\nExamenbank", "")
	f.Add("Naam\tPiet\nProduct\tProcesoperator B", "x")
	f.Add("Dit is een klacht.\n\nMet vriendelijke groet,\nmr. P. van der Berg\nLeerplein B.V. | 070 123 45 67 | KvK 12345678\n-- \nx", "Berg, P. van der")
	r := testReader(f)
	f.Fuzz(func(t *testing.T, text, name string) {
		text = clean(text)
		for _, from := range []string{"p@leerplein.example", "collega@klikonderwijs.nl"} {
			m := &Message{Text: text, Own: text, From: Address{Name: clean(name), Addr: from}, FromCount: 1}
			fields := r.Judge(m).Fields
			for key, field := range map[string]*Field{"name": fields.Name, "organisation": fields.Organisation, "email": fields.Email, "phone": fields.Phone, "product": fields.Product, "submitted": fields.Submitted} {
				if field != nil && (len(field.Value) > mostShort || strings.TrimSpace(field.Value) == "" || !utf8.ValidString(field.Value) || strings.Contains(field.Value, "\n")) {
					t.Errorf("%s: %+v", key, field)
				}
			}
			for key, field := range map[string]*Field{"description": fields.Description, "motivation": fields.Motivation, "remedy": fields.Remedy} {
				if field != nil && (len(field.Value) > mostLong || strings.TrimSpace(field.Value) == "" || !utf8.ValidString(field.Value)) {
					t.Errorf("%s: %+v", key, field)
				}
			}
		}
	})
}
