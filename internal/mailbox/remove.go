package mailbox

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/textproto"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
)

// Filed is a message that was filed in the mailbox, as it can be found again.
type Filed struct {
	MessageID string            // with its angle brackets; "" where it has none
	Received  time.Time         // INTERNALDATE, as far as it is known
	Digest    [sha256.Size]byte // of all bytes
	Ours      bool              // we wrote it: its Message-ID is like no other, and proves enough (servers may change copies)
}

// Removal counts what became of messages that were to be removed.
type Removal struct {
	Removed int // gone for good
	Marked  int // marked as deleted, because the server cannot remove single messages (no UIDPLUS)
	Missing int // not in the folder: somebody moved or removed them
}

// Remove deletes messages from a folder for good: those that are byte for byte the ones that were filed, and
// mails of ours by their Message-ID. Whatever else is there stays, also what others marked as deleted. What was removed
// before an error stays removed.
func (b *Box) Remove(ctx context.Context, folder string, list []Filed) (r Removal, err error) {
	if len(list) == 0 {
		return r, nil
	}
	s, err := b.connect(ctx)
	if err != nil {
		return r, err
	}
	defer s.close()
	name, err := s.names.server(folder)
	if err != nil {
		return r, err
	}
	there, err := s.exists(ctx, name)
	if err != nil || !there {
		return Removal{Missing: len(list)}, err
	}
	if err := s.enter(ctx, folder); err != nil {
		return r, err
	}
	exact := s.caps.Has(imap.CapUIDPlus)
	for _, f := range list {
		uids, err := s.findFiled(ctx, f)
		if err != nil {
			return r, fmt.Errorf("removing from %s: %w", folder, err)
		}
		if len(uids) == 0 {
			r.Missing++
			continue
		}
		if err := s.remove(ctx, imap.UIDSetNum(uids...), exact); err != nil {
			return r, fmt.Errorf("removing from %s: %w", folder, err)
		}
		if exact {
			r.Removed += len(uids)
		} else {
			r.Marked += len(uids)
		}
	}
	return r, nil
}

// findFiled finds the messages that are the one that was filed. A search only says where to look.
func (s *session) findFiled(ctx context.Context, f Filed) (found []imap.UID, err error) {
	for _, criteria := range f.where() {
		candidates, err := s.search(ctx, criteria)
		if err != nil && !refused(err) { // a server that cannot search for this is asked otherwise
			return nil, err
		}
		for _, uid := range candidates {
			same, err := s.same(ctx, uid, f)
			if err != nil {
				return nil, err
			}
			if same {
				found = append(found, uid)
			}
		}
		if len(found) > 0 {
			return found, nil
		}
	}
	return nil, nil
}

// where lists where a message may be found: by its Message-ID, else by the day on which it came. Servers compare
// days in a zone of their own, so that a day is added on both sides.
func (f Filed) where() (list []*imap.SearchCriteria) {
	if f.MessageID != "" {
		list = append(list, &imap.SearchCriteria{Header: []imap.SearchCriteriaHeaderField{{Key: "Message-ID", Value: f.MessageID}}})
	}
	if !f.Received.IsZero() && !f.Ours {
		day := f.Received.UTC().Truncate(24 * time.Hour)
		list = append(list, &imap.SearchCriteria{Since: day.AddDate(0, 0, -1), Before: day.AddDate(0, 0, 2)})
	}
	return list
}

// same says whether a message is the one that was filed.
func (s *session) same(ctx context.Context, uid imap.UID, f Filed) (bool, error) {
	if f.Ours {
		threads, err := s.threads(ctx, imap.UIDSetNum(uid))
		return err == nil && len(threads) == 1 && threads[0].MessageID == f.MessageID, err
	}
	at, err := s.lookAt(ctx, uid, sizeOnly)
	if err != nil || at == nil {
		return false, err
	}
	sum := sha256.New()
	_, err = s.fetch(ctx, imap.UIDSetNum(uid), whole(false), at.size, func(_ imap.UID, literal imap.LiteralReader) error {
		sum.Reset()
		n, err := io.Copy(sum, literal)
		if err == nil && n != literal.Size() {
			err = io.ErrUnexpectedEOF
		}
		return err
	})
	return err == nil && [sha256.Size]byte(sum.Sum(nil)) == f.Digest, err
}

// Reread hands over every message of a folder that was received since a moment, in the order in which they
// came into the folder, and leaves all of them where they are; not those that are marked as deleted, which may be
// what is left of an erased case. It is how mail is found that was filed and forgotten. A message that cannot be read or handled keeps no other from
// being handed over; in the end a person is told of it, as of any such message. Only ErrStop and a connection that breaks end it.
func (b *Box) Reread(ctx context.Context, folder string, since time.Time, h func(context.Context, Mail) error) error {
	s, uids, err := b.since(ctx, folder, since, imap.FlagDeleted)
	if err != nil || s == nil {
		return err
	}
	defer s.close()
	failed := map[imap.UID]error{}
	for _, uid := range uids {
		err := b.rereadOne(ctx, s, uid, since, h)
		if stops(ctx, err) || errors.Is(err, errLost) {
			return fmt.Errorf("reading %s again: %w", folder, err)
		}
		if err != nil {
			failed[uid] = err
		}
	}
	for _, uid := range slices.Sorted(maps.Keys(failed)) {
		b.cfg.Unreadable(ctx, Unreadable{folder, uint32(uid), s.uidValidity, 1}, failed[uid])
	}
	return nil
}

func (b *Box) rereadOne(ctx context.Context, s *session, uid imap.UID, since time.Time, h func(context.Context, Mail) error) (err error) {
	defer recovered(&err)
	at, err := s.lookAt(ctx, uid, withoutFlags)
	if err != nil || at == nil || at.received.Before(since) {
		return err
	}
	body, err := s.body(ctx, *at)
	if err != nil || body == nil {
		return err
	}
	defer body.close()
	return h(ctx, Mail{
		Folder: s.open, UID: uint32(uid), UIDValidity: s.uidValidity, Size: at.size, Received: at.received, Noticed: b.cfg.Now(), Truncated: body.truncated, Body: body,
	})
}

// Thread is a message by its place in a thread.
type Thread struct{ MessageID, InReplyTo string }

// Threads lists the messages in a folder that were received since a moment, by their place in a thread; those that
// have a Message-ID.
func (b *Box) Threads(ctx context.Context, folder string, since time.Time) (threads []Thread, err error) {
	s, uids, err := b.since(ctx, folder, since)
	if err != nil || s == nil {
		return nil, err
	}
	defer s.close()
	for some := range slices.Chunk(uids, chunkMails) {
		more, err := s.threads(ctx, imap.UIDSetNum(some...))
		if err != nil {
			return nil, fmt.Errorf("looking through %s: %w", folder, err)
		}
		threads = append(threads, more...)
	}
	return threads, nil
}

// since opens a folder and finds what came since a moment, and perhaps a day before it, without some flags. No session:
// there is no such folder.
func (b *Box) since(ctx context.Context, folder string, since time.Time, without ...imap.Flag) (s *session, uids []imap.UID, err error) {
	if s, err = b.connect(ctx); err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil || uids == nil {
			s.close()
			s = nil
		}
	}()
	name, err := s.names.server(folder)
	if err != nil {
		return s, nil, err
	}
	there, err := s.exists(ctx, name)
	if err != nil || !there {
		return s, nil, err
	}
	if err := s.enter(ctx, folder); err != nil {
		return s, nil, err
	}
	uids, err = s.search(ctx, &imap.SearchCriteria{Since: since.UTC().AddDate(0, 0, -1), NotFlag: without})
	return s, uids, err
}

var errHeader = errors.New("a header is too large")

// threads reads the place of messages in their threads.
func (s *session) threads(ctx context.Context, set imap.UIDSet) (threads []Thread, err error) {
	section := &imap.FetchItemBodySection{Specifier: imap.PartSpecifierHeader, HeaderFields: []string{"Message-ID", "In-Reply-To"}, Peek: true}
	_, err = s.fetch(ctx, set, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}}, 0, func(_ imap.UID, literal imap.LiteralReader) error {
		if literal.Size() > mostHeader {
			return also(errHeader, discard(literal))
		}
		header, err := readWhole(literal)
		if t := threadIn(header); err == nil && t.MessageID != "" {
			threads = append(threads, t)
		}
		return err
	})
	return threads, err
}

// threadIn reads the two fields, whatever else the server gave.
func threadIn(header []byte) Thread {
	fields, _ := textproto.NewReader(bufio.NewReader(bytes.NewReader(header))).ReadMIMEHeader() // what was read before an error counts
	return Thread{MessageID: oneID(fields.Get("Message-Id")), InReplyTo: oneID(fields.Get("In-Reply-To"))}
}

// oneID is the first Message-ID in the value of a field, with its angle brackets.
func oneID(value string) string {
	start, end := strings.IndexByte(value, '<'), strings.IndexByte(value, '>')
	if start < 0 || end < start {
		return ""
	}
	return value[start : end+1]
}
