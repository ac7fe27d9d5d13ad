package complaint

import (
	"strconv"
	"strings"
	"time"

	"klikonderwijs.nl/klachtd/internal/workday"
)

func (h *House) measuresOpen(c Case) bool {
	for _, t := range h.Terms(c) {
		if t.Kind == TermMeasures && !t.IsMet() {
			return true
		}
	}
	return false
}

// measuresWanted is also true while the manager is consulted on a judgement that has consequences: what is
// recorded then stands in the decision.
func (h *House) measuresWanted(c Case) bool {
	return h.measuresOpen(c) || (c.Stage == StageConsulting && c.Judgement.Verdict.ForComplainant())
}

func (h *House) anyMeasureOpen(c Case) bool { return len(c.OpenMeasures()) > 0 }

func (h *House) noMeasureYet(c Case) bool { return h.measuresOpen(c) && len(c.OpenMeasures()) == 0 }

// OpenMeasures are the measures that are not done yet, in their order.
func (c Case) OpenMeasures() (open []Measure) {
	for _, m := range c.Measures {
		if m.Done.IsZero() {
			open = append(open, m)
		}
	}
	return open
}

func (h *House) carryMeasure(now time.Time, c Case, o Order) (Outcome, string, *Refusal) {
	switch {
	case o.Text == "":
		return refuse("Schrijf achter maatregel wat er gaat gebeuren, eventueel met een datum: maatregel nieuwe trainer inplannen voor 24 april.")
	case !o.On.IsZero() && o.On.Before(h.Today(now)):
		return refuse("De datum " + o.On.Long() + " is al voorbij. Kies een dag die nog komt.")
	case !o.On.IsZero() && !h.Calendar.IsWorkingDay(o.On, workday.Ours):
		return refuse(h.restDay(o.On))
	case o.On.After(h.Today(now).AddYears(1)):
		return refuse("De datum " + o.On.Long() + " ligt meer dan een jaar vooruit. Klopt het jaar?")
	}
	number := len(c.Measures) + 1
	var out Outcome
	out.record(&MeasurePlanned{Number: number, What: o.Text, Due: o.On})
	done := "Maatregel " + strconv.Itoa(number) + " is vastgelegd. Meld het als het gebeurd is, met: uitgevoerd " + strconv.Itoa(number) + "."
	if last := h.lastMeasuresDay(h.after(now, c, out)); !last.IsZero() && o.On.After(last) {
		done += " Let op: de procedure zegt dat dit uiterlijk " + last.Long() + " klaar is. De klacht telt dan in de analyse als te laat."
	}
	return out, done, nil
}

func (h *House) carryDone(now time.Time, c Case, o Order) (Outcome, string, *Refusal) {
	open := c.OpenMeasures()
	if len(open) == 0 {
		return refuse("Er staat geen maatregel open. Leg er eerst een vast met: maatregel, en wat er gaat gebeuren.")
	}
	number, err := strconv.Atoi(strings.Trim(o.Whom, " .#"))
	switch {
	case o.Whom == "" && len(open) == 1:
		number = open[0].Number
	case err != nil:
		return refuse("Er staat meer dan één maatregel open. Schrijf erbij welke is uitgevoerd: " + measureList(open) + ".")
	}
	for _, m := range open {
		if m.Number == number {
			var out Outcome
			out.record(&MeasureDone{Number: number})
			done := "Genoteerd: maatregel " + strconv.Itoa(number) + " is uitgevoerd."
			if rest := h.after(now, c, out).OpenMeasures(); len(rest) > 0 {
				done += " Nog open: " + measureList(rest) + "."
			}
			return out, done, nil
		}
	}
	return refuse("Maatregel " + strconv.Itoa(number) + " staat niet open. Wel open: " + measureList(open) + ".")
}

// measureList names measures for a sentence, by number alone: what they are is in the file.
func measureList(measures []Measure) string {
	list := make([]string, len(measures))
	for i, m := range measures {
		list[i] = strconv.Itoa(m.Number)
	}
	return strings.Join(list, ", ")
}

func (h *House) carryNoMeasure(_ time.Time, c Case, o Order) (Outcome, string, *Refusal) {
	switch {
	case len(c.OpenMeasures()) > 0:
		return refuse("Er staan nog maatregelen open: " + measureList(c.OpenMeasures()) + ". Meld eerst dat ze zijn uitgevoerd.")
	case !h.measuresOpen(c):
		return refuse("Na deze beslissing hoeft er niets meer te gebeuren: de maatregelen zijn al gemeld, of de klacht was ongegrond.")
	}
	var out Outcome
	out.record(&NoMeasures{Reason: o.Text})
	return out, "Genoteerd: er is geen maatregel nodig.", nil
}

// lastMeasuresDay is the last day for the measures that are open now; zero when there is no such term yet.
func (h *House) lastMeasuresDay(c Case) (last workday.Date) {
	for _, t := range h.Terms(c) {
		if t.Kind == TermMeasures && !t.IsMet() {
			last = t.Due
		}
	}
	return last
}
