package intake

import (
	"encoding/json"
	"flag"
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

func evaluate(t *testing.T, r *Reader, dir string) tally {
	t.Helper()
	n := tally{fields: map[string]int{}, right: map[string]int{}}
	files, err := filepath.Glob(filepath.Join(dir, "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(strings.TrimSuffix(file, ".eml") + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var want label
		if err := json.Unmarshal(raw, &want); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		m := r.Parse(f, want.Received)
		f.Close()
		n.judge(filepath.Base(file), r.Judge(m), want)
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
	for field, value := range map[string]*Field{"name": g.Name, "organisation": g.Organisation, "email": g.Email, "phone": g.Phone, "product": g.Product, "submitted": g.Submitted, "description": g.Description, "motivation": g.Motivation} {
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

func TestLabelledMail(t *testing.T) {
	r := testReader(t)
	for _, set := range []struct {
		name, dir string
		list      bool
	}{{"corpus", "../../../shared/corpus", true}, {"development", "testdata/dev", true}, {"untouched", "testdata/untouched", false}} {
		if n := evaluate(t, r, set.dir); n.mails > 0 {
			n.report(t, set.name, set.list && *verbose)
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
