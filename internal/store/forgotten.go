package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"klikonderwijs.nl/klachtd/internal/complaint"
)

// ErasedList is where it stands which cases of a database were erased: references and nothing else, one a line. The list
// lies beside the database and its backups, because a backup that is brought back does not know what was erased after it.
func ErasedList(path string) string { return path + ".erased" }

// NoteErased puts a case on the list, before it is erased, and brings the list to the disk.
func (s *Store) NoteErased(reference complaint.Reference) error {
	f, err := os.OpenFile(ErasedList(s.path), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("noting erasure: %w", err)
	}
	_, err = fmt.Fprintln(f, reference)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("noting erasure: %w", err)
	}
	return nil
}

// Path is where the database lies.
func (s *Store) Path() string { return s.path }

// ReadErased reads such a list; what is no reference (a line that was cut off) does not count. No file is an empty list.
func ReadErased(list string) (references []complaint.Reference, err error) {
	text, err := os.ReadFile(list)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading what was erased: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		if reference, err := complaint.ParseReference(strings.TrimSpace(line)); err == nil {
			references = append(references, reference)
		}
	}
	return references, nil
}

// eraseAgainKey holds, in a restored database, what was erased after the backup was made.
const eraseAgainKey = "erase-again"

// eraseAgain keeps the numbers of erased cases from being given again, and notes which of the cases came back.
func (tx *Tx) eraseAgain(erased []complaint.Reference) error {
	var back []string
	for _, reference := range erased {
		if err := tx.TakeNumber(reference); err != nil {
			return err
		}
		there, err := tx.exists("SELECT 1 FROM cases WHERE reference = ? AND erased = 0", reference.String())
		if err != nil {
			return classified("looking for erased cases", err)
		}
		if there {
			back = append(back, reference.String())
		}
	}
	return tx.SetMeta(eraseAgainKey, strings.Join(back, " "))
}

// EraseAgain lists the cases that a restored database holds although they were erased.
func (tx *Tx) EraseAgain() (references []complaint.Reference, err error) {
	text, err := tx.Meta(eraseAgainKey)
	if err != nil {
		return nil, err
	}
	for _, word := range strings.Fields(text) {
		reference, err := complaint.ParseReference(word)
		if err != nil {
			return nil, err
		}
		if erased, err := tx.exists("SELECT 1 FROM erasures WHERE reference = ?", word); err != nil || erased {
			if err != nil {
				return nil, classified("looking for erased cases", err)
			}
			continue
		}
		references = append(references, reference)
	}
	return references, nil
}
