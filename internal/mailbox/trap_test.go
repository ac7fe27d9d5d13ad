package mailbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/google/go-cmp/cmp"

	"klikonderwijs.nl/klachtd/internal/mailtest"
	"klikonderwijs.nl/klachtd/internal/wire"
)

func no(code imap.ResponseCode) *imap.Error {
	return &imap.Error{Type: imap.StatusResponseTypeNo, Code: code, Text: "nee, anna@klik.example"}
}

// Where the copy fails, the library's own fallback for MOVE destroys the mail.
func TestMailSurvivesACopyThatFails(t *testing.T) {
	for _, without := range [][]imap.Cap{{imap.CapMove}, {imap.CapMove, imap.CapUIDPlus}, nil} {
		t.Run(fmt.Sprint("without ", without), func(t *testing.T) {
			r := embedded(t, mailtest.IMAPOptions{Without: without})
			now := morning
			r.cfg.Now = func() time.Time { return now }
			b, ledger := r.established(t)
			r.deliver(inbox, letter("een", 200), morning)
			for _, command := range []string{"COPY", "MOVE"} {
				r.server.Fail(mailtest.Fault{Command: command, Answer: no(imap.ResponseCodeOverQuota)})
			}
			c := &collector{}
			err := b.Once(t.Context(), c.handle)
			if !refused(err, imap.ResponseCodeOverQuota) || strings.Contains(err.Error(), "anna@") {
				t.Errorf("the round gave %v", err)
			}
			if left := r.messages(inbox); len(left) != 1 || len(left[0].Flags) > 0 {
				t.Errorf("in the inbox is %+v, want the mail as it was", left)
			}
			if failed := ledger.position(inbox).Failed; len(failed) != 1 {
				t.Errorf("failed: %+v", failed)
			}
			now = now.Add(time.Hour)
			noError(t, b.Once(t.Context(), c.handle))
			if diff := cmp.Diff([]string{"een"}, subjectsOf(r.messages(registered))); diff != "" {
				t.Errorf("filed at the second attempt (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWithoutMoveOnlyOurMailIsExpunged(t *testing.T) {
	for name, without := range map[string][]imap.Cap{"uidplus": {imap.CapMove}, "neither": {imap.CapMove, imap.CapUIDPlus}} {
		t.Run(name, func(t *testing.T) {
			r := embedded(t, mailtest.IMAPOptions{Without: without})
			b, ledger := r.established(t)
			r.deliver(inbox, letter("van een ander", 200), morning)
			c := &collector{each: func(_ Mail, raw string) (Action, error) {
				if subject(raw) == "van een ander" {
					return Leave, nil
				}
				return File, nil
			}}
			noError(t, b.Once(t.Context(), c.handle))
			markDeleted(t, r)
			r.deliver(inbox, letter("klacht", 200), morning)
			noError(t, b.Once(t.Context(), c.handle))
			noError(t, b.Once(t.Context(), c.handle))
			want := []string{"van een ander"}
			if name == "neither" {
				want = append(want, "klacht") // marked, for EXPUNGE would take the other one too
				if flags := r.messages(inbox)[1].Flags; !slices.Contains(flags, imap.FlagDeleted) {
					t.Errorf("the original has flags %v", flags)
				}
			}
			if diff := cmp.Diff(want, subjectsOf(r.messages(inbox))); diff != "" {
				t.Errorf("in the inbox (-want +got):\n%s", diff)
			}

			// Even when all is read again, no second copy is made of what is marked.
			p := ledger.position(inbox)
			p.UIDValidity++
			noError(t, ledger.SavePosition(t.Context(), inbox, p))
			noError(t, b.Once(t.Context(), c.handle))
			if diff := cmp.Diff([]string{"klacht"}, subjectsOf(r.messages(registered))); diff != "" {
				t.Errorf("filed (-want +got):\n%s", diff)
			}
		})
	}
}

// markDeleted marks all that is in the inbox, as another mail program would.
func markDeleted(t *testing.T, r *embeddedRig) {
	t.Helper()
	b := r.box(t, &memory{})
	s, err := b.connect(t.Context())
	noError(t, err)
	defer s.close()
	noError(t, s.enter(t.Context(), inbox))
	noError(t, s.remove(t.Context(), imap.UIDSet{imap.UIDRange{Start: 1, Stop: 0}}, false))
}

func TestMailThatIsGoneBeforeItIsMoved(t *testing.T) {
	for name, without := range map[string][]imap.Cap{"move": nil, "copy": {imap.CapMove}, "no uidplus": {imap.CapUIDPlus}} {
		t.Run(name, func(t *testing.T) {
			r := embedded(t, mailtest.IMAPOptions{Without: without})
			b, ledger := r.established(t)
			r.deliver(inbox, letter("een", 200), morning)
			r.deliver(inbox, letter("twee", 200), morning)
			c := &collector{each: func(m Mail, raw string) (Action, error) {
				if subject(raw) == "een" {
					r.server.Remove(inbox, m.UID)
				}
				return File, nil
			}}
			noError(t, b.Once(t.Context(), c.handle))
			if diff := cmp.Diff([]string{"twee"}, subjectsOf(r.messages(registered))); diff != "" {
				t.Errorf("filed (-want +got):\n%s", diff)
			}
			if p := ledger.position(inbox); len(p.Failed) > 0 || p.Next != 3 {
				t.Errorf("position %+v", p)
			}
		})
	}
}

func TestFolderThatDisappearsIsMadeAgain(t *testing.T) {
	everywhereEmbedded := []mailtest.IMAPOptions{{}, {Without: []imap.Cap{imap.CapMove}}}
	for _, o := range everywhereEmbedded {
		r := embedded(t, o)
		b, _ := r.established(t)
		r.deliver(inbox, letter("een", 200), morning)
		c := &collector{each: func(Mail, string) (Action, error) {
			r.server.RemoveFolder(registered)
			return File, nil
		}}
		noError(t, b.Once(t.Context(), c.handle))
		if diff := cmp.Diff([]string{"een"}, subjectsOf(r.messages(registered))); diff != "" {
			t.Errorf("filed (-want +got):\n%s", diff)
		}
		if !r.server.Subscribed(registered) || !r.server.Subscribed(drop) {
			t.Error("the folders are not subscribed to")
		}
	}
}

func TestFolderThatCannotBeMadeDoesNotStopReading(t *testing.T) {
	r := embedded(t, mailtest.IMAPOptions{})
	r.server.Fail(mailtest.Fault{Command: "CREATE", Answer: no(imap.ResponseCodeNoPerm), Times: -1})
	ledger := &memory{}
	b := r.box(t, ledger)
	c := &collector{}
	if err := b.Once(t.Context(), c.handle); !refused(err, imap.ResponseCodeNoPerm) {
		t.Errorf("the round gave %v", err)
	}
	r.deliver(inbox, letter("een", 200), morning)
	if err := b.Once(t.Context(), c.handle); !refused(err, imap.ResponseCodeNoPerm) || len(c.mails) != 1 {
		t.Errorf("the round gave %v after %d mails", err, len(c.mails))
	}
	if left := r.messages(inbox); len(left) != 1 || len(ledger.position(inbox).Failed) != 1 {
		t.Errorf("in the inbox %+v, position %+v", left, ledger.position(inbox))
	}
}

// The answer to a MOVE can be lost although it was done: the mail must be neither lost nor filed twice.
func TestAnswerLostAfterMoving(t *testing.T) {
	for command, without := range map[string][]imap.Cap{"MOVE": nil, "COPY": {imap.CapMove}} {
		r := embedded(t, mailtest.IMAPOptions{Without: without})
		b, _ := r.established(t)
		r.deliver(inbox, letter("een", 200), morning)
		r.server.Fail(mailtest.Fault{Command: command, Lost: true})
		c := &collector{}
		noError(t, b.Once(t.Context(), c.handle))
		if n := len(r.messages(inbox)); n > 0 {
			t.Errorf("%s: %d mails are left", command, n)
		}
		if command == "MOVE" {
			if diff := cmp.Diff([]string{"een"}, subjectsOf(r.messages(registered))); diff != "" {
				t.Errorf("filed (-want +got):\n%s", diff)
			}
		}
	}
}

// A literal that ends early looks whole to the library.
func TestCutBodyIsNeverHandedOver(t *testing.T) {
	for _, security := range []mailtest.Security{mailtest.Plain, mailtest.StartTLS, mailtest.Implicit} {
		for _, size := range []int{100 << 10, 2 << 20} {
			t.Run(fmt.Sprint(security, " ", size), func(t *testing.T) {
				r := embedded(t, mailtest.IMAPOptions{Security: security})
				now := morning
				r.cfg.Now = func() time.Time { return now }
				b, ledger := r.established(t)
				want := []string{"een", "stuk", "drie"}
				for _, s := range want {
					r.deliver(inbox, letter(s, size), morning)
				}
				r.server.Fail(mailtest.Fault{Command: "BODY", UID: 2, Cut: true, Times: 2})
				c := &collector{each: func(_ Mail, raw string) (Action, error) {
					if raw != string(letter(subject(raw), size)) {
						t.Errorf("%s came cut, with %d bytes", subject(raw), len(raw))
					}
					return File, nil
				}}
				noError(t, b.Once(t.Context(), c.handle))
				for range 2 {
					now = now.Add(time.Hour)
					noError(t, b.Once(t.Context(), c.handle))
				}
				if diff := cmp.Diff(want, sorted(subjectsOf(r.messages(registered)), want)); diff != "" {
					t.Errorf("filed (-want +got):\n%s", diff)
				}
				if p := ledger.position(inbox); len(p.Failed) > 0 {
					t.Errorf("position %+v", p)
				}
				if n := len(c.mails); n != 3 {
					t.Errorf("handed over %d mails, want 3: %v", n, c.subjects())
				}
			})
		}
	}
}

// sorted puts a list in the order of another.
func sorted(list, like []string) []string {
	slices.SortFunc(list, func(a, b string) int { return slices.Index(like, a) - slices.Index(like, b) })
	return list
}

func TestSilentServerIsLeft(t *testing.T) {
	for _, command := range []string{"LOGIN", "LIST", "STATUS", "SELECT", "SEARCH", "FETCH", "BODY", "MOVE"} {
		t.Run(command, func(t *testing.T) {
			r := embedded(t, mailtest.IMAPOptions{})
			_, ledger := r.established(t)
			r.deliver(inbox, letter("een", 200), morning)
			b := r.box(t, ledger)
			r.untilSilence(t, b)
			r.server.Fail(mailtest.Fault{Command: command, Hang: true, Times: -1})
			c, before := &collector{}, r.server.Count("LOGIN")
			err := b.Once(t.Context(), c.handle)
			if logins := r.server.Count("LOGIN") - before; logins > 1+mostFruitless {
				t.Errorf("it took %d logins", logins)
			}
			aside := len(ledger.position(inbox).Failed) == 1
			if inBody := command == "BODY"; aside != inBody || (!inBody && !errors.Is(err, errSilence)) {
				t.Errorf("the round gave %v, put aside: %v", err, aside)
			}
			if n := len(r.messages(inbox)); n != 1 {
				t.Errorf("%d mails in the inbox, want 1", n)
			}
		})
	}
}

// One mail on which the server falls silent is put aside in the end, and the others come.
func TestSilenceAboutOneMail(t *testing.T) {
	for _, command := range []string{"FETCH", "BODY"} {
		r := embedded(t, mailtest.IMAPOptions{})
		_, ledger := r.established(t)
		for _, s := range []string{"een", "stil", "drie"} {
			r.deliver(inbox, letter(s, 200), morning)
		}
		b, c := r.box(t, ledger), &collector{}
		r.untilSilence(t, b)
		r.server.Fail(mailtest.Fault{Command: command, UID: 2, Hang: true, Times: -1})
		for b.Once(t.Context(), c.handle) != nil && t.Context().Err() == nil {
		}
		if diff := cmp.Diff([]string{"een", "drie"}, subjectsOf(r.messages(registered))); diff != "" {
			t.Errorf("%s: filed (-want +got):\n%s", command, diff)
		}
		if p := ledger.position(inbox); len(p.Failed) != 1 || p.Failed[0].UID != 2 {
			t.Errorf("%s: position %+v", command, p)
		}
	}
}

func TestCancelCutsASilentServer(t *testing.T) {
	r := embedded(t, mailtest.IMAPOptions{})
	r.server.Fail(mailtest.Fault{Command: "SELECT", Hang: true})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	b := r.box(t, &memory{})
	go func() { ended <- b.Once(ctx, (&collector{}).handle) }()
	noError(t, r.server.AwaitCount(t.Context(), "SELECT", 1))
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the round gave %v", err)
	}
}

func TestServerThatNeverGreets(t *testing.T) {
	script, err := mailtest.StartScript("* OK [", func(int, string) string { return "" })
	noError(t, err)
	defer script.Close()
	for _, security := range []wire.Security{wire.Plain, wire.StartTLS, wire.Implicit} {
		r := &rig{cfg: config(t, script.Host(), script.Port())}
		r.cfg.Security, r.cfg.Username, r.cfg.Password, r.cfg.Timeout = security, "u", secret("p"), patience
		if err := r.box(t, &memory{}).Once(t.Context(), (&collector{}).handle); err == nil {
			t.Errorf("%s: no error", security)
		}
	}
}

// A keyword with a bracket and a date that is none cost the connection; the other mails must not suffer.
func TestPoisonousMailsArePutAside(t *testing.T) {
	o := &odd{n: 6, caps: "MOVE UIDPLUS", facts: func(uid int, items string) string {
		switch {
		case uid == 2 && strings.Contains(items, "FLAGS"):
			return "* 2 FETCH (UID 2 FLAGS (x]y) RFC822.SIZE 40)\r\n"
		case uid == 3 && strings.Contains(items, "INTERNALDATE"):
			return "* 3 FETCH (UID 3 INTERNALDATE NIL RFC822.SIZE 40)\r\n"
		case uid == 4:
			return "* 4 FETCH (UID 4 VERZONNEN 12)\r\n"
		}
		return ""
	}, body: func(uid int, _ bool) (string, bool) {
		return "* 5 FETCH (UID 5 BODY[] ~{3}\r\nabc)\r\n", uid == 5
	}}
	r, _ := o.start(t)
	ledger, c := ancient(), &collector{}
	noError(t, r.box(t, ledger).Once(t.Context(), c.handle))
	if diff := cmp.Diff([]string{"nr 1", "nr 2", "nr 3", "nr 6"}, c.subjects()); diff != "" {
		t.Errorf("handed over (-want +got):\n%s", diff)
	}
	if !c.mails[1].Received.Equal(morning) {
		t.Errorf("the mail with the odd keyword was received %v", c.mails[1].Received)
	}
	if !c.mails[2].Received.Equal(c.mails[2].Noticed) {
		t.Errorf("the mail without a date was received %v", c.mails[2].Received)
	}
	p := ledger.position(inbox)
	if len(p.Failed) != 2 || p.Failed[0].UID != 4 || p.Failed[1].UID != 5 || p.Next != 7 {
		t.Errorf("position %+v", p)
	}
}

// In history, a mail of which nobody can tell the age is not taken for new.
func TestUndatedHistoryIsForAPerson(t *testing.T) {
	o := &odd{n: 2, caps: "MOVE", facts: func(uid int, items string) string {
		if uid == 1 && strings.Contains(items, "INTERNALDATE") {
			return "* 1 FETCH (UID 1 INTERNALDATE NIL RFC822.SIZE 40)\r\n"
		}
		return ""
	}}
	r, _ := o.start(t)
	wish := morning.AddDate(0, 0, -1)
	r.cfg.Since = &wish
	ledger, c := &memory{}, &collector{}
	noError(t, r.box(t, ledger).Once(t.Context(), c.handle))
	if diff := cmp.Diff([]string{"nr 2"}, c.subjects()); diff != "" {
		t.Errorf("handed over (-want +got):\n%s", diff)
	}
	if p := ledger.position(inbox); len(p.Failed) != 1 || p.Failed[0].UID != 1 {
		t.Errorf("position %+v", p)
	}
}

func TestMailThatFetchDoesNotReturn(t *testing.T) {
	withheld := "" // nothing, and OK
	for name, test := range map[string]struct {
		facts func(int, string) string
		body  func(uid int, bySeq bool) (string, bool)
		aside bool
	}{
		"by UID":        {body: func(uid int, bySeq bool) (string, bool) { return withheld, uid == 2 && !bySeq }},
		"at all":        {body: func(uid int, _ bool) (string, bool) { return withheld, uid == 2 }, aside: true},
		"but NIL":       {body: func(uid int, _ bool) (string, bool) { return "* 2 FETCH (UID 2 BODY[] NIL)\r\n", uid == 2 }, aside: true},
		"but nothing":   {body: func(uid int, _ bool) (string, bool) { return "* 2 FETCH (UID 2 BODY[] {0}\r\n)\r\n", uid == 2 }, aside: true},
		"but flags":     {body: func(uid int, bySeq bool) (string, bool) { return "* 2 FETCH (UID 2 FLAGS ())\r\n", uid == 2 && !bySeq }},
		"UID last":      {body: uidLast(2)},
		"another's UID": {body: uidLast(9), aside: true},
		"facts": {facts: func(uid int, _ string) string {
			if uid == 2 {
				return "* 1 FETCH (FLAGS ())\r\n"
			}
			return ""
		}, aside: true},
	} {
		t.Run(name, func(t *testing.T) {
			o := &odd{n: 3, caps: "MOVE UIDPLUS", facts: test.facts, body: test.body}
			r, script := o.start(t)
			ledger, c := ancient(), &collector{}
			noError(t, r.box(t, ledger).Once(t.Context(), c.handle))
			want := []string{"nr 1", "nr 2", "nr 3"}
			if test.aside {
				want = []string{"nr 1", "nr 3"}
			}
			if diff := cmp.Diff(want, c.subjects()); diff != "" {
				t.Errorf("handed over (-want +got):\n%s", diff)
			}
			if p := ledger.position(inbox); (len(p.Failed) == 1) != test.aside || p.Next != 4 {
				t.Errorf("position %+v", p)
			}
			if script.Connections() != 1 {
				t.Errorf("it took %d connections", script.Connections())
			}
		})
	}
}

// uidLast answers for the second mail as Exchange has been seen to: the UID comes after the body, and the library drops
// the answer to a UID FETCH.
func uidLast(uid int) func(int, bool) (string, bool) {
	return func(n int, _ bool) (string, bool) {
		mail := fmt.Sprintf(oddMail, n)
		return fmt.Sprintf("* %d FETCH (BODY[] {%d}\r\n%s UID %d)\r\n", n, len(mail), mail, uid), n == 2
	}
}

func TestSizeThatIsALie(t *testing.T) {
	mail := string(letter("groot", chunkBytes+1000))
	o := &odd{n: 2, caps: "MOVE", body: func(uid int, _ bool) (string, bool) {
		return fmt.Sprintf("* 1 FETCH (UID 1 BODY[] {%d}\r\n%s)\r\n", len(mail), mail), uid == 1
	}}
	r, _ := o.start(t)
	c := &collector{}
	noError(t, r.box(t, ancient()).Once(t.Context(), c.handle))
	if len(c.raws) != 2 || c.raws[0] != mail {
		t.Errorf("handed over %d mails, or not all of it", len(c.raws))
	}

	r.cfg.Limit = 1 << 20 // and it is over the limit, too
	o.gone, c = map[int]bool{}, &collector{}
	noError(t, r.box(t, ancient()).Once(t.Context(), c.handle))
	if len(c.mails) != 2 || !c.mails[0].Truncated || len(c.raws[0]) != excerpt {
		t.Errorf("handed over %d mails, the first of %d bytes", len(c.mails), len(c.raws[0]))
	}
}

func TestServerWithoutUIDNext(t *testing.T) {
	o := &odd{n: 3, caps: "MOVE", selected: "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] .\r\n"}
	r, _ := o.start(t)
	ledger, c := &memory{}, &collector{}
	noError(t, r.box(t, ledger).Once(t.Context(), c.handle))
	if p := ledger.position(inbox); len(c.mails) > 0 || p.Next != 4 || p.History != 4 {
		t.Errorf("handed over %v, position %+v", c.subjects(), p)
	}
}

func TestServerWithoutUIDValidity(t *testing.T) {
	o := &odd{n: 3, selected: "* 3 EXISTS\r\n* OK [UIDNEXT 4] .\r\n"}
	r, _ := o.start(t)
	err := r.box(t, ancient()).Once(t.Context(), (&collector{}).handle)
	if err == nil || !strings.Contains(err.Error(), "UIDVALIDITY") {
		t.Errorf("the round gave %v", err)
	}
}

func TestSearchThatFindsTheWorld(t *testing.T) {
	o := &odd{n: 3, any: func(_ int, command string) (string, bool) {
		return "* ESEARCH (TAG \"$TAG\") UID ALL 1:4294967295\r\n$TAG OK .\r\n", strings.HasPrefix(command, "UID SEARCH")
	}}
	r, _ := o.start(t)
	if err := r.box(t, ancient()).Once(t.Context(), (&collector{}).handle); err == nil || !strings.Contains(err.Error(), errTooMany.Error()) {
		t.Errorf("the round gave %v", err)
	}
}

// History with sparse UIDs is passed in a few steps, and no step asks for the whole mailbox.
func TestHistoryIsSearchedInWindows(t *testing.T) {
	r := embedded(t, mailtest.IMAPOptions{})
	r.deliver(inbox, letter("een", 200), morning)
	r.server.Renumber(inbox, 3_000_000_000)
	r.cfg.Since = &morning
	c := &collector{}
	noError(t, r.box(t, &memory{}).Once(t.Context(), c.handle))
	if len(c.mails) != 1 {
		t.Errorf("handed over %v", c.subjects())
	}
	if n := r.server.Count("SEARCH"); n < 10 || n > 40 {
		t.Errorf("it took %d searches", n)
	}
}

func TestFirstContactAsksForNoMail(t *testing.T) {
	o := &odd{n: 200_000, caps: "MOVE"}
	r, script := o.start(t)
	noError(t, r.box(t, &memory{}).Once(t.Context(), (&collector{}).handle))
	for _, command := range script.Commands() {
		if strings.Contains(command, "FETCH") || (strings.Contains(command, "SEARCH") && !strings.Contains(command, "200001:*")) {
			t.Errorf("it asked %s", command)
		}
	}
}

func TestFullDiskConcernsTheLargeMailOnly(t *testing.T) {
	r := embedded(t, mailtest.IMAPOptions{})
	_, ledger := r.established(t)
	r.deliver(inbox, letter("groot", 1<<20), morning)
	r.deliver(inbox, letter("klein", 200), morning)
	r.cfg.SpoolDir = filepath.Join(t.TempDir(), "weg")
	b, c := r.box(t, ledger), &collector{}
	logins := r.server.Count("LOGIN")
	noError(t, b.Once(t.Context(), c.handle))
	if diff := cmp.Diff([]string{"klein"}, c.subjects()); diff != "" {
		t.Errorf("handed over (-want +got):\n%s", diff)
	}
	if p := ledger.position(inbox); len(p.Failed) != 1 || r.server.Count("LOGIN") != logins+1 {
		t.Errorf("position %+v after %d connections", p, r.server.Count("LOGIN")-logins)
	}

	// A disk that is full in the middle: the literal is read to its end all the same.
	sink := &faultless{to: writerFunc(func([]byte) (int, error) { return 0, errors.New("no space left on device") })}
	if n, err := io.Copy(sink, strings.NewReader("abc")); n != 3 || err != nil || sink.err == nil {
		t.Errorf("the sink took %d, %v, %v", n, err, sink.err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// The spool file is private, its name says nothing, and it is gone while it is still read.
func TestSpoolLeavesNothingBehind(t *testing.T) {
	r := embedded(t, mailtest.IMAPOptions{})
	b, _ := r.established(t)
	r.deliver(inbox, letter("groot", 1<<20), morning)
	noError(t, b.Once(t.Context(), func(_ context.Context, m Mail) (Action, error) {
		file, ok := m.Body.(*os.File)
		if !ok {
			t.Fatalf("a large mail comes as %T", m.Body)
		}
		info, err := file.Stat()
		noError(t, err)
		if info.Mode().Perm() != 0o600 || !strings.HasPrefix(filepath.Base(file.Name()), "mail-") {
			t.Errorf("the file is %s with mode %v", filepath.Base(file.Name()), info.Mode())
		}
		if _, err := os.Stat(file.Name()); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the file can be found: %v", err)
		}
		return File, nil
	}))
}

func TestIdleThatIsRefused(t *testing.T) {
	o := &odd{n: 1, caps: "IDLE MOVE", any: func(_ int, command string) (string, bool) {
		return "$TAG NO nu niet\r\n", command == "IDLE"
	}}
	r, script := o.start(t)
	r.cfg.Poll = 20 * time.Millisecond
	polled := make(chan error, 100)
	r.cfg.Polled = func(err error) { polled <- err }
	stop := running(t, r.box(t, ancient()), &collector{})
	for range 3 {
		noError(t, <-polled)
	}
	stop()
	if n := script.Connections(); n != 1 {
		t.Errorf("it took %d connections", n)
	}
}

func TestIdleWithoutPlus(t *testing.T) {
	silent := make(chan struct{}, 100)
	o := &odd{n: 1, caps: "IDLE MOVE", any: func(_ int, command string) (string, bool) {
		if command == "IDLE" {
			silent <- struct{}{}
		}
		return "", command == "IDLE"
	}}
	r, _ := o.start(t)
	b := r.box(t, ancient())
	giveUp(t, b, func(ctx context.Context) bool {
		select {
		case <-silent:
			return true
		case <-ctx.Done():
			return false
		}
	})
	waits := make(chan time.Duration, 10)
	b.pause = func(_ context.Context, d time.Duration) { waits <- d }
	b.jitter = func() float64 { return 0 }
	stop := running(t, b, &collector{})
	for i, want := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second} {
		if got := <-waits; got != want {
			t.Errorf("pause %d is %v, want %v", i, got, want)
		}
	}
	go func() {
		for range waits {
		}
	}()
	stop()
	close(waits)
}
