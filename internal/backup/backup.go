// Package backup makes encrypted copies of a store while it is in use, keeps a number of them, and brings one back.
//
// A copy is written under another name, checked, brought to the disk, and only then gets its own name: a file
// with the name of a backup is one.
package backup

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"filippo.io/age"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/store"
)

// Recipients reads age public keys ("age1…"); the error names the one that is none.
func Recipients(keys []string) (list []age.Recipient, err error) {
	for _, key := range keys {
		r, err := age.ParseX25519Recipient(key)
		if err != nil {
			return nil, fmt.Errorf("reading public key %.12s…: %w", key, err)
		}
		list = append(list, r)
	}
	return list, nil
}

// Write makes a backup of a store in a new file, 0600, encrypted to the recipients; without any, it is not
// encrypted. The store may be in use. The copy in between lies beside the database, not beside the backup.
func Write(ctx context.Context, s *store.Store, to string, recipients []age.Recipient) error {
	if _, err := os.Lstat(to); err == nil {
		return fmt.Errorf("making backup: %s is there already, and is not overwritten", to)
	}
	plain, err := s.Copy(ctx)
	if err != nil {
		return fmt.Errorf("making backup: %w", err)
	}
	defer os.Remove(plain)
	if err := seal(plain, to, recipients); err != nil {
		return fmt.Errorf("making backup: %w", err)
	}
	return nil
}

// seal brings a copy to its place, through encryption where that is wanted.
func seal(plain, to string, recipients []age.Recipient) error {
	in, err := os.Open(plain)
	if err != nil {
		return err
	}
	defer in.Close()
	return create(to, func(out io.Writer) error {
		if len(recipients) == 0 {
			_, err := io.Copy(out, in)
			return err
		}
		sealed, err := age.Encrypt(out, recipients...)
		if err != nil {
			return err
		}
		if _, err := io.Copy(sealed, in); err != nil {
			return err
		}
		return sealed.Close()
	})
}

// partial is the end of the name of a file that is being written.
const partial = ".partial"

// create writes a file, 0600, that gets its name when it is whole and on the disk.
func create(path string, write func(io.Writer) error) error {
	temporary := path + partial
	f, err := os.OpenFile(temporary, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(f, 1<<20)
	err = write(buffered)
	if err == nil {
		err = buffered.Flush()
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(temporary, path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temporary))
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder brings a new name to the disk.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

const (
	prefix   = "klachtd-"
	stamp    = "20060102-150405"
	sealed   = ".db.age"
	unsealed = ".db"
)

// Nightly makes the backup of a night in a folder, and removes those that are too many or too old: it keeps the
// newest, and never removes the last one. What was erased is gone from all of them after as many nights.
func Nightly(ctx context.Context, s *store.Store, dir string, keep int, recipients []age.Recipient, now time.Time) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("making backup: %w", err)
	}
	end := sealed
	if len(recipients) == 0 {
		end = unsealed
	}
	err := Write(ctx, s, filepath.Join(dir, prefix+now.UTC().Format(stamp)+end), recipients)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := keepErased(s, dir); err != nil {
		return fmt.Errorf("making backup: %w", err)
	}
	return prune(dir, keep, now)
}

// erasedName is the list of what was erased, beside the backups that still hold it.
const erasedName = "klachtd-erased"

func keepErased(s *store.Store, dir string) error {
	list, err := os.ReadFile(store.ErasedList(s.Path()))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return create(filepath.Join(dir, erasedName), func(out io.Writer) error {
		_, err := out.Write(list)
		return err
	})
}

// erased lists what was erased, as it stands beside the database that is gone or beside the backup.
func erased(file, path string) (list []complaint.Reference, err error) {
	for _, name := range []string{store.ErasedList(path), filepath.Join(filepath.Dir(file), erasedName)} {
		more, err := store.ReadErased(name)
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	return list, nil
}

// prune removes the backups that are not kept, and what was left half written. Only names that Nightly gives count.
func prune(dir string, keep int, now time.Time) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("removing old backups: %w", err)
	}
	var ours []string
	for _, e := range entries {
		if _, ok := madeAt(strings.TrimSuffix(e.Name(), partial)); ok {
			ours = append(ours, e.Name())
		}
	}
	slices.Sort(ours)
	slices.Reverse(ours) // the newest first
	whole := 0
	for _, name := range ours {
		at, _ := madeAt(strings.TrimSuffix(name, partial))
		half := strings.HasSuffix(name, partial)
		tooOld := now.Sub(at) > time.Duration(keep)*24*time.Hour
		if !half {
			whole++
		}
		if half || whole > keep || (tooOld && whole > 1) {
			err = errors.Join(err, os.Remove(filepath.Join(dir, name)))
		}
	}
	if err != nil {
		return fmt.Errorf("removing old backups: %w", err)
	}
	return nil
}

// Newest tells when the newest backup of the nights in a folder was made; false when there is none.
func Newest(dir string) (newest time.Time, found bool) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return newest, false
	}
	for _, e := range entries {
		if at, ok := madeAt(e.Name()); ok && at.After(newest) {
			newest, found = at, true
		}
	}
	return newest, found
}

// madeAt reads when a backup was made from its name; false for every other file.
func madeAt(name string) (time.Time, bool) {
	text, ok := strings.CutPrefix(name, prefix)
	if !ok {
		return time.Time{}, false
	}
	text, ok = strings.CutSuffix(strings.TrimSuffix(text, ".age"), unsealed)
	at, err := time.Parse(stamp, text)
	return at, ok && err == nil
}

// errNeedsIdentity says that a backup is encrypted and no key was given.
var errNeedsIdentity = errors.New("this backup is encrypted (name the file with the private key: --identity KEYFILE)")

// errFlawed says that a backup was read, and that not everything in it holds.
var errFlawed = errors.New("restoring: not everything in this backup holds (try an older one, or --anyway)")

const ageHeader = "age-encryption.org/v1"

// Restore brings a backup back as the database at path, which must not be there. Nothing has that name before the
// backup has proved itself whole and sound. keys holds age private keys; nil for a backup that is not encrypted. What does not
// hold keeps it from being restored, unless anyway says that a damaged register is better than none. The
// restored store is held: nothing is sent until it is released.
func Restore(ctx context.Context, file, path string, keys io.Reader, anyway bool) (store.Verification, error) {
	unlock, err := store.Vacant(path)
	if err != nil {
		return store.Verification{}, fmt.Errorf("restoring: %w", err)
	}
	defer unlock()
	temporary := path + ".restoring"
	removeAll(temporary)
	defer removeAll(temporary)
	if err := unseal(file, temporary, keys); err != nil {
		return store.Verification{}, fmt.Errorf("restoring: %w", err)
	}
	forgotten, err := erased(file, path)
	if err != nil {
		return store.Verification{}, fmt.Errorf("restoring: %w", err)
	}
	v, err := store.Prepare(ctx, temporary, forgotten)
	if err != nil {
		return v, fmt.Errorf("restoring: %w", err)
	}
	if !v.Holds() && !anyway {
		return v, errFlawed
	}
	if err := os.Rename(temporary, path); err != nil {
		return v, fmt.Errorf("restoring: %w", err)
	}
	return v, syncFolder(filepath.Dir(path))
}

// removeAll removes a database and what SQLite puts beside it.
func removeAll(path string) {
	for _, end := range []string{"", "-wal", "-shm", partial} {
		os.Remove(path + end)
	}
}

// unseal writes the plain database of a backup. Age finds a cut-off file only at its end, so that nothing counts before.
func unseal(file, to string, keys io.Reader) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 1<<20)
	head, _ := in.Peek(len(ageHeader)) // a file that is too short is neither
	var plain io.Reader = in
	if bytes.Equal(head, []byte(ageHeader)) {
		if keys == nil {
			return errNeedsIdentity
		}
		identities, err := age.ParseIdentities(keys)
		if err != nil {
			return fmt.Errorf("reading private key: %w", err)
		}
		if plain, err = age.Decrypt(in, identities...); err != nil {
			return fmt.Errorf("decrypting: %w", err)
		}
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	return create(to, func(out io.Writer) error {
		_, err := io.Copy(out, plain)
		return err
	})
}
