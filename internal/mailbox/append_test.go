package mailbox

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/emersion/go-imap/v2"

	"klikonderwijs.nl/klachtd/internal/mailtest"
)

func TestAppend(t *testing.T) {
	everywhere(t, func(t *testing.T, r *rig) {
		b := r.box(t, &memory{})
		for _, size := range []int{200, 100 << 10} {
			raw := letter("kopie", size)
			noError(t, b.Append(t.Context(), "Sent", int64(len(raw)), bytes.NewReader(raw), morning))
		}
		list := r.messages("Sent")
		if len(list) != 2 {
			t.Fatalf("%d copies, want 2", len(list))
		}
		m := list[0]
		if string(m.Raw) != string(letter("kopie", 200)) || !m.Date.Equal(morning) || !slices.Contains(m.Flags, imap.FlagSeen) {
			t.Errorf("the copy has flags %v, date %v, %d bytes", m.Flags, m.Date, len(m.Raw))
		}
	})
}

func TestAppendKeepsOneConnection(t *testing.T) {
	r := embedded(t, mailtest.IMAPOptions{})
	b := r.box(t, &memory{})
	raw := letter("kopie", 200)
	put := func() error {
		return b.Append(t.Context(), "Sent", int64(len(raw)), bytes.NewReader(raw), morning)
	}
	for range 3 {
		noError(t, put())
	}
	if n := r.server.Count("LOGIN"); n != 1 {
		t.Errorf("three copies took %d logins", n)
	}
	r.server.Fail(mailtest.Fault{Command: "LIST", Cut: true}) // the connection turns out to be dead
	noError(t, put())
	if n := r.server.Count("LOGIN"); n != 2 {
		t.Errorf("a dead connection took %d logins", n)
	}
	noError(t, b.Close())
	noError(t, put())
	if n := len(r.messages("Sent")); n != 5 {
		t.Errorf("%d copies, want 5", n)
	}
}

func TestAppendNeverStoresWhatIsNotTheMail(t *testing.T) {
	r := embedded(t, mailtest.IMAPOptions{})
	raw := letter("kopie", 10_000)
	size := int64(len(raw))
	for name, test := range map[string]struct {
		size int64
		r    io.Reader
		want error
	}{
		"unknown size": {0, bytes.NewReader(raw), errNoSize},
		"negative":     {-1, bytes.NewReader(raw), errNoSize},
		"too short":    {size + 1, bytes.NewReader(raw), errSize},
		"too long":     {size - 1, bytes.NewReader(raw), errSize},
		"far too long": {10, bytes.NewReader(raw), errSize},
		"empty":        {1, bytes.NewReader(nil), errSize},
		"unreadable":   {size, io.MultiReader(bytes.NewReader(raw[:5000]), iotest.ErrReader(errDisk)), errDisk},
	} {
		t.Run(name, func(t *testing.T) {
			b := r.box(t, &memory{})
			err := b.Append(t.Context(), "Sent", test.size, test.r, morning)
			if err == nil || !strings.Contains(err.Error(), test.want.Error()) {
				t.Errorf("got %v, want %v", err, test.want)
			}
			noError(t, b.Append(t.Context(), "Goed", size, bytes.NewReader(raw), morning)) // the box still works
		})
	}
	if n := len(r.messages("Sent")); n > 0 {
		t.Errorf("%d copies are stored", n)
	}
}

var errDisk = errors.New("input/output error")

func TestAppendRefused(t *testing.T) {
	r := embedded(t, mailtest.IMAPOptions{})
	b := r.box(t, &memory{})
	raw := letter("kopie", 10_000)
	r.server.Fail(mailtest.Fault{Command: "APPEND", Answer: no(imap.ResponseCodeOverQuota)})
	err := b.Append(t.Context(), "Sent", int64(len(raw)), bytes.NewReader(raw), morning)
	if !refused(err, imap.ResponseCodeOverQuota) {
		t.Errorf("got %v", err)
	}
	noError(t, b.Append(t.Context(), "Sent", int64(len(raw)), bytes.NewReader(raw), morning))

	o := &odd{caps: "APPENDLIMIT=5000"}
	limited, script := o.start(t)
	if err := limited.box(t, ancient()).Append(t.Context(), "Sent", int64(len(raw)), bytes.NewReader(raw), morning); !refused(err, imap.ResponseCodeTooBig) {
		t.Errorf("over the server's limit: got %v", err)
	}
	for _, command := range script.Commands() {
		if strings.HasPrefix(command, "APPEND") {
			t.Error("it was sent all the same")
		}
	}
}

// A server that refuses before it has the mail costs the connection, and its reason must come through.
func TestAppendRefusedBeforeTheMail(t *testing.T) {
	o := &odd{any: func(_ int, command string) (string, bool) {
		return "$TAG NO [OVERQUOTA] vol\r\n", strings.HasPrefix(command, "APPEND")
	}}
	r, script := o.start(t)
	b := r.box(t, ancient())
	raw := letter("kopie", 10_000)
	for range 2 {
		err := b.Append(t.Context(), "Sent", int64(len(raw)), bytes.NewReader(raw), morning)
		if !refused(err, imap.ResponseCodeOverQuota) {
			t.Errorf("got %v", err)
		}
	}
	if n := script.Connections(); n != 2 {
		t.Errorf("it took %d connections", n)
	}
}

func TestAppendToASilentServer(t *testing.T) {
	r := embedded(t, mailtest.IMAPOptions{})
	b := r.box(t, &memory{})
	r.untilSilence(t, b)
	r.server.Fail(mailtest.Fault{Command: "APPEND", Hang: true})
	raw := letter("kopie", 200)
	if err := b.Append(t.Context(), "Sent", int64(len(raw)), bytes.NewReader(raw), morning); !errors.Is(err, errSilence) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Append(ctx, "Sent", int64(len(raw)), bytes.NewReader(raw), morning); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
