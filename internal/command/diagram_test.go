package command

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"klikonderwijs.nl/klachtd/internal/complaint"
)

// README.md draws the table that the rules are carried out from, and so stays true.
func TestReadmeDrawsTheProcedure(t *testing.T) {
	const file, begin, end = "../../README.md", "<!-- stages: begin -->\n", "<!-- stages: end -->"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), begin)
	drawn, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("README.md has no place for the stages")
	}
	want := diagram()
	if *update {
		if err := os.WriteFile(file, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if drawn != want {
		t.Errorf("README.md draws\n%s\nnot\n%s(draw it anew with go test ./internal/command -update)", drawn, want)
	}
}

// diagram draws every step once, with the commands that take it.
func diagram() string {
	var out strings.Builder
	out.WriteString("```mermaid\nstateDiagram-v2\n  [*] --> registered\n")
	steps := complaint.Steps()
	for i := 0; i < len(steps); {
		from, to := steps[i].From, steps[i].To
		var by []string
		for ; i < len(steps) && steps[i].From == from && steps[i].To == to; i++ {
			by = append(by, takenBy(steps[i].Verb))
		}
		fmt.Fprintf(&out, "  %s --> %s: %s\n", from, to, strings.Join(by, ", "))
	}
	out.WriteString("```\n")
	return out.String()
}

func takenBy(verb complaint.Verb) string {
	if verb == "" {
		return "by itself"
	}
	if e, ok := Lookup(verb); ok {
		return e.Word
	}
	return "a reply" // of the complainant, who undoes a withdrawal
}
