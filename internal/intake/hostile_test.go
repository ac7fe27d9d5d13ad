package intake

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"
)

// hostile are mails that cost a careless reader dearly. Each is given with its size in bytes.
func hostile() map[string]func() io.Reader {
	text := func(s string) func() io.Reader { return func() io.Reader { return strings.NewReader(s) } }
	var nested, parts strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&nested, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
	}
	parts.WriteString("From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n")
	for range 100_000 {
		parts.WriteString("--b\r\nContent-Type: text/plain\r\n\r\nx\r\n")
	}
	return map[string]func() io.Reader{
		"5000 levels":       text("From: a@b.example\r\n" + nested.String()),
		"100000 parts":      text(parts.String()),
		"long header line":  text("Subject: " + strings.Repeat("x", 10<<20) + "\r\n\r\nhallo"),
		"many headers":      text(strings.Repeat("X-A: b\r\n", 300_000) + "\r\nhallo"),
		"long text line":    text("From: a@b.example\r\n\r\n" + strings.Repeat("klacht ", 1<<20)),
		"many quotes":       text("From: a@b.example\r\n\r\n" + strings.Repeat("> > > > a\r\n", 200_000)),
		"almost quotes":     text("From: a@b.example\r\n\r\n" + strings.Repeat("Op maandag 3 maart was het zover\r\n", 100_000)),
		"almost headers":    text("From: a@b.example\r\n\r\n" + strings.Repeat("Van: a\r\nx\r\n", 100_000)),
		"encoded words":     text("Subject: " + strings.Repeat("=?utf-8?Q?a?= ", 50_000) + "\r\n\r\nhallo"),
		"open brackets":     text("From: " + strings.Repeat("(", 1<<20) + "\r\n\r\nhallo"),
		"addresses":         text("From: " + strings.Repeat("a@b.example, ", 100_000) + "\r\n\r\nhallo"),
		"deep HTML":         text("Content-Type: text/html\r\n\r\n" + strings.Repeat("<div><blockquote>", 100_000)),
		"cells":             text("Content-Type: text/html\r\n\r\n<table><tr>" + strings.Repeat("<td>Naam", 200_000)),
		"digits":            text("From: a@b.example\r\n\r\nKlacht " + strings.Repeat("06 1234 5678 ", 100_000)),
		"45 MB attachment":  func() io.Reader { return attachment(45 << 20) },
		"no newline at all": text(strings.Repeat("a", 5<<20)),
	}
}

// attachment is a mail with a large attachment in base64, made as it is read.
func attachment(size int) io.Reader {
	head := "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHierbij dien ik een klacht in.\r\n--b\r\nContent-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
	line := strings.Repeat("QUJD", 19) + "\r\n"
	return io.MultiReader(strings.NewReader(head), io.LimitReader(&repeated{line: line}, int64(size)), strings.NewReader("\r\n--b--\r\n"))
}

type repeated struct {
	line string
	at   int
}

func (r *repeated) Read(p []byte) (int, error) {
	n := copy(p, r.line[r.at:])
	r.at = (r.at + n) % len(r.line)
	return n, nil
}

// Whatever a stranger sends, there is a Message, and it costs no more memory than the bounds allow.
func TestHostileMail(t *testing.T) {
	r := testReader(t)
	for name, mail := range hostile() {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			in := mail()
			runtime.GC()
			runtime.ReadMemStats(&before)
			m := r.Parse(in, time.Unix(1775131200, 0))
			runtime.GC()
			runtime.ReadMemStats(&after)
			if held := int64(after.HeapAlloc) - int64(before.HeapAlloc); held > 64<<20 {
				t.Errorf("%d MB are held", held>>20)
			}
			r.Judge(m)
			runtime.KeepAlive(m)
			if m.Size == 0 || len(m.parts) > mostParts {
				t.Errorf("%d bytes, %d parts", m.Size, len(m.parts))
			}
		})
	}
}

// The complaint is read, whatever hangs on it.
func TestLargeAttachmentHidesNothing(t *testing.T) {
	r := testReader(t)
	m := r.Parse(attachment(45<<20), time.Unix(1775131200, 0))
	if got := r.Judge(m); got.Kind != Complaint || len(m.Attachments) != 1 || m.Attachments[0].Size < 45<<20 {
		t.Errorf("%v, %+v", got.Kind, m.Attachments)
	}
}

// BenchmarkHostile sets the worst mails beside a plain one of the same size: MB/s says what each costs.
func BenchmarkHostile(b *testing.B) {
	r := testReader(b)
	for name, mail := range hostile() {
		raw, err := io.ReadAll(mail())
		if err != nil {
			b.Fatal(err)
		}
		plain := append([]byte("From: a@b.example\r\n\r\n"), bytes.Repeat([]byte("Dit is een gewone regel tekst, zonder iets bijzonders erin.\r\n"), len(raw)/61+1)[:len(raw)]...)
		for kind, mail := range map[string][]byte{name: raw, name + ", plain": plain} {
			b.Run(kind, func(b *testing.B) {
				b.SetBytes(int64(len(mail)))
				for b.Loop() {
					r.Judge(r.Parse(bytes.NewReader(mail), time.Time{}))
				}
			})
		}
	}
}

// BenchmarkRead is the reading of ordinary labelled mail: mails a second and MB a second.
func BenchmarkRead(b *testing.B) {
	r := testReader(b)
	var mails [][]byte
	size := 0
	for _, s := range labelledMails(b, "testdata/dev") {
		mails = append(mails, []byte(s.raw))
		size += len(s.raw)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		for _, raw := range mails {
			r.Judge(r.Parse(bytes.NewReader(raw), time.Time{}))
			n++
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "mails/s")
}
