package desk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/letter"
	"klikonderwijs.nl/klachtd/internal/store"
)

// backOff is how long to wait after the n-th failed attempt to send a mail; after the last entry
// every hour, until giveUpAfter.
var backOff = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour}

const giveUpAfter = 5 * 24 * time.Hour

func waitAfter(attempts int) time.Duration {
	return backOff[min(max(attempts, 1), len(backOff))-1]
}

// pause keeps the sender from trying a server that does not answer, mail after mail.
type pause struct {
	failures int
	until    time.Time
}

// sendAsQueued sends what is queued as soon as it is queued, until ctx ends.
func (d *Desk) sendAsQueued(ctx context.Context) {
	for ctx.Err() == nil {
		if err := d.Drain(ctx); err != nil && ctx.Err() == nil {
			d.log.Error("sending", logError, err.Error())
		}
		select {
		case <-ctx.Done():
		case <-d.wake:
		}
	}
}

// Drain sends every mail whose time has come, acknowledgements first, and then files the copies. A
// mail that is refused stops nothing else; a server that cannot be reached stops the round.
func (d *Desk) Drain(ctx context.Context) error {
	d.sending.Lock()
	defer d.sending.Unlock()
	now := d.now()
	if now.Before(d.pause.until) {
		return nil
	}
	held, err := d.Held(ctx)
	if err != nil {
		return fmt.Errorf("looking whether the queue is held: %w", err)
	}
	for ctx.Err() == nil {
		mails, full, err := d.sendable(ctx, now)
		if err == nil && full {
			err = d.hourIsFull(ctx, now)
		}
		if err != nil {
			return fmt.Errorf("reading the queue: %w", err)
		}
		if len(mails) == 0 && held {
			return nil // a restored database: what waits does so on purpose
		}
		if len(mails) == 0 {
			break
		}
		for _, mail := range mails {
			if goOn, err := d.send(ctx, mail); err != nil || !goOn {
				return err
			}
		}
	}
	return d.fileCopies(ctx)
}

// batch is how many mails are read from the queue at a time.
const batch = 64

// sendable reads the next mails, as many as the hour still allows; full says that it allows none.
func (d *Desk) sendable(ctx context.Context, now time.Time) (mails []store.Queued, full bool, err error) {
	err = d.store.View(ctx, func(tx *store.Tx) error {
		sent, err := tx.SentSince(now.Add(-time.Hour))
		if err != nil {
			return err
		}
		room := d.MailsAnHour - sent
		if full = room <= 0; !full {
			mails, err = tx.Sendable(now, min(batch, room)) // alerts only, while a restored database is held
		}
		return err
	})
	return mails, full, err
}

// send makes one attempt at one mail and records what came of it. false: the server cannot be reached now.
func (d *Desk) send(ctx context.Context, q store.Queued) (bool, error) {
	if failing, err := d.failing(ctx, q); err != nil || failing {
		if err != nil {
			return false, fmt.Errorf("looking for failures: %w", err)
		}
		return d.notSent(ctx, q, keepsFailing{})
	}
	body, err := d.body(ctx, q)
	if err != nil {
		return false, fmt.Errorf("reading queued mail %d: %w", q.ID, err)
	}
	reply, err := d.outbox.Send(ctx, q.Mail.From, q.Mail.To, body, func() error {
		return d.store.Update(ctx, func(tx *store.Tx) error {
			waits, err := tx.MarkMaybe(q.ID)
			if err == nil && !waits {
				err = errWithdrawn
			}
			return err
		})
	})
	body.Close()
	if err == nil {
		d.pause = pause{}
		d.health.note(partSend, d.now(), nil)
		return true, d.sent(context.WithoutCancel(ctx), q, reply)
	}
	if ctx.Err() != nil {
		return false, nil // stopped, not failed: the next start tries again
	}
	if errors.Is(err, errWithdrawn) {
		d.log.Info("mail withdrawn", logQueue, q.ID, logKind, string(q.Mail.Kind))
		return true, nil
	}
	return d.notSent(ctx, q, err)
}

// errWithdrawn stops a mail before its last dot: it was cancelled, or its case erased, after it was read from the queue.
var errWithdrawn = errors.New("the mail waits no more")

// body streams the frozen bytes of a queued mail.
func (d *Desk) body(ctx context.Context, q store.Queued) (io.ReadCloser, error) {
	if q.Mail.Small() {
		var whole bytes.Buffer
		err := q.Mail.Write(&whole, nil)
		return io.NopCloser(&whole), err
	}
	reader, writer := io.Pipe()
	go func() {
		writer.CloseWithError(q.Mail.Write(writer, func(digest string) (io.ReadCloser, error) { return d.store.OpenOriginal(ctx, digest) }))
	}()
	return reader, nil
}

// sent records that the server took a mail, and what that means to the case.
func (d *Desk) sent(ctx context.Context, q store.Queued, reply string) error {
	now := d.now()
	d.log.Info("mail sent", logQueue, q.ID, logKind, string(q.Mail.Kind), logReference, q.Mail.Reference)
	return d.store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.MarkSent(q.ID, now, reply); err != nil {
			return err
		}
		if q.Attempts > 0 {
			if err := tx.ForgetFailures(d.key.Digest(q.Mail.To)); err != nil {
				return err
			}
		}
		if !complaint.MetByDelivery(q.Mail.Kind) {
			return nil
		}
		return d.onCase(tx, q.Mail, now, func(c complaint.Case) complaint.Outcome { return d.House.Delivered(now, c, q.Mail.Kind) })
	})
}

// onCase commits what a mail's fate means to the case that it is about, if it is about one.
func (d *Desk) onCase(tx *store.Tx, mail letter.Mail, now time.Time, follow func(complaint.Case) complaint.Outcome) error {
	c, ok, err := d.load(tx, mail.Reference)
	if err != nil || !ok {
		return err
	}
	_, err = d.commit(tx, c, cause{now: now, by: complaint.RoleSystem}, follow(c))
	return err
}

// notSent records a failed attempt: another one later, or never.
func (d *Desk) notSent(ctx context.Context, q store.Queued, failure error) (goOn bool, err error) {
	now := d.now()
	f := classify(failure)
	wait := waitAfter(q.Attempts + 1)
	if f.connection {
		d.pause.failures++
		wait = waitAfter(d.pause.failures)
		d.pause.until = now.Add(wait)
		d.health.note(partSend, now, failure)
	}
	permanent := !f.temporary && !f.connection
	if !permanent {
		if permanent, err = d.triedEnough(ctx, q, now); err != nil {
			return false, fmt.Errorf("looking for attempts: %w", err)
		}
	}
	d.log.Warn("mail not sent", logQueue, q.ID, logKind, string(q.Mail.Kind), logReference, q.Mail.Reference, logAttempt, q.Attempts+1, logError, failure.Error(), "permanent", permanent)
	err = d.store.Update(ctx, func(tx *store.Tx) error {
		if !permanent {
			return tx.MarkRetry(q.ID, now, now.Add(wait), failure.Error())
		}
		if err := tx.MarkFailed(q.ID, now, failure.Error()); err != nil {
			return err
		}
		if failure != error(keepsFailing{}) {
			if err := tx.CountFailure(d.key.Digest(q.Mail.To), now, now.Add(-failuresLast)); err != nil {
				return err
			}
		}
		if _, err := complaint.ParseReference(q.Mail.Reference); err != nil {
			return d.refused(tx, now, q, f.status)
		}
		return d.onCase(tx, q.Mail, now, func(c complaint.Case) complaint.Outcome {
			return d.House.Undelivered(c, q.Mail.Kind, q.Mail.Role, f.status)
		})
	})
	if f.connection && err == nil {
		err = fmt.Errorf("the mail server cannot be used; the next attempt is in %s: %w", wait, failure)
	}
	return !f.connection, err
}

// triedEnough reports that a mail has been tried for so long that it is given up. What counts is since when it is tried:
// a mail can wait for days on purpose, behind a limit or in a restored database, or be tried again by the operator.
func (d *Desk) triedEnough(ctx context.Context, q store.Queued, now time.Time) (enough bool, err error) {
	err = d.store.View(ctx, func(tx *store.Tx) error {
		attempts, err := tx.Attempts(q.ID)
		var since time.Time
		for _, a := range attempts {
			switch {
			case a.Outcome == store.OutcomeFailed:
				since = time.Time{}
			case since.IsZero():
				since = a.At
			}
		}
		enough = !since.IsZero() && now.Sub(since) > giveUpAfter
		return err
	})
	return enough, err
}

// mostFailures is how often mail to an address may be refused for good, or come back, before it is mailed no more;
// after failuresLast it is given another chance.
const (
	mostFailures = 2
	failuresLast = 30 * 24 * time.Hour
)

// failing reports that an address keeps failing, so that a mail is not even tried. The operator can try it all
// the same (klachtd queue retry); that it arrives, or that the person writes, makes it good again.
func (d *Desk) failing(ctx context.Context, q store.Queued) (failing bool, err error) {
	if q.Attempts > 0 {
		return false, nil
	}
	err = d.store.View(ctx, func(tx *store.Tx) error {
		n, err := tx.Failures(d.key.Digest(q.Mail.To), d.now().Add(-failuresLast))
		failing = n >= mostFailures
		return err
	})
	return failing, err
}

// keepsFailing is why a mail is not tried.
type keepsFailing struct{}

// Error implements error.
func (keepsFailing) Error() string { return "not tried: mail to this address keeps failing" }

// Temporary says that it will not change by itself.
func (keepsFailing) Temporary() bool { return false }

// Status is an enhanced status code (RFC 3463): the address has a problem.
func (keepsFailing) Status() string { return "5.1.0" }

// fate is what an error says about a mail.
type fate struct {
	temporary  bool
	connection bool
	status     string
}

// classify asks an error what it knows; what it does not say is temporary.
func classify(err error) fate {
	f := fate{temporary: true}
	var t interface{ Temporary() bool }
	if errors.As(err, &t) {
		f.temporary = t.Temporary()
	}
	var c interface{ Connection() bool }
	if errors.As(err, &c) {
		f.connection = c.Connection()
	}
	var s interface{ Status() string }
	if errors.As(err, &s) {
		f.status = s.Status()
	}
	return f
}

// mostRefused bounds how many copies one round has refused: a full folder refuses all.
const mostRefused = 8

// fileCopies puts a copy of what was sent in the Sent folder. It comes after sending: a copy that
// fails holds up no mail, nor one that the server refuses the others; it is tried again in the next round.
func (d *Desk) fileCopies(ctx context.Context) error {
	if d.SentFolder == "" {
		return nil
	}
	var uncopied []store.Queued
	err := d.store.View(ctx, func(tx *store.Tx) (err error) {
		uncopied, err = tx.Uncopied(batch)
		return err
	})
	if err != nil {
		return fmt.Errorf("reading what was sent: %w", err)
	}
	var failed []error
	for _, q := range uncopied {
		if err := d.fileCopy(ctx, q); err != nil {
			failed = append(failed, fmt.Errorf("filing a copy of mail %d: %w", q.ID, err))
			if !refused(err) || len(failed) == mostRefused {
				break
			}
		}
	}
	if len(uncopied) == batch && len(failed) == 0 {
		d.queued()
	}
	return errors.Join(failed...)
}

// refused reports that a server looked at a message and would not have it.
func refused(err error) bool {
	var r interface{ Refused() bool }
	return errors.As(err, &r) && r.Refused()
}

func (d *Desk) fileCopy(ctx context.Context, q store.Queued) error {
	size := &counter{}
	open := func(digest string) (io.ReadCloser, error) { return d.store.OpenOriginal(ctx, digest) }
	if err := q.Mail.Write(size, open); err != nil {
		return err
	}
	body, err := d.body(ctx, q)
	if err != nil {
		return err
	}
	defer body.Close()
	if err := d.mailbox.Append(ctx, d.SentFolder, size.n, body, q.Mail.At); err != nil {
		return err
	}
	return d.store.Update(ctx, func(tx *store.Tx) error { return tx.MarkCopied(q.ID) })
}

// counter counts the bytes of a mail that is too large to hold.
type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}
