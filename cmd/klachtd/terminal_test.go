package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/sys/unix"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// pty opens a pseudo terminal of a width: what is written to slave is read from master.
func pty(t *testing.T, columns uint16) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { master.Close() })
	if err := unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { slave.Close() })
	if err := unix.IoctlSetWinsize(int(master.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: columns}); err != nil {
		t.Fatal(err)
	}
	return master, slave
}

func sampleList() []listed {
	overdue := listed{
		Reference: complaint.Reference{Year: 2026, Number: 1}, Stage: complaint.StageAssessing, Received: workday.NewDate(2026, 4, 2), Product: "Incompany training procesoperator B voor gevorderden",
		Assessor: "n.korst@vapro.example", Next: &nextTerm{complaint.TermContact, workday.NewDate(2026, 4, 17)}, Overdue: []complaint.TermKind{complaint.TermContact},
	}
	closed := overdue
	closed.Reference.Number, closed.Stage, closed.Product, closed.Complete = 2, complaint.StageClosed, "Examenbank", true
	closed.Overdue = nil
	return []listed{overdue, closed}
}

// On a terminal a line fits and urgency has a colour; NO_COLOR and a dumb terminal have none; in a pipe
// nothing is cut off.
func TestTerminal(t *testing.T) {
	today := workday.NewDate(2026, 4, 20)
	for _, test := range []struct {
		name, variable, value string
		colour                bool
	}{
		{"colour", "TERM", "xterm", true},
		{"NO_COLOR", "NO_COLOR", "1", false},
		{"dumb", "TERM", "dumb", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("NO_COLOR", "")
			t.Setenv(test.variable, test.value)
			master, slave := pty(t, 80)
			where := terminalOf(slave)
			if where.width != 80 || where.colour != test.colour || !isTerminal(slave) {
				t.Fatalf("taken for %+v", where)
			}
			if err := printList(slave, sampleList(), where, today); err != nil {
				t.Fatal(err)
			}
			read := bufio.NewReader(master)
			for range 3 {
				line, err := read.ReadString('\n')
				if err != nil {
					t.Fatal(err)
				}
				line = strings.TrimRight(line, "\r\n")
				if strings.Contains(line, "\x1b[") != test.colour {
					t.Errorf("colours in %q", line)
				}
				if visible := withoutStyles(line); utf8.RuneCountInString(visible) > 80 {
					t.Errorf("%d characters: %s", utf8.RuneCountInString(visible), visible)
				}
			}
		})
	}
	var piped bytes.Buffer
	if where := terminalOf(&piped); where != (terminal{}) || isTerminal(&piped) {
		t.Errorf("a buffer is taken for %+v", where)
	}
	if err := printList(&piped, sampleList(), terminal{}, today); err != nil {
		t.Fatal(err)
	}
	if text := piped.String(); !strings.Contains(text, "procesoperator B voor gevorderden  n.korst@vapro.example  OVERDUE incomplete\n") || strings.Contains(text, "\x1b") {
		t.Errorf("in a pipe:\n%s", text)
	}
}

func withoutStyles(s string) string {
	for _, style := range []style{bold, dim, red, yellow, "0"} {
		s = strings.ReplaceAll(s, "\x1b["+string(style)+"m", "")
	}
	return s
}

// What a stranger wrote cannot steer the terminal.
func TestStrangersCannotSteer(t *testing.T) {
	var out bytes.Buffer
	cases := sampleList()[:1]
	cases[0].Product = "\x1b[2Jweg\x07\u009b31m"
	if err := printList(&out, cases, terminal{width: 80, colour: true}, workday.NewDate(2026, 4, 20)); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "\x1b[2J") || strings.ContainsAny(out.String(), "\x07\u009b") {
		t.Errorf("%q", out.String())
	}
}

func TestFolded(t *testing.T) {
	for _, test := range []struct {
		width int
		text  string
		want  string
	}{
		{0, "een\ntwee", "een\n    twee"},
		{20, "een twee drie vier vijf zes", "een twee drie\n    vier vijf zes"},
		{20, "kort\n\nkort", "kort\n    \n    kort"},
		{20, "eenwoorddatnietpastopderegel ja", "eenwoorddatnietpastopderegel\n    ja"},
	} {
		if got := (terminal{width: test.width}).folded(test.text, 4); got != test.want {
			t.Errorf("%q folds to %q, not %q", test.text, got, test.want)
		}
	}
}
