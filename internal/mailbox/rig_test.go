package mailbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"go.uber.org/goleak"

	"klikonderwijs.nl/klachtd/internal/mailtest"
	"klikonderwijs.nl/klachtd/internal/wire"
)

// TestMain runs one Dovecot for all tests, which have a mailbox of their own each.
func TestMain(m *testing.M) {
	dovecot, err := mailtest.StartDovecot("")
	if err != nil && (!errors.Is(err, mailtest.ErrNoDovecot) || os.Getenv("KLACHTD_DOVECOT") == "require") {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	shared = dovecot
	code := m.Run()
	if dovecot != nil {
		if err := dovecot.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	if err := goleak.Find(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// shared is the one Dovecot, set once before any test; nil = not installed.
var shared *mailtest.Dovecot

const (
	inbox      = "INBOX"
	drop       = "Klachten/Aanmelden"
	registered = "Klachten/Geregistreerd"
)

// morning is when the tests happen.
var morning = time.Date(2026, time.March, 2, 8, 0, 0, 0, time.UTC)

// rig is a server with one mailbox, and what a test does to it behind the back of the box.
type rig struct {
	cfg      Config
	deliver  func(folder string, raw []byte, at time.Time)
	messages func(folder string) []mailtest.Message
}

// kinds are the servers on which every story is told.
var kinds = map[string]func(t *testing.T) *rig{
	"plain":    func(t *testing.T) *rig { return embedded(t, mailtest.IMAPOptions{}).rig },
	"starttls": func(t *testing.T) *rig { return embedded(t, mailtest.IMAPOptions{Security: mailtest.StartTLS}).rig },
	"implicit": func(t *testing.T) *rig { return embedded(t, mailtest.IMAPOptions{Security: mailtest.Implicit}).rig },
	"without MOVE": func(t *testing.T) *rig {
		return embedded(t, mailtest.IMAPOptions{Without: []imap.Cap{imap.CapMove}}).rig
	},
	"without UIDPLUS": func(t *testing.T) *rig {
		return embedded(t, mailtest.IMAPOptions{Without: []imap.Cap{imap.CapUIDPlus}}).rig
	},
	"without both": func(t *testing.T) *rig {
		return embedded(t, mailtest.IMAPOptions{Without: []imap.Cap{imap.CapMove, imap.CapUIDPlus}}).rig
	},
	"without IDLE": func(t *testing.T) *rig {
		return embedded(t, mailtest.IMAPOptions{Without: []imap.Cap{imap.CapIdle}}).rig
	},
	"INBOX. namespace": func(t *testing.T) *rig {
		return embedded(t, mailtest.IMAPOptions{Delimiter: '.', Prefix: "INBOX."}).rig
	},
	"dot, no NAMESPACE": func(t *testing.T) *rig {
		return embedded(t, mailtest.IMAPOptions{Delimiter: '.', Without: []imap.Cap{imap.CapNamespace}}).rig
	},
	"dovecot":          func(t *testing.T) *rig { return onDovecot(t, wire.StartTLS) },
	"dovecot implicit": func(t *testing.T) *rig { return onDovecot(t, wire.Implicit) },
}

// everywhere tells a story on every kind of server.
func everywhere(t *testing.T, story func(t *testing.T, r *rig)) {
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		t.Run(name, func(t *testing.T) { story(t, kinds[name](t)) })
	}
}

type embeddedRig struct {
	*rig
	server *mailtest.IMAP
}

func embedded(t *testing.T, o mailtest.IMAPOptions) *embeddedRig {
	t.Helper()
	ca := newCA(t)
	o.CA = ca
	server, err := mailtest.StartIMAP(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { noError(t, server.Close()) })
	r := &rig{cfg: config(t, server.Host(), server.Port())}
	r.cfg.Security, r.cfg.TLSConfig = wire.Security(o.Security), ca.ClientConfig()
	if o.Security == "" {
		r.cfg.Security = wire.Plain
	}
	r.cfg.Username, r.cfg.Password = server.User(), secret(server.Password())
	name := func(folder string) string {
		if folder == inbox {
			return folder
		}
		delimiter := "/"
		if o.Delimiter != 0 {
			delimiter = string(o.Delimiter)
		}
		return o.Prefix + strings.ReplaceAll(folder, "/", delimiter)
	}
	r.deliver = func(folder string, raw []byte, at time.Time) { server.Deliver(name(folder), raw, at) }
	r.messages = func(folder string) []mailtest.Message { return server.Messages(name(folder)) }
	return &embeddedRig{rig: r, server: server}
}

func newCA(t *testing.T) *mailtest.CA {
	t.Helper()
	ca, err := mailtest.NewCA()
	noError(t, err)
	return ca
}

func onDovecot(t *testing.T, security wire.Security) *rig {
	t.Helper()
	if shared == nil {
		t.Skip("left out: dovecot is not installed")
	}
	d := *shared
	d.User = fmt.Sprintf("u%d@klik.example", users.next())
	port := d.IMAPPort
	if security == wire.Implicit {
		port = d.IMAPSPort
	}
	r := &rig{cfg: config(t, d.Host(), port)}
	r.cfg.Security, r.cfg.TLSConfig = security, d.CA.ClientConfig()
	r.cfg.Username, r.cfg.Password = d.User, secret(d.Password)
	dotted := func(folder string) string { return strings.ReplaceAll(folder, "/", ".") }
	r.deliver = func(folder string, raw []byte, at time.Time) { noError(t, d.Append(dotted(folder), raw, at)) }
	r.messages = func(folder string) []mailtest.Message {
		list, err := d.Messages(dotted(folder))
		noError(t, err)
		return list
	}
	return r
}

// counter gives numbers that no other test of this process has.
type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) next() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	return c.n
}

var users = &counter{}

func config(t *testing.T, host string, port int) Config {
	return Config{
		Server:   wire.Server{Host: host, Port: port},
		Folders:  Folders{Inbox: inbox, Drop: drop, Registered: registered, Sent: "Sent"},
		Idle:     true,
		SpoolDir: t.TempDir(),
		Now:      func() time.Time { return morning },
	}
}

func secret(s string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) { return s, nil }
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (r *rig) box(t *testing.T, ledger Ledger) *Box {
	t.Helper()
	b, err := New(r.cfg, ledger)
	noError(t, err)
	t.Cleanup(func() { noError(t, b.Close()) })
	return b
}

// memory is a ledger that forgets at the end of a test.
type memory struct {
	mu    sync.Mutex
	known map[string]Position
	saves int
	err   error // of every call, when set
}

func (m *memory) Position(_ context.Context, folder string) (Position, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, ok := m.known[folder]
	return p, ok, m.err
}

func (m *memory) SavePosition(_ context.Context, folder string, p Position) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return m.err
	}
	if m.known == nil {
		m.known = make(map[string]Position)
	}
	m.known[folder] = p
	m.saves++
	return nil
}

func (m *memory) position(folder string) Position {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.known[folder]
}

// collector is a handler that remembers what it was given, and does what the subject says.
type collector struct {
	mu    sync.Mutex
	mails []Mail
	raws  []string
	each  func(m Mail, raw string) (Action, error) // nil = files
	got   chan string                              // every body, when set
}

func (c *collector) handle(_ context.Context, m Mail) (Action, error) {
	raw, err := io.ReadAll(m.Body)
	if err != nil {
		return Leave, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mails = append(c.mails, m)
	c.raws = append(c.raws, string(raw))
	if c.got != nil {
		c.got <- string(raw)
	}
	if c.each != nil {
		return c.each(m, string(raw))
	}
	return File, nil
}

func (c *collector) subjects() (list []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, raw := range c.raws {
		list = append(list, subject(raw))
	}
	return list
}

func subject(raw string) string {
	for line := range strings.Lines(raw) {
		if s, ok := strings.CutPrefix(line, "Subject: "); ok {
			return strings.TrimSpace(s)
		}
	}
	return ""
}

// letter makes a mail of about so many bytes.
func letter(subject string, size int) []byte {
	head := "From: Anna de Wit <anna@school.example>\r\nTo: klachten@klik.example\r\nSubject: " + subject + "\r\n\r\n"
	line := "Ik heb een klacht over de cursus, want het examen ging niet door en niemand belde.\r\n"
	return []byte(head + strings.Repeat(line, max(1, (size-len(head))/len(line))))
}

func subjectsOf(list []mailtest.Message) (subjects []string) {
	for _, m := range list {
		subjects = append(subjects, subject(string(m.Raw)))
	}
	return subjects
}

// established is a ledger and a box after first contact with an empty mailbox.
func (r *rig) established(t *testing.T) (*Box, *memory) {
	t.Helper()
	ledger := &memory{}
	b := r.box(t, ledger)
	noError(t, b.Once(t.Context(), (&collector{}).handle))
	return b, ledger
}

// untilSilence lets a box wait for an answer until the server leaves a command unanswered on purpose, however slow the machine
// is: then that command is given up at once.
func (r *embeddedRig) untilSilence(t *testing.T, b *Box) {
	n := r.server.Count(mailtest.Unanswered)
	giveUp(t, b, func(ctx context.Context) bool {
		n++
		return r.server.AwaitCount(ctx, mailtest.Unanswered, n) == nil
	})
}

// giveUp lets a box wait for an answer until silence, which is false when ctx ended, says that none comes.
func giveUp(t *testing.T, b *Box, silence func(ctx context.Context) bool) {
	var mu sync.Mutex
	var end context.CancelCauseFunc // of the command that is under way
	b.within = func(ctx context.Context, _ time.Duration) (context.Context, context.CancelFunc) {
		mu.Lock()
		defer mu.Unlock()
		ctx, cancel := context.WithCancelCause(ctx)
		end = cancel
		return ctx, func() { cancel(nil) }
	}
	var watching sync.WaitGroup
	ctx, stop := context.WithCancel(context.Background())
	watching.Go(func() {
		for silence(ctx) {
			mu.Lock()
			end(errSilence)
			mu.Unlock()
		}
	})
	t.Cleanup(func() {
		stop()
		watching.Wait()
	})
}

// patience is how long a test waits for a server that is silent on purpose. Where a busy machine takes longer for a
// command that is answered, such a test proves less, and does not fail.
const patience = 300 * time.Millisecond
