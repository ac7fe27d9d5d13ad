package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// released builds the program as it is released.
func released(t testing.TB) (binary string) {
	t.Helper()
	binary = filepath.Join(t.TempDir(), "klachtd")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return binary
}

// BenchmarkMemory is what the real program holds in memory at its most, from its start until it has done something and
// waits for more, and how large the one file is: idle has handled a mail; large one of 40 MB; scan has met 200,000 mails.
func BenchmarkMemory(b *testing.B) {
	binary := released(b)
	info, err := os.Stat(binary)
	if err != nil {
		b.Fatal(err)
	}
	for _, m := range []struct {
		name   string
		before func(*embeddedServers) // the first contact
		after  func(*embeddedServers)
		mails  int
	}{
		{"idle", func(*embeddedServers) {}, func(s *embeddedServers) { s.imap.Deliver("INBOX", numbered(1), time.Now()) }, 3},
		{"large", func(*embeddedServers) {}, func(s *embeddedServers) { s.imap.Deliver("INBOX", withFile(40<<20), time.Now()) }, 3},
		{"scan", func(s *embeddedServers) {
			for n := range 200_000 {
				s.imap.Deliver("INBOX", fmt.Appendf(nil, "From: a@b.example\r\nSubject: Rooster %d\r\n\r\nHet rooster.\r\n", n), time.Now())
			}
		}, func(s *embeddedServers) { s.imap.Deliver("INBOX", numbered(1), time.Now()) }, 3},
	} {
		b.Run(m.name, func(b *testing.B) {
			th, servers := embeddedTheatre(b)
			m.before(servers)
			if m.name != "scan" {
				if code, _, errs := th.run("tick"); code != exitDone {
					b.Fatal(errs)
				}
			}
			ctx, cancel := context.WithTimeout(b.Context(), 2*time.Minute)
			defer cancel()
			running := exec.Command(binary, "--config", filepath.Join(th.dir, "klachtd.toml"), "run")
			if err := running.Start(); err != nil {
				b.Fatal(err)
			}
			defer running.Wait()
			defer running.Process.Signal(os.Interrupt)
			if err := servers.imap.AwaitCount(ctx, "IDLE", 1); err != nil {
				b.Fatal(err)
			}
			m.after(servers)
			if err := servers.smtp.Await(ctx, m.mails); err != nil {
				b.Fatal(err)
			}
			for b.Loop() { // it grows only
			}
			most, err := memoryOf(running.Process.Pid, "VmHWM:")
			if err != nil {
				b.Skip("left out: resident memory:", err)
			}
			now, err := residentMemory(running.Process.Pid)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(most)/(1<<20), "most-MB")
			b.ReportMetric(float64(now)/(1<<20), "after-MB")
			b.ReportMetric(float64(info.Size())/(1<<20), "binary-MB")
		})
	}
}

// withFile is a complaint with a file of so many bytes, as they go over the line.
func withFile(size int) []byte {
	head, body, _ := bytes.Cut(numbered(1), []byte("\r\n\r\n"))
	kind := []byte("Content-Type: text/plain; charset=utf-8")
	var mail bytes.Buffer
	mail.Write(bytes.Replace(head, kind, []byte(`Content-Type: multipart/mixed; boundary="deel"`), 1))
	fmt.Fprintf(&mail, "\r\n\r\n--deel\r\n%s\r\n\r\n%s\r\n--deel\r\nContent-Type: image/jpeg; name=\"foto.jpg\"\r\nContent-Disposition: attachment; filename=\"foto.jpg\"\r\nContent-Transfer-Encoding: base64\r\n\r\n", kind, body)
	line := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{0xd8}, 57)) + "\r\n"
	mail.WriteString(strings.Repeat(line, (size-mail.Len()-100)/len(line)))
	mail.WriteString("--deel--\r\n")
	return mail.Bytes()
}
