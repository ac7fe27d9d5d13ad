package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/store"
)

// siege is a house with two cases and a doubt, whose mails an attacker has read.
type siege struct {
	*theatre
	t    *testing.T
	told int // mails that were sent when the last attack began

	forward, other, registration, acknowledgement, doubt string // Message-IDs of ours
	button                                               string // of the assessor of the first case
	doubtButton                                          string // of the manager
}

const (
	korst   = "n.korst@vapro.nl"
	manager = "m.vandalen@klikonderwijs.nl"
	sanne   = "sanne.vermeer@tcz.example"

	trusted365 = "Authentication-Results: mx.klikonderwijs.example; dmarc=%s header.from=%s\n"
)

func besiege(t *testing.T) *siege {
	t.Helper()
	s := &siege{theatre: &theatre{open: openEmbedded, dir: t.TempDir()}, t: t}
	t.Chdir(s.dir)
	s.must(s.start([]string{`[security];authserv_id = "mx.klikonderwijs.example"`}))
	t.Cleanup(func() { s.must(s.servers.Close()) })
	s.now = time.Date(2026, time.April, 2, 12, 0, 0, 0, time.UTC)
	s.tick()
	for _, subject := range []string{"Klacht training Procesoperator B", "Klacht over de Examenbank"} {
		s.deliver(passed("tcz.example") + "From: Sanne Vermeer <" + sanne + ">\nTo: projectondersteuning@klikonderwijs.nl\nSubject: " + subject + `
Message-ID: <` + strings.ReplaceAll(subject, " ", "-") + `@tcz.example>

Hierbij dien ik een klacht in.

Naam: Sanne Vermeer
Organisatie: Techniek College Zuid
E-mailadres: sanne.vermeer@tcz.example
Telefoonnummer: 06 12 34 56 78
Product: Procesoperator B
Omschrijving: De trainer kwam op 30 maart niet opdagen.
Motivatie: Wij hebben voor twaalf deelnemers betaald.
`)
		s.tick()
	}
	s.deliver(passed("delta.example") + "From: Loes Kramer <loes.kramer@delta.example>\nSubject: de Examenbank\nMessage-ID: <twijfel@delta.example>\n\nDag, vorig jaar meldde ik iets over de Examenbank (K-2025-0012), en nu is het weer zo.\nGroet, Loes Kramer\n")
	s.tick()
	for _, m := range s.mails() {
		header, err := headerOf(m.Raw)
		s.must(err)
		id := header.Get("Message-Id")
		for _, known := range []struct {
			prefix string
			into   *string
		}{{"<k-2026-0001.forward", &s.forward}, {"<k-2026-0002.forward", &s.other}, {"<k-2026-0001.registration", &s.registration}, {"<k-2026-0001.acknowledgement", &s.acknowledgement}, {"<t-2026-0001.doubt", &s.doubt}} {
			if strings.HasPrefix(id, known.prefix) {
				*known.into = id
			}
		}
		_, rich, err := bodies(m.Raw)
		s.must(err)
		if token := regexp.MustCompile(`%5B(K-2026-0001)%20([a-z2-7]{26})%5D`).FindSubmatch(rich); token != nil && m.To == korst {
			s.button = string(token[2])
		}
		if token := regexp.MustCompile(`%5B(T-2026-0001)%20([a-z2-7]{26})%5D`).FindSubmatch(rich); token != nil {
			s.doubtButton = string(token[2])
		}
	}
	for _, secret := range []string{s.forward, s.other, s.registration, s.acknowledgement, s.doubt, s.button, s.doubtButton} {
		if secret == "" {
			t.Fatalf("the house is not as it should be: %+v", s)
		}
	}
	return s
}

func passed(domain string) string { return fmt.Sprintf(trusted365, "pass", domain) }

func (s *siege) must(err error) {
	if err != nil {
		s.t.Helper()
		s.t.Fatal(err)
	}
}

func (s *siege) deliver(text string) []byte {
	raw := crlf([]byte(text))
	s.must(s.servers.Deliver("INBOX", raw, s.now))
	return raw
}

func (s *siege) tick() {
	s.t.Helper()
	if code, _, errs := s.run("tick"); code != exitDone {
		s.t.Fatal(errs)
	}
}

type delivered struct {
	To, Subject, Text string
}

func (s *siege) mails() (list []struct {
	To  string
	Raw []byte
}) {
	mails, err := s.servers.Mails()
	s.must(err)
	for _, m := range mails {
		list = append(list, struct {
			To  string
			Raw []byte
		}{m.To, m.Raw})
	}
	return list
}

// answers are the mails that were sent since the last attack began.
func (s *siege) answers() (list []delivered) {
	for _, m := range s.mails()[s.told:] {
		subject, err := subjectOf(m.Raw)
		s.must(err)
		plain, _, err := bodies(m.Raw)
		s.must(err)
		list = append(list, delivered{m.To, subject, strings.Join(strings.Fields(string(plain)), " ")})
	}
	return list
}

// state is everything about the cases that an order can change: what happened but for the mails in the file.
func (s *siege) state() string {
	var out bytes.Buffer
	for _, reference := range []string{"K-2026-0001", "K-2026-0002"} {
		code, text, errs := s.run("show", reference, "--json")
		if code != exitDone {
			s.t.Fatal(errs)
		}
		var file struct {
			Stage    string
			Fields   json.RawMessage
			Terms    json.RawMessage
			Measures json.RawMessage
			Assessor string
		}
		s.must(json.Unmarshal([]byte(text), &file))
		fmt.Fprintf(&out, "%s %s %s %s %s %s\n", reference, file.Stage, file.Assessor, file.Fields, file.Terms, file.Measures)
	}
	code, text, errs := s.run("list", "--json")
	if code != exitDone {
		s.t.Fatal(errs)
	}
	return out.String() + text + fmt.Sprint(s.doubts())
}

func (s *siege) doubts() (open []store.Doubt) {
	s.view(func(tx *store.Tx) (err error) {
		open, err = tx.OpenDoubts()
		return err
	})
	return open
}

func (s *siege) view(look func(*store.Tx) error) {
	db, err := store.OpenBeside(context.Background(), filepath.Join(s.dir, "data", "klachtd.db"))
	s.must(err)
	defer db.Close()
	s.must(db.View(context.Background(), look))
}

// kept reports that a mail can still be read: in the file of a case, or where it was.
func (s *siege) kept(raw []byte) (kept bool) {
	sum := sha256.Sum256(raw)
	digest := hex.EncodeToString(sum[:])
	s.view(func(tx *store.Tx) error {
		for _, number := range []int{1, 2} {
			incoming, err := tx.Incoming(complaint.Reference{Year: 2026, Number: number})
			if err != nil {
				return err
			}
			for _, m := range incoming {
				kept = kept || m.Original == digest
			}
		}
		return nil
	})
	for _, folder := range []string{"INBOX", "Klachten/Geregistreerd"} {
		messages, err := s.servers.Messages(folder)
		s.must(err)
		for _, m := range messages {
			kept = kept || bytes.Equal(m.Raw, raw)
		}
	}
	return kept
}

// attack is a mail that must change nothing. told is who hears of it and what; reports go to the manager, and
// whoever proves who he is hears himself that nothing was done.
type attack struct {
	name  string
	mail  func(s *siege) string
	told  string
	about string // in the subject or the text
}

// from writes the head of a mail; result is what the trusted server found of the sender's domain.
func from(sender, result, domain, headers string) string {
	return fmt.Sprintf(trusted365, result, domain) + "Received: from evil.example by mx.klikonderwijs.example; Thu, 02 Apr 2026 14:00:00 +0200\nFrom: " + sender +
		"\nTo: projectondersteuning@klikonderwijs.nl\n" + headers + "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"
}

func (s *siege) replying(to string) string { return "Subject: Re: klacht\nIn-Reply-To: " + to + "\n" }

func (s *siege) pressing(word, reference, code string) string {
	return "Subject: " + word + " [" + reference + " " + code + "]\n"
}

const (
	untrusted = "niet vertrouwen"
	evil      = "piet@elders.example"
)

var attacks = []attack{
	{"a forged From", func(s *siege) string {
		return from(korst, "fail", "vapro.nl", "Subject: K-2026-0001\n") + "contact\n"
	}, manager, untrusted},
	{"a forged From with a code that leaked", func(s *siege) string { return from(korst, "fail", "vapro.nl", s.replying(s.forward)) + "contact\n" }, manager, untrusted},
	{"a forged From with a button that leaked", func(s *siege) string {
		return from(korst, "fail", "vapro.nl", s.pressing("contact", "K-2026-0001", s.button))
	}, manager, "dmarc"},
	{"a sender of whom the server says nothing", func(s *siege) string { return from(korst, "none", "vapro.nl", s.replying(s.forward)) + "contact\n" }, manager, "dmarc"},
	{"a right code from the wrong address", func(s *siege) string {
		return from(evil, "pass", "elders.example", s.replying(s.forward)) + "contact\n"
	}, manager, "ander adres"},
	{"a right button from the wrong address", func(s *siege) string {
		return from(evil, "pass", "elders.example", s.pressing("ongegrond", "K-2026-0001", s.button)) + "Motivering: nee\n"
	}, manager, "ander adres"},
	{"a right code from another who handles the case", func(s *siege) string {
		return from(manager, "pass", "klikonderwijs.nl", s.replying(s.forward)) + "contact\n"
	}, manager, "ander adres"},
	{"the code of another case", func(s *siege) string {
		return from(korst, "pass", "vapro.nl", s.pressing("contact", "K-2026-0002", s.button))
	}, manager, "code"},
	{"the code of another role", func(s *siege) string {
		return from(korst, "pass", "vapro.nl", "Subject: x\nIn-Reply-To: "+s.registration+"\n") + "toewijzen a.dewit@beoordeling.example\n"
	}, manager, "ander adres"},
	{"the code of another kind", func(s *siege) string {
		return from(korst, "pass", "vapro.nl", s.pressing("contact", "K-2026-0001", strings.Split(s.forward, ".")[2][:26]))
	}, manager, "code"},
	{"a code that is made up", func(s *siege) string {
		return from(korst, "pass", "vapro.nl", s.pressing("contact", "K-2026-0001", strings.Repeat("a", 26)))
	}, manager, "code"},
	{"a made-up code in a Message-ID", func(s *siege) string {
		return from(korst, "pass", "vapro.nl", s.replying("<k-2026-0001.forward-1."+strings.Repeat("a", 26)+"@klikonderwijs.nl>")) + "contact\n"
	}, manager, "code"},
	{"a case that does not exist, with a code that does", func(s *siege) string {
		return from(korst, "pass", "vapro.nl", s.pressing("contact", "K-2026-0009", s.button))
	}, "", ""},
	{"a command in quoted text", func(s *siege) string {
		return from(korst, "pass", "vapro.nl", s.replying(s.forward)) + "> contact\n> ongegrond\n\nOp 2 april schreef Klik Onderwijs <x@y.example>:\n> gegrond\n"
	}, korst, "Niet uitgevoerd"},
	{"a command in a quoted block of Outlook", func(s *siege) string {
		return from(korst, "pass", "vapro.nl", s.replying(s.forward)) + "Ik kijk ernaar.\n\nVan: Klik Onderwijs <x@y.example>\nVerzonden: donderdag 2 april 2026 14:00\nAan: N. Korst <n.korst@vapro.nl>\nOnderwerp: klacht\n\ncontact\n"
	}, korst, "Niet uitgevoerd"},
	{"a command in a forwarded mail", func(s *siege) string {
		return from(korst, "pass", "vapro.nl", "Subject: Fwd: klacht\nReferences: "+s.forward+"\n") + "Ter info.\n\n---------- Doorgestuurd bericht ----------\nVan: X <x@y.example>\nDatum: do 2 apr 2026\nOnderwerp: klacht\nAan: N. Korst\n\nongegrond\nHij heeft ongelijk.\n"
	}, korst, "Niet uitgevoerd"},
	{"a command in an attached mail", func(s *siege) string {
		return strings.Replace(from(korst, "pass", "vapro.nl", s.replying(s.forward)), "text/plain; charset=utf-8", "multipart/mixed; boundary=b", 1) +
			"--b\nContent-Type: text/plain\n\nZie bijlage.\n--b\nContent-Type: message/rfc822\n\nFrom: " + korst + "\n" + s.pressing("contact", "K-2026-0001", s.button) + "\ncontact\n--b--\n"
	}, korst, "Niet uitgevoerd"},
	{"a button in an attached mail of a stranger", func(s *siege) string {
		return strings.Replace(from(evil, "pass", "elders.example", "Subject: K-2026-0001 bezwaar tegen de beslissing op mijn klacht\n"), "text/plain; charset=utf-8", "multipart/mixed; boundary=b", 1) +
			"--b\nContent-Type: text/plain\n\nIk maak bezwaar tegen de beslissing op mijn klacht.\n--b\nContent-Type: message/rfc822\n\nFrom: " + korst + "\n" + s.pressing("contact", "K-2026-0001", s.button) + "\ncontact\n--b--\n"
	}, manager, untrusted},
	{"a command in the HTML part only", func(s *siege) string {
		return strings.Replace(from(korst, "pass", "vapro.nl", s.replying(s.forward)), "text/plain; charset=utf-8", "multipart/alternative; boundary=b", 1) +
			"--b\nContent-Type: text/plain\n\nIk kijk ernaar, dank u wel.\n--b\nContent-Type: text/html\n\n<p>contact</p><p>Ik kijk ernaar, dank u wel.</p>\n--b--\n"
	}, korst, "Niet uitgevoerd"},
	{"a command hidden by CSS", hiddenBy(`<div style="display:none">contact</div>`), korst, "Niet uitgevoerd"},
	{"a command hidden by a class", hiddenBy(`<style>.w1 , p.x{ display : none }</style><div class="a w1">contact</div>`), korst, "Niet uitgevoerd"},
	{"a command too small to see", hiddenBy(`<span style="font-size:1px;line-height:1px">contact<br></span>`), korst, "Niet uitgevoerd"},
	{"a command that lets light through", hiddenBy(`<div style="opacity: 0">contact</div>`), korst, "Niet uitgevoerd"},
	{"a command of no height", hiddenBy(`<div style="height:0;overflow:hidden">contact</div>`), korst, "Niet uitgevoerd"},
	{"a command outside the screen", hiddenBy(`<div style="position:absolute;left:-9999px">contact</div>`), korst, "Niet uitgevoerd"},
	{"two From headers", func(s *siege) string {
		return from(korst, "pass", "vapro.nl", "From: "+evil+"\n"+s.replying(s.forward)) + "contact\n"
	}, manager, "niet eenduidig"},
	{"two From headers, the other way round", func(s *siege) string {
		return from(evil, "pass", "vapro.nl", "From: "+korst+"\n"+s.replying(s.forward)) + "contact\n"
	}, manager, untrusted},
	{"two addresses in From", func(s *siege) string {
		return from(korst+", "+evil, "pass", "vapro.nl", s.replying(s.forward)) + "contact\n"
	}, manager, "niet eenduidig"},
	{"a display name that looks like an address", func(s *siege) string {
		return from(`"`+korst+`" <`+evil+`>`, "pass", "elders.example", s.replying(s.forward)) + "contact\n"
	}, manager, "ander adres"},
	{"a bare name that looks like an address", func(s *siege) string {
		return from(korst+` <`+evil+`>`, "pass", "elders.example", s.replying(s.forward)) + "contact\n"
	}, manager, "ander adres"},
	{"an address in a comment", func(s *siege) string {
		return from(evil+` (`+korst+`)`, "pass", "elders.example", s.replying(s.forward)) + "contact\n"
	}, manager, "ander adres"},
	{"group syntax", func(s *siege) string {
		return from(`Korst: `+korst+`;`, "pass", "vapro.nl", s.replying(s.forward)) + "contact\n"
	}, manager, "niet eenduidig"},
	{"Sender and Reply-To of the assessor", func(s *siege) string {
		return from(evil, "pass", "elders.example", "Sender: "+korst+"\nReply-To: "+korst+"\n"+s.replying(s.forward)) + "contact\n"
	}, manager, "ander adres"},
	{"a forged verdict below that of the server", func(s *siege) string {
		return from(korst, "fail", "vapro.nl", passed("vapro.nl")+s.replying(s.forward)) + "contact\n"
	}, manager, "dmarc"},
	{"a forged verdict where the server wrote none", func(s *siege) string {
		return strings.SplitAfterN(from(korst, "pass", "vapro.nl", passed("vapro.nl")+s.replying(s.forward)), "\n", 2)[1] + "contact\n"
	}, manager, "dmarc"},
	{"two verdicts in one", func(s *siege) string {
		return from(korst, "fail; dmarc=pass", "vapro.nl", s.replying(s.forward)) + "contact\n"
	}, manager, "dmarc"},
	{"a verdict in a comment", func(s *siege) string {
		return from(korst, "fail (; dmarc=pass;", "vapro.nl)", s.replying(s.forward)) + "contact\n"
	}, manager, "dmarc"},
	{"a verdict of another server", func(s *siege) string {
		return "Authentication-Results: mx.klikonderwijs.example.evil.example; dmarc=pass header.from=vapro.nl\n" + strings.SplitAfterN(from(korst, "", "", s.replying(s.forward)), "\n", 2)[1] + "contact\n"
	}, manager, "dmarc"},
	{"a verdict on another domain", func(s *siege) string {
		return from(korst, "pass", "evil.example", s.replying(s.forward)) + "contact\n"
	}, manager, "dmarc"},
	{"a domain of letters that look alike", func(s *siege) string {
		return from("n.korst@vaprο.nl", "pass", "vaprο.nl", s.replying(s.forward)) + "contact\n" // a Greek omicron
	}, manager, "ander adres"},
	{"its Punycode", func(s *siege) string {
		return from("n.korst@xn--vapr-0ra.nl", "pass", "xn--vapr-0ra.nl", s.replying(s.forward)) + "contact\n"
	}, manager, "ander adres"},
	{"a letter that folds to another", func(s *siege) string {
		return from("n.\u212Aorst@vapro.nl", "pass", "vapro.nl", s.replying(s.forward)) + "contact\n" // a Kelvin sign
	}, manager, "ander adres"},
	{"a subdomain", func(s *siege) string {
		return from("n.korst@mail.vapro.nl", "pass", "mail.vapro.nl", s.replying(s.forward)) + "contact\n"
	}, manager, "ander adres"},
	{"a machine with the right code", func(s *siege) string {
		return from(korst, "pass", "vapro.nl", "Auto-Submitted: auto-generated\n"+s.replying(s.forward)) + "contact\n"
	}, manager, "computer"},
	{"a withdrawal by the complainant's code from another address", func(s *siege) string {
		return from(evil, "pass", "elders.example", s.replying(s.acknowledgement)) + "Hierbij trek ik mijn klacht in.\n"
	}, korst, "intrekken"},
	{"a correction by the complainant's code from another address", func(s *siege) string {
		return from(evil, "pass", "elders.example", s.replying(s.acknowledgement)) + "Mijn telefoonnummer is 06 99 99 99 99, niet 06 12 34 56 78.\n"
	}, korst, "bericht van de indiener"},
	{"a question by the complainant's code from another address", func(s *siege) string {
		return from(evil, "pass", "elders.example", s.replying(s.acknowledgement)) + "Hoe staat het met mijn klacht?\n"
	}, korst, "bericht van de indiener"},
	{"a withdrawal in the complainant's name", func(s *siege) string {
		return from(sanne, "fail", "tcz.example", s.replying(s.acknowledgement)) + "Hierbij trek ik mijn klacht in.\n"
	}, manager, untrusted},
	{"a command of the complainant", func(s *siege) string {
		return from(sanne, "pass", "tcz.example", s.replying(s.acknowledgement)) + "gegrond\n\nEr is niets gebeurd.\n"
	}, korst, "bericht van de indiener"},
	{"an answer about a doubt from the wrong address", func(s *siege) string {
		return from(evil, "pass", "elders.example", s.pressing("klacht", "T-2026-0001", s.doubtButton))
	}, manager, "ander adres"},
	{"an answer about a doubt with a made-up code", func(s *siege) string {
		return from(manager, "pass", "klikonderwijs.nl", s.pressing("geen klacht", "T-2026-0001", strings.Repeat("b", 26)))
	}, manager, "code"},
	{"an answer about a doubt in the manager's name", func(s *siege) string {
		return from(manager, "fail", "klikonderwijs.nl", "Subject: Re: klacht\nIn-Reply-To: "+s.doubt+"\n") + "geen klacht\n"
	}, manager, "dmarc"},
	{"a word that turns round what it says", func(s *siege) string {
		return from(korst, "pass", "vapro.nl", s.replying(s.forward)) + "contact is nog niet gelukt\n"
	}, korst, "of juist niet"},
	{"a judgement without a reason, signed", func(s *siege) string {
		return from(korst, "pass", "vapro.nl", s.replying(s.forward)) + "ongegrond\n\nMet vriendelijke groet,\nN. Korst\nVAPRO\n"
	}, korst, "motiver"},
}

// hiddenBy is a mail of the assessor himself into whose HTML somebody smuggled a command that he cannot see.
func hiddenBy(what string) func(*siege) string {
	return func(s *siege) string {
		return strings.Replace(from(korst, "pass", "vapro.nl", s.replying(s.forward)), "text/plain", "text/html", 1) +
			"<html><body>" + what + "<p>Ik kijk er morgen naar, dank u wel.</p></body></html>\n"
	}
}

// Nothing changes, everything is kept, and a person hears of it.
func TestAttacks(t *testing.T) {
	s := besiege(t)
	before := s.state()
	for i, a := range attacks {
		t.Run(a.name, func(t *testing.T) {
			s.t = t
			s.now = s.now.Add(time.Minute)
			s.told = len(s.mails())
			raw := s.deliver(strings.Replace(a.mail(s), "MIME-Version", fmt.Sprintf("Message-ID: <aanval-%d@evil.example>\nMIME-Version", i), 1))
			s.tick()
			if after := s.state(); after != before {
				t.Errorf("something changed:\n%s\n%s", before, after)
				before = after
			}
			if !s.kept(raw) {
				t.Error("the mail is gone")
			}
			told := s.answers()
			if a.told == "" {
				if len(told) > 0 {
					t.Errorf("sent: %+v", told)
				}
				return
			}
			if !slices.ContainsFunc(told, func(m delivered) bool {
				return m.To == a.told && strings.Contains(m.Subject+" "+m.Text, a.about)
			}) {
				t.Errorf("%s does not hear %q; sent: %+v", a.told, a.about, told)
			}
			if slices.ContainsFunc(told, func(m delivered) bool { return strings.HasSuffix(m.To, "@elders.example") }) {
				t.Error("the attacker was answered")
			}
		})
	}
}

// A mail that was carried out once does nothing when it comes again, with the same bytes or in another wrapping.
func TestReplays(t *testing.T) {
	s := besiege(t)
	mail := func(id string) string {
		return from(korst, "pass", "vapro.nl", s.replying(s.forward)+"Message-ID: <"+id+"@vapro.nl>\n") + "contact\n"
	}
	s.told = len(s.mails())
	s.deliver(mail("een"))
	s.tick()
	if told := s.answers(); len(told) != 1 || !strings.HasPrefix(told[0].Subject, "Genoteerd") {
		t.Fatalf("the command was not carried out: %+v", told)
	}
	before := s.state()
	for _, replay := range []struct{ name, text, answer string }{
		{"the same bytes", mail("een"), ""},
		{"the same Message-ID and body, other headers", "Received: from evil.example\n" + mail("een"), ""},
		{"another Message-ID", mail("twee"), "Dit was al gedaan|al gemeld"},
		{"a day later", mail("drie"), "Dit was al gedaan|al gemeld"},
	} {
		s.now = s.now.Add(time.Hour)
		s.told = len(s.mails())
		s.deliver(replay.text)
		s.tick()
		if after := s.state(); after != before {
			t.Errorf("%s: something changed", replay.name)
		}
		told := s.answers()
		if (replay.answer == "") != (len(told) == 0) {
			t.Errorf("%s: answered %+v", replay.name, told)
		}
		if len(told) > 0 && !regexp.MustCompile(replay.answer).MatchString(told[0].Subject+told[0].Text) {
			t.Errorf("%s: answered %+v", replay.name, told)
		}
	}
}
