package report

import (
	"cmp"
	"fmt"
	"slices"
)

// MeasureFigures show the complaints about one product around the measures that were carried out
// about it in one month: were they effective (Klachtenprocedure 13)? Measures of one product and
// month stand together, because nobody can tell their effects apart.
type MeasureFigures struct {
	Product string       `json:"product"`
	Label   string       `json:"label"`
	Done    Month        `json:"done"`  // zero: not carried out yet
	Which   []string     `json:"which"` // "K-2026-0007, maatregel 1"; none once the file is erased
	N       int          `json:"n"`     // how many measures
	Months  []MonthCount `json:"months"`
	Before  Period       `json:"before"`
	After   Period       `json:"after"`
	Says    string       `json:"says"` // what these numbers allow one to say, in Dutch
}

// MonthCount is the number of complaints in a month.
type MonthCount struct {
	Month Month `json:"month"`
	N     int   `json:"n"`
}

// Period is a number of complaints in a number of whole months.
type Period struct {
	N      int `json:"n"`
	Months int `json:"months"`
}

const (
	// around is how many whole months are looked at before and after a measure.
	around = 6
	// enoughMonths and enoughComplaints are what it takes to say anything about effect.
	enoughMonths     = 3
	enoughComplaints = 10
)

// measures gives the figures of every measure that follows from a complaint of the year, and of those carried out in it.
func measures(lines []Line, year int, now Month) (list []MeasureFigures) {
	type key struct {
		product string
		done    Month
	}
	found := map[key]*MeasureFigures{}
	for _, l := range lines {
		for _, m := range l.Measures {
			if l.Received.Year != year && m.Done.Year != year || l.Received.Year > year {
				continue
			}
			k := key{l.Product, m.Done}
			if found[k] == nil {
				found[k] = &MeasureFigures{Product: l.Product, Label: productLabel(l.Product), Done: m.Done, Which: []string{}}
			}
			found[k].N++
			if l.Reference != "" {
				found[k].Which = append(found[k].Which, fmt.Sprintf("%s, maatregel %d", l.Reference, m.Number))
			}
		}
	}
	for _, f := range found {
		slices.Sort(f.Which)
		f.compare(lines, now)
		list = append(list, *f)
	}
	slices.SortFunc(list, func(a, b MeasureFigures) int {
		return cmp.Or(cmp.Compare(sortMonth(a.Done), sortMonth(b.Done)), cmp.Compare(a.Label, b.Label))
	})
	return list
}

// sortMonth puts what is not done yet last.
func sortMonth(m Month) int {
	if m.IsZero() {
		return 1 << 30
	}
	return m.index()
}

// compare counts the complaints about the product around the measure. The month of the measure itself
// belongs to neither side, nor does the month that is not over, nor a month from before the first complaint of all.
func (f *MeasureFigures) compare(lines []Line, now Month) {
	if f.Done.IsZero() {
		f.Says = "Nog niet uitgevoerd."
		return
	}
	first := now
	perMonth := map[Month]int{}
	for _, l := range lines {
		if l.Received.Sub(first) < 0 {
			first = l.Received
		}
		if l.Product == f.Product {
			perMonth[l.Received]++
		}
	}
	for i := -around; i <= around; i++ {
		m := f.Done.Add(i)
		if m.Sub(first) < 0 || m.Sub(now) >= 0 {
			continue
		}
		f.Months = append(f.Months, MonthCount{m, perMonth[m]})
		switch {
		case i < 0:
			f.Before = Period{f.Before.N + perMonth[m], f.Before.Months + 1}
		case i > 0:
			f.After = Period{f.After.N + perMonth[m], f.After.Months + 1}
		}
	}
	f.Says = f.says()
}

// says is as careful as the numbers are small.
func (f *MeasureFigures) says() string {
	numbers := fmt.Sprintf("Ervoor %s in %s, erna %s in %s.", complaintsWord(f.Before.N), monthsWord(f.Before.Months), complaintsWord(f.After.N), monthsWord(f.After.Months))
	switch {
	case f.Product == "" || f.Product == Other:
		return numbers + " Deze klachten gaan niet over één product, dus over de werking zegt dit niets."
	case f.After.Months < enoughMonths:
		return numbers + " De maatregel is te kort geleden uitgevoerd om iets over de werking te zeggen."
	case f.Before.Months < enoughMonths:
		return numbers + " Over de tijd ervoor is te weinig bekend om iets over de werking te zeggen."
	case f.Before.N+f.After.N < enoughComplaints:
		return numbers + " Dat zijn te weinig klachten om iets over de werking te zeggen."
	case !differs(f.Before.N, f.After.N, float64(f.Before.Months), float64(f.After.Months), veryUnlikely):
		return numbers + " Dat verschil kan toeval zijn."
	case float64(f.After.N)/float64(f.After.Months) < float64(f.Before.N)/float64(f.Before.Months):
		return numbers + " Dat zijn er duidelijk minder. De maatregel kan hebben geholpen; bewezen is dat hiermee niet."
	}
	return numbers + " Dat zijn er duidelijk meer. Dat de maatregel werkt, is hier niet aan te zien."
}

func complaintsWord(n int) string {
	if n == 1 {
		return "1 klacht"
	}
	return fmt.Sprintf("%d klachten", n)
}

func monthsWord(n int) string {
	if n == 1 {
		return "1 maand"
	}
	return fmt.Sprintf("%d maanden", n)
}
