package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/config"
	"klikonderwijs.nl/klachtd/internal/letter"
	"klikonderwijs.nl/klachtd/internal/store"
	"klikonderwijs.nl/klachtd/internal/workday"
)

var update = flag.Bool("update", false, "write the ledger of the year anew")

// year is the program over a year of complaints, on a clock that the test moves.
type year struct {
	*app
	t       *testing.T
	servers *embeddedServers
	now     time.Time
}

// TestYear plays a year of forty complaints, with holidays, an assessor who falls ill, two objections, one of
// them late, and an extension; and compares every mail that was sent, by day, with the ledger. Write it anew with
// -update, and read it beside the plan and the procedure.
func TestYear(t *testing.T) {
	th, servers := embeddedTheatre(t)
	cfg, err := config.Read(filepath.Join(th.dir, "klachtd.toml"))
	if err != nil {
		t.Fatal(err)
	}
	y := &year{t: t, servers: servers}
	y.at("2026-01-02", "08:00")
	if y.app, err = assemble(t.Context(), cfg, assembly{clock: func() time.Time { return y.now }, log: logOf(cfg.Log, io.Discard)}); err != nil {
		t.Fatal(err)
	}
	defer y.Close()
	y.round()
	plan, err := os.ReadFile("testdata/year/plan.txt")
	if err != nil {
		t.Fatal(err)
	}
	day := workday.NewDate(2026, time.January, 2)
	for line := range strings.Lines(string(plan)) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		when, rest, _ := strings.Cut(line, " ")
		clock, what, _ := strings.Cut(rest, " ")
		for ; day.String() <= when; day = day.AddDays(1) {
			y.morning(day)
		}
		y.at(when, clock)
		y.do(what)
	}
	for ; !day.After(workday.NewDate(2027, time.January, 29)); day = day.AddDays(1) {
		y.morning(day)
	}
	ledger := y.ledger()
	const golden = "testdata/year/ledger.txt"
	if *update {
		if err := os.WriteFile(golden, ledger, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(ledger), "\n")); diff != "" {
		t.Errorf("the ledger (-golden +now): %s", diff)
	}
}

func (y *year) check(err error) {
	y.t.Helper()
	if err != nil {
		y.t.Fatalf("%s: %v", y.now.In(y.house.Location).Format("2006-01-02 15:04"), err)
	}
}

func (y *year) at(day, clock string) {
	loc, err := time.LoadLocation("Europe/Amsterdam")
	if err == nil {
		y.now, err = time.ParseInLocation("2006-01-02 15:04", day+" "+clock, loc)
	}
	if err != nil {
		y.t.Fatal(err)
	}
}

func (y *year) round() { y.check(y.tick(y.t.Context())) }

// morning does what the timetable does on a working day.
func (y *year) morning(day workday.Date) {
	if !y.house.Calendar.IsWorkingDay(day, workday.Ours) {
		return
	}
	y.at(day.String(), "08:30")
	y.check(y.desk.KeepTime(y.t.Context()))
	y.check(y.desk.Drain(y.t.Context()))
}

// do does one line of the plan.
func (y *year) do(what string) {
	what, text, _ := strings.Cut(what, " | ")
	words := strings.Fields(what)
	switch rest := strings.Join(words[2:], " "); words[0] {
	case "complaint":
		y.servers.imap.Deliver("INBOX", completeComplaint(words[1], rest, y.now), y.now)
	case "incomplete":
		raw := completeComplaint(words[1], rest, y.now)
		y.servers.imap.Deliver("INBOX", bytes.Replace(raw, []byte("Telefoonnummer: 06 12 34 56 78\r\n"), nil, 1), y.now)
	case "answers":
		y.answer(words[1], text)
	case "act":
		reference, err := complaint.ParseReference(words[2])
		y.check(err)
		done, err := y.desk.Act(y.t.Context(), reference, complaint.Role(words[1]), strings.Join(words[3:], " "), text)
		y.check(err)
		if !done.Done {
			y.t.Fatalf("%s: %s: %s", y.now, what, done.Text)
		}
	default:
		y.t.Fatalf("the plan says %q", what)
	}
	y.round()
}

// answer answers our newest mail to somebody.
func (y *year) answer(from, text string) {
	for _, m := range slices.Backward(y.servers.smtp.Mails()) {
		if m.To != from {
			continue
		}
		header, err := headerOf(m.Raw)
		y.check(err)
		raw := "From: " + from + "\nTo: projectondersteuning@klikonderwijs.nl\nSubject: Re: uw klacht\nMessage-ID: <antwoord-" + from + ">\nIn-Reply-To: " + header.Get("Message-Id") +
			"\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n" + text + "\n"
		y.servers.imap.Deliver("INBOX", crlf([]byte(raw)), y.now)
		return
	}
	y.t.Fatalf("nothing was sent to the one who answers")
}

// because says for each kind of letter why it is sent, with the point of the procedure.
var because = map[complaint.LetterKind]string{
	complaint.LetterAcknowledgement: "ontvangst bevestigd, binnen 3 werkdagen (4)", complaint.LetterRegistration: "nieuwe klacht, of teruggegeven: wie beoordeelt? (5)",
	complaint.LetterForward: "het dossier voor wie beoordeelt (5)", complaint.LetterWithdrawn: "een ander beoordeelt of beslist (5, 10)", complaint.LetterDataRequest: "na 3 werkdagen één keer gevraagd wat ontbreekt (2)",
	complaint.LetterSupplemented: "aanvulling verwerkt (2)", complaint.LetterPassedOn: "bericht van de indiener, voor wie de klacht heeft (2)", complaint.LetterDelay: "uitstel gemeld voor het einde van de termijn (7)",
	complaint.LetterInformal: "de informele fase begint", complaint.LetterSettled: "in de informele fase opgelost", complaint.LetterFormal: "de formele procedure begint",
	complaint.LetterConsultation: "overleg over het oordeel (6)", complaint.LetterRemarks: "opmerkingen van de manager (6)", complaint.LetterDecision: "beslissing, met de redenen (8)",
	complaint.LetterObjection: "bezwaar ontvangen (9)", complaint.LetterAdmission: "het bezwaar was te laat: wel of niet behandeld (9)", complaint.LetterCommittee: "het hele dossier voor de commissie (10)",
	complaint.LetterExtension: "meer tijd genomen, binnen de vier weken (11)", complaint.LetterObjectionDecision: "beslissing op het bezwaar, met de redenen (12)",
	complaint.LetterClosed: "afgesloten: ingetrokken, door de manager, of geen klacht", complaint.LetterDigest: "overzicht van de week", complaint.LetterAnnual: "jaarlijkse analyse (13)",
}

// ledger is every mail that was sent, by day: about which case, which mail, to whom, and why.
func (y *year) ledger() []byte {
	var out bytes.Buffer
	fmt.Fprint(&out, "# Every mail that was sent, by day. Behind a reminder stands what falls due, the last day, and how many working days that is away.\n")
	y.check(y.store.View(y.t.Context(), func(tx *store.Tx) error {
		references, err := tx.Cases(store.Filter{})
		if err != nil {
			return err
		}
		mails, err := tx.Outgoing("")
		if err != nil {
			return err
		}
		reminded := map[string][]string{} // by day and address
		for _, reference := range references {
			about, err := tx.Outgoing(reference.String())
			if err != nil {
				return err
			}
			mails = append(mails, about...)
			if err := y.reminders(tx, reference, reminded); err != nil {
				return err
			}
		}
		slices.SortStableFunc(mails, func(a, b store.Queued) int { return cmpOr(a.Mail.At.Compare(b.Mail.At), int(a.ID-b.ID)) })
		last := ""
		for _, m := range mails {
			day := y.house.Today(m.Mail.At)
			if day.String() != last {
				last = day.String()
				fmt.Fprintf(&out, "\n%s\n", day.Long())
			}
			reason := []string{because[m.Mail.Kind]}
			if m.Mail.Kind == complaint.LetterReminder {
				reason = reminded[last+m.Mail.To]
			}
			y.entry(&out, m.Mail, reason)
			if m.State != store.StateSent || reason == nil || reason[0] == "" {
				y.t.Errorf("%s, %s: state %s, because %q", last, m.Mail.Kind, m.State, reason)
			}
		}
		return nil
	}))
	return out.Bytes()
}

func cmpOr(a, b int) int {
	if a != 0 {
		return a
	}
	return b
}

func (y *year) entry(out io.Writer, m letter.Mail, reasons []string) {
	for i, reason := range reasons {
		if i > 0 {
			fmt.Fprintf(out, "  %62s%s\n", "", reason)
			continue
		}
		fmt.Fprintf(out, "  %s  %-12s %-19s %-28s%s\n", m.At.In(y.house.Location).Format("15:04"), or(m.Reference, "-"), m.Kind, m.To, reason)
	}
}

// reminders notes what each reminder was about.
func (y *year) reminders(tx *store.Tx, reference complaint.Reference, reminded map[string][]string) error {
	events, err := tx.Events(reference)
	if err != nil {
		return err
	}
	for i, e := range events {
		f, ok := e.Fact.(*complaint.Reminded)
		if !ok {
			continue
		}
		c, day := complaint.Fold(events[:i], y.house.Location), y.house.Today(e.At)
		for _, role := range f.To {
			person, _ := y.house.Person(c, role)
			left := fmt.Sprintf("nog %d werkdagen", y.house.Calendar.WorkingDaysBetween(day, f.Due, workday.Ours))
			switch {
			case f.Late:
				left = fmt.Sprintf("%d werkdagen te laat", y.house.Calendar.WorkingDaysBetween(f.Due, day, workday.Ours))
			case f.Due == day:
				left = "vandaag"
			}
			key := day.String() + person.Email
			reminded[key] = append(reminded[key], fmt.Sprintf("%s %s, uiterlijk %s: %s", reference, f.Term.Label(), f.Due, left))
		}
	}
	return nil
}
