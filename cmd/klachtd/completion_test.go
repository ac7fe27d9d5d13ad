package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/alecthomas/kong"
)

// Each shell, on a terminal, completes what stands before a tab, and gives klachtd these arguments.
func TestCompletion(t *testing.T) {
	binary := released(t)
	for name, args := range map[string][]string{
		"bash": {"--noprofile", "--rcfile", "rc", "-i"},
		"zsh":  {"-d", "-i"},
		"fish": {"--no-config", "-i", "-C", "source rc"},
	} {
		t.Run(name, func(t *testing.T) {
			s := startShell(t, binary, name, args...)
			for _, test := range []struct{ typed, want string }{
				{"exp\tK-2026-0001 --ou\tx.zip", "export|K-2026-0001|--out|x.zip"},
				{"list --sta\tdec\t", "list|--stage|decided"},
				{"list --stage=dec\t", "list|--stage=decided"},
				{"report --format html,xl\t", "report|--format|html,xlsx"},
				{"queue can\t--n\t", "queue|cancel|--now"},
				{"act K-2026-0001 contact --as man\t", "act|K-2026-0001|contact|--as|manager"},
				{"login im\t", "login|imap"},
				{"--config br\tche\t", "--config|brief van Piet.eml|check"},
				{"--config=br\tverify --js\t", "--config=brief van Piet.eml|verify|--json"},
				{"parse br\t", "parse|brief van Piet.eml"},
				{"preview --out b\t", "preview|--out|bijlagen/"}, // and not the letter
				{"list --year K\t", "list|--year|K"},
			} {
				if got := strings.TrimSpace(s.enter("klachtd " + test.typed)); got != test.want && got+"/" != test.want {
					t.Errorf("%q becomes %q, want %q", test.typed, got, test.want)
				}
			}
		})
	}
}

// What can follow is known without a shell; nothing is made up where a word can be anything.
func TestCandidates(t *testing.T) {
	parser, err := kong.New(&cli{})
	if err != nil {
		t.Fatal(err)
	}
	for typed, want := range map[string]string{
		"comp": "completion", "queue ": "list retry cancel release", "login ": "imap smtp", "login imap ": "--help --config",
		"backup ": anyFile, "backup --": "--help --config", "demo --out=": anyFolder, "export ": "--out --now --help --config", "export K": "",
		"list --stage = re": "registered", "list --stage =": "registered informal assessing consulting decided objection closed",
		"list --open ": "--open --overdue --year --stage --product --assessor --channel --newest --json --now --help --config",
		"list --year ": "", "list --open=": "", "list --nothing=": "", "report --format=csv,html,j": "--format=csv,html,json",
		"restore --identity x ": anyFile, "parse a b ": anyFile, "nothing": "",
	} {
		var got []string
		for _, c := range candidates(parser.Model.Node, strings.Split(typed, " ")) {
			got = append(got, c.word)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q can be %q, want %q", typed, got, want)
		}
	}
}

// shell is a real one on a terminal. The klachtd that it finds completes, and for the rest tells what it was given.
type shell struct {
	t      *testing.T
	typing *os.File
	screen *bufio.Reader
}

const prompt = "GEREED>"

func startShell(t *testing.T, binary, name string, args ...string) *shell {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		if os.Getenv("KLACHTD_REQUIRE") != "" {
			t.Fatal(err)
		}
		t.Skip("left out: completing in a shell:", err)
	}
	dir := t.TempDir()
	setUp := map[string]string{
		"bash": "PS1='" + prompt + "'\n",
		"zsh":  "PS1='" + prompt + "'\nautoload -Uz compinit && compinit -u -D\n",
		"fish": "function fish_prompt; echo -n '" + prompt + "'; end\n",
	}[name] + completionScript(t, name)
	for file, text := range map[string]string{
		"rc": setUp, ".zshrc": setUp, "brief van Piet.eml": "",
		"klachtd": fmt.Sprintf("#!/bin/sh\n[ \"$1\" = completion ] && exec '%s' \"$@\"\nIFS='|'\necho \"given:$*:\"\n", binary),
	} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "bijlagen"), 0o700); err != nil {
		t.Fatal(err)
	}
	master, slave := pty(t, 200)
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = dir, slave, slave, slave
	cmd.Env = append(os.Environ(), "HOME="+dir, "ZDOTDIR="+dir, "PATH="+dir+":"+os.Getenv("PATH"), "TERM=xterm", "LC_ALL=C.UTF-8")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	slave.Close() // so that reading ends when the shell does
	s := &shell{t: t, typing: master, screen: bufio.NewReader(master)}
	s.until(prompt)
	return s
}

func completionScript(t *testing.T, shell string) string {
	t.Helper()
	var out, errs strings.Builder
	if code := run(t.Context(), []string{"completion", shell}, streams{in: strings.NewReader(""), out: &out, err: &errs}); code != exitDone {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	return out.String()
}

// enter types a line and gives the arguments that klachtd got, with a bar between them.
func (s *shell) enter(line string) string {
	s.t.Helper()
	if _, err := s.typing.WriteString(line + "\r"); err != nil {
		s.t.Fatal(err)
	}
	s.until("given:")
	given := s.until(":")
	s.until(prompt)
	return strings.TrimSuffix(given, ":")
}

// until reads what the shell shows, to the end of a text.
func (s *shell) until(text string) string {
	s.t.Helper()
	var shown strings.Builder
	for !strings.HasSuffix(shown.String(), text) {
		c, err := s.screen.ReadByte()
		if err != nil {
			s.t.Fatalf("waiting for %q: %v after %q", text, err, shown.String())
		}
		shown.WriteByte(c)
	}
	return shown.String()
}
