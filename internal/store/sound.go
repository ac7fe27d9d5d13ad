package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// soundKey holds when the file was last found sound, and which file that was.
const soundKey = "sound"

// soundFor is for how long that counts when the file is opened: looking at every page takes longer the larger the file
// is, and klachtd tick opens it every minute. It is a day, with room for the timetable's own check to come first.
const soundFor = 26 * time.Hour

// Check looks whether the file is sound. It reads the file itself, not what is in memory of it, as one who cannot write:
// then SQLite looks at pages and rows, and does not ask what may be written once more of every row, which takes six times as long.
func (s *Store) Check(ctx context.Context) error {
	db, err := connect(fileURI(s.path)+"?mode=ro&_pragma=busy_timeout(5000)&_pragma=query_only(1)", 1)
	if err != nil {
		return err
	}
	return errors.Join(quickCheck(ctx, db), db.Close())
}

// Recheck looks whether the file is sound, and if so remembers it for the next opening.
func (s *Store) Recheck(ctx context.Context, now time.Time) error {
	if err := s.Check(ctx); err != nil {
		return err
	}
	return s.noteSound(ctx, now)
}

func quickCheck(ctx context.Context, db *sql.DB) error {
	var verdict string
	if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return fmt.Errorf("checking the file: %w", err)
	}
	if verdict != "ok" {
		return fmt.Errorf("the file is damaged: %s (restore a backup)", verdict)
	}
	return nil
}

// wasLeftOpen reports that whoever had the database last did not close it (or has it open still): SQLite removes the log
// beside it with the last connection (sqlite.org/walformat.html §2.1).
func wasLeftOpen(path string) bool {
	info, err := os.Stat(path + "-wal")
	return err == nil && info.Size() > 0
}

// knownSound reports that this very file was found sound not long ago. Where that cannot be read, it was not.
func (s *Store) knownSound(ctx context.Context, now time.Time) bool {
	var note string
	if err := s.writer.QueryRowContext(ctx, getMeta, soundKey).Scan(&note); err != nil {
		return false
	}
	at, file, _ := strings.Cut(note, " ")
	checked, err := readInstant(at)
	return err == nil && file == s.file() && !now.Before(checked) && now.Sub(checked) < soundFor
}

func (s *Store) noteSound(ctx context.Context, now time.Time) error {
	_, err := s.writer.ExecContext(ctx, setMeta, soundKey, instant(now)+" "+s.file())
	return wrap("noting that the file is sound", err)
}

// file tells one file from another that took its place.
func (s *Store) file() string { return strconv.FormatUint(s.inode, 10) }
