package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"klikonderwijs.nl/klachtd/internal/config"
	"klikonderwijs.nl/klachtd/internal/desk"
	"klikonderwijs.nl/klachtd/internal/wire"
)

type tickCmd struct {
	Since string `help:"Take mail received since this day for new at the first contact (YYYY-MM-DD)." placeholder:"DATE"`
	pretending
}

// pretending is the flag of every command that acts or lists: a pretended time.
type pretending struct {
	Now string `help:"Pretend that it is this time (RFC 3339); only with both servers on this machine." placeholder:"TIME"`
}

// clock is the machine's, or one that stands still at the pretended time. A pretended time could make
// real people get real mails with wrong dates, so both servers must be on loopback.
func (p pretending) clock(cfg config.Config) (desk.Clock, error) {
	if p.Now == "" {
		return desk.SystemClock, nil
	}
	at, err := time.Parse(time.RFC3339, p.Now)
	if err != nil {
		return nil, fmt.Errorf("--now: %q is not like 2026-04-02T14:00:00+02:00", p.Now)
	}
	if !wire.Loopback(cfg.IMAP.Host) || !wire.Loopback(cfg.SMTP.Host) {
		return nil, errors.New("--now is for rehearsals: imap.host and smtp.host must both be this machine (127.0.0.1)")
	}
	return desk.Pretend(at), nil
}

// Run does one whole round: read the mailbox, do what is due, send the queue.
func (t *tickCmd) Run(ctx context.Context, s streams, c *cli) error {
	cfg, err := c.configuration()
	if err != nil {
		return err
	}
	clock, err := t.clock(cfg)
	if err != nil {
		return err
	}
	house, err := houseOf(cfg)
	if err != nil {
		return err
	}
	how := assembly{clock: clock, log: logOf(cfg.Log, s.err)}
	if how.since, err = sinceOf(t.Since, house.Location); err != nil {
		return err
	}
	a, err := assemble(ctx, cfg, how)
	if err != nil {
		return err
	}
	defer a.Close()
	return a.tick(ctx)
}

// tick goes on where a part fails: mail that cannot be read keeps no reminder from going out.
func (a *app) tick(ctx context.Context) error {
	if err := a.desk.Recover(ctx, memory{a.box}); err != nil {
		return err // new mail would be given numbers that others had
	}
	return errors.Join(
		doing("reading the mailbox", a.box.Once(ctx, a.receive)),
		doing("keeping the timetable", a.desk.KeepTime(ctx)),
		doing("keeping the night's jobs", errors.Join(a.desk.KeepNights(ctx)...)),
		doing("watching", a.desk.Watch(ctx)),
		doing("sending", a.desk.Drain(ctx)),
	)
}

func doing(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
