package main

import (
	"context"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
)

// play is the play: a day in the mailbox, and what becomes of its complaints.
func (d *demo) play(ctx context.Context) error {
	d.say("klachtd at work, on servers of its own and a clock that jumps. Nothing leaves this machine.")
	names, err := fs.Glob(demoMails, "demo/*.eml")
	if err != nil {
		return err
	}
	var inbox, dropped, old []string
	for _, name := range names {
		switch name = filepath.Base(name); {
		case strings.HasPrefix(name, "12-"):
			dropped = append(dropped, name)
		case strings.HasPrefix(name, "2"):
			old = append(old, name)
		default:
			inbox = append(inbox, name)
		}
	}
	for _, scene := range []func() error{
		func() error { return d.opening(ctx, old) },
		func() error { return d.busyDay(ctx, inbox) },
		func() error { return d.dragged(ctx, dropped) },
		func() error { return d.doubt(ctx) },
		func() error { return d.missing(ctx) },
		func() error { return d.reminders(ctx) },
		func() error { return d.contact(ctx) },
		func() error { return d.decision(ctx) },
		func() error { return d.objection(ctx) },
		func() error { return d.years(ctx) },
	} {
		if err := scene(); err != nil {
			return err
		}
	}
	d.chapter("The end")
	d.untouched()
	d.say("   every mail that was sent lies in %s, as .eml, .txt and .html", d.folder)
	return nil
}

func (d *demo) opening(ctx context.Context, old []string) error {
	if err := d.setClock("2026-02-27 16:00"); err != nil {
		return err
	}
	if err := d.deliver(old, "INBOX"); err != nil {
		return err
	}
	if err := d.at(ctx, "2026-03-02 08:00", "the first start"); err != nil {
		return err
	}
	d.say("   what was in the mailbox before is history: %d mail, left alone", len(old))
	return nil
}

func (d *demo) busyDay(ctx context.Context, inbox []string) error {
	if err := d.setClock("2026-03-02 11:45"); err != nil {
		return err
	}
	if err := d.deliver(inbox, "INBOX"); err != nil {
		return err
	}
	d.chapter(onClock(d.clock) + ": " + fmt.Sprintf("%d mails have come in", len(inbox)))
	if err := d.tellRead(inbox); err != nil {
		return err
	}
	d.say("")
	if err := d.round(ctx); err != nil {
		return err
	}
	d.say("")
	d.untouched()
	d.say("\n   what is promised:")
	return d.register(ctx)
}

func (d *demo) dragged(ctx context.Context, dropped []string) error {
	if err := d.setClock("2026-03-02 14:00"); err != nil {
		return err
	}
	if err := d.deliver(dropped, d.cfg.IMAP.Folders.Drop); err != nil {
		return err
	}
	if err := d.at(ctx, "2026-03-02 14:00", "a colleague drags a mail into "+d.cfg.IMAP.Folders.Drop); err != nil {
		return err
	}
	d.say("   nobody's address stands in it, so the manager acknowledges by hand, and says so with one click: bevestigd")
	if err := d.press("bevestigd", "", d.cfg.Manager.Email, ""); err != nil {
		return err
	}
	return d.at(ctx, "2026-03-02 15:30", "he did")
}

func (d *demo) doubt(ctx context.Context) error {
	return d.click(ctx, "2026-03-03 09:10", "the manager answers the doubtful mail with one click: klacht", "klacht", "", d.cfg.Manager.Email, "")
}

func (d *demo) missing(ctx context.Context) error {
	return d.at(ctx, "2026-03-06 08:30", "nobody sent what was missing: reminded once, and the case goes on as it is")
}

func (d *demo) reminders(ctx context.Context) error {
	for _, day := range []struct{ when, title string }{
		{"2026-03-11 08:30", "three working days before the last day for contact"},
		{"2026-03-13 08:30", "one working day before"},
		{"2026-03-16 08:30", "the last day"},
		{"2026-03-17 08:30", "it has passed: the manager hears it too"},
	} {
		if err := d.at(ctx, day.when, day.title); err != nil {
			return err
		}
	}
	return d.register(ctx)
}

func (d *demo) contact(ctx context.Context) error {
	if err := d.setClock("2026-03-17 10:00"); err != nil {
		return err
	}
	for n := range 6 {
		if err := d.press("contact", fmt.Sprintf("K-2026-%04d", n+1), d.cfg.Assessors[0].Email, ""); err != nil {
			return err
		}
	}
	if err := d.at(ctx, "2026-03-17 10:00", "the assessor reports his contact with everybody, a click each"); err != nil {
		return err
	}
	return d.register(ctx)
}

// first is the case that the play follows to its end.
const first = "K-2026-0001"

func (d *demo) decision(ctx context.Context) error {
	assessor, manager := d.cfg.Assessors[0].Email, d.cfg.Manager.Email
	for _, s := range []struct{ when, title, word, person, text string }{
		{"2026-03-24 10:00", "the assessor judges " + first + "; the manager is consulted", "deels gegrond", assessor,
			"De trainer kwam te laat en dat is u niet tijdig gemeld. Voor de kosten van inhuur zie ik geen grond: u had de ploeg die dag anders kunnen inzetten."},
		{"2026-03-25 09:30", "he agrees: the complainant gets the decision, with the last day for an objection", "akkoord", manager, ""},
		{"2026-03-26 11:00", "what follows from it is recorded", "maatregel", manager, "Een nieuw examen op 30 maart, zonder kosten."},
		{"2026-03-30 15:00", "it is done", "uitgevoerd 1", manager, ""},
	} {
		if err := d.click(ctx, s.when, s.title, s.word, first, s.person, s.text); err != nil {
			return err
		}
	}
	return nil
}

func (d *demo) objection(ctx context.Context) error {
	if err := d.setClock("2026-03-31 20:15"); err != nil {
		return err
	}
	if err := d.reply("fatima.elidrissi@bouwgroepnoord.example", "Goedenavond,\r\n\r\nMet deze beslissing ben ik het niet eens. Wij konden die dag niemand anders inzetten: zonder VCA mag niemand het terrein op. Dat is niet onderzocht.\r\n\r\nFatima el Idrissi"); err != nil {
		return err
	}
	if err := d.at(ctx, "2026-03-31 20:15", "the complainant replies that she does not agree"); err != nil {
		return err
	}
	manager, chair := d.cfg.Manager.Email, d.cfg.Committee[0].Email
	for _, s := range []struct{ when, title, word, person, text string }{
		{"2026-04-01 09:00", "the manager appoints the committee", "commissie", manager, ""},
		{"2026-04-14 16:00", "the committee decides", "gegrond", chair, "Uit de planning van de bouwplaats blijkt dat er die dag geen ander werk was. De kosten van inhuur komen voor rekening van Klik Onderwijs."},
		{"2026-04-15 09:00", "what follows from that", "maatregel", manager, "De kosten van inhuur vergoeden."},
		{"2026-04-17 09:00", "it is done", "uitgevoerd 2", manager, ""},
	} {
		if err := d.click(ctx, s.when, s.title, s.word, first, s.person, s.text); err != nil {
			return err
		}
	}
	if err := d.at(ctx, "2026-04-20 08:30", "everything is done: the case closes by itself"); err != nil {
		return err
	}
	return d.register(ctx)
}

func (d *demo) years(ctx context.Context) error {
	for _, day := range []struct{ when, title string }{
		{"2027-01-05 08:30", "the second working day of January: the analysis of the year"},
		{"2027-04-21 08:30", "a year after it was closed, " + first + " is erased"},
	} {
		if err := d.at(ctx, day.when, day.title); err != nil {
			return err
		}
	}
	return d.register(ctx)
}

// click lets somebody press a button and send the answer, and one whole round happen.
func (d *demo) click(ctx context.Context, when, title, word, reference, person, text string) error {
	if err := d.setClock(when); err != nil {
		return err
	}
	if err := d.press(word, reference, person, text); err != nil {
		return err
	}
	return d.at(ctx, when, title)
}

var mailtoLink = regexp.MustCompile(`mailto:[^">\s]+`)

// press presses the newest button for a command in the mails to a person, as a mail program does:
// the prefilled answer is sent from that person's address. With a reference, the button must be of that case.
func (d *demo) press(word, reference, person, text string) error {
	mails := d.smtp.Mails()
	for i := len(mails) - 1; i >= 0; i-- {
		if mails[i].To != person {
			continue
		}
		_, rich, err := bodies(mails[i].Raw)
		if err != nil {
			return err
		}
		for _, link := range mailtoLink.FindAllString(string(rich), -1) {
			raw, ok := answerTo(strings.ReplaceAll(link, "&amp;", "&"), word, reference, person, text)
			if ok {
				d.imap.Deliver("INBOX", raw, d.clock)
				return nil
			}
		}
	}
	return fmt.Errorf("demo: no mail to the person has a button for %s", word)
}

// answerTo is the mail that a mailto: link opens, when it is for this command, with a text typed into it.
func answerTo(link, word, reference, from, text string) (raw []byte, ok bool) {
	u, err := url.Parse(link)
	if err != nil {
		return nil, false
	}
	values, err := url.ParseQuery(u.RawQuery)
	subject := values.Get("subject")
	if err != nil || !strings.HasPrefix(subject, word+" ") || !strings.Contains(subject, "["+reference) {
		return nil, false
	}
	if text == "" {
		text = values.Get("body")
	}
	return typed(from, u.Opaque, subject, "", text), true
}

// reply answers the newest mail to a person, as his mail program does.
func (d *demo) reply(person, text string) error {
	mails := d.smtp.Mails()
	for i := len(mails) - 1; i >= 0; i-- {
		if mails[i].To != person {
			continue
		}
		header, err := headerOf(mails[i].Raw)
		if err != nil {
			return err
		}
		subject, err := header.Subject()
		if err != nil {
			return err
		}
		d.imap.Deliver("INBOX", typed(person, d.cfg.Organisation.Address, "Re: "+subject, header.Get("Message-ID"), text), d.clock)
		return nil
	}
	return fmt.Errorf("demo: the person has no mail to answer")
}

// typed is a mail as somebody types it.
func typed(from, to, subject, inReplyTo, text string) []byte {
	head := "From: " + from + "\r\nTo: " + to + "\r\nSubject: " + subject + "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
	if inReplyTo != "" {
		head += "In-Reply-To: " + inReplyTo + "\r\n"
	}
	return []byte(head + "\r\n" + text + "\r\n")
}
