package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"klikonderwijs.nl/klachtd/internal/config"
	"klikonderwijs.nl/klachtd/internal/workday"
)

var registeredOn = workday.NewDate(2026, time.April, 7)

// Somebody types a letter over at a terminal: what cannot be read is asked again, and only yes registers it.
func TestQuestions(t *testing.T) {
	var out bytes.Buffer
	r := registerCmd{Product: "VCA"} // given by a flag: not asked
	answers := strings.Join([]string{
		"fax", "brief", "morgen", "2 april", "Jan van der Meer", "particulier", "jan at home", "geen", "Havenstraat 12, 3011 AB Rotterdam", "010 555 12 34",
		"31-3-2026", "De trainer kwam niet.", "Niemand belde.", "", "Ik had vrij genomen.", "", "", "misschien", "ja",
	}, "\n") + "\n"
	q := &questionnaire{in: strings.NewReader(answers), out: &out, today: registeredOn}
	if err := q.fill(&r); err != nil {
		t.Fatal(err, out.String())
	}
	want := registerCmd{
		Name: "Jan van der Meer", Organisation: "particulier", Email: "geen", Phone: "010 555 12 34", Product: "VCA", Submitted: "2026-03-31",
		Description: "De trainer kwam niet.\nNiemand belde.", Motivation: "Ik had vrij genomen.", Address: "Havenstraat 12, 3011 AB Rotterdam",
		Received: "2026-04-02", Channel: "letter",
	}
	if fmt.Sprintf("%+v", r) != fmt.Sprintf("%+v", want) {
		t.Errorf("filled in\n%+v, not\n%+v", r, want)
	}
	for _, said := range []string{"Schrijf brief of telefoon.", "ligt in de toekomst", "Dat is geen e-mailadres.", "omschrijving: De trainer kwam niet.", "Klopt dit? (ja of nee)"} {
		if !strings.Contains(out.String(), said) {
			t.Errorf("did not say %q:\n%s", said, out.String())
		}
	}
	if strings.Contains(out.String(), "Over welk product") {
		t.Error("asked for what a flag gave")
	}
}

func TestQuestionsThatNobodyAnswers(t *testing.T) {
	for _, answers := range []string{"", "brief\n\nJan\n", "telefoon\n\nJan\n\n\n\n\n\n\n\n\n\nnee\n"} {
		r := registerCmd{}
		q := &questionnaire{in: strings.NewReader(answers), out: io.Discard, today: registeredOn}
		if err := q.fill(&r); !errors.Is(err, errStopped) {
			t.Errorf("%q: %v", answers, err)
		}
	}
}

// The whole program at a terminal.
func TestRegisterAtATerminal(t *testing.T) {
	th := &theatre{open: openEmbedded, dir: t.TempDir(), now: time.Date(2026, time.April, 7, 12, 0, 0, 0, time.UTC)}
	if err := th.start(nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { th.servers.Close() })
	if code, _, errs := th.run("tick"); code != exitDone {
		t.Fatal(errs)
	}
	master, slave := pty(t, 80)
	answers := "telefoon\n\nKarin Mulder\nZorggroep West\nk.mulder@zorg.example\n\nVCA\nDe zaal was dicht.\n\nTien mensen stonden buiten.\n\n\nja\n"
	if _, err := io.WriteString(master, answers); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	code := run(context.Background(), []string{"--config", filepath.Join(th.dir, "klachtd.toml"), "register", "--json", "--now", th.now.Format(time.RFC3339)}, streams{in: slave, out: &out, err: &errs})
	if code != exitDone || !strings.Contains(out.String(), `"reference":"K-2026-0001"`) || !strings.Contains(out.String(), `"channel":"phone"`) ||
		!strings.Contains(out.String(), `"missing":["phone"],"acknowledged":"mail"`) {
		t.Fatalf("%d %s\n%s", code, out.String(), errs.String())
	}
	if code, _, errs := th.run("tick"); code != exitDone {
		t.Fatal(errs)
	}
	mails, err := th.servers.Mails()
	if err != nil || len(mails) != 2 || mails[0].To != "k.mulder@zorg.example" {
		t.Errorf("%d mails, %v", len(mails), err)
	}
}

// Everything that is wrong is said at once, and nothing is registered.
func TestRegisterRefuses(t *testing.T) {
	text := filepath.Join(t.TempDir(), "brief.txt")
	if err := os.WriteFile(text, []byte("#!/bin/sh\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := registerCmd{Name: "Jan", Received: "2026-04-08", Submitted: "1 april", Email: "jan", Scan: []string{text}}
	_, err := r.written(config.Default(), registeredOn)
	for _, said := range []string{"--received: 2026-04-08 has yet to come", `--submitted: "1 april" is not a day`, `--email: "jan" is no mail address`, "is no PDF and no picture"} {
		if err == nil || !strings.Contains(err.Error(), said) {
			t.Errorf("does not say %q: %v", said, err)
		}
	}
	if _, err := (&registerCmd{}).written(config.Default(), registeredOn); err == nil {
		t.Error("an empty complaint is taken")
	}
}

func TestMediaOf(t *testing.T) {
	for content, want := range map[string]string{
		"%PDF-1.7": "application/pdf", "\xff\xd8\xff\xe0": "image/jpeg", "\x89PNG\r\n\x1a\n": "image/png", "II*\x00....": "image/tiff", "MM\x00*....": "image/tiff",
		"<html>": "text/html", "MZ": "text/plain", "": "text/plain",
	} {
		if got := mediaOf([]byte(content)); got != want {
			t.Errorf("%q is %s, not %s", content, got, want)
		}
	}
}
