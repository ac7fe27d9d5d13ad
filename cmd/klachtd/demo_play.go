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
	if err := d.press("bevestigd", d.cfg.Manager.Email); err != nil {
		return err
	}
	return d.at(ctx, "2026-03-02 15:30", "he did")
}

func (d *demo) doubt(ctx context.Context) error {
	if err := d.setClock("2026-03-03 09:10"); err != nil {
		return err
	}
	if err := d.press("klacht", d.cfg.Manager.Email); err != nil {
		return err
	}
	return d.at(ctx, "2026-03-03 09:10", "the manager answers the doubtful mail with one click: klacht")
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
	if err := d.press("contact", d.cfg.Assessors[0].Email); err != nil {
		return err
	}
	if err := d.at(ctx, "2026-03-17 10:00", "the assessor reports his contact with one click"); err != nil {
		return err
	}
	return d.register(ctx)
}

var mailtoLink = regexp.MustCompile(`mailto:[^">\s]+`)

// press presses the newest button for a command in the mails to a person, as a mail program does:
// the prefilled answer is sent from that person's address.
func (d *demo) press(word, person string) error {
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
			raw, ok := answerTo(strings.ReplaceAll(link, "&amp;", "&"), word, person)
			if ok {
				d.imap.Deliver("INBOX", raw, d.clock)
				return nil
			}
		}
	}
	return fmt.Errorf("demo: no mail to the person has a button for %s", word)
}

// answerTo is the mail that a mailto: link opens, when it is for this command.
func answerTo(link, word, from string) (raw []byte, ok bool) {
	u, err := url.Parse(link)
	if err != nil {
		return nil, false
	}
	values, err := url.ParseQuery(u.RawQuery)
	if err != nil || !strings.HasPrefix(values.Get("subject"), word+" [") {
		return nil, false
	}
	return []byte("From: " + from + "\r\nTo: " + u.Opaque + "\r\nSubject: " + values.Get("subject") + "\r\nMIME-Version: 1.0\r\n" +
		"Content-Type: text/plain; charset=utf-8\r\n\r\n" + values.Get("body") + "\r\n"), true
}
