package config

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
)

// commentedOut is a table or a key that the example shows without setting it.
var commentedOut = regexp.MustCompile(`(?m)^# (\[|[a-z_]+ *= )`)

// The example is the only list of keys that an operator sees: it shows every one, and none that does not exist.
func TestExampleShowsEveryKey(t *testing.T) {
	raw, err := os.ReadFile("../../config.example.toml")
	if err != nil {
		t.Fatal(err)
	}
	text := commentedOut.ReplaceAllString(string(raw), "$1")
	if err := toml.NewDecoder(strings.NewReader(text)).DisallowUnknownFields().Decode(new(Config)); err != nil {
		t.Fatalf("a key in the example does not exist: %v", err)
	}
	var shown map[string]any
	if err := toml.Unmarshal([]byte(text), &shown); err != nil {
		t.Fatal(err)
	}
	for _, key := range keysOf(reflect.TypeFor[Config](), "") {
		if strings.HasPrefix(key, "smtp.oauth2.") {
			key = strings.Replace(key, "smtp", "imap", 1) // the example says that these are the same
		}
		if !shows(shown, strings.Split(key, ".")) {
			t.Errorf("the example does not show %s", key)
		}
	}
}

// shownIn names the table of people that has a use for a key of a Person; name and email belong to all.
var shownIn = map[string]string{"title": "assessor.", "salutation": "assessor.", "organisation": "assessor.", "departments": "committee."}

// keysOf lists the keys that a type takes, each with the tables that it lies in.
func keysOf(of reflect.Type, prefix string) (keys []string) {
	if of.Kind() == reflect.Slice && of.Elem().Kind() == reflect.Struct {
		of = of.Elem()
	}
	if of.Kind() != reflect.Struct || reflect.PointerTo(of).Implements(reflect.TypeFor[interface{ UnmarshalText([]byte) error }]()) {
		return []string{strings.TrimSuffix(prefix, ".")}
	}
	for _, field := range reflect.VisibleFields(of) {
		name := field.Tag.Get("toml")
		if name == "" {
			continue
		}
		table := prefix
		if of == reflect.TypeFor[Person]() && shownIn[name] != "" {
			table = shownIn[name]
		}
		keys = append(keys, keysOf(field.Type, table+name+".")...)
	}
	return keys
}

// shows reports that a key stands in what was read; of a list of tables the first counts.
func shows(tables any, key []string) bool {
	if list, ok := tables.([]any); ok && len(key) > 0 && len(list) > 0 {
		tables = list[0]
	}
	if len(key) == 0 {
		return true
	}
	table, ok := tables.(map[string]any)
	return ok && table[key[0]] != nil && shows(table[key[0]], key[1:])
}
