package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/workday"
)

var look = flag.String("look", "", "write the analysis of the made-up year to this folder, to look at it")

func day(t testing.TB, s string) workday.Date {
	t.Helper()
	d, err := workday.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// wholeYear is the analysis of a made-up year of 200 cases, after one of 150.
func wholeYear(t testing.TB) *Analysis {
	h, today := house(), day(t, "2027-01-05")
	lines := append(linesOn(h, madeUp(h, 2025, 150, 2), today), linesOn(h, madeUp(h, 2026, 200, 3), today)...)
	return Analyse(lines, 2026, today)
}

func TestLineOf(t *testing.T) {
	h := house()
	received := day(t, "2026-04-02")
	start := func() *story {
		s := &story{h: h}
		s.on(received, opened(7, received, "training Procesoperator B"), &complaint.Assigned{Assessor: complaint.Person{Name: "N. Korst", Email: "n@vapro.example"}})
		return s
	}
	termsOf := func(l Line) (list []string) {
		for _, term := range l.Terms {
			state := ""
			if term.Open {
				state = ", open"
			}
			list = append(list, string(term.Term)+" "+string(term.How)+" "+daysWord(term.Days)+state)
		}
		return list
	}
	tests := []struct {
		name  string
		tell  func(*story)
		today string
		terms []string
	}{
		{"running", func(*story) {}, "2026-04-08", []string{"acknowledge running 3 werkdagen, open", "contact running 3 werkdagen, open"}},
		{"missed and still open", func(*story) {}, "2026-04-09", []string{"acknowledge missed 4 werkdagen, open", "contact running 4 werkdagen, open"}},
		{"kept on the last day", func(s *story) {
			s.on(day(t, "2026-04-08"), &complaint.Acknowledged{On: day(t, "2026-04-08")})
			s.on(day(t, "2026-04-17"), &complaint.Contacted{On: day(t, "2026-04-17")})
		}, "2026-05-01", []string{"acknowledge kept 3 werkdagen", "contact kept 10 werkdagen"}},
		{"met after an announced delay is missed", func(s *story) {
			s.on(day(t, "2026-04-02"), &complaint.Acknowledged{On: received})
			s.on(day(t, "2026-04-10"), &complaint.DelayAnnounced{Until: day(t, "2026-04-24"), Reason: "x"})
			s.on(day(t, "2026-04-22"), &complaint.Contacted{On: day(t, "2026-04-22")})
		}, "2026-05-01", []string{"acknowledge kept 0 werkdagen", "contact missed 13 werkdagen"}},
		{"withdrawn before the term ended", func(s *story) {
			s.on(day(t, "2026-04-02"), &complaint.Acknowledged{On: received})
			s.on(day(t, "2026-04-10"), &complaint.Closed{On: day(t, "2026-04-10"), How: complaint.ClosedWithdrawn})
		}, "2026-08-01", []string{"acknowledge kept 0 werkdagen", "contact lapsed 5 werkdagen, open"}},
		{"closed after a missed term", func(s *story) {
			s.on(day(t, "2026-04-02"), &complaint.Acknowledged{On: received})
			s.on(day(t, "2026-04-30"), &complaint.Closed{On: day(t, "2026-04-30"), How: complaint.ClosedByManager})
		}, "2026-08-01", []string{"acknowledge kept 0 werkdagen", "contact missed 18 werkdagen, open"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := start()
			tt.tell(s)
			l := LineOf(h, s.events, day(t, tt.today))
			if diff := cmp.Diff(tt.terms, termsOf(l)); diff != "" {
				t.Error(diff)
			}
			if l.Product != "Procesoperator B" || l.Complainant != Company || !l.Complete {
				t.Errorf("%+v", l)
			}
		})
	}
}

func TestKindOf(t *testing.T) {
	for organisation, want := range map[string]Kind{
		"": Unknown, "particulier": Private, "Techniek College Zuid": School, "ROC Noord": School, "Basisschool De Hoek": School, "Hogeschool Delft": School,
		"Chemie BV": Company, "Rocket Logistics": Company, "Procestechniek NV": Company, "Stichting Scholengroep West": School,
	} {
		if got := kindOf(organisation); got != want {
			t.Errorf("%q: %s, want %s", organisation, got, want)
		}
	}
}

// The line that stays must not lead back to anybody (Klachtenprocedure 13), and must count as before.
func TestTheAnonymousLineCountsTheSame(t *testing.T) {
	h, today := house(), day(t, "2027-09-01")
	lines := linesOn(h, madeUp(h, 2026, 200, 3), today)
	kept := make([]Line, len(lines))
	for i, l := range lines {
		encoded, err := l.Encode()
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{secretName, secretEmail, secretPhone, "Geheim", "K-2026", "bloemen", "Korst"} {
			if strings.Contains(string(encoded), secret) {
				t.Fatalf("the line holds %q: %s", secret, encoded)
			}
		}
		if kept[i], err = Decode(encoded); err != nil {
			t.Fatal(err)
		}
	}
	before, after := Analyse(lines, 2026, today), Analyse(kept, 2026, today)
	for i := range before.Measures {
		before.Measures[i].Which = []string{}
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Error(diff)
	}
}

func TestAnalyseNamesNobody(t *testing.T) {
	a := wholeYear(t)
	var out bytes.Buffer
	for _, write := range []func() error{
		func() error { return a.WritePage(&out) }, func() error { return a.WriteCSV(&out) }, func() error { return a.WriteJSON(&out) },
	} {
		if err := write(); err != nil {
			t.Fatal(err)
		}
	}
	for _, secret := range []string{secretName, secretEmail, secretPhone, "Geheim", "Korst", "Prins", "bloemen", "Bakkerij"} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("the analysis holds %q", secret)
		}
	}
}

// Every table of counts adds up to the whole.
func TestTablesAddUp(t *testing.T) {
	a := wholeYear(t)
	for name, counts := range map[string][]Count{
		"months": a.Months, "products": a.Products, "channels": a.Channels, "complainants": a.Complainants, "completeness": a.Completeness, "judgements": a.Judgements, "endings": a.Endings,
	} {
		var sum Number
		for _, c := range counts {
			sum = Number{sum.N + c.N, sum.Before + c.Before}
		}
		if sum != a.Total {
			t.Errorf("%s add up to %v, not %v", name, sum, a.Total)
		}
	}
	if a.Total.N+a.NoComplaint.N != 200 || a.Total.Before+a.NoComplaint.Before != 150 {
		t.Errorf("%v and %v of 200 and 150", a.Total, a.NoComplaint)
	}
}

func plain(received string, product string, more func(*Line)) Line {
	var m Month
	if err := m.UnmarshalText([]byte(received)); err != nil {
		panic(err)
	}
	l := Line{Received: m, Product: product, Channel: complaint.ChannelMail, Complainant: Company, Complete: true, Closure: complaint.ClosedFinished}
	if more != nil {
		more(&l)
	}
	return l
}

func repeat(n int, l Line) (lines []Line) {
	for range n {
		lines = append(lines, l)
	}
	return lines
}

func TestMeasureIsHonestAboutSmallNumbers(t *testing.T) {
	measure := plain("2026-05", "VCA", func(l *Line) { l.Measures = []MeasureLine{{Number: 1, Done: Month{2026, time.June}}} })
	series := func(perMonth ...int) (lines []Line) { // from December 2025
		lines = append(lines, measure)
		for i, n := range perMonth {
			lines = append(lines, repeat(n, plain(Month{2025, time.December}.Add(i).String(), "VCA", nil))...)
		}
		return lines
	}
	tests := []struct {
		name  string
		lines []Line
		today string
		says  string
	}{
		{"three cases say nothing", series(1, 0, 1, 0, 0, 0, 0, 0, 0), "2027-01-05", "te weinig klachten"},
		{"too early", series(9, 9, 9, 9, 9, 9, 0, 0), "2026-08-20", "te kort geleden"},
		{"fewer", series(5, 6, 5, 6, 5, 5, 0, 1, 1, 0, 1, 0), "2027-01-05", "duidelijk minder"},
		{"more", series(1, 0, 1, 0, 1, 0, 0, 5, 6, 5, 6, 5), "2027-01-05", "duidelijk meer"},
		{"chance", series(2, 1, 2, 1, 2, 1, 0, 1, 1, 2, 1, 1), "2027-01-05", "kan toeval zijn"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := Analyse(tt.lines, 2026, day(t, tt.today))
			if len(a.Measures) != 1 || !strings.Contains(a.Measures[0].Says, tt.says) {
				t.Errorf("%+v", a.Measures)
			}
			if strings.Contains(a.Measures[0].Says, "%") {
				t.Error("a percentage of a few cases")
			}
		})
	}
}

func TestMeasureNotDone(t *testing.T) {
	a := Analyse([]Line{plain("2026-05", "VCA", func(l *Line) { l.Measures = []MeasureLine{{Number: 1}} })}, 2026, day(t, "2027-01-05"))
	if len(a.Measures) != 1 || a.Measures[0].Says != "Nog niet uitgevoerd." || len(a.Measures[0].Months) != 0 {
		t.Errorf("%+v", a.Measures)
	}
}

func TestStandsOut(t *testing.T) {
	has := func(a *Analysis, part string) bool { return strings.Contains(strings.Join(a.StandsOut, "\n"), part) }
	january := day(t, "2027-01-05")
	empty := Analyse(nil, 2026, january)
	if len(empty.StandsOut) != 1 || !has(empty, "geen klacht binnen") {
		t.Errorf("%q", empty.StandsOut)
	}
	one := Analyse([]Line{plain("2026-03", "VCA", nil)}, 2026, january)
	if !has(one, "kwam 1 klacht binnen") || !has(one, "geen klachten bekend om mee te vergelijken") || has(one, "%") || has(one, "meeste") {
		t.Errorf("%q", one.StandsOut)
	}
	few := Analyse(append(repeat(3, plain("2025-03", "VCA", nil)), repeat(6, plain("2026-03", "VCA", nil))...), 2026, january)
	if !has(few, "tegen 3 in 2025. Dat verschil kan toeval zijn") {
		t.Errorf("%q", few.StandsOut)
	}
	many := Analyse(append(repeat(30, plain("2025-03", "VCA", nil)), repeat(60, plain("2026-03", "VCA", nil))...), 2026, january)
	if !has(many, "groter dan toeval") || !has(many, "Over VCA kwamen er duidelijk meer klachten dan een jaar eerder: 60 tegen 30") || !has(many, "Maart was druk") {
		t.Errorf("%q", many.StandsOut)
	}
	running := Analyse(append(repeat(30, plain("2025-11", "VCA", nil)), plain("2026-03", "VCA", nil)), 2026, day(t, "2026-06-10"))
	if running.Total != (Number{1, 0}) || !has(running, "In 2026 tot en met juni") {
		t.Errorf("%v %q", running.Total, running.StandsOut)
	}
}

func TestDiffers(t *testing.T) {
	for _, tt := range []struct {
		a, b   int
		la, lb float64
		want   bool
	}{
		{3, 0, 1, 1, false}, {6, 0, 1, 1, true}, {5, 0, 1, 1, false}, {60, 30, 1, 1, true}, {12, 10, 1, 1, false}, {10, 10, 6, 1, true}, {0, 0, 1, 1, false}, {5, 5, 0, 1, false},
	} {
		if got := differs(tt.a, tt.b, tt.la, tt.lb, unlikely); got != tt.want {
			t.Errorf("%d in %v and %d in %v: %v", tt.a, tt.la, tt.b, tt.lb, got)
		}
	}
}

func TestCSV(t *testing.T) {
	var out bytes.Buffer
	a := Analyse(repeat(2, plain("2026-03", "=1+1", nil)), 2026, day(t, "2027-01-05"))
	if err := a.WriteCSV(&out); err != nil {
		t.Fatal(err)
	}
	rest, ok := strings.CutPrefix(out.String(), "\ufeff")
	if !ok {
		t.Fatal("no byte order mark")
	}
	r := csv.NewReader(strings.NewReader(rest))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, row := range rows {
		found = found || strings.Join(row, "|") == "2026|Producten|'=1+1|2026|2"
	}
	if !found {
		t.Errorf("the guarded product is missing: %q", rows)
	}
}

func TestWorkbook(t *testing.T) {
	a := wholeYear(t)
	var first bytes.Buffer
	if err := a.WriteWorkbook(&first); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&first)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	for _, table := range a.Tables() {
		rows, err := book.GetRows(table.Name)
		if err != nil || len(rows) != len(table.Rows)+4 {
			t.Errorf("sheet %s: %d rows, %v", table.Name, len(rows), err)
		}
	}
	for _, sheet := range book.GetSheetList() {
		rows, _ := book.GetRows(sheet)
		for _, row := range rows {
			if joined := strings.Join(row, " "); strings.Contains(joined, "Geheim") || strings.Contains(joined, secretName) {
				t.Errorf("%s names somebody: %s", sheet, joined)
			}
		}
	}
}

func TestPage(t *testing.T) {
	var out bytes.Buffer
	if err := wholeYear(t).WritePage(&out); err != nil {
		t.Fatal(err)
	}
	for _, banned := range []string{"http://", "https://", "<script", "ZgotmplZ", "NaN"} {
		if strings.Contains(out.String(), banned) {
			t.Errorf("the page holds %q", banned)
		}
	}
	if *look == "" {
		return
	}
	a := wholeYear(t)
	for name, write := range map[string]func(*os.File) error{
		"analyse.html": func(f *os.File) error { return a.WritePage(f) }, "analyse.xlsx": func(f *os.File) error { return a.WriteWorkbook(f) },
		"analyse.csv": func(f *os.File) error { return a.WriteCSV(f) }, "analyse.json": func(f *os.File) error { return a.WriteJSON(f) },
	} {
		f, err := os.Create(filepath.Join(*look, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := write(f); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestJSON(t *testing.T) {
	a := wholeYear(t)
	var out bytes.Buffer
	if err := a.WriteJSON(&out); err != nil {
		t.Fatal(err)
	}
	var back Analysis
	if err := json.Unmarshal(out.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(a, &back); diff != "" {
		t.Error(diff)
	}
}
