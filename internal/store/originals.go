package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
)

// chunkSize is the size of a piece of an original, in bytes: a 40 MB mail costs no more memory than this.
const chunkSize = 256 << 10

// Original describes a stored message.
type Original struct {
	Digest string // SHA-256, hexadecimal
	Size   int64  // bytes
	Raw    bool   // SMTP carries its bytes unchanged: CRLF only, no NUL, no line over 998 octets (RFC 5321 §4.5.3.1.6)
}

// PutOriginal stores the bytes of a message, once: the same bytes are the same original.
func (tx *Tx) PutOriginal(r io.ReadSeeker) (Original, error) {
	o, err := examine(r)
	if err != nil {
		return Original{}, fmt.Errorf("reading original: %w", err)
	}
	known, err := tx.exists("SELECT 1 FROM originals WHERE digest = ?", o.Digest)
	if err != nil || known {
		return o, wrap("looking for original", err)
	}
	if err := tx.exec("INSERT INTO originals (digest, size, raw) VALUES (?, ?, ?)", o.Digest, o.Size, boolean(o.Raw)); err != nil {
		return Original{}, classified("storing original", err)
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return Original{}, fmt.Errorf("rereading original: %w", err)
	}
	return o, tx.putChunks(o.Digest, r)
}

func (tx *Tx) putChunks(digest string, r io.Reader) error {
	piece := make([]byte, chunkSize)
	for n := 0; ; n++ {
		size, err := io.ReadFull(r, piece)
		if size > 0 {
			if err := tx.exec("INSERT INTO chunks (digest, n, data) VALUES (?, ?, ?)", digest, n, piece[:size]); err != nil {
				return classified("storing original", err)
			}
		}
		switch err {
		case nil:
		case io.EOF, io.ErrUnexpectedEOF:
			return nil
		default:
			return fmt.Errorf("reading original: %w", err)
		}
	}
}

// examine reads a message once: its digest, its size, and whether SMTP carries it unchanged.
func examine(r io.Reader) (Original, error) {
	sum, lines := sha256.New(), lineCheck{fit: true}
	size, err := io.Copy(io.MultiWriter(sum, &lines), r)
	return Original{Digest: hex.EncodeToString(sum.Sum(nil)), Size: size, Raw: lines.fit && !lines.pendingCR}, err
}

// lineCheck sees whether what is written through it can go over SMTP as it is.
type lineCheck struct {
	fit       bool
	pendingCR bool
	length    int
}

func (l *lineCheck) Write(p []byte) (int, error) {
	for _, b := range p {
		switch {
		case b == '\n' && l.pendingCR:
			l.pendingCR, l.length = false, 0
			continue
		case b == '\n', b == 0, l.pendingCR:
			l.fit = false
		}
		if l.pendingCR = b == '\r'; !l.pendingCR {
			l.length++
		}
		if l.length > 998 {
			l.fit = false
		}
	}
	return len(p), nil
}

func (tx *Tx) exists(query string, args ...any) (bool, error) {
	var one int
	return tx.one(query, args, &one)
}

func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return classified(doing, err)
}

// ErrNoOriginal says that a message is not stored.
var ErrNoOriginal = errors.New("it is not stored")

// Original describes a stored message; ErrNoOriginal when it is not there.
func (tx *Tx) Original(digest string) (Original, error) {
	o := Original{Digest: digest}
	var raw int
	found, err := tx.one("SELECT size, raw FROM originals WHERE digest = ?", []any{digest}, &o.Size, &raw)
	if err != nil {
		return Original{}, classified("reading original", err)
	}
	if !found {
		return Original{}, fmt.Errorf("reading original %.12s: %w", digest, ErrNoOriginal)
	}
	o.Raw = raw == 1
	return o, nil
}

// OpenOriginal reads a stored message within the transaction, piece by piece.
func (tx *Tx) OpenOriginal(digest string) (io.ReadCloser, error) {
	if _, err := tx.Original(digest); err != nil {
		return nil, err
	}
	return &chunkReader{digest: digest, next: func(n int) ([]byte, error) {
		var data []byte
		_, err := tx.one("SELECT data FROM chunks WHERE digest = ? AND n = ?", []any{digest, n}, &data)
		return data, err
	}}, nil
}

// OpenOriginal reads a stored message outside any transaction: what is stored does not change.
func (s *Store) OpenOriginal(ctx context.Context, digest string) (io.ReadCloser, error) {
	if err := s.View(ctx, func(tx *Tx) error { _, err := tx.Original(digest); return err }); err != nil {
		return nil, err
	}
	return &chunkReader{digest: digest, next: func(n int) (data []byte, err error) {
		err = s.View(ctx, func(tx *Tx) error {
			_, err := tx.one("SELECT data FROM chunks WHERE digest = ? AND n = ?", []any{digest, n}, &data)
			return err
		})
		return data, err
	}}, nil
}

// chunkReader reads the pieces of an original one after another.
type chunkReader struct {
	digest string
	next   func(n int) ([]byte, error)
	n      int
	rest   []byte
}

func (c *chunkReader) Read(p []byte) (int, error) {
	if len(c.rest) == 0 {
		data, err := c.next(c.n)
		if err != nil {
			return 0, classified("reading original", err)
		}
		if len(data) == 0 {
			return 0, io.EOF
		}
		c.rest, c.n = data, c.n+1
	}
	n := copy(p, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

func (c *chunkReader) Close() error { return nil }
