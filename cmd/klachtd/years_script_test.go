package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// yearDirections are the stage directions of the stories about years, erasing and backups.
func yearDirections() map[string]direction {
	return map[string]direction{"nowhere": doNowhere, "lose": doLose}
}

// nowhere WORD… looks through every byte of the database, everything beside it, the backups and every folder of
// the mailbox, and expects to find none of the words; "! nowhere" expects to find each.
func doNowhere(_ *testscript.TestScript, th *theatre, neg bool, args []string) error {
	places, err := th.everything()
	if err != nil {
		return err
	}
	for _, word := range args {
		var found []string
		for place, content := range places {
			if bytes.Contains(bytes.ToLower(content), []byte(strings.ToLower(word))) {
				found = append(found, place)
			}
		}
		if !neg && len(found) > 0 {
			return fmt.Errorf("%q stands in %q", word, found)
		}
		if neg && len(found) == 0 {
			return fmt.Errorf("%q stands nowhere", word)
		}
	}
	return nil
}

// everything is all that klachtd keeps or filed, by the place where it lies.
func (th *theatre) everything() (map[string][]byte, error) {
	places := map[string][]byte{}
	for _, folder := range []string{"INBOX", "Klachten/Aanmelden", "Klachten/Geregistreerd", "Sent"} {
		messages, err := th.servers.Messages(folder)
		if err != nil {
			return nil, err
		}
		for _, m := range messages {
			places[folder] = append(places[folder], m.Raw...)
		}
	}
	for _, dir := range []string{"data", "backups"} {
		err := filepath.WalkDir(filepath.Join(th.dir, dir), func(path string, entry fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil || entry.IsDir() {
				return err
			}
			places[path], err = os.ReadFile(path)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return places, nil
}

// lose loses the database, and everything beside it but the secret.
func doLose(_ *testscript.TestScript, th *theatre, _ bool, _ []string) error {
	files, err := filepath.Glob(filepath.Join(th.dir, "data", "klachtd.db*"))
	for _, file := range files {
		err = errors.Join(err, os.Remove(file))
	}
	return err
}
