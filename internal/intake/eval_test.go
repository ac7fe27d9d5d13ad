package intake

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var verbose = flag.Bool("misses", false, "list every miss of the labelled sets, the untouched one excepted")

// label is what a careful person reads in a mail.
type label struct {
	Kind     Kind                       `json:"kind"`
	AlsoOK   []Kind                     `json:"also_ok"`
	Received time.Time                  `json:"received"`
	Fields   map[string]json.RawMessage `json:"fields"`
}

// tally counts how well a set is read.
type tally struct {
	mails, kinds, complaints, found, wrongly, reviews int
	fields, right                                     map[string]int
	misses                                            []string
}

// sample is a mail with its label.
type sample struct {
	name, raw string
	want      label
}

// brief is a labelled mail on one line of a .jsonl file: a plain one, without the finery of a mail program.
type brief struct {
	From, Subject, Text string
	Headers             []string
	label
}

func (b brief) mail() string {
	from := cmp.Or(b.From, "iemand <iemand@elders.example>")
	head := append([]string{"From: " + from, "Subject: " + b.Subject, "Content-Type: text/plain; charset=utf-8"}, b.Headers...)
	return strings.Join(head, "\n") + "\n\n" + b.Text
}

// labelledMails reads the labelled mails of a folder: NNN.eml with NNN.json, and the lines of every .jsonl.
func labelledMails(t testing.TB, dir string) (list []sample) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	for _, file := range files {
		path := filepath.Join(dir, file.Name())
		switch filepath.Ext(path) {
		case ".eml":
			var want label
			if err := json.Unmarshal(contentOf(t, strings.TrimSuffix(path, ".eml")+".json"), &want); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			list = append(list, sample{file.Name(), string(contentOf(t, path)), want})
		case ".jsonl":
			for n, line := range bytes.Split(bytes.TrimSpace(contentOf(t, path)), []byte("\n")) {
				var b brief
				name := fmt.Sprintf("%s:%d", file.Name(), n+1)
				if err := json.Unmarshal(line, &b); err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				if b.Received.IsZero() {
					b.Received = time.Date(2026, 3, 3, 10, 0, 0, 0, time.UTC)
				}
				list = append(list, sample{name, b.mail(), b.label})
			}
		}
	}
	return list
}

func contentOf(t testing.TB, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func evaluate(r *Reader, list []sample) tally {
	n := tally{fields: map[string]int{}, right: map[string]int{}}
	for _, l := range list {
		n.judge(l.name, r.Judge(r.Parse(strings.NewReader(l.raw), l.want.Received)), l.want)
	}
	return n
}

func (n *tally) judge(name string, got Reading, want label) {
	n.mails++
	miss := func(what string) { n.misses = append(n.misses, name+": "+what) }
	ok := got.Kind == want.Kind || slices.Contains(want.AlsoOK, got.Kind)
	if ok {
		n.kinds++
	} else {
		miss(string(got.Kind) + " instead of " + string(want.Kind) + " " + strings.Join(got.Reasons, "; "))
	}
	if got.Kind == Review {
		n.reviews++
	}
	if want.Kind == Complaint || want.Kind == Objection {
		n.complaints++
		if got.Kind == want.Kind || got.Kind == Review || ok {
			n.found++
		}
	} else if got.Kind == Complaint && !ok {
		n.wrongly++
	}
	if want.Kind != Complaint && want.Kind != Objection && want.Kind != Supplement || got.Kind != want.Kind {
		return
	}
	g := got.Fields
	if want.Fields == nil {
		return // only its kind is labelled
	}
	for field, value := range map[string]*Field{"name": g.Name, "organisation": g.Organisation, "email": g.Email, "phone": g.Phone, "product": g.Product, "submitted": g.Submitted, "description": g.Description, "motivation": g.Motivation} {
		if _, labelled := want.Fields[field]; !labelled {
			continue
		}
		n.fields[field]++
		if why := compare(field, want.Fields[field], value); why != "" {
			miss(field + " " + why)
		} else {
			n.right[field]++
		}
	}
}

// compare says what is wrong with a field; "" when nothing is.
func compare(field string, want json.RawMessage, got *Field) string {
	value := ""
	if got != nil {
		value = got.Value
	}
	var phrases []string
	if json.Unmarshal(want, &phrases) == nil && phrases != nil {
		for _, phrase := range phrases {
			if !strings.Contains(folded(value), folded(phrase)) {
				return "lacks " + phrase
			}
		}
		return ""
	}
	var text *string
	if err := json.Unmarshal(want, &text); err != nil || text == nil {
		if value != "" {
			return "is " + value + ", not null"
		}
		return ""
	}
	if field == "product" && value != "" && (strings.Contains(folded(value), folded(*text)) || strings.Contains(folded(*text), folded(value))) {
		return "" // "training Procesoperator B" and "Procesoperator B" are the same product
	}
	if folded(value) != folded(*text) {
		return "is " + value + ", not " + *text
	}
	return ""
}

func folded(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

func (n tally) report(t *testing.T, name string, list bool) {
	t.Logf("%s: %d mails; kind %.1f%%; complaints and objections found %d of %d; false acknowledgements %d; review %.1f%%",
		name, n.mails, percentOf(n.kinds, n.mails), n.found, n.complaints, n.wrongly, percentOf(n.reviews, n.mails))
	right, all := 0, 0
	for _, field := range []string{"name", "organisation", "email", "phone", "product", "submitted", "description", "motivation"} {
		t.Logf("  %-13s %.1f%% of %d", field, percentOf(n.right[field], n.fields[field]), n.fields[field])
		right, all = right+n.right[field], all+n.fields[field]
	}
	t.Logf("  all fields    %.1f%%", percentOf(right, all))
	if list {
		for _, miss := range n.misses {
			t.Log("  " + miss)
		}
	}
}

func percentOf(n, of int) float64 {
	if of == 0 {
		return 100
	}
	return 100 * float64(n) / float64(of)
}

// labelledSets are the labelled mails by what they are for. The mails that came with the project and the
// untouched ones are never learned from.
var labelledSets = []struct {
	name, dir, ending string
	list              bool // its misses may be looked at
	sure              bool // no complaint may be missed, and no more ordinary mails be acknowledged than
	wrongly           int
}{
	{"corpus", "../../../shared/corpus", ".eml", true, true, 0},
	{"development", "testdata/dev", ".eml", true, true, 0},
	{"training", "testdata/train", ".jsonl", true, false, 0},
	{"untouched mails", "testdata/untouched", ".eml", false, true, 2},
	{"untouched texts", "testdata/untouched", ".jsonl", false, false, 0},
}

func TestLabelledMail(t *testing.T) {
	r := testReader(t)
	for _, set := range labelledSets {
		if !set.sure && (raced || !*verbose) {
			continue // make eval reads them all
		}
		list := slices.DeleteFunc(labelledMails(t, set.dir), func(s sample) bool { return !strings.Contains(s.name, set.ending) })
		n := evaluate(r, list)
		if n.mails == 0 {
			continue
		}
		n.report(t, set.name, set.list && *verbose)
		if set.sure && (n.found < n.complaints || n.wrongly > set.wrongly) {
			t.Errorf("%s: %d of %d complaints and objections found, %d ordinary mails acknowledged", set.name, n.found, n.complaints, n.wrongly)
		}
	}
}

func testReader(t testing.TB) *Reader {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	var products []Product
	for _, name := range []string{
		"Procesoperator A", "Procesoperator B", "Operator Maintenance", "Basisveiligheid VCA", "VOL-VCA", "E-learning HACCP & hygiëne",
		"Incompany training LEAN", "Praktijkopleider in het mbo", "Assessorentraining", "Train-de-trainer", "Docententraining blended learning",
		"Klik Leeromgeving", "Examenbank", "Licentie digitaal lesmateriaal Procestechniek", "Licentie digitaal lesmateriaal Techniek VMBO", "Simulatiepakket Procesregeling",
	} {
		products = append(products, Product{Name: name})
	}
	return NewReader(Profile{
		Own: []string{"projectondersteuning@klikonderwijs.nl"}, OwnDomains: []string{"klikonderwijs.nl"}, Organisation: "Klik Onderwijs",
		Staff: []string{"n.korst@vapro.nl"}, Products: products, Location: loc,
	})
}
