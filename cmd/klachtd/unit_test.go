package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The unit names the passwords and folders that the configuration asks for, and no others: systemd starts no service
// whose credential or folder is missing.
func TestUnitFollowsTheConfiguration(t *testing.T) {
	const (
		imap, smtp = "LoadCredentialEncrypted=imap-password:", "LoadCredentialEncrypted=smtp-password:"
		folder     = "ReadWritePaths="
	)
	for _, test := range []struct {
		name, imapLines, smtpLines, more string
		want                             []string
	}{
		{"one password for both", "", "", "", []string{imap}},
		{"a password each", "", "username = \"stuurder\"", "", []string{imap, smtp}},
		{"passwords elsewhere", "password_env = \"P\"", "", "", nil},
		{"a mail server that asks for none", "", "host = \"127.0.0.1\"\ntls = \"none\"", "", []string{imap}},
		{"backups elsewhere", "", "", "[backup]\ndir = \"/srv/back ups\"", []string{imap, folder + `"/srv/back ups"`}},
		{"backups in its own folder", "", "", "[backup]\ndir = \"/var/lib/klachtd/backups\"", []string{imap}},
		{"a database elsewhere", "", "", "[store]\npath = \"/srv/klachten/k.db\"", []string{imap, folder + "/srv/klachten"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !strings.Contains(test.smtpLines, "host") {
				test.smtpLines += "\nhost = \"smtp.example\""
			}
			file := filepath.Join(t.TempDir(), "klachtd.toml")
			text := "[manager]\nname = \"Marit van Dalen\"\nemail = \"m@klikonderwijs.nl\"\n[imap]\nhost = \"imap.example\"\n" + test.imapLines + "\n[smtp]\n" + test.smtpLines + "\n" + test.more
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			var out, errs bytes.Buffer
			if code := run(t.Context(), []string{"--config", file, "unit"}, streams{in: strings.NewReader(""), out: &out, err: &errs}); code != exitDone {
				t.Fatal(errs.String())
			}
			unit := out.String()
			if !strings.Contains(unit, " run --config "+file+"\n") {
				t.Errorf("another configuration: %s", unit)
			}
			for _, want := range test.want {
				if !strings.Contains(unit, want) {
					t.Errorf("no %s in %s", want, unit)
				}
			}
			if n := strings.Count(unit, "\nLoadCredentialEncrypted=") + strings.Count(unit, "\nReadWritePaths="); n != len(test.want) {
				t.Errorf("%d such lines in %s", n, unit)
			}
		})
	}
}

func TestUnitWord(t *testing.T) {
	for word, want := range map[string]string{"/a/b": "/a/b", "/a b": `"/a b"`, "/100%": "/100%%", "/$a": `"/$$a"`} {
		if got := unitWord(word); got != want {
			t.Errorf("%s is written %s, not %s", word, got, want)
		}
	}
}
