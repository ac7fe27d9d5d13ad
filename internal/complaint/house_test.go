package complaint

import (
	"testing"
	"time"

	"klikonderwijs.nl/klachtd/internal/workday"
)

var (
	amsterdam = mustLoad("Europe/Amsterdam")
	manager   = Person{Name: "Marit van Dalen", Title: "manager Propositie", Email: "m.vandalen@huis.example"}
	deputy    = Person{Name: "Joost Prins", Email: "j.prins@huis.example"}
	korst     = Person{Name: "N. Korst", Salutation: "dhr.", Title: "manager Kwaliteit en Compliance", Organisation: "VAPRO", Email: "n.korst@vapro.example"}
	bakker    = Person{Name: "Ilse Bakker", Salutation: "mevr.", Email: "i.bakker@toets.example"}
)

func mustLoad(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return loc
}

func testHouse() *House {
	return &House{
		Calendar: workday.NewCalendar(nil), Location: amsterdam, Manager: manager, Assessors: []Person{korst, bakker},
		Automatic: true, Lengths: DefaultLengths(), Before: []int{3, 1}, Repeat: 2,
	}
}

func day(t testing.TB, s string) workday.Date {
	t.Helper()
	d, err := workday.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// at is an instant of local time: "2026-04-02 14:00".
func at(t testing.TB, s string) time.Time {
	t.Helper()
	instant, err := time.ParseInLocation("2006-01-02 15:04", s, amsterdam)
	if err != nil {
		t.Fatal(err)
	}
	return instant.UTC()
}

func (o Outcome) isNothing() bool { return len(o.Facts) == 0 && len(o.Letters) == 0 }

func allFields() Fields {
	return Fields{
		FieldPerson: {"Sanne Vermeer", "signature"}, FieldOrganisation: {"Techniek College Zuid", "signature"},
		FieldEmail: {"s.vermeer@tcz.example", "header"}, FieldPhone: {"+31612345678", "label"}, FieldProduct: {"Procesoperator B", "text"},
		FieldSubmitted: {"2026-04-02", "received"}, FieldDescription: {"De trainer kwam niet.", "text"}, FieldMotivation: {"Wij hebben wel betaald.", "text"},
	}
}

func without(f Fields, names ...FieldName) Fields {
	rest := f.merge(nil)
	for _, name := range names {
		delete(rest, name)
	}
	return rest
}

// submission is a complete complaint of Thursday 2 April 2026.
func submission(t testing.TB) Submission {
	return Submission{
		Reference: Reference{2026, 7}, Channel: ChannelMail, Received: at(t, "2026-04-02 14:00"), Fields: allFields(),
		ReplyTo: "s.vermeer@tcz.example", Text: "De trainer kwam niet.", Original: "aa", Reasons: []string{"het woord klacht"},
	}
}

// history plays a case: what follows from each step is folded into it, and every letter is kept.
type history struct {
	t       testing.TB
	house   *House
	c       Case
	events  []Event
	letters []Letter
}

func begin(t testing.TB, h *House, s Submission) *history {
	t.Helper()
	play := &history{t: t, house: h}
	play.follow(s.Received, RoleComplainant, h.Register(s.Received, s))
	return play
}

// follow folds an outcome in and returns its letters.
func (p *history) follow(now time.Time, by Role, o Outcome) []Letter {
	p.t.Helper()
	for _, fact := range o.Facts {
		e := Event{Seq: p.c.Seq + 1, At: now, By: by, Fact: fact}
		p.events = append(p.events, e)
		p.c = p.c.Apply(e, p.house.Location)
	}
	p.letters = append(p.letters, o.Letters...)
	return o.Letters
}

// acknowledge says that the acknowledgement was sent.
func (p *history) acknowledge(now time.Time) {
	p.follow(now, RoleSystem, p.house.Delivered(now, p.c, LetterAcknowledgement))
}

// morning sweeps the case at half past eight.
func (p *history) morning(date string) Sweep {
	p.t.Helper()
	now := at(p.t, date+" 08:30")
	s := p.house.Sweep(now, p.c)
	p.follow(now, RoleSystem, s.Outcome)
	return s
}

// sent lists letters as "kind to role".
func sent(letters []Letter) []string {
	list := []string{}
	for _, l := range letters {
		list = append(list, string(l.Kind)+" to "+string(l.Role)+" "+l.To.Email)
	}
	return list
}

func TestProductOf(t *testing.T) {
	h := &House{Products: []Product{{Name: "Procesoperator"}, {Name: "Procesoperator B", Aliases: []string{"proces operator b"}}, {Name: "VCA", Aliases: []string{""}}}}
	for said, want := range map[string]string{
		"training procesoperator b, groep 3": "Procesoperator B", "Proces Operator B": "Procesoperator B", "procesoperator": "Procesoperator",
		"VOL-VCA": "VCA", "parkeren bij Jan": "", "": "", "  ": "",
	} {
		if got := h.ProductOf(said); got != want {
			t.Errorf("%q: %q, want %q", said, got, want)
		}
	}
}
