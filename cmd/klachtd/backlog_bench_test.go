package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"net"
	"net/smtp"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"klikonderwijs.nl/klachtd/internal/desk"
	"klikonderwijs.nl/klachtd/internal/mailtest"
	"klikonderwijs.nl/klachtd/internal/store"
)

// told is a complaint of 20 KB that is all story, the dearest to read.
func told(n int) []byte {
	story := "De trainer kwam niet, het lokaal was dicht en aan de telefoon wist niemand ervan.\r\n"
	return append(numbered(n), strings.Repeat(story, 20<<10/len(story))...)
}

// usual is a complaint of 20 KB as mail programs write it: a text, the same in HTML, and a picture in the signature.
func usual(n int) []byte {
	head, text, _ := bytes.Cut(numbered(n), []byte("\r\n\r\n"))
	kind := []byte("Content-Type: text/plain; charset=utf-8")
	var mail bytes.Buffer
	mail.Write(bytes.Replace(head, kind, []byte(`Content-Type: multipart/related; boundary="b1"`), 1))
	fmt.Fprintf(&mail, "\r\n\r\n--b1\r\nContent-Type: multipart/alternative; boundary=\"b2\"\r\n\r\n--b2\r\n%s\r\n\r\n%s\r\n--b2\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><head><style>%s</style></head><body>",
		kind, text, strings.Repeat("p.MsoNormal, li.MsoNormal {margin:0cm; font-size:11.0pt; font-family:\"Calibri\",sans-serif;}\r\n", 40))
	for line := range strings.Lines(string(text)) {
		fmt.Fprintf(&mail, "<p class=\"MsoNormal\"><span lang=\"NL\">%s</span></p>\r\n", strings.TrimSpace(line))
	}
	mail.WriteString("</body></html>\r\n--b2--\r\n--b1\r\nContent-Type: image/png; name=\"image001.png\"\r\nContent-ID: <image001>\r\nContent-Transfer-Encoding: base64\r\n\r\n")
	line := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{0xd8}, 57)) + "\r\n"
	mail.WriteString(strings.Repeat(line, (20<<10-mail.Len())/len(line)))
	mail.WriteString("--b1--\r\n")
	return mail.Bytes()
}

// waiting is a program that has had its first contact, with n complaints in its mailbox since.
func waiting(b *testing.B, n int, complaint func(n int) []byte) (*theatre, *embeddedServers) {
	b.Helper()
	th, servers := embeddedTheatre(b)
	if code, _, errs := th.run("tick"); code != exitDone {
		b.Fatal(errs)
	}
	for i := range n {
		servers.imap.Deliver("INBOX", complaint(i+1), time.Now())
	}
	return th, servers
}

// BenchmarkBacklog drains complaints of 20 KB: read, register, send three mails each, move. raw is what fetching them,
// committing their bytes, sending as many mails of the same size and moving them cost by themselves, on the same servers.
func BenchmarkBacklog(b *testing.B) {
	for _, m := range []struct {
		name      string
		n         int
		complaint func(n int) []byte
	}{{"2000-usual", 2_000, usual}, {"200-all-text", 200, told}} {
		b.Run(m.name, func(b *testing.B) {
			th, servers := waiting(b, m.n, m.complaint)
			a := running(b, th, desk.SystemClock)
			for b.Loop() { // a backlog is there once
			}
			ctx, stop := context.WithTimeout(b.Context(), 5*time.Minute)
			var daemon sync.WaitGroup
			drained := timed(func() {
				daemon.Go(func() { a.run(ctx) })
				if err := servers.smtp.Await(ctx, 3*m.n); err != nil {
					b.Fatal(err)
				}
				if err := servers.imap.Await(ctx, "INBOX", func(left []mailtest.Message) bool { return len(left) == 0 }); err != nil {
					b.Fatal(err)
				}
			})
			stop()
			daemon.Wait()
			if filed := len(servers.imap.Messages("Klachten/Geregistreerd")); filed != m.n {
				b.Fatalf("%d were filed", filed)
			}
			var sent [][]byte
			for _, mail := range servers.smtp.Mails() {
				sent = append(sent, mail.Raw)
			}
			if len(sent) != 3*m.n {
				b.Fatalf("%d mails were sent", len(sent))
			}
			_, fresh := waiting(b, m.n, m.complaint)
			raw := timed(func() { rawBacklog(b, fresh, sent) })
			b.ReportMetric(float64(m.n)/drained.Seconds(), "complaints/s")
			b.ReportMetric(float64(m.n)/raw.Seconds(), "raw/s")
			b.ReportMetric(drained.Seconds()/raw.Seconds(), "times-raw")
		})
	}
}

// rawBacklog does what cannot be left out, one step after another.
func rawBacklog(b *testing.B, servers *embeddedServers, mails [][]byte) {
	b.Helper()
	settings := net.JoinHostPort(servers.imap.Host(), strconv.Itoa(servers.imap.Port()))
	client, err := imapclient.DialInsecure(settings, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	must := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	must(client.Login(servers.imap.User(), servers.imap.Password()).Wait())
	_, err = client.Select("INBOX", nil).Wait()
	must(err)
	whole := &imap.FetchItemBodySection{Peek: true}
	messages, err := client.Fetch(imap.UIDSet{imap.UIDRange{Start: 1, Stop: 0}}, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{whole}}).Collect()
	must(err)
	s, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "raw.db"), store.Options{})
	must(err)
	defer s.Close()
	for _, m := range messages {
		must(s.Update(b.Context(), func(tx *store.Tx) error {
			_, err := tx.PutOriginal(bytes.NewReader(m.FindBodySection(whole)))
			return err
		}))
	}
	sender, err := smtp.Dial(net.JoinHostPort(servers.smtp.Host(), strconv.Itoa(servers.smtp.Port())))
	must(err)
	defer sender.Close()
	for _, mail := range mails {
		must(sendRaw(sender, mail))
	}
	for some := range slices.Chunk(messages, 64) {
		var uids []imap.UID
		for _, m := range some {
			uids = append(uids, m.UID)
		}
		_, err := client.Move(imap.UIDSetNum(uids...), "Klachten/Geregistreerd").Wait()
		must(err)
	}
	if left := len(servers.imap.Messages("INBOX")); left != 0 {
		b.Fatal(fmt.Sprint(left, " were not moved"))
	}
}
