package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"klikonderwijs.nl/klachtd/internal/letter"
)

type previewCmd struct {
	Name string `arg:"" optional:"" help:"Only the mails whose name begins like this."`
	Out  string `required:"" help:"Folder to write to." placeholder:"DIR"`
}

// Run writes every outgoing mail with sample data.
func (p *previewCmd) Run(s streams, c *cli) error {
	cfg, err := c.configurationOrDefaults()
	if err != nil {
		return err
	}
	house, err := houseOf(cfg)
	if err != nil {
		return err
	}
	letters, err := lettersOf(cfg, house, letter.NewKey([]byte("no secret: these mails prove nothing")))
	if err != nil {
		return err
	}
	written := 0
	for _, sample := range letter.Samples() {
		if !strings.HasPrefix(sample.Name, p.Name) {
			continue
		}
		mail, err := sample.Render(letters)
		if err != nil {
			return err
		}
		if err := writeMail(p.Out, sample.Name, mail, func(string) (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader(letter.SampleOriginal)), nil
		}); err != nil {
			return err
		}
		written++
	}
	if written == 0 {
		return errors.New("no mail has a name that begins like that (leave the name out to see them all)")
	}
	fmt.Fprintf(s.out, "%d mails are in %s, each as .eml, .txt and .html\n", written, p.Out)
	return nil
}

// writeMail writes a mail as .eml, and its two texts beside it.
func writeMail(dir, name string, mail letter.Mail, open func(string) (io.ReadCloser, error)) error {
	var raw bytes.Buffer
	if err := mail.Write(&raw, open); err != nil {
		return err
	}
	return writeRaw(dir, name, raw.Bytes())
}

func writeRaw(dir, name string, raw []byte) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	plain, rich, err := bodies(raw)
	if err != nil {
		return fmt.Errorf("reading %s back: %w", name, err)
	}
	for suffix, content := range map[string][]byte{".eml": raw, ".txt": plain, ".html": rich} {
		if err := os.WriteFile(filepath.Join(dir, name+suffix), content, 0o600); err != nil {
			return fmt.Errorf("writing %s: %w", name, err)
		}
	}
	return nil
}
