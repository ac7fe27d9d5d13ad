package report

import (
	"fmt"
	"strings"

	"klikonderwijs.nl/klachtd/internal/complaint"
)

// standsOut says in plain Dutch what the figures support, and no more than that.
func (a *Analysis) standsOut() (sentences []string) {
	say := func(format string, args ...any) { sentences = append(sentences, fmt.Sprintf(format, args...)) }
	say("%s", a.sayTotal())
	if a.Total.N == 0 {
		return sentences
	}
	for _, s := range []string{a.sayBusiest(), a.sayProduct()} {
		if s != "" {
			say("%s", s)
		}
	}
	sentences = append(sentences, a.sayRisen()...)
	sentences = append(sentences, a.sayTerms()...)
	for _, s := range []string{a.sayJudgements(), a.sayObjections(), a.sayCompleteness(), a.sayMeasures()} {
		if s != "" {
			say("%s", s)
		}
	}
	return sentences
}

// period names the time that is compared.
func (a *Analysis) period(year int) string {
	if !a.running() {
		return fmt.Sprint(year)
	}
	return fmt.Sprintf("%d tot en met %s", year, monthNames[a.Through-1])
}

func (a *Analysis) sayTotal() string {
	n := a.Total
	came := "kwamen " + complaintsWord(n.N) + " binnen"
	switch n.N {
	case 0:
		came = "kwam er geen klacht binnen"
	case 1:
		came = "kwam 1 klacht binnen"
	}
	s := fmt.Sprintf("In %s %s", a.period(a.Year), came)
	switch {
	case n.Before == 0:
		return s + fmt.Sprintf(". Over %d zijn geen klachten bekend om mee te vergelijken.", a.Year-1)
	case a.running():
		return s + fmt.Sprintf(", tegen %d in dezelfde maanden van %d. Het jaar is nog niet voorbij.", n.Before, a.Year-1)
	case n.N == n.Before:
		return s + fmt.Sprintf(", evenveel als in %d.", a.Year-1)
	case differs(n.N, n.Before, 1, 1, unlikely):
		return s + fmt.Sprintf(", tegen %d in %d. Dat verschil is groter dan toeval gewoonlijk geeft.", n.Before, a.Year-1)
	}
	return s + fmt.Sprintf(", tegen %d in %d. Dat verschil kan toeval zijn.", n.Before, a.Year-1)
}

// sayBusiest names a month that is busier than chance makes likely; looking at twelve months asks for more.
func (a *Analysis) sayBusiest() string {
	busiest := a.Months[0]
	for _, m := range a.Months {
		if m.N > busiest.N {
			busiest = m
		}
	}
	rest := a.Total.N - busiest.N
	months := float64(a.Through)
	if months < 6 || a.Total.N < enoughForPercent {
		return ""
	}
	tail := 0.0
	for k := busiest.N; k <= a.Total.N; k++ {
		tail += binomial(a.Total.N, k, 1/months)
	}
	if tail*months > unlikely {
		return ""
	}
	return fmt.Sprintf("%s was druk: %s, tegen gemiddeld %s in de andere maanden.", capital(busiest.Label), complaintsWord(busiest.N), decimal(float64(rest)/(months-1)))
}

func (a *Analysis) sayProduct() string {
	if len(a.Products) < 2 {
		return ""
	}
	top, second := a.Products[0], a.Products[1]
	if last(top.Key) > 0 || top.N < 3 || top.N == second.N {
		return ""
	}
	return fmt.Sprintf("De meeste klachten gingen over %s: %s.", top.Label, share(top.N, a.Total.N))
}

// sayRisen names products with a clear change since the year before.
func (a *Analysis) sayRisen() (sentences []string) {
	for _, p := range a.Products {
		if last(p.Key) > 0 || a.Total.Before == 0 || p.N+p.Before < enoughComplaints || !differs(p.N, p.Before, 1, 1, veryUnlikely) {
			continue
		}
		word := "meer"
		if p.N < p.Before {
			word = "minder"
		}
		sentences = append(sentences, fmt.Sprintf("Over %s kwamen er duidelijk %s klachten dan een jaar eerder: %d tegen %d.", p.Label, word, p.N, p.Before))
	}
	return sentences
}

func (a *Analysis) sayTerms() (sentences []string) {
	missed, ended := 0, 0
	for _, t := range a.Terms {
		missed += t.Missed.N
		ended += t.Missed.N + t.Kept.N
		if t.Missed.N == 0 {
			continue
		}
		s := fmt.Sprintf("De termijn voor %s is niet gehaald in %s. De langste duurde %s", t.Term.Label(), sharing(t.Missed.N, t.Missed.N+t.Kept.N, "geval", "gevallen"), daysWord(t.Worst))
		if t.WorstOpen {
			s += " en loopt nog of is nooit gehaald"
		}
		sentences = append(sentences, s+".")
	}
	if ended > 0 && missed == 0 {
		sentences = append(sentences, fmt.Sprintf("Alle termijnen die afliepen zijn gehaald: %d van de %d.", ended, ended))
	}
	return sentences
}

func (a *Analysis) sayJudgements() string {
	decided, favour := verdicts(a.Judgements)
	if decided == 0 {
		return ""
	}
	return fmt.Sprintf("De indiener kreeg helemaal of deels gelijk in %s.", sharing(favour, decided, "beslissing", "beslissingen"))
}

func (a *Analysis) sayObjections() string {
	total := 0
	for _, c := range a.Objections {
		total += c.N
	}
	if total == 0 {
		return ""
	}
	s := fmt.Sprintf("Er kwamen %d bezwaren", total)
	if total == 1 {
		s = "Er kwam 1 bezwaar"
	}
	if decided, favour := verdicts(a.Objections); decided > 0 {
		return s + fmt.Sprintf("; de indiener kreeg helemaal of deels gelijk in %s.", sharing(favour, decided, "beslissing daarop", "beslissingen daarop"))
	}
	return s + "; daarop is nog niet beslist."
}

func verdicts(counts []Count) (decided, favour int) {
	for _, c := range counts {
		switch v := complaint.Verdict(c.Key); {
		case v.ForComplainant():
			decided, favour = decided+c.N, favour+c.N
		case v == complaint.Unfounded:
			decided += c.N
		}
	}
	return decided, favour
}

func (a *Analysis) sayCompleteness() string {
	for _, c := range a.Completeness {
		if c.Key == "incomplete" && c.N > 0 {
			return fmt.Sprintf("Bij binnenkomst ontbrak er iets aan %s.", share(c.N, a.Total.N))
		}
	}
	return ""
}

func (a *Analysis) sayMeasures() string {
	done, open := 0, 0
	for _, m := range a.Measures {
		if m.Done.IsZero() {
			open += m.N
		} else {
			done += m.N
		}
	}
	switch {
	case done+open == 0:
		return ""
	case open == 0:
		return fmt.Sprintf("Alle vastgelegde maatregelen zijn uitgevoerd (%d).", done)
	}
	return fmt.Sprintf("Van de %d vastgelegde maatregelen zijn er %d nog niet uitgevoerd.", done+open, open)
}

// share tells a part of the complaints. A percentage stands there only where there are enough of them to mean something.
func share(n, of int) string { return sharing(n, of, "klacht", "klachten") }

func sharing(n, of int, one, more string) string {
	word := more
	if of == 1 {
		word = one
	}
	s := fmt.Sprintf("%d van de %d %s", n, of, word)
	if of >= enoughForPercent {
		s += fmt.Sprintf(" (%d%%)", (n*200+of)/(2*of))
	}
	return s
}

func daysWord(n int) string {
	if n == 1 {
		return "1 werkdag"
	}
	return fmt.Sprintf("%d werkdagen", n)
}

// decimal writes a number with one decimal, as Dutch does.
func decimal(v float64) string {
	s := strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0")
	return strings.Replace(s, ".", ",", 1)
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
