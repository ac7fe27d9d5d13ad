package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"klikonderwijs.nl/klachtd/internal/backup"
	"klikonderwijs.nl/klachtd/internal/config"
	"klikonderwijs.nl/klachtd/internal/desk"
	"klikonderwijs.nl/klachtd/internal/mailbox"
	"klikonderwijs.nl/klachtd/internal/store"
)

type backupCmd struct {
	File string `arg:"" help:"The file to write; it must not be there." type:"path"`
}

type restoreCmd struct {
	File     string `arg:"" help:"The backup." type:"existingfile"`
	Identity string `help:"File with the age private key." placeholder:"KEYFILE" type:"existingfile"`
	Anyway   bool   `help:"Restore although not everything in the backup holds."`
}

// Run makes a backup, beside a daemon that goes on.
func (b *backupCmd) Run(ctx context.Context, s streams, c *cli) error {
	cfg, err := c.configuration()
	if err != nil {
		return err
	}
	recipients, err := backup.Recipients(cfg.Backup.Recipients)
	if err != nil {
		return err
	}
	opened, err := store.OpenBeside(ctx, cfg.Store.Path)
	if err != nil {
		return err
	}
	defer opened.Close()
	if err := backup.Write(ctx, opened, b.File, recipients); err != nil {
		return err
	}
	if len(recipients) == 0 {
		fmt.Fprintln(s.err, "klachtd: the backup is not encrypted: backup.recipients names nobody")
	}
	_, err = fmt.Fprintln(s.out, b.File)
	return err
}

// Run brings a backup back where no database is. Nothing is sent until klachtd queue release.
func (r *restoreCmd) Run(ctx context.Context, s streams, c *cli) error {
	cfg, err := c.configuration()
	if err != nil {
		return err
	}
	var keys io.Reader
	if r.Identity != "" {
		f, err := os.Open(r.Identity)
		if err != nil {
			return err
		}
		defer f.Close()
		keys = f
	}
	v, err := backup.Restore(ctx, r.File, cfg.Store.Path, keys, r.Anyway)
	for _, flaw := range v.Flaws {
		fmt.Fprintln(s.err, "klachtd: this does not hold:", flaw)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "restored to %s: %s of %s, %s\n", cfg.Store.Path, several(v.Cases, "case"), several(v.Events, "event"), several(v.Originals, "original"))
	fmt.Fprintln(s.out, "It is held: nothing is sent. At its start klachtd looks in the mailbox for what the backup does not know.")
	fmt.Fprintln(s.out, "Then: klachtd queue shows what would be sent, queue cancel ID takes one out, queue release lets go.")
	return nil
}

// nightly makes the backups of the night; nil where no folder is configured.
func nightly(cfg config.Config, s *store.Store) (func(context.Context, time.Time) error, error) {
	recipients, err := backup.Recipients(cfg.Backup.Recipients)
	if err != nil || cfg.Backup.Dir == "" {
		return nil, err
	}
	return func(ctx context.Context, now time.Time) error {
		return backup.Nightly(ctx, s, cfg.Backup.Dir, cfg.Backup.Keep, recipients, now)
	}, nil
}

type queueReleaseCmd struct {
	Anyway bool `help:"Although the mailbox was not asked what the backup missed: what it still knows is forgotten."`
	pretending
}

// Run lets a restored store send again.
func (q *queueReleaseCmd) Run(ctx context.Context, s streams, c *cli) error {
	r, _, err := c.openRegister(ctx, q.pretending)
	if err != nil {
		return err
	}
	defer r.store.Close()
	err = r.store.Update(ctx, func(tx *store.Tx) error { return desk.Release(tx, q.Anyway) })
	if err == nil {
		_, err = fmt.Fprintln(s.out, "released: what waits is sent within a minute")
	}
	return err
}

// heldNotice says that a store is held; "" when it is not.
func heldNotice(tx *store.Tx) (string, error) {
	since, err := tx.Held()
	if err != nil || since.IsZero() {
		return "", err
	}
	return "restored from a backup that knows nothing after " + since.UTC().Format("2006-01-02 15:04 MST") + "; nothing is sent but alerts", nil
}

// memory is what the mailbox still knows.
type memory struct{ box *mailbox.Box }

// Threads implements desk.Memory.
func (m memory) Threads(ctx context.Context, folder string, since time.Time) ([]desk.Thread, error) {
	found, err := m.box.Threads(ctx, folder, since)
	threads := make([]desk.Thread, len(found))
	for i, t := range found {
		threads[i] = desk.Thread(t)
	}
	return threads, err
}

// Reread implements desk.Memory.
func (m memory) Reread(ctx context.Context, folder string, since time.Time, take func(context.Context, desk.Arrival) error) error {
	return m.box.Reread(ctx, folder, since, func(ctx context.Context, mail mailbox.Mail) error {
		return stopping(take(ctx, desk.Arrival{Received: mail.Received, Truncated: mail.Truncated, Body: mail.Body}))
	})
}
