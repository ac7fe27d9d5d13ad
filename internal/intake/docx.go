package intake

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"strings"
)

// bounds of packed documents, in bytes, whatever they claim to hold.
const (
	mostUnzipped = 4 << 20  // of one file in one of them
	mostUnpacked = 16 << 20 // of all that hang on one mail
)

// purse is what may still be unpacked and read for one mail, in bytes.
type purse struct{ left int }

func (p *purse) reader(r io.Reader) io.Reader { return &payingReader{r: r, purse: p} }

// payingReader ends when the purse is empty.
type payingReader struct {
	r     io.Reader
	purse *purse
}

func (r *payingReader) Read(p []byte) (int, error) {
	if r.purse.left <= 0 {
		return 0, io.EOF
	}
	n, err := r.r.Read(p)
	r.purse.left -= n
	return n, err
}

// docxText is the text of a Word document (ECMA-376, WordprocessingML): its paragraphs, one a line,
// with a tab between the cells of a table. "" when it is none.
func docxText(raw []byte, paid *purse) string {
	archive, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return ""
	}
	for _, file := range archive.File {
		if file.Name != "word/document.xml" {
			continue
		}
		content, err := file.Open()
		if err != nil {
			return ""
		}
		defer content.Close()
		return wordText(io.LimitReader(paid.reader(content), mostUnzipped))
	}
	return ""
}

func wordText(content io.Reader) string {
	var out strings.Builder
	decoder := xml.NewDecoder(content)
	decoder.Strict = false
	shown, cells := false, 0
	for out.Len() < mostText {
		token, err := decoder.RawToken() // no name spaces, no nesting: nothing that grows
		if err != nil {
			break
		}
		switch t := token.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "t":
				shown = true
			case "tab":
				out.WriteByte('\t')
			case "br", "cr":
				out.WriteByte('\n')
			case "tc":
				cells++
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "t":
				shown = false
			case "p":
				if cells == 0 {
					out.WriteByte('\n')
				}
			case "tc":
				cells = max(0, cells-1)
				out.WriteByte('\t')
			case "tr":
				out.WriteByte('\n')
			}
		case xml.CharData:
			if shown {
				out.Write(t)
			}
		}
	}
	lines := strings.Split(out.String(), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " \t")
	}
	return strings.TrimSpace(normal(clean(strings.Join(lines, "\n"))))
}
