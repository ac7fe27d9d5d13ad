package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// README.md is always true: its lists are held against the program.
func readme(t *testing.T) string { return readText(t, "../../README.md") }

func readText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// matches lists what the first group of a pattern finds, each once, in order.
func matches(text, pattern string) (list []string) {
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		list = append(list, m[1])
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func TestReadmeNamesEveryCommand(t *testing.T) {
	parser, err := kong.New(&cli{}, kong.Vars{"version": "x"})
	if err != nil {
		t.Fatal(err)
	}
	var commands []string
	for _, node := range parser.Model.Children {
		if !node.Hidden {
			commands = append(commands, node.Name)
		}
	}
	text := readme(t)
	for _, command := range commands {
		if !regexp.MustCompile("`(klachtd )?" + command + "\\b").MatchString(text) {
			t.Errorf("README.md does not name klachtd %s", command)
		}
	}
	for _, named := range matches(text, "`klachtd ([a-z]+)") {
		if !slices.Contains(commands, named) {
			t.Errorf("README.md names klachtd %s, which there is not", named)
		}
	}
}

func TestReadmeNamesEveryTarget(t *testing.T) {
	text, targets := readme(t), matches(readText(t, "../../Makefile"), `(?m)^([a-z]+):`)
	for _, target := range targets {
		if !strings.Contains(text, "make "+target) && target != "lint" { // check is lint and test
			t.Errorf("README.md does not name make %s", target)
		}
	}
	for _, named := range matches(text, "make ([a-z]+)`") {
		if !slices.Contains(targets, named) {
			t.Errorf("README.md names make %s, which there is not", named)
		}
	}
}

func TestReadmeNamesEveryDependency(t *testing.T) {
	_, table, _ := strings.Cut(readme(t), "## What each dependency is for")
	version := regexp.MustCompile(`/v\d+$`)
	named := func(module string) bool {
		module = version.ReplaceAllString(module, "")
		return strings.Contains(table, module[strings.LastIndex(module, "/")+1:])
	}
	direct := matches(readText(t, "../../go.mod"), `(?m)^\t(\S+) v\S+$`)
	for _, module := range direct {
		if !named(module) {
			t.Errorf("README.md does not say what %s is for", module)
		}
	}
	for _, row := range matches(table, `(?m)^\| ([^|]*\S) *\|`) {
		for _, name := range regexp.MustCompile(`, `).Split(row, -1) {
			name, _, _ = strings.Cut(name, " ")
			if name = name[strings.LastIndex(name, "/")+1:]; name != "module" && name != "---" && !slices.ContainsFunc(direct, func(module string) bool { return strings.Contains(module, name) }) {
				t.Errorf("README.md says what %s is for, which is not used", name)
			}
		}
	}
}
