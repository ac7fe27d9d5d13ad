package main

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A file that is damaged under the running program is found by the night's check; the operator hears of it, and
// nothing else stops.
func TestDamageIsAlerted(t *testing.T) {
	th, servers := embeddedTheatre(t)
	th.now = time.Date(2026, time.April, 2, 12, 0, 0, 0, time.UTC)
	if code, _, errs := th.run("tick"); code != exitDone {
		t.Fatal(errs)
	}
	now := th.now
	a := running(t, th, func() time.Time { return now })
	spoil(t, filepath.Join(th.dir, "data", "klachtd.db"))
	if err := a.tick(t.Context()); err != nil {
		t.Fatalf("before the check: %v", err)
	}
	now = time.Date(2026, time.April, 3, 1, 6, 0, 0, time.UTC) // 03:06 in Amsterdam
	if err := a.tick(t.Context()); err == nil || !strings.Contains(err.Error(), "doing job check: the file is damaged") {
		t.Errorf("at the check: %v", err)
	}
	servers.imap.Deliver("INBOX", numbered(1), now)
	now = now.Add(16 * time.Minute)
	if err := a.tick(t.Context()); err != nil {
		t.Errorf("after the check: %v", err)
	}
	alerts, acknowledged := 0, 0
	for _, m := range servers.smtp.Mails() {
		switch {
		case strings.Contains(string(m.Raw), "Subject: klachtd: storing"):
			alerts++
		case strings.HasPrefix(m.To, "indiener"):
			acknowledged++
		}
	}
	if alerts != 1 || acknowledged != 1 {
		t.Errorf("%d alerts, %d acknowledgements", alerts, acknowledged)
	}
}

// spoil damages a table of which nothing is read here, in the file itself.
func spoil(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var page int64
	if err := db.QueryRow("SELECT rootpage FROM sqlite_schema WHERE name = 'statistics'").Scan(&page); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt([]byte(strings.Repeat("x", 64)), (page-1)*4096); err != nil {
		t.Fatal(err)
	}
}
