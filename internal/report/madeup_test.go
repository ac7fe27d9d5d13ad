package report

import (
	"math/rand/v2"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/workday"
)

var amsterdam = time.FixedZone("CET", 60*60)

func house() *complaint.House {
	return &complaint.House{
		Calendar: workday.NewCalendar(nil), Location: amsterdam, Lengths: complaint.DefaultLengths(), Repeat: 2,
		Products: []complaint.Product{
			{Name: "Procesoperator A"}, {Name: "Procesoperator B"}, {Name: "VOL-VCA"}, {Name: "E-learning HACCP & hygiëne"}, {Name: "Examenbank"}, {Name: "Klik Leeromgeving"},
		},
	}
}

// story builds the events of one case.
type story struct {
	h      *complaint.House
	events []complaint.Event
}

func (s *story) on(day workday.Date, facts ...complaint.Fact) {
	for _, f := range facts {
		s.events = append(s.events, complaint.Event{Seq: len(s.events) + 1, At: day.Start(amsterdam).Add(10 * time.Hour), By: complaint.RoleSystem, Fact: f})
	}
}

func (s *story) later(day workday.Date, workdays int) workday.Date {
	return s.h.Calendar.AddWorkingDays(day, workdays, workday.Ours)
}

// The person whom no figure may name.
const (
	secretName  = "Sanne Vermeer-Achternaam"
	secretEmail = "sanne@geheim.example"
	secretPhone = "+31655512345"
)

func opened(number int, received workday.Date, product string) *complaint.Registered {
	return &complaint.Registered{
		Reference: complaint.Reference{Year: received.Year, Number: number}, Channel: complaint.ChannelMail, Received: received, ReplyTo: secretEmail,
		Fields: complaint.Fields{
			complaint.FieldPerson: {Value: secretName}, complaint.FieldEmail: {Value: secretEmail}, complaint.FieldPhone: {Value: secretPhone},
			complaint.FieldOrganisation: {Value: "Bakkerij Geheim"}, complaint.FieldProduct: {Value: product},
			complaint.FieldDescription: {Value: secretName + " belde"}, complaint.FieldMotivation: {Value: "omdat"},
		},
	}
}

// madeUp invents a year of n cases.
func madeUp(h *complaint.House, year, n int, seed uint64) (cases [][]complaint.Event) {
	r := rand.New(rand.NewPCG(seed, 1))
	products := []string{"Procesoperator B", "Procesoperator B", "Procesoperator B", "VOL-VCA", "VOL-VCA", "Examenbank", "Klik Leeromgeving", "de e-learning HACCP & hygiëne", "parkeren bij mevrouw Geheim", ""}
	for i := range n {
		day := workday.NewDate(year, time.January, 1).AddDays(r.IntN(365))
		product := products[r.IntN(len(products))]
		if year == 2026 && product == "VOL-VCA" && day.Month > time.May && r.IntN(10) < 8 {
			product = "Klik Leeromgeving" // the measure of May helped
		}
		cases = append(cases, invented(h, r, opened(i+1, day, product)))
	}
	return cases
}

func invented(h *complaint.House, r *rand.Rand, first *complaint.Registered) []complaint.Event {
	s, day := &story{h: h}, first.Received
	first.Channel = []complaint.Channel{complaint.ChannelMail, complaint.ChannelMail, complaint.ChannelMail, complaint.ChannelLetter, complaint.ChannelPhone}[r.IntN(5)]
	first.Fields[complaint.FieldOrganisation] = complaint.Field{Value: []string{complaint.Particulier, "Techniek College Zuid", "Chemie BV", "ROC Noord", "Gemeente Delft"}[r.IntN(5)]}
	if r.IntN(3) == 0 {
		delete(first.Fields, complaint.FieldPhone)
	}
	s.on(day, first)
	s.on(s.later(day, r.IntN(3)+r.IntN(12)/11*3), &complaint.Acknowledged{On: s.later(day, 0)})
	s.events[1].Fact = &complaint.Acknowledged{On: workday.DateOf(s.events[1].At, amsterdam)}
	s.on(day, &complaint.Assigned{Assessor: complaint.Person{Name: "N. Korst", Email: "n@vapro.example"}})
	switch r.IntN(12) {
	case 0:
		s.on(s.later(day, 4), &complaint.Withdrawn{}, &complaint.Closed{On: s.later(day, 4), How: complaint.ClosedWithdrawn})
		return s.events
	case 1:
		s.on(s.later(day, 1), &complaint.InformalStarted{Mediator: complaint.Person{Name: "Els Prins", Email: "els@huis.example"}})
		s.on(s.later(day, 8), &complaint.Settled{Agreement: "bloemen"}, &complaint.Closed{On: s.later(day, 8), How: complaint.ClosedSettled})
		return s.events
	case 2:
		s.on(s.later(day, 2), &complaint.Closed{On: s.later(day, 2), How: complaint.ClosedNoComplaint})
		return s.events
	}
	contact := s.later(day, 2+r.IntN(8)+r.IntN(10)/9*4)
	s.on(contact, &complaint.Contacted{On: contact})
	judged := s.later(contact, 2+r.IntN(10))
	verdict := []complaint.Verdict{complaint.Founded, complaint.PartlyFounded, complaint.PartlyFounded, complaint.Unfounded}[r.IntN(4)]
	s.on(judged, &complaint.Judged{Verdict: verdict, Motivation: secretName})
	decided := s.later(judged, r.IntN(3))
	s.on(decided, &complaint.Agreed{}, &complaint.Decided{Verdict: verdict, Motivation: secretName})
	if verdict.ForComplainant() {
		done := s.later(decided, 3+r.IntN(9))
		s.on(decided, &complaint.MeasurePlanned{Number: 1, What: "bel " + secretName})
		s.on(done, &complaint.MeasureDone{Number: 1})
	}
	if r.IntN(8) == 0 {
		objected := s.later(decided, 5)
		s.on(objected, &complaint.Objected{On: objected})
		s.on(s.later(objected, 12+r.IntN(10)), &complaint.ObjectionDecided{Verdict: []complaint.Verdict{complaint.Unfounded, complaint.Founded}[r.IntN(2)], Motivation: "zie " + secretName})
	}
	end := workday.DateOf(s.events[len(s.events)-1].At, amsterdam)
	s.on(s.later(end, 11), &complaint.Closed{On: s.later(end, 11), How: complaint.ClosedFinished})
	return s.events
}

// linesOn are the lines of cases as they stood on a day.
func linesOn(h *complaint.House, cases [][]complaint.Event, today workday.Date) (lines []Line) {
	for _, events := range cases {
		var known []complaint.Event
		for _, e := range events {
			if !workday.DateOf(e.At, amsterdam).After(today) {
				known = append(known, e)
			}
		}
		if len(known) > 0 {
			lines = append(lines, LineOf(h, known, today))
		}
	}
	return lines
}
