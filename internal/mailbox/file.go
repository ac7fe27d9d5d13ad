package mailbox

import (
	"context"
	"errors"
	"fmt"

	"github.com/emersion/go-imap/v2"
)

// errUnmoved is a message that stayed although the server said OK.
var errUnmoved = errors.New("the server says OK, but messages stayed where they were")

// file moves messages to a folder, which is made where it is missing. Left are those that are still where they were;
// an error without any left means that a copy is filed and the original could not be removed.
func (s *session) file(ctx context.Context, list []facts, folder string) (left []imap.UID, err error) {
	if len(list) == 0 {
		return nil, nil
	}
	name, err := s.ensure(ctx, folder)
	if err != nil {
		return uidsOf(list), fmt.Errorf("filing: %w", err)
	}
	left, err = s.carry(ctx, list, name)
	if len(left) > 0 && refused(err, imap.ResponseCodeTryCreate, imap.ResponseCodeNonExistent) {
		delete(s.ready, name) // somebody removed it since
		if name, err = s.ensure(ctx, folder); err == nil {
			left, err = s.carry(ctx, list, name)
		}
	}
	if err != nil {
		err = fmt.Errorf("filing: %w", err)
	}
	return left, err
}

// carry takes messages over. The library's Move must not be called on a server without MOVE: in its place it copies and
// expunges without waiting whether the copy came to be. What the library believes is what counts, so it is asked last.
func (s *session) carry(ctx context.Context, list []facts, name string) (left []imap.UID, err error) {
	if s.caps.Has(imap.CapMove) && s.client.Caps().Has(imap.CapMove) {
		return s.move(ctx, list, name)
	}
	return s.replace(ctx, list, name)
}

func (s *session) move(ctx context.Context, list []facts, name string) (left []imap.UID, err error) {
	uids, moved := uidsOf(list), imap.UIDSet{}
	err = s.do(ctx, "moving", s.transferLimit(bytesOf(list)), func() error {
		data, err := s.client.Move(imap.UIDSetNum(uids...), name).Wait()
		if err == nil {
			moved, _ = data.SourceUIDs.(imap.UIDSet) // none without UIDPLUS, and none of a message that was not there
		}
		return err
	})
	if err != nil {
		return uids, err
	}
	left, err = s.present(ctx, without(uids, moved)...)
	if len(left) > 0 && err == nil {
		err = errUnmoved
	}
	return left, err
}

// replace does what MOVE does on a server that lacks it, in an order in which nothing can be lost: copy, see that the
// copy is there, only then remove the original (RFC 6851 §3.3). Without UIDPLUS, EXPUNGE would also remove what others
// have marked, so that the original stays, marked as deleted.
func (s *session) replace(ctx context.Context, list []facts, name string) (left []imap.UID, err error) {
	exact := s.caps.Has(imap.CapUIDPlus)
	if !exact {
		list = unmarked(list)
	}
	if len(list) == 0 {
		return nil, nil
	}
	copied, err := s.copy(ctx, list, name)
	if err != nil {
		return uidsOf(list), err
	}
	if len(copied) == 0 { // no copy is named, so none can be checked: the original stays
		return nil, s.remove(ctx, imap.UIDSetNum(uidsOf(list)...), false)
	}
	err = s.remove(ctx, copied, exact)
	left, missed := s.present(ctx, without(uidsOf(list), copied)...)
	if len(left) > 0 {
		missed = also(missed, errUnmoved)
	}
	return left, also(err, missed)
}

// copy gives the UIDs of which the server names a copy; without UIDPLUS that is none, and OK means all (RFC 3501 §6.4.7).
func (s *session) copy(ctx context.Context, list []facts, name string) (copied imap.UIDSet, err error) {
	err = s.do(ctx, "copying", s.transferLimit(bytesOf(list)), func() error {
		data, err := s.client.Copy(imap.UIDSetNum(uidsOf(list)...), name).Wait()
		if err == nil && count(data.SourceUIDs) == count(data.DestUIDs) {
			copied = data.SourceUIDs
		}
		return err
	})
	return copied, err
}

func (s *session) remove(ctx context.Context, uids imap.UIDSet, exact bool) error {
	err := s.do(ctx, "marking as deleted", s.cfg.Timeout, func() error {
		mark := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}
		return s.client.Store(uids, mark, nil).Close()
	})
	if err != nil || !exact {
		return err
	}
	return s.do(ctx, "removing", s.cfg.Timeout, func() error { return s.client.UIDExpunge(uids).Close() })
}

func uidsOf(list []facts) []imap.UID {
	uids := make([]imap.UID, len(list))
	for i, f := range list {
		uids[i] = f.uid
	}
	return uids
}

func bytesOf(list []facts) (total int64) {
	for _, f := range list {
		total += f.size
	}
	return total
}

// unmarked leaves out what is marked as deleted already: on a server where originals stay marked, its copy is made.
func unmarked(list []facts) (rest []facts) {
	for _, f := range list {
		if !f.deleted {
			rest = append(rest, f)
		}
	}
	return rest
}

func without(uids []imap.UID, set imap.UIDSet) (rest []imap.UID) {
	for _, uid := range uids {
		if !set.Contains(uid) {
			rest = append(rest, uid)
		}
	}
	return rest
}

// count is how many UIDs a set names.
func count(set imap.UIDSet) (total uint64) {
	for _, r := range set {
		total += uint64(r.Stop) - uint64(r.Start) + 1
	}
	return total
}
