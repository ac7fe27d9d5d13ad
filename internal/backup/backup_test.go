package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/store"
	"klikonderwijs.nl/klachtd/internal/workday"
)

var noon = time.Date(2026, time.April, 2, 12, 0, 0, 0, time.UTC)

func opened(t testing.TB, path string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), path, store.Options{Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// addCase registers a complaint with an original of some kilobytes.
func addCase(t testing.TB, s *store.Store, n, kilobytes int) {
	t.Helper()
	err := s.Update(context.Background(), func(tx *store.Tx) error {
		ref, err := tx.NextReference(2026)
		if err != nil {
			return err
		}
		o, err := tx.PutOriginal(strings.NewReader(fmt.Sprintf("klacht %d ", n) + strings.Repeat("tekst van de klacht\r\n", kilobytes*50)))
		if err != nil {
			return err
		}
		received := workday.NewDate(2026, time.April, 2)
		facts := []complaint.Fact{&complaint.Registered{Reference: ref, Channel: complaint.ChannelMail, Received: received, Original: o.Digest}}
		if err := tx.AddIncoming(store.Incoming{Reference: ref, Kind: "complaint", From: "sanne@geheim.example", At: noon, Original: o.Digest}); err != nil {
			return err
		}
		return tx.Append(ref, noon, complaint.RoleComplainant, facts, store.Index{Stage: complaint.StageRegistered, Received: received, Channel: complaint.ChannelMail})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func identity(t testing.TB) *age.X25519Identity {
	t.Helper()
	i, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func references(t testing.TB, s *store.Store) (n int) {
	t.Helper()
	err := s.View(t.Context(), func(tx *store.Tx) (err error) { n, err = tx.Files(); return err })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestThereAndBack(t *testing.T) {
	dir := t.TempDir()
	s := opened(t, filepath.Join(dir, "data", "klachtd.db"))
	addCase(t, s, 1, 600)
	key, stranger := identity(t), identity(t)
	file := filepath.Join(dir, "copy.db.age")
	if err := Write(t.Context(), s, file, []age.Recipient{key.Recipient()}); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(content, []byte("geheim")) || bytes.Contains(content, []byte("SQLite")) {
		t.Error("the backup can be read without a key")
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v %v", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "data", "*backup*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
	if err := Write(t.Context(), s, file, nil); err == nil {
		t.Error("a backup was overwritten")
	}

	back := filepath.Join(dir, "back", "klachtd.db")
	for name, attempt := range map[string]func() error{
		"without a key": func() error { _, err := Restore(t.Context(), file, back, nil, false); return err },
		"with the key of another": func() error {
			_, err := Restore(t.Context(), file, back, strings.NewReader(stranger.String()), false)
			return err
		},
		"of something else": func() error {
			other := filepath.Join(dir, "other")
			if err := os.WriteFile(other, []byte("no backup"), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Restore(t.Context(), other, back, nil, false)
			return err
		},
		"of half a backup": func() error {
			half := filepath.Join(dir, "half")
			if err := os.WriteFile(half, content[:len(content)/2], 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Restore(t.Context(), half, back, strings.NewReader(key.String()), false)
			return err
		},
		"over a database": func() error {
			_, err := Restore(t.Context(), file, filepath.Join(dir, "data", "klachtd.db"), strings.NewReader(key.String()), false)
			return err
		},
	} {
		if err := attempt(); err == nil {
			t.Errorf("restored %s", name)
		}
		if left, _ := filepath.Glob(back + "*"); len(left) > 1 { // the lock
			t.Errorf("%s left %q", name, left)
		}
	}
	v, err := Restore(t.Context(), file, back, strings.NewReader(key.String()), false)
	if err != nil || !v.Holds() || v.Cases != 1 || v.Originals != 1 {
		t.Fatalf("%+v %v", v, err)
	}
	restored := opened(t, back)
	if n := references(t, restored); n != 1 {
		t.Errorf("%d files", n)
	}
	err = restored.View(t.Context(), func(tx *store.Tx) error {
		since, err := tx.Held()
		if !since.Before(noon) || since.Before(noon.Add(-2*time.Hour)) {
			t.Errorf("held since %v", since)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// What was altered before the backup was made is found when it is restored.
func TestRestoreProves(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "data", "klachtd.db")
	s := opened(t, path)
	addCase(t, s, 1, 1)
	s.Close()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "altered.db")
	if err := os.WriteFile(file, bytes.ReplaceAll(content, []byte("tekst van de klacht"), []byte("tekst van iets anders"[:19])), 0o600); err != nil {
		t.Fatal(err)
	}
	back := filepath.Join(dir, "back", "klachtd.db")
	v, err := Restore(t.Context(), file, back, nil, false)
	if !errors.Is(err, errFlawed) || v.Holds() {
		t.Fatalf("%+v %v", v, err)
	}
	if _, err := os.Stat(back); err == nil {
		t.Error("it was restored")
	}
	if _, err := Restore(t.Context(), file, back, nil, true); err != nil {
		t.Error(err)
	}
}

func TestNightly(t *testing.T) {
	dir := t.TempDir()
	s := opened(t, filepath.Join(dir, "data", "klachtd.db"))
	backups := filepath.Join(dir, "backups")
	if err := os.MkdirAll(backups, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"klachtd-20260101-000000.db.age.partial", "other.db", "klachtd-notes.txt", "klachtd-20250101-000000.db"} {
		if err := os.WriteFile(filepath.Join(backups, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for day := range 5 {
		if err := Nightly(t.Context(), s, backups, 3, nil, noon.AddDate(0, 0, day)); err != nil {
			t.Fatal(err)
		}
	}
	names := func() (list []string) {
		entries, err := os.ReadDir(backups)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			list = append(list, e.Name())
		}
		return list
	}
	want := []string{"klachtd-20260404-120000.db", "klachtd-20260405-120000.db", "klachtd-20260406-120000.db", "klachtd-notes.txt", "other.db"}
	if got := names(); !slices.Equal(got, want) {
		t.Errorf("kept %q", got)
	}
	// After a long silence the old ones go, with the first new one.
	if err := Nightly(t.Context(), s, backups, 3, nil, noon.AddDate(0, 2, 0)); err != nil {
		t.Fatal(err)
	}
	if got := names(); !slices.Equal(got, []string{"klachtd-20260602-120000.db", "klachtd-notes.txt", "other.db"}) {
		t.Errorf("kept %q", got)
	}
}

func TestRecipients(t *testing.T) {
	if _, err := Recipients([]string{identity(t).Recipient().String(), "age1geheim"}); err == nil || !strings.Contains(err.Error(), "age1geheim") {
		t.Errorf("%v", err)
	}
}

// large is a store of 10,000 cases with originals of 20 KB.
func large(b *testing.B) (s *store.Store, dir string) {
	dir = b.TempDir()
	s = opened(b, filepath.Join(dir, "data", "klachtd.db"))
	for n := range 10_000 {
		addCase(b, s, n, 20)
	}
	return s, dir
}

// BenchmarkBackup makes backups of 10,000 cases with originals of 20 KB, while complaints keep coming in.
func BenchmarkBackup(b *testing.B) {
	s, dir := large(b)
	recipients := []age.Recipient{identity(b).Recipient()}
	stop, done := make(chan struct{}), make(chan []time.Duration)
	go func() {
		var waits []time.Duration
		for n := 0; ; n++ {
			select {
			case <-stop:
				done <- waits
				return
			default:
				before := time.Now()
				addCase(b, s, n, 20)
				waits = append(waits, time.Since(before))
			}
		}
	}()
	n := 0
	for b.Loop() {
		n++
		if err := Write(b.Context(), s, filepath.Join(dir, fmt.Sprintf("%d.db.age", n)), recipients); err != nil {
			b.Fatal(err)
		}
	}
	close(stop)
	waits := <-done
	slices.Sort(waits)
	b.ReportMetric(float64(len(waits))/b.Elapsed().Seconds(), "cases-taken-in/s")
	b.ReportMetric(float64(waits[len(waits)*99/100].Microseconds())/1000, "intake-p99-ms")
	if info, err := os.Stat(filepath.Join(dir, "1.db.age")); err == nil {
		b.ReportMetric(float64(info.Size())/(1<<20), "backup-MB")
	}
}

// BenchmarkRawBackup is the limit in the same run: the file is read, encrypted and brought to the disk, with nobody using it.
func BenchmarkRawBackup(b *testing.B) {
	s, dir := large(b)
	recipients := []age.Recipient{identity(b).Recipient()}
	s.Close()
	n := 0
	for b.Loop() {
		n++
		if err := seal(filepath.Join(dir, "data", "klachtd.db"), filepath.Join(dir, fmt.Sprintf("%d.age", n)), recipients); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRawIntake is what the same complaints cost while no backup is made.
func BenchmarkRawIntake(b *testing.B) {
	s := opened(b, filepath.Join(b.TempDir(), "klachtd.db"))
	n := 0
	for b.Loop() {
		n++
		addCase(b, s, n, 20)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "cases-taken-in/s")
}
