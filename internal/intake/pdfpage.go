package intake

import (
	"math"
	"slices"
	"strings"
)

// pdfSheet is what one page shows.
type pdfSheet struct {
	file   *pdf
	runs   []pdfRun
	size   int // bytes in runs
	images int
	lost   bool // text in codes without letters
	form   bool // it has fields that were filled in: runs are not in the order of reading
}

// pdfRun is a piece of text on a page: where it begins and ends on its line, in the direction of
// reading, and how high the line is.
type pdfRun struct {
	x, end, y, size float64
	text            string
}

// matrix maps (x, y) to (ax+cy+e, bx+dy+f).
type matrix [6]float64

var unmoved = matrix{1, 0, 0, 1, 0, 0}

// times does m first, then n.
func (m matrix) times(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

func moved(x, y float64) matrix { return matrix{1, 0, 0, 1, x, y} }

// pdfState is how text is shown (ISO 32000-1 §8.4 and §9.3).
type pdfState struct {
	page                       matrix
	font                       *pdfFont
	size, letter, word, spread float64 // spread: of the width, 1 is usual
	leading                    float64
}

// sheet reads what a page shows, and what was filled in on it.
func (f *pdf) sheet(page pdfDict) *pdfSheet {
	s := &pdfSheet{file: f}
	var content []byte
	for _, part := range f.parts(page["Contents"]) {
		content = append(append(content, f.data(part)...), '\n')
	}
	s.show(content, f.dict(page["Resources"]), pdfState{page: unmoved, spread: 1}, 0)
	for _, value := range f.list(page["Annots"]) {
		if f.left <= 0 {
			break
		}
		s.field(f.dict(value))
	}
	return s
}

// parts gives the streams of a page's contents: one, or a list of them.
func (f *pdf) parts(value any) []any {
	if list, ok := f.resolve(value).([]any); ok {
		return list
	}
	return []any{value}
}

// field reads how a form field shows what was filled in (ISO 32000-1 §12.5.5).
func (s *pdfSheet) field(annotation pdfDict) {
	appearance := s.file.dict(annotation["AP"])["N"]
	stream, rect := s.file.dict(appearance), s.file.list(annotation["Rect"])
	if annotation["Subtype"] != pdfName("Widget") || stream == nil || len(rect) != 4 {
		return
	}
	x, _ := rect[0].(float64)
	y, _ := rect[1].(float64)
	before := len(s.runs)
	s.show(s.file.data(appearance), s.file.dict(stream["Resources"]), pdfState{page: moved(x, y), spread: 1}, 1)
	s.form = s.form || len(s.runs) > before
}

// pdfScribe runs the operators of one content stream.
type pdfScribe struct {
	*pdfSheet
	resources  pdfDict
	state      pdfState
	saved      []pdfState
	text, line matrix
	operands   []any
	depth      int
}

const mostOperands = 64

func (s *pdfSheet) show(content []byte, resources pdfDict, state pdfState, depth int) {
	p := &pdfScribe{pdfSheet: s, resources: resources, state: state, text: unmoved, line: unmoved, depth: depth}
	l := &pdfLexer{file: s.file, data: content}
	for {
		value := l.value(0)
		if _, end := value.(pdfEnd); end {
			if l.at >= len(content) || s.file.left <= 0 {
				return
			}
			continue
		}
		word, ok := value.(pdfWord)
		switch {
		case !ok:
			if len(p.operands) < mostOperands {
				p.operands = append(p.operands, value)
			}
			continue
		case word == "ID":
			s.images++
			l.picture()
		default:
			p.do(word)
		}
		p.operands = p.operands[:0]
	}
}

// do runs one operator (ISO 32000-1 Annex A); those that change nothing of the text are left out.
func (p *pdfScribe) do(word pdfWord) {
	switch word {
	case "q":
		if len(p.saved) < mostOperands {
			p.saved = append(p.saved, p.state)
		}
	case "Q":
		if n := len(p.saved); n > 0 {
			p.state, p.saved = p.saved[n-1], p.saved[:n-1]
		}
	case "cm":
		p.state.page = p.matrix().times(p.state.page)
	case "BT":
		p.text, p.line = unmoved, unmoved
	case "Tm":
		p.line = p.matrix()
		p.text = p.line
	case "Td":
		p.move(p.number(0), p.number(1))
	case "TD":
		p.state.leading = -p.number(1)
		p.move(p.number(0), p.number(1))
	case "T*":
		p.move(0, -p.state.leading)
	case "TL":
		p.state.leading = p.number(0)
	case "Tc":
		p.state.letter = p.number(0)
	case "Tw":
		p.state.word = p.number(0)
	case "Tz":
		p.state.spread = p.number(0) / 100
	case "Tf":
		if name, ok := p.operand(0).(pdfName); ok {
			p.state.font = p.file.font(p.file.dict(p.resources["Font"])[name])
		}
		p.state.size = p.number(1)
	case "Tj":
		p.write(p.operand(0))
	case "'":
		p.move(0, -p.state.leading)
		p.write(p.operand(0))
	case `"`:
		p.state.word, p.state.letter = p.number(0), p.number(1)
		p.move(0, -p.state.leading)
		p.write(p.operand(2))
	case "TJ":
		list, _ := p.operand(0).([]any)
		for _, item := range list {
			if back, ok := item.(float64); ok {
				p.text = moved(-back/1000*p.state.size*p.state.spread, 0).times(p.text)
			} else {
				p.write(item)
			}
		}
	case "Do":
		p.draw()
	}
}

func (p *pdfScribe) operand(i int) any {
	if i >= len(p.operands) {
		return nil
	}
	return p.operands[i]
}

func (p *pdfScribe) number(i int) float64 {
	number, _ := p.operand(i).(float64)
	return number
}

func (p *pdfScribe) matrix() (m matrix) {
	for i := range m {
		m[i] = p.number(i)
	}
	return m
}

func (p *pdfScribe) move(x, y float64) {
	p.line = moved(x, y).times(p.line)
	p.text = p.line
}

// draw shows a form within the page, or counts a picture.
func (p *pdfScribe) draw() {
	name, _ := p.operand(0).(pdfName)
	ref := p.file.dict(p.resources["XObject"])[name]
	object := p.file.dict(ref)
	switch {
	case object["Subtype"] == pdfName("Image"):
		p.images++
	case object["Subtype"] == pdfName("Form") && p.depth < mostPDFNesting:
		state := p.state
		if values := p.file.list(object["Matrix"]); len(values) == 6 {
			inner := pdfScribe{operands: values}
			state.page = inner.matrix().times(state.page)
		}
		resources := p.file.dict(object["Resources"])
		if resources == nil {
			resources = p.resources
		}
		p.show(p.file.data(ref), resources, state, p.depth+1)
	}
}

// write puts the letters of a string on the page. Room between two or three letters is how some
// programs part words; between more it is how a heading is set.
func (p *pdfScribe) write(value any) {
	codes, ok := value.(pdfString)
	if !ok || p.state.font == nil || len(codes) == 0 {
		return
	}
	step := p.state.font.step()
	if p.state.letter <= gapSpace*p.state.size || len(codes) > 3*step {
		p.run(codes)
		return
	}
	for ; len(codes) >= step; codes = codes[step:] {
		p.run(codes[:step])
	}
}

// run puts letters on the page, and moves on behind them.
func (p *pdfScribe) run(codes pdfString) {
	text, width, count, blanks, known := p.state.font.text(string(codes))
	p.lost = p.lost || !known
	advance := (width/1000*p.state.size + float64(count)*p.state.letter + float64(blanks)*p.state.word) * p.state.spread
	start := p.text.times(p.state.page)
	p.text = moved(advance, 0).times(p.text)
	scale := math.Hypot(start[0], start[1])
	if p.size += len(text); scale == 0 || text == "" || p.size > mostJudged { // nobody reads on
		return
	}
	// Text may run in any direction: a line is what lies in that direction.
	along, up := start[0]/scale, start[1]/scale
	x := start[4]*along + start[5]*up
	p.runs = append(p.runs, pdfRun{x: x, end: x + (advance-p.state.letter*p.state.spread)*scale, y: start[5]*along - start[4]*up, size: math.Abs(p.state.size) * math.Hypot(start[2], start[3]), text: text})
}

// A gap of this part of the size of the letters is a space, another column, another line.
const (
	gapSpace  = .15
	gapColumn = 1.0
	gapLine   = .5
	gapBlank  = 1.25 // of the usual distance of lines: an empty line
)

// text writes the runs as lines, with a tab between columns and an empty line where the page has more room between lines than usual.
func (s *pdfSheet) text() string {
	if s.form {
		slices.SortStableFunc(s.runs, pdfRun.compare)
	}
	usual := s.usualDistance()
	var out strings.Builder
	for i, run := range s.runs {
		if i > 0 {
			last := s.runs[i-1]
			down := last.y - run.y
			switch {
			case math.Abs(down) <= gapLine*max(run.size, last.size):
				out.WriteString(between(last, run))
			case down < 0 || down > gapBlank*usual:
				out.WriteString("\n\n")
			default:
				out.WriteString("\n")
			}
		}
		out.WriteString(run.text)
	}
	return tidy(out.String())
}

// tidy takes away blanks around lines, and all but one of the empty lines that follow each other.
func tidy(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.Trim(line, " \t\r\n")
		if line != "" || (len(lines) > 0 && lines[len(lines)-1] != "") {
			lines = append(lines, line)
		}
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// compare puts runs from top to bottom, and from left to right within a line.
func (r pdfRun) compare(other pdfRun) int {
	switch height := max(6, min(r.size, other.size)); {
	case math.Round(r.y/height) > math.Round(other.y/height):
		return -1
	case math.Round(r.y/height) < math.Round(other.y/height):
		return 1
	case r.x < other.x:
		return -1
	case r.x > other.x:
		return 1
	}
	return 0
}

func between(last, run pdfRun) string {
	size := max(run.size, last.size)
	switch gap := run.x - last.end; {
	case gap > gapColumn*size || gap < -gapColumn*size:
		return "\t"
	case gap > gapSpace*size && !strings.HasSuffix(last.text, " ") && !strings.HasPrefix(run.text, " "):
		return " "
	}
	return ""
}

// usualDistance is how far apart lines usually are: the lower quartile, since only what parts paragraphs is more.
func (s *pdfSheet) usualDistance() float64 {
	var distances []float64
	for i, run := range s.runs[min(1, len(s.runs)):] {
		if down := s.runs[i].y - run.y; down > gapLine*max(run.size, s.runs[i].size) {
			distances = append(distances, down)
		}
	}
	if len(distances) == 0 {
		return math.Inf(1)
	}
	slices.Sort(distances)
	return distances[len(distances)/4]
}
