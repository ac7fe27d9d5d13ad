package intake

import (
	"flag"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var mails = flag.String("mails", "", "a folder of mails from elsewhere: say of which no text can be shown")

// TestMailFromElsewhere reads every mail of a folder that is not part of the project, such as the test
// mails of other mail libraries: a mail that a mail program can show must not give an empty text.
func TestMailFromElsewhere(t *testing.T) {
	if *mails == "" {
		return
	}
	r := testReader(t)
	read, empty, bounces, senders := 0, 0, 0, 0
	err := filepath.WalkDir(*mails, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".eml" {
			return err
		}
		raw := string(contentOf(t, path))
		m := r.Parse(strings.NewReader(raw), time.Time{})
		read++
		if m.Bounce != nil {
			bounces++
		}
		if m.From.Addr != "" {
			senders++
		}
		shown := m.Text + forwardedText(m)
		for _, a := range m.Attachments {
			shown += a.Text
		}
		if strings.TrimSpace(shown) == "" {
			empty++
			t.Logf("no text: %s (%d bytes, %d attachments; %s)", path, len(raw), len(m.Attachments), strings.Join(m.Defects, ", "))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d mails; %d without text; %d with a sender; %d bounces", read, empty, senders, bounces)
}
