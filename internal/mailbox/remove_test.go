package mailbox

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
)

func raw(id, text string) []byte {
	header := "From: a@b.example\r\nSubject: x\r\n"
	if id != "" {
		header += "Message-ID: " + id + "\r\n"
	}
	return []byte(header + "\r\n" + text + "\r\n")
}

// Only what is byte for byte the message that was filed goes; a mail with its Message-ID and other words stays.
func TestRemove(t *testing.T) {
	everywhere(t, func(t *testing.T, r *rig) {
		ours, forged, other := raw("<een@x.example>", "klacht"), raw("<een@x.example>", "iets anders"), raw("<twee@x.example>", "blijft")
		nameless, later := raw("", "zonder nummer"), raw("", "later")
		for _, m := range [][]byte{other, ours, forged, nameless} {
			r.deliver(registered, m, morning)
		}
		r.deliver(registered, later, morning.AddDate(0, 0, 9))
		box := r.box(t, &memory{})
		uidPlus := !strings.Contains(t.Name(), "without_UIDPLUS") && !strings.Contains(t.Name(), "without_both")
		got, err := box.Remove(t.Context(), registered, []Filed{
			{MessageID: "<een@x.example>", Received: morning, Digest: sha256.Sum256(ours)},
			{Received: morning, Digest: sha256.Sum256(nameless)},
			{MessageID: "<drie@x.example>", Received: morning, Digest: sha256.Sum256([]byte("was er nooit"))},
		})
		want := Removal{Removed: 2, Missing: 1}
		if !uidPlus {
			want = Removal{Marked: 2, Missing: 1}
		}
		if err != nil || got != want {
			t.Fatalf("%+v %v, want %+v", got, err, want)
		}
		var left []string
		for _, m := range r.messages(registered) {
			if len(m.Flags) == 0 || !slices.Contains(m.Flags, "\\Deleted") {
				left = append(left, string(m.Raw))
			}
		}
		if len(left) != 3 || !slices.Contains(left, string(forged)) || !slices.Contains(left, string(other)) || !slices.Contains(left, string(later)) {
			t.Errorf("left: %q", left)
		}
	})
}

// A mail of ours is known by its Message-ID alone, whole: a search finds parts of it too.
func TestRemoveOurs(t *testing.T) {
	everywhere(t, func(t *testing.T, r *rig) {
		r.deliver("Sent", raw("<k-2026-0001.acknowledgement.abc@x.example>", "kopie"), morning)
		r.deliver("Sent", append([]byte("In-Reply-To: <vraag@y.example>\r\n"), raw("\r\n <k-2026-0001.forward.abc@x.example>", "met antwoord")...), morning)
		r.deliver("Sent", raw("<re-<k-2026-0001.acknowledgement.abc@x.example>", "lijkt erop"), morning)
		got, err := r.box(t, &memory{}).Remove(t.Context(), "Sent", []Filed{
			{MessageID: "<k-2026-0001.acknowledgement.abc@x.example>", Ours: true}, {MessageID: "<k-2026-0001.forward.abc@x.example>", Ours: true},
		})
		if err != nil || got.Removed+got.Marked != 2 {
			t.Fatalf("%+v %v", got, err)
		}
	})
}

func TestRemoveFromNowhere(t *testing.T) {
	everywhere(t, func(t *testing.T, r *rig) {
		box := r.box(t, &memory{})
		got, err := box.Remove(t.Context(), "Bestaat niet", []Filed{{MessageID: "<a@b>", Ours: true}})
		if err != nil || got != (Removal{Missing: 1}) {
			t.Errorf("%+v %v", got, err)
		}
		if ids, err := box.Threads(t.Context(), "Bestaat niet", morning); err != nil || len(ids) != 0 {
			t.Errorf("%v %v", ids, err)
		}
	})
}

// What was filed since a moment is handed over again, in the order in which it was filed, and stays.
func TestReread(t *testing.T) {
	everywhere(t, func(t *testing.T, r *rig) {
		r.deliver(registered, raw("<oud@x.example>", "oud"), morning.Add(-time.Minute))
		r.deliver(registered, raw("<een@x.example>", "een"), morning.Add(time.Hour))
		r.deliver(registered, raw("", "twee"), morning)
		box := r.box(t, &memory{})
		var got []string
		err := box.Reread(t.Context(), registered, morning, func(_ context.Context, m Mail) error {
			body, err := io.ReadAll(m.Body)
			_, text, _ := strings.Cut(string(body), "\r\n\r\n")
			got = append(got, strings.TrimSpace(text))
			return err
		})
		if err != nil || !slices.Equal(got, []string{"een", "twee"}) {
			t.Errorf("%q %v", got, err)
		}
		ids, err := box.Threads(t.Context(), registered, morning)
		if err != nil || !slices.Contains(ids, Thread{MessageID: "<een@x.example>"}) {
			t.Errorf("%q %v", ids, err)
		}
		if n := len(r.messages(registered)); n != 3 {
			t.Errorf("%d messages", n)
		}
		first := raw("<een@x.example>", "een")
		if _, err := box.Remove(t.Context(), registered, []Filed{{MessageID: "<een@x.example>", Received: morning.Add(time.Hour), Digest: sha256.Sum256(first)}}); err != nil {
			t.Fatal(err)
		}
		err = box.Reread(t.Context(), registered, morning, func(_ context.Context, m Mail) error {
			if body, err := io.ReadAll(m.Body); err != nil || bytes.Equal(body, first) {
				t.Errorf("what was removed came back: %q %v", body, err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		if err := box.Reread(t.Context(), registered, morning, func(context.Context, Mail) error { return ErrStop }); !errors.Is(err, ErrStop) {
			t.Errorf("%v", err)
		}
	})
}

// A message that cannot be handled keeps no other from being handed over again; a person is told of it.
func TestRereadGoesOn(t *testing.T) {
	everywhere(t, func(t *testing.T, r *rig) {
		for i, text := range []string{"een", "paniek", "drie"} {
			r.deliver(registered, raw("", text), morning.Add(time.Duration(i)*time.Minute))
		}
		box := r.box(t, &memory{})
		told := 0
		box.cfg.Unreadable = func(_ context.Context, which Unreadable, _ error) {
			if told++; which.Folder != registered || which.UID == 0 {
				t.Errorf("%+v", which)
			}
		}
		seen := 0
		err := box.Reread(t.Context(), registered, morning, func(_ context.Context, m Mail) error {
			seen++
			switch body, err := io.ReadAll(m.Body); {
			case err != nil:
				return err
			case bytes.Contains(body, []byte("paniek")):
				panic("een")
			case bytes.Contains(body, []byte("een")):
				return errors.New("no")
			}
			return nil
		})
		if err != nil || seen != 3 || told != 2 {
			t.Errorf("%d handed over, %d told of: %v", seen, told, err)
		}
	})
}
