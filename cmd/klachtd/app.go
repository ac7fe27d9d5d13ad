package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/config"
	"klikonderwijs.nl/klachtd/internal/desk"
	"klikonderwijs.nl/klachtd/internal/intake"
	"klikonderwijs.nl/klachtd/internal/letter"
	"klikonderwijs.nl/klachtd/internal/mailbox"
	"klikonderwijs.nl/klachtd/internal/outbox"
	"klikonderwijs.nl/klachtd/internal/store"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// defaultConfigs are where the configuration is looked for.
var defaultConfigs = []string{"klachtd.toml", "/etc/klachtd/klachtd.toml"}

// configFile finds the configuration; false when there is none and none was named.
func (c *cli) configFile() (string, bool) {
	if c.Config != "" {
		return c.Config, true
	}
	for _, path := range defaultConfigs {
		if _, err := os.Stat(path); err == nil {
			return path, true
		}
	}
	return "", false
}

// configuration reads the configuration, which must be there.
func (c *cli) configuration() (config.Config, error) {
	path, ok := c.configFile()
	if !ok {
		return config.Config{}, errors.New("there is no klachtd.toml here, nor /etc/klachtd/klachtd.toml (copy config.example.toml, or name one with --config)")
	}
	return config.Read(path)
}

// configurationOrDefaults is for what works without a configuration.
func (c *cli) configurationOrDefaults() (config.Config, error) {
	if _, ok := c.configFile(); ok {
		return c.configuration()
	}
	return config.Default().Filled(), nil
}

func (c *cli) calendarHouse() (*complaint.House, error) {
	cfg, err := c.configurationOrDefaults()
	if err != nil {
		return nil, err
	}
	return houseOf(cfg)
}

func (c *cli) reader() (*intake.Reader, error) {
	cfg, err := c.configurationOrDefaults()
	if err != nil {
		return nil, err
	}
	house, err := houseOf(cfg)
	if err != nil {
		return nil, err
	}
	return readerOf(cfg, house), nil
}

// logOf writes the log as it was configured.
func logOf(cfg config.Log, w io.Writer) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.Level)); err != nil {
		level = slog.LevelInfo
	}
	options := &slog.HandlerOptions{Level: level}
	if cfg.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// app is everything put together.
type app struct {
	cfg   config.Config
	house *complaint.House
	store *store.Store
	box   *mailbox.Box
	out   *outbox.Outbox
	desk  *desk.Desk
	log   *slog.Logger
}

// assembly says how an app is put together.
type assembly struct {
	clock desk.Clock
	since *time.Time
	log   *slog.Logger
	sent  func(to string) // told of every mail that the server took; nil = nobody is
}

// assemble opens the store and prepares everything; it connects to nobody.
func assemble(ctx context.Context, cfg config.Config, how assembly) (_ *app, err error) {
	a := &app{cfg: cfg, log: how.log}
	defer func() {
		if err != nil {
			a.Close()
		}
	}()
	if a.store, err = store.Open(ctx, cfg.Store.Path, store.Options{Now: how.clock()}); err != nil {
		return nil, err
	}
	parts, err := a.prepare(how)
	if err != nil {
		return nil, err
	}
	if a.out, err = outboxOf(cfg); err != nil {
		return nil, err
	}
	parts.Outbox, parts.Mailbox = telling{a.out, how.sent}, a.box
	if parts.Backup, err = nightly(cfg, a.store); err != nil {
		return nil, err
	}
	a.desk = desk.New(settingsOf(cfg, a.house), parts)
	return a, a.desk.Reindex(ctx)
}

// assembleBeside prepares a desk for a command that acts while a daemon may run: it shares the store, takes
// no mail in and sends none. What it queues, the daemon sends within a minute.
func (c *cli) assembleBeside(ctx context.Context, s streams, p pretending) (_ *app, _ desk.Clock, err error) {
	cfg, err := c.configuration()
	if err != nil {
		return nil, nil, err
	}
	clock, err := p.clock(cfg)
	if err != nil {
		return nil, nil, err
	}
	a := &app{cfg: cfg, log: logOf(cfg.Log, s.err)}
	defer func() {
		if err != nil {
			a.Close()
		}
	}()
	if a.store, err = store.OpenBeside(ctx, cfg.Store.Path); err != nil {
		return nil, nil, err
	}
	parts, err := a.prepare(assembly{clock: clock, log: a.log})
	if err != nil {
		return nil, nil, err
	}
	a.desk = desk.New(settingsOf(cfg, a.house), parts)
	return a, clock, nil
}

// prepare makes what every desk needs, over a store that is open.
func (a *app) prepare(how assembly) (parts desk.Parts, err error) {
	if a.house, err = houseOf(a.cfg); err != nil {
		return parts, err
	}
	secret, err := readSecret(a.cfg.Security.SecretFile)
	if err != nil {
		return parts, err
	}
	key := letter.NewKey(secret)
	letters, err := lettersOf(a.cfg, a.house, key)
	if err != nil {
		return parts, err
	}
	box, err := mailboxConfig(a.cfg, how)
	if err != nil {
		return parts, err
	}
	box.Polled = func(err error) { a.desk.Polled(err) }
	box.Ahead, box.Unreadable = a.ahead, a.unreadable
	if a.box, err = mailbox.New(box, ledger{a.store}); err != nil {
		return parts, err
	}
	return desk.Parts{
		Reader: readerOf(a.cfg, a.house), Letters: letters, Key: key, Store: a.store, Archive: archive{a.box}, Clock: how.clock, Log: how.log,
	}, nil
}

// telling sends, and tells of it at once.
type telling struct {
	desk.Outbox
	sent func(to string)
}

// Send implements desk.Outbox.
func (t telling) Send(ctx context.Context, from, to string, body io.Reader, before func() error) (string, error) {
	reply, err := t.Outbox.Send(ctx, from, to, body, before)
	if err == nil && t.sent != nil {
		t.sent(to)
	}
	return reply, err
}

// Close lets go of everything that was opened.
func (a *app) Close() error {
	var errs []error
	if a.box != nil {
		errs = append(errs, a.box.Close())
	}
	if a.out != nil {
		errs = append(errs, a.out.Close())
	}
	if a.store != nil {
		errs = append(errs, a.store.Close())
	}
	return errors.Join(errs...)
}

// receive brings one message from the mailbox to the desk. A store that cannot take it now ends the
// round: nothing is wrong with the message.
func (a *app) receive(ctx context.Context, m mailbox.Mail) (mailbox.Action, error) {
	in, read := m.Read.(desk.Arrival)
	if !read {
		in = arrivalOf(m)
	}
	file, err := a.desk.Receive(ctx, in)
	if err == nil && file {
		return mailbox.File, nil
	}
	return mailbox.Leave, stopping(err)
}

// ahead reads a mail before its turn comes.
func (a *app) ahead(m mailbox.Mail) any { return a.desk.Read(arrivalOf(m)) }

func arrivalOf(m mailbox.Mail) desk.Arrival {
	return desk.Arrival{Drop: m.Drop, Received: m.Received, Truncated: m.Truncated, Body: m.Body}
}

// stopping makes a failure that can pass end a round of the mailbox.
func stopping(err error) error {
	var failure *store.Error
	if errors.As(err, &failure) && failure.Temporary() {
		return fmt.Errorf("%w: %w", mailbox.ErrStop, err)
	}
	return err
}

func (a *app) unreadable(ctx context.Context, which mailbox.Unreadable, cause error) {
	a.log.Error("message cannot be read", "folder", which.Folder, "uid", which.UID, "error", cause)
	if err := a.desk.Unreadable(ctx, which.Folder, which.UID); err != nil {
		a.log.Error("telling the manager of an unreadable message", "error", err)
	}
}

// ledger keeps the mailbox's positions in the store.
type ledger struct{ store *store.Store }

// Position implements mailbox.Ledger.
func (l ledger) Position(ctx context.Context, folder string) (p mailbox.Position, known bool, err error) {
	err = l.store.View(ctx, func(tx *store.Tx) error {
		text, found, err := tx.Position(folder)
		if err != nil || !found {
			return err
		}
		known = true
		return json.Unmarshal([]byte(text), &p)
	})
	return p, known, err
}

// SavePosition implements mailbox.Ledger.
func (l ledger) SavePosition(ctx context.Context, folder string, p mailbox.Position) error {
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return l.store.Update(ctx, func(tx *store.Tx) error { return tx.SavePosition(folder, string(text)) })
}

// secretSize is the length of an installation's secret, in bytes.
const secretSize = 32

// readSecret reads the secret of this installation, and makes it at the first start. Losing it makes
// every button and reply that is under way worthless; whoever reads it can forge them.
func readSecret(path string) ([]byte, error) {
	secret, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return makeSecret(path)
	}
	if err != nil {
		return nil, fmt.Errorf("reading secret: %w", err)
	}
	if len(secret) < secretSize {
		return nil, fmt.Errorf("reading secret: %s has %d bytes and needs %d (remove it to have a new one made)", path, len(secret), secretSize)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("reading secret: others can read it (chmod 600 %s)", path)
	}
	return secret, nil
}

func makeSecret(path string) ([]byte, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("making secret: %w", err)
	}
	secret := make([]byte, secretSize)
	rand.Read(secret)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("making secret: %w", err)
	}
	_, err = f.Write(secret)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, fmt.Errorf("making secret: %w", err)
	}
	return secret, nil
}

// closedDays reads the days on which the organisation is closed; they were checked before.
func closedDays(cfg config.Config) (days []workday.Date, err error) {
	for _, text := range cfg.Calendar.Closed {
		day, err := workday.ParseDate(text)
		if err != nil {
			return nil, err
		}
		days = append(days, day)
	}
	return days, nil
}
