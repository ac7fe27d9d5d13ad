package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// mutt is a real mail program in a real terminal: Debian's neomutt under tmux.
type mutt struct {
	t    *testing.T
	ctx  context.Context
	dir  string
	sock string
}

// startMutt opens a mailbox that holds one mail; whatever is answered begins with text and ends up in dir/sent.eml.
func startMutt(t *testing.T, mail []byte, text string) *mutt {
	t.Helper()
	for _, program := range []string{"neomutt", "tmux"} {
		if _, err := exec.LookPath(program); err != nil {
			if os.Getenv("KLACHTD_REQUIRE") != "" {
				t.Fatal(err)
			}
			t.Skip("left out: answering with a real mail program:", err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	m := &mutt{t: t, ctx: ctx, dir: t.TempDir()}
	socket, err := os.MkdirTemp("", "mutt") // the path of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(socket) })
	m.sock = filepath.Join(socket, "s")
	for _, folder := range []string{"box/cur", "box/new", "box/tmp"} {
		if err := os.MkdirAll(filepath.Join(m.dir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	m.write("box/new/1", string(mail))
	m.write("editor", "#!/bin/sh\n{ cat <<'TEXT'\n"+text+"\nTEXT\ncat \"$1\"; } >\"$1.new\" && mv \"$1.new\" \"$1\"\n")
	m.write("sendmail", "#!/bin/sh\ncat >"+m.dir+"/sending && mv "+m.dir+"/sending "+m.dir+"/sent.eml\n")
	m.write("muttrc", fmt.Sprintf("set editor=%q sendmail=%q from=%q realname=\"N. Korst\" folder=%q\nset fast_reply include=yes copy=no sendmail_wait=0 abort_unmodified=no\n",
		m.dir+"/editor", m.dir+"/sendmail", korst, m.dir))
	m.tmux("-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "40", "env", "HOME="+m.dir, "LC_ALL=C.UTF-8", "neomutt", "-n", "-F", m.dir+"/muttrc", "-f", m.dir+"/box")
	t.Cleanup(func() { exec.Command("tmux", "-S", m.sock, "kill-server").Run() })
	return m
}

func (m *mutt) write(name, text string) {
	m.t.Helper()
	if err := os.WriteFile(filepath.Join(m.dir, name), []byte(text), 0o700); err != nil {
		m.t.Fatal(err)
	}
}

func (m *mutt) tmux(args ...string) string {
	m.t.Helper()
	out, err := exec.CommandContext(m.ctx, "tmux", append([]string{"-S", m.sock}, args...)...).CombinedOutput()
	if err != nil {
		m.t.Fatalf("tmux %s: %v: %s", args[0], err, out)
	}
	return string(out)
}

// shows waits until the screen shows a text.
func (m *mutt) shows(text string) {
	m.t.Helper()
	screen := ""
	for m.ctx.Err() == nil {
		if screen = m.tmux("capture-pane", "-p"); strings.Contains(screen, text) {
			return
		}
	}
	m.t.Fatalf("the screen does not show %q:\n%s", text, screen)
}

// sent waits for the mail that was sent.
func (m *mutt) sent() []byte {
	m.t.Helper()
	for {
		raw, err := os.ReadFile(filepath.Join(m.dir, "sent.eml"))
		if err == nil {
			return raw
		}
		if !errors.Is(err, os.ErrNotExist) || m.ctx.Err() != nil {
			m.t.Fatalf("nothing was sent: %v\n%s", err, m.tmux("capture-pane", "-p"))
		}
		m.tmux("capture-pane", "-p") // as good a way to wait as any
	}
}

// The assessor answers our mail in his own program, and the command works.
func TestAnsweringWithARealProgram(t *testing.T) {
	s := besiege(t)
	var mail []byte
	for _, sent := range s.mails() {
		header, err := headerOf(sent.Raw)
		s.must(err)
		if header.Get("Message-Id") == s.forward {
			mail = sent.Raw
		}
	}
	m := startMutt(t, mail, "Contact gehad op 2 april, telefonisch.\n\nZij stuurt nog foto's.\n\n-- \nN. Korst\nVAPRO")
	m.shows("K-2026-0001")
	m.tmux("send-keys", "r")
	m.shows("y:Send")
	m.tmux("send-keys", "y")
	answer := m.sent()

	s.now = s.now.Add(time.Hour)
	s.told = len(s.mails())
	s.deliver(passed("vapro.nl") + string(answer))
	s.tick()
	told := s.answers()
	if len(told) != 1 || told[0].To != korst || !strings.HasPrefix(told[0].Subject, "Genoteerd") || !strings.Contains(told[0].Text, "donderdag 2 april 2026 contact gehad") {
		t.Errorf("answered %+v to:\n%s", told, answer)
	}
}
