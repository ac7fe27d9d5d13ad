package main

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// mailDirections are the stage directions of the stories about working by mail.
func mailDirections() map[string]direction {
	return map[string]direction{"write": doWrite, "click": doClick, "quiet": doQuiet, "deliver": doDeliver, "raw": doRaw, "forgotten": doForgotten, "missing": doMissing}
}

// write WHO TEXT SUBJECT [PATTERN…] lets somebody answer the newest mail to him ("|" stands for a line break), lets
// one round happen, and expects an answer to him whose subject and texts match.
func doWrite(ts *testscript.TestScript, th *theatre, _ bool, args []string) error {
	mails, err := th.servers.Mails()
	if err != nil {
		return err
	}
	for _, m := range slices.Backward(mails) {
		header, err := headerOf(m.Raw)
		if err != nil {
			return err
		}
		id, subject := header.Get("Message-Id"), header.Get("Subject")
		if m.To != args[0] || strings.HasPrefix(id, "<list.") {
			continue
		}
		plain, _, err := bodies(m.Raw)
		if err != nil {
			return err
		}
		if err := th.answer(args[0], subject, id, strings.ReplaceAll(args[1], "|", "\n"), string(plain)); err != nil {
			return err
		}
		return th.answered(ts, args[0], args[2:])
	}
	return errors.New("nothing was sent there")
}

// click WHO WORD TEXT SUBJECT [PATTERN…] presses the newest button for a command, of an old mail too, adds a text to the
// prefilled one, lets one round happen, and expects an answer.
func doClick(ts *testscript.TestScript, th *theatre, _ bool, args []string) error {
	mails, err := th.servers.Mails()
	if err != nil {
		return err
	}
	for _, m := range slices.Backward(mails) {
		_, rich, err := bodies(m.Raw)
		if err != nil {
			return err
		}
		if m.To != args[0] {
			continue
		}
		for _, link := range mailtoLink.FindAllString(string(rich), -1) {
			raw, ok := answerTo(strings.ReplaceAll(link, "&amp;", "&"), args[1], "", args[0], "")
			if !ok {
				continue
			}
			mail := fmt.Sprintf("Message-ID: <knop-%d@programma.example>\r\n", th.written()) + strings.TrimRight(string(raw), "\r\n") + " " + strings.ReplaceAll(args[2], "|", "\r\n") + "\r\n"
			if err := th.servers.Deliver("INBOX", []byte(mail), th.now); err != nil {
				return err
			}
			return th.answered(ts, args[0], args[3:])
		}
	}
	return fmt.Errorf("no mail to %s has a button %s", args[0], args[1])
}

func (th *theatre) answered(ts *testscript.TestScript, who string, want []string) error {
	if err := klachtd(ts, th, false, []string{"tick"}); err != nil || len(want) == 0 {
		return err
	}
	if err := doSent(ts, th, false, []string{who, want[0]}); err != nil {
		return err
	}
	for _, pattern := range want[1:] {
		if err := doSays(ts, th, false, []string{pattern}); err != nil {
			return err
		}
	}
	return nil
}

// quiet passes over every mail that the story has not spoken of.
func doQuiet(_ *testscript.TestScript, th *theatre, _ bool, _ []string) error {
	mails, err := th.servers.Mails()
	for i := range mails {
		th.told[i] = true
	}
	return err
}

// deliver WHO FILE delivers a mail of somebody in the thread of the newest mail to him: a file with the lines of its
// header that matter, an empty line, and its body.
func doDeliver(ts *testscript.TestScript, th *theatre, _ bool, args []string) error {
	mails, err := th.servers.Mails()
	if err != nil {
		return err
	}
	for _, m := range slices.Backward(mails) {
		if m.To != args[0] {
			continue
		}
		header, err := headerOf(m.Raw)
		if err != nil {
			return err
		}
		raw := fmt.Sprintf("From: %s\nIn-Reply-To: %s\nMessage-ID: <bericht-%d@programma.example>\nMIME-Version: 1.0\n", args[0], header.Get("Message-Id"), th.written())
		return th.servers.Deliver("INBOX", crlf([]byte(raw+ts.ReadFile(args[1]))), th.now)
	}
	return errors.New("nothing was sent there")
}

// raw TEXT looks in the very bytes of the mail that sent found.
func doRaw(_ *testscript.TestScript, th *theatre, neg bool, args []string) error {
	if bytes.Contains(th.current.Raw, []byte(args[0])) == neg {
		return fmt.Errorf("the mail is:\n%s", th.current.Raw)
	}
	return nil
}

// forgotten WORD… looks through every byte of the database and of what stands beside it for words, as they stand
// or in base64, and expects to find none.
func doForgotten(_ *testscript.TestScript, th *theatre, _ bool, args []string) error {
	return filepath.WalkDir(filepath.Join(th.dir, "data"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, word := range args {
			for _, form := range append(inBase64(word), word) {
				if bytes.Contains(content, []byte(form)) {
					return fmt.Errorf("%q stands in %s", word, filepath.Base(path))
				}
			}
		}
		return nil
	})
}

// missing FOLDER WORD expects that a word stands in no mail of a folder.
func doMissing(_ *testscript.TestScript, th *theatre, _ bool, args []string) error {
	messages, err := th.servers.Messages(args[0])
	if err != nil {
		return err
	}
	for _, m := range messages {
		if bytes.Contains(m.Raw, []byte(args[1])) {
			return fmt.Errorf("%q stands in a mail of %s", args[1], args[0])
		}
	}
	return nil
}

// inBase64 is what a word looks like in base64, wherever it begins: the part that its neighbours do not touch.
func inBase64(word string) (forms []string) {
	for shift := range 3 {
		text := base64.StdEncoding.EncodeToString([]byte(strings.Repeat(" ", shift) + word))
		forms = append(forms, text[4:len(text)-4])
	}
	return forms
}
