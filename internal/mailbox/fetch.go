package mailbox

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

const (
	// chunkMails and chunkBytes bound what one FETCH brings and one MOVE takes away: four times as fast as one at a time.
	chunkMails = 32
	chunkBytes = 4 << 20
	// smallMail is the size in bytes up to which a message is held in memory.
	smallMail = 256 << 10
	// excerpt is what is read of a message over the limit: its header and at least 256 KB of text.
	excerpt = 512 << 10
)

// facts is what is asked of a message before its body.
type facts struct {
	uid      imap.UID
	size     int64
	received time.Time // zero = the server cannot say
	deleted  bool
}

// care is how much less than everything is asked of a message whose data the library cannot read: a keyword with a
// bracket or an INTERNALDATE that is none costs the whole connection.
type care int

const (
	everything care = iota
	withoutFlags
	sizeOnly
)

func (c care) options() *imap.FetchOptions {
	return &imap.FetchOptions{UID: true, RFC822Size: true, InternalDate: c < sizeOnly, Flags: c < withoutFlags}
}

// whole is BODY.PEEK[], which leaves \Seen alone, or the beginning of it.
func whole(excerptOnly bool) *imap.FetchOptions {
	section := &imap.FetchItemBodySection{Peek: true}
	if excerptOnly {
		section.Partial = &imap.SectionPartial{Size: excerpt}
	}
	return &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}}
}

// fetched is one message of the answer to a FETCH.
type fetched struct {
	facts
	sized, dated bool
	literal      bool // a body came, and was taken
}

// take reads a literal. It returns an error only when the literal is not whole; what else goes wrong it keeps to itself.
type take func(uid imap.UID, literal imap.LiteralReader) error

// fetch gives the messages that a server returns for a set, which may be fewer than asked (an unsolicited FETCH of flags
// can even take the place of the one that was asked). Bytes is how much they are expected to be.
func (s *session) fetch(ctx context.Context, set imap.NumSet, o *imap.FetchOptions, bytes int64, body take) (list []fetched, err error) {
	err = s.do(ctx, "fetching", s.transferLimit(bytes), func() error {
		command := s.client.Fetch(set, o)
		for m := command.Next(); m != nil; m = command.Next() {
			one, err := receive(m, body)
			if err != nil {
				// The library would read on from a broken connection while we do: it must not be asked for anything more.
				s.tcp.Close()
				return err
			}
			list = append(list, one)
		}
		return command.Close()
	})
	return list, err
}

func receive(m *imapclient.FetchMessageData, body take) (one fetched, err error) {
	for item := m.Next(); item != nil; item = m.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			one.uid = item.UID
		case imapclient.FetchItemDataRFC822Size:
			one.size, one.sized = item.Size, true
		case imapclient.FetchItemDataInternalDate:
			one.received, one.dated = item.Time.UTC(), true
		case imapclient.FetchItemDataFlags:
			one.deleted = slices.Contains(item.Flags, imap.FlagDeleted)
		case imapclient.FetchItemDataBodySection:
			if item.Literal == nil || body == nil {
				continue
			}
			if err := body(one.uid, item.Literal); err != nil {
				return one, err
			}
			one.literal = true
		}
	}
	return one, nil
}

// readWhole is the only proof that a literal is whole: on a connection that breaks, the library ends it without an error.
func readWhole(literal imap.LiteralReader) ([]byte, error) {
	content := make([]byte, literal.Size())
	if _, err := io.ReadFull(literal, content); err != nil {
		return nil, fmt.Errorf("reading a message of %d bytes: %w", literal.Size(), io.ErrUnexpectedEOF)
	}
	return content, nil
}

// look asks for the facts of messages. Those that the server does not return are missing from the answer.
func (s *session) look(ctx context.Context, set imap.NumSet, c care) (map[imap.UID]facts, error) {
	list, err := s.fetch(ctx, set, c.options(), 0, nil)
	if err != nil {
		return nil, err
	}
	found := make(map[imap.UID]facts, len(list))
	for _, one := range list {
		if one.sized && (one.dated || c == sizeOnly) {
			found[one.uid] = one.facts
		}
	}
	return found, nil
}

// lookAt asks for the facts of one message, by its sequence number where asking by UID gives nothing. It gives nil when
// the folder does not hold the message any more.
func (s *session) lookAt(ctx context.Context, uid imap.UID, c care) (*facts, error) {
	return either(ctx, s, uid, func(set imap.NumSet) (*facts, error) {
		found, err := s.look(ctx, set, c)
		if f, ok := found[uid]; ok && err == nil {
			return &f, nil
		}
		return nil, err
	})
}

// either asks for one message by UID, then by sequence number, because some servers answer only one of them.
func either[T any](ctx context.Context, s *session, uid imap.UID, ask func(imap.NumSet) (*T, error)) (*T, error) {
	if got, err := ask(imap.UIDSetNum(uid)); got != nil || err != nil {
		return got, err
	}
	seq, err := s.sequence(ctx, uid)
	if seq == 0 || err != nil {
		return nil, err
	}
	got, err := ask(imap.SeqSetNum(seq))
	if got == nil && err == nil {
		err = errWithheld
	}
	return got, err
}

// bodies reads small messages into memory, in one FETCH. Those that the server does not return, or that turn out to be
// large, are missing from the answer.
func (s *session) bodies(ctx context.Context, list []facts) (map[imap.UID][]byte, error) {
	set, total := imap.UIDSet{}, int64(0)
	for _, f := range list {
		set.AddNum(f.uid)
		total += f.size
	}
	found := make(map[imap.UID][]byte, len(list))
	_, err := s.fetch(ctx, set, whole(false), total, func(uid imap.UID, literal imap.LiteralReader) error {
		if uid == 0 || literal.Size() > chunkBytes {
			return discard(literal)
		}
		content, err := readWhole(literal)
		if err == nil && len(content) > 0 {
			found[uid] = content
		}
		return err
	})
	if err != nil {
		return nil, err // what came before the error is asked for again: nothing of an unfinished FETCH counts
	}
	return found, nil
}

func discard(literal imap.LiteralReader) error {
	n, err := io.Copy(io.Discard, literal)
	if err == nil && n != literal.Size() {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// spooled is a message on its way to the handler, in a file without a name or, in part, in memory.
type spooled struct {
	io.ReadSeeker
	truncated bool
	file      *os.File
}

func (m *spooled) close() {
	if m.file != nil {
		m.file.Close()
		os.Remove(m.file.Name()) // gone already where files can be removed while they are open
	}
}

// body reads one message of any size. It gives nil when the folder does not hold the message any more.
func (s *session) body(ctx context.Context, f facts) (*spooled, error) {
	over := f.size > s.cfg.Limit
	return either(ctx, s, f.uid, func(set imap.NumSet) (*spooled, error) {
		var got *spooled
		var local error // ours, not the connection's
		list, err := s.fetch(ctx, set, whole(over), min(f.size, s.cfg.Limit), func(_ imap.UID, literal imap.LiteralReader) error {
			if got != nil {
				return discard(literal)
			}
			var broken error
			got, local, broken = s.spool(literal, over)
			return broken
		})
		if err == nil {
			err = also(local, verify(list, f, got))
		}
		if err != nil && got != nil {
			got.close()
			got = nil
		}
		return got, err
	})
}

// verify finds a body that belongs to another message, which the UID behind it tells, and one that should not be empty.
func verify(list []fetched, f facts, got *spooled) error {
	for _, one := range list {
		if one.literal && one.uid != 0 && one.uid != f.uid {
			return errWithheld
		}
	}
	if got == nil || f.size == 0 {
		return nil
	}
	if size, err := got.Seek(0, io.SeekEnd); err != nil || size == 0 {
		return also(err, errEmpty)
	}
	_, err := got.Seek(0, io.SeekStart)
	return err
}

// spool keeps a literal: an excerpt in memory, a whole message in a file. A local error, such as a full disk, leaves the
// connection in order, for the literal is read to its end.
func (s *session) spool(literal imap.LiteralReader, over bool) (got *spooled, local, broken error) {
	if over || literal.Size() > s.cfg.Limit {
		beginning, err := io.ReadAll(io.LimitReader(literal, excerpt))
		if err == nil && int64(len(beginning)) < min(literal.Size(), excerpt) {
			err = io.ErrUnexpectedEOF
		}
		if err == nil {
			err = rest(literal, int64(len(beginning)))
		}
		return &spooled{ReadSeeker: bytes.NewReader(beginning), truncated: true}, nil, err
	}
	file, local := os.CreateTemp(s.cfg.SpoolDir, "mail-*")
	if local != nil {
		return nil, fmt.Errorf("making a spool file: %w", local), discard(literal)
	}
	os.Remove(file.Name()) // nothing is left behind, whatever happens; close tries again for systems that refuse this
	sink := &faultless{to: file}
	n, broken := io.Copy(sink, literal)
	if broken == nil && n != literal.Size() {
		broken = io.ErrUnexpectedEOF
	}
	if sink.err == nil {
		_, sink.err = file.Seek(0, io.SeekStart)
	}
	if sink.err != nil {
		local = fmt.Errorf("spooling a message of %d bytes: %w", literal.Size(), sink.err)
	}
	return &spooled{ReadSeeker: file, file: file}, local, broken
}

// rest reads a literal to its end after some bytes of it.
func rest(literal imap.LiteralReader, had int64) error {
	n, err := io.Copy(io.Discard, literal)
	if err == nil && had+n != literal.Size() {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// faultless keeps the first error of a writer and swallows the rest of what is written.
type faultless struct {
	to  io.Writer
	err error
}

func (w *faultless) Write(b []byte) (int, error) {
	if w.err == nil {
		if _, err := w.to.Write(b); err != nil {
			w.err = err
		}
	}
	return len(b), nil
}
