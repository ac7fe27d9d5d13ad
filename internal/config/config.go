// Package config reads the configuration: strict TOML, every problem at once, each naming its key.
package config

import (
	"fmt"
	"path/filepath"
	"time"
)

// Config is the whole configuration. Every value has been checked; what was left out has its default.
type Config struct {
	Organisation Organisation `toml:"organisation"`
	Manager      Person       `toml:"manager"`
	Deputy       Person       `toml:"deputy"`
	Assessors    []Person     `toml:"assessor"`
	Mediators    []Person     `toml:"mediator"`
	Committee    []Person     `toml:"committee"`
	Products     []Product    `toml:"product"`
	Operator     Operator     `toml:"operator"`
	IMAP         IMAP         `toml:"imap"`
	SMTP         Server       `toml:"smtp"`
	Store        Store        `toml:"store"`
	Assign       Assign       `toml:"assign"`
	Calendar     Calendar     `toml:"calendar"`
	Terms        Terms        `toml:"terms"`
	Reminders    Reminders    `toml:"reminders"`
	Digest       Digest       `toml:"digest"`
	Security     Security     `toml:"security"`
	Limits       Limits       `toml:"limits"`
	Backup       Backup       `toml:"backup"`
	Metrics      Metrics      `toml:"metrics"`
	Log          Log          `toml:"log"`
	Templates    Templates    `toml:"templates"`
}

// Organisation is who runs the procedure.
type Organisation struct {
	Name          string   `toml:"name"`
	Address       string   `toml:"address"` // the mailbox
	Aliases       []string `toml:"aliases"`
	PostalAddress string   `toml:"postal_address"`
	Phone         string   `toml:"phone"`
	Timezone      string   `toml:"timezone"`
}

// Person is somebody with a role. Departments are those that a committee member has ties with.
type Person struct {
	Name         string   `toml:"name"`
	Email        string   `toml:"email"`
	Title        string   `toml:"title"`
	Salutation   string   `toml:"salutation"`
	Organisation string   `toml:"organisation"`
	Departments  []string `toml:"departments"`
}

// IsZero reports that nobody is named.
func (p Person) IsZero() bool { return p.Name == "" && p.Email == "" }

// Product is something that complaints are about.
type Product struct {
	Name       string   `toml:"name"`
	Aliases    []string `toml:"aliases"`
	Department string   `toml:"department"`
}

// Operator gets technical alerts.
type Operator struct {
	Email string `toml:"email"`
}

// Server is how a mail server is reached.
type Server struct {
	Host         string `toml:"host"`
	Port         int    `toml:"port"`
	TLS          string `toml:"tls"` // implicit | starttls | none
	Username     string `toml:"username"`
	PasswordFile string `toml:"password_file"`
	PasswordEnv  string `toml:"password_env"`
	Auth         string `toml:"auth"` // password | oauth2
	CAFile       string `toml:"ca_file"`
	OAuth2       OAuth2 `toml:"oauth2"`
}

// IMAP is the mailbox.
type IMAP struct {
	Server
	Poll    Duration `toml:"poll"`
	Idle    bool     `toml:"idle"`
	Folders Folders  `toml:"folders"`
}

// Folders names the folders; "/" stands for the server's own delimiter.
type Folders struct {
	Inbox      string `toml:"inbox"`
	Drop       string `toml:"drop"`
	Registered string `toml:"registered"`
	Sent       string `toml:"sent"` // "" where the server files sent mail itself
}

// OAuth2 is how tokens are had.
type OAuth2 struct {
	Provider         string   `toml:"provider"` // microsoft | google | custom
	Tenant           string   `toml:"tenant"`
	ClientID         string   `toml:"client_id"`
	ClientSecretFile string   `toml:"client_secret_file"`
	Flow             string   `toml:"flow"` // app | device
	TokenURL         string   `toml:"token_url"`
	DeviceURL        string   `toml:"device_url"`
	Scopes           []string `toml:"scopes"`
}

// Store is the database.
type Store struct {
	Path string `toml:"path"`
}

// Assign says whether complaints go to the default assessor by themselves.
type Assign struct {
	Automatic bool `toml:"automatic"`
}

// Calendar holds the days on which the organisation is closed.
type Calendar struct {
	Closed []string `toml:"closed"` // YYYY-MM-DD
}

// Terms are the lengths of the terms.
type Terms struct {
	Acknowledge            int `toml:"acknowledge"`
	Contact                int `toml:"contact"`
	Object                 int `toml:"object"`
	ObjectionDecisionWeeks int `toml:"objection_decision_weeks"`
	MeasuresWeeks          int `toml:"measures_weeks"`
	Informal               int `toml:"informal"`
	Consult                int `toml:"consult"`
	KeepYears              int `toml:"keep_years"`
}

// Reminders says when people are reminded.
type Reminders struct {
	Before []int     `toml:"before"` // working days before a last day
	Repeat int       `toml:"repeat"` // working days between escalations
	At     TimeOfDay `toml:"at"`
}

// Digest is the manager's weekly overview.
type Digest struct {
	Weekday string    `toml:"weekday"`
	At      TimeOfDay `toml:"at"`
}

// Security says whom to believe.
type Security struct {
	AuthservID string `toml:"authserv_id"`
	SecretFile string `toml:"secret_file"` // "" = beside the database
}

// Limits bound what strangers and mistakes can cause.
type Limits struct {
	Message                Size `toml:"message"`
	RepliesPerSenderPerDay int  `toml:"replies_per_sender_per_day"`
	MailsPerHour           int  `toml:"mails_per_hour"`
}

// Backup says where copies go.
type Backup struct {
	Dir        string    `toml:"dir"`
	At         TimeOfDay `toml:"at"`
	Keep       int       `toml:"keep"`
	Recipients []string  `toml:"recipients"`
}

// Metrics serves figures over HTTP.
type Metrics struct {
	Listen string `toml:"listen"`
}

// Log says how much is logged, and how.
type Log struct {
	Level  string `toml:"level"`
	Format string `toml:"format"`
}

// Templates is the organisation's own folder of texts.
type Templates struct {
	Dir string `toml:"dir"`
}

// Default is the configuration of someone who wrote nothing.
func Default() Config {
	return Config{
		Organisation: Organisation{
			Name: "Klik Onderwijs", Address: "projectondersteuning@klikonderwijs.nl",
			PostalAddress: "Loire 150\n2491 AK Den Haag", Timezone: "Europe/Amsterdam",
		},
		Manager: Person{Title: "manager Propositie"},
		IMAP: IMAP{
			Server: Server{Port: 993, TLS: "implicit", Auth: "password", OAuth2: OAuth2{Provider: "microsoft", Flow: "app"}},
			Poll:   Duration(time.Minute), Idle: true,
			Folders: Folders{Inbox: "INBOX", Drop: "Klachten/Aanmelden", Registered: "Klachten/Geregistreerd", Sent: "Sent"},
		},
		SMTP:   Server{Port: 465, TLS: "implicit", Auth: "password", OAuth2: OAuth2{Provider: "microsoft", Flow: "app"}},
		Store:  Store{Path: "/var/lib/klachtd/klachtd.db"},
		Assign: Assign{Automatic: true},
		Terms: Terms{
			Acknowledge: 3, Contact: 10, Object: 10, ObjectionDecisionWeeks: 4, MeasuresWeeks: 2, Informal: 10, Consult: 2, KeepYears: 1,
		},
		Reminders: Reminders{Before: []int{3, 1}, Repeat: 2, At: TimeOfDay{8, 30}},
		Digest:    Digest{Weekday: "monday", At: TimeOfDay{8, 0}},
		Limits:    Limits{Message: 40 << 20, RepliesPerSenderPerDay: 5, MailsPerHour: 120},
		Backup:    Backup{At: TimeOfDay{3, 15}, Keep: 30},
		Log:       Log{Level: "info", Format: "text"},
	}
}

// defaultAssessor is whom the Klachtenprocedure names (5), where the configuration names nobody.
var defaultAssessor = Person{
	Name: "N. Korst", Salutation: "dhr.", Title: "manager Kwaliteit en Compliance", Organisation: "VAPRO", Email: "n.korst@vapro.nl",
}

// defaultProducts is the catalogue of Klik Onderwijs.
func defaultProducts() []Product {
	products := []Product{
		{Name: "Procesoperator A", Aliases: []string{"proces operator a"}, Department: "Techniek"},
		{Name: "Procesoperator B", Aliases: []string{"proces operator b"}, Department: "Techniek"},
	}
	for _, name := range []string{
		"Operator Maintenance", "Basisveiligheid VCA", "VOL-VCA", "E-learning HACCP & hygiëne", "Incompany training LEAN", "Praktijkopleider in het mbo",
		"Assessorentraining", "Train-de-trainer", "Docententraining blended learning", "Klik Leeromgeving", "Examenbank",
		"Licentie digitaal lesmateriaal Procestechniek", "Licentie digitaal lesmateriaal Techniek VMBO", "Simulatiepakket Procesregeling",
	} {
		products = append(products, Product{Name: name})
	}
	return products
}

// Filled has what follows from the rest where a configuration leaves it out: the assessor of the Klachtenprocedure and, for
// Klik Onderwijs itself, its catalogue; the secret beside the database; the organisation's address as the user name.
func (c Config) Filled() Config {
	if len(c.Assessors) == 0 {
		c.Assessors = []Person{defaultAssessor}
	}
	if len(c.Products) == 0 && c.Organisation.Name == Default().Organisation.Name {
		c.Products = defaultProducts()
	}
	if c.Security.SecretFile == "" {
		c.Security.SecretFile = filepath.Join(filepath.Dir(c.Store.Path), "secret")
	}
	if c.IMAP.Username == "" {
		c.IMAP.Username = c.Organisation.Address
	}
	c.shareLogin()
	return c
}

// Duration is a length of time, written as "1m" or "90s".
type Duration time.Duration

// UnmarshalText reads a duration.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("%q is no length of time: write it like 1m or 90s", text)
	}
	*d = Duration(parsed)
	return nil
}

// TimeOfDay is a local time of day, written as "08:30".
type TimeOfDay struct{ Hour, Minute int }

// UnmarshalText reads a time of day.
func (t *TimeOfDay) UnmarshalText(text []byte) error {
	parsed, err := time.Parse("15:04", string(text))
	if err != nil {
		return fmt.Errorf("%q is no time of day: write it like 08:30", text)
	}
	t.Hour, t.Minute = parsed.Hour(), parsed.Minute()
	return nil
}

// Size is a number of bytes, written as "40MB".
type Size int64

// UnmarshalText reads a size; KB, MB and GB are powers of 1024.
func (s *Size) UnmarshalText(text []byte) error {
	var n int64
	var unit string
	if _, err := fmt.Sscanf(string(text), "%d%s", &n, &unit); err != nil || n <= 0 {
		return fmt.Errorf("%q is no size: write it like 40MB", text)
	}
	for suffix, factor := range map[string]int64{"B": 1, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30} {
		if unit == suffix && n <= 1<<40/factor {
			*s = Size(n * factor)
			return nil
		}
	}
	return fmt.Errorf("%q is no size: write it like 40MB", text)
}
