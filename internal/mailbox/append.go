package mailbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/emersion/go-imap/v2"
)

// warmth is how long a connection for copies is kept after its last use.
const warmth = time.Minute

var (
	errNoSize = errors.New("the size is not known")
	errSize   = errors.New("the message has another size than was said")
)

// sentLine is the connection over which copies of sent mail are stored, beside the one that listens.
type sentLine struct {
	turn    chan struct{} // holds one token: whose turn it is
	session *session      // nil = not connected
	cooling *time.Timer
}

func (l *sentLine) init() {
	l.turn = make(chan struct{}, 1)
	l.turn <- struct{}{}
}

// take waits for our turn.
func (l *sentLine) take(ctx context.Context) error {
	select {
	case <-l.turn:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (l *sentLine) release() { l.turn <- struct{}{} }

// Append stores a message of exactly size bytes in a folder, marked as read and with a time of arrival, and makes the
// folder where it is missing. When it returns an error, it is not known whether the message is stored, unless the error
// wraps a Refusal: then it is not.
func (b *Box) Append(ctx context.Context, folder string, size int64, r io.Reader, at time.Time) error {
	if err := b.append(ctx, folder, size, r, at); err != nil {
		return fmt.Errorf("storing a copy in %s: %w", folder, err)
	}
	return nil
}

func (b *Box) append(ctx context.Context, folder string, size int64, r io.Reader, at time.Time) error {
	if size <= 0 { // RFC 3501 §6.3.11: the size goes before the message, and fewer bytes leave the server waiting
		return errNoSize
	}
	if err := b.copies.take(ctx); err != nil {
		return err
	}
	defer b.copies.release()
	defer b.cool()
	name, err := b.warm(ctx, folder)
	if err != nil {
		return err
	}
	s := b.copies.session
	if limit, known := s.caps.AppendLimit(); known && limit != nil && size > int64(*limit) {
		return &Refusal{Code: string(imap.ResponseCodeTooBig), Text: fmt.Sprintf("it takes %d bytes at most", *limit)}
	}
	return s.append(ctx, name, size, r, at)
}

// warm gives the folder's name on a connection that is alive: asking for the folder shows it. A folder that is missing
// must not be found out by APPEND, whose refusal costs the connection.
func (b *Box) warm(ctx context.Context, folder string) (name string, err error) {
	l := &b.copies
	if l.session != nil {
		l.cooling.Stop()
		clear(l.session.ready)
		if name, err = l.session.ensure(ctx, folder); !errors.Is(err, errLost) {
			return name, err
		}
		l.session.close()
		l.session = nil
	}
	s, err := b.connect(ctx)
	if err != nil {
		return "", err
	}
	l.session = s
	return s.ensure(ctx, folder)
}

// cool closes a connection that broke, and lets another one wait for the next copy.
func (b *Box) cool() {
	l := &b.copies
	switch {
	case l.session == nil:
	case l.session.lost:
		l.session.close()
		l.session = nil
	default:
		l.cooling = time.AfterFunc(warmth, func() {
			if l.take(context.Background()) == nil {
				b.closeCopies()
				l.release()
			}
		})
	}
}

func (b *Box) closeCopies() {
	l := &b.copies
	if l.session == nil {
		return
	}
	l.cooling.Stop()
	l.session.close()
	l.session = nil
}

// Close ends the connection that Append keeps for a while. Run and Once end theirs themselves.
func (b *Box) Close() error {
	if err := b.copies.take(context.Background()); err != nil {
		return err
	}
	defer b.copies.release()
	b.closeCopies()
	return nil
}

func (s *session) append(ctx context.Context, name string, size int64, r io.Reader, at time.Time) error {
	options := &imap.AppendOptions{Flags: []imap.Flag{imap.FlagSeen}, Time: at}
	err := s.do(ctx, "sending it", s.transferLimit(size), func() error {
		command := s.client.Append(name, size, options)
		if _, err := io.Copy(command, &exactly{r: r, left: size}); err != nil {
			s.tcp.Close() // before Close, which would end the literal early: the server throws away what it has
			return errors.Join(err, command.Close())
		}
		if err := command.Close(); err != nil {
			return err
		}
		_, err := command.Wait()
		return err
	})
	if err != nil {
		s.cut() // a refusal before the literal has cost the connection
	}
	return err
}

// exactly passes on a number of bytes, and fails before the last of them when there turn out to be more or fewer.
type exactly struct {
	r    io.Reader
	left int64
}

func (e *exactly) Read(b []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	if e.left == 1 {
		return e.last(b)
	}
	n, err := e.r.Read(b[:min(int64(len(b)), e.left-1)])
	e.left -= int64(n)
	if err == io.EOF {
		err = errSize
	}
	return n, err
}

// last reads the last byte and one more, which must not be there.
func (e *exactly) last(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	two := make([]byte, 2)
	n, err := io.ReadFull(e.r, two)
	switch {
	case err == io.ErrUnexpectedEOF && n == 1:
		e.left = 0
		return copy(b, two[:1]), nil
	case err == nil || err == io.EOF:
		return 0, errSize
	}
	return 0, err
}
