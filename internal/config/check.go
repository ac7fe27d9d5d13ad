package config

import (
	"fmt"
	"net"
	"net/mail"
	"os"
	"slices"
	"strings"
	"time"

	"klikonderwijs.nl/klachtd/internal/wire"
)

// checker gathers problems.
type checker struct{ problems []Problem }

func (k *checker) bad(wrong bool, key, format string, args ...any) {
	if wrong {
		k.problems = append(k.problems, Problem{Key: key, Text: fmt.Sprintf(format, args...)})
	}
}

// check looks at every value. What hangs together is looked at together.
func (c *Config) check() []Problem {
	var k checker
	k.organisation(c)
	k.people(c)
	k.server("imap", c.IMAP.Server)
	k.server("smtp", c.SMTP)
	k.bad(time.Duration(c.IMAP.Poll) < time.Second || time.Duration(c.IMAP.Poll) > 30*time.Minute, "imap.poll", "must be between 1s and 30m")
	k.folders(c.IMAP.Folders)
	k.terms(c)
	k.bad(c.Store.Path == "", "store.path", "is needed: where the database is kept")
	for i, day := range c.Calendar.Closed {
		_, err := time.Parse(time.DateOnly, day)
		k.bad(err != nil, fmt.Sprintf("calendar.closed[%d]", i), "%q is no day: write it like 2026-12-24", day)
	}
	k.bad(c.Limits.RepliesPerSenderPerDay < 1, "limits.replies_per_sender_per_day", "must be at least 1")
	k.bad(c.Limits.MailsPerHour < 1, "limits.mails_per_hour", "must be at least 1")
	k.oneOf("digest.weekday", c.Digest.Weekday, "monday", "tuesday", "wednesday", "thursday", "friday")
	k.oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error")
	k.oneOf("log.format", c.Log.Format, "text", "json")
	if c.Metrics.Listen != "" {
		host, _, err := net.SplitHostPort(c.Metrics.Listen)
		k.bad(err != nil, "metrics.listen", "%q is no address: write it like 127.0.0.1:9464", c.Metrics.Listen)
		k.bad(err == nil && host == "", "metrics.listen", "name the address to listen on, such as 127.0.0.1:9464; everywhere is too wide")
	}
	if c.Templates.Dir != "" {
		info, err := os.Stat(c.Templates.Dir)
		k.bad(err != nil || !info.IsDir(), "templates.dir", "there is no such folder")
	}
	return k.problems
}

func (k *checker) oneOf(key, value string, words ...string) {
	k.bad(!slices.Contains(words, value), key, "%q is unknown: write one of %s", value, strings.Join(words, ", "))
}

func (k *checker) organisation(c *Config) {
	k.bad(strings.TrimSpace(c.Organisation.Name) == "", "organisation.name", "is needed")
	k.address("organisation.address", c.Organisation.Address, true)
	for i, alias := range c.Organisation.Aliases {
		k.address(fmt.Sprintf("organisation.aliases[%d]", i), alias, true)
	}
	_, err := time.LoadLocation(c.Organisation.Timezone)
	k.bad(err != nil || c.Organisation.Timezone == "", "organisation.timezone", "%q is no time zone: write it like Europe/Amsterdam", c.Organisation.Timezone)
	k.address("operator.email", c.Operator.Email, false)
}

func (k *checker) address(key, value string, needed bool) {
	if value == "" {
		k.bad(needed, key, "is needed: a mail address")
		return
	}
	parsed, err := mail.ParseAddress(value)
	k.bad(err != nil || parsed.Address != value || !ascii(value), key, "%q is no mail address: write it like naam@voorbeeld.nl", value)
}

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

func (k *checker) people(c *Config) {
	k.person("manager", c.Manager, true)
	k.person("deputy", c.Deputy, !c.Deputy.IsZero())
	seen := map[string]string{}
	for _, list := range []struct {
		key    string
		people []Person
	}{{"assessor", c.Assessors}, {"mediator", c.Mediators}, {"committee", c.Committee}} {
		for i, p := range list.people {
			key := fmt.Sprintf("%s[%d]", list.key, i)
			k.person(key, p, true)
			k.bad(list.key == "assessor" && seen[strings.ToLower(p.Email)] != "" && p.Email != "", key+".email", "is the address of %s too", seen[strings.ToLower(p.Email)])
			if list.key == "assessor" {
				seen[strings.ToLower(p.Email)] = key
			}
			k.bad(list.key != "mediator" && p.Email != "" && strings.EqualFold(p.Email, c.Manager.Email), key+".email", "is the manager's: who assesses must be independent (Klachtenprocedure 5, 10)")
			k.bad(p.Email != "" && strings.EqualFold(p.Email, c.Organisation.Address), key+".email", "is the mailbox itself")
		}
	}
	k.bad(c.Manager.Email != "" && strings.EqualFold(c.Manager.Email, c.Organisation.Address), "manager.email", "is the mailbox itself: give the manager's own address")
	for i, p := range c.Products {
		k.bad(strings.TrimSpace(p.Name) == "", fmt.Sprintf("product[%d].name", i), "is needed")
	}
}

func (k *checker) person(key string, p Person, needed bool) {
	if !needed {
		return
	}
	k.bad(strings.TrimSpace(p.Name) == "", key+".name", "is needed")
	k.bad(strings.ContainsAny(p.Name, "\r\n<>@"), key+".name", "%q is no name", p.Name)
	k.address(key+".email", p.Email, true)
}

func (k *checker) server(key string, s Server) {
	k.bad(strings.TrimSpace(s.Host) == "", key+".host", "is needed: the name of the mail server")
	k.bad(s.Port < 1 || s.Port > 65535, key+".port", "must be between 1 and 65535")
	k.oneOf(key+".tls", s.TLS, "implicit", "starttls", "none")
	k.bad(s.TLS == "none" && s.Host != "" && !wire.Loopback(s.Host), key+".tls", `"none" would send passwords and complaints in the clear: it is for this machine itself only; write "starttls" or "implicit"`)
	k.oneOf(key+".auth", s.Auth, "password", "oauth2")
	k.bad(s.PasswordFile != "" && s.PasswordEnv != "", key+".password_file", "there is a password_env too: keep one of the two")
	k.readable(key+".password_file", s.PasswordFile)
	k.readable(key+".ca_file", s.CAFile)
	if s.Auth == "oauth2" {
		k.oauth2(key+".oauth2", s.OAuth2)
	}
}

// readable looks whether a secret can be read by us and by nobody else.
func (k *checker) readable(key, path string) {
	if path == "" {
		return
	}
	info, err := os.Stat(path)
	if err != nil {
		k.bad(true, key, "cannot be read: %v", err)
		return
	}
	k.bad(!strings.HasSuffix(key, "ca_file") && info.Mode().Perm()&0o077 != 0, key, "others can read it: chmod 600 %s", path)
}

func (k *checker) oauth2(key string, o OAuth2) {
	k.oneOf(key+".provider", o.Provider, "microsoft", "google", "custom")
	k.oneOf(key+".flow", o.Flow, "app", "device")
	k.bad(o.ClientID == "", key+".client_id", "is needed")
	k.bad(o.Provider == "microsoft" && o.Tenant == "", key+".tenant", "is needed: the directory (tenant) of Microsoft 365")
	k.bad(o.Flow == "app" && o.ClientSecretFile == "", key+".client_secret_file", `is needed with flow = "app"`)
	k.readable(key+".client_secret_file", o.ClientSecretFile)
	k.bad(o.Provider == "custom" && o.TokenURL == "", key+".token_url", `is needed with provider = "custom"`)
	k.bad(o.Provider == "custom" && o.Flow == "device" && o.DeviceURL == "", key+".device_url", `is needed with flow = "device"`)
	k.bad(o.Provider == "google" && o.Flow == "app", key+".flow", `Google has no such sign-in for a mailbox: use auth = "password" with an app password`)
}

func (k *checker) folders(f Folders) {
	k.bad(f.Inbox == "", "imap.folders.inbox", "is needed")
	k.bad(f.Registered == "", "imap.folders.registered", "is needed: where registered mail goes")
	seen := map[string]string{}
	for _, folder := range []struct{ key, name string }{{"inbox", f.Inbox}, {"drop", f.Drop}, {"registered", f.Registered}, {"sent", f.Sent}} {
		if folder.name == "" {
			continue
		}
		first := seen[strings.ToUpper(folder.name)]
		k.bad(first != "", "imap.folders."+folder.key, "is the same folder as %s", first)
		k.bad(!ascii(strings.ReplaceAll(folder.name, " ", "")) || strings.ContainsAny(folder.name, "*%\\\""), "imap.folders."+folder.key, "%q: use plain letters, without * %% \\ and quotes", folder.name)
		seen[strings.ToUpper(folder.name)] = folder.key
	}
}

func (k *checker) terms(c *Config) {
	for _, t := range []struct {
		key    string
		length int
	}{
		{"acknowledge", c.Terms.Acknowledge}, {"contact", c.Terms.Contact}, {"object", c.Terms.Object}, {"objection_decision_weeks", c.Terms.ObjectionDecisionWeeks},
		{"measures_weeks", c.Terms.MeasuresWeeks}, {"informal", c.Terms.Informal}, {"consult", c.Terms.Consult}, {"keep_years", c.Terms.KeepYears},
	} {
		k.bad(t.length < 1 || t.length > 260, "terms."+t.key, "must be between 1 and 260")
	}
	k.bad(c.Terms.Contact <= c.Terms.Acknowledge, "terms.contact", "must be longer than terms.acknowledge (%d)", c.Terms.Acknowledge)
	for i, n := range c.Reminders.Before {
		k.bad(n < 1 || n > 30, fmt.Sprintf("reminders.before[%d]", i), "must be between 1 and 30 working days")
	}
	k.bad(c.Reminders.Repeat < 1 || c.Reminders.Repeat > 30, "reminders.repeat", "must be between 1 and 30 working days")
	k.bad(c.Backup.Keep < 1, "backup.keep", "must be at least 1")
}
