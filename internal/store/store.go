// Package store keeps everything that must survive in one SQLite file: events, originals, and the queue of outgoing mail.
//
// What belongs together is written in one transaction, all or nothing. Instants are UTC text of a
// fixed width that we write ourselves; days are YYYY-MM-DD.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"klikonderwijs.nl/klachtd/internal/workday"
)

// Store is an open database. One process has it at a time.
type Store struct {
	path   string
	writer *sql.DB
	reader *sql.DB
	lock   *os.File // nil when another process may have the store
	inode  uint64
	faults func(step string) error
}

// Options are the moment of opening, and what tests need.
type Options struct {
	Now    time.Time               // names the copy that is made before the schema changes, and tells when the file was checked
	Faults func(step string) error // called before "commit" and after "committed"; an error stops there
}

// Open opens the database at path, making it when it is not there: the file 0600, its folder 0700.
// It refuses a database that another process has open, that is damaged, or that is newer than this program. Whether it is
// damaged is looked at once a day, and whenever the file was not closed or is another file than it was.
func Open(ctx context.Context, path string, o Options) (*Store, error) {
	s := &Store{path: path, faults: o.Faults}
	if s.faults == nil {
		s.faults = noFaults
	}
	if err := s.open(ctx, o.Now); err != nil {
		s.Close()
		return nil, fmt.Errorf("opening store: %w", err)
	}
	return s, nil
}

func noFaults(string) error { return nil }

// OpenBeside opens a database that a daemon may have open too, for a command that reads it or
// changes a little. It makes nothing and migrates nothing.
func OpenBeside(ctx context.Context, path string) (*Store, error) {
	s := &Store{path: path, faults: noFaults}
	if err := s.openBeside(ctx); err != nil {
		s.Close()
		return nil, fmt.Errorf("opening store: %w", err)
	}
	return s, nil
}

func (s *Store) openBeside(ctx context.Context) (err error) {
	if s.inode, err = inodeOf(s.path); err != nil {
		return fmt.Errorf("%w (klachtd makes it at its first start)", err)
	}
	if s.writer, err = connect(writerDSN(s.path), 1); err != nil {
		return err
	}
	if err := s.checkPragmas(ctx); err != nil {
		return err
	}
	if err := checkVersion(ctx, s.writer); err != nil {
		return err
	}
	s.reader, err = connect(readerDSN(s.path), 1)
	return err
}

func (s *Store) open(ctx context.Context, now time.Time) (err error) {
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return err
	}
	if s.lock, err = lockFile(s.path + ".lock"); err != nil {
		return err
	}
	if err := createPrivate(s.path); err != nil {
		return err
	}
	if s.inode, err = inodeOf(s.path); err != nil {
		return err
	}
	leftOpen := wasLeftOpen(s.path)
	if s.writer, err = connect(writerDSN(s.path), 1); err != nil {
		return err
	}
	if err := s.checkPragmas(ctx); err != nil {
		return err
	}
	check := leftOpen || !s.knownSound(ctx, now)
	if check {
		if err := s.Check(ctx); err != nil {
			return err
		}
	}
	if err := migrate(ctx, s.writer, s.path, now); err != nil {
		return err
	}
	if check {
		if err := s.noteSound(ctx, now); err != nil {
			return err
		}
	}
	s.reader, err = connect(readerDSN(s.path), 4)
	return err
}

// Close ends the use of the store.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*sql.DB{s.reader, s.writer} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	return errors.Join(errs...)
}

// lockFile takes a lock that ends with the process, however it ends.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("another klachtd has it open (%w)", err)
	}
	return f, nil
}

// createPrivate makes the file before SQLite does, which would make it readable for others; the
// files that SQLite puts beside it take over its mode.
func createPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

func fileURI(path string) string {
	absolute, err := filepath.Abs(path)
	if err != nil {
		absolute = path
	}
	return "file:" + (&url.URL{Path: absolute}).EscapedPath()
}

func writerDSN(path string) string {
	return fileURI(path) + "?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=secure_delete(1)&_txlock=immediate"
}

func readerDSN(path string) string {
	return fileURI(path) + "?mode=ro&_pragma=busy_timeout(5000)&_pragma=query_only(1)"
}

func connect(dsn string, connections int) (*sql.DB, error) {
	c, err := newConnector(dsn)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(c)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

// checkPragmas makes sure that the connection is as it was asked for: a misspelt one is ignored in silence.
func (s *Store) checkPragmas(ctx context.Context) error {
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1", "busy_timeout": "5000"} {
		var got string
		if err := s.writer.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(&got); err != nil {
			return fmt.Errorf("reading %s: %w", pragma, err)
		}
		if got != want {
			return fmt.Errorf("%s is %s, not %s", pragma, got, want)
		}
	}
	return nil
}

func inodeOf(path string) (uint64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return stat.Ino, nil
	}
	return 0, nil
}

// Probe reports whether the store can be read and written, and is still the file that was opened.
// SQLite itself goes on writing to a file that was deleted.
func (s *Store) Probe(ctx context.Context) error {
	inode, err := inodeOf(s.path)
	if err != nil {
		return fmt.Errorf("probing store: %w", err)
	}
	if inode != s.inode {
		return errors.New("probing store: the file was replaced while it was open")
	}
	return s.Update(ctx, func(tx *Tx) error { return tx.SetMeta("probe", "ok") })
}

// Update runs a function in one write transaction: all of it, or nothing.
func (s *Store) Update(ctx context.Context, do func(*Tx) error) error {
	return s.within(ctx, s.writer, nil, func(tx *Tx) error {
		if err := do(tx); err != nil {
			return err
		}
		return s.faults("commit")
	})
}

// View runs a function on a snapshot that does not change underneath it.
func (s *Store) View(ctx context.Context, do func(*Tx) error) error {
	return s.within(ctx, s.reader, &sql.TxOptions{ReadOnly: true}, do)
}

func (s *Store) within(ctx context.Context, db *sql.DB, o *sql.TxOptions, do func(*Tx) error) error {
	tx, err := db.BeginTx(ctx, o)
	if err != nil {
		return classified("beginning transaction", err)
	}
	defer tx.Rollback() // does nothing after a commit
	if err := do(&Tx{ctx: ctx, tx: tx}); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return classified("committing", err)
	}
	if o == nil {
		return s.faults("committed")
	}
	return nil
}

// Tx is one transaction.
type Tx struct {
	ctx      context.Context
	tx       *sql.Tx
	prepared map[string]*sql.Stmt // by query; a morning of many cases asks the same again and again
}

// take gives the prepared statement of a query to one user, who gives it back when he has read the answer: the
// same query asked meanwhile gets another. The end of the transaction closes them all.
func (tx *Tx) take(query string) (*sql.Stmt, error) {
	if statement, ok := tx.prepared[query]; ok {
		delete(tx.prepared, query)
		return statement, nil
	}
	return tx.tx.PrepareContext(tx.ctx, query)
}

func (tx *Tx) giveBack(query string, statement *sql.Stmt) {
	if tx.prepared == nil {
		tx.prepared = map[string]*sql.Stmt{}
	}
	tx.prepared[query] = statement
}

func (tx *Tx) exec(query string, args ...any) error {
	_, err := tx.run(query, args...)
	return err
}

func (tx *Tx) run(query string, args ...any) (sql.Result, error) {
	statement, err := tx.take(query)
	if err != nil {
		return nil, err
	}
	defer tx.giveBack(query, statement)
	return statement.ExecContext(tx.ctx, args...)
}

// one reads one row; false when there is none.
func (tx *Tx) one(query string, args []any, into ...any) (bool, error) {
	statement, err := tx.take(query)
	if err != nil {
		return false, err
	}
	defer tx.giveBack(query, statement)
	err = statement.QueryRowContext(tx.ctx, args...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// each reads every row with scan.
func (tx *Tx) each(query string, args []any, scan func(*sql.Rows) error) error {
	statement, err := tx.take(query)
	if err != nil {
		return err
	}
	defer tx.giveBack(query, statement)
	rows, err := statement.QueryContext(tx.ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// instantFormat has a fixed width, so that text order is time order.
const instantFormat = "2006-01-02T15:04:05.000Z"

func instant(t time.Time) string { return t.UTC().Format(instantFormat) }

func readInstant(s string) (time.Time, error) { return time.Parse(instantFormat, s) }

// optionalDay stores the zero Date as NULL.
func optionalDay(d workday.Date) any {
	if d.IsZero() {
		return nil
	}
	return d.String()
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

// placeholders makes "?, ?, ?" for n values.
func placeholders(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }
