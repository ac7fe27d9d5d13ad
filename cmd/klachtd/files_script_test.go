package main

import (
	"archive/zip"
	"bytes"
	"cmp"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/emersion/go-message"
	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/net/html"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/letter"
)

// fileDirections are the stage directions of the stories about files, the register and the shell.
func fileDirections() map[string]direction {
	return map[string]direction{"sql": doSQL, "letter": doLetter, "carries": doCarries, "proven": doProven, "holds": doHolds, "codes": doCodes}
}

// sql STATEMENT alters the database behind the program's back.
func doSQL(_ *testscript.TestScript, th *theatre, _ bool, args []string) error {
	db, err := sql.Open("sqlite", filepath.Join(th.dir, "data", "klachtd.db"))
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.Exec(args[0])
	return err
}

// letter PATTERN looks in the letter on paper that the mail that sent found carries, as it is read.
func doLetter(_ *testscript.TestScript, th *theatre, neg bool, args []string) error {
	found := false
	err := eachAttachment(th.current.Raw, func(media string, content []byte) error {
		if media != "text/html" {
			return nil
		}
		found = true
		text := readable(content)
		if regexp.MustCompile(args[0]).MatchString(text) == neg {
			return fmt.Errorf("the letter says: %s", text)
		}
		return nil
	})
	if err == nil && !found {
		err = errors.New("the mail carries no letter")
	}
	return err
}

// readable is what a person reads of a page, in one line.
func readable(page []byte) string {
	var text strings.Builder
	hidden := false
	for tokens := html.NewTokenizer(bytes.NewReader(page)); ; {
		switch tokens.Next() {
		case html.ErrorToken:
			return strings.Join(strings.Fields(text.String()), " ")
		case html.StartTagToken, html.EndTagToken:
			token := tokens.Token()
			if token.Data == "style" || token.Data == "title" {
				hidden = token.Type == html.StartTagToken
			}
			text.WriteByte(' ')
		case html.TextToken:
			if !hidden {
				text.WriteString(html.UnescapeString(string(tokens.Text())))
			}
		}
	}
}

// carries FILE expects that the message attached to the mail that sent found carries a file, byte for byte.
func doCarries(ts *testscript.TestScript, th *theatre, neg bool, args []string) error {
	want := []byte(ts.ReadFile(args[0]))
	found := false
	err := eachAttachment(th.current.Raw, func(media string, content []byte) error {
		if media != "message/rfc822" {
			return nil
		}
		return eachAttachment(content, func(_ string, inner []byte) error {
			found = found || bytes.Equal(inner, want)
			return nil
		})
	})
	if err == nil && found == neg {
		err = fmt.Errorf("carried: %v", found)
	}
	return err
}

// eachAttachment visits the attachments of a mail, decoded.
func eachAttachment(raw []byte, visit func(media string, content []byte) error) error {
	entity, err := message.Read(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	return entity.Walk(func(_ []int, part *message.Entity, err error) error {
		if err != nil {
			return err
		}
		disposition, _, _ := part.Header.ContentDisposition()
		if disposition != "attachment" {
			return nil
		}
		media, _, err := part.Header.ContentType()
		if err != nil {
			return err
		}
		content, err := io.ReadAll(part.Body)
		if err != nil {
			return err
		}
		return visit(media, content)
	})
}

// proven FILE.zip recomputes every digest of a manifest and every hash of its chain, without any code of the store.
func doProven(ts *testscript.TestScript, _ *theatre, _ bool, args []string) error {
	files, err := unzipped(ts.MkAbs(args[0]))
	if err != nil {
		return err
	}
	var m manifest
	if err := json.Unmarshal(files["manifest.json"], &m); err != nil {
		return err
	}
	listed := map[string]bool{"manifest.json": true, "manifest.txt": true}
	for _, f := range m.Files {
		listed[f.Name] = true
		if sum := sha256.Sum256(files[f.Name]); hex.EncodeToString(sum[:]) != f.SHA256 || int64(len(files[f.Name])) != f.Size {
			return fmt.Errorf("%s is not what the manifest says", f.Name)
		}
		if !strings.Contains(string(files["manifest.txt"]), f.SHA256+"  "+f.Name+"\n") {
			return fmt.Errorf("%s is not in manifest.txt", f.Name)
		}
	}
	for name := range files {
		if !listed[name] {
			return fmt.Errorf("%s is in no manifest", name)
		}
	}
	previous := ""
	for _, l := range m.Chain {
		salt, err := hex.DecodeString(l.Salt)
		if err != nil {
			return err
		}
		digest := sha256.Sum256(append(salt, l.Payload...))
		if hex.EncodeToString(digest[:]) != l.Digest {
			return fmt.Errorf("event %d does not have its digest", l.Seq)
		}
		before, err := hex.DecodeString(previous)
		if err != nil {
			return err
		}
		h := sha256.New()
		h.Write(before)
		for _, text := range []string{m.Reference.String(), l.At, l.Kind, l.By} {
			binary.Write(h, binary.BigEndian, uint32(len(text)))
			h.Write([]byte(text))
		}
		binary.Write(h, binary.BigEndian, uint64(l.Seq))
		h.Write(digest[:])
		if previous = l.Hash; hex.EncodeToString(h.Sum(nil)) != l.Hash {
			return fmt.Errorf("event %d does not have its hash", l.Seq)
		}
	}
	if len(m.Chain) == 0 || len(m.Files) == 0 {
		return errors.New("the manifest is empty")
	}
	return provenComplaint(m)
}

// provenComplaint expects that the chain names the first message by its digest, also where codes were blacked out in it.
func provenComplaint(m manifest) error {
	for _, f := range m.Files {
		if f.Name == "originelen/001.eml" && !strings.Contains(m.Chain[0].Payload, cmp.Or(f.Stored, f.Whole, f.SHA256)) {
			return fmt.Errorf("the chain does not know %s", f.Name)
		}
	}
	return nil
}

// codes FILE.zip ROLE ADDRESS expects a code of somebody in a zip, in how a mail program shows it or as it stands.
func doCodes(ts *testscript.TestScript, th *theatre, neg bool, args []string) error {
	secret, err := os.ReadFile(filepath.Join(th.dir, "data", "secret"))
	if err != nil {
		return err
	}
	files, err := unzipped(ts.MkAbs(args[0]))
	if err != nil {
		return err
	}
	key, role := letter.NewKey(secret), complaint.Role(args[1])
	found := false
	for name, content := range files {
		text := strings.ReplaceAll(string(content), "=\r\n", "")
		for _, kind := range []string{letter.KindButton, "forward-1", "registration-1", "consultation-1"} {
			if strings.Contains(text, key.Code("K-2026-0001", role, args[2], kind)) {
				found = true
				ts.Logf("%s holds the code of %s", name, kind)
			}
		}
	}
	if found == neg {
		return fmt.Errorf("codes are there: %v", found)
	}
	return nil
}

// holds FILE.zip NAME PATTERN looks in one file of a zip.
func doHolds(ts *testscript.TestScript, _ *theatre, neg bool, args []string) error {
	files, err := unzipped(ts.MkAbs(args[0]))
	if err != nil {
		return err
	}
	content, ok := files[args[1]]
	if !ok {
		return fmt.Errorf("there is no %s in %v", args[1], slices.Sorted(maps.Keys(files)))
	}
	if regexp.MustCompile(args[2]).Match(content) == neg {
		return fmt.Errorf("%s holds: %s", args[1], content)
	}
	return nil
}

func unzipped(path string) (map[string][]byte, error) {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return nil, err
	}
	defer archive.Close()
	files := map[string][]byte{}
	for _, f := range archive.File {
		opened, err := f.Open()
		if err != nil {
			return nil, err
		}
		files[f.Name], err = io.ReadAll(opened)
		if err = errors.Join(err, opened.Close()); err != nil {
			return nil, err
		}
	}
	return files, nil
}
