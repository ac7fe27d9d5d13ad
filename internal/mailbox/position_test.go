package mailbox

import (
	"fmt"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/google/go-cmp/cmp"
)

func TestBegin(t *testing.T) {
	now := morning
	week, month := now.AddDate(0, 0, -7), now.AddDate(0, -1, 0)
	failed := []Failed{{UID: 3, Attempts: 1}}
	settled := Position{UIDValidity: 7, Next: 50, History: 40, Since: week, Failed: failed}
	amid := Position{UIDValidity: 7, Next: 10, History: 40, Since: week}
	for name, test := range map[string]struct {
		old      Position
		known    bool
		drop     bool
		validity uint32
		wish     *time.Time
		want     Position
	}{
		"first contact":         {validity: 7, want: Position{UIDValidity: 7, Next: 60, History: 60, Since: now}},
		"first, with a wish":    {validity: 7, wish: &week, want: Position{UIDValidity: 7, Next: 1, History: 60, Since: week}},
		"first, drop":           {validity: 7, drop: true, wish: &week, want: Position{UIDValidity: 7, Next: 1}},
		"known":                 {old: settled, known: true, validity: 7, want: settled},
		"known, amid history":   {old: amid, known: true, validity: 7, want: amid},
		"known, the same wish":  {old: settled, known: true, validity: 7, wish: &week, want: settled},
		"known, a later wish":   {old: settled, known: true, validity: 7, wish: &now, want: settled},
		"known, earlier wish":   {old: settled, known: true, validity: 7, wish: &month, want: Position{UIDValidity: 7, Next: 1, History: 50, Since: month, Failed: failed}},
		"amid, earlier wish":    {old: amid, known: true, validity: 7, wish: &month, want: Position{UIDValidity: 7, Next: 1, History: 40, Since: month}},
		"other UIDs":            {old: settled, known: true, validity: 8, want: Position{UIDValidity: 8, Next: 1, History: 60, Since: week}},
		"other UIDs and a wish": {old: settled, known: true, validity: 8, wish: &month, want: Position{UIDValidity: 8, Next: 1, History: 60, Since: month}},
		"other UIDs in drop":    {old: Position{UIDValidity: 7, Next: 9}, known: true, drop: true, validity: 8, want: Position{UIDValidity: 8, Next: 1}},
		"known drop":            {old: Position{UIDValidity: 7, Next: 9}, known: true, drop: true, validity: 7, want: Position{UIDValidity: 7, Next: 9}},
	} {
		t.Run(name, func(t *testing.T) {
			got := begin(test.old, test.known, test.drop, test.validity, 60, test.wish, now)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("position (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWindow(t *testing.T) {
	since := morning
	for _, test := range []struct {
		p    Position
		size uint32
		want window
	}{
		{Position{Next: 5, History: 5, Since: since}, 10, window{start: 5}},
		{Position{Next: 1, History: 5, Since: since}, 10, window{start: 1, stop: 4, since: since}},
		{Position{Next: 1, History: 500, Since: since}, 10, window{start: 1, stop: 10, since: since}},
		{Position{Next: 4294967000, History: 4294967295, Since: since}, 1 << 30, window{start: 4294967000, stop: 4294967294, since: since}},
		{Position{Next: 1}, 10, window{start: 1}},
	} {
		if got := test.p.window(test.size); got != test.want {
			t.Errorf("%+v, %d: got %+v, want %+v", test.p, test.size, got, test.want)
		}
	}
}

func TestFailuresAreTriedAgainLaterAndLater(t *testing.T) {
	var p Position
	now := morning
	var waits []time.Duration
	var told []int
	for range 7 {
		attempts, tell := p.fail(9, now)
		if tell {
			told = append(told, attempts)
		}
		waits = append(waits, p.Failed[0].NextTry.Sub(now))
		if len(p.due(now)) > 0 || len(p.due(p.Failed[0].NextTry)) != 1 {
			t.Errorf("due %v at %v", p.due(now), now)
		}
		now = p.Failed[0].NextTry
	}
	want := []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 6 * time.Hour, 6 * time.Hour, 6 * time.Hour}
	if diff := cmp.Diff(want, waits); diff != "" {
		t.Errorf("waits (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{3}, told); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	if !p.succeed(9) || p.succeed(9) || len(p.Failed) > 0 {
		t.Errorf("after success: %+v", p)
	}
}

func TestPlan(t *testing.T) {
	pos := &Position{History: 100, Since: morning}
	found := make(map[imap.UID]facts)
	sizes := []int64{10, smallMail + 1, 20, 30, unknown, smallMail, 0}
	var uids []imap.UID
	for i, size := range sizes {
		uid := imap.UID(90 + 2*i)
		uids = append(uids, uid)
		if size != unknown {
			found[uid] = facts{uid: uid, size: size, received: morning}
		}
	}
	old := imap.UID(93)
	found[old] = facts{uid: old, received: morning.Add(-time.Second)}
	batches := plan(append(uids[:2:2], append([]imap.UID{old}, uids[2:]...)...), found, pos)
	if diff := cmp.Diff("[90] [92] [94 96] [98?] [100 102]", shape(batches)); diff != "" {
		t.Errorf("batches (-want +got):\n%s", diff)
	}

	clear(found)
	uids = uids[:0]
	for uid := imap.UID(1); uid <= 32; uid++ {
		uids = append(uids, uid)
		found[uid] = facts{uid: uid, size: smallMail, received: morning}
	}
	for _, batch := range plan(uids, found, &Position{}) {
		if bytesOf(batch) > chunkBytes {
			t.Errorf("%d bytes at once", bytesOf(batch))
		}
	}
}

func shape(batches [][]facts) (text string) {
	for i, batch := range batches {
		if i > 0 {
			text += " "
		}
		uids := fmt.Sprint(uidsOf(batch))
		if batch[0].size == unknown {
			uids = uids[:len(uids)-1] + "?]"
		}
		text += uids
	}
	return text
}

func TestServerNames(t *testing.T) {
	dotted := naming{prefix: "INBOX.", delimiter: "."}
	for _, test := range []struct {
		n            naming
		folder, want string
	}{
		{naming{delimiter: "/"}, "Klachten/Aanmelden", "Klachten/Aanmelden"},
		{naming{delimiter: "."}, "Klachten/Aanmelden", "Klachten.Aanmelden"},
		{naming{delimiter: "\\"}, "a/b/c", `a\b\c`},
		{naming{}, "Klachten/Aanmelden", "Klachten/Aanmelden"},
		{dotted, "Klachten/Aanmelden", "INBOX.Klachten.Aanmelden"},
		{dotted, "INBOX/Klachten", "INBOX.Klachten"},
		{dotted, "Inbox/Klachten", "INBOX.Klachten"},
		{dotted, "inbox", "INBOX"},
		{naming{delimiter: "/", rev2: true}, "Verzonden items", "Verzonden items"},
		{naming{delimiter: "/"}, "Één", "Één"},
	} {
		if got, err := test.n.server(test.folder); got != test.want || err != nil {
			t.Errorf("%+v, %q: got %q, %v, want %q", test.n, test.folder, got, err, test.want)
		}
	}
	if got, err := (naming{delimiter: "/", rev2: true}).server("Één"); err == nil {
		t.Errorf("a name with an accent became %q on a server that announces IMAP4rev2", got)
	}
}

func TestScrub(t *testing.T) {
	for _, test := range []struct{ text, user, want string }{
		{"Mailbox doesn't exist: Klachten", "anna", "Mailbox doesn't exist: Klachten"},
		{"no such user <anna@klik.example>, sorry", "anna@klik.example", "no such user … sorry"},
		{"user anna is locked", "anna", "user … is locked"},
		{"panic\ngoroutine 1", "", "panic"},
	} {
		if got := scrub(test.text, test.user); got != test.want {
			t.Errorf("%q: got %q, want %q", test.text, got, test.want)
		}
	}
}

func TestBackoff(t *testing.T) {
	for _, test := range []struct {
		failures int
		login    bool
		jitter   float64
		want     time.Duration
	}{
		{1, false, 0, time.Second}, {2, false, 0, 2 * time.Second}, {9, false, 0, 256 * time.Second}, {10, false, 0, 5 * time.Minute},
		{1000, false, 0, 5 * time.Minute}, {1, true, 0, 30 * time.Second}, {6, true, 0, 15 * time.Minute}, {99, true, 0, 15 * time.Minute},
		{1, false, 1, 750 * time.Millisecond},
	} {
		if got := backoff(test.failures, test.login, test.jitter); got != test.want {
			t.Errorf("%+v: got %v", test, got)
		}
	}
}
