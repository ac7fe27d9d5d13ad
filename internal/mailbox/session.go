package mailbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

const (
	farewellLimit = 2 * time.Second
	// slowest is the rate, in bytes a second, below which the transfer of bodies counts as stuck.
	slowest = 64 << 10
)

// session is one connection after login. Only one goroutine uses it, but for told.
type session struct {
	cfg     *Config
	within  within
	tcp     net.Conn
	client  *imapclient.Client
	caps    imap.CapSet
	names   naming
	ready   map[string]bool // folders known to exist
	lost    bool
	deaf    bool           // IDLE was refused
	notices chan time.Time // at most one: the first EXISTS that was not looked into yet

	open        string // the configured name of the selected folder
	uidValidity uint32
	uidNext     uint32 // at SELECT; 0 = the server did not say
	messages    uint32 // at SELECT
}

// told runs in the library's reading goroutine, so it must not wait.
func (s *session) told(data *imapclient.UnilateralDataMailbox) {
	if data.NumMessages == nil {
		return
	}
	select {
	case s.notices <- s.cfg.Now():
	default:
	}
}

// do runs one command. The library knows neither deadlines nor contexts, so the connection is cut when the limit is over
// or ctx ends; the TCP connection, because closing the client waits for literals that nobody reads.
// An error is either a Refusal, after which the connection can be used, or errLost.
func (s *session) do(ctx context.Context, doing string, limit time.Duration, command func() error) error {
	ctx, cancel := s.within(ctx, limit)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { s.tcp.Close() })
	err := command()
	if !stop() {
		s.cut()
		return fmt.Errorf("%s: %w: %w", doing, errLost, context.Cause(ctx))
	}
	var no *imap.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &no):
		return fmt.Errorf("%s: %w", doing, refusal(no, s.cfg.Username))
	}
	s.cut()
	return fmt.Errorf("%s: %w: %s", doing, errLost, scrub(err.Error(), s.cfg.Username))
}

// within gives a context that ends with errSilence when the server has had its time for an answer.
type within func(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc)

func inTime(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, limit, errSilence)
}

// cut ends the connection without a word.
func (s *session) cut() {
	s.lost = true
	s.tcp.Close()
}

// close says goodbye where that is possible and waits until the library has let go of the connection.
func (s *session) close() {
	if !s.lost {
		ctx, cancel := context.WithTimeout(context.Background(), farewellLimit)
		defer cancel()
		_ = s.do(ctx, "logging out", farewellLimit, func() error { return s.client.Logout().Wait() }) // nothing depends on it
	}
	s.cut()
	select {
	case <-s.client.Closed():
	case <-time.After(farewellLimit): // the daemon goes on, whatever the library waits for
	}
}

// transferLimit is the time that a command gets when it moves so many bytes.
func (s *session) transferLimit(bytes int64) time.Duration {
	return s.cfg.Timeout + time.Duration(bytes/slowest)*time.Second
}

// learnCapabilities asks, because the capabilities after login are others than before it and the library asks for them
// on its own time.
func (s *session) learnCapabilities(ctx context.Context) error {
	return s.do(ctx, "asking for capabilities", s.cfg.Timeout, func() (err error) {
		s.caps, err = s.client.Capability().Wait()
		return err
	})
}

// enter selects a folder, which also tells whether its UIDs are still the ones we know.
func (s *session) enter(ctx context.Context, folder string) error {
	name, err := s.names.server(folder)
	if err != nil {
		return err
	}
	s.open = ""
	err = s.do(ctx, "opening "+folder, s.cfg.Timeout, func() error {
		data, err := s.client.Select(name, nil).Wait()
		if err == nil {
			s.uidValidity, s.uidNext, s.messages = data.UIDValidity, uint32(data.UIDNext), data.NumMessages
		}
		return err
	})
	if err != nil {
		return err
	}
	if s.uidValidity == 0 {
		return fmt.Errorf("opening %s: the server gives no UIDVALIDITY, so that no message could be recognised", folder)
	}
	s.open = folder
	return s.learnNext(ctx)
}

// learnNext finds the next UID where SELECT did not give it, which RFC 3501 §6.3.1 allows.
func (s *session) learnNext(ctx context.Context) error {
	if s.uidNext != 0 || s.messages == 0 {
		s.uidNext = max(s.uidNext, 1)
		return nil
	}
	last, err := s.search(ctx, &imap.SearchCriteria{UID: []imap.UIDSet{{imap.UIDRange{Start: 0, Stop: 0}}}})
	if err != nil {
		return err
	}
	for _, uid := range last {
		s.uidNext = max(s.uidNext, uint32(uid)+1)
	}
	return nil
}

// wait returns when the server tells of new mail, with the moment it did, or with no moment when the next poll is due.
// Polls come more often than servers end an IDLE, so the library's own restart of IDLE, which can hang, never comes to pass.
func (s *session) wait(ctx context.Context, poll <-chan time.Time) (noticed time.Time, err error) {
	select {
	case noticed = <-s.notices: // told during an earlier command
		return noticed, nil
	default:
	}
	idling, err := s.idle(ctx)
	if err != nil {
		return time.Time{}, err
	}
	select {
	case noticed = <-s.notices:
	case <-poll:
	case <-s.client.Closed():
	case <-ctx.Done():
	}
	if idling == nil {
		return noticed, nil
	}
	return noticed, s.do(ctx, "ending IDLE", s.cfg.Timeout, func() error {
		return errors.Join(idling.Close(), idling.Wait())
	})
}

// idle starts IDLE; without it, nil, where it is not wanted, not offered or refused.
func (s *session) idle(ctx context.Context) (idling *imapclient.IdleCommand, err error) {
	if !s.cfg.Idle || s.deaf || !s.caps.Has(imap.CapIdle) {
		return nil, nil
	}
	err = s.do(ctx, "starting IDLE", s.cfg.Timeout, func() (err error) {
		idling, err = s.client.Idle()
		return err
	})
	if refused(err) {
		s.deaf = true
		return nil, nil
	}
	return idling, err
}
