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
// message as it came and as it went, and a manifest by which both can be proved. What was altered in the store is
// written and told, and makes the command fail.
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
	files, broken := 0, ""
	err = writeNew(cmd.Out, func(w io.Writer) error {
		return r.store.View(ctx, func(tx *store.Tx) (err error) {
			d := dossier{register: r, tx: tx, reference: reference, organisation: cfg.Organisation.Name, made: clock().In(r.house.Location), zip: zip.NewWriter(w)}
			files, err = d.write()
			broken = d.broken()
			return err
		})
	})
	if err != nil {
		return fmt.Errorf("exporting %s: %w", reference, err)
	}
	if _, err = fmt.Fprintf(s.out, "%s: %s in %s (sha256sum -c manifest.txt proves them)\n", reference, several(files, "file"), cmd.Out); err != nil || broken == "" {
		return err
	}
	fmt.Fprintf(s.err, "klachtd: what is stored of %s was altered: %s (the zip tells it too; klachtd verify looks at the whole store)\n", reference, broken)
	return errSilent{}
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
	Original string `json:"original_name,omitempty"`     // what an attachment was called by its sender
	Type     string `json:"type,omitempty"`              // media type of an attachment
	Stored   string `json:"sha256_at_receipt,omitempty"` // of a message that is not what it was at its receipt
	Part     bool   `json:"unreadable,omitempty"`        // an attachment that could not be decoded to its end
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

// broken says what was altered first of what is stored; "" when all is as it was.
func (d *dossier) broken() string {
	if d.manifest.Broken != "" {
		return d.manifest.Broken
	}
	for _, f := range d.manifest.Files {
		if f.Stored != "" {
			return f.Name + " is not what was received"
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
		if err := d.file(mail.File, func(w io.Writer) error { return d.copyOriginal(w, m.Original) }); err != nil {
			return nil, err
		}
		if f := d.last(); m.Original != "" && f.SHA256 != m.Original {
			f.Stored, mail.Altered = m.Original, true
		}
		if mail.Attached, err = d.attachments(i+1, m.Original); err != nil {
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

// bounds of what is taken out of one message.
const (
	mostAttached   = 200
	mostForwarded  = 5        // messages within each other
	mostTakenApart = 64 << 20 // bytes of an attached message that is looked into
)

// attachments writes what is attached to a message, and to the messages attached to it, under names of our own:
// the sender's stand in the manifest. What cannot be taken apart stays as it is: the message is in the zip as a whole.
func (d *dossier) attachments(number int, digest string) (list []dossierAttachment, err error) {
	original, err := d.tx.OpenOriginal(digest)
	if err != nil {
		return nil, err
	}
	defer original.Close()
	return list, d.takeApart(original, number, 0, &list)
}

func (d *dossier) takeApart(mail io.Reader, number, depth int, list *[]dossierAttachment) error {
	entity, _ := message.Read(mail)
	if entity == nil {
		return nil
	}
	var failed error // to write: a message that is broken is no failure
	_ = entity.Walk(func(_ []int, part *message.Entity, _ error) error {
		if part == nil || failed != nil || len(*list) >= mostAttached {
			return nil
		}
		if media, _, _ := part.Header.ContentType(); isAttached(part, media) {
			failed = d.attachment(part, media, number, depth, list)
		}
		return nil
	})
	return failed
}

// attachment writes one attachment, and what is attached to it when it is a message.
func (d *dossier) attachment(part *message.Entity, media string, number, depth int, list *[]dossierAttachment) error {
	name := fmt.Sprintf("bijlagen/%03d-%02d%s", number, len(*list)+1, extensionOf(media))
	body := &decoded{r: part.Body}
	var within bytes.Buffer
	err := d.file(name, func(w io.Writer) error {
		if media == "message/rfc822" {
			w = io.MultiWriter(w, &within)
		}
		_, err := io.Copy(w, body)
		return err
	})
	if err != nil {
		return err
	}
	f := d.last()
	f.Original, f.Type, f.Part = attachedName(part), media, body.broken
	*list = append(*list, dossierAttachment{File: name, Part: body.broken})
	if within.Len() == 0 || within.Len() > mostTakenApart || depth >= mostForwarded {
		return nil
	}
	return d.takeApart(&within, number, depth+1, list)
}

// decoded ends where its reader fails: what was decoded until then is worth keeping.
type decoded struct {
	r      io.Reader
	broken bool
}

func (d *decoded) Read(p []byte) (int, error) {
	n, err := d.r.Read(p)
	if err != nil && err != io.EOF {
		d.broken, err = true, io.EOF
	}
	return n, err
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
	Altered                       bool // its bytes are not those that came in
	Attached                      []dossierAttachment
}

type dossierAttachment struct {
	File string
	Part bool // it could not be decoded to its end
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
	if o.Words != "" {
		lines = append(lines, "het bezwaar: "+o.Words)
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
