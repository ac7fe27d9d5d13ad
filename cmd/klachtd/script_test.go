package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/rogpeppe/go-internal/testscript"

	"klikonderwijs.nl/klachtd/internal/mailtest"
)

// TestStories tells every story on embedded servers, and on Dovecot and Postfix where they are
// installed. The program runs in this process, once for each command, as from a shell.
func TestStories(t *testing.T) {
	for _, kind := range theatres {
		t.Run(kind.name, func(t *testing.T) {
			open := kind.start(t)
			testscript.Run(t, testscript.Params{
				Dir: "testdata/script",
				Setup: func(env *testscript.Env) error {
					env.Values[theKey] = &theatre{open: open, dir: env.WorkDir}
					return nil
				},
				Cmds:      stageDirections(),
				Condition: func(cond string) (bool, error) { return cond == kind.name, nil },
			})
		})
	}
}

type key struct{}

var theKey = key{}

// theatreKind is where a story is told.
type theatreKind struct {
	name  string
	start func(*testing.T) func(*theatre) error // prepares what all stories share; leaves the test out where it cannot be
}

// mailServers are the two servers of a story.
type mailServers interface {
	// Deliver puts a mail in a folder, with a time of arrival.
	Deliver(folder string, raw []byte, at time.Time) error
	Messages(folder string) ([]mailtest.Message, error)
	Move(from, to string) error
	Mails() ([]mailtest.Delivered, error) // what was sent
	Fail(what string) error
	Settings() (imap, smtp string) // lines of the configuration
	Close() error
}

// theatre is one story's stage: servers, a configuration, and a clock that stands still.
type theatre struct {
	open    func(*theatre) error
	dir     string
	servers mailServers
	now     time.Time
	told    map[int]bool // mails that the story has spoken of
	mails   int          // written by the story itself
	current mailtest.Delivered
}

const storyPeople = `
[organisation]
phone = "070 123 45 67"
[manager]
name = "Marit van Dalen"
email = "m.vandalen@klikonderwijs.nl"
[operator]
email = "beheer@klikonderwijs.nl"
[[product]]
name = "Procesoperator B"
department = "Techniek"
[[product]]
name = "Examenbank"
[[mediator]]
name = "Els Prins"
salutation = "mevr."
email = "e.prins@bemiddeling.example"
[[committee]]
name = "Carla Bos"
salutation = "mevr."
email = "c.bos@commissie.example"
departments = ["Zorg"]
[[committee]]
name = "Wim Vos"
salutation = "dhr."
email = "w.vos@commissie.example"
[[committee]]
name = "Tim Band"
salutation = "dhr."
email = "t.band@commissie.example"
departments = ["Techniek"]
[[assessor]]
name = "N. Korst"
salutation = "dhr."
title = "manager Kwaliteit en Compliance"
organisation = "VAPRO"
email = "n.korst@vapro.nl"
[[assessor]]
name = "Anna de Wit"
salutation = "mevr."
email = "a.dewit@beoordeling.example"
[store]
path = "data/klachtd.db"
`

func (th *theatre) start(extra []string) error {
	if err := th.open(th); err != nil {
		return err
	}
	imapLines, smtpLines := th.servers.Settings()
	text := storyPeople + "[imap]\n" + imapLines + "[smtp]\n" + smtpLines
	for _, line := range extra {
		text += strings.ReplaceAll(line, ";", "\n") + "\n"
	}
	th.told = map[int]bool{}
	return os.WriteFile(filepath.Join(th.dir, "klachtd.toml"), []byte(text), 0o600)
}

// run runs the program as a shell would, and gives what it wrote.
func (th *theatre) run(args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	switch args[0] {
	case "tick", "list", "show", "queue", "check", "act", "register", "search", "export", "report", "erase":
		if !th.now.IsZero() && !slices.Contains(args, "--now") {
			at := 1
			if args[0] == "queue" && len(args) > 1 && (args[1] == "retry" || args[1] == "cancel" || args[1] == "release") {
				at = 2
			}
			args = slices.Insert(slices.Clone(args), at, "--now", th.now.Format(time.RFC3339))
		}
	}
	args = append([]string{"--config", filepath.Join(th.dir, "klachtd.toml")}, args...)
	code = run(context.Background(), args, streams{in: strings.NewReader(""), out: &out, err: &err})
	return code, out.String(), err.String()
}

// written numbers the mails that a story writes: every mail program gives each its own Message-ID.
func (th *theatre) written() int {
	th.mails++
	return th.mails
}

type direction func(ts *testscript.TestScript, th *theatre, neg bool, args []string) error

// stageDirections are the commands of the stories' language.
func stageDirections() map[string]func(*testscript.TestScript, bool, []string) {
	cmds := map[string]func(*testscript.TestScript, bool, []string){}
	directions := map[string]direction{
		"start": doStart, "at": doAt, "tick": doTick, "mail": doMail, "sent": doSent, "says": doSays, "header": doHeader, "attached": doAttached,
		"nothing-sent": doNothingSent, "folder": doFolder, "unread": doUnread, "move": doMove, "klachtd": doKlachtd,
		"fail": doFail, "same-mails": doSameMails, "password": doPassword, "large": doLarge,
	}
	maps.Copy(directions, fileDirections())
	maps.Copy(directions, yearDirections())
	maps.Copy(directions, mailDirections())
	maps.Copy(directions, writtenDirections())
	for name, do := range directions {
		cmds[name] = func(ts *testscript.TestScript, neg bool, args []string) {
			th := ts.Value(theKey).(*theatre)
			if name != "start" && th.servers == nil {
				ts.Fatalf("a story begins with start")
			}
			if err := do(ts, th, neg, args); err != nil {
				ts.Fatalf("%s: %v", name, err)
			}
		}
	}
	return cmds
}

// start [line…] opens the stage; each line is added to the configuration, ";" stands for a line break.
func doStart(ts *testscript.TestScript, th *theatre, _ bool, args []string) error {
	if err := th.start(args); err != nil {
		return err
	}
	ts.Defer(func() {
		mails, err := th.servers.Mails()
		ts.Check(errors.Join(err, nobodyElsesCodes(mails), th.servers.Close()))
	})
	return nil
}

var ourID = regexp.MustCompile(`(?i)<[kt]-\d{4}-\d{4,6}\.[a-z_]+-\d+\.[a-z2-7]{26}@[^<>\s]+>`)

// nobodyElsesCodes expects that no mail refers to a mail that went to somebody else: its Message-ID holds his code.
func nobodyElsesCodes(mails []mailtest.Delivered) error {
	theirs := map[string]bool{}
	for _, m := range mails {
		header, err := headerOf(m.Raw)
		if err != nil {
			return err
		}
		theirs[m.To+header.Get("Message-Id")] = true
		for _, id := range ourID.FindAllString(header.Get("In-Reply-To")+header.Get("References"), -1) {
			if !theirs[m.To+id] {
				return fmt.Errorf("the mail %s refers to the mail of somebody else, %s", header.Get("Message-Id"), id)
			}
		}
	}
	return nil
}

// at TIME sets the clock, in Dutch local time.
func doAt(_ *testscript.TestScript, th *theatre, _ bool, args []string) error {
	loc, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		return err
	}
	th.now, err = time.ParseInLocation("2006-01-02T15:04", args[0], loc)
	return err
}

// tick [flag…] lets one round happen; "! tick" expects that it fails.
func doTick(ts *testscript.TestScript, th *theatre, neg bool, args []string) error {
	return klachtd(ts, th, neg, append([]string{"tick"}, args...))
}

func klachtd(ts *testscript.TestScript, th *theatre, neg bool, args []string) error {
	code, out, errs := th.run(args...)
	fmt.Fprint(ts.Stdout(), out)
	fmt.Fprint(ts.Stderr(), errs)
	if neg == (code == exitDone) {
		return fmt.Errorf("exit code %d: %s", code, errs)
	}
	return nil
}

// klachtd ARG… runs the program at the story's time.
func doKlachtd(ts *testscript.TestScript, th *theatre, neg bool, args []string) error {
	return klachtd(ts, th, neg, args)
}

// mail FILE [FOLDER] delivers a mail at the story's time.
func doMail(ts *testscript.TestScript, th *theatre, _ bool, args []string) error {
	folder := "INBOX"
	if len(args) > 1 {
		folder = args[1]
	}
	return th.servers.Deliver(folder, crlf([]byte(ts.ReadFile(args[0]))), th.now)
}

// sent ADDRESS SUBJECT finds the oldest mail to an address that the story has not spoken of yet, whose
// subject matches; what follows is about this mail.
func doSent(_ *testscript.TestScript, th *theatre, neg bool, args []string) error {
	mails, err := th.servers.Mails()
	if err != nil {
		return err
	}
	pattern, err := regexp.Compile(args[1])
	if err != nil {
		return err
	}
	var subjects []string
	for i, m := range mails {
		if th.told[i] || m.To != args[0] {
			continue
		}
		subject, err := subjectOf(m.Raw)
		if err != nil {
			return err
		}
		subjects = append(subjects, subject)
		if !pattern.MatchString(subject) {
			continue
		}
		if neg {
			return fmt.Errorf("it was sent: %s", subject)
		}
		th.told[i], th.current = true, m
		return nil
	}
	if neg {
		return nil
	}
	return fmt.Errorf("no such mail to %s; there are %q", args[0], subjects)
}

func subjectOf(raw []byte) (string, error) {
	header, err := headerOf(raw)
	if err != nil {
		return "", err
	}
	return header.Subject()
}

// markup is everything in an HTML text that a reader does not see.
var markup = regexp.MustCompile(`<[^>]*>`)

// says PATTERN looks in both texts of the mail that sent found.
func doSays(_ *testscript.TestScript, th *theatre, neg bool, args []string) error {
	plain, rich, err := bodies(th.current.Raw)
	if err != nil {
		return err
	}
	pattern, err := regexp.Compile(args[0])
	if err != nil {
		return err
	}
	for name, text := range map[string][]byte{"plain text": plain, "HTML": markup.ReplaceAll(rich, nil)} {
		if flat := strings.Join(strings.Fields(string(text)), " "); pattern.MatchString(flat) == neg {
			return fmt.Errorf("the %s is: %s", name, flat)
		}
	}
	return nil
}

// header NAME PATTERN looks in the header of the mail that sent found.
func doHeader(_ *testscript.TestScript, th *theatre, neg bool, args []string) error {
	header, err := headerOf(th.current.Raw)
	if err != nil {
		return err
	}
	value, err := header.Text(args[0])
	if err != nil {
		return err
	}
	if regexp.MustCompile(args[1]).MatchString(value) == neg {
		return fmt.Errorf("%s is %q", args[0], value)
	}
	return nil
}

// attached FILE expects the very bytes of a delivered mail as message/rfc822.
func doAttached(ts *testscript.TestScript, th *theatre, _ bool, args []string) error {
	want := crlf([]byte(ts.ReadFile(args[0])))
	at := bytes.Index(th.current.Raw, []byte("Content-Type: message/rfc822"))
	if at < 0 || !bytes.Contains(th.current.Raw[at:], want) {
		return errors.New("the original is not attached byte for byte")
	}
	return nil
}

// weekOverview begins the subject of the manager's overview.
const weekOverview = "Weekoverzicht klachten"

// nothing-sent expects that the story has spoken of every mail. The week's overview comes between the
// lines of any story that lasts; a story that is about it looks for it.
func doNothingSent(_ *testscript.TestScript, th *theatre, _ bool, _ []string) error {
	mails, err := th.servers.Mails()
	if err != nil {
		return err
	}
	for i, m := range mails {
		if th.told[i] {
			continue
		}
		subject, err := subjectOf(m.Raw)
		if err != nil {
			return err
		}
		if !strings.HasPrefix(subject, weekOverview) {
			return fmt.Errorf("sent to %s: %s", m.To, subject)
		}
	}
	return nil
}

// folder NAME N expects a number of mails in a folder.
func doFolder(_ *testscript.TestScript, th *theatre, _ bool, args []string) error {
	messages, err := th.servers.Messages(args[0])
	if err != nil {
		return err
	}
	if strconv.Itoa(len(messages)) != args[1] {
		return fmt.Errorf("%d mails", len(messages))
	}
	return nil
}

// unread NAME N expects a number of unread mails in a folder.
func doUnread(_ *testscript.TestScript, th *theatre, _ bool, args []string) error {
	messages, err := th.servers.Messages(args[0])
	if err != nil {
		return err
	}
	n := 0
	for _, m := range messages {
		if !slices.Contains(m.Flags, imap.FlagSeen) {
			n++
		}
	}
	if strconv.Itoa(n) != args[1] {
		return fmt.Errorf("%d unread mails of %d", n, len(messages))
	}
	return nil
}

// move FROM TO drags every mail of a folder into another, as a colleague would.
func doMove(_ *testscript.TestScript, th *theatre, _ bool, args []string) error {
	return th.servers.Move(args[0], args[1])
}

// fail WHAT makes a server misbehave: smtp-down, smtp-refuses, smtp-heals.
func doFail(_ *testscript.TestScript, th *theatre, _ bool, args []string) error {
	return th.servers.Fail(args[0])
}

// same-mails ADDRESS expects that all mails to an address are the same, byte for byte.
func doSameMails(_ *testscript.TestScript, th *theatre, _ bool, args []string) error {
	mails, err := th.servers.Mails()
	if err != nil {
		return err
	}
	var first []byte
	for _, m := range mails {
		if m.To == args[0] {
			if first != nil && !bytes.Equal(first, m.Raw) {
				return errors.New("they differ")
			}
			first = m.Raw
		}
	}
	return nil
}

// password WORD changes the password that the program knows.
func doPassword(_ *testscript.TestScript, th *theatre, _ bool, args []string) error {
	return os.WriteFile(filepath.Join(th.dir, "password"), []byte(args[0]+"\n"), 0o600)
}

// large FILE KB delivers a mail with that many kilobytes of lines behind it.
func doLarge(ts *testscript.TestScript, th *theatre, _ bool, args []string) error {
	kilobytes, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	filler := strings.Repeat(strings.Repeat("x", 62)+"\r\n", kilobytes*16)
	return th.servers.Deliver("INBOX", append(crlf([]byte(ts.ReadFile(args[0]))), filler...), th.now)
}
