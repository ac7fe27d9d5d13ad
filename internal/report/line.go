package report

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// Line is what the analysis knows of one complaint. Without Reference it is the anonymous line of
// statistics that stays when a case is erased (Klachtenprocedure 13): no day, no name, no free text.
type Line struct {
	Reference   string            `json:"reference,omitempty"` // only while the file is there
	Received    Month             `json:"received"`
	Product     string            `json:"product,omitempty"` // a product of the organisation, Other, or "" when none was named
	Channel     complaint.Channel `json:"channel"`
	Complainant Kind              `json:"complainant"`
	Complete    bool              `json:"complete"` // nothing required was missing at first
	Open        bool              `json:"open,omitempty"`
	Informal    bool              `json:"informal,omitempty"` // an informal phase was tried
	Verdict     complaint.Verdict `json:"verdict,omitempty"`
	Closure     complaint.Closure `json:"closure,omitempty"`
	Terms       []TermLine        `json:"terms,omitempty"`
	Objection   *ObjectionLine    `json:"objection,omitempty"`
	Measures    []MeasureLine     `json:"measures,omitempty"`
}

// TermLine says how one term of the organisation went.
type TermLine struct {
	Term complaint.TermKind `json:"term"`
	How  Outcome            `json:"how"`
	Days int                `json:"days"` // working days from day 0 until it was met, or so far
	Open bool               `json:"open,omitempty"`
}

// Outcome says whether a term was kept.
type Outcome string

// The outcomes. What was met only after an announced delay is missed too: the promise was another.
const (
	Kept    Outcome = "kept"
	Missed  Outcome = "missed"
	Running Outcome = "running"
	Lapsed  Outcome = "lapsed" // the case was closed before the term ended
)

// ObjectionLine says what became of an objection.
type ObjectionLine struct {
	Late    bool              `json:"late,omitempty"`
	Refused bool              `json:"refused,omitempty"`
	Verdict complaint.Verdict `json:"verdict,omitempty"`
}

// MeasureLine is one measure; Done is zero while it is not carried out.
type MeasureLine struct {
	Number int   `json:"number,omitempty"` // only while the file is there
	Done   Month `json:"done,omitzero"`
}

// Other stands for every product that is not in the organisation's list: what a stranger wrote
// there could name somebody.
const Other = "overig"

// Kind says what kind of complainant it was.
type Kind string

// The kinds, read from what the complainant said of his organisation.
const (
	Private Kind = "private"
	School  Kind = "school"
	Company Kind = "company"
	Unknown Kind = "unknown"
)

// Month is a calendar month.
type Month struct {
	Year  int
	Month time.Month
}

// monthOf is the month of a day; the zero day has none.
func monthOf(d workday.Date) Month { return Month{d.Year, d.Month} }

// Add is the month that lies n months later.
func (m Month) Add(n int) Month {
	i := m.index() + n
	return Month{i / 12, time.Month(i%12 + 1)}
}

func (m Month) index() int { return m.Year*12 + int(m.Month) - 1 }

// Sub is how many months lie between two months.
func (m Month) Sub(other Month) int { return m.index() - other.index() }

// IsZero reports that m is no month.
func (m Month) IsZero() bool { return m == Month{} }

func (m Month) String() string {
	if m.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d", m.Year, m.Month)
}

// Long is the month as people write it: "maart 2026".
func (m Month) Long() string { return fmt.Sprintf("%s %d", monthNames[m.Month-1], m.Year) }

var monthNames = [...]string{"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"}

// MarshalText writes "2026-03".
func (m Month) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (m *Month) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*m = Month{}
		return nil
	}
	t, err := time.Parse("2006-01", string(text))
	if err != nil {
		return fmt.Errorf("reading month: %w", err)
	}
	*m = Month{t.Year(), t.Month()}
	return nil
}

// LineOf is what the analysis knows of a case on a day.
func LineOf(h *complaint.House, events []complaint.Event, today workday.Date) Line {
	c := complaint.Fold(events, h.Location)
	l := Line{
		Received: monthOf(c.Received), Product: productOf(h, c), Channel: c.Channel,
		Complainant: kindOf(c.Fields.Value(complaint.FieldOrganisation)), Complete: completeAtFirst(events), Open: c.Open(), Informal: c.Informal != nil,
	}
	if c.Conflict == complaint.ConflictNone || c.Conflict == complaint.ConflictAssessor {
		l.Reference = c.Reference.String() // the manager reads this: a file about himself is counted, not named (3)
	}
	if c.Decision != nil {
		l.Verdict = c.Decision.Verdict
	}
	if c.Closure != nil {
		l.Closure = c.Closure.How
	}
	for _, t := range h.Terms(c) {
		if t.Ours() {
			l.Terms = append(l.Terms, termLine(h, t, today))
		}
	}
	if o := c.Objection; o != nil {
		l.Objection = &ObjectionLine{Late: o.Late, Refused: o.Refused != ""}
		if o.Decision != nil {
			l.Objection.Verdict = o.Decision.Verdict
		}
	}
	for _, m := range c.Measures {
		l.Measures = append(l.Measures, MeasureLine{Number: m.Number, Done: monthOf(m.Done)})
	}
	return l
}

// anonymous is the line without what leads back to the file.
func (l Line) anonymous() Line {
	l.Reference, l.Open = "", false
	l.Terms = slices.Clone(l.Terms)
	for i := range l.Terms {
		if l.Terms[i].How == Running {
			l.Terms[i].How = Lapsed // erased on request: nothing will come of it any more
		}
	}
	measures := make([]MeasureLine, len(l.Measures))
	for i, m := range l.Measures {
		measures[i] = MeasureLine{Done: m.Done}
	}
	l.Measures = measures
	return l
}

// Encode writes the anonymous line as it is kept.
func (l Line) Encode() ([]byte, error) { return json.Marshal(l.anonymous()) }

// Decode reads a line that was kept.
func Decode(text []byte) (l Line, err error) {
	if err := json.Unmarshal(text, &l); err != nil {
		return l, fmt.Errorf("reading line of statistics: %w", err)
	}
	return l, nil
}

func productOf(h *complaint.House, c complaint.Case) string {
	said := c.Fields.Value(complaint.FieldProduct)
	if said == "" {
		return ""
	}
	if known := h.ProductOf(said); known != "" {
		return known
	}
	return Other
}

// completeAtFirst looks at the complaint as it came in, before anything was added (Klachtenprocedure 2).
func completeAtFirst(events []complaint.Event) bool {
	for _, e := range events {
		if f, ok := e.Fact.(*complaint.Registered); ok {
			return f.Fields.Complete()
		}
	}
	return false
}

// schoolWords are words by which a school or training institute calls itself, as a whole or at the end of a word.
var schoolWords = []string{"school", "college", "mbo", "roc", "lyceum", "gymnasium", "universiteit", "university", "academie", "onderwijs", "opleidingen", "scholengroep", "scholengemeenschap"}

func kindOf(organisation string) Kind {
	organisation = strings.ToLower(strings.TrimSpace(organisation))
	switch organisation {
	case "":
		return Unknown
	case complaint.Particulier:
		return Private
	}
	for _, word := range strings.FieldsFunc(organisation, func(r rune) bool { return !unicode.IsLetter(r) }) {
		for _, school := range schoolWords {
			if word == school || len(school) > 3 && strings.HasSuffix(word, school) {
				return School
			}
		}
	}
	return Company
}

func termLine(h *complaint.House, t complaint.Term, today workday.Date) TermLine {
	line := TermLine{Term: t.Kind, Open: !t.IsMet()}
	end := t.Met
	switch {
	case t.IsMet():
	case !t.Ended.IsZero():
		end = t.Ended
	default:
		end = today
	}
	line.Days = h.Calendar.WorkingDaysBetween(t.Event, end, workday.Ours)
	switch {
	case end.After(t.Counted()): // an announced delay is a courtesy; what was promised counts (7)
		line.How = Missed
	case t.IsMet():
		line.How = Kept
	case !t.Open():
		line.How = Lapsed
	default:
		line.How = Running
	}
	return line
}
