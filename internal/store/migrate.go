package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the schema to this program's version, one step a transaction. A newer database is
// refused; an older one is copied before it is changed.
func migrate(ctx context.Context, db *sql.DB, path string, now time.Time) error {
	version, steps, err := versions(ctx, db)
	if err != nil {
		return err
	}
	if version > 0 && version < len(steps) {
		if err := copyBefore(ctx, db, path, version, now); err != nil {
			return fmt.Errorf("copying the database before changing it: %w", err)
		}
	}
	return climb(ctx, db, version, steps)
}

// bringUpToDate brings a database that is a copy itself to this program's version.
func bringUpToDate(ctx context.Context, db *sql.DB) error {
	version, steps, err := versions(ctx, db)
	if err != nil {
		return err
	}
	if version == 0 {
		return errors.New("this is no database of klachtd")
	}
	return climb(ctx, db, version, steps)
}

// checkVersion refuses a database that is not of this program's version.
func checkVersion(ctx context.Context, db *sql.DB) error {
	version, steps, err := versions(ctx, db)
	if err == nil && version < len(steps) {
		err = fmt.Errorf("the database has schema %d and this klachtd has %d: start klachtd first, which brings it up to date", version, len(steps))
	}
	return err
}

// versions gives the schema that a database has, 0 for a new one, and the files of all steps that this program knows, in
// order. A database that is newer than the program is refused.
func versions(ctx context.Context, db *sql.DB) (version int, steps []string, err error) {
	if steps, err = fs.Glob(migrations, "migrations/*.sql"); err != nil {
		return 0, nil, err
	}
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return 0, nil, fmt.Errorf("reading schema version: %w", err)
	}
	if version > len(steps) {
		return 0, nil, fmt.Errorf("the database has schema %d and this klachtd knows %d: run a newer klachtd", version, len(steps))
	}
	return version, steps, nil
}

// climb takes the steps that a database lacks.
func climb(ctx context.Context, db *sql.DB, version int, steps []string) error {
	for ; version < len(steps); version++ {
		if err := step(ctx, db, steps[version], version+1); err != nil {
			return fmt.Errorf("changing schema to %d: %w", version+1, err)
		}
	}
	return nil
}

// copyStamp is how the name of a copy says when it was made.
const copyStamp = "20060102-150405"

func copyBefore(ctx context.Context, db *sql.DB, path string, version int, now time.Time) error {
	to := fmt.Sprintf("%s.schema-%d-%s", path, version, now.UTC().Format(copyStamp))
	f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", to)
	return err
}

func step(ctx context.Context, db *sql.DB, file string, version int) error {
	text, err := migrations.ReadFile(file)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, string(text)); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", version)); err != nil {
		return err
	}
	return tx.Commit()
}
