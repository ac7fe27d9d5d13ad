package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/config"
	"klikonderwijs.nl/klachtd/internal/desk"
	"klikonderwijs.nl/klachtd/internal/intake"
	"klikonderwijs.nl/klachtd/internal/letter"
	"klikonderwijs.nl/klachtd/internal/mailbox"
	"klikonderwijs.nl/klachtd/internal/outbox"
	"klikonderwijs.nl/klachtd/internal/wire"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// What follows turns the configuration into the plain values that each part takes.

func houseOf(cfg config.Config) (*complaint.House, error) {
	loc, err := time.LoadLocation(cfg.Organisation.Timezone)
	if err != nil {
		return nil, fmt.Errorf("loading time zone: %w", err)
	}
	closed, err := closedDays(cfg)
	if err != nil {
		return nil, err
	}
	h := &complaint.House{
		Calendar: workday.NewCalendar(closed), Location: loc, Manager: personOf(cfg.Manager), Deputy: personOf(cfg.Deputy), Automatic: cfg.Assign.Automatic,
		Lengths: complaint.Lengths{
			Acknowledge: cfg.Terms.Acknowledge, Contact: cfg.Terms.Contact, Object: cfg.Terms.Object, ObjectionDecisionWeeks: cfg.Terms.ObjectionDecisionWeeks,
			MeasuresWeeks: cfg.Terms.MeasuresWeeks, Informal: cfg.Terms.Informal, Consult: cfg.Terms.Consult, KeepYears: cfg.Terms.KeepYears,
		},
		Before: slices.Clone(cfg.Reminders.Before), Repeat: cfg.Reminders.Repeat,
	}
	h.Team = complaint.Person{Email: cfg.Organisation.Address}
	if h.Manager.Title == "" {
		h.Manager.Title = "manager Propositie"
	}
	for _, p := range cfg.Assessors {
		h.Assessors = append(h.Assessors, personOf(p))
	}
	for _, p := range cfg.Mediators {
		h.Mediators = append(h.Mediators, personOf(p))
	}
	for _, p := range cfg.Committee {
		h.Committee = append(h.Committee, complaint.Member{Person: personOf(p), Departments: slices.Clone(p.Departments)})
	}
	for _, p := range cfg.Products {
		h.Products = append(h.Products, complaint.Product{Name: p.Name, Aliases: slices.Clone(p.Aliases), Department: p.Department})
	}
	return h, nil
}

func personOf(p config.Person) complaint.Person {
	if p.IsZero() {
		return complaint.Person{}
	}
	return complaint.Person{Name: p.Name, Salutation: p.Salutation, Title: p.Title, Organisation: p.Organisation, Email: p.Email}
}

func ownAddresses(cfg config.Config) []string {
	return append([]string{cfg.Organisation.Address}, cfg.Organisation.Aliases...)
}

func readerOf(cfg config.Config, house *complaint.House) *intake.Reader {
	p := intake.Profile{Own: ownAddresses(cfg), Organisation: cfg.Organisation.Name, Location: house.Location}
	for _, own := range p.Own {
		if _, domain, ok := strings.Cut(own, "@"); ok && !slices.Contains(p.OwnDomains, domain) {
			p.OwnDomains = append(p.OwnDomains, domain)
		}
	}
	if number := intake.Phone(cfg.Organisation.Phone); number != "" {
		p.OwnPhones = append(p.OwnPhones, number)
	}
	for _, assessor := range cfg.Assessors {
		p.Staff = append(p.Staff, assessor.Email)
	}
	for _, product := range cfg.Products {
		p.Products = append(p.Products, intake.Product{Name: product.Name, Aliases: product.Aliases})
	}
	return intake.NewReader(p)
}

func officeOf(cfg config.Config, house *complaint.House) letter.Office {
	return letter.Office{
		Name: cfg.Organisation.Name, Address: cfg.Organisation.Address, PostalAddress: strings.TrimSpace(cfg.Organisation.PostalAddress),
		Phone: cfg.Organisation.Phone, Location: house.Location,
	}
}

func lettersOf(cfg config.Config, house *complaint.House, key letter.Key) (*letter.Renderer, error) {
	var overlay fs.FS
	if cfg.Templates.Dir != "" {
		overlay = os.DirFS(cfg.Templates.Dir)
	}
	return letter.New(officeOf(cfg, house), key, overlay)
}

// silenceAfter is how long reading or sending may fail before the operator is told (DESIGN: 15 minutes).
const silenceAfter = 15 * time.Minute

// weekdays are the words of digest.weekday.
var weekdays = map[string]time.Weekday{
	"monday": time.Monday, "tuesday": time.Tuesday, "wednesday": time.Wednesday, "thursday": time.Thursday, "friday": time.Friday,
}

func settingsOf(cfg config.Config, house *complaint.House) desk.Settings {
	return desk.Settings{
		House: house, Own: ownAddresses(cfg), Operator: complaint.Person{Email: cfg.Operator.Email}, AuthservID: cfg.Security.AuthservID,
		SentFolder: cfg.IMAP.Folders.Sent, RegisteredFolder: cfg.IMAP.Folders.Registered, BackupAt: desk.TimeOfDay(cfg.Backup.At), RepliesADay: cfg.Limits.RepliesPerSenderPerDay, MailsAnHour: cfg.Limits.MailsPerHour,
		RemindAt: desk.TimeOfDay(cfg.Reminders.At), DigestAt: desk.TimeOfDay(cfg.Digest.At), DigestOn: weekdays[cfg.Digest.Weekday], SilenceAfter: silenceAfter,
	}
}

func outboxOf(cfg config.Config) (*outbox.Outbox, error) {
	s := cfg.SMTP
	trust, err := trusted(s.CAFile)
	if err != nil {
		return nil, err
	}
	c := outbox.Config{Server: serverOf(s, trust), Username: s.Username}
	if _, domain, ok := strings.Cut(cfg.Organisation.Address, "@"); ok {
		c.HelloName = domain
	}
	c.Password, c.Token = secretsOf(cfg, "smtp", s)
	return outbox.New(c)
}

func serverOf(s config.Server, trust *tls.Config) wire.Server {
	return wire.Server{Host: s.Host, Port: s.Port, Security: wire.Security(s.TLS), TLSConfig: trust}
}

func mailboxConfig(cfg config.Config, how assembly) (mailbox.Config, error) {
	s, folders := cfg.IMAP, cfg.IMAP.Folders
	trust, err := trusted(s.CAFile)
	if err != nil {
		return mailbox.Config{}, err
	}
	c := mailbox.Config{
		Server: serverOf(s.Server, trust), Username: s.Username,
		Folders: mailbox.Folders{Inbox: folders.Inbox, Drop: folders.Drop, Registered: folders.Registered, Sent: folders.Sent},
		Idle:    s.Idle, Poll: time.Duration(s.Poll), Limit: int64(cfg.Limits.Message), SpoolDir: filepath.Dir(cfg.Store.Path),
		Since: how.since, Now: how.clock, Logger: how.log,
	}
	c.Password, c.Token = secretsOf(cfg, "imap", s.Server)
	return c, nil
}

// trusted gives the authorities to trust: those of the system, or those of a file.
func trusted(caFile string) (*tls.Config, error) {
	if caFile == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(caFile)
	if err != nil {
		return nil, fmt.Errorf("reading ca_file: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("reading ca_file: %s holds no certificate in PEM", caFile)
	}
	return &tls.Config{RootCAs: pool}, nil
}

// secretsOf gives what a server is logged in to with: a password, or a token.
func secretsOf(cfg config.Config, name string, s config.Server) (password, token func(context.Context) (string, error)) {
	if s.Auth == "oauth2" {
		return nil, signInOf(cfg, name, s).tokens()
	}
	return func(context.Context) (string, error) { return passwordOf(name, s) }, nil
}

// passwordOf reads a password at every login, so that a changed one needs no restart: from a file, the
// environment, or the credential that systemd passes.
func passwordOf(name string, s config.Server) (string, error) {
	credentials := os.Getenv("CREDENTIALS_DIRECTORY")
	switch {
	case s.PasswordFile != "":
		return readLine(s.PasswordFile)
	case s.PasswordEnv != "":
		if password := os.Getenv(s.PasswordEnv); password != "" {
			return password, nil
		}
		return "", fmt.Errorf("the environment variable %s is empty", s.PasswordEnv)
	case credentials != "":
		for _, credential := range []string{name + "-password", "imap-password"} {
			password, err := readLine(filepath.Join(credentials, credential))
			if !errors.Is(err, fs.ErrNotExist) {
				return password, err
			}
		}
	}
	return "", fmt.Errorf("there is no password: set %s.password_file or %s.password_env, or pass the systemd credential %s-password", name, name, name)
}

func readLine(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	return strings.TrimRight(string(text), "\r\n"), nil
}

func signInOf(cfg config.Config, name string, s config.Server) signIn {
	o := s.OAuth2
	in := signIn{
		Provider: o.Provider, Tenant: o.Tenant, ClientID: o.ClientID, Flow: o.Flow, TokenURL: o.TokenURL, DeviceURL: o.DeviceURL, Scopes: o.Scopes,
		Cache: filepath.Join(filepath.Dir(cfg.Store.Path), name+".sign-in"),
	}
	if o.ClientSecretFile != "" {
		in.Secret = func() (string, error) { return readLine(o.ClientSecretFile) }
	}
	return in
}
