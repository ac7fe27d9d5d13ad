package letter

import (
	"bytes"
	"encoding/base64"
	"flag"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"klikonderwijs.nl/klachtd/internal/complaint"
)

var update = flag.Bool("update", false, "write the golden files anew")

var office = Office{
	Name: "Klik Onderwijs", Address: "projectondersteuning@klikonderwijs.nl", PostalAddress: "Loire 150\n2491 AK Den Haag",
	Phone: "070 123 45 67", Location: time.FixedZone("CEST", 2*60*60),
}

func renderer(t testing.TB) *Renderer {
	t.Helper()
	r, err := New(office, NewKey([]byte("a secret of this installation, 32 bytes")), nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func written(t testing.TB, m Mail, original string) []byte {
	t.Helper()
	var out bytes.Buffer
	err := m.Write(&out, func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(original)), nil })
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// leaves reads every leaf of a mail, decoded, by its media type.
func leaves(t testing.TB, raw []byte) (mail.Header, map[string]string) {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	var walk func(contentType, encoding string, body io.Reader)
	walk = func(contentType, encoding string, body io.Reader) {
		media, params, err := mime.ParseMediaType(contentType)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(media, "multipart/") {
			for r := multipart.NewReader(body, params["boundary"]); ; {
				p, err := r.NextRawPart()
				if err == io.EOF {
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				walk(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p)
			}
		}
		switch encoding {
		case "quoted-printable":
			body = quotedprintable.NewReader(body)
		case "base64":
			body = base64.NewDecoder(base64.StdEncoding, body)
		}
		text, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		found[media] = string(text)
	}
	walk(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body)
	return m.Header, found
}

func TestSamplesAreAsTheyWere(t *testing.T) {
	r := renderer(t)
	for _, sample := range Samples() {
		t.Run(sample.Name, func(t *testing.T) {
			m, err := sample.Render(r)
			if err != nil {
				t.Fatal(err)
			}
			raw := written(t, m, SampleOriginal)
			golden := filepath.Join("testdata", "golden", sample.Name+".eml")
			if *update {
				if err := os.WriteFile(golden, raw, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(raw)); diff != "" {
				t.Errorf("-golden +now (write anew with -update):\n%s", diff)
			}
		})
	}
}

func TestTheSameInputGivesTheSameBytes(t *testing.T) {
	for i, sample := range Samples() {
		first, err := sample.Render(renderer(t))
		if err != nil {
			t.Fatal(err)
		}
		second, err := Samples()[i].Render(renderer(t))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first, second); diff != "" {
			t.Errorf("%s: %s", sample.Name, diff)
		}
	}
}

// What holds for every mail that leaves the house.
func TestEveryMail(t *testing.T) {
	r := renderer(t)
	for _, sample := range Samples() {
		t.Run(sample.Name, func(t *testing.T) {
			m, err := sample.Render(r)
			if err != nil {
				t.Fatal(err)
			}
			header, parts := leaves(t, written(t, m, SampleOriginal))
			if got := header.Get("Auto-Submitted"); got != "auto-replied" && got != "auto-generated" {
				t.Errorf("Auto-Submitted is %q", got)
			}
			if got := header.Get("X-Auto-Response-Suppress"); got != "All" {
				t.Errorf("X-Auto-Response-Suppress is %q", got)
			}
			if _, ok := ReadIdentity(header.Get("Message-Id")); !ok {
				t.Errorf("Message-ID %q is none of ours", header.Get("Message-Id"))
			}
			if m.Role != complaint.RoleComplainant && regexp.MustCompile(`Vermeer|Techniek College`).MatchString(m.Subject) {
				t.Errorf("subject %q names somebody", m.Subject)
			}
			for _, media := range []string{"text/plain", "text/html"} {
				text := parts[media]
				if !strings.Contains(text, "070 123 45 67") {
					t.Errorf("the %s does not say who to call", media)
				}
				if strings.Contains(text, "<no value>") || strings.Contains(text, "%!") || strings.Contains(text, "ZgotmplZ") {
					t.Errorf("the %s has a hole in it:\n%s", media, text)
				}
				if regexp.MustCompile(`(?i)(src|href)="https?:`).MatchString(text) {
					t.Errorf("the %s fetches something from elsewhere", media)
				}
				if regexp.MustCompile(`\d{4}-\d{2}-\d{2}[^\d]`).MatchString(strings.NewReplacer("K-2026-0007", "", "T-2026-0003", "").Replace(text)) {
					t.Errorf("the %s has a date that is not written out:\n%s", media, text)
				}
			}
			for _, link := range regexp.MustCompile(`mailto:[^">\s]+`).FindAllString(parts["text/html"], -1) {
				if len(link) > 1800 {
					t.Errorf("a link of %d bytes is too long for Outlook", len(link))
				}
			}
			for _, line := range strings.Split(parts["text/plain"], "\r\n") {
				if len([]rune(line)) > 78 && !strings.Contains(line, "mailto:") {
					t.Errorf("a line of %d characters: %s", len([]rune(line)), line)
				}
			}
		})
	}
}

func TestLinks(t *testing.T) {
	r := renderer(t)
	to := complaint.Recipient{Role: complaint.RoleManager, Person: complaint.Person{Email: "m@klik.example"}}
	link := r.mailto("K-2026-0007", to, Button{Command: "informeel Zoë & Co <z@x.example>", Body: "Één+één: \nReden?"})
	for _, want := range []string{"subject=informeel%20Zo%C3%AB%20%26%20Co%20%3Cz%40x.example%3E%20%5BK-2026-0007%20", "&body=%C3%89%C3%A9n%2B%C3%A9%C3%A9n%3A%20%0D%0AReden%3F"} {
		if !strings.Contains(link, want) {
			t.Errorf("%s is not in %s", want, link)
		}
	}
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	if got := u.Query().Get("body"); got != "Één+één: \r\nReden?" {
		t.Errorf("body %q", got)
	}
	long := r.mailto("K-2026-0007", to, Button{Command: "commissie " + strings.Repeat("iemand@een.lang.voorbeeld.example, ", 80), Body: "x"})
	if len(long) > mostLink || !strings.Contains(long, "subject=commissie%20%5BK-2026-0007%20") {
		t.Errorf("a link of %d bytes: %s", len(long), long)
	}
	body := r.mailto("K-2026-0007", to, Button{Command: "bericht", Body: strings.Repeat("é", 1000)})
	if len(body) > mostLink || strings.Contains(body, "body=") {
		t.Errorf("a link of %d bytes", len(body))
	}
}

func TestOriginalGoesAlongByteForByte(t *testing.T) {
	r := renderer(t)
	for _, test := range []struct {
		name, original string
		raw            bool
	}{
		{"plain", "Subject: a\r\n\r\nhallo\r\n.\r\n..\r\nFrom dot\r\n", true},
		{"no end of line", "Subject: a\r\n\r\nhallo", true},
		{"eight bits", "Subject: \xe9\r\n\r\n\xff\xfe\r\n", true},
		{"bare LF and NUL", "Subject: a\n\nhal\x00lo\rx\n", false},
		{"long line", "Subject: a\r\n\r\n" + strings.Repeat("x", 5000) + "\r\n", false},
		{"empty", "", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newSampler()
			l := CaseLetter{
				Envelope: s.envelope(), House: s.house, Case: s.forwarded, Terms: s.house.Terms(s.forwarded), Manager: s.house.Manager,
				Letter:   complaint.Letter{Kind: complaint.LetterForward, Role: complaint.RoleAssessor, To: s.house.Assessors[0]},
				Attached: []Attachment{{Digest: "d", Raw: test.raw, Name: "K-2026-0007-bericht.eml"}},
			}
			m, err := r.Case(l)
			if err != nil {
				t.Fatal(err)
			}
			raw := written(t, m, test.original)
			_, parts := leaves(t, raw)
			if got := parts["message/rfc822"]; got != test.original {
				t.Errorf("the attachment is %q, not %q", got, test.original)
			}
			for line := range bytes.Lines(raw) {
				if !bytes.HasSuffix(line, []byte("\r\n")) || len(line) > 1000 {
					t.Errorf("SMTP cannot carry the line %q", line)
				}
			}
		})
	}
}

// A stranger's words reach a mail as text, and nowhere as a header or as HTML.
func TestHostileInput(t *testing.T) {
	r := renderer(t)
	s := newSampler()
	evil := "<script>alert(1)</script>\r\nBcc: evil@example.org"
	fields := s.registered(s.forwarded.Fields)
	fields.Fields = complaint.Fields{}
	for _, name := range complaint.FieldNames() {
		fields.Fields[name] = complaint.Field{Value: evil}
	}
	c := s.fold(fields)
	l := CaseLetter{
		Envelope: Envelope{Sequence: 1, At: s.at, InReplyTo: "<a@b>\r\nBcc: evil@example.org", References: []string{"<x y>", "<\x00@b>", "<ok@b>"}},
		House:    s.house, Case: c, Terms: s.house.Terms(c), Manager: s.house.Manager,
		Letter: complaint.Letter{Kind: complaint.LetterAcknowledgement, Role: complaint.RoleComplainant, To: complaint.Person{Name: evil, Email: "a@b.example"}},
	}
	m, err := r.Case(l)
	if err != nil {
		t.Fatal(err)
	}
	header, parts := leaves(t, written(t, m, ""))
	if header.Get("Bcc") != "" || header.Get("In-Reply-To") != "" {
		t.Errorf("a stranger wrote a header: %v", header)
	}
	if strings.Contains(parts["text/html"], "<script>") {
		t.Error("a stranger wrote HTML")
	}
}

func TestThread(t *testing.T) {
	long := make([]string, 40)
	for i := range long {
		long[i] = "<" + strings.Repeat("a", i+1) + "@b>"
	}
	got := references(long, "<last@b>")
	if len(got) != mostReferences || got[0] != "<a@b>" || got[len(got)-1] != "<last@b>" || got[len(got)-2] != long[39] {
		t.Errorf("references are %v", got)
	}
	if got := references(nil, "<last@b>"); len(got) != 1 {
		t.Errorf("references are %v", got)
	}
}

func TestGreeting(t *testing.T) {
	for _, test := range []struct {
		person complaint.Person
		want   string
	}{
		{complaint.Person{Name: "N. Korst", Salutation: "dhr."}, "Geachte heer Korst,"},
		{complaint.Person{Name: "Anna de Wit", Salutation: "mevr."}, "Geachte mevrouw De Wit,"},
		{complaint.Person{Name: "J.P. van der Berg", Salutation: "dhr."}, "Geachte heer Van der Berg,"},
		{complaint.Person{Name: "Sanne Vermeer"}, "Geachte Sanne Vermeer,"},
		{complaint.Person{}, "Geachte heer of mevrouw,"},
	} {
		if got := greeting(complaint.Recipient{Role: complaint.RoleAssessor, Person: test.person}); got != test.want {
			t.Errorf("%+v: %q, not %q", test.person, got, test.want)
		}
	}
}

func TestPhoneIsReadable(t *testing.T) {
	for number, want := range map[string]string{"+31612345678": "06 12 34 56 78", "+31701234567": "070 123 45 67", "+31182555318": "0182 555 318", "+3214555182": "+3214555182"} {
		if got := phone(number); got != want {
			t.Errorf("%s: %q, not %q", number, got, want)
		}
	}
}

func TestOverlay(t *testing.T) {
	key := NewKey([]byte("secret"))
	own := fstest.MapFS{"withdrawn.txt": {Data: []byte(`{{define "subject"}}Anders{{end}}{{define "content"}}Dag {{.Reference}} {{template "wrong" .}}{{end}}`)}}
	r, err := New(office, key, own)
	if err != nil {
		t.Fatal(err)
	}
	for _, sample := range Samples() {
		if m, err := sample.Render(r); sample.Name == "withdrawn" && (err != nil || m.Subject != "Anders") {
			t.Errorf("subject is %q, %v", m.Subject, err)
		}
	}
	for name, broken := range map[string]string{
		"unknown word": `{{define "subject"}}a{{end}}{{define "content"}}{{.Nothing}}{{end}}`,
		"not closed":   `{{define "subject"}}a{{end}}{{define "content"}}`,
		"no subject":   `{{define "content"}}x{{end}}`,
	} {
		_, err := New(office, key, fstest.MapFS{"withdrawn.txt": {Data: []byte(broken)}})
		if err == nil || !strings.Contains(err.Error(), "withdrawn") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCodesProveOneThingEach(t *testing.T) {
	key := NewKey([]byte("one secret"))
	code := key.Code("K-2026-0001", complaint.RoleAssessor, "n.korst@vapro.nl", KindButton)
	if len(code) != 26 || !key.Proves(strings.ToUpper(code), "k-2026-0001", complaint.RoleAssessor, "N.Korst@vapro.nl", KindButton) {
		t.Errorf("code %q does not prove its own case", code)
	}
	for _, other := range [][4]string{
		{"K-2026-0002", "assessor", "n.korst@vapro.nl", KindButton}, {"K-2026-0001", "manager", "n.korst@vapro.nl", KindButton},
		{"K-2026-0001", "assessor", "x@vapro.nl", KindButton}, {"K-2026-0001", "assessor", "n.korst@vapro.nl", "forward-1"},
	} {
		if key.Proves(code, other[0], complaint.Role(other[1]), other[2], other[3]) {
			t.Errorf("the code proves %v too", other)
		}
	}
	if NewKey([]byte("another")).Proves(code, "K-2026-0001", complaint.RoleAssessor, "n.korst@vapro.nl", KindButton) {
		t.Error("the code proves something to another installation")
	}
	id, rest, ok := ReadToken("Re: contact " + key.Token("K-2026-0001", complaint.RoleAssessor, "n.korst@vapro.nl"))
	if !ok || id.Reference != "K-2026-0001" || id.Code != code || rest != "Re: contact" {
		t.Errorf("token read as %+v %q", id, rest)
	}
}
