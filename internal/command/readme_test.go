package command

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"klikonderwijs.nl/klachtd/internal/complaint"
)

var update = flag.Bool("update", false, "write the list of commands in README.md anew")

// README.md lists the commands from the table, and so stays true.
func TestReadmeListsTheCommands(t *testing.T) {
	const file, begin, end = "../../README.md", "<!-- commands: begin -->\n", "<!-- commands: end -->"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), begin)
	if !ok {
		t.Fatal("README.md has no place for the commands")
	}
	listed, after, ok := strings.Cut(rest, end)
	if !ok {
		t.Fatal("the place for the commands has no end")
	}
	want := commandTable()
	if *update {
		if err := os.WriteFile(file, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if listed != want {
		t.Errorf("README.md lists\n%s\nnot\n%s(write it anew with go test ./internal/command -update)", listed, want)
	}
}

func commandTable() string {
	var out strings.Builder
	out.WriteString("| who | command | what it does |\n| --- | --- | --- |\n")
	for _, e := range Table() {
		who := make([]string, len(e.Roles()))
		for i, role := range e.Roles() {
			who[i] = role.Label()
		}
		out.WriteString("| " + strings.Join(who, ", ") + " | `" + e.Syntax + "` | " + e.Help + " |\n")
	}
	return out.String()
}

// Every verb of the procedure has a command, and every one that is offered as a button has words for it.
func TestEveryVerbHasACommand(t *testing.T) {
	for _, rule := range complaint.Rules() {
		e, ok := Lookup(rule.Verb)
		if !ok {
			t.Errorf("%s has no command", rule.Verb)
		}
		if rule.Verb != complaint.VerbClose && e.Label == "" && !slices.Contains(rule.By, complaint.RoleComplainant) {
			t.Errorf("%s has no button", rule.Verb)
		}
	}
}
