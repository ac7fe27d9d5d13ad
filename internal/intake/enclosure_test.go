package intake

import (
	"strings"
	"testing"
)

func TestEnclosures(t *testing.T) {
	mixed := func(parts ...string) string {
		text := "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nbericht\r\n"
		for _, part := range parts {
			text += "--b\r\n" + part + "\r\n"
		}
		return text + "--b--\r\n"
	}
	const (
		pdf  = "Content-Type: application/pdf; name=\"plan van aanpak.pdf\"\r\nContent-Disposition: attachment; filename=\"plan van aanpak.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQK"
		foto = "Content-Type: image/jpeg\r\nContent-Disposition: attachment; filename*=UTF-8''re%C3%A7u.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n/9j/"
		logo = "Content-Type: image/png; name=image001.png\r\nContent-Disposition: inline; filename=image001.png\r\nContent-ID: <x>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBO"
		mail = "Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\nSubject: x\r\n\r\ny"
	)
	for _, test := range []struct {
		name  string
		mail  string
		most  int
		names string
		fit   bool
	}{
		{"none", mixed(), 1000, "", true},
		{"two", mixed(pdf, foto), 1000, "plan van aanpak.pdf reçu.jpg", true},
		{"a logo is no file", mixed(logo, pdf), 1000, "plan van aanpak.pdf", true},
		{"too large together", mixed(pdf, foto), 15, "", false},
		{"one too large", mixed(pdf), 5, "", false},
		{"a mail", mixed(pdf, mail), 1000, "", false},
	} {
		files, fit := Enclosures(strings.NewReader(test.mail), test.most)
		var names []string
		for _, f := range files {
			names = append(names, f.Name)
		}
		if got := strings.Join(names, " "); got != test.names || fit != test.fit {
			t.Errorf("%s: %q, %v", test.name, got, fit)
		}
		if len(files) > 0 && string(files[0].Data) != "%PDF-1.4\n" {
			t.Errorf("%s: %q", test.name, files[0].Data)
		}
	}
}

// What is attached to a short complaint counts for it, and does not stand in its place when it says less.
func TestShortComplaintIsNotHiddenByItsAttachment(t *testing.T) {
	for _, attached := range []string{
		"Content-Type: message/rfc822\n\nFrom: Esther <e@a.example>\nSubject: eerder\n\nGoedendag.",
		"Content-Type: text/plain; name=agenda.txt\n\nde agenda van de cursusdag, met de pauzes erin",
	} {
		m := parse(t, strings.Split("From: Esther <e@a.example>\nSubject: training\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nDe trainer van de VCA kwam niet en niemand belde ons. Wij hebben voor niets betaald.\n\nEsther Bos\n--b\n"+attached+"\n--b--", "\n")...)
		got := testReader(t).Judge(m)
		if got.Kind != Complaint || got.Fields.Description == nil || !strings.Contains(got.Fields.Description.Value, "kwam niet") {
			t.Errorf("%s: %+v", got.Kind, got.Fields.Description)
		}
	}
}
