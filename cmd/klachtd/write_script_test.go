package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"klikonderwijs.nl/klachtd/internal/mailtest"
)

// writtenDirections are the stage directions in which people write: complaints, answers, and what a button sends.
func writtenDirections() map[string]direction {
	return map[string]direction{
		"complaint": doComplaint, "reply": doReply, "write": doWrite, "deliver": doDeliver, "bounce": doBounce,
		"press": doPress, "press-as": doPressAs, "click": doClick,
	}
}

// complaint FROM [PRODUCT] delivers a complete complaint of somebody whose name stands in his address.
func doComplaint(_ *testscript.TestScript, th *theatre, _ bool, args []string) error {
	product := "Procesoperator B"
	if len(args) > 1 {
		product = args[1]
	}
	return th.servers.Deliver("INBOX", completeComplaint(args[0], product, th.now), th.now)
}

// completeComplaint is a mail with every field in it. The message is the sender's only one of that minute.
func completeComplaint(from, product string, at time.Time) []byte {
	local, domain, _ := strings.Cut(from, "@")
	words := strings.FieldsFunc(local, func(r rune) bool { return r == '.' || r == '-' })
	for i, word := range words {
		words[i] = strings.ToUpper(word[:1]) + word[1:]
	}
	name := strings.Join(words, " ")
	return crlf([]byte("From: " + name + " <" + from + ">\nTo: projectondersteuning@klikonderwijs.nl\nSubject: Klacht over " + product +
		"\nMessage-ID: <klacht-" + at.UTC().Format("20060102T1504") + "-" + local + "@" + domain + ">\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n" +
		"Hierbij dien ik een klacht in.\n\nNaam: " + name + "\nOrganisatie: " + strings.ToUpper(domain[:1]) + strings.TrimSuffix(domain[1:], ".example") +
		"\nE-mailadres: " + from + "\nTelefoonnummer: 06 12 34 56 78\nProduct: " + product +
		"\nOmschrijving: De trainer kwam niet opdagen.\nMotivatie: Wij hebben voor twaalf deelnemers betaald.\n"))
}

// newestTo gives the newest mail to somebody; wanted, where it is not nil, says which mails count.
func (th *theatre) newestTo(who string, wanted func(raw []byte) (bool, error)) (mailtest.Delivered, error) {
	mails, err := th.servers.Mails()
	if err != nil {
		return mailtest.Delivered{}, err
	}
	for _, m := range slices.Backward(mails) {
		if m.To != who {
			continue
		}
		if wanted == nil {
			return m, nil
		}
		if ok, err := wanted(m.Raw); ok || err != nil {
			return m, err
		}
	}
	return mailtest.Delivered{}, fmt.Errorf("%w to %s", errNothingSent, who)
}

var errNothingSent = errors.New("nothing was sent")

// aboutOneCase passes over a morning's list and the week's overview, which come between the lines of any story that lasts.
func aboutOneCase(raw []byte) (bool, error) {
	header, err := headerOf(raw)
	return !strings.HasPrefix(header.Get("Message-Id"), "<list."), err
}

// reply FROM FILE answers the newest mail to that address about one case, else the one that sent found last, as a mail
// program does: a file's text above the quoted mail.
func doReply(ts *testscript.TestScript, th *theatre, _ bool, args []string) error {
	switch m, err := th.newestTo(args[0], aboutOneCase); {
	case err == nil:
		th.current = m
	case !errors.Is(err, errNothingSent):
		return err
	}
	return th.answer(args[0], ts.ReadFile(args[1]))
}

// write WHO TEXT SUBJECT [PATTERN…] lets somebody answer the newest mail to him as reply does ("|" stands for a line break), lets
// one round happen, and expects an answer to him whose subject and texts match.
func doWrite(ts *testscript.TestScript, th *theatre, _ bool, args []string) (err error) {
	if th.current, err = th.newestTo(args[0], aboutOneCase); err != nil {
		return err
	}
	if err := th.answer(args[0], strings.ReplaceAll(args[1], "|", "\n")); err != nil {
		return err
	}
	return th.answered(ts, args[0], args[2:])
}

// answer delivers somebody's answer to the mail that the story is about, as a mail program writes it: the text above the quoted mail.
func (th *theatre) answer(who, text string) error {
	header, err := headerOf(th.current.Raw)
	if err != nil {
		return err
	}
	subject, err := header.Subject()
	if err != nil {
		return err
	}
	quoted, _, err := bodies(th.current.Raw)
	if err != nil {
		return err
	}
	id := header.Get("Message-Id")
	raw := "From: " + who + "\nTo: projectondersteuning@klikonderwijs.nl\nSubject: Re: " + subject +
		"\nMessage-ID: <antwoord-" + strconv.Itoa(th.written()) + "@" + who[strings.Index(who, "@")+1:] + ">\nIn-Reply-To: " + id + "\nReferences: " + id +
		"\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" +
		text + "\n\nOp " + th.now.Format("02-01-2006 15:04") + " schreef Klik Onderwijs:\n> " +
		strings.ReplaceAll(strings.TrimSpace(string(quoted)), "\n", "\n> ") + "\n"
	return th.servers.Deliver("INBOX", crlf([]byte(raw)), th.now)
}

// pressed gives what the newest button with this command in a mail to somebody writes, of an old mail too, when it is sent by who.
func (th *theatre) pressed(word, to, who string) (raw []byte, err error) {
	_, err = th.newestTo(to, func(mail []byte) (bool, error) {
		_, rich, err := bodies(mail)
		if err != nil {
			return false, err
		}
		for _, link := range mailtoLink.FindAllString(string(rich), -1) {
			if answer, ok := answerTo(strings.ReplaceAll(link, "&amp;", "&"), word, "", who, ""); ok {
				raw = append(fmt.Appendf(nil, "Message-ID: <knop-%d@programma.example>\r\n", th.written()), answer...)
				return true, nil
			}
		}
		return false, nil
	})
	if errors.Is(err, errNothingSent) {
		return nil, fmt.Errorf("no mail to %s has a button %s", to, word)
	}
	return raw, err
}

// press WORD FROM [FILE] presses a button in the newest mail to a person; the prefilled answer is sent from
// his address, with the file's text in it when there is one.
func doPress(ts *testscript.TestScript, th *theatre, _ bool, args []string) error {
	raw, err := th.pressed(args[0], args[1], args[1])
	if err != nil {
		return err
	}
	if len(args) > 2 {
		raw = append(raw, crlf([]byte(ts.ReadFile(args[2])))...)
	}
	return th.servers.Deliver("INBOX", raw, th.now)
}

// press-as WORD TO FROM presses a button in the newest mail to a person from an address that is not his.
func doPressAs(_ *testscript.TestScript, th *theatre, _ bool, args []string) error {
	raw, err := th.pressed(args[0], args[1], args[2])
	if err != nil {
		return err
	}
	return th.servers.Deliver("INBOX", raw, th.now)
}

// click WHO WORD TEXT SUBJECT [PATTERN…] presses a button, adds a text to the prefilled one, lets one round happen, and
// expects an answer.
func doClick(ts *testscript.TestScript, th *theatre, _ bool, args []string) error {
	raw, err := th.pressed(args[1], args[0], args[0])
	if err != nil {
		return err
	}
	mail := strings.TrimRight(string(raw), "\r\n") + " " + strings.ReplaceAll(args[2], "|", "\r\n") + "\r\n"
	if err := th.servers.Deliver("INBOX", []byte(mail), th.now); err != nil {
		return err
	}
	return th.answered(ts, args[0], args[3:])
}

// answered lets one round happen and expects a mail to somebody: its subject, and what its texts say.
func (th *theatre) answered(ts *testscript.TestScript, who string, want []string) error {
	if err := klachtd(ts, th, false, []string{"tick"}); err != nil || len(want) == 0 {
		return err
	}
	if err := doSent(ts, th, false, []string{who, want[0]}); err != nil {
		return err
	}
	for _, pattern := range want[1:] {
		if err := doSays(ts, th, false, []string{pattern}); err != nil {
			return err
		}
	}
	return nil
}

// deliver WHO FILE delivers a mail of somebody in the thread of the newest mail to him: a file with the lines of its
// header that matter, an empty line, and its body.
func doDeliver(ts *testscript.TestScript, th *theatre, _ bool, args []string) error {
	id, err := th.newestID(args[0])
	if err != nil {
		return err
	}
	raw := fmt.Sprintf("From: %s\nIn-Reply-To: %s\nMessage-ID: <bericht-%d@programma.example>\nMIME-Version: 1.0\n", args[0], id, th.written())
	return th.servers.Deliver("INBOX", crlf([]byte(raw+ts.ReadFile(args[1]))), th.now)
}

// newestID is the Message-ID of the newest mail to somebody.
func (th *theatre) newestID(who string) (string, error) {
	m, err := th.newestTo(who, nil)
	if err != nil {
		return "", err
	}
	header, err := headerOf(m.Raw)
	return header.Get("Message-Id"), err
}

// bounce ADDRESS reports that the newest mail to an address came back (RFC 3464).
func doBounce(_ *testscript.TestScript, th *theatre, _ bool, args []string) error {
	id, err := th.newestID(args[0])
	if err != nil {
		return err
	}
	raw := "Return-Path: <>\nFrom: MAILER-DAEMON@mx.klikonderwijs.example\nTo: projectondersteuning@klikonderwijs.nl\nSubject: Undelivered Mail Returned to Sender\n" +
		"Auto-Submitted: auto-replied\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\nIt came back.\n" +
		"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.klikonderwijs.example\n\nFinal-Recipient: rfc822; " + args[0] + "\nAction: failed\nStatus: 5.1.1\n" +
		"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: " + id + "\n\n--b--\n"
	return th.servers.Deliver("INBOX", crlf([]byte(raw)), th.now)
}
