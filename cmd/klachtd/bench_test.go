package main

import (
	"context"
	"io"
	"net"
	"net/smtp"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"klikonderwijs.nl/klachtd/internal/config"
	"klikonderwijs.nl/klachtd/internal/desk"
	"klikonderwijs.nl/klachtd/internal/mailbox"
	"klikonderwijs.nl/klachtd/internal/mailtest"
)

// stopwatch sees when a complaint was noticed and when its acknowledgement was taken by the mail server.
type stopwatch struct {
	mu      sync.Mutex
	noticed time.Time
	taken   chan time.Time
}

func (w *stopwatch) receive(a *app) mailbox.Handler {
	return func(ctx context.Context, m mailbox.Mail) (mailbox.Action, error) {
		w.mu.Lock()
		w.noticed = m.Noticed
		w.mu.Unlock()
		return a.receive(ctx, m)
	}
}

func (w *stopwatch) sent(to string) {
	if strings.HasPrefix(to, "indiener") {
		w.taken <- time.Now()
	}
}

// serving runs the whole daemon in this process, with a stopwatch in it.
func serving(b *testing.B, th *theatre) *stopwatch {
	b.Helper()
	if code, _, errs := th.run("tick"); code != exitDone {
		b.Fatal(errs)
	}
	cfg, err := config.Read(filepath.Join(th.dir, "klachtd.toml"))
	if err != nil {
		b.Fatal(err)
	}
	w := &stopwatch{taken: make(chan time.Time, 1)}
	a, err := assemble(b.Context(), cfg, assembly{clock: desk.SystemClock, log: logOf(cfg.Log, io.Discard), sent: w.sent})
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var parts sync.WaitGroup
	parts.Go(func() { a.box.Run(ctx, w.receive(a)) })
	parts.Go(func() { a.desk.Run(ctx) })
	b.Cleanup(func() {
		stop()
		parts.Wait()
		a.Close()
	})
	return w
}

// measure delivers complaints one after another and waits for each acknowledgement.
func measure(b *testing.B, w *stopwatch, deliver func(n int) error) {
	var whole, share []time.Duration
	n := 0
	for b.Loop() {
		n++
		before := time.Now()
		if err := deliver(n); err != nil {
			b.Fatal(err)
		}
		select {
		case at := <-w.taken:
			w.mu.Lock()
			share, whole = append(share, at.Sub(w.noticed)), append(whole, at.Sub(before))
			w.mu.Unlock()
		case <-time.After(30 * time.Second):
			b.Fatal("no acknowledgement came")
		}
	}
	report := func(name string, times []time.Duration) {
		slices.Sort(times)
		b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, name+"-p50-ms")
		b.ReportMetric(float64(times[min(len(times)-1, len(times)*99/100)].Microseconds())/1000, name+"-p99-ms")
	}
	report("delivered-to-acknowledged", whole)
	report("noticed-to-acknowledged", share)
}

// BenchmarkAcknowledgeEmbedded is our share alone: the servers are in this process and answer at once.
func BenchmarkAcknowledgeEmbedded(b *testing.B) {
	th, servers := embeddedTheatre(b)
	w := serving(b, th)
	measure(b, w, func(n int) error {
		servers.imap.Deliver("INBOX", numbered(n), time.Now())
		return nil
	})
}

// realTheatre opens a stage on Dovecot and Postfix; without them the benchmark is left out.
func realTheatre(b *testing.B) (*theatre, *realServers) {
	b.Helper()
	dovecot, err := mailtest.StartDovecot("")
	if err != nil {
		b.Skip("left out:", err)
	}
	th := &theatre{dir: b.TempDir(), open: func(th *theatre) error { return openReal(th, dovecot) }}
	if err := th.start([]string{"[limits];mails_per_hour = 100000"}); err != nil {
		b.Skip("left out:", err)
	}
	b.Cleanup(func() {
		if err := th.servers.Close(); err != nil {
			b.Error(err)
		}
		if err := dovecot.Stop(); err != nil {
			b.Error(err)
		}
	})
	return th, th.servers.(*realServers)
}

// BenchmarkAcknowledgeDovecotPostfix delivers by LMTP to Dovecot, which tells an IDLE client after half a
// second, and waits until Postfix has accepted the acknowledgement.
func BenchmarkAcknowledgeDovecotPostfix(b *testing.B) {
	th, servers := realTheatre(b)
	w := serving(b, th)
	measure(b, w, func(n int) error {
		return servers.dovecot.Deliver(numbered(n), "indiener@tcz.example", servers.dovecot.User)
	})
}

// BenchmarkRawDovecotPostfix is the limit in the same run: Dovecot's own half second before it tells of a
// mail, which cannot be had faster, and one mail to Postfix over a warm connection.
func BenchmarkRawDovecotPostfix(b *testing.B) {
	_, servers := realTheatre(b)
	client, err := smtp.Dial(net.JoinHostPort(servers.postfix.Host(), strconv.Itoa(servers.postfix.Port)))
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	trust := servers.postfix.CA.ClientConfig()
	trust.ServerName = servers.postfix.Host()
	if err := client.StartTLS(trust); err != nil {
		b.Fatal(err)
	}
	var times []time.Duration
	n := 0
	for b.Loop() {
		n++
		before := time.Now()
		if err := servers.dovecot.Deliver(numbered(n), "indiener@tcz.example", servers.dovecot.User); err != nil {
			b.Fatal(err)
		}
		if err := sendRaw(client, numbered(n)); err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(before))
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "deliver-and-send-p50-ms")
}

func sendRaw(client *smtp.Client, raw []byte) error {
	if err := client.Mail("wij@klik.example"); err != nil {
		return err
	}
	if err := client.Rcpt("indiener@tcz.example"); err != nil {
		return err
	}
	w, err := client.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(raw); err != nil {
		return err
	}
	return w.Close()
}
