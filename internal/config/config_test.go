package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const minimal = `
[manager]
name = "Marit van Dalen"
email = "m.vandalen@klikonderwijs.nl"
[imap]
host = "imap.example"
[smtp]
host = "smtp.example"
`

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "klachtd.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, text string) (Config, *Error) {
	t.Helper()
	c, err := Read(write(t, text))
	var e *Error
	if err != nil && !errors.As(err, &e) {
		t.Fatal(err)
	}
	return c, e
}

func TestMinimalHasEveryDefault(t *testing.T) {
	path := write(t, minimal)
	c, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	want := Default().Filled()
	want.Manager.Name, want.Manager.Email = "Marit van Dalen", "m.vandalen@klikonderwijs.nl"
	want.IMAP.Host, want.SMTP.Host = "imap.example", "smtp.example"
	want.IMAP.Username, want.SMTP.Username = want.Organisation.Address, want.Organisation.Address
	want.Security.SecretFile = "/var/lib/klachtd/secret"
	if diff := cmp.Diff(want, c); diff != "" {
		t.Error(diff)
	}
}

// Each wrong line is named by its key, with what to write instead.
func TestProblems(t *testing.T) {
	for _, test := range []struct{ name, text, key, says string }{
		{"typo in a key", minimal + "[reminders]\nbefor = [3]", "reminders.befor", "did you mean reminders.before?"},
		{"key of another table", minimal + "authserv_id = \"x\"", "smtp.authserv_id", "security.authserv_id"},
		{"unknown table", minimal + "[zmtp]\nhost = \"x\"", "zmtp", "smtp"},
		{"wrong type", strings.Replace(minimal, `host = "imap.example"`, "host = \"imap.example\"\nport = \"993\"", 1), "imap.port", ""},
		{"not TOML", minimal + "[broken", "toml", ""},
		{"no host", strings.Replace(minimal, "smtp.example", "", 1), "smtp.host", "is needed"},
		{"plain text elsewhere", minimal + "tls = \"none\"", "smtp.tls", "starttls"},
		{"unknown word", minimal + "tls = \"ssl\"", "smtp.tls", "implicit, starttls, none"},
		{"no address", strings.Replace(minimal, "m.vandalen@klikonderwijs.nl", "Marit <m@x.nl>", 1), "manager.email", "naam@voorbeeld.nl"},
		{"header in a name", strings.Replace(minimal, "Marit van Dalen", `Marit\r\nBcc: x@y.z`, 1), "manager.name", "no name"},
		{"manager is the mailbox", strings.Replace(minimal, "m.vandalen@", "projectondersteuning@", 1), "manager.email", "mailbox itself"},
		{"assessor is the manager", minimal + "[[assessor]]\nname = \"M\"\nemail = \"m.vandalen@klikonderwijs.nl\"", "assessor[0].email", "independent"},
		{"the same assessor twice", minimal + "[[assessor]]\nname = \"A\"\nemail = \"a@b.nl\"\n[[assessor]]\nname = \"B\"\nemail = \"A@b.nl\"", "assessor[1].email", "assessor[0]"},
		{"no such day", minimal + "[calendar]\nclosed = [\"2026-02-30\"]", "calendar.closed[0]", "2026-12-24"},
		{"no time", minimal + "[reminders]\nat = \"half negen\"", "reminders.at", "08:30"},
		{"no size", minimal + "[limits]\nmessage = \"veel\"", "limits.message", "40MB"},
		{"no length of time", strings.Replace(minimal, `host = "imap.example"`, "host = \"imap.example\"\npoll = \"1 minuut\"", 1), "imap.poll", "1m"},
		{"no time zone", minimal + "[organisation]\ntimezone = \"Den Haag\"", "organisation.timezone", "Europe/Amsterdam"},
		{"same folder twice", minimal + "[imap.folders]\ndrop = \"inbox\"", "imap.folders.drop", "inbox"},
		{"term too short", minimal + "[terms]\ncontact = 2", "terms.contact", "longer than"},
		{"missing file", minimal + "password_file = \"nergens\"", "smtp.password_file", "cannot be read"},
		{"google app", minimal + "auth = \"oauth2\"\n[smtp.oauth2]\nprovider = \"google\"\nclient_id = \"x\"\nclient_secret_file = \"klachtd.toml\"", "smtp.oauth2.flow", "app password"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, e := read(t, test.text)
			if e == nil {
				t.Fatal("nothing was wrong")
			}
			for _, p := range e.Problems {
				if p.Key == test.key && strings.Contains(p.Text, test.says) {
					return
				}
			}
			t.Errorf("not named: %v", e)
		})
	}
}

func TestEveryProblemAtOnce(t *testing.T) {
	_, e := read(t, "[manager]\nname = \"\"\n[imap]\nport = 0\nhosst = \"x\"\n[log]\nlevel = \"loud\"\n")
	if e == nil {
		t.Fatal("nothing was wrong")
	}
	for _, key := range []string{"manager.name", "manager.email", "imap.port", "imap.hosst", "imap.host", "smtp.host", "log.level"} {
		if !strings.Contains(e.Error(), key+": ") {
			t.Errorf("%s is not named in %v", key, e)
		}
	}
}

func TestSecretsMustBeSecret(t *testing.T) {
	path := write(t, minimal+"password_file = \"password\"")
	secret := filepath.Join(filepath.Dir(path), "password")
	for mode, fine := range map[os.FileMode]bool{0o600: true, 0o400: true, 0o640: false, 0o644: false} {
		if err := os.WriteFile(secret, []byte("geheim"), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(secret, mode); err != nil {
			t.Fatal(err)
		}
		c, err := Read(path)
		if fine != (err == nil) {
			t.Errorf("%v: %v", mode, err)
		}
		if fine && c.SMTP.PasswordFile != secret {
			t.Errorf("the path is %s", c.SMTP.PasswordFile)
		}
		os.Chmod(secret, 0o600)
	}
}

func TestLoginIsShared(t *testing.T) {
	t.Run("elsewhere", func(t *testing.T) {
		c, e := read(t, strings.Replace(minimal, `host = "imap.example"`, "host = \"imap.example\"\nusername = \"u\"\npassword_env = \"P\"", 1))
		if e != nil || c.SMTP.Username != "u" || c.SMTP.PasswordEnv != "P" {
			t.Errorf("%+v, %v", c.SMTP, e)
		}
	})
	t.Run("this machine", func(t *testing.T) {
		c, e := read(t, strings.Replace(minimal, "smtp.example", "127.0.0.1", 1)+"tls = \"none\"\nport = 25\n")
		if e != nil || c.SMTP.Username != "" {
			t.Errorf("%+v, %v", c.SMTP, e)
		}
	})
}

// The example is what operators copy: it is right once the six values are filled in, and it shows the defaults.
func TestExample(t *testing.T) {
	raw, err := os.ReadFile("../../config.example.toml")
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	if n := strings.Count(text, " FILL IN"); n != 7 { // six, and the line that says so
		t.Errorf("%d values to fill in", n-1)
	}
	for _, fill := range [][2]string{
		{`name  = ""  `, `name = "Marit van Dalen"`}, {`email = ""                        # 2`, `email = "m@klikonderwijs.nl" #`},
		{`email = ""                        # 3`, `email = "b@klikonderwijs.nl" #`}, {`host = ""                         # 4`, `host = "imap.example" #`},
		{`host = ""                         # 6`, `host = "smtp.example" #`}, {`password_file = ""                # 5`, `password_env = "P" #`},
	} {
		if !strings.Contains(text, fill[0]) {
			t.Fatalf("the example lacks %q", fill[0])
		}
		text = strings.Replace(text, fill[0], fill[1], 1)
	}
	c, e := read(t, text)
	if e != nil {
		t.Fatal(e)
	}
	want := Default()
	want.Manager = Person{Name: "Marit van Dalen", Email: "m@klikonderwijs.nl", Title: "manager Propositie"}
	want.Operator.Email = "b@klikonderwijs.nl"
	want.IMAP.Host, want.SMTP.Host = "imap.example", "smtp.example"
	want.IMAP.PasswordEnv, want.SMTP.PasswordEnv = "P", "P"
	want.IMAP.Username, want.SMTP.Username = want.Organisation.Address, want.Organisation.Address
	want.Assessors = []Person{defaultAssessor}
	want.Products = []Product{{Name: "Procesoperator B", Aliases: []string{"proces operator b"}, Department: "Techniek"}}
	want.Security.SecretFile = "/var/lib/klachtd/secret"
	want.Organisation.Aliases, want.Calendar.Closed, want.Backup.Recipients = []string{}, []string{}, []string{}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Error(diff)
	}
}

func TestSizesAndTimes(t *testing.T) {
	var s Size
	for text, want := range map[string]Size{"1B": 1, "40MB": 40 << 20, "2GB": 2 << 30, "512KB": 512 << 10} {
		if err := s.UnmarshalText([]byte(text)); err != nil || s != want {
			t.Errorf("%s: %d, %v", text, s, err)
		}
	}
	for _, text := range []string{"", "40", "MB", "-1MB", "0MB", "40 liter", "99999999999999GB"} {
		if s.UnmarshalText([]byte(text)) == nil {
			t.Errorf("%q was taken", text)
		}
	}
	var d Duration
	if err := d.UnmarshalText([]byte("90s")); err != nil || time.Duration(d) != 90*time.Second {
		t.Error(d, err)
	}
}
