package letter

import (
	"bytes"
	"errors"
	"fmt"
	htmltemplate "html/template"
	"io/fs"
	"strings"
	texttemplate "text/template"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/templates"
)

// Renderer writes the mails of one organisation.
type Renderer struct {
	office Office
	key    Key
	texts  map[string]pair

	overlay fs.FS // nil for none
}

// pair is the two forms of one text.
type pair struct {
	plain *texttemplate.Template
	rich  *htmltemplate.Template
}

// files are the templates, by name; notices share one.
var files = []string{
	"acknowledgement", "registration", "forward", "withdrawn", "alarm", "data_request", "supplemented", "standing", "passed_on",
	"delay", "informal", "settled", "formal", "consultation", "remarks", "decision", "objection", "admission", "committee",
	"extension", "objection_decision", "message", "closed", "by_hand", "posting", "reminder", "digest", "annual", "answer", "not_authentic", "doubt", "notice",
}

// New prepares the texts: our own, with those of the organisation's folder over them (nil for none).
// Every text is tried with sample data, so that a broken one is refused at the start; the error
// names every file that is wrong.
func New(office Office, key Key, overlay fs.FS) (*Renderer, error) {
	r := &Renderer{office: office, key: key, texts: map[string]pair{}, overlay: overlay}
	var problems []error
	for _, name := range files {
		p, err := parse(name, overlay)
		if err != nil {
			problems = append(problems, err)
		}
		r.texts[name] = p
	}
	if len(problems) == 0 {
		for _, sample := range Samples() {
			if _, err := sample.Render(r); err != nil {
				problems = append(problems, fmt.Errorf("trying %s: %w", sample.Name, err))
			}
		}
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("reading templates: %w", errors.Join(problems...))
	}
	return r, nil
}

func parse(name string, overlay fs.FS) (p pair, err error) {
	plain := texttemplate.New("layout.txt").Funcs(texttemplate.FuncMap(functions())).Option("missingkey=error")
	rich := htmltemplate.New("layout.html").Funcs(htmltemplate.FuncMap(functions())).Option("missingkey=error")
	for _, file := range []string{"layout", name} {
		text, err := source(overlay, file+".txt")
		if err == nil {
			_, err = plain.Parse(text)
		}
		if err != nil {
			return p, fmt.Errorf("%s.txt: %w", file, err)
		}
		if text, err = source(overlay, file+".html"); err == nil {
			_, err = rich.Parse(text)
		}
		if err != nil {
			return p, fmt.Errorf("%s.html: %w", file, err)
		}
	}
	if plain.Lookup("subject") == nil || plain.Lookup("content") == nil || rich.Lookup("content") == nil {
		return p, fmt.Errorf(`%s: it needs "subject" and "content" in the .txt, and "content" in the .html`, name)
	}
	return pair{plain, rich}, nil
}

func source(overlay fs.FS, file string) (string, error) {
	if overlay != nil {
		text, err := fs.ReadFile(overlay, file)
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return string(text), err
		}
	}
	text, err := templates.Files.ReadFile(file)
	return string(text), err
}

// functions are what the templates can do besides showing values.
func functions() map[string]any {
	return map[string]any{
		"join":    sentenceList,
		"capital": capital,
		"indent":  func(s string) string { return "  " + strings.ReplaceAll(strings.TrimSpace(s), "\n", "\n  ") },
	}
}

// sentenceList lists words in a sentence: "naam, organisatie en telefoonnummer".
func sentenceList(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " en " + words[len(words)-1]
}

// outgoing is a mail before it has its form.
type outgoing struct {
	Envelope
	kind      complaint.LetterKind
	template  string
	reference string
	to        complaint.Recipient
	from      string // the name beside the office's address
	data      any    // a pointer to a view
	attached  []Attachment
}

// finish fills in the texts and writes the mail.
func (r *Renderer) finish(o outgoing) (Mail, error) {
	text := r.texts[o.template]
	var subject, plain, rich bytes.Buffer
	if err := text.plain.ExecuteTemplate(&subject, "subject", o.data); err != nil {
		return Mail{}, fmt.Errorf("writing subject of %s: %w", o.kind, err)
	}
	line := oneLine(subject.String())
	if named, ok := o.data.(interface{ setSubject(string) }); ok {
		named.setSubject(line)
	}
	if err := text.plain.Execute(&plain, o.data); err != nil {
		return Mail{}, fmt.Errorf("writing text of %s: %w", o.kind, err)
	}
	if err := text.rich.Execute(&rich, o.data); err != nil {
		return Mail{}, fmt.Errorf("writing html of %s: %w", o.kind, err)
	}
	return r.compose(o, line, wrapText(plain.String()), rich.String())
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// textWidth is the width of plain text, in characters: it fits a terminal, quoted once.
const textWidth = 76

// wrapText breaks long lines at spaces, keeps addresses whole, and leaves at most one empty line.
func wrapText(s string) string {
	var out strings.Builder
	blank := 1
	for line := range strings.Lines(s) {
		line = strings.TrimRight(line, " \t\r\n")
		if line == "" {
			if blank++; blank < 2 {
				out.WriteByte('\n')
			}
			continue
		}
		blank = 0
		wrapLine(&out, line)
	}
	return strings.TrimRight(out.String(), "\n") + "\n"
}

func wrapLine(out *strings.Builder, line string) {
	indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
	hang := indent
	if strings.HasPrefix(line[len(indent):], "- ") {
		hang += "  "
	}
	width := 0
	for i, word := range strings.Fields(line) {
		length := len([]rune(word))
		switch {
		case i == 0:
			out.WriteString(indent)
			width = len(indent)
		case width+1+length > textWidth:
			out.WriteString("\n" + hang)
			width = len(hang)
		default:
			out.WriteByte(' ')
			width++
		}
		out.WriteString(word)
		width += length
	}
	out.WriteByte('\n')
}
