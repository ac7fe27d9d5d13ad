package intake

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"
)

// hostile are mails that cost a careless reader dearly. Each is given with its size in bytes.
func hostile(t testing.TB) map[string]func() io.Reader {
	text := func(s string) func() io.Reader { return func() io.Reader { return strings.NewReader(s) } }
	var nested, parts strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&nested, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
	}
	parts.WriteString("From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n")
	for range 100_000 {
		parts.WriteString("--b\r\nContent-Type: text/plain\r\n\r\nx\r\n")
	}
	bombs := map[string]string{}
	for name, raw := range map[string][]byte{
		"brief.docx": docx(t, strings.Repeat("a", 16<<20)),
		"brief.pdf":  onePage(pdfStream("/Filter/FlateDecode", deflated("BT /F1 1 Tf "+strings.Repeat("(a) Tj ", 2<<20))), pdfHelvetica),
	} {
		one := "\r\n--b\r\nContent-Type: application/octet-stream; name=" + name + "\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString(raw)
		bombs[name] = "Content-Type: multipart/mixed; boundary=b\r\n" + strings.Repeat(one, 100)
	}
	return map[string]func() io.Reader{
		"100 Word bombs":    text(bombs["brief.docx"]),
		"100 PDF bombs":     text(bombs["brief.pdf"]),
		"45 MB text":        func() io.Reader { return io.LimitReader(&repeated{line: "Hierbij dien ik een klacht in.\r\n"}, 45<<20) },
		"folded header":     text("Subject: x" + strings.Repeat("\r\n x", 2<<20) + "\r\n\r\nhallo"),
		"messages within":   text(strings.Repeat("Content-Type: message/rfc822\r\n\r\n", 100_000)),
		"almost boundaries": text("Content-Type: multipart/mixed; boundary=" + strings.Repeat("b", 70) + "\r\n\r\n" + strings.Repeat("--"+strings.Repeat("b", 69)+"\r\n", 100_000)),
		"quoted-printable":  text("Content-Transfer-Encoding: quoted-printable\r\n\r\n" + strings.Repeat("=\r\n", 1<<20)),
		"padded base64":     text("Content-Transfer-Encoding: base64\r\n\r\n" + strings.Repeat("QQ==", 1<<20)),
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

// bounds of what reading one mail may cost in memory, in bytes: at all times together, and at its end.
const (
	mostAllocated = 320 << 20
	mostHeld      = 64 << 20
)

// Whatever a stranger sends, there is a Message, and it costs no more memory than the bounds allow,
// however large the mail: what it allocates measures the work too, without a clock. Beneath the race
// detector only its form is looked at; .ci/test runs it without too.
func TestHostileMail(t *testing.T) {
	r := testReader(t)
	for name, mail := range hostile(t) {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			in := mail()
			runtime.GC()
			runtime.ReadMemStats(&before)
			m := r.Parse(in, time.Unix(1775131200, 0))
			runtime.GC()
			runtime.ReadMemStats(&after)
			if held := int64(after.HeapAlloc) - int64(before.HeapAlloc); held > mostHeld {
				t.Errorf("%d MB are held", held>>20)
			}
			if !raced {
				r.Judge(m)
			}
			runtime.ReadMemStats(&after)
			if allocated := after.TotalAlloc - before.TotalAlloc; allocated > mostAllocated && !raced {
				t.Errorf("%d MB were allocated for %d MB", allocated>>20, m.Size>>20)
			}
			runtime.KeepAlive(m)
			if m.Size == 0 || len(m.parts) > mostParts || len(m.Text) > 2*mostText || len(m.Subject) > mostSubject {
				t.Errorf("%d bytes, %d parts, %d bytes of text, %d of subject", m.Size, len(m.parts), len(m.Text), len(m.Subject))
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

// BenchmarkHostile sets the worst mails beside a plain one of the same size: how many times as much each costs.
func BenchmarkHostile(b *testing.B) {
	r := testReader(b)
	for name, mail := range hostile(b) {
		b.Run(name, func(b *testing.B) {
			raw, err := io.ReadAll(mail())
			if err != nil {
				b.Fatal(err)
			}
			plain, err := io.ReadAll(io.LimitReader(&repeated{line: "Dit is een gewone regel tekst, zonder iets bijzonders erin.\r\n"}, int64(len(raw))))
			if err != nil {
				b.Fatal(err)
			}
			plain = append([]byte("From: a@b.example\r\n\r\n"), plain...)
			r.Judge(r.Parse(bytes.NewReader(plain), time.Time{})) // what is made once
			start := time.Now()
			r.Judge(r.Parse(bytes.NewReader(plain), time.Time{}))
			usual := time.Since(start)
			b.SetBytes(int64(len(raw)))
			b.ReportAllocs()
			for b.Loop() {
				r.Judge(r.Parse(bytes.NewReader(raw), time.Time{}))
			}
			b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(usual), "x-plain")
		})
	}
}

// BenchmarkRead is the reading of ordinary labelled mail, each of them once: mails a second, MB a
// second, and what a mail allocates.
func BenchmarkRead(b *testing.B) {
	r := testReader(b)
	var mails [][]byte
	size := 0
	for _, s := range labelledMails(b, "testdata/dev") {
		mails = append(mails, []byte(s.raw))
		size += len(s.raw)
	}
	b.SetBytes(int64(size))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	n := 0
	for b.Loop() {
		for _, raw := range mails {
			r.Judge(r.Parse(bytes.NewReader(raw), time.Time{}))
			n++
		}
	}
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "mails/s")
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/float64(n), "allocs/mail")
	b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/float64(n)/1024, "KB/mail")
}

// BenchmarkReadLong is the reading of one mail of 20 KB that is all text: one sentence over and over, and the
// texts of labelled mails below each other.
func BenchmarkReadLong(b *testing.B) {
	head := "From: Jan de Vries <jan@smid.example>\r\nSubject: Klacht\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
	sentence := "De trainer kwam niet, het lokaal was dicht en aan de telefoon wist niemand ervan.\r\n"
	var texts strings.Builder
	for _, s := range labelledMails(b, "testdata/train") {
		_, text, _ := strings.Cut(s.raw, "\n\n")
		texts.WriteString(text + "\n\n")
		if texts.Len() > 20<<10 {
			break
		}
	}
	r := testReader(b)
	for name, text := range map[string]string{"sentence": strings.Repeat(sentence, 20<<10/len(sentence)), "texts": texts.String()} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(head + text)))
			b.ReportAllocs()
			for b.Loop() {
				r.Judge(r.Parse(strings.NewReader(head+text), time.Time{}))
			}
		})
	}
}
