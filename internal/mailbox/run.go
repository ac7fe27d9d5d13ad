package mailbox

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/emersion/go-imap/v2"
)

// Keys of the log.
const (
	keyFolder   = "folder"
	keyUID      = "uid"
	keyAttempts = "attempts"
	keyWait     = "wait"
	keyError    = "error"
	keyMessages = "messages"
)

const (
	// mostSilence bounds the time between two polls: servers end an IDLE after 30 minutes (RFC 2177 §3), and what lies
	// between them and us forgets a silent connection earlier.
	mostSilence = 9 * time.Minute
	// mostBreaks is how often one round connects anew: a message that breaks connections costs four. Of breaks that bring
	// nothing to light, or came of silence, which is the server's fault rather than a message's, it bears one.
	mostBreaks    = 20
	mostFruitless = 1
)

// Run hands over messages as they come, until ctx ends: at once where the server has IDLE, and by polling in any case.
// Whatever fails is tried again with growing pauses; Run itself never fails, it returns nil when ctx ends.
func (b *Box) Run(ctx context.Context, h Handler) error {
	defer b.hangUp()
	for failures := 0; ctx.Err() == nil; {
		rounds, err := b.attend(ctx, h)
		if ctx.Err() != nil {
			break
		}
		b.hangUp()
		if rounds > 1 { // not after the first: a server that drops every connection is not asked every second
			failures = 0
		}
		failures++
		var login *LoginError
		wait := backoff(failures, errors.As(err, &login), b.jitter())
		b.cfg.Logger.Warn("reading the mailbox", keyError, err, keyWait, wait)
		b.pause(ctx, wait)
	}
	return nil
}

// Once hands over what is new, in one round over one connection.
func (b *Box) Once(ctx context.Context, h Handler) error {
	defer b.hangUp()
	err := b.round(ctx, h, b.cfg.Now(), true)
	b.cfg.Polled(err)
	return err
}

// attend stays connected for as many rounds as it can.
func (b *Box) attend(ctx context.Context, h Handler) (rounds int, err error) {
	poll := time.NewTicker(min(b.cfg.Poll, mostSilence))
	defer poll.Stop()
	for noticed := (time.Time{}); ; rounds++ {
		all := noticed.IsZero()
		if all {
			noticed = b.cfg.Now()
		}
		err := b.round(ctx, h, noticed, all)
		if ctx.Err() != nil {
			return rounds, ctx.Err()
		}
		b.cfg.Polled(err)
		if b.session == nil || b.session.lost || errors.Is(err, ErrStop) {
			return rounds, err
		}
		if err != nil { // one folder's trouble, which does not keep us from listening
			b.cfg.Logger.Warn("reading the mailbox", keyError, err)
		}
		if noticed, err = b.session.wait(ctx, poll.C); err != nil {
			return rounds + 1, err
		}
	}
}

// backoff grows from a second to five minutes; where the server does not let us in, from half a minute to a quarter of
// an hour, because servers lock accounts. Jitter (0..1) takes up to a quarter off, so that many clients do not come at once.
func backoff(failures int, login bool, jitter float64) time.Duration {
	first, most := time.Second, 5*time.Minute
	if login {
		first, most = 30*time.Second, 15*time.Minute
	}
	wait := most
	if failures < 16 {
		wait = min(first<<(failures-1), most)
	}
	return wait - time.Duration(jitter*float64(wait)/4)
}

func jitter() float64 { return rand.Float64() }

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func (b *Box) hangUp() {
	if b.session != nil {
		b.session.close()
		b.session = nil
	}
}

// round reads all folders, or only the inbox, which is open. A connection that breaks is replaced at once, because it may
// be one message that breaks it: then it is found, put aside, and the round goes on behind it.
func (b *Box) round(ctx context.Context, h Handler, noticed time.Time, all bool) error {
	for breaks, fruitless := 0, 0; ; breaks++ {
		if b.session == nil || b.session.lost {
			b.hangUp()
			s, err := b.connect(ctx)
			if err != nil {
				return err
			}
			b.session, all = s, true
		}
		before := b.progress
		err := b.pass(ctx, h, noticed, all)
		if !errors.Is(err, errLost) || ctx.Err() != nil {
			return err
		}
		if b.progress == before || errors.Is(err, errSilence) {
			fruitless++
		}
		if breaks >= mostBreaks || fruitless > mostFruitless {
			return err
		}
	}
}

// pass reads folders over one connection. What is wrong with one folder does not keep the others from being read.
func (b *Box) pass(ctx context.Context, h Handler, noticed time.Time, all bool) (err error) {
	if !all {
		return b.read(ctx, h, b.inbox, noticed)
	}
	if _, made := b.session.ensure(ctx, b.cfg.Folders.Registered); made != nil {
		err = made
	}
	for _, f := range b.folders {
		if errors.Is(err, errLost) || errors.Is(err, ErrStop) || ctx.Err() != nil {
			return err
		}
		err = also(err, b.enterAndRead(ctx, h, f, noticed))
	}
	return err
}

func (b *Box) enterAndRead(ctx context.Context, h Handler, f *folder, noticed time.Time) error {
	if f.drop {
		quiet, err := b.quiet(ctx, f)
		if quiet || err != nil {
			return err
		}
	}
	if err := b.session.enter(ctx, f.name); err != nil {
		return err
	}
	return b.read(ctx, h, f, noticed)
}

func (b *Box) read(ctx context.Context, h Handler, f *folder, noticed time.Time) error {
	r := &reading{Box: b, s: b.session, folder: f, handler: h, noticed: noticed}
	err := r.start(ctx)
	if err == nil {
		err = r.run(ctx)
	}
	if err != nil {
		return fmt.Errorf("reading %s: %w", f.name, err)
	}
	return nil
}

// quiet makes the drop folder where it is missing, and says whether STATUS shows that nothing new is in it.
func (b *Box) quiet(ctx context.Context, f *folder) (bool, error) {
	name, err := b.session.ensure(ctx, f.name)
	if err != nil {
		return false, err
	}
	var status *imap.StatusData
	err = b.session.do(ctx, "asking about "+f.name, b.cfg.Timeout, func() (err error) {
		status, err = b.session.client.Status(name, &imap.StatusOptions{NumMessages: true, UIDNext: true, UIDValidity: true}).Wait()
		return err
	})
	if refused(err) {
		delete(b.session.ready, name) // removed, perhaps; SELECT will tell
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if status.NumMessages != nil && *status.NumMessages == 0 {
		return true, nil
	}
	p, known, err := b.ledger.Position(ctx, f.name)
	if err != nil {
		return false, fmt.Errorf("reading the position: %w: %w", ErrStop, err)
	}
	return known && p.UIDValidity == status.UIDValidity && status.UIDNext != 0 &&
		uint32(status.UIDNext) <= p.Next && len(p.due(b.cfg.Now())) == 0, nil
}
