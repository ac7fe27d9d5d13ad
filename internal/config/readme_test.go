package config

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What README.md writes as a key: with a value, in its table, a table alone, or a word with an underscore; and what
// looks like one, which is a host, a file or a metric.
var (
	asKey     = regexp.MustCompile("`(?:([a-z0-9_.]+) = [^`]*|([a-z0-9]+(?:\\.[a-z0-9_]+)+)|\\[([a-z0-9.]+)\\]|([a-z]+(?:_[a-z]+)+))`")
	looksLike = regexp.MustCompile(`\.(com|go|tsv|toml|erased)$|^klachtd_`)
)

// README.md names no key that does not exist.
func TestReadmeNamesKeys(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	keys, named := keysOf(reflect.TypeFor[Config](), ""), 0
	for _, m := range asKey.FindAllStringSubmatch(string(text), -1) {
		key := strings.Join(m[1:], "")
		if looksLike.MatchString(key) {
			continue
		}
		named++
		if !slices.ContainsFunc(keys, func(k string) bool { return strings.Contains("."+k+".", "."+key+".") }) {
			t.Errorf("README.md names the key %s, which there is not", key)
		}
	}
	if named < 20 {
		t.Errorf("only %d keys were found", named)
	}
}
