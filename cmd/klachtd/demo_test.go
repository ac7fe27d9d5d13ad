package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The demo tells the whole procedure, from a mail to its erasing, and leaves every mail to look at.
func TestDemo(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "demo")
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"demo", "--out", folder}, streams{in: strings.NewReader(""), out: &out, err: &errs}); code != exitDone {
		t.Fatalf("exit code %d: %s%s", code, errs.String(), out.String())
	}
	for _, want := range []string{
		"history: 1 mail", "01-webformulier                        complaint", "05-twijfel                             supplement", "06-vraag-over-inschrijven              other",
		"08-nieuwsbrief                         bulk", "09-afwezig                             auto", "10-bounce                              bounce",
		"Wij hebben uw klacht ontvangen (K-2026-0001)", "Is dit een klacht? (T-2026-0001)", "met 2026-03-02", "unread, as before", "Herinnering: 6 termijnen",
		"Termijn voorbij: 6 termijnen", "OVERDUE", "Genoteerd (K-2026-0001)", "De beslissing op uw klacht (K-2026-0001)", "De beslissing op uw bezwaar (K-2026-0001)",
		"K-2026-0001  closed", "Jaarlijkse analyse van de klachten, 2026",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the demo does not tell %q", want)
		}
	}
	if strings.Contains(out.String()[strings.LastIndex(out.String(), "is erased"):], "K-2026-0001  ") {
		t.Error("the case is still in the register after a year")
	}
	for _, pattern := range []string{"*.eml", "*.html", "*.txt"} {
		files, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil || len(files) < 25 {
			t.Errorf("%d files %s, %v", len(files), pattern, err)
		}
	}
	page, err := os.ReadFile(filepath.Join(folder, "01-fatima.elidrissi.html"))
	if err != nil || !bytes.Contains(page, []byte("Fatima el Idrissi")) {
		t.Errorf("the first mail: %v", err)
	}
	if t.Failed() {
		t.Log(out.String())
	}
}

// Every subcommand that needs no configuration works without one, and every help text can be had.
func TestWithoutConfiguration(t *testing.T) {
	t.Chdir(t.TempDir())
	mail := filepath.Join(t.TempDir(), "mail.eml")
	if err := os.WriteFile(mail, numbered(1), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"version"}, exitDone, "klachtd"},
		{[]string{"--help"}, exitDone, "Usage"},
		{[]string{"terms", "2026-04-02", "--decision", "2026-04-02", "--json"}, exitDone, `"object_until":"2026-04-20"`},
		{[]string{"terms", "2 april"}, exitNotDone, "2026-04-02"},
		{[]string{"parse", mail}, exitDone, `"kind":"complaint"`},
		{[]string{"parse", "--received", "2026-04-02T14:00:00+02:00", mail}, exitDone, `"phone":{"value":"+31612345678","source":"label"}`},
		{[]string{"parse", "nothing.eml"}, exitNotDone, "nothing.eml"},
		{[]string{"preview", "forward", "--out", "p"}, exitDone, "3 mails"},
		{[]string{"preview", "nothing", "--out", "p"}, exitNotDone, "no mail has a name"},
		{[]string{"unit"}, exitDone, "NoNewPrivileges=yes"},
		{[]string{"list"}, exitNotDone, "klachtd.toml"},
		{[]string{"nothing"}, exitUsage, "nothing"},
		{[]string{"terms"}, exitUsage, "date"},
	} {
		var out, errs bytes.Buffer
		code := run(t.Context(), test.args, streams{in: strings.NewReader(""), out: &out, err: &errs})
		if text := out.String() + errs.String(); code != test.code || !strings.Contains(text, test.says) {
			t.Errorf("%v: exit code %d, %s", test.args, code, text)
		}
	}
}
