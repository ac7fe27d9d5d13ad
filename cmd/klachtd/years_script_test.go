package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// yearDirections are the stage directions of the stories about years, erasing and backups.
func yearDirections() map[string]direction {
	return map[string]direction{
		"nowhere": doNowhere, "lose": doLose, "backups": doBackups, "found-in-backups": doFoundInBackups, "restore-newest": doRestoreNewest, "mode": doMode,
		"closed-cases": doClosedCases,
	}
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

// lose [but-the-list] loses the database, and everything beside it but the secret.
func doLose(_ *testscript.TestScript, th *theatre, _ bool, args []string) error {
	files, err := filepath.Glob(filepath.Join(th.dir, "data", "klachtd.db*"))
	files = slices.DeleteFunc(files, func(file string) bool { return strings.HasSuffix(file, ".db.erased") && len(args) > 0 })
	for _, file := range files {
		err = errors.Join(err, os.Remove(file))
	}
	return err
}

// backups N expects a number of backups.
func doBackups(_ *testscript.TestScript, th *theatre, _ bool, args []string) error {
	files, err := th.backups()
	if err == nil && strconv.Itoa(len(files)) != args[0] {
		err = fmt.Errorf("%q", files)
	}
	return err
}

// backups are the backups of the nights, the oldest first.
func (th *theatre) backups() ([]string, error) {
	return filepath.Glob(filepath.Join(th.dir, "backups", "klachtd-2*"))
}

// found-in-backups WORD… expects words in the bytes of the backups.
func doFoundInBackups(_ *testscript.TestScript, th *theatre, neg bool, args []string) error {
	files, err := th.backups()
	if err != nil {
		return err
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		for _, word := range args {
			if bytes.Contains(content, []byte(word)) == neg {
				return fmt.Errorf("%q in %s: %v", word, filepath.Base(file), neg)
			}
		}
	}
	return nil
}

// restore-newest [flag…] restores the newest backup of the nights.
func doRestoreNewest(ts *testscript.TestScript, th *theatre, neg bool, args []string) error {
	files, err := th.backups()
	if err != nil {
		return err
	}
	return klachtd(ts, th, neg, append([]string{"restore", files[len(files)-1]}, args...))
}

// mode FILE MODE expects the permissions of a file, in octal.
func doMode(_ *testscript.TestScript, _ *theatre, _ bool, args []string) error {
	info, err := os.Stat(args[0])
	if err == nil && fmt.Sprintf("%04o", info.Mode().Perm()) != args[1] {
		err = fmt.Errorf("it is %04o", info.Mode().Perm())
	}
	return err
}

// closed-cases N delivers so many complaints and closes them all at once.
func doClosedCases(_ *testscript.TestScript, th *theatre, _ bool, args []string) error {
	n, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	for i := range n {
		if err := th.servers.Deliver("INBOX", numbered(i+1), th.now); err != nil {
			return err
		}
	}
	if code, _, errs := th.run("tick"); code != exitDone {
		return errors.New(errs)
	}
	for i := range n {
		if code, _, errs := th.run("act", fmt.Sprintf("K-2026-%04d", i+1), "sluiten", "Besproken.", "--as", "manager"); code != exitDone {
			return errors.New(errs)
		}
	}
	return nil
}
