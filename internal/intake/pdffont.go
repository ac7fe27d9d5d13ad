package intake

import (
	"encoding/binary"
	"strconv"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
)

// pdfFont says what the codes of a font mean, and how wide they are.
type pdfFont struct {
	wide    bool // two bytes a code
	letters map[int]string
	plain   *charmap.Charmap // what a code means that letters does not have; nil where nothing says so
	widths  map[int]float64  // in thousandths of the font's size
	usual   float64          // the width of the others
}

// usualWidth stands for the widths that a document does not give: those of the fonts that every reader has.
const usualWidth = 500

// font reads a font, once for each object.
func (f *pdf) font(value any) *pdfFont {
	ref, ok := value.(pdfRef)
	if known := f.fonts[ref]; ok && known != nil {
		return known
	}
	dict := f.dict(value)
	if dict == nil {
		return &pdfFont{plain: charmap.Windows1252, usual: usualWidth}
	}
	font := &pdfFont{letters: map[int]string{}, widths: map[int]float64{}, usual: usualWidth}
	if dict["Subtype"] == pdfName("Type0") {
		f.wideFont(font, dict)
	} else {
		f.simpleFont(font, dict)
	}
	f.toUnicode(font, f.data(dict["ToUnicode"]))
	if ok {
		f.fonts[ref] = font
	}
	return font
}

// simpleFont reads a font of one byte a code (ISO 32000-1 §9.6).
func (f *pdf) simpleFont(font *pdfFont, dict pdfDict) {
	font.plain = charmap.Windows1252
	encoding := f.resolve(dict["Encoding"])
	named, _ := encoding.(pdfDict)
	if named != nil {
		encoding = f.resolve(named["BaseEncoding"])
	}
	if encoding == pdfName("MacRomanEncoding") {
		font.plain = charmap.Macintosh
	}
	code := 0
	for _, item := range f.list(named["Differences"]) {
		if f.left -= pdfValueCost; f.left <= 0 {
			return
		}
		switch v := item.(type) {
		case float64:
			code = int(v)
		case pdfName:
			if letter := glyph(string(v)); letter != "" && code >= 0 && code < 256 {
				font.letters[code] = letter
			}
			code++
		}
	}
	// The matrix of a Type 3 font may be any; it is nearly always this one or the usual one.
	unit := 1.0
	if matrix := f.list(dict["FontMatrix"]); len(matrix) == 6 {
		if scale, ok := matrix[0].(float64); ok {
			unit = scale * 1000
		}
	}
	f.spread(font, f.int(dict["FirstChar"]), f.list(dict["Widths"]), unit)
}

// wideFont reads a font of two bytes a code (ISO 32000-1 §9.7).
func (f *pdf) wideFont(font *pdfFont, dict pdfDict) {
	font.wide, font.usual = true, 1000
	inner := f.list(dict["DescendantFonts"])
	if len(inner) == 0 {
		return
	}
	below := f.dict(inner[0])
	if usual, ok := f.resolve(below["DW"]).(float64); ok {
		font.usual = usual
	}
	list := f.list(below["W"])
	for len(list) >= 2 && f.left > 0 {
		first := f.int(list[0])
		if widths, ok := f.resolve(list[1]).([]any); ok {
			f.spread(font, first, widths, 1)
			list = list[2:]
			continue
		}
		if len(list) < 3 {
			return
		}
		for code := first; code <= min(f.int(list[1]), 0xffff) && f.left > 0; code++ {
			f.spread(font, code, list[2:3], 1)
		}
		list = list[3:]
	}
}

func (f *pdf) spread(font *pdfFont, code int, widths []any, unit float64) {
	for _, value := range widths {
		if f.left -= pdfValueCost; f.left <= 0 {
			return
		}
		if width, ok := f.resolve(value).(float64); ok && code >= 0 && code <= 0xffff {
			font.widths[code] = width * unit
		}
		code++
	}
}

// toUnicode reads a CMap that says which letters codes stand for (ISO 32000-1 §9.10.3).
func (f *pdf) toUnicode(font *pdfFont, data []byte) {
	l := &pdfLexer{file: f, data: data}
	var stack []any
	for {
		value := l.value(0)
		if _, end := value.(pdfEnd); end && (l.at >= len(data) || f.left <= 0) {
			return
		}
		word, ok := value.(pdfWord)
		if !ok {
			stack = append(stack, value)
			continue
		}
		switch word {
		case "endbfchar":
			for ; len(stack) >= 2; stack = stack[2:] {
				f.mapCodes(font, stack[0], stack[0], stack[1])
			}
		case "endbfrange":
			for ; len(stack) >= 3; stack = stack[3:] {
				f.mapCodes(font, stack[0], stack[1], stack[2])
			}
		}
		stack = stack[:0]
	}
}

// mapCodes says what the codes from first to last stand for: letters that follow each other, or one of a list each.
func (f *pdf) mapCodes(font *pdfFont, first, last, target any) {
	low, high := codeOf(first), codeOf(last)
	list, _ := target.([]any)
	text, _ := target.(pdfString)
	for code := low; code >= 0 && code <= min(high, 0xffff); code++ {
		if f.left -= pdfValueCost; f.left <= 0 {
			return
		}
		if i := code - low; list != nil {
			if i >= len(list) {
				return
			}
			text, _ = list[i].(pdfString)
			font.letters[code] = utf16Text(string(text), 0)
		} else {
			font.letters[code] = utf16Text(string(text), uint16(i))
		}
	}
}

func codeOf(value any) int {
	text, ok := value.(pdfString)
	if !ok || len(text) == 0 || len(text) > 4 {
		return -1
	}
	code := 0
	for i := range len(text) {
		code = code<<8 | int(text[i])
	}
	return code
}

// utf16Text decodes big-endian UTF-16, with step added to its last unit.
func utf16Text(text string, step uint16) string {
	if len(text) == 1 {
		text = "\x00" + text
	}
	var units []uint16
	for ; len(text) >= 2 && len(units) < 16; text = text[2:] {
		units = append(units, binary.BigEndian.Uint16([]byte(text)))
	}
	if len(units) > 0 {
		units[len(units)-1] += step
	}
	return string(utf16.Decode(units))
}

// step is how many bytes a code has.
func (font *pdfFont) step() int {
	if font.wide {
		return 2
	}
	return 1
}

// text gives the letters of codes, and how far they reach in thousandths of the font's size.
// known says that all of them are known.
func (font *pdfFont) text(codes string) (text string, width float64, count, blanks int, known bool) {
	var out strings.Builder
	known = true
	step := font.step()
	for ; len(codes) >= step; codes = codes[step:] {
		code := int(codes[0])
		if font.wide {
			code = code<<8 | int(codes[1])
		}
		count++
		if !font.wide && code == ' ' {
			blanks++
		}
		if w, ok := font.widths[code]; ok {
			width += w
		} else {
			width += font.usual
		}
		if letter, ok := font.letters[code]; ok {
			out.WriteString(letter)
		} else if font.plain != nil && code < 256 {
			out.WriteRune(font.plain.DecodeByte(byte(code)))
		} else {
			known = false
		}
	}
	return out.String(), width, count, blanks, known
}

// glyphNames are the names that fonts give the characters of ASCII from the space on, and those of Latin-1 from ¡ on.
const glyphNames = `space exclam quotedbl numbersign dollar percent ampersand quotesingle parenleft parenright asterisk plus comma hyphen period slash
zero one two three four five six seven eight nine colon semicolon less equal greater question at
A B C D E F G H I J K L M N O P Q R S T U V W X Y Z bracketleft backslash bracketright asciicircum underscore grave
a b c d e f g h i j k l m n o p q r s t u v w x y z braceleft bar braceright asciitilde`

const glyphNamesLatin = `exclamdown cent sterling currency yen brokenbar section dieresis copyright ordfeminine guillemotleft logicalnot softhyphen registered macron
degree plusminus twosuperior threesuperior acute mu paragraph periodcentered cedilla onesuperior ordmasculine guillemotright onequarter onehalf threequarters questiondown
Agrave Aacute Acircumflex Atilde Adieresis Aring AE Ccedilla Egrave Eacute Ecircumflex Edieresis Igrave Iacute Icircumflex Idieresis
Eth Ntilde Ograve Oacute Ocircumflex Otilde Odieresis multiply Oslash Ugrave Uacute Ucircumflex Udieresis Yacute Thorn germandbls
agrave aacute acircumflex atilde adieresis aring ae ccedilla egrave eacute ecircumflex edieresis igrave iacute icircumflex idieresis
eth ntilde ograve oacute ocircumflex otilde odieresis divide oslash ugrave uacute ucircumflex udieresis yacute thorn ydieresis`

var glyphs = func() map[string]string {
	names := map[string]string{
		"Euro": "€", "quoteleft": "‘", "quoteright": "’", "quotedblleft": "“", "quotedblright": "”", "quotesinglbase": "‚", "quotedblbase": "„",
		"guilsinglleft": "‹", "guilsinglright": "›", "endash": "–", "emdash": "—", "minus": "−", "ellipsis": "…", "bullet": "•", "trademark": "™",
		"fi": "fi", "fl": "fl", "ff": "ff", "ffi": "ffi", "ffl": "ffl", "dotlessi": "ı", "OE": "Œ", "oe": "œ", "Scaron": "Š", "scaron": "š",
		"Zcaron": "Ž", "zcaron": "ž", "nbspace": " ", "sfthyphen": "-", "IJ": "IJ", "ij": "ij", "florin": "ƒ", "fraction": "/",
	}
	for i, name := range strings.Fields(glyphNames) {
		names[name] = string(rune(' ' + i))
	}
	for i, name := range strings.Fields(glyphNamesLatin) {
		names[name] = string(rune('¡' + i))
	}
	return names
}()

// glyph gives the letters that a glyph's name stands for, by the rules of the Adobe Glyph List: "" for an unknown one.
func glyph(name string) string {
	name, _, _ = strings.Cut(name, ".")
	if letters, ok := glyphs[name]; ok {
		return letters
	}
	for _, prefix := range []string{"uni", "u"} {
		if digits, ok := strings.CutPrefix(name, prefix); ok && len(digits) >= 4 && len(digits) <= 6 {
			if code, err := strconv.ParseUint(digits, 16, 32); err == nil {
				return string(rune(code))
			}
		}
	}
	return ""
}

// ligatures are letters that a font draws as one.
var ligatures = strings.NewReplacer("ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ﬃ", "ffi", "ﬄ", "ffl", "ﬅ", "st", "ﬆ", "st", "ĳ", "ij", "Ĳ", "IJ")
