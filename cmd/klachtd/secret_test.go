package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The secret is made once, for nobody else's eyes; a secret that others can read is refused.
func TestSecret(t *testing.T) {
	path := filepath.Join(t.TempDir(), "var", "secret")
	first, err := readSecret(path)
	if err != nil || len(first) != secretSize || bytes.Equal(first, make([]byte, secretSize)) {
		t.Fatalf("%d bytes, %v", len(first), err)
	}
	for name, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", filepath.Base(name), info.Mode(), err)
		}
	}
	if again, err := readSecret(path); err != nil || !bytes.Equal(first, again) {
		t.Errorf("the second start has another secret: %v", err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := readSecret(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a secret that others can read: %v", err)
	}
	short := filepath.Join(t.TempDir(), "short")
	if err := os.WriteFile(short, []byte("kort"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readSecret(short); err == nil || strings.Contains(err.Error(), "kort") {
		t.Errorf("a short secret: %v", err)
	}
}
