package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"klikonderwijs.nl/klachtd/internal/backup"
	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/config"
	"klikonderwijs.nl/klachtd/internal/intake"
	"klikonderwijs.nl/klachtd/internal/letter"
	"klikonderwijs.nl/klachtd/internal/mailbox"
	"klikonderwijs.nl/klachtd/internal/store"
	"klikonderwijs.nl/klachtd/internal/workday"
)

type checkCmd struct {
	SendTest string `help:"Send a test mail to this address; to the mailbox itself: wait until it arrives." placeholder:"ADDRESS"`
	JSON     bool   `help:"Print JSON." name:"json"`
	pretending
}

// finding is one line of the doctor's table.
type finding struct {
	What string `json:"what"`
	Is   health `json:"is"`
	Says string `json:"says"`
	Cure string `json:"cure,omitempty"`
}

type health string

const (
	fine    health = "ok"
	warning health = "warning"
	broken  health = "broken"
)

// doctor gathers findings.
type doctor struct {
	findings []finding
	cfg      config.Config
	house    *complaint.House
	now      time.Time
}

func (d *doctor) ok(what, format string, args ...any) {
	d.findings = append(d.findings, finding{What: what, Is: fine, Says: fmt.Sprintf(format, args...)})
}

func (d *doctor) warn(what, says, cure string) {
	d.findings = append(d.findings, finding{What: what, Is: warning, Says: says, Cure: cure})
}

func (d *doctor) broken(what string, err error, cure string) {
	d.findings = append(d.findings, finding{What: what, Is: broken, Says: err.Error(), Cure: cure})
}

// Run examines everything that a daemon depends on. It changes nothing and sends nothing, unless a test mail is asked for.
func (cmd *checkCmd) Run(ctx context.Context, s streams, c *cli) error {
	cfg, err := c.configuration()
	if err != nil {
		return err
	}
	clock, err := cmd.clock(cfg)
	if err != nil {
		return err
	}
	d := &doctor{cfg: cfg, now: clock()}
	path, _ := c.configFile()
	d.ok("configuration", "%s", path)
	if d.house, err = houseOf(cfg); err != nil {
		return err
	}
	d.texts()
	d.storage(ctx)
	d.backups()
	d.calendar()
	d.clock()
	box, err := cmd.box(cfg, assembly{clock: clock, log: logOf(cfg.Log, io.Discard)})
	if err != nil {
		d.broken("imap", err, "")
	} else {
		defer box.Close()
		d.mailbox(ctx, box)
	}
	d.server(ctx)
	if cmd.SendTest != "" && err == nil {
		d.sendTest(ctx, box, cmd.SendTest)
	}
	return d.report(s, cmd.JSON)
}

func (cmd *checkCmd) box(cfg config.Config, how assembly) (*mailbox.Box, error) {
	c, err := mailboxConfig(cfg, how)
	if err != nil {
		return nil, err
	}
	return mailbox.New(c, ledger{})
}

func (d *doctor) texts() {
	if _, err := lettersOf(d.cfg, d.house, letter.NewKey(nil)); err != nil {
		d.broken("templates", err, "mend the file that is named, or remove it from templates.dir: ours is used then")
		return
	}
	d.ok("templates", "every mail can be written")
}

func (d *doctor) storage(ctx context.Context) {
	path := d.cfg.Store.Path
	dir := filepath.Dir(path)
	if err := writable(dir); err != nil {
		d.broken("store", err, "make the folder, owned by the user that klachtd runs as: install -d -m 0700 "+dir)
		return
	}
	if info, err := os.Stat(dir); err == nil && info.Mode().Perm()&0o077 != 0 {
		d.warn("store", "others can look into "+dir, "chmod 700 "+dir)
	}
	if _, err := os.Stat(path); os.IsNotExist(err) {
		d.ok("store", "%s will be made at the first start", path)
		return
	}
	s, err := store.OpenBeside(ctx, path)
	if err != nil {
		d.broken("store", err, "")
		return
	}
	defer s.Close()
	if err := s.Check(ctx); err != nil {
		d.broken("store", err, "stop klachtd, move the database away, and klachtd restore a backup")
		return
	}
	var counts store.Counts
	held := ""
	err = s.View(ctx, func(tx *store.Tx) (err error) {
		if held, err = heldNotice(tx); err == nil {
			counts, err = tx.Counts()
		}
		return err
	})
	if err != nil {
		d.broken("store", err, "")
		return
	}
	if held != "" {
		d.warn("store", held, "klachtd queue shows what would be sent; klachtd queue release lets go")
	}
	d.ok("store", "sound; %d open cases, %d mails waiting", counts.OpenCases, counts.Mails[store.StateQueued]+counts.Mails[store.StateMaybe])
	if n := counts.Mails[store.StateFailed]; n > 0 {
		d.warn("queue", fmt.Sprintf("%d mails failed for good", n), "klachtd queue shows them; klachtd queue retry ID sends one again")
	}
}

// staleBackup is how old the newest backup may be before the doctor says so.
const staleBackup = 48 * time.Hour

func (d *doctor) backups() {
	b := d.cfg.Backup
	if b.Dir == "" {
		d.warn("backup", "none are made", "name a folder, best on another machine: backup.dir")
		return
	}
	if _, err := backup.Recipients(b.Recipients); err != nil {
		d.broken("backup", err, "backup.recipients holds public keys, as age-keygen prints them: age1…")
		return
	}
	if err := writable(b.Dir); err != nil {
		d.broken("backup", err, "make the folder, owned by the user that klachtd runs as: install -d -m 0700 "+b.Dir)
		return
	}
	newest, found := backup.Newest(b.Dir)
	switch {
	case len(b.Recipients) == 0:
		d.warn("backup", "they are not encrypted", "make a key elsewhere (age-keygen), and name its public half in backup.recipients")
	case !found:
		d.ok("backup", "the first is made at the next night")
	case d.now.Sub(newest) > staleBackup:
		d.warn("backup", "the newest is of "+newest.In(d.house.Location).Format("2006-01-02 15:04"), "klachtd's log says why")
	default:
		d.ok("backup", "the newest is of %s", newest.In(d.house.Location).Format("2006-01-02 15:04"))
	}
}

// writable tries whether a folder can be written to, or made.
func writable(dir string) error {
	for {
		probe, err := os.CreateTemp(dir, ".check-*")
		if errors.Is(err, fs.ErrNotExist) && dir != filepath.Dir(dir) {
			dir = filepath.Dir(dir)
			continue
		}
		if err != nil {
			return err
		}
		return errors.Join(probe.Close(), os.Remove(probe.Name()))
	}
}

// calendar warns in time: holidays by decree are announced some years ahead, and must be put in the table.
func (d *doctor) calendar() {
	until, today := workday.KnownUntil(), d.house.Today(d.now)
	if until.Sub(today) < 366 {
		d.warn("holidays", "the days that a royal decree puts on a par with a holiday are known until "+until.String(), "install a newer klachtd, or add the days to calendar.closed")
		return
	}
	d.ok("holidays", "known until %s", until)
}

func (d *doctor) clock() {
	local := d.now.In(d.house.Location).Format("2006-01-02 15:04 MST")
	if synchronised, known := clockSynchronised(); known && !synchronised {
		d.warn("clock", "it is "+local+", and nothing keeps this clock right", "switch time synchronisation on: timedatectl set-ntp true")
		return
	}
	d.ok("clock", "it is %s", local)
}

// newest is how many headers are looked at for the name that the mail server judges senders under.
const newest = 50

func (d *doctor) mailbox(ctx context.Context, box *mailbox.Box) {
	report, err := box.Inspect(ctx)
	for _, step := range report.Steps {
		if step.Err != nil {
			d.broken("imap "+step.Name, step.Err, cureIMAP(step.Name, d.cfg.IMAP))
		}
	}
	if err != nil && len(report.Folders) == 0 {
		return
	}
	d.ok("imap", "logged in to %s; IDLE %s, MOVE %s", d.cfg.IMAP.Host, yesNo(report.Idle), yesNo(report.Move))
	if !report.Move && !report.UIDPlus {
		d.warn("imap", "the server has neither MOVE nor UIDPLUS", "registered mail is copied and marked as deleted; empty the mailbox of deleted mail now and then")
	}
	for _, f := range report.Folders {
		d.folder(f)
	}
	d.authserv(ctx, box)
}

func (d *doctor) folder(f mailbox.FolderState) {
	switch {
	case f.Missing != "":
		d.broken("folder "+f.Name, fmt.Errorf("the account lacks the rights %q there", f.Missing), "give the account these rights (RFC 4314), or name another folder")
	case f.SpecialUse != "" && !f.Exists:
		d.warn("folder "+f.Name, "it will be made; the server itself calls "+f.SpecialUse+" the folder of sent mail", fmt.Sprintf("imap.folders.sent = %q", f.SpecialUse))
	case !f.Exists:
		d.ok("folder "+f.Name, "will be made")
	default:
		d.ok("folder "+f.Name, "%d messages", f.Messages)
	}
}

func cureIMAP(step string, s config.IMAP) string {
	switch step {
	case "connect":
		return "check imap.host, imap.port and imap.tls; a private authority goes in imap.ca_file"
	case "login":
		if s.Auth == "oauth2" {
			return "check imap.oauth2 and the rights of the application; with flow = \"device\": klachtd login imap"
		}
		return "check imap.username and the password; many providers want an app password or OAuth2"
	}
	return "check imap.folders"
}

// authserv looks under which name the mail server judges senders, in mail that really came in.
func (d *doctor) authserv(ctx context.Context, box *mailbox.Box) {
	headers, err := box.Headers(ctx, newest)
	if err != nil {
		d.broken("imap headers", err, "")
		return
	}
	reader := intake.NewReader(intake.Profile{})
	seen := map[string]int{}
	for _, header := range headers {
		if names := reader.Parse(bytes.NewReader(header), d.now).AuthservIDs(); len(names) > 0 {
			seen[names[0]]++
		}
	}
	configured, best := d.cfg.Security.AuthservID, mostSeen(seen)
	switch {
	case configured == "" && best == "":
		d.warn("authserv_id", fmt.Sprintf("none of the newest %d mails says whether its sender is real", len(headers)), "commands are proved by address and code alone; a mail server that checks DMARC is better")
	case configured == "":
		d.warn("authserv_id", "senders are not checked", fmt.Sprintf("security.authserv_id = %q (in %d of the newest %d mails)", best, seen[best], len(headers)))
	case seen[configured] == 0 && len(headers) > 0:
		d.warn("authserv_id", fmt.Sprintf("%q stands in none of the newest %d mails: every command would be refused", configured, len(headers)), fmt.Sprintf("security.authserv_id = %q", best))
	default:
		d.ok("authserv_id", "%s judged %d of the newest %d mails", configured, seen[configured], len(headers))
	}
}

func mostSeen(seen map[string]int) (best string) {
	for name, n := range seen {
		if n > seen[best] || (n == seen[best] && name < best) {
			best = name
		}
	}
	return best
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func (d *doctor) server(ctx context.Context) {
	out, err := outboxOf(d.cfg)
	if err != nil {
		d.broken("smtp", err, "")
		return
	}
	defer out.Close()
	report, err := out.Inspect(ctx)
	if err != nil {
		d.broken("smtp", err, "check smtp.host, smtp.port, smtp.tls, smtp.username and the password")
		return
	}
	protection := or(report.TLS, "no TLS (this machine)")
	d.ok("smtp", "%s, %s", d.cfg.SMTP.Host, protection)
	if limit, err := strconv.ParseInt(report.Size, 10, 64); err == nil && limit > 0 && limit < int64(d.cfg.Limits.Message)*4/3 {
		d.warn("smtp size", fmt.Sprintf("the server takes mails up to %d MB, and a complaint of %d MB grows by a third on its way to the assessor", limit>>20, int64(d.cfg.Limits.Message)>>20),
			fmt.Sprintf("limits.message = \"%dMB\"", limit*3/4>>20))
	}
}

// arrival is how long a test mail to the mailbox itself is waited for.
const arrival = time.Minute

func (d *doctor) sendTest(ctx context.Context, box *mailbox.Box, to string) {
	letters, err := lettersOf(d.cfg, d.house, letter.NewKey([]byte(d.now.String())))
	if err != nil {
		return // said already
	}
	mail, err := letters.Notice(letter.Notice{
		Envelope: letter.Envelope{Sequence: 1, At: d.now}, Kind: complaint.LetterAlert,
		To:      complaint.Recipient{Role: complaint.RoleOperator, Person: complaint.Person{Email: to}},
		Subject: "klachtd: proefbericht", Text: "Dit is een proefbericht van klachtd. U hoeft niets te doen.",
	})
	if err != nil {
		d.broken("test mail", err, "is the address right?")
		return
	}
	out, err := outboxOf(d.cfg)
	if err != nil {
		return
	}
	defer out.Close()
	var raw bytes.Buffer
	if err := mail.Write(&raw, nil); err != nil {
		d.broken("test mail", err, "")
		return
	}
	answer, err := out.Send(ctx, mail.From, mail.To, &raw, func() error { return nil })
	if err != nil {
		d.broken("test mail", err, "")
		return
	}
	d.ok("test mail", "taken by the server: %s", answer)
	if strings.EqualFold(to, d.cfg.Organisation.Address) {
		d.awaitArrival(ctx, box, mail.MessageID)
	}
}

func (d *doctor) awaitArrival(ctx context.Context, box *mailbox.Box, messageID string) {
	ctx, cancel := context.WithTimeout(ctx, arrival)
	defer cancel()
	look := time.NewTicker(time.Second)
	defer look.Stop()
	for {
		headers, err := box.Headers(ctx, newest)
		for _, header := range headers {
			if bytes.Contains(header, []byte(messageID)) {
				d.ok("round trip", "the test mail came back into the mailbox")
				return
			}
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			if err == nil {
				err = fmt.Errorf("the test mail did not come into the mailbox within %s", arrival)
			}
			d.broken("round trip", err, "does organisation.address deliver into this mailbox?")
			return
		}
	}
}

func (d *doctor) report(s streams, asJSON bool) error {
	bad := 0
	for _, f := range d.findings {
		if f.Is == broken {
			bad++
		}
	}
	if asJSON {
		if err := printJSON(s.out, d.findings); err != nil {
			return err
		}
	} else {
		w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
		for _, f := range d.findings {
			fmt.Fprintf(w, "%s\t%s\t%s\n", f.Is, f.What, printable(f.Says))
			if f.Cure != "" {
				fmt.Fprintf(w, "\t\t  -> %s\n", f.Cure)
			}
		}
		w.Flush()
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d checks failed", bad, len(d.findings))
	}
	return nil
}
