package store

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// damage spoils the page in which a table begins, in the file itself.
func damage(t *testing.T, path, table string) {
	t.Helper()
	db, err := connect(fileURI(path), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var page, size int64
	if err := db.QueryRow("SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_schema WHERE name = ?", table).Scan(&page, &size); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt([]byte(strings.Repeat("x", 64)), (page-1)*size); err != nil {
		t.Fatal(err)
	}
}

// damagedSince is a database that was closed and found sound at noon, with damage in it since.
func damagedSince(t *testing.T) string {
	t.Helper()
	s := fresh(t)
	addCase(t, s, "2026-04-07")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	damage(t, s.path, "statistics")
	return s.path
}

func opens(path string, at time.Time) error {
	s, err := Open(context.Background(), path, Options{Now: at})
	if err == nil {
		err = s.Close()
	}
	return err
}

func refused(t *testing.T, when string, err error) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("%s: %v", when, err)
	}
}

// Every page is looked at once a day, not at every opening.
func TestDamageIsRefusedWithinADay(t *testing.T) {
	path := damagedSince(t)
	if err := opens(path, noon.Add(time.Hour)); err != nil {
		t.Errorf("the file was checked again within the hour: %v", err)
	}
	refused(t, "a day and three hours later", opens(path, noon.Add(27*time.Hour)))
	refused(t, "by a clock that was put back", opens(path, noon.Add(-time.Hour)))
	refused(t, "at no known time", opens(path, time.Time{}))
}

// A check that the running program makes counts for the next opening, and finds what was damaged under it.
func TestRecheck(t *testing.T) {
	s := fresh(t)
	addCase(t, s, "2026-04-07")
	if err := s.Recheck(t.Context(), noon.Add(20*time.Hour)); err != nil {
		t.Fatal(err)
	}
	s.Close()
	s, err := Open(t.Context(), s.path, Options{Now: noon.Add(40 * time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	damage(t, s.path, "statistics")
	refused(t, "rechecked", s.Recheck(t.Context(), noon.Add(41*time.Hour)))
	refused(t, "checked", s.Check(t.Context()))
}

// What was not closed, and what took the place of the file, is checked whatever was found before.
func TestDamageIsRefusedAtOnce(t *testing.T) {
	t.Run("the log was left behind", func(t *testing.T) {
		s := fresh(t)
		addCase(t, s, "2026-04-07")
		if err := s.emptyLog(t.Context()); err != nil {
			t.Fatal(err)
		}
		addCase(t, s, "2026-04-07")
		damage(t, s.path, "statistics")
		left := s.path + ".left" // as a process that is killed leaves them, with the place of the file unchanged
		copyFile(t, s.path+"-wal", left)
		s.Close()
		copyFile(t, left, s.path+"-wal")
		refused(t, "the same hour", opens(s.path, noon.Add(time.Hour)))
	})
	t.Run("another file", func(t *testing.T) {
		path := damagedSince(t)
		other := filepath.Join(filepath.Dir(path), "other.db")
		copyFile(t, path, other)
		refused(t, "the same hour", opens(other, noon.Add(time.Hour)))
	})
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(fmt.Errorf("copying: %w", err))
	}
}
