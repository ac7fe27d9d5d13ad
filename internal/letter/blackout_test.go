package letter

import (
	"bytes"
	"encoding/base64"
	"mime"
	"mime/quotedprintable"
	"strings"
	"testing"

	"klikonderwijs.nl/klachtd/internal/complaint"
)

// A code is blacked out however a mail program wrote it, and nothing else changes.
func TestBlackOut(t *testing.T) {
	key := NewKey(bytes.Repeat([]byte{7}, 32))
	staff := key.Code("K-2026-0001", complaint.RoleManager, "marit@klik.example", KindButton)
	own := key.Code("K-2026-0001", complaint.RoleComplainant, "sanne@tcz.example", "acknowledgement-1")
	token := "[K-2026-0001 " + staff + "]"
	link := "mailto:klacht@klik.example?subject=akkoord%20%5BK-2026-0001%20" + staff + "%5D"
	wrapped := strings.Replace(link, staff, staff[:9]+"\r\n> "+staff[9:], 1)
	for _, test := range []struct{ name, mail string }{
		{"a subject", "Subject: akkoord " + token + "\r\n\r\n"},
		{"a subject in capitals", "Subject: akkoord " + strings.ToUpper(token) + "\r\n\r\n"},
		{"a folded subject", "Subject: akkoord [K-2026-0001\r\n " + staff + "]\r\n\r\n"},
		{"a Message-ID", "In-Reply-To: <k-2026-0001.reminder-3." + staff + "@klik.example>\r\n\r\n"},
		{"a doubt", "In-Reply-To: <t-2026-0012.doubt-1." + staff + "@klik.example>\r\n\r\n"},
		{"a link", `<a href="` + link + `">Akkoord</a>`},
		{"a link that a gateway rewrote", "https://links.example/?url=" + strings.ReplaceAll(link, "%", "%25")},
		{"a quoted link", "> " + wrapped + "\r\n"},
		{"quoted-printable", quoted(t, "<p>een erg lange regel voor <a href=\""+link+"\">Akkoord</a> en nog wat</p>")},
		{"base64", encoded("Beste collega,\r\n\r\n" + link + "\r\n\r\nGroet")},
		{"base64 within base64", encoded("Content-Transfer-Encoding: base64\r\n\r\n" + encoded("Zie "+link+" en meer") + "\r\n--b--\r\n")},
		{"an encoded word", "Subject: " + mime.QEncoding.Encode("utf-8", "Één antwoord op deze klacht, met akkoord "+token) + "\r\n\r\n"},
		{"an encoded word in base64", "Subject: " + mime.BEncoding.Encode("utf-8", "Één antwoord op deze klacht, met akkoord "+token) + "\r\n\r\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			black, n := BlackOut([]byte(test.mail), func(string) bool { return false })
			if n != 1 || len(black) != len(test.mail) {
				t.Fatalf("%d codes, %d of %d bytes:\n%s", n, len(black), len(test.mail), black)
			}
			if again, n := BlackOut(black, func(string) bool { return false }); n != 0 || !bytes.Equal(again, black) {
				t.Errorf("there is one left:\n%s", black)
			}
			spared, n := BlackOut([]byte(test.mail), func(code string) bool { return code == staff })
			if n != 0 || string(spared) != test.mail {
				t.Errorf("a code that is spared was blacked out:\n%s", spared)
			}
		})
	}
	both := "References: <k-2026-0001.acknowledgement-1." + own + "@klik.example> <k-2026-0001.forward-1." + staff + "@klik.example>\r\n"
	black, n := BlackOut([]byte(both), func(code string) bool { return code == own })
	if want := strings.Replace(both, staff, strings.Repeat("*", len(staff)), 1); n != 1 || string(black) != want {
		t.Errorf("%d codes: %s", n, black)
	}
}

func TestBlackOutLeavesOtherTexts(t *testing.T) {
	for _, mail := range []string{
		"Over K-2026-0001 arbeidsongeschiktheidspolis gaat het.\r\n",
		"Message-ID: <k-2026-0001.iets.anders@tcz.example>\r\n",
		"Subject: Re: [K-2026-0001] Uw klacht\r\n",
		encoded(strings.Repeat("\x00\x01K-2026-", 100)),
		"AAAA\r\nK-2026-0001",
	} {
		if black, n := BlackOut([]byte(mail), func(string) bool { return false }); n != 0 || string(black) != mail {
			t.Errorf("%q became %q", mail, black)
		}
	}
}

// Whatever stands in a mail: it keeps its length, and nothing is left to black out.
func FuzzBlackOut(f *testing.F) {
	code := strings.Repeat("a2", 13)
	f.Add([]byte("Subject: akkoord [K-2026-0001 " + code + "]"))
	f.Add([]byte("<k-2026-0001.reminder-3." + code[:9] + "=\r\n" + code[9:] + "@klik.example>"))
	f.Add([]byte(encoded("%5BK-2026-0001%20" + code + "%5D")))
	f.Add([]byte("=?utf-8?q?[K-2026-0001_" + code[:9] + "?=\r\n =?utf-8?q?" + code[9:] + "]?="))
	f.Fuzz(func(t *testing.T, mail []byte) {
		black, n := BlackOut(mail, func(string) bool { return false })
		if len(black) != len(mail) || (n == 0) != bytes.Equal(black, mail) {
			t.Fatalf("%d codes: %q became %q", n, mail, black)
		}
		if _, n := BlackOut(black, func(string) bool { return false }); n != 0 {
			t.Fatalf("%d codes are left in %q", n, black)
		}
	})
}

func quoted(t *testing.T, text string) string {
	t.Helper()
	var b strings.Builder
	w := quotedprintable.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func encoded(text string) string {
	var b strings.Builder
	w := &lineWriter{w: &b}
	e := base64.NewEncoder(base64.StdEncoding, w)
	e.Write([]byte(text))
	e.Close()
	return b.String()
}
