package config

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"klikonderwijs.nl/klachtd/internal/wire"
)

// Problem is one thing that is wrong, at one key.
type Problem struct {
	Key  string // "imap.port"
	Text string // what is wrong, and what to write
	Line int    // 0 where it is not known
}

func (p Problem) String() string {
	if p.Line > 0 {
		return fmt.Sprintf("line %d: %s: %s", p.Line, p.Key, p.Text)
	}
	return p.Key + ": " + p.Text
}

// Error lists every problem of a configuration.
type Error struct {
	File     string
	Problems []Problem
}

func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	if len(lines) == 1 {
		return "reading " + e.File + ": " + lines[0]
	}
	return fmt.Sprintf("reading %s: %d problems:\n  %s", e.File, len(lines), strings.Join(lines, "\n  "))
}

// Read reads and checks a file. Paths in it are relative to its folder. The error of a wrong
// configuration is an *Error with every problem.
func Read(path string) (Config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Config{}, fmt.Errorf("reading configuration: %w", err)
	}
	c, problems := parse(text)
	c.resolve(filepath.Dir(path))
	problems = append(problems, c.check()...)
	if len(problems) > 0 {
		return Config{}, &Error{File: path, Problems: problems}
	}
	return c, nil
}

// parse decodes strictly. A value of the wrong type is one problem; unknown keys are each a problem with a suggestion.
func parse(text []byte) (Config, []Problem) {
	c := Default()
	decoder := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields()
	err := decoder.Decode(&c)
	c = c.Filled()
	var strict *toml.StrictMissingError
	var wrong *toml.DecodeError
	switch {
	case err == nil:
		return c, nil
	case errors.As(err, &strict):
		return c, unknownKeys(strict)
	case errors.As(err, &wrong):
		line, _ := wrong.Position()
		key := strings.Join(wrong.Key(), ".")
		if key == "" {
			key = "toml"
		}
		return c, []Problem{{Key: key, Line: line, Text: strings.TrimPrefix(wrong.Error(), "toml: ")}}
	}
	return c, []Problem{{Key: "toml", Text: err.Error()}}
}

func unknownKeys(strict *toml.StrictMissingError) (problems []Problem) {
	for _, e := range strict.Errors {
		line, _ := e.Position()
		key := e.Key()
		text := "there is no such key"
		if like := nearest(key); like != "" {
			text += "; did you mean " + like + "?"
		}
		problems = append(problems, Problem{Key: strings.Join(key, "."), Line: line, Text: text})
	}
	return problems
}

// nearest finds the key that was probably meant: in the same table first, then anywhere.
func nearest(key []string) string {
	wanted := key[len(key)-1]
	best, bestDistance := "", 1+max(2, len(wanted)/3)
	for _, known := range keys(reflect.TypeFor[Config](), nil) {
		d := distance(wanted, known[len(known)-1])
		if !slices.Equal(known[:len(known)-1], key[:len(key)-1]) {
			d += 2
		}
		if d < bestDistance {
			best, bestDistance = strings.Join(known, "."), d
		}
	}
	return best
}

// keys lists every key of a table and of the tables in it.
func keys(t reflect.Type, above []string) (list [][]string) {
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			list = append(list, keys(f.Type, above)...)
			continue
		}
		if name := f.Tag.Get("toml"); name != "" {
			path := append(slices.Clone(above), name)
			list = append(list, path)
			list = append(list, keys(f.Type, path)...)
		}
	}
	return list
}

// distance counts the letters that must be added, removed or changed between two words.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		last := row[0]
		row[0] = i + 1
		for j := range b {
			cost := last
			if a[i] != b[j] {
				cost++
			}
			last = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// resolve makes paths relative to the folder of the file.
func (c *Config) resolve(dir string) {
	for _, path := range []*string{
		&c.Store.Path, &c.Security.SecretFile, &c.Backup.Dir, &c.Templates.Dir, &c.IMAP.PasswordFile, &c.SMTP.PasswordFile,
		&c.IMAP.CAFile, &c.SMTP.CAFile, &c.IMAP.OAuth2.ClientSecretFile, &c.SMTP.OAuth2.ClientSecretFile,
	} {
		if *path != "" && !filepath.IsAbs(*path) {
			*path = filepath.Join(dir, *path)
		}
	}
}

// shareLogin lets the mail server have the mailbox's user name and password where it has none of
// its own. A mail server on this machine asks for none.
func (c *Config) shareLogin() {
	own := c.SMTP.Username != "" || c.SMTP.PasswordFile != "" || c.SMTP.PasswordEnv != ""
	if !own && c.SMTP.Auth == "password" && (c.SMTP.Host == "" || wire.Loopback(c.SMTP.Host)) {
		return
	}
	if c.SMTP.Username == "" {
		c.SMTP.Username = c.IMAP.Username
	}
	if c.SMTP.PasswordFile == "" && c.SMTP.PasswordEnv == "" {
		c.SMTP.PasswordFile, c.SMTP.PasswordEnv = c.IMAP.PasswordFile, c.IMAP.PasswordEnv
	}
}
