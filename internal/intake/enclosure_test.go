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
