package intake

import (
	"io"
	"strings"
)

// Enclosure is a file that somebody sent along, decoded.
type Enclosure struct {
	Name string // for people to read; never a path
	Type string // media type, lower case
	Data []byte
}

// Enclosures reads the files that somebody attached to a mail, to pass them on. Pictures within a text (a
// signature's logo) are no files. fit is false where they are larger than most bytes together, as encoded, or
// where one is a mail or a package that cannot be passed on: all of them, or none.
func Enclosures(mail io.Reader, most int) (files []Enclosure, fit bool) {
	w := &walker{lines: newLineReader(mail), defect: func(string) {}, enclosures: most}
	root := w.walk()
	total := int64(0)
	fit = true
	var visit func(p *part)
	visit = func(p *part) {
		switch {
		case strings.HasPrefix(p.media, "message/"), p.isTNEF():
			fit = false
		case len(p.children) > 0:
			for _, child := range p.children {
				visit(child)
			}
		case p != root && p.attached:
			if total += p.size; p.cut || total > int64(most) {
				fit = false
				return
			}
			files = append(files, Enclosure{Name: p.filename, Type: p.media, Data: decodeTransfer(p.encoding, p.body, w.defect)})
		}
	}
	visit(root)
	if !fit {
		return nil, false
	}
	return files, true
}
