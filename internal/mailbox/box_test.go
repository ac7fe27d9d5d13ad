package mailbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/google/go-cmp/cmp"

	"klikonderwijs.nl/klachtd/internal/mailtest"
)

func TestHandsOverEachNewMailOnce(t *testing.T) {
	everywhere(t, func(t *testing.T, r *rig) {
		r.deliver(inbox, letter("geschiedenis", 200), morning.Add(-time.Hour))
		b, ledger := r.established(t)
		r.deliver(inbox, letter("klacht", 3000), morning)
		r.deliver(inbox, letter("gewoon", 200), morning.Add(-48*time.Hour)) // moved here from elsewhere
		c := &collector{each: func(_ Mail, raw string) (Action, error) {
			if subject(raw) == "gewoon" {
				return Leave, nil
			}
			return File, nil
		}}
		noError(t, b.Once(t.Context(), c.handle))
		noError(t, b.Once(t.Context(), c.handle))
		noError(t, r.box(t, ledger).Once(t.Context(), c.handle)) // a new process

		if diff := cmp.Diff([]string{"klacht", "gewoon"}, c.subjects()); diff != "" {
			t.Errorf("handed over (-want +got):\n%s", diff)
		}
		m := c.mails[0]
		if c.raws[0] != string(letter("klacht", 3000)) || m.Size != int64(len(c.raws[0])) || !m.Received.Equal(morning) || m.Folder != inbox || m.Drop || m.Truncated {
			t.Errorf("the first is %+v with %d bytes", m, len(c.raws[0]))
		}
		if diff := cmp.Diff([]string{"klacht"}, subjectsOf(r.messages(registered))); diff != "" {
			t.Errorf("filed (-want +got):\n%s", diff)
		}
		for _, m := range r.messages(inbox) {
			if s := subject(string(m.Raw)); slices.Contains(m.Flags, imap.FlagSeen) || (s == "klacht" && !slices.Contains(m.Flags, imap.FlagDeleted)) {
				t.Errorf("%s is in the inbox with flags %v", s, m.Flags)
			}
		}
	})
}

func TestDropFolderHasNoHistory(t *testing.T) {
	everywhere(t, func(t *testing.T, r *rig) {
		r.deliver(drop, letter("oud", 200), morning.AddDate(-1, 0, 0))
		b, ledger := r.box(t, nil), &memory{}
		b.ledger = ledger
		c := &collector{}
		noError(t, b.Once(t.Context(), c.handle))
		r.deliver(drop, letter("nieuw", 200), morning)
		noError(t, b.Once(t.Context(), c.handle))
		if diff := cmp.Diff([]string{"oud", "nieuw"}, c.subjects()); diff != "" {
			t.Errorf("handed over (-want +got):\n%s", diff)
		}
		if !c.mails[0].Drop || c.mails[0].Folder != drop {
			t.Errorf("it came from %+v", c.mails[0])
		}
		if got := len(r.messages(registered)); got != 2 {
			t.Errorf("%d mails are filed, want 2", got)
		}
	})
}

func TestManyMailsComeInOrderAndInChunks(t *testing.T) {
	everywhere(t, func(t *testing.T, r *rig) {
		b, _ := r.established(t)
		var want []string
		for i := range 75 {
			size := 2000
			switch {
			case i == 20 || i == 21:
				size = smallMail + 5000 // spooled
			case i > 40 && i < 70:
				size = 200 << 10 // more than a chunk of bytes
			}
			want = append(want, fmt.Sprintf("nr %d", i))
			r.deliver(inbox, letter(want[i], size), morning)
		}
		c := &collector{}
		noError(t, b.Once(t.Context(), c.handle))
		if diff := cmp.Diff(want, c.subjects()); diff != "" {
			t.Errorf("handed over (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(want, subjectsOf(r.messages(registered))); diff != "" {
			t.Errorf("filed (-want +got):\n%s", diff)
		}
		if left, err := os.ReadDir(b.cfg.SpoolDir); err != nil || len(left) > 0 {
			t.Errorf("left in the spool: %v (%v)", left, err)
		}
	})
}

func TestOverTheLimitOnlyTheBeginningIsRead(t *testing.T) {
	everywhere(t, func(t *testing.T, r *rig) {
		r.cfg.Limit = 600 << 10
		b, _ := r.established(t)
		under, over := letter("net goed", 599<<10), letter("te groot", 700<<10)
		r.deliver(inbox, under, morning)
		r.deliver(inbox, over, morning)
		c := &collector{each: func(m Mail, _ string) (Action, error) {
			if m.Truncated {
				return Leave, nil
			}
			return File, nil
		}}
		noError(t, b.Once(t.Context(), c.handle))
		if len(c.mails) != 2 || c.mails[0].Truncated || c.raws[0] != string(under) {
			t.Fatalf("handed over %d mails, the first truncated or changed", len(c.mails))
		}
		if m := c.mails[1]; !m.Truncated || m.Size != int64(len(over)) || !bytes.Equal([]byte(c.raws[1]), over[:excerpt]) {
			t.Errorf("over the limit: truncated %v, size %d, %d bytes read", m.Truncated, m.Size, len(c.raws[1]))
		}
		if diff := cmp.Diff([]string{"net goed"}, subjectsOf(r.messages(registered))); diff != "" {
			t.Errorf("filed (-want +got):\n%s", diff)
		}
	})
}

func TestSinceOutranksHistory(t *testing.T) {
	everywhere(t, func(t *testing.T, r *rig) {
		days := map[string]int{"maand": -30, "week": -7, "gisteren": -1}
		for _, s := range []string{"week", "maand", "gisteren"} {
			r.deliver(inbox, letter(s, 200), morning.AddDate(0, 0, days[s]))
		}
		ledger, c := &memory{}, &collector{each: func(Mail, string) (Action, error) { return Leave, nil }}
		noError(t, r.box(t, ledger).Once(t.Context(), c.handle))
		if len(c.mails) > 0 {
			t.Fatalf("history was handed over: %v", c.subjects())
		}
		wish := morning.AddDate(0, 0, -8)
		r.cfg.Since = &wish
		b := r.box(t, ledger)
		noError(t, b.Once(t.Context(), c.handle))
		noError(t, b.Once(t.Context(), c.handle))
		noError(t, r.box(t, ledger).Once(t.Context(), c.handle)) // the same wish at the next start
		if diff := cmp.Diff([]string{"week", "gisteren"}, c.subjects()); diff != "" {
			t.Errorf("handed over (-want +got):\n%s", diff)
		}
	})
}

// A mail that came a few hours before the wished moment is on the same date for SEARCH, and is left alone all the same.
func TestSinceIsAMoment(t *testing.T) {
	r := embedded(t, mailtest.IMAPOptions{})
	west := time.FixedZone("", -9*3600)
	r.deliver(inbox, letter("net ervoor", 200), morning.Add(-time.Minute))
	r.deliver(inbox, letter("net erna", 200), morning.Add(time.Minute).In(west)) // the day before, on its own calendar
	r.cfg.Since = &morning
	c := &collector{}
	noError(t, r.box(t, &memory{}).Once(t.Context(), c.handle))
	if diff := cmp.Diff([]string{"net erna"}, c.subjects()); diff != "" {
		t.Errorf("handed over (-want +got):\n%s", diff)
	}
}

func TestNewUIDValidityStartsOverSinceFirstContact(t *testing.T) {
	r := embedded(t, mailtest.IMAPOptions{})
	for range 3 {
		r.deliver(inbox, letter("geschiedenis", 200), morning.Add(-time.Hour))
	}
	b, _ := r.established(t)
	c := &collector{each: func(Mail, string) (Action, error) { return Leave, nil }}
	r.deliver(inbox, letter("een", 200), morning.Add(time.Hour))
	noError(t, b.Once(t.Context(), c.handle))
	r.server.Renumber(inbox, 500)
	r.deliver(inbox, letter("twee", 200), morning.Add(2*time.Hour))
	noError(t, b.Once(t.Context(), c.handle))
	r.deliver(inbox, letter("oud maar nieuw hier", 200), morning.AddDate(-1, 0, 0))
	noError(t, b.Once(t.Context(), c.handle))
	if diff := cmp.Diff([]string{"een", "een", "twee", "oud maar nieuw hier"}, c.subjects()); diff != "" {
		t.Errorf("handed over (-want +got):\n%s", diff)
	}
}

func TestNewUIDValidityIsSeenWhileRunning(t *testing.T) {
	r := embedded(t, mailtest.IMAPOptions{})
	r.cfg.Poll = 20 * time.Millisecond
	b, _ := r.established(t)
	c := &collector{got: make(chan string, 9), each: func(Mail, string) (Action, error) { return Leave, nil }}
	stop := running(t, b, c)
	defer stop()
	r.deliver(inbox, letter("een", 200), morning.Add(time.Hour))
	<-c.got
	r.server.Renumber(inbox, 1)
	<-c.got
	r.deliver(inbox, letter("twee", 200), morning.Add(time.Hour))
	if got := subject(<-c.got); got != "twee" {
		t.Errorf("after the change came %q", got)
	}
}

func TestHandlerErrorPutsOneMailAside(t *testing.T) {
	everywhere(t, func(t *testing.T, r *rig) {
		now := morning
		var told []Unreadable
		r.cfg.Now = func() time.Time { return now }
		r.cfg.Unreadable = func(_ context.Context, u Unreadable, err error) {
			if err == nil || !strings.Contains(err.Error(), "kapot") {
				t.Errorf("told of %v", err)
			}
			told = append(told, u)
		}
		b, ledger := r.established(t)
		for _, s := range []string{"een", "stuk", "drie"} {
			r.deliver(inbox, letter(s, 200), morning)
		}
		broken := true
		c := &collector{each: func(_ Mail, raw string) (Action, error) {
			if broken && subject(raw) == "stuk" {
				return File, errors.New("kapot")
			}
			return File, nil
		}}
		for range 5 {
			noError(t, b.Once(t.Context(), c.handle))
			noError(t, b.Once(t.Context(), c.handle)) // too early
			now = now.Add(2 * time.Hour)
		}
		want := []string{"een", "stuk", "drie", "stuk", "stuk", "stuk", "stuk"}
		if diff := cmp.Diff(want, c.subjects()); diff != "" {
			t.Errorf("handed over (-want +got):\n%s", diff)
		}
		if len(told) != 1 || told[0].Attempts != 3 || told[0].Folder != inbox {
			t.Errorf("told %+v, want once, at the third attempt", told)
		}
		broken = false
		now = now.Add(24 * time.Hour)
		noError(t, b.Once(t.Context(), c.handle))
		if failed := ledger.position(inbox).Failed; len(failed) > 0 {
			t.Errorf("still failed: %+v", failed)
		}
		if diff := cmp.Diff([]string{"een", "drie", "stuk"}, subjectsOf(r.messages(registered))); diff != "" {
			t.Errorf("filed (-want +got):\n%s", diff)
		}
	})
}

func TestFailedMailThatIsTakenAwayIsForgotten(t *testing.T) {
	r := embedded(t, mailtest.IMAPOptions{})
	now := morning
	r.cfg.Now = func() time.Time { return now }
	b, ledger := r.established(t)
	r.deliver(inbox, letter("stuk", 200), morning)
	c := &collector{each: func(Mail, string) (Action, error) { return Leave, errors.New("kapot") }}
	noError(t, b.Once(t.Context(), c.handle))
	r.server.Remove(inbox, 1)
	now = now.Add(time.Hour)
	noError(t, b.Once(t.Context(), c.handle))
	if failed := ledger.position(inbox).Failed; len(failed) > 0 || len(c.mails) != 1 {
		t.Errorf("handed over %d times, failed %+v", len(c.mails), failed)
	}
}

func TestPanicIsAnErrorOfThatMail(t *testing.T) {
	r := embedded(t, mailtest.IMAPOptions{})
	var told error
	now := morning
	r.cfg.Now = func() time.Time { return now }
	r.cfg.Unreadable = func(_ context.Context, _ Unreadable, err error) { told = err }
	b, _ := r.established(t)
	r.deliver(inbox, letter("stuk", 200), morning)
	r.deliver(inbox, letter("heel", 200), morning)
	c := &collector{each: func(_ Mail, raw string) (Action, error) {
		if subject(raw) == "stuk" {
			panic("Anna de Wit")
		}
		return File, nil
	}}
	for range 3 {
		noError(t, b.Once(t.Context(), c.handle))
		now = now.Add(time.Hour)
	}
	if diff := cmp.Diff([]string{"heel"}, subjectsOf(r.messages(registered))); diff != "" {
		t.Errorf("filed (-want +got):\n%s", diff)
	}
	if told == nil || strings.Contains(told.Error(), "Anna") || !strings.Contains(told.Error(), "box_test.go") && !strings.Contains(told.Error(), "TestPanic") {
		t.Errorf("told %v, want where the panic was and nothing of the mail", told)
	}
}

// What is read ahead comes with its own mail, whatever happens to another; what does not lie in memory is not read ahead.
func TestReadsAheadInOrder(t *testing.T) {
	r := embedded(t, mailtest.IMAPOptions{})
	var read, want, got []string
	r.cfg.Ahead = func(m Mail) any {
		raw, err := io.ReadAll(m.Body)
		if err != nil || subject(string(raw)) == "nr 3" {
			panic("nr 3")
		}
		read = append(read, subject(string(raw)))
		return subject(string(raw))
	}
	b, _ := r.established(t)
	for i := range 40 {
		size := 200
		if i == 20 {
			size = smallMail + 5000
		}
		name := fmt.Sprintf("nr %d", i)
		r.deliver(inbox, letter(name, size), morning)
		if i != 3 && i != 20 {
			want = append(want, name)
		}
	}
	noError(t, b.Once(t.Context(), func(_ context.Context, m Mail) (Action, error) {
		if m.Read != nil {
			got = append(got, m.Read.(string))
		}
		return File, nil
	}))
	if diff := cmp.Diff(want, read); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("handed over with what was read (-want +got):\n%s", diff)
	}
	if filed := len(r.messages(registered)); filed != 40 {
		t.Errorf("%d were filed", filed)
	}
}

// A round that ends leaves nothing reading behind, and hands over nothing that was read but not taken.
func TestErrStopEndsReadingAhead(t *testing.T) {
	r := embedded(t, mailtest.IMAPOptions{})
	read := 0
	r.cfg.Ahead = func(Mail) any {
		read++
		return nil
	}
	b, _ := r.established(t)
	for i := range 10 {
		r.deliver(inbox, letter(fmt.Sprintf("nr %d", i), 200), morning)
	}
	err := b.Once(t.Context(), func(context.Context, Mail) (Action, error) { return Leave, ErrStop })
	if !errors.Is(err, ErrStop) || read > 2 {
		t.Errorf("%v; %d were read", err, read)
	}
}

func TestErrStopEndsTheRoundAndNothingIsLost(t *testing.T) {
	everywhere(t, func(t *testing.T, r *rig) {
		b, _ := r.established(t)
		for _, s := range []string{"een", "twee", "drie"} {
			r.deliver(inbox, letter(s, 200), morning)
		}
		down := true
		c := &collector{each: func(_ Mail, raw string) (Action, error) {
			if down && subject(raw) == "twee" {
				return File, fmt.Errorf("disk full: %w", ErrStop)
			}
			return File, nil
		}}
		if err := b.Once(t.Context(), c.handle); !errors.Is(err, ErrStop) {
			t.Errorf("the round gave %v", err)
		}
		if diff := cmp.Diff([]string{"een"}, subjectsOf(r.messages(registered))); diff != "" {
			t.Errorf("filed before the stop (-want +got):\n%s", diff)
		}
		down = false
		noError(t, b.Once(t.Context(), c.handle))
		if diff := cmp.Diff([]string{"een", "twee", "twee", "drie"}, c.subjects()); diff != "" {
			t.Errorf("handed over (-want +got):\n%s", diff)
		}
	})
}

func TestLedgerErrorStopsTheRound(t *testing.T) {
	r := embedded(t, mailtest.IMAPOptions{})
	b, ledger := r.established(t)
	r.deliver(inbox, letter("een", 200), morning)
	ledger.err = errors.New("database is locked")
	c := &collector{}
	if err := b.Once(t.Context(), c.handle); !errors.Is(err, ErrStop) || !errors.Is(err, ledger.err) || len(c.mails) > 0 {
		t.Errorf("the round gave %v after %d mails", err, len(c.mails))
	}
}

func TestCancelFinishesWhatIsCommitted(t *testing.T) {
	everywhere(t, func(t *testing.T, r *rig) {
		b, ledger := r.established(t)
		for _, s := range []string{"een", "twee", "drie"} {
			r.deliver(inbox, letter(s, 200), morning)
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		c := &collector{each: func(_ Mail, raw string) (Action, error) {
			if subject(raw) == "twee" {
				cancel()
				return File, ctx.Err()
			}
			return File, nil
		}}
		if err := b.Once(ctx, c.handle); !errors.Is(err, context.Canceled) {
			t.Errorf("the round gave %v", err)
		}
		if diff := cmp.Diff([]string{"een"}, subjectsOf(r.messages(registered))); diff != "" {
			t.Errorf("filed (-want +got):\n%s", diff)
		}
		if p := ledger.position(inbox); len(p.Failed) > 0 {
			t.Errorf("a mail counts as failed because the program ended: %+v", p)
		}
	})
}

// running starts Run and gives the function that stops it.
func running(t *testing.T, b *Box, c *collector) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx, c.handle) }()
	return func() {
		t.Helper()
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run ended with %v", err)
		}
	}
}

func TestRunHandsOverAsMailComes(t *testing.T) {
	everywhere(t, func(t *testing.T, r *rig) {
		r.cfg.Poll = time.Hour
		if strings.Contains(t.Name(), "without_IDLE") {
			r.cfg.Poll = 20 * time.Millisecond
		}
		polled := make(chan error, 100)
		r.cfg.Polled = func(err error) { polled <- err }
		b := r.box(t, &memory{})
		c := &collector{got: make(chan string, 10)}
		stop := running(t, b, c)
		defer stop()
		noError(t, <-polled)
		for _, s := range []string{"een", "twee", "drie"} {
			r.deliver(inbox, letter(s, 200), morning)
			if got := subject(<-c.got); got != s {
				t.Errorf("got %q, want %q", got, s)
			}
		}
	})
}

func TestPollFindsWhatIdleDoesNotTell(t *testing.T) {
	r := embedded(t, mailtest.IMAPOptions{})
	r.server.Fail(mailtest.Fault{Command: "IDLE", Hang: true, Times: -1}) // accepts IDLE and stays silent
	_, ledger := r.established(t)
	r.cfg.Poll, r.cfg.Timeout = 30*time.Millisecond, patience
	b := r.box(t, ledger)
	b.pause = func(context.Context, time.Duration) {}
	c := &collector{got: make(chan string, 10)}
	stop := running(t, b, c)
	defer stop()
	r.deliver(inbox, letter("een", 200), morning)
	r.deliver(drop, letter("twee", 200), morning)
	<-c.got
	<-c.got
}

func TestHeadersOfTheNewest(t *testing.T) {
	everywhere(t, func(t *testing.T, r *rig) {
		for i := range 5 {
			r.deliver(inbox, fmt.Appendf(nil, "Subject: %d\r\n\r\nbody\r\n", i), morning)
		}
		headers, err := r.box(t, &memory{}).Headers(t.Context(), 2)
		noError(t, err)
		if diff := cmp.Diff([]string{"Subject: 3\r\n\r\n", "Subject: 4\r\n\r\n"}, []string{string(headers[0]), string(headers[1])}); diff != "" {
			t.Errorf("headers (-want +got):\n%s", diff)
		}
		for _, m := range r.messages(inbox) {
			if slices.Contains(m.Flags, imap.FlagSeen) {
				t.Error("looking marked a message as read")
			}
		}
	})
}
