// Package letter turns what must be said into the finished bytes of one outgoing mail.
//
// It is pure: date, Message-ID and boundaries are given or derived, so the same input gives the same bytes.
package letter

import (
	"encoding/base64"
	"fmt"
	"io"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
)

// Mail is one finished outgoing mail to one recipient. Its bytes are frozen: Parts, in order.
type Mail struct {
	Kind      complaint.LetterKind
	Reference string // of the case ("K-2026-0007"), of the doubt ("T-2026-0003"), or "" (a list, an alert)
	Sequence  int    // of this kind about this reference
	Role      complaint.Role
	From      string // envelope sender, an address
	To        string // envelope recipient, an address
	Subject   string
	MessageID string // with its angle brackets
	At        time.Time
	Parts     []Part
}

// Part is a stretch of a mail: bytes of its own, or a stored message that stands there in an
// encoding. So a mail that carries a 40 MB original costs a few KB.
type Part struct {
	Text     []byte   `json:"text,omitempty"`
	Original string   `json:"original,omitempty"` // SHA-256, hexadecimal; "" when Text holds the bytes
	Encoding Encoding `json:"encoding,omitempty"`
}

// Encoding says how an original stands in a mail.
type Encoding string

// The encodings (RFC 2045 §6). Raw serves whatever SMTP carries unchanged; Base64 the rest:
// bare CR or LF, NUL, lines over 998 octets.
const (
	Raw    Encoding = "raw"
	Base64 Encoding = "base64"
)

// Write writes the bytes of a mail. open gives the bytes of a stored original.
func (m Mail) Write(w io.Writer, open func(digest string) (io.ReadCloser, error)) error {
	for _, part := range m.Parts {
		if part.Original == "" {
			if _, err := w.Write(part.Text); err != nil {
				return fmt.Errorf("writing mail: %w", err)
			}
			continue
		}
		if err := writeOriginal(w, part, open); err != nil {
			return fmt.Errorf("writing attached message: %w", err)
		}
	}
	return nil
}

func writeOriginal(w io.Writer, part Part, open func(string) (io.ReadCloser, error)) error {
	original, err := open(part.Original)
	if err != nil {
		return err
	}
	defer original.Close()
	if part.Encoding != Base64 {
		_, err = io.Copy(w, original)
		return err
	}
	lines := &lineWriter{w: w}
	encoder := base64.NewEncoder(base64.StdEncoding, lines)
	if _, err = io.Copy(encoder, original); err != nil {
		return err
	}
	return encoder.Close()
}

// lineWriter breaks base64 into lines of 76 characters (RFC 2045 §6.8).
type lineWriter struct {
	w      io.Writer
	column int
}

const base64Line = 76

func (l *lineWriter) Write(p []byte) (int, error) {
	written := 0
	for len(p) > 0 {
		if l.column == base64Line {
			if _, err := io.WriteString(l.w, "\r\n"); err != nil {
				return written, err
			}
			l.column = 0
		}
		n, err := l.w.Write(p[:min(len(p), base64Line-l.column)])
		written, l.column, p = written+n, l.column+n, p[n:]
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

// Small reports that a mail holds all of its bytes itself.
func (m Mail) Small() bool {
	for _, part := range m.Parts {
		if part.Original != "" {
			return false
		}
	}
	return true
}
