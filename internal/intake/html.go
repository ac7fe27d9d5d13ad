package intake

import (
	"io"
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// mostHTML bounds what is read of an HTML text, in tokens.
const mostHTML = 400_000

// htmlText turns HTML into the text that a person sees: lines for blocks, a tab between the cells
// of a table, "> " before what stands in a blockquote. What is hidden is left out. It is one pass
// over the tokens, so hostile nesting costs nothing.
func htmlText(source string) string {
	w := htmlWriter{}
	z := html.NewTokenizer(strings.NewReader(source))
	z.SetMaxBuf(mostText)
	for range mostHTML {
		switch z.Next() {
		case html.ErrorToken:
			if z.Err() != io.EOF {
				w.word(string(z.Raw()))
			}
			return w.finish()
		case html.TextToken:
			switch {
			case w.hidden == 0:
				w.word(string(z.Text()))
			case w.inside == "style":
				w.readStyles(string(z.Text()))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			w.open(z)
		case html.EndTagToken:
			name, _ := z.TagName()
			w.close(string(name))
		}
	}
	return w.finish()
}

// htmlWriter writes lines.
type htmlWriter struct {
	out    strings.Builder
	line   strings.Builder
	space  bool // white space is due before the next word
	quotes int  // blockquotes around us
	hidden int  // depth within something that is not shown
	inside string
	cells  int  // cells written in this row
	blank  bool // the last line written was empty
	pre    int
	hiding map[string]bool // classes that make their element invisible
	ended  bool            // within a cell: a block ended, and a new line is due if more follows in the cell
}

func (w *htmlWriter) open(z *html.Tokenizer) {
	raw, more := z.TagName()
	name := string(raw)
	invisible := false
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		switch string(key) {
		case "style":
			invisible = invisible || hides(string(value))
		case "class":
			invisible = invisible || w.hidesClass(string(value))
		case "hidden":
			invisible = true
		}
	}
	if w.hidden > 0 {
		if name == w.inside && !void(name) {
			w.hidden++
		}
		return
	}
	switch name {
	case "style", "script", "head", "title", "template", "noscript", "object", "svg", "select", "textarea":
		invisible = true
		if name == "head" || name == "noscript" {
			invisible = name == "head"
		}
	}
	if invisible && !void(name) {
		w.hidden, w.inside = 1, name
		return
	}
	switch name {
	case "br":
		w.newLine()
	case "blockquote":
		w.block()
		w.quotes++
	case "pre":
		w.block()
		w.pre++
	case "tr":
		w.cells = 0
		w.block()
	case "td", "th":
		w.ended = false
		if w.cells > 0 && w.line.Len() > 0 {
			w.line.WriteString("\t")
			w.space = false
		}
		w.cells++
	case "li":
		w.block()
		w.word("- ")
	case "p":
		w.paragraph()
	case "body": // some programs leave head open
	default:
		if isBlock(name) {
			w.block()
		}
	}
}

func (w *htmlWriter) close(name string) {
	if w.hidden > 0 {
		if name == w.inside || name == "body" || name == "html" {
			if w.hidden--; name != w.inside {
				w.hidden = 0
			}
		}
		return
	}
	switch name {
	case "blockquote":
		w.block()
		w.quotes = max(0, w.quotes-1)
	case "pre":
		w.block()
		w.pre = max(0, w.pre-1)
	case "p":
		w.paragraph()
	case "td", "th":
		w.space = false
	case "tr", "table":
		w.cells = 0
		w.block()
	default:
		if isBlock(name) {
			w.block()
		}
	}
}

var (
	spaces    = strings.NewReplacer(" ", "", "\t", "", "\n", "", "\r", "")
	invisible = regexp.MustCompile(`(^|;|\{)(display:none|visibility:hidden|mso-hide:all|font-size:[01](\.\d+)?(px|pt|em|%)?(!important)?(;|\}|$)|font-size:0|max-height:0|opacity:0(\.0+)?(!important)?(;|\}|$)|color:transparent|(left|top|text-indent|margin-left):-\d{3,})`)
	flat      = regexp.MustCompile(`(^|;)(height|width):0(px)?(!important)?(;|$)`)
)

// hides reports that a style makes its element invisible.
func hides(style string) bool {
	style = spaces.Replace(strings.ToLower(style))
	return invisible.MatchString(style) || flat.MatchString(style) && strings.Contains(style, "overflow:hidden")
}

// bounds of what is read of a style sheet: bytes, and classes that hide.
const (
	mostStyles  = 64 << 10
	mostClasses = 200
)

var (
	mediaBlock = regexp.MustCompile(`@[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}`)
	styleRule  = regexp.MustCompile(`([^{}]*)\{([^{}]*)\}`)
	styleClass = regexp.MustCompile(`\.([A-Za-z_][\w-]*)\s*(?:,|$)`)
)

// readStyles notes which classes make their element invisible. What holds on some screens only does not count.
func (w *htmlWriter) readStyles(sheet string) {
	sheet = mediaBlock.ReplaceAllString(bounded(sheet, mostStyles), "")
	for _, rule := range styleRule.FindAllStringSubmatch(sheet, 2000) {
		if !hides(rule[2]) {
			continue
		}
		for _, class := range styleClass.FindAllStringSubmatch(strings.TrimSpace(rule[1]), 20) {
			if w.hiding == nil {
				w.hiding = map[string]bool{}
			}
			if len(w.hiding) < mostClasses {
				w.hiding[class[1]] = true
			}
		}
	}
}

func (w *htmlWriter) hidesClass(value string) bool {
	if len(w.hiding) == 0 {
		return false
	}
	for _, class := range strings.Fields(value) {
		if w.hiding[class] {
			return true
		}
	}
	return false
}

func void(name string) bool {
	switch name {
	case "br", "img", "hr", "meta", "link", "input", "area", "base", "col", "wbr":
		return true
	}
	return false
}

func isBlock(name string) bool {
	switch name {
	case "div", "table", "tbody", "thead", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "section", "article",
		"header", "footer", "address", "center", "form", "fieldset", "caption", "main", "nav", "aside", "figure":
		return true
	}
	return false
}

// word writes text, white space collapsed as a browser does it.
func (w *htmlWriter) word(text string) {
	if w.pre > 0 {
		for i, line := range strings.Split(text, "\n") {
			if i > 0 {
				w.newLine()
			}
			w.line.WriteString(line)
		}
		return
	}
	text = strings.ReplaceAll(text, "\u00a0", " ")
	if w.ended && strings.TrimSpace(text) != "" {
		w.newLine()
	}
	for i, field := range strings.FieldsFunc(text, isHTMLSpace) {
		if (i > 0 || w.space || isHTMLSpace(rune(text[0]))) && w.line.Len() > 0 && !strings.HasSuffix(tail(&w.line), "\t") {
			w.line.WriteByte(' ')
		}
		w.line.WriteString(field)
		w.space = false
	}
	if len(text) > 0 && isHTMLSpace(rune(text[len(text)-1])) {
		w.space = true
	}
}

func tail(b *strings.Builder) string {
	s := b.String()
	return s[max(0, len(s)-1):]
}

func isHTMLSpace(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\f' }

// block ends the line that was begun, if one was. Within a cell that waits until more text comes:
// the next cell goes on the same line.
func (w *htmlWriter) block() {
	if w.cells > 0 {
		w.ended = w.line.Len() > 0 && tail(&w.line) != "\t"
		return
	}
	if w.line.Len() > 0 {
		w.newLine()
	}
	w.space = false
}

// paragraph ends the line and leaves one empty line.
func (w *htmlWriter) paragraph() {
	w.block()
	if w.cells == 0 && !w.blank && w.out.Len() > 0 {
		w.newLine()
	}
}

func (w *htmlWriter) newLine() {
	line := strings.TrimRight(w.line.String(), " \t")
	if line == "-" {
		line = ""
	}
	if line == "" && w.blank {
		w.line.Reset()
		return
	}
	if depth := min(w.quotes, 10); depth > 0 {
		w.out.WriteString(strings.Repeat("> ", depth))
	}
	w.out.WriteString(line)
	w.out.WriteByte('\n')
	w.blank = line == ""
	w.line.Reset()
	w.space, w.ended = false, false
}

func (w *htmlWriter) finish() string {
	w.cells = 0
	w.block()
	return strings.Trim(w.out.String(), "\n")
}
