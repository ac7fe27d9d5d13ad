package mailbox

import (
	"context"
	"errors"
	"time"

	"github.com/emersion/go-imap/v2"
)

const (
	// firstWindow is how many UIDs one SEARCH in history looks at. It doubles while little is found, because UIDs may be
	// sparse: two billion of them are passed in some twenty steps.
	firstWindow = 10_000
	fewFound    = 1_000
	// mostFound bounds what one SEARCH may answer; no mailbox that a daemon of ours can serve is larger.
	mostFound = 4 << 20
)

var errTooMany = errors.New("the server finds more messages than a mailbox can hold")

// window is a range of UIDs to search next; Stop 0 is the end.
type window struct {
	start, stop uint32
	since       time.Time // zero = of any date
}

// next gives the window at the position. In history it is bounded, behind it lies only what is new.
func (p *Position) window(size uint32) window {
	if p.Next >= p.History {
		return window{start: p.Next}
	}
	return window{start: p.Next, stop: uint32(min(uint64(p.Next)+uint64(size), uint64(p.History))) - 1, since: p.Since}
}

// find lists the UIDs in a window, lowest first.
func (s *session) find(ctx context.Context, w window) ([]imap.UID, error) {
	criteria := &imap.SearchCriteria{UID: []imap.UIDSet{{imap.UIDRange{Start: imap.UID(w.start), Stop: imap.UID(w.stop)}}}}
	if !w.since.IsZero() {
		// SINCE compares the date in whatever zone the server keeps (RFC 3501 §6.4.4), so a day is added; the exact
		// moment is compared later.
		criteria.Since = w.since.UTC().AddDate(0, 0, -1)
	}
	all, err := s.search(ctx, criteria)
	uids := all[:0]
	for _, uid := range all {
		// n:* names the last message even if its UID is below n (RFC 3501 §6.4.8).
		if uint32(uid) >= w.start && (w.stop == 0 || uint32(uid) <= w.stop) {
			uids = append(uids, uid)
		}
	}
	return uids, err
}

func (s *session) search(ctx context.Context, criteria *imap.SearchCriteria) (uids []imap.UID, err error) {
	err = s.do(ctx, "searching", s.cfg.Timeout, func() error {
		data, err := s.client.UIDSearch(criteria, nil).Wait()
		if err != nil {
			return err
		}
		uids, err = flatten(data.All)
		return err
	})
	return uids, err
}

// flatten lists a set of UIDs, which is sorted. A server could name four billion in a few bytes.
func flatten(set imap.NumSet) ([]imap.UID, error) {
	all, ok := set.(imap.UIDSet)
	if !ok || len(all) == 0 {
		return nil, nil
	}
	total := uint64(0)
	for _, r := range all {
		if r.Start == 0 || r.Stop < r.Start {
			return nil, errTooMany
		}
		total += uint64(r.Stop) - uint64(r.Start) + 1
	}
	if total > mostFound {
		return nil, errTooMany
	}
	uids := make([]imap.UID, 0, total)
	for _, r := range all {
		for uid := uint64(r.Start); uid <= uint64(r.Stop); uid++ {
			uids = append(uids, imap.UID(uid))
		}
	}
	return uids, nil
}

// present lists which of some UIDs the folder still holds.
func (s *session) present(ctx context.Context, uids ...imap.UID) ([]imap.UID, error) {
	if len(uids) == 0 {
		return nil, nil
	}
	return s.search(ctx, &imap.SearchCriteria{UID: []imap.UIDSet{imap.UIDSetNum(uids...)}})
}

// sequence gives the sequence number of a message, 0 when the folder does not hold it any more.
func (s *session) sequence(ctx context.Context, uid imap.UID) (seq uint32, err error) {
	err = s.do(ctx, "searching", s.cfg.Timeout, func() error {
		data, err := s.client.Search(&imap.SearchCriteria{UID: []imap.UIDSet{imap.UIDSetNum(uid)}}, nil).Wait()
		if set, ok := data.All.(imap.SeqSet); ok && err == nil && len(set) > 0 {
			seq = set[0].Start
		}
		return err
	})
	return seq, err
}
