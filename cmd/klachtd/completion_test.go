package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The shells' scripts name every command; bash itself completes with its own.
func TestCompletion(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		var out, errs bytes.Buffer
		if code := run(t.Context(), []string{"completion", shell}, streams{in: strings.NewReader(""), out: &out, err: &errs}); code != exitDone {
			t.Fatalf("%s: exit code %d: %s", shell, code, errs.String())
		}
		for _, command := range []string{"run", "tick", "export", "completion"} {
			if !strings.Contains(out.String(), command) {
				t.Errorf("%s knows no %s", shell, command)
			}
		}
		if shell != "bash" {
			continue
		}
		script := filepath.Join(t.TempDir(), "klachtd.bash")
		if err := os.WriteFile(script, out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		for typed, want := range map[string]string{"klachtd ex": "export", "klachtd export --o": "--out", "klachtd --config x verify --js": "--json"} {
			words := strings.Fields(typed)
			ask := `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _klachtd; printf '%s\n' "${COMPREPLY[@]}"`
			got, err := exec.CommandContext(t.Context(), "bash", append([]string{"-c", ask, "bash", script}, words...)...).CombinedOutput()
			if err != nil || strings.TrimSpace(string(got)) != want {
				t.Errorf("%q completes to %q, %v, not %q", typed, got, err, want)
			}
		}
	}
}
