// Package desk conducts: it receives a mail, does what is due, sends what is queued, and keeps the timetable.
//
// State changes in one place: a transaction with one now, in which the core decides, the letters are
// rendered, and events, state and finished mails are committed together or not at all.
package desk

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/intake"
	"klikonderwijs.nl/klachtd/internal/letter"
	"klikonderwijs.nl/klachtd/internal/store"
)

// Outbox sends one finished mail to one recipient. before is called when everything but the last
// dot was accepted. An error may say more: Temporary() bool, Connection() bool.
type Outbox interface {
	Send(ctx context.Context, from, to string, body io.Reader, before func() error) (reply string, err error)
}

// Mailbox takes a copy of what was sent.
type Mailbox interface {
	Append(ctx context.Context, folder string, size int64, body io.Reader, at time.Time) error
}

// Settings are the plain values that the desk needs of the configuration.
type Settings struct {
	House            *complaint.House
	Own              []string         // the organisation's own addresses; the first is the mailbox
	Operator         complaint.Person // zero: nobody is alerted
	AuthservID       string           // whose Authentication-Results count; "" when none are required
	SentFolder       string           // "" where the server files sent mail itself
	RegisteredFolder string           // of what was registered
	BackupAt         TimeOfDay
	RepliesADay      int // mails to one complainant on one day; what is over it waits
	MailsAnHour      int // mails sent in any hour; what is over it waits
	RemindAt         TimeOfDay
	DigestOn         time.Weekday // of the manager's overview
	DigestAt         TimeOfDay
	SilenceAfter     time.Duration // how long polling or sending may fail before the operator is told
}

// TimeOfDay is a local time of day.
type TimeOfDay struct{ Hour, Minute int }

// On is the instant of this time of day on the local day of now.
func (t TimeOfDay) On(now time.Time, loc *time.Location) time.Time {
	local := now.In(loc)
	return time.Date(local.Year(), local.Month(), local.Day(), t.Hour, t.Minute, 0, 0, loc)
}

// Desk conducts the procedure for one mailbox.
type Desk struct {
	Settings
	reader  *intake.Reader
	letters *letter.Renderer
	key     letter.Key
	store   *store.Store
	outbox  Outbox
	mailbox Mailbox
	now     Clock
	log     *slog.Logger
	wake    chan struct{} // something was queued
	health  *health
	sending sync.Mutex // one drain at a time
	archive Archive
	backup  func(ctx context.Context, now time.Time) error
	nightly sync.Mutex           // one round of the night's jobs at a time
	retry   map[string]time.Time // when a job of the night that failed may be tried again
	pause   pause
	numbers map[string]complaint.Reference // while a restored database is recovered: what a complaint's number was, by its Message-ID
	beat    atomic.Int64                   // Unix time of the last minute that the timetable kept
}

// Parts are what a desk works with.
type Parts struct {
	Reader  *intake.Reader
	Letters *letter.Renderer
	Key     letter.Key
	Store   *store.Store
	Outbox  Outbox
	Mailbox Mailbox
	Archive Archive
	Backup  func(ctx context.Context, now time.Time) error // nil: no backups are made
	Clock   Clock
	Log     *slog.Logger
}

// New sets up a desk.
func New(settings Settings, parts Parts) *Desk {
	return &Desk{
		Settings: settings, reader: parts.Reader, letters: parts.Letters, key: parts.Key, store: parts.Store,
		outbox: parts.Outbox, mailbox: parts.Mailbox, archive: parts.Archive, backup: parts.Backup, retry: map[string]time.Time{}, now: parts.Clock, log: parts.Log,
		wake: make(chan struct{}, 1), health: newHealth(settings.SilenceAfter),
	}
}

// Run keeps the timetable, sends what is queued and watches over itself, until ctx ends.
func (d *Desk) Run(ctx context.Context) error {
	timetable, err := d.timetable(ctx)
	if err != nil {
		return fmt.Errorf("setting up the timetable: %w", err)
	}
	d.beat.Store(d.now().Unix())
	timetable.Start()
	defer func() { <-timetable.Stop().Done() }()
	d.keepTime(ctx)
	d.sendAsQueued(ctx)
	return nil
}

// Alive reports that the timetable goes on: a minute was kept not long ago.
func (d *Desk) Alive() bool {
	return d.now().Sub(time.Unix(d.beat.Load(), 0)) < 5*time.Minute
}

// queued wakes the sender; it never waits.
func (d *Desk) queued() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}
