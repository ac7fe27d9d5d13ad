package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/letter"
	"klikonderwijs.nl/klachtd/internal/store"
)

type exportCmd struct {
	Reference string `arg:"" help:"The case, such as K-2026-0007." name:"ref"`
	Out       string `help:"The zip file to write; it must not be there yet." required:"" placeholder:"FILE.zip" type:"path"`
	pretending
}

// Run writes the whole file of a case, for an auditor or for the person whom it concerns: a page to read, every
// message as it came and as it went, without the codes that order something, and a manifest by which all of it can be
// proved. What was altered in the store is written and told, and makes the command fail.
func (cmd *exportCmd) Run(ctx context.Context, s streams, c *cli) error {
	reference, err := complaint.ParseReference(cmd.Reference)
	if err != nil {
		return err
	}
	if _, err := os.Lstat(cmd.Out); err == nil {
		return fmt.Errorf("exporting %s: %s is there already (name another file)", reference, cmd.Out)
	}
	cfg, err := c.configuration()
	if err != nil {
		return err
	}
	r, clock, err := c.openRegister(ctx, cmd.pretending)
	if err != nil {
		return err
	}
	defer r.store.Close()
	var d dossier
	files := 0
	err = writeNew(cmd.Out, func(w io.Writer) error {
		return r.store.View(ctx, func(tx *store.Tx) (err error) {
			d = dossier{register: r, tx: tx, reference: reference, organisation: cfg.Organisation.Name, made: clock().In(r.house.Location), zip: zip.NewWriter(w)}
			files, err = d.write()
			return err
		})
	})
	if err != nil {
		return fmt.Errorf("exporting %s: %w", reference, err)
	}
	fmt.Fprintf(s.out, "%s: %s in %s (sha256sum -c manifest.txt proves them)\n", reference, several(files, "file"), cmd.Out)
	if d.blackened > 0 {
		fmt.Fprintf(s.out, "in %s secret codes are blacked out: they can order something in this case\n", several(d.blackened, "file"))
	}
	if broken := d.broken(); broken != "" {
		fmt.Fprintf(s.err, "klachtd: what is stored of %s was altered: %s (the zip tells it too; klachtd verify looks at the whole store)\n", reference, broken)
		return errSilent{}
	}
	return nil
}

// writeNew writes a file that only its owner can read, whole or not at all, and never over another.
func writeNew(path string, write func(io.Writer) error) (err error) {
	temporary, err := os.CreateTemp(filepath.Dir(path), ".klachtd-export-") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name())
	if err = errors.Join(write(temporary), temporary.Sync()); err != nil {
		return errors.Join(err, temporary.Close())
	}
	if err = temporary.Close(); err != nil {
		return err
	}
	if err = os.Link(temporary.Name(), path); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already (name another file)", path)
	}
	return err
}

// dossier writes one case into a zip.
type dossier struct {
	*register
	tx           *store.Tx
	reference    complaint.Reference
	organisation string
	made         time.Time
	zip          *zip.Writer
	manifest     manifest
	complainants map[string]bool // the codes of his mails, which order nothing
	blackened    int             // files in which codes were blacked out
}

// manifest lists what is in the zip, and the chain of events, so that both can be proved without klachtd.
type manifest struct {
	Reference complaint.Reference `json:"reference"`
	Made      time.Time           `json:"made"`
	Broken    string              `json:"chain_broken"` // "" when the chain holds
	Proof     string              `json:"chain_proof"`  // how to recompute it
	Files     []manifestFile      `json:"files"`
	Missing   []manifestMissing   `json:"missing"`
	Chain     []manifestLink      `json:"chain"`
}

type manifestFile struct {
	Name     string   `json:"name"`
	Size     int64    `json:"size"` // bytes
	SHA256   string   `json:"sha256"`
	Original string   `json:"original_name,omitempty"`       // what an attachment was called by its sender
	Type     string   `json:"type,omitempty"`                // media type of an attachment
	Codes    int      `json:"codes_blacked_out,omitempty"`   // how many secret codes are asterisks here
	Whole    string   `json:"sha256_with_codes,omitempty"`   // of the bytes before that
	Stored   string   `json:"sha256_at_receipt,omitempty"`   // of a message that is not what it was at its receipt
	Carries  []string `json:"carries_altered,omitempty"`     // SHA-256 at receipt of messages in it that are not what they were, or gone
	Part     bool     `json:"unreadable,omitempty"`          // an attachment that could not be decoded to its end
	Rest     bool     `json:"not_all_taken_apart,omitempty"` // a message of which not every attachment is a file of its own
}

// manifestMissing is a message that is not stored any more.
type manifestMissing struct {
	Name   string `json:"name"` // that its file would have had
	Stored string `json:"sha256_at_receipt"`
}

// chainProof tells an auditor how the chain is recomputed; store.Link says the same.
const chainProof = "digest = SHA-256(salt, payload). hash = SHA-256(hash of the event before it, nothing for the first; " +
	"then reference, at, kind and by, each as its length in 4 bytes big-endian and its UTF-8 bytes; then seq in 8 bytes big-endian; then digest). " +
	"salt, digest and hash are hexadecimal here and bytes in the computation."

// manifestLink is store.Link with its bytes in hexadecimal.
type manifestLink struct {
	Seq     int    `json:"seq"`
	At      string `json:"at"`
	Kind    string `json:"kind"`
	By      string `json:"by"`
	Salt    string `json:"salt"`
	Payload string `json:"payload"` // JSON, byte for byte as it was digested
	Digest  string `json:"digest"`
	Hash    string `json:"hash"`
}

func (d *dossier) write() (files int, err error) {
	events, err := d.tx.Events(d.reference)
	if err != nil {
		return 0, err
	}
	if len(events) == 0 {
		return 0, d.nothingOf(d.tx, d.reference)
	}
	d.manifest.Reference, d.manifest.Made, d.manifest.Missing = d.reference, d.made, []manifestMissing{}
	chain, flaw, err := d.tx.Proven(d.reference)
	if err != nil {
		return 0, err
	}
	if d.manifest.Proof = chainProof; flaw != nil {
		d.manifest.Broken = flaw.What
	}
	for _, l := range chain {
		d.manifest.Chain = append(d.manifest.Chain, manifestLink{l.Seq, l.At, l.Kind, l.By, hex.EncodeToString(l.Salt), string(l.Payload), hex.EncodeToString(l.Digest), hex.EncodeToString(l.Hash)})
	}
	page, err := d.page(events, chain, flaw)
	if err != nil {
		return 0, err
	}
	if err := d.mails(&page); err != nil {
		return 0, err
	}
	var html bytes.Buffer
	if err := dossierPage.Execute(&html, page); err != nil {
		return 0, err
	}
	shown, _ := letter.BlackOut(html.Bytes(), d.spared) // a subject holds the code of a button
	if err := d.file("tijdlijn.html", shown); err != nil {
		return 0, err
	}
	files = len(d.manifest.Files)
	return files, errors.Join(d.writeManifest(), d.zip.Close())
}

// mails writes every message of the case, those that came and those that went.
func (d *dossier) mails(page *dossierView) error {
	outgoing, err := d.tx.Outgoing(d.reference.String())
	if err != nil {
		return err
	}
	d.complainants = map[string]bool{}
	for _, q := range outgoing {
		for _, part := range q.Mail.Parts {
			if q.Mail.Role == complaint.RoleComplainant {
				letter.BlackOut(part.Text, func(code string) bool { d.complainants[code] = true; return true })
			}
		}
	}
	if page.Incoming, err = d.received(); err != nil {
		return err
	}
	page.Outgoing, err = d.sent(outgoing)
	page.Blackened = d.blackened
	return err
}

// spared reports that a code may be read by anybody who reads the file.
func (d *dossier) spared(code string) bool { return d.complainants[code] }

// broken says what was altered first of what is stored; "" when all is as it was.
func (d *dossier) broken() string {
	if d.manifest.Broken != "" {
		return d.manifest.Broken
	}
	for _, m := range d.manifest.Missing {
		return m.Name + " is not stored any more"
	}
	for _, f := range d.manifest.Files {
		switch {
		case f.Stored != "":
			return f.Name + " is not what was received"
		case len(f.Carries) > 0:
			return f.Name + " carries what is not what was received"
		}
	}
	return ""
}

// last is the file that was written last.
func (d *dossier) last() *manifestFile { return &d.manifest.Files[len(d.manifest.Files)-1] }

// writeManifest writes what was written, as JSON and as sha256sum reads it.
func (d *dossier) writeManifest() error {
	asJSON, err := json.MarshalIndent(d.manifest, "", "  ")
	if err != nil {
		return err
	}
	if err := d.file("manifest.json", asJSON); err != nil {
		return err
	}
	var lines bytes.Buffer
	for _, f := range d.manifest.Files { // the one with the chain too
		fmt.Fprintf(&lines, "%s  %s\n", f.SHA256, f.Name)
	}
	return d.file("manifest.txt", lines.Bytes())
}

// file adds one file, and what proves it, to the zip.
func (d *dossier) file(name string, content []byte) error {
	entry, err := d.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: d.made})
	if err != nil {
		return err
	}
	if _, err := entry.Write(content); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	d.manifest.Files = append(d.manifest.Files, manifestFile{Name: name, Size: int64(len(content)), SHA256: digestOf(content)})
	return nil
}

// mailFile adds a message, or a part of one. The codes that can order something are blacked out: whoever may read a
// file may not act in it. That holds for a closed case too, since a code opens it again.
func (d *dossier) mailFile(name string, content []byte) error {
	black, codes := letter.BlackOut(content, d.spared)
	if err := d.file(name, black); err != nil || codes == 0 {
		return err
	}
	d.blackened++
	d.last().Codes, d.last().Whole = codes, digestOf(content)
	return nil
}

// digestOf is a SHA-256, hexadecimal.
func digestOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// originals opens stored messages, and looks whether they are what they were at their receipt.
type originals struct {
	tx            *store.Tx
	altered, gone []string // SHA-256 at receipt, hexadecimal
}

// open reads a message; one that is not stored any more is empty.
func (o *originals) open(digest string) (io.ReadCloser, error) {
	original, err := o.tx.OpenOriginal(digest)
	if errors.Is(err, store.ErrNoOriginal) {
		o.gone = append(o.gone, digest)
		return io.NopCloser(strings.NewReader("")), nil
	}
	if err != nil {
		return nil, err
	}
	defer original.Close()
	content, err := io.ReadAll(original)
	if err == nil && digestOf(content) != digest {
		o.altered = append(o.altered, digest)
	}
	return io.NopCloser(bytes.NewReader(content)), err
}

// received writes every message of the file as it came, and what is attached to it.
func (d *dossier) received() (list []dossierMail, err error) {
	incoming, err := d.tx.Incoming(d.reference)
	if err != nil {
		return nil, err
	}
	for i, m := range incoming {
		mail := dossierMail{File: fmt.Sprintf("originelen/%03d.eml", i+1), At: d.moment(m.At), Who: m.From, Subject: m.Subject}
		if err := d.receivedMail(i+1, m.Original, &mail); err != nil {
			return nil, err
		}
		list = append(list, mail)
	}
	return list, nil
}

func (d *dossier) receivedMail(number int, digest string, mail *dossierMail) error {
	from := originals{tx: d.tx}
	original, err := from.open(digest)
	if err != nil {
		return err
	}
	content, err := io.ReadAll(original)
	if err != nil {
		return err
	}
	if mail.Gone = len(from.gone) > 0; mail.Gone {
		d.manifest.Missing = append(d.manifest.Missing, manifestMissing{Name: mail.File, Stored: digest})
		return nil
	}
	if err := d.mailFile(mail.File, content); err != nil {
		return err
	}
	f := len(d.manifest.Files) - 1
	if mail.Altered = len(from.altered) > 0; mail.Altered {
		d.manifest.Files[f].Stored = digest
	}
	taken := takenApart{dossier: d, number: number}
	err = taken.message(content, 0)
	mail.Codes, mail.Attached, mail.Rest = d.manifest.Files[f].Codes, taken.files, taken.rest
	d.manifest.Files[f].Rest = taken.rest
	return err
}

// sent writes every mail about the case as it went, or still waits to go.
func (d *dossier) sent(outgoing []store.Queued) (list []dossierMail, err error) {
	for i, q := range outgoing {
		mail := dossierMail{File: fmt.Sprintf("verzonden/%03d.eml", i+1), At: d.moment(q.Mail.At), Who: q.Mail.To, Subject: q.Mail.Subject, State: stateLabel(q.State)}
		from := originals{tx: d.tx}
		var content bytes.Buffer
		if err := q.Mail.Write(&content, from.open); err != nil {
			return nil, err
		}
		if err := d.mailFile(mail.File, content.Bytes()); err != nil {
			return nil, err
		}
		f := d.last()
		f.Carries = append(from.altered, from.gone...)
		mail.Codes, mail.Altered = f.Codes, len(f.Carries) > 0
		list = append(list, mail)
	}
	return list, nil
}
