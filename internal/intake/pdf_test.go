package intake

import (
	"bytes"
	"compress/zlib"
	"encoding/ascii85"
	"encoding/hex"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// pdfFile makes a PDF of objects that are numbered from 1. It has no cross-reference table, as one that was cut off.
func pdfFile(objects ...string) []byte {
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n")
	for i, object := range objects {
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	out.WriteString("trailer <</Root 1 0 R>>\n%%EOF\n")
	return out.Bytes()
}

const (
	pdfCatalogue = "<</Type/Catalog/Pages 2 0 R>>"
	pdfTree      = "<</Type/Pages/Kids[3 0 R]/Count 1>>"
	pdfSheetOf   = "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>/XObject<</X1 6 0 R>>>>>>"
	pdfHelvetica = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
)

func pdfStream(dict, data string) string {
	return fmt.Sprintf("<<%s/Length %d>>stream\n%s\nendstream", dict, len(data), data)
}

func deflated(data string) string {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	w.Write([]byte(data))
	w.Close()
	return out.String()
}

// onePage makes a PDF that shows content, with a font F1 and what more is given from object 6 on.
func onePage(content, font string, more ...string) []byte {
	return pdfFile(append([]string{pdfCatalogue, pdfTree, pdfSheetOf, content, font}, more...)...)
}

const letterContent = `BT /F1 11 Tf 13 TL 72 720 Td (Geachte directie,) Tj 0 -26 Td (Hierbij dien ik een klacht in over de) Tj T* (Examenbank \(drie keer uitgevallen\).) Tj
0 -26 Td [(Ho)-20(og)10(achtend,)] TJ ET`

const letterText = "Geachte directie,\n\nHierbij dien ik een klacht in over de\nExamenbank (drie keer uitgevallen).\n\nHoogachtend,"

func TestPDFText(t *testing.T) {
	var armoured bytes.Buffer
	w := ascii85.NewEncoder(&armoured)
	w.Write([]byte(deflated(letterContent)))
	w.Close()
	plain := func(show string) string { return pdfStream("", "BT /F1 12 Tf 10 700 Td "+show+" ET") }
	unicode := "/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange " +
		"2 beginbfchar <0001> <0041> <0002> <fb01> endbfchar 2 beginbfrange <0010> <0029> <0061> <0030> <0031> [<0020> <20ac>] endbfrange endcmap"
	packed := "1 0 2 33 5 70 " + fmt.Sprintf("%-33s%-37s%s", pdfCatalogue, pdfTree, pdfHelvetica)
	for name, c := range map[string]struct {
		raw  []byte
		want string
	}{
		"as it stands": {onePage(pdfStream("", letterContent), pdfHelvetica), letterText},
		"compressed":   {onePage(pdfStream("/Filter/FlateDecode", deflated(letterContent)), pdfHelvetica), letterText},
		"armoured":     {onePage(pdfStream("/Filter[/ASCII85Decode/FlateDecode]", armoured.String()+"~>"), pdfHelvetica), letterText},
		"hexadecimal":  {onePage(pdfStream("/Filter/ASCIIHexDecode", hex.EncodeToString([]byte(letterContent))+">"), pdfHelvetica), letterText},
		"a length elsewhere": {onePage("<</Length 6 0 R/Filter/FlateDecode>>stream\r\n"+deflated(letterContent)+"\r\nendstream", pdfHelvetica,
			fmt.Sprint(len(deflated(letterContent)))), letterText},
		"broken at its end": {onePage(pdfStream("/Filter/FlateDecode", deflated(letterContent)[:len(deflated(letterContent))-6]), pdfHelvetica), letterText},
		"objects in a stream": {[]byte("%PDF-1.5\n7 0 obj\n" + pdfStream("/Type/ObjStm/N 3/First 15/Filter/FlateDecode", deflated(packed)) + "\nendobj\n3 0 obj\n" + pdfSheetOf +
			"\nendobj\n4 0 obj\n" + pdfStream("", letterContent) + "\nendobj\n"), letterText},
		"with a predictor": {[]byte("%PDF-1.5\n7 0 obj\n" + pdfStream("/Type/ObjStm/N 3/First 15/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 8>>", deflated(upPredicted(packed, 8))) +
			"\nendobj\n3 0 obj\n" + pdfSheetOf + "\nendobj\n4 0 obj\n" + pdfStream("", letterContent) + "\nendobj\n"), letterText},
		"amended":        {append(onePage(plain("(oud) Tj"), pdfHelvetica), "4 0 obj\n"+plain("(nieuw) Tj")+"\nendobj\n"...), "nieuw"},
		"without a tree": {pdfFile("<</Type/Catalog/Pages 9 0 R>>", "null", pdfSheetOf, plain("(toch gelezen) Tj"), pdfHelvetica), "toch gelezen"},
		"WinAnsi":        {onePage(plain(`(caf\351 \200 5 \223x\224) Tj`), pdfHelvetica), "café € 5 “x”"},
		"MacRoman":       {onePage(plain(`(caf\216) Tj`), "<</Type/Font/Subtype/TrueType/Encoding/MacRomanEncoding>>"), "café"},
		"named glyphs":   {onePage(plain(`(\001\002\003a\004) Tj`), "<</Type/Font/Subtype/Type1/Encoding<</Differences[1/fi/eacute/uni20AC 4/n.alt]>>>>"), "fié€an"},
		"identity": {onePage(plain("<00010012002000300031> Tj (\\000\\002) Tj"), "<</Type/Font/Subtype/Type0/Encoding/Identity-H/ToUnicode 6 0 R/DescendantFonts[7 0 R]>>",
			pdfStream("", unicode), "<</W[1[600 500]16 48 500]/DW 900>>"), "Acq €fi"},
		"words by gaps":    {onePage(plain("[(op)-300(tijd)] TJ"), pdfHelvetica), "op tijd"},
		"words by room":    {onePage(plain("(o) Tj 3 Tc 6 0 Td (pt) Tj 0 Tc 15 0 Td (ijd) Tj"), pdfHelvetica), "op tijd"},
		"a wide heading":   {onePage(plain("6 Tc (KLACHT) Tj"), pdfHelvetica), "KLACHT"},
		"columns":          {onePage(plain("(Naam) Tj 120 0 Td (Tom Heijnen) Tj -120 -14 Td (Telefoon) Tj 120 0 Td (06 12345678) Tj"), pdfHelvetica), "Naam\tTom Heijnen\nTelefoon\t06 12345678"},
		"upside down":      {onePage(pdfStream("", "1 0 0 -1 0 800 cm BT /F1 12 Tf 1 0 0 -1 10 100 Tm (een) Tj 1 0 0 -1 10 114 Tm (twee) Tj ET"), pdfHelvetica), "een\ntwee"},
		"on its side":      {onePage(pdfStream("", "BT /F1 12 Tf 0 1 -1 0 100 10 Tm (een) Tj 0 1 -1 0 114 10 Tm (twee) Tj ET"), pdfHelvetica), "een\ntwee"},
		"a form within":    {onePage(pdfStream("", "/X1 Do"), pdfHelvetica, pdfStream("/Subtype/Form", "BT /F1 12 Tf (erbinnen) Tj ET")), "erbinnen"},
		"quote operators":  {onePage(plain("14 TL (a) ' 1 0 (b) \""), pdfHelvetica), "a\nb"},
		"a picture inside": {onePage(pdfStream("", "BI /W 1 /H 1 ID \x00(BT EIx \nEI BT /F1 12 Tf (daarna) Tj ET"), pdfHelvetica), "daarna"},
		"a form filled in": {pdfFile(pdfCatalogue, pdfTree, "<</Type/Page/Contents 4 0 R/Annots[6 0 R]/Resources<</Font<</F1 5 0 R>>>>>>",
			plain("(Naam:) Tj 0 -20 Td (Product:) Tj"), pdfHelvetica, "<</Subtype/Widget/Rect[80 698 300 712]/AP<</N 7 0 R>>>>",
			pdfStream("/Subtype/Form/Resources<</Font<</F1 5 0 R>>>>", "BT /F1 12 Tf 2 2 Td (Tom Heijnen) Tj ET")), "Naam:\tTom Heijnen\nProduct:"},
	} {
		d, ok := readPDF(c.raw, &purse{left: mostUnpacked})
		if !ok || d.text != c.want || d.lost || d.pages != 1 {
			t.Errorf("%s: %v, %+v\nwant %q", name, ok, d, c.want)
		}
	}
}

// upPredicted applies the predictor "up" of PNG.
func upPredicted(data string, width int) string {
	var out []byte
	above := make([]byte, width)
	for len(data) > 0 {
		row := []byte(data[:min(width, len(data))])
		data = data[len(row):]
		out = append(out, 2)
		for i := range row {
			out = append(out, row[i]-above[i])
		}
		copy(above, row)
	}
	return string(out)
}

// A complaint in a PDF counts when the mail itself is only a cover note, and its fields are read from it.
func TestPDFAsEvidence(t *testing.T) {
	r := testReader(t)
	for _, file := range []string{"testdata/pdf/browser.pdf", "testdata/pdf/office.pdf", "testdata/pdf/printed.pdf"} {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, media := range []string{"application/pdf", "application/octet-stream"} {
			m := r.Parse(strings.NewReader(withAttachment("Zie bijlage.", media, "brief.pdf", raw)), time.Time{})
			got := r.Judge(m)
			if got.Kind != Complaint || len(m.Attachments) != 1 || m.Attachments[0].Scan || len(m.Defects) > 2 {
				t.Fatalf("%s: %v, %+v, %v", file, got.Kind, m.Attachments, m.Defects)
			}
			for name, c := range map[string]struct {
				field        *Field
				want, source string
			}{
				"description": {got.Fields.Description, "viel drie keer uit", sourceAttachment}, "motivation": {got.Fields.Motivation, "moeten mijn leerlingen", sourceAttachment},
				"phone": {got.Fields.Phone, "+31612345678", "signature"}, "organisation": {got.Fields.Organisation, "Techniekhuis", "signature"},
			} {
				if c.field == nil || c.field.Source != c.source || !strings.Contains(c.field.Value, c.want) {
					t.Errorf("%s: %s: %+v", file, name, c.field)
				}
			}
		}
	}
}

func TestPDFWithoutText(t *testing.T) {
	r := testReader(t)
	for name, c := range map[string]struct {
		raw    []byte
		scan   bool
		defect string
	}{
		"a scan":        {onePage(pdfStream("", "q 595 0 0 842 0 0 cm /X1 Do Q"), pdfHelvetica, pdfStream("/Subtype/Image/Filter/DCTDecode", "\xff\xd8")), true, "a scan without text"},
		"encrypted":     {append(onePage(pdfStream("", letterContent), pdfHelvetica), "trailer <</Encrypt 9 0 R>>"...), false, "a document that could not be read"},
		"secret codes":  {onePage(pdfStream("", "BT /F1 12 Tf <00010002> Tj ET"), "<</Subtype/Type0/Encoding/Identity-H>>"), false, "a document that could not be read"},
		"no PDF at all": {[]byte("hallo"), false, "a document that could not be read"},
		"empty":         {nil, false, "a document that could not be read"},
	} {
		m := r.Parse(strings.NewReader(withAttachment("Zie bijlage.", "application/pdf", "scan.pdf", c.raw)), time.Time{})
		if len(m.Attachments) != 1 || m.Attachments[0].Scan != c.scan || m.Attachments[0].Text != "" || !strings.Contains(strings.Join(m.Defects, "; "), c.defect) {
			t.Errorf("%s: %+v %q", name, m.Attachments, m.Defects)
		}
	}
}

// hostilePDFs cost a careless reader everything.
func hostilePDFs() map[string][]byte {
	page := pdfStream("", letterContent)
	bomb := deflated(strings.Repeat("(a) Tj ", 30<<20/7))
	many := strings.Repeat("4 0 R ", 200_000)
	forms := []string{pdfStream("", strings.Repeat("/X1 Do ", 1000)), pdfHelvetica}
	forms = append(forms, pdfStream("/Subtype/Form", strings.Repeat("/X1 Do ", 1000)))
	return map[string][]byte{
		"a bomb":                onePage(pdfStream("/Filter/FlateDecode", bomb), pdfHelvetica),
		"a bomb in a bomb":      onePage(pdfStream("/Filter[/FlateDecode/FlateDecode]", deflated(bomb)), pdfHelvetica),
		"a bomb of objects":     []byte("%PDF-1.5\n1 0 obj\n" + pdfStream("/Type/ObjStm/N 900000000/First 4/Filter/FlateDecode", deflated(strings.Repeat("1 0 ", 8<<20))) + "\nendobj\n"),
		"a tree in a loop":      pdfFile(pdfCatalogue, "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"),
		"a tree of many loops":  pdfFile(pdfCatalogue, "<</Type/Pages/Kids["+strings.Repeat("2 0 R 3 0 R ", 50_000)+"]>>", "<</Kids["+strings.Repeat("2 0 R 3 0 R ", 50_000)+"]>>"),
		"references in a loop":  pdfFile("2 0 R", "1 0 R", "<</Type/Catalog/Pages 1 0 R>>", "<</Length 4 0 R>>stream\nx"),
		"contents again":        pdfFile(pdfCatalogue, pdfTree, "<</Type/Page/Contents["+many+"]/Resources<</Font<</F1 5 0 R>>>>>>", page, pdfHelvetica),
		"forms within forms":    onePage(forms[0], forms[1], forms[2]),
		"fonts again":           onePage(pdfStream("", strings.Repeat("/F1 1 Tf ", 200_000)), "<</Subtype/Type1/Widths["+strings.Repeat("1 ", 200_000)+"]>>"),
		"a font within":         pdfFile(pdfCatalogue, pdfTree, "<</Contents 4 0 R/Resources<</Font<</F1<</Widths["+strings.Repeat("1 ", 200_000)+"]>>>>>>>>", pdfStream("", strings.Repeat("/F1 1 Tf ", 200_000))),
		"wide ranges":           onePage(pdfStream("", "/F1 1 Tf "), "<</Subtype/Type0/ToUnicode 6 0 R/DescendantFonts[<</W["+strings.Repeat("0 65535 1 ", 50_000)+"]>>]>>", pdfStream("", strings.Repeat("<0000> <ffff> <0000> endbfrange ", 50_000))),
		"a deep array":          onePage(pdfStream("", strings.Repeat("[", 2<<20)), pdfHelvetica),
		"a deep object":         pdfFile(strings.Repeat("<</A", 500_000)),
		"huge numbers":          onePage(pdfStream("", "9"+strings.Repeat("9", 1<<20)+" 0 0 1e308 -9999999999 999999999 cm BT /F1 999999999 Tf 1e9 1e9 1e9 1e9 1e9 1e9 Tm (a) Tj (b) Tj ET"), pdfHelvetica),
		"open strings":          []byte("%PDF-1.4\n" + strings.Repeat("1 0 obj(", 300_000)),
		"open streams":          []byte("%PDF-1.4\n" + strings.Repeat("1 0 obj<</Length 9>>stream ", 100_000)),
		"objects without end":   []byte("%PDF-1.4\n" + strings.Repeat("1 0 obj ", 500_000)),
		"open pictures":         onePage(pdfStream("", strings.Repeat("ID EI", 500_000)), pdfHelvetica),
		"states without end":    onePage(pdfStream("", strings.Repeat("q ", 1<<20)), pdfHelvetica),
		"fields again":          pdfFile(pdfCatalogue, pdfTree, "<</Annots["+many+"]>>", "<</Subtype/Widget/Rect[0 0 1 1]/AP<</N 5 0 R>>>>", page),
		"a predictor too large": onePage(pdfStream("/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 999999999>>", deflated(letterContent)), pdfHelvetica),
	}
}

// Whatever a PDF holds, reading it ends, and takes no more memory than its bounds.
func TestHostilePDF(t *testing.T) {
	for name, raw := range hostilePDFs() {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			d, _ := readPDF(raw, &purse{left: mostUnpacked})
			runtime.ReadMemStats(&after)
			allocated := after.TotalAlloc - before.TotalAlloc
			if allocated > 160<<20 {
				t.Errorf("%d MB were allocated for %d MB", allocated>>20, len(raw)>>20)
			}
			if len(d.text) > mostText {
				t.Errorf("%d bytes of text", len(d.text))
			}
		})
	}
	whole := onePage(pdfStream("/Filter/FlateDecode", deflated(letterContent)), pdfHelvetica)
	for i := range whole { // cut off anywhere, it breaks nothing
		readPDF(whole[:i], &purse{left: mostUnpacked})
	}
}

func FuzzPDF(f *testing.F) {
	f.Add(onePage(pdfStream("", letterContent), pdfHelvetica), "")
	f.Add(onePage(pdfStream("", ""), "<</Subtype/Type0/ToUnicode 6 0 R>>", pdfStream("", "<01> <02> <0041> endbfrange")), letterContent)
	f.Add([]byte("%PDF-1.5\n1 0 obj\n"+pdfStream("/Type/ObjStm/N 1/First 4", "1 0 "+pdfCatalogue)+"\nendobj\n"), "<0001> Tj")
	f.Add(contentOf(f, "testdata/pdf/encrypted/aes-256.pdf"), "")
	f.Add(contentOf(f, "testdata/pdf/encrypted/rc4-40.pdf"), "")
	f.Fuzz(func(t *testing.T, raw []byte, content string) {
		for _, raw := range [][]byte{raw, onePage(pdfStream("/Filter/FlateDecode", deflated(content)), pdfHelvetica, pdfStream("/Subtype/Form", content))} {
			first, _ := readPDF(raw, &purse{left: mostUnpacked})
			if again, _ := readPDF(raw, &purse{left: mostUnpacked}); first != again || len(first.text) > mostText {
				t.Errorf("%d bytes of text, or another one each time", len(first.text))
			}
		}
	})
}

// What only asks not to be changed or printed may be read by anybody; what asks for a password stays closed.
func TestEncryptedPDF(t *testing.T) {
	plain, _ := readPDF(contentOf(t, "testdata/pdf/printed.pdf"), &purse{left: mostUnpacked})
	for _, name := range []string{"rc4-40", "rc4-128", "aes-128", "aes-128-objects", "aes-256", "aes-256-old"} {
		raw := contentOf(t, "testdata/pdf/encrypted/"+name+".pdf")
		d, ok := readPDF(raw, &purse{left: mostUnpacked})
		if !ok || d.lost || d.text == "" || d.text != plain.text {
			t.Errorf("%s: lost %v, text %q", name, d.lost, d.text)
		}
		for cut := 0; cut < len(raw); cut += 97 { // cut off anywhere, it breaks nothing
			readPDF(raw[:cut], &purse{left: mostUnpacked})
		}
	}
	if d, ok := readPDF(contentOf(t, "testdata/pdf/encrypted/password.pdf"), &purse{left: mostUnpacked}); !ok || !d.lost || d.text != "" {
		t.Errorf("with a password: %+v", d)
	}
}
