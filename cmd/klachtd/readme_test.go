package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/prometheus/client_golang/prometheus"
)

// README.md is always true: what it says of the command line is held against the program.
func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// matches lists what the first group of a pattern finds, in order; ^ and $ are the ends of a line.
func matches(text, pattern string) (list []string) {
	for _, m := range regexp.MustCompile("(?m)"+pattern).FindAllStringSubmatch(text, -1) {
		list = append(list, m[1])
	}
	return list
}

// A row of the daily use names a command, and others without "klachtd" before them; a flag alone belongs to one of them.
func TestReadmeNamesEveryCommand(t *testing.T) {
	parser, err := kong.New(&cli{})
	if err != nil {
		t.Fatal(err)
	}
	app, text := parser.Model.Node, readme(t)
	named := map[*kong.Node]bool{}
	for _, row := range matches(text, "^\\| (`klachtd .*)\\|$") {
		var commands []*kong.Node
		for _, code := range matches(row, "`((?:klachtd )?[a-z]+(?: [^`]*)?)`") {
			command := commandIn(app, code)
			if command == app {
				t.Errorf("README.md names %s, which there is not", code)
			}
			commands, named[command] = append(commands, command), true
		}
		for _, flag := range matches(row, "--([a-z-]+)") {
			if !slices.ContainsFunc(append(commands, app), func(c *kong.Node) bool { return takes(c, flag) }) {
				t.Errorf("README.md names --%s, which there is not, in: %s", flag, row)
			}
		}
	}
	for _, code := range matches(text, "`klachtd ([^`]*)`") {
		command := commandIn(app, code)
		for _, flag := range matches(code, "--([a-z-]+)") {
			if command == app || !takes(command, flag) && !takes(app, flag) {
				t.Errorf("README.md names klachtd %s, which there is not", code)
			}
		}
		named[command] = true
	}
	for _, command := range app.Leaves(true) {
		if !named[command] && (command.Parent.DefaultCmd != command || !named[command.Parent]) {
			t.Errorf("README.md does not name %s", command.Path())
		}
	}
}

// commandIn is the command that words name, with its subcommand where they name one; app when they name none.
func commandIn(app *kong.Node, words string) *kong.Node {
	command := app
	for word := range strings.FieldsSeq(words) {
		if i := slices.IndexFunc(command.Children, func(c *kong.Node) bool { return c.Name == word }); i >= 0 {
			command = command.Children[i]
		}
	}
	return command
}

func takes(command *kong.Node, flag string) bool {
	return slices.ContainsFunc(command.Flags, func(f *kong.Flag) bool { return f.Name == flag })
}

func TestReadmeNamesExitCodes(t *testing.T) {
	if want := fmt.Sprintf("Exit codes: %d done, %d not done, %d wrong usage.", exitDone, exitNotDone, exitUsage); !strings.Contains(readme(t), want) {
		t.Errorf("README.md does not say %s", want)
	}
}

func TestReadmeNamesEveryMetric(t *testing.T) {
	described := make(chan *prometheus.Desc, 100)
	(&figures{}).Describe(described)
	close(described)
	var there []string
	for d := range described {
		there = append(there, matches(d.String(), `fqName: "(\w+)"`)...)
	}
	if named := matches(readme(t), "^\\| `(klachtd_\\w+)`"); !slices.Equal(named, there) {
		t.Errorf("README.md names the metrics %v, and there are %v", named, there)
	}
}
