package store

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Error is a failure of the database, with the word whether trying again can help.
type Error struct {
	doing string
	err   error
}

func (e *Error) Error() string { return e.doing + ": " + e.err.Error() }

// Unwrap gives the driver's error.
func (e *Error) Unwrap() error { return e.err }

// Temporary reports that the failure can pass: busy, full, out of memory, input/output.
func (e *Error) Temporary() bool {
	var driver *sqlite.Error
	if !errors.As(e.err, &driver) {
		return false
	}
	switch driver.Code() & 0xff { // the primary code
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM:
		return true
	}
	return false
}

func classified(doing string, err error) error {
	var driver *sqlite.Error
	if errors.As(err, &driver) {
		return &Error{doing: doing, err: err}
	}
	return fmt.Errorf("%s: %w", doing, err)
}
