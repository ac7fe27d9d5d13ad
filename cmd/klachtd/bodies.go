package main

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/mail"
)

// headerOf reads the header of a mail.
func headerOf(raw []byte) (mail.Header, error) {
	entity, err := message.Read(bytes.NewReader(raw))
	if err != nil {
		return mail.Header{}, err
	}
	return mail.Header{Header: entity.Header}, nil
}

// bodies gives the two texts of a mail of ours, decoded.
func bodies(raw []byte) (plain, rich []byte, err error) {
	entity, err := message.Read(bytes.NewReader(raw))
	if err != nil {
		return nil, nil, err
	}
	err = entity.Walk(func(_ []int, part *message.Entity, err error) error {
		if err != nil {
			return err
		}
		media, _, err := part.Header.ContentType()
		if err != nil || !strings.HasPrefix(media, "text/") {
			return err
		}
		text, err := io.ReadAll(part.Body)
		switch {
		case media == "text/plain" && plain == nil:
			plain = text
		case media == "text/html" && rich == nil:
			rich = text
		}
		return err
	})
	if err == nil && plain == nil {
		err = errors.New("there is no text in it")
	}
	return plain, rich, err
}
