package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// house is one of two instances that can write to each other.
type house struct {
	*siege
	address string
	passed  int // mails that were carried over to the other one
}

func openHouse(t *testing.T, address string) *house {
	t.Helper()
	h := &house{siege: &siege{theatre: &theatre{open: openEmbedded, dir: t.TempDir()}, t: t}, address: address}
	h.must(h.start(nil))
	t.Cleanup(func() { h.must(h.servers.Close()) })
	path := filepath.Join(h.dir, "klachtd.toml")
	text, err := os.ReadFile(path)
	h.must(err)
	_, domain, _ := strings.Cut(address, "@")
	changed := strings.ReplaceAll(strings.Replace(string(text), "[organisation]\n", "[organisation]\naddress = \""+address+"\"\n", 1), "@klikonderwijs.nl\"", "@"+domain+"\"")
	h.must(os.WriteFile(path, []byte(strings.Replace(changed, "address = \"projectondersteuning@"+domain+"\"", "address = \""+address+"\"", 1)), 0o600))
	return h
}

var machineHeader = regexp.MustCompile(`(?im)^(Auto-Submitted|X-Auto-Response-Suppress|Precedence):.*\r\n`)

// carry brings what a house sent to the other one, as mail servers do; careless ones lose the header that says that a
// machine wrote it.
func (h *house) carry(to *house, careless bool) (n int) {
	mails := h.mails()
	for _, m := range mails[h.passed:] {
		if m.To != to.address {
			continue
		}
		raw := m.Raw
		if careless {
			raw = machineHeader.ReplaceAll(raw, nil)
		}
		h.must(to.servers.Deliver("INBOX", bytes.Clone(raw), to.now))
		n++
	}
	h.passed = len(mails)
	return n
}

// Two instances that write to each other fall silent by themselves, even where a server on the way takes off what says
// that a machine wrote.
func TestTwoInstancesFallSilent(t *testing.T) {
	for _, careless := range []bool{false, true} {
		t.Run(fmt.Sprintf("careless %v", careless), func(t *testing.T) {
			a, b := openHouse(t, "projectondersteuning@klikonderwijs.nl"), openHouse(t, "klachten@ander.example")
			now := time.Date(2026, time.April, 2, 12, 0, 0, 0, time.UTC)
			round := func() int {
				a.now, b.now = now, now
				a.tick()
				b.tick()
				return a.carry(b, careless) + b.carry(a, careless)
			}
			round()
			a.deliver("From: Ander Huis <klachten@ander.example>\nTo: projectondersteuning@klikonderwijs.nl\nSubject: Klacht over Procesoperator B\nMessage-ID: <begin@ander.example>\n\n" +
				"Hierbij dien ik een klacht in over Procesoperator B. De trainer kwam niet opdagen en niemand belde. Wij willen ons geld terug.\n")
			total, quiet := 0, 0
			for day := range 6 {
				for range 10 { // as long as something is said, and a morning later again
					n := round()
					total += n
					now = now.Add(time.Minute)
					if n == 0 {
						break
					}
				}
				before := total
				now = time.Date(2026, time.April, 3+day, 6, 45, 0, 0, time.UTC)
				n := round()
				total += n
				if total == before {
					quiet++
				} else {
					quiet = 0
				}
			}
			if total == 0 {
				t.Error("the complaint was not even acknowledged")
			}
			t.Logf("%d mails went to and fro", total)
			if total > 6 || quiet < 3 {
				t.Errorf("%d mails went to and fro, and the last %d days were quiet", total, quiet)
			}
		})
	}
}
