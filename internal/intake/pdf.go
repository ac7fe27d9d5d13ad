package intake

import (
	"bytes"
	"compress/zlib"
	"encoding/ascii85"
	"io"
	"slices"
	"strconv"
	"strings"
)

// bounds of a PDF, whatever it claims to hold.
const (
	mostPDFObjects = 50_000
	mostPDFPages   = 500
	mostPDFNesting = 30 // arrays and dictionaries within each other, page trees, forms within forms
	pdfValueCost   = 16 // what a value costs besides its bytes
)

// pdfDocument is what was read of a PDF.
type pdfDocument struct {
	text   string
	pages  int
	images int  // pictures shown
	lost   bool // it asks for a password, or shows text in codes that it gives no letters for
}

// pdf is an open PDF (ISO 32000-1). Its objects are found by looking for them, not by its
// cross-reference table: a table can lie, and a document that was cut off has none. All work is
// paid for from the purse of the mail, so that loops, bombs and repetition end.
type pdf struct {
	objects map[int]pdfObject
	root    pdfDict // the catalogue
	fonts   map[pdfRef]*pdfFont
	key     *pdfKey // nil when it is not encrypted
	*purse
}

// The values: nil, float64, []any, and
type (
	pdfName   string
	pdfString string
	pdfWord   string // an operator, or true and false
	pdfRef    int    // the number of an object
	pdfDict   map[pdfName]any
)

// pdfObject is a value with, when it is a stream, the bytes behind it as they stand.
type pdfObject struct {
	value any
	raw   []byte
}

// readPDF reads the text of a PDF: its pages in order, lines as they stand on the page.
func readPDF(raw []byte, paid *purse) (d pdfDocument, ok bool) {
	if !bytes.Contains(raw[:min(len(raw), 1024)], []byte("%PDF-")) {
		return d, false
	}
	f := &pdf{objects: map[int]pdfObject{}, fonts: map[pdfRef]*pdfFont{}, purse: paid}
	if encrypted := pdfEncrypted.FindSubmatch(raw); encrypted != nil && !f.unlock(raw, string(encrypted[1])) {
		return pdfDocument{lost: true}, true
	}
	f.index(raw)
	var texts []string
	size := 0
	for _, page := range f.pages() {
		sheet := f.sheet(page)
		text := sheet.text()
		d.pages++
		d.images += sheet.images
		d.lost = d.lost || sheet.lost
		if text != "" {
			texts = append(texts, text)
		}
		if size += len(text); size > mostJudged { // nobody reads on
			break
		}
	}
	d.text = bounded(strings.Trim(normal(clean(ligatures.Replace(strings.Join(texts, "\n\n")))), "\n"), mostText)
	return d, true
}

// index finds the objects, those packed in object streams too. Of two with the same number the
// later one counts: that is how a PDF is amended.
func (f *pdf) index(raw []byte) {
	for at := 0; f.left > 0 && len(f.objects) < mostPDFObjects; {
		i := bytes.Index(raw[at:], []byte("obj"))
		if i < 0 {
			return
		}
		number, generation, ok := objectNumber(raw[:at+i])
		at += i + len("obj")
		if !ok {
			continue
		}
		l := &pdfLexer{file: f, data: raw, at: at, refs: true}
		object := pdfObject{value: l.value(0)}
		if dict, ok := object.value.(pdfDict); ok {
			object.raw = l.stream(dict)
			if f.key != nil && len(object.raw) > 0 && dict["Type"] != pdfName("XRef") {
				f.left -= len(object.raw)
				object.raw = f.key.open(object.raw, number, generation)
			}
			f.take(dict, object)
		}
		f.objects[number] = object
		at = max(at, l.at)
	}
}

// objectNumber reads the number of an object and its generation backwards from its "obj".
func objectNumber(before []byte) (number, generation int, ok bool) {
	words := bytes.Fields(before[max(0, len(before)-24):])
	if len(words) < 2 {
		return 0, 0, false
	}
	last, err := strconv.ParseUint(string(words[len(words)-1]), 10, 16)
	if err != nil {
		return 0, 0, false
	}
	word := words[len(words)-2]
	word = word[bytes.LastIndexFunc(word, func(r rune) bool { return r < '0' || r > '9' })+1:]
	first, err := strconv.ParseUint(string(word), 10, 31)
	return int(first), int(last), err == nil
}

// take notes the catalogue, and unpacks an object stream (ISO 32000-1 §7.5.7).
func (f *pdf) take(dict pdfDict, object pdfObject) {
	switch dict["Type"] {
	case pdfName("Catalog"):
		f.root = dict
	case pdfName("ObjStm"):
		data := f.decode(object)
		head := &pdfLexer{file: f, data: data, refs: true}
		first := f.int(dict["First"])
		for range min(f.int(dict["N"]), mostPDFObjects-len(f.objects)) {
			number, ok := head.value(0).(float64)
			offset, also := head.value(0).(float64)
			at := first + int(offset)
			if !ok || !also || at < 0 || at >= len(data) {
				return
			}
			l := &pdfLexer{file: f, data: data, at: at, refs: true}
			packed := pdfObject{value: l.value(0)}
			if dict, ok := packed.value.(pdfDict); ok && dict["Type"] == pdfName("Catalog") {
				f.root = dict
			}
			f.objects[int(number)] = packed
		}
	}
}

// pages gives the pages in order; every page that can be found when the tree of pages is broken.
func (f *pdf) pages() []pdfDict {
	var list []pdfDict
	seen := map[pdfRef]bool{}
	var walk func(value any, inherited any, depth int)
	walk = func(value any, inherited any, depth int) {
		if ref, ok := value.(pdfRef); ok {
			if seen[ref] {
				return
			}
			seen[ref] = true
		}
		node := f.dict(value)
		if f.left -= pdfValueCost; f.left <= 0 || node == nil || depth > mostPDFNesting || len(list) >= mostPDFPages {
			return
		}
		if node["Resources"] == nil && inherited != nil {
			node["Resources"] = inherited
		}
		if kids, ok := f.resolve(node["Kids"]).([]any); ok {
			for _, kid := range kids {
				walk(kid, node["Resources"], depth+1)
			}
			return
		}
		list = append(list, node)
	}
	if f.root != nil {
		walk(f.root["Pages"], nil, 0)
	}
	if len(list) > 0 {
		return list
	}
	for _, number := range f.numbers() {
		if node := f.dict(pdfRef(number)); node["Type"] == pdfName("Page") && len(list) < mostPDFPages {
			list = append(list, node)
		}
	}
	return list
}

func (f *pdf) numbers() []int {
	numbers := make([]int, 0, len(f.objects))
	for number := range f.objects {
		numbers = append(numbers, number)
	}
	slices.Sort(numbers)
	return numbers
}

// resolve follows references.
func (f *pdf) resolve(value any) any {
	for range 10 {
		ref, ok := value.(pdfRef)
		if !ok {
			return value
		}
		value = f.objects[int(ref)].value
	}
	return nil
}

func (f *pdf) dict(value any) pdfDict {
	dict, _ := f.resolve(value).(pdfDict)
	return dict
}

// list gives an array, or the single value that stands in place of one.
func (f *pdf) list(value any) []any {
	switch v := f.resolve(value).(type) {
	case nil:
		return nil
	case []any:
		return v
	default:
		return []any{v}
	}
}

func (f *pdf) bytes(value any) []byte {
	text, _ := f.resolve(value).(pdfString)
	return []byte(text)
}

func (f *pdf) int(value any) int {
	number, _ := f.resolve(value).(float64)
	return int(number)
}

// data gives the decoded bytes of a stream.
func (f *pdf) data(value any) []byte {
	ref, ok := value.(pdfRef)
	if f.left -= pdfValueCost; !ok || f.left <= 0 {
		return nil
	}
	return f.decode(f.objects[int(ref)])
}

// decode undoes the filters of a stream (ISO 32000-1 §7.4). One that it does not know, such as a
// picture's, gives nothing.
func (f *pdf) decode(object pdfObject) []byte {
	dict, _ := object.value.(pdfDict)
	data := object.raw
	settings := f.list(dict["DecodeParms"])
	for i, filter := range f.list(dict["Filter"]) {
		if f.left -= len(data); f.left <= 0 || i > 3 {
			return nil
		}
		room := int64(min(f.left, mostUnzipped))
		switch f.resolve(filter) {
		case pdfName("FlateDecode"), pdfName("Fl"):
			unpacked, err := zlib.NewReader(bytes.NewReader(data))
			if err != nil {
				return nil
			}
			data, _ = io.ReadAll(io.LimitReader(unpacked, room)) // what a broken stream gives is worth reading
		case pdfName("ASCIIHexDecode"), pdfName("AHx"):
			data = hexBytes(data)
		case pdfName("ASCII85Decode"), pdfName("A85"):
			data, _, _ = bytes.Cut(data, []byte("~>"))
			data, _ = io.ReadAll(io.LimitReader(ascii85.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("<~")))), room))
		default:
			return nil
		}
		if i < len(settings) {
			data = f.predicted(data, f.dict(settings[i]))
		}
	}
	f.left -= len(data)
	return data
}

// predicted undoes the predictors of PNG (ISO 32000-1 §7.4.4.4), as object streams have them.
func (f *pdf) predicted(data []byte, settings pdfDict) []byte {
	width := f.int(settings["Columns"])
	if f.int(settings["Predictor"]) < 10 || width < 1 || width > len(data) {
		return data
	}
	out := make([]byte, 0, len(data))
	above := make([]byte, width)
	for len(data) > 1 {
		kind, row := data[0], data[1:min(len(data), width+1)]
		data = data[1+len(row):]
		for i := range row {
			var left, corner byte
			if i > 0 {
				left, corner = row[i-1], above[i-1]
			}
			switch kind {
			case 1:
				row[i] += left
			case 2:
				row[i] += above[i]
			case 3:
				row[i] += byte((int(left) + int(above[i])) / 2)
			case 4:
				row[i] += paeth(left, above[i], corner)
			}
		}
		out = append(out, row...)
		above = append(above[:0], row...)
		above = append(above, make([]byte, width-len(row))...)
	}
	return out
}

func paeth(left, above, corner byte) byte {
	p := int(left) + int(above) - int(corner)
	a, b, c := abs(p-int(left)), abs(p-int(above)), abs(p-int(corner))
	switch {
	case a <= b && a <= c:
		return left
	case b <= c:
		return above
	}
	return corner
}

func abs(n int) int { return max(n, -n) }

func hexBytes(text []byte) []byte {
	out := make([]byte, 0, len(text)/2)
	high := -1
	for _, c := range text {
		digit := unhex(c)
		switch {
		case c == '>':
			text = nil
		case digit < 0:
		case high < 0:
			high = digit
		default:
			out, high = append(out, byte(high<<4|digit)), -1
		}
		if text == nil {
			break
		}
	}
	if high >= 0 {
		out = append(out, byte(high<<4))
	}
	return out
}
