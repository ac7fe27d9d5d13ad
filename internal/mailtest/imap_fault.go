package mailtest

import (
	"context"
	"fmt"

	"github.com/emersion/go-imap/v2"
)

// Fault is something that an embedded server does wrong on purpose.
type Fault struct {
	// Command that goes wrong: LOGIN, SELECT, STATUS, LIST, CREATE, SUBSCRIBE, APPEND, SEARCH, FETCH (numbers and dates),
	// BODY (a FETCH of mails), STORE, COPY, MOVE, EXPUNGE, IDLE.
	Command string
	UID     uint32 // only when the command concerns this UID; 0 = whatever it concerns
	After   int    // so many of them go well first
	Times   int    // so many then go wrong; 0 = one, negative = all

	// What happens; exactly one.
	Answer *imap.Error // the server says NO or BAD
	Cut    bool        // the connection is cut: in a BODY in the middle of the first mail, else before anything is done
	Lost   bool        // the command is carried out, and the connection cut before the answer
	Hang   bool        // no answer comes
	Hide   bool        // FETCH and BODY: the server says OK, without the mail named by UID
}

// Fail adds a fault.
func (s *IMAP) Fail(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.Times == 0 {
		f.Times = 1
	}
	s.faults = append(s.faults, &f)
}

// Unanswered is what Count and AwaitCount call a command, of whatever kind, that a Fault made hang.
const Unanswered = "unanswered"

// Count says how many commands of a kind (named as in Fault) clients have given.
func (s *IMAP) Count(command string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[command]
}

// AwaitCount waits until clients have given so many commands of a kind, or ctx ends.
func (s *IMAP) AwaitCount(ctx context.Context, command string, n int) error {
	for {
		s.mu.Lock()
		count, changed := s.counts[command], s.changed
		s.mu.Unlock()
		if count >= n {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("awaiting %d commands %s, of which %d came: %w", n, command, count, context.Cause(ctx))
		}
	}
}

// strike counts a command and gives the fault that hits it, if any.
func (s *IMAP) strike(command string, touches func(uid uint32) bool) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[command]++
	defer s.changedLocked()
	for _, f := range s.faults {
		if f.Command != command || f.Times == 0 || (f.UID != 0 && !touches(f.UID)) {
			continue
		}
		if f.After > 0 {
			f.After--
			continue
		}
		if f.Times > 0 {
			f.Times--
		}
		hit := *f
		if hit.Hang {
			s.counts[Unanswered]++
		}
		return &hit
	}
	return nil
}
