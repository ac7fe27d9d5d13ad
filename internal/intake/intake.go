// Package intake reads mail: the bytes of one mail to a Message (always one, with a list of defects), what kind of mail it is and why, and the fields of a complaint with their sources.
//
// It is pure and believes nothing: everything that a stranger controls is bounded, and the cost of
// reading grows no faster than the mail.
package intake

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"hash"
	"io"
	"strings"
	"time"
)

// Profile is what a reader knows of the organisation whose mailbox it reads.
type Profile struct {
	Own          []string // addresses of the mailbox itself
	OwnDomains   []string // what stands behind the @ of the organisation's own addresses
	Organisation string   // its name, which is never the complainant's
	OwnPhones    []string // E.164
	Staff        []string // addresses of those outside its domains who pass complaints on: the assessors
	Products     []Product
	Location     *time.Location
}

// Product is one entry of the organisation's catalogue.
type Product struct {
	Name    string
	Aliases []string
}

// Reader reads mail for one organisation. It has no state and is safe for concurrent use.
type Reader struct {
	profile   Profile
	products  []productName
	telling   map[string]bool // words that name a product by themselves
	functions map[string]bool // words of the catalogue that are a function too
	look      lookouts
	model     model
	rankings  map[string]ranking
}

// NewReader makes a reader.
func NewReader(p Profile) *Reader {
	if p.Location == nil {
		p.Location = time.UTC
	}
	names := productNames(p.Products)
	telling, functions := tellingWords(names)
	return &Reader{profile: p, products: names, telling: telling, functions: functions, look: newLookouts(), model: loadModel(), rankings: loadRankings()}
}

// Message is what can be read of one mail. Texts are valid UTF-8 with "\n" between lines.
type Message struct {
	Digest     [sha256.Size]byte // of all bytes
	BodyDigest [sha256.Size]byte // of what stands below the header
	Size       int64             // bytes

	From       Address
	FromCount  int // addresses in all From headers: anything but one is no sender to believe (RFC 5322 §3.6.2)
	ReplyTo    Address
	Subject    string
	MessageID  string // as it stands, with its brackets; "" when there is none
	InReplyTo  []string
	References []string
	Date       time.Time // what the mail claims; zero when it claims nothing readable
	Received   time.Time // when the server took it

	Text        string // everything that a mail program shows
	Own         string // what the sender wrote now: without quotes, forwarded blocks, disclaimers and banners
	Quoted      string // what he answers
	Forwarded   *Forwarded
	Attachments []Attachment
	Machine     Machine
	Bounce      *Bounce // what a mail server reports of a mail of ours; nil for any other mail
	Defects     []string

	header Header
	parts  []*part
	purse  purse
}

// Address is a mail address with the name that stands beside it.
type Address struct {
	Name string
	Addr string
}

// Forwarded is a message that the sender passed on: quoted in his text, or attached.
type Forwarded struct {
	From    Address
	Date    time.Time // zero when it is not said or cannot be read
	Subject string
	Text    string
}

// Attachment is a part that is no text of the mail itself.
type Attachment struct {
	Name string // for people to read; never a path
	Type string // media type, lower case
	Size int64  // bytes, as encoded
	Text string // of a text, a Word document or a PDF; "" for anything else
	Scan bool   // a PDF of pictures, without text
}

// Machine says whether a mail was made by a machine, or sent to many, and how that shows.
type Machine struct {
	Automatic bool   // not to be answered (RFC 3834 §2)
	Bulk      bool   // sent to many
	Reply     bool   // it answers by itself: absence, receipt, calendar
	ByText    bool   // only a sentence in it says so, which may be a quotation
	BySubject bool   // only the first word of the subject says so, which may be a person's ("Afgewezen: mijn vrijstelling")
	Reason    string // in Dutch
}

// Parse reads one mail. received is when the server took it; zero where that is not known: then
// the newest Received header says it, else Date. It never fails: what is wrong stands in Defects.
func (r *Reader) Parse(mail io.Reader, received time.Time) *Message {
	m := &Message{purse: purse{left: mostUnpacked}}
	whole := &meter{m: m, sum: sha256.New()}
	w := &walker{lines: newLineReader(io.TeeReader(mail, whole)), defect: m.defect, bodySum: sha256.New()}
	root := w.walk()
	copy(m.Digest[:], whole.sum.Sum(nil))
	copy(m.BodyDigest[:], w.bodySum.Sum(nil))
	m.header, m.parts = root.header, w.parts
	r.readHeader(m, received)
	r.readBody(m, root)
	m.Machine = machineOf(m)
	m.Bounce = bounceOf(m)
	return m
}

// meter counts and digests what is read through it.
type meter struct {
	m   *Message
	sum hash.Hash
}

func (t *meter) Write(p []byte) (int, error) {
	t.m.Size += int64(len(p))
	return t.sum.Write(p)
}

// mostSubject is how much of a subject is kept, in bytes: nobody writes more, and every rule reads it.
const mostSubject = 2000

// mostDefects bounds the list: one bad mail must not fill a screen.
const mostDefects = 20

func (m *Message) defect(what string) {
	if len(m.Defects) >= mostDefects {
		return
	}
	for _, known := range m.Defects {
		if known == what {
			return
		}
	}
	m.Defects = append(m.Defects, what)
}

func (r *Reader) readHeader(m *Message, received time.Time) {
	h := m.header
	m.From, m.FromCount = senders(h.all("From"))
	if m.FromCount == 1 && isGroup(h.Get("From")) {
		m.FromCount++ // a group is no single sender (RFC 6854), whoever stands in it
	}
	m.ReplyTo, _ = senders(h.all("Reply-To"))
	m.Subject = bounded(collapse(decodeWords(h.Get("Subject"))), mostSubject)
	m.MessageID = strings.TrimSpace(h.Get("Message-ID"))
	m.InReplyTo = messageIDs(h.Get("In-Reply-To"))
	m.References = messageIDs(h.Get("References"))
	m.Date, _ = parseDate(h.Get("Date"))
	m.Received = received
	for _, line := range h.all("Received") {
		if !m.Received.IsZero() {
			break
		}
		if i := strings.LastIndex(line, ";"); i >= 0 {
			m.Received, _ = parseDate(line[i+1:])
		}
	}
	if m.Received.IsZero() {
		m.Received = m.Date
	}
	switch {
	case m.FromCount == 0:
		m.defect("no readable sender")
	case m.FromCount > 1:
		m.defect("more than one sender")
	}
	if m.Date.IsZero() {
		m.defect("no readable date")
	}
	if m.MessageID == "" {
		m.defect("no Message-ID")
	}
}

// lineReader reads lines that may be of any length, in pieces of at most its buffer.
type lineReader struct {
	r      *bufio.Reader
	end    byte // of a line
	middle bool // the next piece goes on where the last one stopped
}

const lineBuffer = 16 << 10

// newLineReader reads lines that end in "\n", or in "\r" where the text has no "\n" to begin with.
func newLineReader(r io.Reader) *lineReader {
	l := &lineReader{r: bufio.NewReaderSize(r, lineBuffer), end: '\n'}
	if head, _ := l.r.Peek(lineBuffer); bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 {
		l.end = '\r'
	}
	return l
}

// next gives the next piece, with "\n" as its line ending when it has one. start says that it begins a
// line. The bytes are valid until the next call.
func (l *lineReader) next() (piece []byte, start bool, err error) {
	start = !l.middle
	piece, err = l.r.ReadSlice(l.end)
	if n := len(piece); n > 0 && piece[n-1] == l.end {
		piece[n-1] = '\n'
	}
	l.middle = err == bufio.ErrBufferFull
	if l.middle || (err != nil && len(piece) > 0) {
		err = nil
	}
	return piece, start, err
}
