package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// mailDirections are the stage directions of the stories about working by mail.
func mailDirections() map[string]direction {
	return map[string]direction{"quiet": doQuiet, "raw": doRaw, "forgotten": doForgotten, "missing": doMissing}
}

// quiet passes over every mail that the story has not spoken of.
func doQuiet(_ *testscript.TestScript, th *theatre, _ bool, _ []string) error {
	mails, err := th.servers.Mails()
	for i := range mails {
		th.told[i] = true
	}
	return err
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
