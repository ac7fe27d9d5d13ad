package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"html/template"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/emersion/go-message"

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
// message as it came and as it went, and a manifest by which both can be proved.
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
	files := 0
	err = writeNew(cmd.Out, func(w io.Writer) error {
		return r.store.View(ctx, func(tx *store.Tx) (err error) {
			d := dossier{register: r, tx: tx, reference: reference, organisation: cfg.Organisation.Name, made: clock().In(r.house.Location), zip: zip.NewWriter(w)}
			files, err = d.write()
			return err
		})
	})
	if err != nil {
		return fmt.Errorf("exporting %s: %w", reference, err)
	}
	_, err = fmt.Fprintf(s.out, "%s: %s in %s (sha256sum -c manifest.txt proves them)\n", reference, several(files, "file"), cmd.Out)
	return err
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
}

// manifest lists what is in the zip, and the chain of events, so that both can be proved without klachtd.
type manifest struct {
	Reference complaint.Reference `json:"reference"`
	Made      time.Time           `json:"made"`
	Broken    string              `json:"chain_broken"` // "" when the chain holds
	Proof     string              `json:"chain_proof"`  // how to recompute it
	Files     []manifestFile      `json:"files"`
	Chain     []manifestLink      `json:"chain"`
}

type manifestFile struct {
	Name     string `json:"name"`
	Size     int64  `json:"size"` // bytes
	SHA256   string `json:"sha256"`
	Original string `json:"original_name,omitempty"` // what an attachment was called by its sender
	Type     string `json:"type,omitempty"`          // media type of an attachment
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
	d.manifest.Reference, d.manifest.Made = d.reference, d.made
	chain, err := d.tx.Chain(d.reference)
	if err != nil {
		return 0, err
	}
	d.manifest.Broken, d.manifest.Proof = store.Broken(d.reference, chain), chainProof
	for _, l := range chain {
		d.manifest.Chain = append(d.manifest.Chain, manifestLink{l.Seq, l.At, l.Kind, l.By, hex.EncodeToString(l.Salt), string(l.Payload), hex.EncodeToString(l.Digest), hex.EncodeToString(l.Hash)})
	}
	page := d.page(events, chain)
	if page.Incoming, err = d.received(); err != nil {
		return 0, err
	}
	if page.Outgoing, err = d.sent(); err != nil {
		return 0, err
	}
	if err := d.file("tijdlijn.html", func(w io.Writer) error { return dossierPage.Execute(w, page) }); err != nil {
		return 0, err
	}
	files = len(d.manifest.Files)
	return files, errors.Join(d.writeManifest(), d.zip.Close())
}

// writeManifest writes what was written, as JSON and as sha256sum reads it.
func (d *dossier) writeManifest() error {
	asJSON, err := json.MarshalIndent(d.manifest, "", "  ")
	if err != nil {
		return err
	}
	if err := d.file("manifest.json", func(w io.Writer) error { _, err := w.Write(asJSON); return err }); err != nil {
		return err
	}
	var lines bytes.Buffer
	for _, f := range d.manifest.Files { // the one with the chain too
		fmt.Fprintf(&lines, "%s  %s\n", f.SHA256, f.Name)
	}
	return d.file("manifest.txt", func(w io.Writer) error { _, err := w.Write(lines.Bytes()); return err })
}

// file adds one file, and what proves it, to the zip.
func (d *dossier) file(name string, write func(io.Writer) error) error {
	entry, err := d.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: d.made})
	if err != nil {
		return err
	}
	m := &measured{w: entry, sum: sha256.New()}
	if err := write(m); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	d.manifest.Files = append(d.manifest.Files, manifestFile{Name: name, Size: m.size, SHA256: hex.EncodeToString(m.sum.Sum(nil))})
	return nil
}

// measured counts and digests what is written through it.
type measured struct {
	w    io.Writer
	sum  hash.Hash
	size int64
}

func (m *measured) Write(p []byte) (int, error) {
	n, err := m.w.Write(p)
	m.sum.Write(p[:n])
	m.size += int64(n)
	return n, err
}

// received writes every message of the file as it came, and what is attached to it.
func (d *dossier) received() (list []dossierMail, err error) {
	incoming, err := d.tx.Incoming(d.reference)
	if err != nil {
		return nil, err
	}
	for i, m := range incoming {
		mail := dossierMail{File: fmt.Sprintf("originelen/%03d.eml", i+1), At: d.moment(m.At), Who: m.From, Subject: m.Subject}
		err := d.file(mail.File, func(w io.Writer) error { return d.copyOriginal(w, m.Original) })
		if err == nil {
			mail.Attached, err = d.attachments(i+1, m.Original)
		}
		if err != nil {
			return nil, err
		}
		list = append(list, mail)
	}
	return list, nil
}

func (d *dossier) copyOriginal(w io.Writer, digest string) error {
	original, err := d.tx.OpenOriginal(digest)
	if err != nil {
		return err
	}
	defer original.Close()
	_, err = io.Copy(w, original)
	return err
}

// mostAttached bounds the attachments of one message.
const mostAttached = 200

// attachments writes what is attached to a message, under names of our own: the sender's stand in the manifest.
// A message that cannot be taken apart stays as it is; it is in the zip as a whole.
func (d *dossier) attachments(number int, digest string) (names []string, err error) {
	original, err := d.tx.OpenOriginal(digest)
	if err != nil {
		return nil, err
	}
	defer original.Close()
	entity, err := message.Read(original)
	if entity == nil {
		return nil, nil
	}
	err = entity.Walk(func(_ []int, part *message.Entity, broken error) error {
		media, _, _ := part.Header.ContentType()
		if broken != nil && !message.IsUnknownCharset(broken) || len(names) >= mostAttached || !isAttached(part, media) {
			return nil
		}
		name := fmt.Sprintf("bijlagen/%03d-%02d%s", number, len(names)+1, extensionOf(media))
		if err := d.file(name, func(w io.Writer) error { _, err := io.Copy(w, part.Body); return err }); err != nil {
			return err
		}
		f := &d.manifest.Files[len(d.manifest.Files)-1]
		f.Original, f.Type = attachedName(part), media
		names = append(names, name)
		return nil
	})
	if err != nil && len(names) == 0 {
		return nil, nil //nolint:nilerr // a broken message: the original tells all
	}
	return names, nil
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
	case "message/rfc822":
		return ".eml"
	}
	return ".bin"
}

// sent writes every mail about the case as it went, or still waits to go.
func (d *dossier) sent() (list []dossierMail, err error) {
	outgoing, err := d.tx.Outgoing(d.reference.String())
	if err != nil {
		return nil, err
	}
	for i, q := range outgoing {
		mail := dossierMail{File: fmt.Sprintf("verzonden/%03d.eml", i+1), At: d.moment(q.Mail.At), Who: q.Mail.To, Subject: q.Mail.Subject, State: stateLabel(q.State)}
		if err := d.file(mail.File, func(w io.Writer) error { return q.Mail.Write(w, d.tx.OpenOriginal) }); err != nil {
			return nil, err
		}
		list = append(list, mail)
	}
	return list, nil
}

func stateLabel(state store.State) string {
	switch state {
	case store.StateQueued:
		return "wacht op verzending"
	case store.StateMaybe:
		return "misschien verzonden"
	case store.StateSent:
		return "verzonden"
	case store.StateFailed:
		return "niet bezorgd"
	case store.StateCancelled:
		return "niet verzonden"
	}
	return string(state)
}

func (d *dossier) moment(t time.Time) string {
	return t.In(d.house.Location).Format("02-01-2006 15:04")
}

//go:embed export.html
var dossierHTML string

var dossierPage = template.Must(template.New("dossier").Parse(dossierHTML))

// dossierView is what the page tells.
type dossierView struct {
	Reference                                            complaint.Reference
	Organisation, Received, Channel, Stage, Made, Broken string
	Assessor                                             string
	Fields                                               []labelledText
	Terms                                                []dossierTerm
	Measures, Objection                                  []string
	Events                                               []dossierEvent
	Incoming, Outgoing                                   []dossierMail
}

type labelledText struct{ Label, Value string }

type dossierTerm struct {
	Label, Due, Met, Why string
	Late                 bool
}

type dossierEvent struct {
	Seq          int
	At, By, Text string
	Details      []labelledText
}

type dossierMail struct {
	File, At, Who, Subject, State string
	Attached                      []string
}

func (d *dossier) page(events []complaint.Event, chain []store.Link) dossierView {
	c := complaint.Fold(events, d.house.Location)
	v := dossierView{
		Reference: d.reference, Organisation: d.organisation, Received: c.Received.Long(), Channel: channelLabel(c.Channel), Stage: c.Stage.Label(),
		Made: d.moment(d.made), Broken: d.manifest.Broken, Measures: measureLines(c), Objection: objectionLines(c),
	}
	if c.Assigned() {
		v.Assessor = c.Assessor.Described()
	}
	for _, name := range complaint.FieldNames() {
		v.Fields = append(v.Fields, labelledText{name.Label(), letter.Readable(name, c.Fields.Value(name))})
	}
	for _, t := range d.house.Terms(c) {
		term := dossierTerm{Label: t.Kind.Label(), Due: t.Due.Long(), Why: t.Note, Met: "nog niet", Late: t.MetLate() || t.Overdue(d.today)}
		if t.IsMet() {
			term.Met = t.Met.Long()
		}
		if t.MetLate() {
			term.Met += " (te laat)"
		}
		v.Terms = append(v.Terms, term)
	}
	for i, e := range events {
		v.Events = append(v.Events, dossierEvent{Seq: e.Seq, At: d.moment(e.At), By: e.By.Label(), Text: e.Fact.Text(), Details: details(chain[i].Payload)})
	}
	return v
}

func channelLabel(channel complaint.Channel) string {
	switch channel {
	case complaint.ChannelLetter:
		return "per brief"
	case complaint.ChannelPhone:
		return "per telefoon"
	}
	return "per e-mail"
}

func measureLines(c complaint.Case) (lines []string) {
	for _, m := range c.Measures {
		line := fmt.Sprintf("%d: %s", m.Number, m.What)
		if !m.Due.IsZero() {
			line += " (voor " + m.Due.Long() + ")"
		}
		if m.Done.IsZero() {
			line += ", nog niet uitgevoerd"
		} else {
			line += ", uitgevoerd op " + m.Done.Long()
		}
		lines = append(lines, line)
	}
	return lines
}

func objectionLines(c complaint.Case) (lines []string) {
	o := c.Objection
	if o == nil {
		return nil
	}
	first := "ontvangen op " + o.On.Long()
	if o.Late {
		first += ", te laat"
	}
	lines = append(lines, first)
	for _, p := range o.Members {
		lines = append(lines, "commissie: "+p.Described())
	}
	if o.Refused != "" {
		lines = append(lines, "niet ontvankelijk: "+o.Refused)
	}
	if o.Extended != nil {
		lines = append(lines, "verlengd tot "+o.Extended.Until.Long()+": "+o.Extended.Reason)
	}
	if o.Decision != nil {
		lines = append(lines, o.Decision.Verdict.Label()+", op "+o.Decision.On.Long()+": "+o.Decision.Motivation)
	}
	return lines
}

// detailLabels are the texts in an event that people wrote, in the order in which they are told.
var detailLabels = []struct{ key, label string }{
	{"motivation", "Motivering"}, {"reason", "Reden"}, {"remarks", "Opmerkingen"}, {"agreement", "Afspraak"}, {"what", "Maatregel"}, {"body", "Bericht"}, {"words", "Tekst"}, {"note", "Aantekening"},
}

func details(payload []byte) (list []labelledText) {
	var values map[string]any
	if json.Unmarshal(payload, &values) != nil {
		return nil
	}
	for _, d := range detailLabels {
		if text, ok := values[d.key].(string); ok && text != "" {
			list = append(list, labelledText{d.label, text})
		}
	}
	return list
}
