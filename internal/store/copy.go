package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
)

// copyPattern is how the copies are named that lie beside the database while a backup is made.
const copyPattern = ".backup-*"

// Copy writes a consistent copy of the database beside it, 0600, checked and on the disk, while others use it. Whoever
// asked for it removes it.
func (s *Store) Copy(ctx context.Context) (path string, err error) {
	lock, err := lockFile(s.path + ".copying")
	if err != nil {
		return "", fmt.Errorf("copying the database: a backup is being made already: %w", err)
	}
	defer lock.Close()
	s.removeCopies()
	f, err := os.CreateTemp(filepath.Dir(s.path), filepath.Base(s.path)+copyPattern)
	if err != nil {
		return "", fmt.Errorf("copying the database: %w", err)
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	if err := f.Close(); err != nil {
		return "", err
	}
	db, err := connect(fileURI(s.path)+"?mode=ro&_pragma=busy_timeout(5000)", 1) // VACUUM INTO works on a snapshot, and holds up no writer
	if err != nil {
		return "", err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", f.Name()); err != nil {
		return "", classified("copying the database", err)
	}
	if err := checkCopy(ctx, f.Name()); err != nil {
		return "", err
	}
	return f.Name(), syncFile(f.Name())
}

// ForgetCopies removes the copies that were made before the schema changed, when they are older than a moment.
func (s *Store) ForgetCopies(before time.Time) error {
	const named = ".schema-"
	copies, err := filepath.Glob(s.path + named + "*")
	for _, path := range copies {
		_, at, _ := strings.Cut(strings.TrimPrefix(path, s.path+named), "-")
		made, wrong := time.Parse(copyStamp, at)
		if wrong == nil && made.Before(before) {
			err = errors.Join(err, os.Remove(path))
		}
	}
	return wrap("removing old copies", err)
}

// removeCopies removes what a process that was killed left behind.
func (s *Store) removeCopies() {
	left, err := filepath.Glob(s.path + copyPattern)
	if err != nil {
		return
	}
	for _, path := range left {
		os.Remove(path)
	}
}

func checkCopy(ctx context.Context, path string) error {
	db, err := connect(fileURI(path)+"?mode=ro&_pragma=query_only(1)", 1)
	if err != nil {
		return err
	}
	return errors.Join(quickCheck(ctx, db), db.Close())
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Vacant makes sure that there is no database at path, nor anything of one, and that nobody makes one until unlock.
func Vacant(path string) (unlock func() error, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	lock, err := lockFile(path + ".lock")
	if err != nil {
		return nil, err
	}
	for _, end := range []string{"", "-wal", "-shm"} {
		if _, err := os.Lstat(path + end); err == nil {
			lock.Close()
			return nil, fmt.Errorf("%s is there, and is not overwritten (stop klachtd and move it away, with everything beside it)", path+end)
		}
	}
	return lock.Close, nil
}

// Prepare makes a database that came out of a backup ready to be used: sound, of this program's version, proved, and
// held from the last moment that it knows of. erased are the cases that were erased, perhaps after the backup. What does not
// hold is in the verification.
func Prepare(ctx context.Context, path string, erased []complaint.Reference) (v Verification, err error) {
	s := &Store{path: path, faults: noFaults}
	defer func() { err = errors.Join(err, s.Close()) }()
	if s.writer, err = connect(writerDSN(path), 1); err != nil {
		return v, err
	}
	if err := quickCheck(ctx, s.writer); err != nil {
		return v, fmt.Errorf("this is no sound backup: %w", err)
	}
	if err := bringUpToDate(ctx, s.writer); err != nil {
		return v, err
	}
	if s.reader, err = connect(readerDSN(path), 1); err != nil {
		return v, err
	}
	if v, err = s.Verify(ctx); err != nil {
		return v, err
	}
	err = s.Update(ctx, func(tx *Tx) error {
		if err := tx.eraseAgain(erased); err != nil {
			return err
		}
		return holdRestored(tx)
	})
	if err != nil {
		return v, err
	}
	if err := s.reader.Close(); err != nil {
		return v, err
	}
	if err := s.emptyLog(ctx); err != nil {
		return v, err
	}
	return v, syncFile(path)
}

// margin is added to the gap in a restored database: what was going on when the backup was made.
const margin = time.Hour

// holdRestored holds everything back from the last moment that the database knows of. Old alerts are dropped: while it
// is held, only new ones go out.
func holdRestored(tx *Tx) error {
	var last sql.NullString
	const newest = "SELECT max(at) FROM (SELECT max(at) AS at FROM seen UNION ALL SELECT max(at) FROM events UNION ALL SELECT max(at) FROM outgoing UNION ALL SELECT max(at) FROM jobs)"
	if _, err := tx.one(newest, nil, &last); err != nil {
		return classified("looking for the last moment", err)
	}
	since := time.Unix(0, 0)
	if last.Valid {
		at, err := readInstant(last.String)
		if err != nil {
			return err
		}
		since = at.Add(-margin)
	}
	if err := tx.exec("UPDATE outgoing SET state = 'cancelled', next = NULL WHERE kind = 'alert' AND state IN ('queued', 'maybe')"); err != nil {
		return classified("dropping old alerts", err)
	}
	return tx.Hold(since)
}
