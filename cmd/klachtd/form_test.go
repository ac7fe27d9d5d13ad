package main

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"klikonderwijs.nl/klachtd/internal/config"
)

// visitor is what a visitor of the website fills in, by the label that asks for it.
var visitor = map[string]string{
	"Naam":                       "Fatima el Idrissi",
	"Organisatie":                "Waterbedrijf Oost",
	"E-mailadres":                "f.elidrissi@waterbedrijf.example",
	"Telefoonnummer":             "06 12 34 56 78",
	"Product of dienst":          "Basisveiligheid VCA",
	"Datum van indiening":        "2026-04-02",
	"Omschrijving van de klacht": "De zaal was dubbel geboekt.\r\nWij stonden een uur buiten.",
	"Motivering":                 "Zes mensen hebben nu geen certificaat en mogen het terrein niet op.",
	"Gewenste oplossing":         "Een nieuwe datum in april.",
}

var wantRead = map[string]string{
	"name": "Fatima el Idrissi", "organisation": "Waterbedrijf Oost", "email": "f.elidrissi@waterbedrijf.example", "phone": "+31612345678",
	"product": "Basisveiligheid VCA", "submitted": "2026-04-02", "description": "De zaal was dubbel geboekt.\nWij stonden een uur buiten.",
	"motivation": "Zes mensen hebben nu geen certificaat en mogen het terrein niet op.", "remedy": "Een nieuwe datum in april.",
}

// readsComplete has a mail with this body read by the real reader.
func readsComplete(t *testing.T, body string) {
	t.Helper()
	raw := "From: Fatima el Idrissi <f.elidrissi@waterbedrijf.example>\r\nTo: projectondersteuning@klikonderwijs.nl\r\nSubject: Klacht\r\nDate: Thu, 2 Apr 2026 10:00:00 +0200\r\n" +
		"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + body
	reader, err := (&cli{}).reader()
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := describe(&out, reader, "form", strings.NewReader(raw), time.Date(2026, time.April, 2, 8, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	var line struct {
		Kind    string
		Missing []string
		Fields  map[string]*struct{ Value string }
	}
	if err := json.Unmarshal([]byte(out.String()), &line); err != nil {
		t.Fatal(err)
	}
	if line.Kind != "complaint" || len(line.Missing) > 0 {
		t.Errorf("read as %s, missing %v, from\n%s", line.Kind, line.Missing, body)
	}
	for name, want := range wantRead {
		if field := line.Fields[name]; field == nil || field.Value != want {
			t.Errorf("%s is %+v, not %q", name, field, want)
		}
	}
}

// The mail that the link opens, filled in, is a complete complaint.
func TestFormLink(t *testing.T) {
	form, err := formOf(config.Default())
	if err != nil {
		t.Fatal(err)
	}
	link, err := url.Parse(form.Mailto)
	if err != nil || link.Scheme != "mailto" || link.Opaque != "projectondersteuning@klikonderwijs.nl" {
		t.Fatalf("%v, %v", link, err)
	}
	if len(form.Mailto) > 1500 {
		t.Errorf("%d characters; some programs cut a link off at 2000", len(form.Mailto))
	}
	var filled strings.Builder
	asked := 0
	for line := range strings.Lines(link.Query().Get("body")) {
		label, _, ok := strings.Cut(line, ":")
		label = strings.TrimSuffix(strings.Split(label, " (")[0], " of particulier")
		if value := visitor[label]; ok && value != "" {
			asked++
			line = strings.TrimRight(line, "\r\n") + value + "\r\n"
		}
		filled.WriteString(line)
	}
	if asked != len(visitor) {
		t.Errorf("the link asks for %d of %d data", asked, len(visitor))
	}
	readsComplete(t, filled.String())
}

// The mail that a browser makes of the form (text/plain: name=value, one a line) is a complete complaint;
// so is one of a form service that writes "name: value".
func TestFormHTML(t *testing.T) {
	form, err := formOf(config.Default())
	if err != nil {
		t.Fatal(err)
	}
	var plain, service strings.Builder
	for _, field := range fieldsOfForm(t, form.HTML) {
		value, ok := visitor[field.name]
		if !ok {
			t.Errorf("the form asks for %q, which the visitor does not know", field.name)
		}
		if !field.labelled {
			t.Errorf("%s has no label", field.name)
		}
		plain.WriteString(field.name + "=" + value + "\r\n")
		service.WriteString(field.name + ": " + value + "\r\n")
	}
	readsComplete(t, plain.String())
	readsComplete(t, service.String())
	if strings.Contains(form.HTML, "<script") || strings.Contains(form.HTML, "onclick") {
		t.Error("the form needs a script")
	}
}

type formField struct {
	name     string
	labelled bool
}

func fieldsOfForm(t *testing.T, text string) (fields []formField) {
	t.Helper()
	labels := map[string]bool{}
	tokens := html.NewTokenizer(strings.NewReader(text))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			if len(fields) != len(visitor) {
				t.Errorf("%d fields, not %d", len(fields), len(visitor))
			}
			return fields
		case html.StartTagToken, html.SelfClosingTagToken:
			token := tokens.Token()
			attr := map[string]string{}
			for _, a := range token.Attr {
				attr[a.Key] = a.Val
			}
			switch token.Data {
			case "label":
				labels[attr["for"]] = true
			case "input", "textarea":
				fields = append(fields, formField{attr["name"], labels[attr["id"]]})
			}
		}
	}
}
