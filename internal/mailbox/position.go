package mailbox

import (
	"slices"
	"time"
)

// tellAfter is the attempt at which a person is told; see Config.Unreadable.
const tellAfter = 3

// retryAfter is how long a message that failed is left in peace, by attempts.
func retryAfter(attempts int) time.Duration {
	waits := [...]time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 6 * time.Hour}
	return waits[min(max(attempts, 1), len(waits))-1]
}

// begin gives the position from which a folder is read, now that the server has told its UIDVALIDITY and next UID.
//
// At first contact the inbox is history, unless the wish says since when it is not. Under a new UIDVALIDITY all is read
// again that was received since the first contact; the handler knows what it has seen. The drop folder has no history.
func begin(old Position, known, drop bool, uidValidity, uidNext uint32, wish *time.Time, now time.Time) Position {
	fresh := Position{UIDValidity: uidValidity, Next: 1}
	if drop {
		if known && old.UIDValidity == uidValidity {
			return old
		}
		return fresh
	}
	fresh.History = uidNext
	switch {
	case !known && wish == nil:
		fresh.Next, fresh.Since = uidNext, now.UTC()
	case !known:
		fresh.Since = wish.UTC()
	case old.UIDValidity != uidValidity:
		fresh.Since = earlier(old.Since, wish)
	case wish != nil && wish.Before(old.Since):
		// What lies from Next on is new, however old it is: only what was passed over falls under the wish.
		fresh.Since, fresh.History, fresh.Failed = wish.UTC(), max(old.History, old.Next), old.Failed
	default:
		return old
	}
	return fresh
}

func earlier(since time.Time, wish *time.Time) time.Time {
	if wish != nil && wish.Before(since) {
		return wish.UTC()
	}
	return since
}

// old says whether a message is history. One without a date is, since nobody can tell.
func (p *Position) old(uid uint32, received time.Time) bool {
	return uid < p.History && !received.IsZero() && received.Before(p.Since)
}

// fail notes another failed attempt at a message, and says whether a person should be told now.
func (p *Position) fail(uid uint32, now time.Time) (attempts int, tell bool) {
	i := slices.IndexFunc(p.Failed, func(f Failed) bool { return f.UID == uid })
	if i < 0 {
		i = len(p.Failed)
		p.Failed = append(p.Failed, Failed{UID: uid})
	}
	f := &p.Failed[i]
	f.Attempts++
	f.NextTry = now.UTC().Add(retryAfter(f.Attempts))
	tell = f.Attempts >= tellAfter && !f.Told
	f.Told = f.Told || tell
	return f.Attempts, tell
}

// succeed forgets a failure, and says whether there was one.
func (p *Position) succeed(uid uint32) bool {
	before := len(p.Failed)
	p.Failed = slices.DeleteFunc(slices.Clone(p.Failed), func(f Failed) bool { return f.UID == uid })
	return len(p.Failed) < before
}

// due lists the failed messages whose time has come, lowest UID first.
func (p *Position) due(now time.Time) (uids []uint32) {
	for _, f := range p.Failed {
		if !f.NextTry.After(now) {
			uids = append(uids, f.UID)
		}
	}
	slices.Sort(uids)
	return uids
}

// equal says whether there is nothing to save.
func (p *Position) equal(q Position) bool {
	return p.UIDValidity == q.UIDValidity && p.Next == q.Next && p.History == q.History &&
		p.Since.Equal(q.Since) && slices.Equal(p.Failed, q.Failed)
}
