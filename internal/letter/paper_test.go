package letter

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/workday"
)

func TestAddressee(t *testing.T) {
	r := renderer(t)
	s := newSampler()
	for _, test := range []struct {
		name, organisation, postal string
		lines                      []string
		known                      bool
	}{
		{"Jan Smit", "particulier", "Straat 1, 1234 AB Plaats", []string{"Jan Smit", "Straat 1", "1234 AB Plaats"}, true},
		{"Jan Smit", "", "", []string{"Jan Smit"}, false},
		{"Jan Smit", "ROC West", "Postbus 9\n1234 AB  Plaats\n", []string{"ROC West", "T.a.v. Jan Smit", "Postbus 9", "1234 AB Plaats"}, true},
		{"", "ROC West", "a;b;c;d;e", []string{"ROC West", "a", "b", "c"}, true},
		{"", "", "", []string{""}, false},
	} {
		c := s.onPaper
		c.Postal = test.postal
		c.Fields = complaint.Fields{complaint.FieldPerson: {Value: test.name}, complaint.FieldOrganisation: {Value: test.organisation}}
		got := r.addressee(CaseLetter{Envelope: s.envelope(), Case: c})
		if diff := cmp.Diff(test.lines, got.Lines); diff != "" || got.Known != test.known {
			t.Errorf("%+v: %s known %v", test, diff, got.Known)
		}
		if got.Sender != "Klik Onderwijs · Loire 150 · 2491 AK Den Haag" || got.Date != "2 april 2026" {
			t.Errorf("sent from %q on %q", got.Sender, got.Date)
		}
	}
}

// paper is a sample to the complainant as it would be printed; false for any other.
func (s Sample) paper() (CaseLetter, bool) {
	if s.letter == nil || s.letter.Letter.Role != complaint.RoleComplainant {
		return CaseLetter{}, false
	}
	l := *s.letter
	l.Letter.About, l.Case.OnPaper = l.Letter.Kind, true
	return l, true
}

// Everything that a complainant can get by mail can be printed; a letter on paper asks nobody to answer a mail.
func TestEveryLetterOnPaper(t *testing.T) {
	r := renderer(t)
	printed := map[complaint.LetterKind]bool{}
	for _, sample := range Samples() {
		l, ok := sample.paper()
		if !ok {
			continue
		}
		page, err := r.paper(l)
		if err != nil {
			t.Errorf("%s: %v", sample.Name, err)
		}
		printed[l.Letter.About] = true
		for _, wrong := range []string{"deze mail", "mailto:", "<script", "http://", "https://"} {
			if strings.Contains(strings.ToLower(string(page)), wrong) {
				t.Errorf("%s on paper says %q", sample.Name, wrong)
			}
		}
	}
	if len(printed) < 10 {
		t.Errorf("only %d kinds were printed", len(printed))
	}
}

// What a stranger wrote stays text on paper too.
func TestPaperIsNoPageOfAStranger(t *testing.T) {
	r := renderer(t)
	s := newSampler()
	c := s.onPaper
	c.Postal = "<script>alert(1)</script>, </style><b>x"
	c.Fields = complaint.Fields{complaint.FieldPerson: {Value: `"><img src=x onerror=alert(1)>`}, complaint.FieldDescription: {Value: "<iframe>"}}
	page, err := r.paper(CaseLetter{Envelope: s.envelope(), House: s.house, Case: c, Terms: s.house.Terms(c), Letter: complaint.Letter{Kind: complaint.LetterPosting, About: complaint.LetterAcknowledgement}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tag := range []string{"<script", "<img", "<iframe", "</style><b>"} {
		if strings.Contains(string(page), tag) {
			t.Errorf("the page holds %s", tag)
		}
	}
}

// The message that stands for a letter holds everything that was typed over, and its scans byte for byte.
func TestOriginalOfALetter(t *testing.T) {
	r := renderer(t)
	long := strings.Repeat("De trainer kwam niet. ", 400)
	w := Written{
		Reference: complaint.Reference{Year: 2026, Number: 7}, Channel: complaint.ChannelPhone, At: time.Date(2026, time.April, 7, 12, 0, 0, 0, time.UTC),
		Received: workday.NewDate(2026, time.April, 2), Postal: "Straat 1, 1234 AB Plaats",
		Fields: complaint.Fields{complaint.FieldPerson: {Value: "Jan Smit\r\nBcc: x@y.example"}, complaint.FieldDescription: {Value: long}},
	}
	for _, scans := range [][]Scan{nil, {{Media: "application/pdf", Extension: ".pdf", Content: []byte("%PDF-1.4\x00\xff")}}} {
		w.Scans = scans
		raw, err := r.Original(w)
		if err != nil {
			t.Fatal(err)
		}
		again, err := r.Original(w)
		if err != nil || string(again) != string(raw) {
			t.Error("the same letter gives other bytes")
		}
		header, parts := leaves(t, raw)
		if header.Get("Subject") != "Klacht per telefoon" || header.Get("Bcc") != "" {
			t.Errorf("header %v", header)
		}
		text := parts["text/plain"]
		for _, want := range []string{"kwam per telefoon binnen, op donderdag 2 april 2026", "Naam: Jan Smit", strings.TrimSpace(long), "Postadres: Straat 1, 1234 AB Plaats"} {
			if !strings.Contains(text, want) {
				t.Errorf("it does not say %.60q:\n%.400s", want, text)
			}
		}
		if scans != nil && parts["application/pdf"] != "%PDF-1.4\x00\xff" {
			t.Errorf("the scan is %q", parts["application/pdf"])
		}
		for line := range strings.Lines(string(raw)) {
			if len(line) > 1000 || !strings.HasSuffix(line, "\r\n") {
				t.Fatalf("SMTP cannot carry %.60q", line)
			}
		}
	}
}
