package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/emersion/go-message"
)

// bounds of what is taken out of one message.
const (
	mostAttached  = 200
	mostForwarded = 5      // messages within each other
	mostNested    = 30     // multiparts within each other
	mostBroken    = 10_000 // lines of a multipart that belong to no part
)

// takenApart writes what is attached to a message, and to the messages attached to it, under names of our own: the
// sender's stand in the manifest. What cannot be taken apart stays as it is: the message is in the zip as a whole.
type takenApart struct {
	*dossier
	number int // of the message
	files  []dossierAttachment
	rest   bool // something could not be taken apart, or went over the bounds
}

// message takes one message apart; forwarded is in how many others it stands. An error means that the zip could not
// be written: a message that is broken is none.
func (t *takenApart) message(mail []byte, forwarded int) error {
	entity, err := message.Read(bytes.NewReader(mail))
	if entity == nil {
		t.rest = true
		return nil
	}
	return t.part(entity, err, forwarded, 0)
}

// part takes a part apart that was read with an error, or with none.
func (t *takenApart) part(part *message.Entity, unread error, forwarded, nested int) error {
	if parts := part.MultipartReader(); parts != nil {
		if nested >= mostNested {
			t.rest = true
			return nil
		}
		return t.parts(parts, forwarded, nested+1)
	}
	media, _, _ := part.Header.ContentType()
	switch {
	case !isAttached(part, media):
		return nil
	case len(t.files) >= mostAttached:
		t.rest = true
		return nil
	}
	return t.attachment(part, media, message.IsUnknownEncoding(unread), forwarded)
}

// parts goes on behind a part whose header cannot be read. What stands there until the next boundary is lost line by
// line, each an error; where the message ends too early there is nothing more.
func (t *takenApart) parts(parts message.MultipartReader, forwarded, nested int) error {
	for broken := 0; broken < mostBroken; {
		part, err := parts.NextPart()
		switch {
		case part != nil:
			if err := t.part(part, err, forwarded, nested); err != nil {
				return err
			}
		case errors.Is(err, io.EOF), strings.HasSuffix(err.Error(), io.EOF.Error()): // the library keeps the text alone
			return nil
		default:
			t.rest = true
			broken++
		}
	}
	return nil
}

// attachment writes one attachment, and what is attached to it when it is a message.
func (t *takenApart) attachment(part *message.Entity, media string, encoded bool, forwarded int) error {
	content, err := io.ReadAll(part.Body) // as far as it goes: what was decoded until then is worth keeping
	file := dossierAttachment{File: fmt.Sprintf("bijlagen/%03d-%02d%s", t.number, len(t.files)+1, extensionOf(media)), Part: err != nil || encoded}
	if err := t.mailFile(file.File, content); err != nil {
		return err
	}
	f := t.last()
	f.Original, f.Type, f.Part = attachedName(part), media, file.Part
	file.Codes = f.Codes
	t.files = append(t.files, file)
	switch {
	case media != "message/rfc822" && media != "message/global":
		return nil
	case forwarded >= mostForwarded:
		t.rest = true
		return nil
	}
	return t.message(content, forwarded+1)
}

// isAttached reports that a part is no text of the mail itself. Many programs say only by its type or its
// name that something is attached (RFC 2183 §2).
func isAttached(part *message.Entity, media string) bool {
	disposition, _, _ := part.Header.ContentDisposition()
	switch {
	case strings.HasPrefix(media, "multipart/"):
		return false
	case disposition == "attachment":
		return true
	case media == "text/plain" || media == "text/html":
		return disposition != "inline" && attachedName(part) != ""
	}
	return true
}

func attachedName(part *message.Entity) string {
	_, params, _ := part.Header.ContentDisposition()
	if params["filename"] != "" {
		return params["filename"]
	}
	_, params, _ = part.Header.ContentType()
	return params["name"]
}

// extensionOf is the ending of a file of a kind that is safe to open; anything else is only bytes.
func extensionOf(media string) string {
	switch media {
	case "application/pdf":
		return ".pdf"
	case "image/jpeg":
		return ".jpg"
	case "image/png":
		return ".png"
	case "image/gif":
		return ".gif"
	case "image/webp":
		return ".webp"
	case "image/tiff":
		return ".tiff"
	case "text/plain":
		return ".txt"
	case "message/rfc822", "message/global":
		return ".eml"
	}
	return ".bin"
}
