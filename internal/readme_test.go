package internal_test

import (
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// README.md is always true: its lists are held against the tree.
func TestReadmeListsWhatThereIs(t *testing.T) {
	readme := text(t, "README.md")
	var packages, modules []string
	for dir := range layers {
		if name, ok := strings.CutPrefix(dir, "internal/"); ok {
			packages = append(packages, name)
		}
	}
	for _, module := range matches(text(t, "go.mod"), `^\t(\S+?)(?:/v\d+)? v\S+$`) {
		modules = append(modules, path.Base(module))
	}
	for _, list := range []struct {
		what          string
		listed, there []string
	}{
		{"package", matches(column(t, readme, "package"), "`([a-z]+)`"), packages},
		{"dependency", matches(column(t, readme, "module"), `([a-z0-9_-]+)(?: v\d+)?(?:,|$)`), modules},
		{"target of make", matches(readme, "(?:`|^)make ([a-z]+)(?:`| +#)"), matches(text(t, "Makefile"), `^([a-z]+):`)},
	} {
		for _, name := range list.there {
			if !slices.Contains(list.listed, name) {
				t.Errorf("README.md does not name the %s %s", list.what, name)
			}
		}
		for _, name := range list.listed {
			if !slices.Contains(list.there, name) {
				t.Errorf("README.md names the %s %s, which there is not", list.what, name)
			}
		}
	}
}

// A benchmark is named by what its name begins with.
func TestReadmeListsBenchmarks(t *testing.T) {
	var benchmarks []string
	for _, source := range files(t, ".go") {
		benchmarks = append(benchmarks, matches(source, `^func Benchmark(\w+)`)...)
	}
	named := matches(table(t, text(t, "README.md"), "benchmark"), "`([A-Z]\\w+)…?`")
	for _, benchmark := range benchmarks {
		if !slices.ContainsFunc(named, func(name string) bool { return strings.HasPrefix(benchmark, name) }) {
			t.Errorf("README.md does not say what %s measures", benchmark)
		}
	}
	for _, name := range named {
		if !slices.ContainsFunc(benchmarks, func(benchmark string) bool { return strings.HasPrefix(benchmark, name) }) {
			t.Errorf("README.md says what %s measures, which there is not", name)
		}
	}
}

// What README.md points at is there.
func TestReadmePointsAtFiles(t *testing.T) {
	for _, file := range matches(text(t, "README.md"), "`((?:cmd|internal|templates)/[^` ]*)`") {
		if _, err := os.Stat("../" + file); err != nil {
			t.Errorf("README.md names %s, which there is not", file)
		}
	}
}

func text(t *testing.T, file string) string {
	t.Helper()
	raw, err := os.ReadFile("../" + file)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// table gives the rows of the table whose first column has this head.
func table(t *testing.T, markdown, head string) string {
	t.Helper()
	_, rows, ok := strings.Cut(markdown, "\n| "+head+" |")
	if !ok {
		t.Fatalf("there is no table of each %s", head)
	}
	rows, _, _ = strings.Cut(rows, "\n\n")
	_, rows, _ = strings.Cut(rows, " --- |\n")
	return strings.TrimSpace(rows)
}

// column gives the first column of that table.
func column(t *testing.T, markdown, head string) string {
	t.Helper()
	return strings.Join(matches(table(t, markdown, head), `^\| ([^|]*\S) *\|`), "\n")
}

// matches lists what the first group of a pattern finds, each once, sorted; ^ and $ are the ends of a line.
func matches(text, pattern string) (list []string) {
	for _, m := range regexp.MustCompile("(?m)"+pattern).FindAllStringSubmatch(text, -1) {
		list = append(list, m[1])
	}
	slices.Sort(list)
	return slices.Compact(list)
}
