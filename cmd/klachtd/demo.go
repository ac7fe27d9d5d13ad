package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"klikonderwijs.nl/klachtd/internal/config"
	"klikonderwijs.nl/klachtd/internal/desk"
	"klikonderwijs.nl/klachtd/internal/mailtest"
	"klikonderwijs.nl/klachtd/internal/store"
)

//go:embed demo/*.eml
var demoMails embed.FS

type demoCmd struct {
	Out string `help:"Folder for the mails that were sent." default:"demo" placeholder:"DIR"`
}

// Run shows the procedure at work.
func (d *demoCmd) Run(ctx context.Context, s streams) (err error) {
	work, err := os.MkdirTemp("", "klachtd-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	show, err := newDemo(s.out, work, d.Out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, show.close()) }()
	return show.play(ctx)
}

// demo is a theatre: two servers, a mailbox, and a clock that jumps.
type demo struct {
	out    io.Writer
	folder string // for the mails that were sent
	cfg    config.Config
	imap   *mailtest.IMAP
	smtp   *mailtest.SMTP
	clock  time.Time
	sent   int // of smtp's mails, told already
}

func newDemo(out io.Writer, work, folder string) (*demo, error) {
	d := &demo{out: out, folder: folder, cfg: config.Default()}
	var err error
	if d.imap, err = mailtest.StartIMAP(mailtest.IMAPOptions{}); err != nil {
		return nil, err
	}
	if d.smtp, err = mailtest.StartSMTP(mailtest.SMTPOptions{}); err != nil {
		return nil, errors.Join(err, d.imap.Close())
	}
	password := filepath.Join(work, "password")
	if err := os.WriteFile(password, []byte(d.imap.Password()), 0o600); err != nil {
		return nil, errors.Join(err, d.close())
	}
	d.cfg.Manager.Name, d.cfg.Manager.Email = "Marit van Dalen", "m.vandalen@klikonderwijs.nl"
	d.cfg.Operator.Email = "beheer@klikonderwijs.nl"
	d.cfg.Assessors = []config.Person{
		{Name: "N. Korst", Salutation: "dhr.", Title: "manager Kwaliteit en Compliance", Organisation: "VAPRO", Email: "n.korst@vapro.nl"},
	}
	d.cfg.Committee = []config.Person{
		{Name: "Hanneke Vos", Email: "h.vos@klikonderwijs.nl"}, {Name: "Rashid Amrani", Email: "r.amrani@klikonderwijs.nl"},
	}
	for _, name := range []string{"Procesoperator A", "Procesoperator B", "Basisveiligheid VCA", "VOL-VCA", "Klik Leeromgeving", "Examenbank", "Heftruck"} {
		d.cfg.Products = append(d.cfg.Products, config.Product{Name: name})
	}
	d.cfg.IMAP.Host, d.cfg.IMAP.Port, d.cfg.IMAP.TLS, d.cfg.IMAP.Username, d.cfg.IMAP.PasswordFile = d.imap.Host(), d.imap.Port(), "none", d.imap.User(), password
	d.cfg.SMTP.Host, d.cfg.SMTP.Port, d.cfg.SMTP.TLS = d.smtp.Host(), d.smtp.Port(), "none"
	d.cfg.Store.Path = filepath.Join(work, "klachtd.db")
	d.cfg.Security.SecretFile = filepath.Join(work, "secret")
	return d, nil
}

func (d *demo) close() error { return errors.Join(d.imap.Close(), d.smtp.Close()) }

func (d *demo) say(format string, args ...any) { fmt.Fprintf(d.out, format+"\n", args...) }

func (d *demo) chapter(title string) {
	d.say("\n%s\n%s", title, strings.Repeat("-", len([]rune(title))))
}

func (d *demo) setClock(when string) error {
	loc, err := time.LoadLocation(d.cfg.Organisation.Timezone)
	if err == nil {
		d.clock, err = time.ParseInLocation("2006-01-02 15:04", when, loc)
	}
	return err
}

// at lets the clock jump, and one whole round happen.
func (d *demo) at(ctx context.Context, when string, title string) error {
	if err := d.setClock(when); err != nil {
		return err
	}
	d.chapter(onClock(d.clock) + ": " + title)
	return d.round(ctx)
}

func onClock(t time.Time) string { return t.Format("Mon 2 Jan 2006 15:04") }

// round is one tick of the real program, in a fresh process' shoes.
func (d *demo) round(ctx context.Context) error {
	a, err := assemble(ctx, d.cfg, assembly{clock: desk.Pretend(d.clock), log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	err = a.tick(ctx)
	return errors.Join(err, d.tellSent(), a.Close())
}

// deliver puts the mails of the first day in the mailbox.
func (d *demo) deliver(names []string, folder string) error {
	for _, name := range names {
		raw, err := demoMails.ReadFile(path.Join("demo", name))
		if err != nil {
			return err
		}
		d.imap.Deliver(folder, crlf(raw), d.clock)
	}
	return nil
}

func crlf(raw []byte) []byte {
	return []byte(strings.ReplaceAll(strings.ReplaceAll(string(raw), "\r\n", "\n"), "\n", "\r\n"))
}

// tellSent tells which mails went out since the last time, and keeps them for looking at.
func (d *demo) tellSent() error {
	mails := d.smtp.Mails()
	for _, mail := range mails[d.sent:] {
		d.sent++
		subject, name, err := d.keep(mail)
		if err != nil {
			return err
		}
		d.say("   sent to %-32s %s   [%s]", mail.To, subject, name)
	}
	return nil
}

func (d *demo) keep(mail mailtest.Delivered) (subject, name string, err error) {
	header, err := headerOf(mail.Raw)
	if err != nil {
		return "", "", err
	}
	subject, err = header.Subject()
	if err != nil {
		return "", "", err
	}
	local, _, _ := strings.Cut(mail.To, "@")
	name = fmt.Sprintf("%02d-%s", d.sent, local)
	return subject, name, writeRaw(d.folder, name, mail.Raw)
}

// tellRead tells what was made of each mail in the mailbox, and why.
func (d *demo) tellRead(names []string) error {
	house, err := houseOf(d.cfg)
	if err != nil {
		return err
	}
	reader := readerOf(d.cfg, house)
	for _, name := range names {
		raw, err := demoMails.ReadFile(path.Join("demo", name))
		if err != nil {
			return err
		}
		m := reader.Parse(strings.NewReader(string(crlf(raw))), d.clock)
		r := reader.Judge(m)
		reasons := ""
		if len(r.Reasons) > 0 {
			reasons = " (" + strings.Join(r.Reasons[:min(3, len(r.Reasons))], "; ") + ")"
		}
		d.say("   %-38s %s%s", strings.TrimSuffix(name, ".eml"), r.Kind, reasons)
	}
	return nil
}

// register tells the dates that were promised.
func (d *demo) register(ctx context.Context) error {
	r, _, err := readRegister(ctx, d.cfg, desk.Pretend(d.clock))
	if err != nil {
		return err
	}
	defer r.store.Close()
	return r.store.View(ctx, func(tx *store.Tx) error {
		references, err := tx.Cases(store.Filter{})
		if err != nil {
			return err
		}
		for _, reference := range references {
			c, err := r.load(tx, reference)
			if err != nil {
				return err
			}
			promises := ""
			for _, t := range r.house.Terms(c) {
				promises += fmt.Sprintf("  %s by %s", t.Kind, t.Due)
				if t.IsMet() {
					promises += " (met " + t.Met.String() + ")"
				} else if t.Overdue(r.today) {
					promises += " (OVERDUE)"
				}
			}
			d.say("   %s  %-11s%s", c.Reference, c.Stage, promises)
		}
		return nil
	})
}

// untouched tells that ordinary mail is where it was, unread.
func (d *demo) untouched() {
	left := d.imap.Messages("INBOX")
	unread := 0
	for _, m := range left {
		if !slices.Contains(m.Flags, imap.FlagSeen) {
			unread++
		}
	}
	d.say("   INBOX: %d mails, %d of them unread, as before", len(left), unread)
	for _, folder := range []string{d.cfg.IMAP.Folders.Drop, d.cfg.IMAP.Folders.Registered} {
		d.say("   %s: %d mails", folder, len(d.imap.Messages(folder)))
	}
}
