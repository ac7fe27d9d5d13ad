package intake

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func parse(t testing.TB, lines ...string) *Message {
	t.Helper()
	return testReader(t).Parse(strings.NewReader(strings.Join(lines, "\r\n")), time.Time{})
}

// Any MIME gives the text that a mail program shows.
func TestShapesOfMail(t *testing.T) {
	head := []string{"From: a@b.example", "MIME-Version: 1.0"}
	for _, test := range []struct {
		name  string
		lines []string
		want  string
	}{
		{"plain", []string{"", "hallo"}, "hallo"},
		{"no header at all", nil, ""},
		{"8 bit, nothing declared", []string{"", "caf\xe9"}, "café"},
		{"utf-8 declared as latin-1", []string{"Content-Type: text/plain; charset=iso-8859-1", "", "café"}, "café"},
		{"euro in iso-8859-15", []string{"Content-Type: text/plain; charset=iso-8859-15", "", "\xa4 5"}, "€ 5"},
		{"unknown charset", []string{"Content-Type: text/plain; charset=x-klingon", "", "caf\xe9"}, "café"},
		{"utf-7", []string{"Content-Type: text/plain; charset=utf-7", "", "caf+AOk- 1 +- 1"}, "café 1 + 1"},
		{"utf-16", []string{"Content-Type: text/plain; charset=utf-16le", "Content-Transfer-Encoding: base64", "", base64.StdEncoding.EncodeToString([]byte("h\x00o\x00i\x00"))}, "hoi"},
		{"base64 without padding", []string{"Content-Transfer-Encoding: base64", "", "aGFsbG8"}, "hallo"},
		{"base64 in two pieces", []string{"Content-Transfer-Encoding: base64", "", "aGFsbG8=", "aGFsbG8="}, "hallohallo"},
		{"footer behind base64", []string{"Content-Transfer-Encoding: base64", "", "aGFsbG8K", "-- een lijst --"}, "hallo\n-- een lijst --"},
		{"quoted-printable", []string{"Content-Transfer-Encoding: quoted-printable", "", "caf=C3=A9 =", "en =ZZ"}, "café en =ZZ"},
		{"unknown encoding", []string{"Content-Transfer-Encoding: 8-bit", "", "hallo"}, "hallo"},
		{"flowed", []string{"Content-Type: text/plain; format=flowed", "", "een ", "twee", "-- ", "Jan"}, "een twee\n-- \nJan"},
		{"flowed, spaces deleted", []string{"Content-Type: text/plain; format=flowed; delsp=yes", "", "aan ", "een"}, "aaneen"},
		{"header without a colon", []string{"X-A: b", "dit hoort er niet", "", "hallo"}, "hallo"},
		{"html", []string{"Content-Type: text/html", "", "<style>p{}</style><p>een<br>twee<p>drie<span style='display: none'>niet</span>"}, "een\ntwee\n\ndrie"},
		{"html table", []string{"Content-Type: text/html", "", "<table><tr><td><p>Naam</p></td><td>Jan</td></tr><tr><th>Tel</th><td><div>06</div><div>12</div></td></tr></table>"}, "Naam\tJan\nTel\t06\n12"},
		{"missing final boundary", []string{"Content-Type: multipart/mixed; boundary=b", "", "--b", "", "een", "--b", "", "twee"}, "een\ntwee"},
		{"boundary without a parameter", []string{"Content-Type: multipart/mixed", "", "--zomaar", "Content-Type: text/plain", "", "hallo", "--zomaar--"}, "hallo"},
		{"boundary inside a header", []string{"Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: text/plain", "--b", "", "hallo", "--b--"}, "hallo"},
		{"outer boundary ends the inner", []string{"Content-Type: multipart/mixed; boundary=a", "", "--a", "Content-Type: multipart/alternative; boundary=b", "", "--b", "", "een", "--a", "", "twee", "--a--"}, "een\ntwee"},
		{"empty text beside html", []string{"Content-Type: multipart/alternative; boundary=b", "", "--b", "", " ", "--b", "Content-Type: text/html", "", "<p>hallo", "--b--"}, "hallo"},
		{"text and html", []string{"Content-Type: multipart/alternative; boundary=b", "", "--b", "", "hallo", "--b", "Content-Type: text/html", "", "<p>hallo", "--b--"}, "hallo"},
		{"signed", []string{"Content-Type: multipart/signed; boundary=b", "", "--b", "", "hallo", "--b", "Content-Type: application/pkcs7-signature; name=smime.p7s", "Content-Transfer-Encoding: base64", "", "AAAA", "--b--"}, "hallo"},
		{"the whole mail is an attachment", []string{"Content-Type: text/plain; name=a.txt", "Content-Disposition: attachment", "", "hallo"}, "hallo"},
	} {
		t.Run(test.name, func(t *testing.T) {
			lines := append(append([]string{}, head...), test.lines...)
			if test.lines == nil {
				lines = nil
			}
			if got := parse(t, lines...).Text; got != test.want {
				t.Errorf("%q, not %q", got, test.want)
			}
		})
	}
}

// Old Macintosh programs end a line with a carriage return alone.
func TestCarriageReturnsAlone(t *testing.T) {
	m := testReader(t).Parse(strings.NewReader("From: a@b.example\rSubject: x\rContent-Type: multipart/mixed; boundary=b\r\r--b\rContent-Transfer-Encoding: base64\r\raGFsbG8=\r--b\r\reen\rtwee\r--b--\r"), time.Time{})
	if m.Text != "hallo\neen\ntwee" || m.From.Addr != "a@b.example" || m.Subject != "x" {
		t.Errorf("%q from %q, subject %q", m.Text, m.From.Addr, m.Subject)
	}
}

func TestMboxAndByteOrderMark(t *testing.T) {
	for _, first := range []string{"From jan@b.example Mon Mar  2 09:00:00 2026\r\n", "\ufeff", "\r\n\r\n"} {
		m := parse(t, first+"From: Jan <jan@b.example>", "Subject: hoi", "", "hallo")
		if m.From.Addr != "jan@b.example" || m.Subject != "hoi" || m.Text != "hallo" {
			t.Errorf("%q: %+v %q %q", first, m.From, m.Subject, m.Text)
		}
	}
}

func TestSenders(t *testing.T) {
	for value, want := range map[string]struct {
		name, addr string
		count      int
	}{
		`"Smeets, Ruud" <r.smeets@a.example>`:                 {"Smeets, Ruud", "r.smeets@a.example", 1},
		`Jansen, Piet <p@a.example>`:                          {"Jansen, Piet", "p@a.example", 1},
		`p@a.example (Piet Jansen)`:                           {"Piet Jansen", "p@a.example", 1},
		`"manager@klik.example" <vals@a.example>`:             {"manager@klik.example", "vals@a.example", 1},
		`a@b.example, c@d.example`:                            {"", "a@b.example", 2},
		`a@b.example; c@d.example`:                            {"", "a@b.example", 2},
		`Groep: Jan <a@b.example>;`:                           {"Jan", "a@b.example", 2}, // a group is no single sender
		`"=?utf-8?Q?Zo=C3=AB?=" <z@a.example>`:                {"Zoë", "z@a.example", 1},
		`=?iso-8859-1?Q?Ren=E9?= =?iso-8859-1?Q?e?= <r@a.nl>`: {"Renée", "r@a.nl", 1},
		`undisclosed-recipients:;`:                            {"", "", 0},
		``:                                                    {"", "", 0},
	} {
		m := parse(t, "From: "+value, "", "x")
		if m.From.Name != want.name || m.From.Addr != want.addr || m.FromCount != want.count {
			t.Errorf("%s: %+v, %d", value, m.From, m.FromCount)
		}
	}
	if m := parse(t, "From: a@b.example", "From: c@d.example", "", "x"); m.FromCount != 2 {
		t.Errorf("two headers: %d", m.FromCount)
	}
}

func TestNamesOfAttachments(t *testing.T) {
	for disposition, want := range map[string]string{
		`attachment; filename="brief.pdf"`:                       "brief.pdf",
		`attachment; filename=mijn brief.pdf`:                    "mijn brief.pdf",
		`attachment; filename*=iso-8859-1''caf%E9.pdf`:           "café.pdf",
		`attachment; filename*=utf-8''caf%C3%A9.pdf`:             "café.pdf",
		`attachment; filename*0*=utf-8''caf%C3; filename*1*=%A9`: "café",
		`attachment; filename==?UTF-8?Q?caf=C3=A9.pdf?=`:         "café.pdf",
		`attachment; filename="../../etc/passwd"`:                "passwd",
		`attachment; filename="C:\temp\x.doc"`:                   "x.doc",
		`attachment; filename="open.pdf`:                         "open.pdf",
		`attachment`:                                             "",
	} {
		m := parse(t, "Content-Type: multipart/mixed; boundary=b", "", "--b", "", "tekst", "--b", "Content-Type: application/pdf", "Content-Disposition: "+disposition, "", "x", "--b--")
		if len(m.Attachments) != 1 || m.Attachments[0].Name != want {
			t.Errorf("%s: %+v, not %q", disposition, m.Attachments, want)
		}
	}
}

// What the sender wrote now is told apart from what he quotes.
func TestQuotes(t *testing.T) {
	for _, test := range []struct{ name, text, own string }{
		{"Gmail", "Prima!\n\nOp di 3 mrt 2026 om 09:12 schreef Klik <p@klik.example>:\n\n> Vraag\n> nog een", "Prima!"},
		{"Gmail over two lines", "Prima!\n\nOp di 3 mrt 2026 om 09:12 schreef Klik Onderwijs Projectondersteuning\n<p@klik.example>:\n\n> Vraag", "Prima!"},
		{"Apple", "Prima!\n\nOp 3 mrt 2026, om 09:12 heeft Klik <p@klik.example> het volgende geschreven:\n\n> Vraag", "Prima!"},
		{"English", "Fine\n\nOn Tue, Mar 3, 2026 at 9:12 AM Klik <p@klik.example> wrote:\n\n> Question", "Fine"},
		{"Outlook", "Prima\n\nVan: Klik <p@klik.example>\nVerzonden: dinsdag 3 maart 2026 09:12\nAan: Jan\nOnderwerp: RE: vraag\n\nVraag", "Prima"},
		{"Outlook, English, bold", "Fine\n\n*From:* Klik <p@klik.example>\n*Sent:* Tuesday, March 3, 2026 9:12 AM\n*To:* Jan\n*Subject:* RE: question\n\nQuestion", "Fine"},
		{"Outlook mobile", "Prima\n\n________________________________\nVan: Klik <p@klik.example>\nVerzonden: dinsdag 3 maart 2026\nAan: Jan\nOnderwerp: vraag\n\nVraag", "Prima"},
		{"old Outlook", "Prima\n\n-----Oorspronkelijk bericht-----\nVan: Klik\nVerzonden: 3-3-2026\nAan: Jan\nOnderwerp: vraag\n\nVraag", "Prima"},
		{"between the lines", "> Hoe heet u?\nJan\n> Waar werkt u?\nBij de bakker\n", "Jan\nBij de bakker"},
		{"telephone", "Prima\n\nVerzonden vanaf mijn iPhone\n", "Prima"},
		{"disclaimer", "Prima\n\nJan\n\nDe informatie verzonden in dit e-mailbericht is vertrouwelijk\nen alleen voor u.", "Prima\n\nJan"},
		{"banner", "EXTERN Let op: deze e-mail komt van buiten. Open geen bijlagen.\n\nHallo", "Hallo"},
		{"ticket", "Prima\n== Typ uw antwoord boven deze regel ==\nUw melding", "Prima"},
		{"a form is no quote", "Van: Jan\nKlacht: de toets viel uit", "Van: Jan\nKlacht: de toets viel uit"},
		{"a date is no quote", "Op 3 maart was er niemand:\nde zaal was leeg.", "Op 3 maart was er niemand:\nde zaal was leeg."},
	} {
		if got := splitText(test.text).own; got != test.own {
			t.Errorf("%s: %q, not %q", test.name, got, test.own)
		}
	}
}

func TestForwards(t *testing.T) {
	for _, test := range []struct {
		name  string
		lines []string
		from  string
		text  string
	}{
		{"a colleague's", []string{"From: Bas <bas@klikonderwijs.nl>", "Subject: FW: x", "", "Voor jullie.", "", "Van: Esther <e@a.example>", "Verzonden: dinsdag 3 maart 2026 17:20", "Aan: Bas", "Onderwerp: x", "", "De trainer kwam niet."}, "e@a.example", "De trainer kwam niet."},
		{"twice", []string{"From: Bas <bas@klikonderwijs.nl>", "Subject: FW: FW: x", "", "Zie onder.", "", "Van: Jip <jip@klikonderwijs.nl>", "Verzonden: 4 maart 2026", "Aan: Bas", "Onderwerp: FW: x", "", "Van mij.", "", "Van: Esther <e@a.example>", "Verzonden: 3 maart 2026", "Aan: Jip", "Onderwerp: x", "", "De trainer kwam niet."}, "e@a.example", "De trainer kwam niet."},
		{"attached", []string{"From: Bas <bas@klikonderwijs.nl>", "Subject: zie", "Content-Type: multipart/mixed; boundary=b", "", "--b", "", "Voor jullie.", "--b", "Content-Type: message/rfc822", "", "From: Esther <e@a.example>", "Subject: x", "", "De trainer kwam niet.", "--b--"}, "e@a.example", "De trainer kwam niet."},
		{"marked line by line", []string{"From: Bas <bas@klikonderwijs.nl>", "Subject: doorgezet", "", "Voor jullie.", "Bas", "", "> Van: Esther <e@a.example>", "> Datum: 3 maart 2026", "> Aan: bas@klikonderwijs.nl", "> Onderwerp: x", ">", "> De trainer kwam niet."}, "e@a.example", "De trainer kwam niet."},
		{"marked, with an answer below", []string{"From: Esther <e@a.example>", "Subject: RE: x", "", "> Van: Bas <bas@klikonderwijs.nl>", "> Datum: 3 maart 2026", "> Aan: Esther", "> Onderwerp: x", ">", "> Vraag", "Prima."}, "", ""},
		{"a reply is none", []string{"From: Esther <e@a.example>", "Subject: RE: x", "In-Reply-To: <1@klikonderwijs.nl>", "", "Prima.", "", "Van: Bas <bas@klikonderwijs.nl>", "Verzonden: 3 maart 2026", "Aan: Esther", "Onderwerp: x", "", "Vraag"}, "", ""},
	} {
		m := parse(t, test.lines...)
		got := Forwarded{}
		if m.Forwarded != nil {
			got = *m.Forwarded
		}
		if got.From.Addr != test.from || got.Text != test.text {
			t.Errorf("%s: %+v", test.name, got)
		}
	}
}

// Only the verdict of the trusted server counts, and of that only the topmost.
func TestAuthenticationResults(t *testing.T) {
	for _, test := range []struct {
		name    string
		headers []string
		want    Result
	}{
		{"pass", []string{"Authentication-Results: mx.a.example; spf=pass; dmarc=pass (p=REJECT) header.from=b.example"}, Pass},
		{"fail", []string{"Authentication-Results: mx.a.example; dmarc=fail"}, Fail},
		{"somebody else's", []string{"Authentication-Results: mx.b.example; dmarc=pass"}, Unknown},
		{"forged below", []string{"Authentication-Results: mx.a.example; dmarc=fail", "Authentication-Results: mx.a.example; dmarc=pass"}, Fail},
		{"in a comment", []string{"Authentication-Results: mx.a.example; spf=fail (dmarc=pass; dmarc=pass)"}, Unknown},
		{"two verdicts", []string{"Authentication-Results: mx.a.example; dmarc=pass; dmarc=fail"}, Unknown},
		{"with a version", []string{"Authentication-Results: MX.A.EXAMPLE 1; dmarc=pass"}, Pass},
		{"a longer name", []string{"Authentication-Results: mx.a.example.evil; dmarc=pass"}, Unknown},
		{"none", nil, Unknown},
	} {
		if got := parse(t, append(test.headers, "From: a@b.example", "", "x")...).DMARC("mx.a.example"); got != test.want {
			t.Errorf("%s: %q", test.name, got)
		}
	}
}

func TestMachines(t *testing.T) {
	for _, test := range []struct {
		name   string
		header string
		want   Machine
	}{
		{"a person", "X-A: b", Machine{}},
		{"says that it is none", "Auto-Submitted: no", Machine{}},
		{"auto-replied", "Auto-Submitted: auto-replied (vacation)", Machine{Automatic: true, Reply: true}},
		{"auto-generated", "Auto-Submitted: auto-generated", Machine{Automatic: true}},
		{"list", "List-Id: <a.b>", Machine{Automatic: true, Bulk: true}},
		{"bulk", "Precedence: bulk", Machine{Automatic: true, Bulk: true}},
		{"null sender", "Return-Path: <>", Machine{Automatic: true}},
		{"Exchange", "X-Auto-Response-Suppress: OOF, AutoReply", Machine{Automatic: true}},
		{"absent", "Subject: Automatisch antwoord: vraag", Machine{Automatic: true, Reply: true}},
		{"about being absent", "Subject: Afwezig op 3 maart", Machine{}},
		{"read", "Subject: Gelezen: vraag", Machine{Automatic: true, Reply: true, BySubject: true}},
	} {
		got := parse(t, "From: a@b.example", test.header, "", "hallo").Machine
		got.Reason = ""
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

func TestBounces(t *testing.T) {
	dsn := func(action, status string) []string {
		return []string{
			"From: MAILER-DAEMON@mx.example", "Content-Type: multipart/report; report-type=delivery-status; boundary=b", "", "--b", "", "Sorry.", "--b",
			"Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.example", "", "Final-Recipient: rfc822; a@b.example", "Action: " + action, "Status: " + status, "--b",
			"Content-Type: text/rfc822-headers", "", "Message-ID: <k-2026-0001.x@klik.example>", "", "--b--",
		}
	}
	for _, test := range []struct {
		name  string
		lines []string
		want  *Bounce
	}{
		{"failed", dsn("failed", "5.1.1"), &Bounce{Failed, "5.1.1", "a@b.example", "<k-2026-0001.x@klik.example>"}},
		{"delayed", dsn("delayed", "4.4.1"), &Bounce{Delayed, "4.4.1", "a@b.example", "<k-2026-0001.x@klik.example>"}},
		{"delivered", dsn("delivered", "2.0.0"), &Bounce{Other, "2.0.0", "a@b.example", "<k-2026-0001.x@klik.example>"}},
		{"qmail", []string{
			"From: MAILER-DAEMON@mx.example", "Subject: failure notice", "", "I'm afraid I wasn't able to deliver your message.", "This is a permanent error; I've given up.", "",
			"<a@b.example>:", "Sorry, I couldn't find any host. (#5.1.2)", "", "--- Below this line is a copy of the message.", "", "Return-Path: <wij@klik.example>", "Message-ID: <1@klik.example>", "", "hallo",
		}, &Bounce{Failed, "5.1.2", "a@b.example", "<1@klik.example>"}},
		{"a person who writes about a bounce", []string{"From: a@b.example", "Subject: Undelivered mail", "", "Ik kreeg een foutmelding: user unknown."}, nil},
		{"absent", []string{"Return-Path: <>", "From: a@b.example", "Subject: Automatisch antwoord: x", "", "Ik ben er niet. Mail niet afgeleverd? Bel."}, nil},
	} {
		if diff := cmp.Diff(test.want, parse(t, test.lines...).Bounce); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

func TestPhones(t *testing.T) {
	for text, want := range map[string]string{
		"T 010 555 72 10 | M 06 23 55 81 04":         "+31623558104",
		"tel. (038) 555 60 21 - fax (038) 555 60 22": "+31385556021",
		"fax 038 555 60 22":                          "",
		"+31 (0)46 555 72 10":                        "+31465557210",
		"IBAN NL00TEST0123456789":                    "",
		"KvK 90112233, btw NL001234567B01":           "",
		"factuur 0612345678":                         "",
		"op 02-05-2026 om 23:59":                     "",
		"Tel. +32 14 55 51 82":                       "+3214555182",
		"06\u201140\u201155\u201152\u201167":         "+31640555267",
		"bel 0800-1234 of 06-12345678 / 010-1234567": "+31612345678",
	} {
		f := &fieldReader{Reader: testReader(t)}
		if got := f.bestPhone(normal(text), "NL"); got != want {
			t.Errorf("%q: %q, not %q", text, got, want)
		}
	}
}
