package mailbox

import (
	"context"
	"fmt"

	"github.com/emersion/go-imap/v2"
)

// mostHeader is what is read of one header, in bytes.
const mostHeader = 64 << 10

// Headers gives the headers of the newest messages in the inbox, oldest first, at most n. Nothing is
// changed by looking.
func (b *Box) Headers(ctx context.Context, n int) (headers [][]byte, err error) {
	s, err := b.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer s.close()
	if err := s.enter(ctx, b.cfg.Folders.Inbox); err != nil {
		return nil, err
	}
	if s.messages == 0 || n < 1 {
		return nil, nil
	}
	newest := imap.SeqSet{imap.SeqRange{Start: s.messages - min(s.messages, uint32(n)) + 1, Stop: s.messages}}
	section := &imap.FetchItemBodySection{Specifier: imap.PartSpecifierHeader, Peek: true, Partial: &imap.SectionPartial{Size: mostHeader}}
	_, err = s.fetch(ctx, newest, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}}, int64(n)*mostHeader,
		func(_ imap.UID, literal imap.LiteralReader) error {
			header, err := readWhole(literal)
			if err == nil {
				headers = append(headers, header)
			}
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("reading headers: %w", err)
	}
	return headers, nil
}
